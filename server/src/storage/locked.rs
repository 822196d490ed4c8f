//! Originals in an S3 bucket, each under a lock of its own from the put on: nobody overwrites, deletes or unlocks it before its time.
//!
//! One signed put up to the largest file (2 GiB; S3 takes 5): create-only, digest and lock are conditions of one request, so there is never
//! a whole object without a lock, nor a part of one. An upload in parts has no such request (ADR 0019).

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use object_store::aws::AmazonS3Builder;
use quanji_evidence::id::AgencyId;
use tokio::sync::{OnceCell, Semaphore};

use super::bucket::held_is;
use super::s3::{Met, S3};
use super::{Bucket, Chunks, Listing, Lock, OriginalId, Originals, Put, StorageFault};
use crate::clock::Clock;

const DAY_US: u64 = 24 * 3_600 * 1_000_000;
/// Shorter than this nothing is locked: six months (公安机关现场执法视音频记录工作规定 第十四条), the shortest term for such recordings that we know of.
pub const RETAIN_DAYS_FLOOR: u64 = 183;
/// No store need be trusted with more; a slip of the keyboard cannot be undone by anybody.
pub const RETAIN_DAYS_CEILING: u64 = 36_525;
/// The row that says since when an original is stored comes after its put.
const MARGIN_US: u64 = DAY_US;
/// Each holds a quarter of a MiB of its file.
const PUTS_AT_ONCE: usize = 16;

/// An S3 bucket with Object Lock.
#[derive(Debug)]
pub struct LockedBucket {
    s3: S3,
    inside: Bucket,
    retain_us: u64,
    clock: Arc<dyn Clock>,
    puts: Semaphore,
    /// Set once the bucket was seen to keep versions and locks.
    proved: OnceCell<()>,
}

impl LockedBucket {
    /// Opens `s3://NAME/PREFIX`; endpoint, region and credentials are those of the usual `AWS_…` variables.
    pub async fn open(address: &str, retain_days: u64, clock: Arc<dyn Clock>) -> Result<LockedBucket, StorageFault> {
        LockedBucket::open_with(AmazonS3Builder::from_env(), address, retain_days, clock).await
    }

    /// The same with other settings. Each original is locked for `retain_days` from its put on. A bucket that cannot lock is refused; one that
    /// does not answer now is asked again before the first put.
    pub async fn open_with(
        settings: AmazonS3Builder,
        address: &str,
        retain_days: u64,
        clock: Arc<dyn Clock>,
    ) -> Result<LockedBucket, StorageFault> {
        if !(RETAIN_DAYS_FLOOR..=RETAIN_DAYS_CEILING).contains(&retain_days) {
            return Err(StorageFault::RetainDays { found: retain_days });
        }
        let s3 = S3::open(address, settings)?;
        let bucket = LockedBucket {
            inside: Bucket::new(Arc::new(s3.reader())),
            s3,
            retain_us: retain_days * DAY_US,
            clock,
            puts: Semaphore::new(PUTS_AT_ONCE),
            proved: OnceCell::new(),
        };
        match bucket.prove().await {
            Err(fault) if fault.passes() => tracing::warn!(%fault, "the bucket"),
            proved => proved?,
        }
        Ok(bucket)
    }

    async fn prove(&self) -> Result<(), StorageFault> {
        self.proved.get_or_try_init(|| self.s3.prove_lockable()).await.copied()
    }
}

#[async_trait]
impl Originals for LockedBucket {
    async fn put(&self, id: &OriginalId, staged: &Path, size_bytes: u64) -> Result<Put, StorageFault> {
        self.prove().await?;
        let _permit = self.puts.acquire().await;
        let key = id.key();
        let until_us = self.clock.wall_us().saturating_add(self.retain_us);
        match self.s3.put(&key, &id.sha256, (staged, size_bytes), until_us.saturating_add(MARGIN_US)).await? {
            Met::Nothing => Ok(Put::Stored),
            Met::Something => {
                match held_is(self, id, size_bytes).await {
                    Err(StorageFault::Missing) => return Err(StorageFault::Hidden),
                    held => held?,
                }
                if !matches!(self.s3.lock(&key).await?, Lock::Until { until_us: held } if held >= until_us) {
                    self.s3.lengthen(&key, until_us.saturating_add(MARGIN_US)).await?;
                }
                Ok(Put::Held)
            }
        }
    }

    async fn size(&self, id: &OriginalId) -> Result<Option<u64>, StorageFault> {
        self.inside.size(id).await
    }

    async fn read(&self, id: &OriginalId, range: Option<Range<u64>>) -> Result<Chunks, StorageFault> {
        self.inside.read(id, range).await
    }

    fn list(&self, agency: AgencyId) -> Listing {
        self.inside.list(agency)
    }

    async fn ready(&self) -> Result<(), StorageFault> {
        self.prove().await?;
        self.inside.ready().await
    }

    fn retain_us(&self) -> Option<u64> {
        Some(self.retain_us)
    }

    async fn lock(&self, id: &OriginalId) -> Result<Lock, StorageFault> {
        self.s3.lock(&id.key()).await
    }

    async fn lengthen(&self, id: &OriginalId, until_us: u64) -> Result<(), StorageFault> {
        self.s3.lengthen(&id.key(), until_us).await
    }
}
