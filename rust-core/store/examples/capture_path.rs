//! What the capture path costs beside the cipher: seals and appends pieces of film through the whole writer onto a disk that
//! costs nothing, and prints the ratio to AES-256-GCM alone over the same bytes, interleaved, the median of nine.

use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit};
use quanji_store::{Disk, DiskFile, FolderLock, Identity, Known, Listed, OsChance, Ports, RecordId, SyncPoint, Vault};
use quanji_testkit::FixedKeys;

/// Half a second of 1080p25 at 4 Mb/s, one commit.
const GROUP: usize = 250_000;
/// Frames in it.
const FRAME: usize = 20_000;
const GROUPS: usize = 1_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut ratios = Vec::new();
    for _ in 0..9 {
        let cipher = cipher_alone();
        let writer = whole_writer()?;
        ratios.push(writer.as_secs_f64() / cipher.as_secs_f64());
    }
    ratios.sort_by(f64::total_cmp);
    println!("writer_over_cipher {:.3} (least {:.3}, most {:.3})", ratios[4], ratios[0], ratios[8]);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a bench measures the real clock")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "a bench measures the real clock")]
fn since(start: Instant) -> Duration {
    start.elapsed()
}

fn cipher_alone() -> Duration {
    let key = Aes256Gcm::new(&[7; 32].into());
    let mut group = vec![1; GROUP];
    let start = now();
    for n in 0..GROUPS as u64 {
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&n.to_le_bytes());
        let tag = key.encrypt_inout_detached(&nonce.into(), &[0; 36], group.as_mut_slice().into());
        std::hint::black_box(tag.is_ok());
    }
    since(start)
}

fn whole_writer() -> Result<Duration, Box<dyn Error>> {
    let ports = Ports {
        disk: Arc::new(NoDisk),
        keys: Arc::new(FixedKeys::of(&[1])),
        chance: Arc::new(OsChance),
        reserve_bytes: 0,
    };
    let (vault, _) = Vault::open(ports, &Known::default())?;
    let mut writer = vault.writer().ok_or("the writer is taken")?;
    let record = RecordId([1; 16]);
    let journal = Identity::journal(record);
    writer.create(journal)?;
    let frame = vec![1; FRAME];
    let line = [&[b'x'; 400][..], b"\n"].concat();
    let start = now();
    for n in 0..GROUPS {
        let segment = Identity::segment(record, 1, u32::try_from(n / 16)?);
        if n % 16 == 0 {
            writer.create(segment)?;
        }
        for at in (0..GROUP).step_by(FRAME) {
            writer.append_media(segment, &frame[..FRAME.min(GROUP - at)])?;
        }
        writer.append_line(journal, &line)?;
        if n % 16 == 15 {
            writer.finish(segment)?;
        }
        let _ = writer.commit()?;
    }
    Ok(since(start))
}

/// Takes everything and keeps nothing.
#[derive(Debug)]
struct NoDisk;

#[derive(Debug)]
struct NoLock;

impl FolderLock for NoLock {}

impl Disk for NoDisk {
    fn lock(&self) -> io::Result<Option<Box<dyn FolderLock>>> {
        Ok(Some(Box::new(NoLock)))
    }

    fn list(&self) -> io::Result<Vec<Listed>> {
        Ok(Vec::new())
    }

    fn create(&self, _: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(NoDisk))
    }

    fn open(&self, _: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(NoDisk))
    }

    fn rename(&self, _: &str, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn remove_purged(&self, _: &str) -> io::Result<()> {
        Ok(())
    }

    fn sync_names(&self, _: SyncPoint) -> io::Result<()> {
        Ok(())
    }

    fn free_space(&self) -> io::Result<u64> {
        Ok(u64::MAX / 4)
    }
}

impl DiskFile for NoDisk {
    fn size(&self) -> io::Result<u64> {
        Ok(0)
    }

    fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<usize> {
        Ok(0)
    }

    fn write_at(&self, bytes: &[u8], _: u64) -> io::Result<()> {
        std::hint::black_box(bytes);
        Ok(())
    }

    fn set_len(&self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn sync_data(&self, _: SyncPoint) -> io::Result<()> {
        Ok(())
    }

    fn sync_all(&self, _: SyncPoint) -> io::Result<()> {
        Ok(())
    }
}
