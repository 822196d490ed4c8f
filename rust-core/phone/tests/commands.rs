//! The commands beside `record`: what they say, and how they refuse.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use support::*;

fn deadline(args: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_quanji-phone")).arg("deadline").args(args).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn the_deadline_of_an_instant_is_reckoned_and_explained_day_by_day() {
    let (code, said) = deadline(&["--json", "2026-09-30T10:00:00+08:00"]);
    assert_eq!(code, Some(0));
    let expected = json!({
        "instant": "2026-09-30T10:00:00+08:00",
        "deadline_exclusive": "2026-10-10T00:00:00+08:00",
        "provisional": false,
        "earliest_last_day": null,
        "state": "running",
    });
    assert_eq!(serde_json::from_str::<Value>(&said).unwrap(), expected);
    let (code, said) = deadline(&["2026-09-30T10:00:00+08:00"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("2026-10-01  不计 not counted  放假 off"), "{said}");
    assert_eq!(said.matches("working day").count(), 2, "{said}");
    let (code, said) = deadline(&["--json", "--ground", "remote", "2026-09-30T10:00:00+08:00"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("waiting_for_return"), "{said}");
    let (code, _) = deadline(&["yesterday"]);
    assert_eq!(code, Some(2));
}

#[test]
fn the_deadline_of_a_record_is_that_of_its_end_and_none_before() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "160x90", 2);
    let recorded = phone.record(&clip, "", &[]);
    let record = recorded["recorded"]["record"].as_str().unwrap();
    let of_record = last_json(&phone.run(0, "deadline", ["--json", record]));
    assert_eq!(of_record, recorded["recorded"]["deadline"]);
    let (_, of_instant) = deadline(&["--json", of_record["instant"].as_str().unwrap()]);
    assert_eq!(serde_json::from_str::<Value>(&of_instant).unwrap(), of_record);
    phone.record_until_killed(&clip, "[[at]]\ns = 1\ndo = \"kill\"\n", &[]);
    let status = phone.status();
    let open = status["records"].as_array().unwrap().iter().find(|record| record["phase"] != "sealed").unwrap();
    let fault = last_json(&phone.run(1, "deadline", ["--json", open["record"].as_str().unwrap()]));
    assert_eq!(fault["error"]["code"], "not_ended");
}

#[test]
fn a_vault_in_use_is_left_alone_and_said_to_be_in_use() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "160x90", 30);
    let mut run = phone.command("record", ["--trace", "--speed", "real", "--input"]);
    let mut child = run.arg(&clip).stdout(Stdio::piped()).spawn().unwrap();
    // Its first line comes when the record's first line is durable.
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let fault = last_json(&phone.run(1, "status", ["--json"]));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(fault["error"]["code"], "in_use");
    assert!(fault["error"]["reason"].as_str().unwrap().contains("another program"), "{fault}");
    assert_eq!(phone.status()["records"].as_array().unwrap().len(), 1, "its lock died with it");
}

#[test]
fn what_cannot_be_is_refused_with_its_reason_and_changes_nothing() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "160x90", 2);
    let recorded = phone.record(&clip, "", &[]);
    let record = recorded["recorded"]["record"].as_str().unwrap().to_owned();
    let before = phone.status();
    let nobody = "00000000000000000000000000000001";
    let later = phone.write("later.toml", "[[at]]\ndo = \"notice\"\nnotice = \"recording\"\n");
    let interrupt = phone.write("interrupt.toml", "[[at]]\ndo = \"interrupt\"\ncause = \"heat\"\n");
    let none = phone.write("none.toml", "[[at]]\ndo = \"reason\"\ncause = \"heat\"\nof = 3\n");
    let (later, interrupt, none) = (later.to_str().unwrap(), interrupt.to_str().unwrap(), none.to_str().unwrap());
    let out = phone.path("out.zip");
    let out = out.to_str().unwrap();
    let input = clip.to_str().unwrap();
    for (code, command, args, why) in [
        (2, "end", vec!["--json", "not-an-id"], "record_id"),
        (1, "end", vec!["--json", nobody], "recorder"),
        (1, "end", vec!["--json", &record], "recorder"),
        (1, "add", vec!["--json", &record, later], "recorder"),
        (2, "add", vec!["--json", &record, interrupt], "not_later"),
        (1, "add", vec!["--json", &record, none], "act"),
        (2, "export", vec!["--json", "--out", out, nobody], "no_such_record"),
        (2, "record", vec!["--json", "--input", input, "--take-up"], "not_one_open"),
        (1, "record", vec!["--json", "--input", input, "--take-up", &record], "recorder"),
        (2, "record", vec!["--json", "--input", input, "--from", "9"], "from_beyond_end"),
        (2, "record", vec!["--json", "--input", "/nowhere.mp4"], "clip_file"),
    ] {
        let fault = last_json(&phone.run(code, command, args));
        assert_eq!(fault["error"]["code"], why, "{command}: {fault}");
    }
    assert_eq!(phone.status()["records"], before["records"]);
    assert!(!std::path::Path::new(out).exists());
}

#[test]
fn a_vault_whose_key_is_gone_is_not_given_another() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "160x90", 2);
    phone.record(&clip, "", &[]);
    std::fs::rename(phone.vault().join("keys/vault.key"), phone.path("vault.key")).unwrap();
    let fault = last_json(&phone.run(1, "status", ["--json"]));
    assert_eq!(fault["error"]["code"], "key_gone");
    assert!(!phone.vault().join("keys/vault.key").exists());
    std::fs::rename(phone.path("vault.key"), phone.vault().join("keys/vault.key")).unwrap();
    assert_eq!(phone.status()["records"].as_array().unwrap().len(), 1);
}

#[test]
fn a_sealed_records_key_is_destroyed_and_an_open_ones_is_kept() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "160x90", 3);
    let keys = || std::fs::read_dir(phone.vault().join("keys/records")).unwrap().count();
    phone.record_until_killed(&clip, "[[at]]\ns = 2\ndo = \"kill\"\n", &[]);
    assert_eq!(keys(), 1);
    phone.record(&clip, "", &["--take-up"]);
    assert_eq!(keys(), 0);
}
