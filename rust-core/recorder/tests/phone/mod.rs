//! A phone without Android, in memory: a disk that tears, a clock that is told, and encoders that make small units.
#![allow(dead_code, unreachable_pub, missing_debug_implementations, clippy::unwrap_used, clippy::panic)]

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use quanji_evidence::body::Started;
use quanji_evidence::bundle::{Bundle, BundleFault};
use quanji_evidence::entry::Clock;
use quanji_evidence::id::{BootId, DeviceId, LedgerEpoch, RecordId};
use quanji_evidence::keyset::Keyset;
use quanji_evidence::manifest::Purpose;
use quanji_evidence::text::Code;
use quanji_evidence::verify::{Examination, Members, Terms, examine};
use quanji_evidence::{Drafts, Ed25519Signer};
use quanji_media::{AccessUnit, NalFraming, Payload, Rotation, SoundFormat, TakeFormat, Timescale, VideoFormat};
use quanji_recorder::{
    Device, DeviceSigner, KeyFault, Opening, Ports, RecordKeys, Recorder, Recording, Taken, TimeSource, Voucher,
};
use quanji_rules::Calendar;
use quanji_store::{Chance, Disk, NoChance};
use quanji_testkit::{FixedKeys, SeededChance, SimClock, TornDisk};
use zeroize::Zeroizing;

/// 2026-11-23T09:00:00+08:00.
pub const MONDAY_MORNING_US: i64 = 1_795_395_600_000_000;

#[derive(Debug)]
pub struct SimTime(pub SimClock);

impl TimeSource for SimTime {
    fn now(&self) -> Clock {
        Clock {
            wall_us: self.0.wall_us() as u64,
            mono_us: self.0.mono_us(),
            boot: BootId::from_bytes(self.0.boot().0),
            sync: None,
        }
    }
}

/// Record keys that survive every crash, as a key store does.
#[derive(Debug, Default)]
pub struct KeysInMemory(Mutex<HashMap<RecordId, Zeroizing<[u8; 32]>>>);

impl RecordKeys for KeysInMemory {
    fn keep(&self, record: RecordId, seed: &Zeroizing<[u8; 32]>) -> Result<(), KeyFault> {
        self.0.lock().unwrap().insert(record, seed.clone());
        Ok(())
    }

    fn get(&self, record: RecordId) -> Result<Option<Zeroizing<[u8; 32]>>, KeyFault> {
        Ok(self.0.lock().unwrap().get(&record).cloned())
    }

    fn destroy(&self, record: RecordId) -> Result<(), KeyFault> {
        self.0.lock().unwrap().remove(&record);
        Ok(())
    }
}

impl KeysInMemory {
    pub fn has(&self, record: RecordId) -> bool {
        self.0.lock().unwrap().contains_key(&record)
    }
}

/// Random bytes until they run dry.
#[derive(Debug)]
struct Well(SeededChance, Arc<AtomicBool>);

impl Chance for Well {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoChance> {
        if self.1.load(Ordering::Relaxed) { Err(NoChance) } else { self.0.fill(bytes) }
    }
}

/// Everything of a phone that outlives a crash.
pub struct Phone {
    /// No random bytes come any more.
    pub is_dry: Arc<AtomicBool>,
    pub disk: TornDisk,
    pub clock: SimClock,
    pub keys: Arc<KeysInMemory>,
    /// The chip that vouches, if the phone has one.
    pub voucher: Option<Arc<dyn Voucher>>,
    /// The agency's keys, where the phone is enrolled.
    pub keyset: Option<Keyset>,
    signer: Arc<dyn DeviceSigner>,
    seed: u64,
    starts: u64,
}

impl Phone {
    pub fn new(seed: u64) -> Phone {
        Phone {
            is_dry: Arc::default(),
            disk: TornDisk::new(seed),
            clock: SimClock::at(MONDAY_MORNING_US),
            keys: Arc::default(),
            voucher: None,
            keyset: None,
            signer: Arc::new(Ed25519Signer::from_seed(&[9; 32])),
            seed,
            starts: 0,
        }
    }

    pub fn start(&mut self) -> (Recorder, Opening) {
        let disk: Arc<dyn Disk> = Arc::new(self.disk.clone());
        self.start_on(disk)
    }

    pub fn start_on(&mut self, disk: Arc<dyn Disk>) -> (Recorder, Opening) {
        // Who was dropped in mid-work lets go of the vault a moment later.
        for _ in 0..6_000 {
            match self.try_start_on(Arc::clone(&disk)) {
                Err(quanji_recorder::OpenFault::Vault(quanji_store::OpenError::InUse)) => wait_a_moment(),
                outcome => return outcome.unwrap(),
            }
        }
        panic!("the vault stays in use");
    }

    pub fn try_start_on(&mut self, disk: Arc<dyn Disk>) -> Result<(Recorder, Opening), quanji_recorder::OpenFault> {
        let (store, ports) = self.ports(disk);
        Recorder::open(store, ports)
    }

    /// With an index in a real folder.
    pub fn start_indexed(&mut self, index_folder: &std::path::Path) -> (Recorder, Opening) {
        self.start_indexed_on(Arc::new(self.disk.clone()), index_folder)
    }

    pub fn start_indexed_on(&mut self, disk: Arc<dyn Disk>, index_folder: &std::path::Path) -> (Recorder, Opening) {
        // Who was dropped in mid-work lets go of the vault a moment later.
        for _ in 0..6_000 {
            let (store, ports) = self.ports(Arc::clone(&disk));
            match Recorder::open_indexed(store, ports, index_folder, &mut |_| {}) {
                Err(quanji_recorder::OpenFault::Vault(quanji_store::OpenError::InUse)) => wait_a_moment(),
                outcome => return outcome.unwrap(),
            }
        }
        panic!("the vault stays in use");
    }

    fn ports(&mut self, disk: Arc<dyn Disk>) -> (quanji_store::Ports, Ports) {
        self.starts += 1;
        let chance = Arc::new(Well(SeededChance::new(self.seed * 1_000 + self.starts), Arc::clone(&self.is_dry)));
        let store = quanji_store::Ports {
            disk,
            keys: Arc::new(FixedKeys::of(&[1])),
            chance: chance.clone(),
            reserve_bytes: 64 << 10,
        };
        let device = Device {
            id: DeviceId::from_bytes([2; 16]),
            epoch: LedgerEpoch::from_bytes([3; 16]),
            signer: Arc::clone(&self.signer),
            certificate: None,
            head: None,
            keyset: self.keyset.clone(),
            software: (Code::parse("quanji-test").unwrap(), Code::parse("0").unwrap()),
        };
        let record_keys: Arc<dyn RecordKeys> = Arc::clone(&self.keys) as _;
        let time = Arc::new(SimTime(self.clock.clone()));
        (store, Ports { time, chance, record_keys, device: Arc::new(device), voucher: self.voucher.clone() })
    }
}

const SPS: [u8; 24] = [
    0x67, 0x42, 0xc0, 0x0d, 0x90, 0x14, 0x19, 0xf9, 0xf0, 0x11, 0, 0, 3, 0, 1, 0, 0, 3, 0, 0x32, 0x0f, 0x14, 0x2a, 0x48,
];
const PPS: [u8; 5] = [0x68, 0xcb, 0x83, 0xcb, 0x20];
/// The picture's ticks a second.
pub const PICTURE_SCALE: i64 = 90_000;
/// The sound's samples a second.
pub const SOUND_SCALE: i64 = 48_000;

pub fn format(has_picture: bool, has_sound: bool) -> TakeFormat {
    let mut sps = SPS.to_vec();
    sps.push(0x80);
    let video =
        has_picture.then(|| VideoFormat::h264(&sps, &[&PPS], Timescale::new(PICTURE_SCALE as u32).unwrap()).unwrap());
    let sound = has_sound.then(|| SoundFormat::aac(&[0x11, 0x90], 0).unwrap());
    TakeFormat::new(video, sound, Rotation::None).unwrap()
}

/// Encoders that make 25 pictures a second with a key frame every 2 s, and sound in units of 1,024 samples.
pub struct Encoders {
    pub clock: SimClock,
    pub picture_bytes: usize,
    pub has_picture: bool,
    pub has_sound: bool,
    frame: i64,
    unit: i64,
    base_us: u64,
    pub pushed_pictures: u64,
    pub dropped: u64,
}

impl Encoders {
    pub fn new(clock: &SimClock, has_picture: bool, has_sound: bool) -> Encoders {
        Encoders {
            clock: clock.clone(),
            picture_bytes: 2_000,
            has_picture,
            has_sound,
            frame: 0,
            unit: 0,
            base_us: clock.mono_us(),
            pushed_pictures: 0,
            dropped: 0,
        }
    }

    pub fn begin(&mut self, recording: &Recording) {
        self.base_us = self.clock.mono_us();
        (self.frame, self.unit) = (0, 0);
        recording.set_format(format(self.has_picture, self.has_sound), self.base_us as i64);
    }

    /// Pushes `seconds` of media; the clock goes with it.
    pub fn run(&mut self, recording: &Recording, seconds: f64, mut between: impl FnMut(&Recording)) {
        let until = self.clock.mono_us() + (seconds * 1e6) as u64;
        while self.clock.mono_us() < until {
            self.step(recording);
            between(recording);
        }
    }

    /// One picture's time: 40 ms.
    pub fn step(&mut self, recording: &Recording) {
        let key = self.frame % 50 == 0;
        if self.has_picture {
            let mut data = vec![0, 0, 0, 0, if key { 0x65 } else { 0x41 }];
            data.extend((0..self.picture_bytes).map(|at| (at as i64 * 7 + self.frame) as u8 | 1));
            let length = (data.len() - 4) as u32;
            data[..4].copy_from_slice(&length.to_be_bytes());
            let stamp = self.frame * PICTURE_SCALE / 25;
            let payload = Payload::Picture { framing: NalFraming::LengthPrefixed, data: &data };
            self.note(recording.push(&AccessUnit { decode: stamp, present: stamp, payload }, key));
        }
        if self.has_sound {
            while self.unit * 1_024 * 25 <= self.frame * SOUND_SCALE {
                let data = [0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c, self.unit as u8];
                let stamp = self.unit * 1_024;
                let unit = AccessUnit { decode: stamp, present: stamp, payload: Payload::Aac(&data) };
                let taken = recording.push(&unit, !self.has_picture);
                self.dropped += u64::from(taken == Taken::Dropped);
                self.unit += 1;
            }
        }
        self.frame += 1;
        self.clock.advance_us(40_000);
    }

    fn note(&mut self, taken: Taken) {
        self.pushed_pictures += u64::from(taken == Taken::Waits);
        self.dropped += u64::from(taken == Taken::Dropped);
    }
}

/// Begins an ordinary recording with picture and sound.
pub fn begin(phone: &Phone, recorder: &Recorder) -> (Recording, Encoders) {
    let recording = recorder.begin(Started::Button).unwrap();
    let mut encoders = Encoders::new(&phone.clock, true, true);
    encoders.begin(&recording);
    (recording, encoders)
}

/// A bundle in memory.
pub struct InMemory(Bundle<Cursor<Vec<u8>>>);

impl Members for InMemory {
    fn has(&self, name: &str) -> bool {
        self.0.position(name).is_some()
    }

    fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, BundleFault> {
        self.0.read(name)
    }
}

impl InMemory {
    pub fn open(bytes: Vec<u8>) -> InMemory {
        InMemory(Bundle::open(Cursor::new(bytes)).unwrap())
    }
}

/// Exports records and examines the bundle as a stranger would, and the media against what is claimed.
pub fn export_and_examine(recorder: &Recorder, records: &[RecordId]) -> Examination {
    let out = recorder.export(records, Purpose::Backup, Cursor::new(Vec::new()), &mut |_| {}).unwrap();
    let mut members = InMemory::open(out.into_inner());
    let calendar = Calendar::published();
    let terms = Terms { agency_key: None, drafts: Drafts::Accepted, calendar: &calendar };
    let examination = examine(&mut members, terms).unwrap();
    check_media(&mut members, &examination);
    examination
}

/// Every segment is in the bundle, has the digests that its lines claim, and reads as what they say.
fn check_media(members: &mut InMemory, examination: &Examination) {
    for record in &examination.records {
        let names = quanji_evidence::member_name::RecordMembers(record.id);
        for take in &record.media.takes {
            let init = members.read(names.init(take.take.take).as_str()).unwrap().expect("the init is there");
            let format = quanji_media::read_init(&init).unwrap();
            for segment in &take.segments {
                let name = names.segment(take.take.take, segment.segment);
                let bytes = members.read(name.as_str()).unwrap().unwrap_or_else(|| panic!("{name} is missing"));
                let mut at = 0;
                for claimed in &segment.fragments {
                    let end = claimed.what.end_bytes as usize;
                    let digest = quanji_evidence::Digest::of(&bytes[..end]);
                    assert!(digest.matches(&claimed.what.digest), "{name} {end}");
                    let facts = quanji_media::read_fragment(&format, &bytes[at..end]).unwrap().facts;
                    let video = claimed.what.video.as_ref().map(|run| (run.from, run.ticks, run.samples));
                    assert_eq!(facts.video.map(|run| (run.first_decode, run.duration, u64::from(run.samples))), video);
                    at = end;
                }
                assert_eq!(at, bytes.len(), "{name}");
            }
        }
    }
}

/// Codes of an examination, without those that every record without an agency has.
pub fn codes(examination: &Examination) -> Vec<&'static str> {
    examination.findings.codes().into_iter().filter(|code| *code != "agency_key_absent").collect()
}

#[expect(clippy::disallowed_methods, reason = "waits for another thread to let go")]
fn wait_a_moment() {
    std::thread::sleep(std::time::Duration::from_millis(10));
}
