//! Originals as files, `DIR/AGENCY/DEVICE/ab/cdef…`, each linked there once from the staging folder of the same file system.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use quanji_evidence::hex;
use quanji_evidence::id::{AgencyId, DeviceId};
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio_util::io::ReaderStream;

use super::{Chunks, Listing, OriginalId, Originals, Put, StorageFault, pages};
use crate::unfinished::Unfinished;

/// Beside the agencies' folders.
const IDENTITY: &str = "identity";
/// One read of a file, and of its stream.
const READ_BYTES: usize = 256 << 10;

/// Of each device a bit for each of its 256 folders.
type SyncedFolders = HashMap<(AgencyId, DeviceId), [u64; 4]>;

/// Files below one folder.
#[derive(Debug, Clone)]
pub struct LocalFiles {
    root: PathBuf,
    /// Folders whose own names this process has made durable.
    synced: Arc<Mutex<SyncedFolders>>,
}

impl LocalFiles {
    /// Opens or makes the folder.
    pub fn open(root: &Path) -> Result<LocalFiles, StorageFault> {
        fs::create_dir_all(root)?;
        if let Some(parent) = root.parent() {
            sync_folder(parent)?;
        }
        Ok(LocalFiles { root: root.to_owned(), synced: Arc::default() })
    }

    /// The folder's own name, by which a database knows it again: a folder beside it, or one whose disk is not mounted, has not this one.
    pub fn identity(&self) -> Result<Option<String>, StorageFault> {
        match fs::read_to_string(self.root.join(IDENTITY)) {
            Ok(name) => Ok(Some(name)),
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(fault) => Err(fault.into()),
        }
    }

    /// Gives the folder its name, once; of two who do, the first one's stays.
    pub fn identify(&self, name: &str) -> Result<String, StorageFault> {
        match Unfinished::begin(&self.root.join(IDENTITY)) {
            Ok((unfinished, mut file)) => {
                file.write_all(name.as_bytes())?;
                unfinished.finish(&file)?;
            }
            Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => {}
            Err(fault) => return Err(fault.into()),
        }
        self.identity()?.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound).into())
    }

    fn path(&self, id: &OriginalId) -> PathBuf {
        self.root.join(id.key())
    }

    fn folder(&self, id: &OriginalId) -> PathBuf {
        self.device_folder(id).join(hex::encode(&id.sha256[..1]))
    }

    fn device_folder(&self, id: &OriginalId) -> PathBuf {
        self.root.join(id.agency.to_string()).join(id.device.to_string())
    }

    /// Whether this process has made every name on the way to the folder durable.
    fn is_synced(&self, id: &OriginalId) -> bool {
        let (word, bit) = bit_of(id);
        self.synced().get(&(id.agency, id.device)).is_some_and(|known| known[word] & bit != 0)
    }

    /// Makes every name on the way to the folder durable. A crash may have come between making and syncing, so existing proves nothing.
    fn sync_names(&self, id: &OriginalId) -> io::Result<()> {
        sync_folder(&self.device_folder(id))?;
        // The first of a device: the folders above it, too.
        if !self.synced().contains_key(&(id.agency, id.device)) {
            sync_folder(&self.root.join(id.agency.to_string()))?;
            sync_folder(&self.root)?;
        }
        let (word, bit) = bit_of(id);
        self.synced().entry((id.agency, id.device)).or_default()[word] |= bit;
        Ok(())
    }

    fn synced(&self) -> MutexGuard<'_, SyncedFolders> {
        self.synced.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_now(&self, id: &OriginalId, staged: &Path, size_bytes: u64) -> Result<Put, StorageFault> {
        let folder = self.folder(id);
        // Where the folder was prepared before the bytes were synced, their sync took it along: there is little left to wait for.
        if !self.is_synced(id) {
            fs::create_dir_all(&folder)?;
            self.sync_names(id)?;
        }
        // The bytes are durable: a name in final storage always has durable bytes behind it.
        let place = self.path(id);
        let put = match fs::hard_link(staged, &place) {
            Ok(()) => Put::Stored,
            Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => {
                held_is(&place, id, size_bytes)?;
                Put::Held
            }
            Err(fault) => return Err(fault.into()),
        };
        sync_folder(&folder)?;
        Ok(put)
    }
}

/// Proves that what stands at `place` is the original: it may stem from a put before a crash.
fn held_is(place: &Path, id: &OriginalId, size_bytes: u64) -> Result<(), StorageFault> {
    let mut held = File::open(place)?;
    // A link that was made before a crash may have outlived a sync that was not finished.
    held.sync_all()?;
    pages::forget(&held);
    let mut hash = Sha256::new();
    let mut buffer = vec![0; READ_BYTES];
    let mut found_bytes = 0;
    loop {
        let read = held.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        found_bytes += read as u64;
        hash.update(&buffer[..read]);
    }
    let found: [u8; 32] = hash.finalize().into();
    if found != id.sha256 || found_bytes != size_bytes {
        return Err(StorageFault::HeldDiffers {
            expected: format!("{} of {size_bytes} bytes", id.hex()),
            found: format!("{} of {found_bytes} bytes", hex::encode(&found)),
        });
    }
    Ok(())
}

/// Which of the device's 256 folders.
fn bit_of(id: &OriginalId) -> (usize, u64) {
    (usize::from(id.sha256[0] / 64), 1 << (id.sha256[0] % 64))
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[async_trait]
impl Originals for LocalFiles {
    fn prepare(&self, id: &OriginalId) -> Result<(), StorageFault> {
        if !self.is_synced(id) {
            fs::create_dir_all(self.folder(id))?;
        }
        Ok(())
    }

    async fn put(&self, id: &OriginalId, staged: &Path, size_bytes: u64) -> Result<Put, StorageFault> {
        let (files, id, staged) = (self.clone(), *id, staged.to_owned());
        spawn_blocking(move || files.put_now(&id, &staged, size_bytes)).await.map_err(io::Error::from)?
    }

    async fn size(&self, id: &OriginalId) -> Result<Option<u64>, StorageFault> {
        match tokio::fs::metadata(self.path(id)).await {
            Ok(found) => Ok(Some(found.len())),
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(fault) => Err(fault.into()),
        }
    }

    async fn read(&self, id: &OriginalId, range: Option<Range<u64>>) -> Result<Chunks, StorageFault> {
        let path = self.path(id);
        let file = spawn_blocking(move || {
            let file = File::open(path)?;
            pages::forget(&file);
            Ok::<_, io::Error>(file)
        });
        let file = file.await.map_err(io::Error::from)??;
        Ok(match range {
            None => whole(tokio::fs::File::from_std(file)),
            Some(range) => ranged(file, range),
        })
    }

    fn list(&self, agency: AgencyId) -> Listing {
        let (sender, receiver) = mpsc::channel(64);
        let root = self.root.clone();
        spawn_blocking(move || {
            if let Err(fault) = walk(&root, agency, &sender) {
                let _ = sender.blocking_send(Err(fault));
            }
        });
        stream::unfold(receiver, |mut receiver| async { receiver.recv().await.map(|found| (found, receiver)) }).boxed()
    }

    async fn ready(&self) -> Result<(), StorageFault> {
        Ok(tokio::fs::metadata(&self.root).await.map(|_| ())?)
    }
}

fn whole(file: tokio::fs::File) -> Chunks {
    ReaderStream::with_capacity(file, READ_BYTES).map(|chunk| chunk.map_err(StorageFault::from)).boxed()
}

fn ranged(file: File, range: Range<u64>) -> Chunks {
    let file = Arc::new(file);
    stream::try_unfold((file, range), |(file, range)| async move {
        let want = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(READ_BYTES).min(READ_BYTES);
        if want == 0 {
            return Ok(None);
        }
        let from = Arc::clone(&file);
        let chunk = spawn_blocking(move || {
            let mut buffer = vec![0; want];
            let read = from.read_at(&mut buffer, range.start)?;
            buffer.truncate(read);
            Ok::<_, io::Error>(Bytes::from(buffer))
        });
        let chunk = chunk.await.map_err(io::Error::from)??;
        if chunk.is_empty() {
            return Ok(None);
        }
        let next = range.start + chunk.len() as u64..range.end;
        Ok(Some((chunk, (file, next))))
    })
    .boxed()
}

type Found = Result<(OriginalId, u64), StorageFault>;

/// Sends every original below the agency's folder; what is not one is a fault of its own, and the walk goes on.
fn walk(root: &Path, agency: AgencyId, sender: &mpsc::Sender<Found>) -> Result<(), StorageFault> {
    let mut folders = vec![root.join(agency.to_string())];
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => continue,
            Err(fault) => return Err(fault.into()),
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
                continue;
            }
            let path = entry.path();
            let key = path.strip_prefix(root).ok().and_then(Path::to_str).unwrap_or_default();
            let found = match OriginalId::of_key(key) {
                Some(id) => Ok((id, entry.metadata()?.len())),
                None => Err(StorageFault::Name { name: key.to_owned() }),
            };
            if sender.blocking_send(found).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}
