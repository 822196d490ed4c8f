//! The fast path: one encoded unit, or a piece of PCM, per call. What the JNI calls, callable without a JVM.

use std::panic::{AssertUnwindSafe, catch_unwind};

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

/// Pushes one unit. `stamp_us` is the encoder's own stamp.
pub fn push(handle: i64, track: i32, data: &[u8], stamp_us: i64, flags: i32) -> Pushed {
    catch_unwind(AssertUnwindSafe(|| {
        let Some(capture) = slots::find(handle) else { return Pushed::Closed };
        if data.is_empty() || flags & CODEC_CONFIG != 0 {
            return Pushed::Nothing;
        }
        let payload = match track {
            VIDEO => Payload::H264 { framing: NalFraming::AnnexB, data },
            AUDIO => Payload::Aac(data),
            _ => return Pushed::Track,
        };
        match capture.push(&RawUnit { payload, stamp_us, is_key: flags & KEY_FRAME != 0 }) {
            Taken::Waits if capture.recording().take_key_frame_wish() => Pushed::KeyFrameWanted,
            Taken::Waits => Pushed::Waits,
            Taken::Dropped => Pushed::Dropped,
            Taken::Over => Pushed::Closed,
        }
    }))
    .unwrap_or(Pushed::Bug)
}
