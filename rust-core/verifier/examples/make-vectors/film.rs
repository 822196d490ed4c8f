//! Media without a camera: real parameter sets and boxes, pictures of invented slices, written by `quanji_media`.

use std::ops::Range;

use quanji_media::{
    AccessUnit, FragmentFacts, NalFraming, Output, Payload, Rotation, SoundFormat, TakeFormat, TakeWriter, Timescale,
    TrackKind, VideoFormat,
};

/// Ticks of a picture at 25 a second.
const PICTURE_TICKS: i64 = 3_600;
/// Ticks of one AAC unit.
const SOUND_TICKS: i64 = 1_024;
const SOUND_RATE: i64 = 16_000;

/// How pictures are coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coded {
    H264,
    Hevc,
}

/// What is filmed.
pub(crate) struct Film {
    /// The phone's monotonic clock at the first frame, whole seconds.
    pub(crate) start_us: i64,
    /// Media time 0 on that clock; `None` for the first take of a record.
    pub(crate) zero_us: Option<i64>,
    /// Pictures, 0 for sound only.
    pub(crate) pictures: i64,
    /// Whether there is sound, as long as the pictures (or 1 s).
    pub(crate) has_sound: bool,
    /// Width and height in blocks of 16.
    pub(crate) blocks: (u32, u32),
    pub(crate) rotation: Rotation,
    /// Bytes of a picture, beside its headers; all zero above 64, so that they pack.
    pub(crate) picture_bytes: usize,
    /// Pictures that never came.
    pub(crate) lost_pictures: Range<i64>,
    /// Sound units that never came.
    pub(crate) lost_sound: Range<i64>,
    pub(crate) coded: Coded,
    /// Whether pictures are shown in another order than they are decoded in.
    pub(crate) has_b_frames: bool,
}

/// What came of it, in the order in which lines are written.
pub(crate) struct Filmed {
    pub(crate) start_us: i64,
    pub(crate) zero_us: i64,
    pub(crate) init: Vec<u8>,
    pub(crate) format: TakeFormat,
    pub(crate) events: Vec<Event>,
}

pub(crate) enum Event {
    Fragment(Piece),
    Lost(TrackKind),
    Back(TrackKind),
}

/// A fragment's bytes and facts.
#[derive(Clone)]
pub(crate) struct Piece {
    pub(crate) bytes: Vec<u8>,
    pub(crate) facts: FragmentFacts,
    /// End of what it covers on the record's media time.
    pub(crate) end_us: i64,
}

impl Film {
    /// One second of both tracks.
    pub(crate) fn second(start_us: i64) -> Film {
        Film {
            start_us,
            zero_us: None,
            pictures: 25,
            has_sound: true,
            blocks: (20, 15),
            rotation: Rotation::None,
            picture_bytes: 24,
            lost_pictures: 0..0,
            lost_sound: 0..0,
            coded: Coded::H264,
            has_b_frames: false,
        }
    }

    pub(crate) fn shoot(&self) -> Filmed {
        let mut units: Vec<(i64, i64, i64, Vec<u8>, bool)> = Vec::new();
        for number in (0..self.pictures).filter(|number| !self.lost_pictures.contains(number)) {
            let decode = self.start_us * 9 / 100 + number * PICTURE_TICKS;
            // Decode order I P B B: shown 0 3 1 2, all one picture later than decoded at the earliest.
            let shift = if self.has_b_frames { [0, 2, -1, -1][(number % 4) as usize] } else { 0 };
            let data = self.picture(number);
            units.push((self.start_us + number * 40_000, decode, decode + shift * PICTURE_TICKS, data, true));
        }
        let sound_units = if self.pictures > 0 { self.pictures * 40_000 / 64_000 } else { 15 };
        for number in (0..sound_units).filter(|number| self.has_sound && !self.lost_sound.contains(number)) {
            let decode = self.start_us * SOUND_RATE / 1_000_000 + number * SOUND_TICKS;
            let data = (0..12).map(|n| 0x21 ^ (n * 7 + number) as u8).collect();
            units.push((self.start_us + number * 64_000, decode, decode, data, false));
        }
        units.sort_by_key(|unit| unit.0);

        let format = self.format();
        let mut writer = match self.zero_us {
            None => TakeWriter::open(format.clone()),
            Some(zero) => TakeWriter::open_counting_on(format.clone(), zero),
        };
        let mut outputs = Vec::new();
        for (_, decode, present, data, is_picture) in &units {
            let payload = if *is_picture {
                Payload::Picture { framing: NalFraming::LengthPrefixed, data }
            } else {
                Payload::Aac(data)
            };
            let unit = AccessUnit { decode: *decode, present: *present, payload };
            outputs.extend(writer.push(&unit).expect("units of this take"));
        }
        outputs.extend(writer.finish());
        self.sort_out(format, outputs)
    }

    fn sort_out(&self, format: TakeFormat, outputs: Vec<Output>) -> Filmed {
        let mut init = Vec::new();
        let mut events = Vec::new();
        for output in outputs {
            match output {
                Output::Init { bytes, .. } => init = bytes,
                Output::Fragment(fragment) => {
                    let end_us = fragment.facts.covers_us(&format).map_or(0, |(_, end)| end);
                    let bytes = fragment.bytes.to_vec();
                    events.push(Event::Fragment(Piece { bytes, facts: fragment.facts, end_us }));
                }
                Output::TrackLost { track, .. } => events.push(Event::Lost(track)),
                Output::TrackBack { track, .. } => events.push(Event::Back(track)),
                Output::KeyFrameWanted => {}
            }
        }
        Filmed { start_us: self.start_us, zero_us: self.zero_us.unwrap_or(self.start_us), init, format, events }
    }

    pub(crate) fn format(&self) -> TakeFormat {
        let (wide, high) = self.blocks;
        let video = match self.coded {
            Coded::H264 => VideoFormat::h264(&sequence_set(wide, high), &[&[0x68, 0xce, 0x3c, 0x80]], Timescale::MPEG),
            Coded::Hevc => {
                let [video, sequence, picture] = hevc_sets(wide, high);
                VideoFormat::hevc(&video, &sequence, &[&picture], Timescale::MPEG)
            }
        };
        let video = video.expect("sets made here");
        let sound = SoundFormat::aac(&[0x14, 0x08], 0).expect("AAC-LC, 16 kHz, mono");
        let video = (self.pictures > 0).then_some(video);
        TakeFormat::new(video, self.has_sound.then_some(sound), self.rotation).expect("a track")
    }

    /// A picture of one slice; every twelfth is a key frame, of HEVC every other of those an open one.
    fn picture(&self, number: i64) -> Vec<u8> {
        let header: &[u8] = match (self.coded, number % 24) {
            (Coded::H264, 0 | 12) => &[0x65],
            (Coded::H264, _) => &[0x41],
            (Coded::Hevc, 0) => &[19 << 1, 1],
            (Coded::Hevc, 12) => &[21 << 1, 1],
            (Coded::Hevc, _) => &[1 << 1, 1],
        };
        let mut out = ((header.len() + self.picture_bytes) as u32).to_be_bytes().to_vec();
        out.extend_from_slice(header);
        out.extend(
            (0..self.picture_bytes).map(|place| if place < 64 { (number * 31 + place as i64) as u8 } else { 0 }),
        );
        out
    }
}

/// A baseline sequence parameter set of this many blocks of 16×16.
fn sequence_set(wide: u32, high: u32) -> Vec<u8> {
    let mut bits = String::new();
    // seq_parameter_set_id, log2_max_frame_num − 4, pic_order_cnt_type 2, max_num_ref_frames 1
    for value in [0, 0, 2, 1] {
        bits += &exp_golomb(value);
    }
    bits += "0"; // gaps_in_frame_num
    bits += &exp_golomb(wide - 1);
    bits += &exp_golomb(high - 1);
    bits += "1100"; // frame_mbs_only, direct_8x8, no cropping, no vui
    bits += "1"; // stop bit
    while !bits.len().is_multiple_of(8) {
        bits += "0";
    }
    let payload = bits.as_bytes().chunks(8).map(|byte| byte.iter().fold(0, |value, bit| value << 1 | (bit - b'0')));
    [0x67, 66, 0xc0, 30].into_iter().chain(payload).collect()
}

/// Video, sequence and picture parameter set of HEVC, Main profile: pictures half a block higher than what is shown of them.
pub(crate) fn hevc_sets(wide: u32, high: u32) -> [Vec<u8>; 3] {
    // Space 0, main tier, profile 1; compatible with 1 and 2; progressive, frames only; level 3.1.
    let profile = format!("00000001{:032b}{:048b}{:08b}", 0x6000_0000_u32, 0x9000_0000_0000_u64, 93);
    let ordering = ["1".to_owned(), exp_golomb(1), exp_golomb(0), exp_golomb(0)].concat();
    // Number 0, one layer, one sub-layer, nested; then nothing optional.
    let video = format!("0000110000000001{:016b}{profile}{ordering}00000010", 0xffff_u16) + "0";
    let shown = [0, 0, 0, 4].map(exp_golomb).concat();
    let size = [wide * 16, high * 16 + 8].map(exp_golomb).concat();
    let sequence = format!("00000001{profile}{}{}{size}1{shown}", exp_golomb(0), exp_golomb(1));
    // Depths of 8, log2_max_pic_order_cnt − 4, coding blocks of 16 and of 8, transforms of 4 to 16, no depth of theirs …
    let sequence =
        sequence + &[0, 0, 4].map(exp_golomb).concat() + &ordering + &[0, 1, 0, 2, 0, 0].map(exp_golomb).concat();
    // … and none of the tools.
    let sequence = sequence + "0000" + &exp_golomb(0) + "00000";
    let picture = [0, 0].map(exp_golomb).concat() + "0000000" + &[0, 0, 0].map(exp_golomb).concat() + "000";
    let picture = picture + &[0, 0].map(exp_golomb).concat() + "0000000000" + &exp_golomb(0) + "00";
    [([32 << 1, 1], video), ([33 << 1, 1], sequence), ([34 << 1, 1], picture)]
        .map(|(header, bits)| header.into_iter().chain(escaped(&(bits + "1"))).collect())
}

/// Bits as bytes, filled up with zeros, and with a 3 wherever two zeros would otherwise begin a start code.
fn escaped(bits: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for byte in bits.as_bytes().chunks(8) {
        let byte = byte.iter().fold(0, |value, bit| value << 1 | (bit - b'0')) << (8 - byte.len());
        if out.ends_with(&[0, 0]) && byte <= 3 {
            out.push(3);
        }
        out.push(byte);
    }
    out
}

fn exp_golomb(value: u32) -> String {
    let code = format!("{:b}", value + 1);
    "0".repeat(code.len() - 1) + &code
}
