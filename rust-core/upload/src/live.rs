//! While a record runs: its newest line goes to the agency, so that nobody can take back later what the phone had said by then.

use bytes::Bytes;
use quanji_evidence::id::RecordId;
use quanji_store::{Identity, Vault};
use quanji_wire::Code;

use crate::client::{Agency, AgencyFault};
use crate::lines::{LinesSent, send_lines};

/// The live side of one running record. Reads through a handle to the vault: the writing thread is never waited for.
#[derive(Debug)]
pub struct Live {
    pub agency: Agency,
    pub vault: Vault,
    pub record: RecordId,
    /// Bytes of the journal that the agency has seen the end of.
    seen_bytes: u64,
}

/// What one look brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LiveTold {
    /// Bytes of the body, without HTTP's own.
    pub body_bytes: u64,
    /// The line that is held ahead of its turn.
    pub is_head_sent: bool,
}

impl Live {
    pub fn new(agency: Agency, vault: Vault, record: RecordId) -> Live {
        Live { agency, vault, record, seen_bytes: 0 }
    }

    /// Sends the newest acknowledged line, if there is one that was not sent; the first time, the opened line before it.
    pub async fn head(&mut self, token: &str) -> Result<LiveTold, AgencyFault> {
        let in_vault = quanji_store::RecordId(*self.record.as_bytes());
        let Ok(lines) = self.vault.lines(Identity::journal(in_vault)) else { return Ok(LiveTold::default()) };
        let total = lines.len() as u64;
        if lines.is_empty() || total == self.seen_bytes {
            return Ok(LiveTold::default());
        }
        let mut told = LiveTold::default();
        if self.seen_bytes == 0 {
            told.body_bytes += self.opened(token, &lines).await?;
        }
        let Some(last) = lines.split_inclusive(|byte| *byte == b'\n').next_back() else { return Ok(told) };
        if last.len() < lines.len() {
            let body = Bytes::copy_from_slice(last);
            match self.agency.heads(token, body.clone()).await {
                // An agency that lost the record hears of it anew.
                Err(AgencyFault::Refused { refusal, .. }) if refusal.code == Code::RecordUnknown => {
                    told.body_bytes += self.opened(token, &lines).await?;
                    self.agency.heads(token, body).await?;
                }
                outcome => _ = outcome?,
            }
            told.body_bytes += last.len() as u64;
            told.is_head_sent = true;
        }
        self.seen_bytes = total;
        Ok(told)
    }

    async fn opened(&self, token: &str, lines: &[u8]) -> Result<u64, AgencyFault> {
        let first = lines.iter().position(|byte| *byte == b'\n').map_or(0, |at| at as u64 + 1);
        match send_lines(&self.agency, token, self.record, lines, 0, first).await? {
            LinesSent::Held { .. } => Ok(first),
            LinesSent::Contradict => Err(AgencyFault::OutsideContract { status: 200 }),
        }
    }
}
