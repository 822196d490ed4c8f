//! One encoded access unit, as an encoder or a file hands it over.

use crate::TrackKind;
use crate::limits::{PICTURE_MAX_BYTES, SOUND_MAX_BYTES, STAMP_MAX};
use crate::nal::{NalFault, NalFraming};

/// The bytes of a unit and what they are. The variant decides the track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payload<'a> {
    /// One picture, coded as the take's format says.
    Picture { framing: NalFraming, data: &'a [u8] },
    /// One raw AAC unit, without ADTS header.
    Aac(&'a [u8]),
}

impl<'a> Payload<'a> {
    pub fn track(&self) -> TrackKind {
        match self {
            Payload::Picture { .. } => TrackKind::Video,
            Payload::Aac(_) => TrackKind::Sound,
        }
    }

    pub fn data(&self) -> &'a [u8] {
        match self {
            Payload::Picture { data, .. } | Payload::Aac(data) => data,
        }
    }
}

/// One picture or one AAC unit with its raw stamps.
///
/// Stamps are ticks of the track's own timescale on one clock common to both tracks (0 of the picture is 0 of the
/// sound). An encoder that states only presentation times and does not reorder has `decode == present`.
/// Microsecond stamps of another clock become ticks by [`Timescale::ticks`](crate::Timescale::ticks), each from the raw stamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessUnit<'a> {
    /// When it must be decoded; strictly rising within a track.
    pub decode: i64,
    /// When it is shown; before `decode` is allowed.
    pub present: i64,
    pub payload: Payload<'a>,
}

/// Why a unit can stand in no take. The writer is as it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnitFault {
    #[error("a {track:?} unit of at most {limit} bytes, found {found}")]
    TooLarge { track: TrackKind, limit: usize, found: usize },
    #[error("an empty {track:?} unit")]
    Empty { track: TrackKind },
    #[error("an AAC unit with an ADTS header")]
    Adts,
    #[error("a stamp within ±{limit}, found {found}", limit = STAMP_MAX)]
    Stamp { found: i64 },
    #[error("shown within ±{limit} ticks of decoding, found {found}")]
    Composition { limit: i64, found: i64 },
    #[error(transparent)]
    Nal(#[from] NalFault),
}

impl AccessUnit<'_> {
    /// Composition offset: presentation minus decode time. Checked with size and stamps.
    pub(crate) fn check(&self) -> Result<i64, UnitFault> {
        let track = self.payload.track();
        let found = self.payload.data().len();
        let limit = match track {
            TrackKind::Video => PICTURE_MAX_BYTES,
            TrackKind::Sound => SOUND_MAX_BYTES,
        };
        if found == 0 {
            return Err(UnitFault::Empty { track });
        }
        if found > limit {
            return Err(UnitFault::TooLarge { track, limit, found });
        }
        if let Payload::Aac([0xFF, second, ..]) = self.payload
            && second & 0xF6 == 0xF0
        {
            return Err(UnitFault::Adts);
        }
        for stamp in [self.decode, self.present] {
            if !(-STAMP_MAX..=STAMP_MAX).contains(&stamp) {
                return Err(UnitFault::Stamp { found: stamp });
            }
        }
        Ok(self.present - self.decode)
    }
}
