//! Where a record stands, as its phone is told.

use quanji_evidence::id::{DeviceId, RecordId};
use quanji_wire::{Announced, AnnouncedKind, Code, RecordStanding};
use sqlx::Row;
use sqlx::any::AnyRow;

use crate::app::App;
use crate::db::from_db;
use crate::refusal::{Answer, Refused};

/// Missing files named in one answer.
const MISSING_NAMED: i64 = 1_000;

/// `GET /v1/records/{record}`.
pub async fn standing(app: &App, device: DeviceId, record: RecordId) -> Answer<RecordStanding> {
    let (agency_id, record_id) = (app.agency().id.to_string(), record.to_string());
    let row = sqlx::query(
        "SELECT next_seq, head_sha256, sealed_seq, files_missing, private_missing, receipts FROM record
         WHERE agency_id = $1 AND record_id = $2 AND device_id = $3",
    )
    .bind(&agency_id)
    .bind(&record_id)
    .bind(device.to_string())
    .fetch_optional(app.db().pool())
    .await?
    .ok_or_else(|| Refused::new(Code::RecordUnknown))?;
    let missing = sqlx::query(
        "SELECT kind, take, number, sha256, size_bytes FROM announced
         WHERE agency_id = $1 AND record_id = $2 AND held = 0 ORDER BY seq LIMIT $3",
    )
    .bind(&agency_id)
    .bind(&record_id)
    .bind(MISSING_NAMED)
    .fetch_all(app.db().pool())
    .await?;
    let states = sqlx::query("SELECT DISTINCT code FROM state WHERE agency_id = $1 AND record_id = $2 ORDER BY code")
        .bind(&agency_id)
        .bind(&record_id)
        .fetch_all(app.db().pool())
        .await?;
    Ok(RecordStanding {
        next: from_db(row.try_get("next_seq")?),
        head: row.try_get("head_sha256")?,
        sealed: row.try_get::<Option<i64>, _>("sealed_seq")?.is_some(),
        missing: missing.iter().map(announced).collect::<Answer<_>>()?,
        private_missing: from_db(row.try_get("private_missing")?),
        receipts: from_db(row.try_get("receipts")?),
        states: states.iter().map(|row| row.try_get("code")).collect::<Result<_, _>>()?,
    })
}

fn announced(row: &AnyRow) -> Answer<Announced> {
    let (kind, has_take, has_number) = match row.try_get::<String, _>("kind")?.as_str() {
        "init" => (AnnouncedKind::Init, true, false),
        "segment" => (AnnouncedKind::Segment, true, true),
        "photo" => (AnnouncedKind::Photo, false, false),
        "document" => (AnnouncedKind::Document, false, false),
        "service" => (AnnouncedKind::Service, false, false),
        _ => return Err(Refused::new(Code::Internal)),
    };
    let number = |name| -> Answer<Option<u32>> { Ok(u32::try_from(row.try_get::<i64, _>(name)?).ok()) };
    Ok(Announced {
        kind,
        take: if has_take { number("take")? } else { None },
        number: if has_number { number("number")? } else { None },
        digest: row.try_get("sha256")?,
        size_bytes: from_db(row.try_get("size_bytes")?),
    })
}
