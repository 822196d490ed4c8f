//! The adapter over `std::fs`: the one place where the store touches the real disk.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::{Disk, DiskFile, FolderLock, Listed, SyncPoint};

const LOCK_NAME: &str = "lock";

/// A folder of the real file system.
#[derive(Debug)]
pub struct RealDisk {
    root: PathBuf,
    /// Held open so that a sync of the names needs no look-up, and goes to the folder that was opened.
    folder: File,
}

impl RealDisk {
    /// Opens the folder, making it and its parents where they are missing; each new one is made durable.
    pub fn open(root: &Path) -> io::Result<Self> {
        make_folder_durably(root)?;
        Ok(Self { root: root.to_owned(), folder: File::open(root)? })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }
}

fn make_folder_durably(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_folder_durably(parent)?;
    match fs::create_dir(folder) {
        Ok(()) => File::open(parent)?.sync_all(),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(e),
    }
}

/// What a folder's name ends in that holds practice (演练) and no records.
pub const PRACTICE_SUFFIX: &str = ".practice";

/// Removes a folder of practice with all that is in it; refuses one of any other name.
#[expect(
    clippy::disallowed_methods,
    reason = "what was made in practice is no original, and the folder's name says that it was"
)]
pub fn remove_practice(folder: &Path) -> io::Result<()> {
    let is_practice =
        folder.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(PRACTICE_SUFFIX));
    if is_practice { fs::remove_dir_all(folder) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

impl Disk for RealDisk {
    fn syncs_side_by_side(&self) -> bool {
        true
    }

    fn lock(&self) -> io::Result<Option<Box<dyn FolderLock>>> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(self.root.join(LOCK_NAME))?;
        // Not `File::try_lock`: on Android the standard library has none, and no vault could be opened on any phone.
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Box::new(RealLock(file)))),
            Err(Errno::WOULDBLOCK) => Ok(None),
            Err(errno) => Err(errno.into()),
        }
    }

    fn list(&self) -> io::Result<Vec<Listed>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.root)? {
            let entry = entry?;
            // A name that is not UTF-8 is not one of ours.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let about = entry.metadata()?;
            if about.is_file() {
                files.push(Listed { name, len: about.len() });
            }
        }
        Ok(files)
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(self.root.join(name))?;
        Ok(Box::new(RealFile(file)))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new().read(true).write(true).open(self.root.join(name))?;
        Ok(Box::new(RealFile(file)))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        // The folder is locked for this process and has one writer, so nobody can take the name in between.
        if self.root.join(to).exists() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(self.root.join(from), self.root.join(to))
    }

    #[expect(clippy::disallowed_methods, reason = "the adapter under the purge: the one place that may remove a file")]
    fn remove_purged(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.root.join(name))
    }

    fn sync_names(&self, _: SyncPoint) -> io::Result<()> {
        self.folder.sync_all()
    }

    fn free_space(&self) -> io::Result<u64> {
        let about = rustix::fs::fstatvfs(&self.folder)?;
        Ok(about.f_bavail.saturating_mul(about.f_frsize))
    }
}

/// The lock lives as long as this handle; the kernel gives it back when the process dies.
#[derive(Debug)]
struct RealLock(File);

impl Drop for RealLock {
    fn drop(&mut self) {
        // Closing is not enough: a child that is just being started may hold a copy of the handle.
        let _ = flock(&self.0, FlockOperation::Unlock);
    }
}

impl FolderLock for RealLock {}

#[derive(Debug)]
struct RealFile(File);

impl DiskFile for RealFile {
    fn size(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        FileExt::read_at(&self.0, buf, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_all_at(bytes, offset)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self, _: SyncPoint) -> io::Result<()> {
        self.0.sync_data()
    }

    fn sync_all(&self, _: SyncPoint) -> io::Result<()> {
        self.0.sync_all()
    }
}
