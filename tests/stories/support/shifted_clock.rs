//! The wall clock of a real program, set while it runs; the monotonic clock does not notice.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use super::programs::run;

/// One program's clock, or that of several. It begins with the machine's.
#[derive(Debug)]
pub struct ShiftedClock(TempDir);

impl ShiftedClock {
    pub fn new() -> ShiftedClock {
        let clock = ShiftedClock(tempfile::tempdir().unwrap());
        clock.set(0);
        clock
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("shift")
    }

    /// So many seconds ahead of the machine's from now on, or behind it.
    pub fn set(&self, ahead_s: i64) {
        use std::os::unix::fs::FileExt;
        // In place: programs that run have it mapped.
        let file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(self.file()).unwrap();
        file.write_all_at(&ahead_s.to_ne_bytes(), 0).unwrap();
    }

    /// The command will live by this clock.
    pub fn over<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("LD_PRELOAD", library()).env("QUANJI_STORY_SHIFT", self.file())
    }
}

/// Built once with the compiler that links every Rust program.
fn library() -> &'static Path {
    static BUILT: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = BUILT.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shifted_clock.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("support/shifted_clock.c");
        let mut compiler = Command::new("cc");
        run(compiler.args(["-O1", "-shared", "-fPIC", "-Wall", "-Werror", "-o"]).arg(&path).arg(source).arg("-ldl"), 0);
        (folder, path)
    });
    path
}
