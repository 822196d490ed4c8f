//! One segment file, read once: the digest of its first bytes up to every fragment's end, and what each fragment's boxes say.
//!
//! Where fragments end is not known while the journal is still being read on the other core. So the reading walks the
//! boxes itself and marks each end of an `mdat`; the claims are compared afterwards. Only claims that cut elsewhere make a second
//! reading necessary, along their own cuts.
//!
//! Of a segment only the fragment at hand is kept, always in the same place: half a second of film mostly fits the second-level
//! cache, a segment does not, and going through main memory once more costs as much as a tenth of all hashing.

use quanji_evidence::Digest;
use quanji_evidence::bundle::{Intake, PIECE_BYTES};
use quanji_media::{FragmentFacts, TakeFormat, read_fragment};
use sha2::{Digest as _, Sha256};

/// More ends than this are not marked: an honest segment has some forty, and a hostile one must not fill the memory with them.
const MARKS_LIMIT: usize = 256;
const BOX_HEAD_BYTES: usize = 8;
/// Read at once where a box begins: mostly the whole `moof` and the head of its `mdat`.
const HEADS_BYTES: usize = 4 << 10;

/// What a segment file is.
#[derive(Debug, Clone, Default)]
pub(crate) struct SegmentReading {
    pub(crate) cuts: Vec<Cut>,
    /// Facts of the fragments between the cuts, from the first; ends early where one cannot be read.
    pub(crate) fragments: Vec<FragmentFacts>,
    /// Why `fragments` ends early.
    pub(crate) fault: Option<String>,
}

/// A place where a fragment ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) end_bytes: u64,
    /// Of all bytes before it.
    pub(crate) prefix: Digest,
}

impl SegmentReading {
    /// Reads the fragments between `cuts`; without a format none is looked at.
    fn between(cuts: Vec<Cut>, bytes: &[u8], format: Option<&TakeFormat>) -> SegmentReading {
        let mut reading = SegmentReading::default();
        let mut start = 0;
        for cut in cuts {
            let end = usize::try_from(cut.end_bytes).unwrap_or(usize::MAX);
            match bytes.get(start..end) {
                Some(piece) => reading.read(start, piece, format),
                None => reading.stop(format!("a fragment from byte {start} to byte {end}")),
            }
            start = end;
            reading.cuts.push(cut);
        }
        reading
    }

    /// Reads the next fragment, unless one before it could not be read; `piece` begins at byte `start`.
    fn read(&mut self, start: usize, piece: &[u8], format: Option<&TakeFormat>) {
        let Some(format) = format.filter(|_| self.fault.is_none()) else { return };
        match read_fragment(format, piece) {
            Ok(fragment) => self.fragments.push(fragment.facts),
            Err(fault) => self.stop(format!("in the fragment from byte {start}: {fault}")),
        }
    }

    fn stop(&mut self, fault: String) {
        self.fault.get_or_insert(fault);
    }

    /// Reads again along other cuts: prefixes for every end that lies within the bytes.
    pub(crate) fn along(ends: &[u64], bytes: &[u8], format: Option<&TakeFormat>) -> SegmentReading {
        let mut sorted = ends.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let (mut running, mut done) = (Sha256::new(), 0);
        let mut prefixes = Vec::with_capacity(sorted.len());
        for end in sorted {
            let Some(piece) = usize::try_from(end).ok().and_then(|end| bytes.get(done..end)) else { break };
            running.update(piece);
            done += piece.len();
            prefixes.push((end, Digest::from_sha256(running.clone().finalize().into())));
        }
        let prefix =
            |end: &u64| prefixes.binary_search_by_key(end, |(end, _)| *end).ok().map(|place| &prefixes[place].1);
        let cuts = ends.iter().map_while(|end| Some(Cut { end_bytes: *end, prefix: prefix(end)?.clone() })).collect();
        SegmentReading::between(cuts, bytes, format)
    }
}

/// Reads a segment as it comes: hashes it, marks where fragments end, and looks at each fragment while it is at hand.
#[derive(Debug)]
pub(crate) struct SegmentReader<'a> {
    /// The fragment at hand fills the first `filled` bytes; of those `hashed` are hashed.
    buffer: &'a mut Vec<u8>,
    filled: usize,
    hashed: usize,
    /// Bytes of the segment before the fragment at hand.
    start: usize,
    step: Step,
    running: Sha256,
    format: Option<&'a TakeFormat>,
    reading: SegmentReading,
}

/// What comes next; places count from the beginning of the fragment at hand.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A box begins there.
    Head(usize),
    /// There the `mdat` ends whose head was seen.
    Mark(usize),
    /// The boxes make no sense or are too many: the rest is hashed.
    Rest,
}

impl<'a> SegmentReader<'a> {
    /// A reader at the first byte. `buffer` is used as room, whatever it holds.
    pub(crate) fn new(buffer: &'a mut Vec<u8>, format: Option<&'a TakeFormat>) -> SegmentReader<'a> {
        let reading = SegmentReading::default();
        let step = Step::Head(0);
        SegmentReader { buffer, filled: 0, hashed: 0, start: 0, step, running: Sha256::new(), format, reading }
    }

    /// The digest of everything, and what was read.
    pub(crate) fn finish(self) -> (Digest, SegmentReading) {
        (Digest::from_sha256(self.running.finalize().into()), self.reading)
    }

    fn hash_to(&mut self, end: usize) {
        self.running.update(&self.buffer[self.hashed..end]);
        self.hashed = end;
    }

    /// The fragment at hand ends at `end`, which was reached: what lies behind it becomes the next one's beginning.
    fn cut(&mut self, end: usize) {
        self.hash_to(end);
        let prefix = Digest::from_sha256(self.running.clone().finalize().into());
        self.reading.read(self.start, &self.buffer[..end], self.format);
        self.start += end;
        self.reading.cuts.push(Cut { end_bytes: self.start as u64, prefix });
        self.buffer.copy_within(end..self.filled, 0);
        (self.filled, self.hashed) = (self.filled - end, 0);
        self.step = if self.reading.cuts.len() == MARKS_LIMIT { Step::Rest } else { Step::Head(0) };
    }
}

impl Intake for SegmentReader<'_> {
    fn room(&mut self) -> &mut [u8] {
        // Up to the mark and no further: what is read beyond it must be moved.
        let wanted = match self.step {
            Step::Mark(end) => end.saturating_sub(self.filled).clamp(1, PIECE_BYTES),
            Step::Head(place) => place.saturating_sub(self.filled).saturating_add(HEADS_BYTES).min(PIECE_BYTES),
            Step::Rest => PIECE_BYTES,
        };
        let end = self.filled + wanted;
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        &mut self.buffer[self.filled..end]
    }

    fn took(&mut self, count: usize) {
        self.filled += count;
        loop {
            match self.step {
                Step::Mark(end) if end <= self.filled => self.cut(end),
                Step::Head(place) => {
                    let Some((size, is_mdat)) = self.buffer[..self.filled].get(place..).and_then(box_head) else {
                        break;
                    };
                    let end = place.saturating_add(size);
                    self.step = match is_mdat {
                        _ if size < BOX_HEAD_BYTES => Step::Rest,
                        true => Step::Mark(end),
                        false => Step::Head(end),
                    };
                }
                Step::Mark(_) | Step::Rest => break,
            }
        }
        self.hash_to(self.filled);
        if matches!(self.step, Step::Rest) {
            (self.start, self.filled, self.hashed) = (self.start + self.filled, 0, 0);
        }
    }
}

fn box_head(bytes: &[u8]) -> Option<(usize, bool)> {
    let &[a, b, c, d, ref kind @ ..] = bytes.first_chunk::<BOX_HEAD_BYTES>()?;
    Some((u32::from_be_bytes([a, b, c, d]) as usize, kind == b"mdat"))
}

#[cfg(test)]
mod tests {
    use quanji_testkit::Dice;

    use super::*;

    /// Boxes of these sizes, every second one an `mdat`.
    fn boxes(sizes: &[u32]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (place, size) in sizes.iter().enumerate() {
            bytes.extend_from_slice(&size.to_be_bytes());
            bytes.extend_from_slice(if place % 2 == 1 { b"mdat" } else { b"moof" });
            bytes.resize(bytes.len() + *size as usize - BOX_HEAD_BYTES, place as u8);
        }
        bytes
    }

    /// What the reader says of bytes that come in pieces of chance, its room still full of another segment's.
    fn hashed(bytes: &[u8], dice: &mut Dice) -> (Digest, Vec<Cut>) {
        let mut buffer = vec![0x5a; dice.below(3_000) as usize];
        let (mut reader, mut come) = (SegmentReader::new(&mut buffer, None), 0);
        while come < bytes.len() {
            let room = reader.room();
            let count = room.len().min(bytes.len() - come).min(1 + dice.below(700) as usize);
            room[..count].copy_from_slice(&bytes[come..come + count]);
            reader.took(count);
            come += count;
        }
        let (digest, reading) = reader.finish();
        (digest, reading.cuts)
    }

    #[test]
    fn however_the_bytes_come_the_marks_are_the_ends_of_the_mdats() {
        let mut dice = Dice::new(9);
        for _ in 0..500 {
            let sizes: Vec<u32> = (0..dice.below(20)).map(|_| 8 + dice.below(900) as u32).collect();
            let bytes = boxes(&sizes);
            let ends: Vec<u64> = (1..sizes.len())
                .step_by(2)
                .map(|place| sizes[..=place].iter().map(|size| u64::from(*size)).sum())
                .collect();
            let (digest, cuts) = hashed(&bytes, &mut dice);
            assert_eq!(digest, Digest::of(&bytes));
            assert_eq!(cuts.iter().map(|cut| cut.end_bytes).collect::<Vec<_>>(), ends);
            assert_eq!(cuts, SegmentReading::along(&ends, &bytes, None).cuts, "the second reading says the same");
        }
    }

    #[test]
    fn bytes_that_are_no_boxes_are_hashed_whole() {
        let mut dice = Dice::new(10);
        for _ in 0..500 {
            let count = dice.below(3_000) as usize;
            let bytes = dice.bytes(count);
            let (digest, cuts) = hashed(&bytes, &mut dice);
            assert_eq!(digest, Digest::of(&bytes));
            assert!(cuts.iter().all(|cut| cut.prefix == Digest::of(&bytes[..cut.end_bytes as usize])));
        }
    }

    #[test]
    fn a_segment_of_tiny_boxes_is_not_remembered_beyond_the_limit() {
        let bytes = boxes(&[8; 4 * MARKS_LIMIT]);
        let (digest, cuts) = hashed(&bytes, &mut Dice::new(11));
        assert_eq!((digest, cuts.len()), (Digest::of(&bytes), MARKS_LIMIT));
    }

    #[test]
    fn ends_that_go_back_or_beyond_are_cut_where_they_can_be() {
        let bytes = [7; 100];
        let reading = SegmentReading::along(&[60, 20, 101, 30], &bytes, None);
        let cuts: Vec<_> = reading.cuts.iter().map(|cut| (cut.end_bytes, cut.prefix.clone())).collect();
        assert_eq!(cuts, [(60, Digest::of(&bytes[..60])), (20, Digest::of(&bytes[..20]))]);
    }
}
