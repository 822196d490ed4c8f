//! A scene for each kind of matter of 第十条 and 第十一条, as an officer would record it, from the clip to a verdict; a brawl; and two phones of which one dies.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod support;

use quanji_evidence::body::{Body, Cause, ChecklistState, KeyContent};
use quanji_evidence::entry::Flag;
use quanji_evidence::event::event_of;
use quanji_evidence::journal::Journal;
use quanji_rules::{MandatoryMatter, Member, Policy, RecommendedMatter, activity_owed};
use support::*;

const OFFICERS: &str = r#"
[[officer]]
id = "a"
name = "赵晓东"
certificate = "1401987654"
[[officer]]
id = "b"
name = "钱小红"
certificate = "1401987655"
"#;

/// Measured, described and told; `matter` is what is enforced.
fn beginning(matter: &str, party: &str) -> String {
    let last = if party == "nobody_present" { "nobody_present" } else { "notice" };
    format!(
        r#"{OFFICERS}
[[at]]
s = 0.1
do = "preflight"
battery_percent = 80
camera = "delivering"
microphone = "delivering"
clock_offset_us = 120000
location = "fix"
[[at]]
s = 0.2
do = "describe"
place = "长治市潞州区解放西街88号"
recorded_by = "a"
party = "{party}"
matter = "{matter}"
actor = "a"
[[at]]
s = 0.3
do = "opening"
to = 1.2
elements = ["time", "place", "officers", "matter", "party", "stages", "{last}"]
text = "现在开始"
actor = "a"
"#
    )
}

/// One kind of matter: whom it meets, what is done, and which kinds of line must then stand in the record, in this order.
struct Scene {
    matter: &'static str,
    party: &'static str,
    acts: &'static str,
    stands: &'static [&'static str],
}

const SCENES: [Scene; 11] = [
    // 第十条 (一) 查封场所、设施或者财物.
    Scene {
        matter: "sealing",
        party: "named",
        acts: r#"
            { s = 1.4, do = "companion", line = "certificates" }
            { s = 1.5, do = "stage", stage = "service_enforcement" }
            { s = 1.8, do = "document", file = "FILE", document = "sealing_decision" }
            { s = 2.0, do = "service", method = "direct", step = "handed" }
            { s = 2.2, do = "service", method = "direct", step = "signed" }
            { s = 2.6, do = "photo", file = "PHOTO" }
            { s = 2.8, do = "checklist", item = "objects", state = "recorded" }
            { s = 3.0, do = "checklist", item = "measures", state = "recorded" }
        "#,
        stands: &["companion", "stage", "document", "service", "service", "photo", "checklist", "checklist"],
    },
    // (二) 扣押财物.
    Scene {
        matter: "seizure",
        party: "named",
        acts: r#"
            { s = 1.4, do = "companion", line = "certificates" }
            { s = 1.6, do = "mark", mark = "goods/counted" }
            { s = 2.0, do = "photo", file = "PHOTO" }
            { s = 2.4, do = "document", file = "FILE", document = "seizure_inventory" }
            { s = 2.8, do = "checklist", item = "objects", state = "recorded" }
        "#,
        stands: &["companion", "mark", "photo", "document", "checklist"],
    },
    // (三) 强制拆除.
    Scene {
        matter: "forced_demolition",
        party: "named",
        acts: r#"
            { s = 1.3, do = "companion", line = "statement_and_defence" }
            { s = 1.6, do = "notice", notice = "latecomers" }
            { s = 2.0, do = "filming", state = "someone_films" }
            { s = 2.2, do = "filming", state = "told" }
            { s = 2.6, do = "checklist", item = "surroundings", state = "recorded" }
            { s = 2.8, do = "checklist", item = "persons", state = "recorded" }
        "#,
        stands: &["companion", "notice", "filming_notice", "filming_notice", "checklist", "checklist"],
    },
    // (四) 代履行.
    Scene {
        matter: "performance_by_others",
        party: "nobody_present",
        acts: r#"
            { s = 1.5, do = "mark", mark = "performer/began" }
            { s = 2.0, do = "photo", file = "PHOTO" }
            { s = 2.8, do = "mark", mark = "performer/done" }
        "#,
        stands: &["mark", "photo", "mark"],
    },
    // (五) 限制公民人身自由.
    Scene {
        matter: "restricting_liberty",
        party: "to_be_established",
        acts: r#"
            { s = 1.4, do = "companion", line = "certificates" }
            { s = 1.6, do = "companion", line = "statement_and_defence" }
            { s = 2.0, do = "confidential", secrecy = "minor" }
            { s = 2.6, do = "checklist", item = "measures", state = "recorded" }
        "#,
        stands: &["companion", "companion", "confidential_span", "checklist"],
    },
    // (六) 其他直接涉及人身自由、生命健康、重大财产权益的现场执法活动和执法办案场所.
    Scene {
        matter: "life_liberty_property",
        party: "named",
        acts: r#"
            { s = 1.4, do = "stage", stage = "investigation" }
            { s = 1.6, do = "confidential", secrecy = "privacy", to = 2.4 }
            { s = 2.8, do = "document", file = "FILE", document = "interview_record" }
        "#,
        stands: &["stage", "confidential_span", "document"],
    },
    // 第十一条 (一) 现场执法容易引发争议.
    Scene {
        matter: "prone_to_dispute",
        party: "named",
        acts: r#"
            { s = 1.5, do = "filming", state = "someone_films" }
            { s = 1.8, do = "filming", state = "told" }
            { s = 2.0, do = "filming", state = "told_secrets" }
            { s = 2.4, do = "obstruction", kind = "other" }
        "#,
        stands: &["filming_notice", "filming_notice", "filming_notice", "obstruction"],
    },
    // (二) 检查、调查、询问、先行登记保存等调查取证.
    Scene {
        matter: "gathering_evidence",
        party: "nobody_present",
        acts: r#"
            { s = 1.4, do = "stage", stage = "investigation" }
            { s = 1.8, do = "photo", file = "PHOTO" }
            { s = 2.2, do = "document", file = "FILE", document = "registration_inventory" }
            { s = 2.6, do = "checklist", item = "persons", state = "not_applicable" }
        "#,
        stands: &["stage", "photo", "document", "checklist"],
    },
    // (三) 举行听证.
    Scene {
        matter: "hearing",
        party: "named",
        acts: r#"
            { s = 1.4, do = "stage", stage = "decision" }
            { s = 1.6, do = "companion", line = "recusal" }
            { s = 2.0, do = "notice", notice = "latecomers" }
            { s = 2.8, do = "document", file = "FILE", document = "hearing_record" }
        "#,
        stands: &["stage", "companion", "notice", "document"],
    },
    // (四) 留置送达和公告送达执法文书.
    Scene {
        matter: "service_left_or_announced",
        party: "named",
        acts: r#"
            { s = 1.3, do = "service", method = "left", step = "begun" }
            { s = 1.6, do = "service", method = "left", step = "refused" }
            { s = 1.9, do = "service", method = "left", step = "witnessed" }
            { s = 2.2, do = "service", method = "left", step = "left" }
            { s = 2.5, do = "service", method = "left", step = "pictured", file = "PHOTO" }
            { s = 2.8, do = "service", method = "announced", step = "put_up" }
            { s = 3.1, do = "service", method = "announced", step = "pictured", file = "PHOTO" }
        "#,
        stands: &["service", "service", "service", "service", "service", "service", "service"],
    },
    // (五) 其他容易引发争议的行政执法过程: the microphone is taken by a call in its middle.
    Scene {
        matter: "other_prone_to_dispute",
        party: "named",
        acts: r#"
            { s = 1.5, do = "interrupt", cause = "phone_call" }
            { s = 6.0, do = "resume" }
            { s = 6.2, do = "reason", cause = "phone_call", to = 7.0, text = "刚才来电占用了麦克风" }
        "#,
        stands: &["interrupted", "resumed", "interruption_reason"],
    },
];

/// The acts as the timeline's own tables, all by officer `a`.
fn acts(lines: &str, phone: &Phone) -> String {
    let photo = phone.write("photo.jpg", "a picture of the scene");
    let file = phone.write("paper.txt", "a paper that was served");
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let table = |line: &str| {
        let inner = line.trim_start_matches('{').trim_end_matches('}');
        let fields: String = inner.split(", ").map(|field| format!("{}\n", field.trim())).collect();
        let fields = fields.replace("PHOTO", photo.to_str().unwrap()).replace("FILE", file.to_str().unwrap());
        format!("[[at]]\n{fields}actor = \"a\"\n")
    };
    lines.map(table).collect()
}

#[test]
fn each_kind_of_matter_of_articles_10_and_11_is_recorded_owing_nothing_and_verifies() {
    let named: Vec<&str> = MandatoryMatter::ALL.iter().map(|matter| matter.name()).collect();
    let more: Vec<&str> = RecommendedMatter::ALL.iter().map(|matter| matter.name()).collect();
    let told: Vec<&str> = SCENES.iter().map(|scene| scene.matter).collect();
    assert_eq!(told, [named, more].concat(), "a scene for each");
    let films = tempfile::tempdir().unwrap();
    let clip = clip(films.path(), "clip.mp4", "320x180", 8);
    for Scene { matter, party, acts: done, stands } in SCENES {
        let phone = Phone::new();
        let timeline = format!("{}{}", beginning(matter, party), acts(done, &phone));
        let recorded = phone.record(&clip, &timeline, &[]);
        assert_eq!(recorded["acts_not_done"], 0, "{matter}");
        assert_eq!(recorded["recorded"]["phase"], "sealed", "{matter}");
        assert_eq!(recorded["recorded"]["owed"].as_array().unwrap().len(), 0, "{matter}: {recorded}");
        let bundle = phone.export();
        let report = bundle.report();
        is_unanchored(&report);
        let journal = bundle.journal();
        let subject = journal.entries.iter().find_map(|entry| match &entry.body {
            Body::Subject(subject) => subject.matter.as_ref(),
            _ => None,
        });
        assert_eq!(subject.unwrap().as_str(), matter);
        let opening = journal.entries.iter().position(|entry| matches!(entry.body, Body::OpeningPassage(_))).unwrap();
        let ended = journal.entries.iter().position(|entry| matches!(entry.body, Body::Ended(_))).unwrap();
        let media = ["take", "fragment", "segment", "recovered", "capture_clock"];
        let kinds: Vec<&str> = journal.entries[opening + 1..ended]
            .iter()
            .map(|entry| entry.body.kind().name())
            .filter(|kind| !media.contains(kind))
            .collect();
        assert_eq!(kinds, stands, "{matter}");
        let by_nobody = journal.entries[opening..ended]
            .iter()
            .filter(|entry| stands.contains(&entry.body.kind().name()) && entry.actor.is_none())
            .map(|entry| entry.body.kind().name())
            .filter(|kind| !["interrupted", "resumed"].contains(kind));
        assert_eq!(by_nobody.count(), 0, "{matter}: every act names who did it");
    }
}

/// Everything is captured before a word is spoken; the camera falls, the app is killed; the opening comes at the very end.
#[test]
fn in_a_brawl_everything_is_captured_before_a_word_is_spoken_and_the_record_says_so() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "320x180", 16);
    let photo = phone.write("photo.jpg", "a picture of the brawl");
    let brawl = format!(
        r#"
[[at]]
s = 0.2
do = "obstruction"
kind = "violence"
[[at]]
s = 0.6
do = "photo"
file = "{}"
[[at]]
s = 0.8
do = "act_first"
[[at]]
s = 1.5
do = "mark"
mark = "knife"
[[at]]
s = 4
do = "kill"
"#,
        photo.display()
    );
    phone.record_until_killed(&clip, &brawl, &["--started", "emergency"]);
    let after = format!(
        r#"{OFFICERS}
[[at]]
s = 7
do = "obstruction"
kind = "threat"
[[at]]
s = 9
do = "reason"
to = 9.5
cause = "process_killed"
text = "手机被打落"
actor = "a"
[[at]]
s = 10
do = "describe"
place = "长治市潞州区解放西街88号"
recorded_by = "a"
party = "to_be_established"
matter = "life_liberty_property"
actor = "a"
[[at]]
s = 11
do = "opening"
to = 13
elements = ["time", "place", "officers", "matter", "party", "stages", "notice"]
text = "现在开始"
actor = "a"
[[at]]
s = 14
do = "preflight"
battery_percent = 40
"#
    );
    let recorded = phone.record(&clip, &after, &["--take-up", "--from", "6", "--later", "2"]);
    assert_eq!(recorded["recorded"]["owed"].as_array().unwrap().len(), 0, "{recorded}");

    let bundle = phone.export();
    let report = bundle.report();
    is_unanchored(&report);
    assert!(
        codes(&report).iter().all(|code| ["gap", "recovered_media", "opening_postponed"].contains(code)),
        "{:?}",
        codes(&report)
    );
    let journal = bundle.journal();
    let flagged = |kind: &str| {
        let of_kind = journal.entries.iter().filter(|entry| entry.body.kind().name() == kind);
        of_kind.map(|entry| entry.flags.contains(&Flag::BeforeOpening)).collect::<Vec<_>>()
    };
    for (kind, expected) in [("obstruction", vec![true, true]), ("photo", vec![true]), ("mark", vec![true])] {
        assert_eq!(flagged(kind), expected, "{kind}: taken, and said to be before the opening");
    }
    // From the first picture on: what came in the four seconds before the kill is there but for less than one.
    let [gap] = report.records[0].gaps.as_slice() else { panic!("one gap: {:?}", report.records[0].gaps) };
    assert_eq!((gap.cause, gap.is_reason_given), (Cause::ProcessKilled, true));
    assert!(pictures(&journal) >= 25 * (3 + 10) - 1, "{} pictures", pictures(&journal));
}

#[test]
fn of_two_phones_at_a_scene_one_dies_and_the_activity_owes_nothing() {
    let films = tempfile::tempdir().unwrap();
    let clip = clip(films.path(), "clip.mp4", "320x180", 20);
    let first = Phone::new();
    let began = "[[at]]\ns = 1.4\ndo = \"activity\"\nchange = \"began\"\nactor = \"a\"\n[[at]]\ns = 5\ndo = \"kill\"\n";
    first.record_until_killed(&clip, &format!("{}{began}", beginning("sealing", "named")), &[]);
    let status = first.status();
    let (record, opened) =
        (status["records"][0]["record"].as_str().unwrap(), status["records"][0]["opened"].as_str().unwrap());
    let journal = first.export().journal();
    let activity = journal.entries.iter().find_map(|entry| match &entry.body {
        Body::Activity(body) => Some(body.activity.to_string()),
        _ => None,
    });

    // The second joins, says nothing of its own, and goes on to the end.
    let second = Phone::new();
    let joined = format!(
        r#"{OFFICERS}
[[at]]
s = 0.1
do = "preflight"
battery_percent = 70
[[at]]
s = 0.2
do = "activity"
change = "joined"
activity = "{}"
other = "{record}"
opened = "{opened}"
actor = "b"
[[at]]
s = 0.3
do = "describe"
place = "长治市潞州区解放西街88号"
recorded_by = "b"
party = "named"
matter = "sealing"
actor = "b"
[[at]]
s = 0.4
do = "opening_covered"
actor = "b"
"#,
        activity.unwrap()
    );
    let recorded = second.record(&clip, &joined, &[]);
    assert_eq!(recorded["recorded"]["owed"].as_array().unwrap().len(), 0, "{recorded}");

    // The first is never taken up again: by itself it owes a statement, of the whole nothing is owed.
    let ended = last_json(&first.run(0, "end", [record, "--how", "cut_for_good", "--json"]));
    assert_eq!(ended["record"]["owed"][0]["code"], "written_statement_owed");
    let (first, second) = (first.export().journal(), second.export().journal());
    let events = |journal: &Journal| journal.entries.iter().filter_map(event_of).collect::<Vec<_>>();
    let (of_first, of_second) = (events(&first), events(&second));
    let policy = Policy::default();
    let members = [Member { events: &of_first, policy }, Member { events: &of_second, policy }];
    assert_eq!(activity_owed(&members), []);
    // Without the second phone it would be.
    assert_eq!(activity_owed(&members[..1]).len(), 1);
}

/// 第十二条: of seven items the last word counts; what is open is a note, and never owed.
#[test]
fn the_checklist_of_article_12_is_filled_while_recording_and_looking_back() {
    let phone = Phone::new();
    let clip = clip(phone.folder.path(), "clip.mp4", "320x180", 4);
    let marks = "{ s = 2.0, do = \"checklist\", item = \"objects\", state = \"open\" }\n{ s = 2.2, do = \"checklist\", item = \"persons\", state = \"recorded\" }";
    let recorded = phone.record(&clip, &format!("{}{}", beginning("seizure", "named"), acts(marks, &phone)), &[]);
    let record = recorded["recorded"]["record"].as_str().unwrap().to_owned();
    let later =
        format!("{OFFICERS}[[at]]\ndo = \"checklist\"\nitem = \"objects\"\nstate = \"recorded\"\nactor = \"a\"\n");
    let later = phone.write("later.toml", &later);
    phone.run(0, "add", [record.as_ref(), later.as_os_str()]);
    let bundle = phone.export();
    assert_eq!(bundle.report().records[0].owed.as_ref().unwrap().len(), 0);
    let journal = bundle.journal();
    let marked: Vec<_> = journal
        .entries
        .iter()
        .filter_map(|entry| match &entry.body {
            Body::Checklist(body) => Some((body.item, body.state, entry.flags.contains(&Flag::LookingBack))),
            _ => None,
        })
        .collect();
    assert_eq!(
        marked,
        [
            (KeyContent::Objects, ChecklistState::Open, false),
            (KeyContent::Persons, ChecklistState::Recorded, false),
            (KeyContent::Objects, ChecklistState::Recorded, true),
        ]
    );
}
