//! The simulated disk is as treacherous as it says, and no more.

use std::collections::BTreeSet;
use std::sync::Arc;

use quanji_store::{Disk, SyncPoint};
use quanji_testkit::{OmitSync, TornDisk};

const POINT: SyncPoint = SyncPoint::NamedBytes;

/// A durable file of `old`, overwritten with `new` and not synced, after a crash.
fn overwritten(seed: u64, old: &[u8], new: &[u8]) -> Option<Vec<u8>> {
    let disk = TornDisk::new(seed);
    let file = disk.create("a").unwrap_or_else(|_| unreachable!("an empty disk takes a file"));
    let synced = file.write_at(old, 0).and_then(|()| file.sync_data(POINT)).and_then(|()| disk.sync_names(POINT));
    assert!(synced.is_ok() && file.write_at(new, 0).is_ok());
    disk.crash();
    disk.files().get("a").cloned()
}

#[test]
fn what_was_synced_stays_whatever_the_seed() {
    for seed in 0..500 {
        let disk = TornDisk::new(seed);
        let file = disk.create("a").unwrap();
        file.write_at(&[7; 1_500], 0).unwrap();
        file.sync_data(POINT).unwrap();
        disk.sync_names(POINT).unwrap();
        disk.create("b").unwrap();
        disk.crash();
        assert_eq!(disk.files()["a"], [7; 1_500]);
    }
}

#[test]
fn sectors_that_were_not_synced_choose_for_themselves() {
    let mut mixtures = BTreeSet::new();
    for seed in 0..500 {
        let left = overwritten(seed, &[1; 1_536], &[2; 1_536]).unwrap();
        assert_eq!(left.len(), 1_536);
        let sectors: Vec<u8> = left.chunks(512).map(|sector| sector[0]).collect();
        assert!(left.chunks(512).all(|sector| sector.iter().all(|byte| *byte == sector[0])), "torn inside a sector");
        mixtures.insert(sectors);
    }
    assert_eq!(mixtures.len(), 8, "every mixture of three old and new sectors");
}

#[test]
fn a_length_comes_without_its_data_and_data_without_its_length() {
    let left: BTreeSet<_> = (0..500)
        .map(|seed| {
            let left = overwritten(seed, b"", &[5; 512]).unwrap();
            (left.len(), left.first().copied())
        })
        .collect();
    assert_eq!(left, BTreeSet::from([(0, None), (512, Some(0)), (512, Some(5))]));
}

#[test]
fn names_and_renames_are_lost_or_kept_apart_from_the_bytes() {
    let mut seen = BTreeSet::new();
    for seed in 0..500 {
        let disk = TornDisk::new(seed);
        let file = disk.create("a").unwrap();
        file.write_at(b"x", 0).unwrap();
        file.sync_data(POINT).unwrap();
        disk.rename("a", "b").unwrap();
        disk.crash();
        seen.insert(disk.files().into_keys().collect::<Vec<_>>());
    }
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(seen, BTreeSet::from([names(&[]), names(&["a"]), names(&["b"])]));
}

#[test]
fn a_sync_after_a_failed_one_says_yes_and_saves_nothing() {
    let lost = (0..500).filter(|seed| {
        let disk = TornDisk::new(*seed);
        let file = disk.create("a").unwrap();
        disk.sync_names(POINT).unwrap();
        file.write_at(&[5; 512], 0).unwrap();
        disk.fail_sync(POINT, 0);
        assert!(file.sync_data(POINT).is_err());
        file.sync_data(POINT).unwrap();
        disk.crash();
        disk.files()["a"] != [5; 512]
    });
    assert!(lost.count() > 100);
}

#[test]
fn writing_the_same_bytes_again_makes_the_next_sync_count() {
    for seed in 0..200 {
        let disk = TornDisk::new(seed);
        let file = disk.create("a").unwrap();
        disk.sync_names(POINT).unwrap();
        file.write_at(&[5; 512], 0).unwrap();
        disk.fail_sync(POINT, 0);
        assert!(file.sync_data(POINT).is_err());
        file.write_at(&[5; 512], 0).unwrap();
        file.sync_data(POINT).unwrap();
        disk.crash();
        assert_eq!(disk.files()["a"], [5; 512]);
    }
}

#[test]
fn a_kill_loses_nothing_and_ends_the_files() {
    let disk = TornDisk::new(1);
    let file = disk.create("a").unwrap();
    file.write_at(b"not synced", 0).unwrap();
    let lock = disk.lock().unwrap();
    assert!(lock.is_some() && disk.lock().unwrap().is_none());
    disk.kill();
    assert_eq!(disk.files()["a"], b"not synced");
    assert!(file.write_at(b"late", 0).is_err());
    assert!(disk.lock().unwrap().is_some());
}

#[test]
fn the_power_goes_at_the_operation_it_was_told() {
    let disk = TornDisk::new(1);
    let file = disk.create("a").unwrap();
    disk.crash_after(2);
    file.write_at(b"1", 0).unwrap();
    file.write_at(b"2", 1).unwrap();
    assert!(file.write_at(b"3", 2).is_err());
    assert!(disk.is_off() && disk.list().is_err());
    disk.crash();
    assert!(!disk.is_off() && disk.list().is_ok());
}

#[test]
fn a_full_disk_takes_what_fits_and_gives_back_only_after_a_sync() {
    let disk = TornDisk::new(1);
    disk.set_capacity(Some(2_048));
    let file = disk.create("a").unwrap();
    assert_eq!(file.write_at(&[1; 4_096], 0).unwrap_err().kind(), std::io::ErrorKind::StorageFull);
    assert_eq!((disk.files()["a"].len(), disk.free_space().unwrap()), (2_048, 0));
    file.set_len(0).unwrap();
    assert_eq!(disk.free_space().unwrap(), 0);
    file.sync_data(POINT).unwrap();
    assert_eq!(disk.free_space().unwrap(), 2_048);
}

#[test]
fn an_omitted_sync_says_yes_and_the_others_still_work() {
    let disk = TornDisk::new(3);
    let omitting = OmitSync::new(Arc::new(disk.clone()), &[SyncPoint::Lines]);
    let file = omitting.create("a").unwrap();
    file.sync_data(SyncPoint::Lines).unwrap();
    omitting.sync_names(SyncPoint::Lines).unwrap();
    assert_eq!(disk.take_syncs(), []);
    file.sync_data(POINT).unwrap();
    assert_eq!(disk.take_syncs(), [POINT]);
}
