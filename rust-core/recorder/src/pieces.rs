//! Reading what a record holds, piece by piece: film and pictures never leave the vault as files.

use std::collections::BTreeSet;

use quanji_evidence::Digest;
use quanji_evidence::Findings;
use quanji_evidence::body::FileDigest;
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_store::{Content, FileKind, Identity, ReadError, Vault};
use sha2::{Digest as _, Sha256};

use crate::desk::{in_vault, take_in_vault};
use crate::fault::RecorderFault;
use crate::recorder::Recorder;

/// A file of a record, under the journal's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    Init {
        take: u32,
    },
    Segment {
        take: u32,
        segment: u32,
    },
    /// A photo or document: its place among the record's.
    File {
        number: u32,
    },
}

/// Why a piece cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PieceFault {
    /// A receipt covers it and it was freed.
    #[error("it was removed from this phone on a receipt")]
    Purged,
    #[error("no line of the record names it")]
    NotNamed,
    #[error("it is not on this phone")]
    Lost,
    #[error(transparent)]
    Recorder(#[from] RecorderFault),
}

impl From<ReadError> for PieceFault {
    fn from(fault: ReadError) -> Self {
        match fault {
            ReadError::Purged(_) => PieceFault::Purged,
            ReadError::NoSuchFile(_) => PieceFault::Lost,
            fault => PieceFault::Recorder(fault.into()),
        }
    }
}

impl Recorder {
    /// Fills `buffer` from `offset` of a piece; fewer bytes only at its end. Every byte given out was authenticated by the vault.
    pub fn read_piece(
        &self,
        record: RecordId,
        piece: Piece,
        offset: u64,
        buffer: &mut [u8],
    ) -> Result<usize, PieceFault> {
        let vault = self.vault_handle();
        let identity = match piece {
            Piece::Init { take } => Identity::init(in_vault(record), take_in_vault(&vault, record, take)),
            Piece::Segment { take, segment } => {
                Identity::segment(in_vault(record), take_in_vault(&vault, record, take), segment)
            }
            Piece::File { number } => {
                let lines = self.lines(record)?;
                let journal = Journal::read(&lines, Drafts::Accepted, "journal", &mut Findings::default());
                let named = journal.entries.iter().filter_map(|entry| entry.body.file());
                let file = usize::try_from(number).ok().and_then(|at| named.into_iter().nth(at));
                file_identity(&vault, record, file.ok_or(PieceFault::NotNamed)?)?
            }
        };
        Ok(vault.content(identity)?.read_at(offset, buffer)?)
    }
}

/// Photos have numbers of their own in the vault: which one a line names, its digest says.
fn file_identity(vault: &Vault, record: RecordId, file: &FileDigest) -> Result<Identity, PieceFault> {
    let mut is_purged = false;
    for content in vault.contents_of(in_vault(record)) {
        if !matches!(content.identity.kind, FileKind::Photo | FileKind::Document) || content.len != file.size_bytes {
            continue;
        }
        if content.is_purged {
            is_purged = true;
        } else if file.digest.matches(&digest_of(&mut vault.content(content.identity)?, content.len)?) {
            return Ok(content.identity);
        }
    }
    Err(if is_purged { PieceFault::Purged } else { PieceFault::Lost })
}

/// Of the first `len` bytes.
pub(crate) fn digest_of(content: &mut Content, len: u64) -> Result<Digest, ReadError> {
    let (mut hash, mut left) = (Sha256::new(), usize::try_from(len).unwrap_or(usize::MAX));
    content.visit(0, |piece| {
        let piece = &piece[..piece.len().min(left)];
        hash.update(piece);
        left -= piece.len();
        left > 0
    })?;
    Ok(Digest::from_sha256(hash.finalize().into()))
}

/// What the self-check found of a record.
#[derive(Debug)]
pub struct SelfCheck {
    /// Of the journal: chain, signatures, order, seal, private values, receipts.
    pub findings: Findings,
    /// Lines that prove themselves, and whether those are all.
    pub lines: u64,
    pub is_whole: bool,
    /// Files whose bytes are as their lines say.
    pub files_right: u64,
    /// Freed on a receipt: proved by the agency now.
    pub files_freed: u64,
    /// Changed, cut or gone.
    pub files_wrong: u64,
    /// Lines that the phone's hardware vouches for.
    pub vouched: u64,
}

impl Recorder {
    /// Proves a record once more from what is on the phone: its journal as a stranger would, and every file against its digest.
    /// `keyset` is the agency's, where this phone has one.
    pub fn self_check(
        &self,
        record: RecordId,
        keyset: Option<&quanji_evidence::keyset::Keyset>,
    ) -> Result<SelfCheck, RecorderFault> {
        use quanji_evidence::verify::{Held, Terms, examine_record};
        let vault = self.vault_handle();
        let lines = self.lines(record)?;
        let private = match vault.lines(Identity::private(in_vault(record))) {
            Err(ReadError::NoSuchFile(_)) => Vec::new(),
            private => private?,
        };
        let mut receipts = Vec::new();
        for content in vault.contents_of(in_vault(record)) {
            if content.identity.kind == FileKind::Receipt {
                vault.content(content.identity)?.visit(0, |piece| {
                    receipts.extend_from_slice(piece);
                    true
                })?;
            }
        }
        let in_force = self.in_force();
        let terms = Terms { agency_key: None, drafts: Drafts::Accepted, calendar: &in_force.calendar };
        let mut findings = Findings::default();
        let held = Held { journal: &lines, private: &private, receipts: &receipts };
        let examined = examine_record(record, held, keyset, terms, &mut findings);
        let (lines, is_whole) = match &examined.journal {
            Some(journal) => (journal.entries.len() as u64, journal.is_read_in_full()),
            None => (0, false),
        };
        let vouched = examined.vouched.iter().map(|line| line.seq).collect::<BTreeSet<u64>>().len() as u64;
        let mut check =
            SelfCheck { findings, lines, is_whole, files_right: 0, files_freed: 0, files_wrong: 0, vouched };
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        for claim in &examined.media.takes {
            let take = take_in_vault(&vault, record, small(claim.take.take));
            let init = &claim.take.init;
            check.file(&vault, Ok(Identity::init(in_vault(record), take)), init.size_bytes, &init.digest);
            for segment in &claim.segments {
                if let Some(last) = segment.fragments.last() {
                    let identity = Identity::segment(in_vault(record), take, small(segment.segment));
                    check.file(&vault, Ok(identity), last.what.end_bytes, &last.what.digest);
                }
            }
        }
        for claim in &examined.media.files {
            let file = &claim.what;
            check.file(&vault, file_identity(&vault, record, file), file.size_bytes, &file.digest);
        }
        Ok(check)
    }
}

impl SelfCheck {
    fn file(&mut self, vault: &Vault, identity: Result<Identity, PieceFault>, len: u64, named: &Digest) {
        let found = identity.and_then(|identity| Ok(digest_of(&mut vault.content(identity)?, len)?));
        match found {
            Ok(found) if named.matches(&found) => self.files_right += 1,
            Err(PieceFault::Purged) => self.files_freed += 1,
            _ => self.files_wrong += 1,
        }
    }
}
