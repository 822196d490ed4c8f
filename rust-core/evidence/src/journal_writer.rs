//! Writes the lines of one journal: numbers them, chains them, has them signed.

use serde::Serialize;
use thiserror::Error;

use crate::body::{Body, KIND_EDITION};
use crate::digest::Digest;
use crate::entry::{Actor, Clock, EnvelopeOut, Flag};
use crate::line::{self, LINE_LIMIT_BYTES, Tag, WriteFault};
use crate::signer::Signer;

/// Longest journal in bytes.
pub const JOURNAL_LIMIT_BYTES: u64 = 64 << 20;
/// Bytes of a journal kept for its last words, so that a record that grows to the limit can still be ended, sealed and explained.
pub const JOURNAL_RESERVE_BYTES: u64 = 1 << 20;

/// Where a journal stands: what its next line must say. One journal has one writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalWriter {
    next_seq: u64,
    prev: Digest,
    size_bytes: u64,
}

/// Everything about an entry but its place in the chain.
#[derive(Debug, Clone)]
pub struct Statement {
    pub clock: Clock,
    pub actor: Option<Actor>,
    pub flags: Vec<Flag>,
    pub body: Body,
}

impl Statement {
    /// A statement of the device itself.
    pub fn of(clock: Clock, body: impl Into<Body>) -> Statement {
        Statement { clock, actor: None, flags: Vec::new(), body: body.into() }
    }
}

/// Why an entry was not written; the chain is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JournalFault {
    #[error(transparent)]
    Line(#[from] WriteFault),
    #[error("the journal holds {found} bytes; at most {JOURNAL_LIMIT_BYTES}")]
    Full { found: u64 },
}

impl JournalWriter {
    /// A journal without a line.
    pub fn begin() -> JournalWriter {
        JournalWriter { next_seq: 0, prev: Digest::ZERO, size_bytes: 0 }
    }

    /// A journal whose last line is known.
    pub fn resume(last_seq: u64, last_digest: Digest, size_bytes: u64) -> JournalWriter {
        JournalWriter { next_seq: last_seq + 1, prev: last_digest, size_bytes }
    }

    /// The number of the next line.
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Digest of the last line, zero without one.
    pub fn head(&self) -> &Digest {
        &self.prev
    }

    /// Bytes written so far.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Whether the journal has grown into its reserve: time to end this record and go on in another.
    pub fn is_nearly_full(&self) -> bool {
        self.size_bytes >= JOURNAL_LIMIT_BYTES - JOURNAL_RESERVE_BYTES
    }

    /// Writes the next line; on an error the chain stands where it stood.
    pub fn write(&mut self, statement: &Statement, signers: &[&dyn Signer]) -> Result<Vec<u8>, JournalFault> {
        let envelope = EnvelopeOut {
            seq: self.next_seq,
            prev: &self.prev,
            kind: statement.body.kind().name(),
            edition: KIND_EDITION,
            clock: &statement.clock,
            actor: statement.actor.as_ref(),
            flags: &statement.flags,
            body: &statement.body,
        };
        let line = line::write(Tag::Line, &to_json(&envelope), signers, LINE_LIMIT_BYTES)?;
        let found = self.size_bytes + line.len() as u64;
        if found > JOURNAL_LIMIT_BYTES {
            return Err(JournalFault::Full { found });
        }
        self.next_seq += 1;
        self.prev = Digest::of(&line);
        self.size_bytes = found;
        Ok(line)
    }
}

/// Compact JSON of a statement. Our types have string keys and integers only, so writing cannot fail.
pub(crate) fn to_json<T: Serialize>(statement: &T) -> Vec<u8> {
    serde_json::to_vec(statement).expect("string keys, integers and text only")
}
