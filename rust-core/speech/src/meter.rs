//! The meter: PCM in, changes out, and counters between which any passage can be measured.

use crate::detector::{Earshot, VoiceDetector};
use crate::flatline::{Flatline, SILENCED_AFTER_US};
use crate::measured::{Mark, Passage, SpeechMeasure};
use crate::span::{Edge, Spans};

/// The one rate the meter takes, in samples a second, one channel.
pub const SAMPLE_RATE_HZ: u32 = 16_000;

/// Something the meter noticed; `at_us` is the place in the PCM heard so far, in µs, not a time of any clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpeechChange {
    /// Somebody began to speak. Reported up to 0.1 s later, when it was long enough to be speech.
    VoiceBegan { at_us: u64 },
    /// The last word ended. Reported 0.2 s later, when no other followed.
    VoiceEnded { at_us: u64 },
    /// The samples stopped moving at `since_us`: the microphone is silenced or dead.
    MicrophoneSilenced { since_us: u64 },
    /// They move again.
    MicrophoneBack { at_us: u64 },
}

/// Measures speech in 16 kHz mono PCM.
///
/// Exact to one frame of the detector (16 ms with [`Earshot`]) at either end of a passage.
#[derive(Debug)]
pub struct SpeechMeter {
    detector: Box<dyn VoiceDetector>,
    /// The beginning of a frame that is not whole yet.
    partial: Vec<i16>,
    frame_samples: usize,
    /// Samples in whole frames so far.
    heard: u64,
    /// Of those, in frames without any movement.
    flat: u64,
    flatline: Flatline,
    is_silenced: bool,
    spans: Spans,
}

impl Default for SpeechMeter {
    fn default() -> Self {
        Self::new(Box::new(Earshot::default()))
    }
}

impl SpeechMeter {
    pub fn new(detector: Box<dyn VoiceDetector>) -> Self {
        let frame_samples = detector.frame_samples().get();
        Self {
            detector,
            partial: Vec::with_capacity(frame_samples),
            frame_samples,
            heard: 0,
            flat: 0,
            flatline: Flatline::default(),
            is_silenced: false,
            spans: Spans::default(),
        }
    }

    /// Takes the next PCM, of any length, which follows the last without a gap. Says what changed, in order of notice.
    pub fn push(&mut self, pcm: &[i16]) -> Vec<SpeechChange> {
        let mut changes = Vec::new();
        let mut rest = pcm;
        if !self.partial.is_empty() {
            let (head, tail) = rest.split_at(rest.len().min(self.frame_samples - self.partial.len()));
            self.partial.extend_from_slice(head);
            rest = tail;
            if self.partial.len() < self.frame_samples {
                return changes;
            }
            let frame = std::mem::take(&mut self.partial);
            self.frame(&frame, &mut changes);
            self.partial = frame;
            self.partial.clear();
        }
        let frames = rest.chunks_exact(self.frame_samples);
        self.partial.extend_from_slice(frames.remainder());
        for frame in frames {
            self.frame(frame, &mut changes);
        }
        changes
    }

    /// The next PCM does not follow the last: the recording was interrupted. Ends a span that is going on; what was counted stays counted.
    pub fn gap(&mut self) -> Option<SpeechChange> {
        self.partial.clear();
        self.detector.forget();
        self.flatline = Flatline::default();
        self.spans.cut().map(change)
    }

    /// How much PCM was heard, in µs.
    pub fn heard_us(&self) -> u64 {
        to_us(self.heard)
    }

    /// Whether the microphone delivers nothing but a flat line at present.
    pub fn is_silenced(&self) -> bool {
        self.is_silenced
    }

    /// Remembers this place, as the beginning of a passage. Passages may overlap and need not be ended.
    pub fn mark(&self) -> Mark {
        Mark { heard: self.heard, flat: self.flat, voiced: self.spans.voiced_samples() }
    }

    /// What was spoken since `mark`, held against what a passage of that text should take.
    pub fn measure(&self, mark: Mark, passage: Passage) -> SpeechMeasure {
        let heard = self.heard.saturating_sub(mark.heard);
        let flat = self.flat.saturating_sub(mark.flat);
        // A span that was too short to count at the mark may have begun a moment before it.
        let voiced = self.spans.voiced_samples().saturating_sub(mark.voiced).min(heard);
        SpeechMeasure::judge(to_us(heard), to_us(flat), to_us(voiced), passage)
    }

    fn frame(&mut self, frame: &[i16], changes: &mut Vec<SpeechChange>) {
        let from = self.heard;
        self.heard += frame.len() as u64;
        let is_flat = self.flatline.push(frame);
        if is_flat {
            self.flat += frame.len() as u64;
        }
        self.watch_microphone(from, changes);

        let is_voiced = self.detector.score(frame) >= self.detector.is_voice_from() && !is_flat;
        changes.extend(self.spans.push(from, self.heard, is_voiced).map(change));
    }

    fn watch_microphone(&mut self, frame_from: u64, changes: &mut Vec<SpeechChange>) {
        let run = self.flatline.run_samples();
        if !self.is_silenced && to_us(run) >= SILENCED_AFTER_US {
            self.is_silenced = true;
            changes.push(SpeechChange::MicrophoneSilenced { since_us: to_us(self.heard - run) });
        } else if self.is_silenced && run == 0 {
            self.is_silenced = false;
            changes.push(SpeechChange::MicrophoneBack { at_us: to_us(frame_from) });
        }
    }
}

fn change(edge: Edge) -> SpeechChange {
    match edge {
        Edge::Began { at } => SpeechChange::VoiceBegan { at_us: to_us(at) },
        Edge::Ended { at } => SpeechChange::VoiceEnded { at_us: to_us(at) },
    }
}

/// 62.5 µs a sample, the half dropped.
fn to_us(samples: u64) -> u64 {
    samples.saturating_mul(125) / 2
}
