//! Paths and header names of the interface.

pub const ENROLMENTS: &str = "/v1/enrolments";
pub const CHALLENGES: &str = "/v1/challenges";
pub const SESSIONS: &str = "/v1/sessions";
pub const RECORDS: &str = "/v1/records";
pub const HEADS: &str = "/v1/heads";
pub const CHECKS: &str = "/v1/checks";
pub const FILES: &str = "/v1/files";
pub const DOCUMENTS: &str = "/v1/documents";
pub const ADMIN_STATES: &str = "/v1/admin/states";

pub const TUS_VERSION: &str = "1.0.0";
pub const TUS_EXTENSIONS: &str = "creation,creation-with-upload,checksum,expiration";
pub const TUS_CHECKSUMS: &str = "sha256,sha1";
/// Largest body of lines or private values in one request.
pub const LINES_BODY_LIMIT_BYTES: usize = 4 << 20;
/// Live heads in one request.
pub const HEADS_LIMIT: usize = 64;
/// Checks before duty in one request.
pub const CHECKS_LIMIT: usize = 64;
/// Largest file: far above any segment (64 MiB), for documents and foreign recordings.
pub const FILE_LIMIT_BYTES: u64 = 2 << 30;
