//! What happens when units do not come as they should: each case ends as `lib.rs` says, and what is kept plays.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::sync::OnceLock;

use common::*;
use quanji_media::continuity::{Joint, TakeTimeline};
use quanji_media::limits::{PICTURE_MAX_BYTES, WRITER_MAX_BYTES};
use quanji_media::mp4_source::Mp4Source;
use quanji_media::nal::{NalFault, length_prefixed};
use quanji_media::playlist::{PlaylistSegment, PlaylistTake, playlist, segment_duration_us};
use quanji_media::{
    AccessUnit, ForcedBy, NalFraming, Output, Payload, PushProblem, Rotation, SegmentStart, TakeEnd, TakeFormat,
    TakeWriter, TrackKind, UnitFault, VideoFault, VideoFormat, read_segment,
};

/// 30 s of sound and picture at 25 a second, a key frame only at the start.
fn long_clip() -> &'static [u8] {
    static CLIP: OnceLock<Vec<u8>> = OnceLock::new();
    CLIP.get_or_init(|| both(30, "-g 9999 -sc_threshold 0 -bf 0", ""))
}

/// 12 s with a key frame each second.
fn clip() -> &'static [u8] {
    static CLIP: OnceLock<Vec<u8>> = OnceLock::new();
    CLIP.get_or_init(|| both(12, "-g 25 -bf 0", ""))
}

fn seconds(source: &Mp4Source<'_>, unit: &AccessUnit<'_>) -> f64 {
    let scale = source.format().timescale(unit.payload.track()).unwrap();
    unit.decode as f64 / f64::from(scale.get())
}

fn joints(recorded: &Recorded, track: TrackKind) -> Vec<Joint> {
    let (format, facts) = recorded.read_back();
    let mut timeline = TakeTimeline::new(&format);
    facts.iter().filter_map(|facts| timeline.join(facts).track(track)).collect()
}

#[test]
fn a_track_that_drops_out_and_returns_leaves_the_gap_it_states() {
    let source = Mp4Source::read(clip()).unwrap();
    let is_out = |unit: &AccessUnit<'_>| {
        unit.payload.track() == TrackKind::Sound && (3.0..7.0).contains(&seconds(&source, unit))
    };
    let recorded = record(source.format(), source.units().filter(|unit| !is_out(unit)));
    let [(lost_at, Output::TrackLost { track: TrackKind::Sound, since }), (_, back)] = &recorded.remarks[..] else {
        panic!("{:?}", recorded.remarks);
    };
    let Output::TrackBack { track: TrackKind::Sound, at, missing } = back else { panic!("{back:?}") };
    assert_eq!(since + missing, *at);
    // 188 units of 1024 samples begin in [3 s, 7 s).
    assert_eq!(*missing, 188 * 1024);
    // Told half a second after the last unit, not when the sound returns.
    let told_us = recorded.fragments[lost_at - 1].covers_us.1;
    assert!((3_400_000..3_700_000).contains(&told_us), "{told_us}");

    let sound: Vec<Joint> =
        joints(&recorded, TrackKind::Sound).into_iter().filter(|joint| *joint != Joint::Meets).collect();
    assert_eq!(sound, [Joint::Begins { at: 0 }, Joint::Gap { expected: *since, found: *at }]);
    assert!(joints(&recorded, TrackKind::Video).iter().skip(1).all(|joint| *joint == Joint::Meets));
    assert!(recorded.facts().iter().any(|facts| facts.sound.is_none()), "picture-only fragments in between");
    assert_eq!(decodes_silently_bytes(&recorded.file()), 300);
    assert_eq!(packets(&recorded.file(), TrackKind::Sound).len() as u64, source.samples(TrackKind::Sound) - 188);
}

#[test]
fn a_picture_that_drops_out_leaves_sound_only_segments() {
    let source = Mp4Source::read(long_clip()).unwrap();
    let is_out = |unit: &AccessUnit<'_>| unit.payload.track() == TrackKind::Video && seconds(&source, unit) >= 2.0;
    let recorded = record(source.format(), source.units().filter(|unit| !is_out(unit)));
    let starts: Vec<_> = recorded.fragments.iter().filter_map(|fragment| fragment.starts_segment).collect();
    assert_eq!(
        starts,
        [SegmentStart::TakeBegins, SegmentStart::SoundOnly, SegmentStart::SoundOnly, SegmentStart::SoundOnly]
    );
    assert!(matches!(recorded.remarks[..], [(_, Output::TrackLost { track: TrackKind::Video, since: 25_600 })]));
    assert_eq!(decodes_silently_bytes(&recorded.file()), 50);
}

#[test]
fn a_track_that_never_begins_is_told_lost() {
    let source = Mp4Source::read(clip()).unwrap();
    let pictures = source.units().filter(|unit| unit.payload.track() == TrackKind::Video);
    let recorded = record(source.format(), pictures);
    assert!(matches!(recorded.remarks[0], (_, Output::TrackLost { track: TrackKind::Sound, since: 0 })));
    assert_eq!(recorded.remarks.len(), 1);
    assert_eq!(decodes_silently_bytes(&recorded.file()), 300);
}

#[test]
fn without_a_key_frame_a_segment_is_cut_at_20_s_and_says_so() {
    let recorded = record_file(long_clip());
    let starts: Vec<_> = recorded.fragments.iter().filter_map(|f| Some((f.starts_segment?, f.covers_us.0))).collect();
    assert_eq!(starts[0].0, SegmentStart::TakeBegins);
    assert_eq!(starts[1].0, SegmentStart::ForcedWithoutKeyFrame(ForcedBy::Duration));
    assert!((19_500_000..=20_000_000).contains(&starts[1].1), "{starts:?}");
    assert_eq!(starts.len(), 2);
    // Asked at 8 s of the first segment, and of the second as soon as it began without.
    let asked: Vec<i64> = recorded
        .remarks
        .iter()
        .filter(|(_, remark)| *remark == Output::KeyFrameWanted)
        .map(|(before, _)| recorded.fragments[*before].covers_us.0)
        .collect();
    assert_eq!(asked.len(), 2);
    assert!((7_400_000..8_100_000).contains(&asked[0]), "{asked:?}");
    assert!(asked[1] >= starts[1].1, "{asked:?}");
    assert_eq!(decodes_silently_bytes(&recorded.file()), 750);
}

#[test]
fn a_take_that_begins_without_a_key_frame_asks_for_one_and_cuts_at_it() {
    let source = Mp4Source::read(clip()).unwrap();
    let units: Vec<_> = source
        .units()
        .filter(|unit| unit.payload.track() == TrackKind::Video && seconds(&source, unit) > 0.1)
        .collect();
    let recorded = record(source.format(), units.iter().copied());
    assert_eq!(recorded.remarks[0], (0, Output::KeyFrameWanted));
    assert!(!recorded.fragments[0].facts.video.unwrap().starts_with_key);
    let second = recorded.fragments.iter().find(|fragment| fragment.segment == 2).unwrap();
    assert_eq!(second.starts_segment, Some(SegmentStart::KeyFrame));
    // 22 pictures before the key frame at 1 s.
    assert_eq!(second.facts.video.unwrap().first_decode, 22 * 512);
    assert!(second.facts.video.unwrap().starts_with_key);
}

/// The unit with a NAL unit of filler (type 12) of `bytes` appended: a larger picture that shows the same.
fn fattened(unit: &AccessUnit<'_>, bytes: usize) -> Vec<u8> {
    let mut data = unit.payload.data().to_vec();
    data.extend_from_slice(&(bytes as u32).to_be_bytes());
    data.push(12);
    data.extend(std::iter::repeat_n(0xFF, bytes - 2));
    data.push(0x80);
    data
}

fn with_data<'a>(unit: &AccessUnit<'_>, data: &'a [u8]) -> AccessUnit<'a> {
    AccessUnit {
        payload: Payload::Picture { framing: NalFraming::LengthPrefixed, data },
        decode: unit.decode,
        present: unit.present,
    }
}

#[test]
fn huge_key_frames_close_fragments_and_segments_early() {
    let source = Mp4Source::read(clip()).unwrap();
    let pictures: Vec<_> = source.units().filter(|unit| unit.payload.track() == TrackKind::Video).collect();
    let mut writer = TakeWriter::open(source.format().clone());
    let mut outputs = Vec::new();
    let mut largest_held = 0;
    for unit in &pictures {
        let is_key = (unit.decode / 512) % 25 == 0;
        let data = if is_key { fattened(unit, 3 << 20) } else { unit.payload.data().to_vec() };
        outputs.extend(writer.push(&with_data(unit, &data)).unwrap());
        largest_held = largest_held.max(writer.held_bytes());
    }
    outputs.extend(writer.finish());
    let recorded = Recorded::of(outputs);
    assert!(largest_held <= WRITER_MAX_BYTES, "{largest_held}");
    // 3 MiB a second: two key frames reach 6 MiB, so every second one opens a segment.
    assert_eq!(recorded.segments.len(), 6);
    assert!(recorded.segments.iter().all(|segment| segment.len() < 7 << 20));
    assert_eq!(decodes_silently_bytes(&recorded.file()), 300);
    assert_eq!(recorded.read_back().1, recorded.facts());
}

#[test]
fn without_a_key_frame_a_segment_is_cut_at_16_mib_and_says_so() {
    let source = Mp4Source::read(long_clip()).unwrap();
    let pictures: Vec<_> = source.units().filter(|unit| unit.payload.track() == TrackKind::Video).take(200).collect();
    let mut writer = TakeWriter::open(source.format().clone());
    let mut outputs = Vec::new();
    for unit in &pictures {
        let data = fattened(unit, 200 << 10);
        outputs.extend(writer.push(&with_data(unit, &data)).unwrap());
    }
    outputs.extend(writer.finish());
    let recorded = Recorded::of(outputs);
    let starts: Vec<_> = recorded.fragments.iter().filter_map(|fragment| fragment.starts_segment).collect();
    let forced = SegmentStart::ForcedWithoutKeyFrame(ForcedBy::Bytes);
    assert_eq!(starts, [SegmentStart::TakeBegins, forced, forced]);
    for segment in &recorded.segments {
        assert!(segment.len() <= 16 << 20);
    }
    assert!(recorded.segments[0].len() > 13 << 20);
    assert!(recorded.fragments.iter().all(|fragment| fragment.bytes.len() < (2 << 20) + 16_384));
}

#[test]
fn a_unit_too_large_for_any_take_is_refused_and_the_take_goes_on() {
    let source = Mp4Source::read(clip()).unwrap();
    let pictures: Vec<_> = source.units().filter(|unit| unit.payload.track() == TrackKind::Video).take(50).collect();
    let mut writer = TakeWriter::open(source.format().clone());
    let mut outputs = Vec::new();
    for (number, unit) in pictures.iter().enumerate() {
        if number == 20 {
            let data = fattened(unit, PICTURE_MAX_BYTES);
            let found = data.len();
            assert_eq!(
                writer.push(&with_data(unit, &data)),
                Err(PushProblem::Unit(UnitFault::TooLarge {
                    track: TrackKind::Video,
                    limit: PICTURE_MAX_BYTES,
                    found
                }))
            );
        }
        outputs.extend(writer.push(unit).unwrap());
    }
    outputs.extend(writer.finish());
    assert_eq!(decodes_silently_bytes(&Recorded::of(outputs).file()), 50);
}

/// Stamps shifted from a decode time on.
fn shifted<'a>(source: &'a Mp4Source<'a>, from: f64, by_s: f64) -> impl Iterator<Item = AccessUnit<'a>> {
    source.units().map(move |unit| {
        let scale = source.format().timescale(unit.payload.track()).unwrap();
        let by = if seconds(source, &unit) >= from { (by_s * f64::from(scale.get())) as i64 } else { 0 };
        AccessUnit { decode: unit.decode + by, present: unit.present + by, ..unit }
    })
}

#[test]
fn stamps_that_jump_ahead_begin_a_new_take() {
    let source = Mp4Source::read(clip()).unwrap();
    let (takes, ends) = record_takes(source.format(), shifted(&source, 4.99, 60.0));
    assert!(
        matches!(ends[..], [TakeEnd::StampJumped { limit_us: 2_000_000, found_us: 60_000_000..=60_100_000, .. }]),
        "{ends:?}"
    );
    let frames: u64 = takes.iter().map(|take| decodes_silently_bytes(&take.file())).sum();
    assert_eq!(frames, 300);
    // The second take's clock begins 60 s later than the media goes on.
    let gap = takes[1].zero.us() - takes[0].zero.us();
    assert!((64_900_000..65_100_000).contains(&gap), "{gap}");
}

#[test]
fn stamps_that_go_back_begin_a_new_take() {
    let source = Mp4Source::read(clip()).unwrap();
    let (takes, ends) = record_takes(source.format(), shifted(&source, 5.0, -3.0));
    assert!(matches!(ends[..], [TakeEnd::StampWentBack { .. }]), "{ends:?}");
    assert_eq!(takes.iter().map(|take| decodes_silently_bytes(&take.file())).sum::<u64>(), 300);
}

#[test]
fn a_stall_below_the_jump_is_a_gap_within_the_take() {
    let source = Mp4Source::read(clip()).unwrap();
    let recorded = record(source.format(), shifted(&source, 5.0, 1.5));
    let tracks: Vec<_> = recorded
        .remarks
        .iter()
        .filter_map(|(_, remark)| match remark {
            Output::TrackLost { track, .. } => Some((*track, "lost")),
            Output::TrackBack { track, .. } => Some((*track, "back")),
            _ => None,
        })
        .collect();
    for track in TrackKind::ALL {
        assert!(tracks.contains(&(track, "lost")) && tracks.contains(&(track, "back")), "{tracks:?}");
        let gaps: Vec<_> = joints(&recorded, track).into_iter().filter(|j| matches!(j, Joint::Gap { .. })).collect();
        assert_eq!(gaps.len(), 1);
    }
    assert_eq!(decodes_silently_bytes(&recorded.file()), 300);
}

#[test]
fn one_stamp_twice_cannot_stand_in_a_take() {
    let source = Mp4Source::read(clip()).unwrap();
    let mut writer = TakeWriter::open(source.format().clone());
    let unit = source.units().next().unwrap();
    writer.push(&unit).unwrap();
    let held = writer.held_bytes();
    assert!(matches!(
        writer.push(&unit),
        Err(PushProblem::TakeMustEnd(TakeEnd::StampWentBack { last, found, .. })) if last == found
    ));
    assert_eq!(writer.held_bytes(), held, "a refused unit leaves the writer as it was");
}

/// A picture in Annex B framing with its parameter sets in front, as hardware delivers key frames.
fn annex_b(format: &VideoFormat, unit: &AccessUnit<'_>, with_sets: bool) -> Vec<u8> {
    let mut out = Vec::new();
    if with_sets {
        let sets = format.length_prefixed_sets();
        for set in length_prefixed(&sets) {
            out.extend_from_slice(&[0, 0, 0, 1]);
            out.extend_from_slice(&sets[set.unwrap()]);
        }
    }
    let data = unit.payload.data();
    for (number, nal) in length_prefixed(data).enumerate() {
        out.extend_from_slice(if number == 0 { &[0, 0, 0, 1] } else { &[0, 0, 1][..] });
        out.extend_from_slice(&data[nal.unwrap()]);
    }
    out
}

/// Pushes a file's pictures between start codes and between lengths; returns the codec configuration as hardware hands it over.
fn the_same_in_both_framings(clip: &[u8]) -> Vec<u8> {
    let source = Mp4Source::read(clip).unwrap();
    let framed: Vec<(AccessUnit<'_>, Vec<u8>)> = source
        .units()
        .map(|unit| match unit.payload.track() {
            TrackKind::Video => (unit, annex_b(source.format().video().unwrap(), &unit, false)),
            TrackKind::Sound => (unit, Vec::new()),
        })
        .collect();
    let units = framed.iter().map(|(unit, data)| match unit.payload {
        Payload::Picture { .. } => {
            AccessUnit { payload: Payload::Picture { framing: NalFraming::AnnexB, data }, ..*unit }
        }
        Payload::Aac(_) => *unit,
    });
    assert_eq!(record(source.format(), units).file(), record_file(clip).file());
    let key = source.units().find(|unit| unit.payload.track() == TrackKind::Video).unwrap();
    annex_b(source.format().video().unwrap(), &key, true)
}

#[test]
fn start_codes_and_lengths_give_the_same_bytes() {
    let configuration = the_same_in_both_framings(clip());
    let source = Mp4Source::read(clip()).unwrap();
    let video = source.format().video().unwrap();
    assert_eq!(&VideoFormat::h264_from_annex_b(&configuration, video.timescale()).unwrap(), video);
}

#[test]
fn start_codes_and_lengths_give_the_same_bytes_of_hevc() {
    let clip = both_hevc(3, "keyint=25:bframes=2", "");
    let configuration = the_same_in_both_framings(&clip);
    let source = Mp4Source::read(&clip).unwrap();
    let video = source.format().video().unwrap();
    assert_eq!(&VideoFormat::hevc_from_annex_b(&configuration, video.timescale()).unwrap(), video);
    assert!(matches!(
        VideoFormat::h264_from_annex_b(&configuration, video.timescale()),
        Err(VideoFault::SequenceSets { found: 0 })
    ));
}

#[test]
fn another_size_of_hevc_ends_the_take_and_says_both() {
    let small = ffmpeg(
        "-f lavfi -i testsrc2=s=160x90:r=25:d=1 -c:v libx265 -preset ultrafast -x265-params log-level=none:pools=1",
    );
    let large = both_hevc(1, "bframes=0", "");
    let (small, large) = (Mp4Source::read(&small).unwrap(), Mp4Source::read(&large).unwrap());
    let changed = TakeEnd::PictureSizeChanged { was: (320, 180), found: (160, 90) };
    assert_eq!(large.format().change_to(small.format()), Some(changed));
    // An encoder writes the same video set for both, so that the sequence set is the first that differs.
    let data = small.format().video().unwrap().length_prefixed_sets();
    let mut sets = length_prefixed(&data).map(|set| &data[set.unwrap()]);
    let sequence = sets.nth(1).unwrap();
    let key = small.units().next().unwrap();
    let picture = [&(sequence.len() as u32).to_be_bytes(), sequence, key.payload.data()].concat();
    let unit = AccessUnit { payload: Payload::Picture { framing: NalFraming::LengthPrefixed, data: &picture }, ..key };
    let mut writer = TakeWriter::open(large.format().clone());
    assert_eq!(writer.push(&unit), Err(PushProblem::TakeMustEnd(changed)));
}

#[test]
fn a_take_goes_from_hevc_to_h264_and_back_only_through_a_new_one() {
    let hevc = both_hevc(4, "keyint=25:bframes=0", "");
    let hevc = Mp4Source::read(&hevc).unwrap();
    let h264 = Mp4Source::read(clip()).unwrap();
    let changed = Some(TakeEnd::CodecChanged { track: TrackKind::Video });
    let silent =
        |source: &Mp4Source<'_>| TakeFormat::new(source.format().video().cloned(), None, Rotation::None).unwrap();
    let sized = |format: &TakeFormat| (format.video().unwrap().width(), format.video().unwrap().height());
    assert_eq!(sized(hevc.format()), sized(h264.format()), "only the codec differs");
    assert_eq!(silent(&hevc).change_to(&silent(&h264)), changed);
    assert_eq!(silent(&h264).change_to(&silent(&hevc)), changed);
}

#[test]
fn a_change_of_size_in_flight_ends_the_take_and_the_next_plays_on() {
    let small = ffmpeg(
        "-f lavfi -i testsrc2=s=160x90:r=25:d=4 -f lavfi -i sine=d=4 -c:v libx264 -threads 1 -g 25 -bf 0 -c:a aac -ar 48000",
    );
    let large = both(4, "-g 25 -bf 0", "");
    let (small, large) = (Mp4Source::read(&small).unwrap(), Mp4Source::read(&large).unwrap());
    assert_eq!(
        large.format().change_to(small.format()),
        Some(TakeEnd::PictureSizeChanged { was: (320, 180), found: (160, 90) })
    );
    let mut writer = TakeWriter::open(large.format().clone());
    let mut first = Vec::new();
    for unit in large.units() {
        first.extend(writer.push(&unit).unwrap());
    }
    // The encoder, set to another size, sends its new parameter sets with the key frame.
    let key = small.units().find(|unit| unit.payload.track() == TrackKind::Video).unwrap();
    let data = annex_b(small.format().video().unwrap(), &key, true);
    let later = AccessUnit {
        decode: 4 * 12_800,
        present: 4 * 12_800,
        payload: Payload::Picture { framing: NalFraming::AnnexB, data: &data },
    };
    assert_eq!(
        writer.push(&later),
        Err(PushProblem::TakeMustEnd(TakeEnd::PictureSizeChanged { was: (320, 180), found: (160, 90) }))
    );
    first.extend(writer.finish());
    let first = Recorded::of(first);
    let mut writer = TakeWriter::open_counting_on(small.format().clone(), first.zero.us());
    let mut second = Vec::new();
    for unit in small.units() {
        let by = 5 * i64::from(small.format().timescale(unit.payload.track()).unwrap().get());
        let unit = AccessUnit { decode: unit.decode + by, present: unit.present + by, ..unit };
        second.extend(writer.push(&unit).unwrap());
    }
    second.extend(writer.finish());
    let second = Recorded::of(second);
    assert_eq!(second.zero.us(), first.zero.us());
    assert_eq!(second.facts()[0].video.unwrap().first_decode, 5 * 12_800);
    assert_eq!(plays_as_hls(&[first, second]), 200);
}

#[test]
fn other_parameter_sets_of_the_same_size_are_a_change_of_codec() {
    let baseline = picture_only(1, "-profile:v baseline");
    let high = picture_only(1, "-profile:v high");
    let (baseline, high) = (Mp4Source::read(&baseline).unwrap(), Mp4Source::read(&high).unwrap());
    let changed = TakeEnd::CodecChanged { track: TrackKind::Video };
    assert_eq!(high.format().change_to(baseline.format()), Some(changed));
    let mut writer = TakeWriter::open(high.format().clone());
    let key = baseline.units().next().unwrap();
    let data = annex_b(baseline.format().video().unwrap(), &key, true);
    let unit = AccessUnit { payload: Payload::Picture { framing: NalFraming::AnnexB, data: &data }, ..key };
    assert_eq!(writer.push(&unit), Err(PushProblem::TakeMustEnd(changed)));
}

#[test]
fn a_turn_of_the_phone_is_a_change_of_format() {
    let source = Mp4Source::read(clip()).unwrap();
    let format = source.format();
    let turned = TakeFormat::new(format.video().cloned(), format.sound().cloned(), Rotation::Quarter).unwrap();
    assert_eq!(
        format.change_to(&turned),
        Some(TakeEnd::RotationChanged { was: Rotation::None, found: Rotation::Quarter })
    );
    assert_eq!(format.change_to(format), None);
}

#[test]
fn units_of_a_track_the_take_does_not_have_are_refused() {
    let source = Mp4Source::read(clip()).unwrap();
    let silent = TakeFormat::new(source.format().video().cloned(), None, Rotation::None).unwrap();
    let mut writer = TakeWriter::open(silent);
    let sound = source.units().find(|unit| unit.payload.track() == TrackKind::Sound).unwrap();
    assert_eq!(writer.push(&sound), Err(PushProblem::NotInTake { track: TrackKind::Sound }));
    let broken = AccessUnit {
        decode: 0,
        present: 0,
        payload: Payload::Picture { framing: NalFraming::LengthPrefixed, data: &[0, 0, 0, 9, 0x41] },
    };
    assert_eq!(
        writer.push(&broken),
        Err(PushProblem::Unit(UnitFault::Nal(NalFault::LengthBeyondUnit { at: 0, left: 1, found: 9 })))
    );
    assert!(writer.finish().is_empty(), "a take without units hands nothing out");
}

#[test]
fn a_stalled_encoder_keeps_nothing_back_once_time_has_passed() {
    let source = Mp4Source::read(clip()).unwrap();
    let mut writer = TakeWriter::open(source.format().clone());
    let mut outputs = Vec::new();
    for unit in source.units().take_while(|unit| seconds(&source, unit) < 2.1) {
        outputs.extend(writer.push(&unit).unwrap());
    }
    assert!(writer.time_passed(2_150_000).is_empty(), "nothing is due yet");
    let mut at = 2_150_000;
    while writer.held_bytes() > 0 {
        at += 50_000;
        outputs.extend(writer.time_passed(at));
    }
    assert!(at <= 2_100_000 + 600_000, "the last unit is out within 0.6 s: {at}");
    let lost = outputs.iter().filter(|output| matches!(output, Output::TrackLost { .. })).count();
    assert_eq!(lost, 2);
    // And when both come back the take goes on.
    for unit in source.units().filter(|unit| seconds(&source, unit) >= 3.5) {
        outputs.extend(writer.push(&unit).unwrap());
    }
    outputs.extend(writer.finish());
    let recorded = Recorded::of(outputs);
    assert_eq!(recorded.read_back().1, recorded.facts());
    // 53 pictures before 2.1 s, 212 from 3.52 s on.
    assert_eq!(decodes_silently_bytes(&recorded.file()), 53 + 212);
}

#[test]
fn every_sample_comes_back_byte_for_byte_and_key_frames_with_their_parameter_sets() {
    let source = Mp4Source::read(clip()).unwrap();
    let recorded = record_file(clip());
    let (format, _) = recorded.read_back();
    for track in TrackKind::ALL {
        let read: Vec<(u64, Vec<u8>)> = recorded
            .segments
            .iter()
            .flat_map(|segment| read_segment(&format, segment).map(Result::unwrap))
            .flat_map(|fragment| fragment.samples(track).map(|s| (s.decode, s.data.to_vec())).collect::<Vec<_>>())
            .collect();
        let first = source.units().find(|unit| unit.payload.track() == track).unwrap().decode;
        let sets = format.video().unwrap().length_prefixed_sets();
        let pushed: Vec<(u64, Vec<u8>)> = source
            .units()
            .filter(|unit| unit.payload.track() == track)
            .map(|unit| {
                // The clip has a key frame each 25 pictures; only what it lacks is put in front.
                let is_key = track == TrackKind::Video && (unit.decode / 512) % 25 == 0;
                let front = if is_key { sets.as_slice() } else { &[] };
                ((unit.decode - first) as u64, [front, unit.payload.data()].concat())
            })
            .collect();
        assert!(read == pushed, "{track:?}");
    }
}

/// Writes takes as HLS, plays them, returns the pictures decoded.
fn plays_as_hls(takes: &[Recorded]) -> u64 {
    let dir = tempfile::TempDir::new().unwrap();
    let mut list = Vec::new();
    for (take, recorded) in takes.iter().enumerate() {
        let init_uri = format!("{take}-init.mp4");
        write(dir.path(), &init_uri, &recorded.init);
        let covers = |segment: usize| {
            let mut of = recorded.fragments.iter().filter(move |f| f.segment as usize == segment + 1);
            let first = of.next().map(|f| f.covers_us)?;
            Some((first, of.next_back().map_or(first, |f| f.covers_us)))
        };
        let segments = recorded
            .segments
            .iter()
            .enumerate()
            .map(|(number, bytes)| {
                let uri = format!("{take}-{number}.m4s");
                write(dir.path(), &uri, bytes);
                let (first, last) = covers(number).unwrap();
                let next = covers(number + 1).map(|(next, _)| next.0);
                PlaylistSegment { uri, duration_us: segment_duration_us(first, last, next) }
            })
            .collect();
        list.push(PlaylistTake { init_uri, segments });
    }
    // At the level of warnings it says that it passes over the second map: the key frames carry what it needs.
    decodes_silently(&write(dir.path(), "index.m3u8", playlist(&list).unwrap().as_bytes()), "error")
}

#[test]
fn a_take_in_many_segments_plays_as_hls() {
    assert_eq!(plays_as_hls(&[record_file(long_clip())]), 750);
}

#[test]
fn takes_with_b_frames_play_on_as_hls() {
    let bytes = both(5, "-g 50 -bf 3", "");
    let source = Mp4Source::read(&bytes).unwrap();
    let first = record_file(&bytes);
    let mut writer = TakeWriter::open_counting_on(source.format().clone(), first.zero.us());
    let mut outputs = Vec::new();
    for unit in source.units() {
        let by = 8 * i64::from(source.format().timescale(unit.payload.track()).unwrap().get());
        outputs
            .extend(writer.push(&AccessUnit { decode: unit.decode + by, present: unit.present + by, ..unit }).unwrap());
    }
    outputs.extend(writer.finish());
    assert_eq!(plays_as_hls(&[first, Recorded::of(outputs)]), 250);
}
