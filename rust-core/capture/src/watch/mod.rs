//! Watchdogs: samples of what a phone measures in, events out. Nothing here stops a recording.
//!
//! Each watch is one flat machine of the same shape ([`Alarm`]): what is amiss must be amiss for a while before it is said, and well for a while
//! before it is taken back. [`Watch`] holds them all; [`Sample`] is what the phone says, [`WatchEvent`] what follows from it.

mod alarm;
mod sensed;
mod table;

pub use alarm::{Alarm, Change, Patience, Seen, State};
pub use sensed::{Lens, Luma, brightness_permille};
pub use table::{Subject, Watch, WatchEvent};

use quanji_evidence::body::Track;

use crate::quality::Thermal;

/// What the phone measured or was told. Times are µs since boot, sleep included, and come beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sample {
    /// The microphone's samples are delivered to somebody else (`AudioRecordingConfiguration.isClientSilenced`), or no longer.
    ClientSilenced(Is),
    /// Whether the PCM of the last while moved at all.
    FlatSound(Is),
    /// Share of the sound's energy above 1 kHz, in thousandths; said only while somebody speaks.
    Brightness {
        permille: u16,
    },
    /// The camera is gone (`onDisconnected`, `onError`) or open.
    CameraGone(Is),
    /// The encoder failed (`MediaCodec.Callback.onError`) or runs.
    EncoderFailed(Is),
    /// What an encoder gave since it was last looked at, while it was fed or had begun to give.
    Encoder {
        track: Track,
        gave: Gave,
    },
    /// A fragment became durable.
    Fragment,
    /// Nothing happened but time.
    Tick,
    /// Luma of a small picture.
    Luma(Luma),
    /// Gravity along the phone's long axis, in thousandths of g: −1000 hangs upside down in the way it is worn.
    Upright {
        permille: i16,
    },
    Free {
        bytes: u64,
        bytes_a_second: u64,
    },
    Battery {
        percent: u8,
        is_charging: Is,
    },
    Thermal(Thermal),
    /// The camera's or microphone's permission was taken away, or given.
    PermissionGone(Is),
    /// The wall clock was set (`ACTION_TIME_CHANGED`).
    ClockSet,
    /// How far the phone has moved since the sample before, in thousandths of g beyond gravity.
    Movement {
        permille: u16,
    },
    /// Metres from where the recording began.
    Distance {
        metres: u32,
    },
}

/// What came of an encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gave {
    Units,
    Nothing,
}

/// Yes or no, where a bare `true` would say nothing at the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    Yes,
    No,
}

impl From<bool> for Is {
    fn from(is: bool) -> Is {
        if is { Is::Yes } else { Is::No }
    }
}
