//! Who is not who he says he is: another agency, a code used twice, and a phone's keys in other hands.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use support::*;

/// Asks to enrol, is refused with this code, and keeps nothing of it.
fn is_refused(phone: &Phone, code: &str, url: Option<&str>, expected: &str) {
    let mut command = phone.command("enrol", &["--json", code]);
    if let Some(url) = url {
        command.args(["--url", url]);
    }
    let said = json_of(&run(&mut command, 1));
    assert_eq!(said["error"]["code"], expected, "{said}");
}

fn is_not_enrolled(phone: &Phone) {
    let said = json_of(&run(&mut phone.command("upload", &["--json"]), 2));
    assert_eq!(said["error"]["code"], "not_enrolled", "{said}");
}

fn with(code: &str, key: &str, value: &str) -> String {
    let (path, query) = code.split_once('?').unwrap();
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((found, _)) if found == key => format!("{key}={value}"),
        _ => pair.to_owned(),
    });
    format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"))
}

fn value_of(code: &str, key: &str) -> String {
    let pair = code.split(['?', '&']).find_map(|pair| pair.strip_prefix(&format!("{key}=")).map(str::to_owned));
    pair.unwrap_or_else(|| panic!("no {key} in a code"))
}

#[test]
fn a_wrong_root_a_man_in_the_middle_and_a_second_use_are_refused_and_nothing_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let other = Agency::begin(&folder.path().join("other"));
    let phone = Phone::new();
    phone.record();

    // Scanned: the root of another agency is pinned.
    let (code, foreign) = (agency.code_to_scan(), other.code_to_scan());
    let pinned = with(&with(&code, "r", &value_of(&foreign, "r")), "k", &value_of(&foreign, "k"));
    is_refused(&phone, &pinned, None, "enrolment_not_authentic");
    is_not_enrolled(&phone);

    // The other agency answers at the address: it does not know the code.
    is_refused(&phone, &with(&code, "u", &value_of(&foreign, "u")), None, "code_unknown");
    is_refused(&phone, &agency.code(), Some(&other.url()), "code_unknown");
    is_not_enrolled(&phone);

    // A code serves once: for the phone that used it, and for any other.
    let typed = agency.code();
    phone.enrol(&typed, &agency.url());
    is_refused(&phone, &typed, Some(&agency.url()), "code_used");
    let second = Phone::new();
    second.record();
    is_refused(&second, &typed, Some(&agency.url()), "code_used");
    is_not_enrolled(&second);

    // Who was refused a second time is enrolled as before.
    assert!(phone.upload(&agency.url(), &["--until-receipt"]).0);
    // Another agency at the address gets nothing, and frees nothing.
    let record = phone.record();
    let (is_all_there, said) = phone.upload(&other.url(), &["--until-receipt", "--patience-s", "5"]);
    assert!(!is_all_there && said["sent_bytes"] == 0, "{said}");
    assert_eq!(said["hold"], "agency_refuses_device", "{said}");
    assert_eq!(phone.standing(&record)["purged_files"], 0);
}

#[test]
fn a_tail_cut_before_upload_and_signed_anew_with_stolen_keys_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let agency = Agency::begin(&folder.path().join("agency"));
    let phone = Phone::new();
    phone.enrol(&agency.code(), &agency.url());
    // Somebody copies the phone with all its keys, while the record stands interrupted after some seconds.
    let began = json_of(&run(&mut phone.recording("fast", "[[at]]\ns = 6\ndo = \"leave\"\n", &[]), 0));
    let record = began["recorded"]["record"].as_str().unwrap_or_else(|| panic!("{began}")).to_owned();
    phone.copy_to("stolen");
    // The scene goes on; the agency hears heads of it, and the record's end is never sent.
    let went_on = run(&mut phone.recording("fast", "", &["--take-up", &record, "--from", "6", "--live", "heads"]), 0);
    let went_on = json_of(&went_on);
    assert!(went_on["live"]["heads"].as_u64() > Some(0), "{went_on}");
    let honest = phone.standing(&record)["lines"].as_u64().unwrap();
    assert_eq!(agency.states(), [""; 0]);
    // What happened after the copy never happened: the record ends there, properly signed with the phone's own keys.
    phone.put_back("stolen");
    run(&mut phone.command("end", &[&record, "--how", "cut_for_good"]), 0);
    assert!(phone.standing(&record)["lines"].as_u64().unwrap() < honest);
    phone.upload(&agency.url(), &["--until-receipt", "--patience-s", "5"]);
    let states = agency.states();
    assert!(states.contains(&"head_contradicted".to_owned()), "{states:?}");
    let (_, page) = agency.get(&format!("/v1/admin/states?code=head_contradicted&record={record}"));
    assert!(page.contains(&record), "{page}");
}
