//! From the phone to the agency's receipt and back to anyone's desk, with real programs, and with what goes wrong between them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::process::Command;
use std::time::Duration;

use quanji_testkit::{Dice, Faults, FlakyNetwork};
use support::agency::{code_in, found, serve};
use support::*;

const SEED: u64 = 0x2026_1123;
/// Uploads that a story begins anew before it says that nothing gets through.
const ATTEMPTS: usize = 40;

#[test]
fn a_record_crosses_a_network_that_fails_and_is_valid_for_anyone() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let phone = Phone::new();
    phone.enrol(&agency.code(), &format!("http://{}", agency.address()));
    let record = phone.record();
    let before = phone.vault_bytes();
    let faults = Faults {
        drop_percent: 20,
        cut_percent: 50,
        cut_within_bytes: 400_000,
        mute_percent: 15,
        delay_percent: 5,
        delay: Duration::from_millis(50),
        repeat_percent: 5,
        reorder_percent: 5,
    };
    let network = FlakyNetwork::before(agency.address(), faults, SEED).unwrap();
    let arrived = (0..ATTEMPTS).any(|_| phone.upload(&network.url(), &["--until-receipt", "--patience-s", "20"]).0);
    let tally = network.tally();
    assert!(arrived, "{tally:?}");
    assert!(tally.dropped + tally.cut + tally.muted > 0, "the network never failed: {tally:?}");
    println!("{tally:?}");
    assert_eq!(agency.states(), [""; 0]);
    agency.fsck();
    assert!(phone.vault_bytes() < before / 2, "the film was not freed");
    let (status, page) = agency.get(&format!("/records/{record}"));
    assert!(status == 200 && page.contains("已出回执"), "{status}");
    is_valid_for_anyone(&agency, &record);
}

#[test]
fn a_record_in_hevc_is_receipted_valid_for_anyone_and_its_film_plays() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let phone = Phone::new();
    let url = format!("http://{}", agency.address());
    phone.enrol(&agency.code(), &url);
    let record = phone.record_film(&hevc_clip(folder.path()));
    assert!(phone.upload(&url, &["--until-receipt", "--patience-s", "20"]).0);
    agency.fsck();
    is_valid_for_anyone(&agency, &record);

    let (exported, bundle) = export(&agency, &record);
    run(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(&bundle).arg(exported.path()), 0);
    let home = exported.path().join("records").join(&record);
    let journal = std::fs::read_to_string(home.join("journal")).unwrap();
    assert!(journal.contains(r#""codec":"hvc1.1.6.L63.90""#), "the take names the codec: {journal}");
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-nostdin", "-v", "warning", "-progress", "pipe:1", "-i"]).arg(home.join("play.m3u8"));
    let played = run(ffmpeg.args(["-map", "0", "-fps_mode", "passthrough", "-f", "null", "-"]), 0);
    assert_eq!(String::from_utf8_lossy(&played.stderr), "", "a player complains");
    let told = String::from_utf8_lossy(&played.stdout).into_owned();
    assert_eq!(told.lines().rev().find_map(|line| line.strip_prefix("frame=")), Some("500"));
}

#[test]
fn a_phone_that_goes_offline_in_mid_upload_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let phone = Phone::new();
    phone.enrol(&agency.code(), &format!("http://{}", agency.address()));
    let record = phone.record();
    let before = phone.vault_bytes();
    let network = FlakyNetwork::before(agency.address(), Faults::default(), SEED).unwrap();
    let mut upload = phone.begin_upload(&network.url());
    while upload.next().is_some_and(|said| said["told"] != "stored" || said["kind"] != "segment") {}
    network.set_offline(true);
    upload.kill();
    let (is_all_there, said) = phone.upload(&network.url(), &[]);
    assert!(!is_all_there, "{said}");
    assert!(phone.vault_bytes() > before / 2, "film was freed without a receipt");
    network.set_offline(false);
    assert!(phone.upload(&network.url(), &["--until-receipt"]).0);
    is_valid_for_anyone(&agency, &record);
}

#[test]
fn whatever_has_a_receipt_is_whole_after_the_server_was_killed_at_any_instant() {
    let folder = tempfile::tempdir().unwrap();
    let mut agency = Agency::begin(&folder.path().join("agency"));
    let url = format!("http://{}", agency.address());
    let mut dice = Dice::new(SEED);
    let kills = if std::env::var_os("QUANJI_LONG").is_some() { 100 } else { 10 };
    for record_number in 0..2 {
        let phone = Phone::new();
        phone.enrol(&agency.code(), &url);
        let record = phone.record();
        let before = phone.vault_bytes();
        let mut is_all_there = false;
        for _ in 0..kills / 2 {
            let mut upload = phone.begin_upload(&url);
            // An instant of the upload's own: after so many things it said.
            let after = dice.below(30);
            for _ in 0..after {
                let Some(said) = upload.next() else { break };
                is_all_there |= said["told"] == "receipt";
            }
            agency.kill();
            upload.kill();
            agency.start();
            agency.fsck();
            if phone.vault_bytes() < before / 2 {
                // Freed: then only on a receipt for bytes that are there.
                is_valid_for_anyone(&agency, &record);
            }
        }
        is_all_there |= phone.upload(&url, &["--until-receipt"]).0;
        assert!(is_all_there, "record {record_number}");
        is_valid_for_anyone(&agency, &record);
    }
    assert_eq!(agency.states(), [""; 0]);
    agency.stop();
}

#[test]
fn a_locked_database_makes_the_phone_wait_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let url = format!("http://{}", agency.address());
    let phone = Phone::new();
    phone.enrol(&agency.code(), &url);
    let record = phone.record();
    let before = phone.vault_bytes();
    // Another process holds the database until its standard input ends.
    let holder = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1], isolation_level=None); db.execute('BEGIN EXCLUSIVE'); print('held', flush=True); sys.stdin.read()";
    let mut lock = Command::new("python3")
        .args(["-c", holder])
        .arg(agency.data.join("agency.sqlite"))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut held = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(lock.stdout.take().unwrap()), &mut held).unwrap();
    assert_eq!(held, "held\n");
    let (is_all_there, said) = phone.upload(&url, &[]);
    assert!(!is_all_there && said["hold"].is_string(), "{said}");
    assert!(phone.vault_bytes() * 10 > before * 9, "film was freed without a receipt");
    drop(lock.stdin.take());
    lock.wait().unwrap();
    assert!(phone.upload(&url, &["--until-receipt"]).0);
    is_valid_for_anyone(&agency, &record);
}

#[test]
fn a_full_disk_at_the_agency_keeps_nothing_half_and_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("agency");
    // A small disk of the server's own, in a name space of its own, with three MiB of room: less than the film needs.
    let (_, unit) = found(&data);
    let script = r#"cp -a "$1" "$1.before" && mount -t tmpfs -o size=16m quanji "$1" && cp -a "$1.before/." "$1" \
        && head -c 13000000 /dev/zero >"$1/filler" && program=$2 && shift 2 && exec "$program" "$@""#;
    let mut inside = Command::new("unshare");
    inside.args(["-rm", "sh", "-c", script, "sh"]).arg(&data).arg(&programs().agency);
    let (mut child, address) = serve(&mut inside, &data, "127.0.0.1:0");
    let url = format!("http://{address}");
    let there = |program: &std::path::Path| {
        let mut enter = Command::new("nsenter");
        enter.args(["-U", "-m", "--preserve-credentials", "-t", &child.id().to_string()]).arg(program);
        enter
    };
    let mut enrol = there(&programs().agency);
    let said = run(enrol.args(["enrol", "--unit", &unit, "--url", &url, "--data"]).arg(&data), 0);
    let phone = Phone::new();
    phone.enrol(&code_in(&said), &url);
    phone.record();
    let before = phone.vault_bytes();
    let (is_all_there, said) = phone.upload(&url, &[]);
    assert!(!is_all_there, "{said}");
    let mut find = there("find".as_ref());
    let originals = run(find.arg(data.join("originals")).args(["-type", "f", "-printf", "%s\n"]), 0);
    let mut remove = there("rm".as_ref());
    run(remove.arg(data.join("filler")), 0);
    assert!(phone.vault_bytes() * 10 > before * 9, "film was freed without a receipt");
    assert!(phone.upload(&url, &["--until-receipt"]).0, "{}", String::from_utf8_lossy(&originals.stdout));
    let mut fsck = there(&programs().agency);
    run(fsck.args(["fsck", "--data"]).arg(&data), 0);
    child.kill().unwrap();
    child.wait().unwrap();
}
