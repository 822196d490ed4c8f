//! The loop: choose, authenticate, send, settle. What it knows stands in the queue before it goes on, so that it may be dropped or
//! killed at any await: the agency says how far each thing came. What is sent, and how, is `attempts`.

mod attempts;

use std::sync::Arc;

use quanji_evidence::Digest;
use quanji_evidence::id::RecordId;
use quanji_evidence::text::Code;
use quanji_store::{Among, Chance, Settled, UploadHold, UploadKind, UploadRow, Vault};
use quanji_wire::Refusal;

use crate::backoff::{BEYOND_US, LONGEST_US, delay_us};
use crate::client::{Agency, AgencyFault};
use crate::documents::{DroppedFor, Pulled, pull};
use crate::lines::Unsent;
use crate::policy::{Network, Reaction, reaction};
use crate::ports::{Capture, Clock, Holder, HolderFault, NoPass, Pass, Sessions};
use crate::reason::{FreedBy, Waits};
use crate::receipt::with;

/// When a run is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Nothing can go any more at this moment.
    Drained,
    /// Everything is there with its receipt, or waits for a person or another network; at most so long in rests between attempts.
    Receipts { patience_us: u64 },
    /// The camera has stopped: what becomes durable meanwhile goes as it comes.
    RecordEnds,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// Whether the agency has everything, with receipts.
    pub is_all_there: bool,
    /// What keeps everything waiting.
    pub hold: Option<Waits>,
}

/// What happens, for whoever watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    SessionOpened,
    Choosing {
        record: RecordId,
        kind: UploadKind,
        size_bytes: u64,
    },
    Sent {
        bytes: u64,
    },
    Stored {
        record: RecordId,
        kind: UploadKind,
    },
    Waiting {
        record: RecordId,
        kind: UploadKind,
        why: Waits,
    },
    AllWaiting {
        why: Waits,
        us: u64,
    },
    Receipt {
        record: RecordId,
        number: u64,
    },
    Purged {
        record: RecordId,
        files: usize,
        freed_bytes: u64,
    },
    /// A document of the agency came, proved itself and is kept.
    DocumentKept {
        kind: Code,
        number: u64,
        deadlines_moved: u64,
    },
    /// One came that does not; it is not kept.
    DocumentDropped {
        document: Digest,
        why: DroppedFor,
    },
}

/// The uploader of one phone to its agency.
#[derive(Debug)]
pub struct Worker {
    pub holder: Arc<dyn Holder>,
    pub agency: Agency,
    pub sessions: Arc<dyn Sessions>,
    pub clock: Arc<dyn Clock>,
    pub chance: Arc<dyn Chance>,
    pub network: Network,
}

enum Step {
    Choose,
    Authenticate(UploadRow),
    Send(UploadRow, Pass),
    /// Nothing is to be sent; what is new at the agency is asked.
    AskForNews,
    Pull(Pass, Digest),
    SendChecks(Pass),
    Rest {
        until_us: i64,
    },
    Over,
}

/// What an attempt came to.
enum Outcome {
    Settled(Settled),
    Fault(AgencyFault),
}

/// Attempts in a row without any answer after which the whole agency counts as away.
const SILENT_LIMIT: u32 = 3;
/// While a camera runs, the queue is told this often what has become durable, and rests no longer than this.
const LOOK_EVERY_US: u64 = 2_000_000;

/// What one run remembers; nothing of it is needed by the next.
struct Run<'a> {
    worker: &'a Worker,
    vault: Vault,
    pass: Option<Pass>,
    /// Answers to a fresh token that it is none.
    refused_passes: u32,
    silent: u32,
    until: Until,
    capture: Capture,
    looked_us: Option<i64>,
    unsent: Option<Unsent>,
    /// Documents that the agency named and the phone does not hold, the next one last.
    unpulled: Vec<Digest>,
    has_asked_for_news: bool,
    /// Those that the agency lacks, read once where there are some.
    checks: Vec<Vec<u8>>,
    has_sent_checks: bool,
    told: &'a mut (dyn FnMut(Told) + Send),
}

impl Worker {
    /// Works until `until`. Cancel-safe: dropped at any await, the next run goes on.
    pub async fn run(&self, until: Until, told: &mut (dyn FnMut(Told) + Send)) -> Result<Ended, HolderFault> {
        // What is left of the patience is counted in rests: a clock that is set neither ends a run nor keeps it going for years.
        let mut patience_us = match until {
            Until::Drained => 0,
            Until::Receipts { patience_us } => patience_us,
            Until::RecordEnds => u64::MAX,
        };
        let mut run = Run {
            worker: self,
            vault: self.holder.vault(),
            pass: None,
            refused_passes: 0,
            silent: 0,
            until,
            capture: Capture::Idle,
            looked_us: None,
            unsent: None,
            unpulled: Vec::new(),
            has_asked_for_news: false,
            checks: Vec::new(),
            has_sent_checks: false,
            told,
        };
        let mut step = Step::Choose;
        loop {
            step = match step {
                Step::Choose => run.choose()?,
                Step::Authenticate(row) => run.authenticate(row).await?,
                Step::Send(row, pass) => run.send(row, pass).await?,
                Step::AskForNews => run.ask_for_news().await,
                Step::Pull(pass, document) => run.pull(&pass, &document).await,
                Step::SendChecks(pass) => run.send_checks(&pass).await,
                Step::Rest { until_us } => {
                    let longest_us = if run.capture == Capture::Running { LOOK_EVERY_US } else { LONGEST_US };
                    let us = until_us.saturating_sub(self.clock.now_us()).max(1_000);
                    let us = u64::try_from(us).unwrap_or(LONGEST_US).min(longest_us).min(patience_us);
                    if us == 0 {
                        Step::Over
                    } else {
                        self.clock.pause(us).await;
                        // A record that runs brings more all the time: nobody is impatient with it.
                        if run.capture == Capture::Idle {
                            patience_us = patience_us.saturating_sub(us);
                        }
                        // Whatever the clock says of it: it may have been set meanwhile.
                        run.looked_us = None;
                        Step::Choose
                    }
                }
                Step::Over => return run.ended(),
            }
        }
    }
}

impl Run<'_> {
    /// Has the queue told what has become durable, where that is due.
    fn look(&mut self) -> Result<(), HolderFault> {
        let now_us = self.worker.clock.now_us();
        // A clock that was set back is no reason not to look.
        let is_due = self.looked_us.is_none_or(|looked_us| now_us.abs_diff(looked_us) >= LOOK_EVERY_US);
        if is_due || self.capture == Capture::Idle {
            self.capture = match self.worker.holder.catch_up() {
                // Its journal cannot be read at this moment: the other records do not wait for that.
                Err(HolderFault::Read { .. }) => Capture::Running,
                capture => capture?,
            };
            self.looked_us = Some(now_us);
        }
        Ok(())
    }

    fn choose(&mut self) -> Result<Step, HolderFault> {
        self.look()?;
        if self.until == Until::RecordEnds && self.capture == Capture::Idle {
            return Ok(Step::Over);
        }
        let (until, capture) = (self.until, self.capture);
        let rest = |until_us: Option<i64>| match (until, capture, until_us) {
            (_, _, Some(until_us)) => Step::Rest { until_us },
            (Until::RecordEnds, _, None) => Step::Rest { until_us: i64::MAX },
            // What is still to come of the running record is to come; its receipt after its end.
            (Until::Receipts { .. }, Capture::Running, None) => Step::Rest { until_us: i64::MAX },
            (_, _, None) => Step::Over,
        };
        let Some(fare) = self.worker.network.fare() else {
            return Ok(if self.until == Until::RecordEnds { rest(None) } else { Step::Over });
        };
        let now_us = self.worker.clock.now_us();
        let hold = with(&*self.worker.holder, |index| index.upload_hold())?;
        if let Some(hold) = hold {
            let waits = Waits::parse(&hold.reason).unwrap_or(Waits::ProgramsDiffer);
            if waits.freed_by() == FreedBy::Person {
                return Ok(if self.until == Until::RecordEnds { rest(None) } else { Step::Over });
            }
            // An instant beyond the longest wait was written by a clock that has been set back since.
            if hold.next_attempt_us > now_us && hold.next_attempt_us <= now_us.saturating_add_unsigned(BEYOND_US) {
                return Ok(rest(Some(hold.next_attempt_us)));
            }
        }
        // Only while no camera runs: the one writer keeps them.
        if self.capture == Capture::Idle
            && let Some(pass) = self.pass.clone()
            && let Some(document) = self.unpulled.pop()
        {
            return Ok(Step::Pull(pass, document));
        }
        if let Some(pass) = self.pass.clone()
            && self.sends_checks()
        {
            return Ok(Step::SendChecks(pass));
        }
        let among = match self.capture {
            Capture::Running => Among::AllButReceipts,
            Capture::Idle => Among::All,
        };
        let (next, wake_us) = with(&*self.worker.holder, |index| {
            index.wake_uploads(now_us, BEYOND_US)?;
            Ok((index.next_upload(fare, among)?, index.next_upload_wake_us()?))
        })?;
        let wants_news = next.is_none() && self.pass.is_none() && self.wants_news(now_us);
        Ok(match (next, &self.pass) {
            (Some(row), Some(pass)) => {
                (self.told)(Told::Choosing { record: record_of(&row), kind: row.kind, size_bytes: row.size_bytes });
                let pass = pass.clone();
                Step::Send(row, pass)
            }
            (Some(row), None) => Step::Authenticate(row),
            (None, None) if wants_news => Step::AskForNews,
            (None, _) => rest(wake_us),
        })
    }

    async fn authenticate(&mut self, row: UploadRow) -> Result<Step, HolderFault> {
        match self.worker.sessions.open(&self.worker.agency).await {
            Ok(pass) => {
                with(&*self.worker.holder, |index| index.set_upload_hold(None))?;
                (self.told)(Told::SessionOpened);
                self.enter(pass);
            }
            Err(NoPass::Waits(waits)) => self.hold_all(waits, 0)?,
            Err(NoPass::Agency(AgencyFault::Unreachable)) => self.hold_all(Waits::AgencyUnreachable, 0)?,
            Err(NoPass::Agency(AgencyFault::OutsideContract { status })) => {
                let waits = if status >= 500 { Waits::AgencyFailed } else { Waits::ProgramsDiffer };
                self.hold_all(waits, 0)?;
            }
            Err(NoPass::Agency(AgencyFault::Refused { refusal, retry_after_us })) => {
                let waits = match reaction(row.kind, refusal.code) {
                    Reaction::Later(waits)
                    | Reaction::AllLater(waits)
                    | Reaction::Held(waits)
                    | Reaction::AllHeld(waits) => waits,
                    _ => Waits::ProgramsDiffer,
                };
                self.hold_all(waits, retry_after_us)?;
            }
        }
        Ok(Step::Choose)
    }

    fn enter(&mut self, pass: Pass) {
        let holder = &self.worker.holder;
        holder.asked_for_news(self.worker.clock.now_us());
        self.unpulled = holder.lacks(&pass.documents);
        self.unpulled.reverse();
        self.pass = Some(pass);
    }

    fn wants_news(&mut self, now_us: i64) -> bool {
        !self.has_asked_for_news
            && self.capture == Capture::Idle
            && self.until != Until::RecordEnds
            && (self.worker.holder.asks_for_news(now_us) || self.sends_checks())
    }

    /// Only while no camera runs, once a run, and to the agency: designated storage keeps records.
    fn sends_checks(&mut self) -> bool {
        if self.has_sent_checks || self.capture != Capture::Idle || self.worker.network == Network::Dock {
            return false;
        }
        if self.checks.is_empty() {
            self.checks = self.worker.holder.unsent_checks();
        }
        !self.checks.is_empty()
    }

    /// What the agency does not take now goes at the next run: no record waits for it.
    async fn send_checks(&mut self, pass: &Pass) -> Step {
        self.has_sent_checks = true;
        let mut checks = std::mem::take(&mut self.checks);
        while !checks.is_empty() {
            let gone = match self.worker.agency.checks(&pass.token, checks.concat().into()).await {
                Ok(_) => std::mem::take(&mut checks),
                // That one it will never take: the others do not wait behind it.
                Err(AgencyFault::Refused { refusal: Refusal { next: Some(place), .. }, .. }) => {
                    let place = usize::try_from(place).unwrap_or(usize::MAX);
                    if place >= checks.len() {
                        break;
                    }
                    vec![checks.remove(place)]
                }
                Err(_) => break,
            };
            // Where it cannot be kept that they went, they go again; the agency knows them by their digests.
            let _ = self.worker.holder.checks_sent(&gone);
        }
        Step::Choose
    }

    /// A phone that owes nothing hears of the next year's notice all the same. An agency that does not answer keeps nobody waiting.
    async fn ask_for_news(&mut self) -> Step {
        self.has_asked_for_news = true;
        if let Ok(pass) = self.worker.sessions.open(&self.worker.agency).await {
            self.enter(pass);
        }
        Step::Choose
    }

    async fn pull(&mut self, pass: &Pass, document: &Digest) -> Step {
        match pull(&*self.worker.holder, &self.worker.agency, pass, document).await {
            Pulled::Kept { kind, number, deadlines_moved } => {
                (self.told)(Told::DocumentKept { kind, number, deadlines_moved });
            }
            Pulled::Dropped { document, why } => (self.told)(Told::DocumentDropped { document, why }),
            // The others would fare no better; the next session names them again.
            Pulled::NotGiven(_) | Pulled::NotKept(_) => self.unpulled.clear(),
        }
        Step::Choose
    }

    async fn send(&mut self, row: UploadRow, pass: Pass) -> Result<Step, HolderFault> {
        let outcome = match row.kind {
            UploadKind::Opened | UploadKind::Lines => self.lines(&row, &pass).await?,
            UploadKind::Private => self.private(&row, &pass).await,
            UploadKind::File | UploadKind::Init | UploadKind::Segment => self.file(&row, &pass).await,
            UploadKind::Receipt => self.receipt(&row, &pass).await?,
        };
        match outcome {
            Outcome::Settled(settled) => {
                (self.silent, self.refused_passes) = (0, 0);
                self.settle(&row, settled)?;
            }
            Outcome::Fault(fault) => self.react(&row, &pass, fault).await?,
        }
        Ok(Step::Choose)
    }

    /// What a fault means for the row, and for the others.
    async fn react(&mut self, row: &UploadRow, pass: &Pass, fault: AgencyFault) -> Result<(), HolderFault> {
        let (reaction, asked_us) = match fault {
            AgencyFault::Unreachable => {
                self.silent += 1;
                if self.silent >= SILENT_LIMIT {
                    self.later(row, Waits::AgencyUnreachable, 0)?;
                    return self.hold_all(Waits::AgencyUnreachable, 0);
                }
                let waits = if row.kind == UploadKind::Segment { Waits::CutOff } else { Waits::AgencyUnreachable };
                (Reaction::Later(waits), 0)
            }
            AgencyFault::OutsideContract { status } if status >= 500 => (Reaction::Later(Waits::AgencyFailed), 0),
            AgencyFault::OutsideContract { .. } => (Reaction::Held(Waits::ProgramsDiffer), 0),
            AgencyFault::Refused { refusal, retry_after_us } => {
                self.silent = 0;
                (reaction(row.kind, refusal.code), retry_after_us)
            }
        };
        match reaction {
            Reaction::NewSession => {
                self.pass = None;
                self.refused_passes += 1;
                // A fresh token that is refused twice: asking on would never end.
                if self.refused_passes > 2 { self.hold_all(Waits::ClockOff, asked_us) } else { Ok(()) }
            }
            Reaction::Later(waits) => self.later(row, waits, asked_us),
            Reaction::AllLater(waits) => {
                self.later(row, waits, asked_us)?;
                self.hold_all(waits, asked_us)
            }
            Reaction::Held(waits) => self.held(row, waits),
            Reaction::AllHeld(waits) => self.hold_all(waits, asked_us),
            Reaction::RecordFirst => self.record_first(row, pass).await,
            // Each sender answers these itself; one that comes out of it has gone round too often.
            Reaction::FromNext => self.later(row, Waits::AgencyFailed, asked_us),
            Reaction::FromOffset | Reaction::Announce => self.later(row, Waits::CutOff, asked_us),
        }
    }

    /// The agency does not hold the record (it was set up anew): all of it goes again, its first line first.
    async fn record_first(&mut self, row: &UploadRow, _pass: &Pass) -> Result<(), HolderFault> {
        let record = row.record;
        with(&*self.worker.holder, |index| {
            for other in index.uploads_of(record)? {
                if matches!(other.kind, UploadKind::Opened | UploadKind::Lines) {
                    index.settle_upload(&other, &Settled::Further { stored_bytes: 0 })?;
                }
            }
            Ok(())
        })?;
        self.later(row, Waits::BegunAnew, 0)
    }

    fn later_settled(&self, attempts: u32, waits: Waits, asked_us: u64) -> Settled {
        let us = delay_us(attempts, asked_us, &*self.worker.chance).unwrap_or(LONGEST_US);
        let at_us = self.worker.clock.now_us().saturating_add_unsigned(us);
        Settled::Later { at_us, reason: waits.word().to_owned() }
    }

    fn later(&mut self, row: &UploadRow, waits: Waits, asked_us: u64) -> Result<(), HolderFault> {
        let settled = self.later_settled(row.attempts, waits, asked_us);
        self.settle(row, settled)
    }

    fn held(&mut self, row: &UploadRow, waits: Waits) -> Result<(), HolderFault> {
        self.settle(row, Settled::Held { reason: waits.word().to_owned() })
    }

    fn settle(&mut self, row: &UploadRow, settled: Settled) -> Result<(), HolderFault> {
        let (record, kind) = (record_of(row), row.kind);
        match &settled {
            Settled::Later { reason, .. } | Settled::Held { reason } => {
                let why = Waits::parse(reason).unwrap_or(Waits::ProgramsDiffer);
                (self.told)(Told::Waiting { record, kind, why });
            }
            Settled::Done { .. } => (self.told)(Told::Stored { record, kind }),
            Settled::Further { .. } => {}
        }
        with(&*self.worker.holder, |index| index.settle_upload(row, &settled))
    }

    fn hold_all(&mut self, why: Waits, asked_us: u64) -> Result<(), HolderFault> {
        self.pass = None;
        let before = with(&*self.worker.holder, |index| index.upload_hold())?;
        let attempts = before.map_or(0, |hold| hold.attempts);
        let us = delay_us(attempts, asked_us, &*self.worker.chance).unwrap_or(LONGEST_US);
        let next_attempt_us = self.worker.clock.now_us().saturating_add_unsigned(us);
        (self.told)(Told::AllWaiting { why, us });
        let hold = UploadHold { reason: why.word().to_owned(), attempts: attempts.saturating_add(1), next_attempt_us };
        with(&*self.worker.holder, |index| index.set_upload_hold(Some(&hold)))
    }

    fn ended(&self) -> Result<Ended, HolderFault> {
        let (waiting, hold) =
            with(&*self.worker.holder, |index| Ok((index.uploads_waiting(1)?, index.upload_hold()?)))?;
        let hold = hold.map(|hold| Waits::parse(&hold.reason).unwrap_or(Waits::ProgramsDiffer));
        Ok(Ended { is_all_there: waiting.is_empty(), hold })
    }
}

fn record_of(row: &UploadRow) -> RecordId {
    RecordId::from_bytes(row.record.0)
}
