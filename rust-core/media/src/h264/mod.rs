//! As much of H.264 (ISO/IEC 14496-10) as a recorder must know: where NAL units begin and end, and what a parameter set says.

mod bits;
mod nal;
mod sps;

pub(crate) use nal::inspect;
pub use nal::{NalFault, NalFraming, ParameterSetKind, annex_b, length_prefixed};
pub use sps::{Sps, SpsFault};

/// Kinds of NAL units that matter here (`nal_unit_type`, table 7-1).
pub(crate) mod kind {
    pub(crate) const SLICE: u8 = 1;
    pub(crate) const PARTITION_A: u8 = 2;
    pub(crate) const IDR: u8 = 5;
    pub(crate) const SPS: u8 = 7;
    pub(crate) const PPS: u8 = 8;
    pub(crate) const DELIMITER: u8 = 9;
}
