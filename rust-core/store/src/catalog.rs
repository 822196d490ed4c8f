//! Which files there are, and how much of each may be read. Shared by the writer and the readers.

use std::collections::BTreeMap;

use crate::identity::{FileKind, Identity, Part, RecordId};
use crate::sealed::FileId;

/// Whether a file's bytes are all as they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Soundness {
    Sound,
    /// Readable up to its lengths; never written again, never known to the index.
    Damaged,
}

/// One physical file. Lengths cover what was acknowledged or recovered, not what is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartEntry {
    pub(crate) part: u32,
    pub(crate) from: u64,
    pub(crate) file_id: FileId,
    /// Sealed bytes that were synced: the least that must be there.
    pub(crate) synced_len: u64,
    /// Sealed bytes with the mark behind them, if there is one.
    pub(crate) sealed_len: u64,
    pub(crate) plain_len: u64,
    pub(crate) soundness: Soundness,
}

impl PartEntry {
    pub(crate) fn plain_end(&self) -> u64 {
        self.from + self.plain_len
    }

    pub(crate) fn part_of(&self, identity: Identity) -> Part {
        Part { identity, part: self.part, from: self.from }
    }
}

/// A file that was removed on a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PurgedEntry {
    pub(crate) file_id: FileId,
    pub(crate) plain_len: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Catalog {
    files: BTreeMap<Identity, Vec<PartEntry>>,
    purged: BTreeMap<Identity, PurgedEntry>,
}

/// What adding a file to the catalog met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Adding {
    Added,
    /// Another file claims the same part; the longer one is kept in the catalog.
    Twice {
        left_out: FileId,
    },
}

impl Catalog {
    pub(crate) fn add(&mut self, identity: Identity, entry: PartEntry) -> Adding {
        let parts = self.files.entry(identity).or_default();
        match parts.binary_search_by_key(&entry.part, |other| other.part) {
            Err(at) => {
                parts.insert(at, entry);
                Adding::Added
            }
            Ok(at) => {
                let left_out = if parts[at].plain_len >= entry.plain_len {
                    entry.file_id
                } else {
                    std::mem::replace(&mut parts[at], entry).file_id
                };
                Adding::Twice { left_out }
            }
        }
    }

    /// Parts of a file, first to last; empty if there is none.
    pub(crate) fn parts(&self, identity: &Identity) -> &[PartEntry] {
        self.files.get(identity).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn last_part(&self, identity: &Identity) -> Option<&PartEntry> {
        self.parts(identity).last()
    }

    /// Changes what is known of a part.
    pub(crate) fn update(&mut self, identity: &Identity, part: u32, change: impl FnOnce(&mut PartEntry)) {
        let parts = self.files.get_mut(identity).map_or(&mut [][..], Vec::as_mut_slice);
        if let Some(entry) = parts.iter_mut().find(|entry| entry.part == part) {
            change(entry);
        }
    }

    /// Cuts each part of a file of lines where the next one begins; where one is too short, `(part, expected, found)`.
    pub(crate) fn join_parts(&mut self) -> Vec<(Identity, u32, u64, u64)> {
        let mut gaps = Vec::new();
        for (identity, parts) in &mut self.files {
            if let Some(first) = parts.first().filter(|first| first.from > 0) {
                gaps.push((*identity, 0, first.from, 0));
            }
            for at in 1..parts.len() {
                let next_from = parts[at].from;
                let entry = &mut parts[at - 1];
                if entry.plain_end() < next_from {
                    gaps.push((*identity, entry.part, next_from, entry.plain_end()));
                }
                entry.plain_len = entry.plain_len.min(next_from.saturating_sub(entry.from));
            }
        }
        gaps
    }

    pub(crate) fn set_purged(&mut self, identity: Identity, entry: PurgedEntry) {
        self.files.remove(&identity);
        self.purged.insert(identity, entry);
    }

    /// Takes files out that were removed on a receipt, in whatever order file and note were met.
    pub(crate) fn forget_purged(&mut self) {
        let purged = &self.purged;
        self.files.retain(|identity, _| !purged.contains_key(identity));
    }

    pub(crate) fn purged(&self, identity: &Identity) -> Option<&PurgedEntry> {
        self.purged.get(identity)
    }

    pub(crate) fn all_purged(&self) -> impl Iterator<Item = (&Identity, &PurgedEntry)> {
        self.purged.iter()
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (&Identity, &[PartEntry])> {
        self.files.iter().map(|(identity, parts)| (identity, parts.as_slice()))
    }

    pub(crate) fn of_record(&self, record: RecordId) -> impl Iterator<Item = (&Identity, &[PartEntry])> {
        self.files.range(span(record)).map(|(identity, parts)| (identity, parts.as_slice()))
    }

    pub(crate) fn purged_of_record(&self, record: RecordId) -> impl Iterator<Item = (&Identity, &PurgedEntry)> {
        self.purged.range(span(record))
    }
}

fn span(record: RecordId) -> std::ops::RangeInclusive<Identity> {
    let first = Identity { record, kind: FileKind::Journal, take: 0, number: 0 };
    let [.., last_kind] = FileKind::ALL;
    let last = Identity { record, kind: last_kind, take: u32::MAX, number: u32::MAX };
    first..=last
}
