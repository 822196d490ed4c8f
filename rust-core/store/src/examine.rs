//! Reading one file through, without changing it.

use std::io;

use crate::content::{Opener, ReadError, read_part, unlock};
use crate::disk::DiskFile;
use crate::identity::{FileKind, Part};
use crate::keys::KeyVaultError;
use crate::purge_note::PurgeNote;
use crate::recovery::OrphanReason;
use crate::sealed::{Broken, ChunkKind, FileId, FileKey, LastChunk, MARK_SEALED_LEN, Place, Step, Walk, last_chunk};

/// A file that can be mapped back. It is not kept open: a vault has more files than a process may open.
#[derive(Debug)]
pub(crate) struct Examined {
    pub(crate) key: FileKey,
    pub(crate) part: Part,
    /// Behind the last valid chunk.
    pub(crate) place: Place,
    /// Sealed bytes from the start that are known to be durable.
    pub(crate) proved: u64,
    /// Sealed bytes without the mark that proves them; the whole place until one is written.
    pub(crate) synced: u64,
    pub(crate) state: TailState,
    /// Of a journal: what its purge notes name.
    pub(crate) purged: Vec<PurgeNote>,
}

/// What the file is like behind its last valid chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TailState {
    /// Ends with a mark: whole and durable.
    Proved,
    /// Whole, but nothing says that it was synced.
    Whole,
    /// So many bytes of a write that a crash tore.
    Torn { tail: u64 },
    /// Bytes that had been synced are not as they were.
    Damaged(Broken),
    /// Whole, but shorter than what was acknowledged.
    Shorter { expected: u64 },
    /// A torn tail that could not be kept elsewhere, and so stays.
    NotCut { tail: u64 },
}

/// Why a file was not examined.
#[derive(Debug)]
pub(crate) enum NotExamined {
    Orphan(OrphanReason),
    /// No key can be had now: not this file's fault, and all others would follow.
    Keys(KeyVaultError),
}

impl From<io::Error> for NotExamined {
    fn from(_: io::Error) -> Self {
        Self::Orphan(OrphanReason::Unreadable)
    }
}

/// `acknowledged` is the sealed length that the index knows, 0 if it knows none.
pub(crate) fn examine(opener: &Opener, file_id: FileId, acknowledged: u64) -> Result<Examined, NotExamined> {
    let (file, key) = unlock(&*opener.disk, &opener.keyring, file_id).map_err(why_locked)?;
    let len = file.size()?;
    let mut walk = Walk::new(&*file, &key, Place::START, len);
    let Ok(part) = read_part(&mut walk)? else {
        return Err(NotExamined::Orphan(OrphanReason::NoIdentity));
    };
    let mut purged = Vec::new();
    // A journal is read in full even if it ends with a mark, for the purge notes in it.
    if part.identity.kind != FileKind::Journal
        && let LastChunk::Mark(place) = last_chunk(&*file, &key, len)?
    {
        let synced = place.at - MARK_SEALED_LEN;
        return Ok(Examined { key, part, place, proved: place.at, synced, state: TailState::Proved, purged });
    }
    let mut ends_with_mark = false;
    let mut proved = acknowledged;
    let broken = loop {
        let at = walk.place().at;
        match walk.step()? {
            Step::Chunk { kind, plain } => {
                ends_with_mark = kind == ChunkKind::Mark;
                if ends_with_mark {
                    proved = proved.max(at);
                }
                if kind == ChunkKind::Purge {
                    // A note that this version cannot read promises nothing that it could repeat.
                    purged.extend(PurgeNote::parse(plain));
                }
            }
            Step::End => break None,
            Step::Broken(broken) => break Some(broken),
        }
    };
    let place = walk.place();
    let state = match broken {
        None if place.at < acknowledged => TailState::Shorter { expected: acknowledged },
        None if ends_with_mark => TailState::Proved,
        None => TailState::Whole,
        Some(broken) if place.at < acknowledged || has_later_mark(&*file, &key, walk, len)? => {
            TailState::Damaged(broken)
        }
        Some(_) => TailState::Torn { tail: len - place.at },
    };
    let synced = if ends_with_mark { place.at - MARK_SEALED_LEN } else { place.at };
    Ok(Examined { key, part, place, proved, synced, state, purged })
}

/// Whether an authentic mark stands behind the broken place: then the place had been synced, and no crash tore it.
fn has_later_mark(file: &dyn DiskFile, key: &FileKey, mut walk: Walk<'_>, len: u64) -> io::Result<bool> {
    walk.forget_mark();
    while walk.skip_broken()? {
        while let Step::Chunk { .. } = walk.step()? {}
        if walk.has_met_mark() {
            return Ok(true);
        }
    }
    Ok(last_chunk(file, key, len)? != LastChunk::Other)
}

fn why_locked(error: ReadError) -> NotExamined {
    NotExamined::Orphan(match error {
        ReadError::Keys { source } => return NotExamined::Keys(source),
        ReadError::UnknownKey { key_id } => OrphanReason::UnknownKey { key_id },
        ReadError::WrongKey { key_id } => OrphanReason::WrongKey { key_id },
        ReadError::UnknownVersion { version, suite } => OrphanReason::UnknownVersion { version, suite },
        ReadError::Disk { .. } => OrphanReason::Unreadable,
        ReadError::NotSealed
        | ReadError::NoSuchFile(_)
        | ReadError::Purged(_)
        | ReadError::OtherFile { .. }
        | ReadError::Damaged { .. } => OrphanReason::NoIdentity,
    })
}
