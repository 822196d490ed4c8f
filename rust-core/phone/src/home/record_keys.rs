//! The fresh key of each record, in a file of its own until the record is sealed.

use std::io;
use std::path::{Path, PathBuf};

use quanji_evidence::id::RecordId;
use quanji_recorder::{KeyFault, RecordKeys};
use zeroize::Zeroizing;

use super::secret_file;

/// A folder of keys by record.
#[derive(Debug)]
pub(crate) struct FileRecordKeys(PathBuf);

impl FileRecordKeys {
    pub(crate) fn open(folder: &Path) -> io::Result<FileRecordKeys> {
        secret_file::make_folder(folder)?;
        Ok(FileRecordKeys(folder.to_owned()))
    }
}

impl RecordKeys for FileRecordKeys {
    fn keep(&self, record: RecordId, seed: &Zeroizing<[u8; 32]>) -> Result<(), KeyFault> {
        secret_file::write(&self.0, &record.to_string(), &**seed).map_err(|_| KeyFault)
    }

    fn get(&self, record: RecordId) -> Result<Option<Zeroizing<[u8; 32]>>, KeyFault> {
        let Some(bytes) = secret_file::read(&self.0.join(record.to_string())).map_err(|_| KeyFault)? else {
            return Ok(None);
        };
        let mut seed = Zeroizing::new([0; 32]);
        if bytes.len() != seed.len() {
            return Err(KeyFault);
        }
        seed.copy_from_slice(&bytes);
        Ok(Some(seed))
    }

    fn destroy(&self, record: RecordId) -> Result<(), KeyFault> {
        secret_file::destroy(&self.0, &record.to_string()).map_err(|_| KeyFault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_destroyed_record_key_is_nowhere_and_a_kept_one_is_its_owners_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = FileRecordKeys::open(&folder.path().join("records")).expect("a folder");
        let record = RecordId::from_bytes([7; 16]);
        assert_eq!(keys.get(record), Ok(None));
        keys.keep(record, &Zeroizing::new([9; 32])).expect("room");
        assert_eq!(keys.get(record), Ok(Some(Zeroizing::new([9; 32]))));
        let path = folder.path().join("records").join(record.to_string());
        assert_eq!(path.metadata().expect("there").permissions().mode() & 0o777, 0o600);
        keys.destroy(record).expect("there");
        keys.destroy(record).expect("twice is once");
        assert_eq!(keys.get(record), Ok(None));
        assert_eq!(std::fs::read_dir(folder.path().join("records")).expect("there").count(), 0);
    }
}
