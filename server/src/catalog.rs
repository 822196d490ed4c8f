//! The agency's catalog of matters (音像记录事项目录): as a table that spreadsheets read and write, as the signed document that phones pull.
//!
//! `sheet` finds the columns and the rows, `cells` makes matters of them and back, `csv_file` and `xlsx_file` are the two kinds of file. What a catalog may say
//! is decided by `quanji_rules::catalog`.

mod cells;
mod csv_file;
mod sheet;
mod xlsx_file;

use quanji_evidence::document::Document;
use quanji_rules::catalog::{Catalog, CatalogDraft, CatalogMatter, Place, Replaced};
use quanji_rules::{Date, Instant};
use thiserror::Error;

use crate::agency::{Agency, AgencyFault};
use crate::app::App;
use crate::db::{Db, DbFault};
use crate::documents::{self, DocumentsFault, Kind, Number, Stands};
use crate::log;

pub use csv_file::Encoding;
pub(crate) use csv_file::read as csv_rows;
pub use sheet::{Spot, TableFault};

use cells::{cells_of, matter_of};
use sheet::{Sheet, headings};

/// Largest file that is read.
pub const FILE_LIMIT_BYTES: u64 = 16 << 20;
/// So many faults are told at once; who has mended those learns of the others.
pub const FAULTS_TOLD: usize = 100;

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Csv,
    Xlsx,
}

impl Form {
    /// By the end of its name.
    pub fn of(path: &std::path::Path) -> Option<Form> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Form::Csv),
            "xlsx" => Some(Form::Xlsx),
            _ => None,
        }
    }
}

/// Why there is no catalog.
#[derive(Debug, Error)]
pub enum CatalogsFault {
    #[error("{}", told(.0))]
    Table(Vec<TableFault>),
    #[error("文件 {found} 字节，至多 {FILE_LIMIT_BYTES} the file has {found} bytes, at most {FILE_LIMIT_BYTES}")]
    TooLarge { found: u64 },
    #[error("第 {number} 版目录不存在 there is no edition {number} of the catalog")]
    NoEdition { number: u64 },
    #[error("catalog {sha256} in the database is not of its form")]
    Stored { sha256: String },
    #[error("the catalog could not be written: {said}")]
    Written { said: String },
    #[error(transparent)]
    Documents(#[from] DocumentsFault),
    #[error(transparent)]
    Agency(#[from] AgencyFault),
}

impl From<DbFault> for CatalogsFault {
    fn from(fault: DbFault) -> CatalogsFault {
        AgencyFault::from(fault).into()
    }
}

impl From<sqlx::Error> for CatalogsFault {
    fn from(fault: sqlx::Error) -> CatalogsFault {
        DbFault::from(fault).into()
    }
}

fn told(faults: &[TableFault]) -> String {
    let mut lines: Vec<String> = faults.iter().take(FAULTS_TOLD).map(ToString::to_string).collect();
    if faults.len() > FAULTS_TOLD {
        lines.push(format!("另有 {0} 处 {0} more", faults.len() - FAULTS_TOLD));
    }
    format!("目录未导入，有 {0} 处需要修改 not imported, {0} to mend:\n{1}", faults.len(), lines.join("\n"))
}

/// What an administrator says besides the table.
#[derive(Debug, Clone)]
pub struct About {
    pub title: String,
    /// Absent: today, in China.
    pub in_force_from: Option<Date>,
    pub is_sample: bool,
    pub replaced: Vec<Replaced>,
    pub number: Number,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    pub matters: usize,
    /// Edition and name; `None`: the newest edition says the same.
    pub issued: Option<(u64, String)>,
}

/// An edition that was issued.
#[derive(Debug, Clone)]
pub struct Edition {
    pub number: u64,
    pub catalog: Catalog,
}

/// An edition, the newest where none is named; `None`: there is none.
pub async fn edition(db: &Db, agency: &Agency, number: Option<u64>) -> Result<Option<Edition>, CatalogsFault> {
    documents::edition(db, agency, Kind::Catalog, number).await?.as_ref().map(edition_of).transpose()
}

fn edition_of(document: &Document) -> Result<Edition, CatalogsFault> {
    let sha256 = document.digest().hex();
    let draft = serde_json::from_slice::<CatalogDraft>(document.body()).ok();
    let catalog = draft.and_then(|draft| Catalog::checked(draft).ok());
    let catalog = catalog.ok_or_else(|| CatalogsFault::Stored { sha256: sha256.clone() })?;
    Ok(Edition { number: document.header().number, catalog })
}

/// Reads a file into matters; every fault with its row and column.
pub fn read(file: &[u8], form: Form) -> Result<Vec<(usize, CatalogMatter)>, Vec<TableFault>> {
    let rows = match form {
        Form::Csv => csv_file::read(file)?,
        Form::Xlsx => xlsx_file::read(file)?,
    };
    let sheet = Sheet::of(rows)?;
    let (mut matters, mut faults) = (Vec::new(), Vec::new());
    for row in &sheet.rows {
        match matter_of(row) {
            Ok(matter) => matters.push((row.number, matter)),
            Err(amiss) => faults.extend(amiss.into_iter().map(|(column, what)| sheet.fault(row.number, column, &what))),
        }
    }
    if faults.is_empty() { Ok(matters) } else { Err(faults) }
}

/// Reads a file and checks it as a catalog.
pub fn checked(file: &[u8], form: Form, about: &About, issuer: &str, today: Date) -> Result<Catalog, Vec<TableFault>> {
    let (rows, matters): (Vec<usize>, Vec<CatalogMatter>) = read(file, form)?.into_iter().unzip();
    let draft = CatalogDraft {
        edition: 1,
        title: about.title.clone(),
        issuer: issuer.to_owned(),
        in_force_from: about.in_force_from.unwrap_or(today),
        is_sample: about.is_sample,
        matters,
        replaced: about.replaced.clone(),
    };
    Catalog::checked(draft).map_err(|faults| {
        let fault = |fault: &quanji_rules::catalog::CatalogFault| match fault.place {
            Place::Whole => TableFault::of(None, &fault.what),
            Place::Matter { index, column } => {
                let row = rows.get(index).copied().unwrap_or_default();
                TableFault::of(Some(Spot::named(row, column)), &fault.what)
            }
        };
        faults.iter().map(fault).collect()
    })
}

/// Imports a catalog: checked, signed, logged; phones pull it. Nothing is kept on an error.
pub async fn import(app: &App, file: &[u8], form: Form, about: &About) -> Result<Imported, CatalogsFault> {
    if file.len() as u64 > FILE_LIMIT_BYTES {
        return Err(CatalogsFault::TooLarge { found: file.len() as u64 });
    }
    let agency = app.agency();
    let today = Instant::from_us(crate::db::to_db(app.now_us())).china_date();
    let issuer = documents::issuer(app.db(), &agency).await?;
    let catalog = checked(file, form, about, &issuer, today).map_err(CatalogsFault::Table)?;
    let draft = catalog.as_written();
    let matters = draft.matters.len();
    let newest = edition(app.db(), &agency, None).await?;
    let says_the_same = |newest: &Edition| {
        let before = newest.catalog.as_written();
        // The day from which it holds alone is no other catalog, unless it was asked for.
        let in_force_from = about.in_force_from.unwrap_or(before.in_force_from);
        *before == CatalogDraft { in_force_from, ..draft.clone() }
    };
    if about.number == Number::Next && newest.as_ref().is_some_and(says_the_same) {
        return Ok(Imported { matters, issued: None });
    }
    let body = serde_json::to_vec(draft).map_err(|fault| CatalogsFault::Written { said: fault.to_string() })?;
    let mut tx = app.db().begin().await?;
    let now_us = log::speak(&mut tx, &agency, app.now_us()).await?;
    let what = (Kind::Catalog, about.number, Stands::InsteadOfNewest);
    let document = documents::issue(&mut tx, &agency, what, body, now_us).await?;
    tx.commit().await?;
    Ok(Imported { matters, issued: Some((document.header().number, document.digest().hex())) })
}

/// The matters of an edition, of the newest where none is named; of the regulation where nothing was issued.
pub async fn catalog(db: &Db, agency: &Agency, number: Option<u64>) -> Result<Catalog, CatalogsFault> {
    match (edition(db, agency, number).await?, number) {
        (Some(edition), _) => Ok(edition.catalog),
        (None, None) => Ok(Catalog::built_in()),
        (None, Some(number)) => Err(CatalogsFault::NoEdition { number }),
    }
}

/// A catalog as a file; what is read from it again is the same.
pub fn write(catalog: &Catalog, form: Form, encoding: Encoding) -> Result<Vec<u8>, CatalogsFault> {
    let rows: Vec<Vec<String>> = catalog.as_written().matters.iter().map(cells_of).collect();
    match form {
        Form::Csv => csv_file::write(&headings(), &rows, encoding),
        Form::Xlsx => xlsx_file::write(&headings(), &rows),
    }
    .map_err(|said| CatalogsFault::Written { said })
}
