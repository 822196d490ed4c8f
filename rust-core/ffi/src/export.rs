//! What no receipt covers, as one bundle on a disk or stick, for the designated storage (第十七条).

use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};

use quanji_evidence::manifest::Purpose;
use quanji_recorder::ExportFault;
use thiserror::Error;

use crate::phone_core::Core;

/// A file outside the vault, as the system gave it to the shell: written from its start, some places of it once more.
#[uniffi::export(with_foreign)]
pub trait BundleOut: Send + Sync {
    /// Writes all of it where the file stands.
    fn write(&self, bytes: Vec<u8>) -> Result<(), OutError>;
    fn seek(&self, to_bytes: u64) -> Result<(), OutError>;
    /// All that was written is on the medium when this returns.
    fn sync(&self) -> Result<(), OutError>;
    /// So much of what goes into the bundle was read; not on the main thread.
    fn told(&self, done_bytes: u64, total_bytes: u64) -> Result<(), OutError>;
}

/// Why a file outside takes nothing more. What is there of it then is no bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, uniffi::Error)]
pub enum OutError {
    #[error("the medium is full")]
    Full,
    /// Larger than a file of this medium may be: FAT knows 4 GiB.
    #[error("too large for a file of this medium")]
    TooLarge,
    /// Pulled out, or it failed.
    #[error("the medium is gone")]
    Gone,
    /// Whoever asked does not want it any more.
    #[error("it was stopped")]
    Stopped,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for OutError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        OutError::Gone
    }
}

/// Why there is no bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, uniffi::Error)]
pub enum ExportError {
    /// In practice nothing is handed over.
    #[error("this is practice")]
    Practice,
    #[error("a receipt covers everything")]
    NothingWaits,
    #[error("the file outside failed: {why:?}")]
    Out { why: OutError },
    /// The vault could not be read.
    #[error("the vault could not be read")]
    Read,
    #[error("a defect of this program")]
    Bug,
}

/// What stands in a bundle.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ExportedBundle {
    pub records: Vec<String>,
    pub bytes: u64,
    /// No receipt covers these either; their journals cannot be read, and they are not in it.
    pub unreadable: Vec<String>,
}

#[uniffi::export]
impl Core {
    /// Writes a bundle of every record that no receipt covers, but the one that runs. Nothing is freed by it: that takes receipts, which
    /// `bring_receipts` reads. Blocks for as long as the medium takes; a running record is not held up.
    pub fn export_waiting(&self, out: Arc<dyn BundleOut>) -> Result<ExportedBundle, ExportError> {
        if self.is_practice() {
            return Err(ExportError::Practice);
        }
        let waiting = self.recorder.without_receipt().ok_or(ExportError::Bug)?;
        if waiting.records.is_empty() {
            return Err(ExportError::NothingWaits);
        }
        let fault = Arc::new(Mutex::new(None));
        let medium = Medium { out: Arc::clone(&out), at: 0, end: 0, fault: Arc::clone(&fault) };
        let buffered = BufWriter::with_capacity(PIECE_BYTES, medium);
        // What a screen makes of it decides nothing.
        let mut told = |so_far: quanji_recorder::Exported| _ = out.told(so_far.done_bytes, so_far.total_bytes);
        let exported = self.recorder.export(&waiting.records, Purpose::Backup, buffered, &mut told);
        let failed = || *fault.lock().unwrap_or_else(PoisonError::into_inner);
        let why = |otherwise| failed().map_or(otherwise, |why| ExportError::Out { why });
        let written = match exported {
            Ok(buffered) => buffered.into_inner().map_err(|_| why(ExportError::Bug))?,
            Err(ExportFault::Write(_)) => return Err(why(ExportError::Read)),
            Err(ExportFault::Read(_)) => return Err(ExportError::Read),
            Err(ExportFault::NoSuchRecord { .. }) => return Err(ExportError::Bug),
        };
        out.sync().map_err(|why| ExportError::Out { why })?;
        let texts = |records: Vec<quanji_evidence::id::RecordId>| records.iter().map(ToString::to_string).collect();
        Ok(ExportedBundle {
            records: texts(waiting.records),
            bytes: written.end,
            unreadable: texts(waiting.unreadable),
        })
    }
}

/// A crossing for each of these.
const PIECE_BYTES: usize = 1 << 20;

/// The shell's file as a writer. Its first fault is kept, and nothing is asked of it after that.
struct Medium {
    out: Arc<dyn BundleOut>,
    at: u64,
    end: u64,
    fault: Arc<Mutex<Option<OutError>>>,
}

impl Medium {
    fn ask(&self, ask: impl FnOnce(&dyn BundleOut) -> Result<(), OutError>) -> io::Result<()> {
        let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        if fault.is_none() {
            *fault = ask(&*self.out).err();
        }
        fault.map_or(Ok(()), |why| Err(io::Error::other(why)))
    }
}

impl Write for Medium {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.ask(|out| out.write(bytes.to_vec()))?;
        self.at += bytes.len() as u64;
        self.end = self.end.max(self.at);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Medium {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(to) => Some(to),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.end.checked_add_signed(by),
        };
        let to = to.ok_or(io::ErrorKind::InvalidInput)?;
        // A medium that failed has no place either: whoever clears up behind the fault must not reckon with one.
        self.ask(|out| if to == self.at { Ok(()) } else { out.seek(to) })?;
        self.at = to;
        Ok(to)
    }
}
