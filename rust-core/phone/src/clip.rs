//! A clip on disk, read whole: the picture and sound that a camera would deliver, and beside them the microphone's PCM.

use std::path::Path;

use quanji_media::mp4_source::Mp4Source;
use quanji_media::{AccessUnit, MediaFault, Payload, TakeFormat, TrackKind};

use crate::fault::Fault;

/// Bytes of an MP4 file and, beside it, 16 kHz mono PCM.
#[derive(Debug)]
pub(crate) struct Clip {
    bytes: Vec<u8>,
    pcm: Vec<i16>,
}

/// PCM samples a second.
const PCM_RATE: u64 = quanji_speech::SAMPLE_RATE_HZ as u64;

impl Clip {
    pub(crate) fn read(input: &Path, pcm: Option<&Path>) -> Result<Clip, Fault> {
        let bytes = std::fs::read(input).map_err(Fault::ClipFile)?;
        let pcm = match pcm {
            None => Vec::new(),
            Some(path) => {
                let bytes = std::fs::read(path).map_err(Fault::PcmFile)?;
                let (samples, rest) = bytes.as_chunks::<2>();
                if !rest.is_empty() {
                    return Err(Fault::PcmOdd { bytes: bytes.len() as u64 });
                }
                samples.iter().map(|sample| i16::from_le_bytes(*sample)).collect()
            }
        };
        Ok(Clip { bytes, pcm })
    }

    pub(crate) fn source(&self) -> Result<Source<'_>, MediaFault> {
        let mp4 = Mp4Source::read(&self.bytes)?;
        let has_picture = mp4.format().video().is_some();
        let (mut begin_us, mut end_us) = (i64::MAX, i64::MIN);
        for unit in mp4.units() {
            let at_us = us(mp4.format(), &unit);
            (begin_us, end_us) = (begin_us.min(at_us), end_us.max(at_us));
        }
        let (begin_us, end_us) = if begin_us > end_us { (0, 0) } else { (begin_us, end_us) };
        Ok(Source { mp4, pcm: &self.pcm, bytes: self.bytes.len() as u64, has_picture, begin_us, end_us })
    }
}

/// A clip taken apart. Instants are µs of the clip's own presentation.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    mp4: Mp4Source<'a>,
    pcm: &'a [i16],
    pub(crate) bytes: u64,
    pub(crate) has_picture: bool,
    /// Decode time of the first unit and of the last.
    pub(crate) begin_us: i64,
    pub(crate) end_us: i64,
}

/// A unit and when it is delivered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timed<'a> {
    pub(crate) at_us: i64,
    pub(crate) unit: AccessUnit<'a>,
    pub(crate) is_key: bool,
}

impl<'a> Source<'a> {
    pub(crate) fn format(&self) -> &TakeFormat {
        self.mp4.format()
    }

    /// All units in the order of their decode times.
    pub(crate) fn units(&self) -> impl Iterator<Item = Timed<'a>> + '_ {
        self.mp4.units().map(|unit| Timed {
            at_us: us(self.format(), &unit),
            is_key: match unit.payload {
                Payload::Picture { framing, data } => {
                    self.format().video().is_some_and(|video| video.is_key_frame(framing, data))
                }
                Payload::Aac(_) => !self.has_picture,
            },
            unit,
        })
    }

    /// PCM from one instant to another; shorter where there is none.
    pub(crate) fn pcm(&self, from_us: i64, to_us: i64) -> &'a [i16] {
        let place = |us: i64| {
            let sample = u64::try_from(us).unwrap_or(0).saturating_mul(PCM_RATE) / 1_000_000;
            usize::try_from(sample).unwrap_or(usize::MAX).min(self.pcm.len())
        };
        self.pcm.get(place(from_us)..place(to_us)).unwrap_or_default()
    }

    pub(crate) fn has_pcm(&self) -> bool {
        !self.pcm.is_empty()
    }

    /// Mean bytes a second, for what preflight says of the room left.
    pub(crate) fn bytes_a_second(&self) -> u64 {
        let long_us = u64::try_from(self.end_us - self.begin_us).unwrap_or(0).max(1);
        (self.bytes.saturating_mul(1_000_000) / long_us).max(1)
    }
}

fn us(format: &TakeFormat, unit: &AccessUnit<'_>) -> i64 {
    format.timescale(unit.payload.track()).map_or(0, |scale| scale.us(unit.decode))
}

/// Name of a track in what is printed.
pub(crate) fn track_name(track: TrackKind) -> &'static str {
    match track {
        TrackKind::Video => "video",
        TrackKind::Sound => "audio",
    }
}
