//! Device certificates (section 3).

use serde_json::{Value, json};

use crate::agency::{FROM_US, certificate_line, keyset_line, revoked_line, role_line};
use crate::case::{Case, bent};
use crate::draft::Draft;
use crate::keys;
use crate::record::{DAY, SECOND, T0_US};
use crate::signed::Line;

fn certified(draft: &mut Draft, edit: impl Fn(&mut Value), signer: &str) {
    let certificate = certificate_line("device-a", edit, signer);
    draft.record().body("opened")["certificate"] = json!(certificate);
}

fn invalid(name: &'static str, about: &'static str, bend: impl FnOnce(&mut Draft)) -> Case {
    bent(name, about, "broken", &["certificate_invalid"], bend)
}

fn keyset(draft: &mut Draft) -> &mut Vec<Line> {
    draft.keyset.as_mut().expect("an inspection has a key set")
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        bent(
            "certificate-missing",
            "The record carries no certificate: the agency does not vouch for its device.",
            "valid_unanchored",
            &["certificate_missing"],
            |draft| {
                let opened = draft.record().body("opened").as_object_mut().expect("an object");
                opened.shift_remove("certificate");
            },
        ),
        invalid("certificate-by-a-stranger", "The certificate is signed by a key of nobody's.", |draft| {
            certified(draft, |_| (), "stranger");
        }),
        invalid(
            "certificate-by-a-key-of-another-role",
            "The certificate is signed by the agency's receipt key.",
            |draft| {
                certified(draft, |_| (), "role receipt");
            },
        ),
        invalid("certificate-of-another-device", "The certificate is for another device.", |draft| {
            certified(draft, |value| value["device"] = json!(keys::id("device-b")), "role device");
        }),
        invalid("certificate-of-another-key", "The certificate is for another key of the device.", |draft| {
            certified(draft, |value| value["key"] = keys::key("device-b"), "role device");
        }),
        invalid("certificate-edition-2", "An edition of the certificate that does not exist.", |draft| {
            certified(draft, |value| value["edition"] = json!(2), "role device");
        }),
        invalid("certificate-with-lf", "The certificate ends in an LF.", |draft| {
            let opened = draft.record().body("opened");
            opened["certificate"] = json!(format!("{}\n", opened["certificate"].as_str().unwrap_or_default()));
        }),
        invalid("certificate-by-a-revoked-key", "The agency's device key had been revoked when it signed.", |draft| {
            keyset(draft).push(revoked_line("role device", T0_US - 60 * DAY, "root 1"));
        }),
        invalid("certificate-by-an-expired-key", "The agency's device key had expired when it signed.", |draft| {
            keyset(draft)[3] = role_line("device", "role device", FROM_US, T0_US - 31 * DAY, "root 1");
        }),
        bent(
            "certificate-of-unknown-suite",
            "The certificate is signed under a suite this edition does not know by a key the agency vouches for.",
            "unsupported",
            &["suite_unsupported"],
            |draft| {
                let public = json!({ "suite": "sm2", "public": "AAAA" });
                let body = json!({ "role": "device", "key": public.clone(), "valid_from_us": FROM_US, "valid_until_us": T0_US + DAY });
                keyset(draft)[3] = keyset_line("key", body, &["root 1"]);
                let json = certificate_line("device-a", |_| (), "role device");
                let (_, json) = json.split_once(' ').expect("a signed line");
                let id = keys::id_of(&public);
                draft.record().body("opened")["certificate"] = json!(format!("sm2.{id}.AAAA {json}"));
            },
        ),
        bent(
            "certificate-expired",
            "The certificate had expired before the head that the record carries.",
            "broken",
            &["certificate_outside_validity"],
            |draft| certified(draft, |value| value["valid_until_us"] = json!(T0_US - DAY), "role device"),
        ),
        bent(
            "certificate-not-yet-valid",
            "The certificate becomes valid only after the receipt.",
            "broken",
            &["certificate_outside_validity"],
            |draft| certified(draft, |value| value["valid_from_us"] = json!(T0_US + DAY), "role device"),
        ),
        bent(
            "certificate-expires-meanwhile",
            "The certificate expires between head and receipt: nobody can say which side the record lies on.",
            "valid_unanchored",
            &["certificate_validity_unproved"],
            |draft| certified(draft, |value| value["valid_until_us"] = json!(T0_US + 60 * SECOND), "role device"),
        ),
        bent(
            "device-revoked-before",
            "The device was revoked before the head that the record carries.",
            "broken",
            &["certificate_revoked"],
            |draft| keyset(draft).push(revoked_line("device-a", T0_US - DAY, "root 1")),
        ),
        bent(
            "device-revoked-meanwhile",
            "The device was revoked between head and receipt.",
            "valid_unanchored",
            &["certificate_validity_unproved"],
            |draft| keyset(draft).push(revoked_line("device-a", T0_US + 60 * SECOND, "root 1")),
        ),
    ]
}
