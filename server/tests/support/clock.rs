//! A clock that a test sets.

use std::sync::atomic::{AtomicU64, Ordering};

use quanji_agency::clock::Clock;

/// Stands still until it is set.
#[derive(Debug)]
pub struct SimClock(AtomicU64);

impl SimClock {
    pub fn at(us: u64) -> SimClock {
        SimClock(AtomicU64::new(us))
    }

    pub fn set(&self, us: u64) {
        self.0.store(us, Ordering::SeqCst);
    }

    pub fn advance(&self, us: u64) {
        self.0.fetch_add(us, Ordering::SeqCst);
    }

    pub fn now_us(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Clock for SimClock {
    fn wall_us(&self) -> u64 {
        self.now_us()
    }
}
