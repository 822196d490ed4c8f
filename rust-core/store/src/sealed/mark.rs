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
    /// Tag of the chunk before.
    pub(crate) before: Tag,
}

const MARK_LEN: usize = 8 + TAG_LEN;
pub(crate) const MARK_SEALED_LEN: u64 = (FRAME_LEN + MARK_LEN + TAG_LEN) as u64;

impl Mark {
    pub(crate) fn to_bytes(self) -> [u8; MARK_LEN] {
        let Mark { plain, before } = self;
        let mut bytes = [0; MARK_LEN];
        bytes[..8].copy_from_slice(&plain.to_le_bytes());
        bytes[8..].copy_from_slice(&before);
        bytes
    }

    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let (plain, before) = bytes.split_at_checked(8)?;
        Some(Self { plain: u64::from_le_bytes(plain.try_into().ok()?), before: before.try_into().ok()? })
    }
}

/// What a file ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LastChunk {
    /// A mark that fits the chunk before it: the place behind it.
    Mark(Place),
    /// An authentic mark behind something else than it was made for: what stood before had been synced, and is damaged.
    MarkOfOther,
    Other,
}

/// Looks at the end of a file of `len` bytes.
pub(crate) fn last_chunk(file: &dyn DiskFile, key: &FileKey, len: u64) -> io::Result<LastChunk> {
    let Some(at) = len.checked_sub(MARK_SEALED_LEN).filter(|at| *at >= Place::START.at + TAG_LEN as u64) else {
        return Ok(LastChunk::Other);
    };
    let mut bytes = [0; TAG_LEN + FRAME_LEN];
    if read_full(file, &mut bytes, at - TAG_LEN as u64)? < bytes.len() {
        return Ok(LastChunk::Other);
    }
    let (before, frame) = bytes.split_at(TAG_LEN);
    let Some(frame) = Frame::parse(frame).filter(|f| f.kind == ChunkKind::Mark && f.len as usize == MARK_LEN) else {
        return Ok(LastChunk::Other);
    };
    let mut before_tag: Tag = [0; TAG_LEN];
    before_tag.copy_from_slice(before);
    let mut walk = Walk::new(file, key, Place { at, counter: frame.counter, before: before_tag, plain: 0 }, len);
    let plain = match walk.step()? {
        Step::Chunk { kind: ChunkKind::Mark, plain } => Mark::parse(plain).map(|mark| mark.plain),
        _ => None,
    };
    Ok(match plain {
        Some(plain) => LastChunk::Mark(Place { plain, ..walk.place() }),
        None if walk.has_met_mark() => LastChunk::MarkOfOther,
        None => LastChunk::Other,
    })
}
