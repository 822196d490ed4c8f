//! Where entries may stand, what the seal counts, the ledger (section 4).

use serde_json::{Value, json};

use crate::case::{Case, bent, case};
use crate::draft::Draft;
use crate::keys;
use crate::record::Record;

fn misplaced(name: &'static str, about: &'static str, bend: impl FnOnce(&mut Record)) -> Case {
    bent(name, about, "broken", &["entry_misplaced", "receipt_missing"], |draft| bend(draft.record()))
}

fn two_records(edit: impl FnOnce(&mut Record, Value)) -> Draft {
    let mut first = Record::open("ledger 1");
    first.inspect();
    let mut second = Record::open("ledger 2");
    edit(&mut second, keys::digest(&first.journal()[0]));
    second.inspect();
    Draft::of(vec![first, second])
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        misplaced("first-line-not-opened", "The first line is a preflight.", |record| {
            drop(record.lines.remove(0));
        }),
        misplaced("opened-twice", "A second `opened` in the middle.", |record| {
            let body = record.lines[0].value["body"].clone();
            record.line("place").value["kind"] = json!("opened");
            *record.nth("opened", 1).value.get_mut("body").expect("a body") = body;
        }),
        misplaced("take-number-skipped", "The record's first take is number 2.", |record| {
            record.body("take")["take"] = json!(2);
        }),
        misplaced("fragment-before-its-take", "A fragment stands before the take it names.", |record| {
            let at = record.position("take");
            record.lines.swap(at, at + 1);
        }),
        misplaced("fragment-index-skipped", "The first fragment of a segment has index 2.", |record| {
            record.body("fragment")["index"] = json!(2);
        }),
        misplaced("fragment-of-another-segment", "A fragment names a segment that does not come next.", |record| {
            record.body("fragment")["segment"] = json!(2);
        }),
        misplaced("segment-closed-twice", "A segment is closed twice.", |record| {
            let at = record.position("segment");
            let body = record.lines[at].value["body"].clone();
            record.line("opening_passage").value["kind"] = json!("segment");
            let at = record.lines.iter().rposition(|line| line.value["kind"] == "segment").expect("the one just made");
            record.lines[at].value["body"] = body;
        }),
        misplaced(
            "take-while-a-segment-is-open",
            "A take begins while a segment is open and nothing was interrupted.",
            |record| {
                // The last segment of the first take is left open, and another take follows.
                let at = record.lines.iter().rposition(|line| line.value["kind"] == "segment").expect("a segment");
                let take = record.body("take").clone();
                record.lines[at].value["kind"] = json!("take");
                record.lines[at].value["body"] = take;
                record.lines[at].value["body"]["take"] = json!(2);
            },
        ),
        misplaced("interrupted-after-ended", "The capture is interrupted after the record ended.", |record| {
            let at = record.position("ended");
            let wall = record.lines[at].value["clock"]["wall_us"].clone();
            let mut lines = record.lines.drain(at..).collect::<Vec<_>>();
            record.lines.push(lines.remove(0));
            record.say("interrupted", json!({ "cause": "heat", "at_us": wall }));
            record.line("interrupted").signers = vec![record.record_key.clone()];
            record.lines.extend(lines);
        }),
        misplaced("sealed-before-ended", "The record is sealed before it ended.", |record| {
            let at = record.position("ended");
            record.lines.swap(at, at + 1);
        }),
        misplaced("ended-twice", "The record ends twice.", |record| {
            let body = record.body("ended").clone();
            record.line("opening_passage").value["kind"] = json!("ended");
            record.body("ended").clone_from(&body);
        }),
        bent(
            "photo-after-the-seal",
            "A photo after the seal: only addenda may follow.",
            "broken",
            &["entry_misplaced"],
            |draft| {
                let file = draft.record().file(b"\xff\xd8 too late");
                draft.record().say("photo", json!({ "file": file }));
            },
        ),
        bent(
            "capture-clock-after-the-seal",
            "The phone looks at its clocks after the seal: only addenda may follow.",
            "broken",
            &["entry_misplaced"],
            |draft| {
                let at = draft.record().mono_us;
                draft.record().say("capture_clock", json!({ "at_mono_us": at, "set": 0 }));
            },
        ),
        bent("sealed-twice", "The record is sealed twice.", "broken", &["entry_misplaced"], |draft| {
            draft.record().seal()
        }),
        bent(
            "record-of-another-folder",
            "The journal says that it is of another record than its folder.",
            "broken",
            &["record_mismatch"],
            |draft| {
                let record = draft.record();
                record.folder = keys::id("another record");
                let folder = record.folder.clone();
                record.receipts[0].edit = Some(Box::new(move |value| value["record"] = json!(folder)));
            },
        ),
        case(
            "not-sealed",
            "The record ended but was never sealed.",
            "incomplete",
            &["not_sealed", "receipt_missing"],
            {
                let mut record = Record::inspection("not-sealed");
                drop(record.lines.pop());
                Draft::of(vec![record])
            },
        ),
        bent(
            "seal-counts-otherwise",
            "The seal counts a file that no entry names.",
            "broken",
            &["seal_mismatch"],
            |draft| {
                draft.record().body("sealed")["files"] = json!(1);
            },
        ),
        bent(
            "seal-counts-fewer-bytes",
            "The seal counts one byte less of media than its segments.",
            "broken",
            &["seal_mismatch"],
            |draft| {
                let body = draft.record().body("sealed");
                body["media_bytes"] = json!(body["media_bytes"].as_u64().unwrap_or_default() - 1);
            },
        ),
        case(
            "two-records-of-one-number",
            "Two records of one device carry one number in its ledger.",
            "broken",
            &["forked_device"],
            two_records(|_, _| ()),
        ),
        case(
            "ledger-names-another-record",
            "The second record names another first line before it than the bundle's.",
            "broken",
            &["ledger_broken"],
            two_records(|second, _| {
                second.body("opened")["ledger"]["number"] = json!(2);
                second.body("opened")["ledger"]["prev"] = keys::digest(b"another record");
            }),
        ),
        bent(
            "ledger-number-one-names-a-record",
            "A device's first record names one before it.",
            "broken",
            &["ledger_broken"],
            |draft| {
                draft.record().body("opened")["ledger"]["prev"] = keys::digest(b"a record before the first");
            },
        ),
        case(
            "ledger-with-a-record-missing",
            "Numbers 1 and 3 of a ledger: nothing is said of a record that is not in this bundle.",
            "valid",
            &[],
            two_records(|second, _| {
                second.body("opened")["ledger"]["number"] = json!(3);
                second.body("opened")["ledger"]["prev"] = keys::digest(b"the second record");
            }),
        ),
    ]
}
