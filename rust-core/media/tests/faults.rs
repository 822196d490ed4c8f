//! Every guard of the reader, tried by breaking what it guards.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "common/synthetic.rs"]
mod synthetic;

use quanji_media::nal::NalFault;
use quanji_media::{
    FragmentFacts, MediaFault, Output, TakeWriter, TrackKind, read_fragment, read_init, read_segment, write_init,
};
use synthetic::*;

/// One fragment: two pictures, two units of sound, as the writer makes it.
fn fragment() -> (Vec<u8>, FragmentFacts) {
    let mut writer = TakeWriter::open(format());
    let (key, other) = (picture(true, 40), picture(false, 20));
    let mut outputs = writer.push(&video_unit(0, &key)).unwrap();
    outputs.extend(writer.push(&sound_unit(0, &[1, 2, 3])).unwrap());
    outputs.extend(writer.push(&sound_unit(1024, &[4, 5])).unwrap());
    outputs.extend(writer.push(&video_unit(3600, &other)).unwrap());
    outputs.extend(writer.finish());
    outputs
        .into_iter()
        .find_map(|output| match output {
            Output::Fragment(fragment) => Some((fragment.bytes.to_vec(), fragment.facts)),
            _ => None,
        })
        .unwrap()
}

// Places in that fragment.
const MFHD: usize = 8;
const VIDEO: usize = 24;
const TFHD: usize = VIDEO + 8;
const TFDT: usize = TFHD + 16;
const TRUN: usize = TFDT + 20;
const ENTRY: usize = TRUN + 20;
const SOUND: usize = VIDEO + 8 + 16 + 20 + 20 + 2 * 16;
const MDAT: usize = 24 + 2 * (SOUND - VIDEO);

fn put(bytes: &mut [u8], at: usize, word: u32) {
    bytes[at..at + 4].copy_from_slice(&word.to_be_bytes());
}

fn fault_of(change: impl FnOnce(&mut Vec<u8>)) -> MediaFault {
    let (mut bytes, _) = fragment();
    change(&mut bytes);
    let format = format();
    match read_fragment(&format, &bytes) {
        Ok(_) => panic!("the change went unseen"),
        Err(fault) => fault,
    }
}

#[test]
fn the_unbroken_fragment_reads_as_written() {
    let (bytes, facts) = fragment();
    let format = format();
    let read = read_fragment(&format, &bytes).unwrap();
    assert_eq!(read.facts, facts);
    assert_eq!(&bytes[MDAT + 4..MDAT + 8], b"mdat", "the places of this file");
    assert_eq!(
        read.samples(TrackKind::Sound).map(|sample| sample.data).collect::<Vec<_>>(),
        [&[1u8, 2, 3][..], &[4, 5]]
    );
}

#[test]
fn boxes_of_another_kind_size_or_flags_are_faults_with_their_place() {
    assert!(matches!(
        fault_of(|bytes| bytes[4] = b'x'),
        MediaFault::UnexpectedBox { at: 0, expected: [b'm', b'o', b'o', b'f'], .. }
    ));
    assert!(matches!(
        fault_of(|bytes| bytes[MDAT + 4] = b'x'),
        MediaFault::UnexpectedBox { at, expected: [b'm', b'd', b'a', b't'], .. } if at == MDAT as u64
    ));
    assert!(matches!(
        fault_of(|bytes| put(bytes, MFHD + 8, 1)),
        MediaFault::VersionAndFlags { at: 16, expected: 0, found: 1, .. }
    ));
    assert!(matches!(
        fault_of(|bytes| put(bytes, TFHD + 8, 0)),
        MediaFault::VersionAndFlags { expected: 0x2_0000, found: 0, .. }
    ));
    assert!(matches!(
        fault_of(|bytes| put(bytes, TFDT + 8, 0)),
        MediaFault::VersionAndFlags { expected: 0x100_0000, found: 0, .. }
    ));
    assert!(matches!(
        fault_of(|bytes| put(bytes, TRUN + 8, 0x0f01)),
        MediaFault::VersionAndFlags { expected: 0x100_0F01, found: 0xF01, .. }
    ));
    assert!(matches!(
        fault_of(|bytes| put(bytes, TFHD, 20)),
        MediaFault::BoxSize { at, expected: 16, found: 20, .. } if at == TFHD as u64
    ));
    assert!(matches!(fault_of(|bytes| put(bytes, TFHD, 4)), MediaFault::BoxSize { expected: 8, found: 4, .. }));
    assert!(matches!(fault_of(|bytes| put(bytes, VIDEO, 1 << 30)), MediaFault::Truncated { needed: 0x4000_0000, .. }));
    // The same mdat, its size written as "to the end".
    assert!(matches!(fault_of(|bytes| put(bytes, MDAT, 0)), MediaFault::BoxSize { found: 0, .. }));
}

#[test]
fn tracks_in_another_order_twice_or_unknown_are_faults() {
    let track = |id| fault_of(move |bytes| put(bytes, TFHD + 12, id));
    assert!(matches!(track(9), MediaFault::Track { expected: Some(1), found: 9, .. }));
    // Pictures passed off as sound: sound has no unit that depends on another.
    assert!(matches!(track(2), MediaFault::SampleFlags { expected: 0x200_0000, found: 0x101_0000, .. }));
    let twice = fault_of(|bytes| put(bytes, SOUND + 8 + 12, 1));
    assert!(matches!(twice, MediaFault::Track { expected: Some(2), found: 1, .. }));
}

#[test]
fn sample_tables_that_lie_are_faults() {
    let count = |n| fault_of(move |bytes| put(bytes, TRUN + 12, n));
    assert!(matches!(count(0), MediaFault::NoSamples { .. }));
    assert!(matches!(count(3), MediaFault::BoxSize { expected: 68, found: 52, .. }));
    assert!(matches!(count(u32::MAX), MediaFault::TooManySamples { limit: 512, found: 0xFFFF_FFFF, .. }));
    assert!(matches!(
        fault_of(|bytes| put(bytes, TRUN + 16, 4)),
        MediaFault::DataOffset { expected, found: 4, .. } if expected == MDAT as u64 + 8
    ));
    assert!(matches!(fault_of(|bytes| put(bytes, TRUN + 16, u32::MAX)), MediaFault::DataOffset { found: -1, .. }));
    assert!(matches!(fault_of(|bytes| put(bytes, ENTRY, 0)), MediaFault::NoDuration { at } if at == ENTRY as u64));
    assert!(matches!(
        fault_of(|bytes| put(bytes, ENTRY + 4, 0)),
        MediaFault::SampleSize { track: TrackKind::Video, found: 0, .. }
    ));
    assert!(matches!(
        fault_of(|bytes| put(bytes, ENTRY + 4, 9 << 20)),
        MediaFault::SampleSize { track: TrackKind::Video, limit: 0x80_0000, found: 0x90_0000, .. }
    ));
    assert!(matches!(fault_of(|bytes| put(bytes, ENTRY + 4, 4000)), MediaFault::PayloadSize { .. }));
    assert!(matches!(
        fault_of(|bytes| put(bytes, TFDT + 12, u32::MAX)),
        MediaFault::DecodeTime { limit: 0x40_0000_0000_0000, .. }
    ));
}

#[test]
fn bytes_that_no_sample_claims_are_a_fault() {
    let fault = fault_of(|bytes| {
        bytes.push(0);
        let size = (bytes.len() - MDAT) as u32;
        put(bytes, MDAT, size);
    });
    let MediaFault::PayloadSize { at, expected, found } = fault else { panic!("{fault}") };
    assert_eq!((at, found), (MDAT as u64, expected + 1));
    let trailing = fault_of(|bytes| bytes.extend_from_slice(&[0, 0, 0, 8, b'f', b'r', b'e', b'e']));
    assert!(matches!(trailing, MediaFault::SurplusBox { found: [b'f', b'r', b'e', b'e'], .. }));
}

#[test]
fn a_key_flag_must_be_what_the_picture_is() {
    assert!(matches!(
        fault_of(|bytes| put(bytes, ENTRY + 8, 0x0101_0000)),
        MediaFault::SampleFlags { expected: 0x200_0000, found: 0x101_0000, .. }
    ));
    assert!(matches!(
        fault_of(|bytes| put(bytes, ENTRY + 16 + 8, 0x0200_0000)),
        MediaFault::SampleFlags { expected: 0x101_0000, found: 0x200_0000, .. }
    ));
}

#[test]
fn a_picture_whose_units_do_not_fill_it_is_a_fault() {
    // The first picture: its parameter sets, then a slice of 41 bytes.
    let slice = MDAT + 8 + 4 + SPS.len() + 4 + PPS.len();
    let lie = fault_of(|bytes| put(bytes, slice, 42));
    assert!(matches!(
        lie,
        MediaFault::Picture { sample: 0, source: NalFault::LengthBeyondUnit { left: 41, found: 42, .. }, .. }
    ));
    let short = fault_of(|bytes| put(bytes, slice, 39));
    assert!(matches!(short, MediaFault::Picture { source: NalFault::LengthCut { left: 2, .. }, .. }));
}

#[test]
fn a_parameter_set_in_the_stream_that_is_not_the_takes_is_a_fault() {
    let fault = fault_of(|bytes| bytes[MDAT + 8 + 4 + 10] ^= 1);
    assert!(matches!(fault, MediaFault::Picture { sample: 0, source: NalFault::ParameterSet { at: 4, .. }, .. }));
}

#[test]
fn a_segment_cut_anywhere_is_a_fault_or_whole_fragments() {
    let (bytes, facts) = fragment();
    let two = [bytes.clone(), bytes.clone()].concat();
    let format = format();
    for end in 0..two.len() {
        let read: Vec<_> = read_segment(&format, &two[..end]).collect();
        let whole = read.iter().filter(|read| read.is_ok()).count();
        assert_eq!(whole, end / facts.bytes as usize);
        assert_eq!(read.len() - whole, usize::from(end % facts.bytes as usize != 0));
    }
}

#[test]
fn every_byte_of_an_init_segment_counts() {
    let init = write_init(&format());
    assert_eq!(read_init(&init).unwrap(), format());
    let mut unseen = Vec::new();
    for at in 0..init.len() {
        for bit in 0..8 {
            let mut changed = init.clone();
            changed[at] ^= 1 << bit;
            if let Ok(read) = read_init(&changed) {
                // A byte that states the format may state another one, never the same.
                if read == format() {
                    unseen.push((at, bit));
                }
            }
        }
    }
    assert_eq!(unseen, []);
    for end in 0..init.len() {
        assert!(read_init(&init[..end]).is_err());
    }
    let longer = [init.clone(), vec![0, 0, 0, 8, b'f', b'r', b'e', b'e']].concat();
    assert!(matches!(read_init(&longer), Err(MediaFault::SurplusBox { .. })));
    assert!(matches!(read_init(&vec![0; 65_537]), Err(MediaFault::InitTooLarge { limit: 65_536, found: 65_537 })));
}
