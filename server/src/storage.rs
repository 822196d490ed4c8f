//! Where bytes become originals: staged while they come, then put into their final place create-only, never changed, read back from there.
//!
//! Read in this order: this file (the port `Originals`), `local` (files), `bucket` (any object store), `locked` with `s3` (a bucket that locks),
//! `place` (which of them), `staging` (what is still coming),
//! `writing` (one thread an upload: hash and write overlap with receiving), `uploads` (who writes, limits, expiry), `rows`, `receiving` (a request to its answer); `whole_reader` for
//! exports and hand-overs.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use quanji_evidence::id::{AgencyId, DeviceId};
use quanji_evidence::{Digest, hex};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

mod bucket;
mod hashing;
mod local;
mod locked;
mod pages;
mod place;
mod receiving;
mod rows;
mod s3;
mod staging;
mod uploads;
mod whole_reader;
mod writing;

pub use bucket::Bucket;
pub use local::LocalFiles;
pub use locked::{LockedBucket, RETAIN_DAYS_CEILING, RETAIN_DAYS_FLOOR};
pub use place::{Wanted, open};
pub use receiving::{Progress, Sent, append, create, progress};
pub use staging::Staging;
pub use uploads::{UploadLimits, Uploads, expire_uploads};
pub(crate) use whole_reader::WholeReader;
pub use writing::Checksum;

/// Whose bytes, and which: no device learns of another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OriginalId {
    pub agency: AgencyId,
    pub device: DeviceId,
    pub sha256: [u8; 32],
}

impl OriginalId {
    pub fn new(agency: AgencyId, device: DeviceId, digest: &Digest) -> OriginalId {
        OriginalId { agency, device, sha256: *digest.sha256() }
    }

    /// From the columns of a row; `None` when one is not of its form.
    pub fn of_row(agency_id: &str, device_id: &str, sha256: &str) -> Option<OriginalId> {
        Some(OriginalId {
            agency: AgencyId::parse(agency_id)?,
            device: DeviceId::parse(device_id)?,
            sha256: hex::decode_array(sha256)?,
        })
    }

    /// The 64 hex digits of the digest.
    pub fn hex(&self) -> String {
        hex::encode(&self.sha256)
    }

    /// Its name in final storage: `AGENCY/DEVICE/ab/cdef…`.
    pub fn key(&self) -> String {
        let digest = self.hex();
        format!("{}/{}/{}/{}", self.agency, self.device, &digest[..2], &digest[2..])
    }

    /// Reads such a name.
    pub fn of_key(key: &str) -> Option<OriginalId> {
        let mut parts = key.split('/');
        let (agency, device, first, rest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        if first.len() != 2 || parts.next().is_some() {
            return None;
        }
        OriginalId::of_row(agency, device, &format!("{first}{rest}"))
    }
}

/// Why storage did not do what was asked; nothing half-written stands in final storage.
#[derive(Debug, Error)]
pub enum StorageFault {
    #[error("the storage is full")]
    Full,
    #[error("the original is not there")]
    Missing,
    #[error("other bytes stand in its place: expected {expected}, found {found}")]
    HeldDiffers { expected: String, found: String },
    #[error("{name} is not the name of an original")]
    Name { name: String },
    #[error("the file system failed ({0})")]
    Io(io::ErrorKind),
    #[error("the object store failed")]
    Store(#[source] object_store::Error),
    #[error("对象存储未应答 the object store does not answer")]
    Unanswered,
    #[error("对象存储要求稍候 the object store asks to slow down")]
    SlowDown,
    #[error(
        "对象存储拒绝（{code}）：该凭据须有 s3:GetObject、s3:PutObject、s3:ListBucket、s3:GetBucketVersioning、\
         s3:GetBucketObjectLockConfiguration、s3:GetObjectRetention、s3:PutObjectRetention 权限 \
         the object store refuses ({code}): the credentials need these permissions"
    )]
    Denied { code: String },
    #[error(
        "本机时钟与对象存储相差过大，请校时 this machine's clock and the object store's differ too much: set the clock"
    )]
    Skewed,
    #[error("对象存储答复 {status} {code} the object store answers {status} {code}")]
    StoreRefuses { status: u16, code: String },
    #[error("地址应为 {expected}，得到 {found} expected the address {expected}, found {found}")]
    Address { found: String, expected: &'static str },
    #[error(
        "{endpoint} 未加密，只许用于本机 {endpoint} is not encrypted, and that is for this machine alone: use https"
    )]
    PlainHttp { endpoint: String },
    #[error(
        "原始记录被删除标记遮住，仍在其后：请在存储桶中移除该标记 \
         a delete marker hides the original, which still stands behind it: remove the marker from the bucket"
    )]
    Hidden,
    #[error("没有存储桶 {bucket} there is no bucket {bucket}")]
    NoBucket { bucket: String },
    #[error(
        "存储桶 {bucket} 不能锁定原始记录（第二十条）：版本控制 {versioning}，对象锁定 {object_lock}。请新建启用“对象锁定”的存储桶 \
         bucket {bucket} cannot lock originals: versioning {versioning}, Object Lock {object_lock}; make a bucket with Object Lock \
         (create-bucket --object-lock-enabled-for-bucket)"
    )]
    NotLockable { bucket: String, versioning: String, object_lock: String },
    #[error(
        "须以 --retain-days 写明锁定天数（{RETAIN_DAYS_FLOOR} 至 {RETAIN_DAYS_CEILING}），得到 {found} \
         say with --retain-days how many days originals are locked, {RETAIN_DAYS_FLOOR} to {RETAIN_DAYS_CEILING}; found {found}"
    )]
    RetainDays { found: u64 },
    #[error(
        "锁定期只能延长：现为 {expected} 天，得到 {found} 天 retention only lengthens: it is {expected} days, found {found}"
    )]
    Shorter { expected: u64, found: u64 },
    #[error("--retain-days 只用于 s3:// 存储桶 --retain-days is for an s3:// bucket: other places have no locks")]
    NothingToLock,
    #[error("原始记录存于 {expected}，得到 {found} the originals are in {expected}, found {found}")]
    PlaceDiffers { expected: String, found: String },
}

impl StorageFault {
    /// Whether the same may succeed a little later.
    pub fn passes(&self) -> bool {
        matches!(
            self,
            StorageFault::Unanswered
                | StorageFault::SlowDown
                | StorageFault::StoreRefuses { status: 409 | 500..=599, .. }
        )
    }
}

/// What keeps an original from being deleted before its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lock {
    /// The place has no locks: files, and stores of files.
    NotKept,
    /// It should have one, and has none.
    Absent,
    /// Compliance mode: nobody can delete it before.
    Until { until_us: u64 },
    /// A mode that somebody may lift.
    Weaker { mode: String },
}

impl From<io::Error> for StorageFault {
    fn from(fault: io::Error) -> StorageFault {
        match fault.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                StorageFault::Full
            }
            io::ErrorKind::NotFound => StorageFault::Missing,
            kind => StorageFault::Io(kind),
        }
    }
}

/// What a put found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    Stored,
    /// The same bytes stood there already: a repeat, or a crash after the last put.
    Held,
}

/// An original's bytes in order.
pub type Chunks = BoxStream<'static, Result<Bytes, StorageFault>>;
/// Originals with their sizes, for `fsck`.
pub type Listing = BoxStream<'static, Result<(OriginalId, u64), StorageFault>>;

/// Final storage. It has no way to change or delete what was put.
#[async_trait]
pub trait Originals: fmt::Debug + Send + Sync {
    /// Prepares the place of an original that is about to come. Nothing need be durable when this returns.
    fn prepare(&self, _id: &OriginalId) -> Result<(), StorageFault> {
        Ok(())
    }

    /// Puts the whole file `staged` of `size_bytes`, whose bytes are durable already, in its place, create-only. When this returns, bytes and
    /// name are durable.
    async fn put(&self, id: &OriginalId, staged: &Path, size_bytes: u64) -> Result<Put, StorageFault>;

    /// Its size; `None` when it is not there.
    async fn size(&self, id: &OriginalId) -> Result<Option<u64>, StorageFault>;

    /// Its bytes as the storage holds them (not as memory still has them), or a range of them.
    async fn read(&self, id: &OriginalId, range: Option<Range<u64>>) -> Result<Chunks, StorageFault>;

    /// Everything of this agency, in no stated order.
    fn list(&self, agency: AgencyId) -> Listing;

    /// Whether it answers, for `/readyz`.
    async fn ready(&self) -> Result<(), StorageFault>;

    /// For how long from its put on each original is locked; `None`: the place has no locks.
    fn retain_us(&self) -> Option<u64> {
        None
    }

    /// What keeps it from being deleted.
    async fn lock(&self, _: &OriginalId) -> Result<Lock, StorageFault> {
        Ok(Lock::NotKept)
    }

    /// Locks it until then; a lock that lasts longer is left as it is or refused.
    async fn lengthen(&self, _: &OriginalId, _until_us: u64) -> Result<(), StorageFault> {
        Ok(())
    }
}

/// What is in final storage when it is read from the first byte to the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadBack {
    pub digest: Digest,
    pub size_bytes: u64,
}

/// Reads an original back from final storage.
pub async fn read_back(originals: &dyn Originals, id: &OriginalId) -> Result<ReadBack, StorageFault> {
    let mut chunks = originals.read(id, None).await?;
    let mut hash = Sha256::new();
    let mut size_bytes = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk?;
        hash.update(&chunk);
        size_bytes += chunk.len() as u64;
    }
    Ok(ReadBack { digest: Digest::from_sha256(hash.finalize().into()), size_bytes })
}
