//! What a player plays of a record, in order: for the playlist that stands beside the media in a bundle (FORMAT.md, section 2).

use crate::body::Body;
use crate::journal::Journal;

/// A take: its init and its closed segments, by names below the record's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayedTake {
    pub init: String,
    pub segments: Vec<PlayedSegment>,
}

/// A closed segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayedSegment {
    pub name: String,
    /// From the end of the one before, or the take's beginning, to its last fragment, µs.
    pub duration_us: u64,
}

impl PlayedTake {
    /// The name of its init, and name and µs of each segment.
    pub fn parts(&self) -> (&str, impl Iterator<Item = (&str, u64)>) {
        (&self.init, self.segments.iter().map(|segment| (segment.name.as_str(), segment.duration_us)))
    }
}

/// The takes that have a closed segment; empty when there is nothing to play.
pub fn played(journal: &Journal) -> Vec<PlayedTake> {
    let mut takes: Vec<PlayedTake> = Vec::new();
    let (mut take_number, mut from_us, mut end_us) = (0, 0, 0);
    for entry in &journal.entries {
        match &entry.body {
            Body::Take(take) => {
                (take_number, from_us, end_us) = (take.take, take.mono_us, take.mono_us);
                takes.push(PlayedTake { init: format!("takes/{}/init.mp4", take.take), segments: Vec::new() });
            }
            Body::Fragment(fragment) | Body::Recovered(fragment) => end_us = end_us.max(fragment.mono_us),
            Body::Segment(segment) => {
                let name = format!("takes/{take_number}/{}.m4s", segment.segment);
                let duration_us = end_us.saturating_sub(from_us);
                if let Some(take) = takes.last_mut() {
                    take.segments.push(PlayedSegment { name, duration_us });
                }
                from_us = end_us;
            }
            _ => {}
        }
    }
    takes.retain(|take| !take.segments.is_empty());
    takes
}
