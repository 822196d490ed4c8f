//! Bodies as they cross. Ids, keys and lines are text here; who reads them checks them.

use serde::{Deserialize, Serialize};

use crate::code::Code;

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Refusal {
    pub code: Code,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// The seq of the journal to go on from, or of the line in question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// `POST /v1/enrolments`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrolmentRequest {
    pub code_id: String,
    /// A signed line without LF (TAG `enrol`).
    pub request: String,
    pub mac: String,
}

/// What [`EnrolmentRequest::request`] signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceToEnrol {
    /// 1.
    pub edition: u64,
    pub code_id: String,
    pub device: String,
    /// `suite.keyid.B` as in `agency.pub`, without LF; it signs the line.
    pub key: String,
    /// 16 random bytes in base64url: no two requests are alike.
    pub nonce: String,
    pub software: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// As `key`, of a key in the device's hardware, which signs the line too; the certificate names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hardware: Option<String>,
}

/// The answer to [`EnrolmentRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EnrolmentReply {
    /// The JSON text of [`Enrolled`], as it was authenticated.
    pub reply: String,
    pub mac: String,
}

/// What a phone gets by enrolment, inside [`EnrolmentReply`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Enrolled {
    pub agency: String,
    pub unit: String,
    pub origin: String,
    /// `suite.keyid.B` as in `agency.pub`, without LF.
    pub root: String,
    pub certificate: String,
    pub keyset: String,
    pub head: String,
    pub time_us: u64,
    /// SHA-256 of the request's line, in hex.
    pub request: String,
}

/// `POST /v1/challenges`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChallengeRequest {
    pub device: String,
}

/// The answer to [`ChallengeRequest`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Challenge {
    pub challenge: String,
    pub expires_us: u64,
}

/// What the line of `POST /v1/sessions` signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionRequest {
    /// 1.
    pub edition: u64,
    pub agency: String,
    pub device: String,
    pub challenge: String,
    /// Lines of the key set that the phone holds.
    pub keyset_lines: u64,
    /// Number of the certificate that the phone holds; a newer one comes with the answer.
    pub certificate: u64,
}

/// The answer to a signed session request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    pub token: String,
    pub expires_us: u64,
    pub time_us: u64,
    pub head: String,
    /// Lines of the key set that the phone did not hold, maybe none.
    pub keyset: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// Names of the documents in force: all calendars, and of each other kind the newest.
    pub documents: Vec<String>,
}

/// The answer to lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinesKept {
    /// The seq of the first line that is not held.
    pub next: u64,
    /// SHA-256 of the last held line, in hex.
    pub head: String,
}

/// The answer to live heads and private values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Kept {
    pub kept: u64,
}

/// What kind of file a line announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AnnouncedKind {
    Init,
    Segment,
    Photo,
    Document,
    Service,
}

/// A file that a held line announces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Announced {
    pub kind: AnnouncedKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub take: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u32>,
    pub digest: String,
    pub size_bytes: u64,
}

/// `GET /v1/records/{record}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordStanding {
    pub next: u64,
    pub head: String,
    pub sealed: bool,
    /// Announced and not held; at most 1,000 of them.
    pub missing: Vec<Announced>,
    pub private_missing: u64,
    pub receipts: u64,
    /// Codes of the states that the agency lists for this record.
    pub states: Vec<String>,
}

/// Something the agency lists about a record or a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct State {
    pub code: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    pub place: String,
    pub expected: String,
    pub found: String,
    pub seen_us: u64,
}

/// `GET /v1/admin/states`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct States {
    pub states: Vec<State>,
}
