//! What waits for the agency, in the order in which it goes.

use quanji_evidence::id::RecordId;
use quanji_store::UploadsOwed;
use quanji_upload::{Network, Waits};

use crate::CoreError;
use crate::listed::Waiting;
use crate::phone_core::Core;

/// A list of months of backlog helps nobody; the sums count all.
const SHOWN: u32 = 100;

/// The queue.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Queue {
    /// What keeps everything waiting; null when nothing does.
    pub hold: Option<Waits>,
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

#[uniffi::export]
impl Core {
    /// What waits, and why. `Dock` is a cable or the LAN of the designated storage.
    pub fn queue(&self, network: Network) -> Result<Queue, CoreError> {
        let standpoint = self.standpoint(network)?;
        let (rows, owed) = self.ask_index(|index| Ok((index.uploads_waiting(SHOWN)?, index.uploads_owed()?)))?;
        let UploadsOwed { things, bytes, receipts } = owed;
        let rows = rows.iter().map(|row| QueueRow {
            record: RecordId::from_bytes(row.record.0).to_string(),
            size_bytes: row.size_bytes,
            stored_bytes: row.stored_bytes,
            deadline_us: row.deadline_us,
            attempts: row.attempts,
            may_go_paid: row.may_go_paid,
            waits: standpoint.why(row),
        });
        Ok(Queue { hold: standpoint.hold, rows: rows.collect(), things, bytes, receipts })
    }

    /// A yes to so many bytes over a network that is paid for. How much of it waits already.
    pub fn consent_to_paid(&self, limit_bytes: u64) -> Result<u64, CoreError> {
        self.ask_index(|index| index.consent_to_paid(limit_bytes))
    }

    /// Somebody asks for it now: what waited for its time or for a person is tried again.
    pub fn try_again(&self) -> Result<(), CoreError> {
        self.ask_index(|index| index.release_uploads())
    }
}
