//! Where the parts of the server meet: a file became an original, a record may be ready for a receipt.

use sqlx::{Any, Transaction};

use crate::agency::Agency;
use crate::db::{DbFault, to_db};

/// Called in the transaction that makes a file an original: records that announced it miss one file less.
pub async fn original_stored(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    device_id: &str,
    sha256: &str,
    now_us: u64,
) -> Result<(), DbFault> {
    crate::ingest::original_stored(tx, agency, device_id, sha256, now_us).await
}

/// Called in any transaction after which a record may have become complete, or its receipt outdated: it is looked at soon.
pub async fn look_again(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    record_id: &str,
    now_us: u64,
) -> Result<(), DbFault> {
    sqlx::query(
        "INSERT INTO job (agency_id, kind, subject, due_us, claimed_until_us, attempts) VALUES ($1, 'receipt', $2, $3, 0, 0)
         ON CONFLICT (agency_id, kind, subject) DO UPDATE SET due_us = $3, attempts = 0",
    )
    .bind(agency.id.to_string())
    .bind(record_id)
    .bind(to_db(now_us))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Called in the transaction that revokes: the device's records, or all of them, are looked at soon.
pub async fn look_again_at_all(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    device_id: Option<&str>,
    now_us: u64,
) -> Result<(), DbFault> {
    sqlx::query(
        "INSERT INTO job (agency_id, kind, subject, due_us, claimed_until_us, attempts)
         SELECT agency_id, 'receipt', record_id, $2, 0, 0 FROM record
         WHERE agency_id = $1 AND ($3 = '' OR device_id = $3)
         ON CONFLICT (agency_id, kind, subject) DO UPDATE SET due_us = excluded.due_us, attempts = 0",
    )
    .bind(agency.id.to_string())
    .bind(to_db(now_us))
    .bind(device_id.unwrap_or_default())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
