//! `quanji-phone`, and the clip it films.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use super::programs::{json_of, programs, run};

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
}

impl Phone {
    pub fn new() -> Phone {
        Phone { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn command(&self, command: &str, args: &[&str]) -> Command {
        let mut run = Command::new(&programs().phone);
        run.arg(command).arg("--vault").arg(self.path("phone")).args(args);
        run
    }

    pub fn enrol(&self, code: &str, url: &str) {
        run(&mut self.command("enrol", &[code, "--url", url]), 0);
    }

    /// A described record of some 20 s of film; its id.
    pub fn record(&self) -> String {
        let timeline = self.path("timeline.toml");
        std::fs::write(&timeline, DESCRIBED).unwrap();
        let mut command = self.command("record", &["--json", "--speed", "fast", "--input"]);
        let said = run(command.arg(clip()).arg("--timeline").arg(timeline), 0);
        let told = json_of(&said);
        assert_eq!(told["recorded"]["phase"], "sealed", "{told}");
        told["recorded"]["record"].as_str().expect("its id").to_owned()
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
    pub fn begin_upload(&self, url: &str) -> Upload {
        let mut command = self.command("upload", &["--trace", "--network", "free", "--until-receipt", "--url", url]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Upload { child, lines }
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

/// An upload that runs.
#[derive(Debug)]
pub struct Upload {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Upload {
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

    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
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
