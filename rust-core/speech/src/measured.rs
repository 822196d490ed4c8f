//! What a measured passage amounts to.

/// A place in what the meter heard, from which a passage is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub(crate) heard: u64,
    pub(crate) flat: u64,
    pub(crate) voiced: u64,
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
}

/// From this share of the reading time on, the text counts as spoken: fast readers and the pauses between sentences are inside it.
const DETECTED_PERCENT: u64 = 60;
/// Below this share nobody read the text: a shout, a car horn, a few words.
const SHORT_PERCENT: u64 = 20;

impl SpeechMeasure {
    pub(crate) fn judge(heard_us: u64, flat_us: u64, voiced_us: u64, passage: Passage) -> Self {
        let Passage { expected_us, elapsed_us } = passage;
        let share = |percent: u64| expected_us.saturating_mul(percent) / 100;
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
        } else if voiced_us > 0 && voiced_us >= share(SHORT_PERCENT) {
            Self::Short { voiced_us, expected_us }
        } else {
            Self::NotDetected { voiced_us, expected_us }
        }
    }
}
