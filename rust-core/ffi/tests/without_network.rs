//! Handing over without the agency's network, as the shell asks for it, and every call misused. With a real dock: `tests/stories/app_core.rs`.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod phone;

use std::io::{Cursor, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use phone::{TestPhone, film, format};
use quanji_core::{
    BringError, BundleOut, Core, ExportError, NotHeard, OutError, UploadError, UploadNews, UploadTold, dock_address,
};
use quanji_evidence::body::{EndedHow, Started};
use quanji_evidence::bundle::Bundle;

/// A file in memory that fails when the test says.
#[derive(Default)]
struct Stick {
    held: Mutex<Cursor<Vec<u8>>>,
    /// Why, and at the how manieth asking.
    fails: Option<(OutError, u32)>,
    asked: Mutex<u32>,
    told: Mutex<Vec<(u64, u64)>>,
}

impl Stick {
    fn failing(why: OutError, at: u32) -> Arc<Stick> {
        Arc::new(Stick { fails: Some((why, at)), ..Stick::default() })
    }

    fn ask(&self) -> Result<(), OutError> {
        let mut asked = self.asked.lock().unwrap();
        *asked += 1;
        match self.fails {
            Some((why, at)) if *asked >= at => Err(why),
            _ => Ok(()),
        }
    }
}

impl BundleOut for Stick {
    fn write(&self, bytes: Vec<u8>) -> Result<(), OutError> {
        self.ask()?;
        self.held.lock().unwrap().write_all(&bytes).map_err(|_| OutError::Gone)
    }

    fn seek(&self, to_bytes: u64) -> Result<(), OutError> {
        self.ask()?;
        self.held.lock().unwrap().seek(SeekFrom::Start(to_bytes)).map(|_| ()).map_err(|_| OutError::Gone)
    }

    fn sync(&self) -> Result<(), OutError> {
        self.ask()
    }

    fn told(&self, done_bytes: u64, total_bytes: u64) -> Result<(), OutError> {
        self.told.lock().unwrap().push((done_bytes, total_bytes));
        Err(OutError::Stopped)
    }
}

struct Deaf;

impl UploadTold for Deaf {
    fn told(&self, _: UploadNews) -> Result<(), NotHeard> {
        Err(NotHeard::Failed)
    }
}

fn record(phone: &TestPhone, core: &Core) -> String {
    let begun = core.begin(Started::Button).unwrap();
    core.set_format(format()).unwrap();
    film(phone, begun.handle);
    core.end(None, EndedHow::Officer).unwrap();
    begun.record
}

#[test]
fn what_waits_goes_into_one_bundle_and_what_runs_is_not_held_up_by_it() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    assert_eq!(core.export_waiting(Arc::new(Stick::default())), Err(ExportError::NothingWaits));
    let (first, second) = (record(&phone, &core), record(&phone, &core));
    let running = core.begin(Started::Button).unwrap();
    core.set_format(format()).unwrap();
    assert_eq!(film(&phone, running.handle), 100);
    let stick = Arc::new(Stick::default());
    let exported = core.export_waiting(Arc::clone(&stick) as Arc<dyn BundleOut>).unwrap();
    assert_eq!(film(&phone, running.handle), 100, "every unit was taken");

    let mut found = exported.records.clone();
    found.sort();
    let mut expected = vec![first, second];
    expected.sort();
    assert_eq!((found, exported.unreadable.len()), (expected, 0));
    let held = stick.held.lock().unwrap().get_ref().clone();
    assert_eq!(held.len() as u64, exported.bytes);
    let mut bundle = Bundle::open(Cursor::new(held)).unwrap();
    for record in &exported.records {
        let journal = bundle.read(&format!("records/{record}/journal")).unwrap().unwrap();
        assert!(journal.ends_with(b"\n"));
        assert!(bundle.read(&format!("records/{record}/takes/1/1.m4s")).unwrap().is_some());
    }
    // What hears of it fails all the while, and that changes nothing.
    let told = stick.told.lock().unwrap();
    assert!(told.windows(2).all(|pair| pair[0].0 <= pair[1].0));
    assert!(told.last().is_some_and(|(done, total)| done <= total && *done > 0));
}

#[test]
fn a_medium_that_fails_at_any_asking_is_named_and_asked_nothing_more() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    record(&phone, &core);
    let whole = Arc::new(Stick::default());
    core.export_waiting(Arc::clone(&whole) as Arc<dyn BundleOut>).unwrap();
    let askings = *whole.asked.lock().unwrap();
    assert!(askings > 3, "{askings}");
    for why in [OutError::Full, OutError::TooLarge, OutError::Gone, OutError::Stopped] {
        for at in 1..=askings {
            let stick = Stick::failing(why, at);
            assert_eq!(core.export_waiting(Arc::clone(&stick) as Arc<dyn BundleOut>), Err(ExportError::Out { why }));
            assert_eq!(*stick.asked.lock().unwrap(), at, "{why:?}: asked again after it failed");
        }
    }
    core.export_waiting(Arc::new(Stick::default())).unwrap();
}

#[test]
fn practice_hands_nothing_over_and_a_phone_without_agency_says_so() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    record(&phone, &core);
    assert_eq!(core.hand_over_at("https://dock.example".to_owned(), 1, Arc::new(Deaf)), Err(UploadError::NotEnrolled));
    assert_eq!(core.bring_receipts(b"x\n".to_vec(), None), Err(BringError::NotEnrolled));
    // A stick needs no agency: what the phone has is kept a second time.
    core.export_waiting(Arc::new(Stick::default())).unwrap();
    drop(core);

    let mut practising = phone.phone();
    practising.is_practice = true;
    let core = Core::open(practising).unwrap();
    record(&phone, &core);
    assert_eq!(core.hand_over_at(String::new(), 1, Arc::new(Deaf)), Err(UploadError::Practice));
    assert_eq!(core.bring_receipts(Vec::new(), Some(Vec::new())), Err(BringError::Practice));
    assert_eq!(core.export_waiting(Arc::new(Stick::default())), Err(ExportError::Practice));
}

#[test]
fn an_address_is_taken_as_it_is_meant() {
    assert_eq!(dock_address(" 192.168.8.1:8601 ".to_owned()).as_deref(), Some("https://192.168.8.1:8601"));
    assert_eq!(dock_address("quanji:enrol?v=1".to_owned()), None);
}
