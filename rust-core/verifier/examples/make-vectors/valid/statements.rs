//! What officers and chips say beside the film.

use quanji_evidence::Digest;
use serde_json::json;

use super::story;
use crate::case::{Case, case};
use crate::draft::Draft;
use crate::keys;
use crate::receipt::Receipt;
use crate::record::{After, Record, SECOND, UP_US};

pub(crate) fn cases() -> Vec<Case> {
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
            "opening-in-issued-words",
            "The opening was shown in the words of a province: the line names the edition, and nothing of it changes what is owed.",
            "valid",
            &[],
            story("opening-in-issued-words", |record| {
                record.film_second("start");
                record.say_opening();
                let phrases = json!({ "id": "phrases/3", "digest": Digest::of(b"a header line") });
                record.body("opening_passage")["phrases"] = phrases;
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
