//! Who may write to which partial file, how many at once, and for how long.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use quanji_evidence::id::DeviceId;
use quanji_wire::{self as wire, Code};
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::rows::{self, Known};
use super::writing::Slot;
use super::{OriginalId, Staging, StorageFault};
use crate::app::App;
use crate::refusal::{Answer, Refused};

/// Running digests that are kept for idle partial files; beyond, they are computed again when needed.
const IDLE_RUNNING: usize = 4096;
/// Expired uploads that one call looks at.
const EXPIRED_AT_ONCE: usize = 200;

/// The bounds of uploads (`proto/api/v1/API.md`, Limits).
#[derive(Debug, Clone)]
pub struct UploadLimits {
    pub file_bytes: u64,
    /// An unfinished upload lives so long.
    pub lives_us: u64,
    /// A body that brings less than `slow_bytes` in this time is ended.
    pub slow_window: Duration,
    pub slow_bytes: u64,
    pub at_once: usize,
    pub at_once_of_a_device: usize,
    /// So long an upload waits for its turn.
    pub wait: Duration,
    /// So long a request waits for another one that is writing to the same file.
    pub busy_wait: Duration,
}

impl Default for UploadLimits {
    fn default() -> Self {
        UploadLimits {
            file_bytes: wire::FILE_LIMIT_BYTES,
            lives_us: 7 * 24 * 3_600_000_000,
            slow_window: Duration::from_secs(10),
            slow_bytes: 1024,
            at_once: 64,
            at_once_of_a_device: 4,
            wait: Duration::from_secs(10),
            busy_wait: Duration::from_millis(500),
        }
    }
}

/// An upload that was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Begun {
    pub length: u64,
    pub expires_us: u64,
    /// Whether its row stands already.
    pub has_row: bool,
}

/// The partial files, and who is at them.
#[derive(Debug)]
pub struct Uploads {
    staging: Staging,
    limits: UploadLimits,
    slots: Mutex<HashMap<OriginalId, Arc<tokio::sync::Mutex<Slot>>>>,
    room: Arc<Semaphore>,
    rooms: Mutex<HashMap<DeviceId, Arc<Semaphore>>>,
    completing: tokio::sync::Mutex<()>,
}

/// A turn among the uploads.
#[derive(Debug)]
pub(super) struct Turn {
    _of_device: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

impl Uploads {
    /// Opens the staging folder below `data`.
    pub fn open(data: &Path, limits: UploadLimits) -> Result<Uploads, StorageFault> {
        Ok(Uploads {
            staging: Staging::open(&data.join("staging"))?,
            room: Arc::new(Semaphore::new(limits.at_once)),
            limits,
            slots: Mutex::default(),
            rooms: Mutex::default(),
            completing: tokio::sync::Mutex::default(),
        })
    }

    pub fn limits(&self) -> &UploadLimits {
        &self.limits
    }

    pub fn staging(&self) -> &Staging {
        &self.staging
    }

    /// The partial file for one request alone; `upload_busy` while another has it.
    pub(super) async fn claim(&self, id: &OriginalId) -> Answer<OwnedMutexGuard<Slot>> {
        let slot = {
            let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            if slots.len() >= IDLE_RUNNING {
                // A count of one is the map's own: under its lock nobody can be about to write.
                slots.retain(|_, slot| Arc::strong_count(slot) > 1);
            }
            Arc::clone(slots.entry(*id).or_default())
        };
        timeout(self.limits.busy_wait, slot.lock_owned()).await.map_err(|_| Refused::new(Code::UploadBusy))
    }

    /// Forgets the running digest of a file that is no longer coming.
    pub(super) fn release(&self, id: &OriginalId, slot: OwnedMutexGuard<Slot>) {
        let is_idle = slot.is_none();
        drop(slot);
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if is_idle && slots.get(id).is_some_and(|slot| Arc::strong_count(slot) == 1) {
            slots.remove(id);
        }
    }

    /// A turn to write that a file is held.
    pub(super) async fn completion_turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.completing.lock().await
    }

    /// A turn to receive bytes; `busy` when none comes.
    pub(super) async fn turn(&self, device: DeviceId) -> Answer<Turn> {
        let of_device = {
            let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
            if rooms.len() >= IDLE_RUNNING {
                rooms.retain(|_, room| Arc::strong_count(room) > 1);
            }
            let room = rooms.entry(device).or_insert_with(|| Arc::new(Semaphore::new(self.limits.at_once_of_a_device)));
            Arc::clone(room)
        };
        let both = async {
            let of_device = of_device.acquire_owned().await.ok()?;
            let of_all = Arc::clone(&self.room).acquire_owned().await.ok()?;
            Some(Turn { _of_device: of_device, _of_all: of_all })
        };
        timeout(self.limits.wait, both).await.ok().flatten().ok_or_else(|| Refused::new(Code::Busy))
    }
}

/// Lets go of unfinished uploads whose time is over, and of staged files that no row speaks of; how many. For the jobs to call now and then.
pub async fn expire_uploads(app: &App) -> Answer<usize> {
    let uploads = app.uploads();
    let now_us = app.now_us();
    let mut found = rows::expired(app, now_us, EXPIRED_AT_ONCE as i64).await?;
    let before_us = now_us.saturating_sub(uploads.limits.lives_us);
    let (staging, agency) = (uploads.staging.clone(), app.agency().id);
    let stale = tokio::task::spawn_blocking(move || staging.older_than(agency, before_us, EXPIRED_AT_ONCE)).await;
    found.extend(stale.map_err(|_| Refused::new(Code::Internal))??);
    let mut gone = 0;
    for id in found {
        // One that is being written just now is not idle: another time.
        let Ok(mut slot) = uploads.claim(&id).await else { continue };
        let is_over = match rows::lookup(app, &id).await? {
            Known::Coming { expires_us, .. } => expires_us <= now_us,
            Known::Held { .. } | Known::Unknown => true,
        };
        if is_over {
            uploads.staging.remove(&id)?;
            rows::forget(app, &id, now_us).await?;
            *slot = None;
            gone += 1;
        }
        uploads.release(&id, slot);
    }
    Ok(gone)
}

impl From<StorageFault> for Refused {
    fn from(fault: StorageFault) -> Refused {
        tracing::error!(fault = %fault_kind(&fault), "storage");
        match fault {
            StorageFault::Full => Refused::new(Code::StorageFull),
            _ => Refused::new(Code::Unavailable),
        }
    }
}

/// For the log: the kind alone.
fn fault_kind(fault: &StorageFault) -> &'static str {
    match fault {
        StorageFault::Full => "full",
        StorageFault::Missing => "missing",
        StorageFault::HeldDiffers { .. } => "other bytes in its place",
        StorageFault::Name { .. } => "name",
        StorageFault::Io(_) => "file system",
        StorageFault::Store(_) => "object store",
        StorageFault::Unanswered => "object store: no answer",
        StorageFault::SlowDown => "object store: slow down",
        StorageFault::Denied { .. } => "object store: denied",
        StorageFault::Hidden => "object store: hidden by a delete marker",
        StorageFault::Skewed => "object store: clocks differ",
        StorageFault::StoreRefuses { .. } => "object store: refused",
        StorageFault::NotLockable { .. } => "object store: cannot lock",
        StorageFault::Address { .. }
        | StorageFault::PlainHttp { .. }
        | StorageFault::NoBucket { .. }
        | StorageFault::RetainDays { .. }
        | StorageFault::Shorter { .. }
        | StorageFault::NothingToLock
        | StorageFault::PlaceDiffers { .. } => "object store: settings",
    }
}
