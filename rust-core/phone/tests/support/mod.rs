//! The phone as a program, clips made by ffmpeg, and bundles taken apart.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, reason = "a test")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use quanji_evidence::body::{Body, Fragment};
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::verify::Terms;
use quanji_evidence::{Findings, Verdict};
use quanji_rules::Calendar;
use quanji_verifier::{NoProgress, Report, verify_bundle};
use serde_json::Value;
use tempfile::TempDir;

/// Real H.264 and AAC: `seconds` of a moving test picture of that size at 25 frames a second, with a key frame each second.
pub fn clip(folder: &Path, name: &str, size: &str, seconds: u32) -> PathBuf {
    let path = folder.join(name);
    let picture = format!("testsrc2=s={size}:r=25:d={seconds}");
    let sound = format!("sine=f=440:d={seconds}:r=48000");
    let made = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", &sound])
        .args(["-c:v", "libx264", "-preset", "veryfast", "-profile:v", "main", "-bf", "0", "-g", "25"])
        .args(["-keyint_min", "25", "-sc_threshold", "0", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "48k"])
        .arg(&path)
        .output()
        .expect("ffmpeg is installed by scripts/setup");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    path
}

/// A folder with a vault, and what goes in and out beside it.
pub struct Phone {
    pub folder: TempDir,
}

impl Phone {
    pub fn new() -> Phone {
        Phone { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn vault(&self) -> PathBuf {
        self.path("phone")
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// `quanji-phone COMMAND --vault … ARGS`, not run yet.
    pub fn command<A: AsRef<std::ffi::OsStr>>(&self, command: &str, args: impl IntoIterator<Item = A>) -> Command {
        let mut run = Command::new(env!("CARGO_BIN_EXE_quanji-phone"));
        run.arg(command).arg("--vault").arg(self.vault()).args(args).stdin(Stdio::null());
        run
    }

    /// Runs it and expects this exit code.
    pub fn run<A: AsRef<std::ffi::OsStr>>(
        &self,
        code: i32,
        command: &str,
        args: impl IntoIterator<Item = A>,
    ) -> Output {
        let output = self.command(command, args).output().unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{command}: {said}");
        output
    }

    /// Records as fast as the disk acknowledges; the last JSON object it prints.
    pub fn record(&self, clip: &Path, timeline: &str, more: &[&str]) -> Value {
        let timeline = self.write("timeline.toml", timeline);
        let mut args = arguments(&["--json", "--speed", "fast", "--input"]);
        args.extend([clip.into(), "--timeline".into(), timeline.into()]);
        args.extend(more.iter().map(Into::into));
        last_json(&self.run(0, "record", args))
    }

    /// Records until the timeline kills the process.
    pub fn record_until_killed(&self, clip: &Path, timeline: &str, more: &[&str]) -> Vec<Value> {
        use std::os::unix::process::ExitStatusExt;
        let timeline = self.write("timeline.toml", timeline);
        let mut args = arguments(&["--json", "--trace", "--speed", "fast", "--input"]);
        args.extend([clip.into(), "--timeline".into(), timeline.into()]);
        args.extend(more.iter().map(Into::into));
        let output = self.command("record", args).output().unwrap();
        assert_eq!(output.status.signal(), Some(9), "{}", String::from_utf8_lossy(&output.stderr));
        all_json(&output)
    }

    pub fn status(&self) -> Value {
        last_json(&self.run(0, "status", ["--json"]))
    }

    /// Exports everything, and says what it proves.
    pub fn export(&self) -> Bundle {
        let path = self.path("bundle.zip");
        self.run(0, "export", [std::ffi::OsStr::new("--json"), "--out".as_ref(), path.as_ref()]);
        Bundle { path }
    }
}

fn arguments(args: &[&str]) -> Vec<std::ffi::OsString> {
    args.iter().map(Into::into).collect()
}

pub fn all_json(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

pub fn last_json(output: &Output) -> Value {
    all_json(output).pop().unwrap_or_else(|| panic!("no JSON: {}", String::from_utf8_lossy(&output.stderr)))
}

/// A bundle in a file.
pub struct Bundle {
    pub path: PathBuf,
}

impl Bundle {
    pub fn report(&self) -> Report {
        judge(&self.path)
    }

    /// All members by name.
    pub fn members(&self) -> BTreeMap<String, Vec<u8>> {
        let mut zip = zip::ZipArchive::new(File::open(&self.path).unwrap()).unwrap();
        (0..zip.len())
            .map(|place| {
                let mut member = zip.by_index(place).unwrap();
                let mut bytes = Vec::new();
                member.read_to_end(&mut bytes).unwrap();
                (member.name().unwrap().into_owned(), bytes)
            })
            .collect()
    }

    /// The records' journals.
    pub fn journals(&self) -> BTreeMap<RecordId, Journal> {
        let mut journals = BTreeMap::new();
        for (name, bytes) in self.members() {
            let Some(record) = name.strip_prefix("records/").and_then(|rest| rest.split_once("/journal")) else {
                continue;
            };
            let journal = Journal::read(&bytes, Drafts::Accepted, "journal", &mut Findings::default());
            assert!(journal.is_read_in_full(), "{name}");
            journals.insert(RecordId::parse(record.0).unwrap(), journal);
        }
        journals
    }

    /// The one record's journal.
    pub fn journal(&self) -> Journal {
        self.journals().into_values().next().expect("one record")
    }

    /// Writes the members of the one record into a folder; the playlist's path.
    pub fn unpack(&self, into: &Path) -> PathBuf {
        for (name, bytes) in self.members() {
            let path = into.join(&name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        let record = std::fs::read_dir(into.join("records")).unwrap().next().unwrap().unwrap().path();
        std::fs::read_dir(&record)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.extension().is_some_and(|extension| extension == "m3u8"))
            .expect("a playlist")
    }
}

pub fn judge(path: &Path) -> Report {
    let calendar = Calendar::published();
    let terms = Terms { agency_key: None, drafts: Drafts::Accepted, calendar: &calendar };
    verify_bundle(path, terms, &NoProgress).unwrap()
}

/// Codes without the one that every bundle without an agency has.
pub fn codes(report: &Report) -> Vec<&'static str> {
    report.codes.iter().copied().filter(|code| *code != "agency_key_absent").collect()
}

pub fn is_unanchored(report: &Report) {
    assert_eq!(report.verdict, Verdict::ValidUnanchored, "{}", serde_json::to_string_pretty(&report.findings).unwrap());
}

/// Fragments and recovered ones, in order.
pub fn fragments(journal: &Journal) -> Vec<&Fragment> {
    journal
        .entries
        .iter()
        .filter_map(|entry| match &entry.body {
            Body::Fragment(fragment) | Body::Recovered(fragment) => Some(fragment.as_ref()),
            _ => None,
        })
        .collect()
}

/// Pictures that the lines name.
pub fn pictures(journal: &Journal) -> u64 {
    fragments(journal).iter().filter_map(|fragment| fragment.video.as_ref()).map(|run| run.samples).sum()
}

/// Frames that ffmpeg decodes from a playlist; anything it says about them is a failure.
pub fn decoded_frames(playlist: &Path) -> u64 {
    let output = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-allowed_extensions", "ALL", "-i"])
        .arg(playlist)
        .args(["-map", "0:v", "-fps_mode", "passthrough", "-f", "framehash", "-"])
        .output()
        .expect("ffmpeg is installed by scripts/setup");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "ffmpeg says: {said}");
    String::from_utf8_lossy(&output.stdout).lines().filter(|line| !line.starts_with('#')).count() as u64
}

/// Ordinary by default, many in a long run.
pub fn ordinary_or_long(ordinary: u64, long: u64) -> u64 {
    if std::env::var_os("QUANJI_LONG").is_some() { long } else { ordinary }
}
