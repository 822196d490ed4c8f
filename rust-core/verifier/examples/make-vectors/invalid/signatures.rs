//! Who signs a line, and whether the signature holds in its one spelling (sections 1 and 4.5).

use quanji_evidence::base64url;
use quanji_evidence::line::Tag;
use serde_json::{Value, json};

use super::tools::{bend_lines, flip_signature, replace};
use crate::case::{Case, bent, case};
use crate::draft::Draft;
use crate::keys;
use crate::record::Record;

/// Order of the Ed25519 group, little-endian.
const ED25519_L: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];
/// Order of the P-256 group, big-endian.
const P256_N: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7,
    0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The reading ends before the seal, so nothing covers it.
const INVALID: &[&str] = &["signature_invalid", "receipt_missing"];

fn invalid(name: &'static str, about: &'static str, bend: impl FnOnce(&mut Draft)) -> Case {
    bent(name, about, "broken", INVALID, bend)
}

fn unexpected(name: &'static str, about: &'static str, bend: impl FnOnce(&mut Draft)) -> Case {
    bent(name, about, "broken", &["signer_unexpected", "receipt_missing"], bend)
}

/// Changes the 64 bytes of a line's first signature.
pub(super) fn bytes(sigs: &str, change: impl Fn(&mut [u8])) -> String {
    let (head, text) = sigs.rsplit_once('.').expect("a signature");
    let mut raw = base64url::decode(text).expect("canonical");
    change(&mut raw);
    format!("{head}.{}", base64url::encode(&raw))
}

/// s + L: verifies without the strict check.
fn s_plus_order(raw: &mut [u8]) {
    let mut carry = 0;
    for (byte, order) in raw[32..].iter_mut().zip(ED25519_L) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
}

/// n − s: the other s of the same signature.
pub(super) fn n_minus_s(raw: &mut [u8]) {
    let mut borrow = 0;
    for (byte, order) in raw[32..].iter_mut().zip(P256_N).rev() {
        let difference = i16::from(order) - i16::from(*byte) - borrow;
        (*byte, borrow) = (difference as u8, i16::from(difference < 0));
    }
}

/// An inspection whose record key is this and whose lines are signed by nobody who could: `text` stands for its signature.
fn with_record_key(key: Value, text: &'static str) -> Draft {
    let mut record = Record::inspection("inspection");
    let id = keys::id_of(&key);
    let suite = key["suite"].as_str().unwrap_or_default().to_owned();
    record.body("opened")["record_key"] = key;
    let last_of_record = record.position("sealed");
    for (seq, line) in record.lines.iter_mut().enumerate().take(last_of_record + 1) {
        let own = format!("{suite}.{id}.{text}");
        if seq == 0 {
            line.sigs = Some(Box::new(move |sigs| format!("{},{own}", sigs.split(',').next().unwrap_or_default())));
        } else {
            line.sigs = Some(Box::new(move |_| own.clone()));
        }
    }
    Draft::of(vec![record])
}

/// An inspection whose record key is spelled with the tag 05 before its x: the true key signs, under the id of that spelling.
fn in_compact_form() -> Draft {
    let mut record = Record::open_on("inspection", "device-a", "p256 record");
    record.inspect();
    let mut public = keys::signer("p256 record").public().public_bytes().expect("a key");
    public[0] = 5;
    let key = json!({ "suite": "p256", "public": base64url::encode(&public) });
    let (own, other) = (keys::key_id("p256 record"), keys::id_of(&key));
    record.body("opened")["record_key"] = key;
    for line in &mut record.lines {
        let (own, other) = (own.clone(), other.clone());
        line.sigs = Some(Box::new(move |sigs| sigs.replace(&own, &other)));
    }
    Draft::of(vec![record])
}

pub(crate) fn cases() -> Vec<Case> {
    // R the neutral element, s zero: holds for a key of small order wherever the check is not strict.
    const NEUTRAL: &str = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let of = |suite: &str, public: &[u8]| json!({ "suite": suite, "public": base64url::encode(public) });
    let mut all_ones = [0xff; 32];
    all_ones[31] = 0x7f;
    let mut cases = vec![
        invalid("line-changed", "One digit of a line is another; its signature is not.", |draft| {
            bend_lines(draft, "journal", |lines| replace(&mut lines[1], ":83", ":84"));
        }),
        invalid("signature-flipped", "One letter of a signature is another.", |draft| {
            draft.record().line("place").sigs = Some(Box::new(flip_signature));
        }),
        invalid(
            "signature-of-another-tag",
            "A receipt's signature over the same bytes does not pass as a line's.",
            |draft| {
                draft.record().line("place").tag = Tag::Receipt;
            },
        ),
        invalid("signature-of-another-line", "The signature of another line of the same key.", |draft| {
            bend_lines(draft, "journal", |lines| {
                let (two, three) = (lines[2].clone(), lines[3].clone());
                let sigs = |line: &[u8]| line.iter().position(|byte| *byte == b' ').expect("a space");
                lines[2] = [&three[..sigs(&three)], &two[sigs(&two)..]].concat();
            });
        }),
        invalid(
            "signature-s-plus-order",
            "S + L in the place of S: a second spelling of one Ed25519 signature.",
            |draft| {
                draft.record().line("place").sigs = Some(Box::new(|sigs| bytes(&sigs, s_plus_order)));
            },
        ),
        invalid("signature-labelled-p256", "An Ed25519 signature labelled p256 under its own key id.", |draft| {
            draft.record().line("place").sigs = Some(Box::new(|sigs| sigs.replace("ed25519", "p256")));
        }),
        invalid(
            "first-line-device-signature-flipped",
            "The device's signature on the first line does not hold.",
            |draft| {
                draft.record().line("opened").sigs = Some(Box::new(|sigs| {
                    let (device, record) = sigs.split_once(',').expect("two signatures");
                    format!("{},{record}", flip_signature(device.to_owned()))
                }));
            },
        ),
        case(
            "signature-high-s",
            "n − s in the place of s: a second spelling of one P-256 signature.",
            "broken",
            INVALID,
            {
                let mut record = Record::open_on("high-s", "device-a", "p256 record");
                record.inspect();
                record.line("place").sigs = Some(Box::new(|sigs| {
                    // Low s is what our signer makes; its counterpart is high.
                    bytes(&sigs, n_minus_s)
                }));
                Draft::of(vec![record])
            },
        ),
        case(
            "record-key-of-small-order",
            "The record key is the neutral element, under which anything can be signed.",
            "broken",
            INVALID,
            with_record_key(of("ed25519", &neutral), NEUTRAL),
        ),
        case(
            "record-key-not-canonical",
            "The record key's y is not below p.",
            "broken",
            INVALID,
            with_record_key(of("ed25519", &all_ones), NEUTRAL),
        ),
        case(
            "record-key-of-31-bytes",
            "The record key has 31 bytes.",
            "broken",
            INVALID,
            with_record_key(of("ed25519", &[7; 31]), NEUTRAL),
        ),
        case(
            "record-key-in-compact-form",
            "The P-256 record key begins with 05: not SEC1 compressed.",
            "broken",
            INVALID,
            in_compact_form(),
        ),
        case(
            "record-key-of-unknown-suite",
            "The record key is of a suite this edition does not know: nobody can check its lines, and nothing is broken.",
            "unsupported",
            &["suite_unsupported"],
            with_record_key(of("sm2", &[7; 33]), "AAAA"),
        ),
    ];
    cases.extend(signers());
    cases
}

fn signers() -> Vec<Case> {
    vec![
        unexpected("line-by-the-device-key", "A line before the seal is signed by the device key.", |draft| {
            draft.record().line("place").signers = vec!["device-a".to_owned()];
        }),
        unexpected("line-by-a-stranger", "A line is signed by a key of nobody's.", |draft| {
            draft.record().line("place").signers = vec!["stranger".to_owned()];
        }),
        unexpected("further-signature-on-a-line", "A line carries a signature beside the one it must have.", |draft| {
            draft.record().line("place").signers.push("stranger".to_owned());
        }),
        unexpected("first-line-without-the-record-key", "The first line is signed by the device alone.", |draft| {
            drop(draft.record().line("opened").signers.pop());
        }),
        unexpected("first-line-without-the-device-key", "The first line is signed by the record key alone.", |draft| {
            drop(draft.record().line("opened").signers.remove(0));
        }),
        bent(
            "addendum-by-the-record-key",
            "After the seal a line is signed by the record key, which is destroyed by then.",
            "broken",
            &["signer_unexpected"],
            |draft| {
                let record = draft.record();
                let at_mono_us = record.mono_us;
                record.say("mark", json!({ "mark": "later", "at_mono_us": at_mono_us }));
                record.line("mark").signers = vec![record.record_key.clone()];
            },
        ),
        bent(
            "further-signature-of-unknown-suite",
            "A line carries a signature of a suite this edition does not know beside its own.",
            "unsupported",
            &["suite_unsupported"],
            |draft| {
                draft.record().line("place").sigs = Some(Box::new(|sigs| format!("{sigs},sm2.0123456789abcdef.AAAA")));
            },
        ),
    ]
}
