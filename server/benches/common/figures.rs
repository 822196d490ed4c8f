//! Figures: how often, how long, the middle one, and whether it holds.

use std::time::Instant;

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
pub fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "a bench measures time")]
pub fn ms_since(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1_000.0
}

pub fn seconds(what: impl FnOnce()) -> f64 {
    let began = now();
    what();
    ms_since(began) / 1_000.0
}

pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

pub fn rounds() -> usize {
    std::env::var("QUANJI_BENCH_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(9)
}

/// What this machine's SHA-256 does, as `scripts/bench` measured it, to stand beside absolute figures.
pub fn sha256_mib_s() -> String {
    std::env::var("QUANJI_SHA256_MIB_S").unwrap_or_else(|_| "?".to_owned())
}

/// Prints one measurement beside the most it may be; `true` when it holds.
pub fn at_most(name: &str, value: f64, unit: &str, bound: f64) -> bool {
    let holds = value <= bound;
    println!("bench {name}: {value:.2} {unit} (bound {bound}) {}", if holds { "ok" } else { "MISSED" });
    holds
}
