//! The three programs, built once for all stories.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

#[derive(Debug)]
pub struct Programs {
    pub agency: PathBuf,
    pub phone: PathBuf,
    pub verify: PathBuf,
}

/// Cargo tells a test the path of its own package's programs only; these are of three others, in the folder above the test's own.
pub fn programs() -> &'static Programs {
    static PROGRAMS: OnceLock<Programs> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let mut cargo = Command::new(env!("CARGO"));
        // What Cargo tells a test about itself is new to a build within it: build scripts that watch it would run anew, and all that stands on them
        // be built twice, here and at the next build outside.
        for (name, _) in std::env::vars_os().filter(|(name, _)| is_of_this_test(&name.to_string_lossy())) {
            cargo.env_remove(name);
        }
        let built = cargo
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            // What `cargo test --workspace` has built already: of fewer packages, dependencies would have other features and be built anew.
            .args(["build", "--quiet", "--workspace", "--bins", "--tests"])
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let test = std::env::current_exe().unwrap();
        let folder = test.ancestors().nth(2).expect("a test lies in DIR/deps").to_owned();
        let program = |name: &str| folder.join(name);
        Programs { agency: program("quanji-agency"), phone: program("quanji-phone"), verify: program("quanji-verify") }
    })
}

fn is_of_this_test(name: &str) -> bool {
    ["CARGO_MANIFEST_", "CARGO_PKG_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_", "CARGO_TARGET_TMPDIR", "OUT_DIR"]
        .iter()
        .any(|of_test| name.starts_with(of_test))
}

/// Runs a command to its end and expects this exit code.
pub fn run(command: &mut Command, code: i32) -> Output {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{command:?}: {said}");
    output
}

/// The last JSON object that a program printed: a line of its own, or the whole.
pub fn json_of(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().rev().find_map(|line| serde_json::from_str::<Value>(line).ok().filter(Value::is_object));
    last.or_else(|| serde_json::from_str(&text).ok()).unwrap_or_else(|| panic!("no JSON: {text}"))
}
