//! `GET /v1/calendars/{HEX}`: a calendar's signed document.

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use quanji_evidence::hex;
use quanji_wire::Code;
use sqlx::Row;

use crate::app::{App, DeviceSession};
use crate::refusal::{Answer, Refused};

pub fn routes() -> Router<App> {
    Router::new().route("/v1/calendars/{digest}", get(calendar))
}

async fn calendar(
    State(app): State<App>,
    _: DeviceSession,
    digest: Result<Path<String>, PathRejection>,
) -> Answer<Response> {
    let unknown = || Refused::new(Code::CalendarUnknown);
    let Path(digest) = digest.map_err(|_| unknown())?;
    hex::decode_array::<32>(&digest).ok_or_else(unknown)?;
    let row = sqlx::query("SELECT document FROM calendar WHERE agency_id = $1 AND sha256 = $2")
        .bind(app.agency().id.to_string())
        .bind(digest)
        .fetch_optional(app.db().pool())
        .await?
        .ok_or_else(unknown)?;
    let document: Vec<u8> = row.try_get("document")?;
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], document).into_response())
}
