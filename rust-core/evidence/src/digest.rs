//! Digests as objects by algorithm, so that another suite's can stand beside SHA-256.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest as _, Sha256};

use crate::hex;

/// The digest of some bytes; SHA-256 is the one compared in this edition.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest {
    sha256: [u8; 32],
    /// Digests of later suites: carried, never checked here.
    others: BTreeMap<String, String>,
}

impl Digest {
    /// The digest that stands where nothing came before.
    pub const ZERO: Digest = Digest { sha256: [0; 32], others: BTreeMap::new() };

    /// Digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest::from_sha256(Sha256::digest(bytes).into())
    }

    /// A digest whose SHA-256 was computed elsewhere.
    pub const fn from_sha256(sha256: [u8; 32]) -> Digest {
        Digest { sha256, others: BTreeMap::new() }
    }

    /// The 32 raw bytes.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// The 64 hex digits, as `sha256sum` prints them.
    pub fn hex(&self) -> String {
        hex::encode(&self.sha256)
    }

    /// Whether both name the same bytes, whatever other algorithms stand beside.
    pub fn matches(&self, other: &Digest) -> bool {
        self.sha256 == other.sha256
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "sha256:{}", self.hex())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let others = self.others.iter().map(|(name, hex)| (name.as_str(), hex.clone()));
        serializer.collect_map(std::iter::once(("sha256", self.hex())).chain(others))
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = BTreeMap::<String, String>::deserialize(deserializer)?;
        if members.len() > 4 {
            return Err(D::Error::custom("a digest of more than 4 algorithms"));
        }
        let sha256 = members.remove("sha256").ok_or_else(|| D::Error::missing_field("sha256"))?;
        let sha256 =
            hex::decode_array(&sha256).ok_or_else(|| D::Error::custom("sha256 is not 64 lower-case hex digits"))?;
        for (name, digits) in &members {
            let name_fits = (1..=16).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
            let digits_fit = digits.len() % 2 == 0 && (32..=128).contains(&digits.len()) && hex::is_lower_hex(digits);
            if !name_fits || !digits_fit {
                return Err(D::Error::custom("a digest of another algorithm that is not hex"));
            }
        }
        Ok(Digest { sha256, others: members })
    }
}
