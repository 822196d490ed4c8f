//! `POST /v1/sessions`

use axum::extract::{DefaultBodyLimit, State};
use axum::routing::post;
use axum::{Json, Router};
use quanji_wire::{SESSIONS, Session};

use super::body::{JSON_LIMIT_BYTES, WholeBody};
use crate::app::App;
use crate::refusal::Answer;
use crate::session;

pub fn routes() -> Router<App> {
    Router::new().route(SESSIONS, post(open).layer(DefaultBodyLimit::max(JSON_LIMIT_BYTES)))
}

async fn open(State(app): State<App>, WholeBody(line): WholeBody) -> Answer<Json<Session>> {
    Ok(Json(session::open(&app, &line).await?))
}
