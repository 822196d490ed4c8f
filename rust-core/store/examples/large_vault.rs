//! A vault of thousands of records: built fast, then opened with its index and without, with the times.
//!
//! `large_vault FOLDER [RECORDS [SEGMENTS]]` builds what is missing in FOLDER (10,000 and 20,000 unless told), opens it three
//! times with the index and three times after moving the index aside, and prints the median of each in milliseconds.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use quanji_store::{
    ContentLength, Disk, FileKind, Identity, Known, OsChance, Ports, RealDisk, RecordId, RecordRow, RecordState,
    SegmentRow, SegmentState, Store, Summarise, Summary, SyncPoint, Vault,
};
use quanji_testkit::{FixedKeys, OmitSync};

/// As long as an entry of a fragment with its signature is.
const LINE: usize = 400;
const LINES: usize = 30;
/// Stands for film: the rebuild does not read it, however long it is.
const FILM: usize = 4 << 10;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which folder?")?);
    let mut number = |default: u32| -> Result<u32, Box<dyn Error>> {
        let Some(argument) = arguments.next() else { return Ok(default) };
        Ok(argument.to_str().ok_or("not a number")?.parse()?)
    };
    let (records, segments) = (number(10_000)?, number(20_000)?);
    build(&folder, records, segments)?;
    let mut opened = Vec::new();
    let mut rebuilt = Vec::new();
    for turn in 0..3 {
        let set_aside =
            |turn: u32| std::fs::rename(folder.join("index.db"), folder.join(format!("index.aside-{turn}")));
        if turn > 0 || folder.join("index.db").exists() {
            set_aside(turn)?;
        }
        rebuilt.push(time_of(|| open(&folder))?);
        opened.push(time_of(|| open(&folder))?);
    }
    println!("{records} records, {segments} waiting segments, {LINES} lines of {LINE} bytes each");
    for (what, times) in [("rebuild", &mut rebuilt), ("open", &mut opened)] {
        let (wall, cpu) = median(times);
        println!("{what}_ms {} (processor {})", wall.as_millis(), cpu.as_millis());
    }
    Ok(())
}

fn median(times: &mut [(Duration, Duration)]) -> (Duration, Duration) {
    times.sort_unstable();
    times[times.len() / 2]
}

#[expect(clippy::disallowed_methods, reason = "a bench measures the real clock")]
fn time_of(act: impl FnOnce() -> Result<(), Box<dyn Error>>) -> Result<(Duration, Duration), Box<dyn Error>> {
    let start = std::time::Instant::now();
    let cpu = cpu_time();
    act()?;
    Ok((start.elapsed(), cpu_time().saturating_sub(cpu)))
}

/// What this thread has had of the processor, as Linux counts it; zero elsewhere.
fn cpu_time() -> Duration {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ns = counted.split_ascii_whitespace().next().and_then(|ns| ns.parse().ok());
    Duration::from_nanos(ns.unwrap_or(0))
}

fn ports(disk: Arc<dyn Disk>) -> Ports {
    Ports { disk, keys: Arc::new(FixedKeys::of(&[1])), chance: Arc::new(OsChance), reserve_bytes: Ports::RESERVE_BYTES }
}

/// Without syncs: a crash while building only means to build again.
fn build(folder: &Path, records: u32, segments: u32) -> Result<(), Box<dyn Error>> {
    let disk = Arc::new(OmitSync::new(Arc::new(RealDisk::open(folder)?), SyncPoint::ALL));
    let (vault, _) = Vault::open(ports(disk), &Known::default())?;
    let there = vault.records().len();
    let mut writer = vault.writer().ok_or("the writer is taken")?;
    let line = [&vec![b'x'; LINE - 1][..], b"\n"].concat();
    for n in u32::try_from(there)?..records {
        let record = record_id(n);
        let journal = Identity::journal(record);
        writer.create(journal)?;
        for number in 0..segments / records + u32::from(n < segments % records) {
            let segment = Identity::segment(record, 1, number);
            writer.create(segment)?;
            writer.append_media(segment, &[n.to_le_bytes()[0]; FILM])?;
            writer.finish(segment)?;
        }
        for _ in 0..LINES {
            writer.append_line(journal, &line)?;
        }
        writer.finish(journal)?;
        let _ = writer.commit()?;
    }
    Ok(())
}

fn record_id(n: u32) -> RecordId {
    let mut id = [0x51; 16];
    id[..4].copy_from_slice(&n.to_be_bytes());
    RecordId(id)
}

fn open(folder: &Path) -> Result<(), Box<dyn Error>> {
    let disk = Arc::new(RealDisk::open(folder)?);
    let (store, opening) = Store::open(ports(disk), folder, &Lengths, &mut |_| {})?;
    if let Some(error) = opening.index_error {
        return Err(error.into());
    }
    // An officer's first screen: what is due, and what waits.
    store.index.segments_in(SegmentState::Waiting, 100)?;
    Ok(())
}

/// Rows from lengths alone, after looking at every byte of the lines as a parser would.
struct Lengths;

impl Summarise for Lengths {
    fn summarise(&self, record: RecordId, lines: &[u8], contents: &[ContentLength]) -> Option<Summary> {
        let count = lines.split(|byte| *byte == b'\n').count();
        let segments = contents.iter().filter(|content| content.identity.kind == FileKind::Segment);
        let segments = segments.map(|content| SegmentRow {
            record,
            take: content.identity.take,
            number: content.identity.number,
            digest: Some(vec![0; 32]),
            size_bytes: content.len,
            state: SegmentState::Waiting,
            deadline_us: Some(1),
        });
        Some(Summary {
            record: RecordRow {
                record,
                state: RecordState::Sealed,
                opened_at_us: 0,
                ended_at_us: Some(1),
                owed_count: u32::try_from(count).ok()?,
                deadline_us: Some(2),
            },
            segments: segments.collect(),
        })
    }
}
