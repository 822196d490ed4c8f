//! What each detector costs as a share of real time on one core (processor time of the whole process, so that no other thread of it is forgotten),
//! and what a push costs the thread that brings the sound (by the wall).
//!
//! Printed beside the machine's SHA-256 rate: a phone that hashes a tenth as fast takes about ten times the share.
#![allow(clippy::unwrap_used)]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use quanji_speech::{
    BesideSettings, DetectorFault, DetectorName, Earshot, SAMPLE_RATE_HZ, Silero, SpeechMeter, VoiceDetector,
};

const SECONDS: usize = 60;
/// A piece of PCM as a phone's microphone brings it at the longest: 400 ms.
const PIECE: usize = 6_400;
const SHARE_BOUND_PERCENT: f64 = 2.0;
const PUSH_BOUND_MS: f64 = 2.0;

fn main() -> ExitCode {
    if let Ok(rate) = std::env::var("QUANJI_SHA256_MIB_S") {
        println!("beside: SHA-256 at {rate} MiB/s");
    }
    let pcm = sound();
    let mut all_hold = true;
    let mut silero = Silero::open().unwrap();
    all_hold &= report("speech-silero", share_percent(&mut silero, &pcm), "% of real time", SHARE_BOUND_PERCENT);
    let mut earshot = Earshot::default();
    all_hold &= report("speech-earshot", share_percent(&mut earshot, &pcm), "% of real time", SHARE_BOUND_PERCENT);
    all_hold &= report("speech-push", push_ms(&pcm, SpeechMeter::with_silero), "ms a piece of 400 ms", PUSH_BOUND_MS);
    all_hold &= report("speech-push-hung", push_ms(&pcm, hung), "ms a piece of 400 ms", PUSH_BOUND_MS);
    if all_hold { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Noise whose loudness swells like syllables: what a frame holds does not change what it costs.
fn sound() -> Vec<i16> {
    let mut state = 14_u32;
    (0..SECONDS * SAMPLE_RATE_HZ as usize)
        .map(|at| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let swell = (at % 4_000) as i32 - 2_000;
            ((state >> 16) as i16 as i32 * swell.abs() / 8_000) as i16
        })
        .collect()
}

fn share_percent(detector: &mut dyn VoiceDetector, pcm: &[i16]) -> f64 {
    let size = detector.frame_samples().get();
    let seconds = (pcm.len() / size * size) as f64 / f64::from(SAMPLE_RATE_HZ);
    let shares = (0..rounds()).map(|_| {
        let before = cpu_s();
        for frame in pcm.chunks_exact(size) {
            black_box(detector.score(frame).unwrap());
        }
        100.0 * (cpu_s() - before) / seconds
    });
    median(shares.collect())
}

/// Processor time of this process so far, user and system, in seconds. The kernel counts it in hundredths.
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    [11, 12].iter().map(|&field: &usize| fields[field].parse::<f64>().unwrap() / 100.0).sum()
}

/// The median over rounds of the mean of a push: a single one is at the mercy of whatever else the machine runs.
fn push_ms(pcm: &[i16], meter: impl Fn() -> SpeechMeter) -> f64 {
    let times = (0..rounds()).map(|_| {
        let mut meter = meter();
        let before = Instant::now();
        let mut pieces = 0;
        // Less than may wait for an answer, so that a detector that hangs is not replaced meanwhile.
        for piece in pcm.chunks_exact(PIECE).take(75) {
            black_box(meter.push(piece));
            pieces += 1;
        }
        1_000.0 * before.elapsed().as_secs_f64() / f64::from(pieces)
    });
    median(times.collect())
}

/// Never answers, until the bench ends.
#[derive(Debug)]
struct Hung(Receiver<()>);

impl VoiceDetector for Hung {
    fn name(&self) -> DetectorName {
        DetectorName::Silero
    }
    fn frame_samples(&self) -> std::num::NonZeroUsize {
        Silero::FRAME_SAMPLES
    }
    fn score(&mut self, _: &[i16]) -> Result<f32, DetectorFault> {
        self.0.recv().map(|()| 0.0).map_err(|_| DetectorFault::Failed)
    }
    fn is_voice_from(&self) -> f32 {
        0.5
    }
    fn forget(&mut self) {}
}

fn hung() -> SpeechMeter {
    let (never, answers) = sync_channel(0);
    // The sender outlives the meter: the detector hangs.
    std::mem::forget(never);
    let limit = Duration::from_secs(1);
    let settings = BesideSettings { name: DetectorName::Silero, frame_samples: Silero::FRAME_SAMPLES, limit };
    SpeechMeter::with_beside(settings, move || Ok(Hung(answers)))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn rounds() -> usize {
    std::env::var("QUANJI_BENCH_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(9)
}

fn report(name: &str, value: f64, unit: &str, bound: f64) -> bool {
    let holds = value <= bound;
    println!("bench {name}: {value:.3} {unit} (bound {bound}) {}", if holds { "ok" } else { "MISSED" });
    holds
}
