//! What of a record is to reach the agency, from its lines: rows for the store's queue.

use quanji_rules::Phase;
use quanji_store::{ContentLength, FileKind, UploadKind, Wanted};
use quanji_upload::PAID_PICTURE_LIMIT_BYTES;
use serde::Deserialize;
use serde_json::Value;

use crate::desk::take_in_journal;
use crate::rows::{SegmentBody, Sha256};

/// Files that lines announce, segments apart.
#[derive(Debug, Default)]
pub(crate) struct Announced {
    inits: Vec<(u32, FileBody)>,
    files: Vec<FileBody>,
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
struct HasFile {
    file: Option<FileBody>,
}

impl Announced {
    /// Takes note of a line; `None` when its body is not what its kind says.
    pub(crate) fn note(&mut self, kind: &str, body: &Value) -> Option<()> {
        match kind {
            "take" => {
                let TakeBody { take, init } = TakeBody::deserialize(body).ok()?;
                self.inits.push((take, init));
            }
            "photo" | "document" | "service" => self.files.extend(HasFile::deserialize(body).ok()?.file),
            _ => {}
        }
        Some(())
    }
}

/// The rows of a record, under the vault's numbers. A file that is named and not there is wanted all the same: it is said to be lost.
pub(crate) fn wanted(
    lines: &[u8],
    announced: &Announced,
    closed: &[SegmentBody],
    contents: &[ContentLength],
    phase: Phase,
) -> Vec<Wanted> {
    let growing = |kind, size_bytes: usize| Wanted {
        kind,
        take: 0,
        number: 0,
        digest: None,
        size_bytes: size_bytes as u64,
        may_go_paid: true,
        is_done: false,
    };
    let first = lines.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let mut all = vec![growing(UploadKind::Opened, first), growing(UploadKind::Lines, lines.len())];
    let private = contents.iter().find(|content| content.identity.kind == FileKind::Private && content.len > 0);
    all.extend(private.map(|private| growing(UploadKind::Private, usize::try_from(private.len).unwrap_or(usize::MAX))));
    if phase == Phase::Sealed {
        all.push(growing(UploadKind::Receipt, lines.len()));
    }
    let take_in_vault = |take: u32| {
        let of_media = contents.iter().filter(|c| matches!(c.identity.kind, FileKind::Init | FileKind::Segment));
        of_media
            .map(|content| content.identity.take)
            .filter(|other| take_in_journal(*other) == take)
            .max()
            .unwrap_or(take)
    };
    let is_purged = |kind: FileKind, take: u32, number: u32| {
        contents.iter().any(|content| {
            let id = content.identity;
            content.is_purged && id.kind == kind && id.take == take && id.number == number
        })
    };
    for (take, FileBody { size_bytes, digest }) in &announced.inits {
        let take = take_in_vault(*take);
        let is_done = is_purged(FileKind::Init, take, 0);
        let digest = digest.bytes();
        all.push(Wanted {
            kind: UploadKind::Init,
            take,
            number: 0,
            digest,
            size_bytes: *size_bytes,
            may_go_paid: false,
            is_done,
        });
    }
    for SegmentBody { take, segment, size_bytes, digest } in closed {
        let (take, number) = (take_in_vault(*take), *segment);
        let is_done = is_purged(FileKind::Segment, take, number);
        let digest = digest.bytes();
        all.push(Wanted {
            kind: UploadKind::Segment,
            take,
            number,
            digest,
            size_bytes: *size_bytes,
            may_go_paid: false,
            is_done,
        });
    }
    for (number, FileBody { size_bytes, digest }) in (0..).zip(&announced.files) {
        // Photos are kept under numbers of their own; a purge takes all that lines name.
        let is_done =
            contents.iter().any(|c| c.is_purged && c.identity.kind == FileKind::Photo && c.len == *size_bytes);
        let may_go_paid = *size_bytes <= PAID_PICTURE_LIMIT_BYTES;
        let digest = digest.bytes();
        all.push(Wanted {
            kind: UploadKind::File,
            take: 0,
            number,
            digest,
            size_bytes: *size_bytes,
            may_go_paid,
            is_done,
        });
    }
    all
}
