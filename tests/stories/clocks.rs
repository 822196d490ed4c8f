//! Clocks that are set on either side in mid-upload, and a phone that is away while the agency's keys are rotated.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use quanji_testkit::{Faults, FlakyNetwork};
use support::*;

const SEED: u64 = 0x2026_1128;
const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 24 * HOUR_S;
const YEAR_S: i64 = 365 * DAY_S;

#[test]
fn a_phone_whose_clock_is_set_in_mid_upload_waits_no_years_and_ends_with_its_receipt() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    for ahead_s in [-3 * YEAR_S, -2 * HOUR_S, 2 * HOUR_S, 3 * YEAR_S] {
        let phone = Phone::new_by(ShiftedClock::new());
        phone.enrol(&agency.code(), &agency.url());
        let record = phone.record();
        let network = FlakyNetwork::before(agency.address(), Faults::default(), SEED).unwrap();
        let mut upload = phone.begin_upload(&network.url());
        while upload.next().is_some_and(|said| said["told"] != "stored" || said["kind"] != "segment") {}
        // Everything that is tried now waits for an instant of the old clock.
        network.set_offline(true);
        while upload.next().is_some_and(|said| said["told"] != "all_waiting") {}
        phone.set_clock(ahead_s);
        network.set_offline(false);
        let (code, said) = upload.end();
        assert_eq!(code, Some(0), "{ahead_s} s: {said}");
        assert_eq!(said["all_there"], true, "{ahead_s} s: {said}");
        let standing = phone.standing(&record);
        assert!(standing["receipts"] == 1 && standing["purged_files"].as_u64() > Some(0), "{standing}");
        is_valid_for_anyone(&agency, &record);
        // And set right again, the next record goes the same way.
        phone.set_clock(0);
        let next = phone.record();
        assert!(phone.upload(&network.url(), &["--until-receipt"]).0);
        is_valid_for_anyone(&agency, &next);
    }
}

#[test]
fn an_agency_whose_clock_is_set_in_mid_upload_says_so_and_its_time_never_goes_back() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin_by(&folder.path().join("agency"), ShiftedClock::new());
    let phone = Phone::new();
    phone.enrol(&agency.code(), &agency.url());
    // Two hours on: tokens are over, challenges too. Two hours back: the agency's time stands and says what it is behind.
    for (ahead_s, is_listed) in [(2 * HOUR_S, false), (-HOUR_S, true)] {
        let record = phone.record();
        let mut upload = phone.begin_upload(&agency.url());
        while upload.next().is_some_and(|said| said["told"] != "stored") {}
        agency.set_clock(ahead_s);
        let (code, said) = upload.end();
        assert_eq!(code, Some(0), "{ahead_s} s: {said}");
        is_valid_for_anyone(&agency, &record);
        let patience = (0..600).find(|_| {
            wait_a_moment();
            agency.states().contains(&"clock_set_back".to_owned()) == is_listed
        });
        assert!(patience.is_some(), "{ahead_s} s: {:?}", agency.states());
        agency.fsck();
    }
}

#[test]
fn a_phone_that_was_away_for_200_days_walks_two_rotations_and_its_record_is_valid_for_anyone() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin_by(&folder.path().join("agency"), ShiftedClock::new());
    let phone = Phone::new_by(ShiftedClock::new());
    phone.enrol(&agency.code(), &agency.url());
    let record = phone.record();
    for (days, role) in [(90, "receipt"), (180, "receipt"), (190, "head")] {
        agency.set_clock(days * DAY_S);
        run(&mut agency.command("rotate", &["--role", role]), 0);
    }
    agency.set_clock(195 * DAY_S);
    run(&mut agency.command("rotate", &["--root"]), 0);
    agency.set_clock(200 * DAY_S);
    phone.set_clock(200 * DAY_S);
    let (is_all_there, said) = phone.upload(&agency.url(), &["--until-receipt"]);
    assert!(is_all_there, "{said}");
    assert_eq!(said["receipts"].as_array().unwrap().len(), 1, "{said}");
    assert!(phone.standing(&record)["purged_files"].as_u64() > Some(0));
    is_valid_for_anyone(&agency, &record);
    // A record of now stands on the new keys.
    let next = phone.record();
    assert!(phone.upload(&agency.url(), &["--until-receipt"]).0);
    is_valid_for_anyone(&agency, &next);
    assert_eq!(agency.states(), [""; 0]);
}
