//! One request for one file, from what the rows say to the answer. It goes on to its end even when the client is gone.

use axum::body::Body;
use futures_util::StreamExt;
use quanji_wire::Code;
use tokio::sync::OwnedMutexGuard;
use tokio::time::{Instant, sleep_until};

use super::rows::{self, Known};
use super::uploads::{Begun, Uploads};
use super::writing::{Checksum, End, Slot, Writing, Written};
use super::{OriginalId, StorageFault};
use crate::app::App;
use crate::refusal::{Answer, Refused};
use crate::states;

/// How far a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub offset: u64,
    pub length: u64,
    /// Until when it may be finished; `None` once it is held.
    pub expires_us: Option<u64>,
}

impl Progress {
    fn held(length: u64) -> Progress {
        Progress { offset: length, length, expires_us: None }
    }
}

/// A request's body with what its headers say of it.
#[derive(Debug)]
pub struct Sent {
    pub body: Body,
    /// `Content-Length`; `None` when the body comes in chunks.
    pub announced: Option<u64>,
    pub checksum: Option<Checksum>,
}

impl Sent {
    fn has_body(&self) -> bool {
        self.announced != Some(0)
    }
}

/// Creation, with or without the first bytes (`POST`).
pub async fn create(app: &App, id: OriginalId, length: u64, sent: Sent) -> Answer<Progress> {
    let uploads = app.uploads();
    let limit = uploads.limits().file_bytes;
    if length > limit {
        return Err(Refused::mismatch(Code::FileTooLarge, limit, length));
    }
    refuse_too_long(sent.announced, length)?;
    let mut slot = uploads.claim(&id).await?;
    let now_us = app.now_us();
    let expires_us = now_us.saturating_add(uploads.limits().lives_us);
    let begun = match rows::lookup(app, &id).await? {
        Known::Held { size_bytes } if size_bytes == length => {
            uploads.release(&id, slot);
            return Ok(Progress::held(length));
        }
        Known::Held { size_bytes: known } | Known::Coming { length: known, .. } if known != length => {
            uploads.release(&id, slot);
            return Err(Refused::mismatch(Code::LengthMismatch, known, length));
        }
        Known::Coming { expires_us: until_us, .. } if until_us <= now_us => {
            uploads.staging().remove(&id)?;
            *slot = None;
            Begun { length, expires_us, has_row: false }
        }
        Known::Coming { expires_us: until_us, .. } => Begun { length, expires_us: until_us, has_row: true },
        Known::Held { .. } | Known::Unknown => Begun { length, expires_us, has_row: false },
    };
    let offset = true_offset(uploads, &id, length)?;
    // Bytes that came with a creation are the file's first ones: what was begun already goes on by PATCH.
    if offset == length || (sent.has_body() && offset == 0) {
        let sent = if offset == length { nothing() } else { sent };
        return receive(app, id, begun, slot, sent).await;
    }
    if !begun.has_row {
        rows::begin(app, &id, length, now_us, begun.expires_us).await?;
    }
    uploads.release(&id, slot);
    Ok(Progress { offset, length, expires_us: Some(begun.expires_us) })
}

/// How far it is (`HEAD`). One whose bytes are all there is finished first: a client takes a full offset for the end.
pub async fn progress(app: &App, id: OriginalId) -> Answer<Progress> {
    let uploads = app.uploads();
    let slot = uploads.claim(&id).await?;
    let begun = match coming(app, &id).await {
        Ok(Coming::Held(size_bytes)) => {
            uploads.release(&id, slot);
            return Ok(Progress::held(size_bytes));
        }
        Ok(Coming::Begun(begun)) => begun,
        Err(refused) => {
            uploads.release(&id, slot);
            return Err(refused);
        }
    };
    let offset = true_offset(uploads, &id, begun.length)?;
    if offset < begun.length {
        uploads.release(&id, slot);
        return Ok(Progress { offset, length: begun.length, expires_us: Some(begun.expires_us) });
    }
    match receive(app, id, begun, slot, nothing()).await {
        Err(refused) if refused.code() == Code::DigestMismatch => {
            Ok(Progress { offset: 0, length: begun.length, expires_us: Some(begun.expires_us) })
        }
        outcome => outcome,
    }
}

/// Further bytes from `offset` on (`PATCH`).
pub async fn append(app: &App, id: OriginalId, offset: u64, sent: Sent) -> Answer<Progress> {
    let uploads = app.uploads();
    let announced = sent.announced;
    let slot = uploads.claim(&id).await?;
    let checked = async {
        let (begun, there) = match coming(app, &id).await? {
            Coming::Held(size_bytes) => (None, size_bytes),
            Coming::Begun(begun) => (Some(begun), true_offset(uploads, &id, begun.length)?),
        };
        if there != offset {
            return Err(Refused::mismatch(Code::OffsetMismatch, there, offset).at(there));
        }
        refuse_too_long(announced, begun.map_or(0, |begun| begun.length - there))?;
        Ok(begun)
    };
    match checked.await {
        Ok(Some(begun)) => receive(app, id, begun, slot, sent).await,
        Ok(None) => {
            uploads.release(&id, slot);
            Ok(Progress::held(offset))
        }
        Err(refused) => {
            uploads.release(&id, slot);
            Err(refused)
        }
    }
}

enum Coming {
    Held(u64),
    Begun(Begun),
}

async fn coming(app: &App, id: &OriginalId) -> Answer<Coming> {
    match rows::lookup(app, id).await? {
        Known::Held { size_bytes } => Ok(Coming::Held(size_bytes)),
        Known::Unknown => Err(Refused::new(Code::UploadUnknown)),
        Known::Coming { expires_us, .. } if expires_us <= app.now_us() => Err(Refused::new(Code::UploadExpired)),
        Known::Coming { length, expires_us } => Ok(Coming::Begun(Begun { length, expires_us, has_row: true })),
    }
}

/// What is really there; a staged file that is longer than the announced one is not a beginning of it.
fn true_offset(uploads: &Uploads, id: &OriginalId, length: u64) -> Answer<u64> {
    let offset = uploads.staging().offset(id)?;
    if offset > length {
        uploads.staging().remove(id)?;
        return Ok(0);
    }
    Ok(offset)
}

fn refuse_too_long(announced: Option<u64>, room: u64) -> Answer<()> {
    match announced {
        Some(announced) if announced > room => Err(Refused::mismatch(Code::BodyTooLong, room, announced)),
        _ => Ok(()),
    }
}

fn nothing() -> Sent {
    Sent { body: Body::empty(), announced: Some(0), checksum: None }
}

/// Receives, proves, stores. A task of its own: a client that goes away stops its bytes, not what follows from them.
async fn receive(app: &App, id: OriginalId, begun: Begun, slot: OwnedMutexGuard<Slot>, sent: Sent) -> Answer<Progress> {
    let app = app.clone();
    let task = tokio::spawn(async move { received(&app, id, begun, slot, sent).await });
    task.await.unwrap_or_else(|_| Err(Refused::new(Code::Internal)))
}

/// How the body went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Went {
    Whole,
    Stopped,
    Slow,
    TooLong,
}

async fn received(
    app: &App,
    id: OriginalId,
    begun: Begun,
    slot: OwnedMutexGuard<Slot>,
    sent: Sent,
) -> Answer<Progress> {
    let uploads = app.uploads();
    let turn = if sent.has_body() { Some(uploads.turn(id.device).await?) } else { None };
    let room = begun.length - true_offset(uploads, &id, begun.length)?;
    app.originals().prepare(&id)?;
    let writing = Writing::start(uploads.staging().clone(), id, begun.length, sent.checksum, slot);
    let went = take_body(sent.body, room, &writing, uploads).await;
    let (slot, written) = match went {
        Went::Whole => writing.end(End::Whole).await,
        Went::TooLong => writing.end(End::TooLong).await,
        Went::Stopped | Went::Slow => writing.cut().await,
    };
    drop(turn);
    let outcome = match written {
        Ok(Written::Proved) => store(app, &id, begun.length).await,
        Ok(Written::Part { offset }) => part(app, &id, begun, offset, room, went).await,
        Ok(Written::ChecksumDiffers { expected, found }) => {
            Err(Refused::mismatch(Code::ChecksumMismatch, expected, found))
        }
        Ok(Written::DigestDiffers { found }) => Err(Refused::mismatch(Code::DigestMismatch, id.hex(), found)),
        Err(fault) => Err(fault.into()),
    };
    if outcome.is_err() && !begun.has_row && uploads.staging().offset(&id).is_ok_and(|offset| offset == 0) {
        uploads.staging().remove(&id)?;
    }
    if let Some(mut slot) = slot {
        if matches!(outcome, Ok(Progress { expires_us: None, .. })) {
            *slot = None;
        }
        uploads.release(&id, slot);
    }
    outcome
}

async fn take_body(body: Body, room: u64, writing: &Writing, uploads: &Uploads) -> Went {
    let limits = uploads.limits();
    let mut frames = body.into_data_stream();
    let mut left = room;
    let mut in_window = 0;
    let window = sleep_until(Instant::now() + limits.slow_window);
    tokio::pin!(window);
    loop {
        let frame = tokio::select! {
            biased;
            frame = frames.next() => frame,
            () = &mut window => {
                if in_window < limits.slow_bytes {
                    return Went::Slow;
                }
                in_window = 0;
                window.as_mut().reset(Instant::now() + limits.slow_window);
                continue;
            }
        };
        let piece = match frame {
            None => return Went::Whole,
            Some(Err(_)) => return Went::Stopped,
            Some(Ok(piece)) => piece,
        };
        let Some(still) = left.checked_sub(piece.len() as u64) else { return Went::TooLong };
        left = still;
        in_window += piece.len() as u64;
        let was_behind = writing.is_behind();
        if writing.push(piece).await.is_err() {
            // The thread gave up: its outcome is the answer.
            return Went::Stopped;
        }
        if was_behind {
            // Our own disk was the slow one: the client's time begins anew.
            in_window = 0;
            window.as_mut().reset(Instant::now() + limits.slow_window);
        }
    }
}

/// Bytes are there, but not all.
async fn part(app: &App, id: &OriginalId, begun: Begun, offset: u64, room: u64, went: Went) -> Answer<Progress> {
    // Nothing came of a creation that failed: nothing is left behind.
    if !begun.has_row && (offset > 0 || went == Went::Whole) {
        rows::begin(app, id, begun.length, app.now_us(), begun.expires_us).await?;
    }
    match went {
        Went::Whole => Ok(Progress { offset, length: begun.length, expires_us: Some(begun.expires_us) }),
        Went::TooLong => Err(Refused::mismatch(Code::BodyTooLong, room, "more").at(offset)),
        Went::Slow => Err(Refused::new(Code::BodyTooSlow).at(offset)),
        Went::Stopped => Err(Refused::new(Code::BodyMalformed).at(offset)),
    }
}

/// Its final place, then its row; only then is it let go from staging.
async fn store(app: &App, id: &OriginalId, length: u64) -> Answer<Progress> {
    let uploads = app.uploads();
    match app.originals().put(id, &uploads.staging().path(id), length).await {
        Ok(_) => {}
        Err(StorageFault::HeldDiffers { expected, found }) => {
            list_changed(app, id, &expected, &found).await?;
            return Err(StorageFault::HeldDiffers { expected, found }.into());
        }
        Err(fault) => return Err(fault.into()),
    }
    rows::complete(app, id, length).await?;
    // It is held: what cannot be removed now is found by the expiry.
    if let Err(fault) = uploads.staging().remove(id) {
        tracing::warn!(%fault, "a staged file stays");
    }
    Ok(Progress::held(length))
}

/// Other bytes stand where this original belongs: a person must look.
async fn list_changed(app: &App, id: &OriginalId, expected: &str, found: &str) -> Answer<()> {
    let (subject, device) = (id.hex(), id.device.to_string());
    let state = states::State {
        code: "stored_bytes_changed",
        subject: &subject,
        place: "original",
        record: None,
        device: Some(&device),
        expected,
        found,
    };
    let mut tx = app.db().begin().await?;
    states::list(&mut tx, &id.agency.to_string(), &state, app.now_us()).await?;
    tx.commit().await?;
    Ok(())
}
