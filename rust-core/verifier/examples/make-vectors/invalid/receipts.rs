//! Receipts (section 8).

use serde_json::{Value, json};

use super::tools::{bend_lines, bend_member, flip_signature};
use crate::agency::{FROM_US, keyset_line, revoked_line, role_line};
use crate::case::{Case, bent};
use crate::draft::Draft;
use crate::keys;
use crate::receipt::{DEADLINE_US, Receipt};
use crate::record::{DAY, HOUR, SECOND, T0_US};

/// A receipt that says something else, signed so.
fn saying(
    name: &'static str,
    about: &'static str,
    verdict: &'static str,
    codes: &'static [&'static str],
    edit: fn(&mut Value),
) -> Case {
    bent(name, about, verdict, codes, move |draft| draft.record().receipts[0].edit = Some(Box::new(edit)))
}

fn ours(draft: &mut Draft) -> &mut Receipt {
    &mut draft.record().receipts[0]
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = forms();
    cases.extend(contents());
    cases.extend(deadlines());
    cases
}

fn forms() -> Vec<Case> {
    let malformed = &["receipt_malformed", "receipt_missing"];
    let invalid = &["receipt_invalid", "receipt_missing"];
    vec![
        bent(
            "receipt-missing",
            "No receipt: nothing proves that the record is not younger.",
            "valid_unanchored",
            &["receipt_missing"],
            |draft| {
                draft.record().receipts.clear();
            },
        ),
        bent(
            "receipt-covers-too-little",
            "The only receipt covers lines before the seal.",
            "valid_unanchored",
            &["receipt_missing"],
            |draft| ours(draft).head_seq = Some(4),
        ),
        saying("receipt-of-another-record", "The receipt is of another record.", "broken", malformed, |value| {
            value["record"] = json!(keys::id("another record"));
        }),
        saying("receipt-edition-2", "An edition of the receipt that does not exist.", "broken", malformed, |value| {
            value["edition"] = json!(2);
        }),
        saying("receipt-trigger-reversed", "The trigger ends before it begins.", "broken", malformed, |value| {
            value["trigger"]["not_before_us"] = json!(T0_US + 2 * HOUR);
        }),
        saying(
            "receipt-word-unknown",
            "Whether it is on time is said in a word nobody knows.",
            "broken",
            malformed,
            |value| {
                value["on_time"] = json!("maybe");
            },
        ),
        bent("receipt-torn", "The receipt's line is cut off.", "broken", malformed, |draft| {
            bend_member(draft, "receipts", |bytes| bytes.truncate(bytes.len() - 5));
        }),
        bent("receipt-by-a-stranger", "The receipt is signed by a key of nobody's.", "broken", invalid, |draft| {
            ours(draft).signers = vec!["stranger"];
        }),
        bent(
            "receipt-by-a-key-of-another-role",
            "The receipt is signed by the agency's head key.",
            "broken",
            invalid,
            |draft| {
                ours(draft).signers = vec!["role head"];
            },
        ),
        bent("receipt-by-an-expired-key", "The receipt key had expired when it signed.", "broken", invalid, |draft| {
            draft.keyset.get_or_insert_default()[1] = role_line("receipt", "role receipt", FROM_US, T0_US, "root 1");
        }),
        bent(
            "receipt-by-a-revoked-key",
            "The receipt key had been revoked when it signed.",
            "broken",
            invalid,
            |draft| {
                draft.keyset.get_or_insert_default().push(revoked_line("role receipt", T0_US, "root 1"));
            },
        ),
        bent("receipt-changed", "The receipt was changed under its signature.", "broken", invalid, |draft| {
            bend_lines(draft, "receipts", |lines| super::tools::replace(&mut lines[0], "\"number\":1", "\"number\":2"));
        }),
        bent(
            "receipt-signature-flipped",
            "The receipt's signature does not hold; a second receipt does.",
            "broken",
            &["receipt_invalid"],
            |draft| {
                let issued_us = T0_US + 2 * HOUR;
                draft.record().receipts.push(Receipt { number: 2, issued_us, ..Receipt::ordinary() });
                bend_lines(draft, "receipts", |lines| {
                    let text = String::from_utf8_lossy(&lines[0]).into_owned();
                    let (sigs, json) = text.split_once(' ').expect("a signed line");
                    lines[0] = format!("{} {json}", flip_signature(sigs.to_owned())).into_bytes();
                });
            },
        ),
        bent(
            "receipt-of-unknown-suite",
            "The receipt is signed under a suite this edition does not know by a key the agency vouches for.",
            "unsupported",
            &["suite_unsupported", "receipt_missing"],
            |draft| {
                let public = json!({ "suite": "sm2", "public": "AAAA" });
                let id = keys::id_of(&public);
                let body = json!({ "role": "receipt", "key": public, "valid_from_us": FROM_US, "valid_until_us": T0_US + DAY });
                draft.keyset.get_or_insert_default()[1] = keyset_line("key", body, &["root 1"]);
                bend_lines(draft, "receipts", move |lines| {
                    let text = String::from_utf8_lossy(&lines[0]).into_owned();
                    let (_, json) = text.split_once(' ').expect("a signed line");
                    lines[0] = format!("sm2.{id}.AAAA {json}").into_bytes();
                });
            },
        ),
    ]
}

fn contents() -> Vec<Case> {
    let head = &["receipt_head_mismatch", "receipt_missing"];
    let media = &["receipt_media_mismatch", "receipt_missing"];
    let order = &["receipt_time_order", "receipt_missing"];
    vec![
        saying("receipt-head-otherwise", "The receipt covers a line of another digest.", "broken", head, |value| {
            value["head"]["digest"] = keys::digest(b"another line");
        }),
        saying(
            "receipt-head-beyond",
            "The receipt covers a line that the journal does not have.",
            "broken",
            head,
            |value| {
                value["head"]["seq"] = json!(4_711);
            },
        ),
        saying(
            "receipt-media-bytes-otherwise",
            "The receipt sums up one byte more than the segments.",
            "broken",
            media,
            |value| {
                value["media"]["size_bytes"] = json!(value["media"]["size_bytes"].as_u64().unwrap_or_default() + 1);
            },
        ),
        saying(
            "receipt-media-digest-otherwise",
            "The receipt's digest is not that of the segments' digests.",
            "broken",
            media,
            |value| {
                value["media"]["digest"] = keys::digest(b"other segments");
            },
        ),
        saying(
            "receipt-issued-before-stored",
            "The receipt was issued before the bytes were stored.",
            "broken",
            order,
            |value| {
                value["issued_us"] = json!(T0_US + HOUR - SECOND);
            },
        ),
        bent(
            "receipt-stored-before-the-anchor",
            "Stored before the head that the record itself carries.",
            "broken",
            order,
            |draft| {
                (ours(draft).stored_us, ours(draft).issued_us) = (T0_US - HOUR, T0_US - HOUR + SECOND);
            },
        ),
        bent(
            "receipt-number-repeated",
            "A second receipt carries the number of the first.",
            "broken",
            &["receipt_time_order"],
            |draft| {
                let issued_us = T0_US + 2 * HOUR;
                draft.record().receipts.push(Receipt { issued_us, ..Receipt::ordinary() });
            },
        ),
        bent(
            "receipt-time-goes-back",
            "A second receipt was issued before the first.",
            "broken",
            &["receipt_time_order"],
            |draft| {
                let (stored_us, issued_us) = (T0_US + HOUR - 2 * SECOND, T0_US + HOUR - SECOND);
                draft.record().receipts.push(Receipt { number: 2, stored_us, issued_us, ..Receipt::ordinary() });
            },
        ),
    ]
}

fn deadlines() -> Vec<Case> {
    vec![
        bent(
            "receipt-deadline-otherwise",
            "The receipt's deadline is a day later than the calendar gives: regulation, not the verdict.",
            "valid",
            &["receipt_deadline_wrong"],
            |draft| {
                ours(draft).deadline_us = DEADLINE_US + DAY;
            },
        ),
        bent(
            "receipt-late-called-in-time",
            "Stored after the deadline, and the receipt says in time.",
            "valid",
            &["receipt_on_time_wrong"],
            |draft| {
                (ours(draft).stored_us, ours(draft).issued_us) = (DEADLINE_US, DEADLINE_US + SECOND);
            },
        ),
        bent(
            "receipt-in-time-called-late",
            "Stored in time, and the receipt says late.",
            "valid",
            &["receipt_on_time_wrong", "stored_late"],
            |draft| {
                ours(draft).on_time = "no";
            },
        ),
        bent(
            "receipt-provisional-called-late",
            "A provisional deadline is never overdue, and the receipt says late.",
            "valid",
            &["receipt_on_time_wrong", "stored_late"],
            |draft| {
                (ours(draft).is_provisional, ours(draft).on_time) = (true, "no");
            },
        ),
    ]
}
