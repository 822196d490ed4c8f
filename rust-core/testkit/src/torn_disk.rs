//! A disk in memory that keeps apart what was not synced, and loses any of it at a crash.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quanji_store::{Disk, DiskFile, FolderLock, Listed, SyncPoint};

use crate::SimClock;
use crate::torn_state::{NameOp, Sync, TornState, power_is_off, write_back_failed};

/// A simulated folder. Clones are the same one.
///
/// At a crash every 512-byte sector, every length and every name operation that was not synced chooses for itself whether
/// it is on the disk, in any of the versions it had: data without length, length without data, names without files, a rename
/// without what came before it. More can go wrong here than on any one file system, which is what a promise needs.
#[derive(Debug, Clone)]
pub struct TornDisk(Arc<Mutex<TornState>>);

impl TornDisk {
    /// `seed` decides what crashes leave behind.
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(TornState::new(seed))))
    }

    fn state(&self) -> MutexGuard<'_, TornState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The power goes at the `n`-th write, sync or change of names from now, 0 being the next; in the midst of it.
    pub fn crash_after(&self, n: u64) {
        self.state().operations_left = Some(n);
    }

    /// Whether the power has gone. Every operation fails until [`TornDisk::crash`].
    pub fn is_off(&self) -> bool {
        self.state().is_off
    }

    /// Cuts the power, unless it is off already, and starts again with what is left. Open files are dead.
    pub fn crash(&self) {
        self.state().crash();
    }

    /// Ends the process alone: open files are dead, nothing is lost, and nothing has become durable either. After
    /// [`TornDisk::crash_after`] the process died at that operation, and the power did not go.
    pub fn kill(&self) {
        let mut state = self.state();
        state.is_off = false;
        state.operations_left = None;
        state.end_run();
    }

    /// Writes, syncs and changes of names so far.
    pub fn operations_done(&self) -> u64 {
        self.state().operations_done
    }

    /// Room for so many bytes, in whole sectors; `None` for no limit.
    pub fn set_capacity(&self, bytes: Option<u64>) {
        self.state().capacity = bytes;
    }

    /// Bytes taken up.
    pub fn used(&self) -> u64 {
        self.state().used()
    }

    /// The sync of that name fails once, after `pass` that work. As with Linux, the lost pages count as clean afterwards.
    pub fn fail_sync(&self, point: SyncPoint, pass: u64) {
        self.state().failing.push((point, pass));
    }

    /// Every sync takes so long on that clock.
    pub fn set_sync_cost(&self, clock: &SimClock, us: u64) {
        self.state().sync_cost = Some((clock.clone(), us));
    }

    /// The syncs since the last call, in order.
    pub fn take_syncs(&self) -> Vec<SyncPoint> {
        std::mem::take(&mut self.state().syncs)
    }

    /// Bytes that were read from files so far.
    pub fn read_bytes(&self) -> u64 {
        self.state().read_bytes
    }

    /// Every file as a reader would see it.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let state = self.state();
        state.names.iter().map(|(name, id)| (name.clone(), state.files[id].live.all())).collect()
    }

    /// Puts a file there, durably, in place of any of that name: for tests of damage.
    pub fn plant(&self, name: &str, bytes: &[u8]) {
        let mut state = self.state();
        let id = match state.names.get(name) {
            Some(id) => *id,
            None => state.new_file(),
        };
        if let Some(file) = state.files.get_mut(&id) {
            file.set_len(0);
            file.write(bytes, 0, || true);
            file.sync();
        }
        state.names.insert(name.to_owned(), id);
        state.durable_names.insert(name.to_owned(), id);
    }
}

#[derive(Debug)]
struct Handle {
    disk: TornDisk,
    file: u64,
    run: u64,
}

impl Handle {
    fn state(&self) -> io::Result<MutexGuard<'_, TornState>> {
        let state = self.disk.state();
        if state.run == self.run { Ok(state) } else { Err(io::Error::other("opened by a process that is dead")) }
    }

    fn sync(&self, point: SyncPoint) -> io::Result<()> {
        let mut state = self.state()?;
        let outcome = state.begin_sync(point)?;
        let file = state.files.get_mut(&self.file).ok_or(io::ErrorKind::NotFound)?;
        match outcome {
            Sync::Works => {
                file.sync();
                Ok(())
            }
            Sync::Fails => {
                file.fail_sync();
                Err(write_back_failed())
            }
        }
    }
}

impl DiskFile for Handle {
    fn size(&self) -> io::Result<u64> {
        let state = self.state()?;
        if state.is_off {
            return Err(power_is_off());
        }
        Ok(state.files.get(&self.file).ok_or(io::ErrorKind::NotFound)?.live.len)
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut state = self.state()?;
        if state.is_off {
            return Err(power_is_off());
        }
        let read = state.files.get(&self.file).ok_or(io::ErrorKind::NotFound)?.live.read(buf, offset);
        state.read_bytes += read as u64;
        Ok(read)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.state()?.write(self.file, bytes, offset)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.state()?;
        if !state.step()? {
            return Err(power_is_off());
        }
        state.files.get_mut(&self.file).ok_or(io::ErrorKind::NotFound)?.set_len(len);
        Ok(())
    }

    fn sync_data(&self, point: SyncPoint) -> io::Result<()> {
        self.sync(point)
    }

    fn sync_all(&self, point: SyncPoint) -> io::Result<()> {
        self.sync(point)
    }
}

#[derive(Debug)]
struct Lock {
    disk: TornDisk,
    run: u64,
}

impl FolderLock for Lock {}

impl Drop for Lock {
    fn drop(&mut self) {
        let mut state = self.disk.state();
        if state.run == self.run {
            state.is_locked = false;
        }
    }
}

impl Disk for TornDisk {
    fn lock(&self) -> io::Result<Option<Box<dyn FolderLock>>> {
        let mut state = self.state();
        if state.is_off {
            return Err(power_is_off());
        }
        if std::mem::replace(&mut state.is_locked, true) {
            return Ok(None);
        }
        Ok(Some(Box::new(Lock { disk: self.clone(), run: state.run })))
    }

    fn list(&self) -> io::Result<Vec<Listed>> {
        let state = self.state();
        if state.is_off {
            return Err(power_is_off());
        }
        Ok(state.names.iter().map(|(name, id)| Listed { name: name.clone(), len: state.files[id].live.len }).collect())
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.state();
        if state.is_off {
            return Err(power_is_off());
        }
        if state.names.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let file = state.new_file();
        state.change_names(NameOp::Link { name: name.to_owned(), file })?;
        Ok(Box::new(Handle { disk: self.clone(), file, run: state.run }))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let state = self.state();
        if state.is_off {
            return Err(power_is_off());
        }
        let file = *state.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(Handle { disk: self.clone(), file, run: state.run }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.state();
        if state.names.contains_key(to) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let file = *state.names.get(from).ok_or(io::ErrorKind::NotFound)?;
        state.change_names(NameOp::Rename { from: from.to_owned(), to: to.to_owned(), file })
    }

    fn remove_purged(&self, name: &str) -> io::Result<()> {
        let mut state = self.state();
        if !state.names.contains_key(name) {
            return Err(io::ErrorKind::NotFound.into());
        }
        state.change_names(NameOp::Unlink { name: name.to_owned() })
    }

    fn sync_names(&self, point: SyncPoint) -> io::Result<()> {
        let mut state = self.state();
        match state.begin_sync(point)? {
            Sync::Works => {
                state.durable_names = state.names.clone();
                state.operations.clear();
                Ok(())
            }
            // What was not synced stays so: a file system that loses its own journal stops altogether.
            Sync::Fails => Err(write_back_failed()),
        }
    }

    fn free_space(&self) -> io::Result<u64> {
        let state = self.state();
        Ok(state.capacity.map_or(u64::MAX / 4, |capacity| capacity.saturating_sub(state.used())))
    }
}
