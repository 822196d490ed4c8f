//! Where segments begin.

use super::output::{ForcedBy, SegmentStart};
use crate::FragmentFacts;
use crate::limits::{SEGMENT_KEY_WANTED_BYTES, SEGMENT_KEY_WANTED_US, SEGMENT_MAX_BYTES, SEGMENT_MAX_US};

/// The segment being written.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) number: u32,
    pub(super) bytes: u64,
    began_us: i64,
    began_with_key: bool,
    key_asked: bool,
}

/// Where a fragment stands.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) segment: u32,
    pub(super) offset: u64,
    pub(super) starts: Option<SegmentStart>,
}

impl Segment {
    /// Before the first fragment.
    pub(super) fn none() -> Self {
        Self { number: 0, bytes: 0, began_us: 0, began_with_key: false, key_asked: false }
    }

    /// Whether the segment has the length at which the next is due.
    fn is_long(&self, at_us: i64, held_bytes: u64) -> bool {
        at_us - self.began_us >= SEGMENT_KEY_WANTED_US || self.bytes + held_bytes >= SEGMENT_KEY_WANTED_BYTES
    }

    /// Whether a key frame at this instant opens a new segment.
    pub(super) fn wants_key(&self, at_us: i64, held_bytes: u64) -> bool {
        self.number > 0 && (!self.began_with_key || self.is_long(at_us, held_bytes))
    }

    /// Whether to ask for a key frame now. Says so once a segment. `begins_without` when the picture's first unit is none.
    pub(super) fn asks_for_key(&mut self, begins_without: bool, at_us: i64, held_bytes: u64) -> bool {
        let asks = !self.key_asked && (begins_without || self.wants_key(at_us, held_bytes));
        self.key_asked |= asks;
        asks
    }

    /// Places the next fragment. `opens_with_key` when it was closed off so that it begins with the key frame that
    /// opens a segment; `has_picture` while the picture track is not lost.
    pub(super) fn place(
        &mut self,
        facts: &FragmentFacts,
        covers_us: (i64, i64),
        opens_with_key: bool,
        has_picture: bool,
    ) -> Placed {
        let (from_us, to_us) = covers_us;
        let starts = if self.number == 0 {
            Some(SegmentStart::TakeBegins)
        } else if opens_with_key {
            Some(SegmentStart::KeyFrame)
        } else if facts.video.is_none() && !has_picture && self.is_long(from_us, 0) {
            Some(SegmentStart::SoundOnly)
        } else if to_us - self.began_us > SEGMENT_MAX_US {
            Some(SegmentStart::ForcedWithoutKeyFrame(ForcedBy::Duration))
        } else if self.bytes + facts.bytes > SEGMENT_MAX_BYTES {
            Some(SegmentStart::ForcedWithoutKeyFrame(ForcedBy::Bytes))
        } else {
            None
        };
        if starts.is_some() {
            *self = Self {
                number: self.number + 1,
                bytes: 0,
                began_us: from_us,
                began_with_key: match &facts.video {
                    Some(video) => video.starts_with_key,
                    None => !has_picture,
                },
                // What was asked before the first segment had a number stays asked.
                key_asked: self.number == 0 && self.key_asked,
            };
        }
        let offset = self.bytes;
        self.bytes += facts.bytes;
        Placed { segment: self.number, offset, starts }
    }
}
