//! On which clock a source stamps.

/// The clock of a source's stamps, as the phone declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClockBase {
    /// Since boot, sleep included: `SENSOR_INFO_TIMESTAMP_SOURCE_REALTIME`, `TIMEBASE_BOOTTIME`.
    Elapsed,
    /// Since boot without sleep: `System.nanoTime`, `TIMEBASE_MONOTONIC`, and what many phones stamp the encoder's pictures with, whatever
    /// they declare for the camera.
    Monotonic,
    Unknown,
}

/// By how much the clock that counts sleep is ahead of the one that does not, µs: both read together. Constant while a phone is kept awake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Slept(pub i64);

impl ClockBase {
    /// The instant on the clock that counts sleep; `None` when that cannot be told.
    pub fn to_elapsed(self, stamp_us: i64, slept: Slept) -> Option<i64> {
        match self {
            ClockBase::Elapsed => Some(stamp_us),
            ClockBase::Monotonic => Some(stamp_us.saturating_add(slept.0)),
            ClockBase::Unknown => None,
        }
    }
}
