//! Working days: what the State Council's yearly notices say, and what is presumed where none says anything yet.
//!
//! A year's notice appears in the autumn before and may move days of the last week of December (the notice for 2019 made 29
//! December 2018 a working day). So rows after 25 December belong to the notice of the *following* year, and a day is
//! *settled* when its own year's notice is loaded and it is not after 25 December, or the next year's is loaded too.

mod csv;
mod notice;
mod statutory;

use std::collections::BTreeMap;

use serde::Serialize;

pub use csv::CalendarFault;
pub use notice::{Basis, DayKind, Notice, NoticeDay, NoticeId};
pub use statutory::StatutoryDays;

use crate::date::Date;
use crate::special_rule::SpecialRules;

/// The published notices for 2018–2026, one row a day whose working state is not what its weekday says.
const PUBLISHED: &str = include_str!("../../../proto/calendar/cn_holidays.csv");

/// The notices that are known, each year's newest one in force and the replaced ones kept; and with them the special rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    in_force: BTreeMap<i32, Notice>,
    superseded: Vec<Notice>,
    /// Which matters have a term of their own (第二条第二款).
    special_rules: SpecialRules,
}

/// What an import did, year by year, so that open deadlines can be reckoned again and both kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Import {
    pub added: Vec<NoticeId>,
    pub replaced: Vec<Replaced>,
    pub unchanged: Vec<NoticeId>,
}

/// One year's notice that gave way to a newer one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Replaced {
    pub old: NoticeId,
    pub new: NoticeId,
}

/// What is known of one day, and from where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DayStatus {
    pub date: Date,
    pub is_working: bool,
    pub ground: DayGround,
    /// The notice that decides this day; `None` exactly when the day is not settled.
    pub notice: Option<NoticeId>,
}

/// Why a day is worked or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum DayGround {
    /// Monday to Friday, and the notice is silent on it.
    Weekday,
    /// Saturday or Sunday, and the notice is silent on it.
    Weekend,
    /// The notice makes it a day off (放假).
    Off { holiday: String, basis: Basis },
    /// The notice makes it a working day in lieu (调休上班).
    MakeUp { holiday: String },
    /// No notice yet: presumed worked.
    PresumedWeekday,
    /// No notice yet: presumed off, but a notice may make it a working day.
    PresumedWeekend,
    /// No notice yet, or the notice forgets it: off by 全国年节及纪念日放假办法, which no notice can change.
    Statutory { holiday: String },
}

impl DayStatus {
    pub fn is_settled(&self) -> bool {
        self.notice.is_some()
    }

    /// Whether a notice still to come could make this a working day: an unsettled Saturday or Sunday, a statutory holiday never.
    pub fn is_conceivably_working(&self) -> bool {
        self.is_working || self.ground == DayGround::PresumedWeekend
    }
}

impl Calendar {
    /// The notices this product was built with: 2018–2026.
    pub fn published() -> Self {
        Self::parse(PUBLISHED).expect("the built-in file is parsed by a test")
    }

    /// A calendar made from one file alone, in the format of `proto/calendar/cn_holidays.csv`.
    pub fn parse(csv: &str) -> Result<Self, CalendarFault> {
        let mut calendar =
            Self { in_force: BTreeMap::new(), superseded: Vec::new(), special_rules: SpecialRules::default() };
        calendar.import(csv)?;
        Ok(calendar)
    }

    /// As [`Calendar::parse`], from bytes that may not be text.
    pub fn parse_bytes(csv: &[u8]) -> Result<Self, CalendarFault> {
        Self::parse(csv::text(csv)?)
    }

    /// Adds the notices of one more file; on an error nothing has changed.
    ///
    /// A year whose rows name every statutory holiday that falls on Monday to Friday is that year's whole notice and takes the
    /// place of the one in force. Fewer rows are an amendment (2019, 2020): they are laid over the notice in force, which
    /// is kept too. Rows equal to what is in force change nothing.
    pub fn import(&mut self, csv: &str) -> Result<Import, CalendarFault> {
        let rows = csv::parse(csv, |date| self.notice_of(date).is_some_and(|n| n.is_off(date)))?;
        let mut years: BTreeMap<i32, BTreeMap<Date, NoticeDay>> = BTreeMap::new();
        for (date, day) in rows {
            years.entry(notice_year(date)).or_default().insert(date, day);
        }
        let mut import = Import::default();
        for (year, days) in years {
            let Some(old) = self.in_force.get(&year) else {
                let notice = Notice::new(year, days);
                import.added.push(notice.id().clone());
                self.in_force.insert(year, notice);
                continue;
            };
            let new = Notice::new(year, days);
            let new = if new.is_whole() { new } else { old.amended_by(new) };
            if new.id() == old.id() {
                import.unchanged.push(new.id().clone());
                continue;
            }
            import.replaced.push(Replaced { old: old.id().clone(), new: new.id().clone() });
            self.superseded.extend(self.in_force.insert(year, new));
        }
        Ok(import)
    }

    /// As [`Calendar::import`], from bytes that may not be text.
    pub fn import_bytes(&mut self, csv: &[u8]) -> Result<Import, CalendarFault> {
        self.import(csv::text(csv)?)
    }

    /// The same days, with these special rules in place of those before.
    #[must_use]
    pub fn with_special_rules(self, special_rules: SpecialRules) -> Self {
        Self { special_rules, ..self }
    }

    pub fn special_rules(&self) -> &SpecialRules {
        &self.special_rules
    }

    /// What is known of `date`.
    pub fn day(&self, date: Date) -> DayStatus {
        let is_weekend = date.weekday().is_weekend();
        let own = self.in_force.get(&date.year());
        // Before 26 December the deciding notice is the own year's; after it, the next year's, once both are loaded.
        let deciding = own.and(self.notice_of(date));
        let statutory = StatutoryDays::built_in().holiday(date);
        let status = |is_working, ground, notice: Option<&Notice>| DayStatus {
            date,
            is_working,
            ground,
            notice: notice.map(|n| n.id().clone()),
        };
        let Some(notice) = deciding else {
            return match statutory {
                Some(holiday) => status(false, DayGround::Statutory { holiday: holiday.to_owned() }, None),
                None if is_weekend => status(false, DayGround::PresumedWeekend, None),
                None => status(true, DayGround::PresumedWeekday, None),
            };
        };
        match notice.day(date) {
            Some(NoticeDay { kind: DayKind::Off, holiday, basis }) => {
                status(false, DayGround::Off { holiday: holiday.clone(), basis: *basis }, Some(notice))
            }
            Some(NoticeDay { kind: DayKind::Work, holiday, .. }) => {
                status(true, DayGround::MakeUp { holiday: holiday.clone() }, Some(notice))
            }
            None if is_weekend => status(false, DayGround::Weekend, Some(notice)),
            // A list that forgets a statutory weekday is a list with a hole: the day is off by law, but nothing is settled by it.
            None if let Some(holiday) = statutory => {
                status(false, DayGround::Statutory { holiday: holiday.to_owned() }, None)
            }
            None => status(true, DayGround::Weekday, Some(notice)),
        }
    }

    pub fn is_working(&self, date: Date) -> bool {
        self.day(date).is_working
    }

    pub fn is_settled(&self, date: Date) -> bool {
        self.day(date).is_settled()
    }

    /// The notices in force, by year.
    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.in_force.values()
    }

    /// Notices that were replaced, oldest first: deadlines reckoned with them can still be explained.
    pub fn superseded(&self) -> &[Notice] {
        &self.superseded
    }

    /// Statutory holidays on Monday to Friday that a loaded notice does not name: most likely a row is missing.
    pub fn doubts(&self) -> Vec<(Date, String)> {
        self.in_force.values().flat_map(Notice::missing_statutory_days).collect()
    }

    fn notice_of(&self, date: Date) -> Option<&Notice> {
        self.in_force.get(&notice_year(date))
    }
}

/// The year whose notice decides this day: the next one's after 25 December.
fn notice_year(date: Date) -> i32 {
    match date.ymd() {
        (year, 12, 26..) => year + 1,
        (year, ..) => year,
    }
}

#[cfg(test)]
mod tests;
