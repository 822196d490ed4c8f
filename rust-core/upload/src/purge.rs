//! A verified receipt, and nothing else, becomes the permission to free space.

use quanji_evidence::body::Body;
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::keyset::Keyset;
use quanji_evidence::receipt::Receipt;
use quanji_evidence::verify::valid_receipts;
use quanji_evidence::{Digest, Findings};
use quanji_rules::Calendar;
use quanji_store::{FileKind, Identity, PurgeWarrant, Purged, UploadKind, UploadRow, Vault};

use crate::ports::{Holder, HolderFault};
use crate::receipt::with;

/// What a record's receipts are worth.
#[derive(Debug)]
pub struct Judged {
    /// Lines of those that are valid and cover the seal, with the receipt; kept or to be kept.
    pub valid: Vec<(Vec<u8>, Receipt)>,
    /// Lines that are not: forged, of another record, of another head, by a key that was not in force.
    pub not_valid: usize,
    /// Lines of the journal that the newest valid receipt covers.
    pub covered_lines: u64,
}

/// Judges receipts as FORMAT.md's section 8 does. `kept` are those in the vault, `new` what the agency sent behind them.
pub fn judge(
    record: RecordId,
    lines: &[u8],
    (kept, new): (&[u8], &[u8]),
    keyset: &Keyset,
    calendar: &Calendar,
) -> Judged {
    let journal = Journal::read(lines, Drafts::Accepted, "journal", &mut Findings::default());
    let sealed = journal.entries.iter().find(|entry| matches!(entry.body, Body::Sealed(_))).map(|entry| entry.seq);
    let mut judged = Judged { valid: Vec::new(), not_valid: 0, covered_lines: 0 };
    // A journal that this program does not wholly understand proves too little to remove anything on.
    let Some(sealed) = sealed.filter(|_| journal.is_read_in_full()) else {
        judged.not_valid = new.split_inclusive(|byte| *byte == b'\n').count();
        return judged;
    };
    let mut proved = Vec::new();
    for line in [kept, new].concat().split_inclusive(|byte| *byte == b'\n') {
        let with_line = [proved.as_slice(), line].concat();
        let valid = valid_receipts(record, &with_line, &journal, keyset, calendar, &mut Findings::default());
        match valid.last() {
            Some(receipt) if valid.len() == judged.valid.len() + 1 && receipt.head.seq >= sealed => {
                judged.covered_lines = judged.covered_lines.max(receipt.head.seq + 1);
                judged.valid.push((line.to_vec(), receipt.clone()));
                proved = with_line;
            }
            _ => judged.not_valid += 1,
        }
    }
    judged
}

/// The warrant for what the receipt covers and the phone still has: of each file, only where the vault's bytes are no more than a
/// line names. `rows` are the record's rows of the queue, under the vault's numbers.
pub fn warrant(vault: &Vault, record: RecordId, receipt: &[u8], rows: &[UploadRow]) -> Option<PurgeWarrant> {
    let in_vault = quanji_store::RecordId(*record.as_bytes());
    let named = |kind: UploadKind, take: u32, number: u32, len: u64| {
        rows.iter().any(|row| (row.kind, row.take, row.number, row.size_bytes) == (kind, take, number, len))
    };
    let files: Vec<Identity> = vault
        .contents_of(in_vault)
        .into_iter()
        .filter(|content| !content.is_purged)
        .filter(|content| {
            let id = content.identity;
            match id.kind {
                FileKind::Segment => named(UploadKind::Segment, id.take, id.number, content.len),
                FileKind::Init => named(UploadKind::Init, id.take, 0, content.len),
                FileKind::Photo | FileKind::Document => is_announced(vault, id, content.len, rows),
                _ => false,
            }
        })
        .map(|content| content.identity)
        .collect();
    let digest = Digest::of(receipt);
    (!files.is_empty()).then(|| PurgeWarrant::from_verified_receipt(in_vault, digest.sha256(), files))
}

/// Frees what the newest valid receipt that covers the seal covers; `None`: there is nothing to free.
pub(crate) fn free(
    holder: &dyn Holder,
    vault: &Vault,
    record: RecordId,
    judged: &Judged,
) -> Result<Option<Purged>, HolderFault> {
    let Some((line, _)) = judged.valid.last() else { return Ok(None) };
    let rows = with(holder, |index| index.uploads_of(quanji_store::RecordId(*record.as_bytes())))?;
    let warrant = warrant(vault, record, line, &rows);
    let purged = warrant.map(|warrant| holder.purge(record, &warrant)).transpose()?;
    holder.refresh(record);
    Ok(purged)
}

/// Photos have numbers of their own in the vault: which one a line names, its digest says.
fn is_announced(vault: &Vault, id: Identity, len: u64, rows: &[UploadRow]) -> bool {
    let mut same_size = rows.iter().filter(|row| row.kind == UploadKind::File && row.size_bytes == len).peekable();
    if same_size.peek().is_none() {
        return false;
    }
    let Some(found) = digest_of(vault, id, len) else { return false };
    same_size.any(|row| row.digest == Some(found))
}

/// SHA-256 of a file's first `len` bytes; `None` when it cannot be read.
pub(crate) fn digest_of(vault: &Vault, id: Identity, len: u64) -> Option<[u8; 32]> {
    use sha2::{Digest as _, Sha256};
    let mut content = vault.content(id).ok()?;
    let (mut digest, mut left) = (Sha256::new(), usize::try_from(len).ok()?);
    content
        .visit(0, |piece| {
            let piece = &piece[..piece.len().min(left)];
            digest.update(piece);
            left -= piece.len();
            left > 0
        })
        .ok()?;
    (left == 0).then(|| digest.finalize().into())
}
