//! The real disk with a bound that a test sets: how a full disk is had without filling one.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quanji_store::{Disk, DiskFile, FolderLock, Listed, RealDisk, SyncPoint};

/// Room is not bounded.
const UNBOUNDED: u64 = u64::MAX;

/// A disk on which so many more bytes fit.
#[derive(Debug)]
pub(crate) struct QuotaDisk {
    disk: RealDisk,
    room: Arc<AtomicU64>,
}

impl QuotaDisk {
    pub(crate) fn new(disk: RealDisk) -> QuotaDisk {
        QuotaDisk { disk, room: Arc::new(AtomicU64::new(UNBOUNDED)) }
    }

    /// So many more bytes fit from now on; all that the disk has when `None`.
    pub(crate) fn set_room(&self, bytes: Option<u64>) {
        self.room.store(bytes.unwrap_or(UNBOUNDED), Ordering::SeqCst);
    }

    fn wrap(&self, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(QuotaFile { file, room: Arc::clone(&self.room) })
    }
}

impl Disk for QuotaDisk {
    fn lock(&self) -> io::Result<Option<Box<dyn FolderLock>>> {
        self.disk.lock()
    }

    fn list(&self) -> io::Result<Vec<Listed>> {
        self.disk.list()
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(self.wrap(self.disk.create(name)?))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(self.wrap(self.disk.open(name)?))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.disk.rename(from, to)
    }

    fn remove_purged(&self, name: &str) -> io::Result<()> {
        self.disk.remove_purged(name)
    }

    fn sync_names(&self, point: SyncPoint) -> io::Result<()> {
        self.disk.sync_names(point)
    }

    fn free_space(&self) -> io::Result<u64> {
        Ok(self.disk.free_space()?.min(self.room.load(Ordering::SeqCst)))
    }
}

#[derive(Debug)]
struct QuotaFile {
    file: Box<dyn DiskFile>,
    room: Arc<AtomicU64>,
}

impl QuotaFile {
    /// Takes room for a file that grows, or gives back that of one that shrinks.
    fn resize(&self, to: u64) -> io::Result<()> {
        let from = self.file.size()?;
        let taken = self.room.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |room| match room {
            UNBOUNDED => Some(UNBOUNDED),
            room if to >= from => room.checked_sub(to - from),
            room => Some((room + (from - to)).min(UNBOUNDED - 1)),
        });
        taken.map(|_| ()).map_err(|_| io::ErrorKind::StorageFull.into())
    }
}

impl DiskFile for QuotaFile {
    fn size(&self) -> io::Result<u64> {
        self.file.size()
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buf, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        if self.room.load(Ordering::SeqCst) != UNBOUNDED {
            self.resize(self.file.size()?.max(offset + bytes.len() as u64))?;
        }
        self.file.write_at(bytes, offset)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        if self.room.load(Ordering::SeqCst) != UNBOUNDED {
            self.resize(len)?;
        }
        self.file.set_len(len)
    }

    fn sync_data(&self, point: SyncPoint) -> io::Result<()> {
        self.file.sync_data(point)
    }

    fn sync_all(&self, point: SyncPoint) -> io::Result<()> {
        self.file.sync_all(point)
    }
}
