//! A text as a QR code, for a screen to draw.

use qrcode::{Color, EcLevel, QrCode};

/// A QR code as modules, row after row; true is dark. The quiet zone around it is the screen's.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Qr {
    /// Modules on a side.
    pub size: u32,
    pub dark: Vec<bool>,
}

/// Null for a text that is longer than any code.
#[uniffi::export]
pub fn qr(text: String) -> Option<Qr> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let size = u32::try_from(code.width()).ok()?;
    Some(Qr { size, dark: code.into_colors().into_iter().map(|color| color == Color::Dark).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_square_with_its_finder_in_three_corners() {
        let Qr { size, dark } = qr("quanji:join?v=1".to_owned()).expect("a short text");
        assert_eq!(dark.len(), (size * size) as usize);
        let at = |column: u32, row: u32| dark[(row * size + column) as usize];
        for (column, row) in [(0, 0), (size - 7, 0), (0, size - 7)] {
            assert!((0..7).all(|step| at(column + step, row) && at(column, row + step)), "{column} {row}");
        }
        assert!(!(0..7).all(|step| at(size - 7 + step, size - 7)));
    }

    #[test]
    fn a_text_that_is_longer_than_any_code_is_none() {
        assert_eq!(qr("x".repeat(10_000)), None);
    }
}
