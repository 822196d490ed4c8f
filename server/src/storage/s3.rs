//! Requests to an S3 bucket that object_store has no call for, signed by it: a put under lock, and what is asked of locks and versions.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use base64ct::{Base64, Encoding};
use bytes::Bytes;
use futures_util::StreamExt;
use object_store::ClientOptions;
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::client::{HttpClient, HttpConnector};
use object_store::path::Path as Key;
use object_store::signer::{HeaderMap, HeaderName, HeaderValue, Method, SignedUrlOptions, Signer};
use object_store::{BackoffConfig, RetryConfig};
use quanji_rules::Instant;
use reqwest::header::{CONTENT_LENGTH, IF_NONE_MATCH};
use reqwest::{Body, Response, StatusCode};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncReadExt;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::io::ReaderStream;

use super::{Lock, StorageFault};

const CHECKSUM: HeaderName = HeaderName::from_static("x-amz-checksum-sha256");
const LOCK_MODE: HeaderName = HeaderName::from_static("x-amz-object-lock-mode");
const LOCK_UNTIL: HeaderName = HeaderName::from_static("x-amz-object-lock-retain-until-date");
/// Nobody shortens or lifts it, not the bucket's owner either.
const COMPLIANCE: &str = "COMPLIANCE";
const PIECE_BYTES: usize = 256 << 10;
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// A store that takes or gives no byte for so long is not answering.
const STALLED: Duration = Duration::from_secs(30);
/// After the last byte of a put: the store has up to 2 GiB to make durable.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);
/// A signature outlives the slowest put.
const SIGNED_FOR: Duration = Duration::from_secs(3_600);
/// What passes is tried again here; what lasts is the phone's to try again.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(200);
/// Of an answer that is not an original's bytes.
const ANSWER_LIMIT_BYTES: usize = 64 << 10;

/// What a put met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    Nothing,
    /// Something stands under that name.
    Something,
}

/// A bucket, and who signs for it.
#[derive(Debug, Clone)]
pub(super) struct S3 {
    store: AmazonS3,
    client: reqwest::Client,
    name: String,
    prefix: Key,
}

impl S3 {
    /// Opens `s3://NAME/PREFIX` at the endpoint, in the region and with the credentials of `builder`. Asks nothing yet.
    pub(super) fn open(address: &str, builder: AmazonS3Builder) -> Result<S3, StorageFault> {
        let unread = || StorageFault::Address { found: address.to_owned(), expected: "s3://NAME/PREFIX" };
        let rest = address.strip_prefix("s3://").ok_or_else(unread)?;
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.')) {
            return Err(unread());
        }
        let prefix = Key::parse(prefix.trim_end_matches('/')).map_err(|_| unread())?;
        let builder = builder.with_bucket_name(name);
        let endpoints = [AmazonS3ConfigKey::Endpoint, AmazonS3ConfigKey::S3Endpoint];
        let endpoints = endpoints.iter().filter_map(|key| builder.get_config_value(key));
        let plain: Vec<String> = endpoints.filter(|endpoint| endpoint.starts_with("http://")).collect();
        if let Some(endpoint) = plain.iter().find(|endpoint| !is_loopback(endpoint)) {
            return Err(StorageFault::PlainHttp { endpoint: endpoint.clone() });
        }
        let is_plain = !plain.is_empty();
        // The one TLS provider of the house; one that stands already is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = |stall: Option<Duration>| {
            let client =
                reqwest::Client::builder().connect_timeout(CONNECT_WITHIN).redirect(reqwest::redirect::Policy::none());
            let client = if is_plain { client.no_proxy() } else { client };
            let client = stall.into_iter().fold(client, |client, stall| client.read_timeout(stall));
            client.build().map_err(|_| StorageFault::Unanswered)
        };
        let retry = RetryConfig {
            backoff: BackoffConfig { init_backoff: PAUSE, ..BackoffConfig::default() },
            max_retries: ATTEMPTS as usize,
            retry_timeout: STALLED,
        };
        let store = builder
            .with_allow_http(is_plain)
            .with_retry(retry)
            .with_http_connector(Connector(client(Some(STALLED))?))
            .build()
            .map_err(StorageFault::Store)?;
        // A put reads nothing while it sends: its stalls are seen at its own bytes.
        Ok(S3 { store, client: client(None)?, name: name.to_owned(), prefix })
    }

    /// The same bucket for reading and listing, names below the prefix.
    pub(super) fn reader(&self) -> object_store::prefix::PrefixStore<AmazonS3> {
        object_store::prefix::PrefixStore::new(self.store.clone(), self.prefix.clone())
    }

    /// Whether what is put here can be kept from everybody: versions are kept, and locks taken.
    pub(super) async fn prove_lockable(&self) -> Result<(), StorageFault> {
        let versioning = self.setting("versioning", "Status").await?;
        let object_lock = self.setting("object-lock", "ObjectLockEnabled").await?;
        if versioning == "Enabled" && object_lock == "Enabled" {
            return Ok(());
        }
        Err(StorageFault::NotLockable { bucket: self.name.clone(), versioning, object_lock })
    }

    async fn setting(&self, query: &str, tag: &str) -> Result<String, StorageFault> {
        let response = self.send(Method::GET, &Key::default(), &[(query, "")], HeaderMap::new(), None).await?;
        match answer(response).await {
            Ok(text) => Ok(inner(&text, tag).unwrap_or("off").to_owned()),
            Err(StorageFault::StoreRefuses { code, .. }) if code == "ObjectLockConfigurationNotFoundError" => {
                Ok("off".to_owned())
            }
            Err(StorageFault::StoreRefuses { code, .. }) if code == "NoSuchBucket" => {
                Err(StorageFault::NoBucket { bucket: self.name.clone() })
            }
            Err(other) => Err(other),
        }
    }

    /// Puts a whole file create-only, its digest checked by the store, locked until `until_us` by the same request.
    pub(super) async fn put(
        &self,
        key: &str,
        sha256: &[u8; 32],
        (staged, size_bytes): (&Path, u64),
        until_us: u64,
    ) -> Result<Met, StorageFault> {
        let mut headers = HeaderMap::new();
        headers.insert(IF_NONE_MATCH, HeaderValue::from_static("*"));
        headers.insert(CHECKSUM, value(&Base64::encode_string(sha256))?);
        headers.insert(LOCK_MODE, HeaderValue::from_static(COMPLIANCE));
        headers.insert(LOCK_UNTIL, value(&written(until_us))?);
        let mut attempt = 0;
        loop {
            attempt += 1;
            // A put whose answer was lost meets its own bytes the next time.
            match self.put_once(key, &headers, staged, size_bytes).await {
                Err(fault) if fault.passes() && attempt < ATTEMPTS => sleep(PAUSE * 4_u32.pow(attempt - 1)).await,
                outcome => return outcome,
            }
        }
    }

    async fn put_once(
        &self,
        key: &str,
        headers: &HeaderMap,
        staged: &Path,
        size_bytes: u64,
    ) -> Result<Met, StorageFault> {
        let file = tokio::fs::File::open(staged).await?.take(size_bytes);
        let (ticks, ticked) = watch::channel(());
        let pieces = ReaderStream::with_capacity(file, PIECE_BYTES).inspect(move |_| ticks.send_replace(()));
        let mut headers = headers.clone();
        headers.insert(CONTENT_LENGTH, HeaderValue::from(size_bytes));
        let body = (Body::wrap_stream(pieces), ticked);
        let response = self.send(Method::PUT, &self.within(key), &[], headers, Some(body)).await?;
        if response.status() == StatusCode::PRECONDITION_FAILED {
            return Ok(Met::Something);
        }
        answer(response).await.map(|_| Met::Nothing)
    }

    /// What keeps the object's newest version.
    pub(super) async fn lock(&self, key: &str) -> Result<Lock, StorageFault> {
        let response = self.send(Method::GET, &self.within(key), &[("retention", "")], HeaderMap::new(), None).await?;
        let text = match answer(response).await {
            Err(StorageFault::StoreRefuses { code, .. }) if code == "NoSuchObjectLockConfiguration" => {
                return Ok(Lock::Absent);
            }
            // What stands newest is a mark that says "deleted".
            Err(StorageFault::StoreRefuses { code, .. }) if code == "MethodNotAllowed" => {
                return Err(StorageFault::Missing);
            }
            text => text?,
        };
        let until = inner(&text, "RetainUntilDate").and_then(|text| Instant::parse(text).ok());
        let until_us = until.and_then(|until| u64::try_from(until.us()).ok());
        Ok(match (inner(&text, "Mode"), until_us) {
            (Some(COMPLIANCE), Some(until_us)) => Lock::Until { until_us },
            (Some(mode), _) => Lock::Weaker { mode: plain(mode) },
            (None, _) => Lock::Absent,
        })
    }

    /// Locks the object's newest version until `until_us`; the store refuses to shorten.
    pub(super) async fn lengthen(&self, key: &str, until_us: u64) -> Result<(), StorageFault> {
        let text = format!(
            "<Retention xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Mode>{COMPLIANCE}</Mode>\
             <RetainUntilDate>{}</RetainUntilDate></Retention>",
            written(until_us)
        );
        let mut headers = HeaderMap::new();
        headers.insert(CHECKSUM, value(&Base64::encode_string(&Sha256::digest(&text)))?);
        headers.insert(CONTENT_LENGTH, HeaderValue::from(text.len()));
        let body = (Body::from(text), watch::channel(()).1);
        let response = self.send(Method::PUT, &self.within(key), &[("retention", "")], headers, Some(body)).await?;
        answer(response).await.map(drop)
    }

    fn within(&self, key: &str) -> Key {
        Key::from_iter(self.prefix.parts().chain(Key::from(key).parts()))
    }

    /// Signs and sends; `CONTENT_LENGTH` goes unsigned. Every other header is bound to the signature.
    async fn send(
        &self,
        method: Method,
        key: &Key,
        query: &[(&str, &str)],
        headers: HeaderMap,
        body: Option<(Body, watch::Receiver<()>)>,
    ) -> Result<Response, StorageFault> {
        let mut signed = headers.clone();
        signed.remove(CONTENT_LENGTH);
        let mut options = SignedUrlOptions::default().with_query(query.iter().copied());
        options.signed_headers = signed;
        let url =
            self.store.signed_url_opts(method.clone(), key, SIGNED_FOR, &options).await.map_err(StorageFault::Store)?;
        let request = self.client.request(method, url).headers(headers);
        let Some((body, mut ticked)) = body else {
            let response = timeout(STALLED, request.send()).await.map_err(|_| StorageFault::Unanswered)?;
            return response.map_err(|_| StorageFault::Unanswered);
        };
        let sending = request.body(body).send();
        tokio::pin!(sending);
        loop {
            let tick = tokio::select! {
                response = &mut sending => return response.map_err(|_| StorageFault::Unanswered),
                tick = timeout(STALLED, ticked.changed()) => tick,
            };
            match tick {
                Ok(Ok(())) => {}
                // The last piece was taken.
                Ok(Err(_)) => {
                    let response = timeout(ANSWER_WITHIN, sending).await.map_err(|_| StorageFault::Unanswered)?;
                    return response.map_err(|_| StorageFault::Unanswered);
                }
                Err(_) => return Err(StorageFault::Unanswered),
            }
        }
    }
}

/// object_store speaks through a client of ours.
#[derive(Debug)]
struct Connector(reqwest::Client);

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}

/// The text of an answer that is good, or why it is not.
async fn answer(response: Response) -> Result<String, StorageFault> {
    let status = response.status();
    let mut pieces = response.bytes_stream();
    let mut text = Vec::new();
    while let Some(piece) = timeout(STALLED, pieces.next()).await.map_err(|_| StorageFault::Unanswered)? {
        let piece: Bytes = piece.map_err(|_| StorageFault::Unanswered)?;
        if text.len() + piece.len() > ANSWER_LIMIT_BYTES {
            break;
        }
        text.extend_from_slice(&piece);
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    if status.is_success() { Ok(text) } else { Err(refusal(status.as_u16(), inner(&text, "Code").unwrap_or_default())) }
}

/// What a store's status and code mean to us.
pub(super) fn refusal(status: u16, code: &str) -> StorageFault {
    match (status, code) {
        (_, "RequestTimeTooSkewed") => StorageFault::Skewed,
        (_, "SlowDown") | (429 | 503, _) => StorageFault::SlowDown,
        (_, "NoSuchKey") => StorageFault::Missing,
        (507, _) | (_, "QuotaExceeded" | "XMinioStorageFull") => StorageFault::Full,
        (401 | 403, _) => StorageFault::Denied { code: plain(code) },
        _ => StorageFault::StoreRefuses { status, code: plain(code) },
    }
}

/// A word from outside, fit for a message.
fn plain(word: &str) -> String {
    word.chars().filter(char::is_ascii_alphanumeric).take(64).collect()
}

/// What stands in the first such element. Stores differ in the elements around it.
fn inner<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{tag}>"))?;
    rest.split_once('<').map(|(inner, _)| inner.trim())
}

/// In whole seconds, rounded up: stores keep no finer ones.
fn written(until_us: u64) -> String {
    let seconds = i64::try_from(until_us.div_ceil(1_000_000)).unwrap_or(i64::MAX / 1_000_000);
    Instant::from_us(seconds.saturating_mul(1_000_000)).to_utc_rfc3339()
}

fn value(text: &str) -> Result<HeaderValue, StorageFault> {
    HeaderValue::from_str(text).map_err(|_| StorageFault::Io(std::io::ErrorKind::InvalidInput))
}

fn is_loopback(endpoint: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(endpoint) else { return false };
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_goes_to_this_machine_alone() {
        for here in ["http://127.0.0.1:7070", "http://[::1]:9", "http://localhost/"] {
            assert!(is_loopback(here), "{here}");
        }
        for elsewhere in ["http://192.168.1.9", "http://localhost.example", "http://127.0.0.1@example", "http://"] {
            assert!(!is_loopback(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn an_answer_is_read_whatever_stands_around_it() {
        let ours = "<?xml version=\"1.0\"?><ObjectLockRetention><Mode>COMPLIANCE</Mode><RetainUntilDate> 2036-11-24T12:00:00Z</RetainUntilDate>";
        assert_eq!(inner(ours, "RetainUntilDate"), Some("2036-11-24T12:00:00Z"));
        assert_eq!(inner("<Mode>cut", "Mode"), None);
        assert_eq!(inner("", "Mode"), None);
    }

    #[test]
    fn a_lock_never_ends_earlier_than_it_was_asked_to() {
        assert_eq!(written(1_794_448_800_000_001), "2026-11-12T02:00:01Z");
        assert_eq!(written(1_794_448_800_000_000), "2026-11-12T02:00:00Z");
    }
}
