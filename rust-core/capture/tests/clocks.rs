//! Made traces against the truth they were made from.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod trace;

use quanji_capture::clocks::{
    AV_OFFSET_LIMIT_US, ClockBase, Declared, PictureSource, Slept, SoundSource, SourceClocks,
};
use quanji_media::Timescale;
use quanji_testkit::Dice;
use trace::{BOOTED_US, Make, Trace, Unit, place};

const S: i64 = 1_000_000;
const MS: i64 = 1_000;

#[test]
fn an_ordinary_phones_pictures_stand_where_they_were_taken() {
    let trace = Make::default().trace();
    let placed = place(&trace, ClockBase::Elapsed);
    placed.check_order(&trace);
    let (pictures, sound) = placed.errors_us(0);
    assert_eq!(pictures, 0, "a stamp of the right clock is the truth");
    assert!(sound <= 2 * MS, "{sound}");
    assert_eq!(placed.reports.len(), 1, "one report a minute");
    assert_eq!(placed.reports[0].picture, Some(PictureSource::Elapsed));
    assert_eq!(placed.reports[0].sound, Some(SoundSource::Measured));
    placed.check_reports(2 * MS);
}

#[test]
fn stamps_without_sleep_are_recognised_whatever_the_phone_declares() {
    for declared in [ClockBase::Elapsed, ClockBase::Monotonic, ClockBase::Unknown] {
        for camera in [ClockBase::Elapsed, ClockBase::Monotonic] {
            let trace = Make { camera, ..Make::default() }.trace();
            let placed = place(&trace, declared);
            placed.check_order(&trace);
            assert_eq!(placed.errors_us(0).0, 0, "declared {declared:?}, stamped {camera:?}");
            placed.check_reports(2 * MS);
        }
    }
}

#[test]
fn a_camera_with_a_clock_of_its_own_is_placed_by_arrival_and_its_distances_are_kept() {
    let trace = Make { camera: ClockBase::Unknown, ..Make::default() }.trace();
    let placed = place(&trace, ClockBase::Elapsed);
    placed.check_order(&trace);
    assert_eq!(placed.reports[0].picture, Some(PictureSource::Arrival));
    assert!(placed.errors_us(0).0 <= 90 * MS, "no further off than a picture takes to arrive");
    assert!(placed.pictures.windows(2).all(|two| two[1].1 - two[0].1 == 40_000));
}

#[test]
fn fifteen_pictures_a_second_in_the_dark_stay_fifteen() {
    let mut trace = Make { seconds: 40, ..Make::default() }.trace();
    // From the tenth second on every picture is exposed for longer, and some come at a distance of their own.
    let mut dice = Dice::new(15);
    let mut truth_us = BOOTED_US + 10 * S;
    trace.pictures.retain(|unit| unit.truth_us < truth_us);
    while truth_us < BOOTED_US + 40 * S {
        trace.pictures.push(Unit { truth_us, stamp_us: truth_us, arrived_us: truth_us + 140 * MS });
        truth_us += 66_667 + i64::try_from(dice.below(3_000)).unwrap();
    }
    let placed = place(&trace, ClockBase::Elapsed);
    placed.check_order(&trace);
    assert_eq!(placed.errors_us(0).0, 0);
}

#[test]
fn late_sound_is_written_where_it_was_heard() {
    // The sound begins 1.2 s after the picture, arrives up to 0.7 s late, and the phone says nothing of it for the first 3 s.
    let make =
        Make { sound_begins_us: 1_200 * MS, told_from_us: Some(3 * S), delay_us: (60_000, 700_000), ..Make::default() };
    let trace = make.trace();
    let placed = place(&trace, ClockBase::Elapsed);
    placed.check_order(&trace);
    let (pictures, sound) = placed.errors_us(0);
    assert_eq!(pictures, 0);
    assert!(sound <= 700 * MS, "before the phone says anything, arrival is all there is: {sound}");
    let (_, sound) = placed.errors_us(90 * S);
    assert!(sound <= 2 * MS, "{sound}");
    placed.check_reports(2 * MS);
}

#[test]
fn a_sound_card_that_is_slow_by_150_ppm_stays_with_the_picture_for_hours() {
    for ppm in [150, -150] {
        let trace = Make { ppm, seconds: 7_200, ..Make::default() }.trace();
        let placed = place(&trace, ClockBase::Elapsed);
        placed.check_order(&trace);
        let (_, sound) = placed.errors_us(0);
        assert!(sound <= 5 * MS, "uncorrected it would be 1080 ms off: {sound}");
        let last = placed.reports.last().unwrap();
        assert!((last.sound_drift_ppm.unwrap() - ppm).abs() <= 20, "{last:?}");
        placed.check_reports(3 * MS);
        assert!(placed.sound.windows(2).all(|two| (1_022..=1_026).contains(&(two[1].0 - two[0].0))));
    }
}

#[test]
fn a_stalled_camera_leaves_its_gap_and_a_stalled_reader_none() {
    let mut trace = Make::default().trace();
    let gap = BOOTED_US + 20 * S..BOOTED_US + 21 * S + 500 * MS;
    trace.pictures.retain(|unit| !gap.contains(&unit.truth_us));
    // For five seconds nobody takes anything out of the encoders.
    let freed_us = BOOTED_US + 45 * S;
    for unit in trace.pictures.iter_mut().chain(&mut trace.sound) {
        if (BOOTED_US + 40 * S..freed_us).contains(&unit.arrived_us) {
            unit.arrived_us = freed_us;
        }
    }
    let placed = place(&trace, ClockBase::Elapsed);
    placed.check_order(&trace);
    assert_eq!(placed.errors_us(0).0, 0);
    assert!(placed.errors_us(0).1 <= 2 * MS);
    let largest = placed.pictures.windows(2).map(|two| two[1].0 - two[0].0).max().unwrap();
    assert_eq!(largest, 1_560 * MS, "the gap is exactly what the camera left out");
    assert!(placed.reports.iter().all(|report| report.set == 0), "no clock was set");
}

#[test]
fn stamps_that_jump_stay_near_the_truth_and_are_told_at_once() {
    for jump_us in [3_600 * S, -3_600 * S, 2 * S, -2 * S, 300 * MS, -300 * MS] {
        let mut trace = Make { seconds: 100, ..Make::default() }.trace();
        for unit in &mut trace.pictures {
            if unit.truth_us >= BOOTED_US + 30 * S {
                unit.stamp_us += jump_us;
            }
        }
        let placed = place(&trace, ClockBase::Elapsed);
        placed.check_order(&trace);
        let at_jump = placed.reports.iter().find(|report| report.set > 0).expect("it is told");
        assert!(at_jump.at_us < BOOTED_US + 30 * S + 400 * MS, "at once: {jump_us}");
        // A few pictures pass before a small step back is seen; they stand as far off as the step.
        let (pictures, _) = placed.errors_us(31 * S);
        assert!(pictures <= 90 * MS, "jump of {jump_us}: {pictures}");
    }
}

#[test]
fn two_pictures_of_one_instant_are_both_kept_one_tick_apart() {
    let mut trace = Make { seconds: 20, ..Make::default() }.trace();
    for at in (10..400).step_by(25) {
        trace.pictures[at].stamp_us = trace.pictures[at - 1].stamp_us;
    }
    let placed = place(&trace, ClockBase::Elapsed);
    placed.check_order(&trace);
    for (at, (decode, _, unit)) in placed.pictures.iter().enumerate() {
        assert!((decode - unit.stamp_us).abs() <= 1, "picture {at}");
    }
    assert!(placed.reports.iter().all(|report| report.set == 0));
}

/// Takes pictures in order of showing into the order of decoding I P B B.
fn with_b_frames(trace: &mut Trace, depth: usize) {
    let arrived: Vec<i64> = trace.pictures.iter().map(|unit| unit.arrived_us).collect();
    for group in trace.pictures[1..].chunks_mut(depth + 1) {
        group.rotate_right(1);
    }
    // What is decoded first cannot leave before it was taken.
    let mut last = 0;
    for (unit, arrived_us) in trace.pictures.iter_mut().zip(arrived) {
        last = last.max(arrived_us + 40_000 * depth as i64);
        unit.arrived_us = last;
    }
}

#[test]
fn b_frames_keep_the_instant_they_are_shown_and_are_decoded_in_time() {
    for depth in [1, 2, 3] {
        let mut trace = Make { seconds: 60, ..Make::default() }.trace();
        with_b_frames(&mut trace, depth);
        let placed = place(&trace, ClockBase::Elapsed);
        placed.check_order(&trace);
        assert_eq!(placed.errors_us(0).0, 0, "they are shown when they were taken");
        // Once the depth is known (the first group), decode times are those of showing, one picture later.
        for (decode, present, _) in placed.pictures.iter().skip(2 * (depth + 1)) {
            assert!(decode <= present, "decoded before it is shown");
        }
        let steps = placed.pictures.windows(2).skip(2 * (depth + 1)).map(|two| two[1].0 - two[0].0);
        assert!(steps.into_iter().all(|step| step == 40_000), "depth {depth}");
        assert!(placed.reports.iter().all(|report| report.set == 0), "B-frames are no clock that was set");
    }
}

#[test]
fn a_phone_that_says_nothing_of_its_microphone_is_at_most_its_delay_off() {
    let trace = Make { told_from_us: None, ppm: 150, seconds: 1_800, ..Make::default() }.trace();
    let placed = place(&trace, ClockBase::Elapsed);
    placed.check_order(&trace);
    let (_, sound) = placed.errors_us(0);
    assert!(sound <= AV_OFFSET_LIMIT_US + 20 * MS, "{sound}");
    assert_eq!(placed.reports[0].sound, Some(SoundSource::Arrival));
    assert_eq!(placed.reports[0].sound_drift_ppm, None, "what was not measured is not said");
}

#[test]
fn frames_that_the_phone_lost_leave_a_gap_and_what_follows_stands_right() {
    let mut trace = Make { seconds: 120, ..Make::default() }.trace();
    // A second of sound was never read: what follows is a second younger than its number says.
    let lost_from = BOOTED_US + 50 * S;
    trace.heard.retain(|heard| heard.at_us < lost_from);
    let mut frames_lost = 0;
    trace.sound.retain_mut(|unit| {
        let is_lost = (lost_from..lost_from + S).contains(&unit.truth_us);
        frames_lost += i64::from(is_lost);
        unit.stamp_us -= frames_lost * 1024 * S / 48_000;
        !is_lost
    });
    // The phone counts on over what was lost.
    for unit in trace.sound.iter().filter(|unit| unit.truth_us > lost_from + S).step_by(24) {
        let frame = (unit.truth_us - BOOTED_US) * 48 / 1000;
        trace.heard.push(trace::Heard { told_us: unit.arrived_us, frame, at_us: unit.truth_us });
    }
    let placed = place(&trace, ClockBase::Elapsed);
    placed.check_order(&trace);
    let (_, sound) = placed.errors_us(70 * S);
    assert!(sound <= 60 * MS, "{sound}");
    let gaps = placed.sound.windows(2).filter(|two| two[1].0 - two[0].0 > 40_000).count();
    assert_eq!(gaps, 1, "one gap, not many");
}

#[test]
fn a_microphone_that_is_opened_anew_goes_on_above_what_was() {
    let declared = Declared { camera: ClockBase::Elapsed, slept: Slept(0) };
    let scale = Timescale::new(48_000).unwrap();
    let mut clocks = SourceClocks::new(declared, None, Some(scale));
    let mut last = i64::MIN;
    for round in 0..3 {
        for unit in 0..500 {
            // The second time units come out faster than time: what was written reaches further than the clock.
            let arrived_us = BOOTED_US + round * S + unit * 5 * MS;
            let decode = clocks.sound(scale.us(unit * 1024), arrived_us).unwrap().decode;
            assert!(decode > last, "round {round}, unit {unit}");
            last = decode;
        }
        clocks.microphone_reopened();
    }
}

#[test]
fn numbers_of_any_size_break_nothing_and_come_out_as_i_json() {
    let limit = (1i64 << 53) - 1;
    for seed in 0..100 {
        let mut dice = Dice::new(0xb16_0000 + seed);
        let draw = |dice: &mut Dice| {
            let shift = dice.below(64) as u32;
            (dice.u64() >> shift) as i64
        };
        let bases = [ClockBase::Elapsed, ClockBase::Monotonic, ClockBase::Unknown];
        let declared = Declared { camera: *dice.pick(&bases).unwrap(), slept: Slept(draw(&mut dice)) };
        let scale = Timescale::new(48_000).unwrap();
        let mut clocks = SourceClocks::new(declared, Some(Timescale::MICROSECONDS), Some(scale));
        for _ in 0..500 {
            let (one, other) = (draw(&mut dice), draw(&mut dice));
            match dice.below(5) {
                0 | 1 => drop(clocks.picture(one, other)),
                2 | 3 => drop(clocks.sound(one, other)),
                _ => clocks.heard(one, other, *dice.pick(&bases).unwrap()),
            }
            if let Some(report) = clocks.report(draw(&mut dice)) {
                let numbers = [Some(report.at_us), report.av_offset_us, report.sound_drift_ppm];
                assert!(numbers.iter().flatten().all(|number| number.abs() <= limit), "{report:?}");
            }
        }
    }
}

#[test]
fn whatever_comes_every_unit_is_kept_in_order_and_near_the_truth() {
    for seed in 0..200u64 {
        let mut dice = Dice::new(0xc10c_0000 + seed);
        let camera = *dice.pick(&[ClockBase::Elapsed, ClockBase::Monotonic, ClockBase::Unknown]).unwrap();
        let declared = *dice.pick(&[ClockBase::Elapsed, ClockBase::Monotonic, ClockBase::Unknown]).unwrap();
        let least = i64::try_from(dice.below(100)).unwrap() * MS;
        let most = least + i64::try_from(dice.below(200)).unwrap() * MS;
        let make = Make {
            seed,
            seconds: 150,
            camera,
            frame_us: *dice.pick(&[33_333, 40_000, 66_667]).unwrap(),
            ppm: i64::try_from(dice.below(401)).unwrap() - 200,
            sound_begins_us: i64::try_from(dice.below(2_000)).unwrap() * MS,
            told_from_us: dice.percent(80).then_some(0),
            told_error_us: i64::try_from(dice.below(2_000)).unwrap(),
            delay_us: (least, most),
        };
        let mut trace = make.trace();
        if dice.percent(30) {
            with_b_frames(&mut trace, 1 + dice.below(3) as usize);
        }
        let mut jumps = 0;
        if dice.percent(40) {
            let by = (i64::try_from(dice.below(20_000)).unwrap() - 10_000) * MS;
            // Not with the first picture: that would be a delay like any other.
            let from = BOOTED_US + (1 + i64::try_from(dice.below(100)).unwrap()) * S;
            for unit in trace.pictures.iter_mut().filter(|unit| unit.truth_us >= from) {
                unit.stamp_us += by;
            }
            jumps = by.abs();
        }
        let placed = place(&trace, declared);
        placed.check_order(&trace);
        let (pictures, sound) = placed.errors_us(0);
        // A step that hides in the delay of a picture is not seen, and is no larger than that; for a few pictures a step back is.
        let bound = most + jumps.min(500 * MS) + 200 * MS;
        assert!(pictures <= bound, "seed {seed}: pictures {pictures} > {bound} {make:?}");
        assert!(sound <= most + 20 * MS, "seed {seed}: sound {sound} {make:?}");
        if jumps == 0 && camera != ClockBase::Unknown && make.told_from_us.is_some() {
            placed.check_reports(5 * MS);
        }
    }
}
