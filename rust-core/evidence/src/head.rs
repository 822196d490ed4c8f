//! The agency's signed heads: C2SP signed notes over its log, with an instant (FORMAT.md, section 3).

use base64ct::{Base64, Encoding};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::json::INTEGER_LIMIT;
use crate::key::{PublicKey, Suite};
use crate::signer::{SignFault, Signer};
use crate::text::Origin;

/// A head of the agency's log: what it held, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub origin: Origin,
    pub size: u64,
    pub root: [u8; 32],
    /// The agency's clock, which never goes back.
    pub time_us: u64,
    signatures: Vec<NoteSignature>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct NoteSignature {
    key_hash: [u8; 4],
    bytes: [u8; 64],
}

/// Why a text is not a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HeadFault {
    #[error("not a C2SP note with origin, size, root and time")]
    Form,
    #[error("the origin is not parts of a-z 0-9 . - joined by /")]
    Origin,
    #[error("a number that is not decimal below 2^53")]
    Number,
    #[error("a signature line that is not name and key hash with 64 bytes")]
    Signature,
}

impl Head {
    /// Reads a note; its signatures are not checked yet.
    pub fn parse(note: &str) -> Result<Head, HeadFault> {
        let (text, signatures) = note.split_once("\n\n").ok_or(HeadFault::Form)?;
        let mut lines = text.split('\n');
        let mut next = || lines.next().ok_or(HeadFault::Form);
        let (origin, size, root, time) = (next()?, next()?, next()?, next()?);
        if lines.next().is_some() {
            return Err(HeadFault::Form);
        }
        let origin = Origin::parse(origin).map_err(|_| HeadFault::Origin)?;
        let time = time.strip_prefix("time ").ok_or(HeadFault::Form)?;
        let signatures = signatures.strip_suffix('\n').ok_or(HeadFault::Form)?;
        let signatures =
            signatures.split('\n').map(|line| parse_signature(line, &origin)).collect::<Result<Vec<_>, _>>()?;
        Ok(Head {
            size: decimal(size)?,
            root: base64_array(root).ok_or(HeadFault::Form)?,
            time_us: decimal(time)?,
            origin,
            signatures,
        })
    }

    /// Whether `key` signed this head.
    pub fn is_signed_by(&self, key: &PublicKey) -> bool {
        let (Some(Suite::Ed25519), Some(public), Some(verifier)) = (key.suite(), key.public_bytes(), key.verifier())
        else {
            return false;
        };
        let (text, key_hash) = (self.text(), key_hash(&self.origin, &public));
        self.signatures
            .iter()
            .any(|signature| signature.key_hash == key_hash && verifier.holds(text.as_bytes(), &signature.bytes))
    }

    /// Writes and signs a head. `signer` is an Ed25519 key: the note form has no other.
    pub fn write(
        origin: &Origin,
        size: u64,
        root: &[u8; 32],
        time_us: u64,
        signer: &dyn Signer,
    ) -> Result<String, SignFault> {
        let head = Head { origin: origin.clone(), size, root: *root, time_us, signatures: Vec::new() };
        let text = head.text();
        let signature = signer.sign(text.as_bytes())?;
        let mut bytes = key_hash(origin, &signer.public().public_bytes().unwrap_or_default()).to_vec();
        bytes.extend_from_slice(&signature.bytes);
        Ok(format!("{text}\n— {origin} {}\n", Base64::encode_string(&bytes)))
    }

    fn text(&self) -> String {
        let Head { origin, size, root, time_us, signatures: _ } = self;
        format!("{origin}\n{size}\n{}\ntime {time_us}\n", Base64::encode_string(root))
    }
}

fn parse_signature(line: &str, origin: &Origin) -> Result<NoteSignature, HeadFault> {
    let rest = line.strip_prefix("— ").ok_or(HeadFault::Signature)?;
    let (name, bytes) = rest.split_once(' ').ok_or(HeadFault::Signature)?;
    let bytes: [u8; 68] = base64_array(bytes).filter(|_| name == origin.as_str()).ok_or(HeadFault::Signature)?;
    let (mut key_hash, mut signature) = ([0; 4], [0; 64]);
    key_hash.copy_from_slice(&bytes[..4]);
    signature.copy_from_slice(&bytes[4..]);
    Ok(NoteSignature { key_hash, bytes: signature })
}

fn key_hash(origin: &Origin, public: &[u8]) -> [u8; 4] {
    let mut digest = Sha256::new();
    digest.update(origin.as_str().as_bytes());
    digest.update(b"\n\x01");
    digest.update(public);
    let mut hash = [0; 4];
    hash.copy_from_slice(&digest.finalize()[..4]);
    hash
}

fn base64_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes = Base64::decode_vec(text).ok().filter(|bytes| Base64::encode_string(bytes) == text)?;
    bytes.try_into().ok()
}

fn decimal(text: &str) -> Result<u64, HeadFault> {
    let is_plain = text == "0" || !text.starts_with('0');
    let number = text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    number.filter(|number| is_plain && *number <= INTEGER_LIMIT).ok_or(HeadFault::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Ed25519Signer;

    fn note() -> (String, Ed25519Signer) {
        let signer = Ed25519Signer::from_seed(&[7; 32]);
        let origin = Origin::parse("agency.example/quanji").unwrap();
        (Head::write(&origin, 12, &[3; 32], 1_700_000_000_000_000, &signer).unwrap(), signer)
    }

    #[test]
    fn a_head_is_read_back_as_it_was_signed() {
        let (note, signer) = note();
        let head = Head::parse(&note).unwrap();
        assert_eq!((head.size, head.time_us), (12, 1_700_000_000_000_000));
        assert!(head.is_signed_by(signer.public()));
        assert!(!head.is_signed_by(Ed25519Signer::from_seed(&[8; 32]).public()));
    }

    #[test]
    fn a_later_time_does_not_carry_an_earlier_signature() {
        let (note, signer) = note();
        let moved = note.replace("1700000000000000", "1700000000000001");
        assert!(!Head::parse(&moved).unwrap().is_signed_by(signer.public()));
    }

    #[test]
    fn other_forms_are_refused() {
        let (note, _) = note();
        for bad in [
            note.replace("agency.example/quanji\n12", "quanji/1 line\n12"),
            note.replace("\n12\n", "\n012\n"),
            note.replace("time ", "time  "),
            note.trim_end().to_owned(),
            note.replace("\n\n", "\nextra\n\n"),
            note.replace("— agency", "- agency"),
            format!("{note}\n"),
            String::new(),
        ] {
            assert!(Head::parse(&bad).is_err(), "{bad}");
        }
    }
}
