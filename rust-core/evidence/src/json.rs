//! Strict JSON (FORMAT.md, section 1): one value has one spelling, so signed bytes need never be re-serialised.

use std::io::{self, Write};

use serde_json::Value;
use thiserror::Error;
use unicode_normalization::is_nfc;

/// Largest integer magnitude: what every JSON reader in every language holds exactly.
pub const INTEGER_LIMIT: u64 = (1 << 53) - 1;
/// Deepest nesting; the outermost value is level 1.
pub const DEPTH_LIMIT: usize = 16;
/// Longest string or name, in bytes of UTF-8.
pub const STRING_LIMIT_BYTES: usize = 16_384;

/// Why a text is not JSON of this format.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum JsonFault {
    #[error("not UTF-8")]
    NotUtf8,
    #[error("not JSON")]
    Syntax,
    #[error("not the compact spelling, or a member name twice; first difference at byte {byte}")]
    NotCompact { byte: usize },
    #[error("null is not allowed")]
    Null,
    #[error("a number that is not an integer")]
    NotInteger,
    #[error("an integer beyond ±(2^53 − 1)")]
    IntegerTooLarge,
    #[error("a string that is not in Unicode NFC")]
    NotNfc,
    #[error("nested deeper than {DEPTH_LIMIT}")]
    TooDeep,
    #[error("a string of {found} bytes; at most {STRING_LIMIT_BYTES}")]
    StringTooLong { found: usize },
}

/// Parses `text`, refusing every spelling but the one a compact writer emits.
pub fn parse_strict(text: &[u8]) -> Result<Value, JsonFault> {
    let text = std::str::from_utf8(text).map_err(|_| JsonFault::NotUtf8)?;
    let value: Value = serde_json::from_str(text).map_err(|_| JsonFault::Syntax)?;
    check_limits(&value, 1)?;
    // A name given twice is kept once by the parser, so it too shows as a difference here.
    let mut same = SameText { left: text.as_bytes() };
    let is_same = serde_json::to_writer(&mut same, &value).is_ok() && same.left.is_empty();
    if is_same { Ok(value) } else { Err(JsonFault::NotCompact { byte: text.len() - same.left.len() }) }
}

/// Compares what is written with a text instead of keeping it.
struct SameText<'a> {
    /// Not met yet; begins at the first difference once there was one.
    left: &'a [u8],
}

impl Write for SameText<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(left) = self.left.strip_prefix(bytes) {
            self.left = left;
            return Ok(bytes.len());
        }
        let same = self.left.iter().zip(bytes).take_while(|(a, b)| a == b).count();
        self.left = &self.left[same..];
        Err(io::ErrorKind::InvalidData.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn check_limits(value: &Value, depth: usize) -> Result<(), JsonFault> {
    match value {
        Value::Null => Err(JsonFault::Null),
        Value::Bool(_) => Ok(()),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(integer), _) if integer.unsigned_abs() <= INTEGER_LIMIT => Ok(()),
            (None, None) => Err(JsonFault::NotInteger),
            _ => Err(JsonFault::IntegerTooLarge),
        },
        Value::String(string) => check_string(string),
        Value::Array(items) => {
            check_depth(depth)?;
            items.iter().try_for_each(|item| check_limits(item, depth + 1))
        }
        Value::Object(members) => {
            check_depth(depth)?;
            members.iter().try_for_each(|(name, member)| {
                check_string(name)?;
                check_limits(member, depth + 1)
            })
        }
    }
}

fn check_depth(depth: usize) -> Result<(), JsonFault> {
    if depth > DEPTH_LIMIT { Err(JsonFault::TooDeep) } else { Ok(()) }
}

fn check_string(string: &str) -> Result<(), JsonFault> {
    if string.len() > STRING_LIMIT_BYTES {
        return Err(JsonFault::StringTooLong { found: string.len() });
    }
    // ASCII is always NFC; the general test costs a table look-up a character.
    if string.is_ascii() || is_nfc(string) { Ok(()) } else { Err(JsonFault::NotNfc) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_spelling() {
        for (text, fault) in [
            (&br#"{"a":1,"a":1}"#[..], JsonFault::NotCompact { byte: 6 }),
            (br#"{"a": 1}"#, JsonFault::NotCompact { byte: 5 }),
            (br#"{"a":-0}"#, JsonFault::NotInteger),
            (br#"{"a":1.0}"#, JsonFault::NotInteger),
            (br#"{"a":1e3}"#, JsonFault::NotInteger),
            (br#"{"a":null}"#, JsonFault::Null),
            (br#"{"a":9007199254740992}"#, JsonFault::IntegerTooLarge),
            (br#"{"a":-9007199254740992}"#, JsonFault::IntegerTooLarge),
            (br#"{"a":123456789012345678901234567890}"#, JsonFault::NotInteger),
            (br#"{"a":"\u0041"}"#, JsonFault::NotCompact { byte: 6 }),
            (br#"{"a":"\/"}"#, JsonFault::NotCompact { byte: 6 }),
            (br#"{"a":"\u001F"}"#, JsonFault::NotCompact { byte: 11 }),
            (br#"{"a":"\ud800"}"#, JsonFault::Syntax),
            ("{\"a\":\"e\u{301}\"}".as_bytes(), JsonFault::NotNfc),
            (b"\xef\xbb\xbf{}", JsonFault::Syntax),
            (b"{}\n", JsonFault::NotCompact { byte: 2 }),
            (b"{\"a\":\"\xff\"}", JsonFault::NotUtf8),
        ] {
            assert_eq!(parse_strict(text), Err(fault), "{}", String::from_utf8_lossy(text));
        }
        for text in [
            r#"{"a":9007199254740991,"b":-9007199254740991,"c":[true,false,{}]}"#,
            r#"{"甲":"\"\\\b\f\n\r\t\u0001/é"}"#,
        ] {
            assert!(parse_strict(text.as_bytes()).is_ok(), "{text}");
        }
    }

    #[test]
    fn nesting_ends_at_sixteen() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(parse_strict(nested(16).as_bytes()).is_ok());
        assert_eq!(parse_strict(nested(17).as_bytes()), Err(JsonFault::TooDeep));
        assert_eq!(parse_strict(nested(100_000).as_bytes()), Err(JsonFault::Syntax));
    }
}
