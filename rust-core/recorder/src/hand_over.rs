//! What the uploader needs of the phone: the vault to read, the queue, and the one writer for receipts and the purge.

use std::sync::Arc;

use quanji_evidence::Digest;
use quanji_evidence::document::Document;
use quanji_evidence::id::RecordId;
use quanji_evidence::keyset::Keyset;
use quanji_rules::Calendar;
use quanji_store::{FileKind, Identity, Index, PurgeWarrant, Purged, RecordState, Vault};
use quanji_upload::{Capture, Holder, HolderFault, NewlyHeld};

use crate::desk::{from_vault, in_vault};
use crate::fault::RecorderFault;
use crate::recorder::Recorder;

impl Holder for Recorder {
    fn vault(&self) -> Vault {
        self.vault_handle()
    }

    fn with_index(&self, act: &mut dyn FnMut(&mut Index)) -> Result<(), HolderFault> {
        self.index_do(act).ok_or(HolderFault::NoIndex)
    }

    fn catch_up(&self) -> Result<Capture, HolderFault> {
        self.follow()
    }

    fn keep_receipt(&self, record: RecordId, line: &[u8]) -> Result<(), HolderFault> {
        self.at_idle_desk(record, |desk| {
            let number = desk.vault.next_number(in_vault(record), FileKind::Receipt, 0);
            let identity = Identity::receipt(in_vault(record), number);
            desk.writer.create(identity)?;
            desk.writer.append_media(identity, line)?;
            desk.writer.finish(identity)?;
            let _ = desk.writer.commit()?;
            Ok(())
        })
        .map_err(not_done)
    }

    fn purge(&self, record: RecordId, warrant: &PurgeWarrant) -> Result<Purged, HolderFault> {
        let mut outcome = None;
        self.at_idle_desk(record, |desk| {
            outcome = Some(desk.writer.purge(warrant));
            Ok(())
        })
        .map_err(not_done)?;
        match outcome {
            Some(purged) => purged.map_err(|source| HolderFault::Purge { source }),
            None => Err(HolderFault::NoIndex),
        }
    }

    fn refresh(&self, record: RecordId) {
        self.refresh_rows(record);
    }

    fn calendar(&self) -> Arc<Calendar> {
        Recorder::calendar(self)
    }

    fn lacks(&self, documents: &[Digest]) -> Vec<Digest> {
        let in_force = self.in_force();
        documents.iter().filter(|document| !in_force.holds(document)).cloned().collect()
    }

    fn keep_document(&self, document: &Document, keyset: &Keyset) -> Result<NewlyHeld, HolderFault> {
        let in_force = self.in_force();
        if in_force.holds(&document.digest()) {
            return Ok(NewlyHeld::Kept { deadlines_moved: 0 });
        }
        if in_force.has_number_of(document) {
            return Ok(NewlyHeld::NumberTaken);
        }
        if !in_force.makes_sense(document) {
            return Ok(NewlyHeld::MakesNoSense);
        }
        let deadlines_moved = self.keep_issued(document, keyset).map_err(not_done)?;
        Ok(NewlyHeld::Kept { deadlines_moved })
    }

    fn unsent_checks(&self) -> Vec<Vec<u8>> {
        self.unsent_shift_checks()
    }

    fn checks_sent(&self, sent: &[Vec<u8>]) -> Result<(), HolderFault> {
        self.shift_checks_sent(sent).map_err(not_done)
    }

    fn asks_for_news(&self, now_us: i64) -> bool {
        Recorder::asks_for_news(self, now_us)
    }

    fn asked_for_news(&self, now_us: i64) {
        Recorder::asked_for_news(self, now_us);
    }
}

/// Records that no receipt covers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WithoutReceipt {
    /// Most urgent first.
    pub records: Vec<RecordId>,
    /// Their journals cannot be read: no bundle can hold them.
    pub unreadable: Vec<RecordId>,
}

impl Recorder {
    /// All records that no receipt covers, but the one that runs; `None` without an index.
    pub fn without_receipt(&self) -> Option<WithoutReceipt> {
        let running = self.running().map(|recording| recording.record());
        let mut listed = Vec::new();
        let mut look = |index: &mut Index| listed.push(index.urgent(u32::MAX));
        self.index_do(&mut look)?;
        let mut found = WithoutReceipt::default();
        for one in listed.pop()?.ok()? {
            let record = from_vault(one.row.record);
            match one.row.state {
                _ if Some(record) == running => {}
                RecordState::Unreadable => found.unreadable.push(record),
                RecordState::Recording
                | RecordState::Interrupted
                | RecordState::Ended
                | RecordState::Sealed
                | RecordState::Stored => found.records.push(record),
            }
        }
        Some(found)
    }
}

fn not_done(fault: RecorderFault) -> HolderFault {
    match fault {
        RecorderFault::Busy => HolderFault::Recording,
        fault => HolderFault::from_source(&fault),
    }
}
