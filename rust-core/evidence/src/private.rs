//! Private values: names, numbers, places and free text stand beside the journal, bound to it by salted digests
//! (FORMAT.md, section 5), so that a bundle can leave them out and the rest still verifies.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;

use crate::base64url;
use crate::body::{Private, from_checked};
use crate::digest::Digest;
use crate::journal_writer::to_json;
use crate::json;
use crate::schema;
use crate::text::Ref;

/// Longest value, in bytes of UTF-8.
pub const VALUE_LIMIT_BYTES: usize = 4_096;

/// A value as its file holds it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrivateValue {
    #[serde(rename = "ref")]
    reference: Ref,
    salt: String,
    value: String,
}

/// A value that cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a private value of {found} bytes; at most {VALUE_LIMIT_BYTES}")]
pub struct ValueTooLong {
    pub found: usize,
}

/// Why a file of private values cannot be read further; what came before counts.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {reason}")]
pub struct PrivateFault {
    pub line: usize,
    pub reason: &'static str,
}

impl PrivateValue {
    /// A value under a fresh salt of 128 random bits, brought to NFC.
    pub fn new(reference: Ref, salt: &[u8; 16], value: &str) -> Result<PrivateValue, ValueTooLong> {
        let value: String = value.nfc().collect();
        if value.len() > VALUE_LIMIT_BYTES {
            return Err(ValueTooLong { found: value.len() });
        }
        Ok(PrivateValue { reference, salt: base64url::encode(salt), value })
    }

    /// What the entry holds instead of the value.
    pub fn to_private(&self) -> Private {
        Private { reference: self.reference.clone(), digest: self.digest() }
    }

    /// The value itself.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The line of the file, with its LF.
    pub fn to_line(&self) -> Vec<u8> {
        let mut line = to_json(self);
        line.push(b'\n');
        line
    }

    /// The salted digest that an entry carries.
    pub fn digest(&self) -> Digest {
        let mut digest = Sha256::new();
        digest.update(b"quanji/1 private\n");
        digest.update(base64url::decode(&self.salt).unwrap_or_default());
        digest.update(self.value.as_bytes());
        Digest::from_sha256(digest.finalize().into())
    }
}

impl std::fmt::Debug for PrivateValue {
    /// Never the value: this may end in a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("PrivateValue").field("reference", &self.reference).finish_non_exhaustive()
    }
}

/// The values of one record, by name.
pub type PrivateValues = BTreeMap<Ref, PrivateValue>;

/// The value that an entry names; `None` where it is not held, or another one is.
pub fn value_of<'a>(values: &'a PrivateValues, named: &Private) -> Option<&'a str> {
    let value = values.get(&named.reference)?;
    value.digest().matches(&named.digest).then(|| value.value())
}

/// Reads a file of values up to its first fault.
pub fn read(bytes: &[u8]) -> (PrivateValues, Option<PrivateFault>) {
    let mut values = PrivateValues::new();
    for (line, text) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        match read_value(text) {
            Ok(value) if values.contains_key(&value.reference) => {
                return (values, Some(PrivateFault { line, reason: "a ref twice" }));
            }
            Ok(value) => {
                values.insert(value.reference.clone(), value);
            }
            Err(reason) => return (values, Some(PrivateFault { line, reason })),
        }
    }
    (values, None)
}

fn read_value(text: &[u8]) -> Result<PrivateValue, &'static str> {
    let content = text.strip_suffix(b"\n").ok_or("no LF at the end")?;
    let value = json::parse_strict(content).map_err(|_| "not strict JSON")?;
    schema::check("private_value", &value).map_err(|_| "not of the schema's form")?;
    let value: PrivateValue = from_checked(&value).map_err(|_| "not of the schema's form")?;
    if base64url::decode_array::<16>(&value.salt).is_none() {
        return Err("a salt that is not 16 bytes of canonical base64url");
    }
    if value.value.len() > VALUE_LIMIT_BYTES {
        return Err("a value that is too long");
    }
    Ok(value)
}
