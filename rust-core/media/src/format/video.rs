//! The picture track of a take.

use mp4_atom::{Atom, Avc1, Avcc, AvccExt, Codec, Hvc1, HvcCArray, Hvcc, Visual};

use crate::nal::{Coding, NalFault, NalFraming, PictureShape, annex_b, inspect};
use crate::{Timescale, TimescaleFault, h264, hevc};

/// Codec of the picture, with its parameter sets as NAL units, without start code or length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VideoCodec {
    H264 { sequence: Vec<u8>, pictures: Vec<Vec<u8>>, sps: h264::Sps },
    Hevc { video: Vec<u8>, sequence: Vec<u8>, pictures: Vec<Vec<u8>>, sps: hevc::Sps },
}

/// A picture track: codec with its parameter sets, size as they state it, ticks a second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoFormat {
    codec: VideoCodec,
    timescale: Timescale,
}

/// Why a picture cannot be recorded or read.
#[derive(Debug, thiserror::Error)]
pub enum VideoFault {
    #[error("the picture's codec is {found:?}, supported are avc1 and hvc1")]
    UnsupportedCodec { found: [u8; 4] },
    #[error("exactly one video parameter set is supported, found {found}")]
    VideoSets { found: usize },
    #[error("exactly one sequence parameter set is supported, found {found}")]
    SequenceSets { found: usize },
    #[error("1 to {limit} picture parameter sets are supported, found {found}", limit = VideoFormat::MAX_PICTURE_SETS)]
    PictureSets { found: usize },
    #[error("a parameter set has 1 to {limit} bytes, found {found}", limit = VideoFormat::MAX_SET_BYTES)]
    SetBytes { found: usize },
    #[error("a parameter set has NAL type {expected}, found {found}")]
    SetKind { expected: u8, found: u8 },
    #[error("NAL units are told apart by lengths of {expected} bytes, found {found}")]
    LengthSize { expected: u8, found: u8 },
    #[error(transparent)]
    Sps(#[from] h264::SpsFault),
    #[error(transparent)]
    HevcSets(#[from] hevc::SetFault),
    #[error(transparent)]
    Timescale(#[from] TimescaleFault),
    #[error("the decoder configuration cannot be read")]
    Configuration(#[source] mp4_atom::Error),
}

impl VideoFormat {
    /// x264 and the encoders of phones write one; a few more cost nothing.
    pub const MAX_PICTURE_SETS: usize = 8;
    /// Far above any real set, small enough for the 16-bit lengths of the decoder configuration.
    pub const MAX_SET_BYTES: usize = 1024;

    /// H.264, from parameter sets as NAL units without start code.
    pub fn h264(sequence: &[u8], pictures: &[&[u8]], timescale: Timescale) -> Result<Self, VideoFault> {
        check_sizes(&[sequence], pictures)?;
        for (set, expected) in
            std::iter::once((sequence, h264::kind::SPS)).chain(pictures.iter().map(|set| (*set, h264::kind::PPS)))
        {
            if set[0] & 0x1F != expected {
                return Err(VideoFault::SetKind { expected, found: set[0] & 0x1F });
            }
        }
        let sps = h264::Sps::parse(sequence)?;
        let pictures = pictures.iter().map(|set| set.to_vec()).collect();
        Ok(Self { codec: VideoCodec::H264 { sequence: sequence.to_vec(), pictures, sps }, timescale })
    }

    /// HEVC, from parameter sets as NAL units without start code.
    pub fn hevc(video: &[u8], sequence: &[u8], pictures: &[&[u8]], timescale: Timescale) -> Result<Self, VideoFault> {
        check_sizes(&[video, sequence], pictures)?;
        let sps = hevc::check(video, sequence, pictures)?;
        let pictures = pictures.iter().map(|set| set.to_vec()).collect();
        let codec = VideoCodec::Hevc { video: video.to_vec(), sequence: sequence.to_vec(), pictures, sps };
        Ok(Self { codec, timescale })
    }

    /// H.264, from a stream that holds the parameter sets between start codes: what Android's encoder hands over as
    /// codec configuration (`csd-0` and `csd-1`, one after the other), or any key frame that carries them. Other NAL
    /// units are passed over, a repeated set counts once.
    pub fn h264_from_annex_b(stream: &[u8], timescale: Timescale) -> Result<Self, VideoFault> {
        let [sequence, pictures] = sets_of(stream, |nal| match nal.first()? & 0x1F {
            h264::kind::SPS => Some(0),
            h264::kind::PPS => Some(1),
            _ => None,
        });
        Self::h264(only(&sequence).map_err(|found| VideoFault::SequenceSets { found })?, &pictures, timescale)
    }

    /// HEVC, from a stream as for [`h264_from_annex_b`](Self::h264_from_annex_b); Android's encoder has all three kinds
    /// in `csd-0`.
    pub fn hevc_from_annex_b(stream: &[u8], timescale: Timescale) -> Result<Self, VideoFault> {
        let [video, sequence, pictures] = sets_of(stream, |nal| match nal.first()? >> 1 & 0x3F {
            hevc::kind::VPS => Some(0),
            hevc::kind::SPS => Some(1),
            hevc::kind::PPS => Some(2),
            _ => None,
        });
        Self::hevc(
            only(&video).map_err(|found| VideoFault::VideoSets { found })?,
            only(&sequence).map_err(|found| VideoFault::SequenceSets { found })?,
            &pictures,
            timescale,
        )
    }

    /// From the body of an `avcC` box, as files hold it.
    pub fn h264_from_avcc(mut body: &[u8], timescale: Timescale) -> Result<Self, VideoFault> {
        let avcc = Avcc::decode_body(&mut body).map_err(VideoFault::Configuration)?;
        check_length_size(avcc.length_size)?;
        let sequence: Vec<&[u8]> = avcc.sequence_parameter_sets.iter().map(Vec::as_slice).collect();
        let pictures: Vec<&[u8]> = avcc.picture_parameter_sets.iter().map(Vec::as_slice).collect();
        Self::h264(only(&sequence).map_err(|found| VideoFault::SequenceSets { found })?, &pictures, timescale)
    }

    /// From the body of an `hvcC` box, as files hold it; what stands in it beside parameter sets is passed over.
    pub fn hevc_from_hvcc(mut body: &[u8], timescale: Timescale) -> Result<Self, VideoFault> {
        let hvcc = Hvcc::decode_body(&mut body).map_err(VideoFault::Configuration)?;
        check_length_size(hvcc.length_size_minus_one + 1)?;
        let sets = |kind: u8| -> Vec<&[u8]> {
            let arrays = hvcc.arrays.iter().filter(|array| array.nal_unit_type == kind);
            arrays.flat_map(|array| &array.nalus).map(Vec::as_slice).collect()
        };
        Self::hevc(
            only(&sets(hevc::kind::VPS)).map_err(|found| VideoFault::VideoSets { found })?,
            only(&sets(hevc::kind::SPS)).map_err(|found| VideoFault::SequenceSets { found })?,
            &sets(hevc::kind::PPS),
            timescale,
        )
    }

    pub fn codec(&self) -> &VideoCodec {
        &self.codec
    }

    pub fn width(&self) -> u16 {
        match &self.codec {
            VideoCodec::H264 { sps, .. } => sps.width,
            VideoCodec::Hevc { sps, .. } => sps.width,
        }
    }

    pub fn height(&self) -> u16 {
        match &self.codec {
            VideoCodec::H264 { sps, .. } => sps.height,
            VideoCodec::Hevc { sps, .. } => sps.height,
        }
    }

    pub fn timescale(&self) -> Timescale {
        self.timescale
    }

    /// As RFC 6381 and ISO/IEC 14496-15 (annex E) write it: `avc1.` with profile, constraints and level in hexadecimal;
    /// `hvc1.` with profile, compatibility (last bit first), tier and level, and the constraints up to the last that is not 0.
    pub fn codec_string(&self) -> String {
        match &self.codec {
            VideoCodec::H264 { sps, .. } => {
                format!("avc1.{:02x}{:02x}{:02x}", sps.profile, sps.constraints, sps.level)
            }
            VideoCodec::Hevc { sps, .. } => {
                let compatibility = u32::from_be_bytes(sps.compatibility).reverse_bits();
                let tier = if sps.is_high_tier { 'H' } else { 'L' };
                let stated = sps.constraints.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
                let constraints: String = sps.constraints[..stated].iter().map(|byte| format!(".{byte:X}")).collect();
                format!("hvc1.{}.{compatibility:X}.{tier}{}{constraints}", sps.profile, sps.level)
            }
        }
    }

    /// Whether decoding may begin at this picture; not, when it is none of this track.
    pub fn is_key_frame(&self, framing: NalFraming, data: &[u8]) -> bool {
        self.inspect(data, framing, None).is_ok_and(|shape| shape.is_key())
    }

    /// The size that another sequence parameter set states.
    pub(crate) fn size_of_sequence(&self, nal: &[u8]) -> Option<(u16, u16)> {
        match &self.codec {
            VideoCodec::H264 { .. } => h264::Sps::parse(nal).ok().map(|sps| (sps.width, sps.height)),
            VideoCodec::Hevc { .. } => hevc::Sps::parse(nal).ok().map(|sps| (sps.width, sps.height)),
        }
    }

    pub(crate) fn inspect(
        &self,
        data: &[u8],
        framing: NalFraming,
        found: Option<&mut Vec<std::ops::Range<usize>>>,
    ) -> Result<PictureShape, NalFault> {
        inspect(self.coding(), data, framing, &self.parameter_sets(), found)
    }

    fn coding(&self) -> Coding {
        match self.codec {
            VideoCodec::H264 { .. } => Coding::H264,
            VideoCodec::Hevc { .. } => Coding::Hevc,
        }
    }

    /// Parameter sets that may stand among the pictures.
    fn parameter_sets(&self) -> Vec<&[u8]> {
        let (heads, pictures) = match &self.codec {
            VideoCodec::H264 { sequence, pictures, .. } => ([None, Some(sequence)], pictures),
            VideoCodec::Hevc { video, sequence, pictures, .. } => ([Some(video), Some(sequence)], pictures),
        };
        heads.into_iter().flatten().chain(pictures).map(Vec::as_slice).collect()
    }

    /// The parameter sets as they stand in a sample: each after its 32-bit length, those of pictures last.
    pub fn length_prefixed_sets(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for set in self.parameter_sets() {
            out.extend_from_slice(&(set.len() as u32).to_be_bytes());
            out.extend_from_slice(set);
        }
        out
    }

    /// The sample entry of an init segment.
    pub(crate) fn sample_entry(&self) -> Codec {
        let visual =
            Visual { data_reference_index: 1, width: self.width(), height: self.height(), ..Visual::default() };
        match &self.codec {
            VideoCodec::H264 { sequence, pictures, sps } => Codec::Avc1(Avc1 {
                visual,
                avcc: Avcc {
                    configuration_version: 1,
                    avc_profile_indication: sps.profile,
                    profile_compatibility: sps.constraints,
                    avc_level_indication: sps.level,
                    length_size: 4,
                    sequence_parameter_sets: vec![sequence.clone()],
                    picture_parameter_sets: pictures.clone(),
                    ext: sps.extends_configuration().then(|| AvccExt {
                        chroma_format: sps.chroma_format,
                        bit_depth_luma: sps.bit_depth_luma,
                        bit_depth_chroma: sps.bit_depth_chroma,
                        sequence_parameter_sets_ext: Vec::new(),
                    }),
                },
                btrt: None,
                colr: None,
                pasp: None,
                taic: None,
                fiel: None,
                spatial: None,
            }),
            VideoCodec::Hevc { video, sequence, pictures, sps } => {
                let array =
                    |nal_unit_type: u8, nalus: Vec<Vec<u8>>| HvcCArray { completeness: true, nal_unit_type, nalus };
                Codec::Hvc1(Hvc1 {
                    visual,
                    hvcc: Hvcc {
                        configuration_version: 1,
                        general_profile_space: 0,
                        general_tier_flag: sps.is_high_tier,
                        general_profile_idc: sps.profile,
                        general_profile_compatibility_flags: sps.compatibility,
                        general_constraint_indicator_flags: sps.constraints,
                        general_level_idc: sps.level,
                        // What is 0 is not said: all of it stands in the sets, for whoever needs it.
                        min_spatial_segmentation_idc: 0,
                        parallelism_type: 0,
                        chroma_format_idc: sps.chroma_format,
                        bit_depth_luma_minus8: sps.bit_depth_luma - 8,
                        bit_depth_chroma_minus8: sps.bit_depth_chroma - 8,
                        avg_frame_rate: 0,
                        constant_frame_rate: 0,
                        num_temporal_layers: sps.temporal_layers,
                        temporal_id_nested: sps.is_temporally_nested,
                        length_size_minus_one: 3,
                        arrays: vec![
                            array(hevc::kind::VPS, vec![video.clone()]),
                            array(hevc::kind::SPS, vec![sequence.clone()]),
                            array(hevc::kind::PPS, pictures.clone()),
                        ],
                    },
                    ..Hvc1::default()
                })
            }
        }
    }
}

/// Each has content and is not larger than any real one; of those for pictures, there are not too many.
fn check_sizes(heads: &[&[u8]], pictures: &[&[u8]]) -> Result<(), VideoFault> {
    if pictures.is_empty() || pictures.len() > VideoFormat::MAX_PICTURE_SETS {
        return Err(VideoFault::PictureSets { found: pictures.len() });
    }
    match heads
        .iter()
        .chain(pictures)
        .map(|set| set.len())
        .find(|size| !(1..=VideoFormat::MAX_SET_BYTES).contains(size))
    {
        Some(found) => Err(VideoFault::SetBytes { found }),
        None => Ok(()),
    }
}

fn check_length_size(found: u8) -> Result<(), VideoFault> {
    if found == 4 { Ok(()) } else { Err(VideoFault::LengthSize { expected: 4, found }) }
}

fn only<'a>(sets: &[&'a [u8]]) -> Result<&'a [u8], usize> {
    match sets {
        [set] => Ok(set),
        sets => Err(sets.len()),
    }
}

/// The different NAL units of a stream, sorted into kinds.
fn sets_of<const KINDS: usize>(stream: &[u8], kind: impl Fn(&[u8]) -> Option<usize>) -> [Vec<&[u8]>; KINDS] {
    let mut found = [const { Vec::new() }; KINDS];
    for nal in annex_b(stream).map(|range| &stream[range]) {
        let Some(sets) = kind(nal).and_then(|kind| found.get_mut(kind)) else { continue };
        if !sets.contains(&nal) && sets.len() <= VideoFormat::MAX_PICTURE_SETS {
            sets.push(nal);
        }
    }
    found
}
