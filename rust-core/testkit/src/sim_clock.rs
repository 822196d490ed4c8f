//! A clock that only moves when told to.

use std::sync::{Arc, Mutex, PoisonError};

/// Which start of the phone: 16 bytes that change at every reboot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BootId(pub [u8; 16]);

/// Wall clock, monotonic clock (counts sleep) and boot id. Clones show the same time.
#[derive(Debug, Clone)]
pub struct SimClock(Arc<Mutex<Times>>);

#[derive(Debug, Clone, Copy)]
struct Times {
    wall_us: i64,
    mono_us: u64,
    boots: u64,
}

impl SimClock {
    /// `wall_us` since 1970, UTC; the monotonic clock begins at 0.
    pub fn at(wall_us: i64) -> Self {
        Self(Arc::new(Mutex::new(Times { wall_us, mono_us: 0, boots: 1 })))
    }

    fn with<T>(&self, change: impl FnOnce(&mut Times) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn wall_us(&self) -> i64 {
        self.with(|times| times.wall_us)
    }

    pub fn mono_us(&self) -> u64 {
        self.with(|times| times.mono_us)
    }

    pub fn boot(&self) -> BootId {
        let boots = self.with(|times| times.boots);
        let mut id = [0; 16];
        id[8..].copy_from_slice(&boots.to_be_bytes());
        BootId(id)
    }

    /// Time passes on both clocks.
    pub fn advance_us(&self, us: u64) {
        self.with(|times| {
            times.mono_us = times.mono_us.saturating_add(us);
            times.wall_us = times.wall_us.saturating_add_unsigned(us);
        });
    }

    /// Somebody sets the wall clock; the monotonic one does not notice.
    pub fn set_wall_us(&self, wall_us: i64) {
        self.with(|times| times.wall_us = wall_us);
    }

    /// The phone is off for `off_us`: another boot, the monotonic clock begins anew.
    pub fn reboot(&self, off_us: u64) {
        self.with(|times| {
            times.wall_us = times.wall_us.saturating_add_unsigned(off_us);
            times.mono_us = 0;
            times.boots += 1;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reboot_changes_the_boot_and_starts_the_monotonic_clock_again() {
        let clock = SimClock::at(1_000);
        let before = clock.boot();
        clock.advance_us(50);
        assert_eq!((clock.wall_us(), clock.mono_us()), (1_050, 50));
        clock.reboot(1_000_000);
        assert_eq!((clock.wall_us(), clock.mono_us()), (1_001_050, 0));
        assert_ne!(clock.boot(), before);
    }

    #[test]
    fn setting_the_wall_clock_leaves_the_monotonic_one_alone() {
        let clock = SimClock::at(0);
        clock.advance_us(7);
        clock.set_wall_us(-5);
        assert_eq!((clock.wall_us(), clock.mono_us()), (-5, 7));
    }
}
