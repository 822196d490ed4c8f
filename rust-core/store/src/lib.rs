//! Vault, journals and the SQLite index on the phone: the only crate that touches its disk, through one `Disk` port.
//!
//! Here: sealed files (`SEALED.md`), the commit that makes a group of appends durable, what happens after a crash, the purge
//! after a receipt, and an index that can be lost. Not here: what a line says, what a segment is, signatures, digests, the
//! clock. A line is bytes that end in LF, a segment is bytes.
//!
//! Read `identity` (what files there are), `writer` (the order and the price of a commit), `recover` (what a crash leaves and
//! what is done about it), `sync_point` (every wait for the disk by name), `store` (vault and index together).
//!
//! Three promises, tried in `tests/crashes.rs` over seeded crashes: what [`Writer::commit`] acknowledged is found, byte for
//! byte; a line is never found without the bytes it names; nothing is found that was never appended, and nothing that was cut
//! off is lost. A failed sync is never believed later, on its file nothing is acknowledged again.

mod catalog;
mod chance;
mod content;
mod disk;
mod examine;
mod group;
mod identity;
mod index;
mod keyring;
mod keys;
mod open_file;
mod purge;
mod purge_note;
mod real_disk;
mod recover;
mod recovery;
mod reserve;
mod sealed;
mod side;
mod store;
mod sync_point;
mod tail;
mod vault;
mod writer;

pub use chance::{Chance, NoChance, OsChance};
pub use content::{Content, ReadError};
pub use disk::{Disk, DiskFile, FolderLock, Listed};
pub use group::{Acknowledged, AppendError, CreateError, GroupLost, GroupLostWhy};
pub use identity::{FileKind, Identity, RecordId};
pub use index::{
    ActivityTerm, Among, Beside, Fare, Index, IndexError, IndexState, ListedRecord, RecordEntry, RecordRow,
    RecordState, SCHEMA_VERSION, SegmentRow, SegmentState, Settled, Tally, Term, UploadHold, UploadKind, UploadRow,
    UploadState, UploadsOwed, Wanted,
};
pub use keys::{KeyId, KeyVault, KeyVaultError, VaultKey};
pub use purge::{PurgeError, PurgeWarrant, Purged};
pub use real_disk::{PRACTICE_SUFFIX, RealDisk, remove_practice};
pub use recovery::{Found, Known, KnownFile, KnownState, Orphan, OrphanReason, Recovery, SideFile, Trouble};
pub use reserve::Reserve;
pub use sealed::ChunkFault;
pub use store::{Opening, Progress, Store, Summarise, Summary};
pub use sync_point::SyncPoint;
pub use tail::LinesTail;
pub use vault::{ContentLength, LockedFolder, OpenError, Ports, Vault};
pub use writer::{MAX_LINE, Writer};
