//! Files by tus: what is kept, what is refused with which code, and that nothing is half-written.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;
mod tus;

use std::sync::Arc;
use std::time::Duration;

use quanji_agency::serve::{self, Limits};
use quanji_agency::storage::{self, OriginalId, Originals, UploadLimits};
use quanji_wire::Code;
use reqwest::StatusCode;
use support::{DAY_US, Device, Stage, over_both};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tus::{Tus, base64, bytes, code_of, hex_of, offset_of, sha256_of};

/// What stands in final storage of this device, read back.
async fn held(stage: &Stage, device: &Device, content: &[u8]) -> Option<u64> {
    let id = id(stage, device, content);
    let originals = stage.app.originals();
    originals.size(&id).await.unwrap()?;
    let found = storage::read_back(&**originals, &id).await.unwrap();
    assert_eq!(found.digest.hex(), hex_of(content), "what is held has the digest that names it");
    Some(found.size_bytes)
}

fn id(stage: &Stage, device: &Device, content: &[u8]) -> OriginalId {
    OriginalId { agency: stage.app.agency().id, device: device.id, sha256: sha256_of(content) }
}

fn staged(stage: &Stage, device: &Device, content: &[u8]) -> u64 {
    stage.app.uploads().staging().offset(&id(stage, device, content)).unwrap()
}

/// Rows of originals and uploads.
async fn rows(stage: &Stage) -> (i64, i64) {
    (stage.count("SELECT COUNT(*) FROM original").await, stage.count("SELECT COUNT(*) FROM upload").await)
}

/// Sends a request by hand and breaks off after `sent` bytes of its body.
async fn cut_patch(
    stage: &Stage,
    device: &Device,
    content: &[u8],
    offset: usize,
    sent: usize,
    more: &str,
) -> TcpStream {
    let head = format!(
        "PATCH /v1/files/{} HTTP/1.1\r\nHost: agency\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\n{more}\
         Upload-Offset: {offset}\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: {}\r\n\r\n",
        hex_of(content),
        device.token,
        content.len() - offset
    );
    let mut stream = TcpStream::connect(stage.url.trim_start_matches("http://")).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&content[offset..offset + sent]).await.unwrap();
    stream.flush().await.unwrap();
    stream
}

/// Waits for the agency to notice that a body stopped.
async fn until_offset(tus: &Tus<'_>, content: &[u8], wanted: u64) {
    for _ in 0..600 {
        let response = tus.head(content).await;
        if response.status() == StatusCode::OK && offset_of(&response) == Some(wanted) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("offset {wanted} was never reached");
}

/// The same agency on another address with these bounds, over this final storage.
async fn beside(
    stage: &Stage,
    originals: Arc<dyn Originals>,
    limits: UploadLimits,
) -> (String, quanji_agency::app::App) {
    let clock = Arc::clone(&stage.clock) as _;
    let app = quanji_agency::app::App::open_over(stage.data(), stage.database_url.as_deref(), clock, originals, limits);
    let app = app.await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = serve::router(app.clone());
    tokio::spawn(serve::serve(listener, router, Limits::default(), std::future::pending()));
    (url, app)
}

over_both! {
    async fn a_file_sent_in_one_request_is_held_and_nothing_stays_in_staging(stage: Stage) {
        let device = Device::enrolled(&stage, "a").await;
        let tus = Tus::new(&stage, &device);
        let content = bytes(1, 3 << 20);
        let response = tus.create_with(&content, &content).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        assert_eq!(offset_of(&response), Some(content.len() as u64));
        assert_eq!(response.headers()["location"], format!("/v1/files/{}", hex_of(&content)).as_str());
        assert_eq!(held(&stage, &device, &content).await, Some(content.len() as u64));
        assert_eq!(rows(&stage).await, (1, 0));
        assert!(!stage.app.uploads().staging().path(&id(&stage, &device, &content)).exists());

        // Again, in every way: it is what it was.
        let again = tus.create_with(&content, &content).await;
        assert_eq!((again.status(), offset_of(&again)), (StatusCode::CREATED, Some(content.len() as u64)));
        let head = tus.head(&content).await;
        assert_eq!((head.status(), offset_of(&head)), (StatusCode::OK, Some(content.len() as u64)));
        assert_eq!(head.headers()["upload-length"], content.len().to_string().as_str());
        assert_eq!(head.headers()["cache-control"], "no-store");
        assert_eq!(tus.patch(&content, content.len(), b"", &[]).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(rows(&stage).await, (1, 0));
    }

    async fn a_file_of_no_bytes_is_a_file(stage: Stage) {
        let device = Device::enrolled(&stage, "a").await;
        let tus = Tus::new(&stage, &device);
        let response = tus.create(b"", 0).await;
        assert_eq!((response.status(), offset_of(&response)), (StatusCode::CREATED, Some(0)));
        assert_eq!(held(&stage, &device, b"").await, Some(0));
        assert_eq!(rows(&stage).await, (1, 0));
    }

    async fn a_body_that_stops_keeps_what_came_and_goes_on_after_a_restart(stage: Stage) {
        let mut stage = stage;
        let device = Device::enrolled(&stage, "a").await;
        let content = bytes(2, 900_000);
        assert_eq!(Tus::new(&stage, &device).create(&content, content.len()).await.status(), StatusCode::CREATED);
        drop(cut_patch(&stage, &device, &content, 0, 300_000, "").await);
        until_offset(&Tus::new(&stage, &device), &content, 300_000).await;
        drop(cut_patch(&stage, &device, &content, 300_000, 1, "").await);
        until_offset(&Tus::new(&stage, &device), &content, 300_001).await;

        // The running digest is gone with the process; the bytes that came are not.
        stage.restart().await;
        let tus = Tus::new(&stage, &device);
        let head = tus.head(&content).await;
        assert_eq!((head.status(), offset_of(&head)), (StatusCode::OK, Some(300_001)));
        let rest = tus.patch(&content, 300_001, &content[300_001..], &[]).await;
        assert_eq!(rest.status(), StatusCode::NO_CONTENT);
        assert_eq!(held(&stage, &device, &content).await, Some(900_000));
        assert_eq!(rows(&stage).await, (1, 0));
    }

    async fn a_creation_that_is_cut_in_its_body_is_found_again(stage: Stage) {
        let device = Device::enrolled(&stage, "a").await;
        let content = bytes(3, 500_000);
        let head = format!(
            "POST /v1/files HTTP/1.1\r\nHost: agency\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\n\
             Upload-Length: {}\r\nUpload-Metadata: digest {}\r\nContent-Type: application/offset+octet-stream\r\n\
             Content-Length: {}\r\n\r\n",
            device.token, content.len(), base64(hex_of(&content).as_bytes()), content.len()
        );
        let mut stream = TcpStream::connect(stage.url.trim_start_matches("http://")).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&content[..123_456]).await.unwrap();
        drop(stream);
        let tus = Tus::new(&stage, &device);
        until_offset(&tus, &content, 123_456).await;
        // A second creation finds it, and does not take the body for the file's next bytes.
        let again = tus.create_with(&content, &content).await;
        assert_eq!((again.status(), offset_of(&again)), (StatusCode::CREATED, Some(123_456)));
        assert_eq!(tus.patch(&content, 123_456, &content[123_456..], &[]).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(held(&stage, &device, &content).await, Some(500_000));
    }

    async fn nobody_learns_of_another_devices_bytes(stage: Stage) {
        let (a, b) = (Device::enrolled(&stage, "a").await, Device::enrolled(&stage, "b").await);
        let content = bytes(4, 70_000);
        assert_eq!(Tus::new(&stage, &a).create_with(&content, &content).await.status(), StatusCode::CREATED);
        let tus = Tus::new(&stage, &b);
        assert_eq!(tus.head(&content).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(code_of(tus.patch(&content, 0, &content, &[]).await).await, Code::UploadUnknown);
        // As if nobody had it; and what B sends under A's digest does not touch A's.
        let begun = tus.create(&content, content.len()).await;
        assert_eq!((begun.status(), offset_of(&begun)), (StatusCode::CREATED, Some(0)));
        let forged = bytes(5, 70_000);
        assert_eq!(code_of(tus.patch(&content, 0, &forged, &[]).await).await, Code::DigestMismatch);
        assert_eq!(held(&stage, &a, &content).await, Some(70_000));
        assert_eq!(held(&stage, &b, &content).await, None);
    }

    async fn every_wrong_request_is_refused_by_its_code_and_keeps_nothing(stage: Stage) {
        let device = Device::enrolled(&stage, "a").await;
        let tus = Tus::new(&stage, &device);
        let content = bytes(6, 10_000);
        let metadata = format!("digest {}", base64(hex_of(&content).as_bytes()));
        let offset_type = ("content-type", "application/offset+octet-stream");
        let post = async |headers: &[(&str, &str)], body: &[u8]| tus.raw(reqwest::Method::POST, "/v1/files", headers, body).await;
        let (version, length) = (("tus-resumable", "1.0.0"), ("upload-length", "10000"));
        let digest = ("upload-metadata", metadata.as_str());
        let big = (3_u64 << 30).to_string();

        assert_eq!(code_of(post(&[length, digest], b"").await).await, Code::TusVersion);
        assert_eq!(code_of(post(&[("tus-resumable", "0.2.2"), length, digest], b"").await).await, Code::TusVersion);
        assert_eq!(code_of(post(&[version, digest], b"").await).await, Code::LengthMissing);
        assert_eq!(code_of(post(&[version, ("upload-length", "x"), digest], b"").await).await, Code::RequestMalformed);
        assert_eq!(code_of(post(&[version, length, length, digest], b"").await).await, Code::RequestMalformed);
        assert_eq!(code_of(post(&[version, length], b"").await).await, Code::DigestMissing);
        assert_eq!(code_of(post(&[version, length, ("upload-metadata", "digest eA==")], b"").await).await, Code::DigestMissing);
        assert_eq!(code_of(post(&[version, ("upload-length", &big), digest], b"").await).await, Code::FileTooLarge);
        assert_eq!(code_of(post(&[version, length, digest], &content).await).await, Code::MediaType);
        let longer = bytes(6, 10_001);
        assert_eq!(code_of(post(&[version, length, digest, offset_type], &longer).await).await, Code::BodyTooLong);
        assert_eq!(rows(&stage).await, (0, 0), "no refused creation leaves anything");

        assert_eq!(code_of(tus.patch(&content, 0, &content, &[]).await).await, Code::UploadUnknown);
        assert_eq!(tus.create(&content, content.len()).await.status(), StatusCode::CREATED);
        assert_eq!(code_of(tus.create(&content, 9_999).await).await, Code::LengthMismatch);
        let path = format!("/v1/files/{}", hex_of(&content));
        let patch = async |headers: &[(&str, &str)], body: &[u8]| tus.raw(reqwest::Method::PATCH, &path, headers, body).await;
        let from = ("upload-offset", "0");
        assert_eq!(code_of(patch(&[version, offset_type], &content).await).await, Code::RequestMalformed);
        assert_eq!(code_of(patch(&[version, from], &content).await).await, Code::MediaType);
        assert_eq!(code_of(patch(&[offset_type, from], &content).await).await, Code::TusVersion);
        assert_eq!(code_of(tus.patch(&content, 0, &longer, &[]).await).await, Code::BodyTooLong);
        let refused = tus.patch(&content, 4, &content[4..], &[]).await;
        assert_eq!(refused.status(), StatusCode::CONFLICT);
        assert_eq!(code_of(refused).await, Code::OffsetMismatch);
        let md5 = [("upload-checksum", "md5 AAAA")];
        assert_eq!(code_of(tus.patch(&content, 0, &content, &md5).await).await, Code::ChecksumUnsupported);
        let unknown = tus.raw(reqwest::Method::HEAD, "/v1/files/zz", &[version], b"").await;
        assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
        assert_eq!(staged(&stage, &device, &content), 0);
        assert_eq!(rows(&stage).await, (0, 1));

        let no_token = stage.client.post(stage.at("/v1/files")).header("tus-resumable", "1.0.0").send().await.unwrap();
        assert_eq!(code_of(no_token).await, Code::TokenMissing);
    }

    async fn a_wrong_checksum_keeps_nothing_of_its_request_and_a_right_one_all(stage: Stage) {
        let device = Device::enrolled(&stage, "a").await;
        let tus = Tus::new(&stage, &device);
        let content = bytes(7, 300_000);
        assert_eq!(tus.create(&content, content.len()).await.status(), StatusCode::CREATED);
        let sha1 = |part: &[u8]| format!("sha1 {}", base64(&sha1::Sha1::digest(part)));
        let sha256 = |part: &[u8]| format!("sha256 {}", base64(&sha256_of(part)));
        use sha1::Digest as _;

        let first = &content[..100_000];
        for wrong in [sha1(&content), sha256(&content)] {
            let refused = tus.patch(&content, 0, first, &[("upload-checksum", &wrong)]).await;
            assert_eq!(refused.status().as_u16(), 460);
            assert_eq!(code_of(refused).await, Code::ChecksumMismatch);
            assert_eq!(staged(&stage, &device, &content), 0);
        }
        let right = tus.patch(&content, 0, first, &[("upload-checksum", &sha256(first))]).await;
        assert_eq!((right.status(), offset_of(&right)), (StatusCode::NO_CONTENT, Some(100_000)));
        // A body that stops under a checksum leaves nothing: nobody could say what came.
        let header = format!("Upload-Checksum: {}\r\n", sha1(&content[100_000..]));
        drop(cut_patch(&stage, &device, &content, 100_000, 50_000, &header).await);
        until_offset(&tus, &content, 100_000).await;
        let second = &content[100_000..200_000];
        let wrong = tus.patch(&content, 100_000, second, &[("upload-checksum", &sha256(first))]).await;
        assert_eq!(code_of(wrong).await, Code::ChecksumMismatch);
        assert_eq!(staged(&stage, &device, &content), 100_000);
        assert_eq!(tus.patch(&content, 100_000, second, &[("upload-checksum", &sha256(second))]).await.status(), StatusCode::NO_CONTENT);
        let last = &content[200_000..];
        assert_eq!(tus.patch(&content, 200_000, last, &[("upload-checksum", &sha1(last))]).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(held(&stage, &device, &content).await, Some(300_000));
    }

    async fn bytes_that_are_not_what_their_digest_says_begin_anew(stage: Stage) {
        let device = Device::enrolled(&stage, "a").await;
        let tus = Tus::new(&stage, &device);
        let (content, wrong) = (bytes(8, 50_000), bytes(9, 50_000));
        assert_eq!(code_of(tus.create_with(&content, &wrong).await).await, Code::DigestMismatch);
        assert_eq!(rows(&stage).await, (0, 0), "a creation that proved wrong leaves nothing");
        assert_eq!(tus.create(&content, content.len()).await.status(), StatusCode::CREATED);
        assert_eq!(tus.patch(&content, 0, &wrong[..20_000], &[]).await.status(), StatusCode::NO_CONTENT);
        let refused = tus.patch(&content, 20_000, &content[20_000..], &[]).await;
        assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(code_of(refused).await, Code::DigestMismatch);
        assert_eq!(offset_of(&tus.head(&content).await), Some(0));
        assert_eq!(held(&stage, &device, &content).await, None);
        assert_eq!(tus.patch(&content, 0, &content, &[]).await.status(), StatusCode::NO_CONTENT);
        assert_eq!(held(&stage, &device, &content).await, Some(50_000));
    }

    async fn a_second_writer_is_told_that_the_file_is_busy(stage: Stage) {
        let device = Device::enrolled(&stage, "a").await;
        let tus = Tus::new(&stage, &device);
        let content = bytes(10, 400_000);
        assert_eq!(tus.create(&content, content.len()).await.status(), StatusCode::CREATED);
        let mut first = cut_patch(&stage, &device, &content, 0, 200_000, "").await;
        let second = loop {
            // Until the first one's bytes arrive, the second may still be the first.
            if staged(&stage, &device, &content) > 0 {
                break tus.patch(&content, 0, &content, &[]).await;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        };
        assert_eq!(second.status(), StatusCode::LOCKED);
        assert_eq!(code_of(second).await, Code::UploadBusy);
        assert_eq!(tus.head(&content).await.status(), StatusCode::LOCKED);
        first.write_all(&content[200_000..]).await.unwrap();
        let mut answer = [0; 12];
        first.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 204");
        assert_eq!(held(&stage, &device, &content).await, Some(400_000));
    }

    async fn a_hundred_gigabytes_are_refused_before_they_are_read(stage: Stage) {
        let device = Device::enrolled(&stage, "a").await;
        let content = bytes(11, 1_000);
        assert_eq!(Tus::new(&stage, &device).create(&content, content.len()).await.status(), StatusCode::CREATED);
        let head = format!(
            "PATCH /v1/files/{} HTTP/1.1\r\nHost: agency\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\n\
             Upload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 100000000000\r\n\r\n",
            hex_of(&content), device.token
        );
        let mut stream = TcpStream::connect(stage.url.trim_start_matches("http://")).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        // Not a byte of the body was sent, and the answer is there.
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 413");
        assert_eq!(staged(&stage, &device, &content), 0);
    }

    async fn a_body_without_a_length_that_brings_too_much_keeps_nothing(stage: Stage) {
        let device = Device::enrolled(&stage, "a").await;
        let content = bytes(12, 1_000);
        let tus = Tus::new(&stage, &device);
        assert_eq!(tus.create(&content, content.len()).await.status(), StatusCode::CREATED);
        let head = format!(
            "PATCH /v1/files/{} HTTP/1.1\r\nHost: agency\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\n\
             Upload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
            hex_of(&content), device.token
        );
        let mut stream = TcpStream::connect(stage.url.trim_start_matches("http://")).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        for _ in 0..3 {
            stream.write_all(b"1f4\r\n").await.unwrap();
            stream.write_all(&content[..500]).await.unwrap();
            stream.write_all(b"\r\n").await.unwrap();
        }
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 413");
        assert_eq!(staged(&stage, &device, &content), 0);
    }

    async fn a_body_that_trickles_is_ended_and_keeps_what_came(stage: Stage) {
        let device = Device::enrolled(&stage, "a").await;
        let limits = UploadLimits { slow_window: Duration::from_millis(150), ..UploadLimits::default() };
        let (url, app) = beside(&stage, Arc::clone(stage.app.originals()), limits).await;
        let content = bytes(13, 100_000);
        assert_eq!(Tus::new(&stage, &device).create(&content, content.len()).await.status(), StatusCode::CREATED);
        let head = format!(
            "PATCH /v1/files/{} HTTP/1.1\r\nHost: agency\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\n\
             Upload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 100000\r\n\r\n",
            hex_of(&content), device.token
        );
        let mut stream = TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&content[..700]).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 408");
        assert_eq!(app.uploads().staging().offset(&id(&stage, &device, &content)).unwrap(), 700);
    }

    async fn a_phone_that_gets_no_turn_is_told_to_come_again(stage: Stage) {
        let device = Device::enrolled(&stage, "a").await;
        let limits = UploadLimits { at_once: 1, wait: Duration::from_millis(100), ..UploadLimits::default() };
        let (url, app) = beside(&stage, Arc::clone(stage.app.originals()), limits).await;
        let (first, second) = (bytes(14, 100_000), bytes(15, 100_000));
        let tus = Tus { url: url.clone(), ..Tus::new(&stage, &device) };
        assert_eq!(tus.create(&first, first.len()).await.status(), StatusCode::CREATED);
        let head = format!(
            "PATCH /v1/files/{} HTTP/1.1\r\nHost: agency\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\n\
             Upload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 100000\r\n\r\n",
            hex_of(&first), device.token
        );
        let mut stream = TcpStream::connect(url.trim_start_matches("http://")).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(&first[..50_000]).await.unwrap();
        while app.uploads().staging().offset(&id(&stage, &device, &first)).unwrap() == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let refused = tus.create_with(&second, &second).await;
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(refused.headers().contains_key("retry-after"));
        assert_eq!(code_of(refused).await, Code::Busy);
        drop(stream);
        until_offset(&tus, &first, 50_000).await;
        assert_eq!(tus.create_with(&second, &second).await.status(), StatusCode::CREATED);
    }

    async fn a_full_disk_is_said_and_leaves_nothing_half_written(stage: Stage) {
        let device = Device::enrolled(&stage, "a").await;
        let tus = Tus::new(&stage, &device);
        let content = bytes(16, 200_000);
        // The kernel's own full disk stands where the staged file would.
        let path = stage.app.uploads().staging().path(&id(&stage, &device, &content));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink("/dev/full", &path).unwrap();
        let refused = tus.create_with(&content, &content).await;
        assert_eq!(refused.status().as_u16(), 507);
        assert_eq!(code_of(refused).await, Code::StorageFull);
        assert_eq!(rows(&stage).await, (0, 0));
        assert!(path.symlink_metadata().is_err(), "what was half-written is gone");
        // With space again, the same request does it.
        assert_eq!(tus.create_with(&content, &content).await.status(), StatusCode::CREATED);
        assert_eq!(held(&stage, &device, &content).await, Some(200_000));
    }

    async fn a_crash_between_the_last_place_and_the_row_is_made_good_by_the_same_digest(stage: Stage) {
        let mut stage = stage;
        let device = Device::enrolled(&stage, "a").await;
        let content = bytes(17, 80_000);
        assert_eq!(Tus::new(&stage, &device).create(&content, content.len()).await.status(), StatusCode::CREATED);
        assert_eq!(Tus::new(&stage, &device).patch(&content, 0, &content[..79_999], &[]).await.status(), StatusCode::NO_CONTENT);
        // What a kill after the link leaves: all bytes staged and in place, no row.
        let id = id(&stage, &device, &content);
        let path = stage.app.uploads().staging().path(&id);
        std::fs::write(&path, &content).unwrap();
        stage.app.originals().put(&id, &path, 80_000).await.unwrap();
        stage.restart().await;
        assert_eq!(rows(&stage).await, (0, 1));
        // A client that only asks would take a full offset for the end: so it is the end before it is said.
        let tus = Tus::new(&stage, &device);
        assert_eq!(offset_of(&tus.head(&content).await), Some(80_000));
        assert_eq!(rows(&stage).await, (1, 0));
        assert!(!path.exists());
        assert_eq!(held(&stage, &device, &content).await, Some(80_000));
    }

    async fn other_bytes_in_an_originals_place_are_never_overwritten_and_are_listed(stage: Stage) {
        let device = Device::enrolled(&stage, "a").await;
        let content = bytes(18, 40_000);
        let place = stage.data().join("originals").join(id(&stage, &device, &content).key());
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        std::fs::write(&place, b"damaged").unwrap();
        let refused = Tus::new(&stage, &device).create_with(&content, &content).await;
        assert_eq!(code_of(refused).await, Code::Unavailable);
        assert_eq!(std::fs::read(&place).unwrap(), b"damaged");
        assert_eq!(stage.count("SELECT COUNT(*) FROM state WHERE code = 'stored_bytes_changed'").await, 1);
        assert_eq!(rows(&stage).await.0, 0);
    }

    async fn an_unfinished_upload_expires_after_seven_days_and_its_bytes_go(stage: Stage) {
        let device = Device::enrolled(&stage, "a").await;
        let tus = Tus::new(&stage, &device);
        let (content, kept) = (bytes(19, 60_000), bytes(20, 60_000));
        let begun = tus.create(&content, content.len()).await;
        assert_eq!(begun.headers()["upload-expires"], "Thu, 19 Nov 2026 02:00:00 GMT");
        assert_eq!(tus.patch(&content, 0, &content[..30_000], &[]).await.status(), StatusCode::NO_CONTENT);
        stage.clock.advance(DAY_US);
        assert_eq!(tus.create(&kept, kept.len()).await.status(), StatusCode::CREATED);
        stage.clock.advance(6 * DAY_US + 1_000_000);
        assert_eq!(tus.head(&content).await.status(), StatusCode::GONE);
        assert_eq!(code_of(tus.patch(&content, 30_000, &content[30_000..], &[]).await).await, Code::UploadExpired);
        assert_eq!(storage::expire_uploads(&stage.app).await.unwrap(), 1);
        assert_eq!(storage::expire_uploads(&stage.app).await.unwrap(), 0);
        assert_eq!(tus.head(&content).await.status(), StatusCode::NOT_FOUND);
        assert_eq!(staged(&stage, &device, &content), 0);
        assert_eq!(tus.head(&kept).await.status(), StatusCode::OK);
        // It may begin anew.
        assert_eq!(offset_of(&tus.create(&content, content.len()).await), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_offer_names_version_extensions_size_and_algorithms_without_a_token() {
    let stage = Stage::begin(support::Database::Sqlite).await;
    let offer = stage.client.request(reqwest::Method::OPTIONS, stage.at("/v1/files")).send().await.unwrap();
    assert_eq!(offer.status(), StatusCode::NO_CONTENT);
    assert_eq!(offer.headers()["tus-resumable"], "1.0.0");
    assert_eq!(offer.headers()["tus-version"], "1.0.0");
    assert_eq!(offer.headers()["tus-extension"], "creation,creation-with-upload,checksum,expiration");
    assert_eq!(offer.headers()["tus-max-size"], "2147483648");
    assert_eq!(offer.headers()["tus-checksum-algorithm"], "sha256,sha1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_cannot_patch_says_so_in_a_header() {
    let stage = Stage::begin(support::Database::Sqlite).await;
    let device = Device::enrolled(&stage, "a").await;
    let tus = Tus::new(&stage, &device);
    let content = bytes(21, 5_000);
    assert_eq!(tus.create(&content, content.len()).await.status(), StatusCode::CREATED);
    let path = format!("/v1/files/{}", hex_of(&content));
    let headers = [
        ("tus-resumable", "1.0.0"),
        ("x-http-method-override", "PATCH"),
        ("upload-offset", "0"),
        ("content-type", "application/offset+octet-stream"),
    ];
    assert_eq!(tus.raw(reqwest::Method::POST, &path, &headers, &content).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(held(&stage, &device, &content).await, Some(5_000));
}
