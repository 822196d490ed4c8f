//! While a record runs: its newest line goes to the agency, so that nobody can take back later what the phone had said by then.

use bytes::Bytes;
use quanji_evidence::id::RecordId;
use quanji_store::{Identity, LinesTail, Vault};
use quanji_wire::Code;

use crate::client::{Agency, AgencyFault};

/// Seconds between two heads unless it is set otherwise. What that costs a minute is measured by
/// `a_live_head_costs_less_than_a_second_of_the_poorest_sound` in bodies, and by the story of the running record on the wire.
pub const HEAD_EVERY_S: u64 = 10;

/// The live side of one running record. Reads through a handle to the vault: the writing thread is never waited for.
#[derive(Debug)]
pub struct Live {
    agency: Agency,
    record: RecordId,
    tail: LinesTail,
    /// The record's first line, once it was read.
    opened: Vec<u8>,
    /// The newest line that the agency has not heard; empty when it has.
    newest: Vec<u8>,
}

/// What one look brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LiveTold {
    /// Bytes of the bodies, without HTTP's own.
    pub body_bytes: u64,
    /// The line that is held ahead of its turn.
    pub is_head_sent: bool,
}

impl Live {
    pub fn new(agency: Agency, vault: Vault, record: RecordId) -> Live {
        let journal = Identity::journal(quanji_store::RecordId(*record.as_bytes()));
        Live { agency, record, tail: LinesTail::new(vault, journal), opened: Vec::new(), newest: Vec::new() }
    }

    /// Sends the newest acknowledged line, if there is one that was not sent; the opened line before it where the agency asks for it.
    pub async fn head(&mut self, token: &str) -> Result<LiveTold, AgencyFault> {
        // A journal that cannot be read now is read at the next look.
        let more = self.tail.more().unwrap_or_default();
        if self.opened.is_empty() {
            self.opened = more.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default().to_vec();
        }
        if let Some(newest) = more.split_inclusive(|byte| *byte == b'\n').next_back() {
            self.newest = newest.to_vec();
        }
        let mut told = LiveTold::default();
        if self.newest.is_empty() {
            return Ok(told);
        }
        if self.newest == self.opened {
            told.body_bytes += self.open(token).await?;
        } else {
            let body = Bytes::copy_from_slice(&self.newest);
            told.body_bytes += body.len() as u64;
            match self.agency.heads(token, body.clone()).await {
                // It has not heard of the record, or has lost it.
                Err(AgencyFault::Refused { refusal, .. }) if refusal.code == Code::RecordUnknown => {
                    told.body_bytes += self.open(token).await? + body.len() as u64;
                    self.agency.heads(token, body).await?;
                }
                outcome => _ = outcome?,
            }
            told.is_head_sent = true;
        }
        self.newest.clear();
        Ok(told)
    }

    async fn open(&self, token: &str) -> Result<u64, AgencyFault> {
        self.agency.lines(token, self.record, 0, Bytes::copy_from_slice(&self.opened)).await?;
        Ok(self.opened.len() as u64)
    }
}
