//! Takes, fragments, segments.

use serde::{Deserialize, Serialize};

use super::Cause;
use crate::digest::Digest;
use crate::text::Codec;

/// A file by size and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDigest {
    pub size_bytes: u64,
    pub digest: Digest,
}

/// One uninterrupted run of the encoders (连续段) begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Take {
    /// Counts from 1.
    pub take: u64,
    /// Why a new take began.
    pub cause: Cause,
    pub init: FileDigest,
    pub rotation: Rotation,
    /// Capture clock at the first frame.
    pub mono_us: u64,
    /// Monotonic clock at the record's media time 0, where its first take began; negative when that lies before this boot.
    pub zero_mono_us: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<VideoFormat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<AudioFormat>,
}

/// The picture track's format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VideoFormat {
    pub codec: Codec,
    pub width: u16,
    pub height: u16,
    /// Ticks a second.
    pub timescale: u32,
}

/// The sound track's format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudioFormat {
    pub codec: Codec,
    pub channels: u8,
    /// Ticks a second.
    pub timescale: u32,
}

/// How far the picture must be turned clockwise to stand upright, in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub enum Rotation {
    R0,
    R90,
    R180,
    R270,
}

impl TryFrom<u64> for Rotation {
    type Error = &'static str;
    fn try_from(degrees: u64) -> Result<Rotation, Self::Error> {
        match degrees {
            0 => Ok(Rotation::R0),
            90 => Ok(Rotation::R90),
            180 => Ok(Rotation::R180),
            270 => Ok(Rotation::R270),
            _ => Err("not 0, 90, 180 or 270"),
        }
    }
}

impl From<Rotation> for u64 {
    fn from(rotation: Rotation) -> u64 {
        match rotation {
            Rotation::R0 => 0,
            Rotation::R90 => 90,
            Rotation::R180 => 180,
            Rotation::R270 => 270,
        }
    }
}

/// At most 0.5 s of media is in its segment. In an entry of kind `recovered`: media found after a crash without its line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fragment {
    pub take: u64,
    /// Counts from 1 in its take.
    pub segment: u64,
    /// Counts from 1 in its segment.
    pub index: u64,
    pub size_bytes: u64,
    /// Bytes of the segment file up to the end of this fragment.
    pub end_bytes: u64,
    /// Of the segment file's first `end_bytes` bytes, so the last fragment's is the segment's.
    pub digest: Digest,
    /// Capture clock at the fragment's end.
    pub mono_us: u64,
    /// Which restart found it; only in `recovered`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<VideoRun>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audio: Option<AudioRun>,
}

/// The picture in one fragment, in ticks of the take's timescale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VideoRun {
    /// Decode time of the first sample; the take's first is 0.
    pub from: u64,
    /// Sum of the samples' durations.
    pub ticks: u64,
    pub samples: u64,
    /// Largest sample duration: the largest distance between frames.
    pub largest: u64,
    /// Key frames.
    pub keys: u64,
}

/// The sound in one fragment, in ticks of the take's timescale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudioRun {
    pub from: u64,
    pub ticks: u64,
    pub samples: u64,
    pub largest: u64,
}

/// A segment (file, upload unit) is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    pub take: u64,
    pub segment: u64,
    pub fragments: u64,
    pub size_bytes: u64,
    pub digest: Digest,
    pub cut: Cut,
}

/// Why a segment was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cut {
    KeyFrame,
    /// The encoder gave none in time.
    WithoutKeyFrame,
    TakeEnd,
    Interrupted,
}
