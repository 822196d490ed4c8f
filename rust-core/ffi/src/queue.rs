//! What waits for the agency, in the order in which it goes.

use quanji_evidence::id::RecordId;
use quanji_store::{Fare, UploadsOwed};
use quanji_upload::{FreedBy, Network, Waits};

use crate::CoreError;
use crate::error::Defect;
use crate::listed::Waiting;
use crate::phone_core::Core;

/// A list of months of backlog helps nobody; the sums count all.
const SHOWN: u32 = 100;

/// The queue.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Queue {
    /// What keeps everything waiting; null when nothing does.
    pub hold: Option<Waits>,
    /// To how much over a network that is paid for the officer may agree, by the agency's policy; null: to anything.
    pub paid_limit_bytes: Option<u64>,
    /// The first in the order in which they would go.
    pub rows: Vec<QueueRow>,
    /// Of all that waits.
    pub things: u64,
    pub bytes: u64,
    pub receipts: u64,
}

/// One thing on its way.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct QueueRow {
    pub record: String,
    pub size_bytes: u64,
    pub stored_bytes: u64,
    pub deadline_us: Option<i64>,
    pub attempts: u32,
    /// Whether it goes over a network that the officer pays for, without a further yes.
    pub may_go_paid: bool,
    pub waits: Waiting,
}

/// When a background job is to run the uploader, µs since 1970; an instant that is over means at once, null never: until something is recorded,
/// or somebody does what only a person can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, uniffi::Record)]
pub struct NextUploads {
    /// Over any network, one that is paid for too: something may go there.
    pub over_any_us: Option<i64>,
    /// Over a network that nobody pays for.
    pub over_free_us: Option<i64>,
}

#[uniffi::export]
impl Core {
    /// When the uploader has something to do, whatever the phone is connected to now.
    pub fn next_uploads(&self) -> Result<NextUploads, CoreError> {
        if self.is_practice() || self.link.trust().is_none() {
            return Ok(NextUploads::default());
        }
        let is_recording = self.running_record().is_some();
        let (hold, over_any_us, over_free_us) = self.ask_index(|index| {
            Ok((index.upload_hold()?, index.upload_due_us(Fare::Paid)?, index.upload_due_us(Fare::Free)?))
        })?;
        let held_until_us = match hold {
            Some(hold) if Waits::parse(&hold.reason).is_none_or(|why| why.freed_by() == FreedBy::Person) => {
                return Ok(NextUploads::default());
            }
            Some(hold) => hold.next_attempt_us,
            None => i64::MIN,
        };
        // The newest line of a running record goes over any network, and there always is one.
        let over_any_us = if is_recording { Some(i64::MIN) } else { over_any_us };
        Ok(NextUploads {
            over_any_us: over_any_us.map(|from_us| from_us.max(held_until_us)),
            over_free_us: over_free_us.map(|from_us| from_us.max(held_until_us)),
        })
    }

    /// What waits, and why. `Dock` is a cable or the LAN of the designated storage.
    pub fn queue(&self, network: Network) -> Result<Queue, CoreError> {
        let standpoint = self.standpoint(network)?;
        let (rows, owed) = self.ask_index(|index| Ok((index.uploads_waiting(SHOWN)?, index.uploads_owed()?)))?;
        let UploadsOwed { things, bytes, receipts } = owed;
        let paid_limit_bytes = self.recorder.in_force().policy().network.limit_bytes();
        let rows = rows.iter().map(|row| QueueRow {
            record: RecordId::from_bytes(row.record.0).to_string(),
            size_bytes: row.size_bytes,
            stored_bytes: row.stored_bytes,
            deadline_us: row.deadline_us,
            attempts: row.attempts,
            may_go_paid: row.may_go_paid,
            waits: standpoint.why(row),
        });
        let rows = rows.collect();
        Ok(Queue { hold: standpoint.hold, paid_limit_bytes, rows, things, bytes, receipts })
    }

    /// A yes to so many bytes over a network that is paid for, as far as the agency lets one go. How much of it waits already.
    pub fn consent_to_paid(&self, limit_bytes: u64) -> Result<u64, CoreError> {
        let no_index = CoreError::Bug { defect: Defect::Index };
        self.recorder.consent_to_paid(limit_bytes).and_then(Result::ok).ok_or(no_index)
    }

    /// Somebody asks for it now: what waited for its time or for a person is tried again.
    pub fn try_again(&self) -> Result<(), CoreError> {
        self.ask_index(|index| index.release_uploads())
    }
}
