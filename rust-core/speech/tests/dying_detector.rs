//! A detector that dies in mid-recording: whoever brings the sound goes on, and what is said of a passage is what was measured, by whom.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

#[allow(dead_code, reason = "a part of it is used here")]
mod sound;

use std::num::NonZeroUsize;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use quanji_speech::{
    BesideSettings, DetectorFault, DetectorName, Passage, Share, Silero, SpeechChange, SpeechMeasure, SpeechMeter,
    VoiceDetector, reading_time_us,
};

const FRAME_US: u64 = 32_000;
/// 400 ms: the longest piece that a phone's microphone brings.
const PIECE: usize = 6_400;

#[derive(Debug)]
enum Death {
    Panic,
    Error,
    NoNumber,
    /// Until the other end is dropped.
    Hang(Receiver<()>),
}

/// Hears speech in everything, and dies over the frame after those.
#[derive(Debug)]
struct Dying {
    frames_left: u64,
    death: Death,
}

impl VoiceDetector for Dying {
    fn name(&self) -> DetectorName {
        DetectorName::Silero
    }

    fn frame_samples(&self) -> NonZeroUsize {
        Silero::FRAME_SAMPLES
    }

    fn score(&mut self, _: &[i16]) -> Result<f32, DetectorFault> {
        if self.frames_left > 0 {
            self.frames_left -= 1;
            return Ok(1.0);
        }
        match &self.death {
            Death::Panic => panic!("the detector dies, as the test wants it"),
            Death::Error => Err(DetectorFault::Failed),
            Death::NoNumber => Ok(f32::NAN),
            Death::Hang(end) => Ok(end.recv().map_or(0.0, |()| 1.0)),
        }
    }

    fn is_voice_from(&self) -> f32 {
        0.5
    }

    fn forget(&mut self) {}
}

fn settings(limit: Duration) -> BesideSettings {
    BesideSettings { name: DetectorName::Silero, frame_samples: Silero::FRAME_SAMPLES, limit }
}

fn dying(frames_left: u64, death: Death, limit: Duration) -> SpeechMeter {
    SpeechMeter::with_beside(settings(limit), move || Ok(Dying { frames_left, death }))
}

fn hang() -> (SyncSender<()>, Death) {
    let (end, until) = sync_channel(0);
    (end, Death::Hang(until))
}

/// Waits as the officer's hand does, never the sound's thread.
fn settle(meter: &mut SpeechMeter) {
    let is_answered = meter.owed().is_none_or(|owed| owed.wait());
    meter.settle(is_answered);
}

fn replaced(changes: &[SpeechChange]) -> Vec<(u64, DetectorFault)> {
    let of = |change: &SpeechChange| match *change {
        SpeechChange::DetectorReplaced { at_us, fault } => Some((at_us, fault)),
        _ => None,
    };
    changes.iter().filter_map(of).collect()
}

/// Long enough for a hundred frames of a detector that does nothing, on a busy machine.
const SOON: Duration = Duration::from_secs(1);
const NEVER: Duration = Duration::from_secs(3_600);

#[test]
fn however_a_detector_dies_the_other_measures_the_rest_and_it_is_said_which_measured_what() {
    let opening = sound::opening();
    let (_end, hangs) = hang();
    for (death, fault, limit) in [
        (Death::Panic, DetectorFault::Panicked, NEVER),
        (Death::Error, DetectorFault::Failed, NEVER),
        (Death::NoNumber, DetectorFault::NotANumber, NEVER),
        (hangs, DetectorFault::TooSlow, SOON),
    ] {
        let mut meter = dying(100, death, limit);
        let mark = meter.mark();
        let mut changes = Vec::new();
        for piece in opening.chunks(PIECE) {
            changes.extend(meter.push(piece));
            settle(&mut meter);
        }
        changes.extend(meter.push(&[]));
        assert_eq!(replaced(&changes), [(100 * FRAME_US, fault)], "once, where it died");

        let shares = meter.shares(&mark);
        assert_eq!(shares.silero, Share { heard_us: 100 * FRAME_US, voiced_us: 100 * FRAME_US }, "{fault:?}");
        assert_eq!(shares.silero.heard_us + shares.earshot.heard_us, meter.heard_us(), "{fault:?}");
        let whole_us = opening.len() as u64 / 256 * 16_000;
        assert_eq!(meter.heard_us(), whole_us, "not a frame is lost over it: {fault:?}");

        let passage = Passage { expected_us: reading_time_us(sound::OPENING), elapsed_us: whole_us };
        let SpeechMeasure::Detected { voiced_us, .. } = meter.measure(&mark, passage) else {
            panic!("{fault:?}: {:?}", meter.measure(&mark, passage))
        };
        assert!(voiced_us.abs_diff(shares.silero.voiced_us + shares.earshot.voiced_us) <= 1, "{fault:?}");
        assert!(shares.earshot.voiced_us > 10_000_000, "the rest was read aloud: {shares:?}");
    }
}

#[test]
fn of_silence_after_its_death_nothing_is_claimed() {
    let mut meter = dying(50, Death::Panic, NEVER);
    let mark = meter.mark();
    let room = sound::room(20.0);
    for piece in room.chunks(PIECE) {
        meter.push(piece);
        settle(&mut meter);
    }
    let shares = meter.shares(&mark);
    assert_eq!((shares.silero.voiced_us, shares.earshot.voiced_us), (50 * FRAME_US, 0));
    let expected_us = reading_time_us(sound::OPENING);
    let measure = meter.measure(&mark, Passage { expected_us, elapsed_us: 20_000_000 });
    assert_eq!(measure, SpeechMeasure::NotDetected { voiced_us: 50 * FRAME_US, expected_us });
}

#[test]
fn a_detector_that_cannot_be_made_is_replaced_from_the_first_frame_on() {
    let opening = sound::opening();
    let fails = || -> Result<Dying, DetectorFault> { Err(DetectorFault::NotStarted) };
    let panics = || -> Result<Dying, DetectorFault> { panic!("it cannot be made, as the test wants it") };
    for (mut meter, fault) in [
        (SpeechMeter::with_beside(settings(NEVER), fails), DetectorFault::NotStarted),
        (SpeechMeter::with_beside(settings(NEVER), panics), DetectorFault::Panicked),
    ] {
        let mark = meter.mark();
        let mut changes = meter.push(&opening);
        settle(&mut meter);
        changes.extend(meter.push(&[]));
        assert_eq!(replaced(&changes), [(0, fault)]);
        let shares = meter.shares(&mark);
        assert_eq!((shares.silero.heard_us, shares.earshot.heard_us), (0, meter.heard_us()));
    }
}

#[test]
fn whoever_brings_the_sound_does_not_wait_for_a_detector_that_hangs() {
    let (_end, hangs) = hang();
    let mut meter = dying(0, hangs, NEVER);
    let mark = meter.mark();
    // That these return is the claim: nobody ever answers.
    let room = sound::room(21.0);
    for piece in room[..20 * 16_000].chunks(PIECE) {
        assert_eq!(meter.push(piece), []);
    }
    assert_eq!(meter.heard_us(), 0, "what nobody judged was not heard");
    let passage = Passage { expected_us: 1_000_000, elapsed_us: 20_000_000 };
    assert!(matches!(meter.measure(&mark, passage), SpeechMeasure::NotMeasured { .. }));
    // What it owes has a bound, however long it may owe it.
    let mut changes = Vec::new();
    for piece in room[..20 * 16_000].chunks(PIECE) {
        changes.extend(meter.push(piece));
    }
    assert_eq!(replaced(&changes), [(0, DetectorFault::TooSlow)]);
    assert_eq!(meter.shares(&mark).earshot.heard_us, 40_000_000, "not a frame is lost over it");
}

#[test]
fn a_detector_that_hangs_is_found_out_though_nobody_measures() {
    let (_end, hangs) = hang();
    let mut meter = dying(0, hangs, SOON);
    let (_keep, pause) = sync_channel::<()>(0);
    let mut changes = meter.push(&sound::room(1.0)[..PIECE]);
    while replaced(&changes).is_empty() {
        // The watch looks by the real clock: there is no event of ours to wait for.
        let _ = pause.recv_timeout(Duration::from_millis(5));
        changes.extend(meter.push(&[]));
    }
    assert_eq!(replaced(&changes), [(0, DetectorFault::TooSlow)]);
    assert_eq!(meter.heard_us(), 400_000);
}

#[test]
fn a_detector_that_owes_nothing_is_not_too_slow_however_long_the_silence() {
    let (_end, hangs) = hang();
    let mut meter = dying(1, hangs, SOON);
    meter.push(&sound::room(1.0)[..512]);
    settle(&mut meter);
    let (_keep, pause) = sync_channel::<()>(0);
    // Two looks of the watch, at a detector that is asked nothing.
    let _ = pause.recv_timeout(SOON * 5 / 2);
    assert_eq!(replaced(&meter.push(&[])), []);
    assert_eq!(meter.heard_us(), 32_000);
}

#[test]
fn a_mark_among_frames_that_are_owed_begins_exactly_there() {
    let (end, hangs) = hang();
    let mut meter = dying(0, hangs, NEVER);
    let room = sound::room(1.0);
    meter.push(&room[..20 * 512]);
    let mark = meter.mark();
    meter.push(&room[20 * 512..30 * 512]);
    // It wakes up, and answers for all of it.
    for _ in 0..30 {
        end.send(()).unwrap();
    }
    settle(&mut meter);
    assert_eq!(meter.heard_us(), 960_000);
    assert_eq!(meter.shares(&mark).silero, Share { heard_us: 320_000, voiced_us: 320_000 });
}

#[test]
fn a_detector_on_the_sounds_own_thread_is_replaced_too() {
    for (death, fault) in [
        (Death::Panic, DetectorFault::Panicked),
        (Death::Error, DetectorFault::Failed),
        (Death::NoNumber, DetectorFault::NotANumber),
    ] {
        let mut meter = SpeechMeter::new(Box::new(Dying { frames_left: 10, death }));
        let mark = meter.mark();
        let changes = meter.push(&sound::room(1.0));
        assert_eq!(replaced(&changes), [(10 * FRAME_US, fault)]);
        let shares = meter.shares(&mark);
        assert_eq!(
            (shares.silero.heard_us, shares.earshot.heard_us),
            (10 * FRAME_US, meter.heard_us() - 10 * FRAME_US)
        );
    }
}
