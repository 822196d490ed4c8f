//! Waits until media is due, or moves the clock to it.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Pace, TestClock};

/// Longest wait at once: the clock of a machine that slept is looked at again.
const STEP_US: u64 = 100_000;

/// Makes time pass as media does.
#[derive(Debug, Clone)]
pub(crate) struct Pacer {
    pub(crate) clock: Arc<TestClock>,
    pub(crate) pace: Pace,
}

impl Pacer {
    /// Returns when the monotonic clock is at `mono_us` or behind it.
    pub(crate) fn reach(&self, mono_us: u64) {
        match self.pace {
            Pace::Fed => self.clock.fed_to(mono_us),
            Pace::Real => loop {
                let left_us = mono_us.saturating_sub(self.clock.mono_us());
                if left_us == 0 {
                    return;
                }
                pause(Duration::from_micros(left_us.min(STEP_US)));
            },
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a feeder at real time is paced by the real clock; no test asserts on it"
)]
fn pause(long: Duration) {
    std::thread::sleep(long);
}
