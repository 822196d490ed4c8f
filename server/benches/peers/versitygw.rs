//! versitygw over a folder: S3 PUT, its SHA-256 checksum computed and compared by it, signed as S3 asks (AWS Signature Version 4).

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use quanji_evidence::hex;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::{free_port, sync, until_open};
use crate::Load;
use crate::common::Line;

const ACCESS: &str = "bench";
const SECRET: &str = "bench-secret";
const BUCKET: &str = "originals";

pub struct Versitygw {
    process: Child,
    folder: TempDir,
    address: String,
    /// `20261123T120000Z`, good for minutes.
    time: String,
}

impl Versitygw {
    pub fn start() -> Versitygw {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let address = format!("127.0.0.1:{}", free_port());
        let tool = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../.tools/bin/versitygw");
        let process = Command::new(tool)
            .env("ROOT_ACCESS_KEY", ACCESS)
            .env("ROOT_SECRET_KEY", SECRET)
            .args(["--port", &address, "--keep-alive", "--quiet", "posix"])
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .expect("versitygw starts; scripts/setup --for bench installs it");
        until_open(&address);
        let time = Command::new("date").args(["-u", "+%Y%m%dT%H%M%SZ"]).output().unwrap();
        let time = String::from_utf8(time.stdout).unwrap().trim().to_owned();
        Versitygw { process, folder, address, time }
    }

    pub fn put_all(&self, loads: &[Load]) {
        let mut line = Line::open(&self.address);
        for load in loads {
            assert_eq!(line.send(&self.head(load), load.body()), 200);
            sync(self.folder.path());
        }
    }

    fn head(&self, load: &Load) -> String {
        let path = format!("/{BUCKET}/{}", hex::encode(&load.sha256));
        let checksum = Base64::encode_string(&load.sha256);
        let names = "host;x-amz-checksum-sha256;x-amz-content-sha256;x-amz-date";
        let headers = format!(
            "host:{}\nx-amz-checksum-sha256:{checksum}\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:{}\n",
            self.address, self.time
        );
        let request = format!("PUT\n{path}\n\n{headers}\n{names}\nUNSIGNED-PAYLOAD");
        let day = &self.time[..8];
        let scope = format!("{day}/us-east-1/s3/aws4_request");
        let text = format!("AWS4-HMAC-SHA256\n{}\n{scope}\n{}", self.time, hex::encode(&Sha256::digest(&request)));
        let key = [day, "us-east-1", "s3", "aws4_request"]
            .iter()
            .fold(format!("AWS4{SECRET}").into_bytes(), |key, part| mac(&key, part.as_bytes()));
        let signature = hex::encode(&mac(&key, text.as_bytes()));
        format!(
            "PUT {path} HTTP/1.1\r\nHost: {}\r\nX-Amz-Checksum-Sha256: {checksum}\r\nX-Amz-Content-Sha256: UNSIGNED-PAYLOAD\r\n\
             X-Amz-Date: {}\r\nAuthorization: AWS4-HMAC-SHA256 Credential={ACCESS}/{scope}, SignedHeaders={names}, \
             Signature={signature}\r\nContent-Length: {}\r\n",
            self.address,
            self.time,
            load.size_bytes()
        )
    }
}

fn mac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

impl Drop for Versitygw {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
