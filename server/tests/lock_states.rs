//! A lock that is amiss is listed, and listed no more once it is as it must be.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use quanji_agency::app::App;
use quanji_agency::fsck::{Locks, fsck, fsck_and};
use quanji_agency::storage::{Chunks, Listing, Lock, OriginalId, Originals, Put, StorageFault, UploadLimits};
use quanji_evidence::id::AgencyId;
use support::{DAY_US, Device, over_both, record};

/// Final storage that says of every original's lock what the test says.
#[derive(Debug)]
struct Said {
    inner: Arc<dyn Originals>,
    lock: Mutex<Lock>,
}

#[async_trait]
impl Originals for Said {
    async fn put(&self, id: &OriginalId, staged: &Path, size_bytes: u64) -> Result<Put, StorageFault> {
        self.inner.put(id, staged, size_bytes).await
    }

    async fn size(&self, id: &OriginalId) -> Result<Option<u64>, StorageFault> {
        self.inner.size(id).await
    }

    async fn read(&self, id: &OriginalId, range: Option<Range<u64>>) -> Result<Chunks, StorageFault> {
        self.inner.read(id, range).await
    }

    fn list(&self, agency: AgencyId) -> Listing {
        self.inner.list(agency)
    }

    async fn ready(&self) -> Result<(), StorageFault> {
        self.inner.ready().await
    }

    fn retain_us(&self) -> Option<u64> {
        Some(365 * DAY_US)
    }

    async fn lock(&self, _: &OriginalId) -> Result<Lock, StorageFault> {
        Ok(self.lock.lock().unwrap().clone())
    }

    async fn lengthen(&self, _: &OriginalId, until_us: u64) -> Result<(), StorageFault> {
        *self.lock.lock().unwrap() = Lock::Until { until_us };
        Ok(())
    }
}

over_both! {
    async fn a_lock_is_listed_while_it_is_amiss_and_no_longer(stage: Stage) {
        let device = Device::enrolled(&stage, "phone").await;
        let record = record::inspection(&stage, &device, "first").await;
        stage.send_journal(&device, &record).await;
        for file in &record.files {
            stage.keep(&device, file).await;
        }
        let said = Arc::new(Said { inner: Arc::clone(stage.app.originals()), lock: Mutex::new(Lock::Absent) });
        let database = stage.database_url.as_deref();
        let clock = Arc::clone(&stage.clock) as _;
        let app = App::open_over(stage.data(), database, clock, Arc::clone(&said) as _, UploadLimits::default()).await.unwrap();
        let files = i64::try_from(record.files.len()).unwrap();
        let listed = async || {
            (stage.count("SELECT COUNT(*) FROM state WHERE code = 'lock_missing'").await, stage.count("SELECT COUNT(*) FROM state WHERE code = 'lock_short'").await)
        };

        assert_eq!(fsck(&app).await.unwrap().amiss.len(), record.files.len());
        assert_eq!(listed().await, (files, 0));
        // Another fault in the place of the first: the first is listed no more.
        *said.lock.lock().unwrap() = Lock::Until { until_us: 1 };
        fsck(&app).await.unwrap();
        assert_eq!(listed().await, (0, files));
        assert_eq!(fsck_and(&app, Locks::Lengthened).await.unwrap().amiss, []);
        assert_eq!(listed().await, (0, 0));
    }
}
