//! The sound track of a take.

use crate::limits::PRIMING_MAX;
use crate::{Timescale, TimescaleFault};

/// A sound track: AAC-LC with its configuration. Its timescale is its sampling rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoundFormat {
    config: Vec<u8>,
    timescale: Timescale,
    channels: u16,
    priming: u32,
}

/// Why a sound cannot be recorded or read.
#[derive(Debug, thiserror::Error)]
pub enum SoundFault {
    #[error("the sound's codec is {found:?}, supported is mp4a")]
    UnsupportedCodec { found: [u8; 4] },
    #[error("the sound's decoder has object type {expected:#x}, found {found:#x}")]
    UnsupportedDecoder { expected: u8, found: u8 },
    #[error("a sound configuration has 2 to {limit} bytes, found {found}", limit = SoundFormat::MAX_CONFIG_BYTES)]
    ConfigBytes { found: usize },
    #[error("the AAC object type is {expected} (low complexity), found {found}")]
    UnsupportedObjectType { expected: u8, found: u8 },
    #[error("sampling rate index {found} is none")]
    RateIndex { found: u8 },
    #[error("1 to 7 as the channel configuration, found {found}")]
    Channels { found: u8 },
    #[error("an AAC unit has {expected} samples, this configuration says 960")]
    FrameLength { expected: u32 },
    #[error("priming of at most {limit} samples, found {found}", limit = PRIMING_MAX)]
    Priming { found: u64 },
    #[error("the track counts {timescale} ticks a second, its sound has {rate} samples")]
    TimescaleIsNotRate { timescale: u32, rate: u32 },
    #[error(transparent)]
    Timescale(#[from] TimescaleFault),
    #[error("the decoder configuration cannot be read")]
    Configuration(#[source] mp4_atom::Error),
    #[error("the decoder configuration is missing")]
    NoConfiguration,
}

const RATES: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

const LOW_COMPLEXITY: u8 = 2;

impl SoundFormat {
    /// Longer than any configuration of AAC-LC with its extensions.
    pub const MAX_CONFIG_BYTES: usize = 64;
    /// Samples in one AAC-LC unit.
    pub const UNIT_SAMPLES: u32 = 1024;

    /// From an `AudioSpecificConfig` (ISO/IEC 14496-3, 1.6.2.1): the encoder's `csd-0`.
    ///
    /// `priming` is how many samples at the start of the track the encoder made up (1024 for ffmpeg, 1024 to 2112 on
    /// phones); a decoder drops them. **The stamps of the units count them**: with a priming of 1024 the first unit's
    /// stamp is the instant of the first true sample minus 1024 ticks. Android's encoder stamps its first unit with
    /// the instant of the first true sample; subtract the priming from its stamps.
    pub fn aac(config: &[u8], priming: u32) -> Result<Self, SoundFault> {
        if !(2..=Self::MAX_CONFIG_BYTES).contains(&config.len()) {
            return Err(SoundFault::ConfigBytes { found: config.len() });
        }
        if priming > PRIMING_MAX {
            return Err(SoundFault::Priming { found: priming.into() });
        }
        let object_type = config[0] >> 3;
        if object_type != LOW_COMPLEXITY {
            return Err(SoundFault::UnsupportedObjectType { expected: LOW_COMPLEXITY, found: object_type });
        }
        let rate_index = (config[0] & 7) << 1 | config[1] >> 7;
        // Index 15 would spell the rate out; no encoder of a phone does, and the rest would shift by 24 bits.
        let &rate = RATES.get(usize::from(rate_index)).ok_or(SoundFault::RateIndex { found: rate_index })?;
        let channel_configuration = config[1] >> 3 & 0xF;
        let channels = match channel_configuration {
            1..=6 => u16::from(channel_configuration),
            7 => 8,
            found => return Err(SoundFault::Channels { found }),
        };
        if config[1] & 4 != 0 {
            return Err(SoundFault::FrameLength { expected: Self::UNIT_SAMPLES });
        }
        Ok(Self { config: config.to_vec(), timescale: Timescale::new(rate)?, channels, priming })
    }

    /// The `AudioSpecificConfig`, byte for byte.
    pub fn config(&self) -> &[u8] {
        &self.config
    }

    /// Samples a second.
    pub fn timescale(&self) -> Timescale {
        self.timescale
    }

    pub fn channels(&self) -> u16 {
        self.channels
    }

    /// Samples at the start that are no sound.
    pub fn priming(&self) -> u32 {
        self.priming
    }

    /// RFC 6381.
    pub fn codec_string(&self) -> String {
        format!("mp4a.40.{LOW_COMPLEXITY}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phones_configuration_is_read() {
        let sound = SoundFormat::aac(&[0x11, 0x90], 1024).expect("AAC-LC 48 kHz stereo");
        assert_eq!((sound.timescale().get(), sound.channels(), sound.priming()), (48_000, 2, 1024));
        let sound = SoundFormat::aac(&[0x14, 0x08], 0).expect("AAC-LC 16 kHz mono");
        assert_eq!((sound.timescale().get(), sound.channels()), (16_000, 1));
    }

    #[test]
    fn what_is_not_supported_is_named() {
        assert!(matches!(
            SoundFormat::aac(&[0x2b, 0x92, 0x08], 0),
            Err(SoundFault::UnsupportedObjectType { expected: 2, found: 5 })
        ));
        assert!(matches!(SoundFormat::aac(&[0x16, 0x90], 0), Err(SoundFault::RateIndex { found: 13 })));
        assert!(matches!(SoundFormat::aac(&[0x11, 0x80], 0), Err(SoundFault::Channels { found: 0 })));
        assert!(matches!(SoundFormat::aac(&[0x11, 0x94], 0), Err(SoundFault::FrameLength { expected: 1024 })));
        assert!(matches!(SoundFormat::aac(&[0x11], 0), Err(SoundFault::ConfigBytes { found: 1 })));
        assert!(matches!(SoundFormat::aac(&[0x11, 0x90], 20_000), Err(SoundFault::Priming { found: 20_000 })));
    }
}
