//! What the uploader needs of this machine: its clock, and sessions signed with the device key.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use quanji_recorder::{Device, TimeSource};
use quanji_upload::session;
use quanji_upload::trust::{Enrolling, Trust};
use quanji_upload::{Agency, NoPass, Pass, Sessions, Waits};
use quanji_wire as wire;

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

/// Sessions with the agency that this device is enrolled with; what they bring is kept before it is used.
#[derive(Debug)]
pub(crate) struct DeviceSessions {
    pub(crate) device: Arc<Device>,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) keys: PathBuf,
    pub(crate) trust: Mutex<Trust>,
}

impl DeviceSessions {
    async fn open_one(&self, agency: &Agency) -> Result<Pass, NoPass> {
        let device = &self.device;
        let own = Enrolling { device: device.id, key: device.signer.public() };
        let trust = self.trust.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let asked = wire::ChallengeRequest { device: device.id.to_string() };
        let challenge: wire::Challenge = agency.post_json(wire::CHALLENGES, &asked).await.map_err(NoPass::Agency)?;
        let line = session::ask(&trust, device.id, &challenge, &*device.signer)
            .map_err(|_| NoPass::Waits(Waits::AgencyRefusesDevice))?;
        let sent_mono_us = self.clock.now().mono_us;
        let reply: wire::Session = agency.post_line(wire::SESSIONS, line).await.map_err(NoPass::Agency)?;
        let open = session::accept(&trust, own, &reply, sent_mono_us, self.clock.now().mono_us)
            .map_err(|_| NoPass::Waits(Waits::AgencyNotAuthentic))?;
        // A head that could not be kept only makes the next record's anchor older.
        let _ = home::keep_trust(&self.keys, &open.trust);
        let token = open.token.header().strip_prefix("Bearer ").unwrap_or_default().to_owned();
        let keyset = open.trust.keyset().clone();
        *self.trust.lock().unwrap_or_else(PoisonError::into_inner) = open.trust;
        Ok(Pass { token, keyset })
    }
}

impl Sessions for DeviceSessions {
    fn open<'a>(&'a self, agency: &'a Agency) -> BoxFuture<'a, Result<Pass, NoPass>> {
        self.open_one(agency).boxed()
    }
}
