//! Codes that are shown are read, as a camera sees them; whatever else it sees ends nothing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use quanji_core::{PictureError, Qr, qr, read_code};
use quanji_testkit::Dice;

/// An invitation with a long address.
const LONGEST: u64 = 320;

/// A picture of brightness with rows that are longer than it is wide.
struct Picture {
    width: usize,
    height: usize,
    stride: usize,
    bytes: Vec<u8>,
}

impl Picture {
    fn of(width: usize, height: usize, stride: usize, at: impl Fn(usize, usize) -> u8) -> Picture {
        let mut bytes = vec![0; stride * height];
        for (y, row) in bytes.chunks_exact_mut(stride).enumerate() {
            for (x, pixel) in row[..width].iter_mut().enumerate() {
                *pixel = at(x, y);
            }
        }
        Picture { width, height, stride, bytes }
    }

    /// A code somewhere on a ground, its modules `scale` pixels wide, `dark` on `light`.
    fn of_code(code: &Qr, scale: usize, left: usize, top: usize, dark: u8, light: u8) -> Picture {
        let side = code.size as usize;
        let (width, height) = (left + (side + 8) * scale + 11, top + (side + 8) * scale + 5);
        Picture::of(width, height, width + 13, |x, y| {
            let module = |at: usize, from: usize| at.checked_sub(from + 4 * scale).map(|at| at / scale);
            match (module(x, left), module(y, top)) {
                (Some(column), Some(row)) if column < side && row < side => {
                    if code.dark[row * side + column] {
                        dark
                    } else {
                        light
                    }
                }
                _ => light,
            }
        })
    }

    fn at(&self, x: usize, y: usize) -> u8 {
        self.bytes[y * self.stride + x]
    }

    /// By a quarter, clockwise.
    fn turned(&self) -> Picture {
        Picture::of(self.height, self.width, self.height + 7, |x, y| self.at(y, self.height - 1 - x))
    }

    /// Each pixel is off by up to `most`.
    fn noisy(mut self, dice: &mut Dice, most: u64) -> Picture {
        for pixel in &mut self.bytes {
            let off = dice.below(2 * most + 1) as i64 - most as i64;
            *pixel = (i64::from(*pixel) + off).clamp(0, 255) as u8;
        }
        self
    }

    fn read(&self) -> Result<Option<String>, PictureError> {
        read_code(self.width as u32, self.height as u32, self.stride as u32, self.bytes.clone())
    }
}

/// Letters, digits, signs of an address, and Chinese.
fn text(dice: &mut Dice) -> String {
    const SIGNS: &[char] = &['a', 'Z', '7', '0', '%', '-', '/', ':', '=', '&', '.', '执', '法', '录', 'é', ' '];
    let only_latin = dice.percent(70);
    let letters = if only_latin { &SIGNS[..11] } else { SIGNS };
    let mut text = String::new();
    let length = 1 + dice.below(LONGEST);
    while (text.len() as u64) < length {
        text.push(*dice.pick(letters).unwrap());
    }
    text
}

#[test]
fn every_code_that_is_shown_is_read_back_however_it_is_turned_lit_and_disturbed() {
    let mut dice = Dice::new(0xC0DE);
    for round in 0..60 {
        let text = text(&mut dice);
        let code = qr(text.clone()).unwrap();
        let scale = 3 + dice.below(4) as usize;
        let (left, top) = (dice.below(90) as usize, dice.below(90) as usize);
        let light = 90 + dice.below(166) as u8;
        let dark = dice.below(u64::from(light) / 4) as u8;
        // Grain of up to a sixteenth of the difference: a camera in dusk.
        let noise = dice.below(u64::from(light - dark) / 16 + 1);
        let mut picture = Picture::of_code(&code, scale, left, top, dark, light).noisy(&mut dice, noise);
        for turn in 0..4 {
            let read = picture.read().unwrap();
            assert_eq!(
                read.as_deref(),
                Some(text.as_str()),
                "round {round}, turn {turn}: {} bytes, scale {scale}, {dark} on {light} ± {noise}",
                text.len()
            );
            picture = picture.turned();
        }
    }
}

#[test]
fn of_several_codes_in_sight_ours_is_meant() {
    let [poster, card] = ["https://example.com", "quanji:join?v=1&a=0"].map(|text| qr(text.to_owned()).unwrap());
    for (left, right) in [(&poster, &card), (&card, &poster)] {
        let (one, other) = (Picture::of_code(left, 5, 10, 20, 10, 230), Picture::of_code(right, 5, 10, 20, 10, 230));
        let (width, height) = (one.width + other.width, one.height.max(other.height));
        let both = Picture::of(width, height, width, |x, y| match x.checked_sub(one.width) {
            None if y < one.height => one.at(x, y),
            Some(x) if y < other.height => other.at(x, y),
            _ => 230,
        });
        assert_eq!(both.read(), Ok(Some("quanji:join?v=1&a=0".to_owned())));
    }
}

#[test]
fn a_picture_that_is_not_of_its_size_is_refused() {
    let bytes = vec![0; 100 * 100];
    assert_eq!(read_code(100, 101, 100, bytes.clone()), Err(PictureError::TooShort { wanted: 10_100, found: 10_000 }));
    assert_eq!(read_code(100, 100, 99, bytes.clone()), Err(PictureError::Rows { width: 100, row_stride: 99 }));
    let size = PictureError::Size { width: u32::MAX, height: u32::MAX, limit: 4_096 };
    assert_eq!(read_code(u32::MAX, u32::MAX, u32::MAX, bytes.clone()), Err(size));
    assert_eq!(
        read_code(100, 100, u32::MAX, bytes.clone()),
        Err(PictureError::TooShort { wanted: 99 * u64::from(u32::MAX) + 100, found: 10_000 })
    );
    assert_eq!(read_code(0, 0, 0, vec![]), Ok(None));
    assert_eq!(read_code(100, 100, 100, bytes), Ok(None));
}

#[test]
fn whatever_else_a_camera_sees_breaks_nothing() {
    let mut dice = Dice::new(0x5EE);
    let code = qr("quanji:join?v=1&a=0123456789abcdef".to_owned()).unwrap();
    for _ in 0..300 {
        let (width, height) = (dice.below(160) as u32, dice.below(160) as u32);
        let stride = width + dice.below(9) as u32;
        let mut bytes = dice.bytes((stride * height) as usize);
        if dice.percent(50) {
            // Blots and stripes: large dark parts, as of a real scene.
            let (every, sharp) = (1 + dice.below(40) as usize, dice.below(256) as u8);
            bytes.iter_mut().enumerate().for_each(|(at, pixel)| {
                *pixel = if at / every % 3 == 0 { *pixel / 9 } else { *pixel | sharp };
            });
        }
        let read = read_code(width, height, stride, bytes);
        assert!(read.is_ok(), "{read:?} at {width} × {height}");
    }
    // A code of which parts are covered: finders without a code, and codes without a finder.
    for _ in 0..200 {
        let mut picture = Picture::of_code(&code, 4, 9, 9, 0, 255);
        let (x0, y0) = (dice.below(picture.width as u64) as usize, dice.below(picture.height as u64) as usize);
        let (w, h) = (dice.below(120) as usize, dice.below(120) as usize);
        let ink = dice.u64() as u8;
        for y in y0..(y0 + h).min(picture.height) {
            for x in x0..(x0 + w).min(picture.width) {
                picture.bytes[y * picture.stride + x] = ink;
            }
        }
        let read = picture.read();
        assert!(
            matches!(&read, Ok(None)) || matches!(&read, Ok(Some(text)) if text.starts_with("quanji:join")),
            "{read:?}"
        );
    }
}
