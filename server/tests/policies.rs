//! What an agency sets and what its officers say: from a file to phones and the pages, with every floor on the way.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use std::path::Path;
use std::process::Command;

use quanji_agency::catalog::{self, About, CatalogsFault, Form};
use quanji_agency::cli::drafts::{DraftArgs, DraftCommand, draft};
use quanji_agency::documents::{DocumentsFault, Number};
use quanji_agency::drafts;
use quanji_agency::fsck;
use quanji_agency::phrases::{self, PhrasesFault};
use quanji_agency::policies::{self, PoliciesFault};
use quanji_evidence::document::Document;
use quanji_rules::agency_policy::{PolicyAmiss, PolicyDraft, PolicyField};
use quanji_rules::{PhraseOf, Phrases, PhrasesDraft};
use reqwest::header::COOKIE;
use serde_json::{Value, json};
use support::{Database, Device, Record, RecordDraft, Stage, T0_US};

const POLICY: &str = include_str!("../../proto/policy/v1/sample.json");
const PHRASES: &str = include_str!("../../proto/phrases/v1/sample.json");

/// The agency's name on this stage.
async fn name(stage: &Stage) -> String {
    quanji_agency::documents::issuer(stage.app.db(), &stage.app.agency()).await.unwrap()
}

/// The sample under this agency's name, with one value changed.
async fn policy(stage: &Stage, pointer: &str, value: Value) -> Vec<u8> {
    let mut policy: Value = serde_json::from_str(POLICY).unwrap();
    policy["issuer"] = name(stage).await.into();
    if !pointer.is_empty() {
        *policy.pointer_mut(pointer).unwrap() = value;
    }
    policy.to_string().into_bytes()
}

async fn look(stage: &Stage, path: &str) -> String {
    let cookie = format!("quanji_admin={}", stage.made.admin_token);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(stage.at(path)).header(COOKIE, cookie).send().await.unwrap().text().await.unwrap()
}

/// A document as a phone reads it.
async fn pulled(stage: &Stage, device: &Device, name: &str) -> Document {
    let url = stage.at(&format!("/v1/documents/{name}"));
    let bytes = stage.client.get(url).bearer_auth(&device.token).send().await.unwrap().bytes().await.unwrap();
    let document = Document::read(&bytes).unwrap();
    assert_eq!(document.prove(&stage.app.agency().keyset), Ok(()));
    document
}

#[tokio::test]
async fn a_policy_is_issued_once_pulled_by_phones_and_shown() {
    let stage = Stage::begin(Database::Sqlite).await;
    assert!(look(&stage, "/documents").await.contains("尚未颁发文件"));
    let (number, first) =
        drafts::issue::<PolicyDraft>(&stage.app, &policy(&stage, "", Value::Null).await, Number::Next)
            .await
            .unwrap()
            .unwrap();
    assert_eq!(number, 1);
    // The same file again is no further edition, nor can a number be given twice.
    let same = policy(&stage, "", Value::Null).await;
    assert_eq!(drafts::issue::<PolicyDraft>(&stage.app, &same, Number::Next).await.unwrap(), None);
    let taken = drafts::issue::<PolicyDraft>(&stage.app, &same, Number::Given(1)).await.unwrap_err();
    assert!(
        matches!(taken, PoliciesFault::Documents(DocumentsFault::EditionTaken { number: 1, newest: 1, .. })),
        "{taken}"
    );
    let stricter = policy(&stage, "/record/heals_within_us", json!(700_000)).await;
    let (_, second) = drafts::issue::<PolicyDraft>(&stage.app, &stricter, Number::Next).await.unwrap().unwrap();

    let device = Device::enrolled(&stage, "a phone").await;
    let newest = pulled(&stage, &device, &second).await;
    assert_eq!(newest.header().replaces.as_ref().unwrap().hex(), first);
    let draft: PolicyDraft = serde_json::from_slice(newest.body()).unwrap();
    assert_eq!(draft.record.heals_within_us, 700_000);
    let known = policies::policies(stage.app.db(), &stage.app.agency()).await.unwrap();
    assert_eq!(known.editions().iter().map(|edition| edition.number).collect::<Vec<_>>(), [1, 2]);
    let page = look(&stage, "/documents").await;
    for said in [
        "全过程记录工作规定",
        "第 2 版",
        "示例，未颁发",
        "≤ 0.7 秒",
        "存储期限后 3 日",
        "一次至多 500 MB",
        "现行",
        "存档",
        "≥ 60",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert_eq!(fsck::fsck(&stage.app).await.unwrap().amiss, []);
}

#[tokio::test]
async fn a_policy_below_a_floor_is_not_issued_and_every_floor_is_told() {
    let stage = Stage::begin(Database::Sqlite).await;
    let issue = async |file: Vec<u8>| drafts::issue::<PolicyDraft>(&stage.app, &file, Number::Next).await;
    let mut weak: Value = serde_json::from_slice(&policy(&stage, "", Value::Null).await).unwrap();
    weak["preflight"]["battery_percent"] = json!(10);
    weak["storage_working_days"] = json!(5);
    weak["not_recorded"] = json!(["seizure"]);
    let fault = issue(weak.to_string().into_bytes()).await.unwrap_err();
    let said = fault.to_string();
    for told in [
        "有 3 处需要修改",
        "preflight.battery_percent: 10, and it may not be below 20",
        "为 5 个工作日",
        "Article 17 sets two",
        "第十条第二项应当音像记录",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    let PoliciesFault::Refused(faults) = fault else { panic!("{said}") };
    assert_eq!(faults[0].field, PolicyField::StorageWorkingDays);
    assert!(matches!(faults[1].what, PolicyAmiss::Dropped { .. }));
    // A field that nobody knows, a broken file, another's name, nothing at all.
    for (file, told) in [
        (r#"{"edition":1,"title":"规定","issuer":"某局","deadline":9}"#.to_owned(), "unknown field `deadline`"),
        ("{".to_owned(), "EOF"),
        (String::new(), "EOF"),
        (POLICY.replace("\"某局\"", "\"邻局\""), "邻局"),
    ] {
        let said = issue(file.into_bytes()).await.unwrap_err().to_string();
        assert!(said.contains(told), "{told}: {said}");
    }
    let large = vec![b' '; (1 << 20) + 1];
    assert!(matches!(issue(large).await, Err(PoliciesFault::TooLarge { .. })));
    assert_eq!(policies::policies(stage.app.db(), &stage.app.agency()).await.unwrap().editions(), []);
}

#[tokio::test]
async fn retention_only_lengthens_and_a_catalog_that_keeps_less_is_refused_by_cell() {
    let stage = Stage::begin(Database::Sqlite).await;
    let issue = async |months: u64| {
        let file = policy(&stage, "/retention", json!([{"category": "penalty", "months": months}])).await;
        drafts::issue::<PolicyDraft>(&stage.app, &file, Number::Next).await
    };
    issue(120).await.unwrap();
    let shorter = issue(119).await.unwrap_err().to_string();
    assert!(
        shorter.contains("行政处罚为 119 个月，此前为 120 个月") && shorter.contains("only lengthens"),
        "{shorter}"
    );
    issue(1_200).await.unwrap();
    let about = About {
        title: "目录".to_owned(),
        in_force_from: None,
        is_sample: true,
        replaced: Vec::new(),
        number: Number::Next,
    };
    let sample = include_bytes!("../../proto/catalog/v1/sample.csv");
    let fault = catalog::import(&stage.app, sample, Form::Csv, &about).await.unwrap_err();
    let CatalogsFault::Table(faults) = &fault else { panic!("{fault}") };
    assert!(faults.iter().all(|fault| fault.zh.contains("低于本单位规定的 1200 个月")), "{fault}");
    assert!(fault.to_string().contains("行“存储期限”：为 "), "{fault}");
}

#[tokio::test]
async fn phrases_are_issued_by_the_province_filled_by_the_agency_and_shown_as_what_they_are() {
    let stage = Stage::begin(Database::Sqlite).await;
    assert!(look(&stage, "/documents").await.contains("本程序自带的用语"));
    let issue =
        async |file: &Value| drafts::issue::<PhrasesDraft>(&stage.app, file.to_string().as_bytes(), Number::Next).await;
    let sample: Value = serde_json::from_str(PHRASES).unwrap();
    let (_, first) = issue(&sample).await.unwrap().unwrap();
    assert_eq!(issue(&sample).await.unwrap(), None);
    let own = name(&stage).await;
    let agencys = |members: Value| {
        let mut file = json!({"edition": 1, "title": "填空", "issuer": own, "level": "agency"});
        file.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        file
    };
    let altered = agencys(json!({"phrases": {"notice/recording": {"zh": "录音录像。"}}}));
    let said = issue(&altered).await.unwrap_err().to_string();
    assert!(said.contains("本单位只能填空") && said.contains("an agency fills blanks only"), "{said}");
    let mut neighbour = sample.clone();
    neighbour["issuer"] = json!("邻省司法厅");
    assert!(issue(&neighbour).await.unwrap_err().to_string().contains("不能由其他单位替换"));
    let mut other = agencys(json!({"blanks": {"hotline": "12345"}}));
    other["issuer"] = json!("邻局");
    assert!(matches!(issue(&other).await, Err(PhrasesFault::Issuer { .. })));
    let (number, second) = issue(&agencys(json!({"blanks": {"hotline": "12345"}}))).await.unwrap().unwrap();
    assert_eq!(number, 2);
    for broken in [json!({}), json!({"blanks": {"weather": "晴"}}), json!({"blanks": {"hotline": " "}})] {
        assert!(matches!(issue(&agencys(broken)).await, Err(PhrasesFault::Refused(_))));
    }

    // A phone needs both: they lie over each other.
    let device = Device::enrolled(&stage, "a phone").await;
    let mut read = Phrases::shipped();
    for name in [&first, &second] {
        let document = pulled(&stage, &device, name).await;
        assert_eq!(document.header().replaces, None);
        let draft: PhrasesDraft = serde_json::from_slice(document.body()).unwrap();
        read.enter(document.header().number, &draft).unwrap();
    }
    assert_eq!(read, phrases::phrases(stage.app.db(), &stage.app.agency()).await.unwrap());
    let page = look(&stage, "/documents").await;
    for said in ["省司法厅（示例）", "示例，未颁发", "填空：", "第 2 版"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!page.contains("存档"), "all editions are in force together");
}

#[tokio::test]
async fn the_commands_issue_and_show_what_was_issued() {
    let stage = Stage::begin(Database::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let (policy_file, phrases_file) = (folder.path().join("policy.json"), folder.path().join("phrases.json"));
    std::fs::write(&policy_file, policy(&stage, "", Value::Null).await).unwrap();
    std::fs::write(&phrases_file, PHRASES).unwrap();
    let mut out = Vec::new();
    let show = DraftArgs { command: DraftCommand::Show { edition: None } };
    assert!(draft::<PolicyDraft>(&stage.app, &show, &mut out).await.unwrap_err().to_string().contains("尚未颁发"));
    let issue = DraftArgs { command: DraftCommand::Issue { file: policy_file.clone(), edition: None } };
    draft::<PolicyDraft>(&stage.app, &issue, &mut out).await.unwrap();
    draft::<PolicyDraft>(&stage.app, &issue, &mut out).await.unwrap();
    let issue = DraftArgs { command: DraftCommand::Issue { file: phrases_file, edition: Some(7) } };
    draft::<PhrasesDraft>(&stage.app, &issue, &mut out).await.unwrap();
    let said = String::from_utf8(std::mem::take(&mut out)).unwrap();
    assert!(said.starts_with("edition\t1\ndocument\t"), "{said}");
    assert!(said.contains("unchanged\t") && said.contains("edition\t7\n"), "{said}");
    draft::<PolicyDraft>(&stage.app, &show, &mut out).await.unwrap();
    let shown: PolicyDraft = serde_json::from_slice(&out).unwrap();
    assert_eq!(shown, serde_json::from_slice(&std::fs::read(&policy_file).unwrap()).unwrap());
    out.clear();
    let show = DraftArgs { command: DraftCommand::Show { edition: Some(7) } };
    draft::<PhrasesDraft>(&stage.app, &show, &mut out).await.unwrap();
    assert_eq!(serde_json::from_slice::<PhrasesDraft>(&out).unwrap(), serde_json::from_str(PHRASES).unwrap());
}

#[test]
fn the_samples_are_whole_and_marked_and_of_their_schemas() {
    let draft: PhrasesDraft = serde_json::from_str(PHRASES).unwrap();
    let mut phrases = Phrases::shipped();
    phrases.enter(1, &draft).unwrap();
    assert_eq!(draft.phrases.len(), PhraseOf::all().count());
    let policy: PolicyDraft = serde_json::from_str(POLICY).unwrap();
    assert!(draft.is_sample && policy.is_sample);
    let script = r#"
import json, sys, jsonschema
schema, body = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
check = jsonschema.Draft202012Validator(schema)
check.validate(body)
assert not check.is_valid({**body, "unknown": 1})
for member in schema["required"]:
    assert not check.is_valid({key: value for key, value in body.items() if key != member}), member
if "storage_working_days" in body:
    for member, below in [("storage_working_days", 3), ("storage_working_days", 0), ("filing_working_days", 31), ("not_recorded", ["seizure"]), ("record", {"heals_within_us": 3000001})]:
        assert not check.is_valid({**body, member: below}), member
else:
    assert not check.is_valid({**body, "phrases": {"opening/weather": {"zh": "晴"}}})
"#;
    for kind in ["policy", "phrases"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto").join(kind).join("v1");
        let args = [folder.join(format!("{kind}.schema.json")), folder.join("sample.json")];
        let output = Command::new("python3").arg("-c").arg(script).args(args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A record that broke off for two seconds, and again at its end.
fn broken(mut draft: RecordDraft<'_>) -> Record {
    draft.describe();
    draft.film_second();
    let at_us = T0_US + draft.mono_us;
    let interruption = draft.say("interrupted", json!({"cause": "phone_call", "at_us": at_us}));
    draft.mono_us += 1_500_000;
    draft.film_second();
    draft.say("resumed", json!({"interruption": interruption, "gap_us": 2_000_000, "gap_clock": "mono"}));
    let at_us = T0_US + draft.mono_us;
    draft.say("interrupted", json!({"cause": "battery", "at_us": at_us}));
    draft.seal();
    draft.record()
}

#[tokio::test]
async fn a_record_owes_by_the_policy_that_stood_when_it_was_opened_and_its_page_says_until_when() {
    let stage = Stage::begin(Database::Sqlite).await;
    let device = Device::enrolled(&stage, "phone").await;
    let before = broken(RecordDraft::open(&stage, &device, "before", 1, None).await);
    let strict = policy(&stage, "/record/heals_within_us", json!(500_000)).await;
    drafts::issue::<PolicyDraft>(&stage.app, &strict, Number::Next).await.unwrap().unwrap();
    let draft = RecordDraft::open(&stage, &device, "after", 2, Some(&before.lines[0])).await;
    let after = broken(draft.opened_later(60_000_000));
    for record in [&before, &after] {
        stage.send_lines(&device, record, 0, &record.journal()).await.unwrap();
    }
    // The gap of two seconds owes a reason under the policy alone.
    assert_eq!(stage.count("SELECT MAX(owed_count) - MIN(owed_count) FROM record").await, 1);
    let page = look(&stage, &format!("/records/{}", before.id)).await;
    assert!(!page.contains("中止原因"), "{page}");
    // It ended on a Thursday: with the storage deadline, or three days after it.
    assert!(page.contains("书面情况说明应在 周一 11-16 24:00 之前作出（单位规定）"), "{page}");
    assert!(page.contains("当时尚未颁发，依通常的界限"), "{page}");
    let page = look(&stage, &format!("/records/{}", after.id)).await;
    assert!(page.contains("书面情况说明应在 周四 11-19 24:00 之前作出（单位规定）"), "{page}");
    assert!(page.contains("工作规定（示例） 第 1 版") && !page.contains("当时尚未颁发"), "{page}");
}
