//! A statement that the agency drafted is signed on the phone, by its author and by nobody else.
#![allow(clippy::unwrap_used, clippy::panic)]

mod phone;
mod scripted;
mod uploader;

use std::path::Path;
use std::sync::Arc;

use phone::{Phone, begin};
use quanji_evidence::Findings;
use quanji_evidence::body::{Body, Cause, EndedHow, Party, PlaceHow, Started};
use quanji_evidence::document::{Document, NewDocument};
use quanji_evidence::id::{AgencyId, RecordId};
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::text::Code;
use quanji_recorder::{Deed, OfferedDraft, Recorder, RecorderFault};
use quanji_rules::{DocumentKind, DraftSays, Owed, StatementDraft};
use quanji_upload::{Network, Until};
use scripted::{Forgery, Scripted, document_key};

struct Side {
    phone: Phone,
    index: tempfile::TempDir,
    recorder: Arc<Recorder>,
}

fn side(seed: u64, agency: &Scripted) -> Side {
    let mut phone = Phone::new(seed);
    phone.keyset = Some(agency.keyset.clone());
    let index = tempfile::tempdir().unwrap();
    let recorder = Arc::new(phone.start_indexed(index.path()).0);
    Side { phone, index, recorder }
}

impl Side {
    /// A record whose battery died, and nobody took it up again.
    fn broken_off(&self) -> (RecordId, u64) {
        let (recording, mut encoders) = begin(&self.phone, &self.recorder);
        recording.add(None, Deed::Place { place: "东街十八号".to_owned(), how: PlaceHow::Typed }).unwrap();
        let subject = Deed::Subject {
            party: Party::ToBeEstablished,
            name: None,
            matter: Some(Code::parse("seizure").unwrap()),
            case: None,
        };
        recording.add(None, subject).unwrap();
        encoders.run(&recording, 2.0, |_| {});
        let interruption = recording.interrupt(Cause::Battery).unwrap().seq;
        recording.end(None, EndedHow::CutForGood).unwrap();
        assert!(self.recorder.running().is_none());
        (recording.record(), interruption)
    }

    /// The agency's documents come.
    async fn hear(&self, agency: &Scripted) {
        let clock = Arc::new(uploader::Clock(self.phone.clock.clone()));
        let worker = uploader::worker(&self.recorder, agency, clock, Network::Free);
        worker.run(Until::Receipts { patience_us: 3_600_000_000 }, &mut |_| {}).await.unwrap();
    }

    fn reopen(&mut self) {
        let path: &Path = self.index.path();
        let (other, _) = Phone::new(999).start_indexed(tempfile::tempdir().unwrap().path());
        drop(std::mem::replace(&mut self.recorder, Arc::new(other)));
        self.recorder = Arc::new(self.phone.start_indexed(path).0);
    }

    fn journal(&self, record: RecordId) -> Journal {
        Journal::read(&self.recorder.lines(record).unwrap(), Drafts::Accepted, "journal", &mut Findings::default())
    }

    fn owes_statement(&self, record: RecordId) -> bool {
        let summary = self.recorder.summary(record).unwrap().unwrap();
        summary.owed.iter().any(|owed| matches!(owed, Owed::WrittenStatement { .. }))
    }

    fn device(&self, record: RecordId) -> String {
        self.journal(record).opened().unwrap().device.to_string()
    }
}

fn offers(agency: &Scripted, number: u64, draft: &StatementDraft) -> Document {
    let new = NewDocument {
        agency: AgencyId::from_bytes([5; 16]),
        kind: Code::parse(DocumentKind::StatementDraft.name()).unwrap(),
        number,
        issuer: "某局",
        replaces: None,
        issued_us: 1_000 * number,
        body: serde_json::to_vec(draft).unwrap(),
    };
    let document = Document::issue(new, &document_key()).unwrap();
    agency.held().in_force.push((document.digest(), document.to_bytes()));
    document
}

fn draft(id: &str, device: &str, about: Option<(RecordId, Option<u64>)>, text: &str) -> StatementDraft {
    StatementDraft {
        edition: 1,
        draft: id.repeat(32),
        device: device.to_owned(),
        record: about.map(|(record, _)| record.to_string()),
        interruption: about.and_then(|(_, interruption)| interruption),
        says: DraftSays::Offered { text: text.to_owned() },
    }
}

fn texts(drafts: &[OfferedDraft]) -> Vec<&str> {
    drafts.iter().map(|draft| draft.text.as_str()).collect()
}

#[tokio::test]
async fn a_draft_of_the_agency_is_signed_on_the_phone_and_the_statement_names_it() {
    let agency = Scripted::serve(Forgery::None).await;
    let mut side = side(41, &agency);
    let (record, interruption) = side.broken_off();
    let device = side.device(record);
    let about = Some((record, Some(interruption)));
    let first = draft("a", &device, about, "设备没电。");
    offers(&agency, 1, &first);
    let newest = offers(
        &agency,
        2,
        &StatementDraft { says: DraftSays::Offered { text: "设备没电，雨中。".to_owned() }, ..first },
    );
    // Another's, one that was taken back, and one whose record this phone does not hold.
    offers(&agency, 3, &draft("b", &"0".repeat(32), about, "别人的。"));
    let withdrawn = draft("c", &device, about, "收回的。");
    offers(&agency, 4, &withdrawn);
    offers(&agency, 5, &StatementDraft { says: DraftSays::Withdrawn, ..withdrawn });
    offers(&agency, 6, &draft("d", &device, Some((RecordId::from_bytes([9; 16]), None)), "别处的。"));
    side.hear(&agency).await;
    side.reopen();

    let offered = side.recorder.statement_drafts();
    assert_eq!(texts(&offered), ["设备没电，雨中。", "别处的。"]);
    assert_eq!((offered[0].record, offered[0].interruption), (Some(record), Some(interruption)));
    assert_eq!(offered[1].record, None, "it can only stand alone here");
    assert!(offered[0].digest.matches(&newest.digest()));

    assert!(side.owes_statement(record));
    let statement = Deed::WrittenStatement {
        statement: "设备没电，雨中，无法更换。".to_owned(),
        interruption: Some(interruption),
        draft: Some(offered[0].digest.clone()),
    };
    let seq = side.recorder.add_later(record, None, statement).unwrap().seq;
    assert!(!side.owes_statement(record));
    let journal = side.journal(record);
    let Body::WrittenStatement(signed) = &journal.entries[usize::try_from(seq).unwrap()].body else {
        panic!("no statement")
    };
    assert!(signed.draft.as_ref().unwrap().matches(&newest.digest()));
    assert_eq!(texts(&side.recorder.statement_drafts()), ["别处的。"], "what is signed is offered no more");
}

#[tokio::test]
async fn a_draft_where_nothing_was_recorded_becomes_a_statement_in_a_record_of_its_own() {
    let agency = Scripted::serve(Forgery::None).await;
    let side = side(42, &agency);
    let (record, _) = side.broken_off();
    offers(&agency, 1, &draft("e", &side.device(record), None, "当日暴雨，未能录制。"));
    side.hear(&agency).await;
    let [offered] = side.recorder.statement_drafts().try_into().unwrap();
    let alone = side.recorder.state_alone(None, offered.text.clone(), Some(offered.digest.clone())).unwrap();
    let kinds: Vec<_> = side.journal(alone).entries.iter().map(|entry| entry.body.kind().name()).collect();
    assert_eq!(kinds, ["opened", "written_statement", "ended", "sealed"]);
    assert!(!side.owes_statement(alone));
    assert!(side.owes_statement(record), "it explains no other record");
    assert_eq!(side.recorder.statement_drafts(), []);
}

#[tokio::test]
async fn the_template_says_what_the_lines_and_private_values_of_the_record_say() {
    let side = side(43, &Scripted::serve(Forgery::None).await);
    let (record, interruption) = side.broken_off();
    let text = side.recorder.statement_template(record, Some(interruption)).unwrap();
    for said in ["地点：东街十八号", "设备测得的原因：电量耗尽", "此后未恢复录制", "说明人：（请填写）"]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(text.contains("事项：") && !text.contains("事项：seizure"), "a matter is named, not coded: {text}");
    let other = side.recorder.statement_template(RecordId::from_bytes([9; 16]), None);
    assert!(other.is_err(), "no record, no template");
}

#[test]
fn a_statement_that_is_too_long_leaves_no_record_behind() {
    let mut phone = Phone::new(44);
    let (recorder, _) = phone.start();
    let too_long = recorder.state_alone(None, "字".repeat(1_366), None);
    assert!(matches!(too_long, Err(RecorderFault::TooLong(fault)) if fault.found == 4_098), "{too_long:?}");
    assert_eq!(recorder.summaries().len(), 0);
    recorder.state_alone(None, "字".repeat(1_365), None).unwrap();
    assert_eq!(recorder.summaries().len(), 1);
}

#[test]
fn a_recording_that_begins_while_a_statement_is_written_waits_and_is_not_refused() {
    let mut phone = Phone::new(45);
    let (recorder, _) = phone.start();
    std::thread::scope(|scope| {
        let stating = scope.spawn(|| {
            let mut stated = 0;
            // Bounded, so that a recording that does not end fails the test and does not hang it.
            for _ in 0..100_000 {
                match recorder.state_alone(None, "当日暴雨，未能录制。".to_owned(), None) {
                    Ok(_) => stated += 1,
                    Err(RecorderFault::Busy) => std::thread::yield_now(),
                    Err(fault) => panic!("{fault}"),
                }
                if stated == 20 {
                    break;
                }
            }
        });
        while !stating.is_finished() {
            recorder.begin(Started::Button).unwrap().end(None, EndedHow::Officer).unwrap();
            std::thread::yield_now();
        }
    });
}

#[tokio::test]
async fn a_second_look_at_the_drafts_reads_no_journal_that_has_not_grown() {
    let agency = Scripted::serve(Forgery::None).await;
    let side = side(46, &agency);
    let (record, interruption) = side.broken_off();
    let device = side.device(record);
    offers(&agency, 1, &draft("a", &device, Some((record, Some(interruption))), "设备没电。"));
    offers(&agency, 2, &draft("e", &device, None, "当日暴雨，未能录制。"));
    side.hear(&agency).await;
    let [about, alone] = side.recorder.statement_drafts().try_into().unwrap();
    side.recorder.state_alone(None, alone.text.clone(), Some(alone.digest.clone())).unwrap();
    assert_eq!(texts(&side.recorder.statement_drafts()), ["设备没电。"]);
    let read_bytes = side.phone.disk.read_bytes();
    assert_eq!(texts(&side.recorder.statement_drafts()), ["设备没电。"]);
    assert_eq!(side.phone.disk.read_bytes(), read_bytes);
    // What is signed now is seen at the next look.
    let statement = Deed::WrittenStatement {
        statement: about.text.clone(),
        interruption: Some(interruption),
        draft: Some(about.digest.clone()),
    };
    side.recorder.add_later(record, None, statement).unwrap();
    assert_eq!(side.recorder.statement_drafts(), []);
}
