//! Clients that we did not write: `tuspy` and `tus-js-client` upload, are cut in the middle of a body, and resume. `scripts/setup --for test`
//! brings both; they get the token and the digest, and nothing else of ours.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;
mod tus;

use std::path::Path;
use std::process::{Command, Stdio};

use quanji_agency::storage::{self, OriginalId};
use support::{Database, Device, Stage};
use tus::{bytes, hex_of, sha256_of};

async fn resumes(program: &str, script: &str, seed: u64) {
    let stage = Stage::begin(Database::Sqlite).await;
    let device = Device::enrolled(&stage, "a").await;
    let content = bytes(seed, 24 << 20);
    let file = stage.data().join("segment.mp4");
    std::fs::write(&file, &content).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/tus").join(script);
    let mut command = Command::new(program);
    command
        .arg(&script)
        .env("AGENCY", &stage.url)
        .env("TOKEN", &device.token)
        .env("FILE", &file)
        .env("DIGEST", hex_of(&content))
        .stdin(Stdio::null());
    let ran = tokio::task::spawn_blocking(move || command.output()).await.unwrap();
    let ran = ran.unwrap_or_else(|fault| panic!("{program} does not start ({fault}); run scripts/setup --for test"));
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{program}: {said}{}", String::from_utf8_lossy(&ran.stderr));

    // `cut at N of M, then whole`: it really was in the middle.
    let cut_at: usize = said.split_whitespace().nth(2).and_then(|word| word.parse().ok()).expect("it says where");
    assert!(cut_at > 0 && cut_at < content.len(), "{said}");
    let id = OriginalId { agency: stage.app.agency().id, device: device.id, sha256: sha256_of(&content) };
    let held = storage::read_back(&**stage.app.originals(), &id).await.unwrap();
    assert_eq!(held.digest.hex(), hex_of(&content));
    assert_eq!(stage.count("SELECT COUNT(*) FROM original").await, 1);
    assert_eq!(stage.count("SELECT COUNT(*) FROM upload").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tuspy_goes_on_after_a_cut() {
    resumes("python3", "resume.py", 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tus_js_client_goes_on_after_a_cut() {
    resumes("node", "resume.mjs", 2).await;
}
