//! A disk whose every sync takes half a second, for ten minutes; then one whose syncs take thirty.
//!
//! Each time the buffer overflows is one interruption, however many units it cost.
//!
//! Time runs `PACE` times as fast as on the wall: media, clock and syncs alike. What a push costs is measured in real time.
#![allow(clippy::unwrap_used)]
#![expect(clippy::disallowed_methods, reason = "a bench waits for real time and measures it")]

#[path = "bench/mod.rs"]
mod bench;

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bench::{Units, recorder, report};
use quanji_evidence::body::{Body, EndedHow, Interrupted, Started};
use quanji_evidence::entry::Clock;
use quanji_evidence::id::BootId;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_recorder::{Recording, Taken, TimeSource};
use quanji_store::{Disk, DiskFile, FolderLock, Listed, RealDisk, SyncPoint};

/// Simulated seconds in a real one.
const PACE: u64 = 5;

#[derive(Debug)]
struct PacedTime(Instant);

impl TimeSource for PacedTime {
    fn now(&self) -> Clock {
        let mono_us = self.0.elapsed().as_micros() as u64 * PACE;
        Clock { wall_us: 1_795_395_600_000_000 + mono_us, mono_us, boot: BootId::from_bytes([1; 16]), sync: None }
    }
}

/// A disk whose syncs take as long as they are told to. The wait is the sync: the real one would be `PACE` times as long as on the wall.
#[derive(Debug)]
struct SlowDisk {
    disk: RealDisk,
    sync_us: Arc<AtomicU64>,
}

#[derive(Debug)]
struct SlowFile {
    file: Box<dyn DiskFile>,
    sync_us: Arc<AtomicU64>,
}
fn wait(sync_us: &AtomicU64) {
    std::thread::sleep(Duration::from_micros(sync_us.load(Ordering::Relaxed) / PACE));
}

impl Disk for SlowDisk {
    fn lock(&self) -> io::Result<Option<Box<dyn FolderLock>>> {
        self.disk.lock()
    }
    fn list(&self) -> io::Result<Vec<Listed>> {
        self.disk.list()
    }
    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(SlowFile { file: self.disk.create(name)?, sync_us: Arc::clone(&self.sync_us) }))
    }
    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(SlowFile { file: self.disk.open(name)?, sync_us: Arc::clone(&self.sync_us) }))
    }
    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.disk.rename(from, to)
    }
    fn remove_purged(&self, name: &str) -> io::Result<()> {
        self.disk.remove_purged(name)
    }
    fn sync_names(&self, point: SyncPoint) -> io::Result<()> {
        let _ = point;
        wait(&self.sync_us);
        Ok(())
    }
    fn syncs_side_by_side(&self) -> bool {
        true
    }
    fn free_space(&self) -> io::Result<u64> {
        self.disk.free_space()
    }
}

impl DiskFile for SlowFile {
    fn size(&self) -> io::Result<u64> {
        self.file.size()
    }
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buf, offset)
    }
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.file.write_at(bytes, offset)
    }
    fn set_len(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }
    fn sync_data(&self, point: SyncPoint) -> io::Result<()> {
        let _ = point;
        wait(&self.sync_us);
        Ok(())
    }
    fn sync_all(&self, point: SyncPoint) -> io::Result<()> {
        let _ = point;
        wait(&self.sync_us);
        Ok(())
    }
}

#[derive(Default)]
struct Seen {
    push_us: Vec<f64>,
    most_unacknowledged_us: u64,
    dropped: u64,
    /// Times that the buffer began to drop.
    overflows: u64,
    is_dropping: bool,
}

/// Pushes at the pace of time for `seconds` of media.
fn run(recording: &Recording, time: &PacedTime, units: &mut Units, seconds: u64, seen: &mut Seen) {
    let until_us = units.at_us() + seconds * 1_000_000;
    while units.at_us() < until_us {
        let now_us = time.now().mono_us;
        if now_us < units.at_us() {
            std::thread::sleep(Duration::from_micros((units.at_us() - now_us) / PACE));
        }
        units.step(|unit, is_key| {
            let began = Instant::now();
            let taken = recording.push(unit, is_key);
            seen.push_us.push(began.elapsed().as_nanos() as f64 / 1_000.0);
            let is_dropped = taken == Taken::Dropped;
            seen.dropped += u64::from(is_dropped);
            seen.overflows += u64::from(is_dropped && !seen.is_dropping);
            seen.is_dropping = is_dropped;
        });
        let acknowledged = recording.acknowledged_mono_us();
        if acknowledged > 0 {
            seen.most_unacknowledged_us = seen.most_unacknowledged_us.max(units.at_us().saturating_sub(acknowledged));
        }
    }
}

fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share) as usize]
}

fn main() -> std::process::ExitCode {
    let folder = tempfile::tempdir_in(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    let sync_us = Arc::new(AtomicU64::new(0));
    let disk = SlowDisk { disk: RealDisk::open(folder.path()).unwrap(), sync_us: Arc::clone(&sync_us) };
    let time = Arc::new(PacedTime(Instant::now()));
    let recorder = recorder(Arc::new(disk), Arc::clone(&time) as _, 7);
    let recording = recorder.begin(Started::Feeder).unwrap();
    recording.set_format(bench::format(), time.now().mono_us as i64);
    let base_us = time.now().mono_us;
    let time = PacedTime(time.0 + Duration::from_micros(base_us / PACE));
    let mut units = Units::of(20_000);
    let mut warm = Seen::default();
    run(&recording, &time, &mut units, 2, &mut warm);

    sync_us.store(500_000, Ordering::Relaxed);
    let mut seen = Seen::default();
    run(&recording, &time, &mut units, 600, &mut seen);
    let push = percentile(&mut seen.push_us, 0.999) / 1_000.0;
    // The acknowledged end is on the recording's clock, which began `base_us` earlier.
    let unacknowledged = (seen.most_unacknowledged_us as i64 + base_us as i64) as f64 / 1e6;
    let mut holds = vec![
        report("push p99.9 while syncs take 500 ms", push, "ms", 1.0),
        report("units dropped in 10 minutes of it", seen.dropped as f64, "units", 0.0),
        report("most unacknowledged in it", unacknowledged, "s of media", 2.5),
    ];

    // Past the buffer: one interruption, naming the interval per track.
    sync_us.store(30_000_000, Ordering::Relaxed);
    let mut stalled = Seen::default();
    run(&recording, &time, &mut units, 40, &mut stalled);
    sync_us.store(0, Ordering::Relaxed);
    run(&recording, &time, &mut units, 30, &mut stalled);
    recording.end(None, EndedHow::Officer).unwrap();
    let lines = recorder.lines(recording.record()).unwrap();
    let journal = Journal::read(&lines, Drafts::Accepted, "journal", &mut quanji_evidence::Findings::default());
    let interruptions: Vec<Interrupted> = journal
        .entries
        .iter()
        .filter_map(|entry| match &entry.body {
            Body::Interrupted(interrupted) => Some((**interrupted).clone()),
            _ => None,
        })
        .collect();
    let lost: Vec<_> = interruptions.iter().flat_map(|one| one.lost.iter().flatten()).collect();
    let named: u64 = lost.iter().filter_map(|lost| lost.units).sum();
    for lost in &lost {
        let seconds = (lost.to_mono_us - lost.from_mono_us) as f64 / 1e6;
        println!("syncs of 30 s: {:?} lost for {seconds:.1} s, {} units", lost.track, lost.units.unwrap_or(0));
    }
    let overflows = stalled.overflows as f64;
    holds.push(report("interruptions while syncs take 30 s", interruptions.len() as f64, "interruptions", overflows));
    let unnamed = 2 * interruptions.len() - lost.len();
    holds.push(report("tracks that an interruption does not name", unnamed as f64, "tracks", 0.0));
    holds.push(report("units dropped and not named", stalled.dropped.abs_diff(named) as f64, "units", 0.0));
    holds.push(!interruptions.is_empty() && overflows > 0.0);
    if holds.iter().all(|holds| *holds) { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}
