//! Text of a fixed shape: each type holds only what its pattern allows.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A text that is not of the shape its type asks for. The text itself is left out: it may be private.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not {wanted}")]
pub struct ShapeMismatch {
    pub wanted: &'static str,
}

macro_rules! shaped {
    ($(#[$doc:meta])* $name:ident, $wanted:literal, $fits:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Takes a text of this shape.
            pub fn parse(text: &str) -> Result<$name, ShapeMismatch> {
                let fits: fn(&str) -> bool = $fits;
                if fits(text) { Ok($name(text.to_owned())) } else { Err(ShapeMismatch { wanted: $wanted }) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = ShapeMismatch;
            fn try_from(text: String) -> Result<$name, ShapeMismatch> {
                $name::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

shaped!(
    /// A machine-readable code: matter number, kind of document, software name.
    Code, "1–64 of a-z 0-9 . _ / -, the first a letter or digit", |text| {
        (1..=64).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'/' | b'-'))
            && text.starts_with(|first: char| first.is_ascii_alphanumeric())
    }
);

shaped!(
    /// An officer within one record, `o1`, `o2` …; who that is stands in the private values.
    Officer, "o and 1–3 digits", |text| numbered(text, 'o', 3)
);

shaped!(
    /// The name of a private value within one record, `p1`, `p2` …
    Ref, "p and 1–6 digits", |text| numbered(text, 'p', 6)
);

shaped!(
    /// The edition of the format, as `opened` states it.
    FormatName, "quanji/ and 1–32 of a-z 0-9 . -", |text| {
        text.strip_prefix("quanji/").is_some_and(|edition| {
            (1..=32).contains(&edition.len()) && edition.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-'))
        })
    }
);

shaped!(
    /// A codec as RFC 6381 writes it: `avc1.64001f`, `hvc1.1.6.L93.B0`, `mp4a.40.2`.
    Codec, "4–40 of A-Z a-z 0-9 .", |text| {
        (4..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    }
);

shaped!(
    /// The name of an agency's log, as C2SP writes an origin.
    Origin, "parts of a-z 0-9 . - joined by /", |text| {
        text.split('/').all(|part| !part.is_empty() && part.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-')))
    }
);

shaped!(
    /// A member's name in a bundle: parts of `[a-z0-9_-]+(\.[a-z0-9]+)?`, at most 6, joined by `/`.
    MemberName, "a member name of the format", |text| {
        text.split('/').count() <= 6 && text.split('/').all(|part| {
            let (stem, extension) = match part.split_once('.') {
                Some((stem, extension)) => (stem, Some(extension)),
                None => (part, None),
            };
            let stem_fits = !stem.is_empty() && stem.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'));
            let extension_fits = extension.is_none_or(|extension| {
                !extension.is_empty() && extension.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            });
            stem_fits && extension_fits
        })
    }
);

shaped!(
    /// A signature as text inside a body, `suite.keyid.base64url`.
    SignatureText, "1–300 of A-Z a-z 0-9 _ . -", |text| {
        (1..=300).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
    }
);

fn numbered(text: &str, letter: char, most_digits: usize) -> bool {
    text.strip_prefix(letter).is_some_and(|digits| {
        (1..=most_digits).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}
