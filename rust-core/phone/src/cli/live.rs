//! `record --live`: while the record runs, its newest line goes to the agency. Whatever becomes of it, the recording does not wait.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use quanji_evidence::id::RecordId;
use quanji_store::Vault;
use quanji_upload::trust::Trust;
use quanji_upload::{Agency, AgencyFault, Live, Pass, Sessions};
use quanji_wire::Code;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::agency::DeviceSessions;
use crate::clock::Pace;
use crate::fault::Fault;
use crate::home::{Home, Opened, read_trust};

/// Heads on their way while a record runs.
#[derive(Debug)]
pub(super) struct LiveHeads {
    runtime: Runtime,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Sum>,
}

/// What it cost.
#[derive(Debug, Default)]
struct Sum {
    heads: u64,
    body_bytes: u64,
    failed: u64,
}

/// Between two heads; where time is simulated, media of many seconds passes in this.
const EVERY: Duration = Duration::from_secs(10);
const EVERY_SIMULATED: Duration = Duration::from_millis(100);
/// What the last head may take when the record is over.
const LAST: Duration = Duration::from_secs(5);

/// Begins to send heads of `record`.
pub(super) fn begin(
    home: &Home,
    opened: &Opened,
    record: RecordId,
    vault: Vault,
    pace: Pace,
) -> Result<LiveHeads, Fault> {
    let trust: Trust = read_trust(&home.keys(), &opened.device)?.ok_or(Fault::NotEnrolled)?;
    let agency = Agency::at(trust.url())?;
    let sessions = DeviceSessions {
        device: Arc::clone(&opened.device),
        clock: Arc::clone(&opened.clock),
        keys: home.keys(),
        trust: Mutex::new(trust),
    };
    let every = if pace == Pace::Real { EVERY } else { EVERY_SIMULATED };
    let runtime = super::runtime()?;
    let (stop, stopped) = oneshot::channel();
    let task = runtime.spawn(send(Live::new(agency.clone(), vault, record), agency, sessions, every, stopped));
    Ok(LiveHeads { runtime, stop, task })
}

async fn send(
    mut live: Live,
    agency: Agency,
    sessions: DeviceSessions,
    every: Duration,
    mut stopped: oneshot::Receiver<()>,
) -> Sum {
    let (mut sum, mut pass) = (Sum::default(), None::<Pass>);
    loop {
        let is_last = tokio::select! {
            _ = &mut stopped => true,
            () = tokio::time::sleep(every) => false,
        };
        if pass.is_none() {
            pass = sessions.open(&agency).await.ok();
        }
        match &pass {
            None => sum.failed += 1,
            Some(open) => match live.head(&open.token).await {
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

fn is_token_over(fault: &AgencyFault) -> bool {
    matches!(fault, AgencyFault::Refused { refusal, .. }
        if matches!(refusal.code, Code::TokenInvalid | Code::TokenMissing))
}

impl LiveHeads {
    /// Sends the last one and says what all cost.
    pub(super) fn end(self) -> Value {
        let LiveHeads { runtime, stop, task } = self;
        let _ = stop.send(());
        let sum = runtime.block_on(async { tokio::time::timeout(LAST, task).await.ok()?.ok() }).unwrap_or_default();
        json!({ "heads": sum.heads, "body_bytes": sum.body_bytes, "failed": sum.failed })
    }
}
