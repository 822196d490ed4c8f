//! A file that gets its name only once it is whole: what a kill leaves is `NAME.unfinished`, which the next attempt writes over.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

/// A file on its way to `place`.
#[derive(Debug)]
pub struct Unfinished {
    place: PathBuf,
    beside: PathBuf,
}

impl Unfinished {
    /// Begins one. Refuses where `place` is taken, and while another process is writing it.
    pub fn begin(place: &Path) -> io::Result<(Unfinished, File)> {
        refuse_taken(place)?;
        let mut name = place.file_name().map(OsString::from).ok_or(io::ErrorKind::InvalidInput)?;
        name.push(".unfinished");
        let beside = place.with_file_name(name);
        let file = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&beside)?;
        flock(&file, FlockOperation::NonBlockingLockExclusive)?;
        file.set_len(0)?;
        Ok((Unfinished { place: place.to_owned(), beside }, file))
    }

    /// Makes bytes and name durable. `file` is the one that was begun.
    pub fn finish(self, file: &File) -> io::Result<()> {
        file.sync_all()?;
        // Not every file system of a stick knows a rename that refuses: the lock keeps others of us away meanwhile.
        refuse_taken(&self.place)?;
        fs::rename(&self.beside, &self.place)?;
        let folder = self.place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()
    }

    /// Lets go of what was written.
    #[expect(clippy::disallowed_methods, reason = "a copy that was never finished; the originals stay where they are")]
    pub fn abandon(self) {
        // What cannot be removed is written over the next time.
        let _ = fs::remove_file(&self.beside);
    }
}

fn refuse_taken(place: &Path) -> io::Result<()> {
    if place.symlink_metadata().is_ok() { Err(io::ErrorKind::AlreadyExists.into()) } else { Ok(()) }
}
