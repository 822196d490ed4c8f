//! The index on a real folder: rebuilt, migrated, damaged, cut off in the midst, and never in the way of the vault.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use quanji_store::{
    ContentLength, FileKind, Identity, Index, IndexError, IndexState, Opening, Ports, RealDisk, RecordEntry, RecordId,
    RecordRow, RecordState, SCHEMA_VERSION, SegmentRow, SegmentState, Store, Summarise, Summary,
};
use quanji_testkit::{Dice, FixedKeys, SeededChance};
use rusqlite::Connection;

/// Reads the lines that these tests write: `opened AT`, `activity N`, `ended AT`.
struct TestLines;

impl Summarise for TestLines {
    fn summarise(&self, record: RecordId, lines: &[u8], contents: &[ContentLength]) -> Option<Summary> {
        let text = std::str::from_utf8(lines).ok()?;
        let time_of = |word: &str| text.lines().find_map(|line| line.strip_prefix(word)?.trim().parse().ok());
        let ended_at_us = time_of("ended");
        let activity = time_of("activity").map(|number: i64| [number as u8; 16]);
        let state = if ended_at_us.is_some() { RecordState::Ended } else { RecordState::Recording };
        let segments = contents.iter().filter(|content| content.identity.kind == FileKind::Segment);
        let segments = segments.map(|content| SegmentRow {
            record,
            take: content.identity.take,
            number: content.identity.number,
            digest: Some(vec![7; 32]),
            size_bytes: content.len,
            state: if content.is_purged { SegmentState::Purged } else { SegmentState::Waiting },
            deadline_us: ended_at_us,
        });
        Some(Summary {
            record: RecordRow {
                record,
                state,
                opened_at_us: time_of("opened")?,
                ended_at_us,
                owed_count: 1,
                deadline_us: ended_at_us,
                term: quanji_store::Term::None,
                beside: quanji_store::Beside::default(),
                activity,
            },
            segments: segments.collect(),
            uploads: Vec::new(),
            barred: None,
        })
    }
}

fn open(folder: &Path, chance: u64) -> (Store, Opening) {
    let ports = Ports {
        disk: Arc::new(RealDisk::open(folder).expect("the test's folder")),
        keys: Arc::new(FixedKeys::of(&[9])),
        chance: Arc::new(SeededChance::new(chance)),
        reserve_bytes: 64 << 10,
    };
    Store::open(ports, folder, &TestLines, &mut |_| {}).expect("the store opens")
}

fn record(n: u8) -> RecordId {
    RecordId([n; 16])
}

/// Three records with two segments each.
fn fill(store: &Store) {
    let mut writer = store.vault.writer().expect("the only writer");
    for n in 1..=3 {
        let journal = Identity::journal(record(n));
        writer.create(journal).expect("there is room");
        writer.append_line(journal, format!("opened {n}\n").as_bytes()).expect("there is room");
        for number in 0..2 {
            let segment = Identity::segment(record(n), 1, number);
            writer.create(segment).expect("there is room");
            writer.append_media(segment, &[n; 1_000]).expect("there is room");
            writer.finish(segment).expect("there is room");
        }
        writer.append_line(journal, format!("ended {}\n", u32::from(n) * 100).as_bytes()).expect("there is room");
        writer.finish(journal).expect("there is room");
    }
    let _ = writer.commit().expect("there is room");
}

fn everything(index: &Index) -> (Vec<RecordRow>, Vec<SegmentRow>) {
    let records = index.records().expect("the index answers");
    let segments = records.iter().flat_map(|row| index.segments_of(row.record).expect("it answers")).collect();
    (records, segments)
}

/// A vault with three records and an index that knows them.
fn filled(folder: &Path) -> (Vec<RecordRow>, Vec<SegmentRow>) {
    let (store, _) = open(folder, 1);
    fill(&store);
    drop(store);
    let (store, opening) = open(folder, 2);
    assert_eq!(opening.summarised, 3);
    everything(&store.index)
}

#[test]
fn a_lost_index_is_rebuilt_from_the_vault() {
    let folder = tempfile::tempdir().unwrap();
    let rows = filled(folder.path());
    assert_eq!((rows.0.len(), rows.1.len()), (3, 6));
    for end in ["", "-wal", "-shm"] {
        let from = folder.path().join(format!("index.db{end}"));
        if from.exists() {
            fs::rename(from, folder.path().join(format!("gone{end}"))).unwrap();
        }
    }
    let (store, opening) = open(folder.path(), 3);
    assert!(matches!(opening.index, IndexState::Created));
    assert_eq!(opening.summarised, 3);
    assert_eq!(everything(&store.index), rows);
}

#[test]
fn an_opening_with_an_index_reads_no_file_that_has_not_changed() {
    let folder = tempfile::tempdir().unwrap();
    let rows = filled(folder.path());
    let (store, opening) = open(folder.path(), 3);
    assert!(matches!(opening.index, IndexState::Opened { migrated_from: None }));
    assert_eq!((opening.recovery.as_known, opening.recovery.found.len(), opening.summarised), (9, 0, 0));
    let journal = Identity::journal(record(2));
    let mut writer = store.vault.writer().unwrap();
    writer.append_line(journal, b"addendum\n").unwrap();
    let _ = writer.commit().unwrap();
    drop((writer, store));
    let (store, opening) = open(folder.path(), 4);
    assert_eq!((opening.recovery.as_known, opening.recovery.found.len(), opening.summarised), (8, 1, 1));
    assert_eq!(everything(&store.index), rows);
}

#[test]
fn a_damaged_index_is_moved_aside_kept_reported_and_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let rows = filled(folder.path());
    let path = folder.path().join("index.db");
    for (turn, damage) in ["not a database at all", ""].iter().enumerate() {
        let mut bytes = fs::read(&path).unwrap();
        match *damage {
            "" => bytes[5_000..9_000].fill(0xAA),
            text => bytes = text.repeat(300).into_bytes(),
        }
        fs::write(&path, &bytes).unwrap();
        let (store, opening) = open(folder.path(), 10 + turn as u64);
        let IndexState::SetAside { kept_as, .. } = opening.index else { panic!("{:?}", opening.index) };
        assert_eq!(kept_as.file_name().unwrap().to_str().unwrap(), format!("index.damaged-{}", turn + 1));
        assert_eq!(fs::read(kept_as).unwrap(), bytes, "kept as it was");
        assert_eq!(everything(&store.index), rows);
        assert_eq!(opening.recovery.troubles, []);
    }
}

#[test]
fn a_record_whose_first_group_was_lost_is_in_no_list() {
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = open(folder.path(), 1);
    let mut writer = store.vault.writer().unwrap();
    let never = Identity::journal(record(9));
    writer.create(never).unwrap();
    writer.append_line(never, b"opened 9\n").unwrap();
    writer.give_up();
    let _ = writer.commit().unwrap();
    drop((writer, store));
    let (store, opening) = open(folder.path(), 2);
    assert_eq!((opening.recovery.found.len(), store.index.records().unwrap()), (1, Vec::new()));
    drop(store);
    let (_, opening) = open(folder.path(), 3);
    assert_eq!(opening.recovery.found.len(), 0, "its file is known");
}

/// Whatever bytes the index has, the vault opens and the rows are right.
#[test]
fn no_damage_of_the_index_keeps_the_vault_from_opening() {
    let folder = tempfile::tempdir().unwrap();
    let rows = filled(folder.path());
    let path = folder.path().join("index.db");
    let good = fs::read(&path).unwrap();
    let mut dice = Dice::new(4);
    let mut set_aside = 0;
    for turn in 0..60 {
        let mut bad = good.clone();
        match turn % 3 {
            0 => bad.truncate(dice.below(good.len() as u64) as usize),
            1 => {
                let at = dice.below(good.len() as u64) as usize;
                bad[at] ^= 1 << dice.below(8);
            }
            _ => {
                let at = dice.below(good.len() as u64 / 512) as usize * 512;
                let page = dice.bytes(512);
                bad[at..at + 512].copy_from_slice(&page);
            }
        }
        for end in ["-wal", "-shm"] {
            let companion = folder.path().join(format!("index.db{end}"));
            if companion.exists() {
                fs::write(companion, b"").unwrap();
            }
        }
        fs::write(&path, &bad).unwrap();
        let (store, opening) = open(folder.path(), 100 + turn);
        set_aside += u32::from(matches!(opening.index, IndexState::SetAside { .. }));
        for n in 1..=3 {
            let lines = store.vault.lines(Identity::journal(record(n))).unwrap();
            assert_eq!(lines, format!("opened {n}\nended {}\n", u32::from(n) * 100).into_bytes(), "turn {turn}");
        }
        drop(store);
        fs::write(&path, &good).unwrap();
    }
    assert!(set_aside > 15, "only {set_aside} of 60 were noticed at opening");
    let (store, _) = open(folder.path(), 999);
    assert_eq!(everything(&store.index), rows);
}

/// SQLite's own check does not see a number that is merely another one.
#[test]
fn a_changed_length_in_the_index_hides_no_line() {
    let folder = tempfile::tempdir().unwrap();
    let rows = filled(folder.path());
    let db = Connection::open(folder.path().join("index.db")).unwrap();
    assert_eq!(db.execute("UPDATE file SET plain_bytes = plain_bytes - 9 WHERE kind = 1", []).unwrap(), 3);
    drop(db);
    let (store, opening) = open(folder.path(), 3);
    let is_bad_row =
        |state: &IndexState| matches!(state, IndexState::SetAside { why: IndexError::BadRow { table: "file" }, .. });
    assert!(is_bad_row(&opening.index), "{:?}", opening.index);
    assert_eq!(store.vault.lines(Identity::journal(record(1))).unwrap(), b"opened 1\nended 100\n");
    assert_eq!(everything(&store.index), rows);
}

#[test]
fn an_index_of_a_later_version_is_kept_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let rows = filled(folder.path());
    let db = Connection::open(folder.path().join("index.db")).unwrap();
    db.pragma_update(None, "user_version", 77).unwrap();
    drop(db);
    let (store, opening) = open(folder.path(), 3);
    let why_newer = |state: &IndexState| {
        matches!(state, IndexState::SetAside { why: IndexError::Newer { found: 77, known: SCHEMA_VERSION }, .. })
    };
    assert!(why_newer(&opening.index), "{:?}", opening.index);
    assert_eq!(everything(&store.index), rows);
}

#[test]
fn without_room_for_an_index_the_vault_opens_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    // A folder where the database should be: no file can be had.
    fs::create_dir(folder.path().join("index.db")).unwrap();
    let (store, opening) = open(folder.path(), 1);
    assert!(matches!(opening.index, IndexState::InMemory { .. }), "{:?}", opening.index);
    fill(&store);
}

fn schema(path: &Path) -> Vec<String> {
    let db = Connection::open(path).expect("a database");
    let sql = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name";
    let mut statement = db.prepare(sql).expect("every database has this table");
    let rows = statement.query_map([], |row| row.get(0)).expect("no parameters");
    rows.collect::<Result<_, _>>().expect("text")
}

/// `tests/frozen/index-N.db` is what a phone with schema N left behind. A new schema adds its own file here.
#[test]
fn every_old_index_migrates_to_what_a_new_one_is() {
    let new = tempfile::tempdir().unwrap();
    drop(Index::open(new.path()).unwrap());
    let expected = schema(&new.path().join("index.db"));
    for version in 1..=SCHEMA_VERSION {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index.db");
        let frozen = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/frozen/index-{version}.db"));
        fs::copy(&frozen, &path).unwrap();
        let (index, state) = Index::open(folder.path()).unwrap();
        let migrated = (version < SCHEMA_VERSION).then_some(version);
        assert!(matches!(state, IndexState::Opened { migrated_from } if migrated_from == migrated), "{state:?}");
        assert_eq!(schema(&path), expected, "from schema {version}");
        let (records, segments) = everything(&index);
        assert_eq!((records.len(), segments.len()), (2, 3), "the rows of schema {version} are still there");
        assert_eq!(records[0].deadline_us, Some(1_700_000_000_000_000));
    }
}

/// Puts the frozen index of schema 6 in the place of the one in `folder`, with what it would know of the same vault.
fn put_back_to_schema_6(folder: &Path) {
    let (now, old) = (folder.join("index.db"), folder.join("index-6.db"));
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen/index-6.db"), &old).unwrap();
    let db = Connection::open(&old).unwrap();
    db.execute("ATTACH ?1 AS now", [now.to_str().unwrap()]).unwrap();
    db.execute_batch(
        "DELETE FROM segment; DELETE FROM record;
         INSERT INTO file SELECT * FROM now.file;
         INSERT INTO record (record_id, state, opened_at_us, ended_at_us, owed_count, deadline_us, term)
             SELECT record_id, state, opened_at_us, ended_at_us, owed_count, deadline_us, term FROM now.record;
         INSERT INTO segment SELECT * FROM now.segment;
         DETACH now;",
    )
    .unwrap();
    drop(db);
    for end in ["-wal", "-shm"] {
        let companion = folder.join(format!("index.db{end}"));
        assert!(!companion.exists() || fs::rename(companion, folder.join(format!("gone{end}"))).is_ok());
    }
    fs::rename(old, now).unwrap();
}

/// A record that has no deadline yet, and one that has: both name an activity.
fn filled_with_activities(folder: &Path) {
    let (store, _) = open(folder, 1);
    let mut writer = store.vault.writer().unwrap();
    for (n, rest) in [(1, ""), (2, "ended 200\n")] {
        let journal = Identity::journal(record(n));
        writer.create(journal).unwrap();
        let lines = format!("opened {n}\nactivity {n}\n{rest}");
        lines.split_inclusive('\n').for_each(|line| writer.append_line(journal, line.as_bytes()).unwrap());
        writer.finish(journal).unwrap();
    }
    let _ = writer.commit().unwrap();
    drop((writer, store));
    drop(open(folder, 2));
}

fn activities(index: &Index) -> Vec<Option<[u8; 16]>> {
    [1, 2].into_iter().map(|n| index.record(record(n)).unwrap().unwrap().activity).collect()
}

#[test]
fn rows_of_before_schema_7_are_made_anew_at_the_first_opening_with_a_deadline_or_without() {
    let folder = tempfile::tempdir().unwrap();
    filled_with_activities(folder.path());
    put_back_to_schema_6(folder.path());
    let (store, opening) = open(folder.path(), 3);
    assert!(matches!(opening.index, IndexState::Opened { migrated_from: Some(6) }), "{:?}", opening.index);
    assert_eq!((opening.recovery.found.len(), opening.summarised), (0, 2), "no file has changed, every row has");
    assert_eq!(store.index.record(record(1)).unwrap().unwrap().deadline_us, None);
    assert_eq!(activities(&store.index), [Some([1; 16]), Some([2; 16])]);
    drop(store);
    let (store, opening) = open(folder.path(), 4);
    assert_eq!(opening.summarised, 0, "once");
    assert_eq!(activities(&store.index), [Some([1; 16]), Some([2; 16])]);
}

#[test]
fn a_phone_that_dies_between_the_migration_and_the_new_rows_makes_them_at_the_next_opening() {
    let folder = tempfile::tempdir().unwrap();
    filled_with_activities(folder.path());
    put_back_to_schema_6(folder.path());
    let (index, _) = Index::open(folder.path()).unwrap();
    assert_eq!(activities(&index), [None, None], "the migration alone knows no activity");
    drop(index);
    let (store, opening) = open(folder.path(), 3);
    assert!(matches!(opening.index, IndexState::Opened { migrated_from: None }), "{:?}", opening.index);
    assert_eq!(opening.summarised, 2);
    assert_eq!(activities(&store.index), [Some([1; 16]), Some([2; 16])]);
}

/// The power may go at any byte that a migration writes: afterwards the rows are there and the migration ends.
#[test]
fn a_crash_inside_a_migration_loses_no_row() {
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/frozen/index-1.db");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index.db");
    fs::copy(&old, &path).unwrap();
    let (index, _) = Index::open(folder.path()).unwrap();
    // The connection is alive, so nothing has been brought back from the log.
    let database = fs::read(&path).unwrap();
    let log = fs::read(folder.path().join("index.db-wal")).unwrap();
    drop(index);
    assert!(log.len() > 4_096, "the migration went through the log");
    let mut schemas = [0; SCHEMA_VERSION as usize + 1];
    let cuts = (0..log.len()).step_by(512).chain([log.len() - 1, log.len()]);
    for (turn, cut) in cuts.enumerate() {
        let crashed = tempfile::tempdir().unwrap();
        fs::write(crashed.path().join("index.db"), &database).unwrap();
        let mut torn = log[..cut].to_vec();
        if turn % 2 == 1 {
            // A length that is durable before the last sector is.
            let last = torn.len().saturating_sub(512);
            torn[last..].fill(0);
        }
        fs::write(crashed.path().join("index.db-wal"), &torn).unwrap();
        let (index, state) = Index::open(crashed.path()).unwrap();
        let IndexState::Opened { migrated_from } = state else { panic!("cut {cut}: {state:?}") };
        schemas[migrated_from.unwrap_or(SCHEMA_VERSION) as usize] += 1;
        let (records, segments) = everything(&index);
        assert_eq!((records.len(), segments.len()), (2, 3), "cut {cut}");
    }
    assert!(schemas[1] > 0 && schemas[SCHEMA_VERSION as usize] > 0, "both before and after were met: {schemas:?}");
}

/// Run by hand once when a schema is new: `QUANJI_FREEZE=1 cargo test -p quanji-store --test index freeze -- --ignored`.
#[test]
#[ignore = "makes the frozen index of the newest schema"]
fn freeze_the_newest_schema() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/frozen/index-{SCHEMA_VERSION}.db"));
    assert!(std::env::var_os("QUANJI_FREEZE").is_some() && !path.exists(), "a frozen index is never made again");
    let folder = tempfile::tempdir().unwrap();
    let (mut index, _) = Index::open(folder.path()).unwrap();
    let row = |n: u8| RecordRow {
        record: record(n),
        state: RecordState::Ended,
        opened_at_us: 5,
        ended_at_us: Some(6),
        owed_count: 2,
        deadline_us: Some(1_700_000_000_000_000 + i64::from(n) - 1),
        term: quanji_store::Term::None,
        beside: quanji_store::Beside::default(),
        activity: None,
    };
    let segment = |n: u8, number: u32| SegmentRow {
        record: record(n),
        take: 1,
        number,
        digest: Some(vec![1; 32]),
        size_bytes: 10,
        state: SegmentState::Waiting,
        deadline_us: None,
    };
    let entry =
        |n, segments| RecordEntry { record: row(n), segments, uploads: Vec::new(), barred: None, files: Vec::new() };
    index.put([entry(1, vec![segment(1, 0), segment(1, 1)]), entry(2, vec![segment(2, 0)])]).unwrap();
    drop(index);
    let db = Connection::open(folder.path().join("index.db")).unwrap();
    db.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(())).unwrap();
    drop(db);
    fs::copy(folder.path().join("index.db"), path).unwrap();
}

#[test]
fn the_schema_refuses_what_the_types_refuse() {
    let folder = tempfile::tempdir().unwrap();
    let (mut index, _) = Index::open(folder.path()).unwrap();
    let row = SegmentRow {
        record: record(1),
        take: 1,
        number: 0,
        digest: None,
        size_bytes: 1,
        state: SegmentState::Waiting,
        deadline_us: None,
    };
    assert!(index.put_segment(&row).is_err(), "a segment of no record");
    let owner = RecordRow {
        record: record(1),
        state: RecordState::Recording,
        opened_at_us: 0,
        ended_at_us: None,
        owed_count: 0,
        deadline_us: None,
        term: quanji_store::Term::None,
        beside: quanji_store::Beside::default(),
        activity: None,
    };
    index.put_record(&owner).unwrap();
    assert!(index.put_segment(&row).is_err(), "a waiting segment without a digest");
    index.put_segment(&SegmentRow { state: SegmentState::Recording, ..row.clone() }).unwrap();
    index.put_segment(&SegmentRow { digest: Some(vec![0; 32]), ..row.clone() }).unwrap();
    assert_eq!(index.segments_in(SegmentState::Waiting, 10).unwrap().len(), 1);
    assert_eq!(index.segments_in(SegmentState::Recording, 10).unwrap(), []);
}
