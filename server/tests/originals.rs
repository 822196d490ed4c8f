//! Final storage, the same sentences over files and over an object store.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path as Key;
use object_store::throttle::{ThrottleConfig, ThrottledStore};
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions,
    PutOptions, PutPayload, PutResult,
};
use quanji_agency::storage::{Bucket, LocalFiles, OriginalId, Originals, Put, StorageFault, read_back};
use quanji_evidence::Digest;
use quanji_evidence::id::{AgencyId, DeviceId};
use quanji_testkit::ObjectStore as S3Store;
use tempfile::TempDir;

#[path = "support/s3.rs"]
mod s3;

fn agency(of: u8) -> AgencyId {
    AgencyId::from_bytes([of; 16])
}

fn id(device: u8, content: &[u8]) -> OriginalId {
    OriginalId::new(agency(1), DeviceId::from_bytes([device; 16]), &Digest::of(content))
}

struct Place {
    folder: TempDir,
    originals: Box<dyn Originals>,
    /// Ended after what stands on it.
    store: Option<S3Store>,
}

impl Place {
    fn staged(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

async fn places() -> Vec<(&'static str, Place)> {
    let folder = || tempfile::tempdir().unwrap();
    let (files, bucket, memory, slow) = (folder(), folder(), folder(), folder());
    let originals = LocalFiles::open(&files.path().join("originals")).unwrap();
    let stored = bucket.path().join("bucket");
    std::fs::create_dir(&stored).unwrap();
    let synced = LocalFileSystem::new_with_prefix(&stored).unwrap().with_fsync(true);
    let delays = ThrottleConfig {
        wait_get_per_call: Duration::from_millis(3),
        wait_put_per_call: Duration::from_millis(3),
        ..ThrottleConfig::default()
    };
    let throttled = ThrottledStore::new(InMemory::new(), delays);
    let place = |folder, originals| Place { folder, originals, store: None };
    let locked = s3::folder();
    let store = s3::store_in(&locked);
    let originals_under_lock = s3::locked(&store.url()).await.unwrap();
    vec![
        ("files", place(files, Box::new(originals) as Box<dyn Originals>)),
        ("a bucket of files", place(bucket, Box::new(Bucket::new(Arc::new(synced))))),
        ("a bucket in memory", place(memory, Box::new(Bucket::new(Arc::new(InMemory::new()))))),
        ("a slow bucket", place(slow, Box::new(Bucket::new(Arc::new(throttled))))),
        ("an S3 bucket", Place { folder: locked, originals: Box::new(originals_under_lock), store: Some(store) }),
    ]
}

async fn read(originals: &dyn Originals, id: &OriginalId, range: Option<Range<u64>>) -> Vec<u8> {
    let chunks: Vec<Bytes> = originals.read(id, range).await.unwrap().try_collect().await.unwrap();
    chunks.concat()
}

#[tokio::test]
async fn what_was_put_is_read_back_whole_and_in_ranges() {
    for (name, place) in places().await {
        let content: Vec<u8> = (0..700_001_u32).map(|at| (at % 251) as u8).collect();
        let (id, staged) = (id(2, &content), place.staged("staged", &content));
        let originals = &*place.originals;
        assert_eq!(originals.size(&id).await.unwrap(), None, "{name}");
        assert_eq!(originals.put(&id, &staged, content.len() as u64).await.unwrap(), Put::Stored, "{name}");
        assert_eq!(originals.size(&id).await.unwrap(), Some(700_001), "{name}");
        let back = read_back(originals, &id).await.unwrap();
        assert_eq!((back.digest, back.size_bytes), (Digest::of(&content), 700_001), "{name}");
        assert_eq!(read(originals, &id, Some(0..1)).await, &content[..1], "{name}");
        assert_eq!(read(originals, &id, Some(300_000..699_999)).await, &content[300_000..699_999], "{name}");
        assert!(read(originals, &id, Some(5..5)).await.is_empty(), "{name}");
        originals.ready().await.unwrap();
    }
}

#[tokio::test]
async fn putting_the_same_again_is_harmless_and_other_bytes_are_never_overwritten() {
    for (name, place) in places().await {
        let (id, originals) = (id(2, b"what was recorded"), &*place.originals);
        let staged = place.staged("staged", b"what was recorded");
        assert_eq!(originals.put(&id, &staged, 17).await.unwrap(), Put::Stored, "{name}");
        assert_eq!(originals.put(&id, &staged, 17).await.unwrap(), Put::Held, "{name}");

        // A put that lies about its digest stands for bytes that were damaged in their place. An S3 store sees through it.
        let damaged = OriginalId { sha256: [7; 32], ..id };
        let lie = originals.put(&damaged, &place.staged("other", b"something else"), 14).await;
        match &place.store {
            None => assert_eq!(lie.unwrap(), Put::Stored),
            Some(store) => {
                assert!(matches!(lie, Err(StorageFault::StoreRefuses { status: 400, .. })), "{lie:?}");
                let target = format!("/{}/{}/{}", s3::BUCKET, s3::PREFIX, damaged.key());
                assert_eq!(store.request("PUT", &target, &["--body", "something else"]).unwrap().status, 200);
            }
        }
        let refused = originals.put(&damaged, &staged, 17).await.unwrap_err();
        let StorageFault::HeldDiffers { expected, found } = refused else { panic!("{name}: {refused}") };
        assert!(expected.starts_with(&"07".repeat(32)), "{name}: {expected}");
        assert!(found.starts_with(&Digest::of(b"something else").hex()), "{name}: {found}");
        assert_eq!(read(originals, &damaged, None).await, b"something else", "{name}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_missing_and_not_empty() {
    for (name, place) in places().await {
        let fault = place.originals.read(&id(2, b"never sent"), None).await.err();
        assert!(matches!(fault, Some(StorageFault::Missing)), "{name}: {fault:?}");
    }
}

#[tokio::test]
async fn everything_of_an_agency_is_listed_and_nothing_of_another() {
    for (name, place) in places().await {
        let mut expected = BTreeSet::new();
        for device in 1..4_u8 {
            for number in 0..5_u8 {
                let content = [device, number];
                let staged = place.staged("staged", &content);
                place.originals.put(&id(device, &content), &staged, 2).await.unwrap();
                expected.insert((id(device, &content), 2));
            }
        }
        let of_another = OriginalId { agency: agency(9), ..id(1, b"xy") };
        place.originals.put(&of_another, &place.staged("staged", b"xy"), 2).await.unwrap();
        let listed: Vec<_> = place.originals.list(agency(1)).try_collect().await.unwrap();
        assert_eq!(listed.len(), expected.len(), "{name}: each once");
        assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), expected, "{name}");
        let none: Vec<_> = place.originals.list(agency(3)).collect().await;
        assert!(none.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_strange_file_among_the_originals_is_named_and_the_listing_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("originals");
    let originals = LocalFiles::open(&root).unwrap();
    let staged = folder.path().join("staged");
    std::fs::write(&staged, b"one").unwrap();
    originals.put(&id(2, b"one"), &staged, 3).await.unwrap();
    std::fs::write(root.join(agency(1).to_string()).join("notes.txt"), b"?").unwrap();
    let found: Vec<_> = originals.list(agency(1)).collect().await;
    let strange = found.iter().filter(|found| matches!(found, Err(StorageFault::Name { .. }))).count();
    assert_eq!((found.len(), strange), (2, 1));
}

#[tokio::test]
async fn above_one_put_an_original_goes_in_parts_and_is_create_only_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(InMemory::new());
    let bucket = Bucket::new(Arc::clone(&store) as _);
    let content = vec![5_u8; (64 << 20) + 1];
    let staged = folder.path().join("staged");
    std::fs::write(&staged, &content).unwrap();
    let id = id(2, &content);
    assert_eq!(bucket.put(&id, &staged, content.len() as u64).await.unwrap(), Put::Stored);
    assert_eq!(bucket.put(&id, &staged, content.len() as u64).await.unwrap(), Put::Held);
    assert_eq!(read_back(&bucket, &id).await.unwrap().digest, Digest::of(&content));
    let all: Vec<_> = store.list(None).collect().await;
    assert_eq!(all.len(), 1, "nothing stays beside it");
}

/// An object store whose writes can be made to fail, or its reads to break in the middle.
#[derive(Debug)]
struct Failing {
    inner: InMemory,
    puts: AtomicBool,
    reads: AtomicBool,
}

impl fmt::Display for Failing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("failing")
    }
}

fn broken() -> object_store::Error {
    object_store::Error::Generic { store: "failing", source: "503 slow down".into() }
}

#[async_trait]
impl ObjectStore for Failing {
    async fn put_opts(&self, key: &Key, payload: PutPayload, options: PutOptions) -> object_store::Result<PutResult> {
        if self.puts.load(Ordering::SeqCst) { Err(broken()) } else { self.inner.put_opts(key, payload, options).await }
    }

    async fn put_multipart_opts(
        &self,
        key: &Key,
        options: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(key, options).await
    }

    async fn get_opts(&self, key: &Key, options: GetOptions) -> object_store::Result<GetResult> {
        let mut found = self.inner.get_opts(key, options).await?;
        if self.reads.load(Ordering::SeqCst) {
            let half = futures_util::stream::iter([Ok(Bytes::from_static(b"half")), Err(broken())]);
            found.payload = object_store::GetResultPayload::Stream(half.boxed());
        }
        Ok(found)
    }

    fn delete_stream(
        &self,
        keys: BoxStream<'static, object_store::Result<Key>>,
    ) -> BoxStream<'static, object_store::Result<Key>> {
        self.inner.delete_stream(keys)
    }

    fn list(&self, prefix: Option<&Key>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Key>) -> object_store::Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Key, to: &Key, options: CopyOptions) -> object_store::Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

#[tokio::test]
async fn a_store_that_fails_stores_nothing_and_a_read_that_breaks_is_no_shorter_file() {
    let folder = tempfile::tempdir().unwrap();
    let staged = folder.path().join("staged");
    std::fs::write(&staged, b"whole").unwrap();
    let store =
        Arc::new(Failing { inner: InMemory::new(), puts: AtomicBool::new(true), reads: AtomicBool::new(false) });
    let bucket = Bucket::new(Arc::clone(&store) as _);
    let id = id(2, b"whole");
    assert!(matches!(bucket.put(&id, &staged, 5).await, Err(StorageFault::Store(_))));
    assert_eq!(bucket.size(&id).await.unwrap(), None);
    store.puts.store(false, Ordering::SeqCst);
    assert_eq!(bucket.put(&id, &staged, 5).await.unwrap(), Put::Stored);
    store.reads.store(true, Ordering::SeqCst);
    assert!(matches!(read_back(&bucket, &id).await, Err(StorageFault::Store(_))));
    store.reads.store(false, Ordering::SeqCst);
    assert_eq!(read_back(&bucket, &id).await.unwrap().size_bytes, 5);
}

#[test]
fn only_the_name_of_an_original_is_read_as_one() {
    let id = id(2, b"x");
    assert_eq!(OriginalId::of_key(&id.key()), Some(id));
    for wrong in
        ["", "a/b/c/d", &format!("{}/more", id.key()), &id.key().replacen('/', "", 1), &id.key().to_uppercase()]
    {
        assert_eq!(OriginalId::of_key(wrong), None, "{wrong}");
    }
    assert!(Path::new(&id.key()).is_relative());
}
