//! A take that a crash cut off before its line was durable is begun again, and its files stand in nobody's way.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod phone;

use phone::*;
use quanji_evidence::Verdict;
use quanji_evidence::body::{EndedHow, Started};

/// Power is cut after each of the first operations of a record, one by one, and the record is taken up again.
#[test]
fn a_record_is_taken_up_again_wherever_its_first_take_was_cut_off() {
    let (mut begun_again, mut with_files_of_nobody) = (0, 0);
    for operations in 0..80 {
        let mut phone = Phone::new(7_000 + operations);
        let (recorder, _) = phone.start();
        let recording = recorder.begin(Started::Emergency).unwrap();
        let mut encoders = Encoders::new(&phone.clock, true, true);
        encoders.begin(&recording);
        phone.disk.crash_after(operations);
        encoders.run(&recording, 1.6, |recording| recording.wait_for_room(1 << 12));
        let _ = recording.look();
        let _ = recording.leave();
        let id = recording.record();
        drop(recorder);
        // What was written is there: as after a process that was killed, and not the power cut.
        phone.disk.kill();

        let (recorder, opening) = phone.start();
        assert!(opening.troubled.is_empty(), "{operations}: {opening:?}");
        let takes_before = recorder.summaries().remove(0).unwrap().takes;
        let recording = recorder.take_up(id).unwrap();
        encoders.begin(&recording);
        encoders.run(&recording, 2.0, |recording| recording.wait_for_room(1 << 12));
        recording.end(None, EndedHow::Officer).unwrap_or_else(|fault| panic!("{operations}: {fault}"));
        let summary = recorder.summaries().remove(0).unwrap();
        assert_eq!(summary.takes, takes_before + 1, "{operations}");
        let examination = export_and_examine(&recorder, &[id]);
        let verdict = examination.findings.verdict();
        assert_eq!(verdict, Verdict::ValidUnanchored, "{operations}: {:#?}", examination.findings);
        begun_again += u32::from(takes_before == 0);
        with_files_of_nobody += u32::from(takes_before == 0 && opening.vault.found.len() > 4);
    }
    println!("{begun_again} first takes begun again, {with_files_of_nobody} of them beside files without a line");
    assert!(with_files_of_nobody > 0, "no cut fell between a take's bytes and its line");
}
