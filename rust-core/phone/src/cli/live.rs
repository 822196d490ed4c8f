//! `record --live`: while the record runs, its newest line goes to the agency, and with `all` what has become durable of it, too.
//! Whatever becomes of that, the recording does not wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use quanji_evidence::id::RecordId;
use quanji_store::OsChance;
use quanji_upload::trust::Trust;
use quanji_upload::{Agency, AgencyFault, DeviceSessions, Holder, Live, Pass, Sessions, Told, Until, Waits, Worker};
use quanji_wire::Code;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::args::{self, RecordArgs};
use super::queue;
use crate::agency::{LiveClock, OwnMachine};
use crate::clock::Pace;
use crate::fault::Fault;
use crate::home::{Home, Opened, read_trust};

/// What is on its way while a record runs.
#[derive(Debug)]
pub(super) struct LiveUpload {
    runtime: Runtime,
    /// Says that the camera has stopped.
    is_over: watch::Sender<bool>,
    heads: JoinHandle<HeadSum>,
    rest: Option<JoinHandle<()>>,
    sent: Arc<Sent>,
    holder: Arc<dyn Holder>,
}

/// What the heads came to.
#[derive(Debug, Default)]
struct HeadSum {
    heads: u64,
    body_bytes: u64,
    failed: u64,
}

/// What went besides.
#[derive(Debug, Default)]
struct Sent {
    bytes: AtomicU64,
    things: AtomicU64,
    /// Runs that ended before the record did.
    broken_off: AtomicU64,
}

/// Where time is simulated, media of many seconds passes in this.
const EVERY_SIMULATED: Duration = Duration::from_millis(100);
/// Between two runs of an uploader that broke off.
const AGAIN: Duration = Duration::from_secs(10);
/// What is on its way when the camera stops may take so long; the rest is for `upload`.
const LAST: Duration = Duration::from_secs(5);

/// Begins to send what becomes of `record`.
pub(super) fn begin(
    home: &Home,
    opened: &Opened,
    asked: &RecordArgs,
    what: args::Live,
    record: RecordId,
    pace: Pace,
) -> Result<LiveUpload, Fault> {
    let trust: Trust = read_trust(&home.keys(), &opened.device)?.ok_or(Fault::NotEnrolled)?;
    let agency = Agency::at(asked.url.as_deref().unwrap_or(trust.url()))?;
    let own = OwnMachine { device: Arc::clone(&opened.device), clock: Arc::clone(&opened.clock), keys: home.keys() };
    let sessions: Arc<dyn Sessions> = Arc::new(DeviceSessions::new(own, trust));
    let holder: Arc<dyn Holder> = opened.recorder.clone();
    if let Some(mb) = asked.consent_mb {
        queue::consent(&opened.recorder, mb)?;
    }
    let every = if pace == Pace::Real { Duration::from_secs(asked.head_every_s) } else { EVERY_SIMULATED };
    let runtime = super::runtime()?;
    let (is_over, over) = watch::channel(false);
    let live = Live::new(agency.clone(), holder.vault(), record);
    let network = asked.network.to_policy();
    let heads = Heads { live, agency: agency.clone(), sessions: Arc::clone(&sessions), every, over: over.clone() };
    let heads = runtime.spawn(heads.send(network.fare().is_some()));
    let sent = Arc::new(Sent::default());
    let rest = (what == args::Live::All).then(|| {
        let clock = Arc::new(LiveClock { clock: Arc::clone(&opened.clock), pace });
        let chance = Arc::new(OsChance);
        let worker = Worker { holder: Arc::clone(&holder), agency, sessions, clock, chance, network };
        runtime.spawn(send_rest(worker, Arc::clone(&sent), over))
    });
    Ok(LiveUpload { runtime, is_over, heads, rest, sent, holder })
}

struct Heads {
    live: Live,
    agency: Agency,
    sessions: Arc<dyn Sessions>,
    every: Duration,
    over: watch::Receiver<bool>,
}

impl Heads {
    async fn send(mut self, has_network: bool) -> HeadSum {
        let (mut sum, mut pass) = (HeadSum::default(), None::<Pass>);
        if !has_network {
            return sum;
        }
        loop {
            let is_last = tokio::select! {
                _ = self.over.wait_for(|is_over| *is_over) => true,
                () = tokio::time::sleep(self.every) => false,
            };
            if pass.is_none() {
                pass = self.sessions.open(&self.agency).await.ok();
            }
            match &pass {
                None => sum.failed += 1,
                Some(open) => match self.live.head(&open.token).await {
                    Ok(told) => {
                        sum.heads += u64::from(told.is_head_sent);
                        sum.body_bytes += told.body_bytes;
                    }
                    Err(fault) => {
                        sum.failed += 1;
                        if is_token_over(&fault) {
                            pass = None;
                        }
                    }
                },
            }
            if is_last {
                return sum;
            }
        }
    }
}

/// Until the record ends. An uploader that breaks off begins again: the queue says what is left.
async fn send_rest(worker: Worker, sent: Arc<Sent>, mut over: watch::Receiver<bool>) {
    loop {
        let mut told = |what: Told| match what {
            Told::Sent { bytes } => _ = sent.bytes.fetch_add(bytes, Ordering::Relaxed),
            Told::Stored { .. } => _ = sent.things.fetch_add(1, Ordering::Relaxed),
            _ => {}
        };
        if worker.run(Until::RecordEnds, &mut told).await.is_ok() {
            return;
        }
        sent.broken_off.fetch_add(1, Ordering::Relaxed);
        tokio::select! {
            _ = over.wait_for(|is_over| *is_over) => return,
            () = tokio::time::sleep(AGAIN) => {}
        }
    }
}

fn is_token_over(fault: &AgencyFault) -> bool {
    matches!(fault, AgencyFault::Refused { refusal, .. }
        if matches!(refusal.code, Code::TokenInvalid | Code::TokenMissing))
}

impl LiveUpload {
    /// Sends the last head, lets what is on its way come to its end, and says what all cost.
    pub(super) fn end(self) -> Value {
        let LiveUpload { runtime, is_over, heads, rest, sent, holder } = self;
        let _ = is_over.send(true);
        let heads = runtime.block_on(async {
            let heads = async { tokio::time::timeout(LAST, heads).await.ok()?.ok() };
            let rest = async {
                if let Some(rest) = rest {
                    let abort = rest.abort_handle();
                    if tokio::time::timeout(LAST, rest).await.is_err() {
                        abort.abort();
                    }
                }
            };
            tokio::join!(heads, rest).0
        });
        let heads = heads.unwrap_or_default();
        // A thread that still reads a file for an upload that was let go is waited for: it has a handle to the vault.
        runtime.shutdown_timeout(LAST);
        let hold = queue::with_index(&*holder, |index| index.upload_hold()).ok().flatten();
        let hold = hold.map(|hold| Waits::parse(&hold.reason).unwrap_or(Waits::ProgramsDiffer).word());
        json!({
            "heads": heads.heads,
            "body_bytes": heads.body_bytes,
            "failed": heads.failed,
            "sent_bytes": sent.bytes.load(Ordering::Relaxed),
            "stored": sent.things.load(Ordering::Relaxed),
            "broken_off": sent.broken_off.load(Ordering::Relaxed),
            "hold": hold,
        })
    }
}
