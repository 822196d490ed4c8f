//! Every secret of a phone in one keeper (Android Keystore wraps them there): the vault's key, the keys of running records, the device's seed.
//!
//! A secret is made once, beside a vault that is still empty. One that is gone later is an error that is shown: a new key beside an old
//! vault would open nothing, and a new device would fork the old one's ledger.

use std::fmt;
use std::sync::Arc;

use quanji_evidence::Ed25519Signer;
use quanji_evidence::id::{BootId, DeviceId, LedgerEpoch, RecordId};
use quanji_evidence::text::Code;
use quanji_store::{Chance, Disk, KeyId, KeyVault, KeyVaultError, NoChance, VaultKey};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::ports::{Device, KeyFault, RecordKeys};

/// Where a phone keeps secrets of a few dozen bytes, each under a name of `a-z 0-9 .`.
pub trait SecretStore: fmt::Debug + Send + Sync {
    /// The secret; `None` when it was never kept or was destroyed.
    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, SecretFault>;
    /// Keeps a secret durably: once this returns, no crash loses it.
    fn keep(&self, name: &str, secret: &[u8]) -> Result<(), SecretFault>;
    /// Destroys a secret for good; it need not be there.
    fn destroy(&self, name: &str) -> Result<(), SecretFault>;
}

/// Why a keeper of secrets did not do it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretFault {
    /// The phone has not been unlocked since it was started.
    #[error("secrets are locked until the phone is unlocked")]
    Locked,
    /// The key that wraps the secrets is gone for good: the phone's lock was removed or its security reset.
    #[error("the key that wraps the secrets is gone")]
    Invalidated,
    #[error("the keeper of secrets failed")]
    Failed,
}

/// Why a phone's own secrets could not be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityFault {
    #[error(transparent)]
    Secret(#[from] SecretFault),
    /// The vault has content and the secret that belongs to it is gone.
    #[error("{name} is gone, and the vault beside it is not empty")]
    Gone { name: &'static str },
    #[error("{name} has {expected} bytes, found {found}")]
    Size { name: &'static str, expected: usize, found: usize },
    #[error("no random bytes could be had")]
    NoChance,
    #[error("the vault's folder could not be read")]
    Folder,
}

impl From<NoChance> for IdentityFault {
    fn from(_: NoChance) -> Self {
        IdentityFault::NoChance
    }
}

const VAULT_KEY: &str = "vault.1";
const DEVICE: &str = "device";
const ONLY_KEY: KeyId = KeyId(1);
const SEED_BYTES: usize = 32;
/// Seed, device id, ledger epoch.
const DEVICE_BYTES: usize = SEED_BYTES + 16 + 16;

/// What a phone is, out of its secrets.
#[derive(Debug)]
pub struct Identified {
    pub vault_keys: Arc<dyn KeyVault>,
    pub record_keys: Arc<dyn RecordKeys>,
    /// Without certificate and head: those come with an enrolment.
    pub device: Device,
}

/// Reads the phone's secrets, and makes them where the vault on `disk` is still empty.
pub fn identify(
    secrets: &Arc<dyn SecretStore>,
    disk: &dyn Disk,
    chance: &dyn Chance,
    software: (Code, Code),
) -> Result<Identified, IdentityFault> {
    let files = disk.list().map_err(|_| IdentityFault::Folder)?;
    let is_new = files.iter().all(|file| file.name == "lock" || file.name.starts_with("index."));
    let vault_key = secret::<SEED_BYTES>(&**secrets, VAULT_KEY, is_new, chance)?;
    let device = secret::<DEVICE_BYTES>(&**secrets, DEVICE, is_new, chance)?;
    let mut seed = Zeroizing::new([0; SEED_BYTES]);
    let (mut id, mut epoch) = ([0; 16], [0; 16]);
    let (of_seed, of_ids) = device.split_at(SEED_BYTES);
    seed.copy_from_slice(of_seed);
    id.copy_from_slice(&of_ids[..16]);
    epoch.copy_from_slice(&of_ids[16..]);
    Ok(Identified {
        vault_keys: Arc::new(StoredVaultKey(Hidden(vault_key))),
        record_keys: Arc::new(StoredRecordKeys(Arc::clone(secrets))),
        device: Device {
            id: DeviceId::from_bytes(id),
            epoch: LedgerEpoch::from_bytes(epoch),
            signer: Arc::new(Ed25519Signer::from_seed(&seed)),
            certificate: None,
            head: None,
            keyset: None,
            software,
        },
    })
}

fn secret<const N: usize>(
    secrets: &dyn SecretStore,
    name: &'static str,
    may_make: bool,
    chance: &dyn Chance,
) -> Result<Zeroizing<[u8; N]>, IdentityFault> {
    let mut bytes = Zeroizing::new([0; N]);
    match secrets.read(name)? {
        Some(kept) if kept.len() == N => bytes.copy_from_slice(&kept),
        Some(kept) => return Err(IdentityFault::Size { name, expected: N, found: kept.len() }),
        None if may_make => {
            chance.fill(&mut *bytes)?;
            secrets.keep(name, &*bytes)?;
        }
        None => return Err(IdentityFault::Gone { name }),
    }
    Ok(bytes)
}

/// The boot, told by how often the phone has started: apps may not read the kernel's own id of it.
pub fn boot_of(epoch: LedgerEpoch, boot_count: u64) -> BootId {
    let mut hash = Sha256::new();
    hash.update(b"quanji/1 boot\n");
    hash.update(epoch.as_bytes());
    hash.update(boot_count.to_be_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    BootId::from_bytes(id)
}

struct Hidden(Zeroizing<[u8; SEED_BYTES]>);

impl fmt::Debug for Hidden {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Hidden")
    }
}

#[derive(Debug)]
struct StoredVaultKey(Hidden);

impl KeyVault for StoredVaultKey {
    fn current(&self) -> Result<KeyId, KeyVaultError> {
        Ok(ONLY_KEY)
    }

    fn key(&self, id: KeyId) -> Result<Option<VaultKey>, KeyVaultError> {
        Ok((id == ONLY_KEY).then(|| VaultKey::new(*self.0.0)))
    }
}

#[derive(Debug)]
struct StoredRecordKeys(Arc<dyn SecretStore>);

impl StoredRecordKeys {
    fn name(record: RecordId) -> String {
        format!("record.{record}")
    }
}

impl RecordKeys for StoredRecordKeys {
    fn keep(&self, record: RecordId, seed: &Zeroizing<[u8; SEED_BYTES]>) -> Result<(), KeyFault> {
        self.0.keep(&Self::name(record), &**seed).map_err(|_| KeyFault)
    }

    fn get(&self, record: RecordId) -> Result<Option<Zeroizing<[u8; SEED_BYTES]>>, KeyFault> {
        let Some(kept) = self.0.read(&Self::name(record)).map_err(|_| KeyFault)? else { return Ok(None) };
        let mut seed = Zeroizing::new([0; SEED_BYTES]);
        if kept.len() != seed.len() {
            return Err(KeyFault);
        }
        seed.copy_from_slice(&kept);
        Ok(Some(seed))
    }

    fn destroy(&self, record: RecordId) -> Result<(), KeyFault> {
        self.0.destroy(&Self::name(record)).map_err(|_| KeyFault)
    }
}
