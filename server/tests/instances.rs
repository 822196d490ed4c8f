//! Several instances over one database: a job that was taken over is no longer its first claimer's.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use quanji_agency::app::App;
use quanji_agency::jobs;
use quanji_agency::storage::{Chunks, Listing, OriginalId, Originals, Put, StorageFault, UploadLimits};
use quanji_evidence::id::AgencyId;
use support::bundle::{phone_bundle, root_of};
use support::{Device, SECOND_US, SimClock, Stage, T0_US, over_both, record};
use tokio::sync::Semaphore;

/// Final storage whose reads wait for a gate.
#[derive(Debug)]
struct Gated {
    inner: Arc<dyn Originals>,
    gate: Semaphore,
    /// One for each read that came.
    came: Semaphore,
}

#[async_trait]
impl Originals for Gated {
    async fn put(&self, id: &OriginalId, staged: &Path, size_bytes: u64) -> Result<Put, StorageFault> {
        self.inner.put(id, staged, size_bytes).await
    }

    async fn size(&self, id: &OriginalId) -> Result<Option<u64>, StorageFault> {
        self.inner.size(id).await
    }

    async fn read(&self, id: &OriginalId, range: Option<Range<u64>>) -> Result<Chunks, StorageFault> {
        self.came.add_permits(1);
        let _permit = self.gate.acquire().await;
        self.inner.read(id, range).await
    }

    fn list(&self, agency: AgencyId) -> Listing {
        self.inner.list(agency)
    }

    async fn ready(&self) -> Result<(), StorageFault> {
        self.inner.ready().await
    }
}

/// A further instance with gated reads.
async fn instance(stage: &Stage) -> (App, Arc<Gated>) {
    let inner = Arc::clone(stage.app.originals());
    let gated = Arc::new(Gated { inner, gate: Semaphore::new(0), came: Semaphore::new(0) });
    let clock = Arc::clone(&stage.clock) as _;
    let database = stage.database_url.as_deref();
    let app = App::open_over(stage.data(), database, clock, Arc::clone(&gated) as _, UploadLimits::default()).await;
    (app.unwrap(), gated)
}

async fn claimed_until(stage: &Stage) -> Option<i64> {
    let query = sqlx::query_scalar("SELECT claimed_until_us FROM job WHERE kind = 'receipt'");
    query.fetch_optional(stage.app.db().pool()).await.unwrap()
}

over_both! {
    async fn a_job_that_was_taken_over_is_left_alone_by_whoever_had_it_before(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = record::inspection(&stage, &device, "an inspection").await;
        let folder = tempfile::tempdir().unwrap();
        phone_bundle(&device, &record, &folder.path().join("phone.zip"));
        let dock_folder = folder.path().join("dock");
        quanji_agency::dock::begin(&stage.app, &root_of(&stage), &dock_folder).await.unwrap();
        let dock_clock = Arc::new(SimClock::at(T0_US + 3_600 * SECOND_US));
        let docked = App::open(&dock_folder, None, dock_clock as _).await.unwrap();
        quanji_agency::dock::take(&docked, &folder.path().join("phone.zip")).await.unwrap();
        quanji_agency::dock::import(&stage.app, &docked).await.unwrap();
        let before = stage.count("SELECT count(*) FROM receipt").await;

        stage.clock.advance(3_600 * SECOND_US);
        let ((first, first_gate), (second, second_gate)) = (instance(&stage).await, instance(&stage).await);
        let slow = tokio::spawn(async move { jobs::run_due(&first).await });
        drop(first_gate.came.acquire().await.unwrap());
        // The first stops for longer than its claim holds; the second takes the job over, and is in the middle of it.
        stage.clock.advance(30 * SECOND_US);
        let over = tokio::spawn(async move { jobs::run_due(&second).await });
        drop(second_gate.came.acquire().await.unwrap());
        let of_second = claimed_until(&stage).await.unwrap();
        assert!(of_second > 0);
        first_gate.gate.add_permits(1_000);
        slow.await.unwrap().unwrap();
        assert_eq!(claimed_until(&stage).await, Some(of_second), "the first let go of a job that was the second's");
        second_gate.gate.add_permits(1_000);
        over.await.unwrap().unwrap();
        assert_eq!(claimed_until(&stage).await, None);
        assert_eq!(stage.count("SELECT count(*) FROM receipt").await, before + 1);
        assert_eq!(stage.count("SELECT count(DISTINCT number) FROM receipt").await, before + 1);
    }
}
