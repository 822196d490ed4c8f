//! Public keys, key ids and signatures of the suites this edition knows.

use std::fmt;

use p256::ecdsa::signature::Verifier as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{base64url, hex};

/// A signature scheme with its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Suite {
    /// RFC 8032, verified strictly.
    Ed25519,
    /// ECDSA on P-256 with SHA-256, low s: what an Android key store can make.
    P256,
}

impl Suite {
    /// The suite's name in lines and keys.
    pub const fn name(self) -> &'static str {
        match self {
            Suite::Ed25519 => "ed25519",
            Suite::P256 => "p256",
        }
    }

    /// The suite of that name; `None` for one of a later edition.
    pub fn named(name: &str) -> Option<Suite> {
        match name {
            "ed25519" => Some(Suite::Ed25519),
            "p256" => Some(Suite::P256),
            _ => None,
        }
    }
}

/// First 16 hex digits of the digest of a key: enough to find it, never what is trusted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; 8]);

impl KeyId {
    /// Reads 16 lower-case hex digits.
    pub fn parse(text: &str) -> Option<KeyId> {
        hex::decode_array(text).map(KeyId)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(&self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl Serialize for KeyId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for KeyId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        KeyId::parse(&text).ok_or_else(|| serde::de::Error::custom("not 16 lower-case hex digits"))
    }
}

/// A public key as statements carry it: the suite may be one this program does not know.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicKey {
    suite: SuiteName,
    public: PublicText,
}

impl PublicKey {
    /// A key of a known suite from its raw bytes.
    pub fn new(suite: Suite, public: &[u8]) -> PublicKey {
        PublicKey { suite: SuiteName(suite.name().to_owned()), public: PublicText(base64url::encode(public)) }
    }

    /// The suite; `None` when this program does not know it.
    pub fn suite(&self) -> Option<Suite> {
        Suite::named(&self.suite.0)
    }

    /// The suite's name as the statement gives it.
    pub fn suite_name(&self) -> &str {
        &self.suite.0
    }

    /// The raw public bytes, or `None` when the text is not canonical base64url.
    pub fn public_bytes(&self) -> Option<Vec<u8>> {
        base64url::decode(&self.public.0)
    }

    /// SHA-256 of suite, `:` and public bytes, shortened. A text that makes no key by its spelling or length counts as no bytes.
    pub fn id(&self) -> KeyId {
        let mut digest = Sha256::new();
        digest.update(self.suite.0.as_bytes());
        digest.update(b":");
        let bytes = if self.is_spelled_well() { self.public_bytes() } else { None };
        digest.update(bytes.unwrap_or_default());
        let mut id = [0; 8];
        id.copy_from_slice(&digest.finalize()[..8]);
        KeyId(id)
    }

    /// Whether the public text is canonical base64url of its suite's length; such bytes may still be no point.
    pub fn is_spelled_well(&self) -> bool {
        self.public_bytes().is_some_and(|bytes| match self.suite() {
            Some(Suite::Ed25519) => bytes.len() == 32,
            Some(Suite::P256) => bytes.len() == 33,
            None => true,
        })
    }

    /// Prepares the key for verification; `None` when its bytes are no key of its suite.
    pub fn verifier(&self) -> Option<Verifier> {
        let bytes = self.public_bytes()?;
        match self.suite()? {
            Suite::Ed25519 => {
                let bytes: [u8; 32] = bytes.try_into().ok()?;
                if !is_canonical_y(&bytes) {
                    return None;
                }
                let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).ok()?;
                Some(Verifier(Scheme::Ed25519(Box::new(key))))
            }
            Suite::P256 => {
                // The curve library also reads SEC1's compact form, whose tag is 5: the same key in another spelling.
                if bytes.len() != 33 || !matches!(bytes[0], 2 | 3) {
                    return None;
                }
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&bytes).ok()?;
                Some(Verifier(Scheme::P256(Box::new(key))))
            }
        }
    }

    /// One line `suite.keyid.public` LF: the form of `agency.pub`.
    pub fn to_file(&self) -> String {
        format!("{}.{}.{}\n", self.suite.0, self.id(), self.public.0)
    }

    /// Reads what [`PublicKey::to_file`] writes; `None` for another form, an unknown suite or an id that is not the key's.
    pub fn from_file(text: &str) -> Option<PublicKey> {
        let mut parts = text.strip_suffix('\n').unwrap_or(text).split('.');
        let (suite, id, public) = (parts.next()?, parts.next()?, parts.next()?);
        let key = PublicKey::new(Suite::named(suite)?, &base64url::decode(public)?);
        (parts.next().is_none() && KeyId::parse(id)? == key.id()).then_some(key)
    }
}

/// A y coordinate below p = 2^255 − 19; the top bit is the sign of x. The curve library accepts the 19 values above.
fn is_canonical_y(bytes: &[u8; 32]) -> bool {
    let top = bytes[31] & 0x7f;
    !(top == 0x7f && bytes[1..31].iter().all(|byte| *byte == 0xff) && bytes[0] >= 0xed)
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct SuiteName(String);

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct PublicText(String);

impl TryFrom<String> for SuiteName {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = is_suite_name(&text);
        if fits { Ok(SuiteName(text)) } else { Err("not a suite name") }
    }
}

impl TryFrom<String> for PublicText {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = (1..=200).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if fits { Ok(PublicText(text)) } else { Err("not base64url") }
    }
}

impl From<SuiteName> for String {
    fn from(name: SuiteName) -> String {
        name.0
    }
}

impl From<PublicText> for String {
    fn from(text: PublicText) -> String {
        text.0
    }
}

pub(crate) fn is_suite_name(text: &str) -> bool {
    (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// A key ready to verify, so that a journal of many lines prepares it once.
#[derive(Debug, Clone)]
pub struct Verifier(Scheme);

#[derive(Debug, Clone)]
enum Scheme {
    Ed25519(Box<ed25519_dalek::VerifyingKey>),
    P256(Box<p256::ecdsa::VerifyingKey>),
}

impl Verifier {
    /// Whether `signature` over `message` holds, in its one spelling.
    pub fn holds(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        match &self.0 {
            Scheme::Ed25519(key) => {
                key.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
            }
            Scheme::P256(key) => p256::ecdsa::Signature::from_slice(signature)
                .is_ok_and(|signature| signature.normalize_s() == signature && key.verify(message, &signature).is_ok()),
        }
    }
}

/// One signature of a signed line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub suite: String,
    pub key: KeyId,
    /// 64 bytes for the suites of this edition; a later suite's may be longer.
    pub bytes: Vec<u8>,
}

impl Signature {
    /// Reads `suite.keyid.base64url`.
    pub fn parse(text: &str) -> Option<Signature> {
        let mut parts = text.split('.');
        let (suite, key, bytes) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() || !is_suite_name(suite) {
            return None;
        }
        let bytes = base64url::decode(bytes).filter(|bytes| !bytes.is_empty())?;
        if Suite::named(suite).is_some() && bytes.len() != 64 {
            return None;
        }
        Some(Signature { suite: suite.to_owned(), key: KeyId::parse(key)?, bytes })
    }

    /// Whether this signature by `verifier`'s key holds over `message`.
    pub fn holds(&self, verifier: &Verifier, message: &[u8]) -> bool {
        <&[u8; 64]>::try_from(self.bytes.as_slice()).is_ok_and(|bytes| verifier.holds(message, bytes))
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.suite, self.key, base64url::encode(&self.bytes))
    }
}
