//! What of a record is to reach the agency, from its lines: rows for the store's queue.

use std::collections::{BTreeMap, BTreeSet};

use quanji_rules::Phase;
use quanji_store::{ContentLength, FileKind, UploadKind, Wanted};
use quanji_upload::PAID_PICTURE_LIMIT_BYTES;
use serde::Deserialize;
use serde_json::Value;

use crate::desk::take_in_journal;
use crate::rows::Sha256;

/// A file that a line names, under the journal's numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedFile {
    pub(crate) kind: UploadKind,
    /// Of an init or a segment; of a photo or document 0.
    pub(crate) take: u32,
    /// Of a segment; of a photo or document, its place among the record's.
    pub(crate) number: u32,
    pub(crate) size_bytes: u64,
    pub(crate) digest: Option<[u8; 32]>,
}

impl NamedFile {
    /// Its row. Pictures that a phone makes go over any network; film is asked about first.
    pub(crate) fn wanted(&self, take_in_vault: u32, is_done: bool) -> Wanted {
        let NamedFile { kind, take: _, number, size_bytes, digest } = *self;
        let may_go_paid = kind == UploadKind::File && size_bytes <= PAID_PICTURE_LIMIT_BYTES;
        Wanted { kind, take: take_in_vault, number, digest, size_bytes, may_go_paid, is_done }
    }
}

/// Reads which file a line names, line after line: a photo's number is its place among those before it.
#[derive(Debug, Default)]
pub(crate) struct NamedFiles {
    pictures: u32,
}

#[derive(Debug, Deserialize)]
struct FileBody {
    size_bytes: u64,
    digest: Sha256,
}

#[derive(Debug, Deserialize)]
struct TakeBody {
    take: u32,
    init: FileBody,
}

#[derive(Debug, Deserialize)]
struct SegmentBody {
    take: u32,
    segment: u32,
    size_bytes: u64,
    digest: Sha256,
}

#[derive(Debug, Deserialize)]
struct HasFile {
    file: Option<FileBody>,
}

impl NamedFiles {
    /// The file that a line names, if it names one.
    pub(crate) fn read(&mut self, kind: &str, body: &Value) -> Result<Option<NamedFile>, serde_json::Error> {
        let named = |kind, take, number, FileBody { size_bytes, digest }: FileBody| NamedFile {
            kind,
            take,
            number,
            size_bytes,
            digest: digest.bytes(),
        };
        Ok(match kind {
            "take" => {
                let TakeBody { take, init } = TakeBody::deserialize(body)?;
                Some(named(UploadKind::Init, take, 0, init))
            }
            "segment" => {
                let SegmentBody { take, segment, size_bytes, digest } = SegmentBody::deserialize(body)?;
                Some(named(UploadKind::Segment, take, segment, FileBody { size_bytes, digest }))
            }
            "photo" | "document" | "service" => HasFile::deserialize(body)?.file.map(|file| {
                self.pictures += 1;
                named(UploadKind::File, 0, self.pictures - 1, file)
            }),
            _ => None,
        })
    }
}

/// What grows while the record does: its first line, its lines, its private values, each so far.
pub(crate) fn growing(first_bytes: u64, lines_bytes: u64, private_bytes: u64) -> Vec<Wanted> {
    let row = |kind, size_bytes| Wanted {
        kind,
        take: 0,
        number: 0,
        digest: None,
        size_bytes,
        may_go_paid: true,
        is_done: false,
    };
    let mut all = vec![row(UploadKind::Opened, first_bytes), row(UploadKind::Lines, lines_bytes)];
    if private_bytes > 0 {
        all.push(row(UploadKind::Private, private_bytes));
    }
    all
}

/// The rows of a record, under the vault's numbers. A file that is named and not there is wanted all the same: it is said to be lost.
pub(crate) fn wanted(lines: &[u8], named: &[NamedFile], contents: &[ContentLength], phase: Phase) -> Vec<Wanted> {
    let first = lines.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let private = contents.iter().find(|content| content.identity.kind == FileKind::Private);
    let mut all = growing(first as u64, lines.len() as u64, private.map_or(0, |private| private.len));
    if phase == Phase::Sealed {
        let receipt = Wanted { kind: UploadKind::Receipt, ..all[1].clone() };
        all.push(receipt);
    }
    // Of several attempts at a take the last one is the take.
    let mut takes: BTreeMap<u32, u32> = BTreeMap::new();
    let (mut purged, mut purged_pictures) = (BTreeSet::new(), BTreeSet::new());
    for ContentLength { identity: id, len, is_purged } in contents {
        match id.kind {
            FileKind::Init | FileKind::Segment => {
                let last = takes.entry(take_in_journal(id.take)).or_insert(id.take);
                *last = id.take.max(*last);
                if *is_purged {
                    purged.insert((id.kind, id.take, id.number));
                }
            }
            // Photos are kept under numbers of their own; a purge takes all that lines name.
            FileKind::Photo if *is_purged => _ = purged_pictures.insert(*len),
            _ => {}
        }
    }
    all.extend(named.iter().map(|file| {
        let take = takes.get(&file.take).copied().unwrap_or(file.take);
        match file.kind {
            UploadKind::Init => file.wanted(take, purged.contains(&(FileKind::Init, take, 0))),
            UploadKind::Segment => file.wanted(take, purged.contains(&(FileKind::Segment, take, file.number))),
            _ => file.wanted(0, purged_pictures.contains(&file.size_bytes)),
        }
    }));
    all
}
