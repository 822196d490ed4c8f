//! A vault of many records, built fast; opened as an officer's first screen opens it.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use quanji_store::{
    ContentLength, Disk, FileKind, Identity, Known, OsChance, Ports, RealDisk, RecordId, RecordRow, RecordState,
    SegmentRow, SegmentState, Store, Summarise, Summary, SyncPoint, Vault,
};
use quanji_testkit::{FixedKeys, OmitSync};

/// As long as an entry of a fragment with its signature is.
pub(crate) const LINE: usize = 400;
pub(crate) const LINES: usize = 30;
/// Stands for film: the rebuild does not read it, however long it is.
const FILM: usize = 4 << 10;

/// Moves the index aside, so that the next opening builds it. `turn` names where it is kept.
pub(crate) fn set_index_aside(folder: &Path, turn: usize) -> std::io::Result<()> {
    let index = folder.join("index.db");
    if index.exists() { std::fs::rename(index, folder.join(format!("index.aside-{turn}"))) } else { Ok(()) }
}

/// Time on the wall, and what this thread had of the processor.
#[expect(clippy::disallowed_methods, reason = "a bench measures the real clock")]
pub(crate) fn time_of(
    act: impl FnOnce() -> Result<(), Box<dyn Error>>,
) -> Result<(Duration, Duration), Box<dyn Error>> {
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

/// Builds what is missing. Without syncs: a crash while building only means to build again.
pub(crate) fn build(folder: &Path, records: u32, segments: u32) -> Result<(), Box<dyn Error>> {
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

/// Opens with the index, which is built first where it is missing.
pub(crate) fn open(folder: &Path) -> Result<(), Box<dyn Error>> {
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
                term: quanji_store::Term::None,
                beside: quanji_store::Beside::default(),
                activity: None,
            },
            segments: segments.collect(),
            uploads: Vec::new(),
            barred: None,
        })
    }
}
