//! The written statement (书面情况说明): what the agency drafted for this phone, the template where it drafted none, and the statement that stands
//! alone.

use quanji_evidence::Digest;
use quanji_evidence::hex;

use crate::CoreError;
use crate::deed::ProvenOfficer;
use crate::phone_core::{Core, record_id};

/// A draft that waits to be read, changed and signed.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct StatementDraft {
    /// By which a statement names it: 64 hex digits.
    pub draft: String,
    /// Null: nothing was recorded, and it stands alone.
    pub record: Option<String>,
    /// Null: about the record as a whole.
    pub interruption: Option<u64>,
    pub text: String,
    /// When the agency offered it, µs since 1970, by its own clock.
    pub issued_us: i64,
}

impl std::fmt::Debug for StatementDraft {
    /// Never the words: this may end in a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("StatementDraft").field("draft", &self.draft).finish_non_exhaustive()
    }
}

#[uniffi::export]
impl Core {
    /// What the agency drafted and nobody has signed here, the oldest first. Asks nobody.
    pub fn statement_drafts(&self) -> Vec<StatementDraft> {
        let drafts = self.recorder.statement_drafts().into_iter();
        let shown = |draft: quanji_recorder::OfferedDraft| StatementDraft {
            draft: draft.digest.hex(),
            record: draft.record.map(|record| record.to_string()),
            interruption: draft.interruption,
            text: draft.text,
            issued_us: i64::try_from(draft.issued_us).unwrap_or(i64::MAX),
        };
        drafts.map(shown).collect()
    }

    /// The text that a statement about a record begins from, with blanks for what only the officer knows.
    pub fn statement_template(&self, record: String, interruption: Option<u64>) -> Result<String, CoreError> {
        Ok(self.recorder.statement_template(record_id(&record)?, interruption)?)
    }

    /// A written statement where nothing was recorded at all: in a record of its own, sealed at once. The record's id.
    pub fn state_alone(
        &self,
        actor: Option<ProvenOfficer>,
        statement: String,
        draft: Option<String>,
    ) -> Result<String, CoreError> {
        let actor = actor.map(ProvenOfficer::into_inner).transpose()?;
        let draft = draft.as_deref().map(draft_named).transpose()?;
        Ok(self.recorder.state_alone(actor, statement, draft)?.to_string())
    }
}

/// A draft's name as it came from here.
pub(crate) fn draft_named(text: &str) -> Result<Digest, CoreError> {
    let bytes = hex::decode_array::<32>(text).ok_or_else(|| CoreError::shape("draft", "64 lower-case hex digits"))?;
    Ok(Digest::from_sha256(bytes))
}
