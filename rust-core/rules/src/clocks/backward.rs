//! Terms that run back from a day: on which day at the latest it must have been done.
//!
//! The answer is the last working day from which the term, counted forward, is over by the day itself (第六十四条第二项 with 第八十五条).

use crate::calendar::{Calendar, DayGround, DayStatus};
use crate::date::Date;
use crate::walk::WalkedDay;

/// From 2018 to 2026 no notice made a weekday off that is further than five days from a statutory one: nearer than this, one not settled may turn out off.
const AROUND_STATUTORY_DAYS: i32 = 7;

/// A count back from a day.
pub(super) struct Back {
    /// Backward, the day before first; the day itself is not among them.
    pub(super) days: Vec<WalkedDay>,
    pub(super) last_day: Date,
    /// Where a notice still to come may move it: the earliest that it may turn out to be.
    pub(super) earliest: Option<Date>,
    /// One working day earlier: then whole working days lie between.
    pub(super) with_whole_days: Date,
}

/// Counts `term` working days back from `day`. A day that is off is stood for by the last working day before it, which is not counted either.
pub(super) fn back(day: Date, term: u16, calendar: &Calendar) -> Back {
    let (days, last_day) = walked(day, term, calendar, &|status| status.is_working);
    let is_unsettled = |date: Date| !calendar.day(date).is_settled();
    let is_provisional = is_unsettled(day) || days.iter().any(|walked| is_unsettled(walked.status.date));
    let earliest = is_provisional.then(|| walked(day, term, calendar, &|status| is_surely_working(status, calendar)).1);
    let (_, with_whole_days) = walked(day, term + 1, calendar, &|status| status.is_working);
    Back { days, last_day, earliest, with_whole_days }
}

fn walked(
    day: Date,
    term: u16,
    calendar: &Calendar,
    is_working: &dyn Fn(&DayStatus) -> bool,
) -> (Vec<WalkedDay>, Date) {
    // Whether the day, or the one that stands for it, is behind.
    let mut is_behind = is_working(&calendar.day(day));
    let (mut days, mut last_day, mut counted) = (Vec::new(), day, 0);
    // Ends: a calendar has finitely many days off, and before the first of them weekdays are worked.
    while counted < term {
        last_day = last_day.plus_days(-1);
        let status = calendar.day(last_day);
        let counts = is_working(&status) && is_behind;
        is_behind |= is_working(&status);
        counted += u16::from(counts);
        days.push(WalkedDay { counted_as: counts.then_some(counted), is_suspended: false, status });
    }
    (days, last_day)
}

/// Whether no notice to come is likely to make it a day off: it is settled, or no statutory holiday is near.
fn is_surely_working(status: &DayStatus, calendar: &Calendar) -> bool {
    let is_holiday = |days: i32| {
        let ground = calendar.day(status.date.plus_days(days)).ground;
        matches!(ground, DayGround::Statutory { .. } | DayGround::Off { .. })
    };
    let is_near = || (-AROUND_STATUTORY_DAYS..=AROUND_STATUTORY_DAYS).any(is_holiday);
    status.is_working && (status.is_settled() || !is_near())
}
