//! `rotate`: a new key takes over, for a role or as the root. A server that runs reads it within seconds.

use std::path::Path;

use quanji_evidence::keyset::{KeysetStatement, Revoked, Role};
use quanji_evidence::{Ed25519Signer, KeyId, Signer};

use super::init::{keys_folder, new_role_key, role_word, root_folder, write_public};
use crate::agency::{Agency, AgencyFault, read_seed, write_new_seed};
use crate::clock::Clock;
use crate::db::{Db, DbFault};
use crate::{keyset_lines, log};

/// A new key of `role` that signs from now on. The keys before it stay valid for `overlap_us` more; what they signed holds for good.
pub async fn rotate(
    data: &Path,
    db: &Db,
    role: Role,
    overlap_us: u64,
    clock: &dyn Clock,
) -> Result<KeyId, AgencyFault> {
    let keys = keys_folder(data);
    let (agency, _) = Agency::load(db, &keys).await?;
    let root = root_signer(data, &agency)?;
    let id = agency.id.to_string();
    let mut tx = db.begin().await?;
    let now_us = log::speak(&mut tx, &agency, clock.wall_us()).await?;
    let key = new_role_key(&keys, role, now_us)?;
    let new_id = key.key.id();
    keyset_lines::append(&mut tx, &id, &KeysetStatement::Key(key), &[&root], now_us).await?;
    let from_us = now_us + overlap_us;
    for old in agency.keyset.role_keys() {
        let ends_later = old.role == role && old.valid_until_us > from_us;
        if ends_later && agency.keyset.revoked_from(old.key.id()).is_none_or(|before_us| before_us > from_us) {
            let revoked = KeysetStatement::Revoked(Revoked { keyid: old.key.id(), from_us });
            keyset_lines::append(&mut tx, &id, &revoked, &[&root], now_us).await?;
        }
    }
    tx.commit().await.map_err(DbFault::from)?;
    tracing::info!(role = role_word(role), "a new key signs");
    Ok(new_id)
}

/// A new root, signed by the one before and by itself. Every phone and reader that pinned an older one accepts it.
pub async fn rotate_root(data: &Path, db: &Db, clock: &dyn Clock) -> Result<KeyId, AgencyFault> {
    let keys = keys_folder(data);
    let (agency, _) = Agency::load(db, &keys).await?;
    let before = root_signer(data, &agency)?;
    let mut tx = db.begin().await?;
    let now_us = log::speak(&mut tx, &agency, clock.wall_us()).await?;
    let new = write_new_seed(&root_folder(data), "root")?;
    let statement = KeysetStatement::Root(new.public().clone());
    keyset_lines::append(&mut tx, &agency.id.to_string(), &statement, &[&before, &new], now_us).await?;
    tx.commit().await.map_err(DbFault::from)?;
    // After the commit: a file that names an older root of the set proves it too, one that names an unknown root nothing.
    write_public(&keys, new.public())?;
    Ok(new.public().id())
}

/// The private half of the present root, brought back from where it is kept.
pub(crate) fn root_signer(data: &Path, agency: &Agency) -> Result<Ed25519Signer, AgencyFault> {
    let (expected, folder) = (agency.root.id(), root_folder(data));
    let path = folder.join(format!("root-{expected}.key"));
    if !path.exists() {
        return Err(AgencyFault::RootAbsent { expected, place: folder.display().to_string() });
    }
    let signer = read_seed(&path)?;
    let found = signer.public().id();
    if found == expected { Ok(signer) } else { Err(AgencyFault::RootOther { expected, found }) }
}
