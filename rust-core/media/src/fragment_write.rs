//! The bytes of one fragment: `moof` and the head of `mdat`, put in front of payload that already lies in place.

use crate::facts::Sample;
use crate::limits::FRAGMENT_MAX_SAMPLES;

/// Version 0, flags default-base-is-moof.
pub(crate) const TFHD: u32 = 0x02_0000;
/// Version 1.
pub(crate) const TFDT: u32 = 0x0100_0000;
/// Version 1, flags data-offset, sample-duration, sample-size, sample-flags, sample-composition-time-offsets.
pub(crate) const TRUN: u32 = 0x0100_0F01;
/// `sample_depends_on` 2: on nothing.
pub(crate) const KEY_FLAGS: u32 = 0x0200_0000;
/// `sample_depends_on` 1, `sample_is_non_sync_sample`.
pub(crate) const NON_KEY_FLAGS: u32 = 0x0101_0000;

pub(crate) const MFHD_BYTES: usize = 16;
pub(crate) const TFHD_BYTES: usize = 16;
pub(crate) const TFDT_BYTES: usize = 20;
pub(crate) const TRUN_HEAD_BYTES: usize = 20;
pub(crate) const TRUN_SAMPLE_BYTES: usize = 16;
const TRAF_FIXED: usize = 8 + TFHD_BYTES + TFDT_BYTES + TRUN_HEAD_BYTES;

/// Room kept in front of a payload: no head is larger.
pub(crate) const HEAD_ROOM: usize = 8 + MFHD_BYTES + 2 * TRAF_FIXED + FRAGMENT_MAX_SAMPLES * TRUN_SAMPLE_BYTES + 8;

/// What the head says of one track.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    pub(crate) track_id: u32,
    pub(crate) first_decode: u64,
    pub(crate) samples: &'a [Sample],
}

fn moof_bytes(runs: &[Run<'_>]) -> usize {
    8 + MFHD_BYTES + runs.iter().map(|run| TRAF_FIXED + run.samples.len() * TRUN_SAMPLE_BYTES).sum::<usize>()
}

/// `moof` and the eight bytes that open `mdat`, for runs whose payload follows in their order.
///
/// By hand and not through `mp4-atom`: its `trun` turns the flags of a single sample into first-sample-flags, and the
/// one shape that readers may rely on would have an exception.
pub(crate) fn head(sequence: u32, runs: &[Run<'_>]) -> Vec<u8> {
    let moof = moof_bytes(runs);
    let mut out = Vec::with_capacity(moof + 8);
    open(&mut out, moof, b"moof");
    open(&mut out, MFHD_BYTES, b"mfhd");
    words(&mut out, &[0, sequence]);
    let mut payload = 0usize;
    for run in runs {
        let table = run.samples.len() * TRUN_SAMPLE_BYTES;
        open(&mut out, TRAF_FIXED + table, b"traf");
        open(&mut out, TFHD_BYTES, b"tfhd");
        words(&mut out, &[TFHD, run.track_id]);
        open(&mut out, TFDT_BYTES, b"tfdt");
        words(&mut out, &[TFDT]);
        out.extend_from_slice(&run.first_decode.to_be_bytes());
        open(&mut out, TRUN_HEAD_BYTES + table, b"trun");
        words(&mut out, &[TRUN, run.samples.len() as u32, size(moof + 8 + payload)]);
        for sample in run.samples {
            let flags = if sample.is_key { KEY_FLAGS } else { NON_KEY_FLAGS };
            words(&mut out, &[sample.duration, sample.size, flags, sample.composition as u32]);
            payload += sample.size as usize;
        }
    }
    open(&mut out, 8 + payload, b"mdat");
    out
}

fn open(out: &mut Vec<u8>, bytes: usize, kind: &[u8; 4]) {
    words(out, &[size(bytes)]);
    out.extend_from_slice(kind);
}

fn words(out: &mut Vec<u8>, words: &[u32]) {
    for word in words {
        out.extend_from_slice(&word.to_be_bytes());
    }
}

fn size(bytes: usize) -> u32 {
    u32::try_from(bytes).expect("a fragment is bounded by two units and the closing size, far below 4 GiB")
}

/// A fragment's bytes, head and payload in one piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FragmentBytes {
    buffer: Vec<u8>,
    start: usize,
}

impl FragmentBytes {
    /// `buffer` has [`HEAD_ROOM`] free bytes in front of the payload.
    pub(crate) fn assemble(mut buffer: Vec<u8>, head: &[u8]) -> Self {
        let start = HEAD_ROOM - head.len();
        buffer[start..HEAD_ROOM].copy_from_slice(head);
        Self { buffer, start }
    }

    pub fn as_slice(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    pub(crate) fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }
}

impl AsRef<[u8]> for FragmentBytes {
    fn as_ref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl std::ops::Deref for FragmentBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}
