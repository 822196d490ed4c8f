//! One request's bytes into a staged file: a thread of its own writes, and one beside it hashes, while the next bytes are received.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use bytes::Bytes;
use quanji_evidence::hex;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::{JoinHandle, spawn_blocking};

use super::hashing::{Digests, Hashing, RequestDigest};
use super::{OriginalId, Staging, StorageFault, pages};

/// Received and not yet both written and hashed, at most, for one upload.
const IN_FLIGHT_BYTES: usize = 2 << 20;
/// So much is written before the disk is asked to begin.
const PUSH_OUT_BYTES: u64 = 2 << 20;
const REHASH_BYTES: usize = 256 << 10;

/// The running digest of a partial file, while this process knows it.
#[derive(Debug, Clone)]
pub(super) struct Running {
    hash: Sha256,
    offset: u64,
}

/// Of one partial file; `None`: nothing is known but the file itself.
pub(super) type Slot = Option<Running>;

/// What one request's body must add up to (`Upload-Checksum`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checksum {
    Sha256([u8; 32]),
    Sha1([u8; 20]),
}

/// How the request's body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// As its length said.
    Whole,
    /// It brought more than was announced.
    TooLong,
}

/// What became of the staged file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    /// So much is there, and more is to come.
    Part { offset: u64 },
    /// Everything is there and durable, and has the digest that names it.
    Proved,
    /// Nothing of this request was kept.
    ChecksumDiffers { expected: String, found: String },
    /// Nothing at all was kept.
    DigestDiffers { found: String },
}

enum Message {
    Piece(Bytes, OwnedSemaphorePermit),
    End(End),
}

/// A running thread, and the way to it.
#[derive(Debug)]
pub(super) struct Writing {
    sender: mpsc::Sender<Message>,
    budget: Arc<Semaphore>,
    thread: JoinHandle<(OwnedMutexGuard<Slot>, Result<Written, StorageFault>)>,
}

/// The thread has given up: its outcome says why.
#[derive(Debug)]
pub(super) struct GaveUp;

impl Writing {
    /// Starts to write on at the staged file's end.
    pub(super) fn start(
        staging: Staging,
        id: OriginalId,
        length: u64,
        checksum: Option<Checksum>,
        mut slot: OwnedMutexGuard<Slot>,
    ) -> Writing {
        let (sender, messages) = mpsc::channel(64);
        let thread = spawn_blocking(move || {
            let running = slot.take();
            let written = Writer::open(&staging, &id, length, running, checksum).and_then(|writer| {
                let (running, written) = writer.take_all(messages);
                *slot = running;
                written
            });
            (slot, written)
        });
        Writing { sender, budget: Arc::new(Semaphore::new(IN_FLIGHT_BYTES)), thread }
    }

    /// Hands over the next bytes; waits while too many are on their way.
    pub(super) async fn push(&self, piece: Bytes) -> Result<(), GaveUp> {
        let weight = u32::try_from(piece.len().min(IN_FLIGHT_BYTES)).map_err(|_| GaveUp)?;
        let permit = Arc::clone(&self.budget).acquire_many_owned(weight).await.map_err(|_| GaveUp)?;
        self.sender.send(Message::Piece(piece, permit)).await.map_err(|_| GaveUp)
    }

    /// Whether pushing would wait now.
    pub(super) fn is_behind(&self) -> bool {
        self.budget.available_permits() == 0 || self.sender.capacity() == 0
    }

    /// The body ended as its length said, or brought too much.
    pub(super) async fn end(self, end: End) -> (Option<OwnedMutexGuard<Slot>>, Result<Written, StorageFault>) {
        let _ = self.sender.send(Message::End(end)).await;
        self.cut().await
    }

    /// The body stopped: what came is kept, unless a checksum covers it.
    pub(super) async fn cut(self) -> (Option<OwnedMutexGuard<Slot>>, Result<Written, StorageFault>) {
        drop(self.sender);
        match self.thread.await {
            Ok((slot, written)) => (Some(slot), written),
            Err(fault) => (None, Err(std::io::Error::from(fault).into())),
        }
    }
}

struct Writer {
    file: File,
    name: [u8; 32],
    length: u64,
    offset: u64,
    /// As it was before this request.
    before: Running,
    pushed_out: u64,
    hashing: Hashing<Arc<OwnedSemaphorePermit>>,
    /// The request's own checksum.
    expected: Option<Vec<u8>>,
}

impl Writer {
    fn open(
        staging: &Staging,
        id: &OriginalId,
        length: u64,
        running: Slot,
        checksum: Option<Checksum>,
    ) -> Result<Writer, StorageFault> {
        let file = staging.open_file(id)?;
        let mut there = file.metadata()?.len();
        if there > length {
            file.set_len(0)?;
            there = 0;
        }
        let before = match running {
            Some(running) if running.offset == there => running,
            _ => rehash(&file, there)?,
        };
        let (request, expected) = match checksum {
            None => (None, None),
            // The file's own digest is it: the request brings the file from its first byte.
            Some(Checksum::Sha256(expected)) if there == 0 => (None, Some(expected.to_vec())),
            Some(Checksum::Sha256(expected)) => (Some(RequestDigest::Sha256(Sha256::new())), Some(expected.to_vec())),
            Some(Checksum::Sha1(expected)) => (Some(RequestDigest::Sha1(Sha1::new())), Some(expected.to_vec())),
        };
        let hashing = Hashing::start(Digests { file: before.hash.clone(), request })?;
        Ok(Writer { file, name: id.sha256, length, offset: there, before, pushed_out: there, hashing, expected })
    }

    /// What became of it, with the running digest where the file is what that says.
    fn take_all(mut self, mut messages: mpsc::Receiver<Message>) -> (Slot, Result<Written, StorageFault>) {
        let taken = self.take_each(&mut messages);
        let Writer { file, name, length, offset, before, hashing, expected, .. } = self;
        let hashed = hashing.end().map_err(StorageFault::from);
        let judged = taken.and_then(|end| Ok((end, hashed?)));
        let back = |to: Running| -> Result<Slot, StorageFault> {
            file.set_len(to.offset)?;
            Ok(Some(to))
        };
        let (end, digests) = match judged {
            Ok(judged) => judged,
            Err(fault) => {
                // Nothing half-written: a full disk gets back what this request took from it. Where that fails too, the file's true length
                // is taken and its bytes are read again before anything goes on from them.
                return (back(before).unwrap_or(None), Err(fault));
            }
        };
        match judge(end, &digests, expected, (offset, length), before, &name) {
            Judged::Keep(written) => (Some(Running { hash: digests.file, offset }), Ok(written)),
            Judged::Back(to, written) => match back(to) {
                Ok(slot) => (slot, Ok(written)),
                Err(fault) => (None, Err(fault)),
            },
        }
    }

    /// How the body ended; `None`: it stopped.
    fn take_each(&mut self, messages: &mut mpsc::Receiver<Message>) -> Result<Option<End>, StorageFault> {
        loop {
            match messages.blocking_recv() {
                Some(Message::Piece(piece, permit)) => self.write(piece, permit)?,
                Some(Message::End(end)) => {
                    // While the last bytes are still being hashed; what then turns out to be another file was synced in vain.
                    if self.offset == self.length {
                        self.file.sync_data()?;
                    } else {
                        pages::push_out(&self.file, self.pushed_out, self.offset - self.pushed_out);
                    }
                    return Ok(Some(end));
                }
                None => return Ok(None),
            }
        }
    }

    fn write(&mut self, piece: Bytes, permit: OwnedSemaphorePermit) -> Result<(), StorageFault> {
        // Its room is free for the next bytes once both are done with it.
        let permit = Arc::new(permit);
        self.hashing.push(piece.clone(), Arc::clone(&permit));
        self.file.write_all_at(&piece, self.offset)?;
        self.offset += piece.len() as u64;
        if self.offset - self.pushed_out >= PUSH_OUT_BYTES {
            pages::push_out(&self.file, self.pushed_out, self.offset - self.pushed_out);
            self.pushed_out = self.offset;
        }
        Ok(())
    }
}

/// What is to become of the staged file.
enum Judged {
    Keep(Written),
    /// It is again as it was then.
    Back(Running, Written),
}

fn judge(
    end: Option<End>,
    digests: &Digests,
    expected: Option<Vec<u8>>,
    (offset, length): (u64, u64),
    before: Running,
    name: &[u8; 32],
) -> Judged {
    match (end, expected) {
        (Some(End::TooLong), _) | (None, Some(_)) => {
            let kept = Written::Part { offset: before.offset };
            return Judged::Back(before, kept);
        }
        (None, None) => return Judged::Keep(Written::Part { offset }),
        (Some(End::Whole), Some(expected)) => {
            let found = match &digests.request {
                None => digests.file.clone().finalize().to_vec(),
                Some(RequestDigest::Sha256(hash)) => hash.clone().finalize().to_vec(),
                Some(RequestDigest::Sha1(hash)) => hash.clone().finalize().to_vec(),
            };
            if found != expected {
                let (expected, found) = (hex::encode(&expected), hex::encode(&found));
                return Judged::Back(before, Written::ChecksumDiffers { expected, found });
            }
        }
        (Some(End::Whole), None) => {}
    }
    if offset < length {
        return Judged::Keep(Written::Part { offset });
    }
    let found: [u8; 32] = digests.file.clone().finalize().into();
    if found != *name {
        let nothing = Running { hash: Sha256::new(), offset: 0 };
        return Judged::Back(nothing, Written::DigestDiffers { found: hex::encode(&found) });
    }
    Judged::Keep(Written::Proved)
}

/// The digest of what is there, after a restart.
fn rehash(mut file: &File, there: u64) -> Result<Running, StorageFault> {
    let mut running = Running { hash: Sha256::new(), offset: 0 };
    let mut buffer = if there > 0 { vec![0; REHASH_BYTES] } else { Vec::new() };
    while running.offset < there {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Err(StorageFault::Missing);
        }
        running.hash.update(&buffer[..read]);
        running.offset += read as u64;
    }
    Ok(running)
}
