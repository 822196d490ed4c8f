//! The manifest: what a bundle holds and withholds, and who says so (FORMAT.md, section 2).

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::body::from_checked;
use crate::digest::Digest;
use crate::id::RecordId;
use crate::journal_writer::to_json;
use crate::key::PublicKey;
use crate::line::{self, SignedLine, Tag, WriteFault};
use crate::schema;
use crate::signer::Signer;
use crate::text::{Code, MemberName, Ref};

/// Longest manifest in bytes: a hundred thousand members fit.
pub const MANIFEST_LIMIT_BYTES: usize = 64 << 20;

/// What a bundle holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub edition: u64,
    pub created_us: u64,
    pub purpose: Purpose,
    pub signer: PublicKey,
    pub records: Vec<RecordId>,
    pub members: Vec<Member>,
    pub withheld_private: Vec<WithheldPrivate>,
    pub withheld_members: Vec<WithheldMember>,
}

/// What the bundle was made for (办法 第十八条: three ways out, never mixed).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Nothing leaves the unit.
    Backup,
    Court,
    Party,
    StatutoryPower,
    Publication,
}

/// One member, by name, size and digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub name: MemberName,
    pub size_bytes: u64,
    pub digest: Digest,
}

/// A private value left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithheldPrivate {
    pub record: RecordId,
    #[serde(rename = "ref")]
    pub reference: Ref,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// A member left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithheldMember {
    pub name: MemberName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
}

/// Under what something was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    pub by: ApprovalBy,
    pub number: Code,
    pub at_us: u64,
}

/// Who approves that something is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalBy {
    AgencyHead,
    StatutoryPower,
    PartyRequest,
    Officer,
}

/// Why a manifest cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ManifestFault {
    #[error("{0}")]
    Malformed(String),
    #[error("not signed by the signer it names, {signer}")]
    NotSigned { signer: crate::KeyId },
    #[error("signed under a suite this program does not know: {suite}")]
    UnknownSuite { suite: String },
}

impl Manifest {
    /// Proves the form and the signature.
    pub fn read(bytes: &[u8]) -> Result<Manifest, ManifestFault> {
        let malformed = |reason: String| ManifestFault::Malformed(reason);
        if bytes.iter().position(|byte| *byte == b'\n').map(|place| place + 1) != Some(bytes.len()) {
            return Err(malformed("not one line ended by LF".to_owned()));
        }
        let line = SignedLine::parse(bytes, MANIFEST_LIMIT_BYTES).map_err(|fault| malformed(fault.to_string()))?;
        schema::check("manifest", &line.value).map_err(|mismatch| malformed(mismatch.to_string()))?;
        let manifest: Manifest = from_checked(&line.value).map_err(|mismatch| malformed(mismatch.to_string()))?;
        if manifest.signer.suite().is_none() {
            return Err(ManifestFault::UnknownSuite { suite: manifest.signer.suite_name().to_owned() });
        }
        if !line.is_signed_by(Tag::Manifest, &manifest.signer) {
            return Err(ManifestFault::NotSigned { signer: manifest.signer.id() });
        }
        let mut names: Vec<&MemberName> = manifest.members.iter().map(|member| &member.name).collect();
        names.sort();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(malformed(format!("{} is listed twice", twice[0])));
        }
        Ok(manifest)
    }

    /// Writes the manifest's line.
    pub fn write(&self, signer: &dyn Signer) -> Result<Vec<u8>, WriteFault> {
        line::write(Tag::Manifest, &to_json(self), &[signer], MANIFEST_LIMIT_BYTES)
    }
}
