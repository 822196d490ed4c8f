//! What may be amiss with a file on its way.

use std::time::Duration;

use quanji_agency::app::App;
use quanji_agency::storage::OriginalId;
use quanji_wire::Code;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::asking::{Asking, FILE, FILES, Met, OFFSET_TYPE, Said, Sides, TUS};
use crate::support::DAY_US;
use crate::tus;
use crate::tus::{base64, hex_of};

pub(crate) async fn of_files(asking: &Asking<'_>, met: &mut Met, app: &App) {
    let (stage, device) = (asking.stage, asking.device);
    let content = b"a file that nobody has".to_vec();
    let digest = format!("digest {}", base64(hex_of(&content).as_bytes()));
    let (length, digest) = (("upload-length", "22"), ("upload-metadata", digest.as_str()));
    let id = OriginalId { agency: app.agency().id, device: device.id, sha256: tus::sha256_of(&content) };
    let begin = async |headers: &[(&str, &str)]| {
        let request = stage.client.post(format!("http://{}{FILES}", asking.address)).bearer_auth(&device.token);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        assert_eq!(request.send().await.unwrap().status(), 201);
    };
    let post = async |met: &mut Met, headers: &[(&str, &str)], body: &[u8], refused| {
        asking.say(met, "POST", FILES, Said { headers, body, ..Said::default() }, refused).await;
    };
    post(met, &[length, digest], b"", (Code::TusVersion, Sides::Both)).await;
    post(met, &[TUS, digest], b"", (Code::LengthMissing, Sides::None)).await;
    post(met, &[TUS, ("upload-length", "-1"), digest], b"", (Code::RequestMalformed, Sides::Both)).await;
    post(met, &[TUS, length], b"", (Code::DigestMissing, Sides::Both)).await;
    post(met, &[TUS, ("upload-length", "3221225472"), digest], b"", (Code::FileTooLarge, Sides::Both)).await;
    for wrong in [None, Some("application/json")] {
        let mut headers = vec![TUS, length, digest];
        headers.extend(wrong.map(|wrong| ("content-type", wrong)));
        post(met, &headers, &content, (Code::MediaType, Sides::Both)).await;
    }
    post(met, &[TUS, length, digest, OFFSET_TYPE], &[b'x'; 23], (Code::BodyTooLong, Sides::Both)).await;
    post(met, &[TUS, length, digest, OFFSET_TYPE], &[b'x'; 22], (Code::DigestMismatch, Sides::Both)).await;
    let sums = [("upload-checksum", "md5 AAAA"), ("upload-checksum", "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=")];
    post(met, &[TUS, length, digest, OFFSET_TYPE, sums[0]], &content, (Code::ChecksumUnsupported, Sides::Both)).await;
    post(met, &[TUS, length, digest, OFFSET_TYPE, sums[1]], &content, (Code::ChecksumMismatch, Sides::Both)).await;
    asking
        .hand(
            met,
            "POST",
            FILES,
            "Transfer-Encoding: chunked",
            &[b"not a number\r\n".to_vec()],
            (Code::BodyMalformed, Sides::None),
        )
        .await;

    let path = app.uploads().staging().path(&id);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("/dev/full", &path).unwrap();
    post(met, &[TUS, length, digest, OFFSET_TYPE], &content, (Code::StorageFull, Sides::None)).await;

    let from = ("upload-offset", "0");
    let patch = async |met: &mut Met, headers: &[(&str, &str)], body: &[u8], refused| {
        asking.say(met, "PATCH", FILE, Said { headers, body, ..Said::default() }, refused).await;
    };
    let all = [TUS, from, OFFSET_TYPE];
    patch(met, &all, &content, (Code::UploadUnknown, Sides::None)).await;
    for bad in ["/v1/files/x", "/v1/files/%FF"] {
        asking
            .say(
                met,
                "PATCH",
                FILE,
                Said { at: Some(bad), headers: &all, body: &content, ..Said::default() },
                (Code::UploadUnknown, Sides::None),
            )
            .await;
        asking
            .say(
                met,
                "HEAD",
                FILE,
                Said { at: Some(bad), headers: &[TUS], ..Said::default() },
                (Code::UploadUnknown, Sides::None),
            )
            .await;
    }
    asking.say(met, "HEAD", FILE, Said::default(), (Code::TusVersion, Sides::None)).await;
    begin(&[TUS, length, digest]).await;
    post(met, &[TUS, ("upload-length", "21"), digest], b"", (Code::LengthMismatch, Sides::Both)).await;
    patch(met, &[from, OFFSET_TYPE], &content, (Code::TusVersion, Sides::Both)).await;
    patch(met, &[TUS, from], &content, (Code::MediaType, Sides::Both)).await;
    for bad in ["x", "-1"] {
        patch(met, &[TUS, ("upload-offset", bad), OFFSET_TYPE], &content, (Code::RequestMalformed, Sides::Both)).await;
    }
    patch(met, &[TUS, OFFSET_TYPE], &content, (Code::RequestMalformed, Sides::Both)).await;
    patch(met, &[TUS, ("upload-offset", "4"), OFFSET_TYPE], &content[4..], (Code::OffsetMismatch, Sides::At(0))).await;
    patch(met, &[TUS, from, OFFSET_TYPE, sums[0]], &content, (Code::ChecksumUnsupported, Sides::Both)).await;
    patch(met, &[TUS, from, OFFSET_TYPE, sums[1]], &content, (Code::ChecksumMismatch, Sides::Both)).await;
    patch(met, &all, &[b'x'; 23], (Code::BodyTooLong, Sides::Both)).await;
    patch(met, &all, &[b'x'; 22], (Code::DigestMismatch, Sides::Both)).await;
    asking
        .hand(
            met,
            "PATCH",
            FILE,
            "Transfer-Encoding: chunked",
            &[b"not a number\r\n".to_vec()],
            (Code::BodyMalformed, Sides::None),
        )
        .await;
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let _ = std::fs::rename(&path, path.with_extension("put aside"));
    std::os::unix::fs::symlink("/dev/full", &path).unwrap();
    patch(met, &all, &content, (Code::StorageFull, Sides::None)).await;

    std::fs::rename(&path, path.with_extension("full")).unwrap();

    // One that goes on holds the file and the only turn.
    begin(&[TUS, length, digest]).await;
    let mut head = format!(
        "PATCH {} HTTP/1.1\r\nHost: agency\r\nAuthorization: Bearer {}\r\nContent-Length: 22\r\n",
        asking.filled(FILE),
        device.token
    );
    for (name, value) in all {
        head += &format!("{name}: {value}\r\n");
    }
    let mut writing = TcpStream::connect(asking.address).await.unwrap();
    writing.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    writing.write_all(&content[..10]).await.unwrap();
    for _ in 0..6_000 {
        if app.uploads().staging().offset(&id).unwrap() > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(app.uploads().staging().offset(&id).unwrap() > 0, "its bytes never came");
    post(met, &[TUS, length, digest, OFFSET_TYPE], &content, (Code::UploadBusy, Sides::None)).await;
    patch(met, &all, &content, (Code::UploadBusy, Sides::None)).await;
    asking.say(met, "HEAD", FILE, Said { headers: &[TUS], ..Said::default() }, (Code::UploadBusy, Sides::None)).await;
    let other = b"another file".to_vec();
    let digest_of_other = format!("digest {}", base64(hex_of(&other).as_bytes()));
    let of_other = [TUS, ("upload-length", "12"), ("upload-metadata", &digest_of_other), OFFSET_TYPE];
    post(met, &of_other, &other, (Code::Busy, Sides::None)).await;
    begin(&of_other[..3]).await;
    let at_other = format!("/v1/files/{}", hex_of(&other));
    let of_other = Said { at: Some(&at_other), headers: &all, body: &other, ..Said::default() };
    asking.say(met, "PATCH", FILE, of_other, (Code::Busy, Sides::None)).await;
    drop(writing);

    stage.clock.advance(7 * DAY_US + 1_000_000);
    for (method, body) in [("PATCH", &other[..]), ("HEAD", b"")] {
        let said = Said { at: Some(&at_other), headers: &all, body, ..Said::default() };
        asking.say(met, method, FILE, said, (Code::UploadExpired, Sides::None)).await;
    }
}
