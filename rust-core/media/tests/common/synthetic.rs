//! Takes without an encoder: real parameter sets, pictures of invented slices.
#![allow(dead_code, clippy::unwrap_used)]

use quanji_media::{AccessUnit, NalFraming, Payload, Rotation, SoundFormat, TakeFormat, Timescale, VideoFormat};

/// x264, High, 1920×1080.
pub(crate) const SPS: &[u8] = &[
    0x67, 0x64, 0x00, 0x28, 0xac, 0xd9, 0x40, 0x78, 0x02, 0x27, 0xe5, 0xc0, 0x44, 0x00, 0x00, 0x03, 0x00, 0x04, 0x00,
    0x00, 0x03, 0x00, 0xf0, 0x3c, 0x60, 0xc6, 0x58,
];
pub(crate) const PPS: &[u8] = &[0x68, 0xeb, 0xec, 0xb2, 0x2c];

pub(crate) fn format() -> TakeFormat {
    let video = VideoFormat::h264(SPS, &[PPS], Timescale::MPEG).unwrap();
    let sound = SoundFormat::aac(&[0x11, 0x90], 1024).unwrap();
    TakeFormat::new(Some(video), Some(sound), Rotation::None).unwrap()
}

/// A picture of one slice with `bytes` of content.
pub(crate) fn picture(is_key: bool, bytes: usize) -> Vec<u8> {
    let mut out = (bytes as u32 + 1).to_be_bytes().to_vec();
    out.push(if is_key { 0x65 } else { 0x41 });
    out.extend((0..bytes).map(|n| (n % 251) as u8));
    out
}

pub(crate) fn video_unit(decode: i64, data: &[u8]) -> AccessUnit<'_> {
    AccessUnit { decode, present: decode, payload: Payload::Picture { framing: NalFraming::LengthPrefixed, data } }
}

pub(crate) fn sound_unit(decode: i64, data: &[u8]) -> AccessUnit<'_> {
    AccessUnit { decode, present: decode, payload: Payload::Aac(data) }
}
