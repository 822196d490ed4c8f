//! Written statements (书面情况说明, 第十五条) that are drafted at the agency: from the record's template, offered to its phone as a signed document
//! (`proto/statement-draft/v1`), and signed there by their author. The agency signs that it drafted, never in an officer's name.
//!
//! Texts hold names and places: no log, listed state or fault holds them.

mod countersign;
mod draft;
mod signed;

use quanji_evidence::body::Body;
use quanji_evidence::id::{DeviceId, RecordId};
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::{Findings, hex, private, statement_facts};
use quanji_rules::{DraftFault, DraftSays, StatementDraft, StatementFacts, check_statement, statement_template};
use sqlx::{Any, Row, Transaction};
use thiserror::Error;

use crate::agency::{Agency, AgencyFault};
use crate::app::App;
use crate::catalog::{self, CatalogsFault};
use crate::chance;
use crate::db::{Db, DbFault, from_db, to_db};
use crate::documents::{self, DocumentsFault, Kind, Number, Stands};
use crate::log;
use crate::receipts::HeldRecord;
use crate::refusal::Refused;

/// Name and office of who countersigns.
const NAME_LIMIT_CHARS: usize = 60;

/// Why nothing came of it.
#[derive(Debug, Error)]
pub enum StatementsFault {
    #[error("没有这份草稿 there is no such draft")]
    Unknown,
    #[error("机关没有收到这个记录 the agency holds no such record")]
    NoRecord,
    #[error("记录中没有这次中止 the record has no such interruption")]
    NoInterruption,
    #[error("没有登记过这台设备 no such device is enrolled")]
    NoDevice,
    #[error(
        "该设备已撤销，收不到草稿；可另拟一份，由其他手机单独签名 the device is revoked and hears nothing; draft one that stands alone for another phone"
    )]
    DeviceRevoked,
    #[error("已由执法人员签名，不能再改或撤回 its author has signed it: it can be neither changed nor withdrawn")]
    Signed,
    #[error("没有这份情况说明 there is no such statement")]
    NoStatement,
    #[error("已会签 it was countersigned already")]
    CountersignedAlready,
    #[error(
        "请填写会签人姓名和职务，至多 {NAME_LIMIT_CHARS} 字 say who countersigns, in at most {NAME_LIMIT_CHARS} characters"
    )]
    NoName,
    #[error(transparent)]
    Draft(#[from] DraftFault),
    #[error("the draft in the database is not of its form")]
    Stored,
    #[error("the system gave no randomness")]
    Chance(Refused),
    #[error(transparent)]
    Catalog(#[from] CatalogsFault),
    #[error(transparent)]
    Documents(#[from] DocumentsFault),
    #[error(transparent)]
    Agency(#[from] AgencyFault),
}

impl StatementsFault {
    /// Whether the database holds something else than was written: no second look helps, and `fsck` says what it is.
    pub fn is_unreadable(&self) -> bool {
        matches!(self, StatementsFault::Stored | StatementsFault::Documents(DocumentsFault::Stored { .. }))
    }
}

impl From<DbFault> for StatementsFault {
    fn from(fault: DbFault) -> StatementsFault {
        AgencyFault::from(fault).into()
    }
}

impl From<sqlx::Error> for StatementsFault {
    fn from(fault: sqlx::Error) -> StatementsFault {
        DbFault::from(fault).into()
    }
}

pub use countersign::{Countersigned, countersign, countersigned};
pub use draft::{Draft, Standing, Unreadable, list, of_record, one};
pub use signed::Signed;
pub(crate) use signed::note_signed;

/// What a draft is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A record, for the phone that made it; `interruption` is the seq of the `interrupted` that is explained.
    Record { record: RecordId, interruption: Option<u64> },
    /// Nothing was recorded; the officer who holds this phone says why.
    Nothing { device: DeviceId },
}

/// Begins a draft with the template filled from the record's lines. Its id.
pub async fn begin(app: &App, by: &str, about: About) -> Result<String, StatementsFault> {
    let agency = app.agency();
    let (device, record, interruption, text) = match about {
        About::Nothing { device } => (device.to_string(), None, None, statement_template(&StatementFacts::default())),
        About::Record { record, interruption } => {
            let held = HeldRecord::load(app.db(), &agency, &record.to_string()).await?;
            let held = held.ok_or(StatementsFault::NoRecord)?;
            let text = template(app, &held, interruption).await?;
            (held.device.to_string(), Some(record.to_string()), interruption, text)
        }
    };
    if revoked_from_us(app.db(), &agency, &device).await?.is_none() {
        return Err(StatementsFault::NoDevice);
    }
    let id = hex::encode(&chance::draw::<16>().map_err(StatementsFault::Chance)?);
    let now_us = to_db(app.now_us());
    sqlx::query(
        "INSERT INTO statement_draft (agency_id, draft_id, device_id, record_id, interruption, text, standing, made_by, made_us, changed_us)
         VALUES ($1, $2, $3, $4, $5, $6, 'drafted', $7, $8, $8)",
    )
    .bind(agency.id.to_string())
    .bind(&id)
    .bind(device)
    .bind(record)
    .bind(interruption.map(to_db))
    .bind(text)
    .bind(by)
    .bind(now_us)
    .execute(app.db().pool())
    .await?;
    Ok(id)
}

async fn template(app: &App, held: &HeldRecord, interruption: Option<u64>) -> Result<String, StatementsFault> {
    let journal = Journal::read(&held.journal, Drafts::Accepted, "journal", &mut Findings::default());
    let matters = catalog::catalog(app.db(), &app.agency(), None).await?.with_built_in();
    let name_of = |code: &str| {
        let matter = matters.iter().find(|matter| matter.code.0 == code);
        matter.map(|matter| matter.name.clone())
    };
    let is_there =
        |seq: u64| journal.entries.iter().any(|entry| entry.seq == seq && matches!(entry.body, Body::Interrupted(_)));
    if interruption.is_some_and(|seq| !is_there(seq)) {
        return Err(StatementsFault::NoInterruption);
    }
    let facts = statement_facts(&journal, &private::read(&held.private).0, interruption, &name_of);
    Ok(statement_template(&facts))
}

/// `None`: no such device; within, from when it is revoked.
async fn revoked_from_us(db: &Db, agency: &Agency, device: &str) -> Result<Option<Option<u64>>, DbFault> {
    let row = sqlx::query("SELECT revoked_from_us FROM device WHERE agency_id = $1 AND device_id = $2")
        .bind(agency.id.to_string())
        .bind(device)
        .fetch_optional(db.pool())
        .await?;
    let revoked = row.map(|row| row.try_get::<Option<i64>, _>("revoked_from_us")).transpose()?;
    Ok(revoked.map(|from_us| from_us.map(from_db)))
}

/// Keeps a text, which need not be whole yet. What was offered before stays offered as it was.
pub async fn save(app: &App, id: &str, text: &str) -> Result<(), StatementsFault> {
    let text = as_written(text);
    match check_statement(&text) {
        Ok(()) | Err(DraftFault::Empty) => {}
        Err(fault) => return Err(fault.into()),
    }
    open(app, id).await?;
    let mut tx = app.db().begin().await?;
    keep(&mut tx, &app.agency(), id, &text, app.now_us()).await?;
    tx.commit().await?;
    Ok(())
}

/// Offers this text to the phone, in place of what was offered before.
pub async fn offer(app: &App, id: &str, text: &str) -> Result<(), StatementsFault> {
    let (draft, text) = (open(app, id).await?, as_written(text));
    let now_us = app.now_us();
    match revoked_from_us(app.db(), &app.agency(), &draft.device).await? {
        None => return Err(StatementsFault::NoDevice),
        Some(Some(from_us)) if from_us <= now_us => return Err(StatementsFault::DeviceRevoked),
        Some(_) => {}
    }
    issue(app, &draft, DraftSays::Offered { text: text.clone() }, "offered", &text).await
}

/// Takes it back: the phone shows it no more once it hears of that. What is signed meanwhile stays signed.
pub async fn withdraw(app: &App, id: &str) -> Result<(), StatementsFault> {
    let draft = open(app, id).await?;
    if draft.sha256.is_some() {
        return issue(app, &draft, DraftSays::Withdrawn, "withdrawn", &draft.text).await;
    }
    sqlx::query(
        "UPDATE statement_draft SET standing = 'withdrawn', changed_us = $3 WHERE agency_id = $1 AND draft_id = $2",
    )
    .bind(app.agency().id.to_string())
    .bind(id)
    .bind(to_db(app.now_us()))
    .execute(app.db().pool())
    .await?;
    Ok(())
}

/// A browser ends lines its own way; around the words the phone trims too.
fn as_written(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

async fn open(app: &App, id: &str) -> Result<Draft, StatementsFault> {
    let draft = one(app, id).await?.ok_or(StatementsFault::Unknown)?;
    match draft.standing {
        Standing::Signed(_) => Err(StatementsFault::Signed),
        Standing::Drafted | Standing::Offered { .. } | Standing::Withdrawn => Ok(draft),
    }
}

async fn issue(
    app: &App,
    draft: &Draft,
    says: DraftSays,
    standing: &'static str,
    text: &str,
) -> Result<(), StatementsFault> {
    let body = StatementDraft {
        edition: 1,
        draft: draft.id.clone(),
        device: draft.device.clone(),
        record: draft.record.clone(),
        interruption: draft.interruption,
        says,
    };
    body.check()?;
    let body = serde_json::to_vec(&body).map_err(|_| StatementsFault::Stored)?;
    let agency = app.agency();
    let mut tx = app.db().begin().await?;
    let now_us = log::speak(&mut tx, &agency, app.now_us()).await?;
    keep(&mut tx, &agency, &draft.id, text, now_us).await?;
    // Beside: the newest of the kind is another draft.
    let asked = (Kind::StatementDraft, Number::Next, Stands::Beside);
    let document = documents::issue(&mut tx, &agency, asked, body, now_us).await?;
    let sha256 = document.digest().hex();
    sqlx::query("INSERT INTO statement_draft_edition (agency_id, sha256, draft_id, device_id) VALUES ($1, $2, $3, $4)")
        .bind(agency.id.to_string())
        .bind(&sha256)
        .bind(&draft.id)
        .bind(&draft.device)
        .execute(&mut *tx)
        .await?;
    sqlx::query("UPDATE statement_draft SET standing = $3, sha256 = $4 WHERE agency_id = $1 AND draft_id = $2")
        .bind(agency.id.to_string())
        .bind(&draft.id)
        .bind(standing)
        .bind(&sha256)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

async fn keep(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    id: &str,
    text: &str,
    now_us: u64,
) -> Result<(), DbFault> {
    sqlx::query("UPDATE statement_draft SET text = $3, changed_us = $4 WHERE agency_id = $1 AND draft_id = $2")
        .bind(agency.id.to_string())
        .bind(id)
        .bind(text)
        .bind(to_db(now_us))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What a document offered; `None` for one that withdraws.
async fn offered_text(app: &App, sha256: &str) -> Result<Option<String>, StatementsFault> {
    let document = documents::one(app.db(), &app.agency(), sha256).await?.ok_or(StatementsFault::Stored)?;
    let said: StatementDraft = serde_json::from_slice(document.body()).map_err(|_| StatementsFault::Stored)?;
    match said.says {
        DraftSays::Offered { text } => Ok(Some(text)),
        DraftSays::Withdrawn => Ok(None),
    }
}

/// The newest documents about drafts that a device may still sign or must forget.
pub(crate) async fn for_device(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    device: DeviceId,
) -> Result<Vec<String>, DbFault> {
    let rows = sqlx::query(
        "SELECT sha256 FROM statement_draft WHERE agency_id = $1 AND device_id = $2 AND sha256 IS NOT NULL AND signed_record_id IS NULL
         ORDER BY changed_us, draft_id",
    )
    .bind(agency.id.to_string())
    .bind(device.to_string())
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.iter().map(|row| row.try_get("sha256")).collect::<Result<_, _>>()?)
}

/// Whether a device may be given a draft's document.
pub(crate) async fn is_for(db: &Db, agency: &Agency, sha256: &str, device: DeviceId) -> Result<bool, DbFault> {
    let found: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM statement_draft_edition WHERE agency_id = $1 AND sha256 = $2 AND device_id = $3",
    )
    .bind(agency.id.to_string())
    .bind(sha256)
    .bind(device.to_string())
    .fetch_one(db.pool())
    .await?;
    Ok(found > 0)
}
