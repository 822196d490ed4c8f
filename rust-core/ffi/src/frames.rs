//! The fast path: one encoded unit, or a piece of PCM, per call. What the JNI calls, callable without a JVM.

use std::panic::{AssertUnwindSafe, catch_unwind};

use quanji_capture::watch::Is;
use quanji_media::{NalFraming, Payload};
use quanji_recorder::{RawUnit, Taken};

use crate::slots;

/// Which track, as the JNI passes it.
pub const VIDEO: i32 = 1;
pub const AUDIO: i32 = 2;
/// `MediaCodec.BUFFER_FLAG_KEY_FRAME`.
pub const KEY_FRAME: i32 = 1;
/// `MediaCodec.BUFFER_FLAG_CODEC_CONFIG`: parameter sets, which the format has already.
pub const CODEC_CONFIG: i32 = 2;

/// What became of a unit. The numbers are the interface's: they stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Pushed {
    /// It waits for the writer.
    Waits = 0,
    /// As `Waits`; the encoder is to make a key frame now.
    KeyFrameWanted = 1,
    /// The writer is too far behind, or no format was given for this track: it was dropped, and the record will say so.
    Dropped = 2,
    /// It holds nothing that is recorded: codec configuration, or an empty end of stream.
    Nothing = 3,
    /// The recording is over, or the handle was given back.
    Closed = -1,
    /// Not a direct buffer.
    NotDirect = -2,
    /// Offset and length lie outside the buffer.
    Range = -3,
    /// Neither video nor audio.
    Track = -4,
    /// A defect of the core; the next unit may be pushed all the same.
    Bug = -5,
}

impl Pushed {
    /// The number that crosses.
    pub fn code(self) -> i32 {
        self as i32
    }
}

/// Pushes one unit. `stamp_us` is the encoder's own stamp; `arrived_us` when it handed the unit over
/// (`SystemClock.elapsedRealtimeNanos() / 1000`).
pub fn push(handle: i64, track: i32, data: &[u8], stamp_us: i64, arrived_us: i64, flags: i32) -> Pushed {
    catch_unwind(AssertUnwindSafe(|| {
        let Some(capture) = slots::find(handle) else { return Pushed::Closed };
        if data.is_empty() || flags & CODEC_CONFIG != 0 {
            return Pushed::Nothing;
        }
        let payload = match track {
            VIDEO => Payload::Picture { framing: NalFraming::AnnexB, data },
            AUDIO => Payload::Aac(data),
            _ => return Pushed::Track,
        };
        match capture.push(&RawUnit { payload, stamp_us, arrived_us, is_key: flags & KEY_FRAME != 0 }) {
            Taken::Waits if capture.recording().take_key_frame_wish() => Pushed::KeyFrameWanted,
            Taken::Waits => Pushed::Waits,
            Taken::Dropped => Pushed::Dropped,
            Taken::Over => Pushed::Closed,
        }
    }))
    .unwrap_or(Pushed::Bug)
}

/// Hears 16 kHz mono PCM, 16 bits, little end first, that follows the last piece.
pub fn hear(handle: i64, pcm: &[u8], arrived_us: i64) -> Heard {
    /// A quarter of a second: larger pieces are taken in parts, on the stack.
    const PART: usize = 4_000;
    catch_unwind(AssertUnwindSafe(|| {
        let Some(capture) = slots::find(handle) else { return Heard::Closed };
        let now_us = u64::try_from(arrived_us).unwrap_or(0);
        let mut samples = [0i16; PART];
        let mut answer = Heard::Nothing;
        for part in pcm.chunks(2 * PART) {
            let mut count = 0;
            for (sample, bytes) in samples.iter_mut().zip(part.chunks_exact(2)) {
                *sample = i16::from_le_bytes([bytes[0], bytes[1]]);
                count += 1;
            }
            if capture.hear(&samples[..count], now_us) == Is::Yes {
                answer = Heard::Something;
            }
        }
        answer
    }))
    .unwrap_or(Heard::Bug)
}

/// What came of a piece of PCM. The numbers are the interface's: they stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Heard {
    Nothing = 0,
    /// There is something to tell: ask [`crate::Core::tick`] now and not in a second.
    Something = 1,
    Closed = -1,
    NotDirect = -2,
    Range = -3,
    Bug = -5,
}

impl Heard {
    /// The number that crosses.
    pub fn code(self) -> i32 {
        self as i32
    }
}

/// Why the bytes of a buffer could not be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoBytes {
    NotDirect,
    Range,
}

impl From<NoBytes> for Pushed {
    fn from(none: NoBytes) -> Pushed {
        match none {
            NoBytes::NotDirect => Pushed::NotDirect,
            NoBytes::Range => Pushed::Range,
        }
    }
}

impl From<NoBytes> for Heard {
    fn from(none: NoBytes) -> Heard {
        match none {
            NoBytes::NotDirect => Heard::NotDirect,
            NoBytes::Range => Heard::Range,
        }
    }
}
