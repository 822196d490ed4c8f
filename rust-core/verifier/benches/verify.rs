//! What verification costs beside `openssl dgst -sha256` over the same file, in turns, median of 9.
//!
//! Two records of about 1 GB. The bounds are for 16 Mb/s, where nearly all is hashing. At 4 Mb/s four times as many lines are signed,
//! chained and checked, and each line's Ed25519 alone costs a third of what hashing its film does: printed beside, without a bound.
//! Per core used: processor time, user and system. With two threads also the time on the wall.
#![allow(dead_code, unreachable_pub, missing_debug_implementations, clippy::unwrap_used)]

#[path = "../examples/make-vectors/agency.rs"]
mod agency;
#[path = "../examples/make-vectors/draft.rs"]
mod draft;
#[path = "../examples/make-vectors/film.rs"]
mod film;
#[path = "../examples/make-vectors/keys.rs"]
mod keys;
#[path = "../examples/large-bundle/large.rs"]
mod large;
#[path = "../examples/make-vectors/receipt.rs"]
mod receipt;
#[path = "../examples/make-vectors/record.rs"]
mod record;
#[path = "../examples/make-vectors/signed.rs"]
mod signed;
#[path = "../examples/make-vectors/zip.rs"]
mod zip;

use std::fs::File;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use quanji_evidence::verify::Terms;
use quanji_evidence::{Drafts, PublicKey, Verdict};
use quanji_rules::Calendar;
use quanji_verifier::{NoProgress, PositionedFile, verify};

use large::Large;

const CPU_LEAST: f64 = 0.8;
const WALL_LEAST: f64 = 1.5;
const BUNDLE_BYTES: i64 = 1_000_000_000;

fn main() -> ExitCode {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut all_hold = true;
    for (megabits, is_bound) in [(16, true), (4, false)] {
        let bytes_a_second = megabits * 1_000_000 / 8;
        let file = folder.path().join("large.zip");
        let key = write(&file, BUNDLE_BYTES / bytes_a_second, usize::try_from(bytes_a_second / 25).unwrap());
        all_hold &= compare(&format!("verify-{megabits}mbs"), &file, &key, is_bound);
    }
    if all_hold { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Writes the bundle through to the disk, so that nothing is still being written while it is measured.
fn write(path: &Path, seconds: i64, picture_bytes: usize) -> PublicKey {
    let large = Large::make(seconds, picture_bytes);
    let mut file = File::create(path).unwrap();
    file.write_all(&large.zip).unwrap();
    file.sync_all().unwrap();
    PublicKey::from_file(&large.agency_key).unwrap()
}

fn compare(name: &str, file: &Path, key: &PublicKey, is_bound: bool) -> bool {
    let at_least = |bound: f64| is_bound.then_some(bound);
    let has_two_cores = std::thread::available_parallelism().is_ok_and(|cores| cores.get() >= 2);
    let [mut cpu_one, mut cpu_two, mut wall_two] = [const { Vec::<f64>::new() }; 3];
    // Once before, so that the file lies in memory for whoever comes first.
    openssl(file);
    for _ in 0..rounds() {
        let hashed = spent(|| openssl(file));
        let one = spent(|| judge(file, key, 1));
        cpu_one.push(hashed.cpu_s / one.cpu_s);
        if has_two_cores {
            let hashed = spent(|| openssl(file));
            let two = spent(|| judge(file, key, 2));
            cpu_two.push(hashed.cpu_s / two.cpu_s);
            wall_two.push(hashed.wall_s / two.wall_s);
        }
    }
    let mut holds = report(&format!("{name}-one-thread-cpu"), median(&mut cpu_one), at_least(CPU_LEAST));
    if has_two_cores {
        holds &= report(&format!("{name}-two-threads-cpu"), median(&mut cpu_two), at_least(CPU_LEAST));
        holds &= report(&format!("{name}-two-threads-wall"), median(&mut wall_two), at_least(WALL_LEAST));
    } else {
        println!("bench {name}-two-threads: not measured, this machine has one core");
    }
    holds
}

fn openssl(file: &Path) {
    let status = Command::new("openssl").args(["dgst", "-sha256"]).arg(file).stdout(Stdio::null()).status();
    assert!(status.unwrap().success(), "openssl failed");
}

fn judge(file: &Path, key: &PublicKey, threads: usize) {
    let calendar = Calendar::published();
    let terms = Terms { agency_key: Some(key), drafts: Drafts::Accepted, calendar: &calendar };
    let file = PositionedFile::new(File::open(file).unwrap()).unwrap();
    let report = verify(file, terms, NonZeroUsize::new(threads).unwrap(), &NoProgress).unwrap();
    assert_eq!(report.verdict, Verdict::Valid, "what is measured is a whole verification");
}

struct Spent {
    wall_s: f64,
    cpu_s: f64,
}

#[expect(clippy::disallowed_methods, reason = "a bench measures the real clock")]
fn spent(act: impl FnOnce()) -> Spent {
    let (began, before_s) = (std::time::Instant::now(), cpu_s());
    act();
    Spent { wall_s: began.elapsed().as_secs_f64(), cpu_s: cpu_s() - before_s }
}

/// Processor time of this process and of those it waited for, user and system. The kernel counts it in hundredths.
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields = stat.rsplit_once(") ").unwrap().1.split(' ').skip(11).take(4);
    fields.map(|field| field.parse::<f64>().unwrap() / 100.0).sum()
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn rounds() -> usize {
    std::env::var("QUANJI_BENCH_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(9)
}

/// Prints how many times as fast as openssl; `true` when that is at least `bound`, or nothing is asked.
fn report(name: &str, value: f64, bound: Option<f64>) -> bool {
    let Some(bound) = bound else {
        println!("bench {name}: {value:.3} × openssl (no bound)");
        return true;
    };
    let holds = value >= bound;
    println!("bench {name}: {value:.3} × openssl (bound ≥ {bound}) {}", if holds { "ok" } else { "MISSED" });
    holds
}
