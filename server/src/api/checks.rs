//! `POST /v1/checks`

use axum::extract::{DefaultBodyLimit, State};
use axum::routing::post;
use axum::{Json, Router};
use quanji_wire::{CHECKS, Kept, LINES_BODY_LIMIT_BYTES};

use super::body::WholeBody;
use crate::app::{App, DeviceSession};
use crate::ingest::{self, Arrival};
use crate::refusal::Answer;

pub fn routes() -> Router<App> {
    Router::new().route(CHECKS, post(keep).layer(DefaultBodyLimit::max(LINES_BODY_LIMIT_BYTES)))
}

async fn keep(State(app): State<App>, session: DeviceSession, WholeBody(body): WholeBody) -> Answer<Json<Kept>> {
    Ok(Json(ingest::keep_checks(&app, Arrival::now(session.device), &body).await?))
}
