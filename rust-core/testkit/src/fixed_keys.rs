//! Vault keys for tests.

use std::collections::BTreeMap;

use quanji_store::{KeyId, KeyVault, KeyVaultError, VaultKey};

/// Keys 1, 2, 3 … made of a byte each; the last is current.
#[derive(Debug, Clone)]
pub struct FixedKeys(BTreeMap<KeyId, u8>);

impl FixedKeys {
    /// One key for each byte of `seeds`.
    pub fn of(seeds: &[u8]) -> Self {
        Self((1..).map(KeyId).zip(seeds.iter().copied()).collect())
    }
}

impl KeyVault for FixedKeys {
    fn current(&self) -> Result<KeyId, KeyVaultError> {
        self.0.last_key_value().map(|(id, _)| *id).ok_or(KeyVaultError::Locked)
    }

    fn key(&self, id: KeyId) -> Result<Option<VaultKey>, KeyVaultError> {
        Ok(self.0.get(&id).map(|seed| VaultKey::new([*seed; 32])))
    }
}
