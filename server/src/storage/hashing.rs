//! Digests of a request's bytes, on a thread of their own: hashing costs as much as writing, and neither waits for the other.

use std::io;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use bytes::Bytes;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

/// Pieces on their way to the thread, at most; their bytes are bounded by whoever received them.
const PIECES: usize = 64;

/// What is computed: the file's own digest, and the request's where that is another.
#[derive(Debug, Clone)]
pub(super) struct Digests {
    pub(super) file: Sha256,
    pub(super) request: Option<RequestDigest>,
}

/// Over this request's bytes alone.
#[derive(Debug, Clone)]
pub(super) enum RequestDigest {
    Sha256(Sha256),
    Sha1(Sha1),
}

impl Digests {
    fn update(&mut self, piece: &[u8]) {
        self.file.update(piece);
        match &mut self.request {
            Some(RequestDigest::Sha256(hash)) => hash.update(piece),
            Some(RequestDigest::Sha1(hash)) => hash.update(piece),
            None => {}
        }
    }
}

/// A running thread. `Permit` is let go once a piece was hashed.
#[derive(Debug)]
pub(super) struct Hashing<Permit> {
    sender: SyncSender<(Bytes, Permit)>,
    thread: JoinHandle<Digests>,
}

impl<Permit: Send + 'static> Hashing<Permit> {
    pub(super) fn start(mut digests: Digests) -> io::Result<Hashing<Permit>> {
        let (sender, pieces) = sync_channel::<(Bytes, Permit)>(PIECES);
        let thread = thread::Builder::new().name("hashing".to_owned()).spawn(move || {
            for (piece, permit) in pieces {
                digests.update(&piece);
                drop(permit);
            }
            digests
        })?;
        Ok(Hashing { sender, thread })
    }

    /// Waits while too many pieces are on their way. A thread that is gone is told of by [`Hashing::end`].
    pub(super) fn push(&self, piece: Bytes, permit: Permit) {
        let _ = self.sender.send((piece, permit));
    }

    /// The digests over everything that was pushed.
    pub(super) fn end(self) -> io::Result<Digests> {
        drop(self.sender);
        self.thread.join().map_err(|_| io::Error::other("the hashing thread panicked"))
    }
}
