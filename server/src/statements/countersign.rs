//! Countersignatures (会签) as an agency's rule: a document of the agency that names who pressed, and the statement by the digest of its line. The
//! record is never touched, and a statement that nobody countersigned is one all the same.

use quanji_evidence::Digest;
use quanji_evidence::body::Body;
use quanji_evidence::id::RecordId;
use serde::{Deserialize, Serialize};
use sqlx::Row;

use super::{NAME_LIMIT_CHARS, StatementsFault};
use crate::app::App;
use crate::db::{from_db, to_db};
use crate::documents::{self, Kind, Number, Stands};
use crate::log;
use crate::receipts::HeldRecord;
use quanji_evidence::Findings;
use quanji_evidence::journal::{Drafts, Journal};

/// The body of the document.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Countersignature {
    edition: u64,
    record: RecordId,
    seq: u64,
    /// Of the statement's line, its LF included.
    statement: Digest,
    /// The administrator whose token was used.
    by: String,
    /// Name and office, as that person said them.
    name: String,
}

/// A statement that was countersigned.
#[derive(Clone, PartialEq, Eq)]
pub struct Countersigned {
    pub seq: u64,
    pub name: String,
    pub at_us: u64,
}

impl std::fmt::Debug for Countersigned {
    /// Never the name: this may end in a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Countersigned").field("seq", &self.seq).finish_non_exhaustive()
    }
}

/// Countersigns the statement of this line. `by` is who pressed, `name` how that person is called.
pub async fn countersign(app: &App, by: &str, record: RecordId, seq: u64, name: &str) -> Result<(), StatementsFault> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > NAME_LIMIT_CHARS || name.chars().any(char::is_control) {
        return Err(StatementsFault::NoName);
    }
    let agency = app.agency();
    let held = HeldRecord::load(app.db(), &agency, &record.to_string()).await?.ok_or(StatementsFault::NoRecord)?;
    let journal = Journal::read(&held.journal, Drafts::Accepted, "journal", &mut Findings::default());
    let line = journal.entries.iter().find(|entry| entry.seq == seq);
    let line = line.filter(|entry| matches!(entry.body, Body::WrittenStatement(_)));
    let statement = line.map(|entry| entry.digest.clone()).ok_or(StatementsFault::NoStatement)?;
    let body = Countersignature { edition: 1, record, seq, statement, by: by.to_owned(), name: name.to_owned() };
    let body = serde_json::to_vec(&body).map_err(|_| StatementsFault::Stored)?;
    let mut tx = app.db().begin().await?;
    let now_us = log::speak(&mut tx, &agency, app.now_us()).await?;
    let asked = (Kind::Countersignature, Number::Next, Stands::Beside);
    let document = documents::issue(&mut tx, &agency, asked, body, now_us).await?;
    let made = sqlx::query(
        "INSERT INTO countersignature (agency_id, record_id, seq, sha256) VALUES ($1, $2, $3, $4)
         ON CONFLICT (agency_id, record_id, seq) DO NOTHING",
    )
    .bind(agency.id.to_string())
    .bind(record.to_string())
    .bind(to_db(seq))
    .bind(document.digest().hex())
    .execute(&mut *tx)
    .await?;
    if made.rows_affected() == 0 {
        tx.rollback().await?;
        return Err(StatementsFault::CountersignedAlready);
    }
    tx.commit().await?;
    Ok(())
}

/// Of a record's statements those that were countersigned, by their lines.
pub async fn countersigned(app: &App, record: &str) -> Result<Vec<Countersigned>, StatementsFault> {
    let agency = app.agency();
    let rows =
        sqlx::query("SELECT seq, sha256 FROM countersignature WHERE agency_id = $1 AND record_id = $2 ORDER BY seq")
            .bind(agency.id.to_string())
            .bind(record)
            .fetch_all(app.db().pool())
            .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let (seq, sha256): (i64, String) = (row.try_get("seq")?, row.try_get("sha256")?);
        let document = documents::one(app.db(), &agency, &sha256).await?.ok_or(StatementsFault::Stored)?;
        let body: Countersignature = serde_json::from_slice(document.body()).map_err(|_| StatementsFault::Stored)?;
        found.push(Countersigned { seq: from_db(seq), name: body.name, at_us: document.header().issued_us });
    }
    Ok(found)
}
