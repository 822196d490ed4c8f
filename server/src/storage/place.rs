//! Where an agency's originals are: stated once, kept in the database, so that every command and every instance finds the same place.

use std::path::Path;
use std::sync::Arc;

use quanji_evidence::hex;
use sqlx::Row;

use super::{Bucket, LocalFiles, LockedBucket, Originals, StorageFault};
use crate::agency::AgencyFault;
use crate::chance::draw;
use crate::clock::Clock;
use crate::db::{Db, DbFault, from_db, to_db};

/// What a command line says of the place; nothing, mostly.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// `s3://NAME/PREFIX`, `file:///FOLDER`.
    pub bucket: Option<String>,
    /// Of an S3 bucket: days that each original is locked.
    pub retain_days: Option<u64>,
}

/// Of files in a folder the database keeps this and the folder's name.
const LOCAL: &str = "local:";

/// A place that was stated.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stated {
    address: String,
    retain_days: u64,
}

/// Opens final storage: files below `data`, or the bucket that was stated now or before.
pub async fn open(
    db: &Db,
    agency_id: &str,
    data: &Path,
    wanted: &Wanted,
    clock: Arc<dyn Clock>,
) -> Result<Arc<dyn Originals>, AgencyFault> {
    let before = stated(db, agency_id).await?;
    // A folder that holds nothing yet keeps nobody from stating a bucket: to that, it is as if nothing had been stated.
    let bucket = before.as_ref().filter(|before| !before.address.starts_with(LOCAL));
    let Some(now) = settle(db, agency_id, bucket, wanted).await? else {
        return Ok(Arc::new(local(db, agency_id, before.as_ref(), &data.join("originals")).await?));
    };
    // Opened before it is kept: what cannot be used is not where an agency's originals are.
    let originals: Arc<dyn Originals> = match now.address.starts_with("s3://") {
        true => Arc::new(LockedBucket::open(&now.address, now.retain_days, clock).await?),
        false => Arc::new(Bucket::open(&now.address)?),
    };
    if before.as_ref() != Some(&now) {
        keep(db, agency_id, &now).await?;
    }
    Ok(originals)
}

/// Files of this folder, if it is the one that the database knows: another instance's, or an empty one whose disk is not mounted, would
/// be asked for originals that it does not have.
async fn local(db: &Db, agency_id: &str, before: Option<&Stated>, folder: &Path) -> Result<LocalFiles, AgencyFault> {
    let files = LocalFiles::open(folder)?;
    let found = match (files.identity()?, before) {
        (Some(found), _) => found,
        (None, None) => files.identify(&hex::encode(&draw::<8>().map_err(|_| AgencyFault::Chance)?))?,
        (None, Some(_)) => "none".to_owned(),
    };
    let now = Stated { address: format!("{LOCAL}{found}"), retain_days: 0 };
    match before {
        None => keep(db, agency_id, &now).await?,
        Some(before) if *before == now => {}
        Some(before) => {
            return Err(StorageFault::PlaceDiffers { expected: before.address.clone(), found: now.address }.into());
        }
    }
    Ok(files)
}

async fn settle(
    db: &Db,
    agency_id: &str,
    before: Option<&Stated>,
    wanted: &Wanted,
) -> Result<Option<Stated>, AgencyFault> {
    let address = match (before, &wanted.bucket) {
        (None, None) if wanted.retain_days.is_some() => return Err(StorageFault::NothingToLock.into()),
        (None, None) => return Ok(None),
        (None, Some(address)) if holds_originals(db, agency_id).await? => {
            return Err(StorageFault::PlaceDiffers { expected: "originals/".to_owned(), found: address.clone() }.into());
        }
        (Some(before), Some(address)) if before.address != *address => {
            let (expected, found) = (before.address.clone(), address.clone());
            return Err(StorageFault::PlaceDiffers { expected, found }.into());
        }
        (None, Some(address)) => address,
        (Some(before), _) => &before.address,
    };
    if !address.starts_with("s3://") {
        return match wanted.retain_days {
            Some(_) => Err(StorageFault::NothingToLock.into()),
            None => Ok(Some(Stated { address: address.clone(), retain_days: 0 })),
        };
    }
    let before_days = before.map_or(0, |before| before.retain_days);
    let retain_days = wanted.retain_days.unwrap_or(before_days);
    if retain_days < before_days {
        return Err(StorageFault::Shorter { expected: before_days, found: retain_days }.into());
    }
    Ok(Some(Stated { address: address.clone(), retain_days }))
}

async fn stated(db: &Db, agency_id: &str) -> Result<Option<Stated>, DbFault> {
    let row = sqlx::query("SELECT address, retain_days FROM place WHERE agency_id = $1")
        .bind(agency_id)
        .fetch_optional(db.pool())
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Stated { address: row.try_get("address")?, retain_days: from_db(row.try_get("retain_days")?) }))
}

async fn holds_originals(db: &Db, agency_id: &str) -> Result<bool, DbFault> {
    let row = sqlx::query("SELECT sha256 FROM original WHERE agency_id = $1 LIMIT 1")
        .bind(agency_id)
        .fetch_optional(db.pool())
        .await?;
    Ok(row.is_some())
}

/// Of two that state at once, the longer term stays, and the other address is refused. Only a bucket takes the place of a folder, and only
/// of one that holds nothing yet.
async fn keep(db: &Db, agency_id: &str, now: &Stated) -> Result<(), AgencyFault> {
    let kept = sqlx::query(
        "INSERT INTO place (agency_id, address, retain_days) VALUES ($1, $2, $3)
         ON CONFLICT (agency_id) DO UPDATE SET
             address = CASE WHEN place.address LIKE 'local:%' AND $2 NOT LIKE 'local:%'
                            AND NOT EXISTS (SELECT 1 FROM original WHERE original.agency_id = $1) THEN $2 ELSE place.address END,
             retain_days = CASE WHEN place.retain_days > $3 THEN place.retain_days ELSE $3 END
         RETURNING address",
    )
    .bind(agency_id)
    .bind(&now.address)
    .bind(to_db(now.retain_days))
    .fetch_one(db.pool())
    .await
    .map_err(DbFault::from)?;
    let expected: String = kept.try_get("address").map_err(DbFault::from)?;
    if expected != now.address {
        return Err(StorageFault::PlaceDiffers { expected, found: now.address.clone() }.into());
    }
    Ok(())
}
