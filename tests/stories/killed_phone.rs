//! The phone's programs are killed, the phone is started anew, a file of it is damaged: nothing is lost, freed early or held up.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use std::os::unix::fs::FileExt;

use quanji_testkit::Dice;
use support::*;

const SEED: u64 = 0x2026_1127;

/// Film is only freed where a receipt is kept, and a receipt is only kept where the agency vouches for every byte.
fn nothing_was_freed_without_a_receipt(phone: &Phone, agency: &Agency, record: &str) -> (u64, u64) {
    let standing = phone.standing(record);
    let (receipts, purged) = (standing["receipts"].as_u64().unwrap(), standing["purged_files"].as_u64().unwrap());
    if receipts > 0 {
        agency.fsck();
        is_valid_for_anyone(agency, record);
    }
    assert!(receipts > 0 || purged == 0, "{standing}");
    (receipts, purged)
}

#[test]
fn an_upload_that_is_killed_at_any_instant_loses_nothing_frees_nothing_early_and_comes_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let mut dice = Dice::new(SEED);
    let phones = if std::env::var_os("QUANJI_LONG").is_some() { 60 } else { 4 };
    let (mut kills, mut between) = (0, 0);
    for number in 0..phones {
        let phone = Phone::new();
        phone.enrol(&agency.code(), &agency.url());
        let record = phone.record();
        for round in 0..4 {
            let mut upload = phone.begin_upload(&agency.url());
            // The last round of every second phone: at the word that a receipt came, before its space is freed.
            if round == 3 && number % 2 == 0 {
                while upload.next().is_some_and(|said| said["told"] != "receipt") {}
            } else {
                for _ in 0..dice.below(14) {
                    let Some(said) = upload.next() else { break };
                    if said["told"] == "receipt" {
                        break;
                    }
                }
            }
            upload.kill();
            kills += 1;
            let (receipts, purged) = nothing_was_freed_without_a_receipt(&phone, &agency, &record);
            between += u32::from(receipts > 0 && purged == 0);
        }
        let (is_all_there, said) = phone.upload(&agency.url(), &["--until-receipt"]);
        assert!(is_all_there, "phone {number}: {said}");
        let (receipts, purged) = nothing_was_freed_without_a_receipt(&phone, &agency, &record);
        assert!(receipts == 1 && purged > 0);
        is_valid_for_anyone(&agency, &record);
    }
    println!("{kills} kills, {between} of them with a receipt kept and nothing freed yet");
    assert_eq!(agency.states(), [""; 0]);
}

#[test]
fn a_phone_that_is_started_anew_in_mid_recording_and_in_mid_queue_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let mut phone = Phone::new();
    phone.enrol(&agency.code(), &agency.url());
    let mut recording = phone.begin_recording("", &["--trace", "--live"]);
    let began = recording.next().unwrap();
    let record = began["record"].as_str().unwrap_or_else(|| panic!("{began}")).to_owned();
    // Some ten seconds of film: a segment is whole and on its way.
    let mut pictures = 0;
    while pictures < 260 {
        pictures += u32::from(recording.next().expect("it records")["accepted"] == "video");
    }
    recording.kill();
    phone.reboot("01234567-89ab-cdef-0123-456789abcdef");
    run(&mut phone.command("end", &[&record, "--how", "cut_for_good"]), 0);
    assert_eq!(phone.standing(&record)["phase"], "sealed");
    let mut upload = phone.begin_upload(&agency.url());
    while upload.next().is_some_and(|said| said["told"] != "stored") {}
    upload.kill();
    phone.reboot("fedcba98-7654-3210-fedc-ba9876543210");
    let (is_all_there, said) = phone.upload(&agency.url(), &["--until-receipt"]);
    assert!(is_all_there, "{said}");
    is_valid_for_anyone(&agency, &record);
    assert_eq!(agency.states(), [""; 0]);
}

#[test]
fn a_damaged_file_waits_for_a_person_and_keeps_nothing_else_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let phone = Phone::new();
    phone.enrol(&agency.code(), &agency.url());
    // Each from another second of the clip on: an original that the agency holds of one would stand in for that of another.
    let records = ["0", "3", "5"].map(|from| {
        let told = json_of(&run(&mut phone.recording("fast", "", &["--from", from]), 0));
        told["recorded"]["record"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned()
    });
    // The largest file of the vault is film; a byte in its midst is changed.
    let files = std::fs::read_dir(phone.path("phone/vault")).unwrap().map(|entry| entry.unwrap().path());
    let film = files.filter(|path| path.file_name().is_some_and(|name| name.len() == 32));
    let film = film.max_by_key(|path| path.metadata().unwrap().len()).unwrap();
    let file = std::fs::File::options().read(true).write(true).open(&film).unwrap();
    let middle = file.metadata().unwrap().len() / 2;
    let mut byte = [0];
    file.read_exact_at(&mut byte, middle).unwrap();
    file.write_all_at(&[byte[0] ^ 1], middle).unwrap();
    let (is_all_there, said) = phone.upload(&agency.url(), &["--until-receipt", "--patience-s", "10"]);
    assert!(!is_all_there, "{said}");
    let whys: Vec<_> = said["waiting"].as_array().unwrap().iter().map(|row| row["why"].as_str().unwrap()).collect();
    assert_eq!(whys, ["file_damaged", "record_incomplete"], "{said}");
    assert_eq!(said["receipts"].as_array().unwrap().len(), 2, "{said}");
    let damaged = said["waiting"][0]["record"].as_str().unwrap();
    for record in &records {
        let standing = phone.standing(record);
        let is_damaged = record == damaged;
        assert_eq!(standing["purged_files"].as_u64().unwrap() == 0, is_damaged, "{standing}");
        if !is_damaged {
            is_valid_for_anyone(&agency, record);
        }
    }
    assert_eq!(agency.states(), ["media_missing"], "and the agency says what it lacks");
}
