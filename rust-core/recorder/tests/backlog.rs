//! Months without a network: 2,000 records wait, the most urgent goes first, and one that is stuck keeps none waiting.
#![allow(clippy::unwrap_used, clippy::panic)]

mod phone;
mod scripted;
mod uploader;

use std::collections::BTreeMap;
use std::sync::Arc;

use phone::Phone;
use quanji_evidence::body::{EndedHow, Started};
use quanji_evidence::id::RecordId;
use quanji_recorder::Deed;
use quanji_store::{UploadKind, UploadsOwed};
use quanji_upload::{Holder, Network, Told, Until, Waits};
use scripted::{Amiss, Ask, Forgery, Scripted};
use uploader::{Clock, worker};

const RECORDS: u32 = 2_000;
const DAY_US: u64 = 86_400_000_000;

/// The most memory that this process ever had, KiB.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn after_months_without_a_network_2_000_records_go_up_most_urgent_first_in_bounded_memory() {
    let mut phone = Phone::new(70);
    let index = tempfile::tempdir().unwrap();
    let recorder = Arc::new(phone.start_indexed(index.path()).0);
    let mut records = Vec::new();
    for number in 0..RECORDS {
        let recording = recorder.begin(Started::Button).unwrap();
        let image = [number.to_be_bytes().as_slice(), &[7; 700]].concat();
        recording.add(None, Deed::Photo { image, width: None, height: None }).unwrap();
        recording.end(None, EndedHow::Officer).unwrap();
        records.push(recording.record());
        // Some twenty a day: half a year.
        phone.clock.advance_us(DAY_US / 20 * 2);
    }
    assert!(recorder.running().is_none());
    let mut deadlines = BTreeMap::new();
    let mut owed = None;
    recorder
        .with_index(&mut |index| {
            owed = Some(index.uploads_owed().unwrap());
            for row in index.records().unwrap() {
                deadlines.insert(row.record.0, row.deadline_us.unwrap());
            }
        })
        .unwrap();
    let UploadsOwed { things, receipts, .. } = owed.unwrap();
    assert_eq!((things, receipts), (u64::from(RECORDS) * 3, u64::from(RECORDS)));
    let agency = Scripted::serve(Forgery::None).await;
    // One record is stuck from its first line on, and one photo is refused.
    agency.held().amiss.push_back((Ask::Lines, Amiss::Refuse(quanji_wire::Code::LineConflict)));
    agency.held().amiss.push_back((Ask::Announce, Amiss::Refuse(quanji_wire::Code::FileTooLarge)));
    let before = peak_kib();
    let mut chosen: BTreeMap<UploadKind, Vec<RecordId>> = BTreeMap::new();
    let (mut stored, mut stuck) = (0, Vec::new());
    let worker = worker(&recorder, &agency, Arc::new(Clock(phone.clock.clone())), Network::Free);
    let mut told = |what| match what {
        Told::Choosing { record, kind, .. } => chosen.entry(kind).or_default().push(record),
        Told::Stored { .. } => stored += 1,
        Told::Waiting { record, kind, why } => stuck.push((record, kind, why)),
        _ => {}
    };
    let ended = worker.run(Until::Receipts { patience_us: 60_000_000 }, &mut told).await.unwrap();
    let grown = peak_kib() - before;
    println!("{RECORDS} records, {stored} things stored; the process grew by {grown} KiB, the agency in it too");
    assert!(!ended.is_all_there && ended.hold.is_none());
    let urgent: Vec<_> = [UploadKind::Opened, UploadKind::Lines, UploadKind::File]
        .map(|kind| chosen[&kind].iter().take(RECORDS as usize - 1).map(|id| deadlines[id.as_bytes()]).collect())
        .to_vec();
    for by_deadline in &urgent {
        let by_deadline: &Vec<i64> = by_deadline;
        assert!(by_deadline.is_sorted(), "the most urgent first");
    }
    let held: Vec<_> = stuck.iter().filter(|(_, _, why)| why.freed_by() == quanji_upload::FreedBy::Person).collect();
    assert_eq!(held.len(), 2, "{held:?}");
    assert!(held.iter().any(|(_, kind, why)| (*kind, *why) == (UploadKind::Opened, Waits::LinesContradict)));
    assert!(held.iter().any(|(_, kind, why)| (*kind, *why) == (UploadKind::File, Waits::FileRefused)));
    let issued = agency.held().issued.len();
    assert!(issued >= RECORDS as usize - 2, "{issued} receipts: none waited for the two");
    assert!(grown < 96 << 10, "{grown} KiB");
}
