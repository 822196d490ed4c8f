//! A disk that leaves out syncs: by it a crash test is itself tried.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use quanji_store::{Disk, DiskFile, FolderLock, Listed, SyncPoint};

/// Says `Ok` to the syncs of these names and does nothing.
#[derive(Debug, Clone)]
pub struct OmitSync {
    inner: Arc<dyn Disk>,
    omitted: BTreeSet<SyncPoint>,
}

impl OmitSync {
    pub fn new(inner: Arc<dyn Disk>, omitted: &[SyncPoint]) -> Self {
        Self { inner, omitted: omitted.iter().copied().collect() }
    }

    fn wrap(&self, inner: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(OmitFile { inner, omitted: self.omitted.clone() })
    }
}

impl Disk for OmitSync {
    fn lock(&self) -> io::Result<Option<Box<dyn FolderLock>>> {
        self.inner.lock()
    }

    fn list(&self) -> io::Result<Vec<Listed>> {
        self.inner.list()
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.inner.create(name).map(|file| self.wrap(file))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.inner.open(name).map(|file| self.wrap(file))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.inner.rename(from, to)
    }

    fn remove_purged(&self, name: &str) -> io::Result<()> {
        self.inner.remove_purged(name)
    }

    fn sync_names(&self, point: SyncPoint) -> io::Result<()> {
        if self.omitted.contains(&point) { Ok(()) } else { self.inner.sync_names(point) }
    }

    fn free_space(&self) -> io::Result<u64> {
        self.inner.free_space()
    }
}

#[derive(Debug)]
struct OmitFile {
    inner: Box<dyn DiskFile>,
    omitted: BTreeSet<SyncPoint>,
}

impl DiskFile for OmitFile {
    fn size(&self) -> io::Result<u64> {
        self.inner.size()
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.inner.read_at(buf, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.inner.write_at(bytes, offset)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.inner.set_len(len)
    }

    fn sync_data(&self, point: SyncPoint) -> io::Result<()> {
        if self.omitted.contains(&point) { Ok(()) } else { self.inner.sync_data(point) }
    }

    fn sync_all(&self, point: SyncPoint) -> io::Result<()> {
        if self.omitted.contains(&point) { Ok(()) } else { self.inner.sync_all(point) }
    }
}
