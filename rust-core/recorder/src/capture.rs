//! The sources of a running record as a phone has them: encoders with raw stamps, and the microphone's PCM beside them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use quanji_media::{AccessUnit, Payload, TakeFormat, Timescale};

use crate::frame_buffer::Taken;
use crate::recording::Recording;

/// One encoded unit, as an encoder hands it over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawUnit<'a> {
    pub payload: Payload<'a>,
    /// The encoder's own stamp, µs.
    pub stamp_us: i64,
    pub is_key: bool,
}

/// A running record with its sources. Shared between the threads that drain the encoders.
#[derive(Debug)]
pub struct Capture {
    recording: Recording,
    scales: Mutex<Option<TakeFormat>>,
}

impl Capture {
    pub fn new(recording: Recording) -> Capture {
        Capture { recording, scales: Mutex::new(None) }
    }

    pub fn recording(&self) -> &Recording {
        &self.recording
    }

    fn lock(&self) -> MutexGuard<'_, Option<TakeFormat>> {
        self.scales.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The format of the units that follow. A change ends the take.
    pub fn set_format(&self, format: TakeFormat) {
        let mut scales = self.lock();
        *scales = Some(format.clone());
        self.recording.set_format(format, 0);
    }

    /// Copies one unit and returns; never waits for the disk.
    pub fn push(&self, unit: &RawUnit<'_>) -> Taken {
        let scales = self.lock();
        let scale = scales.as_ref().and_then(|format| format.timescale(unit.payload.track()));
        let Some(scale): Option<Timescale> = scale else { return Taken::Dropped };
        let at = scale.ticks(unit.stamp_us);
        self.recording.push(&AccessUnit { decode: at, present: at, payload: unit.payload }, unit.is_key)
    }
}
