//! Keys, ids and salts of the vectors: each made from its name, so that the same vectors come out everywhere.

use quanji_evidence::{Ed25519Signer, P256Signer, Signer};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

fn bytes_of(what: &str, name: &str) -> [u8; 32] {
    Sha256::digest(format!("quanji vectors, {what}: {name}")).into()
}

/// The key of this name: of suite p256 when the name begins so, else ed25519.
pub(crate) fn signer(name: &str) -> Box<dyn Signer> {
    let seed = bytes_of("key", name);
    if name.starts_with("p256") {
        Box::new(P256Signer::from_scalar(&seed).expect("none of the names used here gives zero or the order"))
    } else {
        Box::new(Ed25519Signer::from_seed(&seed))
    }
}

/// The public key as statements carry it.
pub(crate) fn key(name: &str) -> Value {
    json!(signer(name).public())
}

/// Its key id.
pub(crate) fn key_id(name: &str) -> String {
    signer(name).public().id().to_string()
}

/// An id of 32 hex digits.
pub(crate) fn id(name: &str) -> String {
    hex(&bytes_of("id", name)[..16])
}

/// A salt as private values carry it.
pub(crate) fn salt(name: &str) -> String {
    quanji_evidence::base64url::encode(&bytes_of("salt", name)[..16])
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    quanji_evidence::hex::encode(bytes)
}

/// A digest object.
pub(crate) fn digest(bytes: &[u8]) -> Value {
    json!({ "sha256": hex(&Sha256::digest(bytes)) })
}

/// The digest before a first line.
pub(crate) fn zero() -> Value {
    json!({ "sha256": "0".repeat(64) })
}

/// The key id of a public key that no signer here has.
pub(crate) fn id_of(key: &Value) -> String {
    let key: quanji_evidence::PublicKey = serde_json::from_value(key.clone()).expect("a key's form");
    key.id().to_string()
}
