//! As much of HEVC (ISO/IEC 23008-2) as a recorder must know: what NAL units are, and what parameter sets say.

mod sets;
mod sps;

pub use sets::SetFault;
pub(crate) use sets::check;
pub use sps::Sps;

use crate::nal::{ParameterSetKind, Refresh, Role};

/// Kinds of NAL units that matter here (`nal_unit_type`, table 7-1).
pub(crate) mod kind {
    /// Trailing, sub-layer and leading pictures.
    pub(crate) const LAST_PLAIN_SLICE: u8 = 9;
    /// BLA and IDR: nothing after one refers to what is before it.
    pub(crate) const FIRST_BROKEN_LINK: u8 = 16;
    pub(crate) const IDR_N_LP: u8 = 20;
    /// Clean random access: pictures shown before it, but decoded after it, may refer to what is before it.
    pub(crate) const CRA: u8 = 21;
    pub(crate) const VPS: u8 = 32;
    pub(crate) const SPS: u8 = 33;
    pub(crate) const PPS: u8 = 34;
    pub(crate) const DELIMITER: u8 = 35;
}

/// What a NAL unit with these header bytes is. Layers above the base are passed over, as every decoder of phones does.
pub(crate) fn role(header: [u8; 2]) -> Role {
    let [first, second] = header;
    let layer = (first & 1) << 5 | second >> 3;
    if layer != 0 {
        return Role::Other;
    }
    match first >> 1 & 0x3F {
        0..=kind::LAST_PLAIN_SLICE => Role::Slice(Refresh::None),
        kind::FIRST_BROKEN_LINK..=kind::IDR_N_LP => Role::Slice(Refresh::Closed),
        kind::CRA => Role::Slice(Refresh::Open),
        kind::VPS => Role::Set(ParameterSetKind::Video),
        kind::SPS => Role::Set(ParameterSetKind::Sequence),
        kind::PPS => Role::Set(ParameterSetKind::Picture),
        kind::DELIMITER => Role::Delimiter,
        _ => Role::Other,
    }
}
