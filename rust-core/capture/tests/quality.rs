//! Steps of quality: down at once, up by patience, never to nothing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use quanji_capture::quality::{Coding, Conditions, Lasts, Limit, Quality, Step, StepChange, Steps, Thermal, lasts};
use quanji_testkit::Dice;

const S: u64 = 1_000_000;
const WELL: Conditions =
    Conditions { thermal: Thermal::None, battery_percent: 80, is_charging: false, has_camera: true };

#[test]
fn heat_steps_down_at_once_and_up_after_two_minutes() {
    let mut quality = Quality::begin(Step::FullHd, Steps::NONE, WELL);
    assert_eq!(quality.step(), Step::FullHd);
    let hot = Conditions { thermal: Thermal::Severe, ..WELL };
    let down = StepChange { from: Step::FullHd, to: Step::Hd, because: Limit::Heat };
    assert_eq!(quality.look(S, hot), Some(down));
    assert_eq!(quality.look(2 * S, WELL), None);
    assert_eq!(quality.look(60 * S, hot), None, "hot again: the waiting begins anew");
    assert_eq!(quality.look(61 * S, WELL), None);
    assert_eq!(quality.look(180 * S, WELL), None);
    let up = StepChange { from: Step::Hd, to: Step::FullHd, because: Limit::Heat };
    assert_eq!(quality.look(181 * S, WELL), Some(up));
}

#[test]
fn nothing_is_named_where_nothing_holds_it_down() {
    for policy in [Step::Hd, Step::FullHd] {
        let mut quality = Quality::begin(policy, Steps::NONE, WELL);
        assert_eq!((quality.step(), quality.because()), (policy, Limit::Policy));
        let hot = Conditions { thermal: Thermal::Critical, ..WELL };
        assert_eq!(quality.look(S, hot).map(|change| change.because), Some(Limit::Heat));
        assert_eq!(quality.look(2 * S, WELL), None);
        assert_eq!(quality.look(200 * S, WELL).map(|change| change.to), Some(policy));
        assert_eq!(quality.because(), Limit::Policy);
    }
}

#[test]
fn a_lost_camera_leaves_the_sound_and_comes_back_soon() {
    let mut quality = Quality::begin(Step::FullHd, Steps::NONE, WELL);
    let blind = Conditions { has_camera: false, ..WELL };
    let change = quality.look(S, blind).unwrap();
    assert_eq!((change.to, change.because), (Step::SoundOnly, Limit::Camera));
    assert_eq!(quality.look(2 * S, WELL), None);
    assert_eq!(quality.look(4 * S, WELL).unwrap().to, Step::FullHd);
}

#[test]
fn a_battery_at_the_edge_does_not_swing() {
    let mut quality = Quality::begin(Step::FullHd, Steps::NONE, WELL);
    let at = |battery_percent| Conditions { battery_percent, ..WELL };
    assert_eq!(quality.look(S, at(14)).unwrap().to, Step::Hd);
    for minute in 1..60 {
        assert_eq!(quality.look(minute * 60 * S, at(if minute % 2 == 0 { 14 } else { 16 })), None);
    }
    assert_eq!(quality.look(3_700 * S, at(20)), None);
    assert_eq!(quality.look(3_900 * S, at(20)).unwrap().to, Step::FullHd);
}

#[test]
fn the_policy_is_never_exceeded_and_recording_never_stops() {
    let thermals = [Thermal::None, Thermal::Moderate, Thermal::Severe, Thermal::Critical, Thermal::Shutdown];
    for seed in 0..200 {
        let mut dice = Dice::new(0x9a11_0000 + seed);
        let policy = *dice.pick(&[Step::Hd, Step::FullHd]).unwrap();
        let draw = |dice: &mut Dice| Conditions {
            thermal: *dice.pick(&thermals).unwrap(),
            battery_percent: dice.below(101) as u8,
            is_charging: dice.percent(30),
            has_camera: dice.percent(90),
        };
        let mut quality = Quality::begin(policy, Steps::of(&[Step::FullHd]), draw(&mut dice));
        let (mut now_us, mut last_change_us) = (0, None::<u64>);
        for _ in 0..500 {
            now_us += dice.below(60 * S);
            let conditions = draw(&mut dice);
            let before = quality.step();
            if let Some(change) = quality.look(now_us, conditions) {
                assert_eq!((change.from, change.to), (before, quality.step()));
                assert_ne!(change.from, change.to, "a change is a change");
                if change.to > change.from {
                    let waited = last_change_us.map_or(u64::MAX, |last| now_us - last);
                    assert!(waited >= 2 * S, "up only by patience");
                }
                last_change_us = Some(now_us);
            }
            assert!(quality.step() <= policy);
            let is_blind = quality.step().picture(quality.coding()).is_none();
            assert!(conditions.has_camera || is_blind, "no picture is asked of a camera that is gone");
        }
    }
}

#[test]
fn what_space_and_battery_are_good_for_is_said_before_the_start() {
    let free = 8 * 3_600 * Step::FullHd.bytes_a_second(Coding::H264);
    let lasts = |step: Step, coding, free, now| lasts(step, step.bytes_a_second(coding), free, now);
    let charged = Conditions { is_charging: true, ..WELL };
    assert_eq!(
        lasts(Step::FullHd, Coding::H264, free, WELL),
        Lasts { space_s: 8 * 3_600, battery_s: Some(80 * 60_000 / 280) }
    );
    assert_eq!(lasts(Step::FullHd, Coding::H264, 0, charged), Lasts { space_s: 0, battery_s: None });
    for coding in [Coding::H264, Coding::Hevc] {
        for two in Step::ALL.windows(2) {
            let (less, more) = (lasts(two[0], coding, free, WELL), lasts(two[1], coding, free, WELL));
            assert!(less.space_s > more.space_s, "less is longer");
            assert!(less.battery_s > more.battery_s);
        }
    }
    assert!(lasts(Step::FullHd, Coding::Hevc, free, WELL).space_s > 12 * 3_600);
}

#[test]
fn a_picture_is_asked_for_within_its_bounds() {
    let bits = |step: Step, coding| step.picture(coding).unwrap().bits_a_second;
    assert!(bits(Step::FullHd, Coding::H264) <= 4_000_000 && bits(Step::Hd, Coding::H264) <= 2_000_000);
    for step in [Step::Hd, Step::FullHd] {
        assert!(bits(step, Coding::Hevc) * 10 <= bits(step, Coding::H264) * 6);
        let size = |coding| step.picture(coding).map(|picture| (picture.width, picture.height));
        assert_eq!(size(Coding::Hevc), size(Coding::H264));
    }
}

#[test]
fn hevc_is_made_where_it_is_wanted_and_can_be_and_never_again_once_it_failed() {
    let mut quality = Quality::begin(Step::FullHd, Steps::of(&[Step::Hd]), WELL);
    assert_eq!(quality.coding(), Coding::H264, "no encoder for this size");
    assert!(!quality.encoder_failed(), "H.264 is tried again as it is");
    quality.look(S, Conditions { thermal: Thermal::Severe, ..WELL });
    assert_eq!((quality.step(), quality.coding()), (Step::Hd, Coding::Hevc), "its failure was another's");
    assert!(quality.encoder_failed());
    assert_eq!((quality.step(), quality.coding()), (Step::Hd, Coding::H264));
    quality.look(2 * S, WELL);
    quality.look(200 * S, WELL);
    quality.look(201 * S, Conditions { thermal: Thermal::Severe, ..WELL });
    assert_eq!((quality.step(), quality.coding()), (Step::Hd, Coding::H264));
    let never = Quality::begin(Step::FullHd, Steps::NONE, WELL);
    assert_eq!(never.coding(), Coding::H264);
}
