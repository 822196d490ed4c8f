//! Reading fragments strictly: one shape, every byte named, every picture's units counted out.

use crate::boxes::{self, Span};
use crate::facts::{Sample, fold};
use crate::fragment_write::{
    KEY_FLAGS, MFHD_BYTES, NON_KEY_FLAGS, TFDT, TFDT_BYTES, TFHD, TFHD_BYTES, TRUN, TRUN_HEAD_BYTES, TRUN_SAMPLE_BYTES,
};
use crate::limits::{FRAGMENT_MAX_SAMPLES, PICTURE_MAX_BYTES, SOUND_MAX_BYTES};
use crate::{FragmentFacts, MediaFault, NalFraming, TakeFormat, TrackKind};

/// Highest decode time: the writer's stamps never leave ±2^53.
const DECODE_MAX: u64 = 1 << 54;

/// A fragment as read, borrowed from the segment's bytes.
#[derive(Debug, Clone, Copy)]
pub struct ReadFragment<'a> {
    pub facts: FragmentFacts,
    /// Place of its first byte in the segment.
    pub offset: u64,
    video: Option<Table<'a>>,
    sound: Option<Table<'a>>,
}

/// The sample table of one track and the payload it describes.
#[derive(Debug, Clone, Copy)]
struct Table<'a> {
    entries: &'a [u8],
    payload: &'a [u8],
}

/// A sample with its stamps on the take's clock, in ticks of its track, and its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadSample<'a> {
    pub decode: u64,
    pub sample: Sample,
    pub data: &'a [u8],
}

impl ReadSample<'_> {
    /// Presentation time in media ticks; before 0 when the composition offset says so.
    pub fn present(&self) -> i64 {
        i64::try_from(self.decode).unwrap_or(i64::MAX).saturating_add(i64::from(self.sample.composition))
    }
}

impl<'a> ReadFragment<'a> {
    /// The samples of one track in decode order.
    pub fn samples(&self, track: TrackKind) -> impl Iterator<Item = ReadSample<'a>> + use<'a> {
        let table = match track {
            TrackKind::Video => self.video,
            TrackKind::Sound => self.sound,
        };
        let mut decode = self.facts.track(track).map_or(0, |facts| facts.first_decode);
        let mut payload = table.map_or(&[][..], |table| table.payload);
        let entries = table.map_or(&[][..], |table| table.entries);
        entries.as_chunks::<TRUN_SAMPLE_BYTES>().0.iter().map(move |entry| {
            let sample = sample_of(entry);
            let (data, rest) = payload.split_at(sample.size as usize);
            payload = rest;
            let read = ReadSample { decode, sample, data };
            decode += u64::from(sample.duration);
            read
        })
    }
}

/// The fragments of a segment, in order; a fault ends them. A segment has nothing else in it: its first byte is the
/// first of a `moof`, its last the last of an `mdat`.
pub fn read_segment<'a>(
    format: &'a TakeFormat,
    bytes: &'a [u8],
) -> impl Iterator<Item = Result<ReadFragment<'a>, MediaFault>> {
    let mut at = 0usize;
    std::iter::from_fn(move || {
        if at == bytes.len() {
            return None;
        }
        let read = read_at(format, bytes, at);
        at = match &read {
            Ok(fragment) => at + fragment.facts.bytes as usize,
            Err(_) => bytes.len(),
        };
        Some(read)
    })
}

/// Reads bytes that are exactly one fragment.
pub fn read_fragment<'a>(format: &TakeFormat, bytes: &'a [u8]) -> Result<ReadFragment<'a>, MediaFault> {
    let fragment = read_at(format, bytes, 0)?;
    match fragment.facts.bytes {
        found if found == bytes.len() as u64 => Ok(fragment),
        at => Err(MediaFault::SurplusBox { at, found: kind_at(bytes, at as usize) }),
    }
}

fn kind_at(bytes: &[u8], at: usize) -> [u8; 4] {
    bytes.get(at + 4..).and_then(|rest| rest.first_chunk::<4>()).copied().unwrap_or_default()
}

fn read_at<'a>(format: &TakeFormat, bytes: &'a [u8], at: usize) -> Result<ReadFragment<'a>, MediaFault> {
    let mut walk = boxes::children(Span { body: &bytes[at..], at: at as u64, body_at: at as u64, kind: *b"file" });
    let mut next = |kind: &[u8; 4], place: u64| {
        let span = walk.next().ok_or(MediaFault::MissingBox { at: place, name: *kind })??;
        if &span.kind != kind {
            return Err(MediaFault::UnexpectedBox { at: span.at, expected: *kind, found: span.kind });
        }
        // A size of 0 or 64 bits means the same and is another spelling: one shape only.
        let spelled = u32::from_be_bytes(*bytes[span.at as usize..].first_chunk().expect("a header was read here"));
        if u64::from(spelled) != 8 + span.body.len() as u64 {
            return Err(MediaFault::BoxSize {
                at: span.at,
                name: span.kind,
                expected: 8 + span.body.len() as u64,
                found: u64::from(spelled),
            });
        }
        Ok(span)
    };
    let moof = next(b"moof", at as u64)?;
    let moof_end = moof.body_at + moof.body.len() as u64;
    let mdat = next(b"mdat", moof_end)?;

    let mut rest = Cursor { body: moof.body, at: moof.body_at };
    let mut mfhd = rest.fixed(b"mfhd", MFHD_BYTES)?;
    mfhd.expect_word(b"mfhd", 0)?;
    let sequence = mfhd.word()?;
    let mut read = Tracks { format, video: None, sound: None, payload: mdat, used: 0, moof_at: moof.at };
    while !rest.body.is_empty() {
        read.track(rest.open(b"traf")?)?;
    }
    if read.video.is_none() && read.sound.is_none() {
        return Err(MediaFault::NoSamples { at: moof.at });
    }
    if read.used != mdat.body.len() {
        return Err(MediaFault::PayloadSize { at: mdat.at, expected: read.used as u64, found: mdat.body.len() as u64 });
    }
    let end = mdat.body_at + mdat.body.len() as u64;
    Ok(ReadFragment {
        facts: FragmentFacts {
            sequence,
            bytes: end - moof.at,
            video: read.video.map(|(facts, _)| facts),
            sound: read.sound.map(|(facts, _)| facts),
        },
        offset: moof.at,
        video: read.video.map(|(_, table)| table),
        sound: read.sound.map(|(_, table)| table),
    })
}

/// The tracks of one `moof` as they are read, and how much of the payload they took.
struct Tracks<'f, 'a> {
    format: &'f TakeFormat,
    video: Option<(crate::TrackFacts, Table<'a>)>,
    sound: Option<(crate::TrackFacts, Table<'a>)>,
    payload: Span<'a>,
    used: usize,
    moof_at: u64,
}

impl<'a> Tracks<'_, 'a> {
    /// The tracks that may come next: each of the take's, once, the picture first.
    fn expected(&self) -> Option<TrackKind> {
        TrackKind::ALL.into_iter().find(|&track| {
            let is_read = match track {
                TrackKind::Video => self.video.is_some() || self.sound.is_some(),
                TrackKind::Sound => self.sound.is_some(),
            };
            self.format.timescale(track).is_some() && !is_read
        })
    }

    fn track(&mut self, mut traf: Cursor<'a>) -> Result<(), MediaFault> {
        let mut tfhd = traf.fixed(b"tfhd", TFHD_BYTES)?;
        tfhd.expect_word(b"tfhd", TFHD)?;
        let id_at = tfhd.at;
        let id = tfhd.word()?;
        let expected = self.expected();
        let track = match (TrackKind::of_id(id), expected) {
            (Some(track), Some(first)) if track >= first && self.format.timescale(track).is_some() => track,
            _ => {
                return Err(MediaFault::Track { at: id_at, expected: expected.map(TrackKind::id), found: id });
            }
        };
        let mut tfdt = traf.fixed(b"tfdt", TFDT_BYTES)?;
        tfdt.expect_word(b"tfdt", TFDT)?;
        let decode_at = tfdt.at;
        let first_decode = u64::from(tfdt.word()?) << 32 | u64::from(tfdt.word()?);
        if first_decode > DECODE_MAX {
            return Err(MediaFault::DecodeTime { at: decode_at, limit: DECODE_MAX, found: first_decode });
        }
        let mut trun = traf.open(b"trun")?;
        trun.expect_word(b"trun", TRUN)?;
        let count_at = trun.at;
        let count = trun.word()?;
        if count == 0 {
            return Err(MediaFault::NoSamples { at: count_at });
        }
        if count as usize > FRAGMENT_MAX_SAMPLES {
            return Err(MediaFault::TooManySamples { at: count_at, limit: FRAGMENT_MAX_SAMPLES, found: count.into() });
        }
        let offset_at = trun.at;
        let offset = trun.word()? as i32;
        let expected_offset = self.payload.body_at - self.moof_at + self.used as u64;
        if u64::try_from(offset).ok() != Some(expected_offset) {
            return Err(MediaFault::DataOffset { at: offset_at, expected: expected_offset, found: offset.into() });
        }
        let table_bytes = count as usize * TRUN_SAMPLE_BYTES;
        if trun.body.len() != table_bytes {
            return Err(MediaFault::BoxSize {
                at: count_at - 12,
                name: *b"trun",
                expected: (TRUN_HEAD_BYTES + table_bytes) as u64,
                found: (TRUN_HEAD_BYTES + trun.body.len()) as u64,
            });
        }
        if let Some(&[a, b, c, d, ..]) = traf.body.get(4..) {
            return Err(MediaFault::SurplusBox { at: traf.at, found: [a, b, c, d] });
        }
        if !traf.body.is_empty() {
            return Err(MediaFault::Truncated { at: traf.at, needed: 8, left: traf.body.len() as u64 });
        }
        let begin = self.used;
        let table = self.samples(track, trun.body, trun.at)?;
        let facts = fold(first_decode, table.entries.as_chunks::<TRUN_SAMPLE_BYTES>().0.iter().map(sample_of))
            .ok_or(MediaFault::NoSamples { at: count_at })?;
        debug_assert_eq!(facts.bytes, (self.used - begin) as u64);
        match track {
            TrackKind::Video => self.video = Some((facts, table)),
            TrackKind::Sound => self.sound = Some((facts, table)),
        }
        Ok(())
    }

    /// Checks each entry against the payload it describes.
    fn samples(&mut self, track: TrackKind, entries: &'a [u8], entries_at: u64) -> Result<Table<'a>, MediaFault> {
        let limit = match track {
            TrackKind::Video => PICTURE_MAX_BYTES,
            TrackKind::Sound => SOUND_MAX_BYTES,
        } as u64;
        let video = self.format.video().filter(|_| track == TrackKind::Video);
        let begin = self.used;
        for (number, entry) in entries.as_chunks::<TRUN_SAMPLE_BYTES>().0.iter().enumerate() {
            let at = entries_at + (number * TRUN_SAMPLE_BYTES) as u64;
            let sample = sample_of(entry);
            if sample.duration == 0 {
                return Err(MediaFault::NoDuration { at });
            }
            if sample.size == 0 || u64::from(sample.size) > limit {
                return Err(MediaFault::SampleSize { at: at + 4, track, limit, found: sample.size.into() });
            }
            let left = &self.payload.body[self.used..];
            let Some(data) = left.get(..sample.size as usize) else {
                return Err(MediaFault::PayloadSize {
                    at: self.payload.at,
                    expected: self.used as u64 + u64::from(sample.size),
                    found: self.payload.body.len() as u64,
                });
            };
            let is_key = match video {
                None => true,
                Some(video) => video
                    .inspect(data, NalFraming::LengthPrefixed, None)
                    .map_err(|source| MediaFault::Picture {
                        at: self.payload.body_at + self.used as u64,
                        sample: number as u32,
                        source,
                    })?
                    .is_key(),
            };
            let expected = if is_key { KEY_FLAGS } else { NON_KEY_FLAGS };
            let found = u32::from_be_bytes([entry[8], entry[9], entry[10], entry[11]]);
            if found != expected {
                return Err(MediaFault::SampleFlags { at: at + 8, expected, found });
            }
            self.used += sample.size as usize;
        }
        Ok(Table { entries, payload: &self.payload.body[begin..self.used] })
    }
}

fn sample_of(entry: &[u8; TRUN_SAMPLE_BYTES]) -> Sample {
    let word = |at: usize| u32::from_be_bytes([entry[at], entry[at + 1], entry[at + 2], entry[at + 3]]);
    Sample { duration: word(0), size: word(4), is_key: word(8) == KEY_FLAGS, composition: word(12) as i32 }
}

/// What is left of a box's body.
struct Cursor<'a> {
    body: &'a [u8],
    at: u64,
}

impl<'a> Cursor<'a> {
    fn word(&mut self) -> Result<u32, MediaFault> {
        let Some((word, rest)) = self.body.split_first_chunk::<4>() else {
            return Err(MediaFault::Truncated { at: self.at, needed: 4, left: self.body.len() as u64 });
        };
        self.body = rest;
        self.at += 4;
        Ok(u32::from_be_bytes(*word))
    }

    fn expect_word(&mut self, name: &[u8; 4], expected: u32) -> Result<(), MediaFault> {
        let at = self.at;
        match self.word()? {
            found if found == expected => Ok(()),
            found => Err(MediaFault::VersionAndFlags { at, name: *name, expected, found }),
        }
    }

    /// Opens the next box, which must be of this kind, and steps over it.
    fn open(&mut self, kind: &[u8; 4]) -> Result<Cursor<'a>, MediaFault> {
        let at = self.at;
        let left = self.body.len() as u64;
        let Some((&[a, b, c, d, found @ ..], _)) = self.body.split_first_chunk::<8>() else {
            return Err(MediaFault::Truncated { at, needed: 8, left });
        };
        if &found != kind {
            return Err(MediaFault::UnexpectedBox { at, expected: *kind, found });
        }
        let size = u32::from_be_bytes([a, b, c, d]) as usize;
        if size < 8 {
            return Err(MediaFault::BoxSize { at, name: found, expected: 8, found: size as u64 });
        }
        let Some(body) = self.body.get(8..size) else {
            return Err(MediaFault::Truncated { at, needed: size as u64, left });
        };
        self.body = &self.body[size..];
        self.at += size as u64;
        Ok(Cursor { body, at: at + 8 })
    }

    /// As [`open`](Self::open), of exactly this size.
    fn fixed(&mut self, kind: &[u8; 4], bytes: usize) -> Result<Cursor<'a>, MediaFault> {
        let at = self.at;
        let inner = self.open(kind)?;
        if inner.body.len() + 8 != bytes {
            return Err(MediaFault::BoxSize {
                at,
                name: *kind,
                expected: bytes as u64,
                found: inner.body.len() as u64 + 8,
            });
        }
        Ok(inner)
    }
}
