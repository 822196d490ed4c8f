//! The one place where a recorder writes: the vault's writer, and what every record needs from the phone.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use quanji_evidence::id::RecordId;
use quanji_store::{FileKind, Vault, Writer};

use crate::fault::RecorderFault;
use crate::in_force::Newest;
use crate::ports::Ports;
use crate::record_writer::RecordWriter;

/// The vault, its one writer, and the ports.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) vault: Vault,
    pub(crate) writer: Writer,
    pub(crate) ports: Ports,
    /// Where the hardware is asked to vouch; `None` without one.
    pub(crate) wishes: Option<SyncSender<RecordId>>,
    pub(crate) in_force: Arc<Newest>,
    /// The record of a statement that stands alone, whose group was lost: the next such statement becomes it, and not a second one.
    pub(crate) unwritten: Option<Box<RecordWriter>>,
}

impl Desk {
    pub(crate) fn draw<const N: usize>(&self) -> Result<[u8; N], RecorderFault> {
        let mut bytes = [0; N];
        self.ports.chance.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// There may be something in this record to vouch for.
    pub(crate) fn wish(&self, record: RecordId) {
        if let Some(wishes) = &self.wishes {
            // Where a chip lets this many wait, the next start asks again. Without the thread nothing is vouched for.
            let _ = wishes.try_send(record);
        }
    }
}

/// The vault numbers takes in the low bits. Above them stands which attempt at the take it was: a crash between a take's bytes and its
/// line leaves files that no line names, and the next take, of the same number in the journal, needs others.
const ATTEMPT_BITS: u32 = 24;

/// The vault's number of a take that a line names: its last attempt, for none was begun once there was a line.
pub(crate) fn take_in_vault(vault: &Vault, record: RecordId, take: u32) -> u32 {
    attempts(vault, record, take).max().unwrap_or(take)
}

/// A number for the files of a take that no line names yet.
pub(crate) fn new_take_in_vault(vault: &Vault, record: RecordId, take: u32) -> u32 {
    // After 255 crashes at one take the number is taken, and the vault says so.
    attempts(vault, record, take).max().map_or(take, |last| last.saturating_add(1 << ATTEMPT_BITS))
}

/// The journal's number of a take of the vault.
pub(crate) fn take_in_journal(take: u32) -> u32 {
    take & ((1 << ATTEMPT_BITS) - 1)
}

fn attempts(vault: &Vault, record: RecordId, take: u32) -> impl Iterator<Item = u32> {
    let files = vault.contents_of(in_vault(record)).into_iter().map(|content| content.identity);
    files
        .filter(move |file| matches!(file.kind, FileKind::Init | FileKind::Segment))
        .filter(move |file| take_in_journal(file.take) == take)
        .map(|file| file.take)
}

/// The vault's name for a record.
pub(crate) fn in_vault(record: RecordId) -> quanji_store::RecordId {
    quanji_store::RecordId(*record.as_bytes())
}

/// The record that the vault means.
pub(crate) fn from_vault(record: quanji_store::RecordId) -> RecordId {
    RecordId::from_bytes(record.0)
}
