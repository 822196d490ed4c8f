//! What of a record does not agree with the agency's list of officers, its catalog or its time: listed in words, healed when it is mended, refused never.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use quanji_agency::catalog::{self, About, Form};
use quanji_agency::documents::Number;
use quanji_agency::{jobs, officers, receipts};
use serde_json::{Value, json};
use sqlx::Row;
use support::{DAY_US, Device, RecordDraft, Stage, over_both};

const HEAD: &str = "姓名,执法证号,单位,有效期起,有效期止\n";

/// Every state that is listed from here, with its words, once the record was looked at.
async fn listed(stage: &Stage) -> Vec<(String, String, String)> {
    jobs::run_due(&stage.app).await.unwrap();
    let rows = sqlx::query("SELECT code, place, expected, found FROM state ORDER BY code, place")
        .fetch_all(stage.app.db().pool())
        .await
        .unwrap();
    let text = |row: &sqlx::any::AnyRow, name: &str| -> String { row.try_get(name).unwrap() };
    let all = rows.iter().map(|row| {
        let words = format!("{} / {}", text(row, "expected"), text(row, "found"));
        assert!(!words.contains('某') && !words.contains("1401"), "{words}");
        (text(row, "code"), text(row, "place"), words)
    });
    all.filter(|(code, ..)| officers::LISTED.contains(&code.as_str())).collect()
}

fn codes(listed: &[(String, String, String)]) -> Vec<&str> {
    listed.iter().map(|(code, ..)| code.as_str()).collect()
}

/// Names these officers, by certificate.
fn names(draft: &mut RecordDraft<'_>, certificates: &[&str]) -> u64 {
    let named: Vec<Value> = certificates
        .iter()
        .zip(1..)
        .map(|(certificate, number)| {
            let (name, certificate) = (draft.private("甲某"), draft.private(certificate));
            json!({ "officer": format!("o{number}"), "name": name, "certificate": certificate })
        })
        .collect();
    draft.say("officers", json!({ "officers": named, "recorded_by": "o1" }))
}

fn subject(draft: &mut RecordDraft<'_>, matter: &str) {
    draft.say("subject", json!({ "party": "to_be_established", "matter": matter }));
}

/// A sealed record of one scene, where one officer holds the phone.
async fn of_scene<'a>(stage: &Stage, device: &'a Device, change: &str) -> RecordDraft<'a> {
    let mut draft = RecordDraft::open(stage, device, &format!("{change} {}", device.id), 1, None).await;
    draft.say("activity", json!({ "activity": support::device::id_of("a scene"), "change": change }));
    names(&mut draft, &["14010026001"]);
    subject(&mut draft, "jg/kouya");
    draft.film_second();
    draft.seal();
    draft
}

/// Seals and hands over all of it.
async fn hand_over(stage: &Stage, mut draft: RecordDraft<'_>) {
    draft.film_second();
    draft.seal();
    let (device, record) = (draft.device, draft.record());
    stage.send_journal(device, &record).await;
    stage.send_private(device, &record, &record.private.concat()).await.unwrap();
}

over_both! {
    async fn a_certificate_that_is_unknown_or_ran_out_is_listed_by_its_place_and_heals_with_the_list(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let mut draft = RecordDraft::open(&stage, &device, "first", 1, None).await;
        let seq = names(&mut draft, &["14010026001", "1401 0026002", "14010026003"]);
        hand_over(&stage, draft).await;
        assert_eq!(listed(&stage).await, []);

        let list = format!("{HEAD}甲某,14010026001,一中队,2024-01-01,2027-12-31\n甲某,14010026002,一中队,2020-01-01,2026-11-11\n");
        assert_eq!(officers::import(&stage.app, list.as_bytes()).await.unwrap(), 2);
        let found = listed(&stage).await;
        assert_eq!(codes(&found), ["officer_certificate_invalid", "officer_unknown"]);
        assert_eq!(found[0].1, format!("journal:{seq}/officers/2"));
        assert!(found[0].2.contains("有效期 2020-01-01 至 2026-11-11") && found[0].2.contains("2026-11-12"), "{}", found[0].2);
        assert_eq!(found[1].1, format!("journal:{seq}/officers/3"));

        // A list that is amiss changes nothing; a mended one heals.
        assert!(officers::import(&stage.app, format!("{HEAD}甲某,,,,\n").as_bytes()).await.is_err());
        assert_eq!(listed(&stage).await.len(), 2);
        let mended = "甲某,14010026001,一中队,2024-01-01,2027-12-31\n甲某,14010026002,一中队,2020-01-01,2026-11-12\n甲某,14010026003,二中队,2020-01-01,2029-01-01\n";
        officers::import(&stage.app, format!("{HEAD}{mended}").as_bytes()).await.unwrap();
        assert_eq!(listed(&stage).await, []);
    }

    async fn one_officer_who_stands_twice_is_one_and_two_are_asked_for_only_where_the_catalog_does(stage: Stage) {
        let sample = include_bytes!("../../proto/catalog/v1/sample.csv");
        let about = About { title: "目录".to_owned(), in_force_from: None, is_sample: true, replaced: Vec::new(), number: Number::Next };
        catalog::import(&stage.app, sample, Form::Csv, &about).await.unwrap();
        for (number, (matter, certificates, expected)) in [
            // The sample asks for two here, and the regulation's own matter for none in particular.
            ("jg/kouya", vec!["14010026001"], vec!["officers_too_few"]),
            ("jg/kouya", vec!["14010026001", "14010026002"], vec![]),
            ("jg/kouya", vec!["14010026001", "１４０１００２６００１"], vec!["officer_twice", "officers_too_few"]),
            ("hearing", vec!["14010026001"], vec![]),
        ].into_iter().enumerate() {
            let name = format!("phone {number}");
            let device = Device::enrolled(&stage, &name).await;
            let mut draft = RecordDraft::open(&stage, &device, &name, 1, None).await;
            names(&mut draft, &certificates);
            subject(&mut draft, matter);
            hand_over(&stage, draft).await;
            let found = listed(&stage).await;
            assert_eq!(codes(&found), expected, "{matter} {certificates:?}");
            if expected.contains(&"officers_too_few") {
                assert!(found.iter().any(|(.., words)| words.contains("至少 2 人（《中华人民共和国行政强制法》第十八条第二项）")), "{found:?}");
            }
            sqlx::query("DELETE FROM state").execute(stage.app.db().pool()).await.unwrap();
        }
    }

    async fn where_two_officers_are_asked_for_the_same_one_on_two_phones_is_one_and_whoever_comes_later_heals_it(stage: Stage) {
        let sample = include_bytes!("../../proto/catalog/v1/sample.csv");
        let about = About { title: "目录".to_owned(), in_force_from: None, is_sample: true, replaced: Vec::new(), number: Number::Next };
        catalog::import(&stage.app, sample, Form::Csv, &about).await.unwrap();
        let mut devices = Vec::new();
        for name in ["one", "two", "three"] {
            devices.push(Device::enrolled(&stage, name).await);
        }
        let mut drafts = Vec::new();
        for (device, (change, certificate, matter)) in devices.iter().zip([
            ("began", "14010026001", "jg/kouya"), ("joined", "１４０１ 0026001", "jg/kouya"), ("joined", "14010026002", "hearing"),
        ]) {
            let mut draft = RecordDraft::open(&stage, device, &format!("{change} {matter}"), 1, None).await;
            draft.say("activity", json!({ "activity": support::device::id_of("a scene"), "change": change }));
            names(&mut draft, &[certificate]);
            subject(&mut draft, matter);
            drafts.push(draft);
        }
        let (third, second, first) = (drafts.pop().unwrap(), drafts.pop().unwrap(), drafts.pop().unwrap());
        hand_over(&stage, first).await;
        assert_eq!(codes(&listed(&stage).await), ["officers_too_few"], "alone, for all that is known");
        hand_over(&stage, second).await;
        let found = listed(&stage).await;
        assert_eq!(codes(&found), ["officers_too_few", "officers_too_few"], "{found:?}");
        assert!(found.iter().all(|(.., words)| words.contains("本活动 2 个记录共 1 人")), "{found:?}");
        // A third phone's own matter asks for nobody in particular; its officer counts for the others all the same.
        let page = async |record: &str| {
            let cookie = format!("quanji_admin={}", stage.made.admin_token);
            let page = stage.client.get(stage.at(&format!("/records/{record}"))).header("Cookie", cookie).send().await.unwrap();
            page.text().await.unwrap()
        };
        let record = third.id.clone();
        hand_over(&stage, third).await;
        assert_eq!(listed(&stage).await, []);
        let page = page(&record).await;
        assert!(page.contains("2 名") && !page.contains("14010026"), "{page}");
    }

    async fn an_officer_whose_certificate_has_not_come_yet_accuses_nobody_and_a_correction_is_heard_by_the_other_record(stage: Stage) {
        let sample = include_bytes!("../../proto/catalog/v1/sample.csv");
        let about = About { title: "目录".to_owned(), in_force_from: None, is_sample: true, replaced: Vec::new(), number: Number::Next };
        catalog::import(&stage.app, sample, Form::Csv, &about).await.unwrap();
        let (one, two) = (Device::enrolled(&stage, "one").await, Device::enrolled(&stage, "two").await);
        let (first, mut second) = (of_scene(&stage, &one, "began").await, of_scene(&stage, &two, "joined").await);
        stage.send_journal(&one, &first.record()).await;
        stage.send_private(&one, &first.record(), &first.record().private.concat()).await.unwrap();
        stage.send_journal(&two, &second.record()).await;
        assert_eq!(listed(&stage).await, [], "who it is stands beside the journal, and is still to come");
        stage.send_private(&two, &second.record(), &second.record().private.concat()).await.unwrap();
        assert_eq!(codes(&listed(&stage).await), ["officers_too_few", "officers_too_few"]);
        // It was another officer: the addendum heals both.
        let from = second.record().lines.len();
        names(&mut second, &["14010026002"]);
        let mended = second.record();
        stage.send_lines(&two, &mended, from, &mended.lines[from]).await.unwrap();
        stage.send_private(&two, &mended, &mended.private.concat()).await.unwrap();
        assert_eq!(listed(&stage).await, []);
    }

    async fn a_look_at_one_record_of_a_scene_reads_no_line_of_the_others_until_more_of_them_comes(stage: Stage) {
        let sample = include_bytes!("../../proto/catalog/v1/sample.csv");
        let about = About { title: "目录".to_owned(), in_force_from: None, is_sample: true, replaced: Vec::new(), number: Number::Next };
        catalog::import(&stage.app, sample, Form::Csv, &about).await.unwrap();
        let mut devices = Vec::new();
        for number in 0..4 {
            devices.push(Device::enrolled(&stage, &format!("phone {number}")).await);
        }
        let mut drafts = Vec::new();
        for (number, device) in devices.iter().enumerate() {
            let draft = of_scene(&stage, device, if number == 0 { "began" } else { "joined" }).await;
            drafts.push(draft);
            let record = drafts[number].record();
            stage.send_journal(device, &record).await;
            stage.send_private(device, &record, &record.private.concat()).await.unwrap();
        }
        assert_eq!(codes(&listed(&stage).await), ["officers_too_few"; 4], "one officer on four phones");
        // Of a scene from before this was kept, one look keeps it for all of its records.
        sqlx::query("DELETE FROM at_scene").execute(stage.app.db().pool()).await.unwrap();
        receipts::look_at(&stage.app, &drafts[0].id).await.unwrap();
        assert_eq!(stage.count("SELECT COUNT(*) FROM at_scene").await, 4);
        // Whoever reads another's lines from here on finds none, and would say that it may still name somebody.
        sqlx::query("UPDATE line SET record_id = 'taken away ' || record_id WHERE record_id <> $1").bind(&drafts[0].id).execute(stage.app.db().pool()).await.unwrap();
        receipts::look_at(&stage.app, &drafts[0].id).await.unwrap();
        assert_eq!(stage.count("SELECT COUNT(*) FROM state WHERE code = 'officers_too_few'").await, 4);
        sqlx::query("UPDATE line SET record_id = substr(record_id, 12) WHERE record_id <> $1").bind(&drafts[0].id).execute(stage.app.db().pool()).await.unwrap();
        // One of them names somebody else: the next look at any other hears of it.
        let from = drafts[3].record().lines.len();
        names(&mut drafts[3], &["14010026002"]);
        let mended = drafts[3].record();
        stage.send_lines(&devices[3], &mended, from, &mended.lines[from]).await.unwrap();
        receipts::look_at(&stage.app, &drafts[0].id).await.unwrap();
        assert_eq!(stage.count("SELECT COUNT(*) FROM state WHERE code = 'officers_too_few'").await, 0, "a certificate is still to come");
        stage.send_private(&devices[3], &mended, &mended.private.concat()).await.unwrap();
        receipts::look_at(&stage.app, &drafts[0].id).await.unwrap();
        assert_eq!(stage.count("SELECT COUNT(*) FROM state WHERE code = 'officers_too_few'").await, 0);
        let kept: String = sqlx::query_scalar("SELECT officers FROM at_scene WHERE record_id = $1").bind(&drafts[3].id).fetch_one(stage.app.db().pool()).await.unwrap();
        assert!(kept.contains("14010026002"), "{kept}");
        assert_eq!(listed(&stage).await, []);
    }

    async fn another_phone_of_the_activity_may_name_the_second_officer(stage: Stage) {
        let sample = include_bytes!("../../proto/catalog/v1/sample.csv");
        let about = About { title: "目录".to_owned(), in_force_from: None, is_sample: true, replaced: Vec::new(), number: Number::Next };
        catalog::import(&stage.app, sample, Form::Csv, &about).await.unwrap();
        let mut devices = Vec::new();
        for name in ["one", "two"] {
            devices.push(Device::enrolled(&stage, name).await);
        }
        for (device, (change, certificate)) in devices.iter().zip([("began", "14010026001"), ("joined", "14010026002")]) {
            let mut draft = RecordDraft::open(&stage, device, change, 1, None).await;
            draft.say("activity", json!({ "activity": support::device::id_of("a scene"), "change": change }));
            names(&mut draft, &[certificate]);
            subject(&mut draft, "jg/kouya");
            hand_over(&stage, draft).await;
        }
        officers::import(&stage.app, format!("{HEAD}甲某,14010026001,一中队,2024-01-01,2027-12-31\n甲某,14010026002,一中队,2024-01-01,2027-12-31\n").as_bytes()).await.unwrap();
        assert_eq!(listed(&stage).await, []);
    }

    async fn a_blank_place_and_a_clock_a_day_off_or_set_back_are_listed(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        // The clock that its first line shows is a day ahead of when that line came.
        let mut draft = RecordDraft::open(&stage, &device, "ahead", 1, None).await.opened_ahead(DAY_US);
        let place = draft.private("  ");
        draft.say("place", json!({ "place": place, "how": "typed" }));
        let (before, after) = (draft.wall_us(), draft.wall_us() - DAY_US);
        draft.say("clock_set", json!({ "wall_before_us": before, "wall_after_us": after }));
        hand_over(&stage, draft).await;
        let found = listed(&stage).await;
        assert_eq!(codes(&found), ["device_clock_off", "device_clock_set_back", "place_empty"]);
        assert!(found[0].2.contains("不晚于 2026-11-12") && found[0].2.contains("2026-11-13"), "{}", found[0].2);
    }
}
