//! Where files and lines meet: whichever comes second finds the other, because both hold the device's row.

use std::collections::BTreeMap;

use quanji_evidence::PublicKey;
use quanji_evidence::id::RecordId;
use quanji_wire::Code;
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::{Arrival, settle};
use crate::agency::Agency;
use crate::app::App;
use crate::db::{DbFault, from_db, to_db};
use crate::refusal::{Answer, Refused};

/// A record that is held, as its row says.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) next_seq: u64,
    pub(super) head_sha256: String,
    pub(super) record_key: PublicKey,
}

impl Held {
    /// The record of this device; none when there is none. Another device's is refused as unknown.
    pub(super) async fn find(app: &App, arrival: &Arrival, record: RecordId) -> Answer<Option<Held>> {
        let row = sqlx::query(
            "SELECT device_id, next_seq, head_sha256, record_key FROM record WHERE agency_id = $1 AND record_id = $2",
        )
        .bind(app.agency().id.to_string())
        .bind(record.to_string())
        .fetch_optional(app.db().pool())
        .await?;
        row.map(|row| Held::of(&row, arrival)).transpose()
    }

    fn of(row: &AnyRow, arrival: &Arrival) -> Answer<Held> {
        if row.try_get::<String, _>("device_id")? != arrival.device.to_string() {
            return Err(Refused::new(Code::RecordUnknown));
        }
        let record_key: String = row.try_get("record_key")?;
        Ok(Held {
            next_seq: from_db(row.try_get("next_seq")?),
            head_sha256: row.try_get("head_sha256")?,
            record_key: PublicKey::from_file(&record_key).ok_or_else(|| Refused::new(Code::Internal))?,
        })
    }
}

/// Takes the device's row for this transaction. A file that becomes an original and a line that announces it take it both, so that
/// neither can miss the other under PostgreSQL's read committed.
pub(super) async fn lock_device(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    device_id: &str,
) -> Result<(), DbFault> {
    sqlx::query("UPDATE device SET certificate_number = certificate_number WHERE agency_id = $1 AND device_id = $2")
        .bind(agency.id.to_string())
        .bind(device_id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Called in the transaction that makes a file an original: every announcement of it is held from now on. Again changes nothing.
pub async fn original_stored(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    device_id: &str,
    sha256: &str,
    now_us: u64,
) -> Result<(), DbFault> {
    lock_device(tx, agency, device_id).await?;
    let rows = sqlx::query(
        "UPDATE announced SET held = 1 WHERE agency_id = $1 AND device_id = $2 AND sha256 = $3 AND held = 0
         RETURNING record_id",
    )
    .bind(agency.id.to_string())
    .bind(device_id)
    .bind(sha256)
    .fetch_all(&mut **tx)
    .await?;
    let mut found: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows {
        *found.entry(row.try_get("record_id")?).or_default() += 1;
    }
    for (record_id, files) in found {
        sqlx::query("UPDATE record SET files_missing = files_missing - $3 WHERE agency_id = $1 AND record_id = $2")
            .bind(agency.id.to_string())
            .bind(&record_id)
            .bind(to_db(files))
            .execute(&mut **tx)
            .await?;
        settle(tx, agency, &record_id, now_us).await?;
    }
    Ok(())
}
