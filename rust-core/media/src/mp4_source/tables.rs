//! The sample tables of one track, run through without unfolding them.

use mp4_atom::{Co64, Ctts, Stco, Stsc, Stsz, StszSamples, Stts};

use crate::MediaFault;
use crate::boxes::{self, Span};
use crate::init::decode;
use crate::limits::SOURCE_MAX_SAMPLES;

/// Tables that agree with each other and with the file's length.
#[derive(Debug)]
pub(super) struct Tables {
    stts: Stts,
    ctts: Option<Ctts>,
    stsc: Stsc,
    stsz: Stsz,
    chunks: Vec<u64>,
}

/// One sample as the tables describe it, on the media's own clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct TableSample {
    pub(super) decode: i64,
    pub(super) composition: i64,
    pub(super) offset: u64,
    pub(super) size: u32,
}

impl Tables {
    pub(super) fn read(stbl: Span<'_>, file_bytes: u64) -> Result<Self, MediaFault> {
        let chunks = match boxes::optional_child(stbl, b"stco")? {
            Some(stco) => decode::<Stco>(stco)?.entries.into_iter().map(u64::from).collect(),
            None => decode::<Co64>(boxes::child(stbl, b"co64")?)?.entries,
        };
        let tables = Self {
            stts: decode(boxes::child(stbl, b"stts")?)?,
            ctts: boxes::optional_child(stbl, b"ctts")?.map(decode).transpose()?,
            stsc: decode(boxes::child(stbl, b"stsc")?)?,
            stsz: decode(boxes::child(stbl, b"stsz")?)?,
            chunks,
        };
        tables.check(stbl.at, file_bytes)?;
        Ok(tables)
    }

    pub(super) fn samples(&self) -> u64 {
        match &self.stsz.samples {
            StszSamples::Identical { count, .. } => u64::from(*count),
            StszSamples::Different { sizes } => sizes.len() as u64,
        }
    }

    fn size(&self, sample: u64) -> u32 {
        match &self.stsz.samples {
            StszSamples::Identical { size, .. } => *size,
            StszSamples::Different { sizes } => {
                usize::try_from(sample).ok().and_then(|at| sizes.get(at)).copied().unwrap_or(0)
            }
        }
    }

    fn check(&self, at: u64, file_bytes: u64) -> Result<(), MediaFault> {
        let expected = self.samples();
        let count = |what: &'static str, found: u64| {
            if found == expected { Ok(()) } else { Err(MediaFault::Tables { at, what, expected, found }) }
        };
        if expected > SOURCE_MAX_SAMPLES {
            return Err(MediaFault::Tables { at, what: "stsz", expected: SOURCE_MAX_SAMPLES, found: expected });
        }
        count("stts", self.stts.entries.iter().map(|entry| u64::from(entry.sample_count)).sum())?;
        if let Some(ctts) = &self.ctts {
            count("ctts", ctts.entries.iter().map(|entry| u64::from(entry.sample_count)).sum())?;
        }
        self.check_chunks(at)?;
        let mut seen = 0;
        for sample in self.iter() {
            let end = sample.offset.saturating_add(u64::from(sample.size));
            if end > file_bytes {
                return Err(MediaFault::SampleOutside { at, expected: file_bytes, found: end });
            }
            seen += 1;
        }
        count("stsc", seen)
    }

    /// Runs of chunks begin at 1 and rise.
    fn check_chunks(&self, at: u64) -> Result<(), MediaFault> {
        let mut last = 0;
        for entry in &self.stsc.entries {
            let is_next = if last == 0 { entry.first_chunk == 1 } else { entry.first_chunk > last };
            if !is_next {
                return Err(MediaFault::Tables {
                    at,
                    what: "stsc first_chunk",
                    expected: u64::from(last) + 1,
                    found: u64::from(entry.first_chunk),
                });
            }
            if entry.samples_per_chunk == 0 {
                return Err(MediaFault::Tables { at, what: "samples_per_chunk", expected: 1, found: 0 });
            }
            last = entry.first_chunk;
        }
        Ok(())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = TableSample> + '_ {
        let mut deltas =
            runs(self.stts.entries.iter().map(|entry| (entry.sample_count, i64::from(entry.sample_delta))));
        let mut offsets = runs(
            self.ctts.iter().flat_map(|ctts| &ctts.entries).map(|entry| (entry.sample_count, entry.sample_offset)),
        );
        let mut places = self.places();
        let mut decode = 0i64;
        let mut number = 0u64;
        let samples = self.samples();
        std::iter::from_fn(move || {
            if number == samples {
                return None;
            }
            let (offset, size) = places.next()?;
            let sample = TableSample { decode, composition: offsets.next().unwrap_or(0), offset, size };
            decode = decode.saturating_add(deltas.next().unwrap_or(0));
            number += 1;
            Some(sample)
        })
    }

    /// Place and size of each sample, chunk after chunk.
    fn places(&self) -> impl Iterator<Item = (u64, u32)> + '_ {
        let entries = &self.stsc.entries;
        let mut entry = 0usize;
        let mut in_chunk = 0u32;
        let mut chunk = 0usize;
        let mut at = self.chunks.first().copied().unwrap_or(0);
        let mut number = 0u64;
        std::iter::from_fn(move || {
            let run = entries.get(entry)?;
            self.chunks.get(chunk)?;
            let place = at;
            let size = self.size(number);
            number += 1;
            at = at.saturating_add(u64::from(size));
            in_chunk += 1;
            if in_chunk == run.samples_per_chunk {
                in_chunk = 0;
                chunk += 1;
                at = self.chunks.get(chunk).copied().unwrap_or(0);
                if entries.get(entry + 1).is_some_and(|next| chunk as u64 + 1 == u64::from(next.first_chunk)) {
                    entry += 1;
                }
            }
            Some((place, size))
        })
    }
}

/// A run-length table value by value.
fn runs(table: impl Iterator<Item = (u32, i64)>) -> impl Iterator<Item = i64> {
    table.flat_map(|(count, value)| std::iter::repeat_n(value, count as usize))
}
