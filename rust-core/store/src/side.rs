//! Side files: torn tails, kept as they lay on the disk.

use std::io;

use crate::SyncPoint;
use crate::disk::{Disk, DiskFile, Listed, read_full};
use crate::sealed::FileId;

/// Between the name of the torn file and the offset of its tail.
const INFIX: &str = ".cut-";
/// A copy that is not finished; the tail itself is still in its file, so it is made again from the start.
const UNFINISHED: &str = ".cutting";

pub(crate) fn is_side_file(name: &str) -> bool {
    name.split_once(INFIX).is_some_and(|(source, _)| FileId::from_name(source).is_some())
}

/// Copies `tail` bytes of `source` from `offset` on into a side file of their own and syncs its bytes; the name is synced by
/// the caller, once for all. Its name. A side file with just these bytes is used again: a crash came between copying and cutting.
pub(crate) fn keep_tail(
    disk: &dyn Disk,
    listed: &[Listed],
    source_id: FileId,
    source: &dyn DiskFile,
    offset: u64,
    tail: u64,
) -> io::Result<String> {
    let bytes = read_range(source, offset, tail)?;
    let prefix = format!("{source_id}{INFIX}{offset}-");
    let earlier: Vec<&Listed> = listed.iter().filter(|file| file.name.starts_with(&prefix)).collect();
    for side in &earlier {
        let file = disk.open(&side.name)?;
        if side.len == tail && read_range(&*file, 0, tail)? == bytes {
            file.sync_data(SyncPoint::SideBytes)?;
            return Ok(side.name.clone());
        }
    }
    let unfinished = format!("{source_id}{UNFINISHED}");
    let file = match disk.open(&unfinished) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => disk.create(&unfinished)?,
        opened => opened?,
    };
    file.set_len(0)?;
    if let Err(e) = file.write_at(&bytes, 0) {
        // Half a copy only takes room, and there is none.
        let _ = file.set_len(0);
        return Err(e);
    }
    file.sync_data(SyncPoint::SideBytes)?;
    let name = (earlier.len()..)
        .map(|n| format!("{prefix}{n}"))
        .find(|name| earlier.iter().all(|side| side.name != *name))
        .expect("there are more numbers than files");
    disk.rename(&unfinished, &name)?;
    Ok(name)
}

fn read_range(file: &dyn DiskFile, offset: u64, len: u64) -> io::Result<Vec<u8>> {
    let len = usize::try_from(len).map_err(|_| io::ErrorKind::FileTooLarge)?;
    let mut bytes = vec![0; len];
    let read = read_full(file, &mut bytes, offset)?;
    bytes.truncate(read);
    Ok(bytes)
}
