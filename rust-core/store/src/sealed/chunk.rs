//! The 20 bytes before every chunk.

/// Bytes of a frame.
pub(crate) const FRAME_LEN: usize = 20;
/// Bytes of the authentication tag behind the sealed bytes.
pub(crate) const TAG_LEN: usize = 16;
/// The most plain bytes that one chunk holds; larger groups become several chunks.
pub(crate) const MAX_CHUNK: usize = 1 << 20;

pub(crate) type Tag = [u8; TAG_LEN];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum ChunkKind {
    /// What the file is; always the first chunk and no other.
    Identity = 1,
    /// Plain bytes of the file.
    Data = 2,
    /// Everything before it was synced when it was written.
    Mark = 3,
    /// In a journal: which files were removed on which receipt.
    Purge = 4,
}

/// Length, kind and nonce. Stands in the clear and is authenticated with the chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Plain bytes in the chunk.
    pub(crate) len: u32,
    pub(crate) kind: ChunkKind,
    /// Drawn anew each time the file is opened for writing or rolled back, so that no nonce comes twice.
    pub(crate) session: [u8; 8],
    /// Place of the chunk in the file, from 0.
    pub(crate) counter: u32,
}

impl Frame {
    pub(crate) fn to_bytes(self) -> [u8; FRAME_LEN] {
        let Frame { len, kind, session, counter } = self;
        let mut bytes = [0; FRAME_LEN];
        bytes[..4].copy_from_slice(&len.to_le_bytes());
        bytes[4] = kind as u8;
        bytes[8..16].copy_from_slice(&session);
        bytes[16..].copy_from_slice(&counter.to_be_bytes());
        bytes
    }

    /// `None` unless the bytes are a frame that a writer could have made.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; FRAME_LEN] = bytes.try_into().ok()?;
        let len = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        let kind = match bytes[4] {
            1 => ChunkKind::Identity,
            2 => ChunkKind::Data,
            3 => ChunkKind::Mark,
            4 => ChunkKind::Purge,
            _ => return None,
        };
        if bytes[5..8] != [0; 3] || len as usize > MAX_CHUNK {
            return None;
        }
        let mut session = [0; 8];
        session.copy_from_slice(&bytes[8..16]);
        Some(Self { len, kind, session, counter: u32::from_be_bytes([bytes[16], bytes[17], bytes[18], bytes[19]]) })
    }

    /// Bytes that the whole chunk takes in the file.
    pub(crate) fn sealed_len(self) -> usize {
        FRAME_LEN + self.len as usize + TAG_LEN
    }

    /// Session and counter: the last 12 bytes of the frame.
    pub(super) fn nonce(bytes: &[u8; FRAME_LEN]) -> [u8; 12] {
        let mut nonce = [0; 12];
        nonce.copy_from_slice(&bytes[8..]);
        nonce
    }

    /// The frame and the tag of the chunk before (zeros for the first): binds a chunk to its place and its past.
    ///
    /// A mark has that tag in its plain bytes instead, so that it can be recognised behind a damaged chunk too.
    pub(super) fn associated(self, bytes: &[u8; FRAME_LEN], before: &Tag) -> [u8; FRAME_LEN + TAG_LEN] {
        let mut associated = [0; FRAME_LEN + TAG_LEN];
        associated[..FRAME_LEN].copy_from_slice(bytes);
        if self.kind != ChunkKind::Mark {
            associated[FRAME_LEN..].copy_from_slice(before);
        }
        associated
    }
}
