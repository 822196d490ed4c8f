//! The vault's keys, asked for once: a phone's key store may take many milliseconds.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::keys::{KeyId, KeyVault, KeyVaultError, VaultKey};

#[derive(Debug)]
pub(crate) struct Keyring {
    vault: Arc<dyn KeyVault>,
    /// Only keys that were found: one that is missing today may be restored tomorrow.
    found: Mutex<BTreeMap<KeyId, Arc<VaultKey>>>,
}

impl Keyring {
    pub(crate) fn new(vault: Arc<dyn KeyVault>) -> Self {
        Self { vault, found: Mutex::default() }
    }

    pub(crate) fn key(&self, id: KeyId) -> Result<Option<Arc<VaultKey>>, KeyVaultError> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = found.get(&id) {
            return Ok(Some(Arc::clone(key)));
        }
        let Some(key) = self.vault.key(id)?.map(Arc::new) else { return Ok(None) };
        found.insert(id, Arc::clone(&key));
        Ok(Some(key))
    }

    /// The key for new files, with its number.
    pub(crate) fn current(&self) -> Result<(KeyId, Option<Arc<VaultKey>>), KeyVaultError> {
        let id = self.vault.current()?;
        Ok((id, self.key(id)?))
    }
}
