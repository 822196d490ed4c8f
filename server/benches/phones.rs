//! 200 phones at once, each on its own connection, four segments of 256 KiB: no error, nobody left behind, little memory.
#![allow(dead_code, unreachable_pub, missing_debug_implementations, clippy::unwrap_used, clippy::print_stderr)]

mod common;
#[path = "../tests/support/mod.rs"]
mod support;

use std::process::ExitCode;
use std::sync::{Arc, Barrier};

use common::figures::{median, seconds};
use common::{Agency, Line, creation, serve_if_asked, token};
use quanji_evidence::Digest;

const PHONES: usize = 200;
const SEGMENTS: usize = 4;
const SEGMENT_BYTES: usize = 256 << 10;
/// The slowest phone, in medians.
const SLOWEST: f64 = 3.0;
const MEMORY_MIB: f64 = 256.0;

fn main() -> ExitCode {
    if serve_if_asked() {
        return ExitCode::SUCCESS;
    }
    let agency = Agency::start(PHONES);
    let together = Arc::new(Barrier::new(PHONES));
    let phones: Vec<_> = (0..PHONES)
        .map(|number| {
            let (together, address) = (Arc::clone(&together), agency.address.clone());
            std::thread::spawn(move || phone(number, &address, &together))
        })
        .collect();
    let mut errors = 0;
    let mut times: Vec<f64> = Vec::new();
    for phone in phones {
        let (failed, took_s) = phone.join().unwrap();
        errors += failed;
        times.push(took_s);
    }
    let middle = median(&mut times);
    let slowest = times[PHONES - 1] / middle;
    let memory_mib = agency.memory_mib();
    let word = |holds: bool| if holds { "ok" } else { "MISSED" };
    println!("bench phones-errors: {errors} of {} (bound 0) {}", PHONES * SEGMENTS, word(errors == 0));
    println!(
        "bench phones-slowest: {slowest:.2} medians of {middle:.2} s (bound ≤ {SLOWEST}) {}",
        word(slowest <= SLOWEST)
    );
    println!("bench phones-memory: {memory_mib:.0} MiB (bound ≤ {MEMORY_MIB}) {}", word(memory_mib <= MEMORY_MIB));
    let holds = errors == 0 && slowest <= SLOWEST && memory_mib <= MEMORY_MIB;
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// How many of its segments were refused, and how long all took.
fn phone(number: usize, address: &str, together: &Barrier) -> (usize, f64) {
    let segments: Vec<Vec<u8>> = (0..SEGMENTS)
        .map(|segment| {
            let mut bytes = vec![segment as u8; SEGMENT_BYTES];
            bytes[..8].copy_from_slice(&(number as u64).to_le_bytes());
            bytes
        })
        .collect();
    let token = token(number);
    let heads: Vec<_> =
        segments.iter().map(|segment| creation(address, &token, &Digest::of(segment).hex(), segment.len())).collect();
    let mut line = Line::open(address);
    together.wait();
    let mut failed = 0;
    let took_s = seconds(|| {
        for (head, segment) in heads.iter().zip(&segments) {
            failed += usize::from(line.send(head, std::iter::once(segment.as_slice())) != 201);
        }
    });
    (failed, took_s)
}
