//! A record with a document far larger than memory should hold: from the phone's bundle at a dock to an export that verifies.
//!
//! One test alone in its process: what is measured is its peak.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use std::sync::Arc;

use quanji_agency::app::App;
use quanji_agency::{dock, export, jobs, receipts};
use quanji_evidence::Verdict;
use quanji_evidence::bundle::Bundle;
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::Drafts;
use quanji_evidence::manifest::Purpose;
use quanji_evidence::verify::Terms;
use quanji_rules::Calendar;
use quanji_verifier::{NoProgress, verify_bundle};
use support::bundle::{phone_bundle, root_of};
use support::{Database, Device, RecordDraft, SimClock, Stage, T0_US};

const DOCUMENT_BYTES: usize = 300 << 20;

/// The peak since it was last forgotten, and what is resident now.
fn memory() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let kib = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
    };
    (kib("VmHWM:"), kib("VmRSS:"))
}

/// By how much memory grows at its peak while `work` goes on.
async fn peak<T>(what: &str, work: impl Future<Output = T>) -> T {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = memory().1;
    let done = work.await;
    let grown = memory().0.saturating_sub(before);
    let ratio = grown as f64 / DOCUMENT_BYTES as f64;
    println!("{what}: memory grew by {} MiB at its peak, {ratio:.3} of the document", grown >> 20);
    assert!(ratio < 0.2, "{what}: {grown} bytes of {DOCUMENT_BYTES}");
    done
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_of_300_mib_goes_from_dock_to_server_to_a_stranger_by_pieces() {
    let stage = Stage::begin(Database::Sqlite).await;
    let device = Device::enrolled(&stage, "a phone").await;
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("phone.zip");
    let record = {
        let mut draft = RecordDraft::open(&stage, &device, "with a document", 1, None).await;
        draft.describe();
        draft.film_second();
        draft.photo(&vec![0x5a; DOCUMENT_BYTES]);
        draft.seal();
        let record = draft.record();
        phone_bundle(&device, &record, &bundle);
        RecordId::parse(&record.id).unwrap()
    };
    let dock_folder = folder.path().join("dock");
    dock::begin(&stage.app, &root_of(&stage), &dock_folder).await.unwrap();
    let clock = Arc::new(SimClock::at(T0_US + 3_600_000_000));
    let docked = App::open(&dock_folder, None, clock as _).await.unwrap();

    let taken = peak("dock take", dock::take(&docked, &bundle)).await.unwrap();
    assert_eq!(taken[0].looked, receipts::Looked::Issued { number: 1 });
    peak("import", dock::import(&stage.app, &docked)).await.unwrap();
    peak("read back", jobs::run_due(&stage.app)).await.unwrap();
    let out = folder.path().join("out.zip");
    peak("export", export::export(&stage.app, &[record], Purpose::Court, &out)).await.unwrap();

    let agency = stage.app.agency();
    let calendar = Calendar::published();
    let terms = Terms { agency_key: Some(&agency.root), drafts: Drafts::Accepted, calendar: &calendar };
    let report = peak("verify", async { verify_bundle(&out, terms, &NoProgress).unwrap() }).await;
    assert_eq!(report.verdict, Verdict::Valid, "{:?}", report.findings);
    let mut made = Bundle::open(std::fs::File::open(&out).unwrap()).unwrap();
    let playlist = made.read(&format!("records/{record}/play.m3u8")).unwrap().expect("a playlist");
    let playlist = String::from_utf8(playlist).unwrap();
    assert!(playlist.contains("takes/1/init.mp4") && playlist.contains("takes/1/1.m4s"), "{playlist}");
}
