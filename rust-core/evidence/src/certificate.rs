//! Device certificates: the agency says which key is its phone's (FORMAT.md, section 3).

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::body::{Opened, from_checked};
use crate::id::{AgencyId, DeviceId, UnitId};
use crate::journal_writer::to_json;
use crate::key::PublicKey;
use crate::keyset::{Keyset, Role, Standing};
use crate::line::{self, LINE_LIMIT_BYTES, SignedLine, Tag, WriteFault};
use crate::schema;
use crate::signer::Signer;

/// A device certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    pub edition: u64,
    pub number: u64,
    pub agency: AgencyId,
    pub unit: UnitId,
    pub device: DeviceId,
    pub key: PublicKey,
    /// The key in the device's hardware that proved itself when it enrolled, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hardware: Option<PublicKey>,
    pub issued_us: u64,
    pub valid_from_us: u64,
    pub valid_until_us: u64,
}

/// Why a certificate does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CertificateFault {
    #[error("not a certificate's form")]
    Form,
    #[error("not signed by a device key of the agency in force when issued")]
    NotSigned,
    #[error("signed by a key of the agency whose suite this program does not know")]
    UnknownSuite,
    #[error("for another device or key than the record's")]
    OtherDevice,
}

impl Certificate {
    /// Writes the certificate's line, without LF: the form that stands in `opened`.
    pub fn write(&self, signer: &dyn Signer) -> Result<String, WriteFault> {
        let mut line = line::write(Tag::Certificate, &to_json(self), &[signer], LINE_LIMIT_BYTES)?;
        line.pop();
        // Signatures are ASCII and the JSON came from strings.
        Ok(String::from_utf8(line).expect("made of text"))
    }

    /// What a text says that was proved before; `None` where it is not of a certificate's form.
    pub fn read_unproved(text: &str) -> Option<Certificate> {
        let line = SignedLine::parse(text.as_bytes(), LINE_LIMIT_BYTES).ok()?;
        schema::check("certificate", &line.value).ok()?;
        from_checked(&line.value).ok()
    }

    /// Proves that `text` certifies the device and key of `opened`.
    pub fn read(text: &str, keyset: &Keyset, opened: &Opened) -> Result<Certificate, CertificateFault> {
        Certificate::read_for(text, keyset, &opened.device, &opened.device_key)
    }

    /// Proves that `text` certifies `device` with `key`.
    pub fn read_for(
        text: &str,
        keyset: &Keyset,
        device: &DeviceId,
        key: &PublicKey,
    ) -> Result<Certificate, CertificateFault> {
        let line = SignedLine::parse(text.as_bytes(), LINE_LIMIT_BYTES).map_err(|_| CertificateFault::Form)?;
        if text.contains('\n') {
            return Err(CertificateFault::Form);
        }
        schema::check("certificate", &line.value).map_err(|_| CertificateFault::Form)?;
        let certificate: Certificate = from_checked(&line.value).map_err(|_| CertificateFault::Form)?;
        match keyset.signed(&line, Tag::Certificate, Role::Device, certificate.issued_us) {
            Standing::Signed => {}
            Standing::NotSigned => return Err(CertificateFault::NotSigned),
            Standing::UnknownSuite => return Err(CertificateFault::UnknownSuite),
        }
        if certificate.key != *key || certificate.device != *device {
            return Err(CertificateFault::OtherDevice);
        }
        Ok(certificate)
    }
}
