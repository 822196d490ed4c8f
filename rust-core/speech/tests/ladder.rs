//! Both detectors over the ladder of sounds by which their thresholds were chosen (ADR 0039): what a phone at a scene hears, from a script in a
//! quiet room down to a crowd.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

#[allow(dead_code, reason = "a part of it is used here")]
mod sound;

use std::ops::RangeInclusive;

use quanji_speech::{Earshot, Passage, Silero, SpeechMeasure, SpeechMeter, VoiceDetector, reading_time_us};

/// A sound, and how many of 100 frames each detector may call speech in it.
struct Rung {
    name: &'static str,
    pcm: Vec<i16>,
    silero: RangeInclusive<f64>,
    earshot: RangeInclusive<f64>,
}

fn ladder() -> Vec<Rung> {
    let (script, street) = (sound::opening(), sound::street(60.0));
    let in_street = |decibels| sound::in_noise(&script, &street, decibels);
    let rung = |name, pcm, silero, earshot| Rung { name, pcm, silero, earshot };
    vec![
        rung("script", script.clone(), 95.0..=100.0, 90.0..=100.0),
        rung("script 10 dB over street", in_street(10.0), 95.0..=100.0, 88.0..=100.0),
        rung("script 5 dB over street", in_street(5.0), 95.0..=100.0, 88.0..=100.0),
        rung("script as loud as street", in_street(0.0), 95.0..=100.0, 88.0..=100.0),
        rung("script 5 dB under street", in_street(-5.0), 85.0..=100.0, 88.0..=100.0),
        rung("silence", sound::room(60.0), 0.0..=0.0, 0.0..=1.0),
        rung("hiss", sound::hiss(24.0), 0.0..=0.0, 0.0..=1.0),
        rung("wind", sound::wind(60.0), 0.0..=0.0, 0.0..=10.0),
        rung("street", street.clone(), 0.0..=0.0, 0.0..=1.0),
        rung("street as loud as a voice", sound::louder(&street, 2), 0.0..=0.0, 20.0..=45.0),
        rung("babble", sound::babble(24), 95.0..=100.0, 90.0..=100.0),
    ]
}

fn scores(detector: &mut dyn VoiceDetector, pcm: &[i16]) -> Vec<f32> {
    pcm.chunks_exact(detector.frame_samples().get()).map(|frame| detector.score(frame).unwrap()).collect()
}

fn percent(scores: &[f32], from: f32) -> f64 {
    100.0 * scores.iter().filter(|score| **score >= from).count() as f64 / scores.len() as f64
}

#[test]
fn each_detector_hears_on_the_ladder_what_is_said_of_it() {
    println!("frames called speech, of 100, by threshold (the one in use marked)");
    println!("{:28} silero: .3  >.5<    .8  most | earshot: .5    .7  >.8<    .9", "");
    let mut wrong = Vec::new();
    for Rung { name, pcm, silero, earshot } in ladder() {
        let (mut heavy, mut light) = (Silero::open().unwrap(), Earshot::default());
        let (by_silero, by_earshot) = (scores(&mut heavy, &pcm), scores(&mut light, &pcm));
        let most = by_silero.iter().copied().fold(0.0, f32::max);
        let [s3, s5, s8] = [0.3, heavy.is_voice_from(), 0.8].map(|from| percent(&by_silero, from));
        let [e5, e7, e8, e9] = [0.5, 0.7, light.is_voice_from(), 0.9].map(|from| percent(&by_earshot, from));
        println!("{name:28} {s3:10.1} {s5:6.1} {s8:5.1} {most:5.2} | {e5:11.1} {e7:5.1} {e8:6.1} {e9:5.1}");
        for (detector, heard, expected) in [("silero", s5, silero), ("earshot", e8, earshot)] {
            if !expected.contains(&heard) {
                wrong.push(format!("{name}: {detector} calls {heard:.1} of 100 frames speech, not {expected:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn measured(detector: Box<dyn VoiceDetector>, pcm: &[i16]) -> SpeechMeasure {
    let mut meter = SpeechMeter::new(detector);
    let mark = meter.mark();
    meter.push(pcm);
    let passage = Passage { expected_us: reading_time_us(sound::OPENING), elapsed_us: meter.heard_us() };
    meter.measure(&mark, passage)
}

fn by_each(pcm: &[i16]) -> [SpeechMeasure; 2] {
    [measured(Box::new(Silero::open().unwrap()), pcm), measured(Box::<Earshot>::default(), pcm)]
}

#[test]
fn a_script_that_is_read_is_detected_by_either_up_to_a_street_5_db_below_it() {
    let (script, street) = (sound::opening(), sound::street(60.0));
    let rungs = [script.clone(), sound::in_noise(&script, &street, 10.0), sound::in_noise(&script, &street, 5.0)];
    for pcm in rungs {
        for measure in by_each(&pcm) {
            assert!(matches!(measure, SpeechMeasure::Detected { .. }), "{measure:?}");
        }
    }
    let as_loud = measured(Box::new(Silero::open().unwrap()), &sound::in_noise(&script, &street, 0.0));
    assert!(matches!(as_loud, SpeechMeasure::Detected { .. }), "{as_loud:?}");
}

#[test]
fn silence_wind_and_a_street_are_a_script_to_neither() {
    for pcm in [sound::room(24.0), sound::wind(24.0), sound::street(24.0)] {
        for measure in by_each(&pcm) {
            assert!(matches!(measure, SpeechMeasure::NotDetected { .. }), "{measure:?}");
        }
    }
    let loud = measured(Box::new(Silero::open().unwrap()), &sound::louder(&sound::street(60.0), 2));
    assert!(matches!(loud, SpeechMeasure::NotDetected { .. }), "{loud:?}");
}

#[test]
fn a_crowd_counts_as_speech_because_it_is() {
    for measure in by_each(&sound::babble(24)) {
        assert!(matches!(measure, SpeechMeasure::Detected { .. }), "{measure:?}");
    }
}

#[test]
fn what_was_heard_before_a_gap_does_not_colour_what_comes_after() {
    let script = sound::opening();
    let mut fresh = Silero::open().unwrap();
    let expected = scores(&mut fresh, &script[..16_000]);
    let mut used = Silero::open().unwrap();
    let during = scores(&mut used, &script[16_000..48_000]);
    assert_ne!(scores(&mut used, &script[..16_000]), expected, "it remembers, or forgetting shows nothing");
    used.forget();
    assert_eq!(scores(&mut used, &script[..16_000]), expected);
    assert!(!during.is_empty());
}

#[test]
fn a_frame_of_another_length_is_an_error_and_no_panic() {
    let mut silero = Silero::open().unwrap();
    for length in [0, 1, 256, 511, 513, 4_096] {
        assert!(silero.score(&vec![7; length]).is_err(), "{length}");
    }
    assert!(silero.score(&[7; 512]).is_ok());
}
