//! A day in the Gregorian calendar, and the small arithmetic that working days need.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use thiserror::Error;

/// A calendar day, counted in days since 1970-01-01. It belongs to no time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    days: i32,
}

/// Monday comes first, as in ISO 8601.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    pub fn is_weekend(self) -> bool {
        matches!(self, Self::Saturday | Self::Sunday)
    }
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Monday => "Monday",
            Self::Tuesday => "Tuesday",
            Self::Wednesday => "Wednesday",
            Self::Thursday => "Thursday",
            Self::Friday => "Friday",
            Self::Saturday => "Saturday",
            Self::Sunday => "Sunday",
        })
    }
}

/// Why a text is no day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DateFault {
    #[error("a date is written YYYY-MM-DD, 10 characters; this has {found}, or another shape")]
    Shape { found: usize },
    #[error("month {month} is not in 1..=12")]
    NoSuchMonth { month: u32 },
    #[error("{year:04}-{month:02} has {last} days, not {day}")]
    NoSuchDay { year: i32, month: u32, day: u32, last: u32 },
}

impl Date {
    /// The day `days` after 1970-01-01 (before it, when negative).
    pub const fn from_days_since_epoch(days: i32) -> Self {
        Self { days }
    }

    pub const fn days_since_epoch(self) -> i32 {
        self.days
    }

    /// Years 0..=9999; a month or day that does not exist is an error, never rolled over.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Result<Self, DateFault> {
        if !(1..=12).contains(&month) {
            return Err(DateFault::NoSuchMonth { month });
        }
        let last = days_in_month(year, month);
        if day == 0 || day > last {
            return Err(DateFault::NoSuchDay { year, month, day, last });
        }
        // Howard Hinnant's `days_from_civil`: years begin in March, so that the leap day is the last one.
        let y = i64::from(year) - i64::from(month <= 2);
        let era = y.div_euclid(400);
        let year_of_era = y.rem_euclid(400);
        let shifted_month = i64::from((month + 9) % 12);
        let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Ok(Self { days: (era * 146_097 + day_of_era - 719_468) as i32 })
    }

    /// Year, month (1..=12), day (1..=31).
    pub fn ymd(self) -> (i32, u32, u32) {
        let z = i64::from(self.days) + 719_468;
        let era = z.div_euclid(146_097);
        let day_of_era = z.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 } as u32;
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        (year as i32, month, day)
    }

    pub fn year(self) -> i32 {
        self.ymd().0
    }

    pub fn weekday(self) -> Weekday {
        match (i64::from(self.days) + 3).rem_euclid(7) {
            0 => Weekday::Monday,
            1 => Weekday::Tuesday,
            2 => Weekday::Wednesday,
            3 => Weekday::Thursday,
            4 => Weekday::Friday,
            5 => Weekday::Saturday,
            _ => Weekday::Sunday,
        }
    }

    /// The day after; at the end of the representable range it stays where it is.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus_days(1)
    }

    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self { days: self.days.saturating_add(days) }
    }

    /// `YYYY-MM-DD` with ASCII digits, and nothing else.
    pub fn parse(text: &str) -> Result<Self, DateFault> {
        let shape = DateFault::Shape { found: text.len() };
        let b = text.as_bytes();
        if b.len() != 10 || b[4] != b'-' || b[7] != b'-' {
            return Err(shape);
        }
        let number = |range: std::ops::Range<usize>| {
            b[range].iter().try_fold(0u32, |n, c| c.is_ascii_digit().then(|| n * 10 + u32::from(c - b'0')))
        };
        let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else {
            return Err(shape);
        };
        Self::from_ymd(year as i32, month, day)
    }
}

pub(crate) fn days_in_month(year: i32, month: u32) -> u32 {
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_four_centuries_has_one_name_and_the_next_weekday() {
        let mut expected = (1900, 1, 1);
        let mut day = Date::parse("1900-01-01").expect("a date");
        assert_eq!(day.weekday(), Weekday::Monday);
        for n in 0..146_097 {
            assert_eq!(day.ymd(), expected);
            assert_eq!(Date::parse(&day.to_string()), Ok(day));
            assert_eq!(day.weekday() as i32, n % 7);
            let (y, m, d) = expected;
            expected = match (m, d == days_in_month(y, m)) {
                (12, true) => (y + 1, 1, 1),
                (_, true) => (y, m + 1, 1),
                _ => (y, m, d + 1),
            };
            day = day.next();
        }
        assert_eq!(day.to_string(), "2300-01-01");
    }

    #[test]
    fn a_day_that_does_not_exist_is_refused_and_never_rolled_over() {
        assert_eq!(Date::parse("2026-02-29"), Err(DateFault::NoSuchDay { year: 2026, month: 2, day: 29, last: 28 }));
        assert!(Date::parse("2100-02-29").is_err());
        assert!(Date::parse("2000-02-29").is_ok());
        assert_eq!(Date::parse("2026-13-01"), Err(DateFault::NoSuchMonth { month: 13 }));
        assert_eq!(Date::parse("2026-00-01"), Err(DateFault::NoSuchMonth { month: 0 }));
        for text in ["", "2026-1-1", "2026/01/01", "+026-01-01", "２026-01-01", "2026-01-01 ", "2026-01-0x"] {
            assert!(matches!(Date::parse(text), Err(DateFault::Shape { .. })), "{text}");
        }
    }
}
