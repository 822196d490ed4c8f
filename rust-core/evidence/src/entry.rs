//! The envelope of every journal line.

use serde::{Deserialize, Serialize};

use crate::body::Body;
use crate::digest::Digest;
use crate::id::BootId;
use crate::text::Officer;

/// What the phone's clocks said when an entry was written. The wall clock is never trusted alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// µs since 1970-01-01T00:00:00Z, as the phone believes.
    pub wall_us: u64,
    /// µs since boot, sleep included.
    pub mono_us: u64,
    pub boot: BootId,
    /// The last exchange with the agency in this boot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sync: Option<Sync>,
}

/// An exchange with the agency that ties the monotonic clock to its log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sync {
    /// Digest of the signed head received.
    pub head: Digest,
    pub mono_us: u64,
    pub rtt_us: u64,
}

/// Who did it, and what showed that it was that person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    pub officer: Officer,
    pub by: ActorProof,
}

/// What tied an act to an officer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorProof {
    DeviceUnlock,
    Pin,
    Biometric,
    None,
}

/// What was owed, or out of the ordinary, when an entry was made. Acts are never refused; they carry this instead (P0).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    BeforeOpening,
    BeforeResumeReason,
    NotRecording,
    AfterEnd,
    LookingBack,
}

/// The envelope as it is read; `body` is read by kind.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Envelope {
    pub(crate) seq: u64,
    pub(crate) prev: Digest,
    pub(crate) kind: String,
    pub(crate) edition: u64,
    pub(crate) clock: Clock,
    #[serde(default)]
    pub(crate) actor: Option<Actor>,
    #[serde(default)]
    pub(crate) flags: Vec<Flag>,
    pub(crate) body: serde_json::Value,
}

/// The envelope as it is written.
#[derive(Debug, Serialize)]
pub(crate) struct EnvelopeOut<'a> {
    pub(crate) seq: u64,
    pub(crate) prev: &'a Digest,
    pub(crate) kind: &'static str,
    pub(crate) edition: u64,
    pub(crate) clock: &'a Clock,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) actor: Option<&'a Actor>,
    #[serde(skip_serializing_if = "<[Flag]>::is_empty")]
    pub(crate) flags: &'a [Flag],
    pub(crate) body: &'a Body,
}

/// An entry that was read and proved to stand where it stands.
#[derive(Debug, Clone)]
pub struct Entry {
    pub seq: u64,
    /// Digest of the whole line, its LF included.
    pub digest: Digest,
    pub clock: Clock,
    pub actor: Option<Actor>,
    pub flags: Vec<Flag>,
    pub body: Body,
}
