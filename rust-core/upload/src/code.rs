//! The code of an enrolment as it is typed or scanned.

use std::fmt;

use quanji_evidence::PublicKey;
use quanji_evidence::key::Suite;
use quanji_evidence::{KeyId, base64url};
use thiserror::Error;
use zeroize::Zeroizing;

/// Characters of a code: 6 name it, 24 are the secret.
const CODE_CHARACTERS: usize = 30;
const ID_CHARACTERS: usize = 6;
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Why a text is no invitation. The text itself is left out: it is a secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvitationFault {
    #[error("a code of {found} characters instead of {expected}", expected = CODE_CHARACTERS)]
    Length { found: usize },
    #[error("character {place} of the code is none of the alphabet")]
    Character { place: usize },
    #[error("not a quanji:enrol text")]
    Form,
    #[error("edition {found}; this program knows 1")]
    Edition { found: String },
    #[error("the address is not https: or http:")]
    Address,
    #[error("the root key in the code has id {found}, not {expected}")]
    Root { expected: String, found: String },
}

/// A code: which one, and the secret that both sides prove to know.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentCode {
    id: String,
    secret: Zeroizing<[u8; 15]>,
}

impl fmt::Debug for EnrolmentCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("EnrolmentCode").field("id", &self.id).finish_non_exhaustive()
    }
}

impl EnrolmentCode {
    /// Reads 30 characters of Crockford's alphabet, whatever hyphens and blanks stand between; `O` is read as 0, `I` and `L` as 1.
    pub fn parse(text: &str) -> Result<EnrolmentCode, InvitationFault> {
        let typed = text.chars().filter(|character| !character.is_whitespace() && *character != '-');
        let mut values = Zeroizing::new(Vec::with_capacity(CODE_CHARACTERS));
        for (place, character) in typed.enumerate() {
            values.push(value_of(character).ok_or(InvitationFault::Character { place: place + 1 })?);
        }
        if values.len() != CODE_CHARACTERS {
            return Err(InvitationFault::Length { found: values.len() });
        }
        let id = values[..ID_CHARACTERS].iter().map(|value| char::from(CROCKFORD[usize::from(*value)])).collect();
        let mut secret = Zeroizing::new([0; 15]);
        // Eight characters of 5 bits are five bytes.
        for (bytes, group) in secret.chunks_exact_mut(5).zip(values[ID_CHARACTERS..].chunks_exact(8)) {
            let bits = group.iter().fold(0_u64, |bits, value| bits << 5 | u64::from(*value));
            bytes.copy_from_slice(&bits.to_be_bytes()[3..]);
        }
        Ok(EnrolmentCode { id, secret })
    }

    /// The part that names the code; it is sent.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The part that is never sent.
    pub(crate) fn secret(&self) -> &[u8; 15] {
        &self.secret
    }
}

fn value_of(character: char) -> Option<u8> {
    let plain = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let place = CROCKFORD.iter().position(|other| char::from(*other) == plain)?;
    u8::try_from(place).ok()
}

/// An agency's invitation to one device: where it is, the code, and its root key when the code was scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The agency's address, without a slash at the end.
    pub url: String,
    pub code: EnrolmentCode,
    /// What the agency's reply must name as its root.
    pub root: Option<PublicKey>,
}

impl Invitation {
    /// Of an address and a code that were typed.
    pub fn typed(url: &str, code: &str) -> Result<Invitation, InvitationFault> {
        Ok(Invitation { url: address(url)?, code: EnrolmentCode::parse(code)?, root: None })
    }

    /// Reads `quanji:enrol?v=1&u=URL&c=CODE&r=ROOTKEYID&k=ROOTKEY`, each member once, in any order.
    pub fn scanned(text: &str) -> Result<Invitation, InvitationFault> {
        let members = text.trim().strip_prefix("quanji:enrol?").ok_or(InvitationFault::Form)?;
        let (mut edition, mut url, mut code, mut id, mut key) = (None, None, None, None, None);
        for member in members.split('&') {
            let (name, value) = member.split_once('=').ok_or(InvitationFault::Form)?;
            let place = match name {
                "v" => &mut edition,
                "u" => &mut url,
                "c" => &mut code,
                "r" => &mut id,
                "k" => &mut key,
                _ => return Err(InvitationFault::Form),
            };
            if place.replace(value).is_some() {
                return Err(InvitationFault::Form);
            }
        }
        let (Some(edition), Some(url), Some(code), Some(id), Some(key)) = (edition, url, code, id, key) else {
            return Err(InvitationFault::Form);
        };
        if edition != "1" {
            return Err(InvitationFault::Edition { found: edition.chars().take(16).collect() });
        }
        let url = percent_decoded(url).ok_or(InvitationFault::Form)?;
        let root = root_key(key).ok_or(InvitationFault::Form)?;
        let expected = KeyId::parse(id).ok_or(InvitationFault::Form)?;
        if root.id() != expected {
            return Err(InvitationFault::Root { expected: expected.to_string(), found: root.id().to_string() });
        }
        Ok(Invitation { url: address(&url)?, code: EnrolmentCode::parse(code)?, root: Some(root) })
    }
}

/// The suite shows in the length: 32 bytes are Ed25519's, 33 are P-256's; the key id beside it covers the suite.
fn root_key(text: &str) -> Option<PublicKey> {
    let bytes = base64url::decode(text)?;
    match bytes.len() {
        32 => Some(PublicKey::new(Suite::Ed25519, &bytes)),
        33 => Some(PublicKey::new(Suite::P256, &bytes)),
        _ => None,
    }
}

fn address(url: &str) -> Result<String, InvitationFault> {
    let url = url.trim().trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let is_plain = url.len() <= 1_024 && url.bytes().all(|byte| byte.is_ascii_graphic());
    match host {
        Some(host) if is_plain && !host.is_empty() && !host.starts_with('/') => Ok(url.to_owned()),
        _ => Err(InvitationFault::Address),
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first != b'%' {
            bytes.push(*first);
            rest = after;
            continue;
        }
        let digits = std::str::from_utf8(after.get(..2)?).ok()?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &after[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use quanji_evidence::{Ed25519Signer, Signer as _};

    use super::*;

    const CODE: &str = "01ABC-DEFGH-JKMNP-QRSTV-WXYZ0-12345";

    #[test]
    fn letters_that_look_like_digits_are_read_as_digits() {
        let printed = EnrolmentCode::parse(CODE).unwrap();
        assert_eq!(printed.id(), "01ABCD");
        for typed in ["oiabc defgh jkmnp qrstv wxyzO L2345", "OlABCDEFGHJKMNPQRSTVWXYZ0I2345"] {
            assert_eq!(EnrolmentCode::parse(typed).unwrap(), printed);
        }
    }

    #[test]
    fn the_secret_is_the_last_120_bits() {
        let code = EnrolmentCode::parse("000000-00000001-0000000Z-ZZZZZZZZ").unwrap();
        assert_eq!(code.secret(), &[0, 0, 0, 0, 1, 0, 0, 0, 0, 31, 255, 255, 255, 255, 255]);
    }

    #[test]
    fn a_code_that_was_mistyped_is_said_before_anything_is_sent() {
        assert_eq!(EnrolmentCode::parse("01ABC"), Err(InvitationFault::Length { found: 5 }));
        assert_eq!(EnrolmentCode::parse("01UBC"), Err(InvitationFault::Character { place: 3 }));
        assert_eq!(EnrolmentCode::parse("全记"), Err(InvitationFault::Character { place: 1 }));
        assert_eq!(EnrolmentCode::parse(&"0".repeat(31)), Err(InvitationFault::Length { found: 31 }));
    }

    #[test]
    fn a_scanned_code_pins_the_root() {
        let root = Ed25519Signer::from_seed(&[5; 32]).public().clone();
        let key = base64url::encode(&root.public_bytes().unwrap());
        let text = |id: &str| format!("quanji:enrol?v=1&u=http%3A%2F%2F127.0.0.1%3A8080%2f&c={CODE}&r={id}&k={key}");
        let invitation = Invitation::scanned(&text(&root.id().to_string())).unwrap();
        assert_eq!((invitation.url.as_str(), invitation.root), ("http://127.0.0.1:8080", Some(root)));
        let wrong = Invitation::scanned(&text("0000000000000000"));
        assert!(matches!(wrong, Err(InvitationFault::Root { .. })), "{wrong:?}");
    }

    #[test]
    fn what_is_no_invitation_is_refused_with_its_reason() {
        let root = Ed25519Signer::from_seed(&[5; 32]).public().clone();
        let key = base64url::encode(&root.public_bytes().unwrap());
        let good = format!("quanji:enrol?v=1&u=http%3A%2F%2Fa&c={CODE}&r={}&k={key}", root.id());
        assert!(Invitation::scanned(&good).is_ok());
        for (bad, fault) in [
            (good.replace("v=1", "v=2"), InvitationFault::Edition { found: "2".to_owned() }),
            (good.replace("http%3A", "ftp%3A"), InvitationFault::Address),
            (good.replace("%3A", "%3"), InvitationFault::Form),
            (good.replace("%2F", "%+2"), InvitationFault::Form),
            (good.replace("&c=", "&d="), InvitationFault::Form),
            (format!("{good}&v=1"), InvitationFault::Form),
            (good.replace("&k=", "&k=AA"), InvitationFault::Form),
            (good.replace("quanji:", "other:"), InvitationFault::Form),
        ] {
            assert_eq!(Invitation::scanned(&bad), Err(fault), "{bad}");
        }
    }
}
