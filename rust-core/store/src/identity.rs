//! What a sealed file is. Stands sealed in its first chunk, so that random file names can be mapped back.

use std::fmt;

/// A record's id (记录): 16 bytes chosen by the recorder.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId(pub [u8; 16]);

impl RecordId {
    /// Stands for "no record": the owner of the device's own files.
    pub const DEVICE: RecordId = RecordId([0; 16]);
}

impl fmt::Debug for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record-")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum FileKind {
    /// The record's signed lines. Written after everything they may name.
    Journal = 1,
    /// Lines of the device itself, of no record: ledger, key set, what was heard from the agency.
    Device = 2,
    /// Private values of a record (`private.jsonl`), written before the lines that hold their digests.
    Private = 3,
    /// A segment of a take.
    Segment = 4,
    /// The init segment of a take.
    Init = 5,
    Photo = 6,
    Document = 7,
    /// A receipt (回执) as the agency sent it.
    Receipt = 8,
    /// A document that the agency issued (放假通知, 目录), as it came; the device's own, of no record.
    Issued = 9,
}

impl FileKind {
    pub const ALL: [FileKind; 9] = [
        Self::Journal,
        Self::Device,
        Self::Private,
        Self::Segment,
        Self::Init,
        Self::Photo,
        Self::Document,
        Self::Receipt,
        Self::Issued,
    ];

    /// Files of lines: appended to for as long as the record lives, over many runs of the program.
    pub fn holds_lines(self) -> bool {
        matches!(self, Self::Journal | Self::Device | Self::Private)
    }

    /// Files whose lines name other files' bytes: a commit writes them last.
    pub fn names_others(self) -> bool {
        matches!(self, Self::Journal | Self::Device)
    }

    /// Files that are still taken when the disk is full, from the reserve, because they say why nothing else is.
    pub fn is_taken_when_full(self) -> bool {
        matches!(self, Self::Journal | Self::Device | Self::Private | Self::Receipt)
    }

    /// Files that a receipt allows to remove from the phone.
    pub fn may_be_purged(self) -> bool {
        matches!(self, Self::Segment | Self::Init | Self::Photo | Self::Document)
    }
}

/// One file of the vault by what it is. Also the handle by which the writer knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    pub record: RecordId,
    pub kind: FileKind,
    /// The take (连续段) of a segment or init; 0 for other kinds.
    pub take: u32,
    /// Counts segments in their take, photos and documents in their record; of a file of lines it is 0.
    pub number: u32,
}

impl Identity {
    pub fn journal(record: RecordId) -> Self {
        Self { record, kind: FileKind::Journal, take: 0, number: 0 }
    }

    pub fn private(record: RecordId) -> Self {
        Self { record, kind: FileKind::Private, take: 0, number: 0 }
    }

    pub fn device() -> Self {
        Self { record: RecordId::DEVICE, kind: FileKind::Device, take: 0, number: 0 }
    }

    pub fn segment(record: RecordId, take: u32, number: u32) -> Self {
        Self { record, kind: FileKind::Segment, take, number }
    }

    pub fn init(record: RecordId, take: u32) -> Self {
        Self { record, kind: FileKind::Init, take, number: 0 }
    }

    pub fn photo(record: RecordId, number: u32) -> Self {
        Self { record, kind: FileKind::Photo, take: 0, number }
    }

    pub fn document(record: RecordId, number: u32) -> Self {
        Self { record, kind: FileKind::Document, take: 0, number }
    }

    pub fn receipt(record: RecordId, number: u32) -> Self {
        Self { record, kind: FileKind::Receipt, take: 0, number }
    }

    /// A document of the agency.
    pub fn issued(number: u32) -> Self {
        Self { record: RecordId::DEVICE, kind: FileKind::Issued, take: 0, number }
    }
}

/// One physical file of an identity.
///
/// Almost always the only one. A file of lines whose sync failed, or that was found damaged, is continued in a further part,
/// because nothing may be acknowledged on the old one any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Part {
    pub(crate) identity: Identity,
    /// 0 for the first.
    pub(crate) part: u32,
    /// How many plain bytes stand in the parts before; what those hold beyond is not part of the file.
    pub(crate) from: u64,
}

impl Part {
    pub(crate) const SEALED_LEN: usize = 37;

    pub(crate) fn first(identity: Identity) -> Self {
        Self { identity, part: 0, from: 0 }
    }

    pub(crate) fn to_bytes(self) -> [u8; Self::SEALED_LEN] {
        let Part { identity: Identity { record, kind, take, number }, part, from } = self;
        let mut bytes = [0; Self::SEALED_LEN];
        bytes[0] = kind as u8;
        bytes[1..17].copy_from_slice(&record.0);
        bytes[17..21].copy_from_slice(&take.to_le_bytes());
        bytes[21..25].copy_from_slice(&number.to_le_bytes());
        bytes[25..29].copy_from_slice(&part.to_le_bytes());
        bytes[29..37].copy_from_slice(&from.to_le_bytes());
        bytes
    }

    /// `None` for a kind that this version does not know, or another length.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; Self::SEALED_LEN] = bytes.try_into().ok()?;
        let kind = FileKind::ALL.into_iter().find(|kind| *kind as u8 == bytes[0])?;
        let u32_at = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let mut record = [0; 16];
        record.copy_from_slice(&bytes[1..17]);
        let mut from = [0; 8];
        from.copy_from_slice(&bytes[29..37]);
        Some(Self {
            identity: Identity { record: RecordId(record), kind, take: u32_at(17), number: u32_at(21) },
            part: u32_at(25),
            from: u64::from_le_bytes(from),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is_survives_its_bytes() {
        for kind in FileKind::ALL {
            let identity = Identity { record: RecordId([7; 16]), kind, take: 3, number: u32::MAX };
            let part = Part { identity, part: 2, from: 1 << 40 };
            assert_eq!(Part::parse(&part.to_bytes()), Some(part));
        }
    }

    #[test]
    fn a_kind_of_a_later_version_is_not_guessed_at() {
        let mut bytes = Part::first(Identity::device()).to_bytes();
        bytes[0] = 200;
        assert_eq!(Part::parse(&bytes), None);
        assert_eq!(Part::parse(&bytes[1..]), None);
    }
}
