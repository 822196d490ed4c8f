//! The check before duty (班前检查): signed, kept, counted for its day, and handed to the agency once.
#![allow(clippy::unwrap_used, clippy::panic)]

mod phone;
mod scripted;
mod uploader;

use std::sync::Arc;

use phone::{Phone, begin};
use quanji_evidence::body::{Delivering, EndedHow};
use quanji_evidence::device_check::DeviceCheck;
use quanji_evidence::document::{Document, NewDocument};
use quanji_evidence::id::{AgencyId, DeviceId};
use quanji_evidence::text::Code;
use quanji_evidence::{Digest, Ed25519Signer, Signer};
use quanji_recorder::{PhoneCheck, Recorder, RecorderFault, ShiftCheck};
use quanji_rules::Permissions;
use quanji_upload::{Holder, Network, Until};
use quanji_wire::CHECKS_LIMIT;
use scripted::{Amiss, Ask, Forgery, Scripted};

/// 2026-11-12T08:00:00+08:00.
const MORNING_US: i64 = 1_794_441_600_000_000;
const HOUR_US: u64 = 3_600_000_000;

struct Side {
    phone: Phone,
    index: tempfile::TempDir,
    recorder: Arc<Recorder>,
}

fn side(seed: u64) -> Side {
    let mut phone = Phone::new(seed);
    phone.clock.set_wall_us(MORNING_US);
    let index = tempfile::tempdir().unwrap();
    let recorder = Arc::new(phone.start_indexed(index.path()).0);
    Side { phone, index, recorder }
}

impl Side {
    fn restart(&mut self) {
        let (other, _) = Phone::new(999).start_indexed(tempfile::tempdir().unwrap().path());
        drop(std::mem::replace(&mut self.recorder, Arc::new(other)));
        self.recorder = Arc::new(self.phone.start_indexed(self.index.path()).0);
    }

    fn check(&self) -> ShiftCheck {
        self.recorder.check_before_duty(measured()).unwrap()
    }

    async fn hands_over(&self, agency: &Scripted, network: Network) {
        let clock = Arc::new(uploader::Clock(self.phone.clock.clone()));
        let worker = uploader::worker(&self.recorder, agency, clock, network);
        worker.run(Until::Drained, &mut |_| {}).await.unwrap();
    }

    fn record(&self) -> quanji_evidence::id::RecordId {
        let (recording, mut encoders) = begin(&self.phone, &self.recorder);
        encoders.run(&recording, 1.0, |_| {});
        recording.end(None, EndedHow::Officer).unwrap();
        assert!(self.recorder.running().is_none());
        recording.record()
    }
}

fn measured() -> PhoneCheck {
    PhoneCheck {
        battery_percent: Some(12),
        camera: Some(Delivering::Delivering),
        microphone: Some(Delivering::Failed),
        permissions: Permissions { notifications: Some(false), ..Permissions::default() },
        ..PhoneCheck::default()
    }
}

fn notes(check: &ShiftCheck) -> Vec<String> {
    check.found.notes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_check_before_duty_is_kept_over_a_restart_and_counts_for_its_day_and_no_other() {
    let mut side = side(31);
    assert_eq!(side.recorder.shift_check_of_today(), None);
    let check = side.check();
    let expected = ["battery_low", "microphone_not_delivering", "clock_unchecked", "notifications_denied"];
    assert_eq!(notes(&check), expected);
    assert_eq!(side.recorder.shift_check_of_today().as_ref(), Some(&check));
    side.restart();
    assert_eq!(side.recorder.shift_check_of_today().as_ref(), Some(&check));
    // Late in the evening it still counts; after midnight in China it does not.
    side.phone.clock.advance_us(15 * HOUR_US);
    assert!(side.recorder.shift_check_of_today().is_some());
    side.phone.clock.advance_us(2 * HOUR_US);
    assert_eq!(side.recorder.shift_check_of_today(), None);
}

#[test]
fn while_a_record_runs_nothing_is_checked_and_the_record_is_not_disturbed() {
    let side = side(32);
    let (recording, mut encoders) = begin(&side.phone, &side.recorder);
    encoders.run(&recording, 1.0, |_| {});
    assert!(matches!(side.recorder.check_before_duty(measured()), Err(RecorderFault::Busy)));
    recording.end(None, EndedHow::Officer).unwrap();
    assert!(side.recorder.shift_check_of_today().is_none());
    side.check();
}

#[test]
fn the_ledger_goes_on_over_checks_as_if_there_were_none() {
    let mut side = side(33);
    let first = side.record();
    side.check();
    side.restart();
    side.check();
    let second = side.record();
    let reference = |record| side.recorder.reference(record).unwrap().opened;
    let line = String::from_utf8(side.recorder.lines(second).unwrap()).unwrap();
    assert!(line.contains(r#""number":2"#) && line.contains(&reference(first).hex()), "{line}");
}

#[tokio::test]
async fn a_check_goes_to_the_agency_by_itself_signed_by_the_device_and_goes_once() {
    let agency = Scripted::serve(Forgery::None).await;
    let mut side = side(34);
    side.hands_over(&agency, Network::Free).await;
    side.check();
    // Nothing else waits, and the agency was asked for news a moment ago.
    side.hands_over(&agency, Network::Free).await;
    let sent = agency.held().checks.clone();
    let [line] = sent.as_slice() else { panic!("{}", sent.len()) };
    let (device, key) = (DeviceId::from_bytes([2; 16]), Ed25519Signer::from_seed(&[9; 32]));
    let (check, digest) = DeviceCheck::read(line, &device, key.public()).unwrap();
    assert_eq!((check.check.battery_percent, digest), (Some(12), Digest::of(line)));
    side.restart();
    side.hands_over(&agency, Network::Free).await;
    assert_eq!(agency.held().checks.len(), 1, "it went");
    assert!(side.recorder.shift_check_of_today().is_some(), "and stays here");
}

#[tokio::test]
async fn what_the_agency_does_not_take_goes_again_and_designated_storage_gets_none() {
    let agency = Scripted::serve(Forgery::None).await;
    let side = side(35);
    side.check();
    side.hands_over(&agency, Network::Dock).await;
    assert_eq!(agency.held().checks.len(), 0, "designated storage keeps records");
    agency.held().amiss.push_back((Ask::Checks, Amiss::AnswerLost));
    side.hands_over(&agency, Network::Free).await;
    assert_eq!((agency.held().checks.len(), side.recorder.unsent_checks().len()), (0, 1));
    side.check();
    side.hands_over(&agency, Network::Paid).await;
    assert_eq!((agency.held().checks.len(), side.recorder.unsent_checks().len()), (2, 0));
}

#[tokio::test]
async fn the_agencys_own_threshold_holds_for_a_check_before_duty_as_for_a_recording() {
    let agency = Scripted::serve(Forgery::None).await;
    let mut side = side(36);
    side.phone.keyset = Some(agency.keyset.clone());
    side.restart();
    let fit = PhoneCheck { battery_percent: Some(35), clock_offset_us: Some(0), ..PhoneCheck::default() };
    assert_eq!(notes(&side.recorder.check_before_duty(fit).unwrap()), Vec::<String>::new());
    let body = br#"{"edition":1,"title":"t","issuer":"i","preflight":{"battery_percent":40}}"#.to_vec();
    let (agency_id, kind) = (AgencyId::from_bytes([5; 16]), Code::parse("policy").unwrap());
    let new = NewDocument { agency: agency_id, kind, number: 1, issuer: "i", replaces: None, issued_us: 1_000, body };
    let policy = Document::issue(new, &scripted::document_key()).unwrap();
    agency.held().in_force.push((policy.digest(), policy.to_bytes()));
    side.hands_over(&agency, Network::Free).await;
    assert_eq!(notes(&side.recorder.check_before_duty(fit).unwrap()), ["battery_low"]);
}

#[test]
fn the_last_check_is_read_once_and_a_new_one_takes_its_place() {
    let mut side = side(37);
    side.check();
    side.restart();
    let first = side.recorder.shift_check_of_today().unwrap();
    let read_bytes = side.phone.disk.read_bytes();
    assert_eq!(side.recorder.shift_check_of_today(), Some(first.clone()));
    assert_eq!(side.phone.disk.read_bytes(), read_bytes);
    side.phone.clock.advance_us(HOUR_US);
    let second = side.check();
    assert_ne!(second, first);
    assert_eq!(side.recorder.shift_check_of_today(), Some(second));
}

#[tokio::test]
async fn one_check_that_is_never_taken_keeps_no_other_back_and_many_go_by_turns() {
    let agency = Scripted::serve(Forgery::None).await;
    let side = side(37);
    let check = || {
        side.phone.clock.advance_us(1_000_000);
        side.check();
    };
    (0..3).for_each(|_| check());
    agency.held().never_taken = Some(side.recorder.unsent_checks()[1].clone());
    side.hands_over(&agency, Network::Free).await;
    assert_eq!((agency.held().checks.len(), side.recorder.unsent_checks().len()), (2, 0));
    (0..=CHECKS_LIMIT).for_each(|_| check());
    side.hands_over(&agency, Network::Free).await;
    assert_eq!(side.recorder.unsent_checks().len(), 1, "as many as one request may have");
    side.hands_over(&agency, Network::Free).await;
    assert_eq!(agency.held().checks.len(), 2 + CHECKS_LIMIT + 1);
}
