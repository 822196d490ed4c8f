//! From the last byte to the receipt, and what a stranger says of it.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use quanji_agency::app::App;
use quanji_agency::{calendars, dock, export, fsck, jobs, receipts, special_rules};
use quanji_evidence::Verdict;
use quanji_evidence::document::Document;
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::Drafts;
use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine};
use quanji_evidence::manifest::Purpose;
use quanji_evidence::receipt::{Receipt, ReceiptKind, ReceiptOnTime, ReceiptTriggerKind};
use quanji_evidence::verify::Terms;
use quanji_rules::Calendar;
use quanji_verifier::{NoProgress, verify_bundle};
use serde::Deserialize;
use serde_json::json;
use support::bundle::{phone_bundle, root_of};
use support::{DAY_US, Device, Record, RecordDraft, Stage, T0_US, over_both, record};

async fn send_lines(stage: &Stage, device: &Device, record: &Record, from: usize) {
    let url = stage.at(&format!("/v1/records/{}/lines?from={from}", record.id));
    let body = record.lines[from..].concat();
    let answer = stage.client.post(url).bearer_auth(&device.token).body(body).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

async fn send_private(stage: &Stage, device: &Device, record: &Record) {
    let url = stage.at(&format!("/v1/records/{}/private", record.id));
    let answer = stage.client.post(url).bearer_auth(&device.token).body(record.private.concat()).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

async fn send_file(stage: &Stage, device: &Device, file: &[u8]) {
    use base64ct::{Base64, Encoding};
    let answer = stage
        .client
        .post(stage.at("/v1/files"))
        .bearer_auth(&device.token)
        .header("Tus-Resumable", "1.0.0")
        .header("Upload-Length", file.len())
        .header("Upload-Metadata", format!("digest {}", Base64::encode_string(Record::digest_of(file).as_bytes())))
        .header("Content-Type", "application/offset+octet-stream")
        .body(file.to_vec())
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
}

async fn send_all(stage: &Stage, device: &Device, record: &Record) {
    send_lines(stage, device, record, 0).await;
    send_private(stage, device, record).await;
    for file in &record.files {
        send_file(stage, device, file).await;
    }
}

async fn receipt_bytes(stage: &Stage, device: &Device, record: &Record) -> Vec<u8> {
    let url = stage.at(&format!("/v1/records/{}/receipts?from=1&wait_s=0", record.id));
    let answer = stage.client.get(url).bearer_auth(&device.token).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.bytes().await.unwrap().to_vec()
}

async fn receipts_of(stage: &Stage, device: &Device, record: &Record) -> Vec<Receipt> {
    let bytes = receipt_bytes(stage, device, record).await;
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    lines.map(|line| Receipt::deserialize(SignedLine::parse(line, LINE_LIMIT_BYTES).unwrap().value).unwrap()).collect()
}

/// What a stranger with `agency.pub` says of the agency's bundle.
async fn verdict(app: &App, record: &Record, out: PathBuf) -> Verdict {
    let id = RecordId::parse(&record.id).unwrap();
    export::export(app, &[id], Purpose::Court, &out).await.unwrap();
    let agency = app.agency();
    let calendar = Calendar::published();
    let terms = Terms { agency_key: Some(&agency.root), drafts: Drafts::Accepted, calendar: &calendar };
    let report = verify_bundle(&out, terms, &NoProgress).unwrap();
    if report.verdict != Verdict::Valid {
        panic!("{:?}", report.findings);
    }
    report.verdict
}

/// Where local storage keeps a file.
fn original_on_disk(stage: &Stage, file: &[u8]) -> PathBuf {
    fn find(folder: &Path, rest: &str) -> Option<PathBuf> {
        for entry in fs::read_dir(folder).ok()?.flatten() {
            let path = entry.path();
            if path.is_dir() {
                if let Some(found) = find(&path, rest) {
                    return Some(found);
                }
            } else if path.file_name()?.to_string_lossy() == rest {
                return Some(path);
            }
        }
        None
    }
    find(&stage.data().join("originals"), &Record::digest_of(file)[2..]).unwrap()
}

fn change_a_byte(path: &Path) {
    let mut permissions = fs::metadata(path).unwrap().permissions();
    #[allow(clippy::permissions_set_readonly_false, reason = "a test that tampers")]
    permissions.set_readonly(false);
    fs::set_permissions(path, permissions).unwrap();
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

/// A record of a device that ends `days` after the tests' first instant.
async fn inspection_after(stage: &Stage, device: &Device, days: u64) -> Record {
    stage.clock.advance(days * DAY_US);
    let mut draft = RecordDraft::open(stage, device, "later", 1, None).await;
    draft.mono_us += days * DAY_US;
    draft.describe();
    draft.photo(b"a photo");
    draft.film_second();
    draft.seal();
    draft.record()
}

const RULES: &str = include_str!("../../proto/special-rules/v1/sample.json");

/// A seizure, for which the rules of the sample set one working day.
async fn seizure(stage: &Stage, device: &Device) -> Record {
    let mut draft = RecordDraft::open(stage, device, "a seizure", 1, None).await;
    draft.describe();
    draft.say("subject", json!({ "party": "to_be_established", "matter": "seizure" }));
    draft.photo(b"a photo");
    draft.film_second();
    draft.seal();
    draft.record()
}

over_both! {
    async fn a_special_rule_sets_the_term_the_receipt_names_it_and_when_it_ended_the_ordinary_term_stands(stage: Stage) {
        let issued = special_rules::issue(&stage.app, RULES.as_bytes()).await.unwrap();
        assert_eq!((issued.rules, issued.document.map(|(number, _)| number)), (1, Some(1)));
        assert_eq!(special_rules::issue(&stage.app, RULES.as_bytes()).await.unwrap().document, None);
        let (one, two) = (Device::enrolled(&stage, "one").await, Device::enrolled(&stage, "two").await);
        let (seized, other) = (seizure(&stage, &one).await, record::inspection(&stage, &two, "other").await);
        send_all(&stage, &one, &seized).await;
        send_all(&stage, &two, &other).await;
        jobs::run_due(&stage.app).await.unwrap();
        let us = |text: &str| quanji_rules::Instant::parse(text).unwrap().us() as u64;
        // Thursday; one working day is Friday, two are Monday.
        let of_seizure = receipts_of(&stage, &one, &seized).await;
        assert_eq!(of_seizure[0].deadline_us, us("2026-11-14T00:00:00+08:00"));
        assert_eq!(of_seizure[0].calendars[0].as_str(), "special_rules/1");
        let of_other = receipts_of(&stage, &two, &other).await;
        assert_eq!(of_other[0].deadline_us, us("2026-11-17T00:00:00+08:00"));
        assert!(of_other[0].calendars.iter().all(|name| name.as_str().starts_with("cn-")), "{:?}", of_other[0].calendars);
        assert_eq!(stage.count("SELECT COUNT(*) FROM running_term WHERE is_by_rule = 1").await, 1);

        // A stranger has the calendar and not the rule: he says nothing of the deadline.
        let out = tempfile::tempdir().unwrap();
        let bundle = out.path().join("bundle.zip");
        assert_eq!(verdict(&stage.app, &seized, bundle.clone()).await, Verdict::Valid);
        let (agency, calendar) = (stage.app.agency(), Calendar::published());
        let terms = Terms { agency_key: Some(&agency.root), drafts: Drafts::Accepted, calendar: &calendar };
        let found = format!("{:?}", verify_bundle(&bundle, terms, &NoProgress).unwrap().findings);
        assert!(!found.contains("ReceiptDeadlineWrong"), "{found}");

        let ended = RULES.replace("\"in_force_from\"", "\"in_force_to\": \"2026-11-11\", \"in_force_from\"");
        assert_eq!(special_rules::issue(&stage.app, ended.as_bytes()).await.unwrap().document.unwrap().0, 2);
        jobs::run_due(&stage.app).await.unwrap();
        let of_seizure = receipts_of(&stage, &one, &seized).await;
        assert_eq!((of_seizure.len(), of_seizure[1].deadline_us), (2, us("2026-11-17T00:00:00+08:00")));
        assert!(of_seizure[1].calendars.iter().all(|name| name.as_str().starts_with("cn-")));
        assert_eq!(receipts_of(&stage, &two, &other).await.len(), 1);
        assert!(fsck::fsck(&stage.app).await.unwrap().amiss.is_empty());
    }

    async fn a_rule_too_low_out_of_force_or_of_no_known_matter_is_refused_in_words_and_nothing_is_issued(stage: Stage) {
        let changed = |from: &str, to: &str| RULES.replace(from, to);
        for (file, zh, en) in [
            (changed("\"rank\": \"rule\"", "\"rank\": \"normative_document\""), "至少应为规章", "does not prevail"),
            (changed("\"approved_by\": \"102\"", "\"approved_by\": \"101\""), "不能是同一人", "same person"),
            (changed("\"working_days\": 1", "\"working_days\": 0"), "不在 1 至 365 之间", "is not in 1..=365"),
            (changed("\"in_force_from\"", "\"in_force_to\": \"2026-11-11\", \"in_force_from\""), "2026-11-12 不在施行期间", "not on 2026-11-12"),
            (changed("\"sealing\"", "\"selling\""), "事项 selling 不在现行目录中", "has no matter selling"),
            (changed("\"edition\": 1", "\"edition\": 2"), "应为 1", "not 1"),
            (changed("\"title\"", "\"name\""), "文件格式不对", "unknown field `name`"),
            ("{".to_owned(), "文件格式不对", "not of its form"),
        ] {
            let said = special_rules::issue(&stage.app, file.as_bytes()).await.unwrap_err().to_string();
            assert!(said.contains(zh) && said.contains(en), "{said}");
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM document").await, 0);
    }

    async fn a_complete_record_gets_one_receipt_in_time_that_a_stranger_accepts(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = record::inspection(&stage, &device, "an inspection").await;
        stage.clock.advance(3_600_000_000);
        send_lines(&stage, &device, &record, 0).await;
        send_private(&stage, &device, &record).await;
        let (last, first) = record.files.split_last().unwrap();
        for file in first {
            send_file(&stage, &device, file).await;
        }
        jobs::run_due(&stage.app).await.unwrap();
        assert_eq!(receipts_of(&stage, &device, &record).await, [], "a photo is missing");
        send_file(&stage, &device, last).await;
        jobs::run_due(&stage.app).await.unwrap();

        let receipts = receipts_of(&stage, &device, &record).await;
        let [receipt] = &receipts[..] else { panic!("{receipts:?}") };
        assert_eq!((receipt.number, receipt.kind, receipt.on_time), (1, ReceiptKind::System, ReceiptOnTime::Yes));
        assert_eq!(receipt.trigger.kind, ReceiptTriggerKind::Completed);
        assert!(receipt.stored_us <= receipt.issued_us && !receipt.provisional);
        assert_eq!(receipt.head.seq, record.lines.len() as u64 - 1);
        assert_eq!(verdict(&stage.app, &record, stage.data().join("out.zip")).await, Verdict::Valid);

        let bytes = receipt_bytes(&stage, &device, &record).await;
        let again = receipts::look_at(&stage.app, &record.id).await.unwrap();
        assert_eq!(again, receipts::Looked::NothingNew);
        assert_eq!(receipt_bytes(&stage, &device, &record).await, bytes, "the same for ever");
        let stranger = Device::enrolled(&stage, "another phone").await;
        let url = stage.at(&format!("/v1/records/{}/receipts", record.id));
        let answer = stage.client.get(url).bearer_auth(&stranger.token).send().await.unwrap();
        assert_eq!(answer.status(), 404);
    }

    async fn what_is_stored_after_two_working_days_is_late_and_says_so(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = record::inspection(&stage, &device, "an inspection").await;
        send_lines(&stage, &device, &record, 0).await;
        stage.clock.advance(7 * DAY_US);
        send_private(&stage, &device, &record).await;
        for file in &record.files {
            send_file(&stage, &device, file).await;
        }
        jobs::run_due(&stage.app).await.unwrap();
        let receipts = receipts_of(&stage, &device, &record).await;
        assert_eq!(receipts[0].on_time, ReceiptOnTime::No);
        assert!(receipts[0].stored_us >= receipts[0].deadline_us);
    }

    async fn an_away_ground_waits_and_a_return_gives_a_further_receipt(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let mut draft = RecordDraft::open(&stage, &device, "away", 1, None).await;
        draft.describe();
        draft.film_second();
        draft.photo(b"a photo");
        draft.seal();
        draft.say("away_declared", json!({ "ground": "remote" }));
        let sealed = draft.record();
        stage.clock.advance(9 * DAY_US);
        send_all(&stage, &device, &sealed).await;
        jobs::run_due(&stage.app).await.unwrap();
        let waiting = receipts_of(&stage, &device, &sealed).await;
        assert_eq!((waiting[0].on_time, waiting[0].provisional), (ReceiptOnTime::Undetermined, true));

        draft.mono_us += 9 * DAY_US;
        draft.say("returned", json!({ "at_us": T0_US + 9 * DAY_US }));
        let returned = draft.record();
        send_lines(&stage, &device, &returned, sealed.lines.len()).await;
        jobs::run_due(&stage.app).await.unwrap();
        let both = receipts_of(&stage, &device, &returned).await;
        assert_eq!(both.len(), 2);
        assert_eq!((both[1].number, both[1].on_time), (2, ReceiptOnTime::Yes));
        assert_eq!(both[1].trigger.kind, ReceiptTriggerKind::Returned);
        assert_eq!(both[1].stored_us, both[0].stored_us);
    }

    async fn a_new_calendar_settles_a_provisional_deadline_by_a_further_receipt(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        // 31 December 2026: the two days lie in a year without a notice.
        let record = inspection_after(&stage, &device, 49).await;
        send_all(&stage, &device, &record).await;
        jobs::run_due(&stage.app).await.unwrap();
        let before = receipts_of(&stage, &device, &record).await;
        assert!(before[0].provisional);
        assert_ne!(before[0].on_time, ReceiptOnTime::No);

        assert!(calendars::import(&stage.app, b"date,kind\n").await.is_err());
        let notice = "date,kind,name_zh,basis\n2027-01-01,off,元旦,statutory\n2027-02-05,off,春节,statutory\n2027-02-08,off,春节,statutory\n2027-02-09,off,春节,statutory\n";
        let imported = calendars::import(&stage.app, notice.as_bytes()).await.unwrap();
        assert_eq!(imported.looked_at, 1);
        assert_eq!(calendars::import(&stage.app, notice.as_bytes()).await.unwrap().sha256, None);
        jobs::run_due(&stage.app).await.unwrap();
        let after = receipts_of(&stage, &device, &record).await;
        assert_eq!((after.len(), after[1].provisional, after[1].on_time), (2, false, ReceiptOnTime::Yes));
        assert_eq!(stage.count("SELECT count(*) FROM reckoning").await, 2);
        let url = stage.at(&format!("/v1/documents/{}", imported.sha256.unwrap()));
        let document = stage.client.get(url).bearer_auth(&device.token).send().await.unwrap();
        let document = Document::read(&document.bytes().await.unwrap()).unwrap();
        assert_eq!(document.prove(&stage.app.agency().keyset), Ok(()));
        assert_eq!((document.header().kind.as_str(), document.header().number), ("calendar", 1));
        assert_eq!(document.body(), notice.as_bytes());
        assert!(fsck::fsck(&stage.app).await.unwrap().amiss.is_empty());
    }

    async fn a_notice_is_counted_for_every_record_before_any_is_read_again_and_only_what_moved_is(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        // Its clock is seven weeks behind, so that only the agency's bracket is known: it ended on 31 December 2026.
        stage.clock.advance(49 * DAY_US);
        let record = record::inspection(&stage, &device, "on the eve").await;
        send_all(&stage, &device, &record).await;
        jobs::run_due(&stage.app).await.unwrap();
        assert_eq!(stage.count("SELECT provisional FROM record").await, 1);
        let waiting = "SELECT COUNT(*) FROM job WHERE kind = 'receipt'";
        assert_eq!(stage.count(waiting).await, 0);
        // 4 January is made a day off, so that 5 and 6 January count.
        let notice = "date,kind,name_zh,basis\n2027-01-01,off,元旦,statutory\n2027-01-04,off,元旦,tiaoxiu\n";
        assert_eq!(calendars::import(&stage.app, notice.as_bytes()).await.unwrap().looked_at, 1);
        let deadline = quanji_rules::Instant::parse("2027-01-07T00:00:00+08:00").unwrap().us();
        assert_eq!(stage.count("SELECT deadline_us FROM record").await, deadline);
        assert_eq!(stage.count("SELECT provisional FROM record").await, 0);
        assert_eq!(stage.count("SELECT COUNT(*) FROM reckoning").await, 2);
        assert_eq!(stage.count(waiting).await, 1);
        jobs::run_due(&stage.app).await.unwrap();
        assert_eq!(receipts_of(&stage, &device, &record).await.len(), 2);
        assert_eq!(stage.count("SELECT COUNT(*) FROM reckoning").await, 2);

        // A day in May moves nothing here: nothing is kept, and no receipt is looked at.
        let amendment = "date,kind,name_zh,basis\n2027-05-03,off,劳动节,tiaoxiu\n";
        assert_eq!(calendars::import(&stage.app, amendment.as_bytes()).await.unwrap().looked_at, 1);
        assert_eq!((stage.count(waiting).await, stage.count("SELECT COUNT(*) FROM reckoning").await), (0, 2));
        assert_eq!(stage.count("SELECT deadline_us FROM record").await, deadline);
    }

    async fn several_at_once_never_give_a_number_twice_and_a_clock_set_back_changes_nothing(stage: Stage) {
        let (one, two) = (Device::enrolled(&stage, "one").await, Device::enrolled(&stage, "two").await);
        let first = record::inspection(&stage, &one, "first").await;
        let second = record::inspection(&stage, &two, "second").await;
        send_all(&stage, &one, &first).await;
        send_all(&stage, &two, &second).await;
        let looks = (0..6).map(|place| receipts::look_at(&stage.app, if place % 2 == 0 { &first.id } else { &second.id }));
        for looked in futures_util::future::join_all(looks).await {
            assert!(!matches!(looked.unwrap(), receipts::Looked::Issued { number } if number > 1));
        }
        assert_eq!(stage.count("SELECT count(*) FROM receipt").await, 2);
        let issued = receipts_of(&stage, &one, &first).await[0].issued_us;

        stage.clock.set(T0_US - 30 * DAY_US);
        let mut draft = RecordDraft::open(&stage, &one, "third", 2, Some(&first.lines[0])).await;
        draft.describe();
        draft.film_second();
        draft.seal();
        let third = draft.record();
        send_all(&stage, &one, &third).await;
        jobs::run_due(&stage.app).await.unwrap();
        let later = receipts_of(&stage, &one, &third).await;
        assert!(later[0].issued_us > issued && later[0].stored_us > issued);
        let checked = fsck::fsck(&stage.app).await.unwrap();
        assert_eq!(checked.amiss, []);
        assert_eq!((checked.records, checked.receipts), (3, 3));
    }

    async fn a_changed_byte_gives_no_receipt_and_is_named_with_its_record(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = record::inspection(&stage, &device, "an inspection").await;
        send_all(&stage, &device, &record).await;
        change_a_byte(&original_on_disk(&stage, &record.files[1]));
        jobs::run_due(&stage.app).await.unwrap();
        assert_eq!(receipts_of(&stage, &device, &record).await, []);
        assert_eq!(stage.count("SELECT count(*) FROM state WHERE code = 'stored_bytes_changed'").await, 1);
        let checked = fsck::fsck(&stage.app).await.unwrap();
        assert_eq!(checked.amiss.len(), 1);
        assert_eq!(checked.amiss[0].record.as_deref(), Some(record.id.as_str()));
        assert_eq!(checked.amiss[0].code, "stored_bytes_changed");
        assert!(checked.amiss[0].place.ends_with("takes/1/1.m4s"), "{}", checked.amiss[0].place);

        sqlx::query("UPDATE line SET line = $1 WHERE seq = 2").bind(b"x y\n".to_vec()).execute(stage.app.db().pool()).await.unwrap();
        let checked = fsck::fsck(&stage.app).await.unwrap();
        assert!(checked.amiss.iter().any(|amiss| amiss.place.contains("journal")));
    }

    async fn a_dock_takes_a_bundle_and_the_server_keeps_its_instant(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = record::inspection(&stage, &device, "an inspection").await;
        let folder = tempfile::tempdir().unwrap();
        let root = root_of(&stage);
        let docked = dock::begin(&stage.app, &root, folder.path()).await.unwrap();
        assert!(docked.origin.as_str().starts_with("agency.example/quanji/dock-"));
        assert!(dock::begin(&stage.app, &root, folder.path()).await.is_err());
        let clock = support::SimClock::at(T0_US + 3_600_000_000);
        let dock_app = App::open(folder.path(), None, std::sync::Arc::new(clock) as _).await.unwrap();

        let bundle = folder.path().join("phone.zip");
        phone_bundle(&device, &record, &bundle);
        let taken = dock::take(&dock_app, &bundle).await.unwrap();
        assert_eq!(taken[0].looked, receipts::Looked::Issued { number: 1 });
        assert_eq!(dock::take(&dock_app, &bundle).await.unwrap()[0].receipts, taken[0].receipts);

        stage.clock.advance(20 * DAY_US);
        let imported = dock::import(&stage.app, &dock_app).await.unwrap();
        assert_eq!((imported.records, imported.receipts, imported.receipts_left), (1, 1, 0));
        dock::import(&stage.app, &dock_app).await.unwrap();
        jobs::run_due(&stage.app).await.unwrap();
        let both = receipts_of(&stage, &device, &record).await;
        let kinds: Vec<_> = both.iter().map(|receipt| (receipt.number, receipt.kind, receipt.on_time)).collect();
        assert_eq!(
            kinds,
            [(1, ReceiptKind::DesignatedStorage, ReceiptOnTime::Yes), (2, ReceiptKind::System, ReceiptOnTime::Yes)]
        );
        assert_eq!(both[0].stored_us, both[1].stored_us);
        assert_eq!(verdict(&stage.app, &record, folder.path().join("out.zip")).await, Verdict::Valid);
        assert_eq!(fsck::fsck(&stage.app).await.unwrap().amiss, []);
        assert_eq!(fsck::fsck(&dock_app).await.unwrap().amiss, []);
    }
}
