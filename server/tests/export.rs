//! What an export leaves when it does not come to its end.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use std::path::Path;

use quanji_agency::export::{self, ExportFault};
use quanji_agency::storage::OriginalId;
use quanji_evidence::Digest;
use quanji_evidence::id::RecordId;
use quanji_evidence::manifest::Purpose;
use support::bundle::{phone_bundle, root_of};
use support::{Database, Device, Record, SimClock, Stage, T0_US, record};

/// A record that the server holds, taken over from a dock.
async fn held(stage: &Stage, folder: &Path) -> (Device, Record) {
    let device = Device::enrolled(stage, "a phone").await;
    let record = record::inspection(stage, &device, "an inspection").await;
    phone_bundle(&device, &record, &folder.join("phone.zip"));
    let dock_folder = folder.join("dock");
    quanji_agency::dock::begin(&stage.app, &root_of(stage), &dock_folder).await.unwrap();
    let clock = std::sync::Arc::new(SimClock::at(T0_US + 3_600_000_000));
    let docked = quanji_agency::app::App::open(&dock_folder, None, clock as _).await.unwrap();
    quanji_agency::dock::take(&docked, &folder.join("phone.zip")).await.unwrap();
    quanji_agency::dock::import(&stage.app, &docked).await.unwrap();
    (device, record)
}

#[tokio::test]
async fn an_export_that_fails_leaves_no_bundle_and_one_that_was_cut_is_written_over() {
    let stage = Stage::begin(Database::Sqlite).await;
    let folder = tempfile::tempdir().unwrap();
    let (device, record) = held(&stage, folder.path()).await;
    let id = RecordId::parse(&record.id).unwrap();
    let out = folder.path().join("out.zip");
    let photo = record.files.last().unwrap();
    let place = OriginalId::new(stage.app.agency().id, device.id, &Digest::of(photo));
    let place = stage.data().join("originals").join(place.key());
    let mut changed = photo.clone();
    changed[0] ^= 1;
    std::fs::write(&place, &changed).unwrap();
    let fault = export::export(&stage.app, &[id], Purpose::Court, &out).await.unwrap_err();
    assert!(matches!(&fault, ExportFault::Changed { place, .. } if place.contains("files/")), "{fault:?}");
    assert_eq!(names(folder.path()), ["dock", "phone.zip"]);
    std::fs::write(&place, photo).unwrap();

    // As a kill leaves it.
    std::fs::write(folder.path().join("out.zip.unfinished"), vec![7; 1 << 20]).unwrap();
    export::export(&stage.app, &[id], Purpose::Court, &out).await.unwrap();
    assert_eq!(names(folder.path()), ["dock", "out.zip", "phone.zip"]);
    let whole = std::fs::read(&out).unwrap();
    let again = export::export(&stage.app, &[id], Purpose::Court, &out).await.unwrap_err();
    assert!(
        matches!(&again, ExportFault::Out(fault) if fault.kind() == std::io::ErrorKind::AlreadyExists),
        "{again:?}"
    );
    assert_eq!(std::fs::read(&out).unwrap(), whole);
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
