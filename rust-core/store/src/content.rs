//! Reading what was acknowledged, chunk by chunk.

use std::io;
use std::sync::Arc;

use crate::catalog::PartEntry;
use crate::disk::{Disk, DiskFile, read_full};
use crate::identity::{Identity, Part};
use crate::keyring::Keyring;
use crate::keys::{KeyId, KeyVaultError};
use crate::sealed::{ChunkFault, ChunkKind, FileKey, HEADER_LEN, Header, HeaderFault, Place, Step, Walk};

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("there is no {0:?}")]
    NoSuchFile(Identity),
    #[error("{0:?} was removed from this phone on a receipt")]
    Purged(Identity),
    #[error("sealed with vault key {key_id:?}, which this phone does not have")]
    UnknownKey { key_id: KeyId },
    /// Or the header was altered: the check in it fits no other key.
    #[error("not sealed with this vault key {key_id:?}")]
    WrongKey { key_id: KeyId },
    #[error("not a sealed file of a known version")]
    NotSealed,
    #[error("sealed as version {version}, suite {suite}, which this program does not read")]
    UnknownVersion { version: u16, suite: u16 },
    /// The first chunk does not say what the directory of files says.
    #[error("the file is not {expected:?}, part {part}")]
    OtherFile { expected: Identity, part: u32 },
    #[error("chunk {index} {fault}")]
    Damaged { index: u32, fault: ChunkFault },
    #[error("the disk failed")]
    Disk { source: io::Error },
    #[error("no key could be had")]
    Keys { source: KeyVaultError },
}

/// Opens a sealed file of that name as far as its key.
pub(crate) fn unlock(
    disk: &dyn Disk,
    keyring: &Keyring,
    file_id: crate::sealed::FileId,
) -> Result<(Box<dyn DiskFile>, FileKey), ReadError> {
    let file = disk.open(&file_id.to_string()).map_err(|source| ReadError::Disk { source })?;
    let mut bytes = [0; HEADER_LEN];
    let read = read_full(&*file, &mut bytes, 0).map_err(|source| ReadError::Disk { source })?;
    let header = Header::parse(&bytes[..read], file_id).map_err(|fault| match fault {
        HeaderFault::NotSealed | HeaderFault::OtherName { .. } => ReadError::NotSealed,
        HeaderFault::UnknownVersion { version, suite } => ReadError::UnknownVersion { version, suite },
    })?;
    let key_id = header.key_id;
    let vault_key =
        keyring.key(key_id).map_err(|source| ReadError::Keys { source })?.ok_or(ReadError::UnknownKey { key_id })?;
    let key = header.unlock(&vault_key).ok_or(ReadError::WrongKey { key_id })?;
    Ok((file, key))
}

/// The first chunk of a file.
pub(crate) fn read_part(walk: &mut Walk<'_>) -> io::Result<Result<Part, ChunkFault>> {
    Ok(match walk.step()? {
        Step::Chunk { kind: ChunkKind::Identity, plain } => {
            Part::parse(plain).ok_or(ChunkFault::NotAFrame { expected: 0 })
        }
        Step::Chunk { .. } => Err(ChunkFault::NotAFrame { expected: 0 }),
        Step::End => Err(ChunkFault::Truncated { expected: 1, found: 0 }),
        Step::Broken(broken) => Err(broken.fault),
    })
}

/// One open file, readable from any offset up to the length it had when it was opened.
#[derive(Debug)]
pub struct Content {
    file: Box<dyn DiskFile>,
    key: FileKey,
    expected: Part,
    sealed_len: u64,
    len: u64,
    /// Places of the data chunks seen so far, so that reading onwards does not start over.
    places: Vec<Place>,
    is_checked: bool,
}

impl Content {
    pub(crate) fn open(
        disk: &dyn Disk,
        keyring: &Keyring,
        identity: Identity,
        entry: &PartEntry,
    ) -> Result<Self, ReadError> {
        let (file, key) = unlock(disk, keyring, entry.file_id)?;
        let (sealed_len, len) = (entry.sealed_len, entry.plain_len);
        Ok(Self {
            file,
            key,
            expected: entry.part_of(identity),
            sealed_len,
            len,
            places: vec![Place::START],
            is_checked: false,
        })
    }

    /// Takes over how far the file has grown; from now on it is read onwards only, so one place is remembered.
    pub(crate) fn grow(&mut self, entry: &PartEntry) {
        (self.sealed_len, self.len) = (entry.sealed_len, entry.plain_len);
        self.places.drain(..self.places.len().saturating_sub(1));
    }

    /// Plain bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Fills `buf` from `offset`; fewer bytes only at the end. Every byte given out was authenticated.
    pub fn read_at(&mut self, offset: u64, buf: &mut [u8]) -> Result<usize, ReadError> {
        let want = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX).min(buf.len());
        let mut done = 0;
        if want == 0 {
            return Ok(0);
        }
        self.visit(offset, |plain| {
            let n = plain.len().min(want - done);
            buf[done..done + n].copy_from_slice(&plain[..n]);
            done += n;
            done < want
        })?;
        Ok(done)
    }

    /// Everything from `offset` on, piece by piece as it is opened, without a copy. `piece` says whether to go on.
    pub fn visit(&mut self, offset: u64, mut piece: impl FnMut(&[u8]) -> bool) -> Result<(), ReadError> {
        let disk = |source| ReadError::Disk { source };
        let start = match self.places.binary_search_by_key(&offset, |place| place.plain) {
            Ok(at) => at,
            Err(after) => after.saturating_sub(1),
        };
        let first = if self.is_checked { self.places[start] } else { Place::START };
        let mut walk = Walk::new(&*self.file, &self.key, first, self.sealed_len);
        if !self.is_checked {
            let expected = self.expected;
            match read_part(&mut walk).map_err(disk)? {
                Ok(part) if part == expected => self.is_checked = true,
                Ok(_) => return Err(ReadError::OtherFile { expected: expected.identity, part: expected.part }),
                Err(fault) => return Err(ReadError::Damaged { index: 0, fault }),
            }
            self.places = vec![walk.place()];
        }
        loop {
            let place = walk.place();
            if place.plain >= self.len {
                return Ok(());
            }
            if self.places.last().is_none_or(|last| last.plain < place.plain) {
                self.places.push(place);
            }
            match walk.step().map_err(disk)? {
                Step::Chunk { kind: ChunkKind::Data, plain } => {
                    let usable = usize::try_from(self.len - place.plain).unwrap_or(usize::MAX).min(plain.len());
                    let skip = usize::try_from(offset.saturating_sub(place.plain)).unwrap_or(usize::MAX);
                    if skip < usable && !piece(&plain[skip..usable]) {
                        return Ok(());
                    }
                }
                Step::Chunk { .. } => {}
                Step::End => {
                    let fault = ChunkFault::Truncated { expected: self.len, found: place.plain };
                    return Err(ReadError::Damaged { index: place.counter, fault });
                }
                Step::Broken(broken) => {
                    return Err(ReadError::Damaged { index: broken.place.counter, fault: broken.fault });
                }
            }
        }
    }
}

/// Everything a vault needs to open a file, for readers on any thread.
#[derive(Debug, Clone)]
pub(crate) struct Opener {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) keyring: Arc<Keyring>,
}
