//! The agency's key set: a chain from its root key to the keys that sign for it (FORMAT.md, section 3).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::body::from_checked;
use crate::digest::Digest;
use crate::journal_writer::to_json;
use crate::key::{KeyId, PublicKey, Signature};
use crate::line::{self, LINE_LIMIT_BYTES, SignedLine, Tag, WriteFault};
use crate::schema;
use crate::signer::Signer;

/// What a key of the agency may sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Receipts (回执).
    Receipt,
    /// Heads of the log.
    Head,
    /// Device certificates.
    Device,
    /// Manifests of bundles, catalogs, calendars.
    Document,
}

/// A key with a role and the time it may be used in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleKey {
    pub role: Role,
    pub key: PublicKey,
    pub valid_from_us: u64,
    pub valid_until_us: u64,
}

/// From `from_us` on, the key counts for nothing: a role key, or a device's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revoked {
    pub keyid: KeyId,
    pub from_us: u64,
}

/// A statement of the key set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeysetStatement {
    Root(PublicKey),
    Key(RoleKey),
    Revoked(Revoked),
}

/// A key set that was proved from its first root to its last line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyset {
    roots: Vec<PublicKey>,
    keys: Vec<RoleKey>,
    revoked: Vec<Revoked>,
}

/// Why a key set counts for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeysetFault {
    #[error("line {line}: {reason}")]
    Invalid { line: usize, reason: &'static str },
    #[error("line {line}: a root key of a suite this program does not know")]
    UnknownSuite { line: usize },
    #[error("the set holds root {found}, not {expected}")]
    Foreign { expected: KeyId, found: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeysetLine {
    seq: u64,
    prev: Digest,
    kind: String,
    body: Value,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RootBody {
    key: PublicKey,
}

impl Keyset {
    /// Proves the set line by line and that `pinned` is one of its roots: a reader who holds any root accepts the whole set,
    /// because each new root is signed by the one before.
    pub fn read(bytes: &[u8], pinned: &PublicKey) -> Result<Keyset, KeysetFault> {
        let mut reading = KeysetReading::default();
        if bytes.is_empty() {
            return Err(KeysetFault::Invalid { line: 0, reason: "no line" });
        }
        for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let outcome = reading.read_line(line, number as u64);
            outcome.map_err(|reason| match reason {
                Amiss::Invalid(reason) => KeysetFault::Invalid { line: number, reason },
                Amiss::UnknownSuite => KeysetFault::UnknownSuite { line: number },
            })?;
        }
        if !reading.set.roots.contains(pinned) {
            let found = reading.set.roots.iter().map(|root| root.id().to_string()).collect::<Vec<_>>().join(",");
            return Err(KeysetFault::Foreign { expected: pinned.id(), found });
        }
        Ok(reading.set)
    }

    /// The root that signs what comes next.
    pub fn root(&self) -> &PublicKey {
        self.roots.last().expect("a set that was read begins with a root")
    }

    /// Every role key that was ever given, in order.
    pub fn role_keys(&self) -> &[RoleKey] {
        &self.keys
    }

    /// Keys of `role` in force at `at_us`.
    pub fn in_force(&self, role: Role, at_us: u64) -> impl Iterator<Item = &PublicKey> {
        let is_in_force = move |key: &&RoleKey| {
            key.role == role
                && (key.valid_from_us..key.valid_until_us).contains(&at_us)
                && self.revoked_from(key.key.id()).is_none_or(|from_us| at_us < from_us)
        };
        self.keys.iter().filter(is_in_force).map(|key| &key.key)
    }

    /// The instant from which a key counts for nothing.
    pub fn revoked_from(&self, id: KeyId) -> Option<u64> {
        self.revoked.iter().filter(|revoked| revoked.keyid == id).map(|revoked| revoked.from_us).min()
    }

    /// Whether a key of `role` in force signed the line.
    pub fn signed(&self, line: &SignedLine<'_>, tag: Tag, role: Role, at_us: u64) -> Standing {
        if self.in_force(role, at_us).any(|key| line.is_signed_by(tag, key)) {
            return Standing::Signed;
        }
        let is_unknown =
            |key: &PublicKey| key.suite().is_none() && line.signatures.iter().any(|other| other.key == key.id());
        if self.in_force(role, at_us).any(is_unknown) { Standing::UnknownSuite } else { Standing::NotSigned }
    }
}

/// How a statement stands to the agency's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Signed,
    NotSigned,
    /// Signed by a key of the agency that this program cannot check.
    UnknownSuite,
}

enum Amiss {
    Invalid(&'static str),
    UnknownSuite,
}

struct KeysetReading {
    set: Keyset,
    prev: Digest,
}

impl Default for KeysetReading {
    fn default() -> Self {
        KeysetReading { set: Keyset { roots: Vec::new(), keys: Vec::new(), revoked: Vec::new() }, prev: Digest::ZERO }
    }
}

impl KeysetReading {
    fn read_line(&mut self, bytes: &[u8], number: u64) -> Result<(), Amiss> {
        if bytes.last() != Some(&b'\n') {
            return Err(Amiss::Invalid("no LF at the end"));
        }
        let line = SignedLine::parse(bytes, LINE_LIMIT_BYTES).map_err(|_| Amiss::Invalid("not a signed line"))?;
        let outer: KeysetLine = checked("keyset_line", &line.value)?;
        if outer.seq != number || !outer.prev.matches(&self.prev) {
            return Err(Amiss::Invalid("does not follow from the line before"));
        }
        let statement = match outer.kind.as_str() {
            "root" => KeysetStatement::Root(checked::<RootBody>("keyset_root", &outer.body)?.key),
            "key" => KeysetStatement::Key(checked("keyset_key", &outer.body)?),
            _ => KeysetStatement::Revoked(checked("keyset_revoked", &outer.body)?),
        };
        let signers = match (&statement, self.set.roots.last()) {
            (KeysetStatement::Root(new), None) => vec![new.clone()],
            (KeysetStatement::Root(new), Some(root)) if new == root => vec![root.clone()],
            (KeysetStatement::Root(new), Some(root)) => vec![root.clone(), new.clone()],
            (_, Some(root)) => vec![root.clone()],
            (_, None) => return Err(Amiss::Invalid("line 0 is not a root")),
        };
        if let KeysetStatement::Root(key) | KeysetStatement::Key(RoleKey { key, .. }) = &statement
            && key.suite().is_some()
            && !key.is_spelled_well()
        {
            return Err(Amiss::Invalid("public bytes that make no key"));
        }
        check_signers(&line, &signers)?;
        match statement {
            KeysetStatement::Root(key) => self.set.roots.push(key),
            KeysetStatement::Key(key) => self.set.keys.push(key),
            KeysetStatement::Revoked(revoked) => self.set.revoked.push(revoked),
        }
        self.prev = line.digest;
        Ok(())
    }
}

fn check_signers(line: &SignedLine<'_>, signers: &[PublicKey]) -> Result<(), Amiss> {
    if signers.iter().any(|key| key.suite().is_none()) {
        return Err(Amiss::UnknownSuite);
    }
    let is_expected = |signature: &Signature| signers.iter().any(|key| key.id() == signature.key);
    if line.signatures.len() != signers.len() || !line.signatures.iter().all(is_expected) {
        return Err(Amiss::Invalid("not signed by exactly the keys that must sign"));
    }
    if !signers.iter().all(|key| line.is_signed_by(Tag::Keyset, key)) {
        return Err(Amiss::Invalid("a signature that does not hold"));
    }
    Ok(())
}

fn checked<T: serde::de::DeserializeOwned>(name: &str, value: &Value) -> Result<T, Amiss> {
    schema::check(name, value).map_err(|_| Amiss::Invalid("not of the schema's form"))?;
    from_checked(value).map_err(|_| Amiss::Invalid("not of the schema's form"))
}

/// Writes a key set, line by line.
#[derive(Debug, Clone)]
pub struct KeysetWriter {
    next_seq: u64,
    prev: Digest,
}

impl Default for KeysetWriter {
    fn default() -> Self {
        KeysetWriter { next_seq: 0, prev: Digest::ZERO }
    }
}

impl KeysetWriter {
    /// Goes on after `lines` lines, the last of which has this digest, its LF included.
    pub fn resume(lines: u64, last_digest: Digest) -> KeysetWriter {
        KeysetWriter { next_seq: lines, prev: last_digest }
    }

    /// The seq of the next line.
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Writes the next line. `signers` are the present root, and for a new root both.
    pub fn write(&mut self, statement: &KeysetStatement, signers: &[&dyn Signer]) -> Result<Vec<u8>, WriteFault> {
        #[derive(Serialize)]
        struct Out<'a, B: Serialize> {
            seq: u64,
            prev: &'a Digest,
            kind: &'static str,
            body: B,
        }
        let (seq, prev) = (self.next_seq, &self.prev);
        let json = match statement {
            KeysetStatement::Root(key) => {
                to_json(&Out { seq, prev, kind: "root", body: RootBody { key: key.clone() } })
            }
            KeysetStatement::Key(key) => to_json(&Out { seq, prev, kind: "key", body: key }),
            KeysetStatement::Revoked(revoked) => to_json(&Out { seq, prev, kind: "revoked", body: revoked }),
        };
        let line = line::write(Tag::Keyset, &json, signers, LINE_LIMIT_BYTES)?;
        self.next_seq += 1;
        self.prev = Digest::of(&line);
        Ok(line)
    }
}
