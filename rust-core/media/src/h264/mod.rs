//! As much of H.264 (ISO/IEC 14496-10) as a recorder must know: what NAL units are, and what a parameter set says.

mod sps;

pub use sps::{Sps, SpsFault};

use crate::nal::{ParameterSetKind, Refresh, Role};

/// Kinds of NAL units that matter here (`nal_unit_type`, table 7-1).
pub(crate) mod kind {
    pub(crate) const SLICE: u8 = 1;
    pub(crate) const PARTITION_A: u8 = 2;
    pub(crate) const IDR: u8 = 5;
    pub(crate) const SPS: u8 = 7;
    pub(crate) const PPS: u8 = 8;
    pub(crate) const DELIMITER: u8 = 9;
}

/// What a NAL unit with this header byte is.
pub(crate) fn role(header: u8) -> Role {
    match header & 0x1F {
        kind::SLICE | kind::PARTITION_A => Role::Slice(Refresh::None),
        kind::IDR => Role::Slice(Refresh::Closed),
        kind::SPS => Role::Set(ParameterSetKind::Sequence),
        kind::PPS => Role::Set(ParameterSetKind::Picture),
        kind::DELIMITER => Role::Delimiter,
        _ => Role::Other,
    }
}
