//! The whole simulated folder.

use std::collections::BTreeMap;
use std::io;

use quanji_store::SyncPoint;

use crate::survive::{Mood, survive_file, survive_names};
use crate::torn_file::{SECTOR, TornFile};
use crate::{Dice, SimClock};

/// A change of the folder that no sync has made durable.
#[derive(Debug, Clone)]
pub(crate) enum NameOp {
    Link { name: String, file: u64 },
    Unlink { name: String },
    Rename { from: String, to: String, file: u64 },
}

impl NameOp {
    pub(crate) fn apply(&self, names: &mut BTreeMap<String, u64>) {
        match self {
            Self::Link { name, file } => drop(names.insert(name.clone(), *file)),
            Self::Unlink { name } => drop(names.remove(name)),
            Self::Rename { from, to, file } => {
                names.remove(from);
                names.insert(to.clone(), *file);
            }
        }
    }
}

#[derive(Debug)]
pub(crate) struct TornState {
    pub(crate) files: BTreeMap<u64, TornFile>,
    pub(crate) names: BTreeMap<String, u64>,
    pub(crate) durable_names: BTreeMap<String, u64>,
    pub(crate) operations: Vec<NameOp>,
    next_file: u64,
    dice: Dice,
    /// Which run of the program: handles of earlier ones are dead.
    pub(crate) run: u64,
    pub(crate) is_locked: bool,
    /// Operations until the power goes.
    pub(crate) operations_left: Option<u64>,
    pub(crate) is_off: bool,
    pub(crate) operations_done: u64,
    pub(crate) capacity: Option<u64>,
    /// Syncs of that name that will fail: how many to let pass first.
    pub(crate) failing: Vec<(SyncPoint, u64)>,
    pub(crate) syncs: Vec<SyncPoint>,
    pub(crate) read_bytes: u64,
    pub(crate) sync_cost: Option<(SimClock, u64)>,
}

impl TornState {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            files: BTreeMap::new(),
            names: BTreeMap::new(),
            durable_names: BTreeMap::new(),
            operations: Vec::new(),
            next_file: 0,
            dice: Dice::new(seed),
            run: 0,
            is_locked: false,
            operations_left: None,
            is_off: false,
            operations_done: 0,
            capacity: None,
            failing: Vec::new(),
            syncs: Vec::new(),
            read_bytes: 0,
            sync_cost: None,
        }
    }

    /// Whether an operation may happen: `Ok(true)` wholly, `Ok(false)` when the power goes in the midst of it.
    pub(crate) fn step(&mut self) -> io::Result<bool> {
        if self.is_off {
            return Err(power_is_off());
        }
        self.operations_done += 1;
        if let Some(left) = &mut self.operations_left {
            if *left == 0 {
                self.is_off = true;
                self.operations_left = None;
                return Ok(false);
            }
            *left -= 1;
        }
        Ok(true)
    }

    pub(crate) fn new_file(&mut self) -> u64 {
        self.next_file += 1;
        self.files.insert(self.next_file, TornFile::default());
        self.next_file
    }

    pub(crate) fn used(&self) -> u64 {
        // A file without a name still holds its blocks until its removal is synced.
        let named = |file: &u64| self.names.values().chain(self.durable_names.values()).any(|other| other == file);
        self.files.iter().filter(|(file, _)| named(file)).map(|(_, file)| file.allocated()).sum()
    }

    pub(crate) fn write(&mut self, file: u64, bytes: &[u8], offset: u64) -> io::Result<()> {
        let is_whole = self.step()?;
        let bytes = if is_whole {
            bytes
        } else {
            // The power goes while the bytes are on their way into the cache.
            let some = self.dice.below(bytes.len() as u64 + 1);
            &bytes[..usize::try_from(some).unwrap_or(0)]
        };
        let mut free = self.capacity.map(|capacity| capacity.saturating_sub(self.used()));
        let target = self.files.get_mut(&file).ok_or(io::ErrorKind::NotFound)?;
        let written = target.write(bytes, offset, || match &mut free {
            None => true,
            Some(free) if *free >= SECTOR as u64 => {
                *free -= SECTOR as u64;
                true
            }
            Some(_) => false,
        });
        if !is_whole {
            return Err(power_is_off());
        }
        if written < bytes.len() { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    }

    /// Counts a sync, lets time pass, and says whether it works.
    pub(crate) fn begin_sync(&mut self, point: SyncPoint) -> io::Result<Sync> {
        if !self.step()? {
            return Err(power_is_off());
        }
        self.syncs.push(point);
        if let Some((clock, us)) = &self.sync_cost {
            clock.advance_us(*us);
        }
        let Some(at) = self.failing.iter().position(|(failing, _)| *failing == point) else { return Ok(Sync::Works) };
        if self.failing[at].1 > 0 {
            self.failing[at].1 -= 1;
            return Ok(Sync::Works);
        }
        self.failing.remove(at);
        Ok(Sync::Fails)
    }

    pub(crate) fn change_names(&mut self, operation: NameOp) -> io::Result<()> {
        let is_whole = self.step()?;
        if is_whole || self.dice.percent(50) {
            operation.apply(&mut self.names);
            self.operations.push(operation);
        }
        if is_whole { Ok(()) } else { Err(power_is_off()) }
    }

    /// The power is cut, now or at the operation where it went, and comes back.
    pub(crate) fn crash(&mut self) {
        let mood = Mood::draw(&mut self.dice);
        let names = survive_names(&self.durable_names, &self.operations, mood, &mut self.dice);
        let mut files = BTreeMap::new();
        for (id, file) in &self.files {
            let left = survive_file(file, mood, &mut self.dice);
            if names.values().any(|named| named == id) {
                files.insert(*id, TornFile { live: left.clone(), durable: left, ..TornFile::default() });
            }
        }
        self.files = files;
        self.names.clone_from(&names);
        self.durable_names = names;
        self.operations.clear();
        self.is_off = false;
        self.operations_left = None;
        self.end_run();
    }

    pub(crate) fn end_run(&mut self) {
        self.run += 1;
        self.is_locked = false;
    }
}

pub(crate) enum Sync {
    Works,
    Fails,
}

pub(crate) fn power_is_off() -> io::Error {
    io::Error::other("the power is off")
}

/// The error of a disk that could not write (EIO).
pub(crate) fn write_back_failed() -> io::Error {
    io::Error::other("write-back failed")
}
