//! What others find in a take: ffprobe's packets are the source's, ffmpeg decodes every frame without a word.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use quanji_media::continuity::{Joint, TakeTimeline};
use quanji_media::mp4_source::Mp4Source;
use quanji_media::{SegmentStart, TakeFormat, TrackKind};

/// Everything that holds for any recording without a loss.
fn stands(source: &[u8]) -> Recorded {
    stands_and(source, true)
}

/// `adds_sets` where the source's key frames have no parameter sets of their own.
fn stands_and(source: &[u8], adds_sets: bool) -> Recorded {
    let recorded = record_file(source);
    let file = recorded.file();
    let read = Mp4Source::read(source).unwrap();
    for track in TrackKind::ALL {
        if read.samples(track) == 0 {
            continue;
        }
        let (ours, mut theirs) = (packets(&file, track), packets(source, track));
        if track == TrackKind::Video && adds_sets {
            let sets = read.format().video().unwrap().length_prefixed_sets().len() as u64;
            for packet in theirs.iter_mut().filter(|packet| packet.is_key) {
                packet.size += sets;
            }
        }
        assert_eq!(from_first(&ours), from_first(&theirs), "{track:?} packets");
        assert_eq!(ours.len() as u64, read.samples(track));
    }
    assert_eq!(decodes_silently_bytes(&file), read.samples(TrackKind::Video), "decoded frames = frames pushed");

    let (format, facts) = recorded.read_back();
    assert_eq!(&format, read.format());
    assert_eq!(facts, recorded.facts());
    let mut timeline = TakeTimeline::new(&format);
    for facts in &facts {
        let joined = timeline.join(facts);
        assert_eq!(joined.sequence_fault, None);
        for track in TrackKind::ALL {
            assert!(matches!(joined.track(track), None | Some(Joint::Begins { .. } | Joint::Meets)), "{joined:?}");
        }
        for (track, run) in TrackKind::ALL.map(|track| (track, facts.track(track))) {
            let (Some(run), Some(scale)) = (run, format.timescale(track)) else { continue };
            assert!(!quanji_media::continuity::is_longer_than_a_fragment(scale, run), "{run:?}");
        }
    }
    assert_eq!(timeline.begins_us(), Some(0));
    assert!(recorded.remarks.iter().all(|(_, remark)| matches!(remark, quanji_media::Output::KeyFrameWanted)));
    recorded
}

/// Microseconds from the first picture shown to the first packet of sound, priming included, as ffprobe sees it.
fn sound_after_picture_us(bytes: &[u8], format: &TakeFormat) -> i64 {
    let first = |track| {
        let first = packets(bytes, track).iter().map(|packet| packet.pts).min().unwrap();
        format.timescale(track).unwrap().us(first)
    };
    first(TrackKind::Sound) - first(TrackKind::Video)
}

#[test]
fn sound_and_picture_are_the_sources_packet_for_packet() {
    let source = both(10, "-g 50 -bf 0", "");
    let recorded = stands(&source);
    assert_eq!(recorded.remarks, [], "a key frame came in time: none is asked for");
    assert_eq!(recorded.segments.len(), 2, "a key frame at 8 s opens the second segment");
    assert_eq!(recorded.fragments[0].starts_segment, Some(SegmentStart::TakeBegins));
    let second = recorded.fragments.iter().find(|fragment| fragment.segment == 2).unwrap();
    assert_eq!(second.starts_segment, Some(SegmentStart::KeyFrame));
    assert!(second.facts.video.unwrap().starts_with_key);
    assert_eq!(second.facts.video.unwrap().first_decode, 8 * 12_800);
}

#[test]
fn b_frames_have_negative_composition_offsets() {
    let recorded = stands(&both(5, "-g 50 -bf 3 -b_strategy 0", ""));
    let format = recorded.read_back().0;
    let offsets: Vec<i32> = recorded
        .segments
        .iter()
        .flat_map(|segment| quanji_media::read_segment(&format, segment).map(Result::unwrap))
        .flat_map(|fragment| fragment.samples(TrackKind::Video).map(|read| read.sample.composition))
        .collect();
    assert_eq!(offsets[0], 0, "the first picture is shown when it is decoded");
    assert!(offsets.iter().any(|offset| *offset < 0), "B-frames are shown before their decode time");
    // The sound begins where it began, counted from the first picture shown: 0, its priming before that.
    assert_eq!(relation_us(&recorded), 0);
}

/// Microseconds from the first picture shown to the first true sample of sound, by the rules of `MEDIA.md`.
fn relation_us(recorded: &Recorded) -> i64 {
    let (format, _) = recorded.read_back();
    let first = |track| {
        let shown = recorded
            .segments
            .iter()
            .flat_map(|segment| quanji_media::read_segment(&format, segment).map(Result::unwrap))
            .flat_map(|fragment| fragment.samples(track).map(|sample| sample.present()).min())
            .min();
        format.timescale(track).unwrap().us(shown.unwrap())
    };
    first(TrackKind::Sound) - first(TrackKind::Video)
}

#[test]
fn negative_composition_offsets_stay_negative() {
    let source = both(5, "-g 50 -bf 3 -b_strategy 0", "-movflags negative_cts_offsets");
    let recorded = stands(&source);
    let format = recorded.read_back().0;
    let least = recorded
        .segments
        .iter()
        .flat_map(|segment| quanji_media::read_segment(&format, segment).map(Result::unwrap))
        .flat_map(|fragment| fragment.samples(TrackKind::Video).map(|read| read.sample.composition).min())
        .min();
    assert!(least.unwrap() < 0);
}

#[test]
fn variable_frame_rate_keeps_every_distance() {
    // Distances of 40 to 400 ms.
    let source = both(12, "-g 1000 -bf 2 -vf select=not(mod(floor(n*n/7)\\,4)) -fps_mode vfr", "");
    let recorded = stands(&source);
    let steps: std::collections::BTreeSet<u32> =
        recorded.facts().iter().filter_map(|facts| Some(facts.video?.longest_step)).collect();
    assert!(steps.len() > 1, "the source must vary: {steps:?}");
}

#[test]
fn priming_shifts_nothing_and_the_decoded_sound_is_the_sources() {
    // Without B-frames: ffmpeg 5.1 shows pictures of fragmented files with negative offsets, its own included, late by
    // the largest of them.
    let source = both(6, "-g 50 -bf 0", "");
    let recorded = stands(&source);
    assert_eq!(recorded.read_back().0.sound().unwrap().priming(), 1024);
    let (ours, theirs) = (pcm(&recorded.file()), pcm(&source));
    // The source's edit list also cuts the last unit short; all before it is the same, sample for sample.
    // ffmpeg 5.1 drops the priming of progressive files only, not of fragmented ones, its own included: there it
    // plays 1024 samples before the instant at which the sound begins. All else is the same, sample for sample; the
    // source's edit list ends it within the last unit, which we keep whole.
    assert!(ours[2 * 1024..].starts_with(&theirs), "decoded sound differs");
    assert!(ours.len() - theirs.len() < 2 * 2 * 1024);
    let format = recorded.read_back().0;
    let moved = sound_after_picture_us(&recorded.file(), &format) - sound_after_picture_us(&source, &format);
    assert!(moved.abs() <= 21, "sound against picture moved by {moved} µs, more than a tick");
}

/// The first sound decoded as 16-bit samples.
fn pcm(bytes: &[u8]) -> Vec<u8> {
    let dir = tempfile::TempDir::new().unwrap();
    let path = write(dir.path(), "sound.mp4", bytes);
    let output = std::process::Command::new("ffmpeg")
        .args(["-v", "warning", "-nostdin", "-i"])
        .arg(path)
        .args(["-map", "0:a", "-f", "s16le", "-"])
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn sound_that_begins_later_stays_later() {
    let source = ffmpeg(
        "-f lavfi -i testsrc2=s=320x180:r=30:d=5 -itsoffset 0.31 -f lavfi -i sine=d=4.6 \
         -c:v libx264 -preset veryfast -threads 1 -g 60 -bf 0 -c:a aac -ar 44100",
    );
    let recorded = stands(&source);
    let format = recorded.read_back().0;
    let (ours, theirs) = (sound_after_picture_us(&recorded.file(), &format), sound_after_picture_us(&source, &format));
    assert!(theirs > 250_000);
    assert!((ours - theirs).abs() <= 23, "ours {ours}, source {theirs}");
}

#[test]
fn sound_alone_is_a_take() {
    let source = ffmpeg("-f lavfi -i sine=d=20 -c:a aac -ar 16000");
    let recorded = stands(&source);
    assert_eq!(recorded.segments.len(), 3, "sound is cut at 8 s and 16 s without being asked");
    assert_eq!(recorded.fragments.last().unwrap().segment, 3);
    assert!(
        recorded
            .fragments
            .iter()
            .filter_map(|fragment| fragment.starts_segment)
            .skip(1)
            .all(|start| start == SegmentStart::SoundOnly)
    );
    assert!(recorded.facts().iter().all(|facts| facts.video.is_none()));
}

#[test]
fn a_picture_alone_is_a_take() {
    let recorded = stands(&picture_only(10, "-g 50"));
    assert!(recorded.facts().iter().all(|facts| facts.sound.is_none()));
    assert_eq!(recorded.segments.len(), 2);
}

#[test]
fn every_rotation_is_what_ffmpeg_wrote() {
    let upright = picture_only(1, "");
    let mut turns = Vec::new();
    for tag in [0, 90, 180, 270] {
        let source = remux(&upright, &format!("-metadata:s:v rotate={tag}"));
        let recorded = stands(&source);
        let asked = "-show_entries stream_side_data=rotation:stream=width,height -of csv=p=0";
        let said = probe(&recorded.file(), asked);
        assert_eq!(said, probe(&source, asked));
        // ffprobe counts counter-clockwise.
        let counter: i32 = said.split(',').nth(2).map_or(0, |turn| turn.trim().parse().unwrap());
        let clockwise = recorded.read_back().0.rotation().degrees();
        assert_eq!(clockwise as i32, (360 - counter) % 360, "{said}");
        turns.push(clockwise);
    }
    turns.sort_unstable();
    assert_eq!(turns, [0, 90, 180, 270]);
}

#[test]
fn parameter_sets_in_the_stream_change_nothing_if_they_are_the_takes() {
    let source = both(4, "-g 25 -bf 2 -bsf:v dump_extra=freq=keyframe", "");
    let recorded = stands_and(&source, false);
    assert!(recorded.facts()[0].video.unwrap().starts_with_key);
}

/// Composition offsets of all pictures, in decode order.
fn compositions(recorded: &Recorded) -> Vec<(bool, i32)> {
    let format = recorded.read_back().0;
    recorded
        .segments
        .iter()
        .flat_map(|segment| quanji_media::read_segment(&format, segment).map(Result::unwrap))
        .flat_map(|fragment| {
            fragment.samples(TrackKind::Video).map(|read| (read.sample.is_key, read.sample.composition))
        })
        .collect()
}

#[test]
fn hevc_is_the_sources_packet_for_packet_as_well() {
    let source = both_hevc(10, "keyint=50:min-keyint=50:bframes=0:open-gop=0:scenecut=0", "");
    let recorded = stands(&source);
    assert_eq!(recorded.remarks, [], "a key frame came in time: none is asked for");
    assert_eq!(recorded.segments.len(), 2, "a key frame at 8 s opens the second segment");
    let second = recorded.fragments.iter().find(|fragment| fragment.segment == 2).unwrap();
    assert_eq!(second.starts_segment, Some(SegmentStart::KeyFrame));
    assert_eq!(second.facts.video.unwrap().first_decode, 8 * 12_800);
    assert_eq!(compositions(&recorded).iter().filter(|(is_key, _)| *is_key).count(), 5);
    // As ffprobe names it, and as players are asked whether they can.
    let file = recorded.file();
    assert_eq!(
        probe(&file, "-show_entries stream=codec_name,codec_tag_string -of csv=p=0 -select_streams v"),
        "hevc,hvc1"
    );
    let video = recorded.read_back().0.video().unwrap().codec_string();
    assert_eq!(video, "hvc1.1.6.L60.90");
    assert_eq!(&file, &record_file(&remux(&source, "-tag:v hev1")).file(), "how a source spells it changes nothing");
    // Segments play one by one behind their init: whatever comes before is not needed.
    let tail = [recorded.init.clone(), recorded.segments[1].clone()].concat();
    assert_eq!(decodes_silently_bytes(&tail), 50);
}

#[test]
fn hevc_with_b_frames_in_closed_groups_keeps_its_order() {
    let recorded = stands(&both_hevc(9, "keyint=50:min-keyint=50:bframes=3:b-adapt=0:open-gop=0:scenecut=0", ""));
    let compositions = compositions(&recorded);
    assert_eq!(compositions[0], (true, 0));
    assert!(compositions.iter().any(|(_, offset)| *offset < 0), "B-frames are shown before their decode time");
    assert_eq!(relation_us(&recorded), 0);
    assert_eq!(recorded.segments.len(), 2);
    let tail = [recorded.init.clone(), recorded.segments[1].clone()].concat();
    let pictures = recorded.facts().iter().map(|facts| u64::from(facts.video.unwrap().samples)).sum::<u64>();
    assert_eq!(pictures, 225);
    assert_eq!(decodes_silently_bytes(&tail), pictures - 200);
}

#[test]
fn an_open_group_of_hevc_opens_no_segment_as_long_as_others_lean_on_what_is_before() {
    let source = both_hevc(10, "keyint=50:min-keyint=50:bframes=3:b-adapt=0:open-gop=1:scenecut=0", "");
    let recorded = stands(&source);
    let keys: Vec<i32> =
        compositions(&recorded).iter().filter(|(is_key, _)| *is_key).map(|(_, offset)| *offset).collect();
    assert_eq!(keys.len(), 5, "all are key frames to a player that seeks");
    assert!(
        keys[1..].iter().all(|offset| *offset > 0),
        "pictures are shown before those that follow the first: {keys:?}"
    );
    assert_eq!(recorded.segments.len(), 1);
    assert!(!recorded.remarks.is_empty(), "a closed one is asked for");
}

#[test]
fn an_open_group_of_hevc_in_order_opens_a_segment() {
    // Not one picture is shown before a key frame that is decoded after it.
    let source = both_hevc(10, "keyint=50:min-keyint=50:bframes=0:open-gop=1:scenecut=0", "");
    let recorded = stands(&source);
    assert_eq!(recorded.segments.len(), 2);
    let tail = [recorded.init.clone(), recorded.segments[1].clone()].concat();
    assert_eq!(decodes_silently_bytes(&tail), 50);
}

#[test]
fn a_turned_hevc_picture_is_turned_as_ffmpeg_wrote_it() {
    let upright = both_hevc(1, "bframes=0", "");
    for tag in [90, 180, 270] {
        let source = remux(&upright, &format!("-tag:v hvc1 -metadata:s:v rotate={tag}"));
        let recorded = stands(&source);
        let asked = "-select_streams v -show_entries stream_side_data=rotation:stream=width,height -of csv=p=0";
        assert_eq!(probe(&recorded.file(), asked), probe(&source, asked));
        assert_ne!(recorded.read_back().0.rotation(), quanji_media::Rotation::None);
    }
}
