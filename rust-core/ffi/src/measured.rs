//! What the phone measures of itself, and what follows: the words of `quanji-capture`, restated for uniffi where they are plain.

use quanji_capture::clocks::{ClockBase, Declared, Slept};
use quanji_capture::keys::{Effect, Input, Key, Wish};
use quanji_capture::quality::{self, Coding, Limit, Quality, Rates, Step, Steps, Thermal};
use quanji_capture::watch::{self, Luma, WatchEvent};
use quanji_recorder::WantedQuality;
use quanji_rules::agency_policy::QualityRules;

use crate::phone_core::Core;
use crate::words::{Cause, Track};

#[uniffi::remote(Enum)]
pub enum ClockBase {
    Elapsed,
    Monotonic,
    Unknown,
}

#[uniffi::remote(Enum)]
pub enum Coding {
    H264,
    Hevc,
}

#[uniffi::remote(Enum)]
pub enum Step {
    SoundOnly,
    Hd,
    FullHd,
}

#[uniffi::remote(Enum)]
pub enum Limit {
    Policy,
    Heat,
    Battery,
    Camera,
}

#[uniffi::remote(Enum)]
pub enum Thermal {
    None,
    Light,
    Moderate,
    Severe,
    Critical,
    Emergency,
    Shutdown,
}

#[uniffi::remote(Enum)]
pub enum Key {
    VolumeUp,
    VolumeDown,
    Headset,
    Shutter,
}

#[uniffi::remote(Enum)]
pub enum Wish {
    Start,
    Mark,
    Photo,
    Spoken,
    Stop,
}

/// Of which clock the camera's stamps are, as the phone declares, and how long it had slept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct CameraClock {
    pub base: ClockBase,
    /// `SystemClock.elapsedRealtimeNanos() / 1000 - System.nanoTime() / 1000`, read together.
    pub slept_us: i64,
}

impl From<CameraClock> for Declared {
    fn from(clock: CameraClock) -> Self {
        let CameraClock { base, slept_us } = clock;
        Declared { camera: base, slept: Slept(slept_us) }
    }
}

/// What the phone measured or was told.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Sample {
    ClientSilenced {
        is: bool,
    },
    CameraGone {
        is: bool,
    },
    EncoderFailed {
        is: bool,
    },
    PermissionGone {
        is: bool,
    },
    /// A small luma plane, `width` bytes a row.
    Luma {
        plane: Vec<u8>,
        width: u32,
    },
    /// Gravity along the long axis, thousandths of g; −1000 is head down.
    Upright {
        permille: i16,
    },
    Free {
        bytes: u64,
        bytes_a_second: u64,
    },
    Battery {
        percent: u8,
        is_charging: bool,
    },
    Thermal {
        status: Thermal,
    },
    ClockSet,
    /// Beyond gravity, thousandths of g.
    Movement {
        permille: u16,
    },
    /// From where the recording began.
    Distance {
        metres: u32,
    },
}

impl Sample {
    /// `None` for a picture too small to say anything.
    pub(crate) fn into_inner(self) -> Option<watch::Sample> {
        use watch::Sample as S;
        Some(match self {
            Sample::ClientSilenced { is } => S::ClientSilenced(is.into()),
            Sample::CameraGone { is } => S::CameraGone(is.into()),
            Sample::EncoderFailed { is } => S::EncoderFailed(is.into()),
            Sample::PermissionGone { is } => S::PermissionGone(is.into()),
            Sample::Luma { plane, width } => S::Luma(Luma::of(&plane, width as usize)?),
            Sample::Upright { permille } => S::Upright { permille },
            Sample::Free { bytes, bytes_a_second } => S::Free { bytes, bytes_a_second },
            Sample::Battery { percent, is_charging } => S::Battery { percent, is_charging: is_charging.into() },
            Sample::Thermal { status } => S::Thermal(status),
            Sample::ClockSet => S::ClockSet,
            Sample::Movement { permille } => S::Movement { permille },
            Sample::Distance { metres } => S::Distance { metres },
        })
    }
}

/// What is to be said aloud, felt or shown. `subject` is the code of a watch.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Notice {
    TrackLost {
        track: Track,
        cause: Cause,
        since_us: u64,
    },
    TrackBack {
        track: Track,
        since_us: u64,
    },
    Interrupted {
        cause: Cause,
        since_us: u64,
    },
    /// An encoder gives nothing: it is to be made anew, each time this is said.
    Stalled {
        track: Track,
        since_us: u64,
    },
    Warned {
        subject: String,
        since_us: u64,
    },
    Well {
        subject: String,
        since_us: u64,
    },
    Reminded {
        subject: String,
        since_us: u64,
    },
    ClockWasSet,
}

impl From<WatchEvent> for Notice {
    fn from(event: WatchEvent) -> Self {
        match event {
            WatchEvent::TrackLost { track, cause, since_us } => Notice::TrackLost { track, cause, since_us },
            WatchEvent::TrackBack { track, since_us } => Notice::TrackBack { track, since_us },
            WatchEvent::Interrupted { cause, since_us } => Notice::Interrupted { cause, since_us },
            WatchEvent::Stalled { track, since_us } => Notice::Stalled { track, since_us },
            WatchEvent::Warned { subject, since_us } => Notice::Warned { subject: subject.name().to_owned(), since_us },
            WatchEvent::Well { subject, since_us } => Notice::Well { subject: subject.name().to_owned(), since_us },
            WatchEvent::Reminded { subject, since_us } => {
                Notice::Reminded { subject: subject.name().to_owned(), since_us }
            }
            WatchEvent::ClockWasSet => Notice::ClockWasSet,
        }
    }
}

/// What the phone is like now, as far as quality goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Conditions {
    pub thermal: Thermal,
    pub battery_percent: u8,
    pub is_charging: bool,
    pub has_camera: bool,
}

impl From<Conditions> for quality::Conditions {
    fn from(now: Conditions) -> Self {
        let Conditions { thermal, battery_percent, is_charging, has_camera } = now;
        quality::Conditions { thermal, battery_percent, is_charging, has_camera }
    }
}

/// A step, what keeps it from being better, and what the picture's encoder is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Asked {
    pub step: Step,
    pub because: Limit,
    /// Null for sound alone.
    pub picture: Option<Picture>,
    pub bytes_a_second: u64,
}

/// What the picture's encoder is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Picture {
    pub coding: Coding,
    pub width: u16,
    pub height: u16,
    pub frames_a_second: u8,
    pub bits_a_second: u32,
}

impl Asked {
    pub(crate) fn of(quality: Quality) -> Asked {
        let (step, because) = (quality.step(), quality.because());
        Asked { step, because, picture: quality.picture().map(Picture::of), bytes_a_second: quality.bytes_a_second() }
    }
}

impl Picture {
    fn of(picture: quality::Picture) -> Picture {
        let quality::Picture { coding, width, height, frames_a_second, bits_a_second } = picture;
        Picture { coding, width, height, frames_a_second, bits_a_second }
    }
}

/// What is to be recorded where nothing holds it down.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Wanted {
    pub best: Step,
    /// Where HEVC is wanted. The shell leaves out those for which the phone has no encoder.
    pub hevc_at: Vec<Step>,
    /// Bits a second of H.264.
    pub hd_bits: u32,
    pub full_hd_bits: u32,
}

impl Wanted {
    fn of(wanted: WantedQuality) -> Wanted {
        let WantedQuality { best, hevc_at, rates } = wanted;
        let hevc_at = Step::ALL.iter().copied().filter(|step| hevc_at.has(*step)).collect();
        Wanted { best, hevc_at, hd_bits: rates.hd, full_hd_bits: rates.full_hd }
    }

    pub(crate) fn into_inner(self) -> WantedQuality {
        let Wanted { best, hevc_at, hd_bits, full_hd_bits } = self;
        let rates = Rates { hd: hd_bits, full_hd: full_hd_bits };
        WantedQuality { best, hevc_at: Steps::of(&hevc_at), rates }
    }
}

#[uniffi::export]
impl Core {
    /// By the agency's policy, and where it says nothing, by what the officer chose on this phone.
    pub fn wanted(&self, chosen_best: Step, is_hevc_chosen: bool) -> Wanted {
        let in_force = self.recorder.in_force();
        Wanted::of(WantedQuality::of(&in_force.policy().quality, chosen_best, is_hevc_chosen))
    }
}

/// By what the officer chose alone: of a phone whose vault is closed.
#[uniffi::export]
pub fn wanted_by_choice(chosen_best: Step, is_hevc_chosen: bool) -> Wanted {
    Wanted::of(WantedQuality::of(&QualityRules::default(), chosen_best, is_hevc_chosen))
}

/// What the encoder would be asked for: to look whether the phone has one that can. Null for sound alone.
#[uniffi::export]
pub fn picture_at(wanted: Wanted, step: Step, coding: Coding) -> Option<Picture> {
    wanted.into_inner().rates.picture(step, coding).map(Picture::of)
}

/// What a recording would begin at, for who asks before it does.
#[uniffi::export]
pub fn asked_at_start(wanted: Wanted, now: Conditions) -> Asked {
    Asked::of(wanted.into_inner().begin(now.into()))
}

/// How long a recording can last, said before it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Lasts {
    pub space_s: u64,
    /// Null while it is charged.
    pub battery_s: Option<u64>,
}

/// What free space and battery are good for at what is asked.
#[uniffi::export]
pub fn lasts(asked: Asked, free_bytes: u64, now: Conditions) -> Lasts {
    let Asked { step, bytes_a_second, .. } = asked;
    let quality::Lasts { space_s, battery_s } = quality::lasts(step, bytes_a_second, free_bytes, now.into());
    Lasts { space_s, battery_s }
}

/// What reaches the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Press {
    Down { key: Key },
    Up { key: Key },
    Action { wish: Wish },
    HoldDown,
    HoldUp,
    StopDown,
    StopUp,
    Started,
    Over,
    Tick,
}

impl From<Press> for Input {
    fn from(press: Press) -> Self {
        match press {
            Press::Down { key } => Input::Down(key),
            Press::Up { key } => Input::Up(key),
            Press::Action { wish } => Input::Action(wish),
            Press::HoldDown => Input::HoldDown,
            Press::HoldUp => Input::HoldUp,
            Press::StopDown => Input::StopDown,
            Press::StopUp => Input::StopUp,
            Press::Started => Input::Started,
            Press::Over => Input::Over,
            Press::Tick => Input::Tick,
        }
    }
}

/// What a press means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Meant {
    Start,
    Mark { at_us: u64 },
    Photo { at_us: u64 },
    Spoken { at_us: u64 },
    Unlocked,
    Locked,
    StopBegins { at_us: u64 },
    StopTakenBack,
    End { at_us: u64 },
}

impl From<Effect> for Meant {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Start => Meant::Start,
            Effect::Mark { at_us } => Meant::Mark { at_us },
            Effect::Photo { at_us } => Meant::Photo { at_us },
            Effect::Spoken { at_us } => Meant::Spoken { at_us },
            Effect::Unlocked => Meant::Unlocked,
            Effect::Locked => Meant::Locked,
            Effect::StopBegins { at_us } => Meant::StopBegins { at_us },
            Effect::StopTakenBack => Meant::StopTakenBack,
            Effect::End { at_us } => Meant::End { at_us },
        }
    }
}
