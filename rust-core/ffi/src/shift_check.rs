//! The check before duty (班前检查, 第十三条), as its page asks for it.

use quanji_evidence::body::Preflight;
use quanji_recorder::ShiftCheck as Inner;
use quanji_rules::{PreflightNote as Note, Thresholds};

use crate::deed::PhoneCheck;
use crate::error::CoreError;
use crate::phone_core::Core;
use crate::words::{Delivering, Location, PreflightNote, Temperature};

/// What camera and microphone gave while they were tried for about a second; null was not tried, or cut short.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, uniffi::Record)]
pub struct Tried {
    /// Pictures that came out of the encoder.
    pub pictures: Option<u32>,
    pub sound: Option<TriedSound>,
}

/// What a microphone gave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, uniffi::Record)]
pub struct TriedSound {
    /// Of 16 kHz.
    pub samples: u32,
    /// The largest sample, whatever its sign.
    pub loudest: u16,
}

/// A check that was done and is kept: values, notes, and where each note begins. What could not be measured is null.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ShiftCheck {
    /// When, by the phone's wall clock, µs since 1970.
    pub at_us: i64,
    pub battery_percent: Option<u8>,
    pub charging: Option<bool>,
    /// How long the room lasts at the quality that a recording would begin with.
    pub seconds_left: Option<u64>,
    pub camera: Option<Delivering>,
    pub microphone: Option<Delivering>,
    /// Phone minus agency.
    pub clock_offset_us: Option<i64>,
    /// How long before the check the agency last said what time it was.
    pub heard_ago_us: Option<u64>,
    pub location: Option<Location>,
    pub temperature: Option<Temperature>,
    pub battery_saver: Option<bool>,
    pub notes: Vec<PreflightNote>,
    pub thresholds: CheckThresholds,
}

/// From where on a value is worth a note, and whether that is the agency's rule because it is stricter than the product's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct CheckThresholds {
    pub battery_percent: u8,
    pub is_battery_agencys: bool,
    pub seconds_left: u64,
    pub is_space_agencys: bool,
    pub clock_offset_us: u64,
    pub is_clock_agencys: bool,
}

#[uniffi::export]
impl Core {
    /// Signs and keeps what was measured before duty; the agency gets it with the next hand-over. `Busy` while a record runs.
    pub fn check_before_duty(&self, check: PhoneCheck, tried: Tried) -> Result<ShiftCheck, CoreError> {
        let Tried { pictures, sound } = tried;
        let sound = sound.map(|TriedSound { samples, loudest }| quanji_rules::TriedSound { samples, loudest });
        let tried = quanji_rules::Tried { pictures, sound };
        let measured = check.into_inner(&self.recorder, None);
        let check = quanji_recorder::PhoneCheck {
            camera: measured.camera.or(tried.camera().map(Into::into)),
            microphone: tried.microphone().map(Into::into),
            ..measured
        };
        Ok(self.shown_check(self.recorder.check_before_duty(check)?))
    }

    /// The last check of today, null where none was done. Of a later recording only what changed since is shown.
    pub fn shift_check_of_today(&self) -> Option<ShiftCheck> {
        self.recorder.shift_check_of_today().map(|check| self.shown_check(check))
    }
}

impl Core {
    fn shown_check(&self, check: Inner) -> ShiftCheck {
        let Inner { clock, found } = check;
        let heard_ago_us = clock.sync.as_ref().and_then(|sync| clock.mono_us.checked_sub(sync.mono_us));
        let Preflight {
            notes,
            battery_percent,
            charging,
            free_bytes: _,
            seconds_left,
            camera,
            microphone,
            clock_offset_us,
            location,
            temperature,
            battery_saver,
        } = found;
        ShiftCheck {
            at_us: i64::try_from(clock.wall_us).unwrap_or(i64::MAX),
            battery_percent: battery_percent.and_then(|percent| u8::try_from(percent).ok()),
            charging,
            seconds_left,
            camera,
            microphone,
            clock_offset_us,
            heard_ago_us,
            location,
            temperature,
            battery_saver,
            notes: notes.iter().filter_map(|note| Note::parse(note.as_str())).collect(),
            thresholds: CheckThresholds::of(&self.recorder.in_force().policy().preflight),
        }
    }
}

impl CheckThresholds {
    fn of(in_force: &Thresholds) -> CheckThresholds {
        let own = Thresholds::default();
        let Thresholds { battery_percent, seconds_left, clock_offset_us } = *in_force;
        CheckThresholds {
            battery_percent,
            is_battery_agencys: battery_percent != own.battery_percent,
            seconds_left,
            is_space_agencys: seconds_left != own.seconds_left,
            clock_offset_us,
            is_clock_agencys: clock_offset_us != own.clock_offset_us,
        }
    }
}
