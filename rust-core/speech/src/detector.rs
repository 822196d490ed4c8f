//! Where a voice detector goes in, what may become of one, and the light one.

use std::fmt;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Which detector listened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DetectorName {
    /// Silero's network: [`crate::Silero`].
    Silero,
    /// The light one: [`Earshot`].
    Earshot,
}

impl DetectorName {
    /// As it stands in records: never changed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Silero => "silero",
            Self::Earshot => "earshot",
        }
    }
}

/// Why a detector says nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DetectorFault {
    /// It could not be made: its model does not load, or the phone has no thread for it.
    NotStarted,
    /// It panicked.
    Panicked,
    /// It returned an error.
    Failed,
    /// Its score was no number.
    NotANumber,
    /// It owed an answer for longer than it may.
    TooSlow,
}

impl DetectorFault {
    /// As it stands in records: never changed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Panicked => "panicked",
            Self::Failed => "failed",
            Self::NotANumber => "not_a_number",
            Self::TooSlow => "too_slow",
        }
    }
}

impl fmt::Display for DetectorFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotStarted => "the detector could not be started",
            Self::Panicked => "the detector panicked",
            Self::Failed => "the detector returned an error",
            Self::NotANumber => "the detector's score is no number",
            Self::TooSlow => "the detector owed an answer for too long",
        })
    }
}

impl std::error::Error for DetectorFault {}

/// Says of one frame of PCM whether somebody speaks in it.
///
/// The port for another detector: one with a longer frame or a heavier network implements these methods.
pub trait VoiceDetector: fmt::Debug + Send {
    fn name(&self) -> DetectorName;

    /// How many samples one frame has.
    fn frame_samples(&self) -> NonZeroUsize;

    /// How much the next frame of 16 kHz mono PCM sounds like speech, from 0 to 1; [`Self::is_voice_from`] and above is speech.
    ///
    /// `frame` has exactly [`Self::frame_samples`] samples; frames follow each other without a gap.
    fn score(&mut self, frame: &[i16]) -> Result<f32, DetectorFault>;

    /// The score from which a frame counts as speech.
    fn is_voice_from(&self) -> f32;

    /// Forgets what came before: the next frame does not follow the last one.
    fn forget(&mut self);
}

/// Whether a frame is speech, whatever becomes of the detector over it.
pub(crate) fn judge(detector: &mut dyn VoiceDetector, frame: &[i16]) -> Result<bool, DetectorFault> {
    // A detector that panicked is not asked again, so that whatever it left half done is never seen.
    let judged = catch_unwind(AssertUnwindSafe(|| Ok((detector.score(frame)?, detector.is_voice_from()))));
    let (score, from) = judged.unwrap_or(Err(DetectorFault::Panicked))?;
    if score.is_finite() { Ok(score >= from) } else { Err(DetectorFault::NotANumber) }
}

/// A small network over mel bands (the crate `earshot`), 16 ms a frame: cheap enough for any phone.
///
/// Lighter and more easily deceived than Silero: `tests/ladder.rs` says by how much, and ADR 0039 why it is the one to fall back to.
pub struct Earshot(Box<earshot::Detector>);

impl Earshot {
    const FRAME_SAMPLES: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not zero");
}

impl Default for Earshot {
    fn default() -> Self {
        Self(earshot::Detector::default_boxed())
    }
}

impl VoiceDetector for Earshot {
    fn name(&self) -> DetectorName {
        DetectorName::Earshot
    }

    fn frame_samples(&self) -> NonZeroUsize {
        Self::FRAME_SAMPLES
    }

    fn score(&mut self, frame: &[i16]) -> Result<f32, DetectorFault> {
        Ok(self.0.predict_i16(frame))
    }

    fn is_voice_from(&self) -> f32 {
        // The crate's 0.5 takes 44 of 100 frames of loud wind for speech; from 0.9 on, speech over traffic is lost.
        0.8
    }

    fn forget(&mut self) {
        self.0.reset();
    }
}

impl fmt::Debug for Earshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Earshot").finish_non_exhaustive()
    }
}
