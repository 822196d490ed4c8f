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
    index.next_upload(fare, Among::All)
}

fn entry(n: u32, deadline_us: Option<i64>, uploads: Vec<Wanted>) -> RecordEntry {
    let record = RecordRow {
        record: record(n),
        state: RecordState::Sealed,
        opened_at_us: 0,
        ended_at_us: None,
        owed_count: 0,
        deadline_us,
        term: crate::index::Term::None,
        beside: crate::index::Beside::default(),
        activity: None,
    };
    RecordEntry { record, segments: Vec::new(), uploads, barred: None, files: Vec::new() }
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
fn steps_to_choose(index: &Index, fare: Fare, among: Among) -> (i32, i32) {
    let mut statement = index.db.prepare(&next_sql(fare, among)).unwrap();
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
            let cases = [Among::All, Among::AllButReceipts].map(|among| (Fare::Free, among));
            [cases[0], cases[1], (Fare::Paid, Among::AllButReceipts)]
                .map(|(fare, among)| steps_to_choose(&index, fare, among))
        })
        .collect();
    println!(
        "steps and full-scan steps to choose, free, free without receipts and paid, at 200 and at 20,000: {counts:?}"
    );
    assert_eq!(counts[0], counts[1]);
    assert_eq!(counts[0].map(|(_, scans)| scans), [0, 0, 0]);
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

fn row_of(n: u32) -> RecordRow {
    entry(n, None, Vec::new()).record
}

fn segment_row(n: u32, number: u32) -> crate::index::SegmentRow {
    let state = crate::index::SegmentState::Waiting;
    let digest = Some(vec![7; 32]);
    crate::index::SegmentRow {
        record: record(n),
        take: 1,
        number,
        digest,
        size_bytes: 4_000_000,
        state,
        deadline_us: None,
    }
}

/// Changed rows, and steps of SQLite's machine in every statement that telling of one more segment runs, counted by itself.
fn price_of_one_more(waiting: u32) -> (u64, i32) {
    let (_folder, mut index) = index();
    let all = |n: u32| vec![segment(n), lines(UploadKind::Opened, 900), lines(UploadKind::Lines, 1_000 + u64::from(n))];
    for number in 0..waiting {
        index.add(&row_of(1), &[segment_row(1, number)], &all(number)).unwrap();
    }
    let steps = |index: &Index| -> i32 {
        let known = ["SELECT * FROM record WHERE record_id = ?1".to_owned(), crate::index::ADD_SEGMENT.to_owned()];
        let puts = [UploadKind::Segment, UploadKind::Lines].map(|kind| put_sql(kind, Growth::WaitsOn));
        let all = known.into_iter().chain(puts);
        all.map(|sql| index.db.prepare_cached(&sql).unwrap().get_status(StatementStatus::VmStep)).sum()
    };
    let (before, changed) = (steps(&index), index.db.total_changes());
    index.add(&row_of(1), &[segment_row(1, waiting)], &all(waiting)).unwrap();
    (index.db.total_changes() - changed, steps(&index) - before)
}

#[test]
fn telling_the_queue_of_one_more_segment_is_the_same_work_at_2_000_as_at_20() {
    let prices = [20, 2_000].map(price_of_one_more);
    println!("rows changed and steps to tell of one more segment, at 20 and at 2,000: {prices:?}");
    assert!(prices[0].0 > 0 && prices[0].1 > 0);
    assert_eq!(prices[0], prices[1]);
}

#[test]
fn while_the_camera_runs_growth_hurries_nothing_that_waits_and_forgets_nothing_that_came() {
    let (_folder, mut index) = index();
    let grown = |bytes| vec![lines(UploadKind::Opened, 900), lines(UploadKind::Lines, bytes)];
    index.add(&row_of(1), &[], &grown(1_000)).unwrap();
    let opened = next(&mut index, 0, Fare::Free).unwrap().unwrap();
    assert_eq!(opened.kind, UploadKind::Opened);
    index.settle_upload(&opened, &Settled::Done { size_bytes: 900 }).unwrap();
    let row = next(&mut index, 0, Fare::Free).unwrap().unwrap();
    assert_eq!((row.kind, row.stored_bytes), (UploadKind::Lines, 900), "the first line does not go twice");
    index.settle_upload(&row, &Settled::Later { at_us: 500, reason: "agency_busy".to_owned() }).unwrap();
    index.add(&row_of(1), &[segment_row(1, 0)], &[grown(1_400), vec![segment(0)]].concat()).unwrap();
    let film = next(&mut index, 400, Fare::Free).unwrap().unwrap();
    assert_eq!(film.kind, UploadKind::Segment, "lines that wait for their time wait on");
    index.settle_upload(&film, &Settled::Done { size_bytes: film.size_bytes }).unwrap();
    let row = next(&mut index, 500, Fare::Free).unwrap().unwrap();
    assert_eq!((row.stored_bytes, row.size_bytes, row.attempts), (900, 1_400, 1));
    index.settle_upload(&row, &Settled::Done { size_bytes: 1_400 }).unwrap();
    // Told again from its beginning, as after a failure: what came stays where it came.
    index.add(&row_of(1), &[segment_row(1, 0)], &[grown(1_500), vec![segment(0)]].concat()).unwrap();
    let row = next(&mut index, 600, Fare::Free).unwrap().unwrap();
    assert_eq!((row.kind, row.stored_bytes, row.size_bytes), (UploadKind::Lines, 1_400, 1_500));
    let segments = index.segments_of(record(1)).unwrap();
    assert_eq!(segments[0].state, crate::index::SegmentState::Stored);
    // At its end all is told once more, and is where it was.
    let mut whole = entry(1, Some(9), [grown(1_500), vec![segment(0)]].concat());
    whole.segments = vec![segment_row(1, 0)];
    index.put([whole]).unwrap();
    assert_eq!(index.segments_of(record(1)).unwrap()[0].state, crate::index::SegmentState::Stored);
    assert_eq!(next(&mut index, 600, Fare::Free).unwrap().map(|row| row.stored_bytes), Some(1_400));
}

#[test]
fn while_a_record_runs_no_receipt_is_chosen() {
    let (_folder, mut index) = index();
    index.put([entry(1, None, vec![lines(UploadKind::Receipt, 10)])]).unwrap();
    assert_eq!(index.next_upload(Fare::Free, Among::AllButReceipts).unwrap(), None);
    assert_eq!(index.next_upload(Fare::Free, Among::All).unwrap().map(|row| row.kind), Some(UploadKind::Receipt));
}

#[test]
fn a_yes_to_a_size_covers_film_that_is_still_to_come_and_no_byte_more() {
    let (_folder, mut index) = index();
    let film = |number| (segment_row(1, number), segment(number));
    assert_eq!(index.consent_to_paid(13_000_000).unwrap(), 0, "nothing waits yet");
    for number in [0, 0, 1, 1, 2, 3] {
        let (row, wanted) = film(number);
        index.add(&row_of(1), &[row], &[wanted]).unwrap();
    }
    let paid = |index: &Index| -> Vec<bool> {
        index.uploads_of(record(1)).unwrap().into_iter().map(|row| row.may_go_paid).collect()
    };
    assert_eq!(paid(&index), [true, true, true, false], "what is told twice is counted once");
    assert_eq!(index.consent_to_paid(4_000_000).unwrap(), 4_000_000);
    assert_eq!(paid(&index), [true; 4]);
    let (row, wanted) = film(4);
    index.add(&row_of(1), &[row], &[wanted]).unwrap();
    assert_eq!(paid(&index), [true, true, true, true, false], "a new yes takes the place of the old one");
}

#[test]
fn of_a_barred_record_nothing_goes_however_its_rows_come_to_be() {
    let (_folder, mut index) = index();
    let (barred, other) = (record(1), record(2));
    let of = |size_bytes| lines(UploadKind::Lines, size_bytes);
    index.put([entry(1, None, vec![of(100)]), entry(2, None, vec![of(100)])]).unwrap();
    index.bar(barred, "secret").unwrap();
    assert!(index.is_barred(barred).unwrap() && !index.is_barred(other).unwrap());
    let next = |index: &mut Index| next(index, 1, Fare::Free).unwrap().map(|row| row.record);
    // Tried again by somebody, grown, made anew from the vault, and settled by an attempt that was on its way.
    index.release_uploads().unwrap();
    assert_eq!(next(&mut index), Some(other));
    index.put([entry(1, None, vec![of(300), segment(1)])]).unwrap();
    let rows = index.uploads_of(barred).unwrap();
    assert_eq!(rows.len(), 2);
    index.settle_upload(&rows[0], &Settled::Further { stored_bytes: 10 }).unwrap();
    index.settle_upload(&rows[1], &Settled::Later { at_us: 0, reason: "busy".into() }).unwrap();
    assert_eq!(next(&mut index), Some(other));
    for row in index.uploads_of(barred).unwrap() {
        assert_eq!((row.state, row.reason.as_deref()), (UploadState::Held, Some("secret")), "{row:?}");
    }
    let row = index.uploads_of(other).unwrap().remove(0);
    index.settle_upload(&row, &Settled::Done { size_bytes: 100 }).unwrap();
    assert_eq!(next(&mut index), None);
    assert_eq!(index.upload_due_us(Fare::Free).unwrap(), None, "no job wakes for it");
}
