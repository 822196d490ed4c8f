//! NAL units: split out of an Annex B stream or a length-prefixed sample, and what a picture made of them is.

use std::ops::Range;

use crate::{h264, hevc};

/// How the NAL units of a picture are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NalFraming {
    /// Start codes (Annex B of ISO/IEC 14496-10 and of 23008-2), as hardware encoders deliver.
    AnnexB,
    /// A 32-bit length before each (ISO/IEC 14496-15), as files hold.
    LengthPrefixed,
}

/// The coding of a picture's NAL units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coding {
    H264,
    Hevc,
}

/// Which parameter set a NAL unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterSetKind {
    /// Of HEVC only.
    Video,
    Sequence,
    Picture,
}

/// What a NAL unit is to a recorder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Slice(Refresh),
    Set(ParameterSetKind),
    Delimiter,
    Other,
}

/// Whether decoding may begin at a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Refresh {
    None,
    /// It may; but pictures that are decoded after it and shown before it may refer to what is before it.
    Open,
    /// Nothing after it refers to what is before it.
    Closed,
}

/// Why bytes are no picture of this take. Places count from the unit's first byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NalFault {
    #[error("no start code at the beginning of an Annex B unit")]
    NoStartCode,
    #[error("at byte {at}: a NAL unit of {found} bytes where {left} are left")]
    LengthBeyondUnit { at: usize, left: usize, found: u64 },
    #[error("at byte {at}: {left} bytes cannot hold a NAL length of 4")]
    LengthCut { at: usize, left: usize },
    #[error("at byte {at}: a NAL unit of no bytes")]
    Empty { at: usize },
    #[error("at byte {at}: a NAL unit of one byte, half a header")]
    HalfHeader { at: usize },
    #[error("at byte {at}: the forbidden bit of a NAL unit is set")]
    Forbidden { at: usize },
    #[error("no coded slice in the unit")]
    NoSlice,
    #[error("at byte {at}: a {kind:?} parameter set differs from the take's")]
    ParameterSet { at: usize, kind: ParameterSetKind },
}

/// The NAL units of an Annex B stream, as ranges without start codes and trailing zeros.
pub fn annex_b(data: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    const START: &[u8] = &[0, 0, 1];
    let finder = memchr::memmem::Finder::new(START);
    let mut next = finder.find(data).map(|at| at + START.len());
    std::iter::from_fn(move || {
        let from = next?;
        let found = finder.find(&data[from..]).map(|at| from + at);
        next = found.map(|at| at + START.len());
        let mut to = found.unwrap_or(data.len());
        while to > from && data[to - 1] == 0 {
            to -= 1;
        }
        Some(from..to)
    })
}

/// The NAL units of a length-prefixed sample, as ranges without their lengths. They fill the sample exactly or end in a fault.
pub fn length_prefixed(data: &[u8]) -> impl Iterator<Item = Result<Range<usize>, NalFault>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let left = data.len() - at;
        if left == 0 {
            return None;
        }
        let Some(prefix) = data[at..].first_chunk::<4>() else {
            let fault = NalFault::LengthCut { at, left };
            at = data.len();
            return Some(Err(fault));
        };
        let found = u32::from_be_bytes(*prefix);
        match usize::try_from(found) {
            Ok(length) if length <= left - 4 => {
                let nal = at + 4..at + 4 + length;
                at = nal.end;
                Some(Ok(nal))
            }
            _ => {
                let fault = NalFault::LengthBeyondUnit { at, left: left - 4, found: u64::from(found) };
                at = data.len();
                Some(Err(fault))
            }
        }
    })
}

/// What a picture is, seen from its NAL headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PictureShape {
    /// Bytes it takes with 32-bit lengths.
    pub(crate) length_prefixed_bytes: usize,
    pub(crate) refresh: Refresh,
    /// Whether a sequence parameter set stands among its units.
    pub(crate) carries_sets: bool,
    /// Bytes, with length, of the access unit delimiter it begins with; 0 without. Nothing may stand before one.
    pub(crate) delimiter_bytes: usize,
}

impl PictureShape {
    /// Whether decoding may begin here.
    pub(crate) fn is_key(&self) -> bool {
        self.refresh != Refresh::None
    }
}

impl Coding {
    /// What a NAL unit is; `at` is its place in the picture.
    fn role(self, nal: &[u8], at: usize) -> Result<Role, NalFault> {
        let &first = nal.first().ok_or(NalFault::Empty { at })?;
        if first & 0x80 != 0 {
            return Err(NalFault::Forbidden { at });
        }
        match self {
            Coding::H264 => Ok(h264::role(first)),
            Coding::Hevc => nal.first_chunk().map(|header| hevc::role(*header)).ok_or(NalFault::HalfHeader { at }),
        }
    }
}

/// Looks at every NAL header, and at nothing else; parameter sets must be among `sets`. Ranges go to `found` when given.
pub(crate) fn inspect(
    coding: Coding,
    data: &[u8],
    framing: NalFraming,
    sets: &[&[u8]],
    mut found: Option<&mut Vec<Range<usize>>>,
) -> Result<PictureShape, NalFault> {
    let mut shape =
        PictureShape { length_prefixed_bytes: 0, refresh: Refresh::None, carries_sets: false, delimiter_bytes: 0 };
    let mut has_slice = false;
    let mut see = |nal: Range<usize>| -> Result<(), NalFault> {
        let bytes = &data[nal.clone()];
        match coding.role(bytes, nal.start)? {
            Role::Slice(refresh) => {
                has_slice = true;
                shape.refresh = shape.refresh.max(refresh);
            }
            Role::Set(kind) if !sets.contains(&bytes) => {
                return Err(NalFault::ParameterSet { at: nal.start, kind });
            }
            Role::Set(ParameterSetKind::Sequence) => shape.carries_sets = true,
            Role::Delimiter if shape.length_prefixed_bytes == 0 => shape.delimiter_bytes = 4 + bytes.len(),
            Role::Set(_) | Role::Delimiter | Role::Other => {}
        }
        shape.length_prefixed_bytes += 4 + bytes.len();
        if let Some(found) = found.as_deref_mut() {
            found.push(nal);
        }
        Ok(())
    };
    match framing {
        NalFraming::LengthPrefixed => {
            for nal in length_prefixed(data) {
                see(nal?)?;
            }
        }
        NalFraming::AnnexB => {
            let first = data.iter().position(|&byte| byte != 0).unwrap_or(data.len());
            if first < 2 || data.get(first) != Some(&1) {
                return Err(NalFault::NoStartCode);
            }
            for nal in annex_b(data) {
                see(nal)?;
            }
        }
    }
    if has_slice { Ok(shape) } else { Err(NalFault::NoSlice) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPS: &[u8] = &[0x67, 1, 2];
    const PPS: &[u8] = &[0x68, 3];

    #[test]
    fn both_framings_hold_the_same_units() {
        let stream = [&[0, 0, 0, 1][..], SPS, &[0, 0, 1], PPS, &[0, 0, 0, 1, 0x65, 9, 9, 0, 0]].concat();
        let units: Vec<&[u8]> = annex_b(&stream).map(|nal| &stream[nal]).collect();
        assert_eq!(units, [SPS, PPS, &[0x65, 9, 9]]);

        let shape = inspect(Coding::H264, &stream, NalFraming::AnnexB, &[SPS, PPS], None).expect("a key picture");
        assert_eq!(
            shape,
            PictureShape {
                length_prefixed_bytes: 4 + 3 + 4 + 2 + 4 + 3,
                refresh: Refresh::Closed,
                carries_sets: true,
                delimiter_bytes: 0
            }
        );
    }

    #[test]
    fn lengths_that_lie_are_faults_with_their_place() {
        let lies = [0, 0, 0, 2, 0x41, 1, 0, 0, 0, 9, 0x41];
        let faults: Vec<_> = length_prefixed(&lies).filter_map(Result::err).collect();
        assert_eq!(faults, [NalFault::LengthBeyondUnit { at: 6, left: 1, found: 9 }]);
        assert_eq!(
            inspect(Coding::H264, &[0, 0, 0, 1, 0x41, 7], NalFraming::LengthPrefixed, &[], None),
            Err(NalFault::LengthCut { at: 5, left: 1 })
        );
    }

    #[test]
    fn the_forbidden_bit_is_forbidden() {
        let unit = [0, 0, 0, 1, 0xE5];
        assert_eq!(
            inspect(Coding::H264, &unit, NalFraming::LengthPrefixed, &[], None),
            Err(NalFault::Forbidden { at: 4 })
        );
    }

    #[test]
    fn pictures_of_hevc_are_told_apart_by_their_types() {
        let refresh = |nal_type: u8| {
            let unit = [0, 0, 0, 3, nal_type << 1, 1, 9];
            inspect(Coding::Hevc, &unit, NalFraming::LengthPrefixed, &[], None).map(|shape| shape.refresh)
        };
        for plain in 0..=9 {
            assert_eq!(refresh(plain), Ok(Refresh::None), "{plain}");
        }
        for closed in 16..=20 {
            assert_eq!(refresh(closed), Ok(Refresh::Closed), "{closed}");
        }
        assert_eq!(refresh(21), Ok(Refresh::Open));
        for other in (10..=15).chain(22..=31).chain(35..=63) {
            assert_eq!(refresh(other), Err(NalFault::NoSlice), "{other}");
        }
        let above = [0, 0, 0, 3, 19 << 1, 1 << 3 | 1, 9];
        let found = inspect(Coding::Hevc, &above, NalFraming::LengthPrefixed, &[], None);
        assert_eq!(found, Err(NalFault::NoSlice), "a picture of another layer is none of the base");
        let half = inspect(Coding::Hevc, &[0, 0, 0, 1, 2], NalFraming::LengthPrefixed, &[], None);
        assert_eq!(half, Err(NalFault::HalfHeader { at: 4 }));
    }

    #[test]
    fn a_foreign_parameter_set_in_the_stream_is_a_fault() {
        let unit = [0, 0, 0, 3, 0x67, 1, 99, 0, 0, 0, 1, 0x65];
        assert_eq!(
            inspect(Coding::H264, &unit, NalFraming::LengthPrefixed, &[SPS, PPS], None),
            Err(NalFault::ParameterSet { at: 4, kind: ParameterSetKind::Sequence })
        );
    }

    #[test]
    fn codec_configuration_alone_is_no_picture() {
        let unit = [&[0, 0, 0, 3][..], SPS].concat();
        assert_eq!(inspect(Coding::H264, &unit, NalFraming::LengthPrefixed, &[SPS, PPS], None), Err(NalFault::NoSlice));
        assert_eq!(inspect(Coding::H264, &[], NalFraming::LengthPrefixed, &[], None), Err(NalFault::NoSlice));
        assert_eq!(inspect(Coding::H264, &[0x65, 0, 0, 1], NalFraming::AnnexB, &[], None), Err(NalFault::NoStartCode));
    }
}
