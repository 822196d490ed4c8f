//! What an agency may set, and what holds until it does.

use serde::{Deserialize, Serialize};

use crate::deadline::Deadline;
use crate::instant::Instant;

/// The agency's own measures (第二十五条) as far as the rules of a record depend on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// A gap up to this long heals by itself: listed, but nobody owes a reason for it.
    pub heals_within_us: u64,
    /// Until when a written statement (书面情况说明) is due; the text sets no day, so this is always shown as "agency rule".
    pub statement_due: StatementDue,
    /// Whether the unit's head countersigns written statements (会签). An agency's rule beside the law: a statement that nobody countersigned is a
    /// statement all the same, and pays what is owed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub statement_countersigned: bool,
}

/// The agency's day for written statements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementDue {
    /// Together with the recording.
    #[default]
    WithStorage,
    /// So many natural days after the storage deadline.
    DaysAfterStorage(u8),
}

impl StatementDue {
    /// The first instant that is late by the agency's rule, given the record's storage deadline.
    pub fn exclusive(self, storage: &Deadline) -> Instant {
        match self {
            Self::WithStorage => storage.exclusive(),
            Self::DaysAfterStorage(days) => {
                Instant::china_midnight(storage.exclusive().china_date().plus_days(i32::from(days)))
            }
        }
    }
}

impl Default for Policy {
    /// 3 s. A verifier reckons with this, for it knows no agency's setting.
    fn default() -> Self {
        Self { heals_within_us: 3_000_000, statement_due: StatementDue::WithStorage, statement_countersigned: false }
    }
}
