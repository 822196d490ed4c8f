//! The phone's hardware vouches for a record: late, or never, and nothing waits for it.
#![allow(clippy::unwrap_used, clippy::panic)]

mod phone;

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex};

use phone::{Phone, begin, codes, export_and_examine};
use quanji_evidence::body::{Body, EndedHow, Mark, Started};
use quanji_evidence::id::RecordId;
use quanji_evidence::key::Signature;
use quanji_evidence::text::Code;
use quanji_evidence::{P256Signer, PublicKey, Signer};
use quanji_recorder::{Recorder, Voucher, VoucherFault};
use quanji_store::Identity;
use quanji_upload::Holder as _;

/// A chip whose answers come when the test lets them.
#[derive(Debug)]
struct Chip {
    key: P256Signer,
    mood: Mutex<Mood>,
    changed: Condvar,
    asked: Mutex<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mood {
    Answers,
    TakesItsTime,
    Fails,
    /// Signs something else: chips were seen to.
    Errs,
}

impl Chip {
    fn new(mood: Mood) -> Arc<Chip> {
        let key = P256Signer::from_scalar(&[7; 32]).unwrap();
        Arc::new(Chip { key, mood: Mutex::new(mood), changed: Condvar::new(), asked: Mutex::new(0) })
    }

    fn be(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
        self.changed.notify_all();
    }

    fn asked(&self) -> u64 {
        *self.asked.lock().unwrap()
    }
}

impl Voucher for Chip {
    fn public(&self) -> Result<PublicKey, VoucherFault> {
        Ok(self.key.public().clone())
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, VoucherFault> {
        *self.asked.lock().unwrap() += 1;
        let mood = self.changed.wait_while(self.mood.lock().unwrap(), |mood| *mood == Mood::TakesItsTime).unwrap();
        match *mood {
            Mood::Answers | Mood::TakesItsTime => self.key.sign(message).map_err(|_| VoucherFault),
            Mood::Fails => Err(VoucherFault),
            Mood::Errs => self.key.sign(b"something else").map_err(|_| VoucherFault),
        }
    }
}

fn phone_with(chip: &Arc<Chip>, seed: u64) -> Phone {
    let mut phone = Phone::new(seed);
    phone.voucher = Some(Arc::clone(chip) as Arc<dyn Voucher>);
    phone
}

fn mark(name: &str) -> Mark {
    Mark { mark: Code::parse(name).unwrap(), at_mono_us: 0, boot: None }
}

/// What is vouched for, by the kind of its line, with the number of the statement that says so.
fn vouched(recorder: &Recorder, record: RecordId) -> BTreeMap<String, u64> {
    let examination = export_and_examine(recorder, &[record]);
    let entries = &examination.records[0].journal.as_ref().unwrap().entries;
    let said = entries.iter().filter_map(|entry| match &entry.body {
        Body::Vouched(vouched) => {
            let line = &entries[usize::try_from(vouched.seq).unwrap()];
            Some((line.body.kind().name().to_owned(), entry.seq))
        }
        _ => None,
    });
    let said: Vec<(String, u64)> = said.collect();
    let all: BTreeMap<String, u64> = said.iter().cloned().collect();
    assert_eq!(said.len(), all.len(), "a line is vouched for once: {said:?}");
    all
}

fn kinds(recorder: &Recorder, record: RecordId) -> Vec<String> {
    vouched(recorder, record).into_keys().collect()
}

#[expect(clippy::disallowed_methods, reason = "waits for another thread")]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..6_000 {
        if holds() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("never: {what}");
}

/// Long enough for a thread that has everything it needs.
#[expect(clippy::disallowed_methods, reason = "waits for another thread")]
fn a_moment() {
    std::thread::sleep(std::time::Duration::from_millis(200));
}

/// Whether the phone has written down that earlier records were asked for once more.
fn entered(recorder: &Recorder) -> bool {
    let lines = recorder.vault().lines(Identity::device()).unwrap();
    String::from_utf8(lines).unwrap().contains(r#""line":"asked""#)
}

fn until_both(recorder: &Recorder, record: RecordId) {
    until("both lines vouched for", || {
        String::from_utf8(recorder.lines(record).unwrap()).unwrap().matches(r#","kind":"vouched","#).count() == 2
    });
}

#[test]
fn the_chip_vouches_for_the_first_line_while_the_record_runs_and_for_the_seal_after_it() {
    let chip = Chip::new(Mood::Answers);
    let mut phone = phone_with(&chip, 91);
    let (recorder, _) = phone.start();
    let (recording, mut encoders) = begin(&phone, &recorder);
    let record = recording.record();
    until("the first line vouched for", || {
        recording.look().is_ok() && String::from_utf8_lossy(&recorder.lines(record).unwrap()).contains("vouched")
    });
    encoders.run(&recording, 2.0, |recording| recording.wait_for_room(1 << 16));
    recording.end(None, EndedHow::Officer).unwrap();
    until_both(&recorder, record);

    let said = vouched(&recorder, record);
    assert_eq!(said["opened"], 1);
    let examination = export_and_examine(&recorder, &[record]);
    let owed = ["description_owed", "opening_owed", "preflight_missing"];
    assert_eq!(codes(&examination), owed, "{:#?}", examination.findings);
    let entries = &examination.records[0].journal.as_ref().unwrap().entries;
    let Body::Vouched(last) = &entries.last().unwrap().body else { panic!("the last line vouches for the seal") };
    assert_eq!((last.key.clone(), said["sealed"]), (chip.public().unwrap(), entries.last().unwrap().seq));
}

#[test]
fn a_chip_that_takes_its_time_holds_up_no_frame_no_word_no_stop_and_no_next_record() {
    let chip = Chip::new(Mood::TakesItsTime);
    let mut phone = phone_with(&chip, 92);
    let (recorder, _) = phone.start();
    let mut records = Vec::new();
    for _ in 0..2 {
        let (recording, mut encoders) = begin(&phone, &recorder);
        records.push(recording.record());
        encoders.run(&recording, 3.0, |recording| recording.wait_for_room(1 << 16));
        assert_eq!(encoders.dropped, 0);
        recording.add(None, mark("said")).unwrap();
        recording.end(None, EndedHow::Officer).unwrap();
        recorder.add_later(recording.record(), None, mark("later")).unwrap();
    }
    until("the first is asked for", || chip.asked() > 0);
    assert_eq!(chip.asked(), 1, "one at a time");
    for record in &records {
        assert_eq!(kinds(&recorder, *record), Vec::<String>::new());
    }
    chip.be(Mood::Answers);
    for record in records {
        until_both(&recorder, record);
        assert_eq!(kinds(&recorder, record), ["opened", "sealed"]);
    }
}

#[test]
fn an_answer_that_comes_while_another_record_runs_is_written_when_that_is_over() {
    let chip = Chip::new(Mood::TakesItsTime);
    let mut phone = phone_with(&chip, 93);
    let (recorder, _) = phone.start();
    let first = recorder.begin(Started::Button).unwrap();
    first.end(None, EndedHow::Officer).unwrap();
    let second = recorder.begin(Started::Button).unwrap();
    chip.be(Mood::Answers);
    until("the second is vouched for", || {
        second.look().is_ok() && String::from_utf8_lossy(&recorder.lines(second.record()).unwrap()).contains("vouched")
    });
    a_moment();
    assert!(!String::from_utf8_lossy(&recorder.lines(first.record()).unwrap()).contains("vouched"));
    second.end(None, EndedHow::Officer).unwrap();
    for record in [first.record(), second.record()] {
        until_both(&recorder, record);
        assert_eq!(kinds(&recorder, record), ["opened", "sealed"]);
    }
}

#[test]
fn a_chip_that_fails_is_asked_once_more_at_the_next_start_and_then_left_out() {
    let chip = Chip::new(Mood::Fails);
    let mut phone = phone_with(&chip, 94);
    let (recorder, _) = phone.start();
    let recording = recorder.begin(Started::Button).unwrap();
    let record = recording.record();
    recording.end(None, EndedHow::Officer).unwrap();
    until("both asked for", || chip.asked() == 2);
    drop(recorder);

    let (recorder, _) = phone.start();
    until("both asked for again", || chip.asked() == 4);
    // The thread enters it after the last answer.
    until("entered", || entered(&recorder));
    drop(recorder);
    chip.be(Mood::Answers);

    let (recorder, _) = phone.start();
    let next = recorder.begin(Started::Button).unwrap();
    next.end(None, EndedHow::Officer).unwrap();
    until_both(&recorder, next.record());
    assert_eq!(chip.asked(), 6, "only what is new");
    assert_eq!(kinds(&recorder, record), Vec::<String>::new(), "nothing is claimed");
    assert!(!codes(&export_and_examine(&recorder, &[record])).contains(&"vouched_signature_invalid"));
}

#[test]
fn a_signature_that_does_not_hold_is_not_written() {
    let chip = Chip::new(Mood::Errs);
    let mut phone = phone_with(&chip, 95);
    let (recorder, _) = phone.start();
    let recording = recorder.begin(Started::Button).unwrap();
    recording.end(None, EndedHow::Officer).unwrap();
    until("both asked for", || chip.asked() == 2);
    a_moment();
    assert_eq!(kinds(&recorder, recording.record()), Vec::<String>::new());
}

#[test]
fn what_a_killed_process_was_waiting_for_is_asked_for_at_the_next_start() {
    let chip = Chip::new(Mood::TakesItsTime);
    let mut phone = phone_with(&chip, 96);
    let (recorder, _) = phone.start();
    let sealed = recorder.begin(Started::Button).unwrap();
    sealed.end(None, EndedHow::Officer).unwrap();
    let (cut_off, mut encoders) = begin(&phone, &recorder);
    encoders.run(&cut_off, 2.0, |recording| recording.wait_for_room(1 << 16));
    cut_off.look().unwrap();
    // The power goes; whoever still waits for the chip writes to a disk that is not there any more.
    phone.disk.crash();
    let _ = cut_off.leave();
    drop(recorder);
    phone.voucher = Some(Chip::new(Mood::Answers));

    let (recorder, opening) = phone.start();
    assert_eq!(opening.recovered.len(), 1);
    until_both(&recorder, sealed.record());
    until("the first line of the other", || {
        String::from_utf8_lossy(&recorder.lines(cut_off.record()).unwrap()).contains("vouched")
    });
    recorder.end_later(cut_off.record(), None, EndedHow::CutForGood).unwrap();
    until_both(&recorder, cut_off.record());
    for record in [sealed.record(), cut_off.record()] {
        assert_eq!(kinds(&recorder, record), ["opened", "sealed"]);
    }
    chip.be(Mood::Fails);
}

#[test]
fn a_record_sealed_only_at_a_later_start_is_vouched_for_at_the_start_after_it() {
    let mut phone = phone_with(&Chip::new(Mood::Answers), 97);
    let (recorder, _) = phone.start();
    let (recording, mut encoders) = begin(&phone, &recorder);
    encoders.run(&recording, 2.0, |recording| recording.wait_for_room(1 << 16));
    until("the first line vouched for", || {
        recording.look().is_ok()
            && String::from_utf8_lossy(&recorder.lines(recording.record()).unwrap()).contains("vouched")
    });
    recording.leave().unwrap();
    drop(recorder);

    let failing = Chip::new(Mood::Fails);
    phone.voucher = Some(Arc::clone(&failing) as Arc<dyn Voucher>);
    let (recorder, _) = phone.start();
    until("entered", || entered(&recorder));
    recorder.end_later(recording.record(), None, EndedHow::CutForGood).unwrap();
    until("the seal asked for", || failing.asked() == 1);
    drop(recorder);

    phone.voucher = Some(Chip::new(Mood::Answers));
    let (recorder, _) = phone.start();
    until_both(&recorder, recording.record());
    assert_eq!(kinds(&recorder, recording.record()), ["opened", "sealed"]);
}

#[test]
fn a_chip_that_never_answers_does_not_keep_the_vault_from_being_opened_again() {
    let chip = Chip::new(Mood::TakesItsTime);
    let mut phone = phone_with(&chip, 98);
    let (recorder, _) = phone.start();
    let recording = recorder.begin(Started::Button).unwrap();
    recording.end(None, EndedHow::Officer).unwrap();
    until("it waits", || chip.asked() == 1);
    drop(recorder);
    phone.voucher = None;
    let (recorder, _) = phone.start();
    assert_eq!(kinds(&recorder, recording.record()), Vec::<String>::new());
    chip.be(Mood::Fails);
}
