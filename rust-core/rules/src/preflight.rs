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
    notes.into_iter().collect()
}

/// The note that had warned of an interruption with this cause, shown beside it and judged by nobody.
pub fn had_warned(notes: PreflightNotes, cause: Cause) -> Option<PreflightNote> {
    let note = match cause {
        Cause::Battery => PreflightNote::BatteryLow,
        Cause::DiskFull => PreflightNote::SpaceLow,
        Cause::CameraLost => PreflightNote::CameraNotDelivering,
        Cause::MicrophoneLost => PreflightNote::MicrophoneNotDelivering,
        Cause::Heat => PreflightNote::Hot,
        Cause::ProcessKilled => PreflightNote::BatterySaver,
        _ => return None,
    };
    notes.contains(note).then_some(note)
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
        }
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
    fn the_notes_of_a_later_edition_are_passed_over() {
        let notes: PreflightNotes = serde_json::from_str(r#"["hot","antenna_bent"]"#).expect("names");
        assert_eq!(notes.iter().collect::<Vec<_>>(), [PreflightNote::Hot]);
        assert_eq!(serde_json::to_string(&notes).expect("names"), r#"["hot"]"#);
    }
}
