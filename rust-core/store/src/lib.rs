//! Vault, journals and the SQLite index on the phone: the only crate that touches its disk, through one Disk port.

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
mod vault;
mod writer;

pub use chance::{Chance, NoChance, OsChance};
pub use content::{Content, ReadError};
pub use disk::{Disk, DiskFile, FolderLock, Listed};
pub use group::{Acknowledged, AppendError, CreateError, GroupLost, GroupLostWhy};
pub use identity::{FileKind, Identity, RecordId};
pub use index::{
    Index, IndexError, IndexState, RecordEntry, RecordRow, RecordState, SCHEMA_VERSION, SegmentRow, SegmentState,
};
pub use keys::{KeyId, KeyVault, KeyVaultError, VaultKey};
pub use purge::{PurgeError, PurgeWarrant, Purged};
pub use real_disk::RealDisk;
pub use recovery::{Found, Known, KnownFile, KnownState, Orphan, OrphanReason, Recovery, SideFile, Trouble};
pub use reserve::Reserve;
pub use sealed::ChunkFault;
pub use store::{Opening, Progress, Store, Summarise, Summary};
pub use sync_point::SyncPoint;
pub use vault::{ContentLength, LockedFolder, OpenError, Ports, Vault};
pub use writer::{MAX_LINE, Writer};
