//! A phone without a JVM: secrets in memory, a clock that is told, encoders that make units.

#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use quanji_capture::clocks::ClockBase;
use quanji_capture::quality::Coding;
use quanji_core::frames::{AUDIO, KEY_FRAME, Pushed, VIDEO, push};
use quanji_core::{
    CameraClock, Core, Format, HardwareKey, OpenError, Phone, PhoneClock, PictureFormat, Reading, SecretError, Secrets,
};

/// 2026-09-30 17:20 +08:00.
const WALL_US: u64 = 1_790_760_000_000_000;

/// Secrets in memory, which can be locked and lost.
#[derive(Debug, Default)]
pub struct KeptSecrets {
    kept: Mutex<BTreeMap<String, Vec<u8>>>,
    fault: Mutex<Option<SecretError>>,
}

impl KeptSecrets {
    pub fn fail_with(&self, fault: Option<SecretError>) {
        *self.fault.lock().unwrap() = fault;
    }

    pub fn lose(&self, name: &str) {
        self.kept.lock().unwrap().remove(name).expect("it was kept");
    }

    pub fn shorten(&self, name: &str) {
        self.kept.lock().unwrap().get_mut(name).expect("it was kept").pop();
    }

    pub fn names(&self) -> Vec<String> {
        self.kept.lock().unwrap().keys().cloned().collect()
    }

    fn check(&self) -> Result<(), SecretError> {
        self.fault.lock().unwrap().map_or(Ok(()), Err)
    }
}

impl Secrets for KeptSecrets {
    fn read(&self, name: String) -> Result<Option<Vec<u8>>, SecretError> {
        self.check()?;
        Ok(self.kept.lock().unwrap().get(&name).cloned())
    }

    fn keep(&self, name: String, secret: Vec<u8>) -> Result<(), SecretError> {
        self.check()?;
        self.kept.lock().unwrap().insert(name, secret);
        Ok(())
    }

    fn destroy(&self, name: String) -> Result<(), SecretError> {
        self.check()?;
        self.kept.lock().unwrap().remove(&name);
        Ok(())
    }
}

/// A clock that goes when it is told.
#[derive(Debug)]
pub struct ToldClock {
    mono_us: Mutex<u64>,
    /// When it was booted.
    wall_us: u64,
}

impl ToldClock {
    pub fn mono_us(&self) -> u64 {
        *self.mono_us.lock().unwrap()
    }

    pub fn advance_us(&self, us: u64) {
        *self.mono_us.lock().unwrap() += us;
    }
}

impl PhoneClock for ToldClock {
    fn now(&self) -> Reading {
        let mono_us = self.mono_us();
        Reading { wall_us: self.wall_us + mono_us, mono_us }
    }
}

pub struct TestPhone {
    pub folder: tempfile::TempDir,
    pub secrets: Arc<KeptSecrets>,
    pub clock: Arc<ToldClock>,
    pub boot_count: u64,
    pub hardware_key: Option<Arc<dyn HardwareKey>>,
}

impl TestPhone {
    pub fn new() -> TestPhone {
        TestPhone::booted_at(WALL_US)
    }

    pub fn booted_at(wall_us: u64) -> TestPhone {
        TestPhone {
            folder: tempfile::tempdir().unwrap(),
            secrets: Arc::default(),
            clock: Arc::new(ToldClock { mono_us: Mutex::new(3_600_000_000), wall_us }),
            boot_count: 7,
            hardware_key: None,
        }
    }

    pub fn open(&self) -> Result<Arc<Core>, OpenError> {
        Core::open(self.phone())
    }

    pub fn phone(&self) -> Phone {
        Phone {
            folder: self.folder.path().join("vault").to_str().unwrap().to_owned(),
            secrets: Arc::clone(&self.secrets) as Arc<dyn Secrets>,
            boot_count: self.boot_count,
            clock: Some(Arc::clone(&self.clock) as Arc<dyn PhoneClock>),
            software: "quanji-android".to_owned(),
            version: "0.1.0".to_owned(),
            is_practice: false,
            tls_roots: None,
            hardware_key: self.hardware_key.clone(),
        }
    }
}

const SPS: [u8; 25] = [
    0x67, 0x42, 0xc0, 0x0d, 0x90, 0x14, 0x19, 0xf9, 0xf0, 0x11, 0, 0, 3, 0, 1, 0, 0, 3, 0, 0x32, 0x0f, 0x14, 0x2a,
    0x48, 0x80,
];
const PPS: [u8; 5] = [0x68, 0xcb, 0x83, 0xcb, 0x20];

/// What Android's encoders give as codec configuration.
pub fn format() -> Format {
    let mut sets = vec![0, 0, 0, 1];
    sets.extend(SPS);
    sets.extend([0, 0, 0, 1]);
    sets.extend(PPS);
    Format {
        video: Some(PictureFormat { coding: Coding::H264, parameter_sets: sets }),
        audio: Some(vec![0x11, 0x90]),
        priming_samples: 0,
        rotation_degrees: 90,
        camera_clock: CameraClock { base: ClockBase::Elapsed, slept_us: 0 },
    }
}

/// A picture between start codes.
pub fn picture(is_key: bool) -> Vec<u8> {
    let mut data = vec![0, 0, 0, 1, if is_key { 0x65 } else { 0x41 }];
    data.extend((0..2_000u32).map(|at| at as u8 | 1));
    data
}

pub const SOUND_UNIT: [u8; 7] = [0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c, 0x01];

/// Two seconds of pictures and sound; how many units were taken.
pub fn film(phone: &TestPhone, handle: i64) -> usize {
    let mut taken = 0;
    for frame in 0..50u64 {
        let stamp_us = i64::try_from(phone.clock.mono_us()).unwrap();
        let flags = if frame % 25 == 0 { KEY_FRAME } else { 0 };
        let (frames_us, arrived_us) = (i64::try_from(frame).unwrap() * 21_333, stamp_us + 30_000);
        let answers = [
            push(handle, VIDEO, &picture(frame % 25 == 0), stamp_us, arrived_us, flags),
            push(handle, AUDIO, &SOUND_UNIT, frames_us, arrived_us, 0),
        ];
        taken += answers.iter().filter(|answer| matches!(answer, Pushed::Waits | Pushed::KeyFrameWanted)).count();
        phone.clock.advance_us(40_000);
    }
    taken
}
