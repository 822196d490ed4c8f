//! `GET /v1/records/{record}`

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use quanji_wire::RecordStanding;

use super::lines::record_of;
use crate::app::{App, DeviceSession};
use crate::ingest;
use crate::refusal::Answer;

pub fn routes() -> Router<App> {
    Router::new().route("/v1/records/{record}", get(standing))
}

async fn standing(
    State(app): State<App>,
    session: DeviceSession,
    record: Result<Path<String>, PathRejection>,
) -> Answer<Json<RecordStanding>> {
    Ok(Json(ingest::standing(&app, session.device, record_of(record)?).await?))
}
