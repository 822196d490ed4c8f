//! The phone's clocks beside the agency's, as the last exchange of this boot left them.

use std::sync::{Arc, Mutex, PoisonError};

use quanji_evidence::entry::{Clock, Sync};
use quanji_evidence::id::BootId;

use crate::ports::TimeSource;

/// An exchange with the agency: what its signed head said, and when on the phone's monotonic clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub sync: Sync,
    /// The head's own time.
    pub agency_us: u64,
    /// In which boot: a monotonic clock of another one says nothing.
    pub boot: BootId,
}

/// The phone's clocks, with the exchange that ties them to the agency's log.
#[derive(Debug)]
pub(crate) struct AgencyTime {
    phone: Arc<dyn TimeSource>,
    heard: Mutex<Option<Heard>>,
}

impl AgencyTime {
    pub(crate) fn over(phone: Arc<dyn TimeSource>) -> AgencyTime {
        AgencyTime { phone, heard: Mutex::default() }
    }

    pub(crate) fn hear(&self, heard: Heard) {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(heard);
    }

    /// The phone's wall clock minus the agency's, in µs, exact to half of the exchange; `None` where this boot heard nothing.
    pub(crate) fn offset_us(&self) -> Option<i64> {
        let now = self.phone.now();
        let Heard { sync, agency_us, .. } = self.heard_in(&now.boot)?;
        // Most likely the agency wrote its head in the middle of the exchange.
        let since_us = now.mono_us.checked_sub(sync.mono_us)?.saturating_add(sync.rtt_us / 2);
        let agency_us = i64::try_from(agency_us.saturating_add(since_us)).ok()?;
        i64::try_from(now.wall_us).ok()?.checked_sub(agency_us)
    }

    fn heard_in(&self, boot: &BootId) -> Option<Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone().filter(|heard| heard.boot == *boot)
    }
}

impl TimeSource for AgencyTime {
    fn now(&self) -> Clock {
        let now = self.phone.now();
        let sync = self.heard_in(&now.boot).map(|heard| heard.sync);
        Clock { sync, ..now }
    }
}

#[cfg(test)]
mod tests {
    use quanji_evidence::Digest;

    use super::*;

    #[derive(Debug)]
    struct At(Clock);

    impl TimeSource for At {
        fn now(&self) -> Clock {
            self.0.clone()
        }
    }

    fn at(wall_us: u64, mono_us: u64, boot: u8) -> AgencyTime {
        AgencyTime::over(Arc::new(At(Clock { wall_us, mono_us, boot: BootId::from_bytes([boot; 16]), sync: None })))
    }

    fn heard(agency_us: u64, mono_us: u64, rtt_us: u64) -> Heard {
        let sync = Sync { head: Digest::of(b"head"), mono_us, rtt_us };
        Heard { sync, agency_us, boot: BootId::from_bytes([1; 16]) }
    }

    #[test]
    fn how_far_the_phones_clock_is_off_follows_from_the_last_exchange() {
        let time = at(10_000_000, 5_000_000, 1);
        assert_eq!(time.offset_us(), None, "nothing was heard");
        // A second ago, of 400 ms: the agency has 4 s + 1 s + 200 ms by now.
        time.hear(heard(4_000_000, 4_000_000, 400_000));
        assert_eq!(time.offset_us(), Some(4_800_000));
        time.hear(heard(14_000_000, 4_000_000, 0));
        assert_eq!(time.offset_us(), Some(-5_000_000));
    }

    #[test]
    fn an_exchange_of_another_boot_says_nothing() {
        let time = at(10_000_000, 5_000_000, 2);
        time.hear(heard(4_000_000, 4_000_000, 0));
        assert_eq!((time.offset_us(), time.now().sync), (None, None));
    }

    #[test]
    fn no_instant_that_an_agency_says_is_counted_past_the_end_of_numbers() {
        let time = at(10_000_000, 5_000_000, 1);
        for (agency_us, mono_us, rtt_us) in [(u64::MAX, 0, u64::MAX), (u64::MAX, u64::MAX, 0), (0, 0, u64::MAX)] {
            time.hear(heard(agency_us, mono_us, rtt_us));
            assert_eq!(time.offset_us(), None);
        }
    }
}
