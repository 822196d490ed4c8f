//! Speech measured over a passage: PCM goes in as it comes, and what is said of a passage is what was measured, no more.

use std::sync::{Mutex, MutexGuard, PoisonError};

use quanji_evidence::body::Speech;
use quanji_speech::{Earshot, Mark, Passage, SpeechChange, SpeechMeasure, SpeechMeter};

use crate::deed::Measured;

/// Hears the microphone beside the recording. Shared between the thread that delivers PCM and the officer's hand.
#[derive(Debug)]
pub struct PassageMeter(Mutex<SpeechMeter>);

/// A passage that has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenPassage {
    mark: Mark,
    from_mono_us: u64,
}

impl Default for PassageMeter {
    fn default() -> Self {
        PassageMeter(Mutex::new(SpeechMeter::new(Box::new(Earshot::default()))))
    }
}

impl PassageMeter {
    fn lock(&self) -> MutexGuard<'_, SpeechMeter> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes 16 kHz mono PCM that follows the last without a gap.
    pub fn hear(&self, pcm: &[i16]) -> Vec<SpeechChange> {
        self.lock().push(pcm)
    }

    /// The next PCM does not follow the last.
    pub fn gap(&self) {
        self.lock().gap();
    }

    /// A passage begins.
    pub fn begin(&self, mono_us: u64) -> OpenPassage {
        OpenPassage { mark: self.lock().mark(), from_mono_us: mono_us }
    }

    /// What was spoken since, against the time its text takes to read.
    pub fn measure(&self, passage: OpenPassage, expected_us: u64, mono_us: u64) -> Measured {
        let elapsed_us = mono_us.saturating_sub(passage.from_mono_us);
        let measure = self.lock().measure(passage.mark, Passage { expected_us, elapsed_us });
        let (speech, voiced_us) = match measure {
            SpeechMeasure::Detected { voiced_us, .. } => (Speech::Detected, Some(voiced_us)),
            SpeechMeasure::Short { voiced_us, .. } => (Speech::Short, Some(voiced_us)),
            SpeechMeasure::NotDetected { voiced_us, .. } => (Speech::NotDetected, Some(voiced_us)),
            SpeechMeasure::NotMeasured { .. } => (Speech::NotMeasured, None),
        };
        Measured { speech, from_mono_us: Some(passage.from_mono_us), to_mono_us: Some(mono_us), voiced_us }
    }
}
