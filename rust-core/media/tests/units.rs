//! Rules of the writer that need no encoder: invented pictures with real parameter sets.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "common/synthetic.rs"]
mod synthetic;

use quanji_media::limits::{FRAGMENT_MAX_SAMPLES, STAMP_MAX};
use quanji_media::{
    AccessUnit, Fragment, NalFraming, Output, Payload, PushProblem, SegmentStart, TakeEnd, TakeWriter, TrackKind,
    UnitFault, read_fragment,
};
use synthetic::*;

fn fragments(outputs: Vec<Output>) -> Vec<Fragment> {
    outputs
        .into_iter()
        .filter_map(|output| match output {
            Output::Fragment(fragment) => Some(*fragment),
            _ => None,
        })
        .collect()
}

#[test]
fn an_adts_header_an_empty_unit_and_a_stamp_beyond_json_are_refused() {
    let mut writer = TakeWriter::open(format());
    let adts = [0xFF, 0xF1, 0x50, 0x80, 0, 0, 0];
    assert_eq!(writer.push(&sound_unit(0, &adts)), Err(PushProblem::Unit(UnitFault::Adts)));
    let empty = UnitFault::Empty { track: TrackKind::Sound };
    assert_eq!(writer.push(&sound_unit(0, &[])), Err(PushProblem::Unit(empty)));
    let late = UnitFault::Stamp { found: STAMP_MAX + 1 };
    assert_eq!(writer.push(&sound_unit(STAMP_MAX + 1, &[1])), Err(PushProblem::Unit(late)));
    let early = UnitFault::Stamp { found: i64::MIN };
    assert_eq!(writer.push(&sound_unit(i64::MIN, &[1])), Err(PushProblem::Unit(early)));
    let data = picture(true, 9);
    writer.push(&video_unit(0, &data)).unwrap();
    let far = AccessUnit { present: 1 << 40, ..video_unit(3600, &data) };
    assert_eq!(
        writer.push(&far),
        Err(PushProblem::Unit(UnitFault::Composition { limit: i32::MAX.into(), found: (1 << 40) - 3600 }))
    );
    assert_eq!(writer.held_bytes(), data.len() + 4 + SPS.len() + 4 + PPS.len());
}

#[test]
fn stamps_at_the_edge_of_what_is_allowed_do_not_overflow() {
    for start in [-STAMP_MAX, STAMP_MAX - 7200] {
        let mut writer = TakeWriter::open(format());
        let data = picture(true, 9);
        let mut outputs = writer.push(&video_unit(start, &data)).unwrap();
        outputs.extend(writer.push(&video_unit(start + 3600, &data)).unwrap());
        outputs.extend(writer.time_passed(i64::MAX));
        outputs.extend(writer.finish());
        let video = fragments(outputs)[0].facts.video.unwrap();
        assert_eq!((video.first_decode, video.duration), (0, 7200));
    }
}

#[test]
fn a_first_unit_older_than_the_take_begins_a_new_one() {
    let mut writer = TakeWriter::open(format());
    let data = picture(true, 9);
    for number in 0..14 {
        writer.push(&video_unit(900_000 + number * 3600, &data)).unwrap();
    }
    // 10 s is where the take began; the sound says 9.5 s.
    let old = sound_unit(456_000, &[1, 2]);
    assert_eq!(
        writer.push(&old),
        Err(PushProblem::TakeMustEnd(TakeEnd::BeforeTheTake { track: TrackKind::Sound, found_us: 500_000 }))
    );
    let mut next = TakeWriter::open(format());
    next.push(&old).unwrap();
    next.push(&video_unit(900_000 + 14 * 3600, &data)).unwrap();
}

/// Pictures 40 ms apart, the last two 400 ms; then only sound, until the picture is told lost.
fn picture_lost(writer: &mut TakeWriter, data: &[u8]) -> Vec<Output> {
    let mut outputs = Vec::new();
    for at_ms in [0, 40, 80, 480, 880] {
        outputs.extend(writer.push(&video_unit(at_ms * 90, data)).unwrap());
    }
    for number in 0..70i64 {
        outputs.extend(writer.push(&sound_unit(number * 1024, &[1])).unwrap());
    }
    assert!(outputs.iter().any(|output| matches!(output, Output::TrackLost { track: TrackKind::Video, .. })));
    outputs
}

#[test]
fn a_picture_told_lost_that_was_only_late_does_not_overlap_its_last() {
    let mut writer = TakeWriter::open(format());
    let data = picture(true, 9);
    picture_lost(&mut writer, &data);
    // 50 ms after the last one: its duration was never more than the shortest step, 40 ms.
    let outputs = writer.push(&video_unit(930 * 90, &data)).unwrap();
    assert_eq!(outputs[..], [Output::TrackBack { track: TrackKind::Video, at: 930 * 90, missing: 10 * 90 }]);
}

#[test]
fn a_lost_track_cannot_come_back_before_its_end() {
    let mut writer = TakeWriter::open(format());
    let data = picture(true, 9);
    picture_lost(&mut writer, &data);
    assert_eq!(
        writer.push(&video_unit(919 * 90, &data)),
        Err(PushProblem::TakeMustEnd(TakeEnd::StampWentBack {
            track: TrackKind::Video,
            last: 920 * 90,
            found: 919 * 90
        }))
    );
}

#[test]
fn a_fragment_never_has_more_samples_than_readers_take() {
    let mut writer = TakeWriter::open(format());
    let (key, other) = (picture(true, 5), picture(false, 5));
    let mut outputs = Vec::new();
    // 10,000 pictures a second.
    for number in 0..2_000i64 {
        outputs.extend(writer.push(&video_unit(number * 9, if number == 0 { &key } else { &other })).unwrap());
    }
    outputs.extend(writer.finish());
    let fragments = fragments(outputs);
    let format = format();
    let mut seen = 0;
    for fragment in &fragments {
        let facts = read_fragment(&format, &fragment.bytes).unwrap().facts;
        assert!(facts.video.unwrap().samples as usize <= FRAGMENT_MAX_SAMPLES);
        seen += facts.video.unwrap().samples;
    }
    assert_eq!(seen, 2_000);
}

#[test]
fn a_key_frame_that_waits_while_sound_closes_a_fragment_opens_the_segment_with_the_next() {
    let mut writer = TakeWriter::open(format());
    let (key, other) = (picture(true, 5), picture(false, 5));
    let mut outputs = Vec::new();
    let mut sounds = 0i64;
    // Pictures each 495 ms: sound fills its half second while the key frame still waits for its successor.
    for number in 0..25i64 {
        while sounds * 1024 * 1000 < number * 495 * 48_000 {
            outputs.extend(writer.push(&sound_unit(sounds * 1024 - 1024, &[7, 7])).unwrap());
            sounds += 1;
        }
        let data = if number == 0 || number == 18 { &key } else { &other };
        outputs.extend(writer.push(&video_unit(number * 495 * 90, data)).unwrap());
    }
    outputs.extend(writer.finish());
    let fragments = fragments(outputs);
    let starts: Vec<_> = fragments.iter().filter(|fragment| fragment.starts_segment.is_some()).collect();
    assert_eq!(starts.len(), 2);
    assert_eq!(starts[1].starts_segment, Some(SegmentStart::KeyFrame));
    let video = starts[1].facts.video.unwrap();
    assert_eq!((video.first_decode, video.starts_with_key), (18 * 495 * 90, true));
    let before = fragments.iter().rev().find(|fragment| fragment.segment == 1).unwrap();
    assert!(before.facts.video.is_none(), "the sound that closed first stays in the segment before");
}

#[test]
fn key_frames_one_after_another_open_one_segment_each_eight_seconds() {
    let mut writer = TakeWriter::open(format());
    let data = picture(true, 5);
    let mut outputs = Vec::new();
    for number in 0..20 * 25i64 {
        outputs.extend(writer.push(&video_unit(number * 3600, &data)).unwrap());
    }
    outputs.extend(writer.finish());
    assert!(!outputs.contains(&Output::KeyFrameWanted));
    let starts: Vec<u64> = fragments(outputs)
        .iter()
        .filter(|fragment| fragment.starts_segment.is_some())
        .map(|fragment| fragment.facts.video.unwrap().first_decode / 90_000)
        .collect();
    assert_eq!(starts, [0, 8, 16]);
}

#[test]
fn parameter_sets_go_behind_an_access_unit_delimiter() {
    let delimiter = [0, 0, 0, 2, 9, 0xF0];
    let slice = picture(true, 3);
    let prefixed = [&delimiter[..], &slice].concat();
    let annex_b = [&[0, 0, 0, 1, 9, 0xF0, 0, 0, 0, 1][..], &slice[4..]].concat();
    let format = format();
    let sets = format.video().unwrap().length_prefixed_sets();
    let expected = [&delimiter[..], &sets, &slice].concat();
    for (framing, data) in [(NalFraming::LengthPrefixed, &prefixed), (NalFraming::AnnexB, &annex_b)] {
        let mut writer = TakeWriter::open(format.clone());
        let unit = AccessUnit { decode: 0, present: 0, payload: Payload::Picture { framing, data } };
        let mut outputs = writer.push(&unit).unwrap();
        outputs.extend(writer.finish());
        let fragments = fragments(outputs);
        let read = read_fragment(&format, &fragments[0].bytes).unwrap();
        let samples: Vec<&[u8]> = read.samples(TrackKind::Video).map(|sample| sample.data).collect();
        assert_eq!(samples, [&expected[..]], "{framing:?}");
    }
}

#[test]
fn two_hours_hold_no_more_than_half_a_second() {
    let mut writer = TakeWriter::open(format());
    let (key, other) = (picture(true, 40), picture(false, 20));
    let (mut largest, mut sounds, mut last_end) = (0, 0i64, [0u64; 2]);
    for number in 0..2 * 3600 * 25i64 {
        let mut outputs = Vec::new();
        while sounds * 1024 * 25 < number * 48_000 {
            outputs.extend(writer.push(&sound_unit(sounds * 1024, &[1, 2, 3, 4])).unwrap());
            sounds += 1;
        }
        outputs.extend(writer.push(&video_unit(number * 3600, if number % 50 == 0 { &key } else { &other })).unwrap());
        largest = largest.max(writer.held_bytes());
        for fragment in fragments(outputs) {
            for (track, end) in TrackKind::ALL.into_iter().zip(&mut last_end) {
                if let Some(run) = fragment.facts.track(track) {
                    assert!(run.first_decode == *end || *end == 0, "decode times meet exactly");
                    *end = run.end();
                }
            }
            writer.recycle(fragment.bytes);
        }
    }
    assert!(largest < 1_000, "{largest} bytes held");
    assert!(last_end[0] >= 2 * 3600 * 90_000 - 45_000);
}
