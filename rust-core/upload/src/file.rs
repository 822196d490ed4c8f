//! One file by tus: announced, resumed where the agency stands, read from the vault as it goes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use futures_util::stream;
use quanji_evidence::hex;
use quanji_store::{FileKind, Identity, ReadError, UploadKind, UploadRow, Vault};
use quanji_wire::Code;
use tokio::sync::mpsc;

use crate::client::{Agency, AgencyFault};
use crate::purge::digest_of;

/// How a file came through.
#[derive(Debug)]
pub(crate) enum FileSent {
    Whole,
    /// What is on the phone is not what the line says, or cannot be read.
    Damaged,
    Lost,
}

const PIECE_BYTES: usize = 256 << 10;
/// Answers that move us within one attempt: an offset that was told wrong, an upload that expired. More is a quarrel, for later.
const MOVES: u32 = 4;

/// The file of the vault that a row means; `None` when there is none. Media are found by their number, however many there are.
pub(crate) fn source(vault: &Vault, row: &UploadRow) -> Option<Identity> {
    let identity = match row.kind {
        UploadKind::Init => Identity::init(row.record, row.take),
        UploadKind::Segment => Identity::segment(row.record, row.take, row.number),
        UploadKind::File => {
            let photos = vault.contents_of(row.record).into_iter().filter(|content| {
                content.identity.kind == FileKind::Photo && !content.is_purged && content.len == row.size_bytes
            });
            let mut photos = photos.map(|content| content.identity);
            return photos.find(|photo| digest_of(vault, *photo, row.size_bytes) == row.digest);
        }
        UploadKind::Opened | UploadKind::Lines | UploadKind::Private | UploadKind::Receipt => return None,
    };
    vault.acknowledged_len(identity).map(|_| identity)
}

/// Brings the agency to hold the whole file.
pub(crate) async fn send_file(
    agency: &Agency,
    token: &str,
    vault: &Vault,
    row: &UploadRow,
    sent: &mut (dyn FnMut(u64) + Send),
) -> Result<FileSent, AgencyFault> {
    let Some(digest) = row.digest else { return Ok(FileSent::Damaged) };
    let digest = hex::encode(&digest);
    let Some(identity) = source(vault, row) else { return Ok(FileSent::Lost) };
    match vault.content(identity) {
        Ok(content) if content.len() >= row.size_bytes => {}
        Ok(_) | Err(ReadError::Damaged { .. } | ReadError::OtherFile { .. }) => return Ok(FileSent::Damaged),
        Err(_) => return Ok(FileSent::Lost),
    }
    // What was begun before is asked for; what was not is announced, which says as much.
    let mut offset = if row.attempts == 0 {
        agency.announce(token, &digest, row.size_bytes).await?
    } else {
        match agency.offset(token, &digest).await {
            Err(fault) if is_unknown(&fault) => agency.announce(token, &digest, row.size_bytes).await?,
            offset => offset?,
        }
    };
    for _ in 0..MOVES {
        if offset > row.size_bytes {
            return Ok(FileSent::Damaged);
        }
        if offset == row.size_bytes {
            return Ok(FileSent::Whole);
        }
        let (body, unreadable) = body(vault.clone(), identity, offset, row.size_bytes);
        match agency.append(token, &digest, offset, row.size_bytes, body).await {
            Ok(now) => {
                sent(now.saturating_sub(offset));
                offset = now;
            }
            // The body broke off here and not on the way: no network and no agency is to blame, and time does not help.
            Err(_) if unreadable.load(Ordering::Acquire) => return Ok(FileSent::Damaged),
            Err(fault) if is_moved(&fault) => offset = agency.offset(token, &digest).await?,
            Err(fault) if is_unknown(&fault) => offset = agency.announce(token, &digest, row.size_bytes).await?,
            Err(fault) => {
                let is_mismatch =
                    matches!(&fault, AgencyFault::Refused { refusal, .. } if refusal.code == Code::DigestMismatch);
                // Either the way changed a byte, or the phone's own file is not what the line says.
                if is_mismatch && digest_of(vault, identity, row.size_bytes) != row.digest {
                    return Ok(FileSent::Damaged);
                }
                return Err(fault);
            }
        }
    }
    if offset == row.size_bytes { Ok(FileSent::Whole) } else { Err(AgencyFault::Unreachable) }
}

fn is_moved(fault: &AgencyFault) -> bool {
    matches!(fault, AgencyFault::Refused { refusal, .. }
        if matches!(refusal.code, Code::OffsetMismatch | Code::ChecksumMismatch))
}

fn is_unknown(fault: &AgencyFault) -> bool {
    matches!(fault, AgencyFault::Refused { refusal, .. }
        if matches!(refusal.code, Code::UploadUnknown | Code::UploadExpired))
}

/// The file's bytes from `offset` on, read on another thread, two pieces ahead at most; and whether they could not be read to their end.
/// Dropped, the reading ends.
fn body(vault: Vault, identity: Identity, offset: u64, end: u64) -> (reqwest::Body, Arc<AtomicBool>) {
    let (give, take) = mpsc::channel::<Result<Bytes, ReadError>>(2);
    let unreadable = Arc::new(AtomicBool::new(false));
    let is_unreadable = Arc::clone(&unreadable);
    tokio::task::spawn_blocking(move || {
        let read = || -> Result<(), ReadError> {
            let mut content = vault.content(identity)?;
            let (mut left, mut piece) = (usize::try_from(end - offset).unwrap_or(usize::MAX), Vec::new());
            content.visit(offset, |bytes| {
                let bytes = &bytes[..bytes.len().min(left)];
                left -= bytes.len();
                piece.extend_from_slice(bytes);
                if piece.len() >= PIECE_BYTES || left == 0 {
                    return give.blocking_send(Ok(Bytes::from(std::mem::take(&mut piece)))).is_ok() && left > 0;
                }
                true
            })
        };
        if let Err(fault) = read() {
            is_unreadable.store(true, Ordering::Release);
            // The body breaks off: the agency keeps what came.
            let _ = give.blocking_send(Err(fault));
        }
    });
    let pieces = stream::unfold(take, |mut take| async { take.recv().await.map(|piece| (piece, take)) });
    (reqwest::Body::wrap_stream(pieces), unreadable)
}
