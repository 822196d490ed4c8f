//! A QR code read from a camera's picture: an agency's invitation, or the card of another phone's activity.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rqrr::PreparedImage;
use thiserror::Error;

/// A code of the first version has so many modules on a side: a smaller picture holds none.
const LEAST_SIDE: u32 = 21;
/// Larger than any picture that is asked of a camera for this.
const MOST_SIDE: u32 = 4_096;
/// How the codes of this program begin. Where several codes are in sight, one of these is meant.
const OURS: &str = "quanji:";

/// Why a picture was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Error, uniffi::Error)]
pub enum PictureError {
    /// Fewer bytes than its size says.
    #[error("{found} bytes of at least {wanted}")]
    TooShort { wanted: u64, found: u64 },
    /// A row is shorter than the picture is wide.
    #[error("rows of {row_stride} bytes for {width} pixels")]
    Rows { width: u32, row_stride: u32 },
    #[error("a picture of {width} × {height}; at most {limit} on a side")]
    Size { width: u32, height: u32, limit: u32 },
    /// The reader failed on this picture; the next may be tried all the same.
    #[error("the reader failed")]
    Bug,
}

/// The text of a code in a picture of brightness, one byte a pixel, whichever way it is turned; null where none is read. Blocks for as long as
/// a picture takes: some ten milliseconds.
#[uniffi::export]
pub fn read_code(width: u32, height: u32, row_stride: u32, luminance: Vec<u8>) -> Result<Option<String>, PictureError> {
    if width > MOST_SIDE || height > MOST_SIDE {
        return Err(PictureError::Size { width, height, limit: MOST_SIDE });
    }
    if row_stride < width {
        return Err(PictureError::Rows { width, row_stride });
    }
    if width < LEAST_SIDE || height < LEAST_SIDE {
        return Ok(None);
    }
    // A camera need not fill up its last row.
    let wanted = u64::from(row_stride) * u64::from(height - 1) + u64::from(width);
    let found = luminance.len() as u64;
    if found < wanted {
        return Err(PictureError::TooShort { wanted, found });
    }
    let (width, height, row_stride) = (width as usize, height as usize, row_stride as usize);
    // What a stranger holds before the camera is outside bytes to a reader that was not written for them: a panic of it is an answer.
    catch_unwind(AssertUnwindSafe(|| read(width, height, |x, y| luminance[y * row_stride + x])))
        .map_err(|_| PictureError::Bug)
}

fn read(width: usize, height: usize, luminance: impl FnMut(usize, usize) -> u8) -> Option<String> {
    let mut picture = PreparedImage::prepare_from_greyscale(width, height, luminance);
    let grids = picture.detect_grids();
    let mut texts = grids.iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text);
    let first = texts.next()?;
    if first.starts_with(OURS) {
        return Some(first);
    }
    Some(texts.find(|text| text.starts_with(OURS)).unwrap_or(first))
}
