//! What both sides of an enrolment prove with the code's secret. Written apart from the phone's, so that each is held against the other.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use quanji_evidence::base64url;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The MAC key of a secret: HKDF-SHA-256 without salt, info `quanji/1 enrol`.
pub(super) fn key_of(secret: &[u8; 15]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    let expanded = Hkdf::<Sha256>::new(None, secret).expand(b"quanji/1 enrol", &mut *key);
    expanded.expect("32 bytes are fewer than 255 digests");
    key
}

fn begun(key: &[u8], domain: &[u8], text: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length serves");
    mac.update(domain);
    mac.update(text.as_bytes());
    mac
}

/// Whether the request's MAC holds; compared in constant time.
pub(super) fn request_holds(key: &[u8], line: &str, given: &str) -> bool {
    let mac = begun(key, b"quanji/1 enrol-request\n", line);
    base64url::decode(given).is_some_and(|given| mac.verify_slice(&given).is_ok())
}

/// The MAC of a reply, in base64url.
pub(super) fn of_reply(key: &[u8], reply: &str) -> String {
    base64url::encode(&begun(key, b"quanji/1 enrol-reply\n", reply).finalize().into_bytes())
}
