//! The agency's key set (section 3).

use serde_json::json;

use super::tools::{bend_lines, bend_member};
use crate::agency::{FROM_US, UNTIL_US, keyset_line, public_file, role_line, root_line};
use crate::case::{Case, bent};
use crate::draft::Draft;
use crate::signed::Line;

fn invalid(name: &'static str, about: &'static str, bend: impl FnOnce(&mut Draft)) -> Case {
    bent(name, about, "broken", &["keyset_invalid"], bend)
}

fn lines(draft: &mut Draft) -> &mut Vec<Line> {
    draft.keyset.as_mut().expect("an inspection has a key set")
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        invalid("keyset-line-dropped", "A line of the key set is gone: the next does not follow.", |draft| {
            bend_lines(draft, "keyset", |lines| drop(lines.remove(1)));
        }),
        invalid("keyset-lines-swapped", "Two lines of the key set changed places.", |draft| {
            bend_lines(draft, "keyset", |lines| lines.swap(2, 3));
        }),
        invalid("keyset-signed-by-the-old-root", "A role key is signed by a root that had handed over.", |draft| {
            lines(draft).push(root_line("root 2", &["root 1", "root 2"]));
            lines(draft).push(role_line("receipt", "role receipt, new", FROM_US, UNTIL_US, "root 1"));
        }),
        invalid(
            "keyset-new-root-signs-alone",
            "A new root is signed by itself only, not by the one before.",
            |draft| {
                lines(draft).push(root_line("root 2", &["root 2"]));
            },
        ),
        invalid("keyset-new-root-does-not-sign", "A new root is signed by the one before only.", |draft| {
            lines(draft).push(root_line("root 2", &["root 1"]));
        }),
        invalid("keyset-further-signature", "A line carries a signature beside the one it must have.", |draft| {
            lines(draft)[1].signers.push("stranger".to_owned());
        }),
        invalid("keyset-signature-flipped", "A signature in the key set does not hold.", |draft| {
            lines(draft)[3].sigs = Some(Box::new(super::tools::flip_signature));
        }),
        invalid("keyset-begins-with-a-role", "The first line is not a root.", |draft| drop(lines(draft).remove(0))),
        invalid("keyset-without-last-lf", "The last line of the key set has no LF.", |draft| {
            bend_member(draft, "keyset", |bytes| bytes.truncate(bytes.len() - 1));
        }),
        invalid("keyset-empty", "The key set has no bytes.", |draft| bend_member(draft, "keyset", Vec::clear)),
        invalid("keyset-crlf", "The lines of the key set end in CR LF.", |draft| {
            bend_lines(draft, "keyset", |lines| {
                for line in lines {
                    line.pop();
                    line.extend_from_slice(b"\r\n");
                }
            });
        }),
        invalid("keyset-key-of-31-bytes", "A role key has 31 bytes, its suite asks for 32.", |draft| {
            lines(draft)[2].value["body"]["key"]["public"] = json!(quanji_evidence::base64url::encode(&[9; 31]));
        }),
        invalid(
            "keyset-key-with-unused-bits",
            "A role key is spelled with unused bits set: a second spelling.",
            |draft| {
                let public = lines(draft)[2].value["body"]["key"]["public"].as_str().unwrap_or_default().to_owned();
                // 32 bytes leave two unused bits in the last of 43 letters; honest ones are every fourth of the alphabet.
                let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
                let last = alphabet.find(&public[42..]).expect("base64url");
                lines(draft)[2].value["body"]["key"]["public"] =
                    json!(format!("{}{}", &public[..42], &alphabet[last + 1..last + 2]));
            },
        ),
        invalid("keyset-unknown-kind", "A line of a kind that a key set does not have.", |draft| {
            lines(draft).push(keyset_line("greeting", json!({}), &["root 1"]));
        }),
        bent(
            "keyset-of-another-agency",
            "The key set is whole, but the agency's key given is none of its roots.",
            "broken",
            &["keyset_foreign"],
            |draft| draft.agency = Some(public_file("root of another agency")),
        ),
        bent(
            "keyset-root-of-unknown-suite",
            "A root is of a suite this edition does not know: the set is not usable, but nothing is broken.",
            "unsupported",
            &["suite_unsupported"],
            |draft| {
                let body = json!({ "key": { "suite": "sm2", "public": "AAAA" } });
                lines(draft).push(keyset_line("root", body, &["root 1"]));
            },
        ),
    ]
}
