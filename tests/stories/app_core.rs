//! The core as the app holds it, with a real agency: enrolled with a scanned code, recorded, handed over, judged by anyone.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

#[path = "../../rust-core/ffi/tests/phone/mod.rs"]
mod app;
mod support;

use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use app::{TestPhone, film, format};
use quanji_core::{Core, EnrolError, Invite, NotHeard, UploadEnd, UploadError, UploadNews, UploadTold};
use quanji_evidence::body::{EndedHow, Started};
use quanji_store::RecordState;
use quanji_upload::{Network, Waits};
use support::{Agency, is_valid_for_anyone};

/// An hour after its boot it is now: the agency lives by this machine's clock.
#[expect(clippy::disallowed_methods, reason = "the agency is another process and reads the same clock")]
fn phone() -> TestPhone {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    TestPhone::booted_at(u64::try_from(now.as_micros()).unwrap() - 3_600_000_000)
}

/// Hears a run, and may end it.
#[derive(Default)]
struct Ear {
    heard: Mutex<Vec<UploadNews>>,
    stops: Option<Arc<Core>>,
}

impl UploadTold for Ear {
    fn told(&self, what: UploadNews) -> Result<(), NotHeard> {
        self.heard.lock().unwrap().push(what);
        if let Some(core) = &self.stops {
            core.stop_uploads();
        }
        Ok(())
    }
}

fn record(phone: &TestPhone, core: &Core) -> String {
    let begun = core.begin(Started::Button).unwrap();
    core.set_format(format()).unwrap();
    film(phone, begun.handle);
    core.end(None, EndedHow::Officer).unwrap();
    begun.record
}

fn enrol(core: &Core, code: &str) -> Result<quanji_core::Agency, EnrolError> {
    core.enrol(Invite::scanned(code.to_owned()).unwrap(), Some("a phone".to_owned()))
}

#[test]
fn a_phone_enrols_records_hands_over_and_shows_a_receipt_that_it_verified() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let phone = phone();
    let core = phone.open().unwrap();
    let known = enrol(&core, &agency.code_to_scan()).unwrap();
    assert_eq!((known.unit.as_str(), known.address), (agency.unit.as_str(), agency.url()));
    assert!(known.valid_until_us > known.heard_us);
    drop(core);

    // What is known of the agency outlives the process; the next record is anchored by it.
    let core = phone.open().unwrap();
    assert_eq!(core.renew().unwrap().root_fingerprint, known.root_fingerprint);
    let record = record(&phone, &core);

    let stopping = Arc::new(Ear { stops: Some(Arc::clone(&core)), ..Ear::default() });
    assert_eq!(core.run_uploads(Network::Free, 60, stopping), Ok(UploadEnd::Stopped));
    let none = core.run_uploads(Network::None, 1, Arc::new(Ear::default())).unwrap();
    assert!(matches!(none, UploadEnd::Waits { why: Waits::NoNetwork, .. }), "{none:?}");
    let ear = Arc::new(Ear::default());
    assert_eq!(
        core.run_uploads(Network::Free, 60, Arc::clone(&ear) as Arc<dyn UploadTold>),
        Ok(UploadEnd::NothingLeft)
    );
    assert!(ear.heard.lock().unwrap().iter().any(|news| matches!(news, UploadNews::Receipt { .. })));

    let home = core.home(Network::Free).unwrap();
    assert_eq!((home.urgent.len(), home.totals.safe, home.hold), (0, 1, None));
    let safe = &core.archive(None).unwrap()[0];
    assert_eq!((&safe.record, safe.state, safe.stored_permille), (&record, RecordState::Stored, 1_000));
    let page = core.record_page(record.clone()).unwrap();
    assert_eq!(page.receipts.len(), 1, "{page:?}");
    assert!(page.takes[0].segments.iter().all(|segment| !segment.is_here), "it was freed on the receipt");
    assert_eq!(core.read_film(record.clone(), 1, 1, 0, 1), Err(quanji_core::CoreError::Freed));
    let check = core.self_check(record.clone()).unwrap();
    assert!(check.is_sound && check.files_freed > 0, "{check:?}");
    is_valid_for_anyone(&agency, &record);
}

#[test]
fn another_agencys_answer_a_used_code_and_a_silent_agency_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mut agency = Agency::begin(&folder.path().join("agency"));
    let other = Agency::begin(&folder.path().join("other"));
    let phone = phone();
    let core = phone.open().unwrap();
    let code = agency.code_to_scan();
    let at_the_other = Invite::typed(other.url(), agency.code()).unwrap();
    assert_eq!(core.enrol(at_the_other, None), Err(EnrolError::CodeUnknown));
    assert_eq!(core.agency(), None);
    enrol(&core, &code).unwrap();
    assert_eq!(enrol(&core, &code), Err(EnrolError::CodeUsed));
    assert_eq!(enrol(&core, &other.code_to_scan()), Err(EnrolError::NotTheAgency), "a phone has one agency");

    record(&phone, &core);
    agency.kill();
    assert_eq!(core.renew(), Err(EnrolError::Unreachable));
    let end = core.run_uploads(Network::Free, 1, Arc::new(Ear::default())).unwrap();
    let UploadEnd::Waits { why: Waits::AgencyUnreachable, next_us: Some(_), .. } = end else { panic!("{end:?}") };
    assert_eq!(core.home(Network::Free).unwrap().hold, Some(Waits::AgencyUnreachable));
}

#[test]
fn one_upload_runs_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let phone = phone();
    let core = phone.open().unwrap();
    enrol(&core, &agency.code_to_scan()).unwrap();
    record(&phone, &core);

    /// Asks for a second run out of the first.
    struct Again(Arc<Core>, Mutex<Vec<Result<UploadEnd, UploadError>>>);
    impl UploadTold for Again {
        fn told(&self, _: UploadNews) -> Result<(), NotHeard> {
            let second = self.0.run_uploads(Network::Free, 1, Arc::new(Ear::default()));
            assert_eq!(self.0.renew(), Err(EnrolError::Bug), "a request out of a request");
            self.1.lock().unwrap().push(second);
            Ok(())
        }
    }
    let again = Arc::new(Again(Arc::clone(&core), Mutex::default()));
    core.run_uploads(Network::Free, 60, Arc::clone(&again) as Arc<dyn UploadTold>).unwrap();
    let seconds = again.1.lock().unwrap();
    assert!(!seconds.is_empty() && seconds.iter().all(|second| *second == Err(UploadError::Runs)), "{seconds:?}");
}
