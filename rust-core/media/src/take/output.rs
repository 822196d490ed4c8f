//! What a take writer hands out.

use crate::fragment_write::FragmentBytes;
use crate::{FragmentFacts, Timescale, TrackKind};

/// Instant 0 of the take's clock, on the clock of the units' stamps, exactly: `ticks / timescale` seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakeZero {
    pub ticks: i64,
    pub timescale: Timescale,
}

impl TakeZero {
    /// In microseconds of the units' clock, rounded down.
    pub fn us(self) -> i64 {
        self.timescale.us(self.ticks)
    }
}

/// What cut a segment that no key frame opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForcedBy {
    Duration,
    Bytes,
}

/// Why a segment begins with this fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SegmentStart {
    /// The first of the take. It begins at a key frame if its picture track says so.
    TakeBegins,
    /// At a key frame, after 8 s or 6 MiB, or as soon as one came to a segment that began without.
    KeyFrame,
    /// After 8 s or 6 MiB of a stretch without picture: sound can be decoded from any unit.
    SoundOnly,
    /// At 20 s or 16 MiB, because no key frame came; decoding begins later in the segment.
    ForcedWithoutKeyFrame(ForcedBy),
}

/// A fragment to be stored, hashed and signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    pub bytes: FragmentBytes,
    pub facts: FragmentFacts,
    /// Number of the segment in the take, from 1.
    pub segment: u32,
    /// Place of the fragment's first byte in its segment; 0 with `starts_segment`.
    pub offset_in_segment: u64,
    pub starts_segment: Option<SegmentStart>,
    /// What it covers of the take's clock, in microseconds: earliest start and latest end of its tracks.
    pub covers_us: (i64, i64),
}

/// In the order in which things are true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Comes once, right before the first fragment.
    Init {
        bytes: Vec<u8>,
        zero: TakeZero,
    },
    Fragment(Box<Fragment>),
    /// The encoder is to make a key frame soon. Once a segment.
    KeyFrameWanted,
    /// Nothing came from this track for [`TRACK_LOST_AFTER_US`](crate::limits::TRACK_LOST_AFTER_US).
    /// `since` is where its samples end in media time, in its ticks; 0 when it never began.
    TrackLost {
        track: TrackKind,
        since: u64,
    },
    /// The track goes on at `at`; `missing` ticks have no sample. Told before the fragment that begins there.
    TrackBack {
        track: TrackKind,
        at: u64,
        missing: u64,
    },
}
