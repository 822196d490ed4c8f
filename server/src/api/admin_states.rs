//! `GET /v1/admin/states`: what the agency lists about records and devices.

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use quanji_evidence::id::RecordId;
use quanji_wire::{ADMIN_STATES, Code, State as Listed, States};
use serde::Deserialize;
use sqlx::Row;

use crate::app::{Administrator, App};
use crate::db::{DbFault, from_db};
use crate::refusal::{Answer, Refused};

/// More than anybody reads; `record` and `code` narrow it.
const STATES_LIMIT: i64 = 10_000;

pub fn routes() -> Router<App> {
    Router::new().route(ADMIN_STATES, get(list))
}

/// Which of them: all, one code's, one record's.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    code: Option<String>,
    record: Option<String>,
}

async fn list(
    _: Administrator,
    State(app): State<App>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Answer<Json<States>> {
    let Query(asked) = asked.map_err(|_| {
        Refused::mismatch(Code::RequestMalformed, "code=CODE and record=RECORD, or neither", "something else")
    })?;
    let record = match &asked.record {
        None => None,
        Some(text) => Some(RecordId::parse(text).ok_or_else(|| {
            Refused::mismatch(Code::RequestMalformed, "32 hex digits", format!("{} bytes", text.len()))
        })?),
    };
    let states = listed(&app, asked.code.as_deref(), record).await?;
    Ok(Json(States { states }))
}

/// What is listed, oldest first.
pub async fn listed(app: &App, code: Option<&str>, record: Option<RecordId>) -> Result<Vec<Listed>, DbFault> {
    let rows = sqlx::query(
        "SELECT code, place, record_id, device_id, expected, found, seen_us FROM state
         WHERE agency_id = $1 AND ($2 = '' OR code = $2) AND ($3 = '' OR record_id = $3)
         ORDER BY seen_us, code, subject, place LIMIT $4",
    )
    .bind(app.agency().id.to_string())
    .bind(code.unwrap_or_default())
    .bind(record.map(|record| record.to_string()).unwrap_or_default())
    .bind(STATES_LIMIT)
    .fetch_all(app.db().pool())
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Listed {
                code: row.try_get("code")?,
                record: row.try_get("record_id")?,
                device: row.try_get("device_id")?,
                place: row.try_get("place")?,
                expected: row.try_get("expected")?,
                found: row.try_get("found")?,
                seen_us: from_db(row.try_get("seen_us")?),
            })
        })
        .collect()
}
