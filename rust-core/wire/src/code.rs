//! The codes with which the agency refuses, each with its status.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $status:literal;)*) => {
        /// Why a request was refused. A phone acts on this alone.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[expect(clippy::enum_variant_names, reason = "an enrolment code is called a code, too")]
        pub enum Code {
            $($(#[$doc])* #[serde(rename = $word)] $variant,)*
        }

        impl Code {
            pub const ALL: &[Code] = &[$(Code::$variant),*];

            /// The word in the body.
            pub const fn word(self) -> &'static str {
                match self { $(Code::$variant => $word),* }
            }

            /// The HTTP status that goes with it, always the same.
            pub const fn status(self) -> u16 {
                match self { $(Code::$variant => $status),* }
            }
        }
    };
}

codes! {
    RequestMalformed = "request_malformed", 400;
    BodyMalformed = "body_malformed", 400;
    BodyTooLarge = "body_too_large", 413;
    BodyTooSlow = "body_too_slow", 408;
    NotFound = "not_found", 404;
    MethodNotAllowed = "method_not_allowed", 405;
    TooManyRequests = "too_many_requests", 429;
    /// Too much at once; asking again after `Retry-After` helps.
    Busy = "busy", 503;
    /// The agency's database or storage does not answer.
    Unavailable = "unavailable", 503;
    /// A mistake of the server; nothing was kept.
    Internal = "internal", 500;

    CodeUnknown = "code_unknown", 404;
    CodeExpired = "code_expired", 410;
    CodeUsed = "code_used", 409;
    CodeSpent = "code_spent", 410;
    MacInvalid = "mac_invalid", 403;
    DeviceKnown = "device_known", 409;

    ChallengeInvalid = "challenge_invalid", 403;
    SignatureInvalid = "signature_invalid", 403;
    DeviceUnknown = "device_unknown", 403;
    DeviceRevoked = "device_revoked", 403;
    AgencyMismatch = "agency_mismatch", 403;
    KeysetAhead = "keyset_ahead", 409;
    TokenMissing = "token_missing", 401;
    TokenInvalid = "token_invalid", 401;

    RecordUnknown = "record_unknown", 404;
    RecordMismatch = "record_mismatch", 409;
    DeviceMismatch = "device_mismatch", 403;
    LinesGap = "lines_gap", 409;
    LineConflict = "line_conflict", 409;
    LineInvalid = "line_invalid", 422;
    PrivateConflict = "private_conflict", 409;
    PrivateMismatch = "private_mismatch", 422;

    TusVersion = "tus_version", 412;
    MediaType = "media_type", 415;
    LengthMissing = "length_missing", 400;
    DigestMissing = "digest_missing", 400;
    LengthMismatch = "length_mismatch", 409;
    OffsetMismatch = "offset_mismatch", 409;
    ChecksumMismatch = "checksum_mismatch", 460;
    ChecksumUnsupported = "checksum_unsupported", 400;
    DigestMismatch = "digest_mismatch", 422;
    UploadUnknown = "upload_unknown", 404;
    UploadExpired = "upload_expired", 410;
    UploadBusy = "upload_busy", 423;
    BodyTooLong = "body_too_long", 413;
    FileTooLarge = "file_too_large", 413;
    StorageFull = "storage_full", 507;

    DocumentUnknown = "document_unknown", 404;
}

impl std::fmt::Display for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.word())
    }
}
