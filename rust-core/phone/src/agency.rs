//! What the uploader needs of this machine: its clock, and who it is.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use quanji_evidence::Signer;
use quanji_evidence::entry;
use quanji_evidence::id::DeviceId;
use quanji_recorder::{Device, TimeSource};
use quanji_upload::OwnDevice;
use quanji_upload::trust::Trust;

use crate::clock::{Pace, TestClock};
use crate::home;

/// The test machine's clock, for waits between attempts.
#[derive(Debug)]
pub(crate) struct UploadClock {
    pub(crate) clock: Arc<TestClock>,
    pub(crate) pace: Pace,
}

/// A simulated wait takes this long, so that a loop of waits leaves the other side room to work.
const SIMULATED_WAIT: Duration = Duration::from_millis(20);

impl quanji_upload::Clock for UploadClock {
    fn now_us(&self) -> i64 {
        i64::try_from(self.clock.now().wall_us).unwrap_or(i64::MAX)
    }

    fn pause(&self, us: u64) -> BoxFuture<'_, ()> {
        let wait = match self.pace {
            Pace::Real => Duration::from_micros(us),
            Pace::Fed => {
                self.clock.pass(us);
                SIMULATED_WAIT
            }
        };
        tokio::time::sleep(wait).boxed()
    }
}

/// The same while the camera runs: time passes there, and here it is only waited for.
#[derive(Debug)]
pub(crate) struct LiveClock {
    pub(crate) clock: Arc<TestClock>,
    pub(crate) pace: Pace,
}

impl quanji_upload::Clock for LiveClock {
    fn now_us(&self) -> i64 {
        i64::try_from(self.clock.now().wall_us).unwrap_or(i64::MAX)
    }

    fn pause(&self, us: u64) -> BoxFuture<'_, ()> {
        let wait = match self.pace {
            Pace::Real => Duration::from_micros(us),
            Pace::Fed => SIMULATED_WAIT,
        };
        tokio::time::sleep(wait).boxed()
    }
}

/// This test machine, as its sessions need it.
#[derive(Debug)]
pub(crate) struct OwnMachine {
    pub(crate) device: Arc<Device>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) keys: PathBuf,
}

impl OwnDevice for OwnMachine {
    fn id(&self) -> DeviceId {
        self.device.id
    }

    fn signer(&self) -> &dyn Signer {
        &*self.device.signer
    }

    fn mono_us(&self) -> u64 {
        self.clock.now().mono_us
    }

    fn keep(&self, trust: &Trust, _: &entry::Sync) {
        let _ = home::keep_trust(&self.keys, trust);
    }
}
