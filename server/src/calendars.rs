//! The calendars in use: those of this program and the notices imported since, each kept as a signed, logged document.

use quanji_evidence::keyset::Role;
use quanji_evidence::line::{self, LINE_LIMIT_BYTES, SignedLine, Tag, WriteFault};
use quanji_evidence::{Digest, Signer};
use quanji_rules::{Calendar, CalendarFault, Date, Import, Instant};
use serde::{Deserialize, Serialize};
use sqlx::Row;
use thiserror::Error;

use crate::agency::{Agency, AgencyFault};
use crate::app::App;
use crate::db::{Db, DbFault, to_db};
use crate::hooks;
use crate::log::{self, Logged};

/// A notice is looked for in deadlines so many days around its year: no term of two working days reaches further.
const AROUND_DAYS: i64 = 40;
/// A string of the format is not longer.
const STRING_LIMIT_BYTES: usize = 16_384;
const DAY_US: i64 = 86_400_000_000;

/// Why a calendar was not imported, or cannot be read.
#[derive(Debug, Error)]
pub enum CalendarsFault {
    #[error("not a calendar: {0}")]
    Calendar(#[from] CalendarFault),
    #[error("a calendar of {found} bytes; one document holds at most {limit}: import it year by year")]
    TooLarge { found: usize, limit: usize },
    #[error("the calendar's text is not in Unicode NFC")]
    NotNormal,
    #[error("the calendar's document: {0}")]
    Document(#[from] WriteFault),
    #[error("calendar {sha256} in the database is not a document of its form")]
    Stored { sha256: String },
    #[error(transparent)]
    Agency(#[from] AgencyFault),
}

impl From<DbFault> for CalendarsFault {
    fn from(fault: DbFault) -> CalendarsFault {
        AgencyFault::from(fault).into()
    }
}

impl From<sqlx::Error> for CalendarsFault {
    fn from(fault: sqlx::Error) -> CalendarsFault {
        DbFault::from(fault).into()
    }
}

/// What a calendar's document says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarDocument {
    pub edition: u64,
    pub kind: String,
    /// The newest notice in it.
    pub id: String,
    /// As `proto/calendar/cn_holidays.csv`.
    pub csv: String,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    pub import: Import,
    /// Digest of the document; `None` when everything in the file was in force already.
    pub sha256: Option<String>,
    /// Records whose deadlines are reckoned again.
    pub looked_at: u64,
}

/// The built-in notices and all that were imported, in the order of import.
pub async fn current(db: &Db, agency: &Agency) -> Result<Calendar, CalendarsFault> {
    let rows = sqlx::query("SELECT sha256, document FROM calendar WHERE agency_id = $1 ORDER BY imported_us, sha256")
        .bind(agency.id.to_string())
        .fetch_all(db.pool())
        .await?;
    let mut calendar = Calendar::published();
    for row in rows {
        let bytes: Vec<u8> = row.try_get("document")?;
        let document = read(&bytes);
        let document = match document {
            Some(document) => document,
            None => return Err(CalendarsFault::Stored { sha256: row.try_get("sha256")? }),
        };
        calendar.import(&document.csv)?;
    }
    Ok(calendar)
}

/// Takes a document apart; its signature is not checked here.
pub fn read(bytes: &[u8]) -> Option<CalendarDocument> {
    let line = SignedLine::parse(bytes, LINE_LIMIT_BYTES).ok()?;
    let document = CalendarDocument::deserialize(line.value).ok()?;
    (document.edition == 1 && document.kind == "calendar").then_some(document)
}

/// Imports a file of notices: signed, logged, and every deadline that it may move is reckoned again. Nothing changes on an error.
pub async fn import(app: &App, csv: &[u8]) -> Result<Imported, CalendarsFault> {
    let agency = app.agency();
    let mut calendar = current(app.db(), &agency).await?;
    let import = calendar.import_bytes(csv)?;
    let new: Vec<_> = import.added.iter().chain(import.replaced.iter().map(|replaced| &replaced.new)).collect();
    let Some(newest) = new.last() else { return Ok(Imported { import, sha256: None, looked_at: 0 }) };
    let document = CalendarDocument {
        edition: 1,
        kind: "calendar".to_owned(),
        id: newest.as_str().to_owned(),
        csv: String::from_utf8_lossy(csv).into_owned(),
    };
    if csv.len() > STRING_LIMIT_BYTES {
        return Err(CalendarsFault::TooLarge { found: csv.len(), limit: STRING_LIMIT_BYTES });
    }
    let json = serde_json::to_vec(&document).map_err(|_| CalendarsFault::NotNormal)?;
    let years: Vec<i32> =
        calendar.notices().filter(|notice| new.contains(&notice.id())).map(quanji_rules::Notice::year).collect();

    let mut tx = app.db().begin().await?;
    let now_us = log::speak(&mut tx, &agency, app.now_us()).await?;
    let signer = agency.signer(Role::Document, now_us)?;
    let line = line::write(Tag::Document, &json, &[&*signer as &dyn Signer], LINE_LIMIT_BYTES)?;
    if read(&line).is_none() {
        return Err(CalendarsFault::NotNormal);
    }
    let digest = Digest::of(&line);
    sqlx::query(
        "INSERT INTO calendar (agency_id, sha256, calendar_id, document, imported_us) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(agency.id.to_string())
    .bind(digest.hex())
    .bind(&document.id)
    .bind(&line)
    .bind(to_db(now_us))
    .execute(&mut *tx)
    .await?;
    log::append(&mut tx, &agency, Logged::Calendar, &digest, now_us).await?;
    let mut looked_at = 0;
    for year in years {
        looked_at += look_at_year(&mut tx, &agency, year, now_us).await?;
    }
    tx.commit().await?;
    Ok(Imported { import, sha256: Some(digest.hex()), looked_at })
}

/// Every record whose deadline lies in the year's reach is reckoned again.
async fn look_at_year(
    tx: &mut sqlx::Transaction<'static, sqlx::Any>,
    agency: &Agency,
    year: i32,
    now_us: u64,
) -> Result<u64, CalendarsFault> {
    let around = |month, day, by: i64| {
        let midnight = Date::from_ymd(year, month, day).map(Instant::china_midnight);
        midnight.map(|instant| instant.us().saturating_add(by * DAY_US))
    };
    let (Ok(from), Ok(to)) = (around(1, 1, -AROUND_DAYS), around(12, 31, AROUND_DAYS)) else { return Ok(0) };
    let rows =
        sqlx::query("SELECT record_id FROM record WHERE agency_id = $1 AND deadline_us >= $2 AND deadline_us <= $3")
            .bind(agency.id.to_string())
            .bind(from)
            .bind(to)
            .fetch_all(&mut **tx)
            .await?;
    for row in &rows {
        let record: String = row.try_get("record_id")?;
        hooks::look_again(tx, agency, &record, now_us).await?;
    }
    Ok(rows.len() as u64)
}
