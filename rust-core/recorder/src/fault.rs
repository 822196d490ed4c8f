//! Why something was not recorded. What happens at the scene is never refused for what is owed; only disk and sense can fail it.

use quanji_evidence::JournalFault;
use quanji_evidence::SignFault;
use quanji_evidence::id::RecordId;
use quanji_evidence::private::ValueTooLong;
use quanji_rules::Refusal;
use quanji_store::{AppendError, CreateError, GroupLost, NoChance, ReadError};
use thiserror::Error;

use crate::ports::KeyFault;

/// Why a recorder could not do what was asked.
#[derive(Debug, Error)]
pub enum RecorderFault {
    /// Nothing since the last acknowledgement was kept; the record goes on from there.
    #[error("nothing since the last acknowledgement could be kept")]
    GroupLost {
        #[source]
        source: GroupLost,
    },
    /// Media, photos and documents need room; words are still taken.
    #[error("the disk is full; words are still taken")]
    DiskFull,
    /// The event means nothing in this state. Never something done at the scene.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The record is sealed: what is done now belongs to a new one.
    #[error("record {record} is sealed: this belongs to a new record")]
    BelongsToANewRecord { record: RecordId },
    #[error("there is no record {record}")]
    NoSuchRecord { record: RecordId },
    /// The journal does not prove itself to its end; nothing is added to it.
    #[error("the journal of record {record} is damaged at line {line}")]
    JournalDamaged { record: RecordId, line: u64 },
    /// The record's key is gone: nothing can be added to the captured part.
    #[error("the key of record {record} is gone")]
    RecordKeyGone { record: RecordId },
    #[error("another recording is running")]
    Busy,
    #[error("the recording has ended")]
    Over,
    #[error(transparent)]
    TooLong(#[from] ValueTooLong),
    #[error("the entry could not be written")]
    Journal(#[from] JournalFault),
    #[error(transparent)]
    Key(#[from] KeyFault),
    #[error(transparent)]
    Sign(#[from] SignFault),
    #[error(transparent)]
    Chance(#[from] NoChance),
    #[error("the vault could not be read")]
    Read(#[from] ReadError),
    #[error("the vault did not take it")]
    Append {
        #[source]
        source: AppendError,
    },
    #[error("the vault did not take a new file")]
    Create {
        #[source]
        source: CreateError,
    },
}

impl From<AppendError> for RecorderFault {
    fn from(source: AppendError) -> Self {
        match source {
            AppendError::GroupLost(source) | AppendError::Create(CreateError::GroupLost(source)) => {
                RecorderFault::GroupLost { source }
            }
            AppendError::DiskFull | AppendError::Create(CreateError::DiskFull) => RecorderFault::DiskFull,
            source => RecorderFault::Append { source },
        }
    }
}

impl From<CreateError> for RecorderFault {
    fn from(source: CreateError) -> Self {
        match source {
            CreateError::GroupLost(source) => RecorderFault::GroupLost { source },
            CreateError::DiskFull => RecorderFault::DiskFull,
            source => RecorderFault::Create { source },
        }
    }
}

impl From<GroupLost> for RecorderFault {
    fn from(source: GroupLost) -> Self {
        RecorderFault::GroupLost { source }
    }
}
