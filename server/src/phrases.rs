//! What officers say (执法用语, 第八条): a province's wording and the agency's blanks.
//!
//! A province's wording is handed on under the agency's signature and names the province: that it is the province's, the agency answers for.

use quanji_rules::{PhraseFault, Phrases, PhrasesDraft, PhrasesLevel};

use crate::agency::Agency;
use crate::db::Db;
use crate::documents::{Kind, Stands};
use crate::drafts::{self, Draft, Edition, EditionFault};

/// Why no phrases were issued, or cannot be read.
pub type PhrasesFault = EditionFault<PhraseFault>;

impl Draft for PhrasesDraft {
    type Fault = PhraseFault;
    const KIND: Kind = Kind::Phrases;
    // A province's and the agency's lie over each other.
    const STANDS: Stands = Stands::Beside;
    const FORM: &'static str = "proto/phrases/v1";

    fn is_for(&self, agency: &str) -> bool {
        self.level != PhrasesLevel::Agency || self.issuer == agency
    }

    fn issuer(&self) -> &str {
        &self.issuer
    }

    fn held_against(&self, before: &[Edition<PhrasesDraft>]) -> Result<(), Vec<PhraseFault>> {
        laid(before)?.enter(u64::MAX, self)
    }
}

/// What is said now: every edition laid over those before.
pub async fn phrases(db: &Db, agency: &Agency) -> Result<Phrases, PhrasesFault> {
    laid(&drafts::editions(db, agency).await?).map_err(EditionFault::Refused)
}

fn laid(editions: &[Edition<PhrasesDraft>]) -> Result<Phrases, Vec<PhraseFault>> {
    let mut phrases = Phrases::shipped();
    for edition in editions {
        phrases.enter(edition.number, &edition.draft)?;
    }
    Ok(phrases)
}
