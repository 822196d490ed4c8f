//! Every bound of this crate, with its reason. Times are microseconds of media time, sizes are bytes.

/// A fragment holds at most this much of each track, unless one unit alone lasts longer: what a crash may cost (design, Media).
pub const FRAGMENT_MAX_US: i64 = 500_000;

/// A fragment takes no further unit that would carry its payload over this: recovery adopts at most 2 MiB a crash.
pub const FRAGMENT_CLOSE_BYTES: usize = 2 << 20;

/// Samples of all tracks in one fragment: 0.5 s at 480 pictures a second and of 96 kHz sound leave room below it.
pub const FRAGMENT_MAX_SAMPLES: usize = 512;

/// A key frame is asked for once a segment is this long: uploads and seeking want pieces of this size.
pub const SEGMENT_KEY_WANTED_US: i64 = 8_000_000;

/// … or this large.
pub const SEGMENT_KEY_WANTED_BYTES: u64 = 6 << 20;

/// A segment is cut here although no key frame came; the cut says so.
pub const SEGMENT_MAX_US: i64 = 20_000_000;

/// … or here. One fragment larger than this cannot arise: see [`PICTURE_MAX_BYTES`].
pub const SEGMENT_MAX_BYTES: u64 = 16 << 20;

/// A track without a unit for longer than this, while time goes on, is said to be lost. Chosen so that its last unit,
/// which waits for its successor to learn its duration, still becomes durable within the second a crash may cost.
pub const TRACK_LOST_AFTER_US: i64 = 500_000;

/// Stamps that run ahead of everything known by more than this cannot be continued: a new take states the gap.
pub const STAMP_JUMP_US: i64 = 2_000_000;

/// The largest picture that is taken: above an uncompressed 1080p picture (3.1 MiB), below half a segment.
pub const PICTURE_MAX_BYTES: usize = 8 << 20;

/// The largest sound unit that is taken: AAC has at most 6144 bits a channel, here for eight channels and as much again.
pub const SOUND_MAX_BYTES: usize = 16 << 10;

/// The most an open [`TakeWriter`](crate::TakeWriter) holds: an open fragment with one unit in waiting per track,
/// and two spare buffers kept for reuse.
pub const WRITER_MAX_BYTES: usize =
    FRAGMENT_CLOSE_BYTES + 2 * (PICTURE_MAX_BYTES + SOUND_MAX_BYTES) + 2 * SPARE_MAX_BYTES + 64 * 1024;

/// A spare buffer larger than this is given back to the allocator: one huge picture must not stay resident.
pub const SPARE_MAX_BYTES: usize = 4 << 20;

/// An init segment larger than this is refused unread; ours are below 2 KiB.
pub const INIT_MAX_BYTES: usize = 64 << 10;

/// Distances between frames above this are `stalled` (design, Media).
pub const STALLED_OVER_US: i64 = 200_000;

/// Media time may differ from monotonic time by this much, whatever the length of the take.
pub const CLOCK_TOLERANCE_US: i64 = 100_000;

/// … and by this many parts per million of the time passed: sound cards and clocks of phones stay within it.
pub const CLOCK_TOLERANCE_PPM: i64 = 200;

/// Stamps outside ±this are refused: they must stand in I-JSON numbers.
pub const STAMP_MAX: i64 = 1 << 53;

/// Priming above this is refused: AAC encoders have 1024 to 2112 samples, HE-AAC up to about 5000.
pub const PRIMING_MAX: u32 = 1 << 14;

/// Source files with more samples than this in a track are refused: 96 h at 60 pictures a second.
pub const SOURCE_MAX_SAMPLES: u64 = 20_000_000;

/// The sample tables of a source file (its `moov`) may take this much: SOURCE_MAX_SAMPLES of any real file stay below.
pub const SOURCE_MOOV_MAX_BYTES: usize = 256 << 20;
