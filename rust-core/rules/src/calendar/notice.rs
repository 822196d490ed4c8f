//! One year's notice of the State Council on holidays (国务院办公厅关于部分节假日安排的通知).

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::statutory::StatutoryDays;
use crate::date::Date;

/// Names one notice by its year and its days: the same days have the same id everywhere, other days another.
///
/// `cn-2026-` and 16 hex digits of FNV-1a over the sorted rows. A name, not a seal: nobody is kept from forging it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NoticeId(String);

impl NoticeId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a notice makes a day worked or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// 放假
    Off,
    /// 上班
    Work,
}

/// Why the notice says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// A statutory holiday, or the weekday given for one that falls on a weekend (法定节假日).
    Statutory,
    /// A weekday exchanged for a weekend day (调休).
    Tiaoxiu,
    /// The weekend day worked for it (调休上班).
    Makeup,
}

impl DayKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Work => "work",
        }
    }
}

impl Basis {
    pub fn name(self) -> &'static str {
        match self {
            Self::Statutory => "statutory",
            Self::Tiaoxiu => "tiaoxiu",
            Self::Makeup => "makeup",
        }
    }

    /// The only kind of day this can be the basis of.
    pub fn kind(self) -> DayKind {
        match self {
            Self::Statutory | Self::Tiaoxiu => DayKind::Off,
            Self::Makeup => DayKind::Work,
        }
    }
}

/// What a notice says of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeDay {
    pub kind: DayKind,
    /// The holiday it is for, as the notice names it: `春节`.
    pub holiday: String,
    pub basis: Basis,
}

/// The days of one year's notice; never changed, only followed by another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    id: NoticeId,
    year: i32,
    days: BTreeMap<Date, NoticeDay>,
}

impl Notice {
    pub(super) fn new(year: i32, days: BTreeMap<Date, NoticeDay>) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        for (date, day) in &days {
            for byte in format!("{date},{},{},{}\n", day.kind.name(), day.holiday, day.basis.name()).bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        Self { id: NoticeId(format!("cn-{year}-{hash:016x}")), year, days }
    }

    pub fn id(&self) -> &NoticeId {
        &self.id
    }

    pub fn year(&self) -> i32 {
        self.year
    }

    pub fn day(&self, date: Date) -> Option<&NoticeDay> {
        self.days.get(&date)
    }

    pub fn days(&self) -> impl Iterator<Item = (Date, &NoticeDay)> {
        self.days.iter().map(|(date, day)| (*date, day))
    }

    pub(super) fn is_off(&self, date: Date) -> bool {
        self.day(date).is_some_and(|d| d.kind == DayKind::Off)
    }

    /// Whether it names every statutory holiday of its year that falls on Monday to Friday.
    pub(super) fn is_whole(&self) -> bool {
        self.missing_statutory_days().next().is_none()
    }

    pub(super) fn missing_statutory_days(&self) -> impl Iterator<Item = (Date, String)> + '_ {
        StatutoryDays::built_in()
            .of_year(self.year)
            .filter(|(date, _)| !date.weekday().is_weekend() && !self.is_off(*date))
            .map(|(date, holiday)| (date, holiday.to_owned()))
    }

    /// This notice with the days of a later, partial one laid over it.
    pub(super) fn amended_by(&self, amendment: Self) -> Self {
        let mut days = self.days.clone();
        days.extend(amendment.days);
        // A make-up day on Monday to Friday only takes a day off back: the day is again what its weekday says.
        days.retain(|date, day| day.kind == DayKind::Off || date.weekday().is_weekend());
        Self::new(self.year, days)
    }
}
