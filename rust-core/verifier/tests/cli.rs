//! The command line: exit codes, both outputs, deadlines from standard input.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use common::{root, vectors};
use serde_json::{Value, json};
use tempfile::TempDir;

fn verify(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quanji-verify")).args(args).env("NO_COLOR", "1").output().unwrap()
}

fn vector(name: &str) -> PathBuf {
    root().join("proto/vectors/v1").join(name)
}

fn judge(folder: &Path, more: &[&str]) -> Output {
    let (bundle, key) =
        (folder.join("bundle.zip").display().to_string(), folder.join("agency.pub").display().to_string());
    let mut args = vec!["bundle"];
    if folder.join("agency.pub").exists() {
        args.extend(["--agency-key", &key]);
    }
    args.extend(more);
    args.push(&bundle);
    verify(&args)
}

fn json_of(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn the_exit_code_is_0_for_what_holds_1_for_what_does_not_2_for_what_cannot_be_read() {
    for vector in vectors().into_iter().step_by(7) {
        if vector.place().ends_with("draft-refused") {
            continue;
        }
        let expected = match vector.expected["verdict"].as_str() {
            Some("valid" | "valid_withheld") => 0,
            Some(_) => 1,
            None => 2,
        };
        let output = judge(&vector.folder, &["--json"]);
        assert_eq!(output.status.code(), Some(expected), "{}", vector.place());
        let said = json_of(&output);
        for name in ["verdict", "codes", "unreadable"] {
            assert_eq!(said.get(name), vector.expected.get(name), "{}: {name}", vector.place());
        }
    }
}

#[test]
fn json_names_bracket_takes_gaps_interval_and_what_is_owed() {
    let said = json_of(&judge(&vector("valid/much-owed"), &["--json"]));
    let record = &said["records"][0];
    assert_eq!(record["takes"].as_array().map(Vec::len), Some(2));
    assert_eq!(record["gaps"][0]["cause"], "heat");
    assert_eq!(record["gaps"][0]["gap_us"], 3_000_001);
    assert_eq!(record["largest_interval_us"], 3_000_001);
    assert!(record["bracket"]["not_before_us"].as_u64() < record["bracket"]["not_after_us"].as_u64());
    let owed: Vec<&str> = record["owed"].as_array().unwrap().iter().filter_map(|debt| debt["code"].as_str()).collect();
    assert_eq!(owed, ["opening_owed", "interruption_reason_owed", "written_statement_owed", "filming_notice_owed"]);
    let finding = &said["findings"][0];
    for name in ["code", "class", "place", "expected", "found", "zh", "en"] {
        assert!(finding[name].is_string(), "{name}: {finding}");
    }
}

#[test]
fn the_records_of_one_activity_are_told_together_with_their_officers_over_both_phones() {
    let joined = vector("valid/joined-and-handed-over");
    let said = json_of(&judge(&joined, &["--json"]));
    let activity = &said["activities"][0];
    assert_eq!(activity["records"].as_array().map(Vec::len), Some(2), "{activity}");
    // Both phones name the same officers: who is on both is one.
    assert_eq!(activity["officers"]["at_least"], activity["officers"]["at_most"], "{activity}");
    let text = String::from_utf8(judge(&joined, &[]).stdout).unwrap();
    let told = text.split("执法活动 activity").nth(1).unwrap();
    assert!(told.contains("执法人员 officers") && told.contains("尚欠 owed"), "{told}");
    let alone = json_of(&judge(&vector("valid/three-records-of-one-device"), &["--json"]));
    assert_eq!(alone.get("activities"), None, "they name no activity");
}

#[test]
fn a_person_reads_the_verdict_first_in_chinese_and_then_in_english() {
    let text = String::from_utf8(judge(&vector("invalid/segment-bit-flipped"), &[]).stdout).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("不成立：内容与其签名或摘要不符（broken）"));
    assert_eq!(lines.next(), Some("broken: contents contradict their signatures or digests"));
    for part in ["media_digest_mismatch", "takes/1/1.m4s", "应为 expected", "实为 found", "不早于", "最大记录间隔"]
    {
        assert!(text.contains(part), "{part}");
    }
    let english = String::from_utf8(judge(&vector("invalid/segment-bit-flipped"), &["--lang", "en"]).stdout).unwrap();
    assert!(english.starts_with("broken: contents contradict"));
}

#[test]
fn misuse_is_told_from_a_verdict() {
    let bundle = vector("valid/no-record").join("bundle.zip").display().to_string();
    for (args, code) in [
        (vec!["bundle", "--json", "no-such-file.zip"], "file"),
        (vec!["bundle", "--json", "--agency-key", "no-such-key", &bundle], "agency_key"),
        (vec!["bundle", "--json", "--agency-key", &bundle, &bundle], "agency_key"),
    ] {
        let output = verify(&args);
        assert_eq!((output.status.code(), json_of(&output)["unreadable"].as_str()), (Some(2), Some(code)), "{args:?}");
    }
    assert_eq!(verify(&["bundle"]).status.code(), Some(2));
    assert_eq!(verify(&["deadline", "--returned-at", "2026-11-20T19:30:00+08:00", "-"]).status.code(), Some(2));
}

#[test]
fn without_the_agencys_key_nothing_is_better_than_unanchored() {
    let bundle = vector("valid/sealed-and-receipted").join("bundle.zip").display().to_string();
    let output = verify(&["bundle", "--json", &bundle]);
    assert_eq!((output.status.code(), json_of(&output)["verdict"].as_str()), (Some(1), Some("valid_unanchored")));
}

fn deadlines(args: &[&str], input: &[u8]) -> (Option<i32>, Vec<Value>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_quanji-verify"))
        .arg("deadline")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // One that refuses its arguments does not wait for its input.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn one_instant_a_line_gives_one_answer_a_line_and_a_bad_line_is_named() {
    let long = "9".repeat(10_000);
    let input =
        format!("2026-11-12T10:00:00+08:00\nyesterday\n2026-12-30T15:00:00+08:00\n{long}\n2026-11-23T16:30:00Z");
    let (code, answers) = deadlines(&["--json", "-"], input.as_bytes());
    assert_eq!(code, Some(2));
    assert_eq!(answers.len(), 5);
    assert_eq!(answers[0]["deadline_exclusive"], "2026-11-17T00:00:00+08:00");
    assert_eq!((&answers[0]["provisional"], &answers[0]["earliest_last_day"]), (&json!(false), &Value::Null));
    assert_eq!((&answers[1]["line"], &answers[1]["error"]["code"]), (&json!(2), &json!("instant")));
    assert_eq!((&answers[2]["provisional"], &answers[2]["earliest_last_day"]), (&json!(true), &json!("2027-01-02")));
    assert_eq!((&answers[3]["line"], &answers[3]["error"]["code"]), (&json!(4), &json!("not_text")));
    assert_eq!(answers[4]["deadline_exclusive"], "2026-11-27T00:00:00+08:00");
}

#[test]
fn an_away_ground_waits_for_the_return_and_counts_from_it() {
    let (_, waiting) = deadlines(&["--json", "--ground", "remote", "-"], b"2026-11-12T10:00:00+08:00\n");
    assert_eq!((&waiting[0]["state"], &waiting[0]["deadline_exclusive"]), (&json!("waiting_for_return"), &Value::Null));
    assert_eq!(waiting[0]["ordinary"]["deadline_exclusive"], "2026-11-17T00:00:00+08:00");
    let args = ["--json", "--ground", "remote", "--returned-at", "2026-11-20T19:30:00+08:00", "-"];
    let (code, answers) = deadlines(&args, b"2026-11-12T10:00:00+08:00\n");
    assert_eq!((code, &answers[0]["deadline_exclusive"]), (Some(0), &json!("2026-11-25T00:00:00+08:00")));
}

#[test]
fn a_calendar_settles_what_was_provisional_and_one_with_a_typo_is_refused() {
    let dir = TempDir::new().unwrap();
    let (good, bad) = (dir.path().join("2027.csv"), dir.path().join("typo.csv"));
    // A whole notice must be loaded for its year to be published; the days themselves are invented.
    let rows = "date,kind,name_zh,basis\n2027-01-01,off,元旦,statutory\n";
    std::fs::write(&good, rows).unwrap();
    std::fs::write(&bad, rows.replace("off", "of")).unwrap();
    let good = good.display().to_string();
    let (_, answers) = deadlines(&["--json", "--calendar", &good, "-"], b"2026-12-30T15:00:00+08:00\n");
    assert_eq!(answers[0]["deadline_exclusive"], "2027-01-05T00:00:00+08:00");
    let (code, answers) = deadlines(&["--json", "--calendar", &bad.display().to_string(), "-"], b"");
    assert_eq!((code, &answers[0]["error"]["code"]), (Some(2), &json!("calendar")));
}
