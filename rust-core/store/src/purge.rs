//! Removing from the phone what a receipt says is stored elsewhere. The journal stays.

use crate::SyncPoint;
use crate::catalog::PurgedEntry;
use crate::group::{AppendError, GroupLost, GroupLostWhy};
use crate::identity::{Identity, RecordId};
use crate::purge_note::{PurgeNote, PurgedFile};
use crate::sealed::ChunkKind;
use crate::writer::Writer;

/// The permission to remove files of one record: made by the code that holds a verified receipt (回执) covering them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PurgeWarrant {
    record: RecordId,
    /// At most 255 bytes; kept in the journal's file beside the names of what was removed.
    receipt_digest: Vec<u8>,
    files: Vec<Identity>,
}

impl PurgeWarrant {
    /// `receipt_digest` is the digest of a receipt that *was verified* and covers `files`. The store cannot check that.
    pub fn from_verified_receipt(record: RecordId, receipt_digest: &[u8], files: Vec<Identity>) -> Self {
        Self { record, receipt_digest: receipt_digest.to_vec(), files }
    }
}

/// What was removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purged {
    pub removed: Vec<Identity>,
    /// Named by the warrant and gone already.
    pub already: usize,
    pub freed_bytes: u64,
}

/// Why nothing, or not everything, was removed. Asking again is safe.
#[derive(Debug, thiserror::Error)]
pub enum PurgeError {
    /// A commit comes first.
    #[error("there are appends that no commit has acknowledged")]
    GroupOpen,
    #[error("{0:?} is of a kind that stays on the phone, or of another record")]
    NotPurgeable(Identity),
    #[error("there is no {0:?}")]
    NoSuchFile(Identity),
    #[error("a receipt digest of {found} bytes, the limit is 255")]
    DigestTooLong { found: usize },
    /// The note could not be made durable; nothing was removed.
    #[error("the purge could not be noted")]
    Note { source: AppendError },
    /// Noted, and not all removed; the next purge or the next opening goes on.
    #[error("{left} files are noted as removed and are still there")]
    Unfinished { left: usize, source: std::io::Error },
}

impl Writer {
    /// Notes the removal in the journal's file (one sync), removes the files, makes that durable (one sync of the folder).
    ///
    /// A crash before the note is durable removes nothing; after it, the next opening finishes. Repeating does no harm.
    pub fn purge(&mut self, warrant: &PurgeWarrant) -> Result<Purged, PurgeError> {
        let PurgeWarrant { record, receipt_digest, files } = warrant;
        if receipt_digest.len() > usize::from(u8::MAX) {
            return Err(PurgeError::DigestTooLong { found: receipt_digest.len() });
        }
        if self.files.values().any(|file| file.has_unacknowledged()) {
            return Err(PurgeError::GroupOpen);
        }
        let mut to_remove = Vec::new();
        let mut already = 0;
        let mut freed_bytes = 0;
        {
            let catalog = self.shared.catalog();
            for identity in files {
                if identity.record != *record || !identity.kind.may_be_purged() {
                    return Err(PurgeError::NotPurgeable(*identity));
                }
                if catalog.purged(identity).is_some() {
                    already += 1;
                    continue;
                }
                let entry = catalog.last_part(identity).ok_or(PurgeError::NoSuchFile(*identity))?;
                freed_bytes += entry.sealed_len;
                to_remove.push(PurgedFile { identity: *identity, file_id: entry.file_id, plain_len: entry.plain_len });
            }
        }
        for files in to_remove.chunks(PurgeNote::MOST_FILES) {
            let note = PurgeNote { receipt_digest: receipt_digest.clone(), files: files.to_vec() };
            self.note_purge(Identity::journal(*record), &note).map_err(|source| PurgeError::Note { source })?;
        }
        self.remove_noted(&to_remove)?;
        let removed = to_remove.iter().map(|file| file.identity).collect();
        Ok(Purged { removed, already, freed_bytes })
    }

    fn note_purge(&mut self, journal: Identity, note: &PurgeNote) -> Result<(), AppendError> {
        self.open_lines(journal)?;
        let file = self.files.get_mut(&journal).ok_or(AppendError::NotOpen(journal))?;
        let noted = file
            .write_note(ChunkKind::Purge, &note.to_bytes())
            .map_err(|e| (GroupLostWhy::Write { file: journal }, e.into_io()))
            .and_then(|()| {
                file.sync(SyncPoint::PurgeNote).map_err(|source| (GroupLostWhy::Sync { file: journal }, source))
            });
        let noted = noted.and_then(|()| {
            if !file.is_new {
                return Ok(());
            }
            let synced = self.shared.opener.disk.sync_names(SyncPoint::NewNames);
            file.is_poisoned |= synced.is_err();
            synced.map_err(|source| (GroupLostWhy::SyncNames, source))
        });
        if let Err((why, source)) = noted {
            let lost: GroupLost = self.lose_group(why, source, Vec::new());
            return Err(AppendError::GroupLost(lost));
        }
        file.acknowledge();
        let (part, at, synced) = (file.part.part, file.acknowledged().at, file.synced());
        self.shared.catalog().update(&journal, part, |entry| {
            entry.synced_len = synced;
            entry.sealed_len = at;
        });
        Ok(())
    }

    fn remove_noted(&mut self, to_remove: &[PurgedFile]) -> Result<(), PurgeError> {
        let disk = &self.shared.opener.disk;
        let mut failed = None;
        let mut left = 0;
        for file in to_remove {
            self.files.remove(&file.identity);
            let PurgedFile { identity, file_id, plain_len } = *file;
            self.shared.catalog().set_purged(identity, PurgedEntry { file_id, plain_len });
            match disk.remove_purged(&file_id.to_string()) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                    left += 1;
                    failed = Some(e);
                }
                _ => {}
            }
        }
        if to_remove.is_empty() {
            return Ok(());
        }
        match (failed, disk.sync_names(SyncPoint::PurgedNames)) {
            (None, Ok(())) => Ok(()),
            (Some(source), _) => Err(PurgeError::Unfinished { left, source }),
            (None, Err(source)) => Err(PurgeError::Unfinished { left: to_remove.len(), source }),
        }
    }
}
