//! OpenSSL as outside judge: it verifies, from a vector's bytes, signatures that our library made and checks.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::fs;
use std::io::Cursor;
use std::process::Command;

use common::vectors;
use quanji_evidence::PublicKey;
use quanji_evidence::bundle::Bundle;
use quanji_evidence::key::{Signature, Suite};
use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine, Tag};
use tempfile::TempDir;

/// The first line of the journal of a valid vector, and its record key.
fn first_line(name: &str) -> (Vec<u8>, PublicKey) {
    let vector = vectors().into_iter().find(|vector| vector.place() == format!("valid/{name}")).unwrap();
    let mut bundle = Bundle::open(Cursor::new(vector.bundle())).unwrap();
    let journal =
        bundle.members().iter().map(|member| member.name.to_string()).find(|name| name.ends_with("/journal")).unwrap();
    let bytes = bundle.read(&journal).unwrap().unwrap();
    let line = bytes.split_inclusive(|byte| *byte == b'\n').next().unwrap().to_vec();
    let value = SignedLine::parse(&line, LINE_LIMIT_BYTES).unwrap().value;
    (line, serde_json::from_value(value["body"]["record_key"].clone()).unwrap())
}

/// DER headers of a SubjectPublicKeyInfo.
fn spki(key: &PublicKey) -> Vec<u8> {
    let head: &[u8] = match key.suite().unwrap() {
        Suite::Ed25519 => &[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00],
        Suite::P256 => &[
            0x30, 0x39, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
            0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x22, 0x00,
        ],
    };
    [head, &key.public_bytes().unwrap()].concat()
}

/// r‖s as the DER sequence of two integers that OpenSSL wants.
fn der(raw: &[u8]) -> Vec<u8> {
    let integer = |bytes: &[u8]| {
        let from = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len() - 1);
        let mut body = bytes[from..].to_vec();
        if body[0] & 0x80 != 0 {
            body.insert(0, 0);
        }
        [vec![2, body.len() as u8], body].concat()
    };
    let both = [integer(&raw[..32]), integer(&raw[32..])].concat();
    [vec![0x30, both.len() as u8], both].concat()
}

fn openssl_verifies(key: &PublicKey, signature: &Signature, message: &[u8]) -> bool {
    let dir = TempDir::new().unwrap();
    let path = |name: &str| dir.path().join(name).display().to_string();
    fs::write(path("key.der"), spki(key)).unwrap();
    fs::write(path("message"), message).unwrap();
    let args: Vec<String> = match key.suite().unwrap() {
        Suite::Ed25519 => {
            fs::write(path("signature"), &signature.bytes).unwrap();
            let (key, signature, message) = (path("key.der"), path("signature"), path("message"));
            format!("pkeyutl -verify -pubin -keyform DER -inkey {key} -rawin -sigfile {signature} -in {message}")
        }
        Suite::P256 => {
            fs::write(path("signature"), der(&signature.bytes)).unwrap();
            let (key, signature, message) = (path("key.der"), path("signature"), path("message"));
            format!("dgst -sha256 -keyform DER -verify {key} -signature {signature} {message}")
        }
    }
    .split(' ')
    .map(str::to_owned)
    .collect();
    Command::new("openssl").args(args).output().expect("openssl is installed").status.success()
}

fn judged(name: &str, suite: Suite) {
    let (bytes, key) = first_line(name);
    assert_eq!(key.suite(), Some(suite));
    let line = SignedLine::parse(&bytes, LINE_LIMIT_BYTES).unwrap();
    let signature = line.signatures.iter().find(|signature| signature.key == key.id()).unwrap();
    let message = line.message(Tag::Line);
    assert!(openssl_verifies(&key, signature, &message));
    assert!(!openssl_verifies(&key, signature, &line.message(Tag::Receipt)), "another tag is another message");
}

#[test]
fn openssl_verifies_an_ed25519_line() {
    judged("sealed-and-receipted", Suite::Ed25519);
}

#[test]
fn openssl_verifies_a_p256_line() {
    judged("p256-keys", Suite::P256);
}
