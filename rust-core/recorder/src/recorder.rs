//! The phone's recorder: opens the vault and recovers it, begins records, takes them up again, adds to sealed ones, exports.

use std::io::{Seek, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

use quanji_evidence::Digest;
use quanji_evidence::body::{EndedHow, OtherRecord, Started};
use quanji_evidence::entry::Actor;
use quanji_evidence::id::RecordId;
use quanji_evidence::manifest::Purpose;
use quanji_rules::Phase;
use quanji_store::{Identity, Known, OpenError, ReadError, Recovery, Vault};
use thiserror::Error;

use crate::deed::Deed;
use crate::desk::{Desk, from_vault, in_vault};
use crate::export::{self, ExportFault, Exported};
use crate::fault::RecorderFault;
use crate::ledger::Ledger;
use crate::ports::Ports;
use crate::record_writer::{Done, RecordWriter};
use crate::recording::{Recording, Thread, into_desk};
use crate::recovery::Recovered;
use crate::summary::Summary;

/// The recorder of one phone.
#[derive(Debug)]
pub struct Recorder {
    vault: Vault,
    ports: Ports,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Idle {
        desk: Box<Desk>,
        ledger: Ledger,
    },
    Running {
        thread: Thread,
        ledger: Ledger,
        recording: Recording,
    },
    /// The writing thread ended without giving the vault back: only a new start helps.
    Lost,
}

/// What opening found.
#[derive(Debug)]
pub struct Opening {
    pub vault: Recovery,
    /// Records that had been cut off; each stands interrupted now.
    pub recovered: Vec<Recovered>,
    /// Records that could not be taken up: reported, never touched.
    pub troubled: Vec<(RecordId, RecorderFault)>,
}

/// Why the recorder could not be opened.
#[derive(Debug, Error)]
pub enum OpenFault {
    #[error(transparent)]
    Vault(#[from] OpenError),
    #[error(transparent)]
    Recorder(#[from] RecorderFault),
    /// Cannot happen in a vault just opened; typed all the same.
    #[error("the vault's writer is taken")]
    WriterTaken,
}

impl Recorder {
    /// Opens the vault, and brings every record that was cut off to a signed interruption.
    pub fn open(store: quanji_store::Ports, ports: Ports) -> Result<(Recorder, Opening), OpenFault> {
        let (vault, recovery) = Vault::open(store, &Known::default())?;
        let writer = vault.writer().ok_or(OpenFault::WriterTaken)?;
        let mut desk = Desk { vault: vault.clone(), writer, ports: ports.clone() };
        let ledger = Ledger::open(&mut desk)?;
        let (mut recovered, mut troubled) = (Vec::new(), Vec::new());
        for record in vault.records().into_iter().map(from_vault) {
            match recover(&mut desk, record) {
                Ok(outcome) => recovered.extend(outcome),
                Err(fault) => troubled.push((record, fault)),
            }
        }
        let state = Mutex::new(State::Idle { desk: Box::new(desk), ledger });
        Ok((Recorder { vault, ports, state }, Opening { vault: recovery, recovered, troubled }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a record with nothing asked. Its first line is durable when this returns.
    pub fn begin(&self, started: Started) -> Result<Recording, RecorderFault> {
        self.run(|desk, ledger| {
            let mut record = RecordWriter::open(desk, ledger, started)?;
            match record.commit(desk) {
                Ok(()) => Ok(record),
                Err(fault) => {
                    ledger.forget(record.id);
                    Err(fault)
                }
            }
        })
    }

    /// Takes up a record that is not sealed; the next frames are a new take of it.
    pub fn take_up(&self, record: RecordId) -> Result<Recording, RecorderFault> {
        self.run(|desk, _| {
            let writer = load(desk, record)?;
            if writer.now.rules.phase() == Phase::Sealed {
                return Err(RecorderFault::BelongsToANewRecord { record });
            }
            Ok(writer)
        })
    }

    fn run(
        &self,
        prepare: impl FnOnce(&mut Desk, &mut Ledger) -> Result<RecordWriter, RecorderFault>,
    ) -> Result<Recording, RecorderFault> {
        let mut state = self.lock();
        reclaim(&mut state)?;
        let State::Idle { desk, ledger } = &mut *state else { return Err(RecorderFault::Busy) };
        let record = prepare(desk, ledger)?;
        let State::Idle { desk, ledger } = std::mem::replace(&mut *state, State::Lost) else {
            return Err(RecorderFault::Busy);
        };
        let (recording, thread) = Recording::begin(*desk, record);
        *state = State::Running { thread, ledger, recording: recording.clone() };
        Ok(recording)
    }

    /// Adds to a record that is not running: an addendum to a sealed one, or what is still owed to an interrupted one.
    pub fn add_later(
        &self,
        record: RecordId,
        actor: Option<Actor>,
        deed: impl Into<Deed>,
    ) -> Result<Done, RecorderFault> {
        self.at_desk(|desk| {
            let mut writer = load(desk, record)?;
            let done = writer.add(desk, actor, deed.into())?;
            writer.commit(desk)?;
            Ok(done)
        })
    }

    /// Ends and seals a record that was cut off and is not taken up again.
    pub fn end_later(&self, record: RecordId, actor: Option<Actor>, how: EndedHow) -> Result<Done, RecorderFault> {
        self.at_desk(|desk| {
            let mut writer = load(desk, record)?;
            writer.end(desk, actor, how)
        })
    }

    fn at_desk<T>(&self, act: impl FnOnce(&mut Desk) -> Result<T, RecorderFault>) -> Result<T, RecorderFault> {
        let mut state = self.lock();
        reclaim(&mut state)?;
        match &mut *state {
            State::Idle { desk, .. } => act(desk),
            State::Running { .. } => Err(RecorderFault::Busy),
            State::Lost => Err(RecorderFault::Over),
        }
    }

    /// The running record, if there is one.
    pub fn running(&self) -> Option<Recording> {
        let mut state = self.lock();
        reclaim(&mut state).ok()?;
        match &*state {
            State::Running { recording, .. } => Some(recording.clone()),
            _ => None,
        }
    }

    /// What another phone needs to join this record's activity.
    pub fn reference(&self, record: RecordId) -> Result<OtherRecord, RecorderFault> {
        let lines = self.lines(record)?;
        let first = lines.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
        Ok(OtherRecord { record, opened: Digest::of(first) })
    }

    /// Every record of this phone at a glance.
    pub fn summaries(&self) -> Vec<Result<Summary, RecordId>> {
        let summary = |record: RecordId| match self.lines(record) {
            Ok(lines) => Summary::of(record, &lines).ok_or(record),
            Err(_) => Err(record),
        };
        self.vault.records().into_iter().map(from_vault).map(summary).collect()
    }

    /// A record's journal, as it was signed.
    pub fn lines(&self, record: RecordId) -> Result<Vec<u8>, RecorderFault> {
        match self.vault.lines(Identity::journal(in_vault(record))) {
            Err(ReadError::NoSuchFile(_)) => Err(RecorderFault::NoSuchRecord { record }),
            lines => Ok(lines?),
        }
    }

    /// Writes a bundle of whole records, signed by the device.
    pub fn export<W: Write + Seek>(
        &self,
        records: &[RecordId],
        purpose: Purpose,
        out: W,
        progress: &mut dyn FnMut(Exported),
    ) -> Result<W, ExportFault> {
        export::export(&self.vault, &self.ports, records, purpose, out, progress)
    }
}

/// Takes the desk back from a thread that has ended.
fn reclaim(state: &mut State) -> Result<(), RecorderFault> {
    let is_finished = matches!(state, State::Running { thread, .. } if thread.is_finished());
    let is_over = matches!(state, State::Running { recording, .. } if recording.is_over());
    if !is_finished && !is_over {
        return Ok(());
    }
    let State::Running { thread, ledger, .. } = std::mem::replace(state, State::Lost) else { return Ok(()) };
    let desk = into_desk(thread)?;
    *state = State::Idle { desk: Box::new(desk), ledger };
    Ok(())
}

fn load(desk: &Desk, record: RecordId) -> Result<RecordWriter, RecorderFault> {
    match RecordWriter::load(desk, record) {
        Err(RecorderFault::Read(ReadError::NoSuchFile(_))) => Err(RecorderFault::NoSuchRecord { record }),
        outcome => outcome,
    }
}

fn recover(desk: &mut Desk, record: RecordId) -> Result<Option<Recovered>, RecorderFault> {
    let lines = desk.vault.lines(Identity::journal(in_vault(record)))?;
    // A look at the text spares proving every sealed record at each start; what is proved is proved again at its export.
    if lines.split(|byte| *byte == b'\n').rev().any(is_sealed) || lines.is_empty() {
        return Ok(None);
    }
    load(desk, record)?.recover(desk)
}

fn is_sealed(line: &[u8]) -> bool {
    const NEEDLE: &[u8] = br#","kind":"sealed","#;
    line.windows(NEEDLE.len()).any(|window| window == NEEDLE)
}
