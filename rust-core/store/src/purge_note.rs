//! The note in a journal of what is about to be removed on which receipt.
//!
//! It is durable before the first removal: so a crash inside the purge is finished at the next opening, and a rebuilt index
//! can tell "removed on a receipt" from "lost".

use crate::identity::{Identity, Part};
use crate::sealed::FileId;

/// A file that the note names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PurgedFile {
    pub(crate) identity: Identity,
    pub(crate) file_id: FileId,
    pub(crate) plain_len: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PurgeNote {
    pub(crate) receipt_digest: Vec<u8>,
    pub(crate) files: Vec<PurgedFile>,
}

const FILE_LEN: usize = Part::SEALED_LEN + 16 + 8;

impl PurgeNote {
    /// Files in one note, so that it fits a chunk.
    pub(crate) const MOST_FILES: usize = 4096;

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let digest_len = u8::try_from(self.receipt_digest.len()).unwrap_or(u8::MAX);
        let mut bytes = vec![digest_len];
        bytes.extend_from_slice(&self.receipt_digest[..usize::from(digest_len)]);
        for PurgedFile { identity, file_id, plain_len } in &self.files {
            bytes.extend_from_slice(&Part::first(*identity).to_bytes());
            bytes.extend_from_slice(&file_id.0);
            bytes.extend_from_slice(&plain_len.to_le_bytes());
        }
        bytes
    }

    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let (digest_len, rest) = bytes.split_first()?;
        let (digest, files) = rest.split_at_checked(usize::from(*digest_len))?;
        if files.len() % FILE_LEN != 0 {
            return None;
        }
        let files = files.chunks_exact(FILE_LEN).map(|bytes| {
            let (identity, rest) = bytes.split_at(Part::SEALED_LEN);
            let (file_id, plain_len) = rest.split_at(16);
            Some(PurgedFile {
                identity: Part::parse(identity)?.identity,
                file_id: FileId(file_id.try_into().ok()?),
                plain_len: u64::from_le_bytes(plain_len.try_into().ok()?),
            })
        });
        Some(Self { receipt_digest: digest.to_vec(), files: files.collect::<Option<_>>()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::RecordId;

    #[test]
    fn a_purge_note_survives_its_bytes_and_a_cut_one_is_refused() {
        let identity = Identity::segment(RecordId([3; 16]), 1, 2);
        let file = PurgedFile { identity, file_id: FileId([9; 16]), plain_len: 77 };
        let note = PurgeNote { receipt_digest: vec![5; 32], files: vec![file, file] };
        let bytes = note.to_bytes();
        assert_eq!(PurgeNote::parse(&bytes), Some(note));
        assert_eq!(PurgeNote::parse(&bytes[..bytes.len() - 1]), None);
        assert_eq!(PurgeNote::parse(&[]), None);
        assert_eq!(PurgeNote::parse(&[4, 1]), None);
    }
}
