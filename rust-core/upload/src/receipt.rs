//! What a record's receipt step does: fetch, prove, keep, purge; or learn what the agency does not have.

use quanji_evidence::hex;
use quanji_evidence::id::RecordId;
use quanji_store::{FileKind, Identity, Index, IndexError, Settled, UploadKind, UploadRow, UploadState, Vault};
use quanji_wire::RecordStanding;

use crate::ports::{Holder, HolderFault};

/// The receipts that the vault keeps of a record, in order.
pub(crate) fn kept(vault: &Vault, record: RecordId) -> Vec<u8> {
    let in_vault = quanji_store::RecordId(*record.as_bytes());
    let mut all = Vec::new();
    for content in vault.contents_of(in_vault) {
        if content.identity.kind == FileKind::Receipt
            && let Some(line) = whole(vault, content.identity)
        {
            all.extend_from_slice(&line);
        }
    }
    all
}

fn whole(vault: &Vault, identity: Identity) -> Option<Vec<u8>> {
    let mut content = vault.content(identity).ok()?;
    let mut bytes = Vec::new();
    content
        .visit(0, |piece| {
            bytes.extend_from_slice(piece);
            true
        })
        .ok()?;
    Some(bytes)
}

/// Takes over what the agency says it holds: what it lacks goes again, what it does not list as missing need not go.
///
/// So an index that was lost learns from it, and an agency that was set up anew from a backup is filled again. Rows are never done by
/// this while lines are missing there: what no held line announces cannot be missing either. How many rows go again.
pub(crate) fn learn(
    holder: &dyn Holder,
    record: RecordId,
    lines: &[u8],
    standing: &RecordStanding,
) -> Result<usize, HolderFault> {
    /// `missing` lists at most so many.
    const LISTED: usize = 1_000;
    let total = lines.iter().filter(|byte| **byte == b'\n').count() as u64;
    let held_bytes =
        lines.split_inclusive(|byte| *byte == b'\n').take(usize::try_from(standing.next).unwrap_or(usize::MAX));
    let held_bytes: u64 = held_bytes.map(|line| line.len() as u64).sum();
    let is_missing = |row: &UploadRow| {
        row.digest.is_some_and(|digest| standing.missing.iter().any(|file| file.digest == hex::encode(&digest)))
    };
    let freed: Vec<Identity> = holder
        .vault()
        .contents_of(quanji_store::RecordId(*record.as_bytes()))
        .into_iter()
        .filter(|content| content.is_purged)
        .map(|content| content.identity)
        .collect();
    let may_conclude = standing.next >= total && standing.missing.len() < LISTED;
    let mut again = 0;
    let mut learn = |index: &mut Index| -> Result<(), IndexError> {
        for row in index.uploads_of(quanji_store::RecordId(*record.as_bytes()))? {
            let is_done = row.state == UploadState::Done;
            let settled = match row.kind {
                UploadKind::Lines if standing.next < total && row.state != UploadState::Held => {
                    Some(Settled::Further { stored_bytes: held_bytes })
                }
                UploadKind::Private if standing.private_missing > 0 && is_done => {
                    Some(Settled::Further { stored_bytes: 0 })
                }
                UploadKind::File | UploadKind::Init | UploadKind::Segment => match (is_missing(&row), is_done) {
                    // Freed on a receipt that was verified: it is not here to go again, and need not.
                    (true, true) if is_freed(&freed, &row) => None,
                    (true, true) => Some(Settled::Further { stored_bytes: 0 }),
                    (false, false) if may_conclude => Some(Settled::Done { size_bytes: row.size_bytes }),
                    _ => None,
                },
                _ => None,
            };
            if let Some(settled) = settled {
                again += usize::from(matches!(settled, Settled::Further { .. }));
                index.settle_upload(&row, &settled)?;
            }
        }
        Ok(())
    };
    with(holder, |index| learn(index))?;
    Ok(again)
}

/// Photos and documents have numbers of their own in the vault: with one of them freed, so are all.
fn is_freed(freed: &[Identity], row: &UploadRow) -> bool {
    freed.iter().any(|id| match row.kind {
        UploadKind::Segment => (id.kind, id.take, id.number) == (FileKind::Segment, row.take, row.number),
        UploadKind::Init => (id.kind, id.take) == (FileKind::Init, row.take),
        UploadKind::File => matches!(id.kind, FileKind::Photo | FileKind::Document),
        _ => false,
    })
}

/// Lends the index and gives back what was made of it.
pub(crate) fn with<T>(
    holder: &dyn Holder,
    act: impl FnOnce(&mut Index) -> Result<T, IndexError>,
) -> Result<T, HolderFault> {
    let (mut act, mut made) = (Some(act), None);
    holder.with_index(&mut |index| {
        if let Some(act) = act.take() {
            made = Some(act(index));
        }
    })?;
    made.ok_or(HolderFault::NoIndex)?.map_err(HolderFault::from)
}
