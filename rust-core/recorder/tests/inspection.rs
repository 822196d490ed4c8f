//! An inspection as the phone lives it: recorded, broken off, taken up, ended, and judged by a stranger.
#![allow(clippy::unwrap_used, clippy::panic)]

mod phone;

use phone::{Phone, begin, codes, export_and_examine};
use quanji_evidence::Verdict;
use quanji_evidence::body::{
    Body, Cause, Confirmed, EndedHow, Filming, FilmingNotice, Mark, OpeningElement, OpeningPassage, Party, PlaceHow,
    ReasonHow, Speech, Started, Told,
};
use quanji_evidence::entry::{Actor, ActorProof, Flag};
use quanji_evidence::text::{Code, Officer};
use quanji_recorder::{Deed, Measured, NamedOfficer, Recorder, RecorderFault, Recording};
use quanji_rules::{Completeness, Phase};

fn describe(recording: &Recording) {
    recording.add(None, Deed::Place { place: "城西仓库".into(), how: PlaceHow::Typed }).unwrap();
    let officer = |name: &str, number: &str| NamedOfficer { name: name.into(), certificate: number.into() };
    let officers = vec![officer("张三", "140100001"), officer("李四", "140100002")];
    recording.add(None, Deed::Officers { officers, recorded_by: 0 }).unwrap();
    let name = Some("某某公司".to_owned());
    let matter = Some(Code::parse("market/inspection-7").unwrap());
    recording.add(None, Deed::Subject { party: Party::Named, name, matter, case: None }).unwrap();
    let notes = Vec::new();
    recording
        .add(
            None,
            quanji_evidence::body::Preflight {
                notes,
                battery_percent: Some(80),
                charging: Some(false),
                free_bytes: None,
                seconds_left: Some(30_000),
                camera: None,
                microphone: None,
                clock_offset_us: None,
                location: None,
                temperature: None,
                battery_saver: None,
            },
        )
        .unwrap();
}

fn opening(from_mono_us: u64, to_mono_us: u64) -> OpeningPassage {
    OpeningPassage {
        from_mono_us,
        to_mono_us,
        elements: vec![
            OpeningElement::Time,
            OpeningElement::Place,
            OpeningElement::Officers,
            OpeningElement::Matter,
            OpeningElement::Party,
            OpeningElement::Stages,
            OpeningElement::Notice,
        ],
        speech: Speech::Detected,
        confirmed: Confirmed::Now,
        how: Told::Spoken,
        voiced_us: Some(8_000_000),
        expected_us: Some(9_000_000),
        boot: None,
        phrases: None,
    }
}

fn completeness(recorder: &Recorder) -> Completeness {
    recorder.summaries().remove(0).unwrap().completeness
}

fn officer() -> Option<Actor> {
    Some(Actor { officer: Officer::parse("o1").unwrap(), by: ActorProof::DeviceUnlock })
}

#[test]
fn an_inspection_recorded_without_a_break_is_whole_and_owes_nothing() {
    let mut phone = Phone::new(1);
    let (recorder, _) = phone.start();
    let (recording, mut encoders) = begin(&phone, &recorder);
    describe(&recording);
    encoders.run(&recording, 12.0, |recording| recording.wait_for_room(1 << 20));
    recording.add(officer(), opening(1_000_000, 11_000_000)).unwrap();
    let photo = Deed::Photo { image: b"a photo".to_vec(), width: Some(4_000), height: Some(3_000) };
    let done = recording.add(officer(), photo).unwrap();
    assert!(done.flags.is_empty(), "{:?}", done.flags);
    encoders.run(&recording, 20.0, |recording| recording.wait_for_room(1 << 20));
    recording.end(officer(), EndedHow::Officer).unwrap();

    assert_eq!(completeness(&recorder), Completeness::Complete);
    assert!(!phone.keys.has(recording.record()), "the record key is destroyed at sealed");
    let examination = export_and_examine(&recorder, &[recording.record()]);
    assert_eq!(codes(&examination), [] as [&str; 0], "{:#?}", examination.findings);
    assert_eq!(examination.findings.verdict(), Verdict::ValidUnanchored);
    let pictures: u64 = pictures(&examination);
    assert_eq!(pictures, encoders.pushed_pictures);
    assert_eq!(examination.records[0].media.largest_interval_us, 40_000);
}

fn pictures(examination: &quanji_evidence::verify::Examination) -> u64 {
    let segments = examination.records.iter().flat_map(|record| &record.media.takes).flat_map(|take| &take.segments);
    let fragments = segments.flat_map(|segment| &segment.fragments);
    fragments.filter_map(|fragment| fragment.what.video.as_ref()).map(|run| run.samples).sum()
}

#[test]
fn an_emergency_start_asks_nothing_and_lists_what_is_owed() {
    let mut phone = Phone::new(2);
    let (recorder, _) = phone.start();
    let recording = recorder.begin(Started::Emergency).unwrap();
    let mut encoders = phone::Encoders::new(&phone.clock, true, true);
    encoders.begin(&recording);
    encoders.run(&recording, 5.0, |recording| recording.wait_for_room(1 << 20));
    // Nothing at the scene is refused; it carries what was owed when it was made.
    let mark = recording.add(None, Mark { mark: Code::parse("quarrel").unwrap(), at_mono_us: 0, boot: None }).unwrap();
    assert_eq!(mark.flags, [Flag::BeforeOpening]);
    recording.add(None, FilmingNotice { state: Filming::SomeoneFilms, word: None }).unwrap();
    recording.end(None, EndedHow::Officer).unwrap();
    let examination = export_and_examine(&recorder, &[recording.record()]);
    assert_eq!(codes(&examination), ["description_owed", "filming_notice_owed", "opening_owed", "preflight_missing"]);
    assert_eq!(examination.findings.verdict(), Verdict::ValidUnanchored);
    // Described later: the sealed record owes less, and still says when it was described.
    let place = Deed::Place { place: "河边".into(), how: PlaceHow::Typed };
    let done = recorder.add_later(recording.record(), None, place).unwrap();
    assert!(done.flags.is_empty() || done.flags.contains(&Flag::LookingBack));
    let examination = export_and_examine(&recorder, &[recording.record()]);
    assert!(examination.findings.codes().contains("description_owed"), "officers and subject are still owed");
}

#[test]
fn what_is_done_after_sealing_belongs_to_a_new_record_and_is_told_so() {
    let mut phone = Phone::new(3);
    let (recorder, _) = phone.start();
    let (recording, mut encoders) = begin(&phone, &recorder);
    encoders.run(&recording, 1.0, |_| {});
    recording.end(None, EndedHow::Officer).unwrap();
    let photo = Deed::Photo { image: vec![1], width: None, height: None };
    let refused = recorder.add_later(recording.record(), None, photo.clone()).unwrap_err();
    assert!(matches!(refused, RecorderFault::BelongsToANewRecord { .. }), "{refused:?}");
    let new = recorder.begin(Started::Button).unwrap();
    new.add(None, photo).unwrap();
    new.end(None, EndedHow::Officer).unwrap();
    let examination = export_and_examine(&recorder, &[recording.record(), new.record()]);
    assert_eq!(examination.findings.verdict(), Verdict::ValidUnanchored);
    assert_eq!(examination.records.len(), 2, "the ledger links both");
}

#[test]
fn a_break_is_told_and_its_reason_settles_it() {
    let mut phone = Phone::new(4);
    let (recorder, _) = phone.start();
    let (recording, mut encoders) = begin(&phone, &recorder);
    describe(&recording);
    recording.add(None, opening(0, 1)).unwrap();
    encoders.run(&recording, 4.0, |recording| recording.wait_for_room(1 << 20));
    let broken = recording.interrupt(Cause::PhoneCall).unwrap();
    phone.clock.advance_us(30_000_000);
    encoders.begin(&recording);
    encoders.run(&recording, 4.0, |recording| recording.wait_for_room(1 << 20));
    let during = recording.add(None, Mark { mark: Code::parse("x").unwrap(), at_mono_us: 0, boot: None }).unwrap();
    assert_eq!(during.flags, [Flag::BeforeResumeReason]);
    let measured = Measured { speech: Speech::Short, from_mono_us: Some(1), to_mono_us: Some(2), voiced_us: Some(1) };
    let reason = Deed::InterruptionReason {
        interruption: broken.seq,
        cause: Cause::PhoneCall,
        how: ReasonHow::Spoken,
        measured,
        word: Some("来电打断".into()),
    };
    recording.add(None, reason).unwrap();
    recording.end(None, EndedHow::Officer).unwrap();
    let examination = export_and_examine(&recorder, &[recording.record()]);
    assert_eq!(codes(&examination), ["gap"], "{:#?}", examination.findings);
    let largest = examination.records[0].media.largest_interval_us;
    assert!((29_900_000..=30_100_000).contains(&largest), "{largest}");
    assert_eq!(pictures(&examination), encoders.pushed_pictures);
}

#[test]
fn a_clock_that_is_set_in_mid_recording_is_told() {
    let mut phone = Phone::new(5);
    let (recorder, _) = phone.start();
    let (recording, mut encoders) = begin(&phone, &recorder);
    encoders.run(&recording, 3.0, |recording| recording.wait_for_room(1 << 20));
    // Everything before is written with the old clock.
    recording.look().unwrap();
    phone.clock.set_wall_us(phone::MONDAY_MORNING_US - 86_400_000_000);
    encoders.run(&recording, 3.0, |recording| recording.wait_for_room(1 << 20));
    recording.end(None, EndedHow::Officer).unwrap();
    let examination = export_and_examine(&recorder, &[recording.record()]);
    assert!(codes(&examination).contains(&"clock_was_set"), "{:#?}", examination.findings);
    assert!(!codes(&examination).contains(&"clock_jump"));
}

#[test]
fn encoders_that_fall_silent_are_an_interruption_not_a_recording() {
    let mut phone = Phone::new(10);
    let (recorder, _) = phone.start();
    let (recording, mut encoders) = begin(&phone, &recorder);
    encoders.run(&recording, 3.0, |recording| recording.wait_for_room(1 << 20));
    recording.look().unwrap();
    // Nothing comes any more, and time goes on.
    phone.clock.advance_us(5_000_000);
    while recording.look().unwrap().phase == Phase::Recording {
        std::thread::yield_now();
    }
    encoders.begin(&recording);
    encoders.run(&recording, 3.0, |recording| recording.wait_for_room(1 << 20));
    recording.end(None, EndedHow::Officer).unwrap();
    let examination = export_and_examine(&recorder, &[recording.record()]);
    assert!(codes(&examination).contains(&"gap"), "{:#?}", examination.findings);
    assert_eq!(examination.findings.verdict(), Verdict::ValidUnanchored);
    assert_eq!(pictures(&examination), encoders.pushed_pictures);
}

#[test]
fn sound_alone_and_picture_alone_are_records_too() {
    for (seed, has_picture, has_sound) in [(6, false, true), (7, true, false)] {
        let mut phone = Phone::new(seed);
        let (recorder, _) = phone.start();
        let recording = recorder.begin(Started::Button).unwrap();
        let mut encoders = phone::Encoders::new(&phone.clock, has_picture, has_sound);
        encoders.begin(&recording);
        encoders.run(&recording, 25.0, |recording| recording.wait_for_room(1 << 20));
        recording.end(None, EndedHow::Officer).unwrap();
        let examination = export_and_examine(&recorder, &[recording.record()]);
        assert_eq!(examination.findings.verdict(), Verdict::ValidUnanchored, "{:#?}", examination.findings);
        assert!(examination.records[0].media.takes[0].segments.len() >= 2);
    }
}

#[test]
fn a_record_cut_off_by_a_reboot_is_found_and_taken_up_again() {
    let mut phone = Phone::new(8);
    let (recorder, _) = phone.start();
    let (recording, mut encoders) = begin(&phone, &recorder);
    encoders.run(&recording, 10.0, |recording| recording.wait_for_room(1 << 18));
    recording.look().unwrap();
    let acknowledged = recording.acknowledged_mono_us();
    assert!(acknowledged > 8_000_000, "{acknowledged}");
    phone.disk.crash();
    let _ = recording.leave();
    drop(recorder);
    phone.clock.reboot(60_000_000);

    let (recorder, opening) = phone.start();
    assert_eq!(opening.recovered.len(), 1, "{opening:?}");
    assert!(opening.troubled.is_empty(), "{opening:?}");
    let taken_up = recorder.take_up(recording.record()).unwrap();
    let mut again = phone::Encoders::new(&phone.clock, true, true);
    again.begin(&taken_up);
    again.run(&taken_up, 5.0, |recording| recording.wait_for_room(1 << 18));
    taken_up.end(None, EndedHow::Officer).unwrap();
    let examination = export_and_examine(&recorder, &[recording.record()]);
    let found = codes(&examination);
    assert!(found.contains(&"gap") && found.contains(&"interruption_reason_owed"), "{found:?}");
    assert_eq!(examination.findings.verdict(), Verdict::ValidUnanchored, "{:#?}", examination.findings);
    let interrupted =
        examination.records[0].journal.as_ref().unwrap().entries.iter().find_map(|entry| match &entry.body {
            Body::Interrupted(interrupted) => Some(interrupted.clone()),
            _ => None,
        });
    assert_eq!(interrupted.unwrap().cause, Cause::Reboot);
}

#[test]
fn a_record_that_cannot_go_on_is_ended_later_and_owes_a_statement() {
    let mut phone = Phone::new(9);
    let (recorder, _) = phone.start();
    let (recording, mut encoders) = begin(&phone, &recorder);
    encoders.run(&recording, 5.0, |recording| recording.wait_for_room(1 << 18));
    recording.look().unwrap();
    phone.disk.kill();
    let _ = recording.leave();
    drop(recorder);
    phone.clock.advance_us(3_600_000_000);
    let (recorder, _) = phone.start();
    recorder.end_later(recording.record(), None, EndedHow::CutForGood).unwrap();
    let summary = recorder.summaries().remove(0).unwrap();
    assert_eq!(summary.phase, Phase::Sealed);
    // The trigger is the last durable fragment, not the recovery an hour later (Art. 17).
    let trigger = summary.completion.ordinary.unwrap();
    assert!(trigger.not_after().us() < phone::MONDAY_MORNING_US + 10_000_000, "{trigger:?}");
    let examination = export_and_examine(&recorder, &[recording.record()]);
    assert!(codes(&examination).contains(&"written_statement_owed"));
    let statement = Deed::WrittenStatement { statement: "设备突发故障".into(), interruption: None, draft: None };
    recorder.add_later(recording.record(), None, statement).unwrap();
    let examination = export_and_examine(&recorder, &[recording.record()]);
    assert!(!codes(&examination).contains(&"written_statement_owed"));
}

#[test]
fn a_clock_that_is_set_after_the_seal_is_told_and_keeps_no_addendum_out() {
    let mut phone = Phone::new(0x5e7);
    let (recorder, _) = phone.start();
    let (recording, mut encoders) = begin(&phone, &recorder);
    encoders.run(&recording, 2.0, |recording| recording.wait_for_room(1 << 18));
    recording.end(None, EndedHow::Officer).unwrap();
    phone.clock.set_wall_us(phone.clock.wall_us() + 3_600_000_000);
    let statement =
        Deed::WrittenStatement { statement: "设备时间不准，已校准".into(), interruption: None, draft: None };
    recorder.add_later(recording.record(), None, statement.clone()).unwrap();
    recorder.add_later(recording.record(), None, statement).unwrap();
    let examination = export_and_examine(&recorder, &[recording.record()]);
    let told = codes(&examination).iter().filter(|code| **code == "clock_was_set").count();
    assert_eq!(told, 1, "{:?}", codes(&examination));
    assert!(!codes(&examination).contains(&"clock_jump"), "{:?}", codes(&examination));
    assert!(!codes(&examination).contains(&"entry_misplaced"), "{:?}", codes(&examination));
}
