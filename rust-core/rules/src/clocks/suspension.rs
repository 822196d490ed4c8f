//! Days that do not count in a term (期间不计入): what the law says of them, and the spans that people enter.

use serde::Serialize;
use thiserror::Error;

use super::StatutoryClock;
use crate::date::Date;

/// A longer one is a typo: no test, inspection or appraisal takes two years.
const LIMIT_DAYS: i32 = 732;

/// By which text days are left out of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ClockSuspension {
    /// `《中华人民共和国行政强制法》第二十五条第三款`
    pub article: &'static str,
    pub article_en: &'static str,
    /// The words of the article.
    pub wording: &'static str,
    /// What is done in those days.
    pub what: &'static str,
    pub what_en: &'static str,
}

/// Days that do not count, the first and the last among them, as the party was told them in writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Suspension {
    from: Date,
    to: Date,
}

/// Why two days are no span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SuspensionFault {
    #[error("it ends on {to}, before it begins on {from}")]
    EndsBeforeItBegins { from: Date, to: Date },
    #[error("{found} days, at most {LIMIT_DAYS}")]
    TooLong { found: i32 },
}

/// No text leaves days out of this term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{}: no text that is known here leaves days out of this term", clock.name())]
pub struct NotSuspended {
    pub clock: StatutoryClock,
}

impl Suspension {
    /// From the first day to the last one, both left out.
    pub fn between(from: Date, to: Date) -> Result<Self, SuspensionFault> {
        let found = to.days_since_epoch() - from.days_since_epoch() + 1;
        if found < 1 {
            return Err(SuspensionFault::EndsBeforeItBegins { from, to });
        }
        if found > LIMIT_DAYS {
            return Err(SuspensionFault::TooLong { found });
        }
        Ok(Self { from, to })
    }

    pub fn from(self) -> Date {
        self.from
    }

    /// The last day of it.
    pub fn to(self) -> Date {
        self.to
    }

    pub fn holds(self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }
}
