//! Which drafts became signed statements, and whether in the words that were offered: noted from a record's lines whenever it is looked at, so
//! that a list of drafts reads no record.

use quanji_evidence::body::{Body, WrittenStatement};
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::private::{self, PrivateValues};
use quanji_evidence::{Digest, Findings};
use sqlx::Row;

use super::{StatementsFault, offered_text};
use crate::agency::Agency;
use crate::app::App;
use crate::db::{DbFault, to_db};
use crate::receipts::HeldRecord;

/// Where its author signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub record: String,
    pub seq: u64,
    /// Whether the words that were signed are those that were offered; `None`: they have not come yet.
    pub is_word_for_word: Option<bool>,
}

/// Notes which drafts the statements of a record were signed from, and whose words those are as soon as they have come. Of a draft that was signed
/// twice the first counts.
pub(crate) async fn note_signed(
    app: &App,
    agency: &Agency,
    held: &HeldRecord,
    journal: &Journal,
) -> Result<(), DbFault> {
    let mut values = None;
    for entry in &journal.entries {
        let Body::WrittenStatement(said) = &entry.body else { continue };
        let Some(draft) = &said.draft else { continue };
        // Only its own device was given it.
        sqlx::query(
            "UPDATE statement_draft SET signed_record_id = $3, signed_seq = $4, signed_sha256 = $2
             WHERE agency_id = $1 AND signed_record_id IS NULL AND draft_id IN (SELECT statement_draft_edition.draft_id
                 FROM statement_draft_edition WHERE statement_draft_edition.agency_id = $1
                     AND statement_draft_edition.sha256 = $2 AND statement_draft_edition.device_id = $5)",
        )
        .bind(agency.id.to_string())
        .bind(draft.hex())
        .bind(held.id.to_string())
        .bind(to_db(entry.seq))
        .bind(held.device.to_string())
        .execute(app.db().pool())
        .await?;
        let values = values.get_or_insert_with(|| private::read(&held.private).0);
        note_words(app, agency, (held, entry.seq), (said, draft), values).await?;
    }
    Ok(())
}

/// Notes whose words a draft was signed in, once.
async fn note_words(
    app: &App,
    agency: &Agency,
    (held, seq): (&HeldRecord, u64),
    (said, draft): (&WrittenStatement, &Digest),
    values: &PrivateValues,
) -> Result<(), DbFault> {
    let Some(words) = private::value_of(values, &said.statement) else { return Ok(()) };
    let to_note = sqlx::query(
        "SELECT draft_id FROM statement_draft WHERE agency_id = $1 AND signed_record_id = $3 AND signed_seq = $4 AND is_word_for_word IS NULL
             AND draft_id IN (SELECT statement_draft_edition.draft_id FROM statement_draft_edition
                 WHERE statement_draft_edition.agency_id = $1 AND statement_draft_edition.sha256 = $2)",
    )
    .bind(agency.id.to_string())
    .bind(draft.hex())
    .bind(held.id.to_string())
    .bind(to_db(seq))
    .fetch_optional(app.db().pool())
    .await?;
    let Some(to_note) = to_note else { return Ok(()) };
    let offered = match offered_text(app, &draft.hex()).await {
        Ok(offered) => offered,
        // Its page says so; for a receipt it is no reason to wait.
        Err(fault) => {
            tracing::error!(%fault, "what was offered cannot be read");
            return Ok(());
        }
    };
    sqlx::query("UPDATE statement_draft SET is_word_for_word = $3 WHERE agency_id = $1 AND draft_id = $2")
        .bind(agency.id.to_string())
        .bind(to_note.try_get::<String, _>("draft_id")?)
        .bind(i64::from(offered.as_deref() == Some(words)))
        .execute(app.db().pool())
        .await?;
    Ok(())
}

/// Whether the words of a statement are those that a document offered, from the record itself; `None` while they have not come.
pub(super) async fn is_word_for_word(
    app: &App,
    sha256: &str,
    record: &str,
    seq: u64,
) -> Result<Option<bool>, StatementsFault> {
    let offered = offered_text(app, sha256).await?;
    let Some(held) = HeldRecord::load(app.db(), &app.agency(), record).await? else { return Ok(None) };
    let journal = Journal::read(&held.journal, Drafts::Accepted, "journal", &mut Findings::default());
    let (values, _) = private::read(&held.private);
    let entry = journal.entries.iter().find(|entry| entry.seq == seq);
    let said = entry.and_then(|entry| match &entry.body {
        Body::WrittenStatement(said) => private::value_of(&values, &said.statement),
        _ => None,
    });
    Ok(said.map(|said| offered.as_deref() == Some(said)))
}
