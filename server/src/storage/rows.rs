//! What the database knows of a file: that it is held, that it is coming, or nothing.

use sqlx::Row;

use super::OriginalId;
use crate::app::App;
use crate::db::{DbFault, Dialect, from_db, to_db};
use crate::hooks;

/// What the rows say of one digest of one device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It is an original of so many bytes.
    Held {
        size_bytes: u64,
    },
    /// It was announced with a length, and may be sent until it expires.
    Coming {
        length: u64,
        expires_us: u64,
    },
    Unknown,
}

/// One statement, whatever there is.
pub(super) async fn lookup(app: &App, id: &OriginalId) -> Result<Known, DbFault> {
    let rows = sqlx::query(
        "SELECT CAST(1 AS BIGINT) AS held, size_bytes AS length_bytes, stored_us AS at_us FROM original
         WHERE agency_id = $1 AND device_id = $2 AND sha256 = $3
         UNION ALL SELECT CAST(0 AS BIGINT) AS held, length_bytes, expires_us AS at_us FROM upload
         WHERE agency_id = $1 AND device_id = $2 AND sha256 = $3",
    )
    .bind(id.agency.to_string())
    .bind(id.device.to_string())
    .bind(id.hex())
    .fetch_all(app.db().pool())
    .await?;
    let mut known = Known::Unknown;
    for row in rows {
        let length = from_db(row.try_get("length_bytes")?);
        if row.try_get::<i64, _>("held")? == 1 {
            return Ok(Known::Held { size_bytes: length });
        }
        known = Known::Coming { length, expires_us: from_db(row.try_get("at_us")?) };
    }
    Ok(known)
}

/// The file is announced from `begun_us` on; one whose time was over begins anew.
pub(super) async fn begin(
    app: &App,
    id: &OriginalId,
    length: u64,
    begun_us: u64,
    expires_us: u64,
) -> Result<(), DbFault> {
    sqlx::query(
        "INSERT INTO upload (agency_id, device_id, sha256, length_bytes, begun_us, expires_us) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (agency_id, device_id, sha256) DO UPDATE SET length_bytes = $4, begun_us = $5, expires_us = $6
         WHERE upload.expires_us <= $5",
    )
    .bind(id.agency.to_string())
    .bind(id.device.to_string())
    .bind(id.hex())
    .bind(to_db(length))
    .bind(to_db(begun_us))
    .bind(to_db(expires_us))
    .execute(app.db().pool())
    .await?;
    Ok(())
}

/// The file is durable in its final place: original, the records that waited for it, and the upload's end, in one transaction.
pub(super) async fn complete(app: &App, id: &OriginalId, size_bytes: u64) -> Result<(), DbFault> {
    let agency = app.agency();
    let (agency_id, device_id, sha256) = (id.agency.to_string(), id.device.to_string(), id.hex());
    // SQLite has one writer: waiting here is in order and holds no connection; waiting inside SQLite is neither.
    let _turn = match app.db().dialect() {
        Dialect::Sqlite => Some(app.uploads().completion_turn().await),
        Dialect::Postgres => None,
    };
    let mut tx = app.db().begin().await?;
    let now_us = app.now_us();
    let made = sqlx::query(
        "INSERT INTO original (agency_id, device_id, sha256, size_bytes, stored_us, read_back_us) VALUES ($1, $2, $3, $4, $5, 0)
         ON CONFLICT (agency_id, device_id, sha256) DO NOTHING",
    )
    .bind(&agency_id)
    .bind(&device_id)
    .bind(&sha256)
    .bind(to_db(size_bytes))
    .bind(to_db(now_us))
    .execute(&mut *tx)
    .await?;
    if made.rows_affected() > 0 {
        hooks::original_stored(&mut tx, &agency, &device_id, &sha256, now_us).await?;
    }
    sqlx::query("DELETE FROM upload WHERE agency_id = $1 AND device_id = $2 AND sha256 = $3")
        .bind(&agency_id)
        .bind(&device_id)
        .bind(&sha256)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// At most `limit` uploads whose time was over before `now_us`.
pub(super) async fn expired(app: &App, now_us: u64, limit: i64) -> Result<Vec<OriginalId>, DbFault> {
    let agency_id = app.agency().id.to_string();
    let rows = sqlx::query(
        "SELECT device_id, sha256 FROM upload WHERE agency_id = $1 AND expires_us <= $2 ORDER BY expires_us LIMIT $3",
    )
    .bind(&agency_id)
    .bind(to_db(now_us))
    .bind(limit)
    .fetch_all(app.db().pool())
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let (device_id, sha256): (String, String) = (row.try_get("device_id")?, row.try_get("sha256")?);
        found.extend(OriginalId::of_row(&agency_id, &device_id, &sha256));
    }
    Ok(found)
}

/// The upload is let go, if its time is still over.
pub(super) async fn forget(app: &App, id: &OriginalId, now_us: u64) -> Result<(), DbFault> {
    sqlx::query("DELETE FROM upload WHERE agency_id = $1 AND device_id = $2 AND sha256 = $3 AND expires_us <= $4")
        .bind(id.agency.to_string())
        .bind(id.device.to_string())
        .bind(id.hex())
        .bind(to_db(now_us))
        .execute(app.db().pool())
        .await?;
    Ok(())
}
