//! The catalog of matters, from a spreadsheet to phones and back.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use std::path::Path;
use std::process::Command;

use quanji_agency::catalog::{self, About, CatalogsFault, Encoding, Form, TableFault};
use quanji_agency::documents::{DocumentsFault, Kind, Number};
use quanji_agency::{calendars, dock, documents, fsck};
use quanji_evidence::document::Document;
use quanji_rules::Date;
use quanji_rules::catalog::{Catalog, CatalogDraft};
use reqwest::header::COOKIE;
use support::bundle::root_of;
use support::{Database, Device, SimClock, Stage, T0_US};

const SAMPLE: &[u8] = include_bytes!("../../proto/catalog/v1/sample.csv");

fn about() -> About {
    About {
        title: "音像记录事项目录".to_owned(),
        in_force_from: Some(Date::from_ymd(2026, 12, 1).unwrap()),
        is_sample: true,
        replaced: Vec::new(),
        number: Number::Next,
    }
}

fn day() -> Date {
    Date::from_ymd(2026, 11, 27).unwrap()
}

fn sample() -> Catalog {
    catalog::checked(SAMPLE, Form::Csv, &about(), "某市", day()).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// The sample with one cell changed; rows and columns as a spreadsheet counts them, from 1.
fn with_cell(row: usize, column: usize, cell: &str) -> Vec<u8> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&SAMPLE[3..]);
    let mut writer = csv::Writer::from_writer(Vec::new());
    for (record, number) in reader.records().zip(1..) {
        let record = record.unwrap();
        let cells = record.iter().zip(1..).map(|(was, at)| if (number, at) == (row, column) { cell } else { was });
        writer.write_record(cells).unwrap();
    }
    writer.into_inner().unwrap()
}

fn faults(file: &[u8], form: Form) -> Vec<TableFault> {
    catalog::checked(file, form, &about(), "某市", day()).unwrap_err()
}

/// Runs a script of Python with these arguments.
fn run_python(script: &str, args: &[&Path]) -> String {
    let output = Command::new("python3").arg("-c").arg(script).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_sample_is_a_catalog_over_five_fields_and_is_marked() {
    let sample = sample();
    let matters = &sample.as_written().matters;
    assert!(matters.len() >= 25 && sample.as_written().is_sample);
    for sector in ["市场监管", "城市管理", "生态环境", "交通运输", "应急管理"] {
        assert!(matters.iter().filter(|matter| matter.sector == sector).count() >= 4, "{sector}");
    }
    assert!(matters.iter().filter(|matter| matter.credentials.len() == 3).count() >= 4, "inspections of companies");
}

#[test]
fn what_is_written_and_read_again_is_the_same_in_every_form() {
    let sample = sample();
    for (form, encoding) in [(Form::Csv, Encoding::Utf8), (Form::Csv, Encoding::Gb18030), (Form::Xlsx, Encoding::Utf8)]
    {
        let file = catalog::write(&sample, form, encoding).unwrap();
        let again = catalog::checked(&file, form, &about(), "某市", day()).unwrap();
        assert_eq!(again, sample, "{form:?} {encoding:?}");
    }
    let utf8 = catalog::write(&sample, Form::Csv, Encoding::Utf8).unwrap();
    let utf8 = String::from_utf8(utf8).unwrap().replace("\r\n", "\n");
    let differs = utf8.lines().zip(std::str::from_utf8(SAMPLE).unwrap().lines()).find(|(one, other)| one != other);
    assert_eq!(differs, None, "the sample is as we write it");
    assert!(std::str::from_utf8(&catalog::write(&sample, Form::Csv, Encoding::Gb18030).unwrap()).is_err());
}

#[test]
fn another_library_reads_what_we_write_and_we_read_what_it_writes() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (folder.path().join("ours.xlsx"), folder.path().join("theirs.xlsx"));
    std::fs::write(&ours, catalog::write(&sample(), Form::Xlsx, Encoding::Utf8).unwrap()).unwrap();
    // A title over merged cells, the ten usual columns, the category merged over its rows, two rows left empty, a number as text.
    let script = r#"
import sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1])
rows = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
print(len(rows), len(rows[0]), type(rows[1][0]).__name__, rows[1][2])
out = openpyxl.Workbook()
sheet = out.active
sheet.append(["某市音像记录事项目录"])
sheet.merge_cells("A1:J1")
head = rows[0]
keep = list(range(10))
sheet.append([head[i] for i in keep])
requirement = head.index("记录要求")
last = None
for row in sorted(rows[1:], key=lambda row: row[1]):
    cells = [row[i] for i in keep]
    cells[0] = str(cells[0])
    cells[9] = (cells[9] or "") + " " + row[requirement] if "第十" in row[requirement] else cells[9]
    cells[1], last = (None if cells[1] == last else cells[1]), cells[1]
    if cells[4] != "文字记录":
        sheet.append(cells)
sheet.append([])
out.save(sys.argv[2])
"#;
    let said = run_python(script, &[&ours, &theirs]);
    assert_eq!(said.trim(), "29 19 int 查封涉嫌违法生产经营的场所、设施");
    let read = catalog::checked(&std::fs::read(&theirs).unwrap(), Form::Xlsx, &about(), "某市", day())
        .unwrap_or_else(|faults| panic!("{faults:#?}"));
    let sample = sample();
    assert_eq!(read.as_written().matters.len(), 27);
    for matter in &read.as_written().matters {
        let original = sample.as_written().matters.iter().find(|one| one.number == matter.number).unwrap();
        assert_eq!((matter.category, &matter.name), (original.category, &original.name));
        assert_eq!((matter.requirement, &matter.method), (original.requirement, &original.method));
        assert_eq!(matter.code.0, format!("matter/{}", matter.number));
    }
}

#[test]
fn the_body_that_is_signed_is_of_the_schema() {
    let folder = tempfile::tempdir().unwrap();
    let body = folder.path().join("catalog.json");
    std::fs::write(&body, serde_json::to_vec(sample().as_written()).unwrap()).unwrap();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto/catalog/v1/catalog.schema.json");
    let script = r#"
import json, sys, jsonschema
schema, body = (json.load(open(path, encoding="utf-8")) for path in sys.argv[1:3])
check = jsonschema.Draft202012Validator(schema)
check.validate(body)
for member in list(body["matters"][0]):
    less = json.loads(json.dumps(body))
    del less["matters"][0][member]
    print(member, check.is_valid(less))
"#;
    let said = run_python(script, &[&schema, &body]);
    for line in said.lines() {
        let (member, is_valid) = line.split_once(' ').unwrap();
        let mut draft = serde_json::to_value(sample().as_written()).unwrap();
        draft["matters"][0].as_object_mut().unwrap().remove(member);
        let is_read = serde_json::from_value::<CatalogDraft>(draft).is_ok();
        assert_eq!(is_read, is_valid == "True", "{member}");
    }
}

#[test]
fn every_fault_is_told_by_row_and_column_in_both_languages() {
    for (row, column, cell, zh, en) in [
        (3, 1, "一", "第 3 行“序号” A3", "row 3, number"),
        (5, 2, "行政", "第 5 行“执法类别” B5", "row 5, category"),
        (5, 4, "检查", "第 5 行“记录环节” D5", "row 5, stages"),
        (5, 5, "无人机", "第 5 行“记录方式” E5", "row 5, method"),
        (5, 9, "长期", "第 5 行“存储期限” I5", "row 5, retention"),
        (2, 13, "第十条第（八）项", "第 2 行“记录要求” M2", "row 2, requirement"),
        (2, 14, "两人", "第 2 行“执法人数” N2", "row 2, officers"),
        (4, 19, "介绍信", "第 4 行“检查凭证” S4", "row 4, credentials"),
        (2, 5, "拍照", "第 2 行“记录方式”：低于第十条的要求", "less than Article 10 demands"),
        (3, 13, "文字记录", "第 3 行“记录要求”：低于第十条的要求", "less than Article 10 demands"),
        (4, 3, "", "第 4 行“执法事项”：未填写", "row 4, name: empty"),
        (9, 11, "jg/kouya", "第 9 行“事项编码”：“jg/kouya”与第 2 项重复", "row 9, code"),
    ] {
        let told = faults(&with_cell(row, column, cell), Form::Csv).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert!(told.iter().any(|fault| fault.contains(zh) && fault.contains(en)), "{zh} / {en}: {told:#?}");
    }
    // The only matter of its kind becomes another: the catalog has dropped one of the six.
    let told = faults(&with_cell(8, 13, "本目录"), Form::Csv);
    assert!(
        told.iter().any(|fault| fault.zh.contains("缺少应当音像记录的事项") || fault.zh.contains("低于")),
        "{told:#?}"
    );
    // A column is missing, another is not known, the headings are.
    let text = String::from_utf8(SAMPLE.to_vec()).unwrap();
    for (from, to, zh) in [
        ("存储期限", "保管", "第 1 行“存储期限”：缺少这一列"),
        ("执法领域", "部门", "没有“部门”这一列"),
        ("记录地点", "记录方式", "这一列有两次"),
        ("序号", "编号", "没有表头"),
    ] {
        let told = faults(text.replacen(from, to, 1).as_bytes(), Form::Csv);
        assert!(told.iter().any(|fault| fault.to_string().contains(zh)), "{told:#?}");
    }
    // Neither encoding, and no workbook.
    assert!(faults(b"\xff\xff\xff", Form::Csv)[0].zh.contains("GB18030"));
    assert!(faults(SAMPLE, Form::Xlsx)[0].zh.contains("XLSX"));
    assert!(faults(&[], Form::Csv)[0].zh.contains("没有表头"));
}

#[tokio::test]
async fn an_edition_is_issued_once_pulled_by_phones_and_shown() {
    let stage = Stage::begin(Database::Sqlite).await;
    let imported = catalog::import(&stage.app, SAMPLE, Form::Csv, &about()).await.unwrap();
    let (number, name) = imported.issued.clone().unwrap();
    assert_eq!((number, imported.matters), (1, 28));
    // The same table again is no further edition.
    assert_eq!(catalog::import(&stage.app, SAMPLE, Form::Csv, &about()).await.unwrap().issued, None);
    // Nor can the same number be given twice.
    let again = About { number: Number::Given(1), ..about() };
    let fault = catalog::import(&stage.app, SAMPLE, Form::Csv, &again).await.unwrap_err();
    assert!(matches!(fault, CatalogsFault::Documents(DocumentsFault::EditionTaken { number: 1, newest: 1, .. })));
    let said = fault.to_string();
    assert!(said.contains("已有第 1 版") && said.contains("there is an edition 1"), "{said}");
    // A file with a fault changes nothing.
    assert!(catalog::import(&stage.app, &with_cell(2, 5, "拍照"), Form::Csv, &about()).await.is_err());
    let changed = with_cell(4, 10, "试行");
    let (second, newer) = catalog::import(&stage.app, &changed, Form::Csv, &about()).await.unwrap().issued.unwrap();
    assert_eq!(second, 2);

    let device = Device::enrolled(&stage, "a phone").await;
    let get = async |name: &str| {
        let url = stage.at(&format!("/v1/documents/{name}"));
        stage.client.get(url).bearer_auth(&device.token).send().await.unwrap().bytes().await.unwrap()
    };
    let keyset = stage.app.agency().keyset.clone();
    let [first, newest] = [Document::read(&get(&name).await).unwrap(), Document::read(&get(&newer).await).unwrap()];
    for document in [&first, &newest] {
        assert_eq!(document.prove(&keyset), Ok(()));
    }
    assert_eq!(newest.header().replaces.as_ref().unwrap().hex(), name);
    let draft: CatalogDraft = serde_json::from_slice(newest.body()).unwrap();
    assert_eq!(draft.matters[2].remarks, "试行");

    let cookie = format!("quanji_admin={}", stage.made.admin_token);
    let look = async |path: &str| {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        client.get(stage.at(path)).header(COOKIE, cookie.clone()).send().await.unwrap().text().await.unwrap()
    };
    let page = look("/catalog").await;
    for said in ["第 2 版", "示例，未颁发", "扣押涉嫌违法的产品和工具", "第十条第（二）项", "检查码", "试行"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(!look("/catalog?edition=1").await.contains("试行"));
    assert_eq!(fsck::fsck(&stage.app).await.unwrap().amiss, []);
    // A dock learns both editions, and issues none itself.
    let folder = tempfile::tempdir().unwrap();
    dock::begin(&stage.app, &root_of(&stage), folder.path()).await.unwrap();
    let clock = std::sync::Arc::new(SimClock::at(T0_US + 3_600_000_000));
    let dock = quanji_agency::app::App::open(folder.path(), None, clock as _).await.unwrap();
    assert_eq!(documents::list(dock.db(), &dock.agency(), Kind::Catalog).await.unwrap().len(), 2);
    let refused = catalog::import(&dock, &with_cell(4, 10, "储存器"), Form::Csv, &about()).await.unwrap_err();
    assert!(matches!(refused, CatalogsFault::Documents(DocumentsFault::AtADock)), "{refused}");
}

#[tokio::test]
async fn a_changed_byte_of_a_stored_document_is_found_and_never_given() {
    let stage = Stage::begin(Database::Sqlite).await;
    let notice = "date,kind,name_zh,basis\n2027-01-01,off,元旦,statutory\n";
    let name = calendars::import(&stage.app, notice.as_bytes()).await.unwrap().sha256.unwrap();
    let pool = stage.app.db().pool();
    sqlx::query("UPDATE document SET body = $1")
        .bind(notice.replace("01-01", "01-04").into_bytes())
        .execute(pool)
        .await
        .unwrap();
    let amiss = fsck::fsck(&stage.app).await.map(|checked| checked.amiss);
    assert!(amiss.is_err(), "what reckons by it says so first: {amiss:?}");
    let device = Device::enrolled(&stage, "a phone").await;
    let url = stage.at(&format!("/v1/documents/{name}"));
    assert_eq!(stage.client.get(url).bearer_auth(&device.token).send().await.unwrap().status(), 500);
}
