//! What a second of recording costs: copying, multiplexing, hashing, sealing, signing, writing, syncing; and memory over eight hours.
//!
//! Each round runs the recorder, then SHA-256 and AES-GCM over the same bytes, then bare writes and syncs of the same pieces. As on a phone
//! at real time, each half second of media is made durable before the next comes.
#![allow(clippy::unwrap_used)]

#[path = "bench/mod.rs"]
mod bench;

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aes_gcm::aead::inout::InOutBuf;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes256Gcm, Nonce};
use bench::{Units, cpu_s, median, memory_kib, recorder, report, rounds};
use quanji_evidence::body::{EndedHow, Started};
use quanji_evidence::entry::Clock;
use quanji_evidence::id::BootId;
use quanji_recorder::TimeSource;
use quanji_store::RealDisk;
use sha2::{Digest, Sha256};

/// A clock that follows the media: eight hours pass as fast as they can be written.
#[derive(Debug, Default)]
struct MediaTime(AtomicU64);

impl TimeSource for MediaTime {
    fn now(&self) -> Clock {
        let mono_us = self.0.load(Ordering::Relaxed);
        Clock { wall_us: 1_795_395_600_000_000 + mono_us, mono_us, boot: BootId::from_bytes([1; 16]), sync: None }
    }
}

/// Half a second at 25 pictures.
const PICTURES_A_PIECE: usize = 12;

struct Cost {
    user: f64,
    all: f64,
}

fn costs(act: impl FnOnce()) -> Cost {
    let before = cpu_s();
    act();
    let after = cpu_s();
    Cost { user: after.0 - before.0, all: after.0 - before.0 + after.1 - before.1 }
}

/// Records `pieces` half seconds; the bytes of media that reached the vault.
fn record(folder: &Path, seed: u64, picture_bytes: usize, pieces: usize) -> u64 {
    let time = Arc::new(MediaTime::default());
    let disk = Arc::new(RealDisk::open(folder).unwrap());
    let recorder = recorder(disk, Arc::clone(&time) as _, seed);
    let recording = recorder.begin(Started::Feeder).unwrap();
    recording.set_format(bench::format(), 0);
    let mut units = Units::of(picture_bytes);
    for _ in 0..pieces {
        for _ in 0..PICTURES_A_PIECE {
            time.0.store(units.at_us(), Ordering::Relaxed);
            units.step(|unit, is_key| {
                recording.push(unit, is_key);
            });
        }
        recording.look().unwrap();
    }
    let bytes = recording.look().unwrap().media_bytes;
    recording.end(None, EndedHow::Officer).unwrap();
    bytes
}

/// Hashes and seals each piece once, in place. The bytes lie in memory as media does, not in one piece that stays in the cache.
fn hash_and_seal(bytes: &mut [u8], piece_bytes: usize, pieces: usize) {
    let cipher = Aes256Gcm::new(&[7; 32].into());
    let mut hash = Sha256::new();
    let places = bytes.len() / piece_bytes;
    for number in 0..pieces {
        let piece = &mut bytes[number % places * piece_bytes..][..piece_bytes];
        hash.update(&piece[..]);
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&(number as u64).to_le_bytes());
        let nonce = Nonce::from(nonce);
        cipher.encrypt_inout_detached(&nonce, b"", InOutBuf::from(piece)).unwrap();
    }
    std::hint::black_box(hash.finalize());
}

fn write_and_sync(folder: &Path, piece: &[u8], pieces: usize) {
    let mut media = File::create(folder.join("media")).unwrap();
    let mut lines = File::create(folder.join("lines")).unwrap();
    for number in 0..pieces {
        // A segment is 8 s: sixteen pieces.
        if number > 0 && number % 16 == 0 {
            media = File::create(folder.join(format!("media-{number}"))).unwrap();
            // A new file is durable when its name is.
            File::open(folder).unwrap().sync_all().unwrap();
        }
        media.write_all(piece).unwrap();
        media.sync_data().unwrap();
        lines.write_all(&piece[..700]).unwrap();
        lines.sync_data().unwrap();
    }
}

fn ratios() -> bool {
    // 1080p25 at 4 Mb/s: 20 KB a picture.
    let (picture_bytes, pieces) = (20_000, 1_000);
    let (mut user, mut all) = (Vec::new(), Vec::new());
    for round in 0..rounds() {
        let folder = tempfile::tempdir_in(target()).unwrap();
        let mut bytes = 0;
        let ours = costs(|| bytes = record(folder.path(), round as u64, picture_bytes, pieces));
        let piece_bytes = bytes as usize / pieces;
        let mut memory = vec![0x5a; piece_bytes * 64];
        let limit = costs(|| hash_and_seal(&mut memory, piece_bytes, pieces));
        let piece = &memory[..piece_bytes];
        let bare = tempfile::tempdir_in(target()).unwrap();
        let disk = costs(|| write_and_sync(bare.path(), piece, pieces));
        user.push(ours.user / limit.user);
        all.push(ours.all / (limit.all + disk.all));
        println!(
            "round {round}: {} MB; ours {:.2} + {:.2} s, SHA-256 and AES-GCM {:.2} s, write and sync {:.2} s",
            bytes / 1_000_000,
            ours.user,
            ours.all - ours.user,
            limit.all,
            disk.all
        );
    }
    let user = report("capture user cpu", median(&mut user), "× SHA-256 + AES-GCM", 1.6);
    let all = report("capture user + system cpu", median(&mut all), "× (SHA-256 + AES-GCM + write and sync)", 1.25);
    user && all
}

fn memory() -> bool {
    let folder = tempfile::tempdir_in(target()).unwrap();
    let before = memory_kib().0;
    // 8 h of small pictures. What one round holds is held at most once, so the highest mark is what counts.
    let bytes = record_without_waiting(folder.path(), 200, 8 * 3_600 * 25);
    let (_, most) = memory_kib();
    println!("8 h of small pictures: {} MB of media", bytes / 1_000_000);
    report("capture memory above start", (most.saturating_sub(before)) as f64 / 1_024.0, "MiB", 64.0)
}

fn record_without_waiting(folder: &Path, picture_bytes: usize, pictures: usize) -> u64 {
    let time = Arc::new(MediaTime::default());
    let recorder = recorder(Arc::new(RealDisk::open(folder).unwrap()), Arc::clone(&time) as _, 99);
    let recording = recorder.begin(Started::Feeder).unwrap();
    recording.set_format(bench::format(), 0);
    let mut units = Units::of(picture_bytes);
    for picture in 0..pictures {
        time.0.store(units.at_us(), Ordering::Relaxed);
        units.step(|unit, is_key| {
            recording.push(unit, is_key);
        });
        // Ten seconds of these are the most that the buffer takes.
        if picture % 200 == 199 {
            recording.wait_for_room(1);
        }
    }
    let bytes = recording.look().unwrap().media_bytes;
    recording.end(None, EndedHow::Officer).unwrap();
    bytes
}

fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

fn main() -> std::process::ExitCode {
    let chosen = |name: &str| std::env::args().skip(1).all(|argument| argument.starts_with("--") || argument == name);
    // Memory first: its highest mark is of the whole process.
    let holds = [!chosen("memory") || memory(), !chosen("ratios") || ratios()];
    if holds.iter().all(|holds| *holds) { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}
