//! One attempt: what a row asks to be sent, and what that came to. Nothing here decides what comes next.

use quanji_evidence::id::RecordId;
use quanji_store::{Identity, Settled, UploadKind, UploadRow};

use super::{Outcome, Run, Told, Until, record_of};
use crate::file::{FileSent, send_file};
use crate::lines::{LinesSent, Stretch, Unsent, send_lines, send_private};
use crate::ports::{HolderFault, Pass};
use crate::purge::{Judged, free, judge};
use crate::reason::Waits;
use crate::receipt::{kept, learn};

/// How long a receipt is waited for in one request.
const RECEIPT_WAIT_S: u32 = 5;

impl Run<'_> {
    fn journal(&self, row: &UploadRow) -> Option<Vec<u8>> {
        self.vault.lines(Identity::journal(row.record)).ok()
    }

    pub(super) async fn lines(&mut self, row: &UploadRow, pass: &Pass) -> Result<Outcome, HolderFault> {
        if row.kind == UploadKind::Opened {
            return self.opened(row, pass).await;
        }
        let mut unsent = match self.unsent.take() {
            Some(unsent) if unsent.reaches(row.record, row.stored_bytes) => unsent,
            _ => Unsent::of(self.vault.clone(), row.record),
        };
        let (agency, record) = (&self.worker.agency, record_of(row));
        let Ok(stretch) = unsent.behind(row.stored_bytes) else { return Ok(held(Waits::FileDamaged)) };
        let sent = send_lines(agency, &pass.token, record, stretch, row.size_bytes).await;
        let outcome = match sent {
            Ok(LinesSent::Held { bytes }) => {
                (self.told)(Told::Sent { bytes: bytes.saturating_sub(row.stored_bytes) });
                Outcome::Settled(Settled::Done { size_bytes: bytes })
            }
            Ok(LinesSent::Contradict) => held(Waits::LinesContradict),
            // It lost what it held: everything again.
            Ok(LinesSent::FurtherBack) => Outcome::Settled(Settled::Further { stored_bytes: 0 }),
            Err(fault) => Outcome::Fault(fault),
        };
        self.unsent = Some(unsent);
        Ok(outcome)
    }

    async fn opened(&mut self, row: &UploadRow, pass: &Pass) -> Result<Outcome, HolderFault> {
        let Some(lines) = self.journal(row) else { return Ok(held(Waits::FileDamaged)) };
        let (agency, record) = (&self.worker.agency, record_of(row));
        let bytes = match send_lines(agency, &pass.token, record, Stretch::whole(&lines), row.size_bytes).await {
            Ok(LinesSent::Held { bytes }) => bytes,
            Ok(LinesSent::Contradict | LinesSent::FurtherBack) => return Ok(held(Waits::LinesContradict)),
            Err(fault) => return Ok(Outcome::Fault(fault)),
        };
        (self.told)(Told::Sent { bytes: row.size_bytes });
        if bytes > row.size_bytes {
            // More is held than this queue knows of: the index is newer than the upload.
            match agency.standing(&pass.token, record).await {
                Ok(standing) => _ = learn(&*self.worker.holder, record, &lines, &standing)?,
                Err(fault) => return Ok(Outcome::Fault(fault)),
            }
        }
        Ok(Outcome::Settled(Settled::Done { size_bytes: bytes }))
    }

    pub(super) async fn private(&mut self, row: &UploadRow, pass: &Pass) -> Outcome {
        // The values first: a line that names one of them is never read too early.
        let values = self.vault.lines(Identity::private(row.record)).ok();
        let (Some(values), Some(lines)) = (values, self.journal(row)) else { return held(Waits::FileDamaged) };
        let part = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX).min(values.len());
        let new = &values[part(row.stored_bytes)..part(row.size_bytes)];
        match send_private(&self.worker.agency, &pass.token, record_of(row), &lines, new).await {
            Ok(bytes) => {
                (self.told)(Told::Sent { bytes });
                Outcome::Settled(Settled::Done { size_bytes: row.size_bytes })
            }
            Err(fault) => Outcome::Fault(fault),
        }
    }

    pub(super) async fn file(&mut self, row: &UploadRow, pass: &Pass) -> Outcome {
        let told = &mut *self.told;
        let mut sent = |bytes| told(Told::Sent { bytes });
        match send_file(&self.worker.agency, &pass.token, &self.vault, row, &mut sent).await {
            Ok(FileSent::Whole) => Outcome::Settled(Settled::Done { size_bytes: row.size_bytes }),
            Ok(FileSent::Damaged) => held(Waits::FileDamaged),
            Ok(FileSent::Lost) => held(Waits::FileLost),
            Err(fault) => Outcome::Fault(fault),
        }
    }

    pub(super) async fn receipt(&mut self, row: &UploadRow, pass: &Pass) -> Result<Outcome, HolderFault> {
        let Some(lines) = self.journal(row) else { return Ok(held(Waits::FileDamaged)) };
        let (agency, record) = (&self.worker.agency, record_of(row));
        let (kept, calendar) = (kept(&self.vault, record), self.worker.holder.calendar());
        // A crash between keeping and purging: what is kept is enough.
        let mut judged = judge(record, &lines, (&kept, &[]), &pass.keyset, &calendar);
        if covered_bytes(&judged, &lines) < row.size_bytes {
            let from = judged.valid.last().map_or(0, |(_, receipt)| receipt.number + 1);
            let wait_s = if matches!(self.until, Until::Receipts { .. }) { RECEIPT_WAIT_S } else { 0 };
            let new = match agency.receipts(&pass.token, record, from, wait_s).await {
                Ok(new) => new,
                Err(fault) => return Ok(Outcome::Fault(fault)),
            };
            if new.is_empty() && judged.valid.is_empty() {
                return match agency.standing(&pass.token, record).await {
                    Ok(standing) => {
                        learn(&*self.worker.holder, record, &lines, &standing)?;
                        let total = lines.iter().filter(|byte| **byte == b'\n').count() as u64;
                        let is_complete =
                            standing.next >= total && standing.missing.is_empty() && standing.private_missing == 0;
                        // That all is there is the agency's word, and no other is passed on.
                        let waits = if is_complete { Waits::ReceiptPending } else { Waits::RecordIncomplete };
                        Ok(Outcome::Settled(self.later_settled(row.attempts, waits, 0)))
                    }
                    Err(fault) => Ok(Outcome::Fault(fault)),
                };
            }
            let known = judged.valid.len();
            judged = judge(record, &lines, (&kept, &new), &pass.keyset, &calendar);
            if judged.valid.is_empty() || (judged.valid.len() == known && !new.is_empty()) {
                return Ok(held(Waits::ReceiptNotValid));
            }
            for (line, receipt) in &judged.valid[known..] {
                if let Err(fault) = self.worker.holder.keep_receipt(record, line) {
                    return self.not_freed(row, fault);
                }
                (self.told)(Told::Receipt { record, number: receipt.number });
            }
        }
        if let Err(fault) = self.purge(record, &judged) {
            return self.not_freed(row, fault);
        }
        let covered = covered_bytes(&judged, &lines);
        if covered < row.size_bytes {
            return Ok(Outcome::Settled(self.later_settled(row.attempts, Waits::ReceiptPending, 0)));
        }
        Ok(Outcome::Settled(Settled::Done { size_bytes: covered }))
    }

    /// Frees what a valid receipt that covers the seal covers.
    fn purge(&mut self, record: RecordId, judged: &Judged) -> Result<(), HolderFault> {
        if let Some(purged) = free(&*self.worker.holder, &self.vault, record, judged)? {
            let (files, freed_bytes) = (purged.removed.len(), purged.freed_bytes);
            (self.told)(Told::Purged { record, files, freed_bytes });
        }
        Ok(())
    }

    /// The receipt holds, and the phone could not do its part: that is later, and no other thing waits for it.
    fn not_freed(&self, row: &UploadRow, fault: HolderFault) -> Result<Outcome, HolderFault> {
        let waits = match fault {
            HolderFault::Recording => Waits::Recording,
            HolderFault::Purge { .. } | HolderFault::Writer { .. } => Waits::PurgeFailed,
            fault @ (HolderFault::NoIndex | HolderFault::Index { .. } | HolderFault::Read { .. }) => return Err(fault),
        };
        Ok(Outcome::Settled(self.later_settled(row.attempts, waits, 0)))
    }
}

fn held(waits: Waits) -> Outcome {
    Outcome::Settled(Settled::Held { reason: waits.word().to_owned() })
}

fn covered_bytes(judged: &Judged, lines: &[u8]) -> u64 {
    let covered = usize::try_from(judged.covered_lines).unwrap_or(usize::MAX);
    lines.split_inclusive(|byte| *byte == b'\n').take(covered).map(|line| line.len() as u64).sum()
}
