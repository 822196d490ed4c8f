//! The check before recording (第十三条): what the phone measured becomes an entry with the rules' notes. It holds up nothing.

use quanji_evidence::body::{Delivering, Location, Preflight, Temperature};
use quanji_evidence::text::Code;
use quanji_rules::{Permissions, Thresholds, preflight_notes};

/// What the phone measured of itself; what is absent was not measured, and says nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PhoneCheck {
    /// 0..=100
    pub battery_percent: Option<u8>,
    pub charging: Option<bool>,
    pub free_bytes: Option<u64>,
    /// What a second of recording takes; with `free_bytes` it says for how long there is room.
    pub bytes_a_second: u64,
    pub camera: Option<Delivering>,
    pub microphone: Option<Delivering>,
    /// Phone minus agency.
    pub clock_offset_us: Option<i64>,
    pub location: Option<Location>,
    pub temperature: Option<Temperature>,
    pub battery_saver: Option<bool>,
    pub permissions: Permissions,
}

impl PhoneCheck {
    /// The entry, with what fell below the thresholds.
    pub(crate) fn into_preflight(self, thresholds: &Thresholds) -> Preflight {
        let PhoneCheck {
            battery_percent,
            charging,
            free_bytes,
            bytes_a_second,
            camera,
            microphone,
            clock_offset_us,
            location,
            temperature,
            battery_saver,
            permissions,
        } = self;
        let seconds_left = free_bytes.map(|bytes| bytes / bytes_a_second.max(1));
        let measured = quanji_rules::Measured {
            battery_percent,
            charging,
            seconds_left,
            camera: camera.map(Into::into),
            microphone: microphone.map(Into::into),
            clock_offset_us,
            location: location.map(Into::into),
            battery_saver,
            temperature: temperature.map(Into::into),
            permissions,
        };
        let notes = preflight_notes(&measured, thresholds);
        Preflight {
            notes: notes.iter().map(|note| Code::parse(note.name()).expect("notes are codes")).collect(),
            battery_percent: battery_percent.map(u64::from),
            charging,
            free_bytes,
            seconds_left,
            camera,
            microphone,
            clock_offset_us,
            location,
            temperature,
            battery_saver,
        }
    }
}
