//! Designated storage: whom a dock knows, and what its clock cannot do.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use std::path::Path;
use std::sync::Arc;

use quanji_agency::app::App;
use quanji_agency::dock::{self, DockFault, Learned, RegisterFault};
use quanji_agency::{calendars, fsck, jobs, receipts};
use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine};
use quanji_evidence::receipt::{Receipt, ReceiptOnTime};
use quanji_wire::Code;
use serde::Deserialize;
use support::bundle::{phone_bundle, root_of};
use support::{DAY_US, Database, Device, SimClock, Stage, T0_US, record};
use tempfile::TempDir;

const HOUR_US: u64 = 3_600_000_000;

/// A dock of the stage's agency, an hour later.
struct Docked {
    folder: TempDir,
    clock: Arc<SimClock>,
    app: App,
}

impl Docked {
    async fn begin(stage: &Stage) -> Docked {
        let folder = tempfile::tempdir().unwrap();
        dock::begin(&stage.app, &root_of(stage), folder.path()).await.unwrap();
        let clock = Arc::new(SimClock::at(T0_US + HOUR_US));
        let app = App::open(folder.path(), None, Arc::clone(&clock) as _).await.unwrap();
        Docked { folder, clock, app }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    async fn take(&self, bundle: &Path) -> Result<receipts::Looked, DockFault> {
        Ok(dock::take(&self.app, bundle).await?.remove(0).looked)
    }

    async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(self.app.db().pool()).await.unwrap()
    }
}

async fn receipts_of(app: &App) -> Vec<Receipt> {
    let lines: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT line FROM receipt ORDER BY number").fetch_all(app.db().pool()).await.unwrap();
    let receipt =
        |line: Vec<u8>| Receipt::deserialize(SignedLine::parse(&line, LINE_LIMIT_BYTES).unwrap().value).unwrap();
    lines.into_iter().map(receipt).collect()
}

#[tokio::test]
async fn a_device_enrolled_later_is_unknown_until_a_list_is_learned() {
    let stage = Stage::begin(Database::Sqlite).await;
    let docked = Docked::begin(&stage).await;
    let older = dock::write_register(&stage.app).await.unwrap();
    let device = Device::enrolled(&stage, "a later phone").await;
    let record = record::inspection(&stage, &device, "an inspection").await;
    phone_bundle(&device, &record, &docked.path("phone.zip"));
    let refused = docked.take(&docked.path("phone.zip")).await.unwrap_err();
    assert!(matches!(refused, DockFault::Refused { code: Code::DeviceUnknown, .. }), "{refused:?}");
    assert_eq!(docked.count("SELECT count(*) FROM record").await, 0);

    let notice = "date,kind,name_zh,basis\n2027-01-01,off,元旦,statutory\n2027-02-05,off,春节,statutory\n2027-02-08,off,春节,statutory\n2027-02-09,off,春节,statutory\n";
    calendars::import(&stage.app, notice.as_bytes()).await.unwrap();
    sqlx::query("UPDATE device SET software = 'quanji/0.1', model = 'a \"model\" 型号'")
        .execute(stage.app.db().pool())
        .await
        .unwrap();
    let list = dock::write_register(&stage.app).await.unwrap();
    let learned = dock::learn(&docked.app, &list).await.unwrap();
    assert_eq!(learned, Learned { keyset_lines: 0, devices: 1, revoked: 0, documents: 1 });
    let named = "SELECT count(*) FROM device WHERE software = 'quanji/0.1' AND model = 'a \"model\" 型号'";
    assert_eq!(docked.count(named).await, 1);
    assert_eq!(docked.take(&docked.path("phone.zip")).await.unwrap(), receipts::Looked::Issued { number: 1 });
    assert_eq!(dock::learn(&docked.app, &list).await.unwrap(), Learned::default());

    // A revocation is learned, and no older list takes it back.
    sqlx::query("UPDATE device SET revoked_from_us = 7").execute(stage.app.db().pool()).await.unwrap();
    let newer = dock::write_register(&stage.app).await.unwrap();
    assert_eq!(dock::learn(&docked.app, &newer).await.unwrap().revoked, 1);
    for earlier in [&older, &list] {
        assert_eq!(dock::learn(&docked.app, earlier).await.unwrap(), Learned::default());
    }
    assert_eq!(docked.count("SELECT revoked_from_us FROM device").await, 7);
    assert_eq!(docked.count(named).await, 1);
    assert_eq!(fsck::fsck(&docked.app).await.unwrap().amiss, []);
}

#[tokio::test]
async fn a_list_with_a_changed_byte_or_of_another_agency_teaches_nothing() {
    let stage = Stage::begin(Database::Sqlite).await;
    let docked = Docked::begin(&stage).await;
    Device::enrolled(&stage, "a later phone").await;
    let list = dock::write_register(&stage.app).await.unwrap();
    // Every 7th byte: some 500 lists.
    for at in (0..list.len()).step_by(7) {
        let mut changed = list.clone();
        changed[at] ^= 1;
        assert!(dock::learn(&docked.app, &changed).await.is_err(), "byte {at} of {}", list.len());
    }
    // But for its last LF.
    for cut in [0, 1, list.len() / 2, list.len() - 2] {
        assert!(dock::learn(&docked.app, &list[..cut]).await.is_err(), "cut at {cut}");
    }
    let other = Stage::begin(Database::Sqlite).await;
    let theirs = dock::write_register(&other.app).await.unwrap();
    let refused = dock::learn(&docked.app, &theirs).await.unwrap_err();
    assert!(matches!(refused, DockFault::Register(RegisterFault::OtherAgency { .. })), "{refused:?}");
    assert_eq!(docked.count("SELECT count(*) FROM device").await, 0);
    assert_eq!(dock::learn(&docked.app, &list).await.unwrap().devices, 1);
}

#[tokio::test]
async fn a_dock_whose_clock_is_behind_what_the_record_shows_signs_nothing() {
    let stage = Stage::begin(Database::Sqlite).await;
    let device = Device::enrolled(&stage, "a phone").await;
    let record = record::inspection(&stage, &device, "an inspection").await;
    let docked = Docked::begin(&stage).await;
    phone_bundle(&device, &record, &docked.path("phone.zip"));
    // A day back, and not even restarted at the agency's last word: what only this process remembers would forget it.
    sqlx::query("UPDATE agency SET clock_us = $1")
        .bind((T0_US - 2 * DAY_US) as i64)
        .execute(docked.app.db().pool())
        .await
        .unwrap();
    let clock = Arc::new(SimClock::at(T0_US - DAY_US));
    let app = App::open(docked.folder.path(), None, Arc::clone(&clock) as _).await.unwrap();
    let refused = dock::take(&app, &docked.path("phone.zip")).await.unwrap_err();
    let DockFault::ClockBehind { expected_us, found_us, .. } = refused else { panic!("{refused:?}") };
    assert!(found_us < expected_us && expected_us >= T0_US, "{found_us} {expected_us}");
    assert!(refused.to_string().contains("校时"), "{refused}");
    assert_eq!(receipts_of(&app).await, []);
    clock.set(T0_US + HOUR_US);
    assert_eq!(
        dock::take(&app, &docked.path("phone.zip")).await.unwrap()[0].looked,
        receipts::Looked::Issued { number: 1 }
    );
}

#[tokio::test]
async fn a_list_tells_a_dock_what_time_it_is_at_least() {
    let stage = Stage::begin(Database::Sqlite).await;
    let docked = Docked::begin(&stage).await;
    stage.clock.advance(30 * DAY_US);
    dock::learn(&docked.app, &dock::write_register(&stage.app).await.unwrap()).await.unwrap();
    docked.clock.set(T0_US);
    let app = App::open(docked.folder.path(), None, Arc::clone(&docked.clock) as _).await.unwrap();
    assert!(app.now_us() >= T0_US + 30 * DAY_US, "{}", app.now_us());
}

#[tokio::test]
async fn a_dock_whose_clock_is_ahead_makes_late_and_never_in_time_and_the_server_counts_no_instant_to_come() {
    let stage = Stage::begin(Database::Sqlite).await;
    let device = Device::enrolled(&stage, "a phone").await;
    let record = record::inspection(&stage, &device, "an inspection").await;
    let docked = Docked::begin(&stage).await;
    phone_bundle(&device, &record, &docked.path("phone.zip"));
    docked.clock.set(T0_US + 400 * DAY_US);
    docked.take(&docked.path("phone.zip")).await.unwrap();
    assert_eq!(receipts_of(&docked.app).await[0].on_time, ReceiptOnTime::No);
    stage.clock.advance(DAY_US);
    let imported = dock::import(&stage.app, &docked.app).await.unwrap();
    assert_eq!((imported.receipts, imported.receipts_left), (0, 1));
    jobs::run_due(&stage.app).await.unwrap();
    let ours = receipts_of(&stage.app).await;
    assert_eq!(
        (ours.len(), ours[0].on_time),
        (1, ReceiptOnTime::Yes),
        "what is here a day later was handed over by then"
    );
    assert!(ours[0].stored_us <= ours[0].issued_us);
}

#[tokio::test]
async fn what_a_cut_or_damaged_hand_over_leaves_is_taken_up_by_the_next() {
    let stage = Stage::begin(Database::Sqlite).await;
    let device = Device::enrolled(&stage, "a phone").await;
    let record = record::inspection(&stage, &device, "an inspection").await;
    let docked = Docked::begin(&stage).await;
    // The same bundle with a changed photo: everything before it is taken, and no receipt is given.
    let mut changed = record.clone();
    let last = changed.files.len() - 1;
    let photo = changed.files[last].clone();
    phone_bundle(&device, &record, &docked.path("phone.zip"));
    changed.files[last][0] ^= 1;
    let whole = std::fs::read(docked.path("phone.zip")).unwrap();
    let at = whole.windows(photo.len()).position(|window| window == photo).unwrap();
    let mut bytes = whole.clone();
    bytes[at] ^= 1;
    std::fs::write(docked.path("damaged.zip"), &bytes).unwrap();
    assert!(docked.take(&docked.path("damaged.zip")).await.is_err());
    std::fs::write(docked.path("cut.zip"), &whole[..whole.len() / 2]).unwrap();
    assert!(docked.take(&docked.path("cut.zip")).await.is_err());
    assert_eq!(receipts_of(&docked.app).await, []);
    assert_eq!(docked.take(&docked.path("phone.zip")).await.unwrap(), receipts::Looked::Issued { number: 1 });
    assert_eq!(docked.take(&docked.path("phone.zip")).await.unwrap(), receipts::Looked::NothingNew);
    assert_eq!(receipts_of(&docked.app).await.len(), 1);
    assert_eq!(fsck::fsck(&docked.app).await.unwrap().amiss, []);
    let staged = walk(&docked.path("staging"));
    assert_eq!(staged, 0, "nothing stays staged");
}

/// Files below a folder.
fn walk(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { walk(&entry.path()) } else { 1 }).sum()
}
