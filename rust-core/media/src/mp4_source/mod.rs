//! An ordinary MP4 taken apart: what feeds a recorder that has no camera.
//!
//! Reads progressive files as ffmpeg and phones write them: one H.264 or HEVC and one AAC track at most, sample tables in
//! `moov` before or behind the media, edit lists that shift a track. Other tracks are passed over. Fragmented files
//! are refused. Nothing is reserved by what a table claims: tables are run through as they lie in the file.

mod tables;
mod track;

use track::{SourceTrack, Stamps};

use crate::boxes::{self, Span};
use crate::init::decode;
use crate::limits::SOURCE_MOOV_MAX_BYTES;
use crate::{AccessUnit, MediaFault, NalFraming, Payload, Rotation, TakeFormat, TrackKind};

/// A source file, checked whole: every sample of every table lies inside it.
#[derive(Debug)]
pub struct Mp4Source<'a> {
    bytes: &'a [u8],
    format: TakeFormat,
    video: Option<SourceTrack>,
    sound: Option<SourceTrack>,
}

impl<'a> Mp4Source<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self, MediaFault> {
        let file = Span::whole(bytes);
        let moov = boxes::child(file, b"moov")?;
        if moov.body.len() > SOURCE_MOOV_MAX_BYTES {
            return Err(MediaFault::BoxSize {
                at: moov.at,
                name: moov.kind,
                expected: SOURCE_MOOV_MAX_BYTES as u64,
                found: moov.body.len() as u64,
            });
        }
        if let Some(mvex) = boxes::optional_child(moov, b"mvex")? {
            return Err(MediaFault::FragmentedSource { at: mvex.at });
        }
        let mvhd: mp4_atom::Mvhd = decode(boxes::child(moov, b"mvhd")?)?;
        let (mut video, mut sound) = (None, None);
        let (mut video_format, mut sound_format) = (None, None);
        let mut rotation = Rotation::None;
        for child in boxes::children(moov) {
            let trak = child?;
            if &trak.kind != b"trak" {
                continue;
            }
            let Some(kind) = track::kind(trak)? else { continue };
            let second = MediaFault::SecondTrack { at: trak.at, track: kind };
            match kind {
                TrackKind::Video if video.is_some() => return Err(second),
                TrackKind::Sound if sound.is_some() => return Err(second),
                TrackKind::Video => {
                    let tkhd_span = boxes::child(trak, b"tkhd")?;
                    let tkhd: mp4_atom::Tkhd = decode(tkhd_span)?;
                    rotation = Rotation::of_matrix(&tkhd.matrix).ok_or(MediaFault::Rotation { at: tkhd_span.at })?;
                    let (format, track) = track::read_video(trak, &mvhd, bytes.len() as u64)?;
                    (video_format, video) = (Some(format), Some(track));
                }
                TrackKind::Sound => {
                    let (format, track) = track::read_sound(trak, &mvhd, bytes.len() as u64)?;
                    (sound_format, sound) = (Some(format), Some(track));
                }
            }
        }
        let format =
            TakeFormat::new(video_format, sound_format, rotation).map_err(|_| MediaFault::NoTrack { at: moov.at })?;
        Ok(Self { bytes, format, video, sound })
    }

    /// The format a take of this file has.
    pub fn format(&self) -> &TakeFormat {
        &self.format
    }

    /// Samples of a track, 0 when the file has none.
    pub fn samples(&self, track: TrackKind) -> u64 {
        match track {
            TrackKind::Video => self.video.as_ref(),
            TrackKind::Sound => self.sound.as_ref(),
        }
        .map_or(0, SourceTrack::samples)
    }

    /// All units in the order of their decode times, with the stamps of the file's presentation.
    pub fn units(&self) -> impl Iterator<Item = AccessUnit<'a>> + '_ {
        let mut video = self.video.as_ref().map(SourceTrack::stamps).into_iter().flatten().peekable();
        let mut sound = self.sound.as_ref().map(SourceTrack::stamps).into_iter().flatten().peekable();
        let scales = (self.format.timescale(TrackKind::Video), self.format.timescale(TrackKind::Sound));
        std::iter::from_fn(move || {
            let video_first = match (video.peek(), sound.peek()) {
                (Some(picture), Some(sound)) => match scales {
                    (Some(scale), Some(other)) => scale.compare(picture.decode, other, sound.decode).is_le(),
                    _ => true,
                },
                (picture, _) => picture.is_some(),
            };
            if video_first {
                let stamps = video.next()?;
                let data = self.data(&stamps);
                Some(unit(stamps, Payload::Picture { framing: NalFraming::LengthPrefixed, data }))
            } else {
                let stamps = sound.next()?;
                let data = self.data(&stamps);
                Some(unit(stamps, Payload::Aac(data)))
            }
        })
    }

    /// Bytes of a sample; its place was checked against the file when the tables were read.
    fn data(&self, stamps: &Stamps) -> &'a [u8] {
        let from = usize::try_from(stamps.offset).unwrap_or(usize::MAX);
        self.bytes.get(from..from.saturating_add(stamps.size as usize)).unwrap_or_default()
    }
}

fn unit(stamps: Stamps, payload: Payload<'_>) -> AccessUnit<'_> {
    AccessUnit { decode: stamps.decode, present: stamps.present, payload }
}
