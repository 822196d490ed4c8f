//! What both sides of an enrolment prove with the code's secret (`proto/api/v1/API.md`, Enrolment).

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use quanji_evidence::base64url;
use sha2::Sha256;
use zeroize::Zeroizing;

/// What is authenticated; one kind never passes as the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Request,
    Reply,
}

fn mac(secret: &[u8; 15], said: Said, text: &str) -> Hmac<Sha256> {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, secret)
        .expand(b"quanji/1 enrol", &mut *key)
        .expect("32 bytes are fewer than 255 digests");
    let mut mac = Hmac::<Sha256>::new_from_slice(&*key).expect("a key of any length serves");
    mac.update(match said {
        Said::Request => b"quanji/1 enrol-request\n",
        Said::Reply => b"quanji/1 enrol-reply\n",
    });
    mac.update(text.as_bytes());
    mac
}

/// The MAC of `text` in base64url.
pub(crate) fn of(secret: &[u8; 15], said: Said, text: &str) -> String {
    base64url::encode(&mac(secret, said, text).finalize().into_bytes())
}

/// Whether `given` is the MAC of `text`; compared in constant time.
pub(crate) fn holds(secret: &[u8; 15], said: Said, text: &str, given: &str) -> bool {
    base64url::decode(given).is_some_and(|given| mac(secret, said, text).verify_slice(&given).is_ok())
}
