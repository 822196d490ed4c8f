//! The vault's key in a file: what a test machine has in place of the phone's key store.

use std::path::Path;

use quanji_store::{Chance, KeyId, KeyVault, KeyVaultError, OsChance, VaultKey};
use zeroize::Zeroizing;

use super::secret_file;
use crate::fault::Fault;

const NAME: &str = "vault.key";
const ONLY_KEY: KeyId = KeyId(1);

/// One key for the whole vault.
#[derive(Debug)]
pub(crate) struct FileKeyVault(Secret);

struct Secret(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret")
    }
}

impl FileKeyVault {
    /// Reads the key. Makes one only for a new vault: beside an old one it would open nothing.
    pub(crate) fn open(folder: &Path, is_new: bool) -> Result<FileKeyVault, Fault> {
        Ok(FileKeyVault(Secret(seed(folder, NAME, is_new)?)))
    }
}

/// The 32 bytes of a file; drawn and kept when they are missing and `may_make`.
pub(super) fn seed(folder: &Path, name: &'static str, may_make: bool) -> Result<Zeroizing<[u8; 32]>, Fault> {
    let mut seed = Zeroizing::new([0; 32]);
    match secret_file::read(&folder.join(name)).map_err(Fault::Keys)? {
        Some(bytes) => {
            let found = bytes.len();
            let bytes = bytes.get(..32).filter(|_| found == 32).ok_or(Fault::KeyFile { name, expected: 32, found })?;
            seed.copy_from_slice(bytes);
        }
        None if may_make => {
            OsChance.fill(&mut *seed).map_err(|_| Fault::NoChance)?;
            secret_file::write(folder, name, &*seed).map_err(Fault::Keys)?;
        }
        None => return Err(Fault::KeyGone { name }),
    }
    Ok(seed)
}

impl KeyVault for FileKeyVault {
    fn current(&self) -> Result<KeyId, KeyVaultError> {
        Ok(ONLY_KEY)
    }

    fn key(&self, id: KeyId) -> Result<Option<VaultKey>, KeyVaultError> {
        Ok((id == ONLY_KEY).then(|| VaultKey::new(*self.0.0)))
    }
}
