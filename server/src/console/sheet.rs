//! The frame of every page, and its one style sheet.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use maud::{DOCTYPE, Markup, html};

use super::words::both;
use crate::app::App;

const STYLE: &str = include_str!("style.css");

pub(super) fn routes() -> Router<App> {
    Router::new().route("/style.css", get(async || ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)))
}

/// A page. What stands in `body` is Chinese first, English in `.en` beside or below.
pub(super) fn sheet(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · 全记" }
                link rel="stylesheet" href="/style.css";
            }
            body {
                header {
                    a.mark href="/" { "全记" }
                    span.en lang="en" { "Quanji · agency" }
                    nav {
                        a href="/" { (both("记录", "Records")) }
                        a href="/statements" { (both("情况说明", "Statements")) }
                        a href="/devices" { (both("设备", "Devices")) }
                        a href="/catalog" { (both("目录", "Catalog")) }
                        a href="/documents" { (both("文件", "Documents")) }
                        a href="/deadline" { (both("期限", "Deadlines")) }
                    }
                    form method="post" action="/logout" { button type="submit" { "退出 " span.en lang="en" { "Leave" } } }
                }
                main { (body) }
            }
        }
    }
}
