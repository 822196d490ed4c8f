//! Signed lines: `sigs SP json LF`. The stored bytes are the signed bytes.

use serde_json::Value;
use thiserror::Error;

use crate::digest::Digest;
use crate::json::{self, JsonFault};
use crate::key::{PublicKey, Signature, Verifier};
use crate::signer::{SignFault, Signer};

/// Longest line of a journal, key set or receipt file, its LF included.
pub const LINE_LIMIT_BYTES: usize = 65_536;
/// Most signatures on one line.
pub const SIGNATURES_LIMIT: usize = 4;

/// What kind of statement a line makes. The tag is signed with it, so that one kind never passes as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    Line,
    Keyset,
    Certificate,
    Receipt,
    Manifest,
    /// A device asks to be enrolled (`proto/api/v1/API.md`).
    Enrol,
    /// A device asks for a session (`proto/api/v1/API.md`).
    Session,
    /// Headers of calendars, catalogs and other documents of the agency ([`crate::document`]); a dock's list.
    Document,
    /// What a device measured of itself before duty ([`crate::device_check`], `proto/api/v1/API.md`).
    Check,
    /// A further key vouches for a line: what follows is text, not JSON ([`crate::vouching`]).
    Vouched,
}

impl Tag {
    /// The tag's name in the signed message.
    pub const fn name(self) -> &'static str {
        match self {
            Tag::Line => "line",
            Tag::Keyset => "keyset",
            Tag::Certificate => "certificate",
            Tag::Receipt => "receipt",
            Tag::Manifest => "manifest",
            Tag::Enrol => "enrol",
            Tag::Session => "session",
            Tag::Document => "document",
            Tag::Check => "check",
            Tag::Vouched => "vouched",
        }
    }
}

/// Why bytes are not a signed line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LineFault {
    #[error("{found} bytes; at most {limit}")]
    TooLong { found: usize, limit: usize },
    #[error("no space between signatures and JSON")]
    NoSpace,
    #[error("signatures that are not 1–4 of suite.keyid.base64url, each key once")]
    Signatures,
    #[error(transparent)]
    Json(#[from] JsonFault),
}

/// A line taken apart; nothing about it is verified yet.
#[derive(Debug, Clone)]
pub struct SignedLine<'a> {
    pub signatures: Vec<Signature>,
    /// The exact JSON bytes.
    pub json: &'a [u8],
    pub value: Value,
    /// Digest of the whole line, its LF included.
    pub digest: Digest,
}

impl<'a> SignedLine<'a> {
    /// Takes a line apart. `line` ends with its LF, and holds no other.
    pub fn parse(line: &'a [u8], limit: usize) -> Result<SignedLine<'a>, LineFault> {
        if line.len() > limit {
            return Err(LineFault::TooLong { found: line.len(), limit });
        }
        let content = line.strip_suffix(b"\n").unwrap_or(line);
        let space = content.iter().position(|byte| *byte == b' ').ok_or(LineFault::NoSpace)?;
        let signatures = parse_signatures(&content[..space]).ok_or(LineFault::Signatures)?;
        let json = &content[space + 1..];
        Ok(SignedLine { signatures, json, value: json::parse_strict(json)?, digest: Digest::of(line) })
    }

    /// The bytes that a signature of kind `tag` covers.
    pub fn message(&self, tag: Tag) -> Vec<u8> {
        message(tag, self.json)
    }

    /// Whether a signature by `key` is here and holds. Other signatures do not matter.
    pub fn is_signed_by(&self, tag: Tag, key: &PublicKey) -> bool {
        let id = key.id();
        let Some(verifier) = key.verifier() else { return false };
        self.signature_by(id, key.suite_name()).is_some_and(|signature| signature.holds(&verifier, &self.message(tag)))
    }

    fn signature_by(&self, id: crate::key::KeyId, suite: &str) -> Option<&Signature> {
        self.signatures.iter().find(|signature| signature.key == id && signature.suite == suite)
    }

    /// As [`SignedLine::is_signed_by`], with a key prepared once.
    pub(crate) fn holds_for(&self, signature: &Signature, verifier: &Verifier, tag: Tag) -> bool {
        signature.holds(verifier, &self.message(tag))
    }
}

fn parse_signatures(bytes: &[u8]) -> Option<Vec<Signature>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut signatures = Vec::with_capacity(1);
    for part in text.split(',') {
        let signature = Signature::parse(part)?;
        if signatures.len() == SIGNATURES_LIMIT || signatures.iter().any(|other: &Signature| other.key == signature.key)
        {
            return None;
        }
        signatures.push(signature);
    }
    Some(signatures)
}

/// The bytes that are signed: the tag's line, then the JSON as it stands.
pub fn message(tag: Tag, json: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(json.len() + 24);
    message.extend_from_slice(b"quanji/1 ");
    message.extend_from_slice(tag.name().as_bytes());
    message.push(b'\n');
    message.extend_from_slice(json);
    message
}

/// Why no line was written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WriteFault {
    #[error(transparent)]
    Sign(#[from] SignFault),
    #[error("a line of {found} bytes; at most {limit}")]
    TooLong { found: usize, limit: usize },
    #[error("not JSON of the format: {0}")]
    Json(#[from] JsonFault),
}

/// Writes one signed line with its LF.
pub fn write(tag: Tag, json: &[u8], signers: &[&dyn Signer], limit: usize) -> Result<Vec<u8>, WriteFault> {
    let message = message(tag, json);
    let mut line = Vec::with_capacity(json.len() + 120 * signers.len());
    for (place, signer) in signers.iter().enumerate() {
        if place > 0 {
            line.push(b',');
        }
        line.extend_from_slice(signer.sign(&message)?.to_string().as_bytes());
    }
    line.push(b' ');
    line.extend_from_slice(json);
    line.push(b'\n');
    if line.len() > limit {
        return Err(WriteFault::TooLong { found: line.len(), limit });
    }
    Ok(line)
}
