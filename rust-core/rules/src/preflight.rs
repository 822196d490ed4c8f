//! The check before recording (第十三条): measured values in, notes out. It holds up nothing.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::record::Cause;
use crate::words::words;

words! {
    /// Something the check found worth saying. None of them keeps anyone from recording.
    pub enum PreflightNote {
        BatteryLow = "battery_low", "电量不足";
        SpaceLow = "space_low", "存储空间不足";
        CameraNotDelivering = "camera_not_delivering", "摄像头无画面";
        MicrophoneNotDelivering = "microphone_not_delivering", "麦克风无声音";
        ClockOff = "clock_off", "时钟与机关不一致";
        ClockUnchecked = "clock_unchecked", "时钟未与机关核对";
        NoLocation = "no_location", "无定位";
        LocationDenied = "location_denied", "未授权定位";
        BatterySaver = "battery_saver", "省电模式已开";
        Hot = "hot", "设备过热";
        CameraDenied = "camera_denied", "未授权摄像头";
        MicrophoneDenied = "microphone_denied", "未授权麦克风";
        NotificationsDenied = "notifications_denied", "未授权通知";
        BackgroundRestricted = "background_restricted", "后台可能被系统休眠";
    }
}

words! {
    /// Whether a device really delivers what is asked of it.
    pub enum Delivery {
        Delivering = "delivering", "正常";
        Absent = "absent", "没有";
        Failed = "failed", "故障";
    }
}

words! {
    /// Whether the place can be measured.
    pub enum LocationState {
        Fix = "fix", "已定位";
        None = "none", "未定位";
        Denied = "denied", "未授权";
    }
}

words! {
    /// How hot the device says it is.
    pub enum Temperature {
        Normal = "normal", "正常";
        Warm = "warm", "偏热";
        Hot = "hot", "过热";
    }
}

/// What was measured; a value that could not be measured in time is absent, and says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// 0..=100
    pub battery_percent: Option<u8>,
    pub charging: Option<bool>,
    /// How long the free space lasts at the present bit rate.
    pub seconds_left: Option<u64>,
    pub camera: Option<Delivery>,
    pub microphone: Option<Delivery>,
    /// The phone's clock minus the agency's, in µs, bracketed by the last exchange; absent when there was none.
    pub clock_offset_us: Option<i64>,
    pub location: Option<LocationState>,
    pub battery_saver: Option<bool>,
    pub temperature: Option<Temperature>,
    pub permissions: Permissions,
}

/// What the phone's owner lets the program do; what was not asked is absent. The place's stands in [`LocationState`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    pub camera: Option<bool>,
    pub microphone: Option<bool>,
    pub notifications: Option<bool>,
    /// That the system does not put the program to sleep.
    pub background: Option<bool>,
}

/// What camera and microphone gave while they were tried for about a second; absent: not tried, or cut short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// Pictures that came out of the encoder.
    pub pictures: Option<u32>,
    pub sound: Option<TriedSound>,
}

/// What a microphone gave while it was tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TriedSound {
    /// Of 16 kHz.
    pub samples: u32,
    /// The largest sample, whatever its sign.
    pub loudest: u16,
}

/// A camera that gives less in a second stands still.
const PICTURES_ENOUGH: u32 = 5;
/// Half a second of 16 kHz.
const SAMPLES_ENOUGH: u32 = 8_000;

impl Tried {
    /// Whether pictures really came, one after the other.
    pub fn camera(self) -> Option<Delivery> {
        self.pictures.map(|pictures| delivers(pictures >= PICTURES_ENOUGH))
    }

    /// Whether sound really came. A quiet room is never flat zero; a microphone that another holds, or that is switched off, is.
    pub fn microphone(self) -> Option<Delivery> {
        self.sound.map(|sound| delivers(sound.samples >= SAMPLES_ENOUGH && sound.loudest > 0))
    }
}

fn delivers(it_does: bool) -> Delivery {
    if it_does { Delivery::Delivering } else { Delivery::Failed }
}

/// From where on a value is worth a note. Agencies may be stricter (第二十五条).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    pub battery_percent: u8,
    pub seconds_left: u64,
    pub clock_offset_us: u64,
}

impl Default for Thresholds {
    /// 20 % when not charging; 2 h of space; 2 s of clock, the same distance at which a journal writes `clock_set`.
    fn default() -> Self {
        Self { battery_percent: 20, seconds_left: 2 * 3_600, clock_offset_us: 2_000_000 }
    }
}

/// A set of notes, in a journal an array of their names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PreflightNotes(u16);

impl PreflightNotes {
    pub fn contains(self, note: PreflightNote) -> bool {
        self.0 & bit(note) != 0
    }

    pub fn iter(self) -> impl Iterator<Item = PreflightNote> {
        PreflightNote::ALL.iter().copied().filter(move |n| self.contains(*n))
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

fn bit(note: PreflightNote) -> u16 {
    1 << note as u16
}

impl FromIterator<PreflightNote> for PreflightNotes {
    fn from_iter<T: IntoIterator<Item = PreflightNote>>(notes: T) -> Self {
        Self(notes.into_iter().fold(0, |set, note| set | bit(note)))
    }
}

impl Serialize for PreflightNotes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for PreflightNotes {
    /// Names of later editions are passed over: a note decides nothing.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Ok(names.iter().filter_map(|name| PreflightNote::parse(name)).collect())
    }
}

/// The notes that `measured` gives.
pub fn preflight_notes(measured: &Measured, thresholds: &Thresholds) -> PreflightNotes {
    let mut notes = Vec::with_capacity(4);
    let mut note_if = |holds: bool, note| {
        if holds {
            notes.push(note);
        }
    };
    let is_charging = measured.charging == Some(true);
    note_if(
        measured.battery_percent.is_some_and(|p| p < thresholds.battery_percent) && !is_charging,
        PreflightNote::BatteryLow,
    );
    note_if(measured.seconds_left.is_some_and(|s| s < thresholds.seconds_left), PreflightNote::SpaceLow);
    let fails = |d: Option<Delivery>| d.is_some_and(|d| d != Delivery::Delivering);
    note_if(fails(measured.camera), PreflightNote::CameraNotDelivering);
    note_if(fails(measured.microphone), PreflightNote::MicrophoneNotDelivering);
    match measured.clock_offset_us {
        Some(offset) => note_if(offset.unsigned_abs() > thresholds.clock_offset_us, PreflightNote::ClockOff),
        None => note_if(true, PreflightNote::ClockUnchecked),
    }
    note_if(measured.location == Some(LocationState::None), PreflightNote::NoLocation);
    note_if(measured.location == Some(LocationState::Denied), PreflightNote::LocationDenied);
    note_if(measured.battery_saver == Some(true), PreflightNote::BatterySaver);
    note_if(measured.temperature == Some(Temperature::Hot), PreflightNote::Hot);
    let Permissions { camera, microphone, notifications, background } = measured.permissions;
    note_if(camera == Some(false), PreflightNote::CameraDenied);
    note_if(microphone == Some(false), PreflightNote::MicrophoneDenied);
    note_if(notifications == Some(false), PreflightNote::NotificationsDenied);
    note_if(background == Some(false), PreflightNote::BackgroundRestricted);
    notes.into_iter().collect()
}

/// The note that had warned of an interruption with this cause, shown beside it and judged by nobody.
pub fn had_warned(notes: PreflightNotes, cause: Cause) -> Option<PreflightNote> {
    use PreflightNote::*;
    let foretold: &[PreflightNote] = match cause {
        Cause::Battery => &[BatteryLow],
        Cause::DiskFull => &[SpaceLow],
        Cause::CameraLost => &[CameraNotDelivering, CameraDenied],
        Cause::MicrophoneLost => &[MicrophoneNotDelivering, MicrophoneDenied],
        Cause::Heat => &[Hot],
        Cause::ProcessKilled => &[BatterySaver, BackgroundRestricted],
        Cause::Permission => &[MicrophoneDenied, CameraDenied],
        _ => return None,
    };
    foretold.iter().copied().find(|note| notes.contains(*note))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fine() -> Measured {
        Measured {
            battery_percent: Some(20),
            charging: Some(false),
            seconds_left: Some(7_200),
            camera: Some(Delivery::Delivering),
            microphone: Some(Delivery::Delivering),
            clock_offset_us: Some(-2_000_000),
            location: Some(LocationState::Fix),
            battery_saver: Some(false),
            temperature: Some(Temperature::Warm),
            permissions: all_permitted(),
        }
    }

    fn all_permitted() -> Permissions {
        Permissions { camera: Some(true), microphone: Some(true), notifications: Some(true), background: Some(true) }
    }

    fn without(revoke: impl FnOnce(&mut Permissions)) -> Measured {
        let mut measured = fine();
        revoke(&mut measured.permissions);
        measured
    }

    fn notes(measured: Measured) -> Vec<PreflightNote> {
        preflight_notes(&measured, &Thresholds::default()).iter().collect()
    }

    #[test]
    fn a_device_at_every_threshold_is_worth_no_note() {
        assert_eq!(notes(fine()), []);
    }

    #[test]
    fn each_value_beyond_its_threshold_is_one_note() {
        use PreflightNote::*;
        let cases = [
            (Measured { battery_percent: Some(19), ..fine() }, BatteryLow),
            (Measured { seconds_left: Some(7_199), ..fine() }, SpaceLow),
            (Measured { camera: Some(Delivery::Failed), ..fine() }, CameraNotDelivering),
            (Measured { microphone: Some(Delivery::Absent), ..fine() }, MicrophoneNotDelivering),
            (Measured { clock_offset_us: Some(2_000_001), ..fine() }, ClockOff),
            (Measured { clock_offset_us: Some(i64::MIN), ..fine() }, ClockOff),
            (Measured { clock_offset_us: None, ..fine() }, ClockUnchecked),
            (Measured { location: Some(LocationState::None), ..fine() }, NoLocation),
            (Measured { location: Some(LocationState::Denied), ..fine() }, LocationDenied),
            (Measured { battery_saver: Some(true), ..fine() }, BatterySaver),
            (Measured { temperature: Some(Temperature::Hot), ..fine() }, Hot),
            (without(|all| all.camera = Some(false)), CameraDenied),
            (without(|all| all.microphone = Some(false)), MicrophoneDenied),
            (without(|all| all.notifications = Some(false)), NotificationsDenied),
            (without(|all| all.background = Some(false)), BackgroundRestricted),
        ];
        for (measured, note) in cases {
            assert_eq!(notes(measured), [note]);
        }
        let charging = Measured { battery_percent: Some(1), charging: Some(true), ..fine() };
        assert_eq!(notes(charging), []);
    }

    #[test]
    fn what_could_not_be_measured_in_time_says_nothing_but_the_unchecked_clock() {
        assert_eq!(notes(Measured::default()), [PreflightNote::ClockUnchecked]);
    }

    #[test]
    fn an_interruption_names_the_warning_that_preceded_it() {
        let notes: PreflightNotes = [PreflightNote::BatteryLow].into_iter().collect();
        assert_eq!(had_warned(notes, Cause::Battery), Some(PreflightNote::BatteryLow));
        assert_eq!(had_warned(notes, Cause::Heat), None);
        assert_eq!(had_warned(PreflightNotes::default(), Cause::Battery), None);
    }

    #[test]
    fn a_camera_or_microphone_delivers_when_it_gave_enough_for_a_second_and_sound_above_flat_zero() {
        let tried = |pictures, samples, loudest| Tried {
            pictures: Some(pictures),
            sound: Some(TriedSound { samples, loudest }),
        };
        for (tried, camera, microphone) in [
            (tried(5, 8_000, 1), Delivery::Delivering, Delivery::Delivering),
            (tried(4, 8_000, 0), Delivery::Failed, Delivery::Failed),
            (tried(0, 7_999, 20_000), Delivery::Failed, Delivery::Failed),
        ] {
            assert_eq!((tried.camera(), tried.microphone()), (Some(camera), Some(microphone)), "{tried:?}");
        }
        assert_eq!(
            (Tried::default().camera(), Tried::default().microphone()),
            (None, None),
            "what was not tried says nothing"
        );
    }

    #[test]
    fn a_permission_that_was_revoked_had_warned_of_what_broke_for_want_of_it() {
        let notes: PreflightNotes =
            [PreflightNote::CameraDenied, PreflightNote::BackgroundRestricted].into_iter().collect();
        assert_eq!(had_warned(notes, Cause::Permission), Some(PreflightNote::CameraDenied));
        assert_eq!(had_warned(notes, Cause::ProcessKilled), Some(PreflightNote::BackgroundRestricted));
        assert_eq!(had_warned(notes, Cause::MicrophoneLost), None);
    }

    #[test]
    fn the_notes_of_a_later_edition_are_passed_over() {
        let notes: PreflightNotes = serde_json::from_str(r#"["hot","antenna_bent"]"#).expect("names");
        assert_eq!(notes.iter().collect::<Vec<_>>(), [PreflightNote::Hot]);
        assert_eq!(serde_json::to_string(&notes).expect("names"), r#"["hot"]"#);
    }
}
