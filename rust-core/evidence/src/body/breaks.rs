//! What breaks a recording, and how it ends.

use serde::{Deserialize, Serialize};

use crate::text::Code;

/// Why a take began or recording broke, as measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    Start,
    /// Stopped by hand.
    Officer,
    /// The microphone was silenced by a call.
    PhoneCall,
    MicrophoneLost,
    CameraLost,
    Encoder,
    DiskFull,
    /// The disk stalled past the buffer.
    DiskStalled,
    Heat,
    Battery,
    ProcessKilled,
    Reboot,
    Permission,
    /// Codec, size or rotation changed in flight.
    FormatChange,
    /// Time stamps jumped or went back.
    Stamps,
    /// The preview or screen took the camera.
    Screen,
    Unknown,
}

/// A track of a take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Track {
    Video,
    Audio,
}

/// Recording broke off (中止).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interrupted {
    pub cause: Cause,
    /// Wall clock of the last media kept.
    pub at_us: u64,
    /// Which restart found it, after a crash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart: Option<u64>,
    /// What was lost, per track.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<Vec<Lost>>,
    /// What preflight had warned of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warned: Option<Vec<Code>>,
}

/// An interval lost on one track, monotonic clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lost {
    pub track: Track,
    pub from_mono_us: u64,
    pub to_mono_us: u64,
    /// How many units (frames, sound units) of the track came in it and were not kept, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<u64>,
}

/// Recording goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resumed {
    /// Seq of the `interrupted`.
    pub interruption: u64,
    /// How long nothing was recorded.
    pub gap_us: u64,
    pub gap_clock: GapClock,
}

/// What measured a gap: across boots only the wall clock can.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapClock {
    Mono,
    Wall,
}

/// One track stopped; the other goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackLost {
    pub track: Track,
    pub cause: Cause,
    pub at_mono_us: u64,
}

/// A lost track is back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrackBack {
    pub track: Track,
    pub at_mono_us: u64,
}

/// The phone's wall clock was set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockSet {
    /// What it would show had it not been set.
    pub wall_before_us: u64,
    pub wall_after_us: u64,
}

/// How true the timeline is, once a minute and whenever the camera's clock was set: as the phone measured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaptureClock {
    /// When it was measured, monotonic clock.
    pub at_mono_us: u64,
    /// Absent without a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<PictureStamps>,
    /// Absent without sound.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound: Option<SoundStamps>,
    /// The sound card's second against the phone's, parts per million; absent until it was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sound_drift_ppm: Option<i64>,
    /// By how much the sound stands later in the film than the picture; absent without both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub av_offset_us: Option<i64>,
    /// How often the camera's clock was set since the entry before.
    pub set: u64,
}

/// Where the instants of the pictures come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureStamps {
    /// Stamps of the clock that counts sleep.
    Elapsed,
    /// Stamps of the clock without sleep, and how long the phone had slept.
    Monotonic,
    /// A clock of the camera's own: the first picture was taken when it arrived, less what pictures take where that is known.
    Arrival,
}

/// Where the instants of the sound come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SoundStamps {
    /// The phone said at which instant it heard which frame.
    Measured,
    Arrival,
}

/// The recording is over (制作完成): the trigger of the two working days (办法 第十七条).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ended {
    pub how: EndedHow,
    /// Wall clock of the last media kept.
    pub at_us: u64,
}

/// How a recording ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedHow {
    Officer,
    /// It really could not go on (办法 第十五条).
    CutForGood,
    HandedOver,
}

/// The capture is complete and the record key destroyed; the counts are of the lines before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    pub takes: u64,
    pub segments: u64,
    /// Recovered ones included.
    pub fragments: u64,
    /// Of all segments, without inits.
    pub media_bytes: u64,
    /// Photos and documents.
    pub files: u64,
}
