//! Documents that an agency issues (放假通知, 音像记录事项目录 …): a signed header line, and beside it the body that the header names.
//!
//! A signed line holds 65,536 bytes; a catalog has more. So only the header is signed, and the body is proved by its size and digest. The
//! document's name is the digest of its header line.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::body::from_checked;
use crate::digest::Digest;
use crate::id::AgencyId;
use crate::journal_writer::to_json;
use crate::keyset::{Keyset, Role, Standing};
use crate::line::{self, LINE_LIMIT_BYTES, SignedLine, Tag, WriteFault};
use crate::signer::Signer;
use crate::text::Code;

/// Largest body: a catalog of some 8,000 matters.
pub const BODY_LIMIT_BYTES: usize = 6 << 20;
/// Longest name of an issuer, in bytes.
const ISSUER_LIMIT_BYTES: usize = 512;

/// What a document's header says; the bytes that are signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// Of this form: 1.
    pub edition: u64,
    pub agency: AgencyId,
    /// `calendar`, `catalog`, `policy`, `phrases`; kinds of a later program are kept and not read.
    pub kind: Code,
    /// Which edition (版次) of its kind; from 1. An agency gives no number twice.
    pub number: u64,
    /// Who answers for the content, by name.
    pub issuer: String,
    /// The document that it takes the place of; one that adds to those before replaces none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Digest>,
    pub issued_us: u64,
    /// Of the body.
    pub size_bytes: u64,
    /// Of the body.
    pub digest: Digest,
}

/// A document whose body is the one that its header names. Who signed it is proved by [`Document::prove`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    header: Header,
    line: Vec<u8>,
    body: Vec<u8>,
}

/// Why bytes are no document of the agency.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DocumentFault {
    #[error("not of a document's form")]
    Form,
    #[error("a body of {found} bytes instead of {expected}")]
    Size { expected: u64, found: u64 },
    #[error("a body with digest {found} instead of {expected}")]
    Body { expected: Digest, found: Digest },
    #[error("document {found} instead of {expected}")]
    OtherDocument { expected: Digest, found: Digest },
    #[error("not signed by a document key of the agency in force when issued")]
    NotSigned,
    #[error("signed by a key of the agency whose suite this program does not know")]
    UnknownSuite,
}

/// What an issuer says of a new document; size and digest follow from the body.
#[derive(Debug, Clone)]
pub struct NewDocument<'a> {
    pub agency: AgencyId,
    pub kind: Code,
    pub number: u64,
    pub issuer: &'a str,
    pub replaces: Option<Digest>,
    pub issued_us: u64,
    pub body: Vec<u8>,
}

/// Why no document was issued.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IssueFault {
    #[error("a body of {found} bytes; at most {limit}")]
    TooLarge { found: usize, limit: usize },
    #[error(transparent)]
    Write(#[from] WriteFault),
    #[error("a header that is not of its form")]
    Form,
}

impl Document {
    /// Signs a header over the body.
    pub fn issue(new: NewDocument<'_>, signer: &dyn Signer) -> Result<Document, IssueFault> {
        let NewDocument { agency, kind, number, issuer, replaces, issued_us, body } = new;
        if body.len() > BODY_LIMIT_BYTES {
            return Err(IssueFault::TooLarge { found: body.len(), limit: BODY_LIMIT_BYTES });
        }
        let header = Header {
            edition: 1,
            agency,
            kind,
            number,
            issuer: issuer.to_owned(),
            replaces,
            issued_us,
            size_bytes: body.len() as u64,
            digest: Digest::of(&body),
        };
        let line = line::write(Tag::Document, &to_json(&header), &[signer], LINE_LIMIT_BYTES)?;
        Document::join(line, body).map_err(|_| IssueFault::Form)
    }

    /// Header line with its LF, and the body right behind it: the form in which documents travel and are kept.
    pub fn read(bytes: &[u8]) -> Result<Document, DocumentFault> {
        let end = bytes.iter().take(LINE_LIMIT_BYTES).position(|byte| *byte == b'\n').ok_or(DocumentFault::Form)? + 1;
        Document::join(bytes[..end].to_vec(), bytes[end..].to_vec())
    }

    /// Of a header line and a body that were kept apart.
    pub fn join(line: Vec<u8>, body: Vec<u8>) -> Result<Document, DocumentFault> {
        if line.last() != Some(&b'\n') {
            return Err(DocumentFault::Form);
        }
        let parsed = SignedLine::parse(&line, LINE_LIMIT_BYTES).map_err(|_| DocumentFault::Form)?;
        let header: Header = from_checked(&parsed.value).map_err(|_| DocumentFault::Form)?;
        let Header { edition, agency: _, kind: _, number, issuer, replaces: _, issued_us: _, size_bytes, digest } =
            &header;
        if *edition != 1 || *number == 0 || !(1..=ISSUER_LIMIT_BYTES).contains(&issuer.len()) {
            return Err(DocumentFault::Form);
        }
        let found = body.len() as u64;
        if *size_bytes != found || body.len() > BODY_LIMIT_BYTES {
            return Err(DocumentFault::Size { expected: *size_bytes, found });
        }
        let found = Digest::of(&body);
        if !digest.matches(&found) {
            return Err(DocumentFault::Body { expected: digest.clone(), found });
        }
        Ok(Document { header, line, body })
    }

    /// Proves that the agency issued it: a document key in force at the instant that the header names.
    pub fn prove(&self, keyset: &Keyset) -> Result<(), DocumentFault> {
        let line = SignedLine::parse(&self.line, LINE_LIMIT_BYTES).map_err(|_| DocumentFault::Form)?;
        match keyset.signed(&line, Tag::Document, Role::Document, self.header.issued_us) {
            Standing::Signed => Ok(()),
            Standing::NotSigned => Err(DocumentFault::NotSigned),
            Standing::UnknownSuite => Err(DocumentFault::UnknownSuite),
        }
    }

    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The signed line, its LF included.
    pub fn line(&self) -> &[u8] {
        &self.line
    }

    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The document's name: the digest of its header line.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.line)
    }

    /// As [`Document::read`] reads it.
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.line.as_slice(), &self.body].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyset::{KeysetStatement, KeysetWriter, RoleKey};
    use crate::signer::Ed25519Signer;

    fn signer(byte: u8) -> Ed25519Signer {
        Ed25519Signer::from_seed(&[byte; 32])
    }

    fn keyset() -> Keyset {
        let root = signer(1);
        let mut writer = KeysetWriter::default();
        let mut bytes = writer.write(&KeysetStatement::Root(root.public().clone()), &[&root]).expect("a line");
        for (role, byte) in [(Role::Document, 2), (Role::Receipt, 3)] {
            let key = RoleKey { role, key: signer(byte).public().clone(), valid_from_us: 100, valid_until_us: 200 };
            bytes.extend(writer.write(&KeysetStatement::Key(key), &[&root]).expect("a line"));
        }
        Keyset::read(&bytes, root.public()).expect("a set")
    }

    fn issued(by: u8, issued_us: u64) -> Document {
        let new = NewDocument {
            agency: AgencyId::from_bytes([7; 16]),
            kind: Code::parse("catalog").expect("a code"),
            number: 1,
            issuer: "某局",
            replaces: None,
            issued_us,
            body: vec![b'x'; 100_000],
        };
        Document::issue(new, &signer(by)).expect("small enough")
    }

    #[test]
    fn a_document_larger_than_any_signed_line_is_the_agencys_word() {
        let document = issued(2, 150);
        let read = Document::read(&document.to_bytes()).expect("its own bytes");
        assert_eq!(read, document);
        assert_eq!(read.prove(&keyset()), Ok(()));
    }

    #[test]
    fn a_receipt_key_issues_no_document_nor_does_a_document_key_out_of_its_time() {
        assert_eq!(issued(3, 150).prove(&keyset()), Err(DocumentFault::NotSigned));
        assert_eq!(issued(2, 200).prove(&keyset()), Err(DocumentFault::NotSigned));
    }

    #[test]
    fn every_single_byte_changed_is_found() {
        let bytes = issued(2, 150).to_bytes();
        let head = bytes.iter().position(|byte| *byte == b'\n').expect("a line") + 1;
        for at in (0..head).chain([head, bytes.len() - 1]) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let outcome = Document::read(&changed).and_then(|document| document.prove(&keyset()));
            assert!(outcome.is_err(), "byte {at}");
        }
        assert!(Document::read(&bytes[..bytes.len() - 1]).is_err());
        assert!(Document::read(&[bytes.as_slice(), b"x"].concat()).is_err());
    }
}
