//! The microphone beside the recording: PCM in step with the clip, and passages measured over it.

use quanji_recorder::{Measured, OpenPassage, PassageMeter};
use quanji_speech::SpeechChange;

use crate::clip::Source;

/// PCM that was heard so far, and what is measured over it.
#[derive(Debug, Default)]
pub(crate) struct Sound {
    meter: PassageMeter,
    /// Clip µs heard so far; `None` before the first and after a break.
    heard_us: Option<i64>,
}

impl Sound {
    /// Hears the clip up to `to_us` of its own time.
    pub(crate) fn hear(&mut self, source: &Source<'_>, to_us: i64) -> Vec<SpeechChange> {
        let from_us = *self.heard_us.get_or_insert(to_us);
        if to_us <= from_us {
            return Vec::new();
        }
        self.heard_us = Some(to_us);
        self.meter.hear(source.pcm(from_us, to_us))
    }

    /// What comes next does not follow.
    pub(crate) fn gap(&mut self) {
        self.heard_us = None;
        self.meter.gap();
    }

    /// A passage begins, or would if there were a microphone.
    pub(crate) fn begin(&self, mono_us: u64) -> OpenPassage {
        self.meter.begin(mono_us)
    }

    /// What was spoken since, against the time its text takes to read.
    pub(crate) fn measure(&self, passage: &OpenPassage, text: Option<&str>, mono_us: u64) -> Measured {
        let expected_us = text.map_or(0, quanji_speech::reading_time_us);
        self.meter.measure(passage, expected_us, mono_us).0
    }
}
