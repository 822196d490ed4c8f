//! Vault and index together: what the program opens at its start.

use std::path::Path;

use crate::identity::{Identity, RecordId};
use crate::index::{
    Beside, Index, IndexError, IndexState, RecordEntry, RecordRow, RecordState, SegmentRow, Term, Wanted,
};
use crate::recovery::Recovery;
use crate::vault::{ContentLength, LockedFolder, OpenError, Ports, Vault};

/// Makes a record's rows from its journal: a pure function of what the vault holds, given by the caller, since the store
/// does not know what a line says.
pub trait Summarise {
    /// `lines` is the plain journal; `contents` the record's files with their lengths. `None` if the journal makes no sense:
    /// the record is then shown as unreadable.
    fn summarise(&self, record: RecordId, lines: &[u8], contents: &[ContentLength]) -> Option<Summary>;
}

impl<S: Summarise + ?Sized> Summarise for &S {
    fn summarise(&self, record: RecordId, lines: &[u8], contents: &[ContentLength]) -> Option<Summary> {
        (**self).summarise(record, lines, contents)
    }
}

/// The rows of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub record: RecordRow,
    pub segments: Vec<SegmentRow>,
    /// What of it is to reach the agency.
    pub uploads: Vec<Wanted>,
    /// Why nothing of it goes, in the uploader's word.
    pub barred: Option<&'static str>,
}

/// How an opening went: what was found in the vault, and how the index was.
#[derive(Debug)]
pub struct Opening {
    pub recovery: Recovery,
    pub index: IndexState,
    /// Records whose rows were made anew: those touched by the recovery, or all.
    pub summarised: usize,
    /// What kept the rows from being written, if anything did. The vault is not affected.
    pub index_error: Option<IndexError>,
}

/// How far a long opening has come, in records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub done: usize,
    pub of: usize,
}

/// An open vault with its index.
#[derive(Debug)]
pub struct Store {
    pub vault: Vault,
    pub index: Index,
}

/// Records that are written to the index in one transaction.
const BATCH: usize = 1_000;

impl Store {
    /// Opens the vault with what the index remembers, and brings the index up to date.
    ///
    /// `index_folder` may be the vault's own. A lost or damaged index is rebuilt from the vault; nothing about it keeps the
    /// vault from opening.
    pub fn open(
        ports: Ports,
        index_folder: &Path,
        summarise: &dyn Summarise,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(Store, Opening), OpenError> {
        let (store, _, opening) = Store::open_with(ports, index_folder, |_| summarise, progress)?;
        Ok((store, opening))
    }

    /// As [`Store::open`], where rows also follow from what the vault holds besides records.
    pub fn open_with<S: Summarise>(
        ports: Ports,
        index_folder: &Path,
        make: impl FnOnce(&Vault) -> S,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(Store, S, Opening), OpenError> {
        let folder = LockedFolder::lock(ports)?;
        let (mut index, state) = Index::open(index_folder).map_err(|source| OpenError::Index { source })?;
        let known = index.take_known();
        let is_index_empty = known.files.is_empty();
        let (vault, recovery) = folder.recover(&known)?;
        let summarise = make(&vault);
        let mut store = Store { vault, index };
        // What schemas 3 to 7 keep of a record is made from its journal; an older index has none of it.
        let are_all_new = is_index_empty || store.index.has_rows_of_before_7().unwrap_or(true);
        let records = if are_all_new {
            store.vault.records()
        } else {
            let mut touched = recovery.touched();
            touched.remove(&RecordId::DEVICE);
            touched.into_iter().collect()
        };
        let summarised = records.len();
        let mut made = store.summarise_all(&records, &summarise, progress);
        if are_all_new && made.is_ok() {
            // Cut off before this, the next opening makes them again.
            made = store.index.set_rows_made_anew();
        }
        let index_error = made.err();
        Ok((store, summarise, Opening { recovery, index: state, summarised, index_error }))
    }

    /// Makes the rows of one record anew, after its journal has grown. Not on the path of a commit.
    pub fn refresh(&mut self, record: RecordId, summarise: &dyn Summarise) -> Result<(), IndexError> {
        if record == RecordId::DEVICE {
            return self.index.put_files(record, &self.vault.known_of(record));
        }
        self.index.put([self.entry(record, summarise)])
    }

    fn summarise_all(
        &mut self,
        records: &[RecordId],
        summarise: &dyn Summarise,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<(), IndexError> {
        let mut done = 0;
        for batch in records.chunks(BATCH) {
            let (never_were, others): (Vec<_>, Vec<_>) =
                batch.iter().copied().partition(|record| self.vault.never_was(*record));
            // Known, so that the next opening does not find them anew; and no row, since nothing of them was ever acknowledged.
            for record in never_were {
                self.index.put_files(record, &self.vault.known_of(record))?;
            }
            let entries: Vec<_> = others.into_iter().map(|record| self.entry(record, summarise)).collect();
            self.index.put(entries)?;
            done += batch.len();
            progress(Progress { done, of: records.len() });
        }
        self.index.put_files(RecordId::DEVICE, &self.vault.known_of(RecordId::DEVICE))
    }

    fn entry(&self, record: RecordId, summarise: &dyn Summarise) -> RecordEntry {
        let files = self.vault.known_of(record);
        let contents = self.vault.contents_of(record);
        let lines = self.vault.lines(Identity::journal(record)).ok();
        let summary = lines.and_then(|lines| summarise.summarise(record, &lines, &contents));
        let Summary { record, segments, uploads, barred } = summary.unwrap_or(Summary {
            record: RecordRow {
                record,
                state: RecordState::Unreadable,
                opened_at_us: 0,
                ended_at_us: None,
                owed_count: 0,
                deadline_us: None,
                term: Term::None,
                beside: Beside::default(),
                activity: None,
            },
            segments: Vec::new(),
            uploads: Vec::new(),
            barred: None,
        });
        RecordEntry { record, segments, uploads, barred, files }
    }
}
