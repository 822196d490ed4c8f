//! The device's ledger (design, Record): every record has a number and names the one before, so one that never arrives is missed.
//!
//! It stands in the device's own lines in the vault. A number whose record never became durable is withdrawn and given again: nobody
//! outside can have seen it.

use quanji_evidence::Digest;
use quanji_evidence::body::LedgerPlace;
use quanji_evidence::id::{LedgerEpoch, RecordId};
use quanji_store::{Identity, ReadError};
use serde::{Deserialize, Serialize};

use crate::desk::{Desk, from_vault};
use crate::fault::RecorderFault;

/// A line of the device's file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "snake_case", deny_unknown_fields)]
enum DeviceLine {
    Opened {
        epoch: LedgerEpoch,
        number: u64,
        record: RecordId,
        opened: Digest,
    },
    Withdrawn {
        epoch: LedgerEpoch,
        number: u64,
    },
    /// The hardware was asked twice, where that was needed, to vouch for every record up to this number, but for those not yet sealed.
    Asked {
        epoch: LedgerEpoch,
        through: u64,
        unsealed: Vec<RecordId>,
    },
}

/// How many records of earlier starts the hardware is asked for at most: the last ones.
const ASKED_LIMIT: usize = 64;

/// For which records of earlier starts the hardware may still have to vouch.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unvouched {
    /// Those that were asked for at an earlier start, and were not sealed then.
    pub(crate) unsealed: Vec<RecordId>,
    /// Those that are newer.
    pub(crate) records: Vec<RecordId>,
    through: u64,
    was_through: u64,
}

impl Unvouched {
    /// Whether there are records that were not asked for at any start.
    pub(crate) fn has_newer(&self) -> bool {
        self.through != self.was_through
    }
}

/// Enters that everything of earlier starts was asked for.
pub(crate) fn enter_asked(desk: &mut Desk, asked: &Unvouched) -> Result<(), RecorderFault> {
    let epoch = desk.ports.device.epoch;
    write(desk, &DeviceLine::Asked { epoch, through: asked.through, unsealed: asked.unsealed.clone() })?;
    let _ = desk.writer.commit()?;
    Ok(())
}

/// The records of this device in this epoch, by number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    rows: Vec<(u64, RecordId, Digest)>,
    /// The last `Asked`.
    asked_through: u64,
    unsealed: Vec<RecordId>,
}

impl Ledger {
    /// Reads the ledger and withdraws a last number whose record never became durable.
    pub(crate) fn open(desk: &mut Desk) -> Result<Ledger, RecorderFault> {
        let epoch = desk.ports.device.epoch;
        let mut ledger = Ledger::default();
        let lines = match desk.vault.lines(Identity::device()) {
            Ok(lines) => lines,
            Err(ReadError::NoSuchFile(_)) => {
                desk.writer.create(Identity::device())?;
                Vec::new()
            }
            Err(fault) => return Err(fault.into()),
        };
        for line in lines.split(|byte| *byte == b'\n') {
            match serde_json::from_slice(line) {
                Ok(DeviceLine::Opened { epoch: of, number, record, opened }) if of == epoch => {
                    ledger.rows.push((number, record, opened));
                }
                Ok(DeviceLine::Withdrawn { epoch: of, number }) if of == epoch => {
                    ledger.rows.retain(|(other, ..)| *other != number);
                }
                Ok(DeviceLine::Asked { epoch: of, through, unsealed }) if of == epoch => {
                    (ledger.asked_through, ledger.unsealed) = (through, unsealed);
                }
                // Lines of other epochs, and of later versions.
                _ => {}
            }
        }
        ledger.withdraw_what_never_was(desk)?;
        Ok(ledger)
    }

    /// For which records the hardware may still have to vouch.
    pub(crate) fn unvouched(&self) -> Unvouched {
        let last = |mut records: Vec<RecordId>| records.split_off(records.len().saturating_sub(ASKED_LIMIT));
        let newer = self.rows.iter().filter(|(number, ..)| *number > self.asked_through).map(|(_, record, _)| *record);
        let through = self.rows.last().map_or(self.asked_through, |(number, ..)| *number);
        Unvouched {
            unsealed: last(self.unsealed.clone()),
            records: last(newer.collect()),
            through,
            was_through: self.asked_through,
        }
    }

    /// The next record's place.
    pub(crate) fn next(&self, epoch: LedgerEpoch) -> LedgerPlace {
        let last = self.rows.last();
        LedgerPlace {
            epoch,
            number: last.map_or(1, |(number, ..)| number + 1),
            prev: last.map_or(Digest::ZERO, |(_, _, opened)| opened.clone()),
        }
    }

    /// Enters a record whose first line was written, in the same group as that line.
    pub(crate) fn enter(
        &mut self,
        desk: &mut Desk,
        place: &LedgerPlace,
        record: RecordId,
        opened: &Digest,
    ) -> Result<(), RecorderFault> {
        let LedgerPlace { epoch, number, prev: _ } = place;
        write(desk, &DeviceLine::Opened { epoch: *epoch, number: *number, record, opened: opened.clone() })?;
        self.rows.push((*number, record, opened.clone()));
        Ok(())
    }

    /// Takes back a record that was entered in a group that was lost.
    pub(crate) fn forget(&mut self, record: RecordId) {
        self.rows.retain(|(_, other, _)| *other != record);
    }

    fn withdraw_what_never_was(&mut self, desk: &mut Desk) -> Result<(), RecorderFault> {
        let records = desk.vault.records();
        let has_journal = |record: &RecordId, desk: &Desk| {
            records.iter().any(|known| from_vault(*known) == *record)
                && desk
                    .vault
                    .lines(Identity::journal(crate::desk::in_vault(*record)))
                    .is_ok_and(|lines| !lines.is_empty())
        };
        while let Some((number, record, _)) = self.rows.last() {
            if has_journal(record, desk) {
                break;
            }
            let withdrawn = DeviceLine::Withdrawn { epoch: desk.ports.device.epoch, number: *number };
            self.rows.pop();
            write(desk, &withdrawn)?;
            let _ = desk.writer.commit()?;
        }
        Ok(())
    }
}

fn write(desk: &mut Desk, line: &DeviceLine) -> Result<(), RecorderFault> {
    let mut bytes = serde_json::to_vec(line).expect("ids, numbers and digests only");
    bytes.push(b'\n');
    Ok(desk.writer.append_line(Identity::device(), &bytes)?)
}
