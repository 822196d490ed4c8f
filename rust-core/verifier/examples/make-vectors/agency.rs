//! The agency's side: its key set, the certificates it gives, the heads of its log.

use quanji_evidence::line::Tag;
use quanji_evidence::text::Origin;
use quanji_evidence::{PublicKey, head::Head};
use serde_json::{Value, json};

use crate::keys;
use crate::record::{DAY, T0_US};
use crate::signed::Line;

/// From 2026-01-01 on or so.
pub(crate) const FROM_US: u64 = T0_US - 315 * DAY;
pub(crate) const UNTIL_US: u64 = T0_US + 700 * DAY;
const ROLES: [&str; 4] = ["receipt", "head", "device", "document"];

/// `agency.pub` of a root key.
pub(crate) fn public_file(root: &str) -> String {
    let key: &PublicKey = &keys::signer(root).public().clone();
    key.to_file()
}

pub(crate) fn root_line(name: &str, signers: &[&str]) -> Line {
    keyset_line("root", json!({ "key": keys::key(name) }), signers)
}

pub(crate) fn role_line(role: &str, name: &str, from_us: u64, until_us: u64, signer: &str) -> Line {
    let body = json!({ "role": role, "key": keys::key(name), "valid_from_us": from_us, "valid_until_us": until_us });
    keyset_line("key", body, &[signer])
}

pub(crate) fn revoked_line(name: &str, from_us: u64, signer: &str) -> Line {
    keyset_line("revoked", json!({ "keyid": keys::key_id(name), "from_us": from_us }), &[signer])
}

pub(crate) fn keyset_line(kind: &str, body: Value, signers: &[&str]) -> Line {
    let value = json!({ "seq": 0, "prev": keys::zero(), "kind": kind, "body": body });
    Line::new(Tag::Keyset, value, signers)
}

/// One root and one key of each role, named `role ROLE`.
pub(crate) fn keyset() -> Vec<Line> {
    let mut lines = vec![root_line("root 1", &["root 1"])];
    lines.extend(ROLES.map(|role| role_line(role, &format!("role {role}"), FROM_US, UNTIL_US, "root 1")));
    lines
}

/// The certificate of a device key, for the device of the same name.
pub(crate) fn certificate(device_key: &str) -> String {
    certificate_line(device_key, |_| (), "role device")
}

/// As [`certificate`], changed and signed by another.
pub(crate) fn certificate_line(device_key: &str, edit: impl Fn(&mut Value), signer: &str) -> String {
    let mut value = json!({
        "edition": 1, "number": 1, "agency": keys::id("agency"), "unit": keys::id("unit"), "device": keys::id(device_key),
        "key": keys::key(device_key), "issued_us": T0_US - 30 * DAY, "valid_from_us": T0_US - 30 * DAY,
        "valid_until_us": T0_US + 300 * DAY,
    });
    edit(&mut value);
    let line = Line::new(Tag::Certificate, value, &[signer]).bytes();
    String::from_utf8_lossy(&line).trim_end().to_owned()
}

/// A head of the agency's log at an instant.
pub(crate) fn head(time_us: u64) -> String {
    head_by("role head", time_us)
}

pub(crate) fn head_by(name: &str, time_us: u64) -> String {
    let origin = Origin::parse("agency.example/quanji").expect("an origin");
    Head::write(&origin, 4_711, &[7; 32], time_us, keys::signer(name).as_ref()).expect("keys in memory sign")
}
