//! The uploader of a phone in memory: its clock, sessions without their ceremony, chance from a seed.
#![allow(dead_code, unreachable_pub, missing_debug_implementations, clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use quanji_recorder::Recorder;
use quanji_testkit::{SeededChance, SimClock};
use quanji_upload::{Agency, Holder, Network, NoPass, Pass, Sessions, Worker};

use crate::scripted::Scripted;

/// Waits pass on the told clock.
#[derive(Debug)]
pub struct Clock(pub SimClock);

impl quanji_upload::Clock for Clock {
    fn now_us(&self) -> i64 {
        self.0.wall_us()
    }

    fn pause(&self, us: u64) -> BoxFuture<'_, ()> {
        self.0.advance_us(us);
        tokio::task::yield_now().boxed()
    }
}

/// While somebody else moves the clock: a wait is a moment. It counts how often the uploader began to rest: nothing is on its way then.
#[derive(Debug)]
pub struct OthersClock(pub SimClock, pub Arc<AtomicU32>);

impl quanji_upload::Clock for OthersClock {
    fn now_us(&self) -> i64 {
        self.0.wall_us()
    }

    fn pause(&self, _: u64) -> BoxFuture<'_, ()> {
        self.1.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(std::time::Duration::from_millis(2)).boxed()
    }
}

/// Sessions without their ceremony: that has its own tests.
#[derive(Debug)]
pub struct Given(pub Scripted, pub AtomicU32);

impl Sessions for Given {
    fn open<'a>(&'a self, _: &'a Agency) -> BoxFuture<'a, Result<Pass, NoPass>> {
        let number = self.1.fetch_add(1, Ordering::Relaxed);
        let documents = self.0.held().in_force.iter().map(|(name, _)| name.clone()).collect();
        let keyset = self.0.keyset.clone();
        async move { Ok(Pass { token: format!("token-{number}"), keyset, documents }) }.boxed()
    }
}

pub fn worker(
    recorder: &Arc<Recorder>,
    agency: &Scripted,
    clock: Arc<dyn quanji_upload::Clock>,
    network: Network,
) -> Worker {
    Worker {
        holder: Arc::clone(recorder) as Arc<dyn Holder>,
        agency: Agency::at(&agency.origin).unwrap(),
        sessions: Arc::new(Given(agency.clone(), AtomicU32::new(0))),
        clock,
        chance: Arc::new(SeededChance::new(7)),
        network,
    }
}
