//! Why the core did not do it: what an officer can act on, or a defect with a code.

use quanji_recorder::{IdentityFault, OpenFault, RecorderFault, SecretFault};
use quanji_store::{KeyVaultError, OpenError as VaultFault};
use thiserror::Error;

use crate::words::Phase;

/// Why something was not recorded. Nothing done at the scene is refused for what is owed.
#[derive(Debug, Clone, PartialEq, Eq, Error, uniffi::Error)]
pub enum CoreError {
    /// Media, photos and documents need room; words are still taken, and said as soon as the disk takes a line.
    #[error("the disk is full; words are still taken")]
    DiskFull,
    /// Nothing since the last acknowledgement was kept; the record goes on from there.
    #[error("nothing since the last acknowledgement could be kept")]
    GroupLost,
    /// The record is sealed: what is done now belongs to a new one.
    #[error("record {record} is sealed: this belongs to a new record")]
    BelongsToANewRecord { record: String },
    /// It means nothing where the record stands.
    #[error("it means nothing while the record is {phase:?}")]
    Refused { phase: Phase },
    #[error("there is no record {record}")]
    NoSuchRecord { record: String },
    /// The journal does not prove itself to its end; nothing is added to it, and nothing of it is lost.
    #[error("the journal of record {record} is damaged at line {line}")]
    JournalDamaged { record: String, line: u64 },
    /// Nothing can be added to the captured part of the record.
    #[error("the key of record {record} is gone")]
    RecordKeyGone { record: String },
    #[error("another recording is running")]
    Busy,
    /// Nothing is being recorded.
    #[error("nothing is being recorded")]
    NotRecording,
    #[error("a text of {found} bytes; at most {limit}")]
    TooLong { limit: u64, found: u64 },
    /// A value that is not of its shape. The value is left out: it may be private.
    #[error("{what} is not {wanted}")]
    NotOfItsShape { what: String, wanted: String },
    /// The agency holds it, with a receipt that this phone verified, and it was freed here.
    #[error("it was freed on a receipt")]
    Freed,
    /// A line names it, and it is not on this phone.
    #[error("it is not on this phone")]
    Lost,
    #[error("the keeper of keys failed")]
    Keys,
    /// The vault, the journal or the phone failed in a way an officer cannot mend.
    #[error("defect {defect:?}")]
    Bug { defect: Defect },
}

/// What failed, for whoever mends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Defect {
    VaultRead,
    VaultWrite,
    Journal,
    Signature,
    Chance,
    Index,
    /// Every slot for a running record is taken: a handle was never given back.
    Slots,
}

/// Why the core could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, Error, uniffi::Error)]
pub enum OpenError {
    /// Two writers would destroy the vault.
    #[error("the vault is open in another process")]
    InUse,
    #[error("the phone was not unlocked since it was started")]
    Locked,
    /// The phone's lock was removed or its security reset: what is in the vault cannot be read any more.
    #[error("the key that wraps the secrets is gone")]
    KeysInvalidated,
    /// The vault has content, and a secret that belongs to it is gone.
    #[error("secret {name} is gone, and the vault is not empty")]
    SecretGone { name: String },
    #[error("secret {name} has {expected} bytes, found {found}")]
    SecretDamaged { name: String, expected: u64, found: u64 },
    #[error("the keeper of secrets failed")]
    Keys,
    #[error("the disk failed")]
    Disk,
    #[error("{what} is not {wanted}")]
    NotOfItsShape { what: String, wanted: String },
    #[error("defect {defect:?}")]
    Bug { defect: Defect },
}

impl From<RecorderFault> for CoreError {
    fn from(fault: RecorderFault) -> Self {
        let defect = |defect| CoreError::Bug { defect };
        match fault {
            RecorderFault::GroupLost { source: _ } => CoreError::GroupLost,
            RecorderFault::DiskFull => CoreError::DiskFull,
            RecorderFault::Refused(refusal) => CoreError::Refused { phase: refusal.phase },
            RecorderFault::BelongsToANewRecord { record } => {
                CoreError::BelongsToANewRecord { record: record.to_string() }
            }
            RecorderFault::NoSuchRecord { record } => CoreError::NoSuchRecord { record: record.to_string() },
            RecorderFault::JournalDamaged { record, line } => {
                CoreError::JournalDamaged { record: record.to_string(), line }
            }
            RecorderFault::RecordKeyGone { record } => CoreError::RecordKeyGone { record: record.to_string() },
            RecorderFault::Busy => CoreError::Busy,
            RecorderFault::Over => CoreError::NotRecording,
            RecorderFault::TooLong(too_long) => CoreError::TooLong {
                limit: quanji_evidence::private::VALUE_LIMIT_BYTES as u64,
                found: too_long.found as u64,
            },
            RecorderFault::Key(_) => CoreError::Keys,
            RecorderFault::Journal(_) => defect(Defect::Journal),
            RecorderFault::Sign(_) => defect(Defect::Signature),
            RecorderFault::Chance(_) => defect(Defect::Chance),
            RecorderFault::Read(_) => defect(Defect::VaultRead),
            RecorderFault::Append { source: _ } | RecorderFault::Create { source: _ } => defect(Defect::VaultWrite),
        }
    }
}

impl From<OpenFault> for OpenError {
    fn from(fault: OpenFault) -> Self {
        match fault {
            OpenFault::Vault(VaultFault::InUse) | OpenFault::WriterTaken => OpenError::InUse,
            OpenFault::Vault(VaultFault::Keys { source: KeyVaultError::Locked }) => OpenError::Locked,
            OpenFault::Vault(VaultFault::Keys { source: KeyVaultError::Failed { .. } }) => OpenError::Keys,
            OpenFault::Vault(VaultFault::Disk { .. } | VaultFault::Index { .. }) => OpenError::Disk,
            OpenFault::Recorder(_) => OpenError::Bug { defect: Defect::VaultRead },
        }
    }
}

impl From<IdentityFault> for OpenError {
    fn from(fault: IdentityFault) -> Self {
        match fault {
            IdentityFault::Secret(SecretFault::Locked) => OpenError::Locked,
            IdentityFault::Secret(SecretFault::Invalidated) => OpenError::KeysInvalidated,
            IdentityFault::Secret(SecretFault::Failed) => OpenError::Keys,
            IdentityFault::Gone { name } => OpenError::SecretGone { name: name.to_owned() },
            IdentityFault::Size { name, expected, found } => {
                OpenError::SecretDamaged { name: name.to_owned(), expected: expected as u64, found: found as u64 }
            }
            IdentityFault::NoChance => OpenError::Bug { defect: Defect::Chance },
            IdentityFault::Folder => OpenError::Disk,
        }
    }
}

impl CoreError {
    pub(crate) fn shape(what: &str, wanted: &str) -> CoreError {
        CoreError::NotOfItsShape { what: what.to_owned(), wanted: wanted.to_owned() }
    }
}
