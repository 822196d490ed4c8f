//! Long lists in pages: which one is asked for, its rows out of the database, and the way to its neighbours.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use maud::{Markup, html};
use serde::Deserialize;

use super::words::both;
use crate::db::to_db;

/// Rows of one page.
const ROWS: usize = 50;

/// The page that is asked for, counted from 0; the first, where what is asked for is none.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(super) struct Page {
    #[serde(default)]
    page: u32,
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Page, Infallible> {
        let asked = Query::<Page>::from_request_parts(parts, state).await;
        Ok(asked.map_or_else(|_| Page::default(), |Query(page)| page))
    }
}

impl Page {
    /// For `LIMIT`: one row more than a page shows, so that a next one is known of.
    pub(super) fn limit(self) -> i64 {
        to_db(ROWS as u64 + 1)
    }

    /// For `OFFSET`.
    pub(super) fn offset(self) -> i64 {
        to_db(u64::from(self.page) * ROWS as u64)
    }

    /// The page's rows out of those that were read, and whether there is another page.
    pub(super) fn cut<T>(self, mut rows: Vec<T>) -> (Vec<T>, bool) {
        let has_more = rows.len() > ROWS;
        rows.truncate(ROWS);
        (rows, has_more)
    }

    /// The way back and on from this page of the list at `path`.
    pub(super) fn nav(self, path: &str, has_more: bool) -> Markup {
        let page = u64::from(self.page);
        html! {
            nav.pages {
                @if page > 0 { a rel="prev" href={ (path) "?page=" (page - 1) } { (both("上一页", "Previous")) } }
                @if has_more { a rel="next" href={ (path) "?page=" (page + 1) } { (both("下一页", "Next")) } }
            }
        }
    }
}
