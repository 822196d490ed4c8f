//! Writing the key set: each line goes into the database and, in the same transaction, into the log.

use quanji_evidence::keyset::{KeysetStatement, KeysetWriter};
use quanji_evidence::{Digest, Signer};
use sqlx::{Any, Row, Transaction};

use crate::agency::AgencyFault;
use crate::db::{DbFault, from_db, to_db};
use crate::log::{self, Logged};

/// Signs and appends one statement. `signers` are the present root, and for a new root both.
pub async fn append(
    tx: &mut Transaction<'static, Any>,
    agency_id: &str,
    statement: &KeysetStatement,
    signers: &[&dyn Signer],
    now_us: u64,
) -> Result<(), AgencyFault> {
    let mut writer = writer(tx, agency_id).await?;
    let seq = writer.next_seq();
    let line = writer.write(statement, signers)?;
    sqlx::query("INSERT INTO keyset_line (agency_id, seq, line) VALUES ($1, $2, $3)")
        .bind(agency_id)
        .bind(to_db(seq))
        .bind(&line)
        .execute(&mut **tx)
        .await
        .map_err(DbFault::from)?;
    log::append_for(tx, agency_id, Logged::Keyset, &Digest::of(&line), now_us).await?;
    Ok(())
}

/// A writer that goes on after the last line there is. Until the transaction ends, nobody else appends.
async fn writer(tx: &mut Transaction<'static, Any>, agency_id: &str) -> Result<KeysetWriter, DbFault> {
    log::hold(tx, agency_id).await?;
    let last = sqlx::query("SELECT seq, line FROM keyset_line WHERE agency_id = $1 ORDER BY seq DESC LIMIT 1")
        .bind(agency_id)
        .fetch_optional(&mut **tx)
        .await?;
    let Some(last) = last else { return Ok(KeysetWriter::default()) };
    let line: Vec<u8> = last.try_get("line")?;
    Ok(KeysetWriter::resume(from_db(last.try_get("seq")?) + 1, Digest::of(&line)))
}
