//! Receipts (回执): the agency says what it holds, since when, and whether in time (FORMAT.md, section 8).

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::digest::Digest;
use crate::id::{AgencyId, RecordId};
use crate::journal_writer::to_json;
use crate::line::{self, LINE_LIMIT_BYTES, Tag, WriteFault};
use crate::signer::Signer;
use crate::text::{Code as CodeText, Origin};

/// A receipt. Never changed; a later calendar or a return gives a further one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    pub edition: u64,
    pub number: u64,
    pub agency: AgencyId,
    pub record: RecordId,
    pub head: ReceiptHead,
    pub media: ReceiptMedia,
    pub kind: ReceiptKind,
    /// When the last byte was durable: what "on time" is about.
    pub stored_us: u64,
    /// When this was written; checking and read-back take their time.
    pub issued_us: u64,
    pub trigger: ReceiptTrigger,
    pub calendars: Vec<CodeText>,
    pub deadline_us: u64,
    pub provisional: bool,
    pub on_time: ReceiptOnTime,
    pub log: LogPlace,
}

/// The last line of the journal that the agency holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptHead {
    pub seq: u64,
    pub digest: Digest,
}

/// The segments closed up to and including the head, as read back from final storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptMedia {
    pub count: u64,
    pub size_bytes: u64,
    pub digest: Digest,
}

/// Where it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptKind {
    /// 执法信息系统.
    System,
    /// 本单位指定的储存器.
    DesignatedStorage,
}

/// What the two working days count from, as an interval: a clock that was not trusted widens it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiptTrigger {
    pub kind: ReceiptTriggerKind,
    pub not_before_us: u64,
    pub not_after_us: u64,
}

/// Kinds of trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptTriggerKind {
    Completed,
    CutForGood,
    Captured,
    Returned,
}

/// What the receipt says about being on time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptOnTime {
    Yes,
    No,
    Undetermined,
}

impl ReceiptOnTime {
    /// The word in the receipt.
    pub const fn name(self) -> &'static str {
        match self {
            ReceiptOnTime::Yes => "yes",
            ReceiptOnTime::No => "no",
            ReceiptOnTime::Undetermined => "undetermined",
        }
    }
}

/// Where the receipt stands in the agency's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogPlace {
    pub origin: Origin,
    pub index: u64,
}

impl Receipt {
    /// Writes the receipt's line with its LF.
    pub fn write(&self, signer: &dyn Signer) -> Result<Vec<u8>, WriteFault> {
        line::write(Tag::Receipt, &to_json(self), &[signer], LINE_LIMIT_BYTES)
    }
}

impl ReceiptMedia {
    /// Sums up segments in the journal's order.
    pub fn of<'a>(segments: impl IntoIterator<Item = (u64, &'a Digest)>) -> ReceiptMedia {
        let (mut count, mut size_bytes, mut digest) = (0, 0, Sha256::new());
        for (segment_bytes, segment) in segments {
            count += 1;
            size_bytes += segment_bytes;
            digest.update(segment.hex().as_bytes());
            digest.update(b"\n");
        }
        ReceiptMedia { count, size_bytes, digest: Digest::from_sha256(digest.finalize().into()) }
    }
}
