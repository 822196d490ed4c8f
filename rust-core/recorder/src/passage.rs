//! Speech measured over a passage: PCM goes in as it comes, and what is said of a passage is what was measured, no more.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use quanji_evidence::body::Speech;
use quanji_speech::{Mark, Passage, Shares, SpeechChange, SpeechMeasure, SpeechMeter};

use crate::deed::Measured;

/// Hears the microphone beside the recording. Shared between the thread that delivers PCM and the officer's hand; only the hand waits for what a
/// detector owes.
#[derive(Debug, Default)]
pub struct PassageMeter(Mutex<SpeechMeter>);

/// A passage that has begun.
#[derive(Debug, Clone)]
pub struct OpenPassage {
    mark: Mark,
    from_mono_us: u64,
}

/// Where the sound stood at each of the last seconds: a passage that began long ago is measured over what was said last.
///
/// Whoever has read a text confirms it then. Talk of an hour before is no part of it, and would pass for any text.
#[derive(Debug, Default)]
pub(crate) struct Places(VecDeque<OpenPassage>);

/// A reader takes so many times the practised reader's time, pauses and questions between the sentences included.
const SLOW: u64 = 3;
/// And so much besides: the officer puts the key where it belongs, and presses it.
const BESIDE_US: u64 = 15_000_000;
/// Seconds that are kept; a text that takes longer than a fifth of this is measured over all of them.
const KEPT: usize = 600;

impl Places {
    pub(crate) fn keep(&mut self, place: OpenPassage) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(place);
    }

    /// Where to measure from, for a text of that length that was read by `now_us`.
    pub(crate) fn latest_before(&self, passage: &OpenPassage, expected_us: u64, now_us: u64) -> OpenPassage {
        let from_us = now_us.saturating_sub(expected_us.saturating_mul(SLOW).saturating_add(BESIDE_US));
        if passage.from_mono_us >= from_us {
            return passage.clone();
        }
        let after = self.0.iter().find(|place| place.from_mono_us >= from_us);
        after.filter(|place| place.from_mono_us >= passage.from_mono_us).unwrap_or(passage).clone()
    }
}

impl From<SpeechMeter> for PassageMeter {
    fn from(meter: SpeechMeter) -> PassageMeter {
        PassageMeter(Mutex::new(meter))
    }
}

impl PassageMeter {
    /// With Silero on a thread of its own, as a phone at a scene has it; the default judges by the light detector where it hears.
    pub fn with_silero() -> PassageMeter {
        SpeechMeter::with_silero().into()
    }

    fn lock(&self) -> MutexGuard<'_, SpeechMeter> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// With everything counted that was heard by now. Waits for a detector as long as that may owe an answer, and meanwhile holds nothing up.
    fn settled(&self) -> MutexGuard<'_, SpeechMeter> {
        let owed = self.lock().owed();
        let is_answered = owed.is_none_or(|owed| owed.wait());
        let mut meter = self.lock();
        meter.settle(is_answered);
        meter
    }

    /// Takes 16 kHz mono PCM that follows the last without a gap.
    pub fn hear(&self, pcm: &[i16]) -> Vec<SpeechChange> {
        self.lock().push(pcm)
    }

    /// The next PCM does not follow the last.
    pub fn gap(&self) {
        self.lock().gap();
    }

    /// Whether the microphone delivers nothing but a flat line at present.
    pub fn is_silenced(&self) -> bool {
        self.lock().is_silenced()
    }

    /// A passage begins.
    pub fn begin(&self, mono_us: u64) -> OpenPassage {
        OpenPassage { mark: self.lock().mark(), from_mono_us: mono_us }
    }

    /// What was spoken since, against the time its text takes to read, and by which detector.
    pub fn measure(&self, passage: &OpenPassage, expected_us: u64, mono_us: u64) -> (Measured, Shares) {
        let OpenPassage { mark, from_mono_us } = passage;
        let elapsed_us = mono_us.saturating_sub(*from_mono_us);
        let meter = self.settled();
        let measure = meter.measure(mark, Passage { expected_us, elapsed_us });
        let shares = meter.shares(mark);
        drop(meter);
        let (speech, voiced_us) = match measure {
            SpeechMeasure::Detected { voiced_us, .. } => (Speech::Detected, Some(voiced_us)),
            SpeechMeasure::Short { voiced_us, .. } => (Speech::Short, Some(voiced_us)),
            SpeechMeasure::NotDetected { voiced_us, .. } => (Speech::NotDetected, Some(voiced_us)),
            SpeechMeasure::NotMeasured { .. } => (Speech::NotMeasured, None),
        };
        let measured = Measured { speech, from_mono_us: Some(*from_mono_us), to_mono_us: Some(mono_us), voiced_us };
        (measured, shares)
    }
}

#[cfg(test)]
mod tests {
    use quanji_evidence::Digest;
    use quanji_speech::{SILERO_MODEL, SILERO_SHA256};

    #[test]
    fn the_network_that_is_compiled_in_is_the_one_whose_digest_is_written_down() {
        assert_eq!(Digest::of(SILERO_MODEL).hex(), SILERO_SHA256);
    }
}
