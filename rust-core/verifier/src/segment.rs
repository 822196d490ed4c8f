//! One segment file, read once: the digest of its first bytes up to every fragment's end, and what each fragment's boxes say.
//!
//! Where fragments end is not known while the journal is still being read on the other core. So the reading walks the
//! boxes itself and marks each end of an `mdat`; the claims are compared afterwards. Only claims that cut elsewhere make a second
//! reading necessary, along their own cuts.

use quanji_evidence::Digest;
use quanji_media::{FragmentFacts, TakeFormat, read_fragment};
use sha2::{Digest as _, Sha256};

/// More ends than this are not marked: an honest segment has some forty, and a hostile one must not fill the memory with them.
const MARKS_LIMIT: usize = 256;
const BOX_HEAD_BYTES: usize = 8;

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
    pub(crate) fn between(cuts: Vec<Cut>, bytes: &[u8], format: Option<&TakeFormat>) -> SegmentReading {
        let mut reading = SegmentReading { fragments: Vec::with_capacity(cuts.len()), cuts, fault: None };
        let Some(format) = format else { return reading };
        let mut start = 0;
        for cut in &reading.cuts {
            let end = usize::try_from(cut.end_bytes).unwrap_or(usize::MAX);
            let Some(piece) = bytes.get(start..end) else {
                reading.fault = Some(format!("a fragment from byte {start} to byte {end}"));
                break;
            };
            match read_fragment(format, piece) {
                Ok(fragment) => reading.fragments.push(fragment.facts),
                Err(fault) => {
                    reading.fault = Some(format!("in the fragment from byte {start}: {fault}"));
                    break;
                }
            }
            start = end;
        }
        reading
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

/// Hashes a segment as it comes, marking where fragments end.
#[derive(Debug)]
pub(crate) struct SegmentHasher {
    running: Sha256,
    hashed: usize,
    /// Where the next box begins; `None` once the boxes make no sense or are too many.
    next_box: Option<usize>,
    /// Where the `mdat` ends whose head was seen.
    mark: Option<usize>,
    cuts: Vec<Cut>,
}

impl SegmentHasher {
    pub(crate) fn new() -> SegmentHasher {
        SegmentHasher { running: Sha256::new(), hashed: 0, next_box: Some(0), mark: None, cuts: Vec::new() }
    }

    /// Takes all bytes there are so far.
    pub(crate) fn see(&mut self, so_far: &[u8]) {
        loop {
            if let Some(mark) = self.mark {
                self.hash_to(so_far, mark.min(so_far.len()));
                if self.hashed < mark {
                    return;
                }
                let prefix = Digest::from_sha256(self.running.clone().finalize().into());
                self.cuts.push(Cut { end_bytes: mark as u64, prefix });
                self.mark = None;
                if self.cuts.len() == MARKS_LIMIT {
                    self.next_box = None;
                }
            }
            let Some(place) = self.next_box else { break };
            let Some((size, is_mdat)) = so_far.get(place..).and_then(box_head) else { break };
            if size < BOX_HEAD_BYTES {
                self.next_box = None;
                break;
            }
            let end = place.saturating_add(size);
            self.next_box = Some(end);
            self.mark = is_mdat.then_some(end);
        }
        self.hash_to(so_far, so_far.len());
    }

    /// The digest of everything, and the cuts.
    pub(crate) fn finish(self) -> (Digest, Vec<Cut>) {
        (Digest::from_sha256(self.running.finalize().into()), self.cuts)
    }

    fn hash_to(&mut self, so_far: &[u8], end: usize) {
        if let Some(piece) = so_far.get(self.hashed..end) {
            self.running.update(piece);
            self.hashed = end;
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

    /// What the hasher says of bytes that come in pieces of chance.
    fn hashed(bytes: &[u8], dice: &mut Dice) -> (Digest, Vec<Cut>) {
        let (mut hasher, mut come) = (SegmentHasher::new(), 0);
        while come < bytes.len() {
            come = (come + 1 + dice.below(700) as usize).min(bytes.len());
            hasher.see(&bytes[..come]);
        }
        hasher.finish()
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
