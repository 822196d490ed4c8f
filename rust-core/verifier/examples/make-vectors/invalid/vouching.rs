//! Further signatures over lines (section 4, *Vouching*).

use quanji_evidence::base64url;
use quanji_evidence::line::Tag;
use serde_json::{Value, json};

use super::signatures::{bytes, n_minus_s};
use crate::case::{Case, bent};
use crate::keys;
use crate::record::Record;
use crate::signed;

const CHIP: &str = "p256 chip";

/// An inspection whose first line is vouched for, after `bend`.
fn vouched(
    name: &'static str,
    about: &'static str,
    codes: &'static [&'static str],
    bend: impl FnOnce(&Record, &mut Value),
) -> Case {
    let verdict = if codes == ["suite_unsupported"] { "unsupported" } else { "broken" };
    bent(name, about, verdict, codes, |draft| {
        let record = draft.record();
        let mut body = record.vouching(0, CHIP);
        bend(record, &mut body);
        record.say("vouched", body);
    })
}

fn invalid(name: &'static str, about: &'static str, bend: impl FnOnce(&Record, &mut Value)) -> Case {
    vouched(name, about, &["vouched_signature_invalid"], bend)
}

fn mismatch(name: &'static str, about: &'static str, bend: impl FnOnce(&Record, &mut Value)) -> Case {
    vouched(name, about, &["vouched_line_mismatch"], bend)
}

fn text(body: &Value) -> String {
    body["signature"].as_str().unwrap_or_default().to_owned()
}

fn signed_by_chip(message: &str) -> Value {
    json!(signed::sign(Tag::Vouched, message, &[CHIP.to_owned()]))
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        invalid(
            "vouched-by-another-key",
            "Another key than the one that is named vouched for the line.",
            |record, body| {
                body["signature"] = record.vouching(0, "p256 stranger")["signature"].clone();
            },
        ),
        invalid(
            "vouched-by-another-key-under-its-id",
            "Another key vouched for the line, under the id of the one that is named.",
            |record, body| {
                let stranger = text(&record.vouching(0, "p256 stranger"));
                body["signature"] = json!(stranger.replace(&keys::key_id("p256 stranger"), &keys::key_id(CHIP)));
            },
        ),
        invalid(
            "vouched-signature-of-another-line",
            "The signature is the same key's over the next line.",
            |record, body| {
                body["signature"] = record.vouching(1, CHIP)["signature"].clone();
            },
        ),
        invalid("vouched-signature-of-another-record", "The signature names another record.", |_, body| {
            let hex = body["over"]["sha256"].as_str().unwrap_or_default();
            body["signature"] = signed_by_chip(&format!("{}\n0\n{hex}\n", keys::id("another record")));
        }),
        invalid("vouched-high-s", "n − s in the place of s: a second spelling of one P-256 signature.", |_, body| {
            body["signature"] = json!(bytes(&text(body), n_minus_s));
        }),
        invalid("vouched-labelled-ed25519", "A P-256 signature labelled ed25519 under its own key id.", |_, body| {
            body["signature"] = json!(text(body).replace("p256", "ed25519"));
        }),
        invalid("vouched-signature-of-63-bytes", "The signature is a byte short: none by its form.", |_, body| {
            let (head, raw) =
                text(body).rsplit_once('.').map(|(head, raw)| (head.to_owned(), raw.to_owned())).expect("a signature");
            let raw = base64url::decode(&raw).expect("canonical");
            body["signature"] = json!(format!("{head}.{}", base64url::encode(&raw[..63])));
        }),
        invalid("vouched-by-a-key-of-32-bytes", "The key that is named has a byte too few to be one.", |_, body| {
            let key = json!({ "suite": "p256", "public": base64url::encode(&[2; 32]) });
            body["signature"] = json!(text(body).replace(&keys::key_id(CHIP), &keys::id_of(&key)));
            body["key"] = key;
        }),
        mismatch(
            "vouched-over-another-line",
            "The digest is of the next line; the signature over it holds.",
            |record, body| {
                let next = record.vouching(1, CHIP)["over"].clone();
                let message = format!("{}\n0\n{}\n", record.id, next["sha256"].as_str().unwrap_or_default());
                (body["over"], body["signature"]) = (next, signed_by_chip(&message));
            },
        ),
        mismatch("vouched-over-itself", "The line that is vouched for is the statement's own.", |record, body| {
            let message = format!("{}\n{}\n{}\n", record.id, record.lines.len(), "0".repeat(64));
            (body["seq"], body["over"]) = (json!(record.lines.len()), keys::zero());
            body["signature"] = signed_by_chip(&message);
        }),
        mismatch("vouched-over-a-later-line", "The line that is vouched for is still to come.", |record, body| {
            let later = record.lines.len() + 3;
            (body["seq"], body["signature"]) = (
                json!(later),
                signed_by_chip(&format!(
                    "{}\n{later}\n{}\n",
                    record.id,
                    body["over"]["sha256"].as_str().unwrap_or_default()
                )),
            );
        }),
        vouched(
            "vouched-by-a-key-of-unknown-suite",
            "The key that vouches is of a suite this edition does not know: nobody can check it, and nothing is broken.",
            &["suite_unsupported"],
            |_, body| {
                let key = json!({ "suite": "sm2", "public": base64url::encode(&[7; 33]) });
                body["signature"] = json!(format!("sm2.{}.AAAA", keys::id_of(&key)));
                body["key"] = key;
            },
        ),
    ]
}
