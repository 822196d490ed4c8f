//! Receipts that came back on a disk or stick from the designated storage (第十七条).

use quanji_upload::{Brought, Came, HolderFault, NotBrought, bring};
use thiserror::Error;

use crate::phone_core::Core;

/// What came of the receipts of one record.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct BroughtReceipts {
    pub record: String,
    pub came: ReceiptsCame,
}

/// What came of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ReceiptsCame {
    /// Verified and kept; what they cover was freed.
    Taken { receipts: u64, files: u64, freed_bytes: u64 },
    /// All of them were on the phone already; what they cover and was still here was freed.
    Known { files: u64, freed_bytes: u64 },
    /// Signed by no key that the phone can prove, of another head, or not covering the seal: nothing was freed.
    NotValid,
    /// No such record is on this phone.
    NotHere,
}

/// Why a text of receipts was not taken at all. Nothing is lost or freed by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, uniffi::Error)]
pub enum BringError {
    /// In practice there are no receipts.
    #[error("this is practice")]
    Practice,
    #[error("this phone is not enrolled")]
    NotEnrolled,
    /// Counted from 1.
    #[error("line {line} is no receipt")]
    NoReceipt { line: u64 },
    /// The keys beside them go on from the agency's, and do not prove themselves.
    #[error("the keys beside them do not prove themselves")]
    NotTheAgencys,
    /// The one writer is at the scene.
    #[error("a record is running")]
    Recording,
    /// They could not be kept, or the space not be freed; asked again, it goes on.
    #[error("the phone could not do its part")]
    Failed,
}

impl From<NotBrought> for BringError {
    fn from(fault: NotBrought) -> Self {
        match fault {
            NotBrought::Form { line } => BringError::NoReceipt { line: line as u64 },
            NotBrought::Holder(HolderFault::Recording) => BringError::Recording,
            NotBrought::Holder(
                HolderFault::NoIndex
                | HolderFault::Index { .. }
                | HolderFault::Purge { .. }
                | HolderFault::Read { .. }
                | HolderFault::Writer { .. },
            ) => BringError::Failed,
        }
    }
}

#[uniffi::export]
impl Core {
    /// Proves receipts, one a line (`BUNDLE.receipts`), keeps those that hold and frees what they cover. `keyset` is what lay beside them
    /// (`BUNDLE.keyset`): a dock's keys may be newer than the phone's last word with the agency.
    pub fn bring_receipts(
        &self,
        receipts: Vec<u8>,
        keyset: Option<Vec<u8>>,
    ) -> Result<Vec<BroughtReceipts>, BringError> {
        if self.is_practice() {
            return Err(BringError::Practice);
        }
        let trust = self.link.trust().ok_or(BringError::NotEnrolled)?;
        let keys = trust.keyset_with(keyset.as_deref()).map_err(|_| BringError::NotTheAgencys)?;
        // Before anything is freed by them: otherwise a page could not say on which receipt it was.
        if let Some(keyset) = keyset.filter(|_| keys != *trust.keyset()) {
            self.link.keep_beside(keyset).map_err(|_| BringError::Failed)?;
        }
        let brought = bring(&*self.recorder, &keys, &receipts)?;
        Ok(brought.into_iter().map(BroughtReceipts::from).collect())
    }
}

impl From<Brought> for BroughtReceipts {
    fn from(Brought { record, came }: Brought) -> Self {
        let came = match came {
            Came::Taken { receipts, files, freed_bytes } => {
                ReceiptsCame::Taken { receipts: receipts as u64, files: files as u64, freed_bytes }
            }
            Came::Known { files, freed_bytes } => ReceiptsCame::Known { files: files as u64, freed_bytes },
            Came::NotValid => ReceiptsCame::NotValid,
            Came::NotHere => ReceiptsCame::NotHere,
        };
        BroughtReceipts { record: record.to_string(), came }
    }
}
