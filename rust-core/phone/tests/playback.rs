//! What is left plays, elsewhere: ffmpeg and hls.js under Chromium, from the bundle alone.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::path::Path;
use std::process::Command;

use quanji_evidence::body::{Body, Cause};
use serde_json::Value;
use support::*;

/// Plays the playlist in hls.js under Chromium; it counts the frames itself. It plays at real time, so a machine that has other things to do
/// may skip some: one whole play of three is enough to show that the film is whole.
fn plays_in_a_browser(playlist: &Path, frames: u64) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut said = String::new();
    for _ in 0..3 {
        let output = Command::new("node")
            .arg(root.join("tests/browser/play.mjs"))
            .arg(playlist)
            .arg(frames.to_string())
            .output()
            .expect("node is installed by scripts/setup");
        said += &format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if output.status.success() {
            println!("{}", said.trim());
            return;
        }
    }
    panic!("{said}");
}

/// Monotonic instants of the pictures that the recorder accepted.
fn accepted(lines: &[Value]) -> Vec<u64> {
    lines.iter().filter(|line| line["accepted"] == "video").filter_map(|line| line["mono_us"].as_u64()).collect()
}

/// A kill in the middle, another size in flight, and a stop by hand: one record of four takes.
fn killed_resized_and_stopped(phone: &Phone) -> (Bundle, Vec<u64>) {
    let wide = clip(phone.folder.path(), "wide.mp4", "640x360", 9);
    clip(phone.folder.path(), "small.mp4", "320x180", 5);
    let mut pushed = accepted(&phone.record_until_killed(&wide, "[[at]]\ns = 3.3\ndo = \"kill\"\n", &[]));
    let then = phone.write(
        "then.toml",
        "[[at]]\ns = 6\ndo = \"input\"\nfile = \"small.mp4\"\n[[at]]\ns = 8\ndo = \"interrupt\"\ncause = \"officer\"\n\
         [[at]]\ns = 8.6\ndo = \"resume\"\n[[at]]\ns = 10.5\ndo = \"end\"\n",
    );
    let args = ["--trace", "--speed", "fast", "--take-up", "--from", "4", "--later", "2", "--input"];
    let mut run = phone.command("record", args);
    let output = run.arg(&wide).arg("--timeline").arg(&then).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    pushed.extend(accepted(&all_json(&output)));
    (phone.export(), pushed)
}

#[test]
fn after_a_kill_and_a_change_of_size_one_playlist_plays_in_ffmpeg_and_in_a_browser() {
    let phone = Phone::new();
    let (bundle, pushed) = killed_resized_and_stopped(&phone);
    let report = bundle.report();
    is_unanchored(&report);
    let causes: Vec<Cause> = report.records[0].takes.iter().map(|take| take.cause).collect();
    assert_eq!(causes, [Cause::Start, Cause::ProcessKilled, Cause::FormatChange, Cause::Officer]);
    let sizes: Vec<u16> = report.records[0].takes.iter().map(|take| take.video.as_ref().unwrap().width).collect();
    assert_eq!(sizes, [640, 640, 320, 320]);

    let journal = bundle.journal();
    let playlist = bundle.unpack(&phone.path("bundle"));
    let decoded = decoded_frames(&playlist);
    assert_eq!(decoded, pictures(&journal), "every picture that a line names is decoded");
    assert_eq!(decoded, pushed.len() as u64 - named_lost(&journal, &pushed), "pushed minus what the findings name");
    plays_in_a_browser(&playlist, decoded);
}

/// Pictures that were pushed and lie in a gap that the verifier names: from the end of the media to where a take begins again.
fn named_lost(journal: &quanji_evidence::journal::Journal, pushed: &[u64]) -> u64 {
    let (mut end_us, mut is_broken, mut gaps) = (0, false, Vec::new());
    for entry in &journal.entries {
        match &entry.body {
            Body::Fragment(fragment) | Body::Recovered(fragment) => end_us = fragment.mono_us,
            Body::Interrupted(_) => is_broken = true,
            Body::Take(take) if is_broken => {
                gaps.push(end_us..take.mono_us);
                is_broken = false;
            }
            _ => {}
        }
    }
    // Less than a tick: decode times are whole ticks, stamps are not.
    const TICK_US: u64 = 100;
    pushed.iter().filter(|at_us| gaps.iter().any(|gap| gap.contains(&(**at_us + TICK_US)))).count() as u64
}
