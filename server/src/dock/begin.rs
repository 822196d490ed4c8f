//! A dock begins: the same agency, receipt and head keys of its own in the agency's key set, the device register as it stands.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use quanji_evidence::Ed25519Signer;
use quanji_evidence::keyset::{KeysetStatement, Role};
use quanji_evidence::receipt::ReceiptKind;
use quanji_evidence::text::Origin;
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::DockFault;
use crate::agency::AgencyFault;
use crate::app::App;
use crate::cli::init::{keys_folder, new_role_key, own_database, storage_word, write_public};
use crate::db::{Db, DbFault, to_db};
use crate::{keyset_lines, log};

/// What a dock's own keys sign: hand-overs, and heads of its own log.
const ROLES: [Role; 2] = [Role::Receipt, Role::Head];

/// A dock as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Docked {
    /// `AGENCY/dock-N`: the name of its log.
    pub origin: Origin,
}

/// Makes a dock in `data`, of the agency `from`, whose root key signs its keys. Devices enrolled later are not known to it.
pub async fn begin(from: &App, root: &Ed25519Signer, data: &Path) -> Result<Docked, DockFault> {
    let agency = from.agency();
    let keys = keys_folder(data);
    if keys.join("agency.pub").exists() {
        return Err(DockFault::There { found: "the dock's folder" });
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(data)?;
    let id = agency.id.to_string();

    let mut tx = from.db().begin().await?;
    let now_us = log::speak(&mut tx, &agency, from.now_us()).await?;
    let number: i64 = sqlx::query("SELECT COUNT(*) AS lines FROM keyset_line WHERE agency_id = $1")
        .bind(&id)
        .fetch_one(&mut *tx)
        .await?
        .try_get("lines")?;
    let origin =
        Origin::parse(&format!("{}/dock-{number}", agency.origin)).map_err(|_| AgencyFault::Row { name: "origin" })?;
    for role in ROLES {
        let key = new_role_key(&keys, role, now_us)?;
        keyset_lines::append(&mut tx, &id, &KeysetStatement::Key(key), &[root], now_us).await?;
    }
    tx.commit().await?;
    from.reload().await?;

    let db = Db::open(&own_database(data)).await?;
    let mut tx = db.begin().await?;
    sqlx::query(
        "INSERT INTO agency (agency_id, name, origin, storage_kind, clock_us, created_us)
         VALUES ($1, $2, $3, $4, $5, $5)",
    )
    .bind(&id)
    .bind(origin.as_str())
    .bind(origin.as_str())
    .bind(storage_word(ReceiptKind::DesignatedStorage))
    .bind(to_db(now_us))
    .execute(&mut *tx)
    .await?;
    copy_keyset(from, &id, &mut tx, now_us).await?;
    copy_register(from, &id, &mut tx).await?;
    tx.commit().await?;
    write_public(&keys, &agency.root)?;
    Ok(Docked { origin })
}

/// The key set's lines, logged in the dock's own log as well.
async fn copy_keyset(from: &App, id: &str, tx: &mut Transaction<'static, Any>, now_us: u64) -> Result<(), DockFault> {
    for row in rows(from, "SELECT seq, line FROM keyset_line WHERE agency_id = $1 ORDER BY seq", id).await? {
        let line: Vec<u8> = row.try_get("line")?;
        sqlx::query("INSERT INTO keyset_line (agency_id, seq, line) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(row.try_get::<i64, _>("seq")?)
            .bind(&line)
            .execute(&mut **tx)
            .await?;
        let digest = quanji_evidence::Digest::of(&line);
        log::append_for(tx, id, log::Logged::Keyset, &digest, now_us).await?;
    }
    Ok(())
}

/// Units, devices and calendars.
async fn copy_register(from: &App, id: &str, tx: &mut Transaction<'static, Any>) -> Result<(), DockFault> {
    for row in rows(from, "SELECT unit_id, name FROM unit WHERE agency_id = $1", id).await? {
        sqlx::query("INSERT INTO unit (agency_id, unit_id, name) VALUES ($1, $2, $3)")
            .bind(id)
            .bind(row.try_get::<String, _>("unit_id")?)
            .bind(row.try_get::<String, _>("name")?)
            .execute(&mut **tx)
            .await?;
    }
    let devices = "SELECT device_id, unit_id, device_key, certificate_number, certificate, enrolled_us, revoked_from_us
                   FROM device WHERE agency_id = $1";
    for row in rows(from, devices, id).await? {
        sqlx::query(
            "INSERT INTO device (agency_id, device_id, unit_id, device_key, certificate_number, certificate, enrolled_us,
                 revoked_from_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(id)
        .bind(row.try_get::<String, _>("device_id")?)
        .bind(row.try_get::<String, _>("unit_id")?)
        .bind(row.try_get::<String, _>("device_key")?)
        .bind(row.try_get::<i64, _>("certificate_number")?)
        .bind(row.try_get::<String, _>("certificate")?)
        .bind(row.try_get::<i64, _>("enrolled_us")?)
        .bind(row.try_get::<Option<i64>, _>("revoked_from_us")?)
        .execute(&mut **tx)
        .await?;
    }
    let calendars = "SELECT sha256, calendar_id, document, imported_us FROM calendar WHERE agency_id = $1";
    for row in rows(from, calendars, id).await? {
        sqlx::query(
            "INSERT INTO calendar (agency_id, sha256, calendar_id, document, imported_us) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(row.try_get::<String, _>("sha256")?)
        .bind(row.try_get::<String, _>("calendar_id")?)
        .bind(row.try_get::<Vec<u8>, _>("document")?)
        .bind(row.try_get::<i64, _>("imported_us")?)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

async fn rows(from: &App, query: &'static str, id: &str) -> Result<Vec<AnyRow>, DbFault> {
    Ok(sqlx::query(query).bind(id).fetch_all(from.db().pool()).await?)
}
