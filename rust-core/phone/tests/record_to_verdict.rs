//! From a clip to a verdict: what an officer did stands in the bundle, and what is owed is listed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use quanji_evidence::body::{Body, Cause};
use support::*;

const OFFICERS: &str = r#"
[[officer]]
id = "a"
name = "赵晓东"
certificate = "1401987654"
"#;

const DESCRIBED: &str = r#"
[[at]]
s = 0.2
do = "preflight"
battery_percent = 60
camera = "delivering"
microphone = "delivering"
[[at]]
s = 0.5
do = "opening"
to = 1.5
elements = ["time", "place", "officers", "matter", "party", "stages", "notice"]
text = "现在开始"
[[at]]
s = 1
do = "describe"
place = "长治市潞州区解放西街88号"
recorded_by = "a"
party = "named"
name = "兴隆五金店"
matter = "fire/passage"
actor = "a"
"#;

/// What must not be readable on the phone's disk.
const NAMES: [&str; 4] = ["赵晓东", "1401987654", "解放西街", "兴隆五金"];

fn described(more: &str) -> String {
    format!("{OFFICERS}{DESCRIBED}{more}")
}

#[test]
fn a_described_inspection_verifies_with_nothing_owed() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "320x180", 3);
    let recorded = phone.record(&clip, &described(""), &[]);
    assert_eq!(recorded["recorded"]["phase"], "sealed");
    assert_eq!(recorded["recorded"]["owed"].as_array().unwrap().len(), 0);
    assert_eq!(recorded["accepted"]["video"], 75);
    let bundle = phone.export();
    let report = bundle.report();
    is_unanchored(&report);
    assert_eq!(codes(&report), [""; 0]);
    assert_eq!(report.records[0].owed.as_ref().unwrap().len(), 0);
    assert_eq!(pictures(&bundle.journal()), 75);
}

#[test]
fn an_emergency_record_with_nothing_described_verifies_and_lists_what_is_owed() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "320x180", 2);
    phone.record(&clip, "", &["--started", "emergency"]);
    let report = phone.export().report();
    is_unanchored(&report);
    assert_eq!(codes(&report), ["description_owed", "opening_owed", "preflight_missing"]);
    let owed: Vec<_> = report.records[0].owed.as_ref().unwrap().iter().map(|owed| owed.code).collect();
    assert_eq!(owed, ["preflight_missing", "description_owed", "description_owed", "description_owed", "opening_owed"]);
    let status = phone.status();
    assert_eq!(status["records"][0]["owed"].as_array().unwrap().len(), 5);
    assert_eq!(status["records"][0]["owed"][4]["article"], 14);
}

#[test]
fn what_was_not_known_at_an_emergency_start_may_be_described_after_the_seal() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "320x180", 2);
    let recorded = phone.record(&clip, "", &["--started", "emergency"]);
    let record = recorded["recorded"]["record"].as_str().unwrap().to_owned();
    let describe = format!(
        "{OFFICERS}[[at]]\ndo = \"describe\"\nplace = \"长治市\"\nrecorded_by = \"a\"\nparty = \"nobody_present\"\nactor = \"a\"\n"
    );
    let later = phone.write("later.toml", &describe);
    phone.run(0, "add", [record.as_ref(), later.as_os_str()]);
    let report = phone.export().report();
    is_unanchored(&report);
    assert_eq!(codes(&report), ["opening_owed", "preflight_missing"]);
}

#[test]
fn an_interruption_and_a_kill_are_recovered_explained_ended_and_verify() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "320x180", 12);
    let first = described(
        r#"
        [[at]]
        s = 2
        do = "interrupt"
        cause = "phone_call"
        [[at]]
        s = 6
        do = "resume"
        [[at]]
        s = 6.2
        do = "reason"
        cause = "phone_call"
        actor = "a"
        [[at]]
        s = 7.5
        do = "kill"
        "#,
    );
    phone.record_until_killed(&clip, &first, &[]);
    let second = format!("{OFFICERS}[[at]]\ns = 10\ndo = \"reason\"\ncause = \"process_killed\"\nactor = \"a\"\n");
    let recorded = phone.record(&clip, &second, &["--take-up", "--from", "9", "--later", "5"]);
    assert_eq!(recorded["opening"]["recovered"].as_array().unwrap().len(), 1);
    assert_eq!(recorded["recorded"]["owed"].as_array().unwrap().len(), 0);
    let bundle = phone.export();
    let report = bundle.report();
    is_unanchored(&report);
    assert!(codes(&report).iter().all(|code| ["gap", "recovered_media"].contains(code)), "{:?}", codes(&report));
    let [call, kill] = report.records[0].gaps.as_slice() else { panic!("two gaps") };
    assert_eq!((call.cause, kill.cause), (Cause::PhoneCall, Cause::ProcessKilled));
    assert!(call.is_reason_given && kill.is_reason_given);
    assert_eq!(call.gap_us, Some(4_000_000), "from the last media of 2 s to the key frame at 6 s");
    assert!(kill.gap_us.unwrap() >= 5_000_000);
    assert_eq!(report.records[0].takes.len(), 3);
}

#[test]
fn what_was_cut_off_and_is_not_taken_up_again_is_ended_and_explained_in_writing() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "320x180", 4);
    phone.record_until_killed(&clip, &described("[[at]]\ns = 3\ndo = \"kill\"\n"), &[]);
    let status = phone.status();
    assert_eq!(status["opening"]["recovered"].as_array().unwrap().len(), 1);
    assert_eq!(status["records"][0]["phase"], "interrupted");
    assert_eq!(status["records"][0]["deadline"], serde_json::Value::Null, "no term runs before the end");
    assert_eq!(phone.status()["opening"]["recovered"].as_array().unwrap().len(), 0, "recovered once");
    let record = status["records"][0]["record"].as_str().unwrap().to_owned();
    let ended = last_json(&phone.run(0, "end", [record.as_str(), "--how", "cut_for_good", "--json"]));
    assert_eq!(ended["record"]["owed"][0]["code"], "written_statement_owed");
    assert!(ended["record"]["deadline"]["deadline_exclusive"].is_string());
    let statement =
        phone.write("later.toml", "[[at]]\ndo = \"written_statement\"\nstatement = \"手机掉落损坏\"\nof = 1\n");
    let added = last_json(&phone.run(0, "add", [record.as_ref(), statement.as_os_str(), "--json".as_ref()]));
    assert_eq!(added["record"]["owed"].as_array().unwrap().len(), 0);
    let away = phone.write("away.toml", "[[at]]\ndo = \"away\"\nground = \"remote\"\n");
    let added = last_json(&phone.run(0, "add", [record.as_ref(), away.as_os_str(), "--json".as_ref()]));
    assert_eq!(added["record"]["deadline"]["state"], "waiting_for_return");
    is_unanchored(&phone.export().report());
}

#[test]
fn no_name_stands_readable_on_the_phones_disk_and_all_stand_in_the_bundle() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "320x180", 3);
    let document = phone.write("document.txt", &format!("现场检查笔录 {}", NAMES.join(" ")));
    let more = format!(
        "[[at]]\ns = 2\ndo = \"document\"\nfile = \"{}\"\ndocument = \"inspection_record\"\ntitle = \"兴隆五金店检查笔录\"\nactor = \"a\"\n",
        document.display()
    );
    phone.record(&clip, &described(&more), &[]);
    let bundle = phone.export();
    let mut readable = Vec::new();
    for entry in std::fs::read_dir(phone.vault().join("vault")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        readable.extend(NAMES.into_iter().filter(|name| holds(&bytes, name)));
    }
    assert_eq!(readable, [""; 0]);
    // The search finds what is there.
    let members = bundle.members();
    for name in NAMES {
        assert!(members.values().any(|bytes| holds(bytes, name)), "{name} is in the bundle");
    }
}

/// As UTF-8, or as UTF-16 of either order.
fn holds(bytes: &[u8], name: &str) -> bool {
    let wide = |order: fn(u16) -> [u8; 2]| name.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    [name.as_bytes().to_vec(), wide(u16::to_le_bytes), wide(u16::to_be_bytes)]
        .iter()
        .any(|needle| bytes.windows(needle.len()).any(|window| window == needle))
}

#[test]
fn a_timeline_with_a_typo_or_a_clip_that_is_none_leaves_no_record_behind() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "320x180", 2);
    let timeline = phone.write("timeline.toml", "[[at]]\ns = 1\ndo = \"mrak\"\n");
    let output = phone.run(
        2,
        "record",
        ["--json".as_ref(), "--input".as_ref(), clip.as_os_str(), "--timeline".as_ref(), timeline.as_os_str()],
    );
    let fault = last_json(&output);
    assert_eq!(fault["error"]["code"], "timeline");
    let reason = fault["error"]["reason"].as_str().unwrap();
    assert!(reason.contains("line 1") && reason.contains("mrak") && reason.contains("`mark`"), "{reason}");
    for (name, bytes, code) in [("none.mp4", &b"not a film"[..], "clip"), ("odd.pcm", b"odd", "pcm_odd")] {
        std::fs::write(phone.path(name), bytes).unwrap();
        let path = phone.path(name);
        let args: Vec<&std::ffi::OsStr> = match code {
            "clip" => vec!["--json".as_ref(), "--input".as_ref(), path.as_ref()],
            _ => vec!["--json".as_ref(), "--input".as_ref(), clip.as_ref(), "--pcm".as_ref(), path.as_ref()],
        };
        assert_eq!(last_json(&phone.run(2, "record", args))["error"]["code"], code);
    }
    assert!(!phone.vault().exists(), "nothing was begun");
    assert_eq!(last_json(&phone.run(2, "status", ["--json"]))["error"]["code"], "no_vault");
}

#[test]
fn a_wall_clock_that_is_set_is_told_and_breaks_nothing() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "320x180", 4);
    phone.record(&clip, &described("[[at]]\ns = 2\ndo = \"clock_set\"\nahead = 86400\n"), &[]);
    let report = phone.export().report();
    is_unanchored(&report);
    assert!(codes(&report).contains(&"clock_was_set"), "{:?}", codes(&report));
}

#[test]
fn a_full_disk_is_an_interruption_and_what_is_said_meanwhile_is_kept() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "640x360", 20);
    let full = described(
        r#"
        [[at]]
        s = 3
        do = "room"
        bytes = 20000
        [[at]]
        s = 6
        do = "mark"
        mark = "said/while/full"
        [[at]]
        s = 7
        do = "room"
        "#,
    );
    let recorded = phone.record(&clip, &full, &[]);
    assert_eq!(recorded["acts_not_done"], 0);
    let bundle = phone.export();
    let report = bundle.report();
    is_unanchored(&report);
    let gap = &report.records[0].gaps[0];
    assert_eq!(gap.cause, Cause::DiskFull);
    assert!(gap.gap_us.is_some(), "recording went on when there was room");
    let journal = bundle.journal();
    assert!(
        journal
            .entries
            .iter()
            .any(|entry| matches!(&entry.body, Body::Mark(mark) if mark.mark.as_str() == "said/while/full"))
    );
}

#[test]
fn at_real_time_every_frame_of_a_short_clip_is_recorded() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "320x180", 2);
    let output = phone.run(0, "record", ["--json".as_ref(), "--input".as_ref(), clip.as_os_str()]);
    let recorded = last_json(&output);
    let (accepted, dropped) = (&recorded["accepted"]["video"], &recorded["accepted"]["dropped"]);
    assert_eq!((accepted.as_u64(), dropped.as_u64()), (Some(50), Some(0)));
    let bundle = phone.export();
    is_unanchored(&bundle.report());
    assert_eq!(pictures(&bundle.journal()), 50);
}

#[test]
fn two_records_of_one_phone_stand_in_one_bundle_and_one_ledger() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "320x180", 2);
    phone.record(&clip, "", &[]);
    phone.record(&clip, "", &[]);
    let bundle = phone.export();
    is_unanchored(&bundle.report());
    let numbers: Vec<u64> = {
        let mut numbers: Vec<u64> =
            bundle.journals().values().map(|journal| journal.opened().unwrap().ledger.number).collect();
        numbers.sort_unstable();
        numbers
    };
    assert_eq!(numbers, [1, 2]);
}

#[test]
fn everything_an_officer_can_do_is_taken_and_verifies() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "160x90", 8);
    let other = phone.record(&clip, "[[at]]\ns = 0.5\ndo = \"activity\"\nchange = \"began\"\n", &[]);
    let (record, opened) = (&other["recorded"]["record"], &other["recorded"]["opened"]);
    phone.write("photo.jpg", "a photo");
    let acts = [
        "do = \"activity\"\nchange = \"joined\"\nactivity = \"000102030405060708090a0b0c0d0e0f\"\n",
        "do = \"place\"\nplace = \"长治市\"\nhow = \"satellite\"\n",
        "do = \"officers\"\nrecorded_by = \"a\"\nby = \"pin\"\nactor = \"a\"\n",
        "do = \"subject\"\nparty = \"to_be_established\"\nmatter = \"fire/passage\"\n",
        "do = \"act_first\"\n",
        "do = \"opening_covered\"\n",
        "do = \"opening_explained\"\nword = \"现场混乱\"\n",
        "do = \"notice\"\nnotice = \"latecomers\"\nhow = \"shown\"\n",
        "do = \"companion\"\nline = \"certificates\"\n",
        "do = \"stage\"\nstage = \"service_enforcement\"\n",
        "do = \"checklist\"\nitem = \"persons\"\nstate = \"not_applicable\"\n",
        "do = \"mark\"\nmark = \"here\"\n",
        "do = \"photo\"\nfile = \"photo.jpg\"\nwidth = 640\nheight = 480\n",
        "do = \"document\"\nfile = \"photo.jpg\"\ndocument = \"decision\"\ntitle = \"决定书\"\n",
        "do = \"service\"\nmethod = \"left\"\nstep = \"left_at_home\"\nfile = \"photo.jpg\"\n",
        "do = \"filming\"\nstate = \"someone_films\"\n",
        "do = \"filming\"\nstate = \"explained\"\nword = \"对方已离开\"\n",
        "do = \"confidential\"\nsecrecy = \"minor\"\nfrom = 1\nto = 2\n",
        "do = \"obstruction\"\nkind = \"threat\"\n",
        "do = \"away\"\nground = \"poor_transport\"\n",
        "do = \"returned\"\nat = \"2027-01-04T08:00:00+08:00\"\n",
        "do = \"correction\"\nof = 1\ntext = \"更正\"\n",
        "do = \"written_statement\"\nstatement = \"说明\"\n",
    ];
    let mut timeline = OFFICERS.to_owned();
    for (number, act) in acts.iter().enumerate() {
        timeline.push_str(&format!("[[at]]\ns = {}\n{act}", 0.5 + number as f64 / 4.0));
        if number == 0 {
            timeline.push_str(&format!("other = {record}\nopened = {opened}\n"));
        }
    }
    let recorded = phone.record(&clip, &timeline, &[]);
    assert_eq!(recorded["acts_not_done"], 0);
    let sealed = recorded["recorded"]["record"].as_str().unwrap();
    let mistake = phone.write("mistake.toml", "[[at]]\ndo = \"mistake\"\nreason = \"误触\"\n");
    phone.run(0, "add", [sealed.as_ref(), mistake.as_os_str()]);
    let bundle = phone.export();
    is_unanchored(&bundle.report());
    let kinds: std::collections::BTreeSet<&str> = bundle
        .journals()
        .values()
        .flat_map(|journal| journal.entries.iter().map(|entry| entry.body.kind().name()).collect::<Vec<_>>())
        .collect();
    for kind in [
        "activity",
        "place",
        "officers",
        "subject",
        "opening_excused",
        "notice",
        "companion",
        "stage",
        "checklist",
        "mark",
        "photo",
        "document",
        "service",
        "filming_notice",
        "confidential_span",
        "obstruction",
        "away_declared",
        "returned",
        "correction",
        "written_statement",
        "declared_mistake",
    ] {
        assert!(kinds.contains(kind), "{kind} is in the record");
    }
}
