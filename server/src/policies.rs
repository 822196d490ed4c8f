//! The agency's policy (第二十五条): checked against its floors, issued as a signed document, and the editions by which records are held.

use quanji_evidence::document::Document;
use quanji_rules::Instant;
use quanji_rules::agency_policy::{AgencyPolicy, Policies, PolicyDraft, PolicyFault};
use thiserror::Error;

use crate::agency::{Agency, AgencyFault};
use crate::app::App;
use crate::db::{Db, DbFault, to_db};
use crate::documents::{self, DocumentsFault, Kind, Number, Stands};
use crate::log;

/// Largest file that is read.
pub const FILE_LIMIT_BYTES: u64 = 1 << 20;

/// Why no policy was issued, or one cannot be read.
#[derive(Debug, Error)]
pub enum PoliciesFault {
    #[error("文件 {found} 字节，至多 {FILE_LIMIT_BYTES} the file has {found} bytes, at most {FILE_LIMIT_BYTES}")]
    TooLarge { found: u64 },
    #[error("不是规定的格式 not of a policy's form (proto/policy/v1): {said}")]
    Form { said: String },
    #[error("规定未颁发，有 {} 处低于底线 not issued, {} below a floor:\n{}", .0.len(), .0.len(), told(.0))]
    Floors(Vec<PolicyFault>),
    #[error("颁发单位“{found}”不是本单位“{expected}” issued by {found}, and this agency is {expected}")]
    Issuer { expected: String, found: String },
    #[error("policy {sha256} in the database is not of its form")]
    Stored { sha256: String },
    #[error(transparent)]
    Documents(#[from] DocumentsFault),
    #[error(transparent)]
    Agency(#[from] AgencyFault),
}

impl From<DbFault> for PoliciesFault {
    fn from(fault: DbFault) -> PoliciesFault {
        AgencyFault::from(fault).into()
    }
}

impl From<sqlx::Error> for PoliciesFault {
    fn from(fault: sqlx::Error) -> PoliciesFault {
        DbFault::from(fault).into()
    }
}

fn told(faults: &[PolicyFault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Every edition, oldest first.
pub async fn policies(db: &Db, agency: &Agency) -> Result<Policies, PoliciesFault> {
    let mut policies = Policies::default();
    for document in documents::of_kind(db, agency, Kind::Policy).await? {
        let draft = draft_of(&document)?;
        policies.enter(document.header().number, issued(&document), &draft);
    }
    Ok(policies)
}

fn draft_of(document: &Document) -> Result<PolicyDraft, PoliciesFault> {
    let stored = |_| PoliciesFault::Stored { sha256: document.digest().hex() };
    serde_json::from_slice(document.body()).map_err(stored)
}

fn issued(document: &Document) -> Instant {
    Instant::from_us(to_db(document.header().issued_us))
}

/// One edition as it was written, the newest where none is named.
pub async fn written(
    db: &Db,
    agency: &Agency,
    number: Option<u64>,
) -> Result<Option<(u64, PolicyDraft)>, PoliciesFault> {
    let document = documents::edition(db, agency, Kind::Policy, number).await?;
    document.map(|document| Ok::<_, PoliciesFault>((document.header().number, draft_of(&document)?))).transpose()
}

/// Checks a file and issues it; number and name of the document, or `None` where the newest edition says the same.
pub async fn issue(app: &App, file: &[u8], number: Number) -> Result<Option<(u64, String)>, PoliciesFault> {
    let found = file.len() as u64;
    if found > FILE_LIMIT_BYTES {
        return Err(PoliciesFault::TooLarge { found });
    }
    let draft: PolicyDraft =
        serde_json::from_slice(file).map_err(|fault| PoliciesFault::Form { said: fault.to_string() })?;
    let agency = app.agency();
    let expected = documents::issuer(app.db(), &agency).await?;
    if draft.issuer != expected {
        return Err(PoliciesFault::Issuer { expected, found: draft.issuer });
    }
    let before = policies(app.db(), &agency).await?;
    AgencyPolicy::checked(&draft, before.newest()).map_err(PoliciesFault::Floors)?;
    let newest = written(app.db(), &agency, None).await?;
    if number == Number::Next && newest.is_some_and(|(_, newest)| newest == draft) {
        return Ok(None);
    }
    let body = serde_json::to_vec(&draft).map_err(|fault| PoliciesFault::Form { said: fault.to_string() })?;
    let mut tx = app.db().begin().await?;
    let now_us = log::speak(&mut tx, &agency, app.now_us()).await?;
    let document =
        documents::issue(&mut tx, &agency, (Kind::Policy, number, Stands::InsteadOfNewest), body, now_us).await?;
    tx.commit().await?;
    Ok(Some((document.header().number, document.digest().hex())))
}
