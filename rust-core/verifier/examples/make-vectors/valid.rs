//! Honest bundles.

use quanji_media::Rotation;
use serde_json::json;

use crate::agency;
use crate::case::{Case, case};
use crate::draft::Draft;
use crate::film::{Coded, Film};
use crate::keys;
use crate::receipt::{DEADLINE_US, Receipt};
use crate::record::{After, DAY, HOUR, Record, SECOND, T0_US, UP_US};
use crate::zip::Entry;

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![
        case(
            "sealed-and-receipted",
            "An ordinary inspection: anchored by a head, sealed, covered by a receipt in time, exported by the agency.",
            "valid",
            &[],
            with(|draft| draft.extra.push(("play.m3u8".to_owned(), b"#EXTM3U\n".to_vec()))),
        ),
        case(
            "without-agency-key",
            "The same without a key of the agency: whole, but nothing ties it to the agency's time.",
            "valid_unanchored",
            &["agency_key_absent"],
            with(|draft| draft.agency = None),
        ),
        case(
            "without-keyset",
            "The agency's key is given, but the bundle holds no key set to walk from it.",
            "valid_unanchored",
            &["keyset_missing"],
            with(|draft| draft.keyset = None),
        ),
        case(
            "private-value-withheld",
            "A name is left out with an approval; its salted digest stays and everything else verifies.",
            "valid_withheld",
            &["withheld"],
            with(|draft| {
                let folder = draft.record().folder.clone();
                draft.withheld_private.push((folder, "p4".to_owned(), true));
            }),
        ),
        case(
            "segment-withheld",
            "A whole segment is left out with an approval; the journal still states its digest.",
            "valid_withheld",
            &["withheld"],
            with(|draft| draft.withheld_members.push(("takes/1/2.m4s".to_owned(), true))),
        ),
        case(
            "init-withheld",
            "A take's init is left out with an approval: its segments are checked by digest only.",
            "valid_withheld",
            &["withheld"],
            with(|draft| draft.withheld_members.push(("takes/1/init.mp4".to_owned(), true))),
        ),
        case(
            "signed-by-the-device",
            "The manifest is signed by the certified device itself, as a phone exports.",
            "valid",
            &[],
            with(|draft| draft.signers = vec!["device-a"]),
        ),
        case(
            "further-signatures",
            "Manifest and receipt carry a second signature by a key nobody knows: others than the asked-for are ignored there.",
            "valid",
            &[],
            with(|draft| {
                draft.signers.push("stranger");
                draft.record().receipts[0].signers.push("stranger");
            }),
        ),
        case(
            "members-packed-and-reordered",
            "Every member deflated, the order reversed, times and modes set: the container carries no meaning.",
            "valid",
            &[],
            with(|draft| {
                draft.bend_entries = Some(Box::new(|entries: &mut Vec<Entry>| {
                    entries.reverse();
                    entries.iter_mut().for_each(|entry| entry.method = if entry.method == 8 { 0 } else { 8 });
                }));
            }),
        ),
        case("p256-keys", "Device and record keys are P-256, as an Android key store makes them.", "valid", &[], {
            let mut record = Record::open_on("p256", "p256 device", "p256 record");
            record.inspect();
            Draft::of(vec![record])
        }),
        case("no-record", "A bundle of no record, made and signed by the agency.", "valid", &[], Draft::of(vec![])),
    ];
    cases.extend(keys_of_the_agency());
    cases.extend(media());
    cases.extend(breaks());
    cases.extend(several());
    cases.extend(statements());
    cases.extend(receipts());
    cases
}

fn with(bend: impl FnOnce(&mut Draft)) -> Draft {
    let mut draft = Draft::inspection();
    bend(&mut draft);
    draft
}

/// A record that begins and ends as usual, with something of its own between.
fn story(name: &str, tell: impl FnOnce(&mut Record)) -> Draft {
    let mut record = Record::open(name);
    record.describe();
    tell(&mut record);
    record.end("officer");
    record.seal();
    record.receipts.push(Receipt::ordinary());
    Draft::of(vec![record])
}

/// The phone looks at the clocks of its sources.
fn say_capture_clock(record: &mut Record, av_offset_us: i64) {
    let at_mono_us = record.mono_us;
    record.say(
        "capture_clock",
        json!({ "at_mono_us": at_mono_us, "picture": "monotonic", "sound": "measured", "sound_drift_ppm": -37, "av_offset_us": av_offset_us, "set": 1 }),
    );
}

/// An inspection of one film.
fn filmed(name: &str, film: impl FnOnce(Film) -> Film, fragments_a_segment: usize) -> Draft {
    story(name, |record| {
        let film = film(record.next_film());
        record.film(&film, "start", fragments_a_segment);
        record.say_opening();
    })
}

/// A key set whose root was changed twice; roles are given by the second and third.
fn rotated() -> Vec<crate::signed::Line> {
    let mut lines = vec![
        agency::root_line("root 1", &["root 1"]),
        agency::role_line("receipt", "role receipt, first", agency::FROM_US, T0_US - 100 * DAY, "root 1"),
        agency::root_line("root 2", &["root 1", "root 2"]),
    ];
    for role in ["device", "head"] {
        lines.push(agency::role_line(role, &format!("role {role}"), agency::FROM_US, agency::UNTIL_US, "root 2"));
    }
    lines.push(agency::root_line("root 3", &["root 2", "root 3"]));
    for role in ["receipt", "document"] {
        lines.push(agency::role_line(role, &format!("role {role}"), agency::FROM_US, agency::UNTIL_US, "root 3"));
    }
    lines.push(agency::revoked_line("role receipt, first", T0_US - 200 * DAY, "root 3"));
    lines
}

fn keys_of_the_agency() -> Vec<Case> {
    let from = |root: &str| {
        with(|draft| {
            draft.keyset = Some(rotated());
            draft.agency = Some(agency::public_file(root));
        })
    };
    vec![
        case(
            "rotations-missed",
            "The verifier holds the first root and missed two rotations: it walks the set to the present one.",
            "valid",
            &[],
            from("root 1"),
        ),
        case(
            "newest-root-held",
            "The verifier holds the newest root, under which the set only ends: each root was signed by the one before.",
            "valid",
            &[],
            from("root 3"),
        ),
        case(
            "device-revoked-after",
            "The device was revoked after the receipt: the record lies before it.",
            "valid",
            &[],
            with(|draft| {
                let later = agency::revoked_line("device-a", T0_US + 10 * DAY, "root 1");
                draft.keyset.get_or_insert_default().push(later);
            }),
        ),
    ]
}

fn media() -> Vec<Case> {
    vec![
        case(
            "sound-only",
            "A take of sound only.",
            "valid",
            &[],
            filmed("sound-only", |film| Film { pictures: 0, ..film }, 1),
        ),
        case(
            "picture-only",
            "A take of pictures only, turned by a quarter.",
            "valid",
            &[],
            filmed("picture-only", |film| Film { has_sound: false, rotation: Rotation::Quarter, ..film }, 2),
        ),
        case(
            "pictures-reordered",
            "Pictures are shown in another order than they are decoded in: negative composition offsets.",
            "valid",
            &[],
            filmed("pictures-reordered", |film| Film { has_b_frames: true, ..film }, 1),
        ),
        case(
            "hevc-with-sound",
            "Pictures in HEVC, larger than what their window shows, with sound.",
            "valid",
            &[],
            filmed("hevc-with-sound", |film| Film { coded: Coded::Hevc, ..film }, 1),
        ),
        case(
            "hevc-reordered-and-turned",
            "Pictures in HEVC, shown in another order than they are decoded in, turned by a half, without sound.",
            "valid",
            &[],
            filmed(
                "hevc-reordered",
                |film| Film {
                    coded: Coded::Hevc,
                    has_b_frames: true,
                    has_sound: false,
                    rotation: Rotation::Half,
                    ..film
                },
                2,
            ),
        ),
        case(
            "hevc-goes-on-as-h264",
            "The encoder for HEVC fails and pictures go on in H.264: a new take, and the break says why.",
            "valid",
            &["gap"],
            story("hevc-goes-on", |record| {
                let film = Film { coded: Coded::Hevc, ..record.next_film() };
                record.film(&film, "start", 1);
                let interruption = record.interrupt("encoder");
                record.resume(interruption, 40_000, None);
                record.film_second("encoder");
                record.say_opening();
            }),
        ),
        case(
            "track-lost-and-back",
            "The sound is lost for a while and comes back in the same take: its decode times skip what is missing.",
            "valid",
            &[],
            filmed("track-lost-and-back", |film| Film { pictures: 50, lost_sound: 4..18, ..film }, 2),
        ),
        case(
            "stalled-picture",
            "Two pictures are more than 200 ms apart: listed, and nothing else.",
            "valid",
            &["stalled"],
            filmed("stalled-picture", |film| Film { lost_pictures: 4..10, ..film }, 1),
        ),
        case(
            "size-changes-in-flight",
            "The picture's size changes: a new take at once, decode times count on, nothing is owed for it.",
            "valid",
            &["gap"],
            story("size-changes", |record| {
                record.film_second("start");
                let interruption = record.interrupt("format_change");
                record.resume(interruption, 40_000, None);
                let film = Film { blocks: (40, 30), ..record.next_film() };
                record.film(&film, "format_change", 1);
                record.say_opening();
            }),
        ),
        case(
            "digests-of-two-algorithms",
            "Digests carry a second algorithm beside sha256: carried, not checked in this edition.",
            "valid",
            &[],
            with(|draft| {
                let body = draft.record().body("segment");
                body["digest"]["sm3"] = json!("0123456789abcdef".repeat(4));
            }),
        ),
    ]
}

fn breaks() -> Vec<Case> {
    vec![
        case(
            "interrupted-and-resumed",
            "A phone call breaks the recording; it goes on and the reason is spoken.",
            "valid",
            &["gap"],
            story("interrupted", |record| {
                record.film_second("start");
                record.say_opening();
                let interruption = record.interrupt("phone_call");
                record.resume(interruption, 12 * SECOND, None);
                record.film_second("phone_call");
                let body = json!({ "interruption": interruption, "cause": "phone_call", "how": "spoken", "speech": "detected" });
                record.say("interruption_reason", body);
            }),
        ),
        case(
            "recovered-after-a-kill",
            "The process is killed; after the restart a fragment without its line is recovered and recording goes on in a new take.",
            "valid",
            &["gap", "recovered_media"],
            story("recovered", |record| {
                let film = record.next_film();
                record.write_take(film.shoot(), "start", 2, After::Recovered { fragments: 1 });
                let body = json!({ "cause": "process_killed", "at_us": record.wall_us(), "restart": 1 });
                let interruption = record.say("interrupted", body);
                record.resume(interruption, 2 * SECOND, None);
                record.film_second("process_killed");
                record.say_opening();
            }),
        ),
        case(
            "rebooted",
            "The phone reboots: the monotonic clock begins anew, the gap is bounded by the wall clock, media time counts on.",
            "valid",
            &["gap"],
            story("rebooted", |record| {
                record.film_second("start");
                record.say_opening();
                let interruption = record.interrupt("reboot");
                record.resume(interruption, 40 * SECOND, Some("second boot"));
                record.film_second("reboot");
                let body = json!({ "interruption": interruption, "cause": "battery", "how": "preset", "speech": "not_measured" });
                record.say("interruption_reason", body);
            }),
        ),
        case(
            "cut-for-good-and-explained",
            "The battery dies, recording cannot go on; a written statement explains it after the seal (Art. 15).",
            "valid",
            &["gap"],
            {
                let mut record = Record::open("cut-for-good");
                record.describe();
                record.film_second("start");
                record.say_opening();
                record.interrupt("battery");
                record.end("cut_for_good");
                record.seal();
                let statement = record.private("电池耗尽，未能继续录制。");
                record.say("written_statement", json!({ "statement": statement }));
                record.receipts.push(Receipt { trigger: "cut_for_good", ..Receipt::ordinary() });
                Draft::of(vec![record])
            },
        ),
        case(
            "capture-clock",
            "The phone looks at its clocks: sound and picture are 80 ms apart, which is the limit, once either way, and once it can say nothing.",
            "valid",
            &[],
            story("capture-clock", |record| {
                record.film_second("start");
                record.say_opening();
                say_capture_clock(record, 80_000);
                say_capture_clock(record, -80_000);
                record.say("capture_clock", json!({ "at_mono_us": record.mono_us, "set": 0 }));
            }),
        ),
        case(
            "sound-late",
            "The sound stands a microsecond more than 80 ms later than the picture: shown, and decides nothing.",
            "valid",
            &["av_offset"],
            story("sound-late", |record| {
                record.film_second("start");
                record.say_opening();
                say_capture_clock(record, 80_001);
            }),
        ),
        case(
            "sound-early",
            "The sound stands earlier than the picture by more than 80 ms, and twice so.",
            "valid",
            &["av_offset"],
            story("sound-early", |record| {
                record.film_second("start");
                record.say_opening();
                say_capture_clock(record, -80_001);
                say_capture_clock(record, -9_000_000);
            }),
        ),
        case(
            "clock-set",
            "The phone's wall clock is set during the record, and the entry says so.",
            "valid",
            &["clock_was_set"],
            story("clock-set", |record| {
                record.film_second("start");
                record.say_opening();
                let before = record.wall_us();
                record.wall_at_0_us += 90 * SECOND as i64;
                record.say("clock_set", json!({ "wall_before_us": before, "wall_after_us": before + 90 * SECOND }));
            }),
        ),
        case(
            "clock-set-after-the-seal",
            "The phone's wall clock is set after the seal; the entry that says so stands before the addendum that comes next.",
            "valid",
            &["clock_was_set"],
            {
                let mut record = Record::open("clock-set-after-the-seal");
                record.inspect();
                let before = record.wall_us();
                record.wall_at_0_us -= 90 * SECOND as i64;
                record.say("clock_set", json!({ "wall_before_us": before, "wall_after_us": before - 90 * SECOND }));
                record.say("mark", json!({ "mark": "later", "at_mono_us": record.mono_us }));
                Draft::of(vec![record])
            },
        ),
        case(
            "phone-clock-wrong",
            "The phone's wall clock is a day behind: shown, and decided by the agency's bracket, not by the phone.",
            "valid",
            &["clock_outside_bracket"],
            {
                let mut record = Record::open("phone-clock-wrong");
                record.wall_at_0_us -= DAY as i64;
                let clock = json!({ "wall_us": T0_US - DAY, "mono_us": UP_US, "boot": record.boot });
                record.lines[0].value["clock"] = clock;
                record.inspect();
                Draft::of(vec![record])
            },
        ),
    ]
}

fn several() -> Vec<Case> {
    let in_ledger = |names: [&str; 3]| {
        let mut records = Vec::new();
        let mut prev = keys::zero();
        for (place, name) in names.into_iter().enumerate() {
            let mut record = Record::open(name);
            record.body("opened")["ledger"]["number"] = json!(place + 1);
            record.body("opened")["ledger"]["prev"] = prev;
            record.inspect();
            prev = keys::digest(&record.journal()[0]);
            records.push(record);
        }
        Draft::of(records)
    };
    let joined = || {
        let activity = keys::id("activity");
        let mut first = Record::open("first at the scene");
        first.describe();
        first.say("activity", json!({ "activity": activity, "change": "began" }));
        first.film_second("start");
        first.say_opening();
        let opened = keys::digest(&first.journal()[0]);
        let other = json!({ "record": first.id, "opened": opened });

        let mut second = Record::open_on("second at the scene", "device-b", "record key of the second");
        second.describe();
        second.say("activity", json!({ "activity": activity, "change": "joined", "other": other }));
        second.say("opening_excused", json!({ "reason": "covered_by_activity" }));
        second.film_second("start");
        let other = json!({ "record": second.id, "opened": keys::digest(&second.journal()[0]) });
        first.say("activity", json!({ "activity": activity, "change": "handed_over", "other": other }));
        first.end("handed_over");
        second.end("officer");
        for record in [&mut first, &mut second] {
            record.seal();
            record.receipts.push(Receipt::ordinary());
        }
        Draft::of(vec![first, second])
    };
    vec![
        case(
            "three-records-of-one-device",
            "Three records follow each other in one device's ledger.",
            "valid",
            &[],
            in_ledger(["ledger 1", "ledger 2", "ledger 3"]),
        ),
        case(
            "joined-and-handed-over",
            "Two devices at one scene: the second joined, the first handed over to it; the opening is made once for the activity.",
            "valid",
            &[],
            joined(),
        ),
    ]
}

fn statements() -> Vec<Case> {
    vec![
        case(
            "photos-and-documents",
            "Photos, a document and a served notice stand beside the journal, each by its digest.",
            "valid",
            &[],
            story("photos", |record| {
                let file = record.file(b"\xff\xd8\xff\xe0 a photo");
                record.say("photo", json!({ "file": file, "width": 4000, "height": 3000 }));
                let (file, title) = (record.file(b"%PDF-1.7 a document"), record.private("现场检查笔录"));
                record.say("document", json!({ "file": file, "document": "inspection-record", "title": title }));
                let file = record.file(b"\xff\xd8\xff\xe0 the notice on the door");
                record.say("service", json!({ "method": "left", "step": "posted", "file": file }));
                record.say("service", json!({ "method": "left", "step": "witness-named" }));
            }),
        ),
        case(
            "emergency-with-nothing-known",
            "Started in an emergency with nothing described: everything verifies, and what is owed is listed.",
            "valid",
            &["preflight_missing", "description_owed", "opening_owed"],
            {
                let mut record = Record::open("emergency");
                record.body("opened")["started"] = json!("emergency");
                record.film_second("start");
                record.end("officer");
                record.seal();
                record.receipts.push(Receipt::ordinary());
                Draft::of(vec![record])
            },
        ),
        case(
            "much-owed",
            "Someone films and is told nothing, a break is left without its reason, the record is cut for good without a statement: the verdict stays.",
            "valid",
            &["gap", "filming_notice_owed", "interruption_reason_owed", "written_statement_owed", "opening_owed"],
            {
                let mut record = Record::open("much-owed");
                record.describe();
                record.film_second("start");
                record.say("opening_excused", json!({ "reason": "act_first" }));
                record.say("filming_notice", json!({ "state": "told" }));
                record.say("filming_notice", json!({ "state": "someone_films" }));
                record.say("filming_notice", json!({ "state": "told_secrets" }));
                let interruption = record.interrupt("heat");
                record.resume(interruption, 3 * SECOND + 1, None);
                record.film_second("heat");
                record.end("cut_for_good");
                record.seal();
                record.receipts.push(Receipt::ordinary());
                Draft::of(vec![record])
            },
        ),
        case(
            "vouched-opened-and-sealed",
            "The device's chip, which its certificate names, vouches for the first line while the record runs and for the seal after it.",
            "valid",
            &[],
            {
                let mut record = Record::open("vouched");
                record.certify_hardware("p256 chip");
                record.describe();
                record.vouch(0, "p256 chip");
                record.film_second("start");
                record.say_opening();
                record.end("officer");
                record.seal();
                let sealed = record.position("sealed");
                record.vouch(sealed, "p256 chip");
                record.receipts.push(Receipt::ordinary());
                Draft::of(vec![record])
            },
        ),
        case(
            "vouched-by-keys-that-are-not-named",
            "Beside the chip that the certificate names, another one and a key of another suite vouch: shown, and nothing is broken.",
            "valid",
            &["vouched_key_unnamed"],
            {
                let mut record = Record::open("vouched-unnamed");
                record.certify_hardware("p256 chip");
                record.describe();
                record.vouch(0, "p256 chip");
                record.vouch(0, "p256 stranger");
                record.film_second("start");
                record.say_opening();
                record.end("officer");
                record.seal();
                let sealed = record.position("sealed");
                record.vouch(sealed, "later key");
                record.receipts.push(Receipt::ordinary());
                Draft::of(vec![record])
            },
        ),
        case(
            "vouched-without-hardware-in-the-certificate",
            "A chip vouches that the certificate does not name at all.",
            "valid",
            &["vouched_key_unnamed"],
            story("vouched-uncertified", |record| {
                record.film_second("start");
                record.say_opening();
                record.vouch(0, "p256 chip");
            }),
        ),
        case(
            "every-kind",
            "One entry of every kind of the edition at least, addenda after the seal among them.",
            "valid",
            &["gap", "recovered_media", "clock_was_set"],
            every_kind(),
        ),
    ]
}

fn every_kind() -> Draft {
    let mut record = Record::open("every-kind");
    record.certify_hardware("p256 chip");
    record.describe();
    record.say("activity", json!({ "activity": keys::id("activity"), "change": "began" }));
    let film = record.next_film();
    record.write_take(film.shoot(), "start", 3, After::Recovered { fragments: 1 });
    record.say("track_lost", json!({ "track": "audio", "cause": "microphone_lost", "at_mono_us": record.mono_us }));
    record.say("track_back", json!({ "track": "audio", "at_mono_us": record.mono_us }));
    let lost = json!([{ "track": "video", "from_mono_us": 102_000_000, "to_mono_us": 102_500_000, "units": 12 }]);
    let interrupted = json!({ "cause": "disk_stalled", "at_us": record.wall_us(), "restart": 1, "lost": lost, "warned": ["disk/slow"] });
    let interruption = record.say("interrupted", interrupted);
    record.resume(interruption, SECOND, None);
    record.film_second("disk_stalled");
    record.say_opening();
    record.say("opening_excused", json!({ "reason": "act_first" }));
    let word = record.private("存储卡写入过慢");
    let reason = json!({
        "interruption": interruption, "cause": "disk_stalled", "how": "spoken", "speech": "short",
        "from_mono_us": record.mono_us - 400_000, "to_mono_us": record.mono_us, "voiced_us": 300_000, "word": word,
    });
    record.say("interruption_reason", reason);
    record.say("notice", json!({ "notice": "latecomers", "how": "spoken" }));
    record.say("companion", json!({ "line": "certificates-shown", "how": "spoken" }));
    record.say("stage", json!({ "stage": "investigation" }));
    record.say("checklist", json!({ "item": "objects", "state": "recorded", "at_mono_us": record.mono_us }));
    record.say("mark", json!({ "mark": "sealed-door", "at_mono_us": record.mono_us }));
    record.say("filming_notice", json!({ "state": "someone_films" }));
    record.say("filming_notice", json!({ "state": "told" }));
    let span = json!({ "secrecy": "privacy", "from_mono_us": record.mono_us, "to_mono_us": record.mono_us + SECOND });
    record.say("confidential_span", span);
    let file = record.file(b"\xff\xd8 a photo");
    record.say("photo", json!({ "file": file }));
    let file = record.file(b"%PDF a document");
    record.say("document", json!({ "file": file, "document": "notice" }));
    record.say("service", json!({ "method": "direct", "step": "handed-over" }));
    record.say("obstruction", json!({ "obstruction": "threat" }));
    let before = record.wall_us();
    record.wall_at_0_us -= 3 * SECOND as i64;
    record.say("clock_set", json!({ "wall_before_us": before, "wall_after_us": before - 3 * SECOND }));
    record.line("mark").value["actor"] = json!({ "officer": "o1", "by": "device_unlock" });
    record.line("mark").value["flags"] = json!(["before_opening", "looking_back"]);
    let sync = json!({ "head": keys::digest(b"a head"), "mono_us": UP_US, "rtt_us": 30_000 });
    record.line("stage").value["clock"]["sync"] = sync;
    record.end("officer");
    record.seal();
    record.say("away_declared", json!({ "ground": "remote" }));
    record.say("returned", json!({ "at_us": record.wall_us() }));
    let (statement, text, reason) = (record.private("情况说明"), record.private("更正"), record.private("误录"));
    record.say("written_statement", json!({ "statement": statement, "interruption": interruption }));
    record.say("correction", json!({ "of": 2, "text": text }));
    record.say("declared_mistake", json!({ "reason": reason }));
    record.vouch(0, "p256 chip");
    record.receipts.push(Receipt { trigger: "returned", ..Receipt::ordinary() });
    Draft::of(vec![record])
}

fn receipts() -> Vec<Case> {
    // 2026-12-30T15:00:00+08:00: the notice for 2027 decides the days that follow.
    let year_end = T0_US + 48 * DAY + 5 * HOUR;
    let over_the_year = |name: &str| {
        let mut record = Record::open(name);
        record.wall_at_0_us = (year_end - UP_US) as i64;
        record.lines[0].value["clock"]["wall_us"] = json!(year_end);
        record.inspect();
        let provisional = Receipt {
            stored_us: year_end + HOUR,
            issued_us: year_end + HOUR + SECOND,
            not_before_us: year_end + 5 * SECOND,
            not_after_us: year_end + HOUR,
            // 2027-01-05T00:00:00+08:00.
            deadline_us: year_end - 15 * HOUR + 6 * DAY,
            is_provisional: true,
            on_time: "yes",
            ..Receipt::ordinary()
        };
        record.receipts = vec![provisional];
        record
    };
    let late = T0_US + 6 * DAY;
    vec![
        case(
            "provisional-over-the-year",
            "Completed on 30 December 2026: the notice for 2027 is not published, the deadline is provisional and never overdue.",
            "valid",
            &[],
            Draft::of(vec![over_the_year("year-end")]),
        ),
        case(
            "later-receipt-by-a-later-calendar",
            "A second receipt counts by a notice that came later; this verifier does not have it and compares nothing.",
            "valid",
            &[],
            {
                let mut record = over_the_year("year-end, later");
                record.receipts.push(Receipt {
                    number: 2,
                    stored_us: year_end + HOUR,
                    issued_us: year_end + 30 * DAY,
                    not_before_us: year_end + 5 * SECOND,
                    not_after_us: year_end + HOUR,
                    calendars: vec!["cn-2026", "cn-2027"],
                    deadline_us: year_end - 15 * HOUR + 5 * DAY,
                    ..Receipt::ordinary()
                });
                Draft::of(vec![record])
            },
        ),
        case(
            "stored-late",
            "Stored after the deadline, and the receipt says so: regulation, never the verdict (Art. 17).",
            "valid",
            &["stored_late"],
            with(|draft| {
                let receipt = &mut draft.record().receipts[0];
                (receipt.stored_us, receipt.issued_us, receipt.on_time) = (late, late + SECOND, "no");
            }),
        ),
        case(
            "on-time-undetermined",
            "The end lies in an interval over midnight: stored between the two deadlines it is neither in time nor late.",
            "valid",
            &[],
            with(|draft| {
                let receipt = &mut draft.record().receipts[0];
                receipt.not_after_us = T0_US + 20 * HOUR;
                (receipt.stored_us, receipt.issued_us) = (DEADLINE_US + HOUR, DEADLINE_US + 2 * HOUR);
                receipt.on_time = "undetermined";
            }),
        ),
        case(
            "counted-by-a-special-rule",
            "A special rule gave one working day instead of two, and the receipt names its edition: the calendar alone compares nothing (Art. 2).",
            "valid",
            &[],
            with(|draft| {
                let receipt = &mut draft.record().receipts[0];
                receipt.calendars = vec!["special_rules/1", "cn-2026"];
                receipt.deadline_us = DEADLINE_US - 3 * DAY;
            }),
        ),
        case(
            "two-receipts",
            "Two receipts, the later one after a statement that was made after the first.",
            "valid",
            &[],
            with(|draft| {
                let record = draft.record();
                let covered = record.lines.len() as u64 - 1;
                record.receipts[0].head_seq = Some(covered);
                record.say("mark", json!({ "mark": "reviewed", "at_mono_us": UP_US }));
                record.receipts.push(Receipt {
                    number: 2,
                    stored_us: T0_US + 2 * HOUR,
                    issued_us: T0_US + 2 * HOUR + SECOND,
                    ..Receipt::ordinary()
                });
            }),
        ),
    ]
}
