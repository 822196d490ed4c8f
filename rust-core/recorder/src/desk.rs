//! The one place where a recorder writes: the vault's writer, and what every record needs from the phone.

use quanji_evidence::id::RecordId;
use quanji_store::{Vault, Writer};

use crate::fault::RecorderFault;
use crate::ports::Ports;

/// The vault, its one writer, and the ports.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) vault: Vault,
    pub(crate) writer: Writer,
    pub(crate) ports: Ports,
}

impl Desk {
    pub(crate) fn draw<const N: usize>(&self) -> Result<[u8; N], RecorderFault> {
        let mut bytes = [0; N];
        self.ports.chance.fill(&mut bytes)?;
        Ok(bytes)
    }
}

/// The vault's name for a record.
pub(crate) fn in_vault(record: RecordId) -> quanji_store::RecordId {
    quanji_store::RecordId(*record.as_bytes())
}

/// The record that the vault means.
pub(crate) fn from_vault(record: quanji_store::RecordId) -> RecordId {
    RecordId::from_bytes(record.0)
}
