//! What the uploader stands on: the phone that holds the records, its clock, and sessions with the agency.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use quanji_evidence::Digest;
use quanji_evidence::document::Document;
use quanji_evidence::id::RecordId;
use quanji_evidence::keyset::Keyset;
use quanji_rules::Calendar;
use quanji_store::{Index, PurgeError, PurgeWarrant, Purged, ReadError, Vault};

use crate::client::{Agency, AgencyFault};
use crate::reason::Waits;

/// Whether a camera runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capture {
    Running,
    Idle,
}

/// The phone that holds the records: the owner of the one writer.
pub trait Holder: fmt::Debug + Send + Sync {
    /// A handle for reading; what is acknowledged can be read while a record runs.
    fn vault(&self) -> Vault;
    /// Lends the index, in which the queue is. Short: everybody else waits for it.
    fn with_index(&self, act: &mut dyn FnMut(&mut Index)) -> Result<(), HolderFault>;
    /// Tells the queue what has become durable of a running record since the last time, and nothing else. Never waits for the thread that
    /// writes the record, nor it for this.
    fn catch_up(&self) -> Result<Capture, HolderFault>;
    /// Keeps a receipt that was verified, as the agency sent it. It is durable when this returns.
    fn keep_receipt(&self, record: RecordId, line: &[u8]) -> Result<(), HolderFault>;
    /// Removes what the warrant names.
    fn purge(&self, record: RecordId, warrant: &PurgeWarrant) -> Result<Purged, HolderFault>;
    /// Makes a record's rows anew from the vault.
    fn refresh(&self, record: RecordId);
    /// The working days as they are known here and now.
    fn calendar(&self) -> Arc<Calendar>;
    /// Which of these documents the phone does not hold.
    fn lacks(&self, documents: &[Digest]) -> Vec<Digest>;
    /// Keeps a document that was proved by `keyset`, and reckons by it. It is durable when this returns.
    fn keep_document(&self, document: &Document, keyset: &Keyset) -> Result<NewlyHeld, HolderFault>;
    /// Checks before duty that the agency does not have yet: signed lines, the oldest first, at most 64.
    fn unsent_checks(&self) -> Vec<Vec<u8>>;
    /// The agency has these. It is durable when this returns.
    fn checks_sent(&self, sent: &[Vec<u8>]) -> Result<(), HolderFault>;
    /// Whether it is long since the agency was asked what is new.
    fn asks_for_news(&self, now_us: i64) -> bool;
    /// The agency was asked at `now_us`.
    fn asked_for_news(&self, now_us: i64);
}

/// What a document that came changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewlyHeld {
    /// Kept; so many deadlines moved, or became final.
    Kept { deadlines_moved: u64 },
    /// The phone holds another document of that kind with that number: this one is not kept.
    NumberTaken,
    /// It is the agency's word and no document of its kind: not kept.
    MakesNoSense,
}

/// The phone could not do its part. Nothing is lost by it; the next run asks again.
#[derive(Debug, thiserror::Error)]
pub enum HolderFault {
    #[error("the phone has no index to queue in")]
    NoIndex,
    #[error("the index failed")]
    Index {
        #[from]
        source: quanji_store::IndexError,
    },
    #[error("the purge did not finish")]
    Purge { source: PurgeError },
    #[error("the running record could not be read")]
    Read { source: ReadError },
    /// The one writer is at the scene.
    #[error("a record is running")]
    Recording,
    /// The disk failed or is full.
    #[error("the phone's writer did not take it: {said}")]
    Writer { said: String },
}

impl HolderFault {
    /// The writer's own fault, in its words; they hold no name.
    pub fn from_source(source: &dyn Error) -> HolderFault {
        HolderFault::Writer { said: source.to_string() }
    }
}

/// The phone's wall clock, and waiting by it.
pub trait Clock: fmt::Debug + Send + Sync {
    /// µs since 1970, UTC.
    fn now_us(&self) -> i64;
    fn pause(&self, us: u64) -> BoxFuture<'_, ()>;
}

/// An open session.
#[derive(Clone)]
pub struct Pass {
    pub token: String,
    /// The agency's keys as the phone has proved them, from its pinned root on.
    pub keyset: Keyset,
    /// The documents that the agency has in force.
    pub documents: Vec<Digest>,
}

impl fmt::Debug for Pass {
    /// Never the token: this may end in a log.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Pass")
    }
}

/// Why there is no session.
#[derive(Debug)]
pub enum NoPass {
    /// The agency refused, or did not answer.
    Agency(AgencyFault),
    /// What it answered does not prove itself; or the phone is not enrolled.
    Waits(Waits),
}

/// Opens sessions: signs with the device key, proves what the agency answers, keeps its new keys and head.
pub trait Sessions: fmt::Debug + Send + Sync {
    fn open<'a>(&'a self, agency: &'a Agency) -> BoxFuture<'a, Result<Pass, NoPass>>;
}
