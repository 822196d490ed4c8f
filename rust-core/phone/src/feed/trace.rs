//! What the feeder tells while it runs: one JSON object a line on standard output, each written at once.
//!
//! Whoever kills the feeder reads here how far it had come: a unit is `accepted` once the recorder has its copy.

use std::io::{self, Write};

use quanji_recorder::Done;
use serde_json::json;

use crate::clip::track_name;
use quanji_media::TrackKind;

/// Where the lines go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trace {
    /// Units and acknowledgements besides acts.
    pub(crate) with_units: bool,
    /// Acts at all.
    pub(crate) with_acts: bool,
}

impl Trace {
    /// A unit was taken: from its decode stamp, monotonic clock.
    pub(crate) fn accepted(self, track: TrackKind, from_mono_us: u64) {
        if self.with_units {
            // By hand: it is the one line that is written thousands of times.
            self.line(&format!("{{\"accepted\":\"{}\",\"mono_us\":{from_mono_us}}}", track_name(track)));
        }
    }

    /// Everything before is durable.
    pub(crate) fn acknowledged(self, mono_us: u64) {
        if self.with_units {
            self.line(&format!("{{\"acknowledged_mono_us\":{mono_us}}}"));
        }
    }

    pub(crate) fn done(self, at_us: i64, action: &str, done: &Done) {
        if self.with_acts {
            let line = json!({ "at_us": at_us, "did": action, "seq": done.seq, "flags": done.flags, "effects": done.effects.len() });
            self.line(&line.to_string());
        }
    }

    pub(crate) fn not_done(self, at_us: i64, action: &str, why: &str) {
        if self.with_acts {
            self.line(&json!({ "at_us": at_us, "did_not": action, "why": why }).to_string());
        }
    }

    pub(crate) fn began(self, record: quanji_evidence::id::RecordId) {
        if self.with_units || self.with_acts {
            self.line(&json!({ "record": record }).to_string());
        }
    }

    fn line(self, line: &str) {
        let mut out = io::stdout().lock();
        // Nobody reading is no reason to stop recording.
        let _ = out.write_all(format!("{line}\n").as_bytes()).and_then(|()| out.flush());
    }
}
