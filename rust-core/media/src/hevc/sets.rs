//! Whether a video, a sequence and picture parameter sets belong together (7.3.2.1 to 7.3.2.3).

use super::kind;
use super::sps::Sps;
use crate::bits::Bits;

/// Why bytes are no usable parameter sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetFault {
    #[error("a parameter set of NAL type {expected} in the base layer, found header {found:02x?}")]
    Header { expected: u8, found: [u8; 2] },
    #[error("the parameter set of {bytes} bytes ends inside a field")]
    Truncated { bytes: usize },
    #[error("a field of a parameter set is at most {limit}, found {found}")]
    OutOfRange { limit: u32, found: u32 },
    #[error("a parameter set refers to set {found}, the take has {expected}")]
    Refers { expected: u32, found: u32 },
    #[error("the picture of {width} × {height} in its window is empty or larger than 16384")]
    Size { width: i64, height: i64 },
}

/// The payload of a set of this kind, after its two header bytes.
pub(super) fn payload(nal: &[u8], expected: u8) -> Result<&[u8], SetFault> {
    let (found, rest) = nal.split_first_chunk::<2>().ok_or(SetFault::Truncated { bytes: nal.len() })?;
    // Layer 0, sub-layer 0: the only spelling for what every decoder needs.
    if *found != [expected << 1, 1] {
        return Err(SetFault::Header { expected, found: *found });
    }
    Ok(rest)
}

/// Reads the sequence set, and that it refers to the video set and every picture set to it.
pub(crate) fn check(video: &[u8], sequence: &[u8], pictures: &[&[u8]]) -> Result<Sps, SetFault> {
    let sps = Sps::parse(sequence)?;
    let refers = |expected: u32, found: u32| {
        if expected == found { Ok(()) } else { Err(SetFault::Refers { expected, found }) }
    };
    let truncated = SetFault::Truncated { bytes: video.len() };
    let own = Bits::new(payload(video, kind::VPS)?).bits(4).ok_or(truncated)?;
    refers(own, sps.video_set.into())?;
    for set in pictures {
        let mut bits = Bits::new(payload(set, kind::PPS)?);
        let truncated = SetFault::Truncated { bytes: set.len() };
        at_most(63, bits.ue().ok_or(truncated)?)?;
        refers(sps.number.into(), bits.ue().ok_or(truncated)?)?;
    }
    Ok(sps)
}

pub(super) fn at_most(limit: u32, found: u32) -> Result<u32, SetFault> {
    if found <= limit { Ok(found) } else { Err(SetFault::OutOfRange { limit, found }) }
}
