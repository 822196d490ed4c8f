//! The day-by-day count from a trigger to a deadline, kept so that it can be shown to anyone.

use serde::Serialize;

use crate::calendar::{Calendar, DayStatus};
use crate::date::Date;
use crate::instant::Instant;
use crate::special_rule::StorageTerm;

/// One count of days from one instant. Day 0 is the instant's date in China Standard Time, and is never counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Walk {
    pub day0: Date,
    pub days: Vec<WalkedDay>,
    /// The last day of the term.
    pub last_day: Date,
    /// 24:00 of the last day: the first instant that is late.
    #[serde(rename = "deadline_exclusive_us")]
    pub deadline_exclusive: Instant,
    /// The first day that could turn out to be the last one, when some day in the walk is not settled (暂定).
    /// `None` when every day is settled: nothing can move any more but a changed notice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest_last_day: Option<Date>,
}

/// One day after day 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WalkedDay {
    /// 1 for the first counted day, 2 for the second; absent for a day that is not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted_as: Option<u16>,
    #[serde(flatten)]
    pub status: DayStatus,
}

impl Walk {
    /// Whether a notice still to come may change the result (暂定).
    pub fn is_provisional(&self) -> bool {
        self.earliest_last_day.is_some()
    }

    /// Before this instant it is in time, whatever a notice still to come says.
    pub fn surely_in_time_before(&self) -> Instant {
        self.earliest_last_day.map_or(self.deadline_exclusive, |last| Instant::china_midnight(last.next()))
    }
}

/// `d = d0; n = 0; while n < term { d += 1; if working(d) { n += 1 } }`; the deadline is `d + 1` at 00:00 +08:00.
pub(crate) fn walk(from: Instant, term: StorageTerm, calendar: &Calendar) -> Walk {
    let day0 = from.china_date();
    let (term_days, only_working) = match term {
        StorageTerm::WorkingDays(n) => (n, true),
        StorageTerm::CalendarDays(n) => (n, false),
    };
    let mut days = Vec::new();
    let mut last_day = day0;
    let mut counted = 0;
    // Ends: a calendar has finitely many days off, and after the last of them weekdays are worked.
    while counted < term_days {
        last_day = last_day.next();
        let status = calendar.day(last_day);
        let counts = status.is_working || !only_working;
        counted += u16::from(counts);
        days.push(WalkedDay { counted_as: counts.then_some(counted), status });
    }
    let is_provisional = only_working && days.iter().any(|d| !d.status.is_settled());
    let earliest_last_day = is_provisional.then(|| {
        let conceivable = days.iter().filter(|d| d.status.is_conceivably_working());
        conceivable.take(usize::from(term_days)).last().map_or(last_day, |d| d.status.date)
    });
    Walk { day0, days, last_day, deadline_exclusive: Instant::china_midnight(last_day.next()), earliest_last_day }
}
