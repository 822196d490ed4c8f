//! The vault: one locked folder of sealed files, recovered before anything else can be done with it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::catalog::{Catalog, PartEntry, Soundness};
use crate::chance::Chance;
use crate::content::{Content, Opener, ReadError};
use crate::disk::{Disk, FolderLock};
use crate::identity::{FileKind, Identity, RecordId};
use crate::index::IndexError;
use crate::keyring::Keyring;
use crate::keys::{KeyVault, KeyVaultError};
use crate::recover::{RecoverError, recover};
use crate::recovery::{Known, KnownFile, KnownState, Recovery};
use crate::reserve::{self, Reserve};
use crate::writer::Writer;

/// What a vault stands on.
#[derive(Debug, Clone)]
pub struct Ports {
    pub disk: Arc<dyn Disk>,
    pub keys: Arc<dyn KeyVault>,
    pub chance: Arc<dyn Chance>,
    /// Bytes kept for the lines that say why nothing else could be written.
    pub reserve_bytes: u64,
}

impl Ports {
    /// 4 MiB: the lines of an interruption, an end and a statement take a few KiB; file systems round up.
    pub const RESERVE_BYTES: u64 = 4 << 20;
}

/// Why a vault could not be opened. Not one of these is about a single file.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds it; two writers would destroy it.
    #[error("the vault is open in another process")]
    InUse,
    #[error("the disk failed")]
    Disk {
        #[from]
        source: io::Error,
    },
    #[error("no key could be had")]
    Keys {
        #[from]
        source: KeyVaultError,
    },
    /// Not even an index in memory could be made; [`Vault::open`] does without one.
    #[error("the index could not be made")]
    Index { source: IndexError },
}

impl From<RecoverError> for OpenError {
    fn from(error: RecoverError) -> Self {
        match error {
            RecoverError::Disk { source } => Self::Disk { source },
            RecoverError::Keys { source } => Self::Keys { source },
        }
    }
}

/// A readable file and its plain length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContentLength {
    pub identity: Identity,
    /// Plain bytes that were acknowledged or recovered; of a purged file, that there were.
    pub len: u64,
    pub is_purged: bool,
}

/// An open vault. Clones are handles to the same one, for readers on other threads.
#[derive(Debug, Clone)]
pub struct Vault {
    pub(crate) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) opener: Opener,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) reserve_bytes: u64,
    catalog: Mutex<Catalog>,
    is_writer_taken: AtomicBool,
    _lock: Box<dyn FolderLock>,
}

impl Shared {
    pub(crate) fn catalog(&self) -> MutexGuard<'_, Catalog> {
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn give_writer_back(&self) {
        self.is_writer_taken.store(false, Ordering::Release);
    }
}

/// The vault's folder, taken for this process and not looked into yet.
#[derive(Debug)]
pub struct LockedFolder {
    ports: Ports,
    lock: Box<dyn FolderLock>,
}

impl LockedFolder {
    pub fn lock(ports: Ports) -> Result<Self, OpenError> {
        let lock = ports.disk.lock()?.ok_or(OpenError::InUse)?;
        Ok(Self { ports, lock })
    }

    /// Recovers the folder. `known` is what the index remembers, empty if there is none: then every file is read.
    ///
    /// Afterwards no file has a torn tail for which there was room elsewhere, all that the report says is there is durable
    /// unless it says otherwise, and recovering again with the same `known` changes no byte.
    pub fn recover(self, known: &Known) -> Result<(Vault, Recovery), OpenError> {
        let Self { ports: Ports { disk, keys, chance, reserve_bytes }, lock } = self;
        let opener = Opener { disk, keyring: Arc::new(Keyring::new(keys)) };
        let (catalog, recovery) = recover(&opener, &*chance, known)?;
        let shared = Shared {
            opener,
            chance,
            reserve_bytes,
            catalog: Mutex::new(catalog),
            is_writer_taken: AtomicBool::new(false),
            _lock: lock,
        };
        Ok((Vault { shared: Arc::new(shared) }, recovery))
    }
}

impl Vault {
    /// Locks the folder and recovers it: see [`LockedFolder::recover`].
    pub fn open(ports: Ports, known: &Known) -> Result<(Vault, Recovery), OpenError> {
        LockedFolder::lock(ports)?.recover(known)
    }

    /// The one writer; `None` while it is taken. It is given back when dropped. Makes the reserve where it is missing.
    pub fn writer(&self) -> Option<Writer> {
        let was_taken = self.shared.is_writer_taken.swap(true, Ordering::AcqRel);
        (!was_taken).then(|| {
            let Shared { opener, chance, reserve_bytes, .. } = &*self.shared;
            // Without a reserve there is a writer all the same; it takes lines only.
            let reserve = reserve::prepare(&*opener.disk, &**chance, *reserve_bytes).unwrap_or(Reserve::Spent);
            Writer::new(Arc::clone(&self.shared), reserve)
        })
    }

    /// The plain lines of a file of lines, each ending in LF, as far as they were acknowledged or recovered.
    pub fn lines(&self, identity: Identity) -> Result<Vec<u8>, ReadError> {
        let mut lines = Vec::new();
        let parts = self.parts(identity)?;
        lines.reserve(parts.iter().map(|part| usize::try_from(part.plain_len).unwrap_or(0)).sum());
        for entry in &parts {
            self.open_part(identity, entry)?.visit(0, |piece| {
                lines.extend_from_slice(piece);
                true
            })?;
        }
        Ok(lines)
    }

    /// Opens a file of bytes for reading, up to its length of now. For files of lines see [`Vault::lines`].
    pub fn content(&self, identity: Identity) -> Result<Content, ReadError> {
        let parts = self.parts(identity)?;
        let entry = parts.first().ok_or(ReadError::NoSuchFile(identity))?;
        self.open_part(identity, entry)
    }

    /// Plain bytes of a file that were acknowledged or recovered; `None` if there is no such file, or no more.
    pub fn acknowledged_len(&self, identity: Identity) -> Option<u64> {
        self.shared.catalog().last_part(&identity).map(PartEntry::plain_end)
    }

    /// Files of a record with their lengths, purged ones too.
    pub fn contents_of(&self, record: RecordId) -> Vec<ContentLength> {
        let catalog = self.shared.catalog();
        let present = catalog.of_record(record).map(|(identity, parts)| ContentLength {
            identity: *identity,
            len: parts.last().map_or(0, PartEntry::plain_end),
            is_purged: false,
        });
        let purged = catalog.purged_of_record(record).map(|(identity, entry)| ContentLength {
            identity: *identity,
            len: entry.plain_len,
            is_purged: true,
        });
        let mut all: Vec<_> = present.chain(purged).collect();
        all.sort_by_key(|content| content.identity);
        all
    }

    /// Every record that has a file, in the order of their ids.
    pub fn records(&self) -> Vec<RecordId> {
        let catalog = self.shared.catalog();
        let mut records: Vec<_> =
            catalog.all().map(|(id, _)| id.record).chain(catalog.all_purged().map(|(id, _)| id.record)).collect();
        records.sort_unstable();
        records.dedup();
        records.retain(|record| *record != RecordId::DEVICE);
        records
    }

    /// Whether its files are there without one byte in them, and nothing says that there were more: its first group was lost, and it never was.
    pub(crate) fn never_was(&self, record: RecordId) -> bool {
        let catalog = self.shared.catalog();
        let is_empty = |entry: &PartEntry| entry.plain_len == 0 && entry.soundness == Soundness::Sound;
        catalog.purged_of_record(record).next().is_none()
            && catalog.of_record(record).all(|(_, parts)| parts.iter().all(is_empty))
    }

    /// The first number of that kind and take that no file has ever had, as far as this phone knows.
    pub fn next_number(&self, record: RecordId, kind: FileKind, take: u32) -> u32 {
        self.contents_of(record)
            .iter()
            .filter(|content| content.identity.kind == kind && content.identity.take == take)
            .map(|content| content.identity.number.saturating_add(1))
            .max()
            .unwrap_or(0)
    }

    /// What the index should remember of a record's files, so that the next opening need not read them.
    pub fn known_of(&self, record: RecordId) -> Vec<KnownFile> {
        let catalog = self.shared.catalog();
        let mut known = Vec::new();
        for (identity, parts) in catalog.of_record(record) {
            known.extend(parts.iter().filter(|entry| entry.soundness == Soundness::Sound && entry.synced_len > 0).map(
                |entry| KnownFile {
                    name: entry.file_id.0,
                    identity: *identity,
                    part: entry.part,
                    from: entry.from,
                    synced_len: entry.synced_len,
                    sealed_len: entry.sealed_len,
                    plain_len: entry.plain_len,
                    state: KnownState::Present,
                },
            ));
        }
        known.extend(catalog.purged_of_record(record).map(|(identity, entry)| KnownFile {
            name: entry.file_id.0,
            identity: *identity,
            part: 0,
            from: 0,
            synced_len: 0,
            sealed_len: 0,
            plain_len: entry.plain_len,
            state: KnownState::Purged,
        }));
        known
    }

    pub(crate) fn parts(&self, identity: Identity) -> Result<Vec<PartEntry>, ReadError> {
        let catalog = self.shared.catalog();
        if catalog.purged(&identity).is_some() {
            return Err(ReadError::Purged(identity));
        }
        match catalog.parts(&identity) {
            [] => Err(ReadError::NoSuchFile(identity)),
            parts => Ok(parts.to_vec()),
        }
    }

    pub(crate) fn open_part(&self, identity: Identity, entry: &PartEntry) -> Result<Content, ReadError> {
        let Opener { disk, keyring } = &self.shared.opener;
        Content::open(&**disk, keyring, identity, entry)
    }
}
