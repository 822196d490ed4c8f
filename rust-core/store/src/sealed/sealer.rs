//! Making chunks, in place.

use aes_gcm::AeadInOut;
use aes_gcm::aead::inout::InOutBuf;

use super::{ChunkKind, FRAME_LEN, FileKey, Frame, HEADER_LEN, Mark, TAG_LEN, Tag};

/// Where in a file the next chunk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// Byte offset in the sealed file.
    pub(crate) at: u64,
    pub(crate) counter: u32,
    /// Tag of the chunk before.
    pub(crate) before: Tag,
    /// Plain bytes of the chunks before.
    pub(crate) plain: u64,
}

impl Place {
    /// Behind the header.
    pub(crate) const START: Place = Place { at: HEADER_LEN as u64, counter: 0, before: [0; TAG_LEN], plain: 0 };

    /// Behind a chunk of that frame and tag.
    pub(crate) fn after(self, frame: Frame, tag: Tag) -> Self {
        let plain = if frame.kind == ChunkKind::Data { u64::from(frame.len) } else { 0 };
        Self {
            at: self.at + frame.sealed_len() as u64,
            counter: frame.counter.saturating_add(1),
            before: tag,
            plain: self.plain + plain,
        }
    }
}

/// Why a chunk was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SealFault {
    /// 2^32 − 1 chunks: at two commits a second, 68 years.
    #[error("the file has as many chunks as it can have")]
    TooManyChunks,
}

/// Seals chunk after chunk of one file.
#[derive(Debug)]
pub(crate) struct Sealer {
    key: FileKey,
    session: [u8; 8],
    place: Place,
}

impl Sealer {
    /// `session` must be fresh: with an old one a nonce would come twice.
    pub(crate) fn new(key: FileKey, session: [u8; 8], place: Place) -> Self {
        Self { key, session, place }
    }

    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// Goes back to an earlier place. The chunks after it may be on the disk already, hence the fresh session.
    pub(crate) fn roll_back(&mut self, place: Place, session: [u8; 8]) {
        self.place = place;
        self.session = session;
    }

    /// Seals in place. `chunk` holds [`FRAME_LEN`] free bytes, then at most `MAX_CHUNK` plain ones; afterwards it is what
    /// belongs into the file at the place before the call.
    pub(crate) fn seal(&mut self, kind: ChunkKind, chunk: &mut Vec<u8>) -> Result<(), SealFault> {
        let (head, body) = chunk.split_at_mut(FRAME_LEN);
        let tag = self.seal_body(kind, head, body.into())?;
        chunk.extend_from_slice(&tag);
        Ok(())
    }

    /// Seals `plain` into `room`, which has exactly the size of the chunk: the copy into the file's buffer and the sealing are one pass.
    pub(crate) fn seal_from(&mut self, kind: ChunkKind, plain: &[u8], room: &mut [u8]) -> Result<(), SealFault> {
        let (head, rest) = room.split_at_mut(FRAME_LEN);
        let (body, end) = rest.split_at_mut(plain.len());
        let body = InOutBuf::new(plain, body).expect("the room was split at the length of what goes in");
        let tag = self.seal_body(kind, head, body)?;
        end.copy_from_slice(&tag);
        Ok(())
    }

    fn seal_body(&mut self, kind: ChunkKind, head: &mut [u8], body: InOutBuf<'_, '_, u8>) -> Result<Tag, SealFault> {
        if self.place.counter == u32::MAX {
            return Err(SealFault::TooManyChunks);
        }
        let len = u32::try_from(body.len()).map_err(|_| SealFault::TooManyChunks)?;
        let frame = Frame { len, kind, session: self.session, counter: self.place.counter };
        let frame_bytes = frame.to_bytes();
        head.copy_from_slice(&frame_bytes);
        let nonce = Frame::nonce(&frame_bytes).into();
        let associated = frame.associated(&frame_bytes, &self.place.before);
        let sealed = self.key.0.encrypt_inout_detached(&nonce, &associated, body);
        let tag: Tag = sealed.expect("a chunk is far shorter than the 64 GiB that one GCM message may have").into();
        self.place = self.place.after(frame, tag);
        Ok(tag)
    }

    /// The mark of this place.
    pub(crate) fn seal_mark(&mut self) -> Result<Vec<u8>, SealFault> {
        let Place { plain, before, .. } = self.place;
        self.seal_small(ChunkKind::Mark, &Mark { plain, before }.to_bytes())
    }

    /// A whole small chunk.
    pub(crate) fn seal_small(&mut self, kind: ChunkKind, plain: &[u8]) -> Result<Vec<u8>, SealFault> {
        let mut chunk = Vec::with_capacity(FRAME_LEN + plain.len() + TAG_LEN);
        chunk.resize(FRAME_LEN, 0);
        chunk.extend_from_slice(plain);
        self.seal(kind, &mut chunk)?;
        Ok(chunk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{KeyId, VaultKey};
    use crate::sealed::{FileId, Header};

    /// Two messages under one nonce would give both away: what was taken back may be on the disk already.
    #[test]
    fn a_place_that_is_written_twice_has_two_nonces() {
        let (_, key) = Header::make(KeyId(1), &VaultKey::new([1; 32]), FileId([2; 16]));
        let mut sealer = Sealer::new(key, [3; 8], Place::START);
        let first = sealer.seal_small(ChunkKind::Data, b"taken back").unwrap();
        sealer.roll_back(Place::START, [4; 8]);
        let second = sealer.seal_small(ChunkKind::Data, b"written instead").unwrap();
        let nonce = |chunk: &[u8]| chunk[8..FRAME_LEN].to_vec();
        assert_eq!(nonce(&first)[8..], nonce(&second)[8..], "the same place");
        assert_ne!(nonce(&first), nonce(&second));
    }
}
