//! Why a unit was not taken.

use crate::{Rotation, TrackKind, UnitFault};

/// Why a take cannot go on with what comes next. The gap and its cause are the caller's to state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TakeEnd {
    #[error("the {track:?} codec or its configuration changed")]
    CodecChanged { track: TrackKind },
    #[error("the picture changed from {was:?} to {found:?}")]
    PictureSizeChanged { was: (u16, u16), found: (u16, u16) },
    #[error("the rotation changed from {was:?} to {found:?}")]
    RotationChanged { was: Rotation, found: Rotation },
    #[error("a {track:?} stamp of {found} ticks does not come after {last}")]
    StampWentBack { track: TrackKind, last: i64, found: i64 },
    #[error("a {track:?} stamp runs {found_us} µs ahead, at most {limit_us} can be continued")]
    StampJumped { track: TrackKind, limit_us: i64, found_us: i64 },
    #[error("the first {track:?} unit is {found_us} µs older than the take")]
    BeforeTheTake { track: TrackKind, found_us: i64 },
}

/// Why a unit was not taken. The writer is as it was before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PushProblem {
    /// The unit belongs to a new take: [`finish`](crate::TakeWriter::finish) this one, open the next, push it again.
    #[error("the take must end: {0}")]
    TakeMustEnd(TakeEnd),
    /// The take has no such track.
    #[error("the take has no {track:?} track")]
    NotInTake { track: TrackKind },
    /// No take can hold the unit: what it showed is lost, and the caller says so.
    #[error(transparent)]
    Unit(#[from] UnitFault),
}
