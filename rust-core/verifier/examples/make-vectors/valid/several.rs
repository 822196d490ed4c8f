//! Several records in a bundle.

use serde_json::json;

use crate::case::{Case, case};
use crate::draft::Draft;
use crate::keys;
use crate::receipt::Receipt;
use crate::record::Record;

pub(crate) fn cases() -> Vec<Case> {
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
