//! Reading chunks one after the other, trusting no byte.

use std::io;

use aes_gcm::AeadInOut;

use super::{ChunkKind, FRAME_LEN, FileKey, Frame, Mark, Place, TAG_LEN, Tag};
use crate::disk::{DiskFile, read_full};

/// What is wrong with the bytes where a chunk should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChunkFault {
    /// The file ends inside the chunk.
    #[error("ends after {found} of {expected} bytes")]
    Truncated { expected: u64, found: u64 },
    /// No frame that a writer could have made, or one of another place.
    #[error("is not the frame of chunk {expected}")]
    NotAFrame { expected: u32 },
    /// The bytes are not the ones that were sealed at this place in this file.
    #[error("fails authentication")]
    Unauthentic,
}

/// The first place in a file where no valid chunk stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) place: Place,
    pub(crate) fault: ChunkFault,
}

/// What stands at the next place.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    Chunk { kind: ChunkKind, plain: &'a [u8] },
    End,
    Broken(Broken),
}

/// Small files are read in one go; larger chunks get a window of their own size.
const WINDOW: usize = 64 << 10;

/// A walk over a file's chunks up to `end`.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    file: &'a dyn DiskFile,
    key: &'a FileKey,
    place: Place,
    /// The file's length, or less to see only what was acknowledged.
    end: u64,
    window: Vec<u8>,
    window_at: u64,
    has_met_mark: bool,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(file: &'a dyn DiskFile, key: &'a FileKey, place: Place, end: u64) -> Self {
        Self { file, key, place, end, window: Vec::new(), window_at: 0, has_met_mark: false }
    }

    /// Behind the last valid chunk.
    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// Whether an authentic mark was met, even one that does not fit the chunk before it.
    pub(crate) fn has_met_mark(&self) -> bool {
        self.has_met_mark
    }

    /// From here on only later marks count.
    pub(crate) fn forget_mark(&mut self) {
        self.has_met_mark = false;
    }

    /// Authenticates and opens the next chunk. After `Broken` the walk stays where it is.
    pub(crate) fn step(&mut self) -> io::Result<Step<'_>> {
        let place = self.place;
        let left = self.end.saturating_sub(place.at);
        if left == 0 {
            return Ok(Step::End);
        }
        let broken = |fault| Ok(Step::Broken(Broken { place, fault }));
        let truncated = |expected: usize, found| ChunkFault::Truncated { expected: expected as u64, found };
        if left < FRAME_LEN as u64 {
            return broken(truncated(FRAME_LEN, left));
        }
        let Some(frame_bytes) = self.bytes(place.at, FRAME_LEN)?.and_then(|b| <[u8; FRAME_LEN]>::try_from(&*b).ok())
        else {
            return broken(truncated(FRAME_LEN, 0));
        };
        let Some(frame) = Frame::parse(&frame_bytes).filter(|frame| frame.counter == place.counter) else {
            return broken(ChunkFault::NotAFrame { expected: place.counter });
        };
        let sealed_len = frame.sealed_len();
        if left < sealed_len as u64 {
            return broken(truncated(sealed_len, left));
        }
        let key = self.key;
        let Some(body) = self.bytes(place.at + FRAME_LEN as u64, sealed_len - FRAME_LEN)? else {
            return broken(truncated(sealed_len, FRAME_LEN as u64));
        };
        let (plain, tag) = body.split_at_mut(frame.len as usize);
        let mut tag_bytes: Tag = [0; TAG_LEN];
        tag_bytes.copy_from_slice(tag);
        let opened = key.0.decrypt_inout_detached(
            &Frame::nonce(&frame_bytes).into(),
            &frame.associated(&frame_bytes, &place.before),
            (&mut *plain).into(),
            &tag_bytes.into(),
        );
        if opened.is_err() {
            // A failed opening may have left its guess in the window.
            self.window.clear();
            return broken(ChunkFault::Unauthentic);
        }
        if frame.kind == ChunkKind::Mark {
            let fits = Mark::parse(plain).is_some_and(|mark| mark.before == place.before);
            self.has_met_mark = true;
            if !fits {
                self.window.clear();
                return broken(ChunkFault::Unauthentic);
            }
        }
        self.place = place.after(frame, tag_bytes);
        let start = (place.at + FRAME_LEN as u64 - self.window_at) as usize;
        Ok(Step::Chunk { kind: frame.kind, plain: &self.window[start..start + frame.len as usize] })
    }

    /// Steps over a chunk that does not open, if its frame says where the next one would be.
    pub(crate) fn skip_broken(&mut self) -> io::Result<bool> {
        let place = self.place;
        let Some(frame) = self.bytes(place.at, FRAME_LEN)?.and_then(|b| Frame::parse(b)) else { return Ok(false) };
        let tag_at = place.at + (FRAME_LEN + frame.len as usize) as u64;
        if frame.counter != place.counter || tag_at + TAG_LEN as u64 > self.end {
            return Ok(false);
        }
        let Some(tag) = self.bytes(tag_at, TAG_LEN)?.and_then(|b| Tag::try_from(&*b).ok()) else { return Ok(false) };
        self.place = place.after(frame, tag);
        Ok(true)
    }

    /// `len` bytes of the file; `None` if it has become shorter meanwhile.
    fn bytes(&mut self, at: u64, len: usize) -> io::Result<Option<&mut [u8]>> {
        let inside = at >= self.window_at && at.saturating_add(len as u64) <= self.window_at + self.window.len() as u64;
        if !inside {
            let rest = usize::try_from(self.end.saturating_sub(at)).unwrap_or(usize::MAX);
            let want = rest.min(len.max(WINDOW));
            self.window.resize(want, 0);
            let read = read_full(self.file, &mut self.window, at)?;
            self.window.truncate(read);
            self.window_at = at;
        }
        let start = (at - self.window_at) as usize;
        Ok(self.window.get_mut(start..start + len))
    }
}
