//! A dock begins: the same agency, receipt and head keys of its own in the agency's key set, the device register as it stands.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use quanji_evidence::Ed25519Signer;
use quanji_evidence::keyset::{KeysetStatement, Role};
use quanji_evidence::receipt::ReceiptKind;
use quanji_evidence::text::Origin;
use sqlx::Row;

use super::{DockFault, register};
use crate::agency::AgencyFault;
use crate::app::App;
use crate::cli::init::{keys_folder, new_role_key, own_database, storage_word, write_public};
use crate::db::{Db, to_db};
use crate::{keyset_lines, log};

/// What a dock's own keys sign: hand-overs, and heads of its own log.
const ROLES: [Role; 2] = [Role::Receipt, Role::Head];

/// A dock as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Docked {
    /// `AGENCY/dock-N`: the name of its log.
    pub origin: Origin,
}

/// Makes a dock in `data`, of the agency `from`, whose root key signs its keys. Devices enrolled later
/// it learns by lists ([`super::learn`]).
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
    let list = register::write(from).await?;
    register::take_in(&mut tx, agency.id, &agency.root, (&[], &list), now_us).await?;
    tx.commit().await?;
    write_public(&keys, &agency.root)?;
    Ok(Docked { origin })
}
