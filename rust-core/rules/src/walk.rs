//! The day-by-day count from a trigger to a deadline, kept so that it can be shown to anyone.

use serde::Serialize;

use crate::calendar::{Calendar, DayStatus};
use crate::clocks::Suspension;
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
    /// In a span that the law leaves out of the term; it then counts as nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_suspended: bool,
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
    walk_without(from, term, &[], calendar)
}

/// The same, where the days of these spans count as nothing.
pub(crate) fn walk_without(from: Instant, term: StorageTerm, suspended: &[Suspension], calendar: &Calendar) -> Walk {
    let day0 = from.china_date();
    let (term_days, only_working) = match term {
        StorageTerm::WorkingDays(n) => (n, true),
        StorageTerm::CalendarDays(n) => (n, false),
    };
    let mut days = Vec::new();
    let mut last_day = day0;
    let mut counted = 0;
    // Ends: a calendar has finitely many days off, a span ends, and after the last of them weekdays are worked.
    while counted < term_days {
        last_day = last_day.next();
        let status = calendar.day(last_day);
        let is_suspended = suspended.iter().any(|span| span.holds(last_day));
        let counts = (status.is_working || !only_working) && !is_suspended;
        counted += u16::from(counts);
        days.push(WalkedDay { counted_as: counts.then_some(counted), is_suspended, status });
    }
    let is_provisional = only_working && days.iter().any(|d| !d.status.is_settled());
    let earliest_last_day = is_provisional.then(|| {
        let conceivable = days.iter().filter(|d| d.status.is_conceivably_working() && !d.is_suspended);
        conceivable.take(usize::from(term_days)).last().map_or(last_day, |d| d.status.date)
    });
    Walk { day0, days, last_day, deadline_exclusive: Instant::china_midnight(last_day.next()), earliest_last_day }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_of_working_days_that_is_left_out_moves_the_end_by_as_many_working_days() {
        let calendar = Calendar::published();
        let day = |text: &str| Date::parse(text).expect("a date");
        let from = Instant::china_midnight(day("2026-09-25"));
        let term = StorageTerm::WorkingDays(7);
        let plain = walk(from, term, &calendar);
        // 28, 29 and 30 September, 8, 9, 10 and 12 October count.
        assert_eq!(plain.last_day, day("2026-10-12"));
        // Two working days and the holidays between them.
        let span = Suspension::between(day("2026-09-30"), day("2026-10-08")).expect("a span");
        let moved = walk_without(from, term, &[span], &calendar);
        assert_eq!(moved.last_day, day("2026-10-14"));
        assert_eq!(moved.days.iter().filter(|day| day.counted_as.is_some()).count(), 7);
        assert_eq!(moved.days.iter().filter(|day| day.is_suspended).count(), 9);
    }
}
