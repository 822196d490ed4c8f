//! The core as the app holds it, with a real agency: enrolled with a scanned code, recorded, handed over, judged by anyone.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

#[path = "../../rust-core/ffi/tests/phone/mod.rs"]
mod app;
mod support;

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use app::{TestPhone, film, format};
use quanji_core::{
    BringError, BundleOut, Core, EnrolError, Invite, NextUploads, NotHeard, OutError, ReceiptsCame, UploadEnd,
    UploadError, UploadNews, UploadTold,
};
use quanji_evidence::body::{EndedHow, Started};
use quanji_store::RecordState;
use quanji_upload::{FreedBy, Network, Waits};
use support::agency::serve;
use support::{Agency, is_valid_for_anyone, programs, run};

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
    // A job that is ended asks when the next one has something to do: at once, but what is film not over the officer's own SIM.
    let next = core.next_uploads().unwrap();
    assert!(next.over_any_us.is_some() && next.over_free_us.is_some(), "{next:?}");
    assert!(matches!(
        core.run_uploads(Network::Paid, 1, Arc::new(Ear::default())),
        Ok(UploadEnd::Waits { why: Waits::NeedsFreeNetwork | Waits::RecordIncomplete, .. })
    ));
    let over_nothing_but_free = NextUploads { over_any_us: None, over_free_us: Some(i64::MIN) };
    assert_eq!(core.next_uploads().unwrap(), over_nothing_but_free, "not even for the receipt, which cannot come yet");
    phone.clock.advance_us(10_000_000);
    let ear = Arc::new(Ear::default());
    assert_eq!(
        core.run_uploads(Network::Free, 60, Arc::clone(&ear) as Arc<dyn UploadTold>),
        Ok(UploadEnd::NothingLeft)
    );
    assert!(ear.heard.lock().unwrap().iter().any(|news| matches!(news, UploadNews::Receipt { .. })));

    assert_eq!(core.next_uploads().unwrap(), NextUploads::default(), "no job for nothing");

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
    let UploadEnd::Waits { why: Waits::AgencyUnreachable, next_us: Some(next_us), .. } = end else { panic!("{end:?}") };
    assert_eq!(core.next_uploads().unwrap().over_free_us, Some(next_us), "not before anybody may ask again");
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

/// A dock of that agency which knows its devices.
fn dock(agency: &Agency, data: &Path) {
    let program = |args: &[&str]| {
        let mut program = Command::new(&programs().agency);
        program.args(args);
        program
    };
    run(program(&["dock", "init", "--from"]).arg(&agency.data).arg("--data").arg(data), 0);
    let list = data.with_extension("list");
    run(program(&["dock", "list", "--data"]).arg(&agency.data).arg("--out").arg(&list), 0);
    run(program(&["dock", "learn", "--data"]).arg(data).arg(list), 0);
}

fn import(agency: &Agency, dock: &Path) {
    run(agency.command("import", &["--from"]).arg(dock), 0);
}

fn is_film_here(core: &Core, record: &str) -> bool {
    core.record_page(record.to_owned()).unwrap().takes[0].segments.iter().any(|segment| segment.is_here)
}

#[test]
fn a_dock_at_an_address_of_its_own_gives_a_receipt_and_what_another_server_says_holds_up_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let other = Agency::begin(&folder.path().join("other"));
    let phone = phone();
    let core = phone.open().unwrap();
    enrol(&core, &agency.code_to_scan()).unwrap();
    let record = record(&phone, &core);
    let ear = || Arc::new(Ear::default());
    let data = folder.path().join("dock");
    dock(&agency, &data);

    assert_eq!(core.hand_over_at("http://dock.example".to_owned(), 1, ear()), Err(UploadError::Address));
    let nobody = core.hand_over_at("http://127.0.0.1:9".to_owned(), 0, ear()).unwrap();
    assert!(matches!(nobody, UploadEnd::Waits { why: Waits::AgencyUnreachable, .. }), "{nobody:?}");
    // Another agency knows no such device; one that did could not prove itself by our agency's keys.
    let strangers = core.hand_over_at(other.url(), 0, ear()).unwrap();
    assert!(matches!(strangers, UploadEnd::Waits { freed_by: FreedBy::Person, .. }), "{strangers:?}");
    let home = core.home(Network::Free).unwrap();
    assert_eq!(home.hold, None, "what a stranger said holds up nothing for the agency");
    assert!(is_film_here(&core, &record));

    let (mut serving, address) = serve(&mut Command::new(&programs().agency), &data, "127.0.0.1:0");
    let ended = core.hand_over_at(format!("http://{address}"), 60, ear());
    serving.kill().unwrap();
    serving.wait().unwrap();
    assert_eq!(ended, Ok(UploadEnd::NothingLeft));
    let page = core.record_page(record.clone()).unwrap();
    assert_eq!(page.receipts[0].kind, quanji_evidence::receipt::ReceiptKind::DesignatedStorage);
    assert!(!is_film_here(&core, &record), "it was freed on the receipt");
    import(&agency, &data);
    is_valid_for_anyone(&agency, &record);
}

/// A file on a stick.
struct OnStick(Mutex<File>);

impl BundleOut for OnStick {
    fn write(&self, bytes: Vec<u8>) -> Result<(), OutError> {
        self.0.lock().unwrap().write_all(&bytes).map_err(|_| OutError::Gone)
    }

    fn seek(&self, to_bytes: u64) -> Result<(), OutError> {
        self.0.lock().unwrap().seek(SeekFrom::Start(to_bytes)).map(|_| ()).map_err(|_| OutError::Gone)
    }

    fn sync(&self) -> Result<(), OutError> {
        self.0.lock().unwrap().sync_all().map_err(|_| OutError::Gone)
    }

    fn told(&self, _: u64, _: u64) -> Result<(), OutError> {
        Ok(())
    }
}

#[test]
fn a_stick_goes_to_the_dock_and_its_receipts_free_the_film_and_no_others_do() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let phone = phone();
    let core = phone.open().unwrap();
    enrol(&core, &agency.code_to_scan()).unwrap();
    let record = record(&phone, &core);
    // Made after the phone heard of the agency's keys: it learns the dock's from the stick.
    let data = folder.path().join("dock");
    dock(&agency, &data);
    let bundle: PathBuf = folder.path().join("phone.zip");
    let exported = core.export_waiting(Arc::new(OnStick(Mutex::new(File::create(&bundle).unwrap())))).unwrap();
    assert_eq!(exported.records, std::slice::from_ref(&record));
    assert!(is_film_here(&core, &record), "a bundle frees nothing");
    run(Command::new(&programs().agency).args(["dock", "take", "--data"]).arg(&data).arg(&bundle), 0);
    let receipts = std::fs::read(bundle.with_extension("zip.receipts")).unwrap();
    let keyset = std::fs::read(bundle.with_extension("zip.keyset")).unwrap();

    assert_eq!(core.bring_receipts(b"no receipt\n".to_vec(), None), Err(BringError::NoReceipt { line: 1 }));
    let without_keys = core.bring_receipts(receipts.clone(), None).unwrap();
    assert_eq!(without_keys[0].came, ReceiptsCame::NotValid, "by a key that the phone does not know");
    let mut forged = receipts.clone();
    let at = forged.iter().position(|byte| *byte == b' ').unwrap() - 3;
    forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
    assert_eq!(core.bring_receipts(forged, Some(keyset.clone())).unwrap()[0].came, ReceiptsCame::NotValid);
    let mut false_keys = keyset.clone();
    false_keys.truncate(keyset.len() - 20);
    assert_eq!(core.bring_receipts(receipts.clone(), Some(false_keys)), Err(BringError::NotTheAgencys));
    assert!(is_film_here(&core, &record));

    // While a record runs its writer is at the scene: the receipts are brought again.
    core.begin(Started::Button).unwrap();
    assert_eq!(core.bring_receipts(receipts.clone(), Some(keyset.clone())), Err(BringError::Recording));
    core.end(None, EndedHow::Officer).unwrap();
    let brought = core.bring_receipts(receipts.clone(), Some(keyset.clone())).unwrap();
    assert_eq!(brought[0].record, record);
    assert!(matches!(brought[0].came, ReceiptsCame::Taken { receipts: 1, freed_bytes: 50_000.., .. }), "{brought:?}");
    assert!(!is_film_here(&core, &record));
    // By the dock's key, which no session brought yet: the pages know the receipt, now and after a restart.
    let receipts_shown = |core: &Core| core.record_page(record.clone()).unwrap().receipts.len();
    assert_eq!(receipts_shown(&core), 1);
    drop(core);
    let core = phone.open().unwrap();
    assert_eq!(receipts_shown(&core), 1);
    let again = core.bring_receipts(receipts.clone(), Some(keyset)).unwrap();
    assert_eq!(again[0].came, ReceiptsCame::Known { files: 0, freed_bytes: 0 });
    import(&agency, &data);
    core.run_uploads(Network::Free, 60, Arc::new(Ear::default())).unwrap();
    is_valid_for_anyone(&agency, &record);
}
