//! A written statement (第十五条) that is drafted at the agency: from the record to its phone and no other, signed there, and back to the page.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use quanji_agency::{calendars, dock, documents, drafts, fsck, jobs};
use quanji_evidence::Signer;
use quanji_evidence::document::Document;
use quanji_evidence::line::{self, LINE_LIMIT_BYTES, Tag};
use quanji_rules::agency_policy::PolicyDraft;
use quanji_rules::{BLANK, DocumentKind, DraftSays, StatementDraft};
use reqwest::header::{COOKIE, LOCATION};
use reqwest::{Client, Response, redirect};
use serde_json::{Value, json};
use support::{Database, Device, Record, RecordDraft, Stage, T0_US, over_both};

/// A browser that follows nothing by itself, with the administrator's cookie.
async fn post(stage: &Stage, path: &str, form: &[(&str, &str)]) -> Response {
    let browser = Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap();
    let body: String =
        form.iter().map(|(name, value)| format!("{name}={}", percent(value))).collect::<Vec<_>>().join("&");
    let request = browser.post(stage.at(path)).header(COOKIE, format!("quanji_admin={}", stage.made.admin_token));
    request.header("Content-Type", "application/x-www-form-urlencoded").body(body).send().await.unwrap()
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

async fn look(stage: &Stage, path: &str) -> String {
    let cookie = format!("quanji_admin={}", stage.made.admin_token);
    stage.client.get(stage.at(path)).header(COOKIE, cookie).send().await.unwrap().text().await.unwrap()
}

/// Begins a draft by the button on a page; the path of its page.
async fn begun(stage: &Stage, form: &[(&str, &str)]) -> String {
    let answer = post(stage, "/statements", form).await;
    assert_eq!(answer.status(), 303);
    answer.headers()[LOCATION].to_str().unwrap().to_owned()
}

/// What a new session of the phone names as in force.
async fn in_force(stage: &Stage, device: &Device) -> Vec<String> {
    let asked =
        stage.client.post(stage.at("/v1/challenges")).json(&json!({ "device": device.id })).send().await.unwrap();
    let challenge: Value = asked.json().await.unwrap();
    let request = json!({
        "edition": 1, "agency": stage.app.agency().id, "device": device.id, "challenge": challenge["challenge"],
        "keyset_lines": 0, "certificate": 1,
    });
    let signed =
        line::write(Tag::Session, request.to_string().as_bytes(), &[&device.key as &dyn Signer], LINE_LIMIT_BYTES);
    let answer = stage.client.post(stage.at("/v1/sessions")).body(signed.unwrap()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let session: Value = answer.json().await.unwrap();
    serde_json::from_value(session["documents"].clone()).unwrap()
}

async fn pull(stage: &Stage, device: &Device, name: &str) -> Response {
    stage.client.get(stage.at(&format!("/v1/documents/{name}"))).bearer_auth(&device.token).send().await.unwrap()
}

/// The one draft that the phone is to hold, proved as a phone does.
async fn pulled(stage: &Stage, device: &Device) -> (Document, StatementDraft) {
    let [name] = <[String; 1]>::try_from(in_force(stage, device).await).unwrap();
    let document = Document::read(&pull(stage, device, &name).await.bytes().await.unwrap()).unwrap();
    assert_eq!(document.prove(&stage.app.agency().keyset), Ok(()));
    assert_eq!(document.header().kind.as_str(), DocumentKind::StatementDraft.name());
    let draft: StatementDraft = serde_json::from_slice(document.body()).unwrap();
    draft.check().unwrap();
    (document, draft)
}

fn text(draft: &StatementDraft) -> &str {
    match &draft.says {
        DraftSays::Offered { text } => text,
        DraftSays::Withdrawn => panic!("withdrawn"),
    }
}

/// A record whose battery died; what is said of it later is added by the caller.
async fn broken<'a>(stage: &Stage, device: &'a Device) -> (RecordDraft<'a>, u64) {
    let mut draft = RecordDraft::open(stage, device, "broken off", 1, None).await;
    draft.describe();
    draft.film_second();
    let at_us = T0_US + draft.mono_us;
    let interruption =
        draft.say("interrupted", json!({ "cause": "battery", "at_us": at_us, "warned": ["battery_low"] }));
    draft.seal();
    (draft, interruption)
}

async fn sends(stage: &Stage, device: &Device, record: &Record, from: usize) {
    stage.send_lines(device, record, from, &record.lines[from..].concat()).await.unwrap();
    stage.send_private(device, record, &record.private.concat()).await.unwrap();
    jobs::run_due(&stage.app).await.unwrap();
}

/// The officer signs on the phone.
async fn signs(
    stage: &Stage,
    draft: &mut RecordDraft<'_>,
    interruption: Option<u64>,
    document: &Document,
    words: &str,
) {
    let from = draft.record().lines.len();
    let statement = draft.private(words);
    let mut body = json!({ "statement": statement, "draft": document.digest() });
    if let Some(seq) = interruption {
        body["interruption"] = json!(seq);
    }
    draft.say("written_statement", body);
    sends(stage, draft.device, &draft.record(), from).await;
}

over_both! {
    async fn a_statement_is_drafted_from_the_record_and_signed_on_its_phone_by_its_author(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let (mut record, seq) = broken(&stage, &device).await;
        sends(&stage, &device, &record.record(), 0).await;
        let page = look(&stage, &format!("/records/{}", record.id)).await;
        assert!(page.contains(&format!("起草情况说明（第 {seq} 行的中止）")), "{page}");

        let path = begun(&stage, &[("record", &record.id), ("interruption", &seq.to_string())]).await;
        let page = look(&stage, &path).await;
        for said in ["拟稿中", "地点：某市某街道某号", "设备测得的原因：电量耗尽", "此后未恢复录制", "录制前检查曾提示：电量不足", BLANK, "机关不能代签"] {
            assert!(page.contains(said), "{said}: {page}");
        }
        assert_eq!(in_force(&stage, &device).await, Vec::<String>::new(), "nobody but the agency has seen it");
        // Written on, kept, and only then offered.
        assert_eq!(post(&stage, &path, &[("text", "雨中设备没电。\r\n"), ("act", "save")]).await.status(), 303);
        assert_eq!(in_force(&stage, &device).await, Vec::<String>::new());
        assert_eq!(post(&stage, &path, &[("text", "雨中设备没电，无法更换。\r\n说明人：甲某"), ("act", "offer")]).await.status(), 303);
        let (document, draft) = pulled(&stage, &device).await;
        assert_eq!(text(&draft), "雨中设备没电，无法更换。\n说明人：甲某");
        assert_eq!((draft.record.as_deref(), draft.interruption), (Some(&*record.id), Some(seq)));
        let page = look(&stage, &format!("/records/{}", record.id)).await;
        assert!(page.contains("已送手机，待签名") && page.contains("书面情况说明（第十五条）") && !page.contains("无法更换"), "{page}");

        signs(&stage, &mut record, Some(seq), &document, text(&draft)).await;
        let page = look(&stage, &path).await;
        assert!(page.contains("已签名，与草稿一字不差") && !page.contains("<textarea"), "{page}");
        let page = look(&stage, &format!("/records/{}", record.id)).await;
        assert!(!page.contains("起草情况说明") && page.contains("按机关草稿"), "it is paid by the author's signature: {page}");
        assert_eq!(in_force(&stage, &device).await, Vec::<String>::new(), "the phone need not ask for it any more");
        for act in [post(&stage, &path, &[("text", "另一种说法"), ("act", "offer")]).await, post(&stage, &format!("{path}/withdraw"), &[]).await] {
            assert_eq!(act.status(), 409);
            assert!(act.text().await.unwrap().contains("已由执法人员签名"));
        }
        assert_eq!(fsck::fsck(&stage.app).await.unwrap().amiss, []);
    }

    async fn the_officer_changes_what_was_drafted_and_an_earlier_edition_counts_too(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let (mut record, _) = broken(&stage, &device).await;
        sends(&stage, &device, &record.record(), 0).await;
        let path = begun(&stage, &[("record", &record.id)]).await;
        post(&stage, &path, &[("text", "第一稿"), ("act", "offer")]).await;
        let (first, _) = pulled(&stage, &device).await;
        post(&stage, &path, &[("text", "第二稿"), ("act", "save")]).await;
        assert!(look(&stage, &path).await.contains("此后又有修改未送"));
        assert_eq!(text(&pulled(&stage, &device).await.1), "第一稿");
        post(&stage, &path, &[("text", "第二稿"), ("act", "offer")]).await;
        assert_eq!(text(&pulled(&stage, &device).await.1), "第二稿");
        // Meanwhile the officer, in a valley, signs the first one, in words of his own.
        signs(&stage, &mut record, None, &first, "第一稿，雨很大").await;
        assert!(look(&stage, &path).await.contains("已签名，签名人作了修改"));
        assert!(look(&stage, "/statements").await.contains("已签名，签名人作了修改"));
    }

    async fn a_draft_is_for_its_own_phone_and_no_dock_and_is_in_no_list_of_what_was_issued(stage: Stage) {
        let (device, other) = (Device::enrolled(&stage, "phone").await, Device::enrolled(&stage, "another").await);
        let (record, _) = broken(&stage, &device).await;
        sends(&stage, &device, &record.record(), 0).await;
        let path = begun(&stage, &[("record", &record.id)]).await;
        post(&stage, &path, &[("text", "甲某的说明"), ("act", "offer")]).await;
        let [name] = <[String; 1]>::try_from(in_force(&stage, &device).await).unwrap();
        assert_eq!(in_force(&stage, &other).await, Vec::<String>::new());
        let refused = pull(&stage, &other, &name).await;
        assert_eq!(refused.status(), 404);
        assert_eq!(refused.json::<Value>().await.unwrap()["code"], "document_unknown");
        let register = String::from_utf8(dock::write_register(&stage.app).await.unwrap()).unwrap();
        assert!(!register.lines().any(|line| line.starts_with("document ")), "{register}");
        assert!(look(&stage, "/documents").await.contains("尚未颁发文件"));
    }

    async fn a_draft_that_was_taken_back_says_so_to_the_phone_and_may_be_offered_again(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let (record, _) = broken(&stage, &device).await;
        sends(&stage, &device, &record.record(), 0).await;
        // One that nobody has seen is taken back without a word.
        let unseen = begun(&stage, &[("record", &record.id)]).await;
        assert_eq!(post(&stage, &format!("{unseen}/withdraw"), &[]).await.status(), 303);
        assert_eq!(in_force(&stage, &device).await, Vec::<String>::new());
        let path = begun(&stage, &[("record", &record.id)]).await;
        post(&stage, &path, &[("text", "说明"), ("act", "offer")]).await;
        post(&stage, &format!("{path}/withdraw"), &[]).await;
        let (_, draft) = pulled(&stage, &device).await;
        assert!(draft.says == DraftSays::Withdrawn);
        assert!(look(&stage, &path).await.contains("已撤回"));
        post(&stage, &path, &[("text", "说明"), ("act", "offer")]).await;
        assert_eq!(text(&pulled(&stage, &device).await.1), "说明");
    }

    async fn where_nothing_was_recorded_a_draft_stands_alone_and_is_signed_in_a_record_of_its_own(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let path = begun(&stage, &[("device", &device.id.to_string())]).await;
        let page = look(&stage, &path).await;
        assert!(page.contains("本次执法未作音像记录") && page.contains("签名后单独成立"), "{page}");
        post(&stage, &path, &[("text", "当日暴雨，未能录制。"), ("act", "offer")]).await;
        let (document, draft) = pulled(&stage, &device).await;
        assert_eq!((draft.record.as_deref(), draft.interruption), (None, None));
        let mut alone = RecordDraft::open(&stage, &device, "alone", 1, None).await;
        let statement = alone.private(text(&draft));
        alone.say("written_statement", json!({ "statement": statement, "draft": document.digest() }));
        alone.seal();
        sends(&stage, &device, &alone.record(), 0).await;
        let page = look(&stage, &path).await;
        assert!(page.contains("一字不差") && page.contains(&format!("/records/{}", alone.id)), "{page}");
        let page = look(&stage, &format!("/records/{}", alone.id)).await;
        assert!(!page.contains("起草情况说明"), "{page}");
    }

    async fn another_phone_cannot_sign_a_draft_away_and_what_is_not_a_statement_is_not_offered(stage: Stage) {
        let (device, other) = (Device::enrolled(&stage, "phone").await, Device::enrolled(&stage, "another").await);
        let path = begun(&stage, &[("device", &device.id.to_string())]).await;
        for (words, told) in [(String::new(), "没有内容"), (" \r\n".to_owned(), "没有内容"), ("字".repeat(1_366), "4098 字节"), ("a\u{7}".to_owned(), "控制字符")] {
            let answer = post(&stage, &path, &[("text", &words), ("act", "offer")]).await;
            let (status, page) = (answer.status(), answer.text().await.unwrap());
            assert!(status == 409 && page.contains(told) && page.contains("role=\"alert\""), "{told}: {page}");
        }
        assert_eq!(post(&stage, &path, &[("text", "<script>&"), ("act", "offer")]).await.status(), 303);
        assert!(look(&stage, &path).await.contains("&lt;script&gt;&amp;"));
        let (document, _) = pulled(&stage, &device).await;
        let (mut record, _) = broken(&stage, &other).await;
        sends(&stage, &other, &record.record(), 0).await;
        signs(&stage, &mut record, None, &document, "别人的").await;
        assert!(look(&stage, &path).await.contains("已送手机，待签名"));
        // Of a device that is in service no more nothing is said to wait.
        sqlx::query("UPDATE device SET revoked_from_us = 1").execute(stage.app.db().pool()).await.unwrap();
        let refused = post(&stage, &path, &[("text", "说明"), ("act", "offer")]).await;
        assert!(refused.text().await.unwrap().contains("该设备已撤销"));
        for form in [vec![], vec![("record", "x")], vec![("device", "00000000000000000000000000000000"), ("record", "x")], vec![("record", "00000000000000000000000000000000")]] {
            assert_eq!(post(&stage, "/statements", &form).await.status(), 404);
        }
        let own = record.record().id.clone();
        for seq in ["0", "999"] {
            let form = [("record", own.as_str()), ("interruption", seq)];
            assert_eq!(post(&stage, "/statements", &form).await.status(), 404, "no interruption stands there");
        }
        let stranger = Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap();
        for path in ["/statements", path.as_str()] {
            assert_eq!(stranger.get(stage.at(path)).send().await.unwrap().status(), 303);
            assert_eq!(stranger.post(stage.at(path)).send().await.unwrap().headers()[LOCATION], "/login");
        }
    }
}

/// The agency's policy, with one line of the record's rules.
async fn policy_in_force(stage: &Stage, countersigned: bool) {
    let mut policy: Value = serde_json::from_str(include_str!("../../proto/policy/v1/sample.json")).unwrap();
    policy["issuer"] = documents::issuer(stage.app.db(), &stage.app.agency()).await.unwrap().into();
    policy["record"]["statement_countersigned"] = countersigned.into();
    drafts::issue::<PolicyDraft>(&stage.app, policy.to_string().as_bytes(), documents::Number::Next).await.unwrap();
}

over_both! {
    async fn a_countersignature_is_an_agencys_rule_and_a_statement_pays_without_one(stage: Stage) {
        policy_in_force(&stage, true).await;
        stage.clock.advance(1_000_000);
        let device = Device::enrolled(&stage, "phone").await;
        let mut record = RecordDraft::open(&stage, &device, "alone", 1, None).await.opened_later(2_000_000);
        let statement = record.private("当日暴雨，未能录制。");
        let seq = record.say("written_statement", json!({ "statement": statement }));
        record.seal();
        sends(&stage, &device, &record.record(), 0).await;
        let (path, act) = (format!("/records/{}", record.id), format!("/records/{}/countersign", record.id));
        let page = look(&stage, &path).await;
        assert!(page.contains("单位规定：还差会签") && !page.contains("书面情况说明（第十五条）"), "{page}");
        let before = stage.count("SELECT COUNT(*) FROM line").await;
        for (form, status) in [
            (vec![("seq", seq.to_string()), ("name", " ".to_owned())], 409),
            (vec![("seq", "0".to_owned()), ("name", "王某，一中队队长".to_owned())], 404),
            (vec![("seq", seq.to_string()), ("name", "王某，一中队队长".to_owned())], 303),
            (vec![("seq", seq.to_string()), ("name", "李某".to_owned())], 409),
        ] {
            let form: Vec<_> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(post(&stage, &act, &form).await.status(), status, "{form:?}");
        }
        let page = look(&stage, &path).await;
        assert!(page.contains("王某，一中队队长 会签于 2026-11-12") && !page.contains("还差会签") && !page.contains("李某"), "{page}");
        assert_eq!(stage.count("SELECT COUNT(*) FROM line").await, before, "the record is as it was");
        // It is the agency's word, in its log, and for no phone.
        assert_eq!(stage.count("SELECT COUNT(*) FROM document WHERE kind = 'countersignature'").await, 1);
        let name: String = sqlx::query_scalar("SELECT sha256 FROM document WHERE kind = 'countersignature'").fetch_one(stage.app.db().pool()).await.unwrap();
        assert_eq!(pull(&stage, &device, &name).await.status(), 404);
        assert!(!in_force(&stage, &device).await.contains(&name));
    }

    async fn where_the_agency_has_no_such_rule_nobody_is_asked_to_countersign(stage: Stage) {
        policy_in_force(&stage, false).await;
        let device = Device::enrolled(&stage, "phone").await;
        let mut record = RecordDraft::open(&stage, &device, "alone", 1, None).await;
        let statement = record.private("当日暴雨，未能录制。");
        record.say("written_statement", json!({ "statement": statement }));
        record.seal();
        sends(&stage, &device, &record.record(), 0).await;
        assert!(!look(&stage, &format!("/records/{}", record.id)).await.contains("会签"));
    }
}

/// A record of which two statements were signed from drafts: one as it was offered, one in the officer's own words.
async fn signed_twice(stage: &Stage, device: &Device) -> String {
    let (mut record, seq) = broken(stage, device).await;
    sends(stage, device, &record.record(), 0).await;
    let interruption = seq.to_string();
    for (about, words) in [(Some(&*interruption), "雨中设备没电。"), (None, "雨中设备没电，雨很大。")]
    {
        let mut form = vec![("record", &*record.id)];
        form.extend(about.map(|seq| ("interruption", seq)));
        let path = begun(stage, &form).await;
        post(stage, &path, &[("text", "雨中设备没电。"), ("act", "offer")]).await;
        let (document, _) = pulled(stage, device).await;
        signs(stage, &mut record, about.map(|_| seq), &document, words).await;
    }
    record.id.clone()
}

/// What the list says of the drafts of [`signed_twice`].
async fn tells_both(stage: &Stage) {
    let page = look(stage, "/statements").await;
    for said in ["已签名，与草稿一字不差", "已签名，签名人作了修改"] {
        assert_eq!(page.matches(said).count(), 1, "{said}: {page}");
    }
}

/// From here on whoever reads a record's lines gets an error of the database.
async fn take_lines_away(stage: &Stage) {
    sqlx::query("ALTER TABLE line RENAME TO line_taken_away").execute(stage.app.db().pool()).await.unwrap();
}

over_both! {
    async fn whose_words_were_signed_is_noted_so_that_a_list_of_drafts_reads_no_record(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        signed_twice(&stage, &device).await;
        tells_both(&stage).await;
        take_lines_away(&stage).await;
        tells_both(&stage).await;
    }

    async fn of_what_was_signed_before_words_were_noted_the_page_says_the_same_and_one_look_notes_it(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        signed_twice(&stage, &device).await;
        // The schema of before, with these rows in it.
        for statement in [
            "DROP INDEX statement_draft_to_sign",
            "CREATE INDEX statement_draft_by_device ON statement_draft (agency_id, device_id)",
            "ALTER TABLE statement_draft DROP COLUMN is_word_for_word",
            "DELETE FROM _sqlx_migrations WHERE version = 15",
        ] {
            sqlx::query(statement).execute(stage.app.db().pool()).await.unwrap();
        }
        stage.restart().await;
        assert_eq!(stage.count("SELECT COUNT(*) FROM statement_draft WHERE is_word_for_word IS NULL").await, 2);
        tells_both(&stage).await;
        jobs::run_due(&stage.app).await.unwrap();
        take_lines_away(&stage).await;
        tells_both(&stage).await;
    }

    async fn words_that_come_after_their_line_are_told_once_they_are_there(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let path = begun(&stage, &[("device", &device.id.to_string())]).await;
        post(&stage, &path, &[("text", "当日暴雨，未能录制。"), ("act", "offer")]).await;
        let (document, draft) = pulled(&stage, &device).await;
        let mut alone = RecordDraft::open(&stage, &device, "alone", 1, None).await;
        let statement = alone.private(text(&draft));
        alone.say("written_statement", json!({ "statement": statement, "draft": document.digest() }));
        alone.seal();
        let record = alone.record();
        stage.send_lines(&device, &record, 0, &record.lines.concat()).await.unwrap();
        jobs::run_due(&stage.app).await.unwrap();
        assert!(look(&stage, "/statements").await.contains("已签名，内容未到"));
        stage.send_private(&device, &record, &record.private.concat()).await.unwrap();
        assert!(look(&stage, "/statements").await.contains("一字不差"), "before the record is looked at again, too");
        jobs::run_due(&stage.app).await.unwrap();
        take_lines_away(&stage).await;
        assert!(look(&stage, "/statements").await.contains("一字不差"));
    }

    async fn a_draft_that_cannot_be_read_hides_no_other_and_its_line_says_what_to_do(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let (record, _) = broken(&stage, &device).await;
        sends(&stage, &device, &record.record(), 0).await;
        let mut paths = Vec::new();
        for words in ["第一份", "第二份", "第三份"] {
            let path = begun(&stage, &[("record", &record.id)]).await;
            post(&stage, &path, &[("text", words), ("act", "offer")]).await;
            paths.push(path);
        }
        let id = |path: &str| path.rsplit('/').next().unwrap()[..8].to_owned();
        let pool = stage.app.db().pool();
        // The body of one is another, and of another nothing is there.
        for (path, statement) in paths.iter().zip(["UPDATE document SET body = $1 WHERE sha256 = $2", "DELETE FROM document WHERE body <> $1 AND sha256 = $2"]) {
            let draft = path.rsplit('/').next().unwrap();
            let name: String = sqlx::query_scalar("SELECT sha256 FROM statement_draft WHERE draft_id = $1").bind(draft).fetch_one(pool).await.unwrap();
            sqlx::query(statement).bind(b"{}".to_vec()).bind(&name).execute(pool).await.unwrap();
        }
        for path in ["/statements", &format!("/records/{}", record.id)] {
            let page = look(&stage, path).await;
            assert!(page.contains(&format!(r#"href="{}""#, paths[2])), "{page}");
            let line = page.split("</p>").find(|part| part.contains("读不出来")).unwrap_or_else(|| panic!("{page}"));
            let line = line.rsplit("<p ").next().unwrap();
            for said in [id(&paths[0]), id(&paths[1]), "quanji-agency fsck".to_owned(), "cannot be read".to_owned()] {
                assert!(line.contains(&said), "{said}: {page}");
            }
            assert!(!line.contains(&id(&paths[2])), "{page}");
        }
        let page = look(&stage, &paths[0]).await;
        assert!(page.contains("读不出来") && page.contains("quanji-agency fsck"), "{page}");
        // And fsck does say it.
        let amiss = fsck::fsck(&stage.app).await.unwrap().amiss;
        for code in ["stored_bytes_changed", "document_missing"] {
            assert!(amiss.iter().any(|amiss| amiss.code == code && amiss.place.starts_with("document:")), "{code}: {amiss:?}");
        }
    }
}

/// Whoever reads a row of a draft or a countersignature among the documents from now on gets an error of the database instead.
async fn make_drafts_unreadable(stage: &Stage) {
    let fails = match stage.database {
        Database::Sqlite => "CAST(abs(-9223372036854775807 - number / number) AS TEXT)",
        Database::Postgres => "CAST(1 / (number - number) AS TEXT)",
    };
    let view = format!(
        "CREATE VIEW document AS SELECT agency_id, kind, number, header, body, created_us,
             CASE WHEN kind IN ('statement_draft', 'countersignature') THEN {fails} ELSE sha256 END AS sha256 FROM document_kept"
    );
    for statement in ["ALTER TABLE document RENAME TO document_kept", &view] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(stage.app.db().pool()).await.unwrap();
    }
}

over_both! {
    async fn what_a_phone_is_offered_and_a_dock_is_told_is_read_without_any_draft(stage: Stage) {
        let (device, other) = (Device::enrolled(&stage, "phone").await, Device::enrolled(&stage, "another").await);
        for year in ["2027", "2028"] {
            let notice = format!("date,kind,name_zh,basis\n{year}-01-01,off,元旦,statutory\n");
            calendars::import(&stage.app, notice.as_bytes()).await.unwrap();
        }
        for countersigned in [true, false] {
            policy_in_force(&stage, countersigned).await;
        }
        for device in [&device, &other] {
            let path = begun(&stage, &[("device", &device.id.to_string())]).await;
            post(&stage, &path, &[("text", "当日暴雨，未能录制。"), ("act", "offer")]).await;
        }
        let offered = in_force(&stage, &device).await;
        // Of notices all, of policies the newest, and of drafts its own.
        let editions = async |kind| documents::list(stage.app.db(), &stage.app.agency(), kind).await.unwrap();
        let (notices, policies) = (editions(DocumentKind::Calendar).await, editions(DocumentKind::Policy).await);
        let expected = [&notices[1].sha256, &notices[0].sha256, &policies[0].sha256];
        assert_eq!(offered[..3].iter().collect::<Vec<_>>(), expected);
        assert_eq!(offered.len(), 4);
        assert_eq!(documents::list(stage.app.db(), &stage.app.agency(), DocumentKind::StatementDraft).await.unwrap()[1].sha256, offered[3]);

        make_drafts_unreadable(&stage).await;
        let read = sqlx::query("SELECT sha256 FROM document WHERE kind = 'statement_draft'").fetch_all(stage.app.db().pool()).await;
        assert!(read.is_err(), "a draft that is read is noticed");
        assert_eq!(in_force(&stage, &device).await, offered);
        let register = String::from_utf8(dock::write_register(&stage.app).await.unwrap()).unwrap();
        assert_eq!(register.lines().filter(|line| line.starts_with("document ")).count(), 4, "{register}");
    }
}

#[test]
fn the_sample_of_a_draft_is_of_its_schema_and_of_its_form() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto/statement-draft/v1");
    let sample = std::fs::read(folder.join("sample.json")).unwrap();
    let draft: StatementDraft = serde_json::from_slice(&sample).unwrap();
    draft.check().unwrap();
    let script = r#"
import json, sys, jsonschema
schema, body = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
check = jsonschema.Draft202012Validator(schema)
check.validate(body)
check.validate({**body, "says": "withdrawn"})
for wrong in [{"unknown": 1}, {"says": "signed"}, {"device": "x"}, {"edition": 2}]:
    assert not check.is_valid({**body, **wrong}), wrong
assert not check.is_valid({key: value for key, value in body.items() if key != "record"})
"#;
    let args = [folder.join("statement-draft.schema.json"), folder.join("sample.json")];
    let output = std::process::Command::new("python3").arg("-c").arg(script).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
