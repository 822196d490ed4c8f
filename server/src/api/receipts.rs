//! `GET /v1/records/{record}/receipts`: a record's receipts as they were signed, the same bytes for ever.

use std::time::Duration;

use axum::Router;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use quanji_wire::Code;
use serde::Deserialize;

use super::lines::record_of;
use crate::app::{App, DeviceSession};
use crate::receipts::lines_from;
use crate::refusal::{Answer, Refused};

/// Longest wait for a receipt in one request.
const WAIT_LIMIT_S: u64 = 30;
/// How often a waiting request looks again.
const LOOK_EVERY: Duration = Duration::from_millis(250);

pub fn routes() -> Router<App> {
    Router::new().route("/v1/records/{record}/receipts", get(receipts))
}

#[derive(Debug, Deserialize)]
struct Wanted {
    /// The first number wanted; receipts count from 1.
    #[serde(default)]
    from: u64,
    #[serde(default)]
    wait_s: u64,
}

async fn receipts(
    State(app): State<App>,
    session: DeviceSession,
    record: Result<Path<String>, PathRejection>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Answer<Response> {
    let record = record_of(record)?;
    let Query(wanted) = wanted.map_err(|_| {
        Refused::mismatch(Code::RequestMalformed, "from=NUMBER and wait_s=SECONDS, or neither", "something else")
    })?;
    if wanted.wait_s > WAIT_LIMIT_S {
        return Err(Refused::mismatch(Code::RequestMalformed, format!("wait_s at most {WAIT_LIMIT_S}"), wanted.wait_s));
    }
    let looks = wanted.wait_s * 1_000 / LOOK_EVERY.as_millis() as u64;
    let mut looked = 0;
    let lines = loop {
        let lines = lines_from(&app, session.device, record, wanted.from).await?;
        if !lines.is_empty() || looked >= looks {
            break lines;
        }
        looked += 1;
        tokio::time::sleep(LOOK_EVERY).await;
    };
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")], lines).into_response())
}
