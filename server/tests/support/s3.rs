//! A real S3 store for a test, and originals in it.
#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use std::path::Path;
use std::sync::Arc;

use object_store::aws::AmazonS3Builder;
use quanji_agency::clock::{Clock, SystemClock};
use quanji_agency::storage::{LockedBucket, StorageFault};
use quanji_testkit::{ACCESS_KEY, BucketKind, ObjectStore, REGION, SECRET_KEY};
use tempfile::TempDir;

pub const BUCKET: &str = "originals";
/// A prefix, so that nothing stands on there being none.
pub const ADDRESS: &str = "s3://originals/agency/one";
pub const PREFIX: &str = "agency/one";
pub const RETAIN_DAYS: u64 = 400;

/// A folder where extended attributes are taken, which versitygw needs: not the tests' temporary folder, which may be in memory.
pub fn folder() -> TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder")
}

/// A store with one bucket that locks.
pub fn store_in(folder: &TempDir) -> ObjectStore {
    let store = ObjectStore::start(&folder.path().join("store")).expect("a store");
    store.make_bucket(BUCKET, BucketKind::Locking).expect("a bucket");
    store
}

/// What `AWS_…` would say.
pub fn settings(endpoint: &str) -> AmazonS3Builder {
    let settings = AmazonS3Builder::new().with_region(REGION).with_endpoint(endpoint);
    settings.with_access_key_id(ACCESS_KEY).with_secret_access_key(SECRET_KEY)
}

pub async fn locked(endpoint: &str) -> Result<LockedBucket, StorageFault> {
    locked_for(endpoint, RETAIN_DAYS, Arc::new(SystemClock)).await
}

pub async fn locked_for(endpoint: &str, retain_days: u64, clock: Arc<dyn Clock>) -> Result<LockedBucket, StorageFault> {
    LockedBucket::open_with(settings(endpoint), ADDRESS, retain_days, clock).await
}

/// Nothing in a folder that `staged` would not find again.
pub fn staged(folder: &Path, content: &[u8]) -> std::path::PathBuf {
    let path = folder.join("staged");
    std::fs::write(&path, content).expect("a staged file");
    path
}
