//! The init segment of a take: written in one way only, so it is read by writing it again.
//!
//! `proto/evidence/v1/MEDIA.md` lists every box. The reader takes the few fields that vary out of the boxes, builds the
//! format they state, writes its init segment and compares: whatever else a byte may say, it is found, with its place.

use mp4_atom::{
    Atom, Audio, Codec, Decode, Dinf, Dref, Elst, ElstEntry, Encode, Esds, FourCC, Ftyp, Hdlr, Matrix, Mdhd, Mp4a,
    Mvhd, Smhd, Stbl, Stco, Stsd, Tkhd, Trex, Url, Vmhd, esds,
};

use crate::boxes::{self, Span};
use crate::limits::INIT_MAX_BYTES;
use crate::nal::Coding;
use crate::{MediaFault, Rotation, SoundFormat, TakeFormat, Timescale, TrackKind, VideoFault, VideoFormat};

/// `timescale` of `mvhd`; no field of ours counts in it.
const MOVIE_TIMESCALE: u32 = 1000;

/// Writes the init segment of a take.
pub fn write_init(format: &TakeFormat) -> Vec<u8> {
    let mut out = Vec::with_capacity(2048);
    leaf(
        &mut out,
        &Ftyp {
            major_brand: FourCC::new(b"iso6"),
            minor_version: 0,
            compatible_brands: vec![FourCC::new(b"iso6"), FourCC::new(b"mp41")],
        },
    );
    container(&mut out, b"moov", |out| {
        leaf(
            out,
            &Mvhd {
                timescale: MOVIE_TIMESCALE,
                rate: 1.into(),
                volume: 1.into(),
                next_track_id: TrackKind::Sound.id() + 1,
                ..Mvhd::default()
            },
        );
        if let Some(video) = format.video() {
            write_video(out, video, format.rotation());
        }
        if let Some(sound) = format.sound() {
            write_sound(out, sound);
        }
        container(out, b"mvex", |out| {
            for track in TrackKind::ALL {
                if format.timescale(track).is_some() {
                    leaf(out, &Trex { track_id: track.id(), default_sample_description_index: 1, ..Trex::default() });
                }
            }
        });
    });
    out
}

fn write_video(out: &mut Vec<u8>, video: &VideoFormat, rotation: Rotation) {
    let (width, height) = (video.width(), video.height());
    container(out, b"trak", |out| {
        leaf(
            out,
            &Tkhd {
                track_id: TrackKind::Video.id(),
                enabled: true,
                in_movie: true,
                matrix: rotation.matrix(width, height),
                width: width.into(),
                height: height.into(),
                ..Tkhd::default()
            },
        );
        container(out, b"mdia", |out| {
            write_media_header(out, video.timescale(), b"vide");
            container(out, b"minf", |out| {
                leaf(out, &Vmhd::default());
                write_tables(out, video.sample_entry());
            });
        });
    });
}

fn write_sound(out: &mut Vec<u8>, sound: &SoundFormat) {
    container(out, b"trak", |out| {
        leaf(
            out,
            &Tkhd {
                track_id: TrackKind::Sound.id(),
                enabled: true,
                in_movie: true,
                volume: 1.into(),
                matrix: Matrix::default(),
                ..Tkhd::default()
            },
        );
        if sound.priming() > 0 {
            let media_time = Some(sound.priming().into());
            let entry = ElstEntry { segment_duration: 0, media_time, media_rate: 1.into() };
            container(out, b"edts", |out| leaf(out, &Elst { entries: vec![entry] }));
        }
        container(out, b"mdia", |out| {
            write_media_header(out, sound.timescale(), b"soun");
            container(out, b"minf", |out| {
                leaf(out, &Smhd::default());
                write_tables(
                    out,
                    Codec::Mp4a(Mp4a {
                        audio: Audio {
                            data_reference_index: 1,
                            channel_count: sound.channels(),
                            sample_size: 16,
                            // 16 bits hold no rate above 65,535; `mdhd` says it in any case.
                            sample_rate: u16::try_from(sound.timescale().get()).unwrap_or(0).into(),
                        },
                        esds: sound_esds(sound),
                        btrt: None,
                        taic: None,
                    }),
                );
            });
        });
    });
}

/// `objectTypeIndication` of MPEG-4 sound.
const MPEG4_AUDIO: u8 = 0x40;

fn sound_esds(sound: &SoundFormat) -> Esds {
    Esds {
        es_desc: esds::EsDescriptor {
            es_id: 0,
            dec_config: esds::DecoderConfig {
                object_type_indication: MPEG4_AUDIO,
                stream_type: 5,
                dec_specific: Some(esds::DecoderSpecific { raw: sound.config().to_vec(), ..Default::default() }),
                ..Default::default()
            },
            ..Default::default()
        },
    }
}

fn write_media_header(out: &mut Vec<u8>, timescale: Timescale, handler: &[u8; 4]) {
    leaf(out, &Mdhd { timescale: timescale.get(), language: "und".into(), ..Mdhd::default() });
    leaf(out, &Hdlr { handler: FourCC::new(handler), name: String::new() });
}

fn write_tables(out: &mut Vec<u8>, codec: Codec) {
    leaf(out, &Dinf { dref: Dref { entries: vec![Url { location: String::new() }.into()] } });
    leaf(out, &Stbl { stsd: Stsd { codecs: vec![codec] }, stco: Some(Stco::default()), ..Stbl::default() });
}

fn container(out: &mut Vec<u8>, kind: &[u8; 4], body: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(kind);
    body(out);
    let size = u32::try_from(out.len() - start).expect("formats bound an init segment far below 4 GiB");
    out[start..start + 4].copy_from_slice(&size.to_be_bytes());
}

fn leaf(out: &mut Vec<u8>, atom: &impl Encode) {
    atom.encode(out).expect("formats bound every field of an init segment");
}

/// Reads an init segment; exactly what [`write_init`] writes for some format, or a fault with its place.
pub fn read_init(bytes: &[u8]) -> Result<TakeFormat, MediaFault> {
    if bytes.len() > INIT_MAX_BYTES {
        return Err(MediaFault::InitTooLarge { limit: INIT_MAX_BYTES, found: bytes.len() });
    }
    let whole = Span::whole(bytes);
    let [_, moov] = boxes::exactly(whole, [b"ftyp", b"moov"])?;
    let mut video = None;
    let mut sound = None;
    let mut rotation = Rotation::None;
    for child in boxes::children(moov) {
        let child = child?;
        if &child.kind != b"trak" {
            continue;
        }
        let tkhd_span = boxes::child(child, b"tkhd")?;
        let tkhd: Tkhd = decode(tkhd_span)?;
        match TrackKind::of_id(tkhd.track_id) {
            Some(TrackKind::Video) if video.is_none() => {
                rotation = Rotation::of_matrix(&tkhd.matrix).ok_or(MediaFault::Rotation { at: tkhd_span.at })?;
                video = Some(read_video(child)?);
            }
            Some(TrackKind::Sound) if sound.is_none() => sound = Some(read_sound(child)?),
            _ => return Err(MediaFault::InitTrack { at: tkhd_span.at, found: tkhd.track_id }),
        }
    }
    let format = TakeFormat::new(video, sound, rotation).map_err(|_| MediaFault::NoTrack { at: moov.at })?;
    let expected = write_init(&format);
    match first_difference(&expected, bytes) {
        Some(at) => Err(MediaFault::InitDiffers {
            at: at as u64,
            expected: expected.get(at).copied(),
            found: bytes.get(at).copied(),
        }),
        None => Ok(format),
    }
}

fn first_difference(expected: &[u8], found: &[u8]) -> Option<usize> {
    let common = expected.iter().zip(found).position(|(left, right)| left != right);
    common.or((expected.len() != found.len()).then_some(expected.len().min(found.len())))
}

fn timescale(mdia: Span<'_>) -> Result<Timescale, MediaFault> {
    let span = boxes::child(mdia, b"mdhd")?;
    let mdhd: Mdhd = decode(span)?;
    Timescale::new(mdhd.timescale).map_err(|source| MediaFault::Timescale { at: span.at, source })
}

fn read_video(trak: Span<'_>) -> Result<VideoFormat, MediaFault> {
    let mdia = boxes::child(trak, b"mdia")?;
    let entry = boxes::sample_entry(mdia)?;
    // Of the two spellings of HEVC the writer has one.
    if &entry.kind == b"hev1" {
        let source = Box::new(VideoFault::UnsupportedCodec { found: entry.kind });
        return Err(MediaFault::Video { at: entry.at, source });
    }
    video_format(entry, timescale(mdia)?)
}

/// The format that a picture's sample entry states.
pub(crate) fn video_format(entry: Span<'_>, timescale: Timescale) -> Result<VideoFormat, MediaFault> {
    let (children, coding) = boxes::visual_children(entry)?;
    let (configuration, read) = match coding {
        Coding::H264 => (boxes::child(children, b"avcC")?, VideoFormat::h264_from_avcc as Reads),
        Coding::Hevc => (boxes::child(children, b"hvcC")?, VideoFormat::hevc_from_hvcc as Reads),
    };
    read(configuration.body, timescale)
        .map_err(|source| MediaFault::Video { at: configuration.at, source: Box::new(source) })
}

type Reads = fn(&[u8], Timescale) -> Result<VideoFormat, VideoFault>;

fn read_sound(trak: Span<'_>) -> Result<SoundFormat, MediaFault> {
    let mdia = boxes::child(trak, b"mdia")?;
    let entry = boxes::sample_entry(mdia)?;
    let span = boxes::child(boxes::sound_children(entry)?, &Esds::KIND.into())?;
    let config = sound_config(span)?;
    let fault = |source| MediaFault::Sound { at: span.at, source: Box::new(source) };
    SoundFormat::aac(&config, read_edit(trak)?).map_err(fault)
}

/// What an edit list takes off; 0 without one.
fn read_edit(trak: Span<'_>) -> Result<u32, MediaFault> {
    let Some(edts) = boxes::optional_child(trak, b"edts")? else { return Ok(0) };
    let span = boxes::child(edts, b"elst")?;
    let elst: Elst = decode(span)?;
    let media_time = elst.entries.first().and_then(|entry| entry.media_time).unwrap_or(0);
    u32::try_from(media_time).map_err(|_| MediaFault::Edit { at: span.at })
}

/// The `AudioSpecificConfig` inside an `esds`.
pub(crate) fn sound_config(span: Span<'_>) -> Result<Vec<u8>, MediaFault> {
    let fault = |source| MediaFault::Sound { at: span.at, source: Box::new(source) };
    // Descriptors nest, and their reader recurses: the bound keeps hostile nesting off the stack.
    const ESDS_MAX: usize = 512;
    if span.body.len() > ESDS_MAX {
        return Err(MediaFault::BoxSize {
            at: span.at,
            name: span.kind,
            expected: ESDS_MAX as u64,
            found: span.body.len() as u64,
        });
    }
    let esds: Esds = decode(span)?;
    let decoder = esds.es_desc.dec_config;
    if decoder.object_type_indication != MPEG4_AUDIO {
        return Err(fault(crate::SoundFault::UnsupportedDecoder {
            expected: MPEG4_AUDIO,
            found: decoder.object_type_indication,
        }));
    }
    decoder.dec_specific.map(|specific| specific.raw).ok_or_else(|| fault(crate::SoundFault::NoConfiguration))
}

/// Decodes one leaf box, header included, through `mp4-atom`. Never a container: its reader recurses into any box
/// within any box, so hostile nesting would exhaust the stack.
pub(crate) fn decode<T: Decode + Atom>(span: Span<'_>) -> Result<T, MediaFault> {
    let mut body = span.body;
    let fault = |source| MediaFault::Atom { at: span.at, name: span.kind, source };
    let atom = T::decode_body(&mut body).map_err(fault)?;
    if !body.is_empty() {
        return Err(fault(mp4_atom::Error::UnderDecode(T::KIND)));
    }
    Ok(atom)
}
