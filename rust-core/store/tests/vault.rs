//! What the vault promises, one promise at a time, on a simulated disk.

mod common;

use std::sync::Arc;

use common::{RECORD, open, ports, read};
use quanji_store::{
    AppendError, ChunkFault, CreateError, FileKind, GroupLost, GroupLostWhy, Identity, Known, LinesTail, OpenError,
    OrphanReason, PurgeError, PurgeWarrant, ReadError, Reserve, SyncPoint, Trouble, Vault,
};
use quanji_testkit::{Dice, FixedKeys, SimClock, TornDisk};

const JOURNAL: Identity = Identity { record: RECORD, kind: FileKind::Journal, take: 0, number: 0 };
const SEGMENT: Identity = Identity { record: RECORD, kind: FileKind::Segment, take: 1, number: 0 };

#[test]
fn a_commit_in_the_midst_of_a_segment_costs_two_syncs_and_three_where_one_begins() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(JOURNAL).unwrap();
    let _ = writer.commit().unwrap();
    writer.create(SEGMENT).unwrap();
    writer.append_media(SEGMENT, b"film").unwrap();
    writer.append_line(JOURNAL, b"fragment\n").unwrap();
    disk.take_syncs();
    let _ = writer.commit().unwrap();
    assert_eq!(disk.take_syncs(), [SyncPoint::NamedBytes, SyncPoint::NewNames, SyncPoint::Lines]);
    writer.append_media(SEGMENT, b"more").unwrap();
    writer.append_line(JOURNAL, b"fragment\n").unwrap();
    let acknowledged = writer.commit().unwrap();
    assert_eq!(disk.take_syncs(), [SyncPoint::NamedBytes, SyncPoint::Lines]);
    assert_eq!(acknowledged.lengths, [(JOURNAL, 18), (SEGMENT, 8)]);
    let _ = writer.commit().unwrap();
    assert_eq!(disk.take_syncs(), [], "nothing new, nothing synced");
}

#[test]
fn what_is_not_committed_is_not_shown_to_readers() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(JOURNAL).unwrap();
    writer.append_line(JOURNAL, b"one\n").unwrap();
    let _ = writer.commit().unwrap();
    writer.append_line(JOURNAL, b"two\n").unwrap();
    assert_eq!(vault.lines(JOURNAL).unwrap(), b"one\n");
    let _ = writer.commit().unwrap();
    assert_eq!(vault.lines(JOURNAL).unwrap(), b"one\ntwo\n");
}

#[test]
fn what_was_given_up_is_in_no_later_commit() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(JOURNAL).unwrap();
    writer.append_line(JOURNAL, b"one\n").unwrap();
    let _ = writer.commit().unwrap();
    let segment_of_the_group = Identity { number: 1, ..SEGMENT };
    writer.create(segment_of_the_group).unwrap();
    writer.append_media(segment_of_the_group, &[7; 100_000]).unwrap();
    writer.append_line(JOURNAL, b"two\n").unwrap();
    writer.give_up();
    writer.append_line(JOURNAL, b"three\n").unwrap();
    let _ = writer.commit().unwrap();
    assert_eq!(vault.lines(JOURNAL).unwrap(), b"one\nthree\n");
    drop((writer, vault));
    disk.crash();
    let vault = open(&disk);
    assert_eq!(vault.lines(JOURNAL).unwrap(), b"one\nthree\n");
    assert_eq!(vault.acknowledged_len(segment_of_the_group), Some(0));
}

#[test]
fn a_tail_gives_each_line_once_as_it_is_acknowledged_and_reads_no_more_than_came() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(JOURNAL).unwrap();
    let mut tail = LinesTail::new(vault.clone(), JOURNAL);
    assert_eq!(tail.more().unwrap(), b"");
    let mut given = Vec::new();
    for number in 0..60_u32 {
        let line = format!("{number} {}\n", "x".repeat(900));
        writer.append_line(JOURNAL, line.as_bytes()).unwrap();
        assert_eq!(tail.more().unwrap(), b"", "not committed, not given");
        match number {
            // A sync fails: the group is lost and said again, in a further part.
            20 | 40 => {
                disk.fail_sync(SyncPoint::Lines, 0);
                writer.commit().unwrap_err();
                assert_eq!(tail.more().unwrap(), b"");
                writer.append_line(JOURNAL, line.as_bytes()).unwrap();
            }
            // Marked as whole, and gone on with.
            30 => writer.finish(JOURNAL).unwrap(),
            _ => {}
        }
        let _ = writer.commit().unwrap();
        let before = disk.read_bytes();
        let more = tail.more().unwrap();
        assert_eq!(more, line.as_bytes());
        assert!(disk.read_bytes() - before < 8_000, "line {number}: {} bytes were read", disk.read_bytes() - before);
        given.extend(more);
    }
    assert_eq!(given, vault.lines(JOURNAL).unwrap());
    assert_eq!(tail.at(), given.len() as u64);
}

#[test]
fn film_of_several_chunks_reads_back_from_any_offset() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(SEGMENT).unwrap();
    let film = Dice::new(5).bytes((2 << 20) + 12_345);
    for piece in film.chunks(700_001) {
        writer.append_media(SEGMENT, piece).unwrap();
    }
    let _ = writer.commit().unwrap();
    let mut content = vault.content(SEGMENT).unwrap();
    assert_eq!(content.len(), film.len() as u64);
    for offset in [0, 1, 1 << 20, (1 << 20) - 3, 2 << 20, film.len() - 1] {
        let mut buf = vec![0; 5_000];
        let read = content.read_at(offset as u64, &mut buf).unwrap();
        assert_eq!(buf[..read], film[offset..(offset + 5_000).min(film.len())]);
    }
    assert_eq!(content.read_at(film.len() as u64, &mut [0; 8]).unwrap(), 0);
}

#[test]
fn lines_of_more_than_a_chunk_survive_in_one_group() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(JOURNAL).unwrap();
    let mut line = vec![b'x'; 60_000];
    line.push(b'\n');
    for _ in 0..40 {
        writer.append_line(JOURNAL, &line).unwrap();
    }
    let _ = writer.commit().unwrap();
    assert_eq!(vault.lines(JOURNAL).unwrap(), line.repeat(40));
}

#[test]
fn a_line_is_one_line() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(JOURNAL).unwrap();
    for bad in [&b""[..], b"no end", b"two\nlines\n", b"\n\n"] {
        assert!(matches!(writer.append_line(JOURNAL, bad), Err(AppendError::NotOneLine)), "{bad:?}");
    }
    let long = vec![b'\n'; 70_000];
    assert!(matches!(
        writer.append_line(JOURNAL, &long),
        Err(AppendError::LineTooLong { found: 70_000, limit: 65_536 })
    ));
    assert!(matches!(writer.append_line(SEGMENT, b"x\n"), Err(AppendError::WrongKind(_))));
    assert!(matches!(writer.append_media(JOURNAL, b"x"), Err(AppendError::WrongKind(_))));
    assert!(matches!(writer.append_media(SEGMENT, b"x"), Err(AppendError::NotOpen(_))));
    assert!(matches!(writer.create(JOURNAL), Err(CreateError::Exists(_))));
}

#[test]
fn a_vault_has_one_process_and_one_writer() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    assert!(matches!(Vault::open(ports(&disk, 99), &Known::default()), Err(OpenError::InUse)));
    let writer = vault.writer().unwrap();
    assert!(vault.writer().is_none());
    drop(writer);
    assert!(vault.writer().is_some());
    drop(vault);
    open(&disk);
}

#[test]
fn a_journal_goes_on_after_a_restart_and_a_segment_does_not() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(JOURNAL).unwrap();
    writer.create(SEGMENT).unwrap();
    writer.append_line(JOURNAL, b"one\n").unwrap();
    let _ = writer.commit().unwrap();
    writer.finish(JOURNAL).unwrap();
    let _ = writer.commit().unwrap();
    drop((writer, vault));
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.append_line(JOURNAL, b"two\n").unwrap();
    let _ = writer.commit().unwrap();
    assert!(matches!(writer.append_media(SEGMENT, b"x"), Err(AppendError::NotOpen(_))));
    assert_eq!(vault.lines(JOURNAL).unwrap(), b"one\ntwo\n");
    assert_eq!(vault.next_number(RECORD, FileKind::Segment, 1), 1);
    assert_eq!(vault.next_number(RECORD, FileKind::Segment, 2), 0);
}

#[test]
fn after_a_failed_sync_a_journal_goes_on_in_another_file_and_reads_as_one() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(JOURNAL).unwrap();
    writer.append_line(JOURNAL, b"one\n").unwrap();
    let _ = writer.commit().unwrap();
    disk.fail_sync(SyncPoint::Lines, 0);
    writer.append_line(JOURNAL, b"lost\n").unwrap();
    let lost = writer.commit().unwrap_err();
    assert!(matches!(lost, GroupLost::Failed { why: GroupLostWhy::Sync { file: JOURNAL }, .. }), "{lost:?}");
    let files_before = disk.files().len();
    writer.append_line(JOURNAL, b"two\n").unwrap();
    let _ = writer.commit().unwrap();
    assert_eq!(disk.files().len(), files_before + 1, "nothing more goes into the file whose sync failed");
    drop((writer, vault));
    disk.crash();
    let vault = open(&disk);
    assert_eq!(vault.lines(JOURNAL).unwrap(), b"one\ntwo\n");
    let mut writer = vault.writer().unwrap();
    writer.append_line(JOURNAL, b"three\n").unwrap();
    let _ = writer.commit().unwrap();
    assert_eq!(vault.lines(JOURNAL).unwrap(), b"one\ntwo\nthree\n");
}

#[test]
fn after_a_failed_sync_a_segment_takes_nothing_more() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(SEGMENT).unwrap();
    writer.append_media(SEGMENT, b"kept").unwrap();
    let _ = writer.commit().unwrap();
    disk.fail_sync(SyncPoint::NamedBytes, 0);
    writer.append_media(SEGMENT, b"lost").unwrap();
    assert!(writer.commit().is_err());
    assert!(matches!(writer.append_media(SEGMENT, b"x"), Err(AppendError::Poisoned(SEGMENT))));
    let _ = writer.commit().unwrap();
    assert_eq!(read(&vault, SEGMENT).unwrap(), b"kept");
}

/// The line may be on the disk although its sync failed, so what it names must stay.
#[test]
fn film_stays_when_only_the_lines_of_its_group_are_lost() {
    for seed in 0..100 {
        let disk = TornDisk::new(seed);
        let vault = open(&disk);
        let mut writer = vault.writer().unwrap();
        writer.create(JOURNAL).unwrap();
        writer.create(SEGMENT).unwrap();
        let _ = writer.commit().unwrap();
        disk.fail_sync(SyncPoint::Lines, 0);
        writer.append_media(SEGMENT, b"film").unwrap();
        writer.append_line(JOURNAL, b"names 4 bytes\n").unwrap();
        assert_eq!(writer.commit().unwrap_err().kept(), [(SEGMENT, 4)]);
        assert_eq!(writer.acknowledged_len(SEGMENT), Some(4));
        assert_eq!(writer.acknowledged_len(JOURNAL), Some(0));
        drop((writer, vault));
        disk.crash();
        assert_eq!(read(&open(&disk), SEGMENT).unwrap(), b"film", "seed {seed}");
    }
}

#[test]
fn a_full_disk_refuses_film_and_takes_the_lines_that_say_so() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    let Reserve::Ready { bytes } = writer.reserve() else { panic!("no reserve") };
    writer.create(JOURNAL).unwrap();
    writer.create(SEGMENT).unwrap();
    let _ = writer.commit().unwrap();
    disk.set_capacity(Some(disk.used() + 2_000));
    writer.append_media(SEGMENT, &[1; 5_000]).unwrap();
    writer.append_line(JOURNAL, b"fragment\n").unwrap();
    let lost = writer.commit().unwrap_err();
    assert!(
        matches!(lost, GroupLost::DiskFull { given_up: Reserve::Ready { bytes: b }, .. } if b == bytes),
        "{lost:?}"
    );
    assert!(matches!(writer.append_media(SEGMENT, b"x"), Err(AppendError::DiskFull)));
    assert!(matches!(writer.create(Identity::photo(RECORD, 0)), Err(CreateError::DiskFull)));
    let statement = [&[b'.'; 3_000][..], b"\n"].concat();
    writer.append_line(JOURNAL, &statement).unwrap();
    let _ = writer.commit().unwrap();
    assert!(!writer.try_resume_media(), "there is no room yet");
    disk.set_capacity(None);
    assert!(writer.try_resume_media());
    assert_eq!(writer.reserve(), Reserve::Ready { bytes });
    writer.append_media(SEGMENT, b"goes on").unwrap();
    let _ = writer.commit().unwrap();
    assert_eq!(read(&vault, SEGMENT).unwrap(), b"goes on");
    assert_eq!(vault.lines(JOURNAL).unwrap(), statement);
}

#[test]
fn no_content_can_be_read_from_the_raw_files() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    let marker = "当事人张三 MARKER-OF-CONTENT 山西省太原市";
    let line = format!("{marker}\n");
    for identity in [JOURNAL, Identity::private(RECORD), Identity::device()] {
        writer.create(identity).unwrap();
        writer.append_line(identity, line.as_bytes()).unwrap();
    }
    for identity in [SEGMENT, Identity::photo(RECORD, 1), Identity::document(RECORD, 2), Identity::receipt(RECORD, 1)] {
        writer.create(identity).unwrap();
        writer.append_media(identity, marker.repeat(100).as_bytes()).unwrap();
    }
    let _ = writer.commit().unwrap();
    writer.append_line(JOURNAL, line.as_bytes()).unwrap();
    drop((writer, vault));
    let parts: Vec<&[u8]> = vec!["张三".as_bytes(), b"MARKER-OF", b"CONTENT", "太原".as_bytes(), &RECORD.0];
    for (name, bytes) in disk.files() {
        for part in &parts {
            assert!(!bytes.windows(part.len()).any(|window| window == *part), "{name} shows content");
        }
    }
}

#[test]
fn two_files_with_the_same_content_have_nothing_in_common() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    for number in 0..2 {
        writer.create(Identity::photo(RECORD, number)).unwrap();
        writer.append_media(Identity::photo(RECORD, number), &[0; 4_096]).unwrap();
    }
    let _ = writer.commit().unwrap();
    let sealed: Vec<_> =
        disk.files().into_iter().filter(|(name, _)| name.len() == 32).map(|(_, bytes)| bytes).collect();
    let pieces = |bytes: &[u8]| bytes[40..].windows(12).map(<[u8]>::to_vec).collect::<std::collections::BTreeSet<_>>();
    // 12 bytes are more than the lengths and kinds that the frames show.
    assert!(pieces(&sealed[0]).is_disjoint(&pieces(&sealed[1])));
}

#[test]
fn another_key_is_told_from_damage() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(JOURNAL).unwrap();
    let _ = writer.commit().unwrap();
    drop((writer, vault));
    let before = disk.files();
    let mut other = ports(&disk, 7);
    other.keys = Arc::new(FixedKeys::of(&[1]));
    let (vault, recovery) = Vault::open(other, &Known::default()).unwrap();
    assert!(matches!(recovery.orphans[0].why, OrphanReason::WrongKey { .. }), "{recovery:?}");
    assert!(matches!(vault.lines(JOURNAL), Err(ReadError::NoSuchFile(_))));
    drop(vault);
    assert_eq!(disk.files(), before, "what cannot be read is left alone");
    open(&disk).lines(JOURNAL).unwrap();
}

#[test]
fn new_files_take_the_new_key_and_old_ones_stay_readable() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(JOURNAL).unwrap();
    writer.append_line(JOURNAL, b"old key\n").unwrap();
    let _ = writer.commit().unwrap();
    drop((writer, vault));
    let mut rotated = ports(&disk, 7);
    rotated.keys = Arc::new(FixedKeys::of(&[common::KEY, 77]));
    let (vault, _) = Vault::open(rotated, &Known::default()).unwrap();
    let mut writer = vault.writer().unwrap();
    writer.create(SEGMENT).unwrap();
    writer.append_media(SEGMENT, b"new key").unwrap();
    writer.append_line(JOURNAL, b"goes on\n").unwrap();
    let _ = writer.commit().unwrap();
    assert_eq!(vault.lines(JOURNAL).unwrap(), b"old key\ngoes on\n");
    drop((writer, vault));
    let (_, recovery) = Vault::open(ports(&disk, 8), &Known::default()).unwrap();
    assert!(matches!(recovery.orphans[..], [ref one] if matches!(one.why, OrphanReason::UnknownKey { .. })));
}

/// Every byte of a finished segment's file, changed in turn.
#[test]
fn a_changed_byte_is_found_and_nothing_is_cut_off_or_written() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(SEGMENT).unwrap();
    for piece in [&[1; 300][..], &[2; 200]] {
        writer.append_media(SEGMENT, piece).unwrap();
        let _ = writer.commit().unwrap();
    }
    writer.finish(SEGMENT).unwrap();
    let _ = writer.commit().unwrap();
    drop((writer, vault));
    let (name, good) = disk.files().into_iter().find(|(name, _)| name.len() == 32).unwrap();
    let data = 40 + 20 + 37 + 16..good.len() - 60;
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        disk.plant(&name, &bad);
        let (vault, recovery) = Vault::open(ports(&disk, 1_000 + at as u64), &Known::default()).unwrap();
        let found = read(&vault, SEGMENT);
        drop(vault);
        let is_found = matches!(found, Err(ReadError::Damaged { .. } | ReadError::NoSuchFile(_)))
            || !recovery.troubles.is_empty()
            || !recovery.orphans.is_empty();
        // A changed mark is a torn mark: cut off into a side file, and no content with it.
        let is_mark = at >= data.end && found.as_ref().is_ok_and(|found| found.len() == 500);
        assert!(is_found || is_mark, "byte {at}");
        if data.contains(&at) {
            assert_eq!(disk.files()[&name], bad, "byte {at}: a damaged original was touched");
        }
    }
}

#[test]
fn damage_in_a_journal_is_reported_with_its_chunk_and_the_journal_goes_on() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(JOURNAL).unwrap();
    for line in [b"one\n", b"two\n"] {
        writer.append_line(JOURNAL, line).unwrap();
        let _ = writer.commit().unwrap();
    }
    writer.finish(JOURNAL).unwrap();
    let _ = writer.commit().unwrap();
    drop((writer, vault));
    let (name, mut bytes) = disk.files().into_iter().find(|(name, _)| name.len() == 32).unwrap();
    let second = 40 + (20 + 37 + 16) + (20 + 4 + 16);
    bytes[second + 20] ^= 1;
    disk.plant(&name, &bytes);
    let (vault, recovery) = Vault::open(ports(&disk, 5), &Known::default()).unwrap();
    let damaged = Trouble::Damaged { identity: JOURNAL, chunk: 2, fault: ChunkFault::Unauthentic, readable: 4 };
    assert_eq!(recovery.troubles, [damaged]);
    let mut writer = vault.writer().unwrap();
    writer.append_line(JOURNAL, b"three\n").unwrap();
    let _ = writer.commit().unwrap();
    assert_eq!(vault.lines(JOURNAL).unwrap(), b"one\nthree\n");
    assert_eq!(disk.files()[&name], bytes, "the damaged file is kept as it is");
}

#[test]
fn a_purge_needs_no_second_asking_and_leaves_the_journal() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(JOURNAL).unwrap();
    writer.create(SEGMENT).unwrap();
    writer.append_media(SEGMENT, b"film").unwrap();
    writer.append_line(JOURNAL, b"sealed\n").unwrap();
    let warrant = PurgeWarrant::from_verified_receipt(RECORD, &[3; 32], vec![SEGMENT]);
    assert!(matches!(writer.purge(&warrant), Err(PurgeError::GroupOpen)));
    let _ = writer.commit().unwrap();
    let journal_only = PurgeWarrant::from_verified_receipt(RECORD, &[3; 32], vec![JOURNAL]);
    assert!(matches!(writer.purge(&journal_only), Err(PurgeError::NotPurgeable(JOURNAL))));
    let purged = writer.purge(&warrant).unwrap();
    assert_eq!((purged.removed, purged.already), (vec![SEGMENT], 0));
    assert_eq!(writer.purge(&warrant).unwrap().already, 1);
    assert!(matches!(vault.content(SEGMENT), Err(ReadError::Purged(SEGMENT))));
    drop((writer, vault));
    disk.crash();
    let vault = open(&disk);
    assert!(matches!(vault.content(SEGMENT), Err(ReadError::Purged(SEGMENT))));
    assert_eq!(vault.lines(JOURNAL).unwrap(), b"sealed\n");
    assert!(vault.contents_of(RECORD).iter().any(|content| content.is_purged && content.len == 4));
    assert!(matches!(vault.writer().unwrap().create(SEGMENT), Err(CreateError::Exists(_))));
}

#[test]
fn a_file_that_the_index_knows_and_nobody_removed_is_missed() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(SEGMENT).unwrap();
    let _ = writer.commit().unwrap();
    let known = Known { files: vault.known_of(RECORD) };
    drop((writer, vault));
    let (_, recovery) = Vault::open(ports(&TornDisk::new(2), 1), &known).unwrap();
    assert_eq!(recovery.troubles, [Trouble::Missing { identity: SEGMENT }]);
    let (_, recovery) = Vault::open(ports(&disk, 2), &known).unwrap();
    assert_eq!((recovery.as_known, recovery.found.len(), recovery.troubles.len()), (1, 0, 0));
}

#[test]
fn what_the_disk_will_not_make_durable_is_said_to_be_so() {
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(JOURNAL).unwrap();
    writer.append_line(JOURNAL, b"one\n").unwrap();
    let _ = writer.commit().unwrap();
    drop((writer, vault));
    disk.kill();
    disk.fail_sync(SyncPoint::RecoveredBytes, 0);
    let (vault, recovery) = Vault::open(ports(&disk, 3), &Known::default()).unwrap();
    assert_eq!(recovery.troubles, [Trouble::NotDurable { identity: JOURNAL }]);
    let mut writer = vault.writer().unwrap();
    writer.append_line(JOURNAL, b"two\n").unwrap();
    let _ = writer.commit().unwrap();
    assert_eq!(vault.lines(JOURNAL).unwrap(), b"one\ntwo\n");
}

/// fsyncgate: the kernel forgets that it could not write, so the same bytes must be written again before a sync counts.
#[test]
fn a_restart_does_not_believe_a_sync_after_one_that_failed() {
    for seed in 0..100 {
        let disk = TornDisk::new(seed);
        let vault = open(&disk);
        let mut writer = vault.writer().unwrap();
        writer.create(SEGMENT).unwrap();
        let _ = writer.commit().unwrap();
        writer.append_media(SEGMENT, &[5; 3_000]).unwrap();
        disk.fail_sync(SyncPoint::NamedBytes, 0);
        disk.crash_after(2);
        assert!(writer.commit().is_err());
        drop((writer, vault));
        // The process dies before it can take anything back.
        disk.kill();
        let (vault, recovery) = Vault::open(ports(&disk, 3), &Known::default()).unwrap();
        let found = read(&vault, SEGMENT).unwrap();
        assert!(recovery.troubles.is_empty());
        drop(vault);
        disk.crash();
        assert_eq!(read(&open(&disk), SEGMENT).unwrap(), found, "seed {seed}: what was reported is there");
    }
}

#[test]
fn slow_syncs_take_simulated_time_only() {
    let disk = TornDisk::new(1);
    let clock = SimClock::at(0);
    disk.set_sync_cost(&clock, 500_000);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    writer.create(JOURNAL).unwrap();
    let before = clock.mono_us();
    let _ = writer.commit().unwrap();
    assert_eq!(clock.mono_us() - before, 1_000_000, "the names and the lines");
}

#[test]
fn the_writer_moves_to_another_thread() {
    fn is_send<T: Send>() {}
    fn is_shared<T: Send + Sync>() {}
    is_send::<quanji_store::Writer>();
    is_shared::<Vault>();
    let disk = TornDisk::new(1);
    let vault = open(&disk);
    let mut writer = vault.writer().unwrap();
    let reader = vault.clone();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            writer.create(JOURNAL).unwrap();
            for _ in 0..100 {
                writer.append_line(JOURNAL, b"line\n").unwrap();
                let _ = writer.commit().unwrap();
            }
        });
        scope.spawn(move || {
            for _ in 0..100 {
                let lines = reader.lines(JOURNAL).unwrap_or_default();
                assert!(lines.chunks(5).all(|line| line == b"line\n"));
            }
        });
    });
    assert_eq!(vault.lines(JOURNAL).unwrap().len(), 500);
}

/// A mark vouches for what is before it, and not for itself: it may lie in a page that a failed sync gave up.
#[test]
fn lines_behind_a_mark_that_never_reached_the_disk_are_not_lost() {
    for seed in 0..200 {
        let disk = TornDisk::new(seed);
        let vault = open(&disk);
        let mut writer = vault.writer().unwrap();
        writer.create(JOURNAL).unwrap();
        // Ends a little before a sector does, so that the mark lies in two.
        let first = [&[b'x'; 350][..], b"\n"].concat();
        writer.append_line(JOURNAL, &first).unwrap();
        writer.finish(JOURNAL).unwrap();
        let _ = writer.commit().unwrap();
        writer.append_line(JOURNAL, b"lost\n").unwrap();
        disk.fail_sync(SyncPoint::Lines, 0);
        assert!(writer.commit().is_err());
        drop((writer, vault));
        disk.kill();
        let vault = open(&disk);
        let mut writer = vault.writer().unwrap();
        writer.append_line(JOURNAL, b"second\n").unwrap();
        let _ = writer.commit().unwrap();
        drop((writer, vault));
        disk.crash();
        assert_eq!(open(&disk).lines(JOURNAL).unwrap(), [&first[..], b"second\n"].concat(), "seed {seed}");
    }
}
