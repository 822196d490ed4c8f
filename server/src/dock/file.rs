//! A file becomes an original as an upload does: staged a piece at a time, hashed on the way, put create-only, then its row.

use std::fs::{self, File};
use std::io::{self, Write};

use quanji_evidence::Digest;
use quanji_evidence::body::FileDigest;
use quanji_evidence::id::DeviceId;
use sha2::{Digest as _, Sha256};
use sqlx::Row;

use super::DockFault;
use crate::app::App;
use crate::db::{from_db, to_db};
use crate::hooks;
use crate::storage::OriginalId;

/// A file that is coming, under the digest that it must have.
pub(super) struct Coming<'a> {
    app: &'a App,
    id: OriginalId,
    expected: FileDigest,
    file: File,
    hash: Sha256,
    size_bytes: u64,
}

impl<'a> Coming<'a> {
    /// Begins it anew; what a hand-over that was cut had staged is written over.
    pub(super) fn begin(app: &'a App, device: DeviceId, expected: &FileDigest) -> io::Result<Coming<'a>> {
        let id = OriginalId::new(app.agency().id, device, &expected.digest);
        let staged = app.uploads().staging().path(&id);
        if let Some(folder) = staged.parent() {
            fs::create_dir_all(folder)?;
        }
        Ok(Coming {
            app,
            id,
            expected: expected.clone(),
            file: File::create(staged)?,
            hash: Sha256::new(),
            size_bytes: 0,
        })
    }

    pub(super) fn write(&mut self, piece: &[u8]) -> io::Result<()> {
        self.hash.update(piece);
        self.size_bytes += piece.len() as u64;
        self.file.write_all(piece)
    }

    /// Keeps it, if it is what it should be; `stored_us` is of a hand-over before, else it is now. Nothing of it stays otherwise.
    pub(super) async fn keep(self, place: &str, stored_us: Option<u64>) -> Result<(), DockFault> {
        let staging = self.app.uploads().staging().clone();
        let id = self.id;
        let kept = self.put(place, stored_us).await;
        // What cannot be removed is written over by the next hand-over.
        let _ = staging.remove(&id);
        kept
    }

    async fn put(self, place: &str, stored_us: Option<u64>) -> Result<(), DockFault> {
        let found = Digest::from_sha256(self.hash.finalize().into());
        let FileDigest { size_bytes, digest } = &self.expected;
        if !found.matches(digest) || self.size_bytes != *size_bytes {
            let expected = format!("{size_bytes} bytes, {digest}");
            let found = format!("{} bytes, {found}", self.size_bytes);
            return Err(DockFault::Member { place: place.to_owned(), expected, found });
        }
        self.file.sync_all()?;
        let staged = self.app.uploads().staging().path(&self.id);
        self.app.originals().put(&self.id, &staged, *size_bytes).await?;
        row(self.app, &self.id, *size_bytes, stored_us).await
    }
}

/// A file that is held keeps its instant.
async fn row(app: &App, id: &OriginalId, size_bytes: u64, stored_us: Option<u64>) -> Result<(), DockFault> {
    let agency = app.agency();
    let (agency_id, device, sha256) = (id.agency.to_string(), id.device.to_string(), id.hex());
    let mut tx = app.db().begin().await?;
    let stored_us = stored_us.unwrap_or_else(|| app.now_us());
    let made = sqlx::query(
        "INSERT INTO original (agency_id, device_id, sha256, size_bytes, stored_us, read_back_us) VALUES ($1, $2, $3, $4, $5, 0)
         ON CONFLICT (agency_id, device_id, sha256) DO NOTHING",
    )
    .bind(&agency_id)
    .bind(&device)
    .bind(&sha256)
    .bind(to_db(size_bytes))
    .bind(to_db(stored_us))
    .execute(&mut *tx)
    .await?;
    if made.rows_affected() > 0 {
        hooks::original_stored(&mut tx, &agency, &device, &sha256, app.now_us()).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Since when an original is held; `None`: it is not.
pub(super) async fn stored_us(app: &App, device: DeviceId, digest: &Digest) -> Result<Option<u64>, DockFault> {
    let row = sqlx::query("SELECT stored_us FROM original WHERE agency_id = $1 AND device_id = $2 AND sha256 = $3")
        .bind(app.agency().id.to_string())
        .bind(device.to_string())
        .bind(digest.hex())
        .fetch_optional(app.db().pool())
        .await?;
    Ok(row.map(|row| row.try_get("stored_us")).transpose()?.map(from_db))
}
