//! A running record, as encoders and the officer's hand hold it: they push and say, the writing thread ([`Scribe`]) writes.
//!
//! Encoders never wait for the disk. An officer's act waits for its acknowledgement, because only what was acknowledged is durable.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use quanji_evidence::body::{Cause, EndedHow, Track};
use quanji_evidence::entry::Actor;
use quanji_evidence::id::RecordId;
use quanji_media::{AccessUnit, TakeFormat};
use quanji_rules::{Owed, Phase};

use crate::deed::Deed;
use crate::desk::Desk;
use crate::fault::RecorderFault;
use crate::frame_buffer::{FrameBuffer, Taken};
use crate::record_writer::{Done, RecordWriter};
use crate::scribe::Scribe;

pub(crate) type Answer<T> = SyncSender<Result<T, RecorderFault>>;

/// What the thread is asked to do.
pub(crate) enum Job {
    Add {
        actor: Option<Actor>,
        deed: Box<Deed>,
        answer: Answer<Done>,
    },
    Interrupt {
        cause: Cause,
        answer: Answer<Done>,
    },
    /// The phone noticed it itself: nobody waits for the answer.
    Say {
        deed: Box<Deed>,
    },
    /// Nothing comes any more, as the phone measured; passed over when no take is open.
    Broke {
        cause: Cause,
    },
    /// Why a track is silent when it is.
    Blame {
        track: Track,
        cause: Option<Cause>,
    },
    /// The wall clock may have been set.
    NoteClock,
    End {
        actor: Option<Actor>,
        how: EndedHow,
        answer: Answer<Done>,
    },
    Look {
        answer: Answer<View>,
    },
    /// Leaves the record as a crash would: for a phone that must stop at once.
    Leave {
        answer: Answer<()>,
    },
}

/// What a running record shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub record: RecordId,
    pub phase: Phase,
    pub owed: Vec<Owed>,
    pub lines: u64,
    pub media_bytes: u64,
    pub takes: u64,
    /// End of the durable media, monotonic clock.
    pub acknowledged_mono_us: Option<u64>,
    pub is_disk_full: bool,
    /// The journal has grown into its reserve: time to end this record and join the next to its activity.
    pub is_journal_nearly_full: bool,
}

/// Figures that can be read without waiting for the thread.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    pub(crate) acknowledged_mono_us: AtomicU64,
    pub(crate) groups: AtomicU64,
    pub(crate) key_frame_wanted: AtomicBool,
    pub(crate) why_over: Mutex<Option<Arc<RecorderFault>>>,
}

/// A running record. Clones are handles to the same one.
#[derive(Clone)]
pub struct Recording {
    record: RecordId,
    buffer: Arc<FrameBuffer<Job>>,
    figures: Arc<Figures>,
}

impl std::fmt::Debug for Recording {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Recording").field("record", &self.record).finish_non_exhaustive()
    }
}

/// The thread of a record; joining it gives the desk back.
pub(crate) type Thread = JoinHandle<Desk>;

impl Recording {
    pub(crate) fn begin(desk: Desk, record: RecordWriter) -> (Recording, Thread) {
        let buffer = Arc::new(FrameBuffer::new());
        let figures = Arc::new(Figures::default());
        let handle = Recording { record: record.id, buffer: Arc::clone(&buffer), figures: Arc::clone(&figures) };
        let scribe = Scribe::new(desk, record, buffer, figures);
        let thread = std::thread::spawn(move || scribe.run());
        (handle, thread)
    }

    /// The record's id.
    pub fn record(&self) -> RecordId {
        self.record
    }

    /// The format of the units that follow; tick 0 of their stamps is `base_mono_us` on the monotonic clock. A change ends the take.
    pub fn set_format(&self, format: TakeFormat, base_mono_us: i64) {
        self.buffer.set_format(format, base_mono_us);
    }

    /// Copies one encoded unit and returns. `is_key` for a key frame, and for sound in a record without picture.
    pub fn push(&self, unit: &AccessUnit<'_>, is_key: bool) -> Taken {
        self.buffer.push(unit, is_key)
    }

    /// Waits until the writer has caught up: for a feeder that is faster than time.
    pub fn wait_for_room(&self, bytes: usize) {
        self.buffer.wait_for_room(bytes);
    }

    /// Whether the encoder is to make a key frame soon; asking takes the wish.
    pub fn take_key_frame_wish(&self) -> bool {
        self.figures.key_frame_wanted.swap(false, Ordering::Relaxed)
    }

    /// Adds what the officer does or says, and waits until it is durable.
    pub fn add(&self, actor: Option<Actor>, deed: impl Into<Deed>) -> Result<Done, RecorderFault> {
        let deed = Box::new(deed.into());
        self.ask(|answer| Job::Add { actor, deed, answer })
    }

    /// Adds what the phone itself noticed, without waiting: said again when its group is lost, and never answered.
    pub fn say(&self, deed: impl Into<Deed>) {
        self.hand_over(Job::Say { deed: Box::new(deed.into()) });
    }

    /// Nothing comes any more: an interruption, unless the record says so already. Does not wait.
    pub fn broke(&self, cause: Cause) {
        self.hand_over(Job::Broke { cause });
    }

    /// Why a track will be silent, when it is; `None` when nothing is known against it. Does not wait.
    pub fn blame(&self, track: Track, cause: Option<Cause>) {
        self.hand_over(Job::Blame { track, cause });
    }

    /// The wall clock may have been set: by how much is written now and not with the next line. Does not wait.
    pub fn note_clock(&self) {
        self.hand_over(Job::NoteClock);
    }

    /// A record that is over takes nothing; what it was to be told has no place in it.
    fn hand_over(&self, job: Job) {
        let _ = self.buffer.add_job(job);
    }

    /// Recording breaks off, as the phone measured.
    pub fn interrupt(&self, cause: Cause) -> Result<Done, RecorderFault> {
        self.ask(|answer| Job::Interrupt { cause, answer })
    }

    /// Ends and seals the record.
    pub fn end(&self, actor: Option<Actor>, how: EndedHow) -> Result<Done, RecorderFault> {
        self.ask(|answer| Job::End { actor, how, answer })
    }

    /// Where the record stands, with everything pushed before made durable.
    pub fn look(&self) -> Result<View, RecorderFault> {
        self.ask(|answer| Job::Look { answer })
    }

    /// Stops writing at once and leaves the record as it is: the next start recovers it.
    pub fn leave(&self) -> Result<(), RecorderFault> {
        self.ask(|answer| Job::Leave { answer })
    }

    /// End of the durable media on the monotonic clock; 0 before there is any. Does not wait.
    pub fn acknowledged_mono_us(&self) -> u64 {
        self.figures.acknowledged_mono_us.load(Ordering::Acquire)
    }

    /// Groups that were made durable. Does not wait.
    pub fn groups(&self) -> u64 {
        self.figures.groups.load(Ordering::Relaxed)
    }

    /// Why nothing is taken any more, when it was not asked for: to be shown and said aloud at once. The record is left as it is, and the
    /// next start takes it up.
    pub fn why_over(&self) -> Option<Arc<RecorderFault>> {
        self.figures.why_over.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether nothing is taken any more.
    pub fn is_over(&self) -> bool {
        self.buffer.is_over()
    }

    /// The most bytes that ever waited for the writer.
    pub fn most_waiting_bytes(&self) -> usize {
        self.buffer.most_bytes()
    }

    fn ask<T>(&self, job: impl FnOnce(Answer<T>) -> Job) -> Result<T, RecorderFault> {
        let (answer, reply): (_, Receiver<Result<T, RecorderFault>>) = sync_channel(1);
        self.buffer.add_job(job(answer)).map_err(|_| RecorderFault::Over)?;
        reply.recv().map_err(|_| RecorderFault::Over)?
    }
}

/// Waits for the thread and takes the desk back.
pub(crate) fn into_desk(thread: Thread) -> Result<Desk, RecorderFault> {
    thread.join().map_err(|_| RecorderFault::Over)
}
