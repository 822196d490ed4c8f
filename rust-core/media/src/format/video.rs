//! The picture track of a take.

use mp4_atom::{Atom, Avcc, AvccExt};

use crate::h264::{Sps, SpsFault, annex_b, kind};
use crate::{Timescale, TimescaleFault};

/// Codecs of the picture. HEVC will be a second variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VideoCodec {
    /// Parameter sets as NAL units, without start code or length.
    H264 { sequence: Vec<u8>, pictures: Vec<Vec<u8>> },
}

/// A picture track: codec with its parameter sets, size as they state it, ticks a second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VideoFormat {
    codec: VideoCodec,
    sps: Sps,
    timescale: Timescale,
}

/// Why a picture cannot be recorded or read.
#[derive(Debug, thiserror::Error)]
pub enum VideoFault {
    #[error("the picture's codec is {found:?}, supported is avc1")]
    UnsupportedCodec { found: [u8; 4] },
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
    Sps(#[from] SpsFault),
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

    /// From parameter sets as NAL units without start code.
    pub fn h264(sequence: &[u8], pictures: &[&[u8]], timescale: Timescale) -> Result<Self, VideoFault> {
        if pictures.is_empty() || pictures.len() > Self::MAX_PICTURE_SETS {
            return Err(VideoFault::PictureSets { found: pictures.len() });
        }
        for (set, expected) in
            std::iter::once((sequence, kind::SPS)).chain(pictures.iter().map(|set| (*set, kind::PPS)))
        {
            if set.is_empty() || set.len() > Self::MAX_SET_BYTES {
                return Err(VideoFault::SetBytes { found: set.len() });
            }
            if set[0] & 0x1F != expected {
                return Err(VideoFault::SetKind { expected, found: set[0] & 0x1F });
            }
        }
        let sps = Sps::parse(sequence)?;
        let pictures = pictures.iter().map(|set| set.to_vec()).collect();
        Ok(Self { codec: VideoCodec::H264 { sequence: sequence.to_vec(), pictures }, sps, timescale })
    }

    /// From a stream that holds the parameter sets between start codes: what Android's encoder hands over as codec
    /// configuration (`csd-0` and `csd-1`, one after the other), or any key frame that carries them. Other NAL units
    /// are passed over, a repeated set counts once.
    pub fn h264_from_annex_b(stream: &[u8], timescale: Timescale) -> Result<Self, VideoFault> {
        let mut sequence: Vec<&[u8]> = Vec::new();
        let mut pictures: Vec<&[u8]> = Vec::new();
        for nal in annex_b(stream).map(|range| &stream[range]) {
            let sets = match nal.first().map(|header| header & 0x1F) {
                Some(kind::SPS) => &mut sequence,
                Some(kind::PPS) => &mut pictures,
                _ => continue,
            };
            if !sets.contains(&nal) && sets.len() <= Self::MAX_PICTURE_SETS {
                sets.push(nal);
            }
        }
        match sequence[..] {
            [sps] => Self::h264(sps, &pictures, timescale),
            _ => Err(VideoFault::SequenceSets { found: sequence.len() }),
        }
    }

    /// From the body of an `avcC` box, as files hold it.
    pub fn h264_from_avcc(mut body: &[u8], timescale: Timescale) -> Result<Self, VideoFault> {
        let avcc = Avcc::decode_body(&mut body).map_err(VideoFault::Configuration)?;
        if avcc.length_size != 4 {
            return Err(VideoFault::LengthSize { expected: 4, found: avcc.length_size });
        }
        let pictures: Vec<&[u8]> = avcc.picture_parameter_sets.iter().map(Vec::as_slice).collect();
        match &avcc.sequence_parameter_sets[..] {
            [sps] => Self::h264(sps, &pictures, timescale),
            sets => Err(VideoFault::SequenceSets { found: sets.len() }),
        }
    }

    pub fn codec(&self) -> &VideoCodec {
        &self.codec
    }

    /// What the sequence parameter set says: profile, level, chroma, size.
    pub fn sps(&self) -> &Sps {
        &self.sps
    }

    pub fn width(&self) -> u16 {
        self.sps.width
    }

    pub fn height(&self) -> u16 {
        self.sps.height
    }

    pub fn timescale(&self) -> Timescale {
        self.timescale
    }

    /// `avc1.` with profile, constraints and level in hexadecimal (RFC 6381).
    pub fn codec_string(&self) -> String {
        format!("avc1.{:02x}{:02x}{:02x}", self.sps.profile, self.sps.constraints, self.sps.level)
    }

    /// Parameter sets that may stand among the pictures.
    pub(crate) fn parameter_sets(&self) -> Vec<&[u8]> {
        let VideoCodec::H264 { sequence, pictures } = &self.codec;
        std::iter::once(sequence.as_slice()).chain(pictures.iter().map(Vec::as_slice)).collect()
    }

    /// The parameter sets as they stand in a sample: each after its 32-bit length, sequence first.
    pub fn length_prefixed_sets(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for set in self.parameter_sets() {
            out.extend_from_slice(&(set.len() as u32).to_be_bytes());
            out.extend_from_slice(set);
        }
        out
    }

    pub(crate) fn avcc(&self) -> Avcc {
        let VideoCodec::H264 { sequence, pictures } = &self.codec;
        Avcc {
            configuration_version: 1,
            avc_profile_indication: self.sps.profile,
            profile_compatibility: self.sps.constraints,
            avc_level_indication: self.sps.level,
            length_size: 4,
            sequence_parameter_sets: vec![sequence.clone()],
            picture_parameter_sets: pictures.clone(),
            ext: self.sps.extends_configuration().then(|| AvccExt {
                chroma_format: self.sps.chroma_format,
                bit_depth_luma: self.sps.bit_depth_luma,
                bit_depth_chroma: self.sps.bit_depth_chroma,
                sequence_parameter_sets_ext: Vec::new(),
            }),
        }
    }
}
