//! PCM in, speech or no speech out.
//!
//! What it knows: whether somebody spoke, for how long, and whether the microphone delivered anything at all. What it does not: who spoke, what
//! was said, in which language, whether it was understood. People talking nearby count as speech. A dead or silenced microphone is *not
//! measured*, never *not detected*: the difference is who owes an explanation (办法 第十四条, 第十五条).
//!
//! In order: [`SpeechMeter`] takes 16 kHz mono PCM in pieces of any size and reports [`SpeechChange`]s; [`SpeechMeter::mark`] at the start of a
//! passage and [`SpeechMeter::measure`] at its end give a [`SpeechMeasure`], and [`SpeechMeter::shares`] says which detector measured what of it.
//! [`VoiceDetector`] is where a detector goes in: [`Silero`] on a thread of its own, [`Earshot`] from the frame on that it does not answer for.
//! [`reading_time_us`] says how long a text should take to read aloud.
//!
//! No clock and no file; two threads, only where a detector runs beside the sound; memory is constant however long the recording.

mod beside;
mod detector;
mod flatline;
mod measured;
mod meter;
mod reading;
mod silero;
mod span;

pub use beside::{BesideSettings, OwedAnswers};
pub use detector::{DetectorFault, DetectorName, Earshot, VoiceDetector};
pub use flatline::SILENCED_AFTER_US;
pub use measured::{Mark, NotMeasured, Passage, Share, Shares, SpeechMeasure};
pub use meter::{SAMPLE_RATE_HZ, SpeechChange, SpeechMeter};
pub use reading::reading_time_us;
pub use silero::{SILERO_MODEL, SILERO_SHA256, Silero};
