//! Real media for the tests: made by ffmpeg, judged by ffprobe and ffmpeg.
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::Command;

use quanji_media::mp4_source::Mp4Source;
use quanji_media::{
    AccessUnit, Fragment, FragmentFacts, Output, PushProblem, TakeFormat, TakeWriter, TakeZero, TrackKind, read_init,
    read_segment,
};
use tempfile::TempDir;

/// Runs ffmpeg in a fresh folder; the last argument is the file it makes there.
pub(crate) fn ffmpeg(args: &str) -> Vec<u8> {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("clip.mp4");
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin", "-y"])
        .args(args.split_whitespace())
        .arg(&path)
        .output()
        .expect("ffmpeg is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(path).unwrap()
}

/// Copies a file's streams through ffmpeg.
pub(crate) fn remux(bytes: &[u8], args: &str) -> Vec<u8> {
    let dir = TempDir::new().unwrap();
    let path = write(dir.path(), "in.mp4", bytes);
    ffmpeg(&format!("-i {} -c copy {args}", path.display()))
}

/// A picture with a moving pattern and a tone of rising pitch.
pub(crate) fn both(seconds: u32, video: &str, audio: &str) -> Vec<u8> {
    ffmpeg(&format!(
        "-f lavfi -i testsrc2=s=320x180:r=25:d={seconds} -f lavfi -i aevalsrc=sin(500*t*t):s=48000:d={seconds} \
         -c:v libx264 -preset veryfast -threads 1 {video} -c:a aac {audio}"
    ))
}

/// As [`both`] in HEVC; `x265` are its own parameters.
pub(crate) fn both_hevc(seconds: u32, x265: &str, args: &str) -> Vec<u8> {
    ffmpeg(&format!(
        "-f lavfi -i testsrc2=s=320x180:r=25:d={seconds} -f lavfi -i aevalsrc=sin(500*t*t):s=48000:d={seconds} \
         -c:v libx265 -preset ultrafast -x265-params log-level=none:pools=1:{x265} -tag:v hvc1 -c:a aac {args}"
    ))
}

pub(crate) fn picture_only(seconds: u32, video: &str) -> Vec<u8> {
    ffmpeg(&format!("-f lavfi -i testsrc2=s=320x180:r=25:d={seconds} -c:v libx264 -preset veryfast -threads 1 {video}"))
}

/// What a take writer handed out, put together as a player gets it.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) init: Vec<u8>,
    pub(crate) zero: TakeZero,
    pub(crate) segments: Vec<Vec<u8>>,
    pub(crate) fragments: Vec<Fragment>,
    /// Everything but init and fragments, each with the number of fragments before it.
    pub(crate) remarks: Vec<(usize, Output)>,
}

impl Recorded {
    pub(crate) fn of(outputs: Vec<Output>) -> Self {
        let mut init = None;
        let mut segments: Vec<Vec<u8>> = Vec::new();
        let mut fragments = Vec::new();
        let mut remarks = Vec::new();
        for output in outputs {
            match output {
                Output::Init { bytes, zero } => {
                    assert!(init.is_none() && fragments.is_empty(), "one init, before all fragments");
                    init = Some((bytes, zero));
                }
                Output::Fragment(fragment) => {
                    if fragment.starts_segment.is_some() {
                        segments.push(Vec::new());
                    }
                    let segment = segments.last_mut().expect("the first fragment starts a segment");
                    assert_eq!(fragment.offset_in_segment, segment.len() as u64);
                    segment.extend_from_slice(&fragment.bytes);
                    assert_eq!(fragment.segment as usize, segments.len());
                    fragments.push(*fragment);
                }
                remark => remarks.push((fragments.len(), remark)),
            }
        }
        let (init, zero) = init.expect("a take with units has an init segment");
        Self { init, zero, segments, fragments, remarks }
    }

    /// Init and all segments in one file.
    pub(crate) fn file(&self) -> Vec<u8> {
        [self.init.clone(), self.segments.concat()].concat()
    }

    pub(crate) fn facts(&self) -> Vec<FragmentFacts> {
        self.fragments.iter().map(|fragment| fragment.facts).collect()
    }

    /// Facts as the reader finds them in the bytes.
    pub(crate) fn read_back(&self) -> (TakeFormat, Vec<FragmentFacts>) {
        let format = read_init(&self.init).expect("our own init");
        let facts = self
            .segments
            .iter()
            .flat_map(|segment| read_segment(&format, segment).map(|read| read.expect("our own segment").facts))
            .collect();
        (format, facts)
    }
}

/// Records units as one take; none may be refused.
pub(crate) fn record<'a>(format: &TakeFormat, units: impl IntoIterator<Item = AccessUnit<'a>>) -> Recorded {
    let mut writer = TakeWriter::open(format.clone());
    let mut outputs = Vec::new();
    for unit in units {
        outputs.extend(writer.push(&unit).expect("a unit of this take"));
    }
    outputs.extend(writer.finish());
    Recorded::of(outputs)
}

pub(crate) fn record_file(bytes: &[u8]) -> Recorded {
    let source = Mp4Source::read(bytes).expect("a file made by ffmpeg");
    record(source.format(), source.units())
}

/// Records units as many takes as it needs; returns them with why each but the last ended.
pub(crate) fn record_takes<'a>(
    format: &TakeFormat,
    units: impl IntoIterator<Item = AccessUnit<'a>>,
) -> (Vec<Recorded>, Vec<quanji_media::TakeEnd>) {
    let mut takes = Vec::new();
    let mut ends = Vec::new();
    let mut writer = TakeWriter::open(format.clone());
    let mut outputs = Vec::new();
    for unit in units {
        match writer.push(&unit) {
            Ok(more) => outputs.extend(more),
            Err(PushProblem::TakeMustEnd(end)) => {
                outputs.extend(writer.finish());
                takes.push(Recorded::of(std::mem::take(&mut outputs)));
                ends.push(end);
                writer = TakeWriter::open(format.clone());
                outputs.extend(writer.push(&unit).expect("the first unit of a take"));
            }
            Err(problem) => panic!("{problem}"),
        }
    }
    outputs.extend(writer.finish());
    takes.push(Recorded::of(outputs));
    (takes, ends)
}

/// A packet as ffprobe sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Packet {
    pub(crate) pts: i64,
    pub(crate) dts: i64,
    pub(crate) size: u64,
    pub(crate) is_key: bool,
}

pub(crate) fn packets(bytes: &[u8], track: TrackKind) -> Vec<Packet> {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("probed.mp4");
    std::fs::write(&path, bytes).unwrap();
    let stream = match track {
        TrackKind::Video => "v",
        TrackKind::Sound => "a",
    };
    let output = Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-select_streams",
            stream,
            "-show_entries",
            "packet=pts,dts,size,flags",
            "-of",
            "csv=p=0",
        ])
        .arg(&path)
        .output()
        .expect("ffprobe is installed");
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        // Side data (skipped samples) stands on lines of its own.
        .filter(|line| line.starts_with(|c: char| c == '-' || c.is_ascii_digit()))
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            Packet {
                pts: fields[0].parse().unwrap(),
                dts: fields[1].parse().unwrap(),
                size: fields[2].parse().unwrap(),
                is_key: fields[3].starts_with('K'),
            }
        })
        .collect()
}

/// Decode times counted from the first, presentation times from the earliest: ffprobe shifts the two apart by another
/// amount where composition offsets are negative.
pub(crate) fn from_first(packets: &[Packet]) -> Vec<Packet> {
    let decoded = packets.first().map_or(0, |packet| packet.dts);
    let shown = packets.iter().map(|packet| packet.pts).min().unwrap_or(0);
    packets
        .iter()
        .map(|packet| Packet { pts: packet.pts - shown, dts: packet.dts - decoded, ..packet.clone() })
        .collect()
}

/// Decodes all of it; ffmpeg must have nothing to say at this level. Returns the number of pictures decoded.
pub(crate) fn decodes_silently(path: &Path, level: &str) -> u64 {
    let output = Command::new("ffmpeg")
        .args(["-v", level, "-nostdin", "-progress", "pipe:1"])
        .arg("-i")
        .arg(path)
        .args(["-fps_mode", "passthrough", "-f", "null", "-"])
        .output()
        .expect("ffmpeg is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    let said: String = said.chars().take(600).collect();
    assert!(output.status.success() && said.is_empty(), "{said}");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.strip_prefix("frame="))
        .next_back()
        .map_or(0, |frames| frames.trim().parse().unwrap())
}

pub(crate) fn decodes_silently_bytes(bytes: &[u8]) -> u64 {
    let dir = TempDir::new().unwrap();
    let path = write(dir.path(), "decoded.mp4", bytes);
    decodes_silently(&path, "warning")
}

pub(crate) fn write(dir: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// One line of ffprobe about a stream.
pub(crate) fn probe(bytes: &[u8], args: &str) -> String {
    let dir = TempDir::new().unwrap();
    let path = write(dir.path(), "probed.mp4", bytes);
    let output =
        Command::new("ffprobe").args(["-v", "error"]).args(args.split_whitespace()).arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
