//! The port to the keys of the vault (Android Keystore, or a file on a test machine).

use std::error::Error;
use std::fmt;

use zeroize::Zeroizing;

/// Which vault key a file was sealed with; a number that the `KeyVault` gives and that stands in the file's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub u32);

/// 32 secret bytes from which the key of each file is derived. Wiped when dropped, never printed.
pub struct VaultKey(pub(crate) Zeroizing<[u8; 32]>);

impl VaultKey {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for VaultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VaultKey(secret)")
    }
}

/// Where the vault's keys are kept.
pub trait KeyVault: fmt::Debug + Send + Sync {
    /// The key that new files are sealed with.
    fn current(&self) -> Result<KeyId, KeyVaultError>;

    /// The key of that number; `None` when this phone never had it or has destroyed it.
    fn key(&self, id: KeyId) -> Result<Option<VaultKey>, KeyVaultError>;
}

/// Why no key can be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyVaultError {
    /// The phone has not been unlocked since it was started.
    #[error("the vault's keys are locked until the phone is unlocked")]
    Locked,
    #[error("the key store failed")]
    Failed { source: Box<dyn Error + Send + Sync> },
}
