//! PCM in, speech or no speech out.
//!
//! What it knows: whether somebody spoke, for how long, and whether the microphone delivered anything at all. What it does not: who spoke, what
//! was said, in which language, whether it was understood. People talking nearby count as speech. A dead or silenced microphone is *not
//! measured*, never *not detected*: the difference is who owes an explanation (办法 第十四条, 第十五条).
//!
//! In order: [`SpeechMeter`] takes 16 kHz mono PCM in pieces of any size and reports [`SpeechChange`]s; [`SpeechMeter::mark`] at the start of a
//! passage and [`SpeechMeter::measure`] at its end give a [`SpeechMeasure`]. [`VoiceDetector`] is where another detector goes in: [`Earshot`] is the light
//! one. [`reading_time_us`] says how long a text should take to read aloud.
//!
//! No clock, no file, no thread; memory is constant however long the recording.

mod detector;
mod flatline;
mod measured;
mod meter;
mod reading;
mod span;

pub use detector::{Earshot, VoiceDetector};
pub use flatline::SILENCED_AFTER_US;
pub use measured::{Mark, NotMeasured, Passage, SpeechMeasure};
pub use meter::{SAMPLE_RATE_HZ, SpeechChange, SpeechMeter};
pub use reading::reading_time_us;
