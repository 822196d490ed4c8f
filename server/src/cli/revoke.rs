//! `revoke`: from an instant on, a device or a key counts for nothing. What was proved before it stays proved.

use std::path::Path;

use quanji_evidence::keyset::{KeysetStatement, Revoked};
use quanji_evidence::{KeyId, PublicKey};
use sqlx::Row;

use super::init::keys_folder;
use super::rotate::root_signer;
use crate::agency::{Agency, AgencyFault};
use crate::clock::Clock;
use crate::db::{Db, DbFault, to_db};
use crate::{hooks, keyset_lines, log};

/// Whom to revoke.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revokee {
    /// A device, by its id: its key, and its sessions.
    Device(String),
    /// A role key, by its key id.
    Key(KeyId),
}

/// Revokes from `from_us` on. Said twice, the earlier instant counts.
pub async fn revoke(
    data: &Path,
    db: &Db,
    revokee: &Revokee,
    from_us: u64,
    clock: &dyn Clock,
) -> Result<KeyId, AgencyFault> {
    let (agency, _) = Agency::load(db, &keys_folder(data)).await?;
    let root = root_signer(data, &agency)?;
    let id = agency.id.to_string();
    let mut tx = db.begin().await?;
    let now_us = log::speak(&mut tx, &agency, clock.wall_us()).await?;
    let keyid = match revokee {
        Revokee::Key(keyid) => {
            let is_known = agency.keyset.role_keys().iter().any(|key| key.key.id() == *keyid);
            if !is_known {
                return Err(AgencyFault::KeyUnknown { found: keyid.to_string() });
            }
            *keyid
        }
        Revokee::Device(device) => {
            let row = sqlx::query(
                "UPDATE device SET revoked_from_us = CASE WHEN revoked_from_us < $3 THEN revoked_from_us ELSE $3 END
                 WHERE agency_id = $1 AND device_id = $2 RETURNING device_key",
            )
            .bind(&id)
            .bind(device)
            .bind(to_db(from_us))
            .fetch_optional(&mut *tx)
            .await
            .map_err(DbFault::from)?
            .ok_or_else(|| AgencyFault::DeviceUnknown { found: device.clone() })?;
            let key: String = row.try_get("device_key").map_err(DbFault::from)?;
            let key = PublicKey::from_file(&format!("{}\n", key.trim_end()));
            key.ok_or(AgencyFault::Row { name: "device_key" })?.id()
        }
    };
    let statement = KeysetStatement::Revoked(Revoked { keyid, from_us });
    keyset_lines::append(&mut tx, &id, &statement, &[&root], now_us).await?;
    // What it signed may no longer hold, and whoever asks about such a record is to find it listed.
    let of_device = match revokee {
        Revokee::Device(device) => Some(device.as_str()),
        Revokee::Key(_) => None,
    };
    hooks::look_again_at_all(&mut tx, &agency, of_device, now_us).await?;
    tx.commit().await.map_err(DbFault::from)?;
    Ok(keyid)
}
