//! From whom something came, and when.

use quanji_evidence::id::DeviceId;

use crate::app::App;

/// The instant at which what arrives counts as received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instant {
    /// The agency's time, read once the rows are locked.
    Now,
    /// Of a hand-over that was signed before, at designated storage (第十七条).
    HandedOver { received_us: u64 },
}

/// What came: the session's device is who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    pub device: DeviceId,
    pub instant: Instant,
}

impl Arrival {
    /// From a device's session, now.
    pub fn now(device: DeviceId) -> Arrival {
        Arrival { device, instant: Instant::Now }
    }

    /// µs since 1970 UTC.
    pub(super) fn received_us(&self, app: &App) -> u64 {
        match self.instant {
            Instant::Now => app.now_us(),
            Instant::HandedOver { received_us } => received_us,
        }
    }
}
