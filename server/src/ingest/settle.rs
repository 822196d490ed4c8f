//! After every change of a record: what it still misses is listed, what healed is not, and a complete one is looked at for its receipt.

use sqlx::{Any, Row, Transaction};

use crate::agency::Agency;
use crate::db::{DbFault, from_db, to_db};
use crate::hooks;
use crate::states;

/// Lists or heals `media_missing` and `private_missing`. A record that is still recording misses nothing yet: it is only on its way.
pub async fn settle(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    record_id: &str,
    now_us: u64,
) -> Result<(), DbFault> {
    let row = sqlx::query(
        "SELECT device_id, sealed_seq, files_missing, private_missing FROM record WHERE agency_id = $1 AND record_id = $2",
    )
    .bind(agency.id.to_string())
    .bind(record_id)
    .fetch_optional(&mut **tx)
    .await?;
    let Some(row) = row else { return Ok(()) };
    if row.try_get::<Option<i64>, _>("sealed_seq")?.is_none() {
        return Ok(());
    }
    let device_id: String = row.try_get("device_id")?;
    let files_missing = from_db(row.try_get("files_missing")?);
    let private_missing = from_db(row.try_get("private_missing")?);
    let announced = "every announced file held";
    missing(tx, agency, ("media_missing", announced, files_missing), record_id, &device_id, now_us).await?;
    let named = "every named private value held";
    missing(tx, agency, ("private_missing", named, private_missing), record_id, &device_id, now_us).await?;
    // Incomplete or not: its deadline runs, and is counted there.
    hooks::look_again(tx, agency, record_id, now_us).await
}

async fn missing(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    (code, expected, count): (&str, &str, u64),
    record_id: &str,
    device_id: &str,
    now_us: u64,
) -> Result<(), DbFault> {
    let agency_id = agency.id.to_string();
    if count == 0 {
        return states::heal(tx, &agency_id, code, record_id, "record").await;
    }
    let found = format!("{count} missing");
    let state = states::State {
        code,
        subject: record_id,
        place: "record",
        record: Some(record_id),
        device: Some(device_id),
        expected,
        found: &found,
    };
    list_as_it_is(tx, &agency_id, &state, now_us).await
}

/// Lists a state whose two sides may change while it lasts; its first sighting stays.
pub(super) async fn list_as_it_is(
    tx: &mut Transaction<'static, Any>,
    agency_id: &str,
    state: &states::State<'_>,
    now_us: u64,
) -> Result<(), DbFault> {
    sqlx::query(
        "INSERT INTO state (agency_id, code, subject, place, record_id, device_id, expected, found, seen_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (agency_id, code, subject, place) DO UPDATE SET expected = $7, found = $8",
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
