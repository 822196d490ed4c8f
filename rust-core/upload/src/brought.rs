//! Receipts that came on a disk: of a dock that took in a bundle while the phone had no way to it (第十七条, designated storage).

use quanji_evidence::id::RecordId;
use quanji_evidence::keyset::Keyset;
use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine};
use quanji_evidence::receipt::Receipt;
use quanji_store::{Identity, Settled, UploadKind, UploadState};
use serde::Deserialize;

use crate::ports::{Holder, HolderFault};
use crate::purge::{free, judge};
use crate::receipt::{kept, with};

/// What came of the receipts of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    pub record: RecordId,
    pub came: Came,
}

/// What came of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// Kept; what they cover was freed.
    Taken { receipts: usize, files: usize, freed_bytes: u64 },
    /// All of them are on the phone already; what they cover and is still here was freed.
    Known { files: usize, freed_bytes: u64 },
    /// Signed by no key that the phone knows, of another head, or not covering the seal: nothing was freed.
    NotValid,
    /// No such record is on this phone.
    NotHere,
}

/// Why a text of receipts was not read at all.
#[derive(Debug, thiserror::Error)]
pub enum NotBrought {
    /// Counted from 1.
    #[error("line {line} is no receipt")]
    Form { line: usize },
    #[error(transparent)]
    Holder(#[from] HolderFault),
}

/// Proves receipts, one a line, keeps the valid ones and frees what they cover. Lines and private values go to the agency all the same;
/// a file that is in the dock's hands need not.
pub fn bring(holder: &dyn Holder, keyset: &Keyset, text: &[u8]) -> Result<Vec<Brought>, NotBrought> {
    let mut of_records: Vec<(RecordId, Vec<u8>)> = Vec::new();
    for (number, line) in text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let record = record_of(line).ok_or(NotBrought::Form { line: number + 1 })?;
        match of_records.iter_mut().find(|(known, _)| *known == record) {
            Some((_, lines)) => lines.extend_from_slice(line),
            None => of_records.push((record, line.to_vec())),
        }
    }
    let of_record = |(record, new): (RecordId, Vec<u8>)| {
        bring_to(holder, keyset, record, &new).map(|came| Brought { record, came })
    };
    Ok(of_records.into_iter().map(of_record).collect::<Result<_, _>>()?)
}

fn record_of(line: &[u8]) -> Option<RecordId> {
    let line = SignedLine::parse(line, LINE_LIMIT_BYTES).ok()?;
    Some(Receipt::deserialize(line.value).ok()?.record)
}

fn bring_to(holder: &dyn Holder, keyset: &Keyset, record: RecordId, text: &[u8]) -> Result<Came, HolderFault> {
    let vault = holder.vault();
    let in_vault = quanji_store::RecordId(*record.as_bytes());
    let Ok(lines) = vault.lines(Identity::journal(in_vault)) else { return Ok(Came::NotHere) };
    let kept = kept(&vault, record);
    let is_kept = |line: &[u8]| kept.split_inclusive(|byte| *byte == b'\n').any(|held| held == line);
    let further: Vec<u8> =
        text.split_inclusive(|byte| *byte == b'\n').filter(|line| !is_kept(line)).flatten().copied().collect();
    let judged = judge(record, &lines, (&kept, &further), keyset, &holder.calendar());
    let new: Vec<&[u8]> = judged.valid.iter().map(|(line, _)| line.as_slice()).filter(|line| !is_kept(line)).collect();
    if judged.valid.is_empty() || (new.is_empty() && !further.is_empty()) {
        return Ok(Came::NotValid);
    }
    for line in &new {
        holder.keep_receipt(record, line)?;
    }
    // What was read back at the dock: freed here, it could not go to the agency any more, and need not.
    with(holder, |index| {
        for row in index.uploads_of(in_vault)? {
            let is_file = matches!(row.kind, UploadKind::File | UploadKind::Init | UploadKind::Segment);
            if is_file && row.state != UploadState::Done {
                index.settle_upload(&row, &Settled::Done { size_bytes: row.size_bytes })?;
            }
        }
        Ok(())
    })?;
    let freed = free(holder, &vault, record, &judged)?;
    let (files, freed_bytes) = freed.map_or((0, 0), |purged| (purged.removed.len(), purged.freed_bytes));
    Ok(match new.len() {
        0 => Came::Known { files, freed_bytes },
        receipts => Came::Taken { receipts, files, freed_bytes },
    })
}
