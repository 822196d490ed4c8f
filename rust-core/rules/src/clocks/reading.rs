//! When a term is over, and how that was counted: one way for every clock.

use serde::Serialize;

use super::backward::back;
use super::{ClockTerm, NotSuspended, StatutoryClock, Suspension};
use crate::calendar::Calendar;
use crate::date::Date;
use crate::instant::Instant;
use crate::special_rule::StorageTerm;
use crate::walk::{WalkedDay, walk_without};

const HOUR_US: i64 = 3_600_000_000;

impl StatutoryClock {
    /// When the term is over that runs from `from`, counted by `calendar`. Of one that runs back, `from` is the act before which it must be done.
    pub fn read(self, from: Instant, calendar: &Calendar) -> ClockReading {
        self.counted(from, &[], calendar)
    }

    /// The same, without the days of these spans. The law must say that they are left out.
    pub fn read_suspended(
        self,
        from: Instant,
        suspended: &[Suspension],
        calendar: &Calendar,
    ) -> Result<ClockReading, NotSuspended> {
        if !suspended.is_empty() && self.law().suspended_by.is_none() {
            return Err(NotSuspended { clock: self });
        }
        Ok(self.counted(from, suspended, calendar))
    }

    fn counted(self, from: Instant, suspended: &[Suspension], calendar: &Calendar) -> ClockReading {
        let law = self.law();
        let reading = |days: Vec<WalkedDay>, last_day: Date| ClockReading {
            clock: self,
            from,
            days,
            last_day,
            exclusive: Instant::china_midnight(last_day.next()),
            moved_from: None,
            earliest_last_day: None,
            read_shorter: None,
            suspended: suspended.to_vec(),
        };
        match law.term {
            ClockTerm::Hours(hours) => {
                let exclusive = from.plus_us(i64::from(hours) * HOUR_US);
                ClockReading { exclusive, ..reading(Vec::new(), exclusive.plus_us(-1).china_date()) }
            }
            ClockTerm::WorkingDays(days) => {
                let counted = walk_without(from, StorageTerm::WorkingDays(days), suspended, calendar);
                ClockReading { earliest_last_day: counted.earliest_last_day, ..reading(counted.days, counted.last_day) }
            }
            ClockTerm::NaturalDays(count) => {
                let counted = walk_without(from, StorageTerm::CalendarDays(count), suspended, calendar);
                let (mut days, by_count) = (counted.days, counted.last_day);
                // The day of the act counts: then one day less is counted after it.
                let one_less = days.iter().rev().find(|day| day.counted_as == Some(count - 1));
                let read_shorter = law.is_read_shorter.then(|| one_less.map_or(counted.day0, |day| day.status.date));
                let moved = moved_off_days_off(by_count, &mut days, calendar);
                ClockReading {
                    moved_from: (moved.last_day != by_count).then_some(by_count),
                    earliest_last_day: moved.earliest,
                    read_shorter,
                    ..reading(days, moved.last_day)
                }
            }
            ClockTerm::WorkingDaysBefore(days) => {
                let counted = back(from.china_date(), days, calendar);
                ClockReading {
                    earliest_last_day: counted.earliest,
                    read_shorter: law.is_read_shorter.then_some(counted.with_whole_days),
                    ..reading(counted.days, counted.last_day)
                }
            }
        }
    }
}

/// When a term is over, and how that was counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClockReading {
    pub clock: StatutoryClock,
    pub from: Instant,
    /// The days after the day of the act, or backward those before it; none where hours are counted.
    pub days: Vec<WalkedDay>,
    pub last_day: Date,
    /// The first instant that is late.
    #[serde(rename = "exclusive_us")]
    pub exclusive: Instant,
    /// The last day by count, where it was off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<Date>,
    /// The first day that may turn out to be the last, while a notice still to come can move it (暂定).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest_last_day: Option<Date>,
    /// The last day by the shorter reading, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_shorter: Option<Date>,
    /// Spans that were left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suspended: Vec<Suspension>,
}

impl ClockReading {
    /// Whether a notice still to come may move it.
    pub fn is_provisional(&self) -> bool {
        self.earliest_last_day.is_some()
    }
}

struct Moved {
    last_day: Date,
    earliest: Option<Date>,
}

/// The first working day from `by_count` on; the days passed over are added to the walk, uncounted.
fn moved_off_days_off(by_count: Date, days: &mut Vec<WalkedDay>, calendar: &Calendar) -> Moved {
    let (mut last_day, mut is_settled, mut earliest) = (by_count, true, None);
    // Ends: a calendar has finitely many days off, and after the last of them weekdays are worked.
    loop {
        let status = calendar.day(last_day);
        is_settled &= status.is_settled();
        if earliest.is_none() && status.is_conceivably_working() {
            earliest = Some(last_day);
        }
        let is_working = status.is_working;
        if last_day != by_count {
            days.push(WalkedDay { counted_as: None, is_suspended: false, status });
        }
        if is_working {
            return Moved { last_day, earliest: earliest.filter(|_| !is_settled) };
        }
        last_day = last_day.next();
    }
}
