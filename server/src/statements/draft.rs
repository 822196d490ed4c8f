//! A draft as it stands: from its row, and where it is still to be signed from the document that was offered last. No record is read for it
//! once it is noted whose words were signed.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::signed::{self, Signed};
use super::{StatementsFault, offered_text};
use crate::app::App;
use crate::db::from_db;

/// How far a draft has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nobody but the agency has seen it.
    Drafted,
    /// The phone is given it at its next session.
    Offered {
        /// Whether the text was changed here since.
        has_changed_since: bool,
    },
    Withdrawn,
    Signed(Signed),
}

/// A draft as it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    pub id: String,
    pub device: String,
    pub record: Option<String>,
    pub interruption: Option<u64>,
    pub text: String,
    pub standing: Standing,
    /// The administrator who began it.
    pub made_by: String,
    pub changed_us: u64,
    pub(super) sha256: Option<String>,
}

impl std::fmt::Debug for Draft {
    /// Never the words: this may end in a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Draft").field("id", &self.id).field("standing", &self.standing).finish_non_exhaustive()
    }
}

/// A draft of which the database holds something else than was written; `fsck` says what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    pub id: String,
}

macro_rules! select_draft {
    ($rest:literal) => {
        concat!(
            "SELECT draft_id, device_id, record_id, interruption, text, standing, sha256, signed_record_id, signed_seq, signed_sha256, ",
            "is_word_for_word, made_by, changed_us FROM statement_draft WHERE agency_id = $1 ",
            $rest
        )
    };
}

/// One by its id.
pub async fn one(app: &App, id: &str) -> Result<Option<Draft>, StatementsFault> {
    let row = sqlx::query(select_draft!("AND draft_id = $2"))
        .bind(app.agency().id.to_string())
        .bind(id)
        .fetch_optional(app.db().pool())
        .await?;
    match row {
        Some(row) => Ok(Some(draft_of(app, &row).await?)),
        None => Ok(None),
    }
}

/// All, changed last first. One that cannot be read keeps no other back.
pub async fn list(app: &App, limit: i64, offset: i64) -> Result<Vec<Result<Draft, Unreadable>>, StatementsFault> {
    let rows = sqlx::query(select_draft!("ORDER BY changed_us DESC, draft_id LIMIT $2 OFFSET $3"))
        .bind(app.agency().id.to_string())
        .bind(limit)
        .bind(offset)
        .fetch_all(app.db().pool())
        .await?;
    drafts_of(app, &rows).await
}

/// Those about a record, the oldest first.
pub async fn of_record(app: &App, record: &str) -> Result<Vec<Result<Draft, Unreadable>>, StatementsFault> {
    let rows = sqlx::query(select_draft!("AND record_id = $2 ORDER BY made_us, draft_id"))
        .bind(app.agency().id.to_string())
        .bind(record)
        .fetch_all(app.db().pool())
        .await?;
    drafts_of(app, &rows).await
}

async fn drafts_of(app: &App, rows: &[AnyRow]) -> Result<Vec<Result<Draft, Unreadable>>, StatementsFault> {
    let mut drafts = Vec::with_capacity(rows.len());
    for row in rows {
        drafts.push(match draft_of(app, row).await {
            Ok(draft) => Ok(draft),
            Err(fault) if fault.is_unreadable() => {
                let id: String = row.try_get("draft_id")?;
                tracing::error!(draft = %id, %fault, "a draft cannot be read");
                Err(Unreadable { id })
            }
            Err(fault) => return Err(fault),
        });
    }
    Ok(drafts)
}

async fn draft_of(app: &App, row: &AnyRow) -> Result<Draft, StatementsFault> {
    let text: String = row.try_get("text")?;
    let sha256: Option<String> = row.try_get("sha256")?;
    let signed: Option<String> = row.try_get("signed_record_id")?;
    let standing = match (signed, row.try_get::<String, _>("standing")?.as_str(), &sha256) {
        (Some(record), ..) => Standing::Signed(signed_of(app, row, record).await?),
        (None, "drafted", _) => Standing::Drafted,
        (None, "offered", Some(sha256)) => {
            let offered = offered_text(app, sha256).await?;
            Standing::Offered { has_changed_since: offered.is_some_and(|offered| offered != text) }
        }
        (None, "withdrawn", _) => Standing::Withdrawn,
        (None, ..) => return Err(StatementsFault::Stored),
    };
    Ok(Draft {
        id: row.try_get("draft_id")?,
        device: row.try_get("device_id")?,
        record: row.try_get("record_id")?,
        interruption: row.try_get::<Option<i64>, _>("interruption")?.map(from_db),
        text,
        standing,
        made_by: row.try_get("made_by")?,
        changed_us: from_db(row.try_get("changed_us")?),
        sha256,
    })
}

async fn signed_of(app: &App, row: &AnyRow, record: String) -> Result<Signed, StatementsFault> {
    let seq = from_db(row.try_get::<Option<i64>, _>("signed_seq")?.ok_or(StatementsFault::Stored)?);
    let of = row.try_get::<Option<String>, _>("signed_sha256")?.ok_or(StatementsFault::Stored)?;
    let is_word_for_word = match row.try_get::<Option<i64>, _>("is_word_for_word")? {
        Some(noted) => Some(noted != 0),
        // Its words were not here when the record was last looked at, or that was before this was noted.
        None => signed::is_word_for_word(app, &of, &record, seq).await?,
    };
    Ok(Signed { record, seq, is_word_for_word })
}
