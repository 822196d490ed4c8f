//! What was found when the vault was opened: told, never judged. The recorder decides what of it becomes `recovered`.

use std::collections::BTreeSet;

use crate::identity::{Identity, RecordId};
use crate::keys::KeyId;
use crate::sealed::ChunkFault;

/// The report of one opening.
#[derive(Debug, Default)]
pub struct Recovery {
    /// Files read through, because the index did not know them at this length, in the order of their identity.
    pub found: Vec<Found>,
    /// How many files were as the index knew them.
    pub as_known: usize,
    /// Torn tails that were cut off, this time or earlier; they are never removed.
    pub side_files: Vec<SideFile>,
    /// Files that cannot be mapped back; they stay where they are.
    pub orphans: Vec<Orphan>,
    pub troubles: Vec<Trouble>,
    /// Removals that a purge note had promised and a crash had undone.
    pub purges_repeated: usize,
}

impl Recovery {
    /// The records of which something was found: their summaries in the index may be out of date.
    pub fn touched(&self) -> BTreeSet<RecordId> {
        let of_trouble = self.troubles.iter().map(|trouble| trouble.identity().record);
        self.found.iter().map(|found| found.identity.record).chain(of_trouble).collect()
    }
}

/// A readable file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub identity: Identity,
    /// 0, or the number of the part of a continued file of lines.
    pub part: u32,
    /// Plain bytes of this part that are whole: its longest valid prefix.
    pub len: u64,
    /// Bytes behind it that were cut off into a side file by this opening.
    pub cut: u64,
}

/// A torn tail, as it lay on the disk: still sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideFile {
    pub name: String,
    pub len: u64,
}

/// A file that nobody can read now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    pub name: String,
    pub len: u64,
    pub why: OrphanReason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrphanReason {
    /// The header or first chunk is not whole: a creation that a crash cut off, before anything in it was acknowledged.
    NoIdentity,
    /// A sealed file under the name of another.
    Renamed,
    UnknownVersion {
        version: u16,
        suite: u16,
    },
    UnknownKey {
        key_id: KeyId,
    },
    WrongKey {
        key_id: KeyId,
    },
    /// The disk gave an error for it; it is read again at the next opening.
    Unreadable,
    /// Another file says it is the same; that one is used.
    Twice {
        identity: Identity,
    },
}

/// Something that a crash alone does not do, or that a crash and a failing disk did together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Bytes that had been synced are not as they were. The file is left as it is, readable up to the place.
    Damaged { identity: Identity, chunk: u32, fault: ChunkFault, readable: u64 },
    /// Shorter than it was acknowledged, though what is left is whole. Both in sealed bytes.
    Shorter { identity: Identity, expected: u64, found: u64 },
    /// A file of lines whose part ends before the next one begins. Both in plain bytes from the file's start.
    Gap { identity: Identity, part: u32, expected: u64, found: u64 },
    /// The index knew it, no purge note names it, and it is not there.
    Missing { identity: Identity },
    /// The disk refused to make it durable: readable now, and perhaps not after a power cut. It is not continued.
    NotDurable { identity: Identity },
    /// A torn tail of so many bytes could not be copied aside (no room), so it was not cut off. The file is not continued.
    TailNotCut { identity: Identity, tail: u64 },
    /// Its removal on a receipt, begun before the crash, could not be finished; it is tried again at the next opening.
    PurgeUnfinished { identity: Identity },
}

impl Trouble {
    pub fn identity(&self) -> Identity {
        match self {
            Self::Damaged { identity, .. }
            | Self::Shorter { identity, .. }
            | Self::Gap { identity, .. }
            | Self::Missing { identity }
            | Self::NotDurable { identity }
            | Self::TailNotCut { identity, .. }
            | Self::PurgeUnfinished { identity } => *identity,
        }
    }
}

/// A file as the index remembers it: one that has one of its two lengths now need not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownFile {
    /// The file's name in the vault, as bytes.
    pub name: [u8; 16],
    pub identity: Identity,
    pub part: u32,
    /// Plain bytes in the parts before.
    pub from: u64,
    /// Sealed bytes that were synced.
    pub synced_len: u64,
    /// Sealed bytes with the mark behind them, which may get lost.
    pub sealed_len: u64,
    pub plain_len: u64,
    pub state: KnownState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownState {
    Present,
    /// Removed on a receipt.
    Purged,
}

/// What the index remembers of the vault. Empty when it is lost: then everything is read.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub files: Vec<KnownFile>,
}
