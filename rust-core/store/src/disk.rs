//! The port through which every byte of the vault passes.
//!
//! One flat folder: the store has no sub-folders. What a method writes may be lost, torn or reordered by a crash until
//! the matching sync has returned `Ok`.

use std::fmt;
use std::io;

use crate::SyncPoint;

/// A name in the vault's folder with the file's length in bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    pub name: String,
    pub len: u64,
}

/// The folder of one vault.
pub trait Disk: fmt::Debug + Send + Sync {
    /// Takes the folder for this process; `None` while another holds it. The value gives it back when dropped.
    fn lock(&self) -> io::Result<Option<Box<dyn FolderLock>>>;

    /// All plain files, in no order.
    fn list(&self) -> io::Result<Vec<Listed>>;

    /// Makes an empty file; `AlreadyExists` if the name is taken. Durable after its own sync *and* [`Disk::sync_names`].
    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;

    /// Opens an existing file for reading and writing.
    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;

    /// Gives a file another name; `AlreadyExists` rather than replacing one.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file that a durable purge note names. Nothing else is ever removed.
    fn remove_purged(&self, name: &str) -> io::Result<()>;

    /// Makes creations, renames and removals durable (fsync of the folder).
    fn sync_names(&self, point: SyncPoint) -> io::Result<()>;

    /// Whether several syncs at once are faster than one after the other. A disk that is told when to fail says no.
    fn syncs_side_by_side(&self) -> bool {
        false
    }

    /// Bytes that can still be written.
    fn free_space(&self) -> io::Result<u64>;
}

/// Proof that the folder is this process's.
pub trait FolderLock: fmt::Debug + Send + Sync {}

/// An open file. Offsets and lengths are bytes.
pub trait DiskFile: fmt::Debug + Send + Sync {
    fn size(&self) -> io::Result<u64>;

    /// Reads at most `buf.len()` bytes; 0 only at the end of the file.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes all of `bytes` or fails; on failure any part of them may be there.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;

    fn set_len(&self, len: u64) -> io::Result<()>;

    /// Makes bytes and length durable (fdatasync). After an error nothing written before counts as durable, ever:
    /// the kernel may have dropped the pages and a second call would say `Ok` (fsyncgate).
    fn sync_data(&self, point: SyncPoint) -> io::Result<()>;

    /// Also the file's other metadata, such as freed blocks (fsync).
    fn sync_all(&self, point: SyncPoint) -> io::Result<()>;
}

/// Reads until `buf` is full or the file ends; how many bytes came.
pub(crate) fn read_full(file: &dyn DiskFile, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    let mut done = 0;
    while done < buf.len() {
        match file.read_at(&mut buf[done..], offset + done as u64) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(done)
}

/// Whether the disk, or the officer's share of it, has no room left.
pub(crate) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
}
