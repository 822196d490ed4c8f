//! `POST /v1/records/{record}/private`

use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::routing::post;
use axum::{Json, Router};
use quanji_wire::{Kept, LINES_BODY_LIMIT_BYTES};

use super::body::WholeBody;
use super::lines::record_of;
use crate::app::{App, DeviceSession};
use crate::ingest::{self, Arrival};
use crate::refusal::Answer;

pub fn routes() -> Router<App> {
    let limit = DefaultBodyLimit::max(LINES_BODY_LIMIT_BYTES);
    Router::new().route("/v1/records/{record}/private", post(keep).layer(limit))
}

async fn keep(
    State(app): State<App>,
    session: DeviceSession,
    record: Result<Path<String>, PathRejection>,
    WholeBody(body): WholeBody,
) -> Answer<Json<Kept>> {
    Ok(Json(ingest::keep_private(&app, Arrival::now(session.device), record_of(record)?, &body).await?))
}
