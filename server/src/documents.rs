//! Signed documents of the agency (`proto/api/v1/API.md`): issued once, logged, kept in every edition, pulled by phones and docks.

use quanji_evidence::Digest;
use quanji_evidence::document::{Document, DocumentFault, Header, IssueFault, NewDocument};
use quanji_evidence::id::DeviceId;
use quanji_evidence::keyset::Role;
use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine};
use quanji_evidence::receipt::ReceiptKind;
use quanji_evidence::text::Code;
use serde::Deserialize;
use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};
use thiserror::Error;

use crate::agency::{Agency, AgencyFault};
use crate::db::{Db, DbFault, to_db};
use crate::log::{self, Logged};
use crate::statements;

pub use quanji_rules::DocumentKind as Kind;

/// Why a document was not issued or kept, or cannot be read.
#[derive(Debug, Error)]
pub enum DocumentsFault {
    #[error("{}已有第 {newest} 版，不能再颁发第 {number} 版 there is an edition {newest} of the {}; edition {number} cannot be issued", kind.zh(), kind.name())]
    EditionTaken { kind: Kind, number: u64, newest: u64 },
    #[error("文件由本单位颁发，指定的储存器不颁发 documents are issued by the agency, not by its dock")]
    AtADock,
    #[error(transparent)]
    Issue(#[from] IssueFault),
    #[error("document {sha256} in the database is not of its form")]
    Stored { sha256: String, source: Box<DocumentFault> },
    #[error(transparent)]
    Agency(#[from] AgencyFault),
}

impl From<DbFault> for DocumentsFault {
    fn from(fault: DbFault) -> DocumentsFault {
        AgencyFault::from(fault).into()
    }
}

impl From<sqlx::Error> for DocumentsFault {
    fn from(fault: sqlx::Error) -> DocumentsFault {
        DbFault::from(fault).into()
    }
}

/// Which number a new document gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    Next,
    /// Above the newest.
    Given(u64),
}

/// Whether a document takes the place of the newest of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    Beside,
    InsteadOfNewest,
}

/// By which name the agency issues.
pub async fn issuer(db: &Db, agency: &Agency) -> Result<String, DbFault> {
    Ok(issuer_query(agency).fetch_one(db.pool()).await?.try_get("name")?)
}

fn issuer_query(agency: &Agency) -> sqlx::query::Query<'static, Any, sqlx::any::AnyArguments> {
    sqlx::query("SELECT name FROM agency WHERE agency_id = $1").bind(agency.id.to_string())
}

/// Signs, logs and keeps a document. `now_us` is what [`log::speak`] gave in this transaction.
pub async fn issue(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    (kind, number, stands): (Kind, Number, Stands),
    body: Vec<u8>,
    now_us: u64,
) -> Result<Document, DocumentsFault> {
    if agency.storage_kind == ReceiptKind::DesignatedStorage {
        return Err(DocumentsFault::AtADock);
    }
    let newest = sqlx::query(
        "SELECT sha256, number FROM document WHERE agency_id = $1 AND kind = $2 ORDER BY number DESC LIMIT 1",
    )
    .bind(agency.id.to_string())
    .bind(kind.name())
    .fetch_optional(&mut **tx)
    .await?;
    let (newest, replaced) = match &newest {
        None => (0, None),
        Some(row) => {
            let sha256 = quanji_evidence::hex::decode_array(&row.try_get::<String, _>("sha256")?);
            (crate::db::from_db(row.try_get("number")?), sha256.map(Digest::from_sha256))
        }
    };
    let number = match number {
        Number::Next => newest + 1,
        Number::Given(number) if number > newest => number,
        Number::Given(number) => return Err(DocumentsFault::EditionTaken { kind, number, newest }),
    };
    let issuer: String = issuer_query(agency).fetch_one(&mut **tx).await?.try_get("name")?;
    let signer = agency.signer(Role::Document, now_us)?;
    let new = NewDocument {
        agency: agency.id,
        kind: Code::parse(kind.name()).expect("a word of a–z"),
        number,
        issuer: &issuer,
        replaces: replaced.filter(|_| stands == Stands::InsteadOfNewest),
        issued_us: now_us,
        body,
    };
    let document = Document::issue(new, &*signer)?;
    keep(tx, &agency.id.to_string(), &document, now_us).await?;
    Ok(document)
}

/// Keeps and logs a document that was issued here or proved; whether it is new.
pub(crate) async fn keep(
    tx: &mut Transaction<'static, Any>,
    agency_id: &str,
    document: &Document,
    now_us: u64,
) -> Result<bool, DbFault> {
    let digest = document.digest();
    let made = sqlx::query(
        "INSERT INTO document (agency_id, sha256, kind, number, header, body, created_us)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (agency_id, sha256) DO NOTHING",
    )
    .bind(agency_id)
    .bind(digest.hex())
    .bind(document.header().kind.as_str())
    .bind(to_db(document.header().number))
    .bind(document.line())
    .bind(document.body())
    .bind(to_db(now_us))
    .execute(&mut **tx)
    .await?;
    if made.rows_affected() > 0 {
        log::append_for(tx, agency_id, Logged::Document, &digest, now_us).await?;
    }
    Ok(made.rows_affected() > 0)
}

/// Every edition of a kind, oldest first. Their signatures are not checked here.
pub async fn of_kind(db: &Db, agency: &Agency, kind: Kind) -> Result<Vec<Document>, DocumentsFault> {
    let rows =
        sqlx::query("SELECT sha256, header, body FROM document WHERE agency_id = $1 AND kind = $2 ORDER BY number")
            .bind(agency.id.to_string())
            .bind(kind.name())
            .fetch_all(db.pool())
            .await?;
    rows.iter().map(document_of).collect()
}

/// One edition of a kind, the newest where none is named.
pub async fn edition(
    db: &Db,
    agency: &Agency,
    kind: Kind,
    number: Option<u64>,
) -> Result<Option<Document>, DocumentsFault> {
    let row = sqlx::query(
        "SELECT sha256, header, body FROM document WHERE agency_id = $1 AND kind = $2 AND ($3 = 0 OR number = $3)
         ORDER BY number DESC LIMIT 1",
    )
    .bind(agency.id.to_string())
    .bind(kind.name())
    .bind(to_db(number.unwrap_or(0)))
    .fetch_optional(db.pool())
    .await?;
    row.as_ref().map(document_of).transpose()
}

/// An edition's number, instant and name, without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub number: u64,
    pub issued_us: u64,
    pub sha256: String,
}

/// The editions of a kind, newest first.
pub async fn list(db: &Db, agency: &Agency, kind: Kind) -> Result<Vec<Listed>, DbFault> {
    // Kept when it was issued: at the agency `created_us` is the header's instant.
    let rows = sqlx::query(
        "SELECT number, created_us, sha256 FROM document WHERE agency_id = $1 AND kind = $2 ORDER BY number DESC",
    )
    .bind(agency.id.to_string())
    .bind(kind.name())
    .fetch_all(db.pool())
    .await?;
    let listed = |row: &AnyRow| -> Result<Listed, sqlx::Error> {
        Ok(Listed {
            number: crate::db::from_db(row.try_get("number")?),
            issued_us: crate::db::from_db(row.try_get("created_us")?),
            sha256: row.try_get("sha256")?,
        })
    };
    Ok(rows.iter().map(listed).collect::<Result<_, _>>()?)
}

/// What the header of a document says, and whether phones go by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headed {
    pub header: Header,
    pub sha256: String,
    pub is_in_force: bool,
}

/// Every document of a kind that this program knows, the newest of each kind first; their bodies are not read.
pub async fn headed(db: &Db, agency: &Agency) -> Result<Vec<Headed>, DocumentsFault> {
    let mut all = Vec::new();
    for kind in Kind::ALL.iter().copied().filter(|kind| kind.is_for_everybody()) {
        let rows =
            sqlx::query("SELECT sha256, header FROM document WHERE agency_id = $1 AND kind = $2 ORDER BY number DESC")
                .bind(agency.id.to_string())
                .bind(kind.name())
                .fetch_all(db.pool())
                .await?;
        for (place, row) in rows.iter().enumerate() {
            let (sha256, line): (String, Vec<u8>) = (row.try_get("sha256")?, row.try_get("header")?);
            let said = SignedLine::parse(&line, LINE_LIMIT_BYTES).ok();
            let header = said.and_then(|line| Header::deserialize(line.value).ok());
            let Some(header) = header else {
                return Err(DocumentsFault::Stored { sha256, source: Box::new(DocumentFault::Form) });
            };
            let is_in_force = place == 0 || kind.is_in_force_in_every_edition();
            all.push(Headed { header, sha256, is_in_force });
        }
    }
    Ok(all)
}

/// What is for everybody, by name. Beside it stand drafts and countersignatures, which grow with the years and are read by nobody who asks for this.
fn for_everybody() -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| kind.is_for_everybody()).collect();
    kinds.sort_by_key(|kind| kind.name());
    kinds
}

/// All documents that are for everybody, in the order in which they were kept.
pub(crate) async fn all(db: &Db, agency_id: &str) -> Result<Vec<Document>, DocumentsFault> {
    let mut kept = Vec::new();
    for kind in for_everybody() {
        let rows = sqlx::query(
            "SELECT sha256, header, body, created_us FROM document WHERE agency_id = $1 AND kind = $2 ORDER BY number",
        )
        .bind(agency_id)
        .bind(kind.name())
        .fetch_all(db.pool())
        .await?;
        for row in &rows {
            kept.push((row.try_get::<i64, _>("created_us")?, document_of(row)?));
        }
    }
    // Stable: of one instant by kind, and within it by number.
    kept.sort_by_key(|(created_us, _)| *created_us);
    Ok(kept.into_iter().map(|(_, document)| document).collect())
}

/// One by its name.
pub(crate) async fn one(db: &Db, agency: &Agency, sha256: &str) -> Result<Option<Document>, DocumentsFault> {
    let row = sqlx::query("SELECT sha256, header, body FROM document WHERE agency_id = $1 AND sha256 = $2")
        .bind(agency.id.to_string())
        .bind(sha256)
        .fetch_optional(db.pool())
        .await?;
    row.as_ref().map(document_of).transpose()
}

fn document_of(row: &AnyRow) -> Result<Document, DocumentsFault> {
    let sha256: String = row.try_get("sha256")?;
    Document::join(row.try_get("header")?, row.try_get("body")?)
        .map_err(|source| DocumentsFault::Stored { sha256, source: Box::new(source) })
}

/// Names of the documents that a phone is to hold: of calendars and phrases all, of every other kind the newest, oldest first in each kind; then
/// the statements that were drafted for this one.
pub(crate) async fn in_force(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    device: DeviceId,
) -> Result<Vec<String>, DbFault> {
    let mut names: Vec<String> = Vec::new();
    for kind in for_everybody() {
        let editions = if kind.is_in_force_in_every_edition() { i64::MAX } else { 1 };
        let rows =
            sqlx::query("SELECT sha256 FROM document WHERE agency_id = $1 AND kind = $2 ORDER BY number DESC LIMIT $3")
                .bind(agency.id.to_string())
                .bind(kind.name())
                .bind(editions)
                .fetch_all(&mut **tx)
                .await?;
        for row in rows.iter().rev() {
            names.push(row.try_get("sha256")?);
        }
    }
    names.extend(statements::for_device(tx, agency, device).await?);
    Ok(names)
}

/// Whether this device may be given the document: a drafted statement holds names and places, and is for its own phone alone.
pub(crate) async fn is_for(db: &Db, agency: &Agency, document: &Document, device: DeviceId) -> Result<bool, DbFault> {
    match Kind::parse(document.header().kind.as_str()) {
        Some(kind) if kind.is_for_everybody() => Ok(true),
        Some(Kind::StatementDraft) => statements::is_for(db, agency, &document.digest().hex(), device).await,
        _ => Ok(false),
    }
}
