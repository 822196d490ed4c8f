//! One track of a source file: its format, and its samples with the stamps of the presentation.

use mp4_atom::{Elst, Hdlr, Mdhd, Mvhd};

use super::tables::Tables;
use crate::boxes::{self, Span};
use crate::init::{decode, sound_config, video_format};
use crate::{MediaFault, SoundFault, SoundFormat, Timescale, TrackKind, VideoFormat};

/// A track and how far its presentation is shifted against its media.
#[derive(Debug)]
pub(super) struct SourceTrack {
    tables: Tables,
    /// Added to media ticks.
    shift: i64,
}

/// A sample with its stamps, ticks of the track on the file's common clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stamps {
    pub(super) decode: i64,
    pub(super) present: i64,
    pub(super) offset: u64,
    pub(super) size: u32,
}

impl SourceTrack {
    pub(super) fn samples(&self) -> u64 {
        self.tables.samples()
    }

    pub(super) fn stamps(&self) -> impl Iterator<Item = Stamps> + '_ {
        self.tables.iter().map(|sample| {
            let decode = sample.decode.saturating_add(self.shift);
            let present = decode.saturating_add(sample.composition);
            Stamps { decode, present, offset: sample.offset, size: sample.size }
        })
    }
}

/// What the handler says; `None` for tracks that are neither.
pub(super) fn kind(trak: Span<'_>) -> Result<Option<TrackKind>, MediaFault> {
    let hdlr: Hdlr = decode(boxes::child(boxes::child(trak, b"mdia")?, b"hdlr")?)?;
    let handler: [u8; 4] = hdlr.handler.into();
    Ok(match &handler {
        b"vide" => Some(TrackKind::Video),
        b"soun" => Some(TrackKind::Sound),
        _ => None,
    })
}

pub(super) fn read_video(
    trak: Span<'_>,
    mvhd: &Mvhd,
    file_bytes: u64,
) -> Result<(VideoFormat, SourceTrack), MediaFault> {
    let mdia = boxes::child(trak, b"mdia")?;
    let scale = timescale(mdia)?;
    let format = video_format(boxes::sample_entry(mdia)?, scale)?;
    let edit = edit(trak, mvhd, scale)?;
    let tables = Tables::read(tables_span(mdia)?, file_bytes)?;
    Ok((format, SourceTrack { tables, shift: edit.shift() }))
}

pub(super) fn read_sound(
    trak: Span<'_>,
    mvhd: &Mvhd,
    file_bytes: u64,
) -> Result<(SoundFormat, SourceTrack), MediaFault> {
    let mdia = boxes::child(trak, b"mdia")?;
    let scale = timescale(mdia)?;
    let esds = boxes::child(boxes::sound_children(boxes::sample_entry(mdia)?)?, b"esds")?;
    let fault = |source| MediaFault::Sound { at: esds.at, source: Box::new(source) };
    let edit = edit(trak, mvhd, scale)?;
    // What an edit takes off the front of a sound track is what its encoder made up.
    let priming = u32::try_from(edit.skipped).map_err(|_| fault(SoundFault::Priming { found: edit.skipped as u64 }))?;
    let format = SoundFormat::aac(&sound_config(esds)?, priming).map_err(fault)?;
    if format.timescale() != scale {
        return Err(fault(SoundFault::TimescaleIsNotRate { timescale: scale.get(), rate: format.timescale().get() }));
    }
    let tables = Tables::read(tables_span(mdia)?, file_bytes)?;
    Ok((format, SourceTrack { tables, shift: edit.shift() }))
}

fn timescale(mdia: Span<'_>) -> Result<Timescale, MediaFault> {
    let span = boxes::child(mdia, b"mdhd")?;
    let mdhd: Mdhd = decode(span)?;
    Timescale::new(mdhd.timescale).map_err(|source| MediaFault::Timescale { at: span.at, source })
}

fn tables_span(mdia: Span<'_>) -> Result<Span<'_>, MediaFault> {
    boxes::child(boxes::child(mdia, b"minf")?, b"stbl")
}

/// An edit list that only shifts: ticks of the track.
struct Edit {
    /// Nothing is shown for so long.
    empty: i64,
    /// Where in the media the presentation begins.
    skipped: i64,
}

impl Edit {
    fn shift(&self) -> i64 {
        self.empty.saturating_sub(self.skipped)
    }
}

fn edit(trak: Span<'_>, mvhd: &Mvhd, scale: Timescale) -> Result<Edit, MediaFault> {
    let mut edit = Edit { empty: 0, skipped: 0 };
    let Some(edts) = boxes::optional_child(trak, b"edts")? else { return Ok(edit) };
    let Some(span) = boxes::optional_child(edts, b"elst")? else { return Ok(edit) };
    let fault = MediaFault::Edit { at: span.at };
    let elst: Elst = decode(span)?;
    let movie = match Timescale::new(mvhd.timescale) {
        Ok(movie) => movie,
        Err(source) => return Err(MediaFault::Timescale { at: span.at, source }),
    };
    let mut entries = elst.entries.into_iter().peekable();
    while let Some(entry) = entries.next_if(|entry| entry.media_time.is_none()) {
        let Ok(ticks) = i64::try_from(entry.segment_duration) else { return Err(fault) };
        edit.empty = edit.empty.saturating_add(movie.convert_down(ticks, scale));
    }
    let Some(entry) = entries.next() else { return Ok(edit) };
    let (rate, media_time) = (entry.media_rate, entry.media_time.and_then(|time| i64::try_from(time).ok()));
    match media_time {
        Some(skipped) if rate == 1.into() && entries.next().is_none() => edit.skipped = skipped,
        _ => return Err(fault),
    }
    Ok(edit)
}
