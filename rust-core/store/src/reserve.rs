//! A file of real blocks that is given up when the disk is full, so that the journal can still say so.

use std::io;

use crate::SyncPoint;
use crate::chance::Chance;
use crate::disk::{Disk, DiskFile, read_full};

const NAME: &str = "reserve";
/// Stands in the first sector, written after the sync of all others: where it is, the blocks are really there.
const MARK: &[u8; 16] = b"quanji reserve 1";
const SECTOR: u64 = 512;
const PIECE: usize = 64 << 10;

/// Whether there is something to give up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reserve {
    /// So many bytes are kept.
    Ready { bytes: u64 },
    /// Given up, or never made for want of room. Lines go into whatever is left.
    Spent,
}

/// Finds the reserve, or makes it if that leaves as much again free.
pub(crate) fn prepare(disk: &dyn Disk, chance: &dyn Chance, bytes: u64) -> io::Result<Reserve> {
    let file = open_or_create(disk)?;
    let mut mark = [0; MARK.len()];
    let is_made = file.size()? >= SECTOR + bytes && read_full(&*file, &mut mark, 0)? == MARK.len() && mark == *MARK;
    if is_made {
        return Ok(Reserve::Ready { bytes });
    }
    if disk.free_space()? < bytes.saturating_mul(2).saturating_add(SECTOR) {
        return Ok(Reserve::Spent);
    }
    match fill(&*file, chance, bytes) {
        Ok(()) => Ok(Reserve::Ready { bytes }),
        Err(e) => {
            // Half a reserve would be in the way of the lines.
            let _ = give_up(&*file);
            Err(e)
        }
    }
}

/// Gives the blocks back to the file system.
pub(crate) fn release(disk: &dyn Disk) -> io::Result<()> {
    give_up(&*open_or_create(disk)?)
}

fn open_or_create(disk: &dyn Disk) -> io::Result<Box<dyn DiskFile>> {
    match disk.open(NAME) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => disk.create(NAME),
        opened => opened,
    }
}

fn give_up(file: &dyn DiskFile) -> io::Result<()> {
    file.set_len(0)?;
    file.sync_all(SyncPoint::ReserveRelease)
}

/// Random bytes, not zeros: a file system that compresses or makes holes would keep no block for zeros.
fn fill(file: &dyn DiskFile, chance: &dyn Chance, bytes: u64) -> io::Result<()> {
    file.set_len(0)?;
    let mut piece = vec![0; PIECE];
    let mut done = 0;
    while done < bytes {
        let len = usize::try_from(bytes - done).unwrap_or(PIECE).min(PIECE);
        chance.fill(&mut piece[..len]).map_err(io::Error::other)?;
        file.write_at(&piece[..len], SECTOR + done)?;
        done += len as u64;
    }
    file.sync_all(SyncPoint::ReserveBlocks)?;
    file.write_at(MARK, 0)
}
