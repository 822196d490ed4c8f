//! The sealed file: a header, then chunks, each encrypted and bound to its place (`SEALED.md` has the bytes).
//!
//! In order: `header` (which key, which file), `chunk` (the frame before each chunk), `sealer` (making chunks), `walk` (reading
//! them, trusting nothing), `mark` (the shortcut by which a file is known to be whole).

mod chunk;
mod header;
mod mark;
mod sealer;
mod walk;

pub(crate) use chunk::{ChunkKind, FRAME_LEN, Frame, MAX_CHUNK, TAG_LEN, Tag};
pub(crate) use header::{FileId, FileKey, HEADER_LEN, Header, HeaderFault};
pub(crate) use mark::{LastChunk, MARK_SEALED_LEN, Mark, last_chunk};
pub(crate) use sealer::{Place, SealFault, Sealer};
pub use walk::ChunkFault;
pub(crate) use walk::{Broken, Step, Walk};
