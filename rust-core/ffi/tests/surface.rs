//! The surface as the shell calls it, and every call misused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod phone;

use phone::{TestPhone, film, format, picture};
use quanji_capture::clocks::ClockBase;
use quanji_capture::keys::{Key, Wish};
use quanji_capture::quality::{Coding, Limit, Step, Thermal};
use quanji_core::frames::{CODEC_CONFIG, Heard, KEY_FRAME, Pushed, VIDEO, hear, push};
use quanji_core::{
    Conditions, CoreError, Deed, Format, Meant, NamedOfficer, Notice, OpenError, Owed, Permissions, PhoneCheck,
    PictureFormat, Press, Prompt, Sample, SecretError, Status, Wanted, lasts, picture_at,
};
use quanji_evidence::body::{Cause, Confirmed, EndedHow, OpeningElement, Party, PlaceHow, Started, Told, Track};
use quanji_rules::{Phase, PreflightNote};
use quanji_testkit::Dice;

#[test]
fn an_emergency_start_records_at_once_and_is_described_afterwards() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    assert_eq!(core.status(), Status::Idle);
    let begun = core.begin(Started::Emergency).unwrap();
    core.set_format(format()).unwrap();
    assert_eq!(film(&phone, begun.handle), 100, "every unit was taken");

    let Status::Running { running } = core.status() else { panic!("it runs") };
    assert_eq!((running.phase, running.record.clone()), (Phase::Recording, begun.record.clone()));
    assert!(running.acknowledged_mono_us.is_some() && running.media_bytes > 50_000);
    assert!(running.owed.contains(&Owed::PlaceDescription));

    core.add(None, Deed::Place { place: "东街十八号门前".to_owned(), how: PlaceHow::Typed }).unwrap();
    let officer = NamedOfficer { name: "王建国".to_owned(), certificate: "14010026001".to_owned() };
    core.add(None, Deed::Officers { officers: vec![officer], recorded_by: 0 }).unwrap();
    let party = Party::ToBeEstablished;
    core.add(None, Deed::Subject { party, name: None, matter: None, case_number: None }).unwrap();
    let Status::Running { running } = core.status() else { panic!("it runs") };
    assert!(!running.owed.contains(&Owed::PlaceDescription), "{:?}", running.owed);

    core.end(None, EndedHow::Officer).unwrap();
    assert_eq!(core.status(), Status::Idle);
    assert_eq!(phone.secrets.names(), ["device", "vault.1"], "the record's key was destroyed when it was sealed");
}

#[test]
fn what_is_done_later_is_refused_with_a_reason_or_taken() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    let begun = core.begin(Started::Button).unwrap();
    core.end(None, EndedHow::Officer).unwrap();
    let mark = || Deed::Mark { mark: "evidence".to_owned(), at_mono_us: 1 };
    assert_eq!(core.add(None, mark()), Err(CoreError::NotRecording));
    assert!(core.add_later(begun.record.clone(), None, mark()).is_ok(), "a mark may be set looking back");
    let photo = Deed::Photo { image: vec![1, 2, 3], width: None, height: None };
    let record = begun.record.clone();
    assert_eq!(core.add_later(record.clone(), None, photo), Err(CoreError::BelongsToANewRecord { record }));
}

#[test]
fn a_handle_that_outlived_its_record_is_answered_that_it_is_closed() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    let first = core.begin(Started::Button).unwrap();
    core.set_format(format()).unwrap();
    film(&phone, first.handle);
    core.end(None, EndedHow::Officer).unwrap();
    let second = core.begin(Started::Button).unwrap();
    core.set_format(format()).unwrap();
    assert_ne!(first.handle, second.handle);
    assert_eq!(push(first.handle, VIDEO, &picture(true), 0, 0, KEY_FRAME), Pushed::Closed);
    assert_eq!(film(&phone, second.handle), 100, "the other record is untouched");
    drop(core);
    assert_eq!(push(second.handle, VIDEO, &picture(true), 0, 0, KEY_FRAME), Pushed::Closed);
}

#[test]
fn no_handle_and_no_argument_ends_the_process() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    let begun = core.begin(Started::Button).unwrap();
    core.set_format(format()).unwrap();
    assert_eq!(push(begun.handle, 3, &picture(true), 0, 0, KEY_FRAME), Pushed::Track);
    assert_eq!(push(begun.handle, VIDEO, &[], 0, 0, KEY_FRAME), Pushed::Nothing);
    assert_eq!(push(begun.handle, VIDEO, &format().video.unwrap().parameter_sets, 0, 0, CODEC_CONFIG), Pushed::Nothing);
    let mut dice = Dice::new(0x5107);
    for _ in 0..2_000 {
        let handle = if dice.percent(50) { begun.handle } else { dice.u64() as i64 };
        let len = usize::try_from(dice.below(64)).unwrap();
        let (data, stamp_us) = (dice.bytes(len), dice.u64() as i64);
        let answer = push(handle, dice.below(4) as i32 - 1, &data, stamp_us, dice.u64() as i64, dice.u64() as i32);
        assert_ne!(answer, Pushed::Bug);
    }
    assert!(matches!(core.status(), Status::Running { .. }), "the record goes on");
    core.end(None, EndedHow::Officer).unwrap();
}

fn video_of(coding: Coding, parameter_sets: Vec<u8>) -> Format {
    Format { video: Some(PictureFormat { coding, parameter_sets }), ..format() }
}

#[test]
fn a_unit_without_a_format_is_dropped_and_a_wrong_format_is_named() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    assert_eq!(core.set_format(format()), Err(CoreError::NotRecording));
    let begun = core.begin(Started::Button).unwrap();
    assert_eq!(push(begun.handle, VIDEO, &picture(true), 0, 0, KEY_FRAME), Pushed::Dropped);
    for wrong in [
        video_of(Coding::H264, vec![1, 2, 3]),
        video_of(Coding::Hevc, vec![1, 2, 3]),
        // Sets of H.264 are none of HEVC.
        video_of(Coding::Hevc, format().video.unwrap().parameter_sets),
        Format { audio: Some(vec![0]), ..format() },
        Format { rotation_degrees: 45, ..format() },
        Format { video: None, audio: None, ..format() },
    ] {
        assert!(matches!(core.set_format(wrong), Err(CoreError::NotOfItsShape { .. })));
    }
    let deed = Deed::Mark { mark: "Ä".to_owned(), at_mono_us: 0 };
    assert!(matches!(core.add(None, deed), Err(CoreError::NotOfItsShape { .. })));
    let word = "长".repeat(2_000);
    let too_long = core.add(None, Deed::Place { place: word, how: PlaceHow::Typed });
    assert_eq!(too_long, Err(CoreError::TooLong { limit: 4_096, found: 6_000 }));
    let gone = "0".repeat(32);
    assert!(matches!(core.take_up(gone.clone()), Err(CoreError::Busy | CoreError::NoSuchRecord { .. })));
    assert!(matches!(core.take_up("x".to_owned()), Err(CoreError::NotOfItsShape { .. })));
    assert_eq!(core.begin(Started::Button), Err(CoreError::Busy));
}

#[test]
fn an_interrupted_record_is_taken_up_and_one_left_behind_is_found_at_the_next_start() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    let begun = core.begin(Started::Button).unwrap();
    core.set_format(format()).unwrap();
    film(&phone, begun.handle);
    core.interrupt(Cause::CameraLost).unwrap();
    let Status::Running { running } = core.status() else { panic!("it stands interrupted") };
    assert_eq!(running.phase, Phase::Interrupted);
    core.set_format(format()).unwrap();
    film(&phone, begun.handle);
    core.leave_running().unwrap();
    assert_eq!(core.status(), Status::Idle);
    drop(core);
    let core = phone.open().unwrap();
    assert_eq!(core.opened().recovered.len(), 1);
    assert_eq!(core.opened().troubled, []);
    let again = core.take_up(begun.record.clone()).unwrap();
    assert_eq!(again.record, begun.record);
    core.end(None, EndedHow::CutForGood).unwrap();
}

#[test]
fn a_vault_is_never_given_a_second_key() {
    let phone = TestPhone::new();
    phone.secrets.fail_with(Some(SecretError::Locked));
    assert_eq!(phone.open().unwrap_err(), OpenError::Locked);
    phone.secrets.fail_with(Some(SecretError::Invalidated));
    assert_eq!(phone.open().unwrap_err(), OpenError::KeysInvalidated);
    phone.secrets.fail_with(None);
    let core = phone.open().unwrap();
    assert_eq!(phone.open().unwrap_err(), OpenError::InUse);
    core.begin(Started::Button).unwrap();
    core.end(None, EndedHow::Officer).unwrap();
    drop(core);
    phone.secrets.shorten("device");
    let damaged = OpenError::SecretDamaged { name: "device".to_owned(), expected: 64, found: 63 };
    assert_eq!(phone.open().unwrap_err(), damaged);
    phone.secrets.lose("vault.1");
    assert_eq!(phone.open().unwrap_err(), OpenError::SecretGone { name: "vault.1".to_owned() });
}

#[test]
fn a_name_of_the_app_that_no_record_can_hold_is_refused() {
    let phone = TestPhone::new();
    let mut wrong = phone.phone();
    wrong.software = "全记".to_owned();
    assert!(matches!(quanji_core::Core::open(wrong), Err(OpenError::NotOfItsShape { .. })));
}

#[test]
fn what_the_phone_notices_is_told_and_what_was_spoken_is_measured() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    let begun = core.begin(Started::Button).unwrap();
    core.set_format(format()).unwrap();
    let check = PhoneCheck {
        battery_percent: Some(12),
        charging: Some(false),
        free_bytes: Some(64 << 30),
        bytes_a_second: 540_000,
        has_camera: true,
        asks_picture: true,
        location: None,
        thermal: None,
        battery_saver: None,
        permissions: Permissions::default(),
    };
    let warned = |core: &quanji_core::Core| -> Vec<_> {
        let done = core.add(None, Deed::Preflight { check }).unwrap();
        done.prompts
            .into_iter()
            .filter_map(|prompt| match prompt {
                Prompt::Warning { note } => Some(note),
                _ => None,
            })
            .collect()
    };
    let (unchecked, battery) = (PreflightNote::ClockUnchecked, PreflightNote::BatteryLow);
    let (camera, microphone) = (PreflightNote::CameraNotDelivering, PreflightNote::MicrophoneNotDelivering);
    assert_eq!(warned(&core), [battery, camera, microphone, unchecked], "nothing has come of either");
    film(&phone, begun.handle);
    assert_eq!(warned(&core), [battery, unchecked], "both came");
    let Status::Running { running } = core.status() else { panic!("it runs") };
    assert!(!running.owed.contains(&Owed::Preflight));

    let now = || phone.clock.mono_us();
    core.tick(now()).unwrap();
    core.sample(now(), Sample::CameraGone { is: true }).unwrap();
    core.sample(now(), Sample::Luma { plane: vec![1, 2], width: 2 }).unwrap();
    let since_us = now();
    let lost = Notice::TrackLost { track: Track::Video, cause: Cause::CameraLost, since_us };
    assert_eq!(core.tick(now()).unwrap(), [lost]);
    assert_eq!(core.tick(now()).unwrap(), [], "told once");

    // Two seconds of nothing but a flat line: a microphone that is dead, not an officer who said nothing.
    let passage = core.begin_passage(now()).unwrap();
    let silence = vec![0u8; 2 * 16_000 * 2 + 1];
    phone.clock.advance_us(2_000_000);
    let at_us = i64::try_from(now()).unwrap();
    assert_eq!(hear(begun.handle, &silence, at_us), Heard::Something);
    assert!(matches!(core.tick(now()).unwrap()[..], [Notice::TrackLost { track: Track::Audio, .. }, ..]));
    let opening = Deed::Opening {
        passage,
        to_mono_us: now(),
        elements: vec![OpeningElement::Time, OpeningElement::Place],
        text: Some("现在是上午九点".to_owned()),
        confirmed: Confirmed::Now,
        how: Told::Spoken,
    };
    let done = core.add(None, opening.clone()).unwrap();
    assert!(!done.prompts.contains(&Prompt::SpeechDoubt), "nothing is held against who spoke into a dead microphone");
    let unknown = core.add(None, opening).unwrap();
    assert!(unknown.seq > done.seq, "a passage that nobody began is taken, as not measured");

    let well = Conditions { thermal: Thermal::None, battery_percent: 80, is_charging: false, has_camera: true };
    let wanted = Wanted { hevc_at: vec![Step::FullHd], ..core.wanted(Step::FullHd, true) };
    let hevc = core.begin_quality(wanted.clone(), well).unwrap();
    let picture = hevc.picture.unwrap();
    assert_eq!((picture.height, picture.coding, picture.bits_a_second), (1080, Coding::Hevc, 2_400_000));
    assert_eq!(picture_at(wanted.clone(), Step::FullHd, Coding::Hevc), Some(picture));
    assert_eq!(picture_at(wanted.clone(), Step::SoundOnly, Coding::Hevc), None);
    // An encoder of HEVC that fails is followed by one of H.264, and that one by another of its kind.
    let h264 = core.encoder_failed(now()).unwrap().unwrap();
    assert_eq!(h264.picture.unwrap().coding, Coding::H264);
    assert!(lasts(hevc, 1 << 30, well).space_s > lasts(h264, 1 << 30, well).space_s);
    assert_eq!(core.encoder_failed(now()).unwrap(), None);
    let blind = Conditions { has_camera: false, ..well };
    let asked = core.conditions(now(), blind).unwrap().unwrap();
    assert_eq!((asked.step, asked.because, asked.picture), (Step::SoundOnly, Limit::Camera, None));
    assert_eq!(core.conditions(now(), blind).unwrap(), None);
    core.end(None, EndedHow::Officer).unwrap();
    assert_eq!(hear(begun.handle, &silence, at_us), Heard::Closed);
    for refused in [
        core.tick(0).err(),
        core.sample(0, Sample::ClockSet).err(),
        core.heard(0, 0, ClockBase::Elapsed).err(),
        core.microphone_reopened().err(),
        core.begin_passage(0).err(),
        core.begin_quality(wanted, well).err(),
        core.encoder_failed(0).err(),
        core.conditions(0, well).err(),
        core.interrupt(Cause::Heat).err(),
        core.leave_running().err(),
    ] {
        assert_eq!(refused, Some(CoreError::NotRecording));
    }
}

#[test]
fn presses_mean_what_the_table_says_without_a_running_record() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    assert_eq!(core.press(0, Press::Down { key: Key::VolumeUp }), []);
    assert_eq!(core.press(900_000, Press::Tick), [Meant::Start]);
    assert_eq!(core.press(950_000, Press::Started), [Meant::Locked]);
    assert_eq!(core.press(2_000_000, Press::Action { wish: Wish::Stop }), [Meant::StopBegins { at_us: 2_000_000 }]);
    assert_eq!(core.press(12_000_000, Press::Tick), [Meant::End { at_us: 2_000_000 }]);
}
