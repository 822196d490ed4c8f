//! What an agency may set, and what holds until it does.

use serde::{Deserialize, Serialize};

/// The agency's own measures (第二十五条) as far as the rules of a record depend on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// A gap up to this long heals by itself: listed, but nobody owes a reason for it.
    pub heals_within_us: u64,
}

impl Default for Policy {
    /// 3 s. A verifier reckons with this, for it knows no agency's setting.
    fn default() -> Self {
        Self { heals_within_us: 3_000_000 }
    }
}
