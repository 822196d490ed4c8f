//! The agency's log: a hash chain over what it signed, and signed heads of it in C2SP form (FORMAT.md, section 3).
//!
//! The root of size 0 is 32 zero bytes; that of size n is SHA-256 of the root of size n − 1 and the entry's digest.

use quanji_evidence::head::Head;
use quanji_evidence::keyset::Role;
use quanji_evidence::{Digest, hex};
use sha2::{Digest as _, Sha256};
use sqlx::{Any, Row, Transaction};

use crate::agency::{Agency, AgencyFault};
use crate::db::{DbFault, from_db, to_db};

/// What is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logged {
    Keyset,
    Certificate,
    Document,
    Receipt,
}

impl Logged {
    pub const fn word(self) -> &'static str {
        match self {
            Logged::Keyset => "keyset",
            Logged::Certificate => "certificate",
            Logged::Document => "document",
            Logged::Receipt => "receipt",
        }
    }
}

/// The root after `digest` was appended to a log of root `before`.
pub fn root_after(before: &[u8; 32], digest: &[u8; 32]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(digest);
    hash.finalize().into()
}

/// Takes the agency's turn to speak, until the transaction ends: the instant it speaks of, at or after `at_least_us` and later than any
/// other transaction's, and alone with the log, whatever instances run beside this one.
pub async fn speak(tx: &mut Transaction<'static, Any>, agency: &Agency, at_least_us: u64) -> Result<u64, DbFault> {
    let row = sqlx::query(
        "UPDATE agency SET clock_us = CASE WHEN clock_us >= $2 THEN clock_us + 1 ELSE $2 END
         WHERE agency_id = $1 RETURNING clock_us",
    )
    .bind(agency.id.to_string())
    .bind(to_db(at_least_us))
    .fetch_one(&mut **tx)
    .await?;
    Ok(from_db(row.try_get("clock_us")?))
}

/// Size and root, inside the transaction that appends or signs: until it ends, nobody else appends or signs.
pub async fn tip(tx: &mut Transaction<'static, Any>, agency: &Agency) -> Result<(u64, [u8; 32]), DbFault> {
    tip_of(tx, &agency.id.to_string()).await
}

/// Takes the agency's row until the transaction ends: on PostgreSQL two transactions would otherwise read one tip and fail at
/// one position.
pub(crate) async fn hold(tx: &mut Transaction<'static, Any>, agency_id: &str) -> Result<(), DbFault> {
    let hold = "UPDATE agency SET clock_us = clock_us WHERE agency_id = $1";
    sqlx::query(hold).bind(agency_id).execute(&mut **tx).await?;
    Ok(())
}

async fn tip_of(tx: &mut Transaction<'static, Any>, agency_id: &str) -> Result<(u64, [u8; 32]), DbFault> {
    hold(tx, agency_id).await?;
    let row =
        sqlx::query("SELECT position, root_sha256 FROM log_entry WHERE agency_id = $1 ORDER BY position DESC LIMIT 1")
            .bind(agency_id)
            .fetch_optional(&mut **tx)
            .await?;
    let Some(row) = row else { return Ok((0, [0; 32])) };
    let root: String = row.try_get("root_sha256")?;
    let root = hex::decode_array(&root).ok_or_else(|| sqlx::Error::Decode("a root of 64 hex digits".into()))?;
    Ok((from_db(row.try_get("position")?) + 1, root))
}

/// Appends what is about to be signed or was: the position that it will have is `tip().0` of the same transaction.
pub async fn append(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    kind: Logged,
    digest: &Digest,
    now_us: u64,
) -> Result<u64, DbFault> {
    append_for(tx, &agency.id.to_string(), kind, digest, now_us).await
}

/// As [`append`], before the agency can be loaded.
pub(crate) async fn append_for(
    tx: &mut Transaction<'static, Any>,
    agency_id: &str,
    kind: Logged,
    digest: &Digest,
    now_us: u64,
) -> Result<u64, DbFault> {
    let (size, root) = tip_of(tx, agency_id).await?;
    let root = root_after(&root, digest.sha256());
    sqlx::query(
        "INSERT INTO log_entry (agency_id, position, kind, sha256, root_sha256, written_us) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(agency_id)
    .bind(to_db(size))
    .bind(kind.word())
    .bind(digest.hex())
    .bind(hex::encode(&root))
    .bind(to_db(now_us))
    .execute(&mut **tx)
    .await?;
    Ok(size)
}

/// A head of the log as it is at `now_us`, signed and kept; the clock's floor is raised with it.
pub async fn sign_head(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    now_us: u64,
) -> Result<String, AgencyFault> {
    let (size, root) = tip(tx, agency).await?;
    let signer = agency.signer(Role::Head, now_us)?;
    let note = Head::write(&agency.origin, size, &root, now_us, &*signer)
        .map_err(|_| AgencyFault::NoKey { role: Role::Head })?;
    sqlx::query("INSERT INTO log_head (agency_id, time_us, size, note) VALUES ($1, $2, $3, $4)")
        .bind(agency.id.to_string())
        .bind(to_db(now_us))
        .bind(to_db(size))
        .bind(&note)
        .execute(&mut **tx)
        .await
        .map_err(DbFault::from)?;
    raise_floor(tx, agency, now_us).await?;
    Ok(note)
}

/// Persists that the agency spoke of `now_us`.
pub async fn raise_floor(tx: &mut Transaction<'static, Any>, agency: &Agency, now_us: u64) -> Result<(), DbFault> {
    sqlx::query("UPDATE agency SET clock_us = $2 WHERE agency_id = $1 AND clock_us < $2")
        .bind(agency.id.to_string())
        .bind(to_db(now_us))
        .execute(&mut **tx)
        .await?;
    Ok(())
}
