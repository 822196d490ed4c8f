//! What a receipt says of time, and who can check it: intervals, holidays, a clock set back, a program of others.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use base64ct::{Base64, Encoding};
use quanji_agency::receipts::{Looked, look_at};
use quanji_agency::{calendars, fsck};
use quanji_evidence::PublicKey;
use quanji_evidence::keyset::Role;
use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine, Tag};
use quanji_evidence::receipt::{Receipt, ReceiptOnTime, ReceiptTriggerKind};
use quanji_rules::Instant;
use serde::Deserialize;
use support::openssl::openssl_verifies;
use support::{DAY_US, Database, Device, Record, RecordDraft, Stage, T0_US, over_both};

const HOUR_US: u64 = 3_600_000_000;

/// A sealed record, made `after_us` later than the tests' first instant by a phone whose clock is `ahead_us` ahead.
async fn sealed(stage: &Stage, device: &Device, after_us: u64, ahead_us: u64) -> Record {
    stage.clock.set(T0_US + after_us);
    let mut draft = RecordDraft::open(stage, device, "a record", 1, None).await;
    draft.mono_us += after_us + ahead_us;
    // Nothing is known of how long it ran since.
    draft.boot = support::device::id_of("another boot");
    draft.describe();
    draft.film_second();
    draft.seal();
    draft.record()
}

/// The receipt, when its lines come at `lines_us` and its files at `files_us`, both after the tests' first instant.
async fn receipt_of(stage: &Stage, device: &Device, record: &Record, lines_us: u64, files_us: u64) -> Receipt {
    stage.clock.set(T0_US + lines_us);
    stage.send_journal(device, record).await;
    stage.send_private(device, record, &record.private.concat()).await.unwrap();
    stage.clock.set(T0_US + files_us);
    for file in &record.files {
        stage.keep(device, file).await;
    }
    assert_eq!(look_at(&stage.app, &record.id).await.unwrap(), Looked::Issued { number: 1 });
    let line: Vec<u8> = sqlx::query_scalar("SELECT line FROM receipt").fetch_one(stage.app.db().pool()).await.unwrap();
    let receipt = Receipt::deserialize(SignedLine::parse(&line, LINE_LIMIT_BYTES).unwrap().value).unwrap();
    assert_eq!(fsck::fsck(&stage.app).await.unwrap().amiss, []);
    receipt
}

fn china(us: u64) -> String {
    Instant::from_us(us as i64).to_china_rfc3339()
}

over_both! {
    /// The phone's clock is a month ahead, so only the bracket is known: from Thursday's head to Monday's receipt of its lines.
    async fn a_wide_bracket_is_in_time_late_or_undetermined_by_both_of_its_ends(stage: Stage) {
        for (days, expected) in [(4, ReceiptOnTime::Yes), (5, ReceiptOnTime::Undetermined), (6, ReceiptOnTime::Undetermined), (7, ReceiptOnTime::No)] {
            let stage = Stage::begin(stage.database).await;
            let device = Device::enrolled(&stage, "a phone").await;
            let record = sealed(&stage, &device, 0, 30 * DAY_US).await;
            let receipt = receipt_of(&stage, &device, &record, 4 * DAY_US, days * DAY_US + HOUR_US).await;
            assert_eq!((receipt.on_time, receipt.provisional), (expected, false), "after {days} days");
            assert_eq!(receipt.trigger.kind, ReceiptTriggerKind::Completed);
            let (from, to) = (china(receipt.trigger.not_before_us), china(receipt.trigger.not_after_us));
            assert!(from.starts_with("2026-11-12") && to.starts_with("2026-11-16"), "{from} – {to}");
            // Thursday's second working day is Monday, and that is the deadline it names; Monday's is Wednesday, and only then is it late.
            assert_eq!(china(receipt.deadline_us), "2026-11-17T00:00:00+08:00");
        }
    }

    async fn days_off_and_days_worked_instead_of_a_spring_festival_are_counted_so(stage: Stage) {
        // Thursday, the eve of the span; Saturday after it is worked.
        let eve = 84 * DAY_US;
        let notice = "date,kind,name_zh,basis\n2027-01-01,off,元旦,statutory\n2027-02-05,off,春节,statutory\n\
            2027-02-06,off,春节,statutory\n2027-02-07,off,春节,statutory\n2027-02-08,off,春节,statutory\n\
            2027-02-09,off,春节,tiaoxiu\n2027-02-10,off,春节,tiaoxiu\n2027-02-11,off,春节,tiaoxiu\n\
            2027-02-13,work,春节,makeup\n";
        for (hours, expected) in [(9 * 24 + 13, ReceiptOnTime::Yes), (9 * 24 + 15, ReceiptOnTime::No)] {
            let stage = Stage::begin(stage.database).await;
            calendars::import(&stage.app, notice.as_bytes()).await.unwrap();
            let device = Device::enrolled(&stage, "a phone").await;
            let record = sealed(&stage, &device, eve, 0).await;
            let receipt = receipt_of(&stage, &device, &record, eve + HOUR_US, eve + hours * HOUR_US).await;
            assert_eq!(china(receipt.trigger.not_after_us).split_once('T').unwrap().0, "2027-02-04");
            assert_eq!(china(receipt.deadline_us), "2027-02-14T00:00:00+08:00", "{:?}", receipt.calendars);
            assert_eq!((receipt.on_time, receipt.provisional), (expected, false), "{}", china(receipt.stored_us));
            assert!(receipt.calendars.iter().any(|calendar| calendar.as_str().starts_with("cn-2027")), "{:?}", receipt.calendars);
        }
    }

    async fn a_clock_set_back_between_storing_and_issuing_moves_neither(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = sealed(&stage, &device, 0, 0).await;
        stage.clock.set(T0_US + HOUR_US);
        stage.send_journal(&device, &record).await;
        stage.send_private(&device, &record, &record.private.concat()).await.unwrap();
        for file in &record.files {
            stage.keep(&device, file).await;
        }
        let stored = stage.count("SELECT MAX(stored_us) FROM original").await as u64;
        stage.clock.set(T0_US - 30 * DAY_US);
        assert_eq!(look_at(&stage.app, &record.id).await.unwrap(), Looked::Issued { number: 1 });
        let [issued, said] = [stage.count("SELECT issued_us FROM receipt").await, stage.count("SELECT stored_us FROM receipt").await];
        assert_eq!(said as u64, stored);
        assert!(issued as u64 > stored, "{issued} after {stored}");
        assert_eq!(fsck::fsck(&stage.app).await.unwrap().amiss, []);
    }
}

#[tokio::test]
async fn openssl_agrees_with_the_signatures_of_a_receipt_a_head_and_a_calendar() {
    let stage = Stage::begin(Database::Sqlite).await;
    let notice = "date,kind,name_zh,basis\n2027-01-01,off,元旦,statutory\n";
    calendars::import(&stage.app, notice.as_bytes()).await.unwrap();
    let device = Device::enrolled(&stage, "a phone").await;
    let record = sealed(&stage, &device, 0, 0).await;
    let receipt = receipt_of(&stage, &device, &record, HOUR_US, HOUR_US).await;
    let agency = stage.app.agency();
    let key = |role| -> PublicKey { agency.keyset.in_force(role, receipt.issued_us).next().unwrap().clone() };
    let bytes = async |query: &'static str| -> Vec<u8> {
        sqlx::query_scalar(query).fetch_one(stage.app.db().pool()).await.unwrap()
    };
    let lines = [
        (bytes("SELECT line FROM receipt").await, Tag::Receipt, Role::Receipt),
        (bytes("SELECT header FROM document").await, Tag::Document, Role::Document),
    ];
    for (line, tag, role) in lines {
        let line = SignedLine::parse(&line, LINE_LIMIT_BYTES).unwrap();
        let mut message = line.message(tag);
        assert!(openssl_verifies(&key(role), &message, &line.signatures[0].bytes), "{tag:?}");
        *message.last_mut().unwrap() ^= 1;
        assert!(!openssl_verifies(&key(role), &message, &line.signatures[0].bytes), "{tag:?}");
    }
    // A head is a C2SP note: its text with the last LF, then what stands behind four bytes of the key's hash.
    let note: String = sqlx::query_scalar("SELECT note FROM log_head").fetch_one(stage.app.db().pool()).await.unwrap();
    let (text, signature) = note.split_once("\n\n").unwrap();
    let signature = Base64::decode_vec(signature.trim_end().rsplit(' ').next().unwrap()).unwrap();
    assert!(openssl_verifies(&key(Role::Head), format!("{text}\n").as_bytes(), &signature[4..]));
    assert!(!openssl_verifies(&key(Role::Head), text.as_bytes(), &signature[4..]));
}
