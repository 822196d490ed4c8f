//! What a take is made of: fixed from its first unit to its last, and written into its init segment.

mod sound;
mod video;

pub use sound::{SoundFault, SoundFormat};
pub use video::{VideoCodec, VideoFault, VideoFormat};

use crate::{TakeEnd, Timescale};

/// The two kinds of track. A take has one of each at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrackKind {
    Video,
    Sound,
}

impl TrackKind {
    pub const ALL: [TrackKind; 2] = [TrackKind::Video, TrackKind::Sound];

    /// `track_ID` in every init segment and fragment: 1 is always the picture, 2 always the sound.
    pub fn id(self) -> u32 {
        match self {
            TrackKind::Video => 1,
            TrackKind::Sound => 2,
        }
    }

    pub(crate) fn of_id(id: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

/// How a player must turn the picture clockwise to show it upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rotation {
    #[default]
    None,
    Quarter,
    Half,
    ThreeQuarters,
}

impl Rotation {
    const ALL: [Rotation; 4] = [Rotation::None, Rotation::Quarter, Rotation::Half, Rotation::ThreeQuarters];

    pub fn degrees(self) -> u32 {
        match self {
            Rotation::None => 0,
            Rotation::Quarter => 90,
            Rotation::Half => 180,
            Rotation::ThreeQuarters => 270,
        }
    }

    /// `None` for anything but 0, 90, 180, 270.
    pub fn from_degrees(degrees: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|rotation| rotation.degrees() == degrees)
    }

    /// The transformation in `tkhd` for a picture of this size; translation keeps the turned picture in the first quadrant.
    pub(crate) fn matrix(self, width: u16, height: u16) -> mp4_atom::Matrix {
        const ONE: i32 = 0x1_0000;
        let (w, h) = (i32::from(width) * ONE, i32::from(height) * ONE);
        let (a, b, c, d, x, y) = match self {
            Rotation::None => (ONE, 0, 0, ONE, 0, 0),
            Rotation::Quarter => (0, ONE, -ONE, 0, h, 0),
            Rotation::Half => (-ONE, 0, 0, -ONE, w, h),
            Rotation::ThreeQuarters => (0, -ONE, ONE, 0, 0, w),
        };
        mp4_atom::Matrix { a, b, u: 0, c, d, v: 0, x, y, w: 0x4000_0000 }
    }

    /// Reads the turn out of a matrix, whatever its translation. `None` when it does more than turn by quarters.
    pub(crate) fn of_matrix(matrix: &mp4_atom::Matrix) -> Option<Self> {
        Self::ALL.into_iter().find(|rotation| {
            let own = rotation.matrix(0, 0);
            (own.a, own.b, own.c, own.d) == (matrix.a, matrix.b, matrix.c, matrix.d)
        })
    }
}

/// A take without any track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a take has a picture or a sound track, or both")]
pub struct NoTrack;

/// The tracks of one take (连续段), their codecs and the rotation. A change of any of it is a new take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakeFormat {
    video: Option<VideoFormat>,
    sound: Option<SoundFormat>,
    rotation: Rotation,
}

impl TakeFormat {
    /// `rotation` counts only where there is a picture.
    pub fn new(video: Option<VideoFormat>, sound: Option<SoundFormat>, rotation: Rotation) -> Result<Self, NoTrack> {
        if video.is_none() && sound.is_none() {
            return Err(NoTrack);
        }
        let rotation = if video.is_some() { rotation } else { Rotation::None };
        Ok(Self { video, sound, rotation })
    }

    pub fn video(&self) -> Option<&VideoFormat> {
        self.video.as_ref()
    }

    pub fn sound(&self) -> Option<&SoundFormat> {
        self.sound.as_ref()
    }

    pub fn rotation(&self) -> Rotation {
        self.rotation
    }

    /// Ticks a second of a track; `None` when the take has no such track.
    pub fn timescale(&self, track: TrackKind) -> Option<Timescale> {
        match track {
            TrackKind::Video => self.video.as_ref().map(VideoFormat::timescale),
            TrackKind::Sound => self.sound.as_ref().map(SoundFormat::timescale),
        }
    }

    /// Media time minus presentation time of a track, in its ticks: the sound's priming, which an edit list takes off.
    pub fn media_ahead(&self, track: TrackKind) -> u32 {
        match track {
            TrackKind::Video => 0,
            TrackKind::Sound => self.sound.as_ref().map_or(0, SoundFormat::priming),
        }
    }

    /// Codecs in the form of RFC 6381, picture first, as a signed `take` line and HLS state them.
    pub fn codecs(&self) -> Vec<String> {
        let video = self.video.iter().map(VideoFormat::codec_string);
        video.chain(self.sound.iter().map(SoundFormat::codec_string)).collect()
    }

    /// Why what comes next cannot continue a take of this format; `None` when it can.
    pub fn change_to(&self, next: &TakeFormat) -> Option<TakeEnd> {
        match (&self.video, &next.video) {
            (Some(was), Some(is)) if (was.width(), was.height()) != (is.width(), is.height()) => {
                Some(TakeEnd::PictureSizeChanged { was: (was.width(), was.height()), found: (is.width(), is.height()) })
            }
            _ if self.rotation != next.rotation => {
                Some(TakeEnd::RotationChanged { was: self.rotation, found: next.rotation })
            }
            _ if self.video != next.video => Some(TakeEnd::CodecChanged { track: TrackKind::Video }),
            _ if self.sound != next.sound => Some(TakeEnd::CodecChanged { track: TrackKind::Sound }),
            _ => None,
        }
    }
}
