//! What may be wrong with media bytes: the place, what was due, what is there.

use crate::nal::NalFault;
use crate::{SoundFault, TimescaleFault, TrackKind, VideoFault};

/// Why bytes are no init segment, segment or source file. Places count from the first byte given to the reader.
#[derive(Debug, thiserror::Error)]
pub enum MediaFault {
    #[error("at byte {at}: {needed} bytes needed, {left} left")]
    Truncated { at: u64, needed: u64, left: u64 },
    #[error("at byte {at}: box {} expected, found {}", shown(.expected), shown(.found))]
    UnexpectedBox { at: u64, expected: [u8; 4], found: [u8; 4] },
    #[error("at byte {at}: box {} is missing", shown(.name))]
    MissingBox { at: u64, name: [u8; 4] },
    #[error("at byte {at}: box {} has no place here", shown(.found))]
    SurplusBox { at: u64, found: [u8; 4] },
    #[error("at byte {at}: box {} has {found} bytes, expected {expected}", shown(.name))]
    BoxSize { at: u64, name: [u8; 4], expected: u64, found: u64 },
    #[error("at byte {at}: box {} has version and flags {found:#010x}, expected {expected:#010x}", shown(.name))]
    VersionAndFlags { at: u64, name: [u8; 4], expected: u32, found: u32 },
    #[error("at byte {at}: box {} cannot be read", shown(.name))]
    Atom { at: u64, name: [u8; 4], source: mp4_atom::Error },

    #[error("an init segment has at most {limit} bytes, found {found}")]
    InitTooLarge { limit: usize, found: usize },
    #[error("at byte {at}: the init segment of its format has {expected:?}, found {found:?}")]
    InitDiffers { at: u64, expected: Option<u8>, found: Option<u8> },
    #[error("at byte {at}: no picture and no sound track")]
    NoTrack { at: u64 },
    #[error("at byte {at}: track {found} is neither 1 nor 2, or there twice")]
    InitTrack { at: u64, found: u32 },
    #[error("at byte {at}: the matrix does not turn by quarters")]
    Rotation { at: u64 },
    #[error("at byte {at}: {source}")]
    Timescale { at: u64, source: TimescaleFault },
    #[error("at byte {at}: the picture's format")]
    Video { at: u64, source: Box<VideoFault> },
    #[error("at byte {at}: the sound's format")]
    Sound { at: u64, source: Box<SoundFault> },

    #[error("at byte {at}: track {found} where the take has {expected:?} next")]
    Track { at: u64, expected: Option<u32>, found: u32 },
    #[error("at byte {at}: a fragment without samples")]
    NoSamples { at: u64 },
    #[error("at byte {at}: {found} samples in a fragment, at most {limit}")]
    TooManySamples { at: u64, limit: usize, found: u64 },
    #[error("at byte {at}: the samples begin {found} bytes after the fragment, expected {expected}")]
    DataOffset { at: u64, expected: u64, found: i64 },
    #[error("at byte {at}: the samples take {expected} bytes, the mdat has {found}")]
    PayloadSize { at: u64, expected: u64, found: u64 },
    #[error("at byte {at}: a {track:?} sample of {found} bytes, 1 to {limit} are allowed")]
    SampleSize { at: u64, track: TrackKind, limit: u64, found: u64 },
    #[error("at byte {at}: a sample lasts no time")]
    NoDuration { at: u64 },
    #[error("at byte {at}: sample flags {found:#010x}, expected {expected:#010x}")]
    SampleFlags { at: u64, expected: u32, found: u32 },
    #[error("at byte {at}: a decode time of at most {limit}, found {found}")]
    DecodeTime { at: u64, limit: u64, found: u64 },
    #[error("at byte {at}: sample {sample} of the picture: {source}")]
    Picture { at: u64, sample: u32, source: NalFault },

    #[error("at byte {at}: a fragmented file; a source has its sample tables in front")]
    FragmentedSource { at: u64 },
    #[error("at byte {at}: the tables of a track disagree: {what} counts {found}, expected {expected}")]
    Tables { at: u64, what: &'static str, expected: u64, found: u64 },
    #[error("at byte {at}: an edit list that does more than shift the track")]
    Edit { at: u64 },
    #[error("at byte {at}: a sample at {found} ends outside the file of {expected} bytes")]
    SampleOutside { at: u64, expected: u64, found: u64 },
    #[error("at byte {at}: a second {track:?} track")]
    SecondTrack { at: u64, track: TrackKind },
}

fn shown(kind: &[u8; 4]) -> String {
    kind.escape_ascii().to_string()
}
