//! The agency takes in a record while the camera runs; upload and recording do not get into each other's way.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::path::Path;
use std::process::Command;

use quanji_testkit::{Faults, FlakyNetwork};
use serde_json::Value;
use support::*;

const SEED: u64 = 0x2026_1126;

/// Sizes of the originals that the agency holds whole.
fn originals(agency: &Agency) -> Vec<u64> {
    fn walk(folder: &Path, sizes: &mut Vec<u64>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.path().is_dir() {
                walk(&entry.path(), sizes);
            } else if let Ok(about) = entry.metadata() {
                sizes.push(about.len());
            }
        }
    }
    let mut sizes = Vec::new();
    walk(&agency.data.join("originals"), &mut sizes);
    sizes
}

/// Bytes of the record's lines, private values and files in the agency's bundle: what there was to send.
fn bytes_to_send(agency: &Agency, record: &str) -> u64 {
    let (_folder, bundle) = export(agency, record);
    let sum = "import sys, zipfile
names = zipfile.ZipFile(sys.argv[1]).infolist()
print(sum(one.file_size for one in names if sys.argv[2] in one.filename and not one.filename.endswith(('.m3u8', 'receipts'))))";
    let said = run(Command::new("python3").args(["-c", sum]).arg(bundle).arg(record), 0);
    String::from_utf8_lossy(&said.stdout).trim().parse().unwrap()
}

#[test]
fn the_agency_has_lines_and_film_before_the_record_ends_and_then_only_the_rest_goes_and_no_byte_twice() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let phone = Phone::new();
    phone.enrol(&agency.code(), &agency.url());
    let network = FlakyNetwork::before(agency.address(), Faults::default(), SEED).unwrap();
    let mut recording = phone.begin_recording("", &["--trace", "--live", "--url", &network.url()]);
    let mut record = String::new();
    let mut seen = None;
    let mut last = Value::Null;
    while let Some(said) = recording.next() {
        if let Some(began) = said["record"].as_str() {
            record = began.to_owned();
        }
        if said["accepted"] == "video" && seen.is_none() {
            let held = originals(&agency);
            if held.iter().any(|size| *size > 100_000) {
                seen = Some((held, agency.get(&format!("/records/{record}")).0));
            }
        }
        last = said;
    }
    let (code, _) = recording.end();
    assert_eq!(code, Some(0), "{last}");
    let (held, page) = seen.expect("film was at the agency before the camera stopped");
    assert_eq!(page, 200, "and the record was on its page");
    let live = &last["live"];
    println!("{} originals while the camera ran; {live}", held.len());
    assert_eq!((&live["failed"], &live["broken_off"], &live["hold"]), (&0.into(), &0.into(), &Value::Null), "{live}");
    let (is_all_there, rest) = phone.upload(&network.url(), &["--until-receipt"]);
    assert!(is_all_there, "{rest}");
    is_valid_for_anyone(&agency, &record);
    let total = bytes_to_send(&agency, &record);
    let (during, after) = (live["sent_bytes"].as_u64().unwrap(), rest["sent_bytes"].as_u64().unwrap());
    let wire = network.passed().sent_bytes;
    println!(
        "{during} bytes while the camera ran, {after} after it, {total} in all; {wire} on the wire with heads and HTTP's own"
    );
    assert_eq!(during + after, total, "every byte once");
    assert!(after * 2 < total);
    assert!(wire < total + total / 5 + 50_000, "{wire} on the wire for {total}");
    assert_eq!(agency.states(), [""; 0]);
}

#[test]
fn a_head_every_ten_seconds_costs_what_is_stated() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let phone = Phone::new();
    phone.enrol(&agency.code(), &agency.url());
    let wire = |every: &str| {
        let network = FlakyNetwork::before(agency.address(), Faults::default(), SEED).unwrap();
        let url = network.url();
        let told =
            run(&mut phone.recording("real", "", &["--live", "heads", "--head-every-s", every, "--url", &url]), 0);
        let live = json_of(&told)["live"].clone();
        let passed = network.passed();
        (live["heads"].as_u64().unwrap(), passed.sent_bytes + passed.answered_bytes, live)
    };
    let ((many, much, live), (few, little, _)) = (wire("1"), wire("10"));
    // The session and the opened line are in both: what is left is the heads.
    let each = (much - little) / (many - few);
    println!("live heads: {each} bytes each on the wire, both ways, with HTTP's own and without TLS ({live})");
    println!(
        "every 10 s (HEAD_EVERY_S, `record --head-every-s`): {} bytes a minute; session and opened line once: {}",
        each * 6,
        little - few * each
    );
    assert!((1..1_700).contains(&each), "the stated cost: at most 10 kB a minute, {each} each");
}

#[test]
fn an_upload_gives_way_to_a_recording_and_a_recording_to_none() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let phone = Phone::new();
    phone.enrol(&agency.code(), &agency.url());
    let first = phone.record();
    // The agency is away: the upload waits, with the vault in its hand.
    let network = FlakyNetwork::before(agency.address(), Faults::default(), SEED).unwrap();
    network.set_offline(true);
    let mut upload = phone.begin_upload(&network.url());
    while upload.next().is_some_and(|said| said["told"] != "all_waiting") {}
    let mut recording = phone.begin_recording("", &["--trace", "--live", "--url", &network.url()]);
    let began = recording.next().expect("the recording begins all the same");
    let second = began["record"].as_str().unwrap_or_else(|| panic!("{began}")).to_owned();
    let (code, said) = upload.end();
    assert_eq!((code, &said["hold"]), (Some(1), &"recording".into()), "{said}");
    // The other way round: who asks while the camera runs is told, and nothing happens.
    let (is_done, said) = phone.upload(&network.url(), &[]);
    assert!(!is_done && said["error"]["code"] == "in_use", "{said}");
    network.set_offline(false);
    let (code, last) = recording.end();
    assert_eq!((code, &last["recorded"]["phase"]), (Some(0), &"sealed".into()), "{last}");
    assert!(phone.upload(&network.url(), &["--until-receipt"]).0);
    for record in [first, second] {
        is_valid_for_anyone(&agency, &record);
    }
    assert_eq!(agency.states(), [""; 0]);
}
