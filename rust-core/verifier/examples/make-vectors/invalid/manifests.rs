//! The manifest, what it lists and what it withholds (section 2).

use serde_json::json;

use super::tools::{flip_signature, member, respell};
use crate::agency;
use crate::case::{Case, bent};
use crate::draft::Draft;
use crate::keys;
use crate::record::{DAY, HOUR, T0_US};

fn malformed(name: &'static str, about: &'static str, bend: impl FnOnce(&mut Draft)) -> Case {
    bent(name, about, "broken", &["manifest_malformed"], bend)
}

fn with_playlist(draft: &mut Draft) {
    draft.extra.push(("play.m3u8".to_owned(), b"#EXTM3U\n".to_vec()));
}

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = vec![
        bent(
            "manifest-missing",
            "No member manifest: nothing says what the bundle should hold.",
            "broken",
            &["manifest_missing"],
            |draft| {
                draft.bend_all = Some(Box::new(|members| members.retain(|(name, _)| name != "manifest")));
            },
        ),
        malformed("manifest-crlf", "The manifest's line ends in CR LF.", |draft| {
            draft.bend_all = Some(Box::new(|members| {
                let manifest = member(members, "manifest");
                manifest.pop();
                manifest.extend_from_slice(b"\r\n");
            }));
        }),
        malformed("manifest-without-lf", "The manifest's line has no LF.", |draft| {
            draft.bend_all = Some(Box::new(|members| {
                let manifest = member(members, "manifest");
                manifest.truncate(manifest.len() - 1);
            }));
        }),
        malformed("manifest-of-two-lines", "The manifest's line stands there twice: it is one signed line.", |draft| {
            draft.bend_all = Some(Box::new(|members| {
                let manifest = member(members, "manifest");
                manifest.extend(manifest.clone());
            }));
        }),
        malformed("manifest-name-twice", "A member name stands twice in the manifest's JSON.", |draft| {
            draft.spell_manifest = respell(r#""edition":1"#, r#""edition":1,"edition":1"#);
        }),
        malformed("manifest-with-white-space", "A space outside strings: one value has one spelling.", |draft| {
            draft.spell_manifest = respell("{", "{ ");
        }),
        malformed("manifest-edition-2", "An edition of the manifest that does not exist.", |draft| {
            draft.bend_manifest = Some(Box::new(|value| value["edition"] = json!(2)));
        }),
        malformed("manifest-lists-a-name-twice", "The manifest lists one member twice.", |draft| {
            draft.bend_manifest = Some(Box::new(|value| {
                let first = value["members"][0].clone();
                value["members"].as_array_mut().expect("a list").push(first);
            }));
        }),
        malformed("manifest-instant-as-float", "An instant is written as a float.", |draft| {
            let created = format!("\"created_us\":{}", T0_US + 3 * HOUR);
            draft.spell_manifest = Some(Box::new(move |text| text.replacen(&created, &format!("{created}.0"), 1)));
        }),
        bent(
            "manifest-signature-flipped",
            "One letter of the manifest's signature is another.",
            "broken",
            &["manifest_signature_invalid"],
            |draft| draft.sign_manifest = Some(Box::new(flip_signature)),
        ),
        bent(
            "manifest-signed-by-another",
            "The manifest names one signer and is signed by another.",
            "broken",
            &["manifest_signature_invalid"],
            |draft| draft.bend_manifest = Some(Box::new(|value| value["signer"] = keys::key("stranger"))),
        ),
        bent(
            "manifest-signer-of-unknown-suite",
            "The manifest's signer is of a suite this edition does not know: unsupported, never broken.",
            "unsupported",
            &["suite_unsupported"],
            |draft| {
                draft.bend_manifest =
                    Some(Box::new(|value| value["signer"] = json!({ "suite": "sm2", "public": "AAAA" })));
            },
        ),
        bent(
            "manifest-signed-by-a-stranger",
            "The manifest is signed by a key the agency does not vouch for.",
            "valid_unanchored",
            &["manifest_signer_unknown"],
            |draft| draft.signers = vec!["stranger"],
        ),
        bent(
            "manifest-signed-by-a-revoked-key",
            "The document key that signed the manifest was revoked before.",
            "valid_unanchored",
            &["manifest_signer_unknown"],
            |draft| {
                let revoked = agency::revoked_line("role document", T0_US, "root 1");
                draft.keyset.get_or_insert_default().push(revoked);
            },
        ),
        bent(
            "manifest-signed-by-an-expired-device",
            "The manifest is signed by a device whose certificate had expired before the record.",
            "broken",
            &["certificate_outside_validity", "manifest_signer_unknown"],
            |draft| {
                draft.signers = vec!["device-a"];
                let edit = |value: &mut serde_json::Value| value["valid_until_us"] = json!(T0_US - DAY);
                let expired = agency::certificate_line("device-a", edit, "role device");
                draft.record().body("opened")["certificate"] = json!(expired);
            },
        ),
    ];
    cases.extend(listed());
    cases.extend(withheld());
    cases
}

fn listed() -> Vec<Case> {
    vec![
        bent(
            "member-missing",
            "A member that the manifest lists is not there.",
            "incomplete",
            &["member_missing"],
            |draft| {
                with_playlist(draft);
                draft.bend_all = Some(Box::new(|members| members.retain(|(name, _)| name != "play.m3u8")));
            },
        ),
        bent("member-changed", "One byte of a listed member is another.", "broken", &["member_mismatch"], |draft| {
            with_playlist(draft);
            draft.bend_all = Some(Box::new(|members| member(members, "play.m3u8")[3] ^= 1));
        }),
        bent("member-longer", "A listed member is one byte longer.", "broken", &["member_mismatch"], |draft| {
            with_playlist(draft);
            draft.bend_all = Some(Box::new(|members| member(members, "play.m3u8").push(b'\n')));
        }),
        bent("member-uncovered", "A member that nothing covers.", "broken", &["member_uncovered"], |draft| {
            draft.bend_all = Some(Box::new(|members| members.push(("notes.txt".to_owned(), b"added".to_vec()))));
        }),
        bent(
            "segment-changed-after-export",
            "One byte of a segment changed after export: manifest and journal both say so.",
            "broken",
            &["member_mismatch", "media_digest_mismatch"],
            |draft| {
                draft.bend_all = Some(Box::new(|members| {
                    let segment = member(members, "takes/1/1.m4s");
                    let last = segment.len() - 1;
                    segment[last] ^= 0x10;
                }));
            },
        ),
    ]
}

fn withheld() -> Vec<Case> {
    let without = &["withheld", "withheld_without_approval"];
    let present = &["withheld", "withheld_present"];
    vec![
        bent(
            "segment-withheld-without-approval",
            "A segment is left out, and no approval is named.",
            "incomplete",
            without,
            |draft| {
                draft.withheld_members.push(("takes/1/2.m4s".to_owned(), false));
            },
        ),
        bent(
            "private-withheld-without-approval",
            "A name is left out, and no approval is named.",
            "incomplete",
            without,
            |draft| {
                let folder = draft.record().folder.clone();
                draft.withheld_private.push((folder, "p2".to_owned(), false));
            },
        ),
        bent("withheld-member-present", "A member is said to be withheld and is there.", "broken", present, |draft| {
            draft.bend_manifest = Some(Box::new(|value| {
                let name = value["members"][1]["name"].clone();
                let approval = json!({ "by": "officer", "number": "7", "at_us": T0_US });
                value["withheld_members"] = json!([{ "name": name, "approval": approval }]);
            }));
        }),
        bent(
            "withheld-private-present",
            "A private value is said to be withheld and is there.",
            "broken",
            present,
            |draft| {
                draft.bend_manifest = Some(Box::new(|value| {
                    let record = value["records"][0].clone();
                    let approval = json!({ "by": "officer", "number": "7", "at_us": T0_US });
                    value["withheld_private"] = json!([{ "record": record, "ref": "p1", "approval": approval }]);
                }));
            },
        ),
    ]
}
