//! base64url without padding, canonical: one byte string, one spelling.

use base64ct::{Base64UrlUnpadded, Encoding};

/// Encodes without padding.
pub fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Decodes the canonical spelling; `None` for anything else (padding, other alphabet, set trailing bits).
pub fn decode(text: &str) -> Option<Vec<u8>> {
    let bytes = Base64UrlUnpadded::decode_vec(text).ok()?;
    // The decoder's own canonicity check is not part of its contract; ours is.
    (Base64UrlUnpadded::encode_string(&bytes) == text).then_some(bytes)
}

/// Decodes exactly `N` bytes.
pub fn decode_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_spelling_is_refused() {
        assert_eq!(decode("AA"), Some(vec![0]));
        for other in ["AB", "AA==", "A", "A+", "A\n", " AA"] {
            assert_eq!(decode(other), None, "{other:?}");
        }
    }
}
