//! A record as lists show it, from the index alone.

use std::sync::Arc;

use quanji_evidence::id::RecordId;
use quanji_recorder::InForce;
use quanji_store::UploadState;
use quanji_upload::{FreedBy, Network, Waits, waits};

use crate::words::{RecordState, Term, UploadKind};

/// A record with its term and its way to the agency. No name or place stands in it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ListedRecord {
    pub record: String,
    pub state: RecordState,
    /// µs since 1970, by the phone's clock.
    pub opened_us: i64,
    pub ended_us: Option<i64>,
    /// How many things are owed; which ones, its last page says.
    pub owed_count: u32,
    pub term: Term,
    /// Itself already late; null while no term runs.
    pub deadline_us: Option<i64>,
    pub beside: Beside,
    /// Of its activity, where it names one.
    pub activity: Option<ActivityTerm>,
    pub size_bytes: u64,
    pub stored_bytes: u64,
    /// Rounded down: 1000 only where all of it is there.
    pub stored_permille: u32,
    /// Null when the agency has all of it, with its receipt.
    pub waits: Option<Waiting>,
}

/// What is shown beside a deadline. None of it decides whether a record is late.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Beside {
    /// The special rule (特别规定) that set the deadline, `《某规定》第九条`; null where the two working days of 第十七条 hold.
    pub special_rule: Option<String>,
    /// The agency's own day for storing it, µs, itself already past; null where it set none.
    pub own_storage_us: Option<i64>,
    /// The agency's own day for filing the first of its texts.
    pub own_filing_us: Option<i64>,
}

/// The records of one activity (执法活动) on this phone that no receipt covers yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct ActivityTerm {
    pub records: u64,
    /// The earliest of their deadlines, µs; null where no term runs.
    pub earliest_us: Option<i64>,
}

/// Why something waits, and what frees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Waiting {
    pub what: UploadKind,
    pub why: Waits,
    pub freed_by: FreedBy,
    /// When it is tried again by itself; null where that is at once, or where time does not free it.
    pub next_attempt_us: Option<i64>,
}

/// Where the phone stands when it is asked why something waits.
#[derive(Debug, Clone)]
pub(crate) struct Standpoint {
    pub(crate) network: Network,
    pub(crate) is_enrolled: bool,
    /// What keeps everything waiting.
    pub(crate) hold: Option<Waits>,
    /// Whose special rules are cited.
    pub(crate) in_force: Arc<InForce>,
}

impl Standpoint {
    pub(crate) fn why(&self, row: &quanji_store::UploadRow) -> Waiting {
        let own = waits(row.state, row.may_go_paid, row.reason.as_deref(), self.network);
        let why = match (self.is_enrolled, self.hold) {
            (false, _) => Waits::NotEnrolled,
            // What only a person can free is said of the row itself.
            (true, Some(hold)) if row.state != UploadState::Held && own.freed_by() == FreedBy::Time => hold,
            (true, _) => own,
        };
        let is_by_itself = row.state == UploadState::Later && why == own && why.freed_by() == FreedBy::Time;
        Waiting {
            what: row.kind,
            why,
            freed_by: why.freed_by(),
            next_attempt_us: is_by_itself.then_some(row.next_attempt_us),
        }
    }

    pub(crate) fn listed(&self, listed: quanji_store::ListedRecord) -> ListedRecord {
        let quanji_store::ListedRecord { row, size_bytes, stored_bytes, next, activity } = listed;
        let quanji_store::Beside { special_rule, own_storage_us, own_filing_us } = row.beside;
        let permille = (u128::from(stored_bytes) * 1_000).checked_div(u128::from(size_bytes)).unwrap_or(0);
        ListedRecord {
            record: RecordId::from_bytes(row.record.0).to_string(),
            state: row.state,
            opened_us: row.opened_at_us,
            ended_us: row.ended_at_us,
            owed_count: row.owed_count,
            term: row.term,
            deadline_us: row.deadline_us,
            beside: Beside {
                special_rule: special_rule.and_then(|place| self.in_force.rule_cited(place)),
                own_storage_us,
                own_filing_us,
            },
            activity: activity
                .map(|quanji_store::ActivityTerm { records, earliest_us }| ActivityTerm { records, earliest_us }),
            size_bytes,
            stored_bytes,
            stored_permille: u32::try_from(permille).unwrap_or(1_000),
            waits: next.map(|next| self.why(&next)),
        }
    }
}
