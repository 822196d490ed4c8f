//! What a sequence parameter set says about the pictures (7.3.2.1.1).

use super::kind;
use crate::bits::Bits;

/// The part of a sequence parameter set that a take states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sps {
    pub profile: u8,
    pub constraints: u8,
    pub level: u8,
    /// 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4.
    pub chroma_format: u8,
    pub bit_depth_luma: u8,
    pub bit_depth_chroma: u8,
    /// Pixels shown, cropping applied.
    pub width: u16,
    pub height: u16,
}

/// Why bytes are no usable sequence parameter set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpsFault {
    #[error("a sequence parameter set has NAL type {expected}, found {found}", expected = kind::SPS)]
    NotSps { found: u8 },
    #[error("the sequence parameter set of {bytes} bytes ends inside a field")]
    Truncated { bytes: usize },
    #[error("a field of the sequence parameter set is at most {limit}, found {found}")]
    OutOfRange { limit: u32, found: u32 },
    #[error("the picture of {width} × {height} with cropping is empty or larger than 16384")]
    Size { width: i64, height: i64 },
}

impl Sps {
    /// Profiles whose set states chroma format and bit depths.
    fn states_chroma(profile: u8) -> bool {
        matches!(profile, 100 | 110 | 122 | 244 | 44 | 83 | 86 | 118 | 128 | 138 | 139 | 134 | 135)
    }

    /// Whether the decoder configuration of this profile carries the chroma fields (ISO/IEC 14496-15, 5.3.3.1).
    pub(crate) fn extends_configuration(&self) -> bool {
        Self::states_chroma(self.profile)
    }

    /// Reads a NAL unit of type 7, with its header byte, without start code or length.
    pub fn parse(nal: &[u8]) -> Result<Self, SpsFault> {
        let truncated = SpsFault::Truncated { bytes: nal.len() };
        let (&header, rest) = nal.split_first().ok_or(truncated)?;
        if header & 0x1F != kind::SPS {
            return Err(SpsFault::NotSps { found: header & 0x1F });
        }
        let [profile, constraints, level, payload @ ..] = rest else {
            return Err(truncated);
        };
        let mut bits = Bits::new(payload);
        Self::fields(*profile, *constraints, *level, &mut bits).ok_or(truncated)?
    }

    fn fields(profile: u8, constraints: u8, level: u8, bits: &mut Bits<'_>) -> Option<Result<Self, SpsFault>> {
        let at_most =
            |limit: u32, found: u32| if found <= limit { None } else { Some(SpsFault::OutOfRange { limit, found }) };
        bits.ue()?;
        let (mut chroma, mut luma_depth, mut chroma_depth) = (1, 0, 0);
        if Self::states_chroma(profile) {
            chroma = bits.ue()?;
            if let Some(fault) = at_most(3, chroma) {
                return Some(Err(fault));
            }
            if chroma == 3 {
                bits.bit()?;
            }
            luma_depth = bits.ue()?;
            chroma_depth = bits.ue()?;
            if let Some(fault) = at_most(6, luma_depth.max(chroma_depth)) {
                return Some(Err(fault));
            }
            bits.bit()?;
            if bits.bit()? {
                for list in 0..if chroma == 3 { 12 } else { 8 } {
                    if bits.bit()? {
                        skip_scaling_list(bits, if list < 6 { 16 } else { 64 })?;
                    }
                }
            }
        }
        bits.ue()?;
        match bits.ue()? {
            0 => {
                bits.ue()?;
            }
            1 => {
                bits.bit()?;
                bits.se()?;
                bits.se()?;
                let cycle = bits.ue()?;
                if let Some(fault) = at_most(255, cycle) {
                    return Some(Err(fault));
                }
                for _ in 0..cycle {
                    bits.se()?;
                }
            }
            _ => {}
        }
        bits.ue()?;
        bits.bit()?;
        let width_in_macroblocks = i64::from(bits.ue()?) + 1;
        let height_in_map_units = i64::from(bits.ue()?) + 1;
        let frames_only = bits.bit()?;
        if !frames_only {
            bits.bit()?;
        }
        bits.bit()?;
        let fields = if frames_only { 1 } else { 2 };
        let (mut width, mut height) = (width_in_macroblocks * 16, height_in_map_units * 16 * fields);
        if bits.bit()? {
            let (x, y) = match chroma {
                1 => (2, 2),
                2 => (2, 1),
                _ => (1, 1),
            };
            width -= x * (i64::from(bits.ue()?) + i64::from(bits.ue()?));
            height -= y * fields * (i64::from(bits.ue()?) + i64::from(bits.ue()?));
        }
        if !(1..=16384).contains(&width) || !(1..=16384).contains(&height) {
            return Some(Err(SpsFault::Size { width, height }));
        }
        Some(Ok(Self {
            profile,
            constraints,
            level,
            chroma_format: chroma as u8,
            bit_depth_luma: luma_depth as u8 + 8,
            bit_depth_chroma: chroma_depth as u8 + 8,
            width: width as u16,
            height: height as u16,
        }))
    }
}

fn skip_scaling_list(bits: &mut Bits<'_>, size: usize) -> Option<()> {
    let (mut last, mut next) = (8i64, 8i64);
    for _ in 0..size {
        if next != 0 {
            next = (last + bits.se()?).rem_euclid(256);
        }
        if next != 0 {
            last = next;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    // x264, High, 1920×1080 (cropped from 1088).
    const HIGH_1080: &[u8] = &[
        0x67, 0x64, 0x00, 0x28, 0xac, 0xd9, 0x40, 0x78, 0x02, 0x27, 0xe5, 0xc0, 0x44, 0x00, 0x00, 0x03, 0x00, 0x04,
        0x00, 0x00, 0x03, 0x00, 0xf0, 0x3c, 0x60, 0xc6, 0x58,
    ];

    #[test]
    fn a_cropped_high_profile_set_states_what_is_shown() {
        let sps = Sps::parse(HIGH_1080).expect("a real set");
        assert_eq!((sps.profile, sps.level, sps.width, sps.height, sps.chroma_format), (100, 40, 1920, 1080, 1));
    }

    #[test]
    fn a_set_cut_anywhere_in_its_sizes_is_truncated() {
        for end in 0..10 {
            let fault = Sps::parse(&HIGH_1080[..end]).expect_err("cut");
            assert_eq!(fault, SpsFault::Truncated { bytes: end });
        }
    }

    #[test]
    fn another_nal_is_no_sequence_parameter_set() {
        assert_eq!(Sps::parse(&[0x68, 0xeb, 0xec, 0xb2, 0x2c]), Err(SpsFault::NotSps { found: 8 }));
    }
}
