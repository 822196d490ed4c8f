//! The check before duty as a shell asks for it: the core judges, keeps and gives it back.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod phone;

use phone::TestPhone;
use quanji_capture::quality::Thermal;
use quanji_core::{CheckThresholds, CoreError, Permissions, PhoneCheck, Tried, TriedSound};
use quanji_evidence::body::{Delivering, Location, Started, Temperature};
use quanji_rules::PreflightNote;

fn measured() -> PhoneCheck {
    PhoneCheck {
        battery_percent: Some(83),
        charging: Some(false),
        free_bytes: Some(54 << 30),
        bytes_a_second: 1 << 20,
        has_camera: true,
        asks_picture: true,
        location: Some(Location::Fix),
        thermal: Some(Thermal::Light),
        battery_saver: Some(false),
        permissions: Permissions { notifications: Some(false), ..Permissions::default() },
    }
}

#[test]
fn what_camera_and_microphone_gave_is_judged_by_the_core_and_the_check_is_kept() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    assert_eq!(core.shift_check_of_today(), None);
    let sound = |loudest| Some(TriedSound { samples: 20_000, loudest });
    let flat = core.check_before_duty(measured(), Tried { pictures: Some(30), sound: sound(0) }).unwrap();
    assert_eq!((flat.camera, flat.microphone), (Some(Delivering::Delivering), Some(Delivering::Failed)));
    let notes =
        [PreflightNote::MicrophoneNotDelivering, PreflightNote::ClockUnchecked, PreflightNote::NotificationsDenied];
    assert_eq!(flat.notes, notes);
    assert_eq!((flat.seconds_left, flat.temperature), (Some(54 << 10), Some(Temperature::Normal)));
    let own = CheckThresholds {
        battery_percent: 20,
        is_battery_agencys: false,
        seconds_left: 7_200,
        is_space_agencys: false,
        clock_offset_us: 2_000_000,
        is_clock_agencys: false,
    };
    assert_eq!(flat.thresholds, own);
    phone.clock.advance_us(60_000_000);
    let later = core.check_before_duty(measured(), Tried { pictures: None, sound: sound(9) }).unwrap();
    assert_eq!((later.camera, later.microphone), (None, Some(Delivering::Delivering)), "sound alone was asked for");
    assert!(later.at_us > flat.at_us);
    assert_eq!(core.shift_check_of_today(), Some(later), "the last counts");
}

#[test]
fn beside_a_running_record_nothing_is_checked() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    core.begin(Started::Button).unwrap();
    assert_eq!(core.check_before_duty(measured(), Tried::default()), Err(CoreError::Busy));
    assert_eq!(core.shift_check_of_today(), None);
}
