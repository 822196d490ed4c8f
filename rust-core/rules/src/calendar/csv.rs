//! The calendar file: `date,kind,name_zh,basis`, UTF-8, one row a day whose working state is not what its weekday says.
//!
//! A byte order mark and CRLF are taken (spreadsheets write them), blank lines too; everything else is refused with its line.

use std::collections::BTreeMap;

use thiserror::Error;

use super::notice::{Basis, DayKind, NoticeDay};
use super::statutory::StatutoryDays;
use crate::date::{Date, DateFault, Weekday};

const HEADER: [&str; 4] = ["date", "kind", "name_zh", "basis"];
/// A century of notices is 60 KiB; more is not a calendar.
const MAX_BYTES: usize = 1 << 20;
const MAX_NAME_CHARS: usize = 40;
const YEARS: std::ops::RangeInclusive<i32> = 1950..=2200;

/// What is wrong with a calendar file, with the line (from 1) and both sides.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CalendarFault {
    #[error("the calendar is not UTF-8 text: byte {at}")]
    NotText { at: usize },
    #[error("the calendar has {found} bytes, more than {limit}")]
    TooLarge { found: usize, limit: usize },
    #[error("the calendar has no days")]
    NoDays,
    #[error("line 1: column {column} is {found:?}, expected {expected:?}")]
    UnknownColumn { column: usize, expected: &'static str, found: String },
    #[error("line {line}: {found} fields, expected {expected}")]
    FieldCount { line: usize, expected: usize, found: usize },
    #[error("line {line}: {fault}")]
    BadDate { line: usize, fault: DateFault },
    #[error("line {line}: year {year} is not in {}..={}", YEARS.start(), YEARS.end())]
    YearOutOfRange { line: usize, year: i32 },
    #[error("line {line}: kind {found:?}, expected \"off\" or \"work\"")]
    UnknownKind { line: usize, found: String },
    #[error("line {line}: basis {found:?}, expected \"statutory\", \"tiaoxiu\" or \"makeup\"")]
    UnknownBasis { line: usize, found: String },
    #[error("line {line}: basis {} belongs to kind {}, not {}", basis.name(), basis.kind().name(), kind.name())]
    BasisContradictsKind { line: usize, kind: DayKind, basis: Basis },
    #[error(
        "line {line}: a holiday's name has 1 to {MAX_NAME_CHARS} characters and none that cannot be seen; this has {chars}"
    )]
    BadName { line: usize, chars: usize },
    #[error("line {line}: {date} stands already at line {first_line}")]
    RepeatedDay { line: usize, first_line: usize, date: Date },
    #[error("line {line}: {date} is {}, but {} at line {first_line}", kind.name(), first_kind.name())]
    ContradictingDay { line: usize, first_line: usize, date: Date, kind: DayKind, first_kind: DayKind },
    #[error(
        "line {line}: {date} is a {weekday} and worked anyway: a make-up day is a Saturday or Sunday, or takes back a day off"
    )]
    MakeUpOnWeekday { line: usize, date: Date, weekday: Weekday },
    #[error("line {line}: {date} is a statutory holiday ({holiday}), which no notice makes a working day")]
    StatutoryDayWorked { line: usize, date: Date, holiday: &'static str },
}

pub(super) fn text(bytes: &[u8]) -> Result<&str, CalendarFault> {
    if bytes.len() > MAX_BYTES {
        return Err(CalendarFault::TooLarge { found: bytes.len(), limit: MAX_BYTES });
    }
    std::str::from_utf8(bytes).map_err(|e| CalendarFault::NotText { at: e.valid_up_to() })
}

/// The rows by day. `is_off_already` tells which days an earlier notice made a holiday, so that an amendment may take them back.
pub(super) fn parse(
    csv: &str,
    is_off_already: impl Fn(Date) -> bool,
) -> Result<BTreeMap<Date, NoticeDay>, CalendarFault> {
    if csv.len() > MAX_BYTES {
        return Err(CalendarFault::TooLarge { found: csv.len(), limit: MAX_BYTES });
    }
    let csv = csv.strip_prefix('\u{feff}').unwrap_or(csv);
    let mut lines = csv.split('\n').map(|l| l.strip_suffix('\r').unwrap_or(l)).zip(1..);
    check_header(lines.next().map_or("", |(header, _)| header))?;
    let mut days = BTreeMap::new();
    let mut first_lines = BTreeMap::new();
    for (text, line) in lines.filter(|(text, _)| !text.is_empty()) {
        let (date, day) = parse_row(text, line)?;
        check_make_up(line, date, day.kind, &is_off_already)?;
        if let Some(first_line) = first_lines.insert(date, line) {
            let first: &NoticeDay = &days[&date];
            return Err(if first.kind == day.kind {
                CalendarFault::RepeatedDay { line, first_line, date }
            } else {
                CalendarFault::ContradictingDay { line, first_line, date, kind: day.kind, first_kind: first.kind }
            });
        }
        days.insert(date, day);
    }
    if days.is_empty() { Err(CalendarFault::NoDays) } else { Ok(days) }
}

fn check_header(header: &str) -> Result<(), CalendarFault> {
    let found: Vec<&str> = header.split(',').collect();
    for (i, expected) in HEADER.into_iter().enumerate() {
        let name = found.get(i).copied().unwrap_or_default();
        if name != expected {
            return Err(CalendarFault::UnknownColumn { column: i + 1, expected, found: shortened(name) });
        }
    }
    match found.get(HEADER.len()) {
        Some(extra) => Err(CalendarFault::UnknownColumn { column: 5, expected: "", found: shortened(extra) }),
        None => Ok(()),
    }
}

fn parse_row(text: &str, line: usize) -> Result<(Date, NoticeDay), CalendarFault> {
    let fields: Vec<&str> = text.split(',').collect();
    let [date, kind, name, basis] = fields[..] else {
        return Err(CalendarFault::FieldCount { line, expected: HEADER.len(), found: fields.len() });
    };
    let date = Date::parse(date).map_err(|fault| CalendarFault::BadDate { line, fault })?;
    if !YEARS.contains(&date.year()) {
        return Err(CalendarFault::YearOutOfRange { line, year: date.year() });
    }
    let kind = match kind {
        "off" => DayKind::Off,
        "work" => DayKind::Work,
        other => return Err(CalendarFault::UnknownKind { line, found: shortened(other) }),
    };
    let basis = match basis {
        "statutory" => Basis::Statutory,
        "tiaoxiu" => Basis::Tiaoxiu,
        "makeup" => Basis::Makeup,
        other => return Err(CalendarFault::UnknownBasis { line, found: shortened(other) }),
    };
    if basis.kind() != kind {
        return Err(CalendarFault::BasisContradictsKind { line, kind, basis });
    }
    let chars = name.chars().count();
    if chars == 0 || chars > MAX_NAME_CHARS || name.chars().any(char::is_control) {
        return Err(CalendarFault::BadName { line, chars });
    }
    Ok((date, NoticeDay { kind, holiday: name.to_owned(), basis }))
}

fn check_make_up(
    line: usize,
    date: Date,
    kind: DayKind,
    is_off_already: impl Fn(Date) -> bool,
) -> Result<(), CalendarFault> {
    if kind == DayKind::Off {
        return Ok(());
    }
    if let Some(holiday) = StatutoryDays::built_in().holiday(date) {
        return Err(CalendarFault::StatutoryDayWorked { line, date, holiday });
    }
    if !date.weekday().is_weekend() && !is_off_already(date) {
        return Err(CalendarFault::MakeUpOnWeekday { line, date, weekday: date.weekday() });
    }
    Ok(())
}

/// Enough of a wrong word to recognise the typo, and no more of a file that is something else.
fn shortened(found: &str) -> String {
    found.chars().take(24).collect()
}
