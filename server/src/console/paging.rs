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
    pub(super) fn cut<T>(self, rows: Vec<T>) -> (Vec<T>, bool) {
        cut(rows)
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

fn cut<T>(mut rows: Vec<T>) -> (Vec<T>, bool) {
    let has_more = rows.len() > ROWS;
    rows.truncate(ROWS);
    (rows, has_more)
}

/// Where a page begins in a list that grows for as long as the agency stands, newest first: behind this row of it, so that the index finds the
/// last page as soon as the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OlderThan {
    pub(super) at_us: i64,
    /// SHA-256 in hex: tells rows of one instant apart.
    pub(super) sha256: String,
}

#[derive(Deserialize)]
struct AskedOlderThan {
    older_than: String,
}

impl OlderThan {
    /// The newest, whatever is there: no digest is as great.
    pub(super) fn newest() -> OlderThan {
        OlderThan { at_us: i64::MAX, sha256: "g".to_owned() }
    }

    fn read(text: &str) -> Option<OlderThan> {
        let (at_us, sha256) = text.split_once('-')?;
        let is_hex = sha256.len() == 64 && sha256.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        Some(OlderThan { at_us: at_us.parse().ok()?, sha256: is_hex.then(|| sha256.to_owned())? })
    }

    /// For `LIMIT`: one row more than a page shows, so that an older one is known of.
    pub(super) fn limit() -> i64 {
        to_db(ROWS as u64 + 1)
    }

    /// The page's rows out of those that were read, and the way on from it in the list at `path`.
    pub(super) fn cut<T>(&self, path: &str, rows: Vec<(OlderThan, T)>) -> (Vec<T>, Markup) {
        let (rows, has_more) = cut(rows);
        let last = rows.last().map(|(place, _)| place).filter(|_| has_more);
        let nav = html! {
            nav.pages {
                @if *self != OlderThan::newest() { a rel="first" href=(path) { (both("最新", "Newest")) } }
                @if let Some(OlderThan { at_us, sha256 }) = last {
                    a rel="next" href={ (path) "?older_than=" (at_us) "-" (sha256) } { (both("更早", "Older")) }
                }
            }
        };
        (rows.into_iter().map(|(_, row)| row).collect(), nav)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for OlderThan {
    type Rejection = Infallible;

    /// The newest page, where what is asked for is none.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<OlderThan, Infallible> {
        let asked = Query::<AskedOlderThan>::from_request_parts(parts, state).await.ok();
        let asked = asked.and_then(|Query(asked)| OlderThan::read(&asked.older_than));
        Ok(asked.unwrap_or_else(OlderThan::newest))
    }
}
