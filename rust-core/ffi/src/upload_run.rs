//! One run of the uploader, for a background job: it may be stopped or killed at any instant, and the next run goes on.

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use quanji_store::OsChance;
use quanji_upload::trust::Trust;
use quanji_upload::{
    DeviceSessions, Ended, FreedBy, HEAD_EVERY_S, Holder, Live, Network, Sessions, Told, Until, Waits, Worker,
};
use thiserror::Error;
use tokio::sync::Notify;

use crate::enrolment::runtime;
use crate::link::OwnPhone;
use crate::phone_core::Core;
use crate::words::UploadKind;

/// Hears how a run goes.
#[uniffi::export(with_foreign)]
pub trait UploadTold: Send + Sync {
    /// Not on the main thread. What it throws is passed over: an upload does not end because a screen does.
    fn told(&self, what: UploadNews) -> Result<(), NotHeard>;
}

/// Whoever watches an upload failed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, uniffi::Error)]
pub enum NotHeard {
    #[error("whoever watches failed")]
    Failed,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for NotHeard {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        NotHeard::Failed
    }
}

/// What happens in a run.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum UploadNews {
    SessionOpened,
    Sending {
        record: String,
        what: UploadKind,
        size_bytes: u64,
    },
    /// So many bytes more are there.
    Sent {
        bytes: u64,
    },
    Stored {
        record: String,
        what: UploadKind,
    },
    Waiting {
        record: String,
        what: UploadKind,
        why: Waits,
    },
    AllWaiting {
        why: Waits,
        us: u64,
    },
    /// Verified by this phone and kept.
    Receipt {
        record: String,
        number: u64,
    },
    /// What the receipt covers was freed on the phone.
    Freed {
        record: String,
        files: u64,
        bytes: u64,
    },
    /// The agency issued it; the phone proved it and goes by it from now on.
    DocumentKept {
        kind: String,
        number: u64,
        /// Deadlines that moved by it, or became final.
        deadlines_moved: u64,
    },
    /// Something came in the agency's name that does not prove itself or makes no sense; it is not kept.
    DocumentDropped {
        document: String,
        why: String,
    },
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum UploadEnd {
    /// The agency has everything, with receipts.
    NothingLeft,
    /// Something waits. What time frees is tried from `next_us` on, null where that is not known; what else frees it has to happen first.
    Waits { why: Waits, freed_by: FreedBy, next_us: Option<i64> },
    /// It was asked to.
    Stopped,
}

/// Why there was no run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, uniffi::Error)]
pub enum UploadError {
    /// In practice nothing is uploaded.
    #[error("this is practice")]
    Practice,
    #[error("this phone is not enrolled")]
    NotEnrolled,
    #[error("an upload runs already")]
    Runs,
    /// Not `https`.
    #[error("not an address")]
    Address,
    /// The queue could not be read or written; nothing is lost by it.
    #[error("the queue failed")]
    Queue,
    #[error("a defect of this program")]
    Bug,
}

#[uniffi::export]
impl Core {
    /// Sends what waits, until nothing can go or `patience_s` passed in rests between attempts. Blocks: for a worker's thread. While a record
    /// runs, what becomes durable of it goes as it comes, and its newest line every ten seconds.
    pub fn run_uploads(
        &self,
        network: Network,
        patience_s: u32,
        told: Arc<dyn UploadTold>,
    ) -> Result<UploadEnd, UploadError> {
        let trust = self.trust_to_upload()?;
        let agency = self.agency_at(trust.url()).map_err(|_| UploadError::Bug)?;
        self.run_to(&agency, trust, network, patience_s, &*told)
    }

    /// The same to the designated storage (本单位指定的储存器) at an address of its own, over a cable or its LAN. It proves itself by the agency's
    /// keys as the agency does, and what waited for its time or for a person is tried. What it answers says nothing of the agency: afterwards
    /// nothing waits on account of it.
    pub fn hand_over_at(
        &self,
        address: String,
        patience_s: u32,
        told: Arc<dyn UploadTold>,
    ) -> Result<UploadEnd, UploadError> {
        let trust = self.trust_to_upload()?;
        let address = quanji_upload::address_of(&address).ok_or(UploadError::Address)?;
        let dock = self.agency_at(&address).map_err(|_| UploadError::Address)?;
        self.try_again().map_err(|_| UploadError::Queue)?;
        let ended = self.run_to(&dock, trust, Network::Dock, patience_s, &*told);
        if ended != Err(UploadError::Runs) {
            self.try_again().map_err(|_| UploadError::Queue)?;
        }
        ended
    }

    /// Ends a run at once, wherever it is; without one, nothing happens.
    pub fn stop_uploads(&self) {
        if let Some(stop) = &*self.lock_upload() {
            stop.notify_one();
        }
    }
}

/// The address of a designated storage as an officer scanned or typed it, with its scheme; null for what is none.
#[uniffi::export]
pub fn dock_address(said: String) -> Option<String> {
    quanji_upload::address_of(&said)
}

impl Core {
    fn trust_to_upload(&self) -> Result<Trust, UploadError> {
        if self.is_practice() {
            return Err(UploadError::Practice);
        }
        self.link.trust().ok_or(UploadError::NotEnrolled)
    }

    fn run_to(
        &self,
        agency: &quanji_upload::Agency,
        trust: Trust,
        network: Network,
        patience_s: u32,
        told: &dyn UploadTold,
    ) -> Result<UploadEnd, UploadError> {
        let turn = Turn::take(self).ok_or(UploadError::Runs)?;
        let sessions: Arc<dyn Sessions> = Arc::new(DeviceSessions::new(OwnPhone(Arc::clone(&self.link)), trust));
        let holder: Arc<dyn Holder> = self.recorder.clone();
        let clock = Arc::new(WaitClock(Arc::clone(&self.link)));
        let worker = Worker {
            holder: Arc::clone(&holder),
            agency: agency.clone(),
            sessions: Arc::clone(&sessions),
            clock,
            chance: Arc::new(OsChance),
            network,
        };
        let until = Until::Receipts { patience_us: u64::from(patience_s) * 1_000_000 };
        let mut tell = |what: Told| _ = told.told(news(what));
        let runtime = runtime().map_err(|_| UploadError::Bug)?;
        let ended = runtime.block_on(async {
            let heads = async {
                if network.fare().is_none() {
                    std::future::pending::<()>().await;
                }
                self.send_heads(agency, &*sessions, &*holder).await
            };
            tokio::select! {
                ended = worker.run(until, &mut tell) => Some(ended),
                () = turn.stop.notified() => None,
                () = heads => None,
            }
        });
        // A thread that still reads a file has a handle to the vault: it is let come to its end.
        runtime.shutdown_timeout(LET_GO);
        match ended {
            None => Ok(UploadEnd::Stopped),
            Some(Err(_)) => Err(UploadError::Queue),
            Some(Ok(Ended { is_all_there: true, .. })) => Ok(UploadEnd::NothingLeft),
            Some(Ok(Ended { hold, .. })) => self.what_waits(network, hold),
        }
    }
}

/// A thread that reads a file for an upload that was stopped may take so long.
const LET_GO: Duration = Duration::from_secs(5);

/// One run at a time, with what ends it; given back when dropped. A stop is of its run: one that came late ends no other.
struct Turn<'a> {
    holder: &'a Core,
    stop: Arc<Notify>,
}

impl Turn<'_> {
    fn take(holder: &Core) -> Option<Turn<'_>> {
        let mut running = holder.lock_upload();
        if running.is_some() {
            return None;
        }
        let stop = Arc::new(Notify::new());
        *running = Some(Arc::clone(&stop));
        Some(Turn { holder, stop })
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.holder.lock_upload() = None;
    }
}

impl Core {
    fn lock_upload(&self) -> MutexGuard<'_, Option<Arc<Notify>>> {
        self.upload.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn what_waits(&self, network: Network, hold: Option<Waits>) -> Result<UploadEnd, UploadError> {
        let standpoint = self.standpoint(network).map_err(|_| UploadError::Queue)?;
        let (first, wake_us, kept) = self
            .ask_index(|index| Ok((index.uploads_waiting(1)?, index.next_upload_wake_us()?, index.upload_hold()?)))
            .map_err(|_| UploadError::Queue)?;
        let why = match (hold, first.first()) {
            (Some(hold), _) => hold,
            (None, Some(row)) => standpoint.why(row).why,
            // It came to its end between the two looks.
            (None, None) => return Ok(UploadEnd::NothingLeft),
        };
        let next_us = kept.map(|hold| hold.next_attempt_us).or(wake_us).filter(|_| why.freed_by() == FreedBy::Time);
        Ok(UploadEnd::Waits { why, freed_by: why.freed_by(), next_us })
    }

    /// Nothing goes of a record that is barred; nor where nobody can say so.
    fn is_barred(&self, record: quanji_evidence::id::RecordId) -> bool {
        let record = quanji_store::RecordId(*record.as_bytes());
        self.ask_index(|index| index.is_barred(record)).unwrap_or(true)
    }

    /// While a record runs its newest line goes to the agency. Never comes back.
    async fn send_heads(&self, agency: &quanji_upload::Agency, sessions: &dyn Sessions, holder: &dyn Holder) {
        let (mut live, mut pass) = (None::<(quanji_evidence::id::RecordId, Live)>, None);
        loop {
            tokio::time::sleep(Duration::from_secs(HEAD_EVERY_S)).await;
            let Some(record) = self.recorder.running().map(|recording| recording.record()) else {
                live = None;
                continue;
            };
            if self.is_barred(record) {
                continue;
            }
            if live.as_ref().is_none_or(|(of, _)| *of != record) {
                live = Some((record, Live::new(agency.clone(), holder.vault(), record)));
            }
            if pass.is_none() {
                pass = sessions.open(agency).await.ok();
            }
            // A token that is over is asked for anew; whatever else failed is tried at the next look.
            if let (Some((_, live)), Some(open)) = (&mut live, &pass)
                && live.head(&open.token).await.is_err()
            {
                pass = None;
            }
        }
    }
}

/// The phone's wall clock, and waiting by the machine.
#[derive(Debug)]
struct WaitClock(Arc<crate::link::Link>);

impl quanji_upload::Clock for WaitClock {
    fn now_us(&self) -> i64 {
        i64::try_from(self.0.time.now().wall_us).unwrap_or(i64::MAX)
    }

    fn pause(&self, us: u64) -> BoxFuture<'_, ()> {
        tokio::time::sleep(Duration::from_micros(us)).boxed()
    }
}

fn news(told: Told) -> UploadNews {
    match told {
        Told::SessionOpened => UploadNews::SessionOpened,
        Told::Choosing { record, kind, size_bytes } => {
            UploadNews::Sending { record: record.to_string(), what: kind, size_bytes }
        }
        Told::Sent { bytes } => UploadNews::Sent { bytes },
        Told::Stored { record, kind } => UploadNews::Stored { record: record.to_string(), what: kind },
        Told::Waiting { record, kind, why } => UploadNews::Waiting { record: record.to_string(), what: kind, why },
        Told::AllWaiting { why, us } => UploadNews::AllWaiting { why, us },
        Told::Receipt { record, number } => UploadNews::Receipt { record: record.to_string(), number },
        Told::Purged { record, files, freed_bytes } => {
            UploadNews::Freed { record: record.to_string(), files: files as u64, bytes: freed_bytes }
        }
        Told::DocumentKept { kind, number, deadlines_moved } => {
            UploadNews::DocumentKept { kind: kind.to_string(), number, deadlines_moved }
        }
        Told::DocumentDropped { document, why } => {
            UploadNews::DocumentDropped { document: document.hex(), why: why.word().to_owned() }
        }
    }
}
