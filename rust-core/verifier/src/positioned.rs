//! One open file read by several threads, each at a place of its own.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

/// A reader of a shared file; a clone has its own place in it.
#[derive(Debug, Clone)]
pub struct PositionedFile {
    file: Arc<File>,
    place: u64,
    size_bytes: u64,
}

impl PositionedFile {
    /// A reader at the file's first byte. The size is taken once: a file that grows meanwhile is read as it was.
    pub fn new(file: File) -> io::Result<PositionedFile> {
        let size_bytes = file.metadata()?.len();
        Ok(PositionedFile { file: Arc::new(file), place: 0, size_bytes })
    }
}

impl Read for PositionedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.size_bytes.saturating_sub(self.place)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        let count = read_at(&self.file, &mut buffer[..wanted], self.place)?;
        self.place += count as u64;
        Ok(count)
    }
}

impl Seek for PositionedFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(place) => Some(place),
            SeekFrom::End(offset) => self.size_bytes.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.place.checked_add_signed(offset),
        };
        self.place = place.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.place)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], place: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, place)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], place: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, place)
}
