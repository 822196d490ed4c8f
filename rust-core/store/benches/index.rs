//! How long an officer waits for the first screen: 10,000 records with 20,000 waiting segments, opened with the index, and
//! without it (made again from the journals). Median of 9, in turns.
//!
//! These bounds are times, for a person waits them out; they leave room for a machine several times slower than a server's core.
#![allow(unreachable_pub, clippy::unwrap_used)]

#[path = "../examples/large_vault/vault.rs"]
mod vault;

use std::process::ExitCode;

use vault::{LINE, LINES, build, open, set_index_aside, time_of};

const RECORDS: u32 = 10_000;
const SEGMENTS: u32 = 20_000;
const REBUILD_MOST_MS: f64 = 5_000.0;
const OPEN_MOST_MS: f64 = 300.0;

fn main() -> ExitCode {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    build(folder.path(), RECORDS, SEGMENTS).unwrap();
    println!("bench index: {RECORDS} records, {SEGMENTS} waiting segments, {LINES} lines of {LINE} bytes a record");
    let [mut rebuilding, mut opening] = [const { Vec::<f64>::new() }; 2];
    for turn in 0..rounds() {
        set_index_aside(folder.path(), turn).unwrap();
        for times in [&mut rebuilding, &mut opening] {
            let (wall, _) = time_of(|| open(folder.path())).unwrap();
            times.push(wall.as_secs_f64() * 1_000.0);
        }
    }
    let holds = [
        report("index-rebuild", median(&mut rebuilding), REBUILD_MOST_MS),
        report("index-open", median(&mut opening), OPEN_MOST_MS),
    ];
    if holds == [true; 2] { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn rounds() -> usize {
    std::env::var("QUANJI_BENCH_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(9)
}

/// Prints one measurement against its bound; `true` when it holds.
fn report(name: &str, value_ms: f64, bound_ms: f64) -> bool {
    let holds = value_ms <= bound_ms;
    println!("bench {name}: {value_ms:.1} ms (bound {bound_ms}) {}", if holds { "ok" } else { "MISSED" });
    holds
}
