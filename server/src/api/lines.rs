//! `POST /v1/records/{record}/lines?from=SEQ`

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::routing::post;
use axum::{Json, Router};
use quanji_evidence::id::RecordId;
use quanji_wire::{Code, LINES_BODY_LIMIT_BYTES, LinesKept};
use serde::Deserialize;

use super::body::WholeBody;
use crate::app::{App, DeviceSession};
use crate::ingest::{self, Arrival};
use crate::refusal::{Answer, Refused};

#[derive(Debug, Deserialize)]
struct From {
    from: u64,
}

pub fn routes() -> Router<App> {
    let limit = DefaultBodyLimit::max(LINES_BODY_LIMIT_BYTES);
    Router::new().route("/v1/records/{record}/lines", post(keep).layer(limit))
}

async fn keep(
    State(app): State<App>,
    session: DeviceSession,
    record: Result<Path<String>, PathRejection>,
    from: Result<Query<From>, QueryRejection>,
    WholeBody(body): WholeBody,
) -> Answer<Json<LinesKept>> {
    let record = record_of(record)?;
    let Query(From { from }) =
        from.map_err(|_| Refused::mismatch(Code::RequestMalformed, "from=SEQ", "something else"))?;
    Ok(Json(ingest::keep_lines(&app, Arrival::now(session.device), record, from, &body).await?))
}

/// The id in the path.
pub(super) fn record_of(path: Result<Path<String>, PathRejection>) -> Answer<RecordId> {
    let found = path.ok().and_then(|Path(text)| RecordId::parse(&text));
    found.ok_or_else(|| Refused::mismatch(Code::RequestMalformed, "a record id of 32 hex digits", "something else"))
}
