//! What a row of the index is. Ids, digests, states and times; never a name.

use crate::identity::RecordId;

/// How far a record has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecordState {
    Recording,
    /// Cut off, and neither resumed nor ended since.
    Interrupted,
    Ended,
    Sealed,
    /// A receipt covers its seal.
    Stored,
    /// Its journal could not be summarised.
    Unreadable,
}

/// How the storage term of a record stands (办法 第十七条).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Term {
    /// The recording has not ended.
    None,
    Running,
    /// A day in the count has no published notice yet.
    Provisional,
    /// An away ground is declared and no return entered: it has not begun.
    WaitingForReturn,
}

/// Where a segment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SegmentState {
    Recording,
    Waiting,
    Uploading,
    Stored,
    Purged,
}

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $name {
            /// The word in the database.
            pub(crate) fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            pub(crate) fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words!(RecordState {
    Recording = "recording",
    Interrupted = "interrupted",
    Ended = "ended",
    Sealed = "sealed",
    Stored = "stored",
    Unreadable = "unreadable",
});

words!(Term {
    None = "none",
    Running = "running",
    Provisional = "provisional",
    WaitingForReturn = "waiting_for_return",
});

words!(SegmentState {
    Recording = "recording",
    Waiting = "waiting",
    Uploading = "uploading",
    Stored = "stored",
    Purged = "purged",
});

/// A record in lists and reminders. Times are microseconds since 1970, UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    pub record: RecordId,
    pub state: RecordState,
    pub opened_at_us: i64,
    /// `None` until the capture has ended.
    pub ended_at_us: Option<i64>,
    /// How many things the officer still owes.
    pub owed_count: u32,
    /// The storage deadline, exclusive (办法 第十七条); `None` until there is a trigger.
    pub deadline_us: Option<i64>,
    pub term: Term,
    pub beside: Beside,
    /// The activity (执法活动) that it names last.
    pub activity: Option<[u8; 16]>,
}

/// What is shown beside a deadline. None of it decides whether a record is late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Beside {
    /// Which of the agency's special rules set the deadline, by its place from 0.
    pub special_rule: Option<u32>,
    /// The agency's own day for storing it, exclusive.
    pub own_storage_us: Option<i64>,
    /// The agency's own day for filing the first of its texts, exclusive.
    pub own_filing_us: Option<i64>,
}

/// A segment in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentRow {
    pub record: RecordId,
    pub take: u32,
    pub number: u32,
    /// Of the plain bytes, 32 to 64 bytes; `None` only while it is recording.
    pub digest: Option<Vec<u8>>,
    pub size_bytes: u64,
    pub state: SegmentState,
    pub deadline_us: Option<i64>,
}
