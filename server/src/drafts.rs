//! What an administrator writes as JSON and the agency issues as a signed document (规定, 用语): read, held against the editions before, issued as the
//! next one. `policies` and `phrases` say what is particular to each.

use std::fmt::{Debug, Display};

use quanji_evidence::document::Document;
use quanji_rules::Instant;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::agency::{Agency, AgencyFault};
use crate::app::App;
use crate::db::{Db, DbFault, to_db};
use crate::documents::{self, DocumentsFault, Kind, Number, Stands};
use crate::log;

/// Largest file that is read.
pub const FILE_LIMIT_BYTES: u64 = 1 << 20;

/// A document as it is written, before it is issued.
pub trait Draft: Serialize + DeserializeOwned + PartialEq {
    /// One thing to mend, in words.
    type Fault: Debug + Display;
    const KIND: Kind;
    /// Whether an edition takes the place of the one before.
    const STANDS: Stands;
    /// Where its form is described.
    const FORM: &'static str;

    /// Whether this agency may issue what names this issuer.
    fn is_for(&self, agency: &str) -> bool;
    fn issuer(&self) -> &str;
    /// Everything that stands against it as the next edition after those `before`.
    fn held_against(&self, before: &[Edition<Self>]) -> Result<(), Vec<Self::Fault>>
    where
        Self: Sized;
}

/// A draft that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition<D> {
    pub number: u64,
    pub issued: Instant,
    /// SHA-256 of the document.
    pub sha256: String,
    pub draft: D,
}

/// Why nothing was issued, or what was issued cannot be read.
#[derive(Debug, Error)]
pub enum EditionFault<F: Debug + Display> {
    #[error("文件 {found} 字节，至多 {FILE_LIMIT_BYTES} the file has {found} bytes, at most {FILE_LIMIT_BYTES}")]
    TooLarge { found: u64 },
    #[error("文件格式不对 not of its form ({form}): {said}")]
    Form { form: &'static str, said: String },
    #[error("未颁发，有 {} 处需要修改 not issued, {} to mend:\n{}", .0.len(), .0.len(), told(.0))]
    Refused(Vec<F>),
    #[error("颁发单位“{found}”不是本单位“{expected}” issued by {found}, and this agency is {expected}")]
    Issuer { expected: String, found: String },
    #[error("document {sha256} in the database is not of its form ({form})")]
    Stored { form: &'static str, sha256: String },
    #[error(transparent)]
    Documents(#[from] DocumentsFault),
    #[error(transparent)]
    Agency(#[from] AgencyFault),
}

impl<F: Debug + Display> From<DbFault> for EditionFault<F> {
    fn from(fault: DbFault) -> EditionFault<F> {
        AgencyFault::from(fault).into()
    }
}

impl<F: Debug + Display> From<sqlx::Error> for EditionFault<F> {
    fn from(fault: sqlx::Error) -> EditionFault<F> {
        DbFault::from(fault).into()
    }
}

fn told(faults: &[impl Display]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Every edition, oldest first.
pub async fn editions<D: Draft>(db: &Db, agency: &Agency) -> Result<Vec<Edition<D>>, EditionFault<D::Fault>> {
    documents::of_kind(db, agency, D::KIND).await?.iter().map(read).collect()
}

/// One edition, the newest where none is named.
pub async fn edition<D: Draft>(
    db: &Db,
    agency: &Agency,
    number: Option<u64>,
) -> Result<Option<Edition<D>>, EditionFault<D::Fault>> {
    documents::edition(db, agency, D::KIND, number).await?.as_ref().map(read).transpose()
}

fn read<D: Draft>(document: &Document) -> Result<Edition<D>, EditionFault<D::Fault>> {
    let sha256 = document.digest().hex();
    let Ok(draft) = serde_json::from_slice(document.body()) else {
        return Err(EditionFault::Stored { form: D::FORM, sha256 });
    };
    let header = document.header();
    Ok(Edition { number: header.number, issued: Instant::from_us(to_db(header.issued_us)), sha256, draft })
}

/// Checks a file and issues it; number and name of the document, or `None` where the newest edition says the same.
pub async fn issue<D: Draft>(
    app: &App,
    file: &[u8],
    number: Number,
) -> Result<Option<(u64, String)>, EditionFault<D::Fault>> {
    let found = file.len() as u64;
    if found > FILE_LIMIT_BYTES {
        return Err(EditionFault::TooLarge { found });
    }
    let form = |fault: serde_json::Error| EditionFault::Form { form: D::FORM, said: fault.to_string() };
    let draft: D = serde_json::from_slice(file).map_err(form)?;
    let agency = app.agency();
    let expected = documents::issuer(app.db(), &agency).await?;
    if !draft.is_for(&expected) {
        return Err(EditionFault::Issuer { expected, found: draft.issuer().to_owned() });
    }
    let before = editions::<D>(app.db(), &agency).await?;
    draft.held_against(&before).map_err(EditionFault::Refused)?;
    if number == Number::Next && before.last().is_some_and(|newest| newest.draft == draft) {
        return Ok(None);
    }
    let body = serde_json::to_vec(&draft).map_err(form)?;
    let mut tx = app.db().begin().await?;
    let now_us = log::speak(&mut tx, &agency, app.now_us()).await?;
    let document = documents::issue(&mut tx, &agency, (D::KIND, number, D::STANDS), body, now_us).await?;
    tx.commit().await?;
    Ok(Some((document.header().number, document.digest().hex())))
}
