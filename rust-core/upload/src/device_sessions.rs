//! Sessions of this device with the agency it is enrolled with; what they bring is kept before it is used.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use futures_util::future::{BoxFuture, FutureExt};
use quanji_evidence::Signer;
use quanji_evidence::entry;
use quanji_evidence::id::DeviceId;
use quanji_wire as wire;

use crate::client::Agency;
use crate::ports::{NoPass, Pass, Sessions};
use crate::reason::Waits;
use crate::session;
use crate::trust::{Enrolling, Trust};

/// The device as its sessions need it: key, monotonic clock, and the place where it keeps what it knows of its agency.
pub trait OwnDevice: fmt::Debug + Send + Sync {
    fn id(&self) -> DeviceId;
    fn signer(&self) -> &dyn Signer;
    fn mono_us(&self) -> u64;
    /// Keeps what a session brought, and the exchange that brought it. Where that fails, the next record's anchor is only older.
    fn keep(&self, trust: &Trust, sync: &entry::Sync);
}

/// Opens sessions for one device.
#[derive(Debug)]
pub struct DeviceSessions<D> {
    device: D,
    trust: Mutex<Trust>,
}

impl<D: OwnDevice> DeviceSessions<D> {
    pub fn new(device: D, trust: Trust) -> DeviceSessions<D> {
        DeviceSessions { device, trust: Mutex::new(trust) }
    }

    async fn open_one(&self, agency: &Agency) -> Result<Pass, NoPass> {
        let device = &self.device;
        let trust = self.trust.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let asked = wire::ChallengeRequest { device: device.id().to_string() };
        let challenge: wire::Challenge = agency.post_json(wire::CHALLENGES, &asked).await.map_err(NoPass::Agency)?;
        let line = session::ask(&trust, device.id(), &challenge, device.signer())
            .map_err(|_| NoPass::Waits(Waits::AgencyRefusesDevice))?;
        let sent_mono_us = device.mono_us();
        let reply: wire::Session = agency.post_line(wire::SESSIONS, line).await.map_err(NoPass::Agency)?;
        let own = Enrolling { device: device.id(), key: device.signer().public() };
        let open = session::accept(&trust, own, &reply, sent_mono_us, device.mono_us())
            .map_err(|_| NoPass::Waits(Waits::AgencyNotAuthentic))?;
        device.keep(&open.trust, &open.sync);
        let token = open.token.header().strip_prefix("Bearer ").unwrap_or_default().to_owned();
        let (keyset, documents) = (open.trust.keyset().clone(), open.documents);
        *self.trust.lock().unwrap_or_else(PoisonError::into_inner) = open.trust;
        Ok(Pass { token, keyset, documents })
    }
}

impl<D: OwnDevice> Sessions for DeviceSessions<D> {
    fn open<'a>(&'a self, agency: &'a Agency) -> BoxFuture<'a, Result<Pass, NoPass>> {
        self.open_one(agency).boxed()
    }
}
