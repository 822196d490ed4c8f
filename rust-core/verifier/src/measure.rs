//! Every member is read once: its size, its digest, and for a segment what its fragments are.

use std::io::{Read, Seek};

use quanji_evidence::Digest;
use quanji_evidence::bundle::{Bundle, BundleFault, Intake, PIECE_BYTES};
use quanji_media::limits::INIT_MAX_BYTES;
use quanji_media::{TakeFormat, read_init};
use sha2::{Digest as _, Sha256};

use crate::segment::{SegmentReader, SegmentReading};

/// What a member is.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    pub(crate) size_bytes: u64,
    pub(crate) digest: Digest,
    /// For a member of a segment's name.
    pub(crate) segment: Option<SegmentReading>,
}

/// One thread's reader. It holds one fragment at most; a segment that must be read again, whole.
#[derive(Debug)]
pub(crate) struct Measurer<R> {
    bundle: Bundle<R>,
    buffer: Vec<u8>,
    /// The last take whose init was read: segments of one take mostly follow each other.
    take: Option<(String, Option<TakeFormat>)>,
}

impl<R: Read + Seek> Measurer<R> {
    pub(crate) fn new(bundle: Bundle<R>) -> Measurer<R> {
        Measurer { bundle, buffer: Vec::new(), take: None }
    }

    pub(crate) fn bundle(&mut self) -> &mut Bundle<R> {
        &mut self.bundle
    }

    /// Reads the member of this number in the directory.
    pub(crate) fn measure(&mut self, number: usize) -> Result<Measured, BundleFault> {
        let Some(init) = self.init_name(number) else { return self.measure_whole(number) };
        self.read_take(init)?;
        let format = self.take.as_ref().and_then(|(_, format)| format.as_ref());
        let mut reader = SegmentReader::new(&mut self.buffer, format);
        let size_bytes = self.bundle.read_into(number, &mut reader)?;
        let (digest, reading) = reader.finish();
        Ok(Measured { size_bytes, digest, segment: Some(reading) })
    }

    /// Reads a segment again, cut where its lines say.
    pub(crate) fn measure_along(
        &mut self,
        number: usize,
        ends: &[u64],
        format: Option<&TakeFormat>,
    ) -> Result<SegmentReading, BundleFault> {
        let bytes = self.bundle.unpack(number, &mut self.buffer)?;
        Ok(SegmentReading::along(ends, bytes, format))
    }

    fn measure_whole(&mut self, number: usize) -> Result<Measured, BundleFault> {
        if self.buffer.len() < PIECE_BYTES {
            self.buffer.resize(PIECE_BYTES, 0);
        }
        let mut hasher = Hasher { running: Sha256::new(), piece: &mut self.buffer[..PIECE_BYTES] };
        let size_bytes = self.bundle.read_into(number, &mut hasher)?;
        Ok(Measured { size_bytes, digest: Digest::from_sha256(hasher.running.finalize().into()), segment: None })
    }

    /// The name of the init that a segment of this number needs; `None` for any other member.
    fn init_name(&self, number: usize) -> Option<String> {
        let name = self.bundle.members().get(number)?.name.as_str();
        let parts: Vec<&str> = name.split('/').collect();
        match parts[..] {
            ["records", record, "takes", take, file] if file.ends_with(".m4s") => {
                Some(format!("records/{record}/takes/{take}/init.mp4"))
            }
            _ => None,
        }
    }

    fn read_take(&mut self, init: String) -> Result<(), BundleFault> {
        if self.take.as_ref().is_some_and(|(name, _)| *name == init) {
            return Ok(());
        }
        let format = match self.bundle.position(&init) {
            // Judged where the take is; one that is too large is not unpacked for every segment.
            Some(number) if self.bundle.members()[number].size_bytes <= INIT_MAX_BYTES as u64 => {
                self.bundle.read(&init)?.and_then(|bytes| read_init(&bytes).ok())
            }
            _ => None,
        };
        self.take = Some((init, format));
        Ok(())
    }
}

/// Hashes a member and keeps none of it.
struct Hasher<'a> {
    running: Sha256,
    piece: &'a mut [u8],
}

impl Intake for Hasher<'_> {
    fn room(&mut self) -> &mut [u8] {
        self.piece
    }

    fn took(&mut self, count: usize) {
        self.running.update(&self.piece[..count]);
    }
}
