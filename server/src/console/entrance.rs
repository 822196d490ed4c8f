//! In by the token that `quanji-agency init` printed, and out again.

use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use maud::{Markup, html};
use quanji_wire::Code;
use serde::Deserialize;

use super::fault::PageFault;
use super::sheet::sheet;
use super::visitor::cookie;
use crate::app::{App, administrator};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/login", get(async || door(None)).post(enter)).route("/logout", post(leave))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    token: String,
}

async fn enter(State(app): State<App>, key: Result<Form<Key>, FormRejection>) -> Result<Response, PageFault> {
    const WRONG: (&str, &str) = ("令牌不对", "The token is wrong.");
    let wrong = || Ok((StatusCode::UNAUTHORIZED, door(Some(WRONG))).into_response());
    let Ok(Form(Key { token })) = key else { return wrong() };
    let token = token.trim();
    // Base64url or hex: nothing else can stand in a cookie unquoted.
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
        return wrong();
    }
    match administrator(&app, token).await {
        Ok(_) => Ok(([(SET_COOKIE, cookie(token))], Redirect::to("/")).into_response()),
        Err(refused) if refused.code() == Code::TokenInvalid => wrong(),
        Err(refused) => Err(PageFault::Refused(refused)),
    }
}

async fn leave() -> Response {
    ([(SET_COOKIE, cookie(""))], Redirect::to("/login")).into_response()
}

fn door(amiss: Option<(&str, &str)>) -> Markup {
    sheet(
        "登录",
        &html! {
            div.door {
                h1 { "登录 " span.en lang="en" { "Sign in" } }
                form method="post" action="/login" {
                    label for="token" { "管理员令牌 " span.en lang="en" { "Administrator's token" } }
                    input #token name="token" type="password" autocomplete="current-password" required autofocus;
                    @if let Some((zh, en)) = amiss {
                        p.amiss role="alert" { (zh) " " span.en lang="en" { (en) } }
                    }
                    button.first type="submit" { "进入 " span.en lang="en" { "Enter" } }
                }
                p.note {
                    "令牌由 quanji-agency init 打印一次。"
                    span.en lang="en" { " quanji-agency init printed it once." }
                }
            }
        },
    )
}
