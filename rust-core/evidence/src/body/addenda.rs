//! What may still be said after `sealed`.

use serde::{Deserialize, Serialize};

use super::Private;
use crate::digest::Digest;
use crate::key::PublicKey;
use crate::text::SignatureText;

/// Hand-over in time is not possible (办法 第十七条第二款).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AwayDeclared {
    pub ground: AwayGround,
}

/// The four grounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AwayGround {
    /// 连续工作.
    Continuous,
    /// 异地.
    Elsewhere,
    /// 边远.
    Remote,
    /// 交通不便.
    PoorTransport,
}

/// The officer is back at the unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Returned {
    /// Wall clock.
    pub at_us: u64,
}

/// Written explanation (情况说明) where recording really could not go on (办法 第十五条).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenStatement {
    pub statement: Private,
    /// Seq of the `interrupted` it explains; absent: the record as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interruption: Option<u64>,
    /// Of the header line of the agency's draft that its author had before them (`proto/statement-draft/v1`); absent: written without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft: Option<Digest>,
}

/// A correction of an earlier entry, which stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Seq.
    pub of: u64,
    pub text: Private,
}

/// The officer says this was recorded by mistake (误录).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredMistake {
    pub reason: Private,
}

/// A hardware or later signature over an earlier line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vouched {
    /// Of the line vouched for; smaller than its own.
    pub seq: u64,
    /// That line's digest, its LF included.
    pub over: Digest,
    pub key: PublicKey,
    /// Over [`crate::vouching::message`].
    pub signature: SignatureText,
}
