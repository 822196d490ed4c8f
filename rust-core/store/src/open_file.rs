//! A file that is being written: what waits, what is on its way, what was acknowledged.

use std::collections::VecDeque;
use std::io;

use crate::SyncPoint;
use crate::disk::{DiskFile, read_full};
use crate::identity::{Identity, Part};
use crate::sealed::{ChunkKind, FRAME_LEN, MAX_CHUNK, Place, SealFault, Sealer, TAG_LEN};

/// From this size on a piece of media is a chunk of its own. Its frame and tag are less than a hundredth of it.
const LARGE_PIECE: usize = 16 << 10;

#[derive(Debug)]
pub(crate) struct OpenFile {
    pub(crate) part: Part,
    file: Box<dyn DiskFile>,
    sealer: Sealer,
    /// Where the file stood at the last commit that was acknowledged.
    acknowledged: Place,
    /// Sealed bytes that a sync of this or an earlier run covered. A mark at the end of a reopened file is not among them.
    synced: u64,
    /// The chunk being filled, behind room for its frame.
    filling: Vec<u8>,
    /// Room in which a large piece is sealed; kept, because fresh pages cost more than the copy it saves.
    sealing: Vec<u8>,
    /// Of a file of lines: full chunks that wait for the commit, since lines must not be written before it.
    waiting: VecDeque<Vec<u8>>,
    /// Its name may not be durable yet.
    pub(crate) is_new: bool,
    /// Something was written since the last sync.
    is_dirty: bool,
    /// To be marked and closed by the commit.
    pub(crate) is_finishing: bool,
    /// A sync or a roll-back failed: nothing may be acknowledged on this file again.
    pub(crate) is_poisoned: bool,
}

/// Why bytes did not get into a file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PutFault {
    #[error("the disk failed")]
    Disk(#[from] io::Error),
    #[error(transparent)]
    Seal(#[from] SealFault),
}

impl PutFault {
    pub(crate) fn into_io(self) -> io::Error {
        match self {
            Self::Disk(e) => e,
            Self::Seal(e) => io::Error::other(e),
        }
    }
}

impl OpenFile {
    pub(crate) fn new(part: Part, file: Box<dyn DiskFile>, sealer: Sealer, synced: u64) -> Self {
        let acknowledged = sealer.place();
        Self {
            part,
            file,
            sealer,
            acknowledged,
            synced,
            filling: Vec::new(),
            sealing: Vec::new(),
            waiting: VecDeque::new(),
            is_new: false,
            is_dirty: false,
            is_finishing: false,
            is_poisoned: false,
        }
    }

    /// Writes header and first chunk of a new file.
    pub(crate) fn begin(&mut self, header: &[u8]) -> Result<(), PutFault> {
        self.is_new = true;
        self.is_dirty = true;
        let identity = self.sealer.seal_small(ChunkKind::Identity, &self.part.to_bytes())?;
        let mut bytes = header.to_vec();
        bytes.extend_from_slice(&identity);
        self.file.write_at(&bytes, 0)?;
        self.acknowledged = self.sealer.place();
        Ok(())
    }

    pub(crate) fn identity(&self) -> Identity {
        self.part.identity
    }

    pub(crate) fn acknowledged(&self) -> Place {
        self.acknowledged
    }

    pub(crate) fn synced(&self) -> u64 {
        self.synced
    }

    pub(crate) fn has_unacknowledged(&self) -> bool {
        self.sealer.place() != self.acknowledged || self.filling.len() > FRAME_LEN || !self.waiting.is_empty()
    }

    /// Takes bytes of media; a large piece or a chunk that is full is written at once, so that memory stays flat however long a
    /// commit waits. A large piece is a chunk of its own, sealed on its way: no copy of it is made first.
    pub(crate) fn append_media(&mut self, mut bytes: &[u8]) -> Result<(), PutFault> {
        if bytes.len() >= LARGE_PIECE {
            if self.filling.len() > FRAME_LEN {
                self.write_filling()?;
            }
            return bytes.chunks(MAX_CHUNK).try_for_each(|piece| self.write_piece(piece));
        }
        while !bytes.is_empty() {
            self.make_room();
            let room = FRAME_LEN + MAX_CHUNK - self.filling.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.filling.extend_from_slice(now);
            bytes = later;
            if self.filling.len() == FRAME_LEN + MAX_CHUNK {
                self.write_filling()?;
            }
        }
        Ok(())
    }

    /// Takes a line; whole lines only stand in one chunk, so that a torn write never leaves half a line.
    pub(crate) fn append_line(&mut self, line: &[u8]) {
        self.make_room();
        if self.filling.len() + line.len() > FRAME_LEN + MAX_CHUNK {
            self.waiting.push_back(std::mem::take(&mut self.filling));
            self.make_room();
        }
        self.filling.extend_from_slice(line);
    }

    fn make_room(&mut self) {
        if self.filling.len() < FRAME_LEN {
            self.filling.resize(FRAME_LEN, 0);
        }
    }

    /// Writes all that was appended, without a sync.
    pub(crate) fn write_appended(&mut self) -> Result<(), PutFault> {
        while let Some(full) = self.waiting.pop_front() {
            let last = std::mem::replace(&mut self.filling, full);
            self.write_filling()?;
            self.filling = last;
        }
        if self.filling.len() > FRAME_LEN { self.write_filling() } else { Ok(()) }
    }

    fn write_filling(&mut self) -> Result<(), PutFault> {
        let at = self.sealer.place().at;
        self.sealer.seal(ChunkKind::Data, &mut self.filling)?;
        self.is_dirty = true;
        self.file.write_at(&self.filling, at)?;
        self.filling.truncate(FRAME_LEN);
        Ok(())
    }

    fn write_piece(&mut self, plain: &[u8]) -> Result<(), PutFault> {
        let at = self.sealer.place().at;
        let sealed_len = FRAME_LEN + plain.len() + TAG_LEN;
        if self.sealing.len() < sealed_len {
            self.sealing.resize(sealed_len, 0);
        }
        let room = &mut self.sealing[..sealed_len];
        self.sealer.seal_from(ChunkKind::Data, plain, room)?;
        self.is_dirty = true;
        self.file.write_at(room, at)?;
        Ok(())
    }

    /// Writes a chunk that is not content.
    pub(crate) fn write_note(&mut self, kind: ChunkKind, plain: &[u8]) -> Result<(), PutFault> {
        let at = self.sealer.place().at;
        let chunk = self.sealer.seal_small(kind, plain)?;
        self.is_dirty = true;
        self.file.write_at(&chunk, at)?;
        Ok(())
    }

    /// Whether something was written since the last sync.
    pub(crate) fn is_dirty(&self) -> bool {
        self.is_dirty
    }

    /// Makes what was written durable; a failure poisons the file, since the next sync might lie.
    pub(crate) fn sync(&mut self, point: SyncPoint) -> io::Result<()> {
        if !self.is_dirty {
            return Ok(());
        }
        match self.file.sync_data(point) {
            Ok(()) => {
                self.is_dirty = false;
                self.synced = self.sealer.place().at;
            }
            Err(e) => {
                self.is_poisoned = true;
                return Err(e);
            }
        }
        Ok(())
    }

    /// After the last sync of a commit.
    pub(crate) fn acknowledge(&mut self) {
        self.acknowledged = self.sealer.place();
        self.is_new = false;
    }

    /// Forgets what was appended since the last acknowledged commit and cuts what of it was written.
    ///
    /// The cut needs no sync: what comes back after a crash is a chunk of this file in its place, or is torn.
    /// `session` is fresh, since chunks of the old one at the same places may be on the disk.
    pub(crate) fn roll_back(&mut self, session: Option<[u8; 8]>) {
        self.waiting.clear();
        self.filling.truncate(FRAME_LEN);
        self.is_finishing = false;
        if self.sealer.place() == self.acknowledged {
            return;
        }
        // Of a poisoned file too, as far as it can be had: readers after a restart should not find what was called lost.
        let is_cut = self.file.set_len(self.acknowledged.at).is_ok();
        match session {
            Some(session) if is_cut && !self.is_poisoned => {
                self.sealer.roll_back(self.acknowledged, session);
                self.is_dirty = true;
            }
            _ => self.is_poisoned = true,
        }
    }

    /// Writes the mark again behind which a reopened file goes on.
    ///
    /// If a crash took it: the index knows a file by its length with and without the mark. If lines came where the mark was, a
    /// file could get the length that the index knows and other bytes behind it, and those would be passed over.
    ///
    /// If it is there: a mark vouches for what is before it, not for itself. A sync that failed in an earlier run may have
    /// given up its page, and the next sync would pass over it, with lines behind a mark that is not on the disk. So the same
    /// bytes are written to the same place.
    pub(crate) fn renew_mark(&mut self) -> Result<(), PutFault> {
        let end = self.acknowledged.at;
        if end <= self.synced {
            self.write_mark()?;
            self.acknowledged = self.sealer.place();
            return Ok(());
        }
        let len = usize::try_from(end - self.synced).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
        let mut mark = vec![0; len];
        if read_full(&*self.file, &mut mark, self.synced)? < len {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        self.is_dirty = true;
        Ok(self.file.write_at(&mark, self.synced)?)
    }

    /// Writes the mark; the length of the file with it. It only saves time, so a failure is none.
    pub(crate) fn mark(&mut self) -> u64 {
        let at = self.acknowledged.at;
        if at > self.synced {
            // A mark is the last chunk already, and it may still get lost: a second one would claim that it cannot.
            return at;
        }
        match self.write_mark() {
            Ok(()) => self.sealer.place().at,
            Err(_) => {
                let _ = self.file.set_len(at);
                at
            }
        }
    }

    fn write_mark(&mut self) -> Result<(), PutFault> {
        let at = self.sealer.place().at;
        let chunk = self.sealer.seal_mark()?;
        self.is_dirty = true;
        Ok(self.file.write_at(&chunk, at)?)
    }
}
