//! The queue follows a running record: what has become durable is read through the vault, as anyone may read it, and told to the index.
//!
//! The thread that writes the record knows nothing of this, and no lock of it is held here while anything is read, asked or written.

use std::collections::BTreeMap;

use quanji_store::{
    Identity, Index, IndexError, LinesTail, ReadError, RecordId, RecordRow, RecordState, SegmentRow, SegmentState,
    Term, UploadKind, Vault, Wanted,
};
use quanji_upload::Waits;

use crate::desk::{from_vault, take_in_vault};
use crate::rows::{is_barring, is_fragment, read};
use crate::wanted::{NamedFiles, growing};

/// How far the queue was told of one record.
#[derive(Debug)]
pub(crate) struct Follower {
    record: RecordId,
    vault: Vault,
    tail: LinesTail,
    files: NamedFiles,
    /// The vault's number of each take. None is begun anew once a line names it.
    takes: BTreeMap<u32, u32>,
    opened_at_us: i64,
    first_bytes: u64,
}

/// What has become durable since.
#[derive(Debug)]
pub(crate) struct Durable {
    begun: RecordRow,
    segments: Vec<SegmentRow>,
    uploads: Vec<Wanted>,
    is_barred: bool,
}

impl Durable {
    pub(crate) fn tell(&self, index: &mut Index) -> Result<(), IndexError> {
        if self.is_barred {
            index.bar(self.begun.record, Waits::StateSecret.word())?;
        }
        index.add(&self.begun, &self.segments, &self.uploads)
    }
}

impl Follower {
    pub(crate) fn of(vault: Vault, record: RecordId) -> Follower {
        let tail = LinesTail::new(vault.clone(), Identity::journal(record));
        Follower {
            record,
            vault,
            tail,
            files: NamedFiles::default(),
            takes: BTreeMap::new(),
            opened_at_us: 0,
            first_bytes: 0,
        }
    }

    pub(crate) fn record(&self) -> RecordId {
        self.record
    }

    /// What has become durable since the last time; `None` when nothing has.
    pub(crate) fn more(&mut self) -> Result<Option<Durable>, ReadError> {
        // Before the lines: what is counted here is named by lines that are read after it, or by none.
        let private_bytes = self.vault.acknowledged_len(Identity::private(self.record)).unwrap_or(0);
        let lines = self.tail.more()?;
        if lines.is_empty() {
            return Ok(None);
        }
        let (mut segments, mut uploads, mut is_barred) = (Vec::new(), Vec::new(), false);
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            let is_first = self.first_bytes == 0;
            if is_first {
                self.first_bytes = line.len() as u64;
            }
            // Nine lines in ten, and none of them names a whole file.
            if is_fragment(line) {
                continue;
            }
            // What cannot be read here is judged at the record's end, with the whole journal before one's eyes.
            let Some(line) = read(line) else { continue };
            is_barred |= is_barring(&line);
            if is_first {
                self.opened_at_us = line.clock.wall.us();
            }
            let Ok(Some(file)) = self.files.read(&line.kind, &line.body) else { continue };
            let take = *self
                .takes
                .entry(file.take)
                .or_insert_with(|| take_in_vault(&self.vault, from_vault(self.record), file.take));
            uploads.push(file.wanted(if file.kind == UploadKind::File { 0 } else { take }, false));
            if file.kind == UploadKind::Segment {
                segments.push(SegmentRow {
                    record: self.record,
                    take,
                    number: file.number,
                    digest: file.digest.map(Vec::from),
                    size_bytes: file.size_bytes,
                    state: SegmentState::Waiting,
                    deadline_us: None,
                });
            }
        }
        uploads.extend(growing(self.first_bytes, self.tail.at(), private_bytes));
        let begun = RecordRow {
            record: self.record,
            state: RecordState::Recording,
            opened_at_us: self.opened_at_us,
            ended_at_us: None,
            owed_count: 0,
            deadline_us: None,
            term: Term::None,
            beside: quanji_store::Beside::default(),
            activity: None,
        };
        Ok(Some(Durable { begun, segments, uploads, is_barred }))
    }
}
