//! Any bytes end in facts or in a typed fault: no panic, no memory beyond what the bytes are worth.
//! One test in a process of its own, so that its memory can be measured.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use quanji_media::mp4_source::Mp4Source;
use quanji_media::{TrackKind, read_init, read_segment};

const SEED: u64 = 0x5155_414e_4a49_0003;
const ROUNDS: usize = 10_000;
const MEMORY_MAX_KIB: u64 = 96 << 10;

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

fn mutate(bytes: &mut Vec<u8>, heads: &[usize], chance: &mut Chance) {
    for _ in 0..=chance.below(3) {
        // Mostly near the tables: payload is opaque to a reader.
        let at = match chance.below(4) {
            0 => chance.below(bytes.len()),
            _ => (heads[chance.below(heads.len())] + chance.below(120)).min(bytes.len().saturating_sub(1)),
        };
        if bytes.is_empty() {
            return;
        }
        match chance.below(8) {
            0 => bytes[at] ^= 1 << chance.below(8),
            1 => bytes[at] = chance.next() as u8,
            2 => bytes.truncate(at),
            3 => {
                let end = (at + chance.below(64)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + chance.below(64)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                bytes.splice(at..at, copy);
            }
            _ => {
                const WORDS: [u32; 8] = [0, 1, 7, 8, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x0100_0000];
                let word = WORDS[chance.below(WORDS.len())].to_be_bytes();
                let end = (at + 4).min(bytes.len());
                let length = end - at;
                bytes[at..end].copy_from_slice(&word[..length]);
            }
        }
    }
}

/// Places of box names: where structure is.
fn heads(bytes: &[u8]) -> Vec<usize> {
    const KINDS: [&[u8]; 21] = [
        b"ftyp", b"moov", b"moof", b"mfhd", b"traf", b"tfhd", b"tfdt", b"trun", b"mdat", b"tkhd", b"mdhd", b"avcC",
        b"esds", b"elst", b"stts", b"ctts", b"stsc", b"stsz", b"stco", b"stsd", b"hvcC",
    ];
    (4..bytes.len()).filter(|&at| KINDS.iter().any(|kind| bytes[at..].starts_with(kind))).map(|at| at - 4).collect()
}

/// Largest address space this process had, KiB.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmPeak:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn twenty_thousand_mutations_never_panic_and_never_allocate_wildly() {
    for codec in ["libx264 -threads 1 -bf 2", "libx265 -preset ultrafast -x265-params log-level=none:pools=1:bframes=2"]
    {
        mutations_are_taken_or_refused(&ffmpeg(&format!(
            "-f lavfi -i testsrc2=s=64x48:r=25:d=1 -f lavfi -i sine=d=1 -c:v {codec} -c:a aac -b:a 32k -movflags +faststart",
        )));
    }

    // Boxes nested a hundred thousand deep: a reader that recurses would end the process here.
    for kind in [b"moov", b"trak", b"stsd", b"meta"] {
        let mut nested = Vec::new();
        for depth in (1..=100_000u32).rev() {
            nested.extend_from_slice(&(depth * 8).to_be_bytes());
            nested.extend_from_slice(kind);
        }
        assert!(Mp4Source::read(&nested).is_err());
        assert!(read_init(&nested[..65_536]).is_err());
    }
}

fn mutations_are_taken_or_refused(source: &[u8]) {
    let recorded = record_file(source);
    let (format, _) = recorded.read_back();
    let segment = recorded.segments.concat();
    let (init_heads, segment_heads, source_heads) = (heads(&recorded.init), heads(&segment), heads(source));
    let mut chance = Chance(SEED);
    let before = peak_kib();
    let mut refused = [0usize; 3];
    for _ in 0..ROUNDS {
        let mut init = recorded.init.clone();
        mutate(&mut init, &init_heads, &mut chance);
        refused[0] += usize::from(read_init(&init).is_err());

        let mut bytes = segment.clone();
        mutate(&mut bytes, &segment_heads, &mut chance);
        let mut fragments = 0;
        for read in read_segment(&format, &bytes) {
            match read {
                Ok(read) => {
                    fragments += 1;
                    let seen: usize = TrackKind::ALL.map(|track| read.samples(track).count()).iter().sum();
                    assert!(seen > 0);
                }
                Err(fault) => {
                    refused[1] += 1;
                    assert!(!fault.to_string().is_empty());
                }
            }
        }
        assert!(fragments <= bytes.len() / 100);

        let mut file = source.to_vec();
        mutate(&mut file, &source_heads, &mut chance);
        match Mp4Source::read(&file) {
            Ok(read) => assert!(read.units().take(100_000).count() < 100_000),
            Err(_) => refused[2] += 1,
        }
    }
    let grown = peak_kib() - before;
    println!(
        "refused of {ROUNDS}: init {}, segment {}, source {}; grew by {grown} KiB",
        refused[0], refused[1], refused[2]
    );
    assert!(refused.iter().all(|&refused| refused > ROUNDS / 4), "the mutations must bite: {refused:?}");
    assert!(grown < MEMORY_MAX_KIB, "{grown} KiB");
}
