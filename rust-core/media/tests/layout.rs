//! `MEDIA.md` suffices: a reader written from it alone finds what the writer stated, and `mp4-atom` agrees.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::fmt::Write as _;

use common::*;
use mp4_atom::{Atom, Decode, Header};
use quanji_media::{TrackKind, VideoCodec};

fn stated(recorded: &Recorded) -> String {
    let (format, _) = recorded.read_back();
    let mut out = String::new();
    if let Some(video) = format.video() {
        let profile = match video.codec() {
            VideoCodec::H264 { sequence, .. } => &sequence[1..4],
            VideoCodec::Hevc { sps, .. } => &[sps.profile, sps.level][..],
        };
        let profile: String = profile.iter().map(|byte| format!("{byte:02x}")).collect();
        let (scale, width, height) = (video.timescale().get(), video.width(), video.height());
        writeln!(out, "video {scale} {width} {height} {} {profile}", format.rotation().degrees()).unwrap();
    }
    if let Some(sound) = format.sound() {
        let config: String = sound.config().iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(out, "sound {} {} {config}", sound.timescale().get(), sound.priming()).unwrap();
    }
    for facts in recorded.facts() {
        writeln!(out, "fragment {} {}", facts.sequence, facts.bytes).unwrap();
        for track in TrackKind::ALL {
            let Some(run) = facts.track(track) else { continue };
            let key = if run.starts_with_key { "True" } else { "False" };
            let (id, first, duration) = (track.id(), run.first_decode, run.duration);
            let (samples, keys, longest) = (run.samples, run.key_frames, run.longest_step);
            writeln!(out, "track {id} {first} {duration} {samples} {keys} {key} {longest}").unwrap();
        }
    }
    out
}

fn read_by_stranger(recorded: &Recorded) -> String {
    let dir = tempfile::TempDir::new().unwrap();
    let mut python = std::process::Command::new("python3");
    python.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/layout_reader.py"));
    python.arg(write(dir.path(), "init.mp4", &recorded.init));
    for (number, segment) in recorded.segments.iter().enumerate() {
        python.arg(write(dir.path(), &format!("{number}.m4s"), segment));
    }
    let output = python.output().expect("python3 is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_reader_written_from_the_page_finds_the_writers_facts() {
    let upright = both(10, "-g 50 -bf 2", "");
    let turned = remux(&upright, "-metadata:s:v rotate=90");
    let sound = ffmpeg("-f lavfi -i sine=d=3 -c:a aac -ar 16000");
    let hevc = both_hevc(10, "keyint=50:bframes=2", "");
    for source in [turned, picture_only(2, ""), sound, hevc] {
        let recorded = record_file(&source);
        assert_eq!(read_by_stranger(&recorded), stated(&recorded));
    }
}

#[test]
fn a_known_library_reads_every_fragment_alike() {
    let recorded = record_file(&both(3, "-bf 2", ""));
    for fragment in &recorded.fragments {
        let mut bytes: &[u8] = &fragment.bytes;
        let header = Header::decode(&mut bytes).unwrap();
        assert_eq!(header.kind, mp4_atom::Moof::KIND);
        let (mut moof, rest) = bytes.split_at(header.size.unwrap());
        let moof = mp4_atom::Moof::decode_body(&mut moof).unwrap();
        assert_eq!(moof.mfhd.sequence_number, fragment.facts.sequence);
        let mut payload = 0u64;
        for traf in &moof.traf {
            let track = TrackKind::ALL.into_iter().find(|track| track.id() == traf.tfhd.track_id).unwrap();
            let facts = fragment.facts.track(track).unwrap();
            assert_eq!(traf.tfdt.as_ref().unwrap().base_media_decode_time, facts.first_decode);
            let samples: Vec<_> = traf.trun[0].samples.iter().collect();
            assert_eq!(samples.len(), facts.samples as usize);
            assert_eq!(samples.iter().map(|sample| u64::from(sample.duration.unwrap())).sum::<u64>(), facts.duration);
            payload += facts.bytes;
        }
        assert_eq!(rest.len() as u64, payload + 8);
    }
}
