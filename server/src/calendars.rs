//! The calendars in use: those of this program and the notices imported since, each kept as a signed document (`documents`).

mod recount;

use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine};
use quanji_rules::{Calendar, CalendarFault, Import};
use serde::Deserialize;
use sqlx::Row;
use thiserror::Error;

use crate::agency::{Agency, AgencyFault};
use crate::app::App;
use crate::db::{Db, DbFault};
use crate::documents::{self, DocumentsFault, Kind, Number, Stands};
use crate::log;
use crate::special_rules::{self, SpecialRulesIssueFault};

/// A notice is looked for in deadlines so many days around its year: no term of two working days reaches further.
const AROUND_DAYS: i64 = 40;
const DAY_US: i64 = 86_400_000_000;

/// Why a calendar was not imported, or cannot be read.
#[derive(Debug, Error)]
pub enum CalendarsFault {
    #[error("not a calendar: {0}")]
    Calendar(#[from] CalendarFault),
    #[error(transparent)]
    Documents(#[from] DocumentsFault),
    #[error(transparent)]
    SpecialRules(#[from] SpecialRulesIssueFault),
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

/// A calendar as agencies signed it before there were documents: all of it in one line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SingleLine {
    #[serde(rename = "edition")]
    _edition: u64,
    #[serde(rename = "kind")]
    _kind: String,
    #[serde(rename = "id")]
    _id: String,
    csv: String,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    pub import: Import,
    /// The document's name; `None` when everything in the file was issued already.
    pub sha256: Option<String>,
    /// Records whose deadlines were counted again.
    pub looked_at: u64,
}

/// The built-in notices and all that were imported, in the order of import, with the special rules that were issued.
pub async fn current(db: &Db, agency: &Agency) -> Result<Calendar, CalendarsFault> {
    let mut calendar = Calendar::published();
    let rows = sqlx::query("SELECT sha256, document FROM calendar WHERE agency_id = $1 ORDER BY imported_us, sha256")
        .bind(agency.id.to_string())
        .fetch_all(db.pool())
        .await?;
    for row in rows {
        let line: Vec<u8> = row.try_get("document")?;
        let said = SignedLine::parse(&line, LINE_LIMIT_BYTES).ok();
        match said.and_then(|line| SingleLine::deserialize(line.value).ok()) {
            Some(said) => calendar.import(&said.csv)?,
            None => return Err(CalendarsFault::Stored { sha256: row.try_get("sha256")? }),
        };
    }
    let calendar = issued(db, agency, calendar).await?;
    Ok(special_rules::with_rules(db, agency, calendar).await?)
}

/// With all that phones can learn, too.
async fn issued(db: &Db, agency: &Agency, mut calendar: Calendar) -> Result<Calendar, CalendarsFault> {
    for document in documents::of_kind(db, agency, Kind::Calendar).await? {
        calendar.import_bytes(document.body())?;
    }
    Ok(calendar)
}

/// Imports a file of notices: signed, logged, and every deadline that it may move is counted again (`recount`). Nothing changes on an error.
pub async fn import(app: &App, csv: &[u8]) -> Result<Imported, CalendarsFault> {
    let agency = app.agency();
    // What stands in a line of before documents is imported once more: only then do phones learn of it.
    let mut calendar = issued(app.db(), &agency, Calendar::published()).await?;
    let import = calendar.import_bytes(csv)?;
    let new: Vec<_> = import.added.iter().chain(import.replaced.iter().map(|replaced| &replaced.new)).collect();
    if new.is_empty() {
        return Ok(Imported { import, sha256: None, looked_at: 0 });
    }
    let years: Vec<i32> =
        calendar.notices().filter(|notice| new.contains(&notice.id())).map(quanji_rules::Notice::year).collect();
    let mut counted_by = current(app.db(), &agency).await?;
    counted_by.import_bytes(csv)?;

    let mut tx = app.db().begin().await?;
    let now_us = log::speak(&mut tx, &agency, app.now_us()).await?;
    let what = (Kind::Calendar, Number::Next, Stands::Beside);
    let document = documents::issue(&mut tx, &agency, what, csv.to_vec(), now_us).await?;
    let mut looked_at = 0;
    for year in years {
        looked_at += recount::recount_year(&mut tx, &agency, &counted_by, year, now_us).await?;
    }
    tx.commit().await?;
    Ok(Imported { import, sha256: Some(document.digest().hex()), looked_at })
}
