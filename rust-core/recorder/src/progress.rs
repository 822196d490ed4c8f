//! Where a record stands, in one value: kept twice, as acknowledged and as written, so that a lost group can be taken back whole.

use quanji_evidence::body::{Cause, Sealed, Track};
use quanji_evidence::entry::Clock;
use quanji_evidence::{Digest, JournalWriter};
use quanji_rules::Record;
use sha2::{Digest as _, Sha256};

/// A record so far.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    pub(crate) journal: JournalWriter,
    pub(crate) rules: Record,
    pub(crate) counts: Sealed,
    /// Private values written.
    pub(crate) privates: u32,
    /// Clock of the last line.
    pub(crate) clock: Option<Clock>,
    pub(crate) takes: u64,
    /// The record's media time 0 on this boot's monotonic clock; `None` before the first take.
    pub(crate) zero_mono_us: Option<i64>,
    pub(crate) segment: Option<OpenSegment>,
    /// The end of the media written, if there is any.
    pub(crate) media_end: Option<MediaEnd>,
    pub(crate) open_interruption: Option<OpenInterruption>,
    pub(crate) restarts: u64,
}

/// The segment that is being written.
#[derive(Debug, Clone)]
pub(crate) struct OpenSegment {
    pub(crate) take: u64,
    /// The vault's number of the take.
    pub(crate) take_in_vault: u32,
    pub(crate) number: u64,
    pub(crate) fragments: u64,
    pub(crate) size_bytes: u64,
    pub(crate) hash: Sha256,
}

impl OpenSegment {
    pub(crate) fn begin(take: u64, take_in_vault: u32, number: u64) -> OpenSegment {
        OpenSegment { take, take_in_vault, number, fragments: 0, size_bytes: 0, hash: Sha256::new() }
    }

    /// Takes a fragment's bytes; the digest is of the segment from its first byte.
    pub(crate) fn add(&mut self, bytes: &[u8]) -> Digest {
        self.hash.update(bytes);
        self.size_bytes += bytes.len() as u64;
        self.fragments += 1;
        self.digest()
    }

    pub(crate) fn digest(&self) -> Digest {
        Digest::from_sha256(self.hash.clone().finalize().into())
    }
}

/// Until when media was written, on the clock of the boot that captured it.
#[derive(Debug, Clone)]
pub(crate) struct MediaEnd {
    /// The clock of a line written in that boot: ties monotonic instants to the wall.
    pub(crate) clock: Clock,
    pub(crate) mono_us: u64,
    pub(crate) tracks: Vec<(Track, u64)>,
}

impl MediaEnd {
    /// The wall clock at the end, the clock not having been set since.
    pub(crate) fn wall_us(&self) -> u64 {
        wall_at(&self.clock, self.mono_us)
    }
}

/// The wall clock's reading when this boot's monotonic clock said `mono_us`.
pub(crate) fn wall_at(clock: &Clock, mono_us: u64) -> u64 {
    (clock.wall_us + mono_us).saturating_sub(clock.mono_us)
}

/// An `interrupted` that no `resumed` follows yet.
#[derive(Debug, Clone)]
pub(crate) struct OpenInterruption {
    pub(crate) seq: u64,
    pub(crate) cause: Cause,
}
