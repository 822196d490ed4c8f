//! What the agency issued reaches the phone, is proved, kept and reckoned by; what is not the agency's word reaches nothing.
#![allow(clippy::unwrap_used, clippy::panic)]

mod phone;
mod scripted;
mod uploader;

use std::path::Path;
use std::sync::Arc;

use phone::{Phone, begin};
use quanji_evidence::body::{
    Body, Cause, Confirmed, EndedHow, OpeningElement, OpeningPassage, Party, Speech, Told as How,
};
use quanji_evidence::document::{Document, NewDocument};
use quanji_evidence::id::{AgencyId, RecordId};
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::text::Code;
use quanji_evidence::{Digest, Ed25519Signer, Findings, Signer};
use quanji_recorder::{Deed, PhoneCheck, Recorder};
use quanji_rules::catalog::{Catalog, CatalogDraft};
use quanji_rules::{Instant, Known, Language, MatterId, Owed, Phrases};
use quanji_store::{Beside, RecordRow, Term};
use quanji_upload::{Ended, Holder, Network, Told, Until};
use scripted::{Forgery, Scripted, document_key};

/// Thursday, 10 o'clock in China; the two working days lie in a year without a notice.
const NEW_YEARS_EVE_US: i64 = 1_798_682_400_000_000;
const NOTICE: &str = "date,kind,name_zh,basis\n2027-01-01,off,元旦,statutory\n2027-01-03,work,元旦,makeup\n";

struct Side {
    phone: Phone,
    index: tempfile::TempDir,
    recorder: Arc<Recorder>,
    record: RecordId,
}

/// A phone with one sealed record of New Year's Eve.
fn side(seed: u64, agency: &Scripted) -> Side {
    let mut phone = Phone::new(seed);
    phone.clock.set_wall_us(NEW_YEARS_EVE_US);
    phone.keyset = Some(agency.keyset.clone());
    let index = tempfile::tempdir().unwrap();
    let recorder = Arc::new(phone.start_indexed(index.path()).0);
    let record = record(&phone, &recorder);
    Side { phone, index, recorder, record }
}

fn record(phone: &Phone, recorder: &Recorder) -> RecordId {
    let (recording, mut encoders) = begin(phone, recorder);
    encoders.run(&recording, 3.0, |_| {});
    recording.end(None, EndedHow::Officer).unwrap();
    assert!(recorder.running().is_none());
    recording.record()
}

impl Side {
    async fn run(&self, agency: &Scripted) -> (Ended, Vec<Told>) {
        let mut told = Vec::new();
        let clock = Arc::new(uploader::Clock(self.phone.clock.clone()));
        let worker = uploader::worker(&self.recorder, agency, clock, Network::Free);
        let until = Until::Receipts { patience_us: 3_600_000_000 };
        let ended = worker.run(until, &mut |what| told.push(what)).await.unwrap();
        (ended, told)
    }

    fn row(&self) -> RecordRow {
        let mut row = None;
        let id = quanji_store::RecordId(*self.record.as_bytes());
        self.recorder.with_index(&mut |index| row = index.record(id).unwrap()).unwrap();
        row.unwrap()
    }

    /// The deadline in the index, which lists and reminders go by.
    fn deadline(&self) -> (String, Term) {
        let row = self.row();
        (Instant::from_us(row.deadline_us.unwrap()).to_china_rfc3339(), row.term)
    }

    fn reopen(&mut self) {
        let path: &Path = self.index.path();
        let (other, _) = Phone::new(999).start_indexed(tempfile::tempdir().unwrap().path());
        drop(std::mem::replace(&mut self.recorder, Arc::new(other)));
        self.recorder = Arc::new(self.phone.start_indexed(path).0);
    }
}

fn issued(kind: &str, number: u64, body: &[u8], signer: &dyn Signer) -> Document {
    issued_at(1_000, kind, number, body, signer)
}

fn issued_at(issued_us: u64, kind: &str, number: u64, body: &[u8], signer: &dyn Signer) -> Document {
    let new = NewDocument {
        agency: AgencyId::from_bytes([5; 16]),
        kind: Code::parse(kind).unwrap(),
        number,
        issuer: "某局",
        replaces: None,
        issued_us,
        body: body.to_vec(),
    };
    Document::issue(new, signer).unwrap()
}

fn put_in_force(agency: &Scripted, document: &Document) {
    agency.held().in_force.push((document.digest(), document.to_bytes()));
}

fn kept(told: &[Told]) -> Vec<(String, u64, u64)> {
    let kept = told.iter().filter_map(|what| match what {
        Told::DocumentKept { kind, number, deadlines_moved } => Some((kind.to_string(), *number, *deadlines_moved)),
        _ => None,
    });
    kept.collect()
}

fn dropped(told: &[Told]) -> Vec<&'static str> {
    let dropped = told.iter().filter_map(|what| match what {
        Told::DocumentDropped { why, .. } => Some(why.word()),
        _ => None,
    });
    dropped.collect()
}

#[tokio::test]
async fn a_notice_makes_a_provisional_deadline_final_and_outlives_the_process() {
    let agency = Scripted::serve(Forgery::None).await;
    let mut side = side(1, &agency);
    assert_eq!(side.deadline(), ("2027-01-06T00:00:00+08:00".to_owned(), Term::Provisional));
    put_in_force(&agency, &issued("calendar", 1, NOTICE.as_bytes(), &document_key()));
    let (ended, told) = side.run(&agency).await;
    assert!(ended.is_all_there, "{told:?}");
    assert_eq!(kept(&told), [("calendar".to_owned(), 1, 1)]);
    // Sunday is worked.
    let settled = ("2027-01-05T00:00:00+08:00".to_owned(), Term::Running);
    assert_eq!(side.deadline(), settled);
    let moved = |side: &Side| side.recorder.summary(side.record).unwrap().unwrap().countdown(&side.recorder.calendar());
    let of_the_page = moved(&side);
    side.reopen();
    assert_eq!(side.deadline(), settled);
    assert_eq!(moved(&side), of_the_page);
    // It is asked for once, and what is held is not pulled again.
    let (_, told) = side.run(&agency).await;
    assert_eq!((kept(&told).len(), agency.held().pulls), (0, 1));
}

#[tokio::test]
async fn a_phone_that_has_nothing_to_send_hears_of_the_next_years_notice_before_it_is_needed() {
    let agency = Scripted::serve(Forgery::None).await;
    let mut phone = Phone::new(2);
    phone.clock.set_wall_us(NEW_YEARS_EVE_US);
    phone.keyset = Some(agency.keyset.clone());
    let index = tempfile::tempdir().unwrap();
    let recorder = Arc::new(phone.start_indexed(index.path()).0);
    put_in_force(&agency, &issued("calendar", 1, NOTICE.as_bytes(), &document_key()));
    let clock = Arc::new(uploader::Clock(phone.clock.clone()));
    let worker = uploader::worker(&recorder, &agency, clock, Network::Free);
    let mut told = Vec::new();
    assert!(worker.run(Until::Drained, &mut |what| told.push(what)).await.unwrap().is_all_there);
    assert_eq!(kept(&told), [("calendar".to_owned(), 1, 0)]);
    let record = record(&phone, &recorder);
    let side = Side { phone, index, recorder, record };
    assert_eq!(side.deadline(), ("2027-01-05T00:00:00+08:00".to_owned(), Term::Running));
}

#[tokio::test]
async fn what_is_not_the_agencys_word_is_dropped_and_said_and_nothing_waits_for_it() {
    let agency = Scripted::serve(Forgery::None).await;
    let side = side(3, &agency);
    let calendar = |number, signer: &dyn Signer| issued("calendar", number, NOTICE.as_bytes(), signer);
    let good = calendar(7, &document_key());
    // Another signer; a changed byte of the body; another document under that name; no calendar; the same number twice.
    put_in_force(&agency, &calendar(1, &Ed25519Signer::from_seed(&[9; 32])));
    let mut changed = calendar(2, &document_key()).to_bytes();
    *changed.last_mut().unwrap() ^= 1;
    agency.held().in_force.push((calendar(2, &document_key()).digest(), changed));
    agency.held().in_force.push((Digest::of(b"promised"), calendar(3, &document_key()).to_bytes()));
    put_in_force(&agency, &issued("calendar", 4, b"no calendar", &document_key()));
    put_in_force(&agency, &good);
    put_in_force(&agency, &issued("calendar", 7, b"date,kind,name_zh,basis\n", &document_key()));
    // Of a later program: kept, and not read.
    put_in_force(&agency, &issued("forms", 1, b"{}", &document_key()));
    let (ended, told) = side.run(&agency).await;
    assert_eq!(ended, Ended { is_all_there: true, hold: None }, "{told:?}");
    assert_eq!(dropped(&told), ["not_signed", "not_as_named", "not_as_named", "makes_no_sense", "number_taken"]);
    assert_eq!(kept(&told), [("calendar".to_owned(), 7, 1), ("forms".to_owned(), 1, 0)]);
    assert_eq!(side.recorder.in_force().held().len(), 2);
}

#[tokio::test]
async fn a_document_that_is_not_given_keeps_no_record_from_its_receipt() {
    let agency = Scripted::serve(Forgery::None).await;
    let side = side(4, &agency);
    agency.held().in_force.push((Digest::of(b"nowhere"), Vec::new()));
    let (ended, told) = side.run(&agency).await;
    assert_eq!(ended, Ended { is_all_there: true, hold: None }, "{told:?}");
    assert_eq!((kept(&told), dropped(&told)), (Vec::new(), Vec::new()));
    assert_eq!((side.deadline().1, agency.held().pulls), (Term::Provisional, 1));
}

#[tokio::test]
async fn a_document_counts_only_while_the_key_set_proves_it() {
    let agency = Scripted::serve(Forgery::None).await;
    let mut side = side(5, &agency);
    put_in_force(&agency, &issued("calendar", 1, NOTICE.as_bytes(), &document_key()));
    side.run(&agency).await;
    let with_it = side.deadline();
    assert_eq!(with_it.1, Term::Running);
    // The key set is gone: what cannot be proved is not reckoned by, and the rows follow.
    let keyset = side.phone.keyset.take();
    side.reopen();
    assert_eq!(side.deadline(), ("2027-01-06T00:00:00+08:00".to_owned(), Term::Provisional));
    side.phone.keyset = keyset;
    side.reopen();
    assert_eq!(side.deadline(), with_it);
}

#[tokio::test]
async fn a_process_that_died_between_keeping_and_reckoning_is_made_good_at_the_next_start() {
    let agency = Scripted::serve(Forgery::None).await;
    let mut side = side(6, &agency);
    let before = side.row();
    put_in_force(&agency, &issued("calendar", 1, NOTICE.as_bytes(), &document_key()));
    side.run(&agency).await;
    let after = side.deadline();
    // As the index was when the document had become durable and nothing else had happened.
    let stale = RecordRow { deadline_us: before.deadline_us, term: before.term, ..side.row() };
    let published = quanji_rules::Calendar::published();
    let names = published.notices().fold(String::new(), |names, notice| format!("{names}{}\n", notice.id()));
    side.recorder
        .with_index(&mut |index| {
            index.put_record(&stale).unwrap();
            index.set_reckoned_by(&names).unwrap();
        })
        .unwrap();
    assert_ne!(side.deadline(), after);
    side.reopen();
    assert_eq!(side.deadline(), after);
}

/// The regulation's own matters, the first of them under a code of the agency's.
fn catalog(code: &str) -> Vec<u8> {
    let mut draft: CatalogDraft = Catalog::built_in().as_written().clone();
    draft.matters[0].code = MatterId(code.to_owned());
    serde_json::to_vec(&draft).unwrap()
}

/// A sealed record about `matter`; the edition that it names.
fn edition_named(phone: &Phone, recorder: &Recorder, matter: &str) -> Option<(String, Digest)> {
    let (recording, mut encoders) = begin(phone, recorder);
    encoders.run(&recording, 1.0, |_| {});
    let matter = Some(Code::parse(matter).unwrap());
    recording.add(None, Deed::Subject { party: Party::Named, name: None, matter, case: None }).unwrap();
    recording.end(None, EndedHow::Officer).unwrap();
    assert!(recorder.running().is_none());
    let lines = recorder.lines(recording.record()).unwrap();
    let journal = Journal::read(&lines, Drafts::Accepted, "journal", &mut Findings::default());
    let subject = journal.entries.iter().find_map(|entry| match &entry.body {
        Body::Subject(subject) => Some(subject.clone()),
        _ => None,
    });
    subject.unwrap().catalog.map(|edition| (edition.id.as_str().to_owned(), edition.digest))
}

#[tokio::test]
async fn a_record_names_the_edition_under_which_its_matter_was_chosen() {
    let agency = Scripted::serve(Forgery::None).await;
    let mut side = side(7, &agency);
    assert_eq!(edition_named(&side.phone, &side.recorder, "jg/chafeng"), None);
    let first = issued("catalog", 1, &catalog("jg/chafeng"), &document_key());
    put_in_force(&agency, &first);
    let (_, told) = side.run(&agency).await;
    assert_eq!(kept(&told), [("catalog".to_owned(), 1, 0)]);
    assert_eq!(side.recorder.in_force().matters().len(), 12, "the agency's, and the regulation's behind them");
    assert_eq!(
        edition_named(&side.phone, &side.recorder, "jg/chafeng"),
        Some(("catalog/1".to_owned(), first.digest()))
    );
    assert_eq!(edition_named(&side.phone, &side.recorder, "hearing"), Some(("catalog/1".to_owned(), first.digest())));
    assert_eq!(edition_named(&side.phone, &side.recorder, "sealing"), None, "that one is the regulation's own");

    // The next edition takes its place, and the old one stays for the records made under it.
    let second = issued("catalog", 2, &catalog("jg/feng"), &document_key());
    agency.held().in_force.clear();
    put_in_force(&agency, &second);
    // No catalog, though the agency's word: one of the six is missing in it.
    let mut dropping: CatalogDraft = Catalog::built_in().as_written().clone();
    dropping.matters.remove(1);
    put_in_force(&agency, &issued("catalog", 3, &serde_json::to_vec(&dropping).unwrap(), &document_key()));
    let (_, told) = side.run(&agency).await;
    assert_eq!((kept(&told).len(), dropped(&told)), (1, vec!["makes_no_sense"]));
    side.reopen();
    assert_eq!(edition_named(&side.phone, &side.recorder, "jg/feng"), Some(("catalog/2".to_owned(), second.digest())));
    assert_eq!(edition_named(&side.phone, &side.recorder, "jg/chafeng"), None);
    let held: Vec<_> = side.recorder.in_force().held().iter().map(|held| (held.kind.clone(), held.number)).collect();
    assert_eq!(held, [("catalog".to_owned(), 1), ("catalog".to_owned(), 2)]);
}

/// A policy that says this besides its title.
fn policy(rest: &str) -> Vec<u8> {
    format!(r#"{{"edition":1,"title":"规定","issuer":"某局",{rest}}}"#).into_bytes()
}

/// A sealed record that broke off for two seconds, and what was measured before it.
fn broken_record(side: &Side) -> RecordId {
    let (recording, mut encoders) = begin(&side.phone, &side.recorder);
    let check = PhoneCheck { battery_percent: Some(35), clock_offset_us: Some(0), ..PhoneCheck::default() };
    recording.add(None, Deed::Preflight(check)).unwrap();
    encoders.run(&recording, 1.0, |_| {});
    recording.interrupt(Cause::PhoneCall).unwrap();
    side.phone.clock.advance_us(2_000_000);
    encoders.begin(&recording);
    encoders.run(&recording, 1.0, |_| {});
    recording.end(None, EndedHow::Officer).unwrap();
    assert!(side.recorder.running().is_none());
    recording.record()
}

fn owes_a_reason(side: &Side, record: RecordId) -> bool {
    let owed = side.recorder.summary(record).unwrap().unwrap().owed;
    owed.iter().any(|owed| matches!(owed, Owed::InterruptionReason { .. }))
}

fn owed_in_index(side: &Side, record: RecordId) -> u32 {
    let mut row = None;
    let id = quanji_store::RecordId(*record.as_bytes());
    side.recorder.with_index(&mut |index| row = index.record(id).unwrap()).unwrap();
    row.unwrap().owed_count
}

fn notes(side: &Side, record: RecordId) -> Vec<String> {
    let lines = side.recorder.lines(record).unwrap();
    let journal = Journal::read(&lines, Drafts::Accepted, "journal", &mut Findings::default());
    let notes = journal.entries.iter().find_map(|entry| match &entry.body {
        Body::Preflight(preflight) => Some(preflight.notes.iter().map(ToString::to_string).collect()),
        _ => None,
    });
    notes.unwrap()
}

#[tokio::test]
async fn what_the_agency_sets_holds_for_what_begins_and_a_record_is_held_to_what_stood_when_it_was_opened() {
    let agency = Scripted::serve(Forgery::None).await;
    let mut side = side(8, &agency);
    let before = broken_record(&side);
    assert!(!owes_a_reason(&side, before), "two seconds heal without a policy");
    assert_eq!(notes(&side, before), Vec::<String>::new());
    let owed_before = owed_in_index(&side, before);

    side.phone.clock.advance_us(60_000_000);
    let now_us = u64::try_from(side.phone.clock.wall_us()).unwrap();
    let strict = policy(r#""preflight":{"battery_percent":40},"record":{"heals_within_us":500000}"#);
    put_in_force(&agency, &issued_at(now_us, "policy", 1, &strict, &document_key()));
    let (_, told) = side.run(&agency).await;
    assert_eq!(kept(&told), [("policy".to_owned(), 1, 0)]);
    side.phone.clock.advance_us(60_000_000);
    let after = broken_record(&side);
    assert_eq!(notes(&side, after), ["battery_low"]);
    assert!(owes_a_reason(&side, after));
    assert!(!owes_a_reason(&side, before), "what is issued later makes nobody owe more");
    assert_eq!((owed_in_index(&side, before), owed_in_index(&side, after)), (owed_before, owed_before + 1));
    side.reopen();
    assert!(owes_a_reason(&side, after) && !owes_a_reason(&side, before));
}

#[tokio::test]
async fn a_policy_that_a_phone_hears_of_late_is_reckoned_for_the_records_since_it_was_issued() {
    let agency = Scripted::serve(Forgery::None).await;
    let mut side = side(9, &agency);
    let record = broken_record(&side);
    let owed = owed_in_index(&side, record);
    put_in_force(&agency, &issued("policy", 1, &policy(r#""record":{"heals_within_us":0}"#), &document_key()));
    side.run(&agency).await;
    assert!(owes_a_reason(&side, record));
    assert_eq!(owed_in_index(&side, record), owed + 1, "the list says what the page says");
    // Without what proves it, it holds nobody, and the rows follow.
    side.phone.keyset = None;
    side.reopen();
    assert_eq!(owed_in_index(&side, record), owed);
}

#[tokio::test]
async fn a_policy_below_a_floor_is_not_obeyed_in_that_and_says_so() {
    let agency = Scripted::serve(Forgery::None).await;
    let side = side(10, &agency);
    let weak = policy(
        r#""preflight":{"battery_percent":1,"seconds_left":9000},"record":{"heals_within_us":60000000},"storage_working_days":9"#,
    );
    put_in_force(&agency, &issued("policy", 1, &weak, &document_key()));
    put_in_force(&agency, &issued("policy", 2, b"{\"edition\":1}", &document_key()));
    put_in_force(&agency, &issued("policy", 3, &policy(r#""deadline_days":9"#), &document_key()));
    let (_, told) = side.run(&agency).await;
    assert_eq!((kept(&told).len(), dropped(&told)), (1, vec!["makes_no_sense", "makes_no_sense"]));
    let in_force = side.recorder.in_force();
    let obeyed = in_force.policy();
    assert_eq!((obeyed.preflight.battery_percent, obeyed.preflight.seconds_left), (20, 9_000));
    assert_eq!(obeyed.record.heals_within_us, 3_000_000);
    let faults = &in_force.policies.newest_edition().unwrap().faults;
    let told: Vec<&str> = faults.iter().map(|fault| fault.field.name()).collect();
    assert_eq!(told, ["storage_working_days", "preflight.battery_percent", "record.heals_within_us"]);
    let record = broken_record(&side);
    assert!(!owes_a_reason(&side, record));
}

#[tokio::test]
async fn an_agency_that_lets_no_film_go_over_paid_networks_is_obeyed_whatever_an_officer_says() {
    let agency = Scripted::serve(Forgery::None).await;
    let side = side(11, &agency);
    let agreed = |side: &Side| side.recorder.consent_to_paid(u64::MAX).unwrap().unwrap();
    put_in_force(&agency, &issued("policy", 1, &policy(r#""network":{"film_over_paid":false}"#), &document_key()));
    let worker =
        uploader::worker(&side.recorder, &agency, Arc::new(uploader::Clock(side.phone.clock.clone())), Network::Paid);
    worker.run(Until::Drained, &mut |_| {}).await.unwrap();
    assert_eq!(agreed(&side), 0);
    put_in_force(&agency, &issued("policy", 2, &policy(r#""network":{"film_over_paid":true}"#), &document_key()));
    side.phone.clock.advance_us(13 * 3_600_000_000);
    worker.run(Until::Drained, &mut |_| {}).await.unwrap();
    assert!(agreed(&side) > 0);
}

fn phrases(level: &str, issuer: &str, place: &str) -> Vec<u8> {
    format!(
        r#"{{"edition":1,"title":"用语","issuer":"{issuer}","level":"{level}","phrases":{{"opening/place":{{"zh":"{place}"}}}}}}"#
    )
    .into_bytes()
}

/// A record in which the opening was said; in whose words.
fn said_in_the_words_of(side: &Side) -> Option<(String, Digest)> {
    let (recording, mut encoders) = begin(&side.phone, &side.recorder);
    encoders.run(&recording, 1.0, |_| {});
    let passage = OpeningPassage {
        from_mono_us: 0,
        to_mono_us: 1,
        elements: vec![OpeningElement::Place],
        speech: Speech::NotMeasured,
        confirmed: Confirmed::Now,
        how: How::Spoken,
        voiced_us: None,
        expected_us: None,
        boot: None,
        phrases: None,
    };
    recording.add(None, passage).unwrap();
    recording.end(None, EndedHow::Officer).unwrap();
    assert!(side.recorder.running().is_none());
    let lines = side.recorder.lines(recording.record()).unwrap();
    let journal = Journal::read(&lines, Drafts::Accepted, "journal", &mut Findings::default());
    assert!(journal.is_read_in_full(), "the line is of the schema");
    let passage = journal.entries.iter().find_map(|entry| match &entry.body {
        Body::OpeningPassage(passage) => Some(passage.clone()),
        _ => None,
    });
    passage.unwrap().phrases.map(|edition| (edition.id.as_str().to_owned(), edition.digest))
}

#[tokio::test]
async fn what_a_province_issued_is_shown_and_the_record_names_it_and_no_other_takes_its_place() {
    let agency = Scripted::serve(Forgery::None).await;
    let mut side = side(12, &agency);
    assert_eq!(said_in_the_words_of(&side), None, "this program's own");
    let first = issued("phrases", 1, &phrases("province", "某省", "地点：{place}。"), &document_key());
    put_in_force(&agency, &first);
    // Another province's; the agency's own; a blank that is none; nothing at all.
    put_in_force(&agency, &issued("phrases", 2, &phrases("province", "邻省", "在{place}。"), &document_key()));
    put_in_force(&agency, &issued("phrases", 3, &phrases("agency", "某局", "在{place}。"), &document_key()));
    put_in_force(&agency, &issued("phrases", 4, &phrases("province", "某省", "{where}"), &document_key()));
    put_in_force(&agency, &issued("phrases", 5, b"{}", &document_key()));
    let (_, told) = side.run(&agency).await;
    assert_eq!((kept(&told).len(), dropped(&told)), (1, vec!["makes_no_sense"; 4]));
    side.reopen();
    let known = Known { place: Some("东街"), ..Known::default() };
    let lines = side.recorder.in_force().phrases.opening(&known, Language::Chinese);
    assert!(lines.iter().any(|line| line.text == "地点：东街。"), "{lines:?}");
    assert_eq!(said_in_the_words_of(&side), Some(("phrases/1".to_owned(), first.digest())));
    // Gone with what proves it.
    side.phone.keyset = None;
    side.reopen();
    assert_eq!(*side.recorder.in_force().phrases, Phrases::shipped());
}

#[tokio::test]
async fn an_agencys_own_day_reaches_the_rows_and_moves_no_deadline() {
    let agency = Scripted::serve(Forgery::None).await;
    let mut side = side(14, &agency);
    let before = (side.deadline(), side.row().beside);
    assert_eq!(before, (("2027-01-06T00:00:00+08:00".to_owned(), Term::Provisional), Beside::default()));
    let own = policy(r#""storage_working_days":1,"filing_working_days":3"#);
    put_in_force(&agency, &issued("policy", 1, &own, &document_key()));
    let (_, told) = side.run(&agency).await;
    assert_eq!(kept(&told), [("policy".to_owned(), 1, 0)], "a policy moves no deadline");
    let day = Instant::parse("2027-01-05T00:00:00+08:00").unwrap();
    let beside = Beside { own_storage_us: Some(day.us()), ..Beside::default() };
    assert_eq!((side.deadline(), side.row().beside), (before.0.clone(), beside), "without a text nothing is filed");
    side.reopen();
    assert_eq!((side.deadline(), side.row().beside), (before.0, beside));
    let summary = side.recorder.summary(side.record).unwrap().unwrap();
    let calendar = side.recorder.calendar();
    assert_eq!(summary.own_storage(&calendar).unwrap().deadline_exclusive, day);
    assert_eq!(summary.own_filing(&calendar), None);
}

/// One rule that gives seizures a single day.
fn rules(rank: &str) -> Vec<u8> {
    let rule = r#"{"edition":1,"rules":[{"title":"某规定","article":"第九条","rank":"RANK","in_force_from":"2026-01-01",
        "matters":["seizure"],"storage_term":{"calendar_days":1},"entered_by":"101","approved_by":"102"}]}"#;
    rule.replace("RANK", rank).into_bytes()
}

#[tokio::test]
async fn a_special_rule_reaches_the_phone_and_sets_the_term_of_its_matter_and_of_no_other() {
    let agency = Scripted::serve(Forgery::None).await;
    let mut side = side(8, &agency);
    let (recording, mut encoders) = begin(&side.phone, &side.recorder);
    encoders.run(&recording, 1.0, |_| {});
    let matter = Some(Code::parse("seizure").unwrap());
    recording.add(None, Deed::Subject { party: Party::Named, name: None, matter, case: None }).unwrap();
    recording.end(None, EndedHow::Officer).unwrap();
    assert!(side.recorder.running().is_none());
    let other = std::mem::replace(&mut side.record, recording.record());
    let ordinary = ("2027-01-06T00:00:00+08:00".to_owned(), Term::Provisional);
    assert_eq!(side.deadline(), ordinary);

    put_in_force(&agency, &issued("special_rules", 1, &rules("rule"), &document_key()));
    put_in_force(&agency, &issued("special_rules", 2, &rules("normative_document"), &document_key()));
    let (_, told) = side.run(&agency).await;
    assert_eq!(kept(&told), [("special_rules".to_owned(), 1, 1)]);
    assert_eq!(dropped(&told), ["makes_no_sense"]);
    // A day is a day: no notice can move it.
    let by_rule = ("2027-01-02T00:00:00+08:00".to_owned(), Term::Running);
    assert_eq!(side.deadline(), by_rule);
    side.reopen();
    assert_eq!((side.deadline(), side.row().beside.special_rule), (by_rule, Some(0)));
    assert_eq!(side.recorder.in_force().rule_cited(0).as_deref(), Some("《某规定》第九条"));
    assert_eq!(side.recorder.in_force().rule_cited(1), None);
    let summary = side.recorder.summary(side.record).unwrap().unwrap();
    let said = quanji_rules::explain_countdown(&summary.countdown(&side.recorder.calendar()).unwrap());
    assert!(said.contains("《某规定》第九条"), "{said}");
    side.record = other;
    assert_eq!(side.deadline(), ordinary);
}
