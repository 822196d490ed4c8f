//! Source files that are not what the feeder takes end in a fault that says what they are.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use quanji_media::mp4_source::Mp4Source;
use quanji_media::{MediaFault, SoundFault, TrackKind, VideoFault};

fn fault_of(bytes: &[u8]) -> MediaFault {
    match Mp4Source::read(bytes) {
        Ok(_) => panic!("the file was taken"),
        Err(fault) => fault,
    }
}

#[test]
fn tables_in_front_or_behind_give_the_same_units() {
    let behind = both(2, "-bf 2", "");
    let front = remux(&behind, "-movflags +faststart");
    assert_ne!(behind, front);
    let (behind, front) = (Mp4Source::read(&behind).unwrap(), Mp4Source::read(&front).unwrap());
    assert!(behind.units().eq(front.units()));
    assert_eq!(behind.format(), front.format());
    assert_eq!(behind.samples(TrackKind::Video), 50);
}

#[test]
fn units_come_in_the_order_of_their_decode_times() {
    let bytes = both(3, "-bf 2", "");
    let source = Mp4Source::read(&bytes).unwrap();
    let mut last = f64::MIN;
    for unit in source.units() {
        let scale = source.format().timescale(unit.payload.track()).unwrap();
        let at = unit.decode as f64 / f64::from(scale.get());
        assert!(at >= last - 1e-9, "{at} after {last}");
        last = at;
    }
}

#[test]
fn a_fragmented_file_is_named_so() {
    let bytes = remux(&both(1, "", ""), "-movflags frag_keyframe+empty_moov");
    assert!(matches!(fault_of(&bytes), MediaFault::FragmentedSource { .. }));
}

#[test]
fn other_codecs_are_named() {
    let mpeg4 = ffmpeg("-f lavfi -i testsrc2=s=64x48:d=1 -c:v mpeg4");
    let MediaFault::Video { source, .. } = fault_of(&mpeg4) else { panic!("a picture's fault") };
    assert!(matches!(*source, VideoFault::UnsupportedCodec { found: [b'm', b'p', b'4', b'v'] }));
    let ac3 = ffmpeg("-f lavfi -i sine=d=1 -c:a ac3");
    let MediaFault::Sound { source, .. } = fault_of(&ac3) else { panic!("a sound's fault") };
    assert!(matches!(*source, SoundFault::UnsupportedCodec { found: [b'a', b'c', b'-', b'3'] }));
}

#[test]
fn a_file_cut_off_is_a_fault_wherever_it_is_cut() {
    let bytes = remux(&both(1, "", ""), "-movflags +faststart");
    let whole = Mp4Source::read(&bytes).unwrap().units().count();
    for end in (0..bytes.len()).step_by(101) {
        assert!(Mp4Source::read(&bytes[..end]).is_err(), "cut at {end} of {} with {whole} units", bytes.len());
    }
    let last = fault_of(&bytes[..bytes.len() - 1]);
    // The mdat box says more bytes than there are, or a sample ends outside.
    assert!(matches!(last, MediaFault::Truncated { .. } | MediaFault::SampleOutside { .. }), "{last}");
}

#[test]
fn what_is_no_mp4_is_a_fault() {
    assert!(matches!(fault_of(b""), MediaFault::MissingBox { at: 0, name: [b'm', b'o', b'o', b'v'] }));
    assert!(matches!(fault_of(b"RIFF....WAVEfmt "), MediaFault::Truncated { at: 0, .. }));
}

/// Writes a word at a distance from a box's name.
fn patched(bytes: &[u8], kind: &[u8; 4], distance: usize, word: u32) -> Vec<u8> {
    let at = bytes.windows(4).rposition(|window| window == kind).unwrap() + distance;
    let mut out = bytes.to_vec();
    out[at..at + 4].copy_from_slice(&word.to_be_bytes());
    out
}

#[test]
fn tables_that_disagree_are_a_fault_with_both_counts() {
    let bytes = picture_only(1, "");
    // One chunk of 25 samples, made one of 24.
    let short = fault_of(&patched(&bytes, b"stsc", 4 + 8 + 4, 24));
    assert!(matches!(short, MediaFault::Tables { what: "stsc", expected: 25, found: 24, .. }), "{short}");
    let times = fault_of(&patched(&bytes, b"stts", 4 + 8, 26));
    assert!(matches!(times, MediaFault::Tables { what: "stts", expected: 25, found: 26, .. }), "{times}");
}

#[test]
fn sound_that_counts_in_other_ticks_than_its_rate_is_a_fault() {
    let bytes = ffmpeg("-f lavfi -i sine=d=1 -c:a aac -ar 48000");
    let MediaFault::Sound { source, .. } = fault_of(&patched(&bytes, b"mdhd", 4 + 12, 44_100)) else { panic!("sound") };
    assert!(matches!(*source, SoundFault::TimescaleIsNotRate { timescale: 44_100, rate: 48_000 }), "{source}");
}
