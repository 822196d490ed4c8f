//! What a sequence parameter set says about the pictures (7.3.2.2.1).

use super::kind;
use super::sets::{SetFault, at_most, payload};
use crate::bits::Bits;

/// The part of a sequence parameter set that a take states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sps {
    /// Numbers of the video set it refers to and of itself.
    pub video_set: u8,
    pub number: u8,
    pub is_high_tier: bool,
    pub profile: u8,
    /// One bit for each profile whose decoders can decode this, the first bit first.
    pub compatibility: [u8; 4],
    pub constraints: [u8; 6],
    /// Thirty times the level.
    pub level: u8,
    pub temporal_layers: u8,
    pub is_temporally_nested: bool,
    /// 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4.
    pub chroma_format: u8,
    pub bit_depth_luma: u8,
    pub bit_depth_chroma: u8,
    /// Pixels shown, after the conformance window.
    pub width: u16,
    pub height: u16,
}

/// `sps_max_sub_layers_minus1`.
const MAX_SUB_LAYERS: u32 = 6;
/// The decoder configuration has three bits for a depth above 8.
const MAX_DEPTH_ABOVE_8: u32 = 7;

impl Sps {
    /// Reads a NAL unit of type 33, with its header, without start code or length.
    pub fn parse(nal: &[u8]) -> Result<Self, SetFault> {
        Fields { bits: Bits::new(payload(nal, kind::SPS)?), bytes: nal.len() }.read()
    }
}

struct Fields<'a> {
    bits: Bits<'a>,
    bytes: usize,
}

impl Fields<'_> {
    fn read(mut self) -> Result<Sps, SetFault> {
        let video_set = self.bits(4)? as u8;
        let sub_layers = at_most(MAX_SUB_LAYERS, self.bits(3)?)?;
        let is_temporally_nested = self.bits(1)? == 1;
        // Profile spaces other than 0 are reserved.
        at_most(0, self.bits(2)?)?;
        let is_high_tier = self.bits(1)? == 1;
        let profile = self.bits(5)? as u8;
        let compatibility = self.bits(32)?.to_be_bytes();
        let mut constraints = [0; 6];
        for byte in &mut constraints {
            *byte = self.bits(8)? as u8;
        }
        let level = self.bits(8)? as u8;
        self.skip_sub_layers(sub_layers)?;
        let number = at_most(15, self.ue()?)? as u8;
        let chroma = at_most(3, self.ue()?)?;
        if chroma == 3 {
            self.bits(1)?;
        }
        let (mut width, mut height) = (i64::from(self.ue()?), i64::from(self.ue()?));
        if self.bits(1)? == 1 {
            let (x, y) = match chroma {
                1 => (2, 2),
                2 => (2, 1),
                _ => (1, 1),
            };
            width -= x * (i64::from(self.ue()?) + i64::from(self.ue()?));
            height -= y * (i64::from(self.ue()?) + i64::from(self.ue()?));
        }
        let luma = at_most(MAX_DEPTH_ABOVE_8, self.ue()?)?;
        let chroma_depth = at_most(MAX_DEPTH_ABOVE_8, self.ue()?)?;
        if !(1..=16384).contains(&width) || !(1..=16384).contains(&height) {
            return Err(SetFault::Size { width, height });
        }
        Ok(Sps {
            video_set,
            number,
            is_high_tier,
            profile,
            compatibility,
            constraints,
            level,
            temporal_layers: sub_layers as u8 + 1,
            is_temporally_nested,
            chroma_format: chroma as u8,
            bit_depth_luma: luma as u8 + 8,
            bit_depth_chroma: chroma_depth as u8 + 8,
            width: width as u16,
            height: height as u16,
        })
    }

    /// Profiles and levels of sub-layers (7.3.3): two flags each, filled up to eight pairs, then what they announce.
    fn skip_sub_layers(&mut self, sub_layers: u32) -> Result<(), SetFault> {
        const PROFILE_BITS: u32 = 88;
        const LEVEL_BITS: u32 = 8;
        if sub_layers == 0 {
            return Ok(());
        }
        let mut announced = 0;
        for layer in 0..8 {
            let (has_profile, has_level) = (self.bits(1)?, self.bits(1)?);
            if layer < sub_layers {
                announced += has_profile * PROFILE_BITS + has_level * LEVEL_BITS;
            }
        }
        for _ in 0..announced {
            self.bits(1)?;
        }
        Ok(())
    }

    fn bits(&mut self, count: u8) -> Result<u32, SetFault> {
        self.bits.bits(count).ok_or(SetFault::Truncated { bytes: self.bytes })
    }

    fn ue(&mut self) -> Result<u32, SetFault> {
        self.bits.ue().ok_or(SetFault::Truncated { bytes: self.bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // x265, Main, 1920×1080.
    const MAIN_1080: &[u8] = &[
        0x42, 0x01, 0x01, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00, 0x78,
        0xa0, 0x03, 0xc0, 0x80, 0x10, 0xe5, 0x96, 0x56, 0x69, 0x24, 0xca, 0xf0, 0x16, 0x80, 0x80, 0x00, 0x00, 0x03,
        0x00, 0x80, 0x00, 0x00, 0x0c, 0x84,
    ];

    // Its beginning, but 1,088 lines coded and a window of 1,080, as encoders write it whose blocks are of 16.
    const WINDOW_1080: &[u8] = &[
        0x42, 0x01, 0x01, 0x01, 0x60, 0x00, 0x00, 0x03, 0x00, 0x90, 0x00, 0x00, 0x03, 0x00, 0x00, 0x03, 0x00, 0x78,
        0xa0, 0x03, 0xc0, 0x80, 0x11, 0x07, 0xcb, 0x96,
    ];

    #[test]
    fn a_window_into_larger_pictures_states_what_is_shown() {
        let sps = Sps::parse(MAIN_1080).expect("a real set");
        assert_eq!((sps.profile, sps.level, sps.width, sps.height, sps.chroma_format), (1, 120, 1920, 1080, 1));
        let windowed = Sps::parse(WINDOW_1080).expect("a set with a window");
        assert_eq!(windowed, sps);
        assert_eq!((sps.compatibility, sps.constraints), ([0x60, 0, 0, 0], [0x90, 0, 0, 0, 0, 0]));
        assert_eq!((sps.temporal_layers, sps.is_temporally_nested, sps.is_high_tier), (1, true, false));
    }

    #[test]
    fn a_set_cut_anywhere_in_its_sizes_is_truncated() {
        for end in 2..24 {
            let fault = Sps::parse(&MAIN_1080[..end]).expect_err("cut");
            assert_eq!(fault, SetFault::Truncated { bytes: end });
        }
    }

    #[test]
    fn sub_layers_are_stepped_over() {
        // Three sub-layers, each with a level of its own: 16 flags, 2 × 8 bits, before the number of the set.
        let mut bits: String = MAIN_1080[2..].iter().map(|byte| format!("{byte:08b}")).collect();
        bits = bits.replace("000000000000000000000011", "0000000000000000");
        let (head, tail) = bits.split_at(8 + 96);
        let head = head.replacen("00000001", "00000101", 1);
        let whole = format!("{head}0101000000000000{:08b}{:08b}{tail}", 60, 90);
        let mut nal = vec![0x42, 0x01];
        for byte in whole.as_bytes().chunks(8) {
            let byte = byte.iter().fold(0u8, |byte, bit| byte << 1 | (bit - b'0'));
            if nal.ends_with(&[0, 0]) && byte <= 3 {
                nal.push(3);
            }
            nal.push(byte);
        }
        let sps = Sps::parse(&nal).expect("a set with sub-layers");
        assert_eq!((sps.temporal_layers, sps.level, sps.width, sps.height), (3, 120, 1920, 1080));
    }

    #[test]
    fn another_nal_is_no_sequence_parameter_set() {
        assert_eq!(Sps::parse(&[0x44, 1, 0xc1]), Err(SetFault::Header { expected: 33, found: [0x44, 1] }));
        assert_eq!(Sps::parse(&[0x42]), Err(SetFault::Truncated { bytes: 1 }));
    }
}
