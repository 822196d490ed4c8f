//! One request's bytes into a staged file: a thread of its own hashes and writes while the next bytes are received.

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

use super::{OriginalId, Staging, StorageFault, pages};

/// Received and not written yet, at most, for one upload.
const IN_FLIGHT_BYTES: usize = 512 << 10;
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
    /// Everything is there and has the digest that names it.
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
            let written = Writer::open(&staging, &id, length, running, checksum).and_then(|mut writer| {
                let written = writer.take_all(messages);
                if written.is_ok() {
                    *slot = Some(writer.running);
                }
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
    running: Running,
    /// As it was before this request.
    before: Running,
    pushed_out: u64,
    check: Option<(Check, Vec<u8>)>,
}

/// What computes the request's own checksum.
enum Check {
    /// The file's running digest is it: the request brings the file from its first byte.
    Running,
    Sha256(Sha256),
    Sha1(Sha1),
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
        let running = match running {
            Some(running) if running.offset == there => running,
            _ => rehash(&file, there)?,
        };
        let check = checksum.map(|checksum| match checksum {
            Checksum::Sha256(expected) if there == 0 => (Check::Running, expected.to_vec()),
            Checksum::Sha256(expected) => (Check::Sha256(Sha256::new()), expected.to_vec()),
            Checksum::Sha1(expected) => (Check::Sha1(Sha1::new()), expected.to_vec()),
        });
        Ok(Writer { file, name: id.sha256, length, before: running.clone(), running, pushed_out: there, check })
    }

    fn take_all(&mut self, mut messages: mpsc::Receiver<Message>) -> Result<Written, StorageFault> {
        let written = self.take_each(&mut messages);
        if written.is_err() {
            // Nothing half-written: a full disk gets back what this request took from it. Where that fails too, the file's true length is taken
            // and its bytes are read again before anything goes on from them.
            let _ = self.undo();
        }
        written
    }

    fn take_each(&mut self, messages: &mut mpsc::Receiver<Message>) -> Result<Written, StorageFault> {
        loop {
            match messages.blocking_recv() {
                Some(Message::Piece(piece, permit)) => {
                    self.write(&piece)?;
                    drop(permit);
                }
                Some(Message::End(End::Whole)) => return self.ended(),
                Some(Message::End(End::TooLong)) => {
                    self.undo()?;
                    return Ok(Written::Part { offset: self.running.offset });
                }
                None => {
                    if self.check.is_some() {
                        self.undo()?;
                    }
                    return Ok(Written::Part { offset: self.running.offset });
                }
            }
        }
    }

    fn write(&mut self, piece: &[u8]) -> Result<(), StorageFault> {
        self.file.write_all_at(piece, self.running.offset)?;
        self.running.hash.update(piece);
        self.running.offset += piece.len() as u64;
        match &mut self.check {
            Some((Check::Sha256(hash), _)) => hash.update(piece),
            Some((Check::Sha1(hash), _)) => hash.update(piece),
            Some((Check::Running, _)) | None => {}
        }
        if self.running.offset - self.pushed_out >= PUSH_OUT_BYTES {
            pages::push_out(&self.file, self.pushed_out, self.running.offset - self.pushed_out);
            self.pushed_out = self.running.offset;
        }
        Ok(())
    }

    fn ended(&mut self) -> Result<Written, StorageFault> {
        if let Some((check, expected)) = self.check.take() {
            let found = match check {
                Check::Running => self.running.hash.clone().finalize().to_vec(),
                Check::Sha256(hash) => hash.finalize().to_vec(),
                Check::Sha1(hash) => hash.finalize().to_vec(),
            };
            if found != expected {
                self.undo()?;
                return Ok(Written::ChecksumDiffers { expected: hex::encode(&expected), found: hex::encode(&found) });
            }
        }
        if self.running.offset < self.length {
            return Ok(Written::Part { offset: self.running.offset });
        }
        let found: [u8; 32] = self.running.hash.clone().finalize().into();
        if found != self.name {
            self.before = Running { hash: Sha256::new(), offset: 0 };
            self.undo()?;
            return Ok(Written::DigestDiffers { found: hex::encode(&found) });
        }
        Ok(Written::Proved)
    }

    fn undo(&mut self) -> Result<(), StorageFault> {
        self.file.set_len(self.before.offset)?;
        self.running = self.before.clone();
        Ok(())
    }
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
