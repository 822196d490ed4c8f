//! `quanji-phone`, and the clip it films.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use super::programs::{json_of, programs, run};
use super::shifted_clock::ShiftedClock;

const DESCRIBED: &str = r#"
[[officer]]
id = "a"
name = "赵晓东"
certificate = "1401987654"
[[at]]
s = 0.2
do = "preflight"
battery_percent = 60
camera = "delivering"
microphone = "delivering"
[[at]]
s = 0.5
do = "opening"
to = 1.5
elements = ["time", "place", "officers", "matter", "party", "stages", "notice"]
text = "现在开始"
[[at]]
s = 1
do = "describe"
place = "长治市潞州区解放西街88号"
recorded_by = "a"
party = "named"
name = "兴隆五金店"
matter = "fire/passage"
actor = "a"
"#;

/// A vault in a folder, and what goes in and out beside it.
#[derive(Debug)]
pub struct Phone {
    folder: TempDir,
    /// The clock by which it lives, where it is not the machine's.
    clock: Option<ShiftedClock>,
    /// What the next start of the phone is called, where it was started anew.
    boot: Option<String>,
}

impl Phone {
    pub fn new() -> Phone {
        Phone { folder: tempfile::tempdir().unwrap(), clock: None, boot: None }
    }

    /// One whose clock can be set.
    pub fn new_by(clock: ShiftedClock) -> Phone {
        Phone { clock: Some(clock), ..Phone::new() }
    }

    /// Sets its clock so many seconds ahead of the machine's, or behind it.
    pub fn set_clock(&self, ahead_s: i64) {
        self.clock.as_ref().expect("a clock of its own").set(ahead_s);
    }

    /// The phone is started anew: from now on programs find another boot.
    pub fn reboot(&mut self, boot: &str) {
        let file = self.path("boot_id");
        std::fs::write(&file, format!("{boot}\n")).unwrap();
        self.boot = Some(file.to_str().unwrap().to_owned());
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn command(&self, command: &str, args: &[&str]) -> Command {
        let mut run = match &self.boot {
            None => Command::new(&programs().phone),
            Some(boot) => {
                // A name space of its own, in which the kernel's word for this boot is another.
                let script = "mount --bind \"$1\" /proc/sys/kernel/random/boot_id && shift && exec \"$@\"";
                let mut run = Command::new("unshare");
                run.args(["-rm", "sh", "-c", script, "sh", boot]).arg(&programs().phone);
                run
            }
        };
        if let Some(clock) = &self.clock {
            clock.over(&mut run);
        }
        run.arg(command).arg("--vault").arg(self.path("phone")).args(args);
        run
    }

    pub fn enrol(&self, code: &str, url: &str) {
        run(&mut self.command("enrol", &[code, "--url", url]), 0);
    }

    /// A described record of some 20 s of film; its id.
    pub fn record(&self) -> String {
        sealed(&mut self.recording("fast", "", &[]))
    }

    /// As [`record`](Self::record), of another film.
    pub fn record_film(&self, film: &Path) -> String {
        sealed(&mut self.recording_of(film, "fast", "", &[]))
    }

    /// `record` of the clip, described, and with what else the timeline says.
    pub fn recording(&self, speed: &str, timeline: &str, more: &[&str]) -> Command {
        self.recording_of(clip(), speed, timeline, more)
    }

    fn recording_of(&self, film: &Path, speed: &str, timeline: &str, more: &[&str]) -> Command {
        let path = self.path("timeline.toml");
        std::fs::write(&path, format!("{DESCRIBED}{timeline}")).unwrap();
        let mut command = self.command("record", &["--json", "--speed", speed, "--input"]);
        command.arg(film).arg("--timeline").arg(path).args(more);
        command
    }

    /// Begins to record; the caller hears it.
    pub fn begin_recording(&self, timeline: &str, more: &[&str]) -> Running {
        Running::begin(&mut self.recording("real", timeline, more))
    }

    /// Keeps a copy of all that the phone holds, keys too, under another name.
    pub fn copy_to(&self, name: &str) {
        run(Command::new("cp").arg("-a").arg(self.path("phone")).arg(self.path(name)), 0);
    }

    /// Puts such a copy in the place of what the phone holds now.
    pub fn put_back(&self, name: &str) {
        std::fs::rename(self.path("phone"), self.path("before")).unwrap();
        std::fs::rename(self.path(name), self.path("phone")).unwrap();
    }

    /// The one record's standing.
    pub fn standing(&self, record: &str) -> Value {
        let told = json_of(&run(&mut self.command("status", &["--json"]), 0));
        let records = told["records"].as_array().unwrap_or_else(|| panic!("{told}")).clone();
        records.into_iter().find(|one| one["record"] == record).unwrap_or_else(|| panic!("no {record}: {told}"))
    }

    /// `upload --trace`, to the end; whether all is there, and what it said last.
    pub fn upload(&self, url: &str, more: &[&str]) -> (bool, Value) {
        let mut command = self.command("upload", &["--trace", "--network", "free", "--url", url]);
        let output = command.args(more).stdin(Stdio::null()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{:?}: {said}", output.status);
        (output.status.code() == Some(0), json_of(&output))
    }

    /// Begins to upload; the caller hears it.
    pub fn begin_upload(&self, url: &str) -> Running {
        Running::begin(&mut self.command("upload", &["--trace", "--network", "free", "--until-receipt", "--url", url]))
    }

    /// Bytes of film that are still on the phone.
    pub fn vault_bytes(&self) -> u64 {
        fn sum(folder: &Path) -> u64 {
            let entries = std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap());
            entries
                .map(|entry| if entry.path().is_dir() { sum(&entry.path()) } else { entry.metadata().unwrap().len() })
                .sum()
        }
        sum(&self.path("phone"))
    }
}

/// A program that runs and tells, one JSON object a line.
#[derive(Debug)]
pub struct Running {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Running {
    fn begin(command: &mut Command) -> Running {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Running { child, lines }
    }

    /// The next thing it says; `None` at its end.
    pub fn next(&mut self) -> Option<Value> {
        let mut line = String::new();
        (self.lines.read_line(&mut line).unwrap() > 0).then(|| serde_json::from_str(&line).unwrap_or(Value::Null))
    }

    /// Ends it, if it has not ended by itself.
    pub fn kill_if_running(&mut self) {
        let _ = self.child.kill();
        self.child.wait().unwrap();
    }

    /// kill -9.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Hears it to its end: its exit code, and what it said last.
    pub fn end(mut self) -> (Option<i32>, Value) {
        let last = std::iter::from_fn(|| self.next()).last().unwrap_or(Value::Null);
        (self.child.wait().unwrap().code(), last)
    }
}

/// Records to the end; the record's id.
fn sealed(recording: &mut Command) -> String {
    let told = json_of(&run(recording, 0));
    assert_eq!(told["recorded"]["phase"], "sealed", "{told}");
    told["recorded"]["record"].as_str().expect("its id").to_owned()
}

/// 20 s of HEVC with reordered pictures and AAC, in a folder.
pub fn hevc_clip(folder: &Path) -> PathBuf {
    let path = folder.join("hevc.mp4");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg
        .args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=20"])
        .args(["-f", "lavfi", "-i", "sine=f=440:d=20:r=48000", "-c:v", "libx265", "-preset", "ultrafast"])
        .args(["-x265-params", "log-level=none:keyint=25:min-keyint=25:scenecut=0:open-gop=0:bframes=2"])
        .args(["-pix_fmt", "yuv420p", "-tag:v", "hvc1", "-c:a", "aac", "-b:a", "48k"]);
    run(ffmpeg.arg(&path), 0);
    path
}

/// Real H.264 and AAC, made once: 20 s of a moving test picture with a key frame each second.
fn clip() -> &'static Path {
    static CLIP: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = CLIP.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        let mut ffmpeg = Command::new("ffmpeg");
        ffmpeg
            .args(["-nostdin", "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=20"])
            .args(["-f", "lavfi", "-i", "sine=f=440:d=20:r=48000", "-c:v", "libx264", "-preset", "ultrafast"])
            .args(["-profile:v", "main", "-bf", "0", "-g", "25", "-keyint_min", "25", "-sc_threshold", "0"])
            .args(["-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "48k"]);
        run(ffmpeg.arg(&path), 0);
        (folder, path)
    });
    path
}
