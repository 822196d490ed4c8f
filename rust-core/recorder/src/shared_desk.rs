//! The one desk, as all who want to write share it: free, or with the thread of the running record; and the index, kept in step with it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quanji_evidence::id::RecordId;
use quanji_rules::Calendar;
use quanji_store::{IndexError, ReadError, RecordRow, Store, Vault};

use crate::desk::{Desk, in_vault};
use crate::fault::RecorderFault;
use crate::in_force::{self, InForce, Newest};
use crate::ledger::Ledger;
use crate::ports::Ports;
use crate::record_writer::RecordWriter;
use crate::recording::{Recording, Thread, into_desk};
use crate::rows::Rows;

/// The desk and who has it.
#[derive(Debug)]
pub(crate) struct SharedDesk {
    pub(crate) vault: Vault,
    pub(crate) ports: Ports,
    pub(crate) in_force: Arc<Newest>,
    state: Mutex<State>,
    /// Behind the state where both are locked.
    pub(crate) index: Option<Mutex<Indexed>>,
}

/// The store's index, and what makes its rows.
#[derive(Debug)]
pub(crate) struct Indexed {
    pub(crate) store: Store,
    pub(crate) rows: Rows,
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

impl SharedDesk {
    pub(crate) fn new(desk: Desk, ledger: Ledger, index: Option<Indexed>) -> SharedDesk {
        let (vault, ports, in_force) = (desk.vault.clone(), desk.ports.clone(), Arc::clone(&desk.in_force));
        let state = Mutex::new(State::Idle { desk: Box::new(desk), ledger });
        SharedDesk { vault, ports, in_force, state, index: index.map(Mutex::new) }
    }

    /// Gives the desk to a record that `prepare` makes.
    pub(crate) fn run(
        &self,
        prepare: impl FnOnce(&mut Desk, &mut Ledger) -> Result<RecordWriter, RecorderFault>,
    ) -> Result<Recording, RecorderFault> {
        let mut state = self.lock();
        self.reclaim(&mut state)?;
        let State::Idle { desk, ledger } = &mut *state else { return Err(RecorderFault::Busy) };
        let record = prepare(desk, ledger)?;
        let State::Idle { desk, ledger } = std::mem::replace(&mut *state, State::Lost) else {
            return Err(RecorderFault::Busy);
        };
        let (recording, thread) = Recording::begin(*desk, record);
        *state = State::Running { thread, ledger, recording: recording.clone() };
        Ok(recording)
    }

    /// Writes a record without film from its first line to its last, where none runs. Whoever begins one meanwhile waits and is not refused:
    /// for a few groups of lines.
    pub(crate) fn write_alone(
        &self,
        write: impl FnOnce(&mut Desk, &mut Ledger) -> Result<RecordId, RecorderFault>,
    ) -> Result<RecordId, RecorderFault> {
        let mut state = self.lock();
        self.reclaim(&mut state)?;
        let written = match &mut *state {
            State::Idle { desk, ledger } => write(desk, ledger),
            State::Running { .. } => Err(RecorderFault::Busy),
            State::Lost => Err(RecorderFault::Over),
        };
        drop(state);
        if let Ok(record) = &written {
            self.refresh(*record);
        }
        written
    }

    /// Works at the desk for a record, where no record runs.
    pub(crate) fn at_desk<T>(
        &self,
        record: RecordId,
        act: impl FnOnce(&mut Desk) -> Result<T, RecorderFault>,
    ) -> Result<T, RecorderFault> {
        let mut state = self.lock();
        self.reclaim(&mut state)?;
        match &mut *state {
            State::Idle { desk, .. } => {
                let done = act(desk);
                self.refresh(record);
                done
            }
            State::Running { .. } => Err(RecorderFault::Busy),
            State::Lost => Err(RecorderFault::Over),
        }
    }

    /// As [`SharedDesk::at_desk`], with the rows made after the desk is free again: whoever begins a record meanwhile waits for one group at
    /// most, however long the journal is.
    pub(crate) fn at_desk_shortly<T>(
        &self,
        record: Option<RecordId>,
        act: impl FnOnce(&mut Desk) -> Result<T, RecorderFault>,
    ) -> Result<T, RecorderFault> {
        let done = {
            let mut state = self.lock();
            self.reclaim(&mut state)?;
            match &mut *state {
                State::Idle { desk, .. } => act(desk),
                State::Running { .. } => Err(RecorderFault::Busy),
                State::Lost => Err(RecorderFault::Over),
            }
        };
        self.refresh_rows(record.map(in_vault).into_iter().chain([quanji_store::RecordId::DEVICE]));
        done
    }

    /// The running record, if there is one.
    pub(crate) fn running(&self) -> Option<Recording> {
        let mut state = self.lock();
        self.reclaim(&mut state).ok()?;
        match &*state {
            State::Running { recording, .. } => Some(recording.clone()),
            _ => None,
        }
    }

    /// Brings a record's rows up to date. Where that fails, the next opening finds files that the index does not know, and does it.
    pub(crate) fn refresh(&self, record: RecordId) {
        self.refresh_rows([in_vault(record), quanji_store::RecordId::DEVICE].into_iter());
    }

    /// Makes rows again that were made by other notices or policies than those in force now: only records whose deadline another notice can
    /// move, or that another policy holds. How many deadlines moved, or became final.
    pub(crate) fn reckon_again(&self, in_force: &Arc<InForce>) -> Result<u64, IndexError> {
        let Some(index) = &self.index else { return Ok(0) };
        let lock = || index.lock().unwrap_or_else(PoisonError::into_inner);
        let (reckoned_by, mut records, mut moved) = (in_force.reckoned_by(), BTreeMap::new(), 0);
        {
            let Indexed { store, rows } = &mut *lock();
            rows.in_force = Arc::clone(in_force);
            // Before an index remembered this, a program counted by its own notices.
            let before = store.index.reckoned_by()?.unwrap_or_else(|| in_force::notices(&Calendar::published()));
            let mut add = |row: RecordRow| _ = records.insert(row.record, (row.deadline_us, row.term));
            for (from_us, to_us) in in_force::spans_between(&before, &reckoned_by) {
                store.index.due_within(from_us, to_us)?.into_iter().for_each(&mut add);
            }
            if let Some(since_us) = in_force::held_otherwise_since(&before, &reckoned_by) {
                let since = store.index.records()?.into_iter().filter(|row| row.opened_at_us >= since_us);
                since.for_each(add);
            }
        }
        for (record, before) in records {
            // Lent for one record at a time: others wait for it.
            let Indexed { store, rows } = &mut *lock();
            store.refresh(record, rows)?;
            let after = store.index.record(record)?.map(|row| (row.deadline_us, row.term));
            moved += u64::from(after != Some(before));
        }
        lock().store.index.set_reckoned_by(&reckoned_by)?;
        Ok(moved)
    }

    fn refresh_rows(&self, records: impl Iterator<Item = quanji_store::RecordId>) {
        let Some(index) = &self.index else { return };
        let Indexed { store, rows } = &mut *index.lock().unwrap_or_else(PoisonError::into_inner);
        for record in records {
            let _ = store.refresh(record, rows);
        }
    }

    /// Takes the desk back from a thread that has ended.
    fn reclaim(&self, state: &mut State) -> Result<(), RecorderFault> {
        let is_finished = matches!(state, State::Running { thread, .. } if thread.is_finished());
        let is_over = matches!(state, State::Running { recording, .. } if recording.is_over());
        if !is_finished && !is_over {
            return Ok(());
        }
        let State::Running { thread, ledger, recording } = std::mem::replace(state, State::Lost) else {
            return Ok(());
        };
        let desk = into_desk(thread)?;
        *state = State::Idle { desk: Box::new(desk), ledger };
        self.refresh(recording.record());
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A record that has ended since is in the index, too.
    pub(crate) fn settle(&self) {
        let mut state = self.lock();
        let _ = self.reclaim(&mut state);
    }
}

/// Takes a record up where its journal ends.
pub(crate) fn load(
    vault: &Vault,
    ports: &Ports,
    in_force: &Newest,
    record: RecordId,
) -> Result<RecordWriter, RecorderFault> {
    match RecordWriter::load(vault, ports, in_force, record) {
        Err(RecorderFault::Read(ReadError::NoSuchFile(_))) => Err(RecorderFault::NoSuchRecord { record }),
        outcome => outcome,
    }
}
