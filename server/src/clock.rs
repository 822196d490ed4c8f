//! The agency's time: `max(clock, last + 1)`, so that it never goes back, whatever the machine's clock does.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The machine's clock, in µs since 1970 UTC.
pub trait Clock: fmt::Debug + Send + Sync {
    fn wall_us(&self) -> u64;
}

/// An instant as people here read it: `2026-11-12T10:00:00+08:00`.
pub fn written(us: u64) -> String {
    quanji_rules::Instant::from_us(i64::try_from(us).unwrap_or(i64::MAX)).to_china_rfc3339()
}

/// The clock of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the server reads the clock")]
    fn wall_us(&self) -> u64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
    }
}

/// Time that only goes forward. Every answer is later than the one before, and than what was persisted before a restart.
#[derive(Debug, Clone)]
pub struct AgencyClock {
    clock: Arc<dyn Clock>,
    last_us: Arc<AtomicU64>,
}

impl AgencyClock {
    /// `floor_us` is the last instant the agency spoke of before.
    pub fn new(clock: Arc<dyn Clock>, floor_us: u64) -> AgencyClock {
        AgencyClock { clock, last_us: Arc::new(AtomicU64::new(floor_us)) }
    }

    /// Now.
    pub fn now_us(&self) -> u64 {
        let wall_us = self.clock.wall_us();
        let next = |last: u64| wall_us.max(last.saturating_add(1));
        match self.last_us.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(next(last))) {
            Ok(last) | Err(last) => next(last),
        }
    }

    /// The last instant that was given, or now when that is later; gives none.
    pub fn latest_us(&self) -> u64 {
        self.last_us.load(Ordering::SeqCst).max(self.clock.wall_us())
    }

    /// By how much the machine's clock stands behind what the agency already said; 0 when it does not.
    pub fn behind_us(&self) -> u64 {
        self.last_us.load(Ordering::SeqCst).saturating_sub(self.clock.wall_us())
    }
}
