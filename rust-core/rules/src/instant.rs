//! An instant, and how people write one (RFC 3339).

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::date::{Date, DateFault};

/// An instant in microseconds since 1970-01-01T00:00:00Z, leap seconds not counted. In JSON: that integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant {
    us: i64,
}

const US_PER_SECOND: i64 = 1_000_000;
const US_PER_DAY: i64 = 86_400 * US_PER_SECOND;
/// China Standard Time, +08:00 all year since 1992: the only zone in which working days are counted.
const CHINA_OFFSET_US: i64 = 8 * 3_600 * US_PER_SECOND;
/// Instants outside these years are nobody's recording, and leave room for every sum made here.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=9990;

/// Why a text is no instant (RFC 3339, section 5.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InstantFault {
    #[error("an instant is written 2026-11-12T10:00:00+08:00: expected {expected} at character {at}")]
    Shape { at: usize, expected: &'static str },
    #[error("the day does not exist: {0}")]
    Date(DateFault),
    #[error("{hour:02}:{minute:02} is not a time of day")]
    NoSuchTime { hour: u32, minute: u32 },
    #[error("second {second} is not in 0..=59")]
    NoSuchSecond { second: u32 },
    #[error(
        "a leap second (:60) names no instant here: seconds are counted without them; write :59 or the next minute"
    )]
    LeapSecond,
    #[error("the fraction has {digits} digits; an instant is counted in whole microseconds, at most 6")]
    TooFine { digits: usize },
    #[error("the offset {hours:02}:{minutes:02} is not in 00:00..=23:59")]
    NoSuchOffset { hours: u32, minutes: u32 },
    #[error("year {year} is not in {}..={}", YEARS.start(), YEARS.end())]
    YearOutOfRange { year: i32 },
}

impl Instant {
    pub const fn from_us(us: i64) -> Self {
        Self { us }
    }

    pub const fn us(self) -> i64 {
        self.us
    }

    #[must_use]
    pub fn plus_us(self, us: i64) -> Self {
        Self { us: self.us.saturating_add(us) }
    }

    /// The day on which this instant falls in China Standard Time, whatever zone it was written in.
    pub fn china_date(self) -> Date {
        let days = self.us.saturating_add(CHINA_OFFSET_US).div_euclid(US_PER_DAY);
        Date::from_days_since_epoch(i32::try_from(days).expect("i64 microseconds are at most 106,751,992 days"))
    }

    /// 00:00 of `date` in China Standard Time, which is 24:00 of the day before.
    pub fn china_midnight(date: Date) -> Self {
        Self { us: i64::from(date.days_since_epoch()).saturating_mul(US_PER_DAY).saturating_sub(CHINA_OFFSET_US) }
    }

    /// `2026-11-17T00:00:00+08:00`; a fraction only where there is one, six digits.
    pub fn to_china_rfc3339(self) -> String {
        format!("{}+08:00", Wall::of(self.us.saturating_add(CHINA_OFFSET_US)))
    }

    /// `2026-11-16T16:00:00Z`.
    pub fn to_utc_rfc3339(self) -> String {
        format!("{}Z", Wall::of(self.us))
    }

    /// Parses RFC 3339, strictly: date, `T`, time with seconds, up to six digits of fraction, `Z` or an offset.
    ///
    /// `t` and `z` are taken (the grammar says so), a space is not; `-00:00` is UTC. Years 1900..=9990.
    pub fn parse(text: &str) -> Result<Self, InstantFault> {
        let b = text.as_bytes();
        let shape = |at, expected| InstantFault::Shape { at, expected };
        let date = text.get(..10).ok_or(shape(text.len().min(10), "YYYY-MM-DD"))?;
        let date = Date::parse(date).map_err(|fault| match fault {
            DateFault::Shape { .. } => shape(0, "YYYY-MM-DD"),
            other => InstantFault::Date(other),
        })?;
        if !YEARS.contains(&date.year()) {
            return Err(InstantFault::YearOutOfRange { year: date.year() });
        }
        expect_one_of(b, 10, b"Tt", "T")?;
        let hour = two_digits(b, 11)?;
        expect_one_of(b, 13, b":", ":")?;
        let minute = two_digits(b, 14)?;
        expect_one_of(b, 16, b":", ":")?;
        let second = two_digits(b, 17)?;
        let mut at = 19;
        let mut fraction_us = 0i64;
        if b.get(at) == Some(&b'.') {
            let digits = b[at + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
            match digits {
                0 => return Err(shape(at + 1, "a digit")),
                1..=6 => {}
                _ => return Err(InstantFault::TooFine { digits }),
            }
            for i in 0..6 {
                let digit = if i < digits { i64::from(b[at + 1 + i] - b'0') } else { 0 };
                fraction_us = fraction_us * 10 + digit;
            }
            at += 1 + digits;
        }
        if hour > 23 || minute > 59 {
            return Err(InstantFault::NoSuchTime { hour, minute });
        }
        match second {
            0..=59 => {}
            60 => return Err(InstantFault::LeapSecond),
            _ => return Err(InstantFault::NoSuchSecond { second }),
        }
        let offset_s = match b.get(at) {
            Some(b'Z' | b'z') => {
                at += 1;
                0
            }
            Some(sign @ (b'+' | b'-')) => {
                let hours = two_digits(b, at + 1)?;
                expect_one_of(b, at + 3, b":", ":")?;
                let minutes = two_digits(b, at + 4)?;
                if hours > 23 || minutes > 59 {
                    return Err(InstantFault::NoSuchOffset { hours, minutes });
                }
                at += 6;
                let magnitude = i64::from(hours) * 3_600 + i64::from(minutes) * 60;
                if *sign == b'-' { -magnitude } else { magnitude }
            }
            _ => return Err(shape(at, "Z, + or -")),
        };
        if at != b.len() {
            return Err(shape(at, "the end"));
        }
        let seconds = i64::from(hour) * 3_600 + i64::from(minute) * 60 + i64::from(second) - offset_s;
        Ok(Self { us: i64::from(date.days_since_epoch()) * US_PER_DAY + seconds * US_PER_SECOND + fraction_us })
    }
}

fn expect_one_of(b: &[u8], at: usize, allowed: &[u8], expected: &'static str) -> Result<(), InstantFault> {
    match b.get(at) {
        Some(c) if allowed.contains(c) => Ok(()),
        _ => Err(InstantFault::Shape { at, expected }),
    }
}

fn two_digits(b: &[u8], at: usize) -> Result<u32, InstantFault> {
    match (b.get(at), b.get(at + 1)) {
        (Some(a @ b'0'..=b'9'), Some(c @ b'0'..=b'9')) => Ok(u32::from(a - b'0') * 10 + u32::from(c - b'0')),
        _ => Err(InstantFault::Shape { at, expected: "two digits" }),
    }
}

/// A wall clock reading in some zone.
struct Wall {
    date: Date,
    us_of_day: i64,
}

impl Wall {
    fn of(us: i64) -> Self {
        let days = i32::try_from(us.div_euclid(US_PER_DAY)).expect("i64 microseconds are at most 106,751,992 days");
        Self { date: Date::from_days_since_epoch(days), us_of_day: us.rem_euclid(US_PER_DAY) }
    }
}

impl fmt::Display for Wall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.us_of_day / US_PER_SECOND;
        let fraction = self.us_of_day % US_PER_SECOND;
        write!(f, "{}T{:02}:{:02}:{:02}", self.date, seconds / 3_600, seconds / 60 % 60, seconds % 60)?;
        if fraction != 0 { write!(f, ".{fraction:06}") } else { Ok(()) }
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_china_rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_instant_written_in_any_zone_is_the_same_instant() {
        let china = Instant::parse("2026-11-24T00:30:00+08:00").expect("valid");
        for text in [
            "2026-11-23T16:30:00Z",
            "2026-11-23t16:30:00.000000z",
            "2026-11-23T16:30:00-00:00",
            "2026-11-23T10:00:00-06:30",
        ] {
            assert_eq!(Instant::parse(text), Ok(china), "{text}");
        }
        assert_eq!(china.china_date().to_string(), "2026-11-24");
        assert_eq!(china.to_china_rfc3339(), "2026-11-24T00:30:00+08:00");
        assert_eq!(china.to_utc_rfc3339(), "2026-11-23T16:30:00Z");
    }

    #[test]
    fn a_fraction_is_kept_to_the_microsecond_and_never_rounded() {
        let instant = Instant::parse("2026-01-01T00:00:00.25+08:00").expect("valid");
        assert_eq!(instant.to_china_rfc3339(), "2026-01-01T00:00:00.250000+08:00");
        assert_eq!(
            Instant::parse("2026-01-01T23:59:59.9999999Z"),
            Err(InstantFault::TooFine { digits: 7 }),
            "rounding up would be another day"
        );
    }

    #[test]
    fn what_is_not_rfc_3339_is_refused_with_the_place() {
        use InstantFault::*;
        let cases = [
            ("", Shape { at: 0, expected: "YYYY-MM-DD" }),
            ("2026-11-23", Shape { at: 10, expected: "T" }),
            ("2026-11-23T16:30Z", Shape { at: 16, expected: ":" }),
            ("2026-11-23 16:30:00Z", Shape { at: 10, expected: "T" }),
            ("2026-11-23T16:30:00", Shape { at: 19, expected: "Z, + or -" }),
            ("2026-11-23T16:30:00.Z", Shape { at: 20, expected: "a digit" }),
            ("2026-11-23T16:30:00+0800", Shape { at: 22, expected: ":" }),
            ("2026-11-23T16:30:00Z ", Shape { at: 20, expected: "the end" }),
            ("2026-11-23T24:00:00Z", NoSuchTime { hour: 24, minute: 0 }),
            ("2026-11-23T23:59:60Z", LeapSecond),
            ("2026-11-23T23:59:61Z", NoSuchSecond { second: 61 }),
            ("2026-11-23T23:59:59+24:00", NoSuchOffset { hours: 24, minutes: 0 }),
            ("1899-11-23T23:59:59Z", YearOutOfRange { year: 1899 }),
            ("2026-11-31T00:00:00Z", Date(DateFault::NoSuchDay { year: 2026, month: 11, day: 31, last: 30 })),
            ("二零二六年", Shape { at: 10, expected: "YYYY-MM-DD" }),
        ];
        for (text, fault) in cases {
            assert_eq!(Instant::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn no_bytes_make_the_parser_panic_and_what_is_parsed_prints_back_to_the_same_instant() {
        let mut seed = 0x510a_2026_u64;
        let valid = b"2026-11-23T16:30:00.123456+08:00";
        for _ in 0..50_000 {
            let mut bytes = valid.to_vec();
            for _ in 0..2 {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (seed >> 33) as usize % bytes.len();
                bytes[at] = b"0123456789-:.+TZz \xe4\xb8"[(seed >> 21) as usize % 20];
            }
            let text = String::from_utf8_lossy(&bytes);
            if let Ok(instant) = Instant::parse(&text) {
                assert_eq!(Instant::parse(&instant.to_utc_rfc3339()), Ok(instant));
                assert_eq!(Instant::parse(&instant.to_china_rfc3339()), Ok(instant));
            }
        }
        let _ = Instant::from_us(i64::MAX).to_china_rfc3339();
        let _ = Instant::from_us(i64::MIN).to_china_rfc3339();
    }
}
