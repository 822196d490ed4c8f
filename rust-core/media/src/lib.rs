//! Encoded frames in, fragmented MP4 out; and back, with the timeline's continuity. No files, no clock, no hashing.
//!
//! **Writing.** A [`TakeFormat`] fixes tracks, codecs and rotation of one take (连续段). [`TakeWriter::open`] begins
//! one; [`TakeWriter::push`] takes [`AccessUnit`]s with their raw stamps and returns [`Output`]s in order: the init
//! segment and the take's zero, right before the first fragment; fragments of at most half a second, each told which
//! segment it belongs to; a wish for a key frame; tracks lost and back. [`PushProblem::TakeMustEnd`] means that the
//! unit belongs to the next take: `finish`, open, push it again. [`TakeWriter::time_passed`] stands in for a stalled
//! encoder. The writer keeps at most [`limits::WRITER_MAX_BYTES`] and, if told the time, nothing older than a second.
//!
//! **The take's clock.** Both tracks count from one zero ([`TakeZero`]): in the first take of a record the instant at
//! which the earlier of them begins to be shown or heard; its media time is 0 there, and the other's first `tfdt` is its
//! offset. Later takes count on from the same zero ([`TakeWriter::open_counting_on`]), so that decode times rise through
//! the whole record. Sound counts its priming on top (media time = time + [`TakeFormat::media_ahead`]), which an edit list
//! in the init segment takes off again; decode times of pictures are shifted as a whole so that the first is shown when
//! it is decoded, and reordered ones have negative composition offsets. So the relation of sound and picture holds in
//! every player, and a track that begins late needs no new init.
//! A sample lasts until the next decode time of its track: decode times meet exactly in ticks. Only a track that was
//! lost leaves a gap, and [`Output::TrackBack`] states it.
//!
//! **Reading.** [`read_init`] gives back the [`TakeFormat`], [`read_segment`] the fragments with the same
//! [`FragmentFacts`] that the writer stated; anything unaccounted is a [`MediaFault`] with its place. The layout is
//! in `proto/evidence/v1/MEDIA.md`. [`continuity`] joins facts into a timeline.
//!
//! **Beside.** [`playlist`] writes HLS; [`mp4_source`] takes an ordinary MP4 apart into access units.
//!
//! Read in this order: `format`, `unit`, `take`, `facts`, `fragment_read`, `continuity`.

mod bits;
mod boxes;
pub mod continuity;
mod facts;
mod fault;
mod format;
mod fragment_read;
mod fragment_write;
pub mod h264;
pub mod hevc;
mod init;
pub mod limits;
pub mod mp4_source;
pub mod nal;
pub mod playlist;
mod take;
mod time;
mod unit;

pub use facts::{FragmentFacts, Sample, TrackFacts};
pub use fault::MediaFault;
pub use format::{
    NoTrack, Rotation, SoundFault, SoundFormat, TakeFormat, TrackKind, VideoCodec, VideoFault, VideoFormat,
};
pub use fragment_read::{ReadFragment, ReadSample, read_fragment, read_segment};
pub use fragment_write::FragmentBytes;
pub use init::{read_init, write_init};
pub use nal::NalFraming;
pub use take::{ForcedBy, Fragment, Output, PushProblem, SegmentStart, TakeEnd, TakeWriter, TakeZero};
pub use time::{Timescale, TimescaleFault};
pub use unit::{AccessUnit, Payload, UnitFault};
