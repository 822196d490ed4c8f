//! The lists by their promises: what they show, and that their price does not grow with the records.

use rusqlite::StatementStatus;

use super::*;
use crate::index::{Beside, RecordEntry, Settled, Term, UploadKind, Wanted};

fn id(n: u32) -> RecordId {
    let mut id = [0; 16];
    id[..4].copy_from_slice(&n.to_be_bytes());
    RecordId(id)
}

fn row(n: u32, state: RecordState, deadline_us: Option<i64>) -> RecordRow {
    let term = if deadline_us.is_some() { Term::Running } else { Term::None };
    let owed_count = n % 2;
    RecordRow {
        record: id(n),
        state,
        opened_at_us: i64::from(n),
        ended_at_us: None,
        owed_count,
        deadline_us,
        term,
        beside: Beside::default(),
        activity: None,
    }
}

fn wanted(kind: UploadKind, size_bytes: u64) -> Wanted {
    Wanted { kind, take: 0, number: 0, digest: None, size_bytes, may_go_paid: true, is_done: false }
}

fn entry(row: RecordRow) -> RecordEntry {
    let uploads =
        vec![wanted(UploadKind::Opened, 100), wanted(UploadKind::Lines, 900), wanted(UploadKind::Segment, 9_000)];
    RecordEntry { record: row, segments: Vec::new(), uploads, barred: None, files: Vec::new() }
}

fn index() -> (tempfile::TempDir, Index) {
    let folder = tempfile::tempdir().unwrap();
    let (index, _) = Index::open(folder.path()).unwrap();
    (folder, index)
}

fn ids(listed: &[ListedRecord]) -> Vec<RecordId> {
    listed.iter().map(|listed| listed.row.record).collect()
}

#[test]
fn the_earliest_deadline_stands_first_and_what_the_agency_holds_stands_elsewhere() {
    let (_folder, mut index) = index();
    let rows = [
        row(1, RecordState::Interrupted, None),
        row(2, RecordState::Sealed, Some(200)),
        row(3, RecordState::Sealed, Some(100)),
        row(4, RecordState::Stored, Some(50)),
        row(5, RecordState::Stored, Some(60)),
    ];
    index.put(rows.map(entry)).unwrap();
    assert_eq!(ids(&index.urgent(9).unwrap()), [id(3), id(2), id(1)]);
    assert_eq!(ids(&index.urgent(1).unwrap()), [id(3)]);
    assert_eq!(ids(&index.unended(9).unwrap()), [id(1)]);
    assert_eq!(ids(&index.stored(None, 1).unwrap()), [id(5)]);
    assert_eq!(ids(&index.stored(Some((5, id(5))), 9).unwrap()), [id(4)]);
    assert_eq!(index.listed_one(id(9)).unwrap(), None);
}

#[test]
fn of_an_activity_the_earliest_deadline_stands_beside_each_record_until_it_is_stored() {
    let (_folder, mut index) = index();
    let of = |n: u32, deadline_us: Option<i64>, activity: Option<[u8; 16]>| {
        let beside = Beside { special_rule: Some(n), own_storage_us: Some(7), own_filing_us: None };
        RecordRow { beside, activity, ..row(n, RecordState::Sealed, deadline_us) }
    };
    let (this, other) = (Some([7; 16]), Some([8; 16]));
    let rows = [
        of(1, Some(300), this),
        of(2, Some(200), this),
        of(3, None, this),
        of(4, Some(100), other),
        of(5, Some(50), None),
    ];
    index.put(rows.clone().map(entry)).unwrap();
    let term = |index: &Index, n| index.listed_one(id(n)).unwrap().unwrap().activity;
    let of_this = |records, earliest_us| Some(ActivityTerm { records, earliest_us });
    for n in 1..=3 {
        assert_eq!(term(&index, n), of_this(3, Some(200)));
    }
    assert_eq!((term(&index, 4), term(&index, 5)), (of_this(1, Some(100)), None));
    assert_eq!(index.record(id(2)).unwrap().as_ref(), Some(&rows[1]), "all of a row is kept");
    // What the agency holds is waited for no more.
    index.put([entry(RecordRow { state: RecordState::Stored, ..rows[1].clone() })]).unwrap();
    assert_eq!(term(&index, 1), of_this(2, Some(300)));
    index.put([entry(RecordRow { state: RecordState::Stored, ..rows[0].clone() })]).unwrap();
    assert_eq!(term(&index, 3), of_this(1, None));
}

#[test]
fn a_notice_finds_a_record_by_the_laws_day_or_by_the_agencys_own_for_its_texts() {
    let (_folder, mut index) = index();
    let of = |n: u32, deadline_us: Option<i64>, own_filing_us: Option<i64>| {
        let beside = Beside { special_rule: None, own_storage_us: None, own_filing_us };
        RecordRow { beside, ..row(n, RecordState::Sealed, deadline_us) }
    };
    index
        .put(
            [of(1, Some(100), None), of(2, Some(10), Some(150)), of(3, None, Some(120)), of(4, Some(10), Some(500))]
                .map(entry),
        )
        .unwrap();
    let mut found: Vec<_> = index.due_within(100, 200).unwrap().iter().map(|row| row.record).collect();
    found.sort();
    assert_eq!(found, [id(1), id(2), id(3)]);
}

#[test]
fn a_record_shows_how_far_it_came_and_what_needs_somebody_before_what_goes_by_itself() {
    let (_folder, mut index) = index();
    index.put([entry(row(1, RecordState::Sealed, Some(1)))]).unwrap();
    let all = index.uploads_of(id(1)).unwrap();
    let one = |index: &Index| index.listed_one(id(1)).unwrap().unwrap();
    assert_eq!((one(&index).size_bytes, one(&index).stored_bytes), (9_900, 0));
    assert_eq!(one(&index).next.unwrap().kind, UploadKind::Opened);
    index.settle_upload(&all[2], &Settled::Further { stored_bytes: 4_000 }).unwrap();
    index.settle_upload(&all[0], &Settled::Done { size_bytes: 100 }).unwrap();
    assert_eq!(one(&index).stored_bytes, 4_100, "the opened line is the first of the lines");
    index.settle_upload(&all[2], &Settled::Held { reason: "file_damaged".to_owned() }).unwrap();
    assert_eq!(one(&index).next.unwrap().reason.as_deref(), Some("file_damaged"));
    // A record's rows are made anew: what is gone counts no more.
    let mut without_film = entry(row(1, RecordState::Sealed, Some(1)));
    without_film.uploads.pop();
    index.put([without_film]).unwrap();
    assert_eq!((one(&index).size_bytes, one(&index).stored_bytes), (900, 100));
}

#[test]
fn tallies_follow_every_change() {
    let (_folder, mut index) = index();
    index.put([entry(row(1, RecordState::Sealed, None)), entry(row(2, RecordState::Sealed, None))]).unwrap();
    let sealed = |records, owing| Tally { state: RecordState::Sealed, records, owing };
    assert_eq!(index.tallies().unwrap(), [sealed(2, 1)]);
    index.put([entry(row(1, RecordState::Stored, None))]).unwrap();
    let stored = Tally { state: RecordState::Stored, records: 1, owing: 1 };
    assert_eq!(index.tallies().unwrap(), [sealed(1, 0), stored]);
}

/// Rows that were given and steps of SQLite's machine for everything a home screen asks.
fn price(records: u32) -> (usize, i32) {
    let (_folder, mut index) = index();
    let states = [RecordState::Sealed, RecordState::Interrupted, RecordState::Stored, RecordState::Ended];
    let rows = (0..records).map(|n| {
        // Each activity has the same four records, however many activities there are.
        let activity = Some(id(n / 4).0);
        RecordRow { activity, ..row(n, states[n as usize % 4], (n % 4 != 1).then(|| i64::from(n))) }
    });
    index.put(rows.map(entry)).unwrap();
    let look = |index: &Index| {
        let lists = [index.urgent(2).unwrap(), index.unended(2).unwrap(), index.stored(None, 2).unwrap()];
        lists.iter().map(Vec::len).sum::<usize>() + index.tallies().unwrap().len()
    };
    let rows = look(&index);
    let first = ["state = 'held'", "state <> 'done'"].map(first_sql);
    let steps = [urgent_sql(), unended_sql(), stored_sql(), ACTIVITY_SQL.to_owned()].into_iter().chain(first);
    let steps = steps
        .map(|sql| {
            let statement = index.db.prepare_cached(&sql).unwrap();
            assert_eq!(statement.get_status(StatementStatus::Sort), 0, "{sql}");
            statement.get_status(StatementStatus::VmStep)
        })
        .sum();
    (rows, steps)
}

#[test]
fn a_home_screen_asks_for_as_many_rows_at_10_000_records_as_at_10() {
    let prices = [12, 10_000].map(price);
    println!("rows and steps for a home screen at 12 and at 10,000 records: {prices:?}");
    assert!(prices[0].0 > 0 && prices[0].1 > 0);
    assert_eq!(prices[0], prices[1]);
}
