//! The agency's list of officers (持证人员名册): imported as a table, and asked whenever a record is looked at. What does not agree is listed, never refused.
//!
//! `look` compares; `scene` counts the officers of an activity over its records. Names and numbers stand in the database and in no log, page or listed state: those name an officer by the place in the record's line.

mod look;
mod scene;

use std::collections::BTreeMap;

use quanji_rules::{Date, certificate_as_compared};
use sqlx::Row;
use thiserror::Error;

pub use look::{Asked, Found, LISTED, certificates, look};
pub use scene::{AtScene, TOO_FEW, count, too_few};

use crate::agency::{Agency, AgencyFault};
use crate::app::App;
use crate::catalog::{Spot, TableFault, csv_rows};
use crate::db::{Db, DbFault};
use crate::hooks;

/// Largest file that is read.
pub const FILE_LIMIT_BYTES: u64 = 4 << 20;
/// An agency has fewer officers.
const ROWS_LIMIT: usize = 20_000;
/// So many faults are told at once.
const FAULTS_TOLD: usize = 100;
const CELL_LIMIT_CHARS: usize = 100;

/// Why no list was imported.
#[derive(Debug, Error)]
pub enum OfficersFault {
    #[error("{}", told(.0))]
    Table(Vec<TableFault>),
    #[error("文件 {found} 字节，至多 {FILE_LIMIT_BYTES} the file has {found} bytes, at most {FILE_LIMIT_BYTES}")]
    TooLarge { found: u64 },
    #[error(transparent)]
    Agency(#[from] AgencyFault),
}

impl From<DbFault> for OfficersFault {
    fn from(fault: DbFault) -> OfficersFault {
        AgencyFault::from(fault).into()
    }
}

impl From<sqlx::Error> for OfficersFault {
    fn from(fault: sqlx::Error) -> OfficersFault {
        DbFault::from(fault).into()
    }
}

fn told(faults: &[TableFault]) -> String {
    let lines: Vec<String> = faults.iter().take(FAULTS_TOLD).map(ToString::to_string).collect();
    format!("名册未导入，有 {0} 处需要修改 not imported, {0} to mend:\n{1}", faults.len(), lines.join("\n"))
}

/// From when to when a certificate is valid, both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    pub from: Date,
    pub to: Date,
}

/// What is asked of the list, by the certificate's number.
#[derive(Debug, Clone, Default)]
pub struct Register {
    by_certificate: BTreeMap<String, Validity>,
}

impl Register {
    /// By a number as it is compared.
    fn find(&self, certificate: &str) -> Option<Validity> {
        self.by_certificate.get(certificate).copied()
    }
}

/// A row of the list.
#[derive(PartialEq, Eq)]
struct Officer {
    certificate: String,
    name: String,
    unit: String,
    validity: Validity,
}

/// What the list says of these certificates; `None`: none was imported, and nothing is compared with it.
pub async fn register(db: &Db, agency: &Agency, certificates: &[String]) -> Result<Option<Register>, DbFault> {
    let agency_id = agency.id.to_string();
    let imported: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM officer WHERE agency_id = $1")
        .bind(&agency_id)
        .fetch_one(db.pool())
        .await?;
    if imported == 0 {
        return Ok(None);
    }
    let mut register = Register::default();
    for certificate in certificates {
        let row =
            sqlx::query("SELECT valid_from_day, valid_to_day FROM officer WHERE agency_id = $1 AND certificate = $2")
                .bind(&agency_id)
                .bind(certificate)
                .fetch_optional(db.pool())
                .await?;
        if let Some(row) = row {
            let day = |name: &str| -> Result<Date, sqlx::Error> {
                Ok(Date::from_days_since_epoch(i32::try_from(row.try_get::<i64, _>(name)?).unwrap_or(i32::MAX)))
            };
            let validity = Validity { from: day("valid_from_day")?, to: day("valid_to_day")? };
            register.by_certificate.insert(certificate.clone(), validity);
        }
    }
    Ok(Some(register))
}

/// Takes a list in place of the one before, and has every record looked at again. How many officers there are; on an error nothing has changed.
pub async fn import(app: &App, file: &[u8]) -> Result<usize, OfficersFault> {
    let officers = read(file).map_err(OfficersFault::Table)?;
    let agency = app.agency();
    let mut tx = app.db().begin().await?;
    sqlx::query("DELETE FROM officer WHERE agency_id = $1").bind(agency.id.to_string()).execute(&mut *tx).await?;
    for officer in &officers {
        sqlx::query(
            "INSERT INTO officer (agency_id, certificate, name, unit, valid_from_day, valid_to_day) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(agency.id.to_string())
        .bind(&officer.certificate)
        .bind(&officer.name)
        .bind(&officer.unit)
        .bind(i64::from(officer.validity.from.days_since_epoch()))
        .bind(i64::from(officer.validity.to.days_since_epoch()))
        .execute(&mut *tx)
        .await?;
    }
    hooks::look_again_at_all(&mut tx, &agency, None, app.now_us()).await?;
    tx.commit().await?;
    Ok(officers.len())
}

/// The columns, by either heading.
const COLUMNS: [(&str, &str); 5] = [
    ("姓名", "name"),
    ("执法证号", "certificate"),
    ("单位", "unit"),
    ("有效期起", "valid_from"),
    ("有效期止", "valid_to"),
];

/// Reads the table; every fault by row and column, and no cell in it: a name is nobody's to print.
fn read(file: &[u8]) -> Result<Vec<Officer>, Vec<TableFault>> {
    let rows = csv_rows(file)?;
    let whole = |zh: String, en: String| vec![TableFault { spot: None, zh, en }];
    if rows.len() > ROWS_LIMIT {
        return Err(whole(format!("超过 {ROWS_LIMIT} 行"), format!("more than {ROWS_LIMIT} rows")));
    }
    let is_blank = |row: &Vec<String>| row.iter().all(|cell| cell.trim().is_empty());
    let mut numbered = rows.iter().zip(1..).filter(|(row, _)| !is_blank(row));
    let Some((headings, _)) = numbered.next() else {
        return Err(whole("没有内容".to_owned(), "the table is empty".to_owned()));
    };
    let mut places = [0_usize; COLUMNS.len()];
    for (place, (zh, en)) in places.iter_mut().zip(COLUMNS) {
        let found = headings.iter().position(|heading| heading.trim() == zh || heading.trim() == en);
        *place = found.ok_or_else(|| whole(format!("缺少“{zh}”一列"), format!("there is no column {en}")))?;
    }
    let (mut officers, mut faults, mut first_rows) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (row, number) in numbered {
        match officer_of(row, places) {
            Ok(officer) => {
                if let Some(first) = first_rows.insert(officer.certificate.clone(), number) {
                    let (zh, en) = (
                        format!("执法证号与第 {first} 行相同"),
                        format!("the certificate stands in row {first} already"),
                    );
                    faults.push(fault(number, zh, en));
                }
                officers.push(officer);
            }
            Err(amiss) => faults.extend(amiss.into_iter().map(|(zh, en)| fault(number, zh, en))),
        }
    }
    if officers.is_empty() && faults.is_empty() {
        faults = whole("名册中没有人".to_owned(), "the list names nobody".to_owned());
    }
    if faults.is_empty() { Ok(officers) } else { Err(faults) }
}

fn fault(row: usize, zh: String, en: String) -> TableFault {
    TableFault { spot: Some(Spot { row, column: None, cell: None }), zh, en }
}

fn officer_of(row: &[String], places: [usize; COLUMNS.len()]) -> Result<Officer, Vec<(String, String)>> {
    let cell = |column: usize| row.get(places[column]).map(|cell| cell.trim()).unwrap_or_default();
    let mut amiss = Vec::new();
    for (column, (zh, en)) in COLUMNS.into_iter().enumerate() {
        let chars = cell(column).chars().count();
        if chars == 0 {
            amiss.push((format!("“{zh}”为空"), format!("{en} is empty")));
        } else if chars > CELL_LIMIT_CHARS {
            amiss.push((
                format!("“{zh}”超过 {CELL_LIMIT_CHARS} 字"),
                format!("{en} has more than {CELL_LIMIT_CHARS} characters"),
            ));
        }
    }
    let mut day = |column: usize| {
        let (zh, en) = COLUMNS[column];
        let found = day_of(cell(column));
        if found.is_none() && !cell(column).is_empty() {
            amiss.push((format!("“{zh}”不是日期，应写作 2026-01-31"), format!("{en} is no day as 2026-01-31")));
        }
        found
    };
    let (from, to) = (day(3), day(4));
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        amiss.push(("有效期止于起之前".to_owned(), "it is valid to a day before it begins".to_owned()));
    }
    match (from, to) {
        (Some(from), Some(to)) if amiss.is_empty() => Ok(Officer {
            certificate: certificate_as_compared(cell(1)),
            name: cell(0).to_owned(),
            unit: cell(2).to_owned(),
            validity: Validity { from, to },
        }),
        _ => Err(amiss),
    }
}

/// `2026-01-31`, `2026/1/31`, `2026年1月31日`.
fn day_of(cell: &str) -> Option<Date> {
    let parts: Vec<&str> = cell.trim_end_matches('日').split(['-', '/', '.', '年', '月']).collect();
    let [year, month, day] = parts[..] else { return None };
    Date::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "姓名,执法证号,单位,有效期起,有效期止\n";

    fn said(rows: &str) -> String {
        match read(format!("{HEAD}{rows}").as_bytes()) {
            Ok(_) => String::new(),
            Err(faults) => told(&faults),
        }
    }

    #[test]
    fn a_list_is_read_with_its_days_as_people_write_them() {
        let list = format!(
            "{HEAD}甲某,1401 0026001,一中队,2024-01-01,2027/12/31\n乙某,a１,一中队,2024年1月1日,2027年12月31日\n"
        );
        let officers = read(list.as_bytes()).unwrap_or_else(|faults| panic!("{}", told(&faults)));
        assert_eq!(officers[0].certificate, "14010026001");
        assert_eq!(officers[1].certificate, "A1");
        assert_eq!(officers[0].validity, officers[1].validity);
    }

    #[test]
    fn what_is_amiss_is_said_by_row_in_both_languages_and_without_a_name() {
        let wrong = said(
            "甲某,1,一中队,2024-01-01,2023-01-01\n乙某,,一中队,x,2027-01-01\n丙某,1,一中队,2024-01-01,2027-01-01\n丁某,１,二中队,2024-01-01,2027-01-01\n",
        );
        for part in [
            "第 2 行",
            "有效期止于起之前",
            "第 3 行",
            "“执法证号”为空",
            "不是日期",
            "row 3",
            "第 5 行",
            "与第 4 行相同",
        ] {
            assert!(wrong.contains(part), "{part}: {wrong}");
        }
        assert!(!wrong.contains('某'), "{wrong}");
        assert!(told(&read(b"name,certificate\n").err().unwrap_or_default()).contains("there is no column unit"));
        assert!(said("").contains("名册中没有人"));
        assert!(told(&read(b"").err().unwrap_or_default()).contains("没有内容"));
    }
}
