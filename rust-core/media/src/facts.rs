//! What a fragment states, in numbers a signed line repeats: the same type from the writer and from the reader.

use crate::{TakeFormat, TrackKind};

/// The run of one track inside one fragment. Times are ticks of the track, on the take's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrackFacts {
    /// Decode time of the first sample (`tfdt`).
    pub first_decode: u64,
    /// Sum of the samples' durations.
    pub duration: u64,
    pub samples: u32,
    pub key_frames: u32,
    pub starts_with_key: bool,
    pub bytes: u64,
    /// The longest duration among the samples: the largest distance from one decode time to the next.
    pub longest_step: u32,
}

impl TrackFacts {
    /// First tick after the run: where the next fragment's run of the track must begin.
    pub fn end(&self) -> u64 {
        self.first_decode.saturating_add(self.duration)
    }
}

/// One sample as a fragment's tables describe it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Ticks to the next decode time.
    pub duration: u32,
    pub size: u32,
    pub is_key: bool,
    /// Presentation minus decode time, ticks; negative where a picture is shown before its stamp of decoding.
    pub composition: i32,
}

/// Folds samples into facts; no samples, no facts.
pub(crate) fn fold(first_decode: u64, samples: impl Iterator<Item = Sample>) -> Option<TrackFacts> {
    let mut facts: Option<TrackFacts> = None;
    for sample in samples {
        let facts = facts.get_or_insert(TrackFacts {
            first_decode,
            duration: 0,
            samples: 0,
            key_frames: 0,
            starts_with_key: sample.is_key,
            bytes: 0,
            longest_step: 0,
        });
        facts.duration += u64::from(sample.duration);
        facts.samples += 1;
        facts.key_frames += u32::from(sample.is_key);
        facts.bytes += u64::from(sample.size);
        facts.longest_step = facts.longest_step.max(sample.duration);
    }
    facts
}

/// One fragment: a `moof` and its `mdat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FragmentFacts {
    /// `mfhd`: 1 for the first fragment of a take, one more each time.
    pub sequence: u32,
    /// Length of the fragment, boxes included.
    pub bytes: u64,
    pub video: Option<TrackFacts>,
    pub sound: Option<TrackFacts>,
}

impl FragmentFacts {
    pub fn track(&self, track: TrackKind) -> Option<&TrackFacts> {
        match track {
            TrackKind::Video => self.video.as_ref(),
            TrackKind::Sound => self.sound.as_ref(),
        }
    }

    /// What the fragment covers in microseconds of the take's clock, priming taken off: earliest start, latest end.
    pub fn covers_us(&self, format: &TakeFormat) -> Option<(i64, i64)> {
        TrackKind::ALL
            .into_iter()
            .filter_map(|track| {
                let facts = self.track(track)?;
                let scale = format.timescale(track)?;
                let ahead = i64::from(format.media_ahead(track));
                let us = |ticks: u64| scale.us(i64::try_from(ticks).unwrap_or(i64::MAX).saturating_sub(ahead));
                Some((us(facts.first_decode), us(facts.end())))
            })
            .reduce(|(from, to), (other_from, other_to)| (from.min(other_from), to.max(other_to)))
    }
}
