//! What officers say (执法用语, 第八条): a province's wording and the agency's blanks, checked and issued as signed documents.

use quanji_evidence::document::Document;
use quanji_rules::{PhraseFault, Phrases, PhrasesDraft, PhrasesLevel};
use thiserror::Error;

use crate::agency::{Agency, AgencyFault};
use crate::app::App;
use crate::db::{Db, DbFault};
use crate::documents::{self, DocumentsFault, Kind, Number, Stands};
use crate::log;

/// Largest file that is read.
pub const FILE_LIMIT_BYTES: u64 = 1 << 20;

/// Why no phrases were issued, or cannot be read.
#[derive(Debug, Error)]
pub enum PhrasesFault {
    #[error("文件 {found} 字节，至多 {FILE_LIMIT_BYTES} the file has {found} bytes, at most {FILE_LIMIT_BYTES}")]
    TooLarge { found: u64 },
    #[error("不是用语的格式 not of the form of phrases (proto/phrases/v1): {said}")]
    Form { said: String },
    #[error("用语未颁发，有 {} 处需要修改 not issued, {} to mend:\n{}", .0.len(), .0.len(), told(.0))]
    Phrases(Vec<PhraseFault>),
    #[error("颁发单位“{found}”不是本单位“{expected}” issued by {found}, and this agency is {expected}")]
    Issuer { expected: String, found: String },
    #[error("phrases {sha256} in the database are not of their form")]
    Stored { sha256: String },
    #[error(transparent)]
    Documents(#[from] DocumentsFault),
    #[error(transparent)]
    Agency(#[from] AgencyFault),
}

impl From<DbFault> for PhrasesFault {
    fn from(fault: DbFault) -> PhrasesFault {
        AgencyFault::from(fault).into()
    }
}

impl From<sqlx::Error> for PhrasesFault {
    fn from(fault: sqlx::Error) -> PhrasesFault {
        DbFault::from(fault).into()
    }
}

fn told(faults: &[PhraseFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// What is said now: every edition laid over those before.
pub async fn phrases(db: &Db, agency: &Agency) -> Result<Phrases, PhrasesFault> {
    let mut phrases = Phrases::shipped();
    for document in documents::of_kind(db, agency, Kind::Phrases).await? {
        let stored = || PhrasesFault::Stored { sha256: document.digest().hex() };
        let draft = draft_of(&document)?;
        phrases.enter(document.header().number, &draft).map_err(|_| stored())?;
    }
    Ok(phrases)
}

fn draft_of(document: &Document) -> Result<PhrasesDraft, PhrasesFault> {
    let stored = |_| PhrasesFault::Stored { sha256: document.digest().hex() };
    serde_json::from_slice(document.body()).map_err(stored)
}

/// One edition as it was written, the newest where none is named.
pub async fn written(
    db: &Db,
    agency: &Agency,
    number: Option<u64>,
) -> Result<Option<(u64, PhrasesDraft)>, PhrasesFault> {
    let document = documents::edition(db, agency, Kind::Phrases, number).await?;
    document.map(|document| Ok::<_, PhrasesFault>((document.header().number, draft_of(&document)?))).transpose()
}

/// Checks a file and issues it; number and name of the document, or `None` where the newest edition says the same.
///
/// A province's wording is handed on under the agency's signature and names the province: that it is the province's, the agency answers for.
pub async fn issue(app: &App, file: &[u8], number: Number) -> Result<Option<(u64, String)>, PhrasesFault> {
    let found = file.len() as u64;
    if found > FILE_LIMIT_BYTES {
        return Err(PhrasesFault::TooLarge { found });
    }
    let draft: PhrasesDraft =
        serde_json::from_slice(file).map_err(|fault| PhrasesFault::Form { said: fault.to_string() })?;
    let agency = app.agency();
    let expected = documents::issuer(app.db(), &agency).await?;
    if draft.level == PhrasesLevel::Agency && draft.issuer != expected {
        return Err(PhrasesFault::Issuer { expected, found: draft.issuer });
    }
    phrases(app.db(), &agency).await?.enter(u64::MAX, &draft).map_err(PhrasesFault::Phrases)?;
    let newest = written(app.db(), &agency, None).await?;
    if number == Number::Next && newest.is_some_and(|(_, newest)| newest == draft) {
        return Ok(None);
    }
    let body = serde_json::to_vec(&draft).map_err(|fault| PhrasesFault::Form { said: fault.to_string() })?;
    let mut tx = app.db().begin().await?;
    let now_us = log::speak(&mut tx, &agency, app.now_us()).await?;
    // Beside those before: a province's and the agency's lie over each other.
    let document = documents::issue(&mut tx, &agency, (Kind::Phrases, number, Stands::Beside), body, now_us).await?;
    tx.commit().await?;
    Ok(Some((document.header().number, document.digest().hex())))
}
