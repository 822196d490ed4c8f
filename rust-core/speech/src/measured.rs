//! What a measured passage amounts to.

use std::sync::{Arc, OnceLock};

use crate::meter::to_us;

/// A place in what the meter heard, from which a passage is measured. What was counted up to there may still be owed by a detector.
#[derive(Clone, Debug)]
pub struct Mark {
    pub(crate) counts: Arc<OnceLock<Counts>>,
}

/// Samples, since the meter's start or since a mark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// In whole frames.
    pub(crate) heard: u64,
    /// Of those, in frames without any movement.
    pub(crate) flat: u64,
    /// Of those that moved, in frames that no detector judged.
    pub(crate) unjudged: u64,
    /// By detector: Silero first.
    pub(crate) by: [Heard; 2],
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heard {
    pub(crate) heard: u64,
    pub(crate) voiced: u64,
}

impl Counts {
    pub(crate) fn since(self, mark: &Counts) -> Counts {
        let by = std::array::from_fn(|place| {
            let (now, before) = (self.by[place], mark.by[place]);
            let heard = now.heard.saturating_sub(before.heard);
            // A span that was too short to count at the mark may have begun a moment before it.
            Heard { heard, voiced: now.voiced.saturating_sub(before.voiced).min(heard) }
        });
        Counts {
            heard: self.heard.saturating_sub(mark.heard),
            flat: self.flat.saturating_sub(mark.flat),
            unjudged: self.unjudged.saturating_sub(mark.unjudged),
            by,
        }
    }

    fn voiced(&self) -> u64 {
        self.by.iter().map(|heard| heard.voiced).sum()
    }

    pub(crate) fn shares(&self) -> Shares {
        let [silero, earshot] =
            self.by.map(|heard| Share { heard_us: to_us(heard.heard), voiced_us: to_us(heard.voiced) });
        Shares { silero, earshot }
    }
}

/// Which detector measured what of a passage: both, where the first died in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    pub silero: Share,
    pub earshot: Share,
}

/// How much one detector listened to, and how much of that was speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub heard_us: u64,
    pub voiced_us: u64,
}

/// What a passage should have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage {
    /// How long its text takes to read aloud, in µs: see [`crate::reading_time_us`].
    pub expected_us: u64,
    /// How long it lasted by the monotonic clock, in µs: more than was heard if the microphone delivered less.
    pub elapsed_us: u64,
}

/// How much speech a passage held. The software never says more than this: not who spoke, and not what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpeechMeasure {
    /// As much speech as its text needs.
    Detected { voiced_us: u64, expected_us: u64 },
    /// Some speech, but less than its text needs.
    Short { voiced_us: u64, expected_us: u64 },
    /// The microphone was alive, and nobody spoke for long enough to matter.
    NotDetected { voiced_us: u64, expected_us: u64 },
    /// Too little came from the microphone to say anything.
    NotMeasured { reason: NotMeasured, heard_us: u64, elapsed_us: u64 },
}

/// Why nothing can be said about a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotMeasured {
    /// Not one whole frame of PCM came.
    NoAudio,
    /// PCM came, but most of it without any movement.
    MicrophoneSilenced,
    /// PCM came for less than half of the passage.
    AudioMissing,
    /// PCM came, and for most of it no detector judged it.
    DetectorFailed,
}

/// From this share of the reading time on, the text counts as spoken: fast readers and the pauses between sentences are inside it.
const DETECTED_PERCENT: u64 = 60;
/// Below this share nobody read the text: a shout, a car horn, a few words.
const SHORT_PERCENT: u64 = 20;

impl SpeechMeasure {
    pub(crate) fn judge(counts: Counts, passage: Passage) -> Self {
        let Passage { expected_us, elapsed_us } = passage;
        let share = |percent: u64| expected_us.saturating_mul(percent) / 100;
        let (heard_us, flat_us, voiced_us) = (to_us(counts.heard), to_us(counts.flat), to_us(counts.voiced()));
        // Enough speech is enough, whatever else was missing; only its absence needs a microphone that was alive.
        if voiced_us > 0 && voiced_us >= share(DETECTED_PERCENT) {
            return Self::Detected { voiced_us, expected_us };
        }
        let not_measured = |reason| Self::NotMeasured { reason, heard_us, elapsed_us };
        let alive_us = heard_us.saturating_sub(flat_us);
        if heard_us == 0 {
            not_measured(NotMeasured::NoAudio)
        } else if flat_us > alive_us {
            not_measured(NotMeasured::MicrophoneSilenced)
        } else if alive_us < elapsed_us / 2 {
            not_measured(NotMeasured::AudioMissing)
        } else if to_us(counts.unjudged) > alive_us / 2 {
            not_measured(NotMeasured::DetectorFailed)
        } else if voiced_us > 0 && voiced_us >= share(SHORT_PERCENT) {
            Self::Short { voiced_us, expected_us }
        } else {
            Self::NotDetected { voiced_us, expected_us }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 16_000;
    const PASSAGE: Passage = Passage { expected_us: 10_000_000, elapsed_us: 10_000_000 };

    fn heard(unjudged: u64, voiced: u64) -> Counts {
        let by = [Heard { heard: 0, voiced: 0 }, Heard { heard: 10 * SECOND - unjudged, voiced }];
        Counts { heard: 10 * SECOND, flat: 0, unjudged, by }
    }

    #[test]
    fn sound_that_no_detector_judged_is_not_measured_rather_than_not_spoken() {
        let reason = NotMeasured::DetectorFailed;
        let not_measured = SpeechMeasure::NotMeasured { reason, heard_us: 10_000_000, elapsed_us: 10_000_000 };
        assert_eq!(SpeechMeasure::judge(heard(6 * SECOND, 0), PASSAGE), not_measured);
        assert!(matches!(SpeechMeasure::judge(heard(4 * SECOND, 0), PASSAGE), SpeechMeasure::NotDetected { .. }));
        assert!(matches!(SpeechMeasure::judge(heard(4 * SECOND, 6 * SECOND), PASSAGE), SpeechMeasure::Detected { .. }));
    }
}
