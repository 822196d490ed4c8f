//! `POST /v1/challenges`

use axum::extract::{DefaultBodyLimit, State};
use axum::routing::post;
use axum::{Json, Router};
use quanji_wire::{CHALLENGES, Challenge};

use super::body::{JSON_LIMIT_BYTES, WholeBody};
use crate::app::App;
use crate::refusal::Answer;
use crate::session;

pub fn routes() -> Router<App> {
    Router::new().route(CHALLENGES, post(challenge).layer(DefaultBodyLimit::max(JSON_LIMIT_BYTES)))
}

async fn challenge(State(app): State<App>, body: WholeBody) -> Answer<Json<Challenge>> {
    Ok(Json(session::challenge(&app, &body.json()?).await?))
}
