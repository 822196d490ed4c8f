//! Where bytes become originals: staged while they come, then put into their final place create-only, never changed, read back from there.
//!
//! Read in this order: this file (the port `Originals`), `local` (files), `bucket` (any object store), `staging` (what is still coming),
//! `writing` (one thread an upload: hash and write overlap with receiving), `uploads` (who writes, limits, expiry), `rows`, `receiving` (a request to its answer).

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use quanji_evidence::id::{AgencyId, DeviceId};
use quanji_evidence::{Digest, hex};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

mod bucket;
mod local;
mod pages;
mod receiving;
mod rows;
mod staging;
mod uploads;
mod writing;

pub use bucket::Bucket;
pub use local::LocalFiles;
pub use receiving::{Progress, Sent, append, create, progress};
pub use staging::Staging;
pub use uploads::{UploadLimits, Uploads, expire_uploads};
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
    #[error("the address of the object store is not understood")]
    Address(#[source] object_store::Error),
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
    /// Puts the whole file `staged` of `size_bytes` in its place, create-only. When this returns, bytes and name are durable.
    async fn put(&self, id: &OriginalId, staged: &Path, size_bytes: u64) -> Result<Put, StorageFault>;

    /// Its size; `None` when it is not there.
    async fn size(&self, id: &OriginalId) -> Result<Option<u64>, StorageFault>;

    /// Its bytes as the storage holds them (not as memory still has them), or a range of them.
    async fn read(&self, id: &OriginalId, range: Option<Range<u64>>) -> Result<Chunks, StorageFault>;

    /// Everything of this agency, in no stated order.
    fn list(&self, agency: AgencyId) -> Listing;

    /// Whether it answers, for `/readyz`.
    async fn ready(&self) -> Result<(), StorageFault>;
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

/// Opens final storage: files below `data`, or the object store at `bucket` (`s3://NAME/PREFIX`, `file:///…`).
pub fn open(data: &Path, bucket: Option<&str>) -> Result<Arc<dyn Originals>, StorageFault> {
    Ok(match bucket {
        None => Arc::new(LocalFiles::open(&data.join("originals"))?),
        Some(address) => Arc::new(Bucket::open(address)?),
    })
}
