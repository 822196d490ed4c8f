//! What became of a group of appends.

use std::io;

use crate::chance::NoChance;
use crate::content::ReadError;
use crate::identity::Identity;
use crate::keys::{KeyId, KeyVaultError};
use crate::reserve::Reserve;

/// Everything appended before the commit is durable.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Acknowledged {
    /// Counts this writer's acknowledged commits, from 1.
    pub group: u64,
    /// Files that became longer, with their plain lengths.
    pub lengths: Vec<(Identity, u64)>,
}

/// The lines of the group are lost, and the rest too unless `kept` names it: every file stands where it was acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum GroupLost {
    /// No room. From now on only lines, private values and receipts are taken.
    #[error("the disk is full")]
    DiskFull {
        /// What was given up for the lines that must still be written; `Spent` if there was nothing left to give.
        given_up: Reserve,
        kept: Vec<(Identity, u64)>,
    },
    #[error("the disk failed: {why:?}")]
    Failed { why: GroupLostWhy, kept: Vec<(Identity, u64)>, source: io::Error },
}

impl GroupLost {
    /// Files other than journals whose bytes of this group are durable and count as acknowledged, with their plain lengths.
    ///
    /// They stay because a crash may yet bring back a line of the group, and what a line names must be there.
    pub fn kept(&self) -> &[(Identity, u64)] {
        match self {
            Self::DiskFull { kept, .. } | Self::Failed { kept, .. } => kept,
        }
    }
}

/// Which step failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupLostWhy {
    Write {
        file: Identity,
    },
    /// Nothing can be acknowledged on this file again.
    Sync {
        file: Identity,
    },
    /// The folder's sync failed: nothing can be acknowledged on the files that were new.
    SyncNames,
}

#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error("there is already {0:?}")]
    Exists(Identity),
    /// Refused before anything was written, until there is room again.
    #[error("the disk is full")]
    DiskFull,
    #[error(transparent)]
    GroupLost(#[from] GroupLost),
    #[error("new files are to be sealed with vault key {key_id:?}, which this phone does not have")]
    UnknownKey { key_id: KeyId },
    #[error("no key could be had")]
    Keys { source: KeyVaultError },
    #[error(transparent)]
    Chance { source: NoChance },
}

#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// Never made, or finished.
    #[error("{0:?} is not open")]
    NotOpen(Identity),
    #[error("{0:?} does not take this kind of append")]
    WrongKind(Identity),
    /// A sync of it failed: begin another file.
    #[error("nothing can be acknowledged on {0:?} any more")]
    Poisoned(Identity),
    #[error("a line of {found} bytes, the limit is {limit}")]
    LineTooLong { found: usize, limit: usize },
    /// Its one LF must be its last byte.
    #[error("not exactly one line")]
    NotOneLine,
    /// Media is refused until there is room again; lines are taken.
    #[error("the disk is full")]
    DiskFull,
    #[error(transparent)]
    GroupLost(GroupLost),
    #[error(transparent)]
    Create(CreateError),
    #[error("the file could not be opened where it ends")]
    Read { source: ReadError },
}

impl From<CreateError> for AppendError {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::GroupLost(lost) => Self::GroupLost(lost),
            CreateError::DiskFull => Self::DiskFull,
            other => Self::Create(other),
        }
    }
}
