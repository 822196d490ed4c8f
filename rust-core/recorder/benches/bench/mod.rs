//! What the bench programs share: a recorder on a real disk, and encoders whose units cost nothing to make.
#![allow(dead_code, unreachable_pub, missing_debug_implementations, clippy::unwrap_used)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use quanji_evidence::Ed25519Signer;
use quanji_evidence::id::{DeviceId, LedgerEpoch, RecordId};
use quanji_evidence::text::Code;
use quanji_media::{AccessUnit, NalFraming, Payload, Rotation, SoundFormat, TakeFormat, Timescale, VideoFormat};
use quanji_recorder::{Device, KeyFault, Ports, RecordKeys, Recorder, TimeSource};
use quanji_store::Disk;
use quanji_testkit::{FixedKeys, SeededChance};
use zeroize::Zeroizing;

const SPS: [u8; 25] = [
    0x67, 0x42, 0xc0, 0x0d, 0x90, 0x14, 0x19, 0xf9, 0xf0, 0x11, 0, 0, 3, 0, 1, 0, 0, 3, 0, 0x32, 0x0f, 0x14, 0x2a,
    0x48, 0x80,
];
const PPS: [u8; 5] = [0x68, 0xcb, 0x83, 0xcb, 0x20];

pub const PICTURE_SCALE: i64 = 90_000;
pub const SOUND_SCALE: i64 = 48_000;

pub fn format() -> TakeFormat {
    let video = VideoFormat::h264(&SPS, &[&PPS], Timescale::new(PICTURE_SCALE as u32).unwrap()).unwrap();
    let sound = SoundFormat::aac(&[0x11, 0x90], 0).unwrap();
    TakeFormat::new(Some(video), Some(sound), Rotation::None).unwrap()
}

/// 25 pictures a second, a key frame every 2 s, sound at 64 kb/s. The bytes are made once.
pub struct Units {
    key: Vec<u8>,
    other: Vec<u8>,
    sound: Vec<u8>,
    frame: i64,
    unit: i64,
}

impl Units {
    pub fn of(picture_bytes: usize) -> Units {
        let picture = |first: u8| {
            let mut data = ((picture_bytes - 4) as u32).to_be_bytes().to_vec();
            data.push(first);
            data.extend((data.len()..picture_bytes).map(|at| (at * 31 % 251) as u8 | 1));
            data
        };
        Units { key: picture(0x65), other: picture(0x41), sound: vec![0x21; 170], frame: 0, unit: 0 }
    }

    /// The media time of the next picture.
    pub fn at_us(&self) -> u64 {
        (self.frame * 40_000) as u64
    }

    /// The units of one picture's time.
    pub fn step(&mut self, mut push: impl FnMut(&AccessUnit<'_>, bool)) {
        let is_key = self.frame % 50 == 0;
        let data = if is_key { &self.key } else { &self.other };
        let stamp = self.frame * PICTURE_SCALE / 25;
        let payload = Payload::Picture { framing: NalFraming::LengthPrefixed, data };
        push(&AccessUnit { decode: stamp, present: stamp, payload }, is_key);
        while self.unit * 1_024 * 25 <= self.frame * SOUND_SCALE {
            let stamp = self.unit * 1_024;
            push(&AccessUnit { decode: stamp, present: stamp, payload: Payload::Aac(&self.sound) }, false);
            self.unit += 1;
        }
        self.frame += 1;
    }
}

#[derive(Debug, Default)]
struct Keys(Mutex<HashMap<RecordId, Zeroizing<[u8; 32]>>>);

impl RecordKeys for Keys {
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

pub fn recorder(disk: Arc<dyn Disk>, time: Arc<dyn TimeSource>, seed: u64) -> Recorder {
    let chance = Arc::new(SeededChance::new(seed));
    let reserve_bytes = quanji_store::Ports::RESERVE_BYTES;
    let store =
        quanji_store::Ports { disk, keys: Arc::new(FixedKeys::of(&[1])), chance: chance.clone(), reserve_bytes };
    let device = Arc::new(Device {
        id: DeviceId::from_bytes([2; 16]),
        epoch: LedgerEpoch::from_bytes([3; 16]),
        signer: Arc::new(Ed25519Signer::from_seed(&[9; 32])),
        certificate: None,
        head: None,
        keyset: None,
        software: (Code::parse("quanji-bench").unwrap(), Code::parse("0").unwrap()),
    });
    Recorder::open(store, Ports { time, chance, record_keys: Arc::new(Keys::default()), device, voucher: None })
        .unwrap()
        .0
}

/// Processor time of this process so far, user and system, in seconds. The kernel counts it in hundredths.
pub fn cpu_s() -> (f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    let ticks = |field: usize| fields[field].parse::<f64>().unwrap() / 100.0;
    (ticks(11), ticks(12))
}

/// Resident memory in KiB: now, and at most so far.
pub fn memory_kib() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let field = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    };
    (field("VmRSS:"), field("VmHWM:"))
}

pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

pub fn rounds() -> usize {
    std::env::var("QUANJI_BENCH_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(9)
}

/// Prints one measurement against its bound; `true` when it holds.
pub fn report(name: &str, value: f64, unit: &str, bound: f64) -> bool {
    let holds = value <= bound;
    println!("bench {name}: {value:.3} {unit} (bound {bound}) {}", if holds { "ok" } else { "MISSED" });
    holds
}
