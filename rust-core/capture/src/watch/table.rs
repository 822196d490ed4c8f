//! All watches of a recording: which sample concerns which, and what is said when one is raised or cleared.

use quanji_evidence::body::{Cause, Track};

use super::alarm::{Alarm, Change, Patience, Seen, State};
use super::sensed::Lens;
use super::{Gave, Is, Sample};
use crate::quality::Thermal;

const S: u64 = 1_000_000;

/// Speech through a free microphone has more than this above 1 kHz; through a jacket it has less.
const MUFFLED_BELOW_PERMILLE: u16 = 25;
/// Hanging head down: within 45° of it.
const UPSIDE_DOWN_BELOW_PERMILLE: i16 = -700;
/// A phone on a chest moves more than this with every breath.
const STILL_BELOW_PERMILLE: u16 = 15;
/// Far enough that no fix errs by it.
const LEFT_FROM_METRES: u32 = 200;
/// Room for so much more recording.
const SPACE_LOW_BELOW_S: u64 = 15 * 60;
const BATTERY_LOW_BELOW_PERCENT: u8 = 10;

macro_rules! subjects {
    ($($(#[$doc:meta])* $Subject:ident = $name:literal, raise $raise:expr, clear $clear:expr;)+) => {
        /// What is watched.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Subject {
            $($(#[$doc])* $Subject,)+
        }

        impl Subject {
            pub const ALL: &'static [Subject] = &[$(Subject::$Subject),+];

            /// The code by which the shell finds voice, vibration and words.
            pub const fn name(self) -> &'static str {
                match self { $(Subject::$Subject => $name),+ }
            }

            /// How long it must be so before it is said, and well before it is taken back.
            pub const fn patience(self) -> Patience {
                match self { $(Subject::$Subject => Patience { to_raise_us: $raise, to_clear_us: $clear }),+ }
            }
        }
    };
}

subjects! {
    /// A call has the microphone.
    MicrophoneSilenced = "microphone_silenced", raise 0, clear 0;
    /// The microphone delivers a flat line; the 1.5 s before it counts as one have passed when it is sampled.
    MicrophoneFlat = "microphone_flat", raise 0, clear 0;
    /// Cloth over the microphone: heard from speech alone, so it takes a while of it.
    Muffled = "muffled", raise 10 * S, clear 5 * S;
    CameraGone = "camera_gone", raise 0, clear 0;
    EncoderFailed = "encoder_failed", raise 0, clear 0;
    /// The picture's encoder gives nothing; each time that is said, a new one is expected, which gets as long again.
    PictureStalled = "picture_stalled", raise 3 * S, clear 0;
    /// The same of the sound's.
    SoundStalled = "sound_stalled", raise 3 * S, clear 0;
    /// Nothing became durable for three seconds.
    NoFragment = "no_fragment", raise 3 * S, clear 0;
    LensDark = "lens_dark", raise 5 * S, clear 2 * S;
    LensCovered = "lens_covered", raise 3 * S, clear 2 * S;
    UpsideDown = "upside_down", raise 5 * S, clear 2 * S;
    SpaceLow = "space_low", raise 0, clear 30 * S;
    BatteryLow = "battery_low", raise 5 * S, clear 30 * S;
    Hot = "hot", raise 0, clear 30 * S;
    PermissionGone = "permission_gone", raise 0, clear 0;
    /// A reminder: is this still a scene?
    Still = "still", raise 600 * S, clear 5 * S;
    /// A reminder: the place was left, and the camera still runs.
    LeftThePlace = "left_the_place", raise 60 * S, clear 30 * S;
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WatchEvent {
    /// The record says that a track is lost, since when and why.
    TrackLost {
        track: Track,
        cause: Cause,
        since_us: u64,
    },
    TrackBack {
        track: Track,
        since_us: u64,
    },
    /// The record says that recording broke off. It goes on as soon as frames come.
    Interrupted {
        cause: Cause,
        since_us: u64,
    },
    /// An encoder gives nothing: it is to be made anew, each time this is said.
    Stalled {
        track: Track,
        since_us: u64,
    },
    /// Said aloud and shown; marked in the record, because it tells why a picture or a sound is as it is.
    Warned {
        subject: Subject,
        since_us: u64,
    },
    /// It is well again.
    Well {
        subject: Subject,
        since_us: u64,
    },
    /// Said once, owed by nobody, and not in the record.
    Reminded {
        subject: Subject,
        since_us: u64,
    },
    /// A line is to be written now: the recorder's clock test then says by how much.
    ClockWasSet,
}

/// Every watch of one recording.
#[derive(Debug, Clone)]
pub struct Watch {
    alarms: Vec<(Subject, Alarm)>,
}

impl Watch {
    /// A recording begins.
    pub fn new() -> Watch {
        Watch { alarms: Subject::ALL.iter().map(|subject| (*subject, Alarm::new(subject.patience()))).collect() }
    }

    /// Where a watch stands.
    pub fn state(&self, subject: Subject) -> State {
        self.alarms.iter().find(|(other, _)| *other == subject).map_or(State::Well, |(_, alarm)| alarm.state)
    }

    /// Sets a watch where it stood: for a recording that is taken up again.
    pub fn set_state(&mut self, subject: Subject, state: State) {
        self.alarms.iter_mut().filter(|(other, _)| *other == subject).for_each(|(_, alarm)| alarm.state = state);
    }

    /// Takes a sample. Every watch that it does not concern only sees time pass.
    pub fn sample(&mut self, now_us: u64, sample: Sample) -> Vec<WatchEvent> {
        let was_silent = self.is_silent();
        let mut events = Vec::new();
        if sample == Sample::ClockSet {
            events.push(WatchEvent::ClockWasSet);
        }
        for (subject, alarm) in &mut self.alarms {
            if let Some(change) = alarm.see(now_us, seen(*subject, sample)) {
                events.push(event(*subject, change));
                if matches!(subject, Subject::PictureStalled | Subject::SoundStalled) {
                    alarm.state = State::Well;
                }
            }
        }
        // A call silences the microphone and leaves a flat line: one loss, told by whoever sees it first, over when both are.
        let is_silent = self.is_silent();
        events.retain(|event| match event {
            WatchEvent::TrackLost { track: Track::Audio, .. } => !was_silent,
            WatchEvent::TrackBack { track: Track::Audio, .. } => !is_silent,
            _ => true,
        });
        events
    }

    fn is_silent(&self) -> bool {
        let is_of_sound = |subject: &Subject| matches!(subject, Subject::MicrophoneSilenced | Subject::MicrophoneFlat);
        self.alarms.iter().any(|(subject, alarm)| is_of_sound(subject) && alarm.is_raised())
    }
}

impl Default for Watch {
    fn default() -> Self {
        Watch::new()
    }
}

/// What a watch sees in a sample. Every pair stands here or means nothing.
fn seen(subject: Subject, sample: Sample) -> Seen {
    let amiss = |is: bool| if is { Seen::Amiss } else { Seen::Well };
    match (subject, sample) {
        (Subject::MicrophoneSilenced, Sample::ClientSilenced(is))
        | (Subject::MicrophoneFlat, Sample::FlatSound(is))
        | (Subject::CameraGone, Sample::CameraGone(is))
        | (Subject::EncoderFailed, Sample::EncoderFailed(is))
        | (Subject::PermissionGone, Sample::PermissionGone(is)) => amiss(is == Is::Yes),
        (Subject::Muffled, Sample::Brightness { permille }) => amiss(permille < MUFFLED_BELOW_PERMILLE),
        (Subject::PictureStalled, Sample::Encoder { track: Track::Video, gave })
        | (Subject::SoundStalled, Sample::Encoder { track: Track::Audio, gave }) => amiss(gave == Gave::Nothing),
        // Whatever else comes, from the last fragment on time runs against it.
        (Subject::NoFragment, Sample::Fragment) => Seen::Well,
        (Subject::NoFragment, _) => Seen::Amiss,
        (Subject::LensDark, Sample::Luma(luma)) => amiss(luma.lens() == Lens::Dark),
        (Subject::LensCovered, Sample::Luma(luma)) => amiss(luma.lens() == Lens::Covered),
        (Subject::UpsideDown, Sample::Upright { permille }) => amiss(permille < UPSIDE_DOWN_BELOW_PERMILLE),
        (Subject::SpaceLow, Sample::Free { bytes, bytes_a_second }) => {
            amiss(bytes / bytes_a_second.max(1) < SPACE_LOW_BELOW_S)
        }
        (Subject::BatteryLow, Sample::Battery { percent, is_charging }) => {
            amiss(percent < BATTERY_LOW_BELOW_PERCENT && is_charging == Is::No)
        }
        (Subject::Hot, Sample::Thermal(thermal)) => amiss(thermal >= Thermal::Severe),
        (Subject::Still, Sample::Movement { permille }) => amiss(permille < STILL_BELOW_PERMILLE),
        (Subject::LeftThePlace, Sample::Distance { metres }) => amiss(metres > LEFT_FROM_METRES),
        _ => Seen::Nothing,
    }
}

/// What is said when a watch is raised or cleared.
fn event(subject: Subject, change: Change) -> WatchEvent {
    let (video, audio) = (Track::Video, Track::Audio);
    match (subject, change) {
        (Subject::MicrophoneSilenced, Change::Raised { since_us }) => {
            WatchEvent::TrackLost { track: audio, cause: Cause::PhoneCall, since_us }
        }
        (Subject::MicrophoneFlat, Change::Raised { since_us }) => {
            WatchEvent::TrackLost { track: audio, cause: Cause::MicrophoneLost, since_us }
        }
        (Subject::CameraGone, Change::Raised { since_us }) => {
            WatchEvent::TrackLost { track: video, cause: Cause::CameraLost, since_us }
        }
        (Subject::MicrophoneSilenced | Subject::MicrophoneFlat, Change::Cleared { since_us }) => {
            WatchEvent::TrackBack { track: audio, since_us }
        }
        (Subject::CameraGone, Change::Cleared { since_us }) => WatchEvent::TrackBack { track: video, since_us },
        (Subject::PictureStalled, Change::Raised { since_us }) => WatchEvent::Stalled { track: video, since_us },
        (Subject::SoundStalled, Change::Raised { since_us }) => WatchEvent::Stalled { track: audio, since_us },
        (Subject::EncoderFailed | Subject::NoFragment, Change::Raised { since_us }) => {
            WatchEvent::Interrupted { cause: Cause::Encoder, since_us }
        }
        (Subject::PermissionGone, Change::Raised { since_us }) => {
            WatchEvent::Interrupted { cause: Cause::Permission, since_us }
        }
        (Subject::Still | Subject::LeftThePlace, Change::Raised { since_us }) => {
            WatchEvent::Reminded { subject, since_us }
        }
        (
            Subject::Muffled
            | Subject::LensDark
            | Subject::LensCovered
            | Subject::UpsideDown
            | Subject::SpaceLow
            | Subject::BatteryLow
            | Subject::Hot,
            Change::Raised { since_us },
        ) => WatchEvent::Warned { subject, since_us },
        (
            Subject::EncoderFailed
            | Subject::PictureStalled
            | Subject::SoundStalled
            | Subject::NoFragment
            | Subject::PermissionGone
            | Subject::Muffled
            | Subject::LensDark
            | Subject::LensCovered
            | Subject::UpsideDown
            | Subject::SpaceLow
            | Subject::BatteryLow
            | Subject::Hot
            | Subject::Still
            | Subject::LeftThePlace,
            Change::Cleared { since_us },
        ) => WatchEvent::Well { subject, since_us },
    }
}
