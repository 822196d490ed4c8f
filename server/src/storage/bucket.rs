//! Originals in an object store, under the same names as files have, put create-only.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{
    CopyMode, CopyOptions, GetOptions, GetRange, MultipartUpload, ObjectStore, ObjectStoreExt, PutMode, PutOptions,
    PutPayload,
};
use quanji_evidence::hex;
use quanji_evidence::id::AgencyId;
use tokio::io::AsyncReadExt;
use tokio::sync::Semaphore;

use super::{Chunks, Listing, OriginalId, Originals, Put, StorageFault, read_back};

/// Up to here an original goes in one create-only put; a segment always does (≤ 64 MiB). Above it goes in parts, then is copied create-only.
const ONE_PUT_BYTES: u64 = 64 << 20;
/// Object stores want parts of at least 5 MiB.
const PART_BYTES: usize = 8 << 20;
/// A put holds its bytes in memory: this many at once.
const PUTS_AT_ONCE: usize = 2;

/// An object store.
#[derive(Debug)]
pub struct Bucket {
    store: Arc<dyn ObjectStore>,
    puts: Semaphore,
}

impl Bucket {
    pub fn new(store: Arc<dyn ObjectStore>) -> Bucket {
        Bucket { store, puts: Semaphore::new(PUTS_AT_ONCE) }
    }

    /// Opens `file:///FOLDER`, synced.
    pub fn open(address: &str) -> Result<Bucket, StorageFault> {
        let unread =
            || StorageFault::Address { found: address.to_owned(), expected: "s3://NAME/PREFIX or file:///FOLDER" };
        let folder = address.strip_prefix("file://").filter(|folder| folder.starts_with('/')).ok_or_else(unread)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(fault)?.with_fsync(true);
        Ok(Bucket::new(Arc::new(store)))
    }

    async fn put_in_one(&self, key: &Key, staged: &Path, size_bytes: u64) -> Result<(), StorageFault> {
        let mut file = tokio::fs::File::open(staged).await?;
        let mut whole = BytesMut::with_capacity(usize::try_from(size_bytes).unwrap_or(0));
        while file.read_buf(&mut whole).await? > 0 {}
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        self.store.put_opts(key, PutPayload::from_bytes(whole.freeze()), options).await.map_err(fault)?;
        Ok(())
    }

    /// An upload in parts cannot be create-only: it goes beside, and is copied to its place create-only.
    async fn put_in_parts(&self, key: &Key, staged: &Path) -> Result<(), StorageFault> {
        let beside = Key::from(format!("incoming/{key}"));
        let mut file = tokio::fs::File::open(staged).await?;
        let mut upload = self.store.put_multipart(&beside).await.map_err(fault)?;
        let sent = send_parts(&mut *upload, &mut file).await;
        if let Err(fault) = sent {
            let _ = upload.abort().await;
            return Err(fault);
        }
        upload.complete().await.map_err(fault)?;
        let create = CopyOptions { mode: CopyMode::Create, ..CopyOptions::default() };
        let copied = self.store.copy_opts(&beside, key, create).await.map_err(fault);
        // What stands beside is not an original: nothing names it.
        let _ = self.store.delete(&beside).await;
        copied
    }
}

async fn send_parts(upload: &mut dyn MultipartUpload, file: &mut tokio::fs::File) -> Result<(), StorageFault> {
    loop {
        let mut part = BytesMut::with_capacity(PART_BYTES);
        while part.len() < PART_BYTES && file.read_buf(&mut part).await? > 0 {}
        if part.is_empty() {
            return Ok(());
        }
        upload.put_part(PutPayload::from_bytes(part.freeze())).await.map_err(fault)?;
    }
}

/// Proves that what stands under its name is the original: it may stem from a put whose answer was lost.
pub(super) async fn held_is(originals: &dyn Originals, id: &OriginalId, size_bytes: u64) -> Result<(), StorageFault> {
    let held = read_back(originals, id).await?;
    if held.digest.sha256() != &id.sha256 || held.size_bytes != size_bytes {
        return Err(StorageFault::HeldDiffers {
            expected: format!("{} of {size_bytes} bytes", id.hex()),
            found: format!("{} of {} bytes", hex::encode(held.digest.sha256()), held.size_bytes),
        });
    }
    Ok(())
}

fn fault(fault: object_store::Error) -> StorageFault {
    match fault {
        object_store::Error::NotFound { .. } => StorageFault::Missing,
        held @ object_store::Error::AlreadyExists { .. } => StorageFault::Store(held),
        // The store's own word stands in its answer's text alone.
        skewed if skewed.to_string().contains("RequestTimeTooSkewed") => StorageFault::Skewed,
        object_store::Error::PermissionDenied { .. } | object_store::Error::Unauthenticated { .. } => {
            StorageFault::Denied { code: "AccessDenied".to_owned() }
        }
        other => match io_kind(&other) {
            Some(kind) => StorageFault::from(std::io::Error::from(kind)),
            None => StorageFault::Store(other),
        },
    }
}

/// The file system's own word below a store's, so that a full disk is a full disk.
fn io_kind(fault: &dyn std::error::Error) -> Option<std::io::ErrorKind> {
    let mut cause = fault.source();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            return Some(io.kind());
        }
        cause = inner.source();
    }
    None
}

fn key(id: &OriginalId) -> Key {
    Key::from(id.key())
}

#[async_trait]
impl Originals for Bucket {
    async fn put(&self, id: &OriginalId, staged: &Path, size_bytes: u64) -> Result<Put, StorageFault> {
        let _permit = self.puts.acquire().await;
        let key = key(id);
        let put = if size_bytes <= ONE_PUT_BYTES {
            self.put_in_one(&key, staged, size_bytes).await
        } else {
            self.put_in_parts(&key, staged).await
        };
        match put {
            Ok(()) => Ok(Put::Stored),
            Err(StorageFault::Store(object_store::Error::AlreadyExists { .. })) => {
                held_is(self, id, size_bytes).await?;
                Ok(Put::Held)
            }
            Err(other) => Err(other),
        }
    }

    async fn size(&self, id: &OriginalId) -> Result<Option<u64>, StorageFault> {
        match self.store.head(&key(id)).await.map_err(fault) {
            Ok(found) => Ok(Some(found.size)),
            Err(StorageFault::Missing) => Ok(None),
            Err(other) => Err(other),
        }
    }

    async fn read(&self, id: &OriginalId, range: Option<Range<u64>>) -> Result<Chunks, StorageFault> {
        if range.as_ref().is_some_and(Range::is_empty) {
            return Ok(stream::empty::<Result<Bytes, StorageFault>>().boxed());
        }
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let found = self.store.get_opts(&key(id), options).await.map_err(fault)?;
        Ok(found.into_stream().map(|chunk| chunk.map_err(fault)).boxed())
    }

    fn list(&self, agency: AgencyId) -> Listing {
        let prefix = Key::from(agency.to_string());
        let listing = self.store.list(Some(&prefix)).map(|found| {
            let found = found.map_err(fault)?;
            let key = found.location.to_string();
            let id = OriginalId::of_key(&key).ok_or(StorageFault::Name { name: key })?;
            Ok((id, found.size))
        });
        listing.boxed()
    }

    async fn ready(&self) -> Result<(), StorageFault> {
        match self.store.head(&Key::from("ready")).await.map_err(fault) {
            Ok(_) | Err(StorageFault::Missing) => Ok(()),
            Err(other) => Err(other),
        }
    }
}
