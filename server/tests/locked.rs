//! Originals in a real S3 store under Object Lock: what is refused, and what faults of the store leave behind.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use quanji_agency::clock::{Clock, SystemClock};
use quanji_agency::storage::{Lock, LockedBucket, OriginalId, Originals, Put, StorageFault, read_back};
use quanji_evidence::Digest;
use quanji_evidence::id::{AgencyId, DeviceId};
use quanji_rules::Instant;
use quanji_testkit::{BucketKind, Failure, FaultyServer, ObjectStore, Planned};

#[path = "support/s3.rs"]
mod s3;

use s3::{BUCKET, PREFIX, RETAIN_DAYS};

const DAY_US: u64 = 24 * 3_600 * 1_000_000;

fn id(content: &[u8]) -> OriginalId {
    OriginalId::new(AgencyId::from_bytes([1; 16]), DeviceId::from_bytes([2; 16]), &Digest::of(content))
}

/// As the store names it.
fn target(id: &OriginalId, query: &str) -> String {
    format!("/{BUCKET}/{PREFIX}/{}{query}", id.key())
}

/// A clock so far from the machine's.
#[derive(Debug)]
struct Ahead {
    days: u64,
}

impl Clock for Ahead {
    fn wall_us(&self) -> u64 {
        SystemClock.wall_us() + self.days * DAY_US
    }
}

/// The id of every version of an original, newest first, as a listing of the store's own gives them.
fn versions(store: &ObjectStore, id: &OriginalId) -> Vec<String> {
    let listed = store.request("GET", &format!("/{BUCKET}?versions&prefix={PREFIX}/{}", id.key()), &[]).unwrap();
    assert_eq!(listed.status, 200, "{}", listed.body);
    listed.body.split("<VersionId>").skip(1).filter_map(|rest| rest.split('<').next()).map(str::to_owned).collect()
}

async fn until(bucket: &LockedBucket, id: &OriginalId) -> u64 {
    match bucket.lock(id).await.unwrap() {
        Lock::Until { until_us } => until_us,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nobody_overwrites_deletes_or_unlocks_an_original() {
    let folder = s3::folder();
    let store = s3::store_in(&folder);
    let bucket = s3::locked(&store.url()).await.unwrap();
    let (content, id) = (b"what was recorded", id(b"what was recorded"));
    let before_us = SystemClock.wall_us();
    assert_eq!(bucket.put(&id, &s3::staged(folder.path(), content), 17).await.unwrap(), Put::Stored);
    assert!(until(&bucket, &id).await >= before_us + RETAIN_DAYS * DAY_US);
    let version = versions(&store, &id).remove(0);
    let of_version = target(&id, &format!("?versionId={version}"));

    let deleted = store.request("DELETE", &of_version, &[]).unwrap();
    assert_eq!(deleted.status, 403, "{}", deleted.body);
    let bypassed = store.request("DELETE", &of_version, &["-H", "x-amz-bypass-governance-retention:true"]).unwrap();
    assert_eq!(bypassed.status, 403, "{}", bypassed.body);

    let soon = Instant::from_us(i64::try_from(SystemClock.wall_us() + DAY_US).unwrap()).to_utc_rfc3339();
    let soon = format!("{}Z", soon.split(['.', 'Z']).next().unwrap());
    for mode in ["COMPLIANCE", "GOVERNANCE"] {
        let shorter = format!("<Retention><Mode>{mode}</Mode><RetainUntilDate>{soon}</RetainUntilDate></Retention>");
        let shortened = store.request("PUT", &target(&id, "?retention"), &["--body", &shorter]).unwrap();
        assert!((400..500).contains(&shortened.status), "{mode}: {} {}", shortened.status, shortened.body);
    }
    let suspended = "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";
    let suspended = store.request("PUT", &format!("/{BUCKET}?versioning"), &["--body", suspended]).unwrap();
    assert!(suspended.status >= 400, "{}", suspended.body);

    let created = store.request("PUT", &target(&id, ""), &["-H", "if-none-match:*", "--body", "forged"]).unwrap();
    assert_eq!(created.status, 412, "{}", created.body);
    // Whoever may put at all can put a newer version over it: the older one stays under its lock, and `fsck` sees the newer one.
    let over = store.request("PUT", &target(&id, ""), &["--body", "forged"]).unwrap();
    if over.status == 200 {
        assert!(versions(&store, &id).contains(&version), "the original went");
        assert_ne!(read_back(&bucket, &id).await.unwrap().digest, Digest::of(content));
        let newer = versions(&store, &id).remove(0);
        let let_go = store.request("DELETE", &target(&id, &format!("?versionId={newer}")), &[]).unwrap();
        assert_eq!(let_go.status, 204, "{}", let_go.body);
    }
    assert_eq!(read_back(&bucket, &id).await.unwrap().digest, Digest::of(content));
    assert!(until(&bucket, &id).await >= before_us + RETAIN_DAYS * DAY_US);
}

#[tokio::test]
async fn a_bucket_that_cannot_lock_is_refused_with_words_that_say_what_to_do() {
    let folder = s3::folder();
    let store = ObjectStore::start(&folder.path().join("store")).unwrap();
    let missing = s3::locked(&store.url()).await.unwrap_err();
    assert!(matches!(&missing, StorageFault::NoBucket { bucket } if bucket == BUCKET), "{missing:?}");
    store.make_bucket(BUCKET, BucketKind::Plain).unwrap();
    let refused = s3::locked(&store.url()).await.unwrap_err();
    let StorageFault::NotLockable { versioning, object_lock, .. } = &refused else { panic!("{refused:?}") };
    assert_eq!((versioning.as_str(), object_lock.as_str()), ("off", "off"));
    let words = refused.to_string();
    assert!(words.contains("对象锁定") && words.contains("--object-lock-enabled-for-bucket"), "{words}");
}

#[tokio::test]
async fn a_term_below_the_floor_and_plain_http_to_elsewhere_are_refused() {
    let short = s3::locked_for("http://127.0.0.1:9", 182, Arc::new(SystemClock)).await.unwrap_err();
    assert!(matches!(short, StorageFault::RetainDays { found: 182 }), "{short:?}");
    let plain = s3::locked_for("http://192.0.2.7:9000", 183, Arc::new(SystemClock)).await.unwrap_err();
    assert!(matches!(plain, StorageFault::PlainHttp { .. }), "{plain:?}");
    for address in ["s3://", "s3:///prefix", "https://originals", "s3://a b/c"] {
        let fault =
            LockedBucket::open_with(s3::settings("http://127.0.0.1:9"), address, 400, Arc::new(SystemClock)).await;
        assert!(matches!(fault, Err(StorageFault::Address { .. })), "{address}: {fault:?}");
    }
}

#[tokio::test]
async fn what_is_put_again_is_locked_for_longer_and_never_for_less() {
    let folder = s3::folder();
    let store = s3::store_in(&folder);
    let bucket = s3::locked(&store.url()).await.unwrap();
    let (id, staged) = (id(b"again"), s3::staged(folder.path(), b"again"));
    bucket.put(&id, &staged, 5).await.unwrap();
    let first = until(&bucket, &id).await;
    let later = s3::locked_for(&store.url(), RETAIN_DAYS, Arc::new(Ahead { days: 30 })).await.unwrap();
    assert_eq!(later.put(&id, &staged, 5).await.unwrap(), Put::Held);
    let lengthened = until(&bucket, &id).await;
    assert!(lengthened >= first + 29 * DAY_US, "{first} {lengthened}");
    assert_eq!(bucket.put(&id, &staged, 5).await.unwrap(), Put::Held);
    assert_eq!(until(&bucket, &id).await, lengthened);
    assert!(bucket.lengthen(&id, first).await.is_err(), "a lock was shortened");
    assert_eq!(versions(&store, &id).len(), 1);
}

#[tokio::test]
async fn bytes_that_are_not_those_of_the_digest_are_refused_by_the_store_itself() {
    let folder = s3::folder();
    let store = s3::store_in(&folder);
    let bucket = s3::locked(&store.url()).await.unwrap();
    let (id, staged) = (id(b"recorded"), s3::staged(folder.path(), b"damaged!"));
    let fault = bucket.put(&id, &staged, 8).await.unwrap_err();
    assert!(matches!(fault, StorageFault::StoreRefuses { status: 400, .. }), "{fault:?}");
    assert_eq!(bucket.size(&id).await.unwrap(), None);
    assert!(versions(&store, &id).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_largest_kinds_of_file_go_in_one_locked_put_and_few_of_their_bytes_are_in_memory() {
    let folder = s3::folder();
    let store = s3::store_in(&folder);
    let faulty = FaultyServer::before(store.address()).unwrap();
    let bucket = s3::locked(&faulty.url()).await.unwrap();
    let content: Vec<u8> = (0..200_u32 << 20 >> 2).flat_map(u32::to_le_bytes).collect();
    let size_bytes = content.len() as u64;
    let (id, staged) = (id(&content), s3::staged(folder.path(), &content));
    drop(content);
    let before = resident_bytes();
    assert_eq!(bucket.put(&id, &staged, size_bytes).await.unwrap(), Put::Stored);
    let mut most = 0;
    let mut chunks = bucket.read(&id, None).await.unwrap();
    while let Some(chunk) = chunks.try_next().await.unwrap() {
        most = most.max(chunk.len());
    }
    let grown = resident_bytes().saturating_sub(before);
    println!("a file of {size_bytes} bytes: resident memory grew by {grown}, largest piece {most}");
    assert!(grown < size_bytes / 8, "{grown} of {size_bytes}");
    assert!(until(&bucket, &id).await > SystemClock.wall_us() + RETAIN_DAYS * DAY_US);
    let puts: Vec<_> = faulty.seen().into_iter().filter(|request| request.starts_with("PUT")).collect();
    assert_eq!(puts.len(), 1, "{puts:?}");
    assert_eq!(read_back(&bucket, &id).await.unwrap().digest.sha256(), &id.sha256);
}

/// Of this process, now.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

fn planned(method: &'static str, failure: Failure, times: u32) -> Planned {
    Planned { method, holds: BUCKET, failure, times }
}

/// What passes is met twice and then no more: the put holds. Nothing is there twice, and everything is under its lock.
#[tokio::test]
async fn a_store_that_fails_for_a_moment_is_asked_again_and_keeps_one_version() {
    let folder = s3::folder();
    let store = s3::store_in(&folder);
    for (number, failure) in [
        Failure::Answered { status: 503, code: "SlowDown" },
        Failure::Answered { status: 500, code: "InternalError" },
        Failure::Answered { status: 409, code: "ConditionalRequestConflict" },
        Failure::RequestCut { after_bytes: 100_000 },
        Failure::AnswerLost,
        Failure::AnswerCut { after_bytes: 9 },
    ]
    .into_iter()
    .enumerate()
    {
        let faulty = FaultyServer::before(store.address()).unwrap();
        let bucket = s3::locked(&faulty.url()).await.unwrap();
        let content = vec![number as u8; 400_000];
        let (id, staged) = (id(&content), s3::staged(folder.path(), &content));
        faulty.plan(planned("PUT", failure.clone(), 2));
        let put = bucket.put(&id, &staged, 400_000).await.unwrap_or_else(|fault| panic!("{failure:?}: {fault:?}"));
        // A put whose answer was lost was stored, and met again.
        let was_stored = matches!(failure, Failure::AnswerLost | Failure::AnswerCut { .. });
        assert_eq!(put, if was_stored { Put::Held } else { Put::Stored }, "{failure:?}");
        assert!(faulty.met() >= 1, "{failure:?}");
        assert_eq!(versions(&store, &id).len(), 1, "{failure:?}");
        assert_eq!(read_back(&bucket, &id).await.unwrap().digest, Digest::of(&content));
        until(&bucket, &id).await;
    }
}

#[tokio::test]
async fn what_lasts_is_typed_and_leaves_nothing_half() {
    let folder = s3::folder();
    let store = s3::store_in(&folder);
    let faulty = FaultyServer::before(store.address()).unwrap();
    let bucket = s3::locked(&faulty.url()).await.unwrap();
    let (id, staged) = (id(b"lasting"), s3::staged(folder.path(), b"lasting"));
    type Expected = fn(&StorageFault) -> bool;
    let cases: [(Failure, Expected); 6] = [
        (
            Failure::Answered { status: 403, code: "AccessDenied" },
            |fault| matches!(fault, StorageFault::Denied { code } if code == "AccessDenied"),
        ),
        (Failure::Answered { status: 403, code: "RequestTimeTooSkewed" }, |fault| {
            matches!(fault, StorageFault::Skewed)
        }),
        (Failure::Answered { status: 503, code: "SlowDown" }, |fault| matches!(fault, StorageFault::SlowDown)),
        (Failure::Answered { status: 500, code: "InternalError" }, |fault| {
            matches!(fault, StorageFault::StoreRefuses { status: 500, .. })
        }),
        (Failure::Answered { status: 507, code: "QuotaExceeded" }, |fault| matches!(fault, StorageFault::Full)),
        (Failure::RequestCut { after_bytes: 3 }, |fault| matches!(fault, StorageFault::Unanswered)),
    ];
    for (failure, is_expected) in cases {
        faulty.plan(planned("PUT", failure.clone(), 100));
        let fault = bucket.put(&id, &staged, 7).await.unwrap_err();
        faulty.release();
        assert!(is_expected(&fault), "{failure:?}: {fault:?}");
        assert_eq!(bucket.size(&id).await.unwrap(), None, "{failure:?}");
        assert!(versions(&store, &id).is_empty(), "{failure:?}");
    }
    assert_eq!(bucket.put(&id, &staged, 7).await.unwrap(), Put::Stored);
}

#[tokio::test]
async fn a_read_that_is_cut_or_slow_goes_on_and_one_that_is_denied_is_no_empty_file() {
    let folder = s3::folder();
    let store = s3::store_in(&folder);
    let faulty = FaultyServer::before(store.address()).unwrap();
    let bucket = s3::locked(&faulty.url()).await.unwrap();
    let content: Vec<u8> = (0..700_000_u32).map(|at| (at % 253) as u8).collect();
    let (id, staged) = (id(&content), s3::staged(folder.path(), &content));
    bucket.put(&id, &staged, 700_000).await.unwrap();
    for failure in [
        Failure::AnswerCut { after_bytes: 300_000 },
        Failure::AnswerSlow { pause: Duration::from_millis(5) },
        Failure::Answered { status: 500, code: "InternalError" },
        Failure::Answered { status: 503, code: "SlowDown" },
    ] {
        faulty.plan(planned("GET", failure.clone(), 1));
        let back = read_back(&bucket, &id).await.unwrap_or_else(|fault| panic!("{failure:?}: {fault:?}"));
        assert_eq!((back.digest, back.size_bytes), (Digest::of(&content), 700_000), "{failure:?}");
    }
    assert_eq!(faulty.met(), 4);
    faulty.plan(planned("GET", Failure::Answered { status: 403, code: "AccessDenied" }, 100));
    let denied = read_back(&bucket, &id).await.unwrap_err();
    assert!(matches!(denied, StorageFault::Denied { .. }), "{denied:?}");
    faulty.release();
    faulty.plan(planned("GET", Failure::Answered { status: 403, code: "RequestTimeTooSkewed" }, 100));
    let skewed = read_back(&bucket, &id).await.unwrap_err();
    assert!(matches!(skewed, StorageFault::Skewed), "{skewed:?}");
}

#[tokio::test]
async fn a_bucket_that_does_not_answer_at_the_start_is_proved_before_the_first_put() {
    let folder = s3::folder();
    let store = ObjectStore::start(&folder.path().join("store")).unwrap();
    store.make_bucket(BUCKET, BucketKind::Plain).unwrap();
    let faulty = FaultyServer::before(store.address()).unwrap();
    faulty.plan(planned("GET", Failure::Answered { status: 503, code: "SlowDown" }, 100));
    let bucket = s3::locked(&faulty.url()).await.unwrap();
    assert!(matches!(bucket.ready().await, Err(StorageFault::SlowDown)));
    faulty.release();
    let (id, staged) = (id(b"too early"), s3::staged(folder.path(), b"too early"));
    assert!(matches!(bucket.put(&id, &staged, 9).await, Err(StorageFault::NotLockable { .. })));
    assert_eq!(bucket.size(&id).await.unwrap(), None);
}

#[tokio::test]
async fn an_original_behind_a_mark_of_deletion_is_missing_not_gone_and_is_there_again_without_the_mark() {
    let folder = s3::folder();
    let store = s3::store_in(&folder);
    let bucket = s3::locked(&store.url()).await.unwrap();
    let (id, staged) = (id(b"hidden"), s3::staged(folder.path(), b"hidden"));
    bucket.put(&id, &staged, 6).await.unwrap();
    assert_eq!(store.request("DELETE", &target(&id, ""), &[]).unwrap().status, 204);
    assert!(matches!(read_back(&bucket, &id).await, Err(StorageFault::Missing)));
    assert!(matches!(bucket.lock(&id).await, Err(StorageFault::Missing)));
    match bucket.put(&id, &staged, 6).await {
        // AWS puts a new version over the mark; versitygw says that something stands there.
        Ok(put) => assert_eq!(put, Put::Stored),
        Err(fault) => {
            assert!(matches!(fault, StorageFault::Hidden), "{fault:?}");
            let mark = versions(&store, &id).remove(0);
            let lifted = store.request("DELETE", &target(&id, &format!("?versionId={mark}")), &[]).unwrap();
            assert_eq!(lifted.status, 204, "{}", lifted.body);
        }
    }
    assert_eq!(read_back(&bucket, &id).await.unwrap().digest, Digest::of(b"hidden"));
}
