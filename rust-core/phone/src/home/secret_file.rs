//! Small secret files: readable by their owner only, whole or not there, and overwritten before they are removed.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use zeroize::Zeroizing;

/// Longest file that is read: keys and ids are far smaller.
const LIMIT_BYTES: u64 = 4096;

/// Makes a folder that only its owner may enter.
pub(super) fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// The file's bytes; `None` when it is not there.
pub(super) fn read(path: &Path) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    match fs::metadata(path) {
        Ok(about) if about.len() > LIMIT_BYTES => Err(io::ErrorKind::FileTooLarge.into()),
        Ok(_) => Ok(Some(Zeroizing::new(fs::read(path)?))),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Writes the file durably: under another name first, so that a crash leaves it whole or not at all.
pub(super) fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let draft = folder.join(format!("{name}.new"));
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, folder.join(name))?;
    File::open(folder)?.sync_all()
}

/// Overwrites, syncs and removes the file; it need not be there.
#[expect(
    clippy::disallowed_methods,
    reason = "a record's key is destroyed when the record is sealed; it is no original"
)]
pub(super) fn destroy(folder: &Path, name: &str) -> io::Result<()> {
    let path = folder.join(name);
    let mut file = match OpenOptions::new().write(true).open(&path) {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(()),
        file => file?,
    };
    let len = usize::try_from(file.metadata()?.len().min(LIMIT_BYTES)).unwrap_or(0);
    file.write_all(&vec![0; len])?;
    file.sync_all()?;
    fs::remove_file(&path)?;
    File::open(folder)?.sync_all()
}
