//! A real recorder hands its records over to an agency that answers in every way it may, over loopback.
#![allow(clippy::unwrap_used, clippy::panic)]

mod phone;
mod scripted;
mod uploader;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use phone::{Phone, begin};
use quanji_evidence::body::{EndedHow, PlaceHow};
use quanji_evidence::id::RecordId;
use quanji_recorder::{Deed, Recorder};
use quanji_store::{FileKind, RecordState, SegmentState, UploadKind, UploadState};
use quanji_testkit::Dice;
use quanji_upload::{
    Agency, Ended, FreedBy, HEAD_EVERY_S, Holder, HolderFault, Live, Network, Reaction, Told, Until, Waits, Worker,
    reaction,
};
use quanji_wire::Code;
use scripted::{Amiss, Ask, Forgery, Scripted};

const UNTIL: Until = Until::Receipts { patience_us: 3_600_000_000 };

struct Side {
    phone: Phone,
    index: tempfile::TempDir,
    recorder: Arc<Recorder>,
    record: RecordId,
}

/// A phone with one sealed record of some seconds: film, a photo, a place.
fn side(seed: u64, seconds: f64) -> Side {
    let mut phone = Phone::new(seed);
    let index = tempfile::tempdir().unwrap();
    let (recorder, _) = phone.start_indexed(index.path());
    let record = record(&phone, &recorder, seconds);
    Side { phone, index, recorder: Arc::new(recorder), record }
}

fn record(phone: &Phone, recorder: &Recorder, seconds: f64) -> RecordId {
    let (recording, mut encoders) = begin(phone, recorder);
    encoders.run(&recording, seconds, |_| {});
    recording.add(None, Deed::Place { place: "城西仓库".into(), how: PlaceHow::Typed }).unwrap();
    recording.add(None, Deed::Photo { image: vec![0xff; 3_000], width: None, height: None }).unwrap();
    recording.end(None, EndedHow::Officer).unwrap();
    assert!(recorder.running().is_none());
    recording.record()
}

impl Side {
    fn worker(&self, agency: &Scripted, network: Network) -> Worker {
        uploader::worker(&self.recorder, agency, Arc::new(uploader::Clock(self.phone.clock.clone())), network)
    }

    async fn run(&self, agency: &Scripted, network: Network) -> (Ended, Vec<Told>) {
        let mut told = Vec::new();
        let ended = self.worker(agency, network).run(UNTIL, &mut |what| told.push(what)).await.unwrap();
        (ended, told)
    }

    fn kinds(&self) -> Vec<(FileKind, bool)> {
        let vault = Holder::vault(&*self.recorder);
        let contents = vault.contents_of(quanji_store::RecordId(*self.record.as_bytes()));
        contents.into_iter().map(|content| (content.identity.kind, content.is_purged)).collect()
    }

    fn is_purged(&self) -> bool {
        self.kinds().iter().any(|(_, is_purged)| *is_purged)
    }

    fn reasons(&self) -> BTreeSet<String> {
        let mut reasons = BTreeSet::new();
        self.recorder
            .with_index(&mut |index| {
                let waiting = index.uploads_waiting(u32::MAX).unwrap();
                reasons = waiting.into_iter().filter_map(|row| row.reason).collect();
            })
            .unwrap();
        reasons
    }

    fn reopen(&mut self, index: &Path) {
        // The one handle is given back before the next takes the vault.
        let (other, _) = Phone::new(999).start_indexed(tempfile::tempdir().unwrap().path());
        drop(std::mem::replace(&mut self.recorder, Arc::new(other)));
        self.recorder = Arc::new(self.phone.start_indexed(index).0);
    }
}

#[tokio::test]
async fn a_sealed_record_reaches_the_agency_and_its_space_is_freed_on_the_receipt() {
    let mut side = side(1, 21.0);
    let agency = Scripted::serve(Forgery::None).await;
    let (ended, told) = side.run(&agency, Network::Free).await;
    assert_eq!(ended, Ended { is_all_there: true, hold: None }, "{told:?} {:?}", side.reasons());
    assert_eq!(agency.held().lines[&side.record.to_string()], side.recorder.lines(side.record).unwrap());
    let order: Vec<_> = told
        .iter()
        .filter_map(|what| match what {
            Told::Stored { kind, .. } => Some(*kind),
            _ => None,
        })
        .collect();
    assert!(order.is_sorted_by_key(|kind| *kind), "{order:?}");
    assert!(order.iter().filter(|kind| **kind == UploadKind::Segment).count() >= 2);
    for (kind, is_purged) in side.kinds() {
        assert_eq!(is_purged, kind.may_be_purged(), "{kind:?}");
    }
    assert!(told.iter().any(|what| matches!(what, Told::Purged { freed_bytes: 1.., .. })));
    let index = side.index.path().to_owned();
    side.reopen(&index);
    side.recorder
        .with_index(&mut |index| {
            let row = index.records().unwrap().remove(0);
            assert_eq!(row.state, RecordState::Stored);
            assert!(index.segments_of(row.record).unwrap().iter().all(|row| row.state == SegmentState::Purged));
            assert!(index.uploads_waiting(10).unwrap().is_empty());
        })
        .unwrap();
    let before = agency.held().asked.len();
    assert!(side.run(&agency, Network::Free).await.0.is_all_there);
    assert_eq!(agency.held().asked.len(), before, "what is there is not asked for again");
}

#[tokio::test]
async fn no_receipt_but_a_valid_one_over_the_seal_frees_anything() {
    for forgery in [
        Forgery::NotInForce,
        Forgery::OtherKey,
        Forgery::OtherRecord,
        Forgery::OtherHead,
        Forgery::OtherMedia,
        Forgery::BeforeSeal,
        Forgery::OneByte,
    ] {
        let side = side(2, 2.0);
        let agency = Scripted::serve(forgery).await;
        let (ended, told) = side.run(&agency, Network::Free).await;
        assert!(!ended.is_all_there, "{forgery:?}");
        assert!(!side.is_purged(), "{forgery:?}: {told:?}");
        assert_eq!(side.reasons(), [Waits::ReceiptNotValid.word().to_owned()].into(), "{forgery:?}");
        assert!(side.kinds().iter().all(|(kind, _)| *kind != FileKind::Receipt), "{forgery:?}");
    }
}

#[tokio::test]
async fn every_refusal_ends_in_a_receipt_or_in_a_reason_for_a_person_and_blocks_nothing_else() {
    let asks = [
        (Ask::Lines, UploadKind::Opened),
        (Ask::Private, UploadKind::Private),
        (Ask::Announce, UploadKind::File),
        (Ask::Append, UploadKind::File),
        (Ask::Receipts, UploadKind::Receipt),
    ];
    for code in Code::ALL {
        for (ask, kind) in asks {
            let side = side(3, 1.0);
            let agency = Scripted::serve(Forgery::None).await;
            agency.held().amiss.push_back((ask, Amiss::Refuse(*code)));
            let (ended, told) = side.run(&agency, Network::Free).await;
            let case = format!("{code} to {ask:?}: {ended:?} {:?} {told:?}", side.reasons());
            match reaction(kind, *code) {
                Reaction::Held(waits) => {
                    assert!(!ended.is_all_there && side.reasons().contains(waits.word()), "{case}");
                    // Everything else went on.
                    assert_eq!(agency.held().files.len(), if ask == Ask::Announce { 2 } else { 3 }, "{case}");
                }
                Reaction::AllHeld(waits) => {
                    assert_eq!((ended.hold, waits.freed_by()), (Some(waits), FreedBy::Person), "{case}");
                    assert!(!side.is_purged(), "{case}");
                }
                Reaction::FromNext => assert!(!side.is_purged() || ended.is_all_there, "{case}"),
                _ => assert!(ended.is_all_there, "{case}"),
            }
        }
    }
}

#[tokio::test]
async fn a_way_that_cuts_bodies_and_loses_answers_costs_no_byte_twice_but_what_was_cut() {
    for seed in 0..12 {
        let side = side(100 + seed, 12.0);
        let agency = Scripted::serve(Forgery::None).await;
        let mut dice = Dice::new(seed);
        for _ in 0..6 {
            let ask = *dice.pick(&[Ask::Lines, Ask::Private, Ask::Announce, Ask::Append, Ask::Append]).unwrap();
            let amiss = if dice.percent(50) && ask == Ask::Append {
                Amiss::CutAfter(1 + dice.below(200_000) as usize)
            } else {
                Amiss::AnswerLost
            };
            agency.held().amiss.push_back((ask, amiss));
        }
        let (ended, told) = side.run(&agency, Network::Free).await;
        assert!(ended.is_all_there, "seed {seed}: {told:?} {:?}", side.reasons());
        assert!(side.is_purged());
        let held = agency.held();
        let files: usize = held.files.values().map(|(_, bytes)| bytes.len()).sum();
        let lines = held.lines.values().map(Vec::len).sum::<usize>();
        // Lines are small and are said again when their answer is lost; film is not.
        assert!(held.body_bytes <= (files + 4 * lines) as u64, "seed {seed}: {} of {files} + {lines}", held.body_bytes);
    }
}

#[tokio::test]
async fn a_worker_that_is_dropped_at_any_instant_loses_nothing_and_purges_nothing_without_a_receipt() {
    for seed in 0..20 {
        let mut side = side(200 + seed, 9.0);
        let agency = Scripted::serve(Forgery::None).await;
        let mut dice = Dice::new(seed);
        for _ in 0..4 {
            let dies_after = agency.held().asked.len() + 1 + dice.below(4) as usize;
            let worker = side.worker(&agency, Network::Free);
            let watched = agency.clone();
            let death = async move {
                while watched.held().asked.len() < dies_after {
                    tokio::task::yield_now().await;
                }
            };
            let mut ignore = |_| {};
            tokio::select! {
                _ = worker.run(UNTIL, &mut ignore) => {}
                () = death => {}
            }
            drop(worker);
            let has_receipt = agency.held().issued.contains_key(&side.record.to_string());
            assert!(has_receipt || !side.is_purged(), "seed {seed}");
            if dice.percent(50) {
                let index = side.index.path().to_owned();
                side.reopen(&index);
            }
        }
        let (ended, told) = side.run(&agency, Network::Free).await;
        assert!(ended.is_all_there && side.is_purged(), "seed {seed}: {told:?} {:?}", side.reasons());
        assert_eq!(agency.held().lines[&side.record.to_string()], side.recorder.lines(side.record).unwrap());
    }
}

#[tokio::test]
async fn a_lost_index_learns_from_the_agency_what_is_there_and_sends_no_film_twice() {
    let mut side = side(4, 21.0);
    let agency = Scripted::serve(Forgery::None).await;
    for _ in 0..40 {
        agency.held().amiss.push_back((Ask::Receipts, Amiss::Refuse(Code::NotFound)));
    }
    side.run(&agency, Network::Free).await;
    let film = agency.held().body_bytes;
    let appended = |agency: &Scripted| agency.held().asked.iter().filter(|ask| **ask == Ask::Append).count();
    let appends = appended(&agency);
    let fresh = tempfile::tempdir().unwrap();
    side.reopen(fresh.path());
    agency.held().amiss.clear();
    let (ended, told) = side.run(&agency, Network::Free).await;
    assert!(ended.is_all_there && side.is_purged(), "{told:?} {:?}", side.reasons());
    assert_eq!(appended(&agency), appends, "no film goes twice");
    assert!(agency.held().body_bytes < film + 200_000);
}

#[tokio::test]
async fn an_agency_that_lost_everything_is_filled_again_before_anything_is_purged() {
    let side = side(5, 3.0);
    let agency = Scripted::serve(Forgery::None).await;
    agency.held().amiss.push_back((Ask::Receipts, Amiss::Refuse(Code::Internal)));
    let mut told = Vec::new();
    side.worker(&agency, Network::Free).run(Until::Drained, &mut |what| told.push(what)).await.unwrap();
    assert!(!side.is_purged());
    {
        let mut held = agency.held();
        held.lines.clear();
        held.private.clear();
        held.files.clear();
    }
    let (ended, told) = side.run(&agency, Network::Free).await;
    assert!(ended.is_all_there && side.is_purged(), "{told:?} {:?}", side.reasons());
}

#[tokio::test]
async fn over_a_paid_network_lines_and_a_small_photo_go_and_film_waits_for_a_yes() {
    let side = side(6, 3.0);
    let agency = Scripted::serve(Forgery::None).await;
    let (ended, _) = side.run(&agency, Network::Paid).await;
    assert!(!ended.is_all_there && !side.is_purged());
    let sizes: Vec<u64> = agency.held().files.values().map(|(size, _)| *size).collect();
    assert_eq!(sizes, [3_000], "the photo, and no film");
    assert_eq!(agency.held().lines[&side.record.to_string()], side.recorder.lines(side.record).unwrap());
    side.recorder
        .with_index(&mut |index| {
            let film = index.uploads_waiting(100).unwrap();
            assert!(film.iter().all(|row| row.state != UploadState::Held));
            index.release_uploads().unwrap();
            assert!(index.consent_to_paid(100_000_000).unwrap() > 0);
        })
        .unwrap();
    assert!(side.run(&agency, Network::Paid).await.0.is_all_there);
    assert!(side.is_purged());
}

#[tokio::test]
async fn without_a_network_nothing_is_asked() {
    let side = side(7, 1.0);
    let agency = Scripted::serve(Forgery::None).await;
    let (ended, told) = side.run(&agency, Network::None).await;
    assert!(!ended.is_all_there && told.is_empty() && agency.held().asked.is_empty());
}

#[tokio::test]
async fn a_live_head_costs_less_than_a_second_of_the_poorest_sound() {
    let mut phone = Phone::new(8);
    let index = tempfile::tempdir().unwrap();
    let (recorder, _) = phone.start_indexed(index.path());
    let agency = Scripted::serve(Forgery::None).await;
    let (recording, mut encoders) = begin(&phone, &recorder);
    let mut live = Live::new(Agency::at(&agency.origin).unwrap(), Holder::vault(&recorder), recording.record());
    let mut heads = Vec::new();
    for _ in 0..6 {
        encoders.run(&recording, 10.0, |_| {});
        while recording.acknowledged_mono_us() + 1_000_000 < phone.clock.mono_us() {
            tokio::task::yield_now().await;
        }
        heads.push(live.head("token").await.unwrap());
    }
    recording.end(None, EndedHow::Officer).unwrap();
    let largest = heads[1..].iter().map(|head| head.body_bytes).max().unwrap();
    let minute = (60 / HEAD_EVERY_S) * largest;
    println!(
        "live heads: the first with the opened line {} bytes of body, each later one at most {largest}",
        heads[0].body_bytes
    );
    println!(
        "every {HEAD_EVERY_S} s (HEAD_EVERY_S, `record --head-every-s`) that is at most {minute} bytes of body a minute"
    );
    assert!(heads.iter().all(|head| head.is_head_sent));
    assert!(largest <= 1_500, "{heads:?}");
    assert!(minute < 10_000, "the stated cost: less than 10 kB of body a minute");
    // Nothing new was acknowledged: nothing is sent.
    live.head("token").await.unwrap();
    assert_eq!(live.head("token").await.unwrap().body_bytes, 0);
    for head in &agency.held().heads {
        let lines = recorder.lines(recording.record()).unwrap();
        assert!(
            lines.split_inclusive(|byte| *byte == b'\n').any(|line| line == head),
            "a live head is a line of the journal"
        );
    }
}

#[tokio::test]
async fn a_receipt_that_cannot_be_kept_now_frees_nothing_and_keeps_nothing_else_waiting() {
    let side = side(9, 3.0);
    let agency = Scripted::serve(Forgery::None).await;
    let second = record(&side.phone, &side.recorder, 2.0);
    // Not a byte more fits: a receipt has no place to be kept in.
    side.phone.disk.set_capacity(Some(side.phone.disk.used()));
    let (ended, told) = side.run(&agency, Network::Free).await;
    let place = |wanted: &dyn Fn(&Told) -> bool| told.iter().position(wanted).unwrap_or_else(|| panic!("{told:?}"));
    let waits = place(
        &|what| matches!(what, Told::Waiting { record, kind: UploadKind::Receipt, why: Waits::PurgeFailed } if *record == side.record),
    );
    let purged = place(&|what| matches!(what, Told::Purged { record, .. } if *record == side.record));
    let other = place(&|what| matches!(what, Told::Purged { record, .. } if *record == second));
    // The vault gave up its reserve for the other one, whose purge made room for this one.
    assert!(waits < other && other < purged, "{told:?}");
    assert!(ended.is_all_there && side.is_purged(), "{told:?} {:?}", side.reasons());
}

#[tokio::test]
async fn a_receipt_is_not_kept_while_the_one_writer_is_at_the_scene() {
    let side = side(10, 1.0);
    let (recording, mut encoders) = begin(&side.phone, &side.recorder);
    encoders.run(&recording, 1.0, |_| {});
    assert!(matches!(side.recorder.keep_receipt(side.record, b"line\n"), Err(HolderFault::Recording)));
    recording.end(None, EndedHow::Officer).unwrap();
}
