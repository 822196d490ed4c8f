//! The home screen in one call: a constant number of rows, however many records the phone has.

use quanji_store::{Index, RecordState, Tally};
use quanji_upload::{Network, Waits};

use crate::CoreError;
use crate::enrolment::Agency;
use crate::listed::{ListedRecord, Standpoint};
use crate::phone_core::{Core, record_id};

/// So many records of each kind stand on the home screen; the totals count all.
const SHOWN: u32 = 30;
/// A page of what the agency holds.
const PAGE: u32 = 50;

/// What the home screen shows.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Home {
    pub is_practice: bool,
    /// Null before the phone is enrolled.
    pub agency: Option<Agency>,
    /// What keeps everything waiting; null when nothing does. `AgencyUnreachable` is the last that was heard of it.
    pub hold: Option<Waits>,
    /// The record that runs now.
    pub running: Option<String>,
    /// Those that were cut off and are to be taken up or ended, oldest first. Not the running one.
    pub unended: Vec<ListedRecord>,
    /// Those that no receipt covers yet, the earliest deadline first.
    pub urgent: Vec<ListedRecord>,
    pub totals: Totals,
}

/// Of all records, those listed and the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, uniffi::Record)]
pub struct Totals {
    /// No receipt covers them yet.
    pub waiting: u64,
    /// They owe something.
    pub owing: u64,
    /// A receipt that this phone verified covers them.
    pub safe: u64,
    /// Their journals could not be read.
    pub unreadable: u64,
}

impl Totals {
    fn of(tallies: &[Tally]) -> Totals {
        let mut totals = Totals::default();
        for Tally { state, records, owing } in tallies {
            match state {
                RecordState::Stored => totals.safe += records,
                _ => totals.waiting += records,
            }
            if *state == RecordState::Unreadable {
                totals.unreadable += records;
            }
            totals.owing += owing;
        }
        totals
    }
}

#[uniffi::export]
impl Core {
    /// Everything on the home screen. `network` is how the phone is connected now.
    pub fn home(&self, network: Network) -> Result<Home, CoreError> {
        let standpoint = self.standpoint(network)?;
        let running = self.running_record();
        let (unended, urgent, tallies) =
            self.ask_index(|index| Ok((index.unended(SHOWN)?, index.urgent(SHOWN)?, index.tallies()?)))?;
        let listed = |all: Vec<quanji_store::ListedRecord>| {
            all.into_iter().map(|one| standpoint.listed(one)).collect::<Vec<_>>()
        };
        let mut unended = listed(unended);
        unended.retain(|one| Some(&one.record) != running.as_ref());
        Ok(Home {
            is_practice: self.is_practice(),
            agency: self.agency(),
            hold: standpoint.hold,
            running,
            unended,
            urgent: listed(urgent),
            totals: Totals::of(&tallies),
        })
    }

    /// Records that the agency holds, newest first: those before the one that was shown last, or the first page.
    pub fn archive(&self, after: Option<String>) -> Result<Vec<ListedRecord>, CoreError> {
        let standpoint = self.standpoint(Network::Free)?;
        let after = after.map(|record| record_id(&record)).transpose()?;
        let all = self.ask_index(|index| {
            let after = after.map(|record| index.record(quanji_store::RecordId(*record.as_bytes()))).transpose()?;
            let before = after.flatten().map(|row| (row.opened_at_us, row.record));
            index.stored(before, PAGE)
        })?;
        Ok(all.into_iter().map(|one| standpoint.listed(one)).collect())
    }
}

impl Core {
    pub(crate) fn standpoint(&self, network: Network) -> Result<Standpoint, CoreError> {
        let hold = self.ask_index(|index: &mut Index| index.upload_hold())?;
        Ok(Standpoint {
            network,
            is_enrolled: self.link.trust().is_some(),
            hold: hold.map(|hold| Waits::parse(&hold.reason).unwrap_or(Waits::ProgramsDiffer)),
            in_force: self.recorder.in_force(),
        })
    }
}
