//! The queue by its promises.

use rusqlite::StatementStatus;

use super::*;
use crate::index::{RecordEntry, RecordState};

fn index() -> (tempfile::TempDir, Index) {
    let folder = tempfile::tempdir().unwrap();
    let (index, _) = Index::open(folder.path()).unwrap();
    (folder, index)
}

fn record(n: u32) -> RecordId {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&n.to_be_bytes());
    id[15] = 1;
    RecordId(id)
}

fn segment(number: u32) -> Wanted {
    Wanted {
        kind: UploadKind::Segment,
        take: 1,
        number,
        digest: Some([7; 32]),
        size_bytes: 4_000_000,
        may_go_paid: false,
        is_done: false,
    }
}

fn lines(kind: UploadKind, size_bytes: u64) -> Wanted {
    Wanted { kind, take: 0, number: 0, digest: None, size_bytes, may_go_paid: true, is_done: false }
}

fn next(index: &mut Index, now_us: i64, fare: Fare) -> Result<Option<UploadRow>, IndexError> {
    index.wake_uploads(now_us, 1_000_000_000)?;
    index.next_upload(fare)
}

fn entry(n: u32, deadline_us: Option<i64>, uploads: Vec<Wanted>) -> RecordEntry {
    let record = RecordRow {
        record: record(n),
        state: RecordState::Sealed,
        opened_at_us: 0,
        ended_at_us: None,
        owed_count: 0,
        deadline_us,
    };
    RecordEntry { record, segments: Vec::new(), uploads, files: Vec::new() }
}

/// Fills a queue of `waiting` segments of many records, a third of them backed off, a third held.
fn backlog(index: &mut Index, waiting: u32) {
    let entries = (0..waiting / 10).map(|n| {
        entry(n, Some(i64::from(n) * 1_000), (0..10).map(segment).chain([lines(UploadKind::Opened, 900)]).collect())
    });
    index.put(entries).unwrap();
    index.db.execute_batch(
        "UPDATE upload SET state = 'later', reason = 'agency_unreachable', next_attempt_us = 900000000 WHERE number % 3 = 1;
         UPDATE upload SET state = 'held', reason = 'line_conflict' WHERE number % 3 = 2;",
    )
    .unwrap();
}

/// Steps of SQLite's machine to choose the next row: what it visits, counted by itself.
fn steps_to_choose(index: &Index, fare: Fare) -> (i32, i32) {
    let mut statement = index.db.prepare(&next_sql(fare)).unwrap();
    let row = statement.query_row([], |row| Ok(read(row))).unwrap().unwrap();
    assert_eq!(row.kind, UploadKind::Opened);
    (statement.get_status(StatementStatus::VmStep), statement.get_status(StatementStatus::FullscanStep))
}

#[test]
fn choosing_the_next_visits_as_many_rows_at_20_000_waiting_as_at_200() {
    let counts: Vec<_> = [200, 20_000]
        .into_iter()
        .map(|waiting| {
            let (_folder, mut index) = index();
            backlog(&mut index, waiting);
            // Waking what is due visits what is due, and here nothing is.
            next(&mut index, 0, Fare::Free).unwrap().unwrap();
            [Fare::Free, Fare::Paid].map(|fare| steps_to_choose(&index, fare))
        })
        .collect();
    println!("steps and full-scan steps to choose, free and paid, at 200 and at 20,000: {counts:?}");
    assert_eq!(counts[0], counts[1]);
    assert_eq!(counts[0].map(|(_, scans)| scans), [0, 0]);
}

#[test]
fn opened_lines_of_all_records_go_before_lines_and_those_before_media_by_deadline() {
    let (_folder, mut index) = index();
    let all = || vec![segment(1), lines(UploadKind::Lines, 5_000), lines(UploadKind::Opened, 900)];
    index.put([entry(1, None, all()), entry(2, Some(20), all()), entry(3, Some(10), all())]).unwrap();
    let mut order = Vec::new();
    while let Some(row) = next(&mut index, 0, Fare::Free).unwrap() {
        order.push((row.kind, row.record));
        index.settle_upload(&row, &Settled::Done { size_bytes: row.size_bytes }).unwrap();
    }
    let by_deadline = [record(3), record(2), record(1)];
    let expected: Vec<_> = [UploadKind::Opened, UploadKind::Lines, UploadKind::Segment]
        .into_iter()
        .flat_map(|kind| by_deadline.map(|record| (kind, record)))
        .collect();
    assert_eq!(order, expected);
}

#[test]
fn what_cannot_proceed_blocks_nothing_and_comes_back_in_its_time() {
    let (_folder, mut index) = index();
    index.put([entry(1, Some(1), vec![segment(1), segment(2), segment(3)])]).unwrap();
    let first = next(&mut index, 100, Fare::Free).unwrap().unwrap();
    index.settle_upload(&first, &Settled::Later { at_us: 500, reason: "agency_unreachable".to_owned() }).unwrap();
    let second = next(&mut index, 100, Fare::Free).unwrap().unwrap();
    assert_eq!(second.number, 2);
    index.settle_upload(&second, &Settled::Held { reason: "file_damaged".to_owned() }).unwrap();
    assert_eq!(next(&mut index, 100, Fare::Free).unwrap().unwrap().number, 3);
    assert_eq!(index.next_upload_wake_us().unwrap(), Some(500));
    let woken = next(&mut index, 500, Fare::Free).unwrap().unwrap();
    assert_eq!((woken.number, woken.attempts), (1, 1));
    index.release_uploads().unwrap();
    let states: Vec<_> = index.uploads_of(record(1)).unwrap().into_iter().map(|row| row.state).collect();
    assert_eq!(states, [UploadState::Ready; 3]);
}

#[test]
fn lines_that_grew_go_again_from_where_the_agency_stands() {
    let (_folder, mut index) = index();
    index.put([entry(1, None, vec![lines(UploadKind::Lines, 1_000)])]).unwrap();
    let row = next(&mut index, 0, Fare::Free).unwrap().unwrap();
    index.settle_upload(&row, &Settled::Done { size_bytes: 1_000 }).unwrap();
    assert_eq!(next(&mut index, 0, Fare::Free).unwrap(), None);
    index.put([entry(1, None, vec![lines(UploadKind::Lines, 1_400)])]).unwrap();
    let row = next(&mut index, 0, Fare::Free).unwrap().unwrap();
    assert_eq!((row.stored_bytes, row.size_bytes), (1_000, 1_400));
    // It grew while it was sent: what was chosen is there, what was added is not.
    index.put([entry(1, None, vec![lines(UploadKind::Lines, 1_500)])]).unwrap();
    index.settle_upload(&row, &Settled::Done { size_bytes: 1_400 }).unwrap();
    let row = next(&mut index, 0, Fare::Free).unwrap().unwrap();
    assert_eq!((row.stored_bytes, row.size_bytes), (1_400, 1_500));
}

#[test]
fn film_goes_over_a_paid_network_only_after_a_yes_and_no_further_than_its_size() {
    let (_folder, mut index) = index();
    index.put([entry(1, Some(1), vec![lines(UploadKind::Opened, 900), segment(1), segment(2), segment(3)])]).unwrap();
    let opened = next(&mut index, 0, Fare::Paid).unwrap().unwrap();
    index.settle_upload(&opened, &Settled::Done { size_bytes: 900 }).unwrap();
    assert_eq!(next(&mut index, 0, Fare::Paid).unwrap(), None);
    assert_eq!(index.consent_to_paid(9_000_000).unwrap(), 8_000_000);
    for number in [1, 2] {
        let row = next(&mut index, 0, Fare::Paid).unwrap().unwrap();
        assert_eq!(row.number, number);
        index.settle_upload(&row, &Settled::Done { size_bytes: row.size_bytes }).unwrap();
    }
    assert_eq!(next(&mut index, 0, Fare::Paid).unwrap(), None);
    // Said again by the vault, the yes stands and what is there stays there.
    index.put([entry(1, Some(1), vec![lines(UploadKind::Opened, 900), segment(1), segment(2), segment(3)])]).unwrap();
    assert_eq!(next(&mut index, 0, Fare::Paid).unwrap(), None);
    assert_eq!(next(&mut index, 0, Fare::Free).unwrap().unwrap().number, 3);
}

#[test]
fn a_clock_that_was_set_back_keeps_nothing_waiting_for_years() {
    let (_folder, mut index) = index();
    index.put([entry(1, None, vec![segment(1)])]).unwrap();
    let row = next(&mut index, 5_000_000_000, Fare::Free).unwrap().unwrap();
    index.settle_upload(&row, &Settled::Later { at_us: 5_002_000_000, reason: "cut_off".to_owned() }).unwrap();
    assert_eq!(next(&mut index, 5_001_000_000, Fare::Free).unwrap(), None);
    assert!(next(&mut index, 1_000_000, Fare::Free).unwrap().is_some());
}
