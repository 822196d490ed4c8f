//! The mark: a chunk that says "everything before me was synced".
//!
//! It is written after the sync and needs none itself: if it is lost the file is read in full instead. Where it is the last
//! chunk, the file is whole and durable, which costs two small reads to see instead of all of its bytes.

use std::io;

use super::{ChunkKind, FRAME_LEN, FileKey, Frame, Place, Step, TAG_LEN, Tag, Walk};
use crate::disk::{DiskFile, read_full};

/// What a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Plain bytes of the file up to the mark.
    pub(crate) plain: u64,
}

const MARK_LEN: usize = 8;
pub(crate) const MARK_SEALED_LEN: u64 = (FRAME_LEN + MARK_LEN + TAG_LEN) as u64;

impl Mark {
    pub(crate) fn to_bytes(self) -> [u8; MARK_LEN] {
        self.plain.to_le_bytes()
    }

    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        Some(Self { plain: u64::from_le_bytes(bytes.try_into().ok()?) })
    }
}

/// The place behind the mark with which a file of `len` bytes ends, if it ends with one.
pub(crate) fn find_mark(file: &dyn DiskFile, key: &FileKey, len: u64) -> io::Result<Option<Place>> {
    let Some(at) = len.checked_sub(MARK_SEALED_LEN).filter(|at| *at >= Place::START.at + TAG_LEN as u64) else {
        return Ok(None);
    };
    let mut bytes = [0; TAG_LEN + FRAME_LEN];
    if read_full(file, &mut bytes, at - TAG_LEN as u64)? < bytes.len() {
        return Ok(None);
    }
    let (before, frame) = bytes.split_at(TAG_LEN);
    let Some(frame) = Frame::parse(frame).filter(|f| f.kind == ChunkKind::Mark && f.len as usize == MARK_LEN) else {
        return Ok(None);
    };
    let mut before_tag: Tag = [0; TAG_LEN];
    before_tag.copy_from_slice(before);
    let mut walk = Walk::new(file, key, Place { at, counter: frame.counter, before: before_tag, plain: 0 }, len);
    let Step::Chunk { kind: ChunkKind::Mark, plain } = walk.step()? else { return Ok(None) };
    let Some(mark) = Mark::parse(plain) else { return Ok(None) };
    Ok(Some(Place { plain: mark.plain, ..walk.place() }))
}
