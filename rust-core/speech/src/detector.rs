//! Where a voice detector goes in, and the light one.

use std::fmt;
use std::num::NonZeroUsize;

/// Says of one frame of PCM whether somebody speaks in it.
///
/// The port for another detector: one with a longer frame or a heavier network implements these three methods.
pub trait VoiceDetector: fmt::Debug + Send {
    /// How many samples one frame has.
    fn frame_samples(&self) -> NonZeroUsize;

    /// How much the next frame of 16 kHz mono PCM sounds like speech, from 0 to 1; [`Self::is_voice_from`] and above is speech.
    ///
    /// `frame` has exactly [`Self::frame_samples`] samples; frames follow each other without a gap.
    fn score(&mut self, frame: &[i16]) -> f32;

    /// The score from which a frame counts as speech.
    fn is_voice_from(&self) -> f32;

    /// Forgets what came before: the next frame does not follow the last one.
    fn forget(&mut self);
}

/// A small network over mel bands (the crate `earshot`), 16 ms a frame: cheap enough for any phone.
///
/// Lighter and more easily deceived than Silero. SpeechMeasure in `tests/real_audio.rs`: 9 frames of 10 of read Mandarin, 8 of 10 when it is as
/// loud as the street; of loud wind 7 in 100; but a third of a street whose horns and engines are as loud as a voice.
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
    fn frame_samples(&self) -> NonZeroUsize {
        Self::FRAME_SAMPLES
    }

    fn score(&mut self, frame: &[i16]) -> f32 {
        self.0.predict_i16(frame)
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
