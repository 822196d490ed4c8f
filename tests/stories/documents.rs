//! What the agency issues reaches phones: a notice that appears late makes provisional deadlines final, everywhere.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

#[path = "../../rust-core/ffi/tests/phone/mod.rs"]
mod app;
mod support;

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use app::{TestPhone, film, format};
use quanji_capture::quality::Step;
use quanji_core::{
    ActivityTerm, AgencyQuality, Beside, Core, Countdown, Deed, Duty, Invite, IssuedKind, KnownScene, NotHeard,
    StorageTerm, UploadEnd, UploadNews, UploadTold,
};
use quanji_evidence::body::{EndedHow, Party, Started};
use quanji_rules::{Instant, Language};
use quanji_upload::Network;
use serde_json::{Value, json};
use support::*;
use tempfile::TempDir;

/// Thursday 2026-12-31, 10 o'clock in China: both working days lie in a year without a notice.
const NEW_YEARS_EVE_S: i64 = 1_798_682_400;
const NOTICE: &str = "date,kind,name_zh,basis\n2027-01-01,off,元旦,statutory\n2027-01-03,work,元旦,makeup\n";

/// How far the agency's and the phone's clocks are ahead of the machine's.
#[expect(clippy::disallowed_methods, reason = "other processes read the same clock")]
fn ahead_s() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    NEW_YEARS_EVE_S - i64::try_from(now).unwrap()
}

struct Place {
    folder: TempDir,
    agency: Agency,
}

impl Place {
    /// An agency on New Year's Eve.
    fn begin() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let clock = ShiftedClock::new();
        clock.set(ahead_s());
        let agency = Agency::begin_by(&folder.path().join("agency"), clock);
        Place { folder, agency }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn import_notice(&self) {
        let file = self.file("notice.csv", NOTICE);
        run(self.agency.command("calendar", &[]).args(["import"]).arg(file), 0);
    }

    fn import_sample_catalog(&self) {
        let sample = shipped("catalog/v1/sample.csv");
        run(self.agency.command("catalog", &[]).args(["import", "--sample"]).arg(sample), 0);
    }

    fn issue(&self, kind: &str, file: PathBuf) {
        run(self.agency.command(kind, &[]).arg("issue").arg(file), 0);
    }
}

/// A file of `proto`, as it is shipped.
fn shipped(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../proto").join(path)
}

fn phone(place: &Place) -> Phone {
    let clock = ShiftedClock::new();
    clock.set(ahead_s());
    let phone = Phone::new_by(clock);
    phone.enrol(&place.agency.code(), &place.agency.url());
    phone
}

fn deadline(phone: &Phone, record: &str) -> (Value, Value) {
    let standing = phone.standing(record);
    (standing["deadline"]["deadline_exclusive"].clone(), standing["deadline"]["provisional"].clone())
}

#[test]
fn a_phone_learns_the_notice_of_the_next_year_and_its_provisional_deadline_becomes_final() {
    let mut place = Place::begin();
    let phone = phone(&place);
    let record = phone.record();
    let provisional = (json!("2027-01-06T00:00:00+08:00"), json!(true));
    assert_eq!(deadline(&phone, &record), provisional);

    // An agency that cannot be reached changes nothing of what the phone holds.
    place.import_notice();
    place.agency.kill();
    phone.upload(&place.agency.url(), &[]);
    assert_eq!(deadline(&phone, &record), provisional);

    place.agency.start();
    let (is_all_there, said) = phone.upload(&place.agency.url(), &["--until-receipt"]);
    assert!(is_all_there, "{said}");
    assert_eq!(said["documents"], json!([{ "kind": "calendar", "number": 1, "deadlines_moved": 1 }]), "{said}");
    let settled = (json!("2027-01-05T00:00:00+08:00"), json!(false));
    assert_eq!(deadline(&phone, &record), settled);
    let mut told = phone.command("deadline", &["--json", &record]);
    assert_eq!(json_of(&run(&mut told, 0))["deadline_exclusive"], settled.0);
    assert!(phone.standing(&record)["purged_files"].as_u64() > Some(0));

    // What is held is not pulled again; without the agency the next record's deadline is final at once.
    let (_, said) = phone.upload(&place.agency.url(), &[]);
    assert_eq!(said["documents"], json!([]), "{said}");
    place.agency.stop();
    let next = phone.record();
    assert_eq!(deadline(&phone, &next), settled);
    place.agency.start();
    place.agency.fsck();
}

/// Hears a run of the app.
#[derive(Default)]
struct Ear(Mutex<Vec<UploadNews>>);

impl UploadTold for Ear {
    fn told(&self, what: UploadNews) -> Result<(), NotHeard> {
        self.0.lock().unwrap().push(what);
        Ok(())
    }
}

#[test]
fn the_apps_last_page_follows_the_notice_and_its_matters_the_catalog() {
    let place = Place::begin();
    let wall_us = u64::try_from(NEW_YEARS_EVE_S).unwrap() * 1_000_000;
    let phone = TestPhone::booted_at(wall_us - 3_600_000_000);
    let core = phone.open().unwrap();
    core.enrol(Invite::scanned(place.agency.code_to_scan()).unwrap(), None).unwrap();
    let begun = core.begin(Started::Button).unwrap();
    core.set_format(format()).unwrap();
    film(&phone, begun.handle);
    core.end(None, EndedHow::Officer).unwrap();
    let of_the_page = |core: &quanji_core::Core| core.last_page(begun.record.clone()).unwrap().countdown;
    let Some(Countdown::Running { deadline: before }) = of_the_page(&core) else { panic!("it runs") };
    assert!(before.is_provisional);
    assert_eq!((core.matters().edition, core.matters().matters.len()), (None, 11));

    place.import_notice();
    place.import_sample_catalog();
    let ear = Arc::new(Ear::default());
    let ended = core.run_uploads(Network::Free, 60, Arc::clone(&ear) as Arc<dyn UploadTold>).unwrap();
    assert_eq!(ended, UploadEnd::NothingLeft);
    let heard = ear.0.lock().unwrap();
    let is_kept = |news: &UploadNews| matches!(news, UploadNews::DocumentKept { deadlines_moved: 1, .. });
    assert!(heard.iter().any(is_kept), "{heard:?}");
    let Some(Countdown::Running { deadline: after }) = of_the_page(&core) else { panic!("it runs") };
    assert!(!after.is_provisional && after.ends_us < before.ends_us, "{before:?} {after:?}");
    drop(core);
    // And so it is after the process.
    let core = phone.open().unwrap();
    let matters = core.matters();
    assert!(matters.is_sample && matters.edition == Some(1) && matters.issuer == "某区消防救援大队", "{matters:?}");
    let of_agency = matters.matters.iter().filter(|matter| matter.is_of_agency).count();
    assert_eq!((of_agency, matters.matters.len()), (28, 28 + 11), "the regulation's own stand behind them");
    let seizure = matters.matters.iter().find(|matter| matter.code == "jt/kouche").unwrap();
    assert_eq!((seizure.duty, seizure.officers_at_least), (Duty::ByLaw { item: 2 }, 2));
    assert_eq!(of_the_page(&core), Some(Countdown::Running { deadline: after }));
}

#[test]
fn what_the_agency_sets_and_what_its_officers_say_hold_in_the_app_and_outlive_the_process() {
    let place = Place::begin();
    let wall_us = u64::try_from(NEW_YEARS_EVE_S).unwrap() * 1_000_000;
    let phone = TestPhone::booted_at(wall_us - 3_600_000_000);
    let core = phone.open().unwrap();
    core.enrol(Invite::scanned(place.agency.code_to_scan()).unwrap(), None).unwrap();
    let none = core.issued(Language::English);
    assert!(none.documents.is_empty() && none.are_phrases_shipped && none.not_obeyed.is_empty());
    assert_eq!(core.wanted(Step::FullHd, true).best, Step::FullHd);

    let sample = std::fs::read_to_string(shipped("policy/v1/sample.json")).unwrap();
    let policy = sample.replace("某局", "某区消防救援大队").replace("\"1080p\",", "\"720p\",");
    let policy = policy.replace("\"kbit_720p\": 2000", "\"kbit_720p\": 3000");
    place.issue("policy", place.file("policy.json", &policy));
    place.issue("phrases", shipped("phrases/v1/sample.json"));
    let blanks =
        r#"{"edition":1,"title":"填空","issuer":"某区消防救援大队","level":"agency","blanks":{"hotline":"12345"}}"#;
    place.issue("phrases", place.file("blanks.json", blanks));
    let weak = policy.replace("10800", "60");
    let refused = run(place.agency.command("policy", &[]).arg("issue").arg(place.file("weak.json", &weak)), 1);
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("preflight.seconds_left: 60, and it may not be below 7200")
    );

    let ended = core.run_uploads(Network::Free, 60, Arc::new(Ear::default())).unwrap();
    assert_eq!(ended, UploadEnd::NothingLeft);
    let holds = |core: &quanji_core::Core| {
        let wanted = core.wanted(Step::FullHd, true);
        assert_eq!((wanted.best, wanted.hevc_at.len(), wanted.hd_bits), (Step::Hd, 0, 3_000_000));
        assert_eq!(core.agency_quality(), AgencyQuality { best: Some(Step::Hd), hevc: Some(false) });
        assert_eq!(core.queue(Network::Paid).unwrap().paid_limit_bytes, Some(500_000_000));
        let issued = core.issued(Language::Chinese);
        let kinds: Vec<_> = issued.documents.iter().map(|one| (one.kind, one.number, one.is_sample)).collect();
        let phrases = [(IssuedKind::Phrases, 1, true), (IssuedKind::Phrases, 2, false)];
        assert_eq!(kinds, [phrases[0], phrases[1], (IssuedKind::Policy, 1, true)]);
        assert_eq!(issued.documents[0].issuer, "省司法厅（示例）");
        assert!(!issued.are_phrases_shipped && issued.not_obeyed.is_empty());
        let known = KnownScene {
            at_us: None,
            place: Some("东街".to_owned()),
            officers: vec![],
            matter: None,
            party: None,
            party_name: None,
            stages: vec![],
        };
        let lines = core.opening_lines(known, Language::Chinese);
        assert_eq!(lines.last().unwrap().text, "本次执法全程录音录像，监督电话12345，请您知悉并配合。");
    };
    holds(&core);
    drop(core);
    holds(&phone.open().unwrap());
}

/// A record of a few seconds that belongs to the activity of `card`, or begins one; about `matter`, with a document where there is one.
fn of_one_activity(phone: &TestPhone, core: &Core, card: Option<String>, matter: Option<&str>) -> String {
    let begun = core.begin(Started::Button).unwrap();
    core.set_format(format()).unwrap();
    film(phone, begun.handle);
    match card {
        Some(card) => core.join_activity(None, card).unwrap(),
        None => core.begin_activity(None).unwrap(),
    };
    if let Some(matter) = matter {
        let (party, matter) = (Party::ToBeEstablished, Some(matter.to_owned()));
        core.add(None, Deed::Subject { party, name: None, matter, case_number: None }).unwrap();
        let document = Deed::Document { file: vec![7; 100], document: "seizure_list".to_owned(), title: None };
        core.add(None, document).unwrap();
    }
    core.end(None, EndedHow::Officer).unwrap();
    begun.record
}

#[test]
fn what_stands_beside_a_deadline_is_told_in_the_app_and_the_law_alone_decides() {
    let place = Place::begin();
    let wall_us = u64::try_from(NEW_YEARS_EVE_S).unwrap() * 1_000_000;
    let phone = TestPhone::booted_at(wall_us - 3_600_000_000);
    let core = phone.open().unwrap();
    core.enrol(Invite::scanned(place.agency.code_to_scan()).unwrap(), None).unwrap();
    assert_eq!(core.issued(Language::Chinese).special_rules, []);
    place.issue("rule", shipped("special-rules/v1/sample.json"));
    let policy = std::fs::read_to_string(shipped("policy/v1/sample.json")).unwrap();
    place.issue("policy", place.file("policy.json", &policy.replace("某局", "某区消防救援大队")));
    core.run_uploads(Network::Free, 60, Arc::new(Ear::default())).unwrap();
    phone.clock.advance_us(7_200_000_000);

    let seizure = of_one_activity(&phone, &core, None, Some("seizure"));
    phone.clock.advance_us(60_000_000);
    let other = of_one_activity(&phone, &core, core.activity_card(seizure.clone()).unwrap(), None);
    let day = |text: &str| Some(Instant::parse(&format!("{text}T00:00:00+08:00")).unwrap().us());
    // By the rule one working day; by the law two, of which the agency's own is the first. Three for the list of what was seized.
    let of_seizure = Beside {
        special_rule: Some("《示例规定（并不存在）》第九条".to_owned()),
        own_storage_us: None,
        own_filing_us: day("2027-01-07"),
    };
    let of_other = Beside { special_rule: None, own_storage_us: day("2027-01-05"), own_filing_us: None };
    let holds = |core: &Core| {
        let home = core.home(Network::Free).unwrap().urgent;
        let told: Vec<_> = home.iter().map(|one| (&one.record, one.deadline_us, &one.beside)).collect();
        assert_eq!(
            told,
            [(&seizure, day("2027-01-05"), &of_seizure), (&other, day("2027-01-06"), &of_other)],
            "each has its own"
        );
        let activity = Some(ActivityTerm { records: 2, earliest_us: day("2027-01-05") });
        assert!(home.iter().all(|one| one.activity == activity), "{home:?}");
        for (record, beside) in [(&seizure, &of_seizure), (&other, &of_other)] {
            assert_eq!(&core.last_page(record.clone()).unwrap().beside, beside);
        }
        let issued = core.issued(Language::Chinese);
        let rule = &issued.special_rules[0];
        assert_eq!((issued.special_rules.len(), rule.term), (1, StorageTerm::WorkingDays { days: 1 }));
        assert_eq!((rule.citation.as_str(), rule.in_force_to.as_ref()), ("《示例规定（并不存在）》第九条", None));
        assert_eq!(rule.matters.len(), 2);
        let names = core.matters().matters.into_iter().map(|matter| matter.name).collect::<Vec<_>>();
        assert!(rule.matters.iter().all(|matter| names.contains(matter)), "{:?}", rule.matters);
        let kinds: Vec<_> = issued.documents.iter().map(|one| (one.kind, one.number)).collect();
        assert_eq!(kinds, [(IssuedKind::Policy, 1), (IssuedKind::SpecialRules, 1)]);
    };
    holds(&core);
    drop(core);
    holds(&phone.open().unwrap());
}
