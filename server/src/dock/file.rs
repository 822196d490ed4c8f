//! A file becomes an original as an upload does: staged whole, put create-only, then its row.

use std::fs::{self, File};
use std::io::Write;

use quanji_evidence::Digest;
use quanji_evidence::id::DeviceId;

use super::DockFault;
use crate::app::App;
use crate::db::to_db;
use crate::hooks;
use crate::storage::OriginalId;

/// Keeps a file's bytes; `stored_us` is of a hand-over before, else it is now. A file that is held keeps its instant.
pub(super) async fn keep(
    app: &App,
    device: DeviceId,
    digest: &Digest,
    bytes: &[u8],
    stored_us: Option<u64>,
) -> Result<(), DockFault> {
    let agency = app.agency();
    let id = OriginalId::new(agency.id, device, digest);
    let staged = app.uploads().staging().path(&id);
    if let Some(folder) = staged.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::create(&staged)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    app.originals().put(&id, &staged, bytes.len() as u64).await?;

    let mut tx = app.db().begin().await?;
    let stored_us = stored_us.unwrap_or_else(|| app.now_us());
    let made = sqlx::query(
        "INSERT INTO original (agency_id, device_id, sha256, size_bytes, stored_us, read_back_us) VALUES ($1, $2, $3, $4, $5, 0)
         ON CONFLICT (agency_id, device_id, sha256) DO NOTHING",
    )
    .bind(agency.id.to_string())
    .bind(device.to_string())
    .bind(digest.hex())
    .bind(to_db(bytes.len() as u64))
    .bind(to_db(stored_us))
    .execute(&mut *tx)
    .await?;
    if made.rows_affected() > 0 {
        hooks::original_stored(&mut tx, &agency, &device.to_string(), &digest.hex(), app.now_us()).await?;
    }
    tx.commit().await?;
    Ok(())
}
