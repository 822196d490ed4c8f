//! What the agency lists: things that are amiss with a record or a device, and heal or not (`proto/api/v1/API.md`, States).

use sqlx::{Any, Transaction};

use crate::db::{DbFault, to_db};

/// One of them. `code` is of the documented set; `subject` is a record, a device or a digest; `place` says where in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State<'a> {
    pub code: &'a str,
    pub subject: &'a str,
    pub place: &'a str,
    pub record: Option<&'a str>,
    pub device: Option<&'a str>,
    pub expected: &'a str,
    pub found: &'a str,
}

/// Lists it. The first sighting stays.
pub async fn list(
    tx: &mut Transaction<'static, Any>,
    agency_id: &str,
    state: &State<'_>,
    now_us: u64,
) -> Result<(), DbFault> {
    sqlx::query(
        "INSERT INTO state (agency_id, code, subject, place, record_id, device_id, expected, found, seen_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (agency_id, code, subject, place) DO NOTHING",
    )
    .bind(agency_id)
    .bind(state.code)
    .bind(state.subject)
    .bind(state.place)
    .bind(state.record)
    .bind(state.device)
    .bind(state.expected)
    .bind(state.found)
    .bind(to_db(now_us))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// It healed.
pub async fn heal(
    tx: &mut Transaction<'static, Any>,
    agency_id: &str,
    code: &str,
    subject: &str,
    place: &str,
) -> Result<(), DbFault> {
    sqlx::query("DELETE FROM state WHERE agency_id = $1 AND code = $2 AND subject = $3 AND place = $4")
        .bind(agency_id)
        .bind(code)
        .bind(subject)
        .bind(place)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
