//! What a test machine keeps: `DIR/vault`, sealed, and `DIR/keys`, which a phone's key store would keep.

mod agency;
mod device;
mod record_keys;
mod secret_file;
mod vault_key;
pub(crate) mod wanted;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use quanji_recorder::{Device, Opening, Ports, Recorder};
use quanji_store::{Disk, KeyVault, OsChance, RealDisk};

pub(crate) use agency::{keep as keep_trust, read as read_trust};

use crate::clock::{Pace, TestClock};
use crate::fault::Fault;

/// A folder with a vault and its keys.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    root: PathBuf,
}

/// An open recorder with the clock it stands on.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) opening: Opening,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) device: Arc<Device>,
    pub(crate) disk: Arc<crate::feed::QuotaDisk>,
}

/// An upload lets go within a moment; a purge or an export that is being written is brought to its end.
const TRIES_FOR_THE_VAULT: u32 = 100;

#[expect(clippy::disallowed_methods, reason = "another process is waited for")]
fn pause(long: std::time::Duration) {
    std::thread::sleep(long);
}

impl Home {
    pub(crate) fn at(root: &Path) -> Home {
        Home { root: root.to_owned() }
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    fn vault(&self) -> PathBuf {
        self.root.join("vault")
    }

    /// Opens what is there. Commands that only look do not make a vault.
    pub(crate) fn open_existing(&self, pace: Pace) -> Result<Opened, Fault> {
        if !self.vault().is_dir() {
            return Err(Fault::NoVault);
        }
        self.open_later(pace, 0)
    }

    /// As [`Home::open_later`], for a recording: an upload that has the vault gives way to it.
    pub(crate) fn open_at_the_scene(&self, pace: Pace, later_us: u64) -> Result<Opened, Fault> {
        let is_in_use = |outcome: &Result<Opened, Fault>| matches!(outcome, Err(Fault::InUse));
        let mut outcome = self.open_later(pace, later_us);
        if !is_in_use(&outcome) {
            return outcome;
        }
        let _wish = wanted::Wish::make(&self.keys()).map_err(Fault::Keys)?;
        for _ in 0..TRIES_FOR_THE_VAULT {
            pause(wanted::LOOK_EVERY);
            outcome = self.open_later(pace, later_us);
            if !is_in_use(&outcome) {
                break;
            }
        }
        outcome
    }

    /// Opens, and makes vault and keys at the first use, when `later_us` of simulated time have passed. Records that were cut off
    /// are recovered.
    pub(crate) fn open_later(&self, pace: Pace, later_us: u64) -> Result<Opened, Fault> {
        let disk = RealDisk::open(&self.vault()).map_err(Fault::Disk)?;
        secret_file::make_folder(&self.keys()).map_err(Fault::Keys)?;
        let is_new =
            disk.list().map_err(Fault::Disk)?.iter().all(|file| file.name == "lock" || file.name.starts_with("index."));
        let keys: Arc<dyn KeyVault> = Arc::new(vault_key::FileKeyVault::open(&self.keys(), is_new)?);
        let mut device = device::open(&self.keys(), is_new)?;
        // What is recorded never waits for what is known of an agency: a damaged text leaves records unanchored, and `upload` says so.
        if let Ok(Some(trust)) = agency::read(&self.keys(), &device) {
            device.certificate = Some(trust.certificate_line().to_owned());
            device.head = Some(trust.head_note().to_owned());
            device.keyset = Some(trust.keyset().clone());
        }
        let device = Arc::new(device);
        let record_keys =
            Arc::new(record_keys::FileRecordKeys::open(&self.keys().join("records")).map_err(Fault::Keys)?);
        let clock = Arc::new(TestClock::open(&self.keys().join("clock"), pace)?);
        clock.pass(later_us);
        let disk = Arc::new(crate::feed::QuotaDisk::new(disk));
        let store = quanji_store::Ports {
            disk: Arc::clone(&disk) as Arc<dyn Disk>,
            keys,
            chance: Arc::new(OsChance),
            reserve_bytes: quanji_store::Ports::RESERVE_BYTES,
        };
        let time = Arc::clone(&clock) as Arc<dyn quanji_recorder::TimeSource>;
        let ports = Ports { time, chance: Arc::new(OsChance), record_keys, device: Arc::clone(&device), voucher: None };
        let (recorder, opening) = Recorder::open_indexed(store, ports, &self.vault(), &mut |_| {})?;
        Ok(Opened { recorder: Arc::new(recorder), opening, clock, device, disk })
    }
}
