//! An original as a plain reader, for writers that wait: a piece at a time, hashed on the way.

use std::io::{self, Read};

use bytes::{Buf, Bytes};
use futures_util::StreamExt;
use quanji_evidence::Digest;
use sha2::{Digest as _, Sha256};
use tokio::runtime::Handle;

use super::{Chunks, OriginalId, Originals, ReadBack, StorageFault};

/// Reads an original from its first byte, and no further than `limit_bytes`. Only for threads that may wait.
pub(crate) struct WholeReader {
    handle: Handle,
    chunks: Chunks,
    piece: Bytes,
    hash: Sha256,
    size_bytes: u64,
    limit_bytes: u64,
    fault: Option<StorageFault>,
}

impl WholeReader {
    pub(crate) fn open(
        handle: &Handle,
        originals: &dyn Originals,
        id: &OriginalId,
        limit_bytes: u64,
    ) -> Result<WholeReader, StorageFault> {
        let chunks = handle.block_on(originals.read(id, None))?;
        let (piece, hash, handle) = (Bytes::new(), Sha256::new(), handle.clone());
        Ok(WholeReader { handle, chunks, piece, hash, size_bytes: 0, limit_bytes, fault: None })
    }

    /// What was read. One that has more than the limit is told by a size above it.
    pub(crate) fn finish(self) -> Result<ReadBack, StorageFault> {
        match self.fault {
            Some(fault) => Err(fault),
            None => {
                let digest = Digest::from_sha256(self.hash.finalize().into());
                Ok(ReadBack { digest, size_bytes: self.size_bytes })
            }
        }
    }
}

impl Read for WholeReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && self.size_bytes <= self.limit_bytes && self.fault.is_none() {
            match self.handle.block_on(self.chunks.next()) {
                None => return Ok(0),
                Some(Ok(piece)) => {
                    self.hash.update(&piece);
                    self.size_bytes += piece.len() as u64;
                    self.piece = piece;
                }
                Some(Err(fault)) => self.fault = Some(fault),
            }
        }
        let count = self.piece.len().min(buffer.len());
        self.piece.copy_to_slice(&mut buffer[..count]);
        Ok(count)
    }
}
