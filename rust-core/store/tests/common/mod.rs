//! A vault on a simulated disk, and reading a file of it whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quanji_store::{Identity, Known, Ports, ReadError, RecordId, Vault};
use quanji_testkit::{FixedKeys, SeededChance, TornDisk};

pub(crate) const KEY: u8 = 9;
pub(crate) const RECORD: RecordId = RecordId(*b"record-for-tests");

/// Each opening needs a chance of its own, or nonces would come twice.
static OPENINGS: AtomicU64 = AtomicU64::new(1 << 32);

pub(crate) fn ports(disk: &TornDisk, chance: u64) -> Ports {
    Ports {
        disk: Arc::new(disk.clone()),
        keys: Arc::new(FixedKeys::of(&[KEY])),
        chance: Arc::new(SeededChance::new(chance)),
        reserve_bytes: 8 << 10,
    }
}

pub(crate) fn open(disk: &TornDisk) -> Vault {
    let (vault, _) = Vault::open(ports(disk, OPENINGS.fetch_add(1, Ordering::Relaxed)), &Known::default())
        .expect("the test's vault opens");
    vault
}

pub(crate) fn read(vault: &Vault, identity: Identity) -> Result<Vec<u8>, ReadError> {
    let mut content = vault.content(identity)?;
    let mut bytes = vec![0; content.len() as usize];
    let read = content.read_at(0, &mut bytes)?;
    assert_eq!(read, bytes.len());
    Ok(bytes)
}
