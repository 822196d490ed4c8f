//! Where the originals are is known to the database: no other folder, and no empty one, is taken for it.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use quanji_agency::agency::AgencyFault;
use quanji_agency::app::App;
use quanji_agency::cli::init::own_database;
use quanji_agency::storage::{StorageFault, Wanted};
use support::{Device, Record, Stage, over_both, record};

async fn open(stage: &Stage, data: &Path, wanted: &Wanted) -> Result<App, AgencyFault> {
    let url = stage.database_url.clone().unwrap_or_else(|| own_database(stage.data()));
    App::open_at(data, Some(&url), wanted, Arc::clone(&stage.clock) as _).await
}

/// The keys of the agency in a folder of its own, as on a second machine.
fn second_machine(stage: &Stage) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("keys")).unwrap();
    for entry in fs::read_dir(stage.data().join("keys")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.path().join("keys").join(entry.file_name())).unwrap();
    }
    folder
}

async fn holds_a_record(stage: &Stage) {
    let device = Device::enrolled(stage, "phone").await;
    let record: Record = record::inspection(stage, &device, "first").await;
    stage.keep(&device, &record.files[0]).await;
}

#[track_caller]
fn expects_other_place(opened: Result<App, AgencyFault>) {
    match opened {
        Err(AgencyFault::Storage(StorageFault::PlaceDiffers { expected, found })) => assert_ne!(expected, found),
        other => panic!("{:?}", other.map(|_| "opened").map_err(|fault| fault.to_string())),
    }
}

over_both! {
    async fn a_second_instance_with_files_of_its_own_is_refused(stage: Stage) {
        let other = second_machine(&stage);
        expects_other_place(open(&stage, other.path(), &Wanted::default()).await);
        // The one that the database knows opens again, as often as wanted.
        open(&stage, stage.data(), &Wanted::default()).await.unwrap();
    }

    async fn a_folder_whose_disk_is_not_mounted_is_refused_and_not_filled(stage: Stage) {
        holds_a_record(&stage).await;
        let (there, away) = (stage.data().join("originals"), stage.data().join("unmounted"));
        fs::rename(&there, &away).unwrap();
        for _ in 0..2 {
            expects_other_place(open(&stage, stage.data(), &Wanted::default()).await);
        }
        fs::rename(&there, stage.data().join("empty")).unwrap();
        fs::rename(&away, &there).unwrap();
        open(&stage, stage.data(), &Wanted::default()).await.unwrap();
    }

    async fn a_bucket_can_be_stated_until_the_first_original_and_not_after(stage: Stage) {
        let bucket = tempfile::tempdir().unwrap();
        let wanted = Wanted { bucket: Some(format!("file://{}", bucket.path().display())), retain_days: None };
        let days = Wanted { bucket: None, retain_days: Some(30) };
        let unlocked = open(&stage, stage.data(), &days).await.unwrap_err();
        assert!(matches!(unlocked, AgencyFault::Storage(StorageFault::NothingToLock)), "{unlocked}");
        holds_a_record(&stage).await;
        expects_other_place(open(&stage, stage.data(), &wanted).await);

        let empty = Stage::begin(stage.database).await;
        open(&empty, empty.data(), &wanted).await.unwrap();
        // And from then on it is the bucket's, for every instance.
        let other = second_machine(&empty);
        open(&empty, other.path(), &Wanted::default()).await.unwrap();
        assert_eq!(fs::read_dir(other.path()).unwrap().filter(|entry| entry.as_ref().unwrap().file_name() == "originals").count(), 0);
    }
}
