//! The record as one HLS playlist: a map per take, a discontinuity between takes.

use quanji_evidence::body::Body;
use quanji_evidence::journal::Journal;
use quanji_media::playlist::{PlaylistSegment, PlaylistTake, playlist as write};

/// Names are those of the bundle, below the record's folder. `None` when there is no media.
pub(crate) fn playlist(journal: &Journal) -> Option<String> {
    let mut takes: Vec<PlaylistTake> = Vec::new();
    let (mut take_number, mut from_us, mut end_us) = (0, 0, 0);
    for entry in &journal.entries {
        match &entry.body {
            Body::Take(take) => {
                (take_number, from_us, end_us) = (take.take, take.mono_us, take.mono_us);
                takes.push(PlaylistTake { init_uri: format!("takes/{}/init.mp4", take.take), segments: Vec::new() });
            }
            Body::Fragment(fragment) | Body::Recovered(fragment) => end_us = end_us.max(fragment.mono_us),
            Body::Segment(segment) => {
                let uri = format!("takes/{take_number}/{}.m4s", segment.segment);
                let duration_us = end_us.saturating_sub(from_us);
                takes.last_mut()?.segments.push(PlaylistSegment { uri, duration_us });
                from_us = end_us;
            }
            _ => {}
        }
    }
    if takes.iter().all(|take| take.segments.is_empty()) { None } else { write(&takes).ok() }
}
