//! A verifier that shares no code with us.

use std::process::Command;

use quanji_evidence::PublicKey;

/// Whether OpenSSL finds that `key` (Ed25519) signed exactly `message`.
pub fn openssl_verifies(key: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let mut der = vec![0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
    der.extend(key.public_bytes().unwrap());
    std::fs::write(at("key"), der).unwrap();
    std::fs::write(at("message"), message).unwrap();
    std::fs::write(at("signature"), signature).unwrap();
    let mut command = Command::new("openssl");
    command.args(["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-rawin", "-inkey"]).arg(at("key"));
    command.arg("-in").arg(at("message")).arg("-sigfile").arg(at("signature"));
    command.output().expect("openssl is installed").status.success()
}
