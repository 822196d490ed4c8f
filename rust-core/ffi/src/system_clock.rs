//! The machine's clocks. On Android `Boottime` is what `SystemClock.elapsedRealtimeNanos` reads.

use quanji_evidence::entry::Clock;
use quanji_evidence::id::BootId;
use quanji_recorder::TimeSource;
use rustix::time::{ClockId, clock_gettime};

#[derive(Debug)]
pub(crate) struct SystemClock {
    pub(crate) boot: BootId,
}

impl TimeSource for SystemClock {
    fn now(&self) -> Clock {
        let read = |id| {
            let now = clock_gettime(id);
            u64::try_from(now.tv_sec * 1_000_000 + now.tv_nsec / 1_000).unwrap_or(0)
        };
        Clock { wall_us: read(ClockId::Realtime), mono_us: read(ClockId::Boottime), boot: self.boot, sync: None }
    }
}
