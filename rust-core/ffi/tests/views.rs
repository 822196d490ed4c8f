//! What the screens ask of the core, and every call misused.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

mod phone;

use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use phone::{TestPhone, film, format};
use quanji_core::{
    Claim, Core, CoreError, Countdown, Deed, EnrolError, Invite, InviteError, NextUploads, NotHeard, OpenError, Owed,
    Phone, Status, UploadError, UploadNews, UploadTold, What, forget_practice, is_activity_card,
};
use quanji_evidence::body::{AwayGround, Cause, EndedHow, Started};
use quanji_store::{RecordState, Term, UploadKind};
use quanji_upload::{FreedBy, Network, Waits};

/// A record of two takes with a break, a mark and a photo, ended by the officer.
fn record(phone: &TestPhone, core: &Core) -> String {
    let begun = core.begin(Started::Button).unwrap();
    core.set_format(format()).unwrap();
    film(phone, begun.handle);
    core.interrupt(Cause::PhoneCall).unwrap();
    phone.clock.advance_us(5_000_000);
    core.microphone_reopened().unwrap();
    core.set_format(format()).unwrap();
    film(phone, begun.handle);
    core.add(None, Deed::Mark { mark: "evidence".to_owned(), at_mono_us: phone.clock.mono_us() - 1_000_000 }).unwrap();
    core.add(None, Deed::Photo { image: vec![7; 1_500_000], width: Some(4), height: Some(3) }).unwrap();
    core.end(None, EndedHow::Officer).unwrap();
    begun.record
}

fn nobody() -> String {
    "0".repeat(32)
}

#[test]
fn home_shows_what_runs_what_was_cut_off_and_what_waits_for_whom() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    let empty = core.home(Network::Free).unwrap();
    assert_eq!((empty.agency, empty.running, empty.urgent, empty.is_practice), (None, None, vec![], false));
    let ended = record(&phone, &core);
    let cut_off = core.begin(Started::Tile).unwrap().record;
    core.leave_running().unwrap();
    let running = core.begin(Started::Button).unwrap().record;
    let home = core.home(Network::None).unwrap();
    assert_eq!(home.running, Some(running.clone()));
    assert_eq!(home.unended.iter().map(|one| &one.record).collect::<Vec<_>>(), [&cut_off]);
    let first = &home.urgent[0];
    assert_eq!((&first.record, first.state, first.term), (&ended, RecordState::Sealed, Term::Running));
    assert!(first.deadline_us.unwrap() > first.ended_us.unwrap() && first.owed_count > 0);
    assert!(first.size_bytes > 1_500_000 && first.stored_permille == 0);
    let waits = first.waits.unwrap();
    assert_eq!((waits.what, waits.why, waits.freed_by), (UploadKind::Opened, Waits::NotEnrolled, FreedBy::Person));
    assert_eq!((home.totals.waiting, home.totals.safe, home.totals.unreadable), (2, 0, 0));
    assert_eq!(core.archive(None), Ok(vec![]));
    assert_eq!(core.archive(Some(nobody())), Ok(vec![]));
    assert!(matches!(core.archive(Some("x".to_owned())), Err(CoreError::NotOfItsShape { .. })));
    core.end(None, EndedHow::Officer).unwrap();
}

#[test]
fn the_last_page_counts_the_term_day_by_day_and_an_away_ground_stops_it() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    let record = record(&phone, &core);
    let page = core.last_page(record.clone()).unwrap();
    assert!((3_900_000..=4_100_000).contains(&page.filmed_us), "{}", page.filmed_us);
    assert!(page.owed.contains(&Owed::PlaceDescription));
    assert_eq!((page.takes, page.claim), (2, Claim::Withheld { is_ended: true }));
    let Some(Countdown::Running { deadline }) = page.countdown else { panic!("it runs: {:?}", page.countdown) };
    // 2026-09-30 is followed by the national holidays: eight days of them are walked before two working days.
    assert_eq!(deadline.day0, "2026-09-30");
    assert_eq!(deadline.days.iter().filter(|day| day.counted_as.is_some()).count(), 2);
    assert!(deadline.days.len() > 7, "{:?}", deadline.days);
    core.add_later(record.clone(), None, Deed::Away { ground: AwayGround::Remote }).unwrap();
    let page = core.last_page(record.clone()).unwrap();
    assert!(matches!(page.countdown, Some(Countdown::WaitingForReturn { ground: AwayGround::Remote, .. })));
    assert_eq!(core.home(Network::Free).unwrap().urgent[0].term, Term::WaitingForReturn);
    core.add_later(record.clone(), None, Deed::Mistake { reason: "误触".to_owned() }).unwrap();
    let record_of_nobody = CoreError::NoSuchRecord { record: nobody() };
    assert_eq!(core.last_page(nobody()), Err(record_of_nobody.clone()));
    assert_eq!(core.end_later(nobody(), None, EndedHow::CutForGood), Err(record_of_nobody));
    assert!(core.end_later(record, None, EndedHow::CutForGood).is_err(), "a sealed record ends once");
    let cut_off = core.begin(Started::Button).unwrap().record;
    core.leave_running().unwrap();
    core.end_later(cut_off.clone(), None, EndedHow::CutForGood).unwrap();
    assert!(matches!(core.last_page(cut_off).unwrap().claim, Claim::Withheld { is_ended: true }));
}

#[test]
fn a_record_is_told_from_its_lines_and_its_film_and_photo_are_read_in_pieces() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    let record = record(&phone, &core);
    let page = core.record_page(record.clone()).unwrap();
    assert_eq!(page.takes.len(), 2);
    assert_eq!(page.takes[1].film_from_us, page.takes[0].duration_us);
    assert_eq!(page.receipts, []);
    let whats: Vec<&What> = page.happenings.iter().map(|one| &one.what).collect();
    assert!(whats.contains(&&What::Interrupted { cause: Cause::PhoneCall }), "{whats:?}");
    let mark = page.happenings.iter().find(|one| matches!(one.what, What::Mark { .. })).unwrap();
    let second = &page.takes[1];
    assert!((second.film_from_us..second.film_from_us + second.duration_us).contains(&mark.film_us.unwrap()));

    for take in &page.takes {
        let init = core.read_film(record.clone(), take.take, 0, 0, u32::MAX).unwrap();
        assert_eq!(init.len() as u64, take.init_bytes);
        assert_eq!(&init[4..8], b"ftyp");
        for segment in &take.segments {
            assert!(segment.is_here);
            let mut bytes = Vec::new();
            loop {
                let at = bytes.len() as u64;
                let piece = core.read_film(record.clone(), take.take, segment.segment, at, 7_000).unwrap();
                assert!(piece.len() <= 7_000);
                if piece.is_empty() {
                    break;
                }
                bytes.extend(piece);
            }
            assert_eq!(bytes.len() as u64, segment.size_bytes);
        }
    }
    let photo = |offset| core.read_file(record.clone(), 0, offset, u32::MAX).unwrap();
    assert_eq!((photo(0).len(), photo(1 << 20).len(), photo(u64::MAX).len()), (1 << 20, 1_500_000 - (1 << 20), 0));
    assert_eq!(core.read_film(record.clone(), 9, 1, 0, 1), Err(CoreError::Lost));
    assert_eq!(core.read_film(nobody(), 1, 1, 0, 1), Err(CoreError::Lost));
    assert!(matches!(core.read_file(record.clone(), 9, 0, 1), Err(CoreError::NotOfItsShape { .. })));
    assert!(matches!(core.read_file("全".to_owned(), 0, 0, 1), Err(CoreError::NotOfItsShape { .. })));
    assert_eq!(core.record_page(nobody()), Err(CoreError::NoSuchRecord { record: nobody() }));
}

#[test]
fn the_self_check_finds_one_changed_byte_of_film() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    let record = record(&phone, &core);
    let check = core.self_check(record.clone()).unwrap();
    assert!(check.is_sound && check.is_whole && check.files_wrong == 0, "{check:?}");
    assert!(check.files_right >= 5, "two inits, two segments, a photo: {check:?}");
    drop(core);
    let folder = std::fs::read_dir(phone.folder.path().join("vault")).unwrap();
    let large = |entry: &std::fs::DirEntry| (1_400_000..1_700_000).contains(&entry.metadata().unwrap().len());
    let photo = folder.map(Result::unwrap).find(large).expect("the photo's file");
    let mut file = std::fs::OpenOptions::new().read(true).write(true).open(photo.path()).unwrap();
    let mut byte = [0];
    file.seek(SeekFrom::Start(700_000)).unwrap();
    file.read_exact(&mut byte).unwrap();
    file.seek(SeekFrom::Start(700_000)).unwrap();
    file.write_all(&[byte[0] ^ 1]).unwrap();
    drop(file);
    let core = phone.open().unwrap();
    let check = core.self_check(record).unwrap();
    assert!(!check.is_sound && check.files_wrong == 1, "{check:?}");
    assert_eq!(core.self_check(nobody()), Err(CoreError::NoSuchRecord { record: nobody() }));
}

#[test]
fn the_queue_says_what_waits_and_a_yes_lets_film_go_over_a_paid_network() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    record(&phone, &core);
    let queue = core.queue(Network::Paid).unwrap();
    assert!(queue.things >= 7 && queue.receipts == 1 && queue.bytes > 1_500_000, "{queue:?}");
    assert_eq!(queue.rows[0].waits.what, UploadKind::Opened);
    assert!(queue.rows.iter().all(|row| row.waits.why == Waits::NotEnrolled));
    let film = |queue: &quanji_core::Queue| queue.rows.iter().filter(|row| !row.may_go_paid).count();
    assert!(film(&queue) > 0);
    assert_eq!(core.consent_to_paid(0), Ok(0));
    assert!(core.consent_to_paid(u64::MAX).unwrap() > 100_000);
    assert_eq!(film(&core.queue(Network::Paid).unwrap()), 0);
    core.try_again().unwrap();
}

struct Ear;

impl UploadTold for Ear {
    fn told(&self, _: UploadNews) -> Result<(), NotHeard> {
        Err(NotHeard::Failed)
    }
}

#[test]
fn nothing_is_asked_of_an_agency_that_is_none() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    assert_eq!(core.agency(), None);
    assert_eq!(core.renew(), Err(EnrolError::NotEnrolled));
    assert_eq!(core.run_uploads(Network::Free, 1, Arc::new(Ear)), Err(UploadError::NotEnrolled));
    assert_eq!(core.next_uploads(), Ok(NextUploads::default()), "no job would find anything to do");
    core.stop_uploads();
    let code = "01ABC-DEFGH-JKMNP-QRSTV-WXYZ0-12345";
    let typed = |address: &str, code: &str| Invite::typed(address.to_owned(), code.to_owned());
    assert_eq!(typed("http://127.0.0.1:1", "01").unwrap_err(), InviteError::Length { found: 2 });
    assert_eq!(typed("http://127.0.0.1:1", "全").unwrap_err(), InviteError::Character { place: 1 });
    assert_eq!(typed("ftp://a", code).unwrap_err(), InviteError::Address);
    assert_eq!(Invite::scanned("quanji:other".to_owned()).unwrap_err(), InviteError::Form);
    let invite = typed("http://127.0.0.1:1", code).unwrap();
    assert_eq!((invite.address(), invite.root_fingerprint()), ("http://127.0.0.1:1".to_owned(), None));
    assert!(!format!("{invite:?}").contains("WXYZ"), "the secret of a code is in no log");
    assert_eq!(core.enrol(invite, None), Err(EnrolError::Unreachable));
    let cleartext = typed("http://agency.example", code).unwrap();
    assert_eq!(core.enrol(cleartext, None), Err(EnrolError::Address));
    assert_eq!(phone.secrets.names(), ["device", "vault.1"], "nothing was kept");
}

#[test]
fn practice_is_in_a_folder_of_its_own_names_itself_in_the_signed_line_and_is_deleted_alone() {
    let phone = TestPhone::new();
    let practice = || Phone { is_practice: true, ..phone.phone() };
    let real = phone.open().unwrap();
    let kept = record(&phone, &real);
    let core = Core::open(practice()).unwrap();
    assert!(core.is_practice() && core.home(Network::Free).unwrap().is_practice && !real.is_practice());
    let made = record(&phone, &core);
    assert!(core.last_page(made.clone()).unwrap().is_practice);
    assert!(real.last_page(made).is_err() && core.last_page(kept.clone()).is_err());
    assert_eq!(core.run_uploads(Network::Free, 1, Arc::new(Ear)), Err(UploadError::Practice));
    assert_eq!(core.next_uploads(), Ok(NextUploads::default()), "no job would find anything to do");
    let invite = Invite::typed("http://127.0.0.1:1".to_owned(), "01ABC-DEFGH-JKMNP-QRSTV-WXYZ0-12345".to_owned());
    assert_eq!(core.enrol(invite.unwrap(), None), Err(EnrolError::Practice));
    assert_eq!(phone.secrets.names(), ["device", "practice.device", "practice.vault.1", "vault.1"]);
    assert_eq!(forget_practice(practice()), Err(OpenError::InUse));
    core.begin(Started::Button).unwrap();
    core.leave_running().unwrap();
    drop(core);
    forget_practice(phone.phone()).unwrap();
    assert_eq!(phone.secrets.names(), ["device", "vault.1"], "with the key of a record that was not ended");
    assert!(!phone.folder.path().join("vault.practice").exists());
    assert!(real.self_check(kept).unwrap().is_sound);
    forget_practice(phone.phone()).unwrap();
}

#[test]
fn a_second_phone_joins_the_activity_from_the_first_ones_card() {
    let (first, second) = (TestPhone::new(), TestPhone::new());
    let (one, other) = (first.open().unwrap(), second.open().unwrap());
    assert_eq!(one.begin_activity(None), Err(CoreError::NotRecording));
    assert_eq!(other.join_activity(None, String::new()), Err(CoreError::NotRecording));
    let begun = one.begin(Started::Button).unwrap();
    let (begun, first_handle) = (begun.record, begun.handle);
    assert_eq!(one.activity_card(begun.clone()), Ok(None));
    one.begin_activity(None).unwrap();
    one.status();
    let card = one.activity_card(begun.clone()).unwrap().expect("it has an activity");
    let joined = other.begin(Started::Button).unwrap();
    let (joined, handle) = (joined.record, joined.handle);
    assert!(matches!(other.join_activity(None, "quanji:join?".to_owned()), Err(CoreError::NotOfItsShape { .. })));
    assert!(is_activity_card(card.clone()) && !is_activity_card("quanji:join?".to_owned()));
    other.join_activity(None, card.clone()).unwrap();
    other.status();
    let shown = other.activity_card(joined).unwrap().expect("it has one now");
    let activity = |card: &str| card.split('&').nth(1).unwrap().to_owned();
    assert_eq!(activity(&shown), activity(&card));
    // Art. 14 owes the opening once per activity: the second phone films, and owes none of its own.
    other.set_format(format()).unwrap();
    film(&second, handle);
    let Status::Running { running } = other.status() else { panic!("it runs") };
    assert!(running.owed.iter().all(|owed| !matches!(owed, Owed::Opening { .. })), "{:?}", running.owed);
    one.set_format(format()).unwrap();
    film(&first, first_handle);
    let Status::Running { running } = one.status() else { panic!("it runs") };
    assert!(running.owed.iter().any(|owed| matches!(owed, Owed::Opening { .. })), "the first one owes it");
    assert_ne!(shown, card, "a third phone names the record whose card it scanned");
    assert_eq!(one.activity_card(nobody()), Err(CoreError::NoSuchRecord { record: nobody() }));
}

#[test]
fn many_threads_ask_while_a_record_runs_and_the_last_of_them_may_outlive_it() {
    let phone = TestPhone::new();
    let core = phone.open().unwrap();
    let ended = record(&phone, &core);
    let begun = core.begin(Started::Button).unwrap();
    core.set_format(format()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let (core, ended, running) = (Arc::clone(&core), ended.clone(), begun.record.clone());
            scope.spawn(move || {
                for _ in 0..10 {
                    core.home(Network::Free).unwrap();
                    core.queue(Network::None).unwrap();
                    core.record_page(ended.clone()).unwrap();
                    core.record_page(running.clone()).unwrap();
                    assert!(core.self_check(running.clone()).unwrap().files_wrong == 0);
                    core.stop_uploads();
                }
            });
        }
        assert_eq!(film(&phone, begun.handle), 100, "who asks does not keep the camera waiting");
        core.end(None, EndedHow::Officer).unwrap();
    });
    assert!(core.self_check(begun.record).unwrap().is_sound);
}
