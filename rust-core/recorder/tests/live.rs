//! The agency takes in a record while it is still being made, and the camera never notices.
#![allow(clippy::unwrap_used, clippy::panic)]

mod phone;
mod scripted;
mod uploader;

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use phone::{Encoders, Phone, begin};
use quanji_evidence::body::{ConfidentialSpan, EndedHow, PlaceHow, Secrecy};
use quanji_evidence::id::RecordId;
use quanji_recorder::{Deed, Recorder, Recording};
use quanji_store::{Disk, DiskFile, FileKind, FolderLock, Listed, SyncPoint, UploadKind};
use quanji_testkit::{Dice, TornDisk};
use quanji_upload::{Capture, Ended, Holder, Network, Told, Until, Waits, waits};
use scripted::{Ask, Forgery, Scripted};
use uploader::{Clock, OthersClock, worker};

const PATIENT: Until = Until::Receipts { patience_us: 3_600_000_000 };

struct Scene {
    phone: Phone,
    index: tempfile::TempDir,
    recorder: Arc<Recorder>,
    /// How often the uploader of a running record rested.
    rests: Arc<AtomicU32>,
}

impl Scene {
    fn new(seed: u64) -> Scene {
        let mut phone = Phone::new(seed);
        let index = tempfile::tempdir().unwrap();
        let recorder = Arc::new(phone.start_indexed(index.path()).0);
        Scene { phone, index, recorder, rests: Arc::default() }
    }

    /// Begins a record and sends what becomes of it until `film` has been filmed. What the uploader told.
    async fn live(
        &self,
        agency: &Scripted,
        network: Network,
        film: impl AsyncFnOnce(&Recording, &mut Encoders),
    ) -> (RecordId, Vec<Told>) {
        let (recording, mut encoders) = begin(&self.phone, &self.recorder);
        let worker = worker(
            &self.recorder,
            agency,
            Arc::new(OthersClock(self.phone.clock.clone(), Arc::clone(&self.rests))),
            network,
        );
        let mut told = Vec::new();
        let mut tell = |what| told.push(what);
        let (_, ended) = tokio::join!(film(&recording, &mut encoders), worker.run(Until::RecordEnds, &mut tell));
        ended.unwrap();
        (recording.record(), told)
    }

    /// Until the uploader has looked once more and found nothing that goes: what was on its way has come to its end.
    async fn rested(&self) {
        let before = self.rests.load(Ordering::Relaxed);
        until(|| self.rests.load(Ordering::Relaxed) >= before + 2).await;
    }

    async fn upload(&self, agency: &Scripted) -> (Ended, Vec<Told>) {
        let worker = worker(&self.recorder, agency, Arc::new(Clock(self.phone.clock.clone())), Network::Free);
        let mut told = Vec::new();
        let ended = worker.run(PATIENT, &mut |what| told.push(what)).await.unwrap();
        (ended, told)
    }

    /// Bytes of a record's lines, private values and files that are on the phone.
    fn bytes_of(&self, record: RecordId) -> u64 {
        let vault = Holder::vault(&*self.recorder);
        let contents = vault.contents_of(quanji_store::RecordId(*record.as_bytes()));
        contents.iter().filter(|content| content.identity.kind != FileKind::Receipt).map(|content| content.len).sum()
    }
}

/// Films so many seconds, with a word and a photo, and lets others work in between.
async fn film(recording: &Recording, encoders: &mut Encoders, seconds: f64) {
    for _ in 0..(seconds * 5.0) as u32 {
        encoders.run(recording, 0.2, |_| {});
        recording.look().unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    recording.add(None, Deed::Place { place: "城西仓库".into(), how: PlaceHow::Typed }).unwrap();
    // No two photos are the same bytes.
    let image = vec![seconds as u8; 3_000];
    recording.add(None, Deed::Photo { image, width: None, height: None }).unwrap();
}

/// Until the agency holds so much; the uploader works meanwhile.
async fn until(mut what: impl FnMut() -> bool) {
    while !what() {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

fn whole_files(agency: &Scripted) -> usize {
    agency.held().files.values().filter(|(size, bytes)| *size == bytes.len() as u64).count()
}

#[tokio::test]
async fn lines_photos_and_segments_arrive_while_the_camera_runs_and_then_only_the_rest_goes_and_nothing_twice() {
    let scene = Scene::new(1);
    let agency = Scripted::serve(Forgery::None).await;
    let (record, _) = scene
        .live(&agency, Network::Free, async |recording, encoders| {
            film(recording, encoders, 21.0).await;
            // An init, two segments and a photo: before the record has ended.
            until(|| {
                encoders.step(recording);
                whole_files(&agency) >= 4 && !agency.held().private.is_empty()
            })
            .await;
            film(recording, encoders, 4.0).await;
            let name = recording.record().to_string();
            let lines = scene.recorder.lines(recording.record()).unwrap();
            let held = agency.held();
            assert!(lines.starts_with(&held.lines[&name]) && held.lines[&name].len() > lines.len() / 2);
            assert!(!held.asked.contains(&Ask::Receipts), "a receipt is fetched when the writer is free");
            drop(held);
            recording.end(None, EndedHow::Officer).unwrap();
        })
        .await;
    let during = agency.held().body_bytes;
    let (total, announced) =
        (scene.bytes_of(record), agency.held().asked.iter().filter(|a| **a == Ask::Announce).count());
    let (ended, told) = scene.upload(&agency).await;
    assert!(ended.is_all_there, "{told:?}");
    assert_eq!(agency.held().lines[&record.to_string()], scene.recorder.lines(record).unwrap());
    println!("{during} of {total} bytes went while the camera ran");
    assert!(during * 2 > total);
    assert_eq!(agency.held().body_bytes, total, "every byte once");
    let all = agency.held().asked.iter().filter(|ask| **ask == Ask::Announce).count();
    assert_eq!(all, agency.held().files.len(), "{announced} of them before the end, none announced again");
}

#[tokio::test]
async fn after_a_kill_in_mid_recording_the_queue_is_right_again_from_the_vault() {
    for seed in 0..6 {
        let mut scene = Scene::new(10 + seed);
        let agency = Scripted::serve(Forgery::None).await;
        let mut dice = Dice::new(seed);
        let files = dice.below(4) as usize;
        let (recording, mut encoders) = begin(&scene.phone, &scene.recorder);
        let record = recording.record();
        {
            let clock = Arc::new(OthersClock(scene.phone.clock.clone(), Arc::clone(&scene.rests)));
            let worker = worker(&scene.recorder, &agency, clock, Network::Free);
            let mut ignore = |_| {};
            let filming = async {
                film(&recording, &mut encoders, 9.0 + dice.below(12) as f64).await;
                until(|| {
                    encoders.step(&recording);
                    whole_files(&agency) >= files
                })
                .await;
            };
            tokio::select! {
                _ = worker.run(Until::RecordEnds, &mut ignore) => panic!("the record has not ended"),
                () = filming => {}
            }
        }
        // The whole process is gone: what it had written stays, what it had not is lost.
        scene.phone.disk.kill();
        drop(recording);
        let lost_index = dice.percent(50);
        if lost_index {
            scene.index = tempfile::tempdir().unwrap();
        }
        let other = Arc::new(Phone::new(999).start_indexed(tempfile::tempdir().unwrap().path()).0);
        drop(std::mem::replace(&mut scene.recorder, other));
        let index = scene.index.path().to_owned();
        scene.recorder = Arc::new(scene.phone.start_indexed(&index).0);
        let before = agency.held().body_bytes;
        scene.recorder.end_later(record, None, EndedHow::CutForGood).unwrap();
        let total = scene.bytes_of(record);
        let (ended, told) = scene.upload(&agency).await;
        assert!(ended.is_all_there, "seed {seed}: {told:?}");
        assert_eq!(agency.held().lines[&record.to_string()], scene.recorder.lines(record).unwrap(), "seed {seed}");
        let all = agency.held().body_bytes;
        println!(
            "seed {seed}: {before} bytes before the kill, {} after it, of {total}; index lost: {lost_index}",
            all - before
        );
        // A lost index says the lines and values once more; film never goes twice but for what was on its way.
        let again = if lost_index { before.min(400_000) } else { 40_000 };
        assert!(all <= total + again, "seed {seed}: {all} of {total}");
    }
}

#[tokio::test]
async fn over_a_paid_network_film_of_a_running_record_goes_after_a_yes_and_within_it() {
    let scene = Scene::new(30);
    let agency = Scripted::serve(Forgery::None).await;
    let segment_bytes = Mutex::new(0);
    scene
        .live(&agency, Network::Paid, async |recording, encoders| {
            film(recording, encoders, 21.0).await;
            until(|| {
                encoders.step(recording);
                whole_files(&agency) == 1
            })
            .await;
            assert_eq!(agency.held().files.values().map(|(size, _)| *size).collect::<Vec<_>>(), [3_000], "the photo");
            scene
                .recorder
                .with_index(&mut |index| {
                    let film = index.uploads_waiting(100).unwrap();
                    let film: Vec<_> = film.iter().filter(|row| row.kind == UploadKind::Segment).collect();
                    assert!(film.len() >= 2, "finished segments wait for a yes");
                    *segment_bytes.lock().unwrap() = film[0].size_bytes;
                    // To one init and one segment, and a bit.
                    assert!(index.consent_to_paid(film[0].size_bytes + 5_000).unwrap() > film[0].size_bytes);
                })
                .unwrap();
            until(|| {
                encoders.step(recording);
                whole_files(&agency) == 3
            })
            .await;
            film(recording, encoders, 10.0).await;
            recording.end(None, EndedHow::Officer).unwrap();
        })
        .await;
    let sent: u64 = agency.held().files.values().filter(|(size, _)| *size != 3_000).map(|(_, b)| b.len() as u64).sum();
    assert!(sent <= *segment_bytes.lock().unwrap() + 5_000, "{sent} bytes of film went");
}

#[tokio::test]
async fn while_a_record_runs_an_older_one_goes_up_and_its_receipt_waits_for_the_writer() {
    let scene = Scene::new(40);
    let agency = Scripted::serve(Forgery::None).await;
    let (first, mut encoders) = begin(&scene.phone, &scene.recorder);
    encoders.run(&first, 3.0, |_| {});
    first.end(None, EndedHow::Officer).unwrap();
    assert!(scene.recorder.running().is_none());
    let older = first.record().to_string();
    let (newer, _) = scene
        .live(&agency, Network::Free, async |recording, encoders| {
            film(recording, encoders, 9.0).await;
            until(|| {
                encoders.step(recording);
                whole_files(&agency) >= 4
            })
            .await;
            let held = agency.held();
            assert_eq!(held.lines[&older], scene.recorder.lines(first.record()).unwrap());
            assert!(held.issued.is_empty() && !held.asked.contains(&Ask::Receipts));
            drop(held);
            recording.end(None, EndedHow::Officer).unwrap();
        })
        .await;
    assert!(scene.upload(&agency).await.0.is_all_there);
    let issued = agency.held().issued.clone();
    assert!(issued.contains_key(&older) && issued.contains_key(&newer.to_string()));
}

/// A disk whose reads wait while the gate is shut.
#[derive(Debug, Clone)]
struct Gated {
    disk: TornDisk,
    gate: Arc<(Mutex<Gate>, Condvar)>,
}

#[derive(Debug, Default)]
struct Gate {
    is_shut: bool,
    waiting: usize,
}

impl Gated {
    fn shut(&self, is_shut: bool) {
        self.gate.0.lock().unwrap().is_shut = is_shut;
        self.gate.1.notify_all();
    }

    fn has_waiting(&self) -> bool {
        self.gate.0.lock().unwrap().waiting > 0
    }
}

#[derive(Debug)]
struct GatedFile(Box<dyn DiskFile>, Gated);

impl Disk for Gated {
    fn lock(&self) -> io::Result<Option<Box<dyn FolderLock>>> {
        self.disk.lock()
    }
    fn list(&self) -> io::Result<Vec<Listed>> {
        self.disk.list()
    }
    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(GatedFile(self.disk.create(name)?, self.clone())))
    }
    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(GatedFile(self.disk.open(name)?, self.clone())))
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.disk.rename(from, to)
    }
    fn remove_purged(&self, name: &str) -> io::Result<()> {
        self.disk.remove_purged(name)
    }
    fn sync_names(&self, point: SyncPoint) -> io::Result<()> {
        self.disk.sync_names(point)
    }
    fn free_space(&self) -> io::Result<u64> {
        self.disk.free_space()
    }
}

impl DiskFile for GatedFile {
    fn size(&self) -> io::Result<u64> {
        self.0.size()
    }
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let (lock, changed) = &*self.1.gate;
        let mut gate = lock.lock().unwrap();
        gate.waiting += 1;
        gate = changed.wait_while(gate, |gate| gate.is_shut).unwrap();
        gate.waiting -= 1;
        drop(gate);
        self.0.read_at(buf, offset)
    }
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_at(bytes, offset)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }
    fn sync_data(&self, point: SyncPoint) -> io::Result<()> {
        self.0.sync_data(point)
    }
    fn sync_all(&self, point: SyncPoint) -> io::Result<()> {
        self.0.sync_all(point)
    }
}

/// Were a lock of the frame path held over what hangs here, this would never end.
#[test]
fn an_upload_that_hangs_in_a_read_and_in_the_queue_keeps_no_frame_and_no_word_waiting() {
    let mut phone = Phone::new(50);
    let index = tempfile::tempdir().unwrap();
    let gated = Gated { disk: phone.disk.clone(), gate: Arc::default() };
    let recorder = Arc::new(phone.start_indexed_on(Arc::new(gated.clone()), index.path()).0);
    let (recording, mut encoders) = begin(&phone, &recorder);
    gated.shut(true);
    let follower = Arc::clone(&recorder);
    let reading = std::thread::spawn(move || follower.catch_up().unwrap());
    while !gated.has_waiting() {
        std::thread::yield_now();
    }
    let (held, is_held) = std::sync::mpsc::sync_channel(1);
    let (give_back, is_over) = std::sync::mpsc::sync_channel::<()>(1);
    let queue = Arc::clone(&recorder);
    let holding = std::thread::spawn(move || {
        queue
            .with_index(&mut |_| {
                held.send(()).unwrap();
                let _ = is_over.recv();
            })
            .unwrap();
    });
    is_held.recv().unwrap();
    for _ in 0..30 {
        encoders.run(&recording, 1.0, |_| {});
        recording.add(None, Deed::Place { place: "城西仓库".into(), how: PlaceHow::Typed }).unwrap();
    }
    recording.add(None, Deed::Photo { image: vec![0xff; 3_000], width: None, height: None }).unwrap();
    recording.end(None, EndedHow::Officer).unwrap();
    assert_eq!(encoders.dropped, 0);
    assert!(gated.has_waiting(), "the upload still hangs");
    println!("most that waited for the writer: {} bytes", recording.most_waiting_bytes());
    gated.shut(false);
    drop(give_back);
    holding.join().unwrap();
    assert_eq!(reading.join().unwrap(), Capture::Running);
}

#[tokio::test]
async fn what_goes_to_the_agency_is_what_was_acknowledged_and_never_a_line_more() {
    let scene = Scene::new(60);
    let (recording, mut encoders) = begin(&scene.phone, &scene.recorder);
    for seed in 0..40 {
        encoders.run(&recording, 0.3 + f64::from(seed % 5) * 0.2, |_| {});
        assert_eq!(scene.recorder.catch_up().unwrap(), Capture::Running);
        let told = std::cell::RefCell::new(Vec::new());
        scene.recorder.with_index(&mut |index| *told.borrow_mut() = index.uploads_waiting(u32::MAX).unwrap()).unwrap();
        let vault = Holder::vault(&*scene.recorder);
        for row in told.into_inner() {
            let kind = match row.kind {
                UploadKind::Opened | UploadKind::Lines => FileKind::Journal,
                UploadKind::Private => FileKind::Private,
                UploadKind::Init => FileKind::Init,
                UploadKind::Segment => FileKind::Segment,
                UploadKind::File | UploadKind::Receipt => panic!("{row:?}"),
            };
            let contents = vault.contents_of(row.record);
            let durable = contents.iter().find(|content| {
                let id = content.identity;
                let is_media = matches!(kind, FileKind::Init | FileKind::Segment);
                id.kind == kind && (!is_media || (id.take, id.number) == (row.take, row.number))
            });
            assert!(durable.is_some_and(|content| content.len >= row.size_bytes), "{row:?} {durable:?}");
        }
    }
    recording.end(None, EndedHow::Officer).unwrap();
    assert_eq!(scene.recorder.catch_up().unwrap(), Capture::Idle);
}

/// Why each row of a record waits; those that are there already are left out.
fn waiting(recorder: &Recorder, record: RecordId) -> Vec<Waits> {
    let mut rows = Vec::new();
    let id = quanji_store::RecordId(*record.as_bytes());
    Holder::with_index(recorder, &mut |index| rows = index.uploads_of(id).unwrap()).unwrap();
    let owed = rows.into_iter().filter(|row| row.state != quanji_store::UploadState::Done);
    owed.map(|row| waits(row.state, row.may_go_paid, row.reason.as_deref(), Network::Free)).collect()
}

#[tokio::test]
async fn once_a_state_secret_is_marked_nothing_more_of_that_record_goes_and_others_do() {
    let mut scene = Scene::new(77);
    let agency = Scripted::serve(Forgery::None).await;
    let (secret, _) = scene
        .live(&agency, Network::Free, async |recording, encoders| {
            film(recording, encoders, 12.0).await;
            until(|| {
                encoders.step(recording);
                whole_files(&agency) >= 2
            })
            .await;
            let from_mono_us = scene.phone.clock.mono_us();
            let span = ConfidentialSpan { secrecy: Secrecy::StateSecret, from_mono_us, to_mono_us: None, boot: None };
            recording.add(None, span).unwrap();
            let _ = scene.recorder.catch_up().unwrap();
            scene.rested().await;
            let before = agency.held().body_bytes;
            film(recording, encoders, 12.0).await;
            scene.rested().await;
            assert_eq!(agency.held().body_bytes, before, "the camera runs on, and nothing of it goes");
            recording.end(None, EndedHow::Officer).unwrap();
        })
        .await;
    let before = agency.held().body_bytes;
    let (ended, _) = scene.upload(&agency).await;
    assert!(!ended.is_all_there && ended.hold.is_none(), "{ended:?}");
    assert_eq!(agency.held().body_bytes, before);
    let why = waiting(&scene.recorder, secret);
    assert!(why.len() >= 4 && why.iter().all(|why| *why == Waits::StateSecret), "{why:?}");
    // Somebody asks for it again, and the index is lost and made from the vault.
    Holder::with_index(&*scene.recorder, &mut |index| index.release_uploads().unwrap()).unwrap();
    scene.upload(&agency).await;
    drop(scene.recorder);
    scene.index = tempfile::tempdir().unwrap();
    scene.recorder = Arc::new(scene.phone.start_indexed(scene.index.path()).0);
    assert!(waiting(&scene.recorder, secret).iter().all(|why| *why == Waits::StateSecret));
    let (other, _) = scene
        .live(&agency, Network::Free, async |recording, encoders| {
            film(recording, encoders, 9.0).await;
            recording.end(None, EndedHow::Officer).unwrap();
        })
        .await;
    scene.upload(&agency).await;
    assert_eq!(agency.held().lines[&other.to_string()], scene.recorder.lines(other).unwrap());
    let lines = scene.recorder.lines(secret).unwrap();
    assert!(agency.held().lines[&secret.to_string()].len() < lines.len(), "its lines did not follow either");
}
