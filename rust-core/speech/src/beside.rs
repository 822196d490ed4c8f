//! A detector on a thread of its own. Whoever brings the sound hands frames over and takes answers, and never waits for either.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::detector::{DetectorFault, DetectorName, VoiceDetector, judge};

/// Frames that may wait for their answer: 32 s of Silero's, 1 MB. The watch ends a detector that hangs long before.
const QUEUE: usize = 1_024;

/// What a detector that is to run beside the sound is, before it is made on its own thread.
#[derive(Clone, Copy, Debug)]
pub struct BesideSettings {
    pub name: DetectorName,
    pub frame_samples: NonZeroUsize,
    /// For how long it may owe an answer. It is found out between once and twice this time.
    pub limit: Duration,
}

#[derive(Debug)]
enum Ask {
    Frame(Arc<[i16]>),
    Forget,
}

type Answer = Result<bool, DetectorFault>;

#[derive(Debug)]
pub(crate) struct Beside {
    pub(crate) settings: BesideSettings,
    asks: SyncSender<Ask>,
    answers: Receiver<Answer>,
    owed: Arc<Owed>,
    /// Dropped with this: the watch ends.
    _watched: SyncSender<()>,
}

/// How many frames were asked about and how many answered.
#[derive(Debug, Default)]
struct Owed {
    asked: AtomicU64,
    answered: Mutex<u64>,
    changed: Condvar,
    is_too_slow: AtomicBool,
}

/// Answers that are owed at one moment, to be waited for without holding the meter.
#[derive(Debug)]
pub struct OwedAnswers {
    owed: Arc<Owed>,
    asked: u64,
    limit: Duration,
}

impl OwedAnswers {
    /// Waits until they are there, for as long as a detector may owe one; whether they are. Never for the thread that brings the sound.
    pub fn wait(&self) -> bool {
        let is_missing = |answered: &mut u64| *answered < self.asked && !self.owed.is_too_slow.load(Ordering::Relaxed);
        let waited = self.owed.changed.wait_timeout_while(self.owed.answered(), self.limit, is_missing);
        let (answered, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *answered >= self.asked
    }
}

impl Beside {
    /// Begins the detector's thread, which makes it, and the one that watches it.
    pub(crate) fn begin<D: VoiceDetector + 'static>(
        settings: BesideSettings,
        make: impl FnOnce() -> Result<D, DetectorFault> + Send + 'static,
    ) -> Result<Beside, DetectorFault> {
        let (asks, to_answer) = sync_channel(QUEUE);
        // One more than can be asked about, and one for a detector that could not be made: the detector's thread never waits here.
        let (answer, answers) = sync_channel(QUEUE + 2);
        let (watched, watching) = sync_channel(0);
        let owed = Arc::new(Owed::default());
        let (its, to_watch) = (owed.clone(), owed.clone());
        spawn("speech", move || {
            work(make, &to_answer, &answer, &its);
            its.never_more();
        })?;
        spawn("speech-watch", move || watch(settings.limit, &watching, &to_watch))?;
        Ok(Beside { settings, asks, answers, owed, _watched: watched })
    }

    /// Hands a frame over.
    pub(crate) fn ask(&self, frame: Arc<[i16]>) -> Result<(), DetectorFault> {
        // Counted before it is asked, so that no answer comes to a question that was not counted.
        self.owed.asked.fetch_add(1, Ordering::Relaxed);
        self.send(Ask::Frame(frame))
    }

    pub(crate) fn forget(&self) -> Result<(), DetectorFault> {
        self.send(Ask::Forget)
    }

    fn send(&self, ask: Ask) -> Result<(), DetectorFault> {
        match self.asks.try_send(ask) {
            // Why its thread ended is among the answers.
            Ok(()) | Err(TrySendError::Disconnected(_)) => Ok(()),
            Err(TrySendError::Full(_)) => Err(DetectorFault::TooSlow),
        }
    }

    /// The next answer, where there is one.
    pub(crate) fn answer(&self) -> Option<Answer> {
        match self.answers.try_recv() {
            Ok(answer) => Some(answer),
            Err(TryRecvError::Empty) if self.owed.is_too_slow.load(Ordering::Relaxed) => {
                Some(Err(DetectorFault::TooSlow))
            }
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(DetectorFault::Panicked)),
        }
    }

    pub(crate) fn owed(&self) -> OwedAnswers {
        let asked = self.owed.asked.load(Ordering::Relaxed);
        OwedAnswers { owed: self.owed.clone(), asked, limit: self.settings.limit }
    }
}

impl Owed {
    fn answered(&self) -> MutexGuard<'_, u64> {
        self.answered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer_one(&self) {
        let mut answered = self.answered();
        *answered = answered.saturating_add(1);
        self.changed.notify_all();
    }

    /// Nobody waits for a thread that has ended.
    fn never_more(&self) {
        *self.answered() = u64::MAX;
        self.changed.notify_all();
    }

    fn give_up(&self) {
        // Under the lock: whoever is about to wait sees it, or is woken.
        let _answered = self.answered();
        self.is_too_slow.store(true, Ordering::Relaxed);
        self.changed.notify_all();
    }
}

fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), DetectorFault> {
    match thread::Builder::new().name(name.to_owned()).spawn(run) {
        Ok(_) => Ok(()),
        Err(_) => Err(DetectorFault::NotStarted),
    }
}

fn work<D: VoiceDetector>(
    make: impl FnOnce() -> Result<D, DetectorFault>,
    asks: &Receiver<Ask>,
    answers: &SyncSender<Answer>,
    owed: &Owed,
) {
    // What was half made or half asked is dropped and never looked at.
    let made = catch_unwind(AssertUnwindSafe(make)).unwrap_or(Err(DetectorFault::Panicked));
    let mut detector = match made {
        Ok(detector) => detector,
        Err(fault) => {
            // Nobody hears it where the meter is gone.
            let _ = answers.send(Err(fault));
            return;
        }
    };
    for ask in asks {
        let answer = match ask {
            Ask::Frame(frame) => judge(&mut detector, &frame),
            Ask::Forget => match catch_unwind(AssertUnwindSafe(|| detector.forget())) {
                Ok(()) => continue,
                Err(_) => Err(DetectorFault::Panicked),
            },
        };
        // Sent before it is counted: whoever waited finds it.
        if answers.send(answer).is_err() || answer.is_err() {
            return;
        }
        owed.answer_one();
    }
}

/// Looks once in a while whether the same answer is owed as at the last look.
fn watch(limit: Duration, watched: &Receiver<()>, owed: &Owed) {
    let counts = || (*owed.answered(), owed.asked.load(Ordering::Relaxed));
    let mut before = counts();
    while watched.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
        let (answered, asked) = counts();
        if answered == before.0 && before.1 > answered {
            return owed.give_up();
        }
        before = (answered, asked);
    }
}
