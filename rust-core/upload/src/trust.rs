//! What a phone knows of its agency, each part proved from the root that was pinned when it enrolled.

use quanji_evidence::certificate::{Certificate, CertificateFault};
use quanji_evidence::head::{Head, HeadFault};
use quanji_evidence::id::{AgencyId, DeviceId, UnitId};
use quanji_evidence::keyset::{Keyset, KeysetFault, Role};
use quanji_evidence::text::Origin;
use quanji_evidence::{KeyId, PublicKey};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why something that came in the agency's name is not the agency's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TrustFault {
    #[error("{part} is not of its form")]
    Form { part: &'static str },
    #[error("the key set does not prove itself")]
    Keyset(#[from] KeysetFault),
    #[error("the key set does not begin with the {held} lines that are held")]
    KeysetShrank { held: u64 },
    #[error("the device certificate does not hold")]
    Certificate(#[from] CertificateFault),
    #[error("a certificate with {part} {found} instead of {expected}")]
    OtherCertificate { part: &'static str, expected: String, found: String },
    #[error("a certificate from {from_us} until {until_us} at {at_us}")]
    CertificateNotInForce { from_us: u64, until_us: u64, at_us: u64 },
    #[error("not a head")]
    Head(#[from] HeadFault),
    #[error("a head of log {found} instead of {expected}")]
    OtherLog { expected: String, found: String },
    #[error("a head that no head key in force at its time signed")]
    HeadNotSigned,
    #[error("a head of time {found_us} and size {found_size}, after one of time {seen_us} and size {seen_size}")]
    HeadWentBack { seen_us: u64, seen_size: u64, found_us: u64, found_size: u64 },
    #[error("two heads of size {size} with different roots")]
    LogForked { size: u64 },
    #[error("agency {found} instead of {expected}")]
    OtherAgency { expected: AgencyId, found: AgencyId },
    #[error("root {found} instead of {expected}")]
    OtherRoot { expected: KeyId, found: KeyId },
}

/// The agency that a device is enrolled with. There is none that was not proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trust {
    url: String,
    agency: AgencyId,
    unit: UnitId,
    origin: Origin,
    root: PublicKey,
    keyset_text: String,
    keyset: Keyset,
    certificate_line: String,
    certificate: Certificate,
    head_note: String,
    head: Head,
}

/// As it is kept.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    edition: u64,
    url: String,
    agency: AgencyId,
    unit: UnitId,
    origin: Origin,
    root: String,
    keyset: String,
    certificate: String,
    head: String,
}

/// Parts of a trust before they are proved.
#[derive(Debug, Clone)]
pub(crate) struct Claimed {
    pub(crate) url: String,
    pub(crate) agency: AgencyId,
    pub(crate) unit: UnitId,
    pub(crate) origin: Origin,
    pub(crate) root: PublicKey,
    pub(crate) keyset: String,
    pub(crate) certificate: String,
    pub(crate) head: String,
}

/// The device that the certificate must be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enrolling<'a> {
    pub device: DeviceId,
    pub key: &'a PublicKey,
}

impl Trust {
    /// Proves key set from root, certificate for this device, and head.
    pub(crate) fn prove(claimed: Claimed, own: Enrolling<'_>) -> Result<Trust, TrustFault> {
        let Claimed { url, agency, unit, origin, root, keyset: keyset_text, certificate, head } = claimed;
        let keyset = Keyset::read(keyset_text.as_bytes(), &root)?;
        let certificate_line = certificate;
        let certificate = Certificate::read_for(&certificate_line, &keyset, &own.device, own.key)?;
        let differs = |part, expected: &dyn ToString, found: &dyn ToString| TrustFault::OtherCertificate {
            part,
            expected: expected.to_string(),
            found: found.to_string(),
        };
        if certificate.agency != agency {
            return Err(differs("agency", &agency, &certificate.agency));
        }
        if certificate.unit != unit {
            return Err(differs("unit", &unit, &certificate.unit));
        }
        let head_note = head;
        let head = proved_head(&head_note, &origin, &keyset)?;
        let (from_us, until_us, at_us) = (certificate.valid_from_us, certificate.valid_until_us, head.time_us);
        if !(from_us..until_us).contains(&at_us) {
            return Err(TrustFault::CertificateNotInForce { from_us, until_us, at_us });
        }
        Ok(Trust {
            url,
            agency,
            unit,
            origin,
            root,
            keyset_text,
            keyset,
            certificate_line,
            certificate,
            head_note,
            head,
        })
    }

    /// One text to keep. It holds no secret, and is proved anew when it is read.
    pub fn to_text(&self) -> String {
        let kept = Kept {
            edition: 1,
            url: self.url.clone(),
            agency: self.agency,
            unit: self.unit,
            origin: self.origin.clone(),
            root: self.root.to_file().trim_end().to_owned(),
            keyset: self.keyset_text.clone(),
            certificate: self.certificate_line.clone(),
            head: self.head_note.clone(),
        };
        serde_json::to_string(&kept).expect("strings and numbers make JSON")
    }

    /// Reads what [`Trust::to_text`] wrote, for the same device.
    pub fn parse(text: &str, own: Enrolling<'_>) -> Result<Trust, TrustFault> {
        let kept: Kept = serde_json::from_str(text).map_err(|_| TrustFault::Form { part: "the kept agency" })?;
        let Kept { edition, url, agency, unit, origin, root, keyset, certificate, head } = kept;
        if edition != 1 {
            return Err(TrustFault::Form { part: "the kept agency's edition" });
        }
        let root = PublicKey::from_file(&root).ok_or(TrustFault::Form { part: "the root key" })?;
        Trust::prove(Claimed { url, agency, unit, origin, root, keyset, certificate, head }, own)
    }

    /// The agency's address, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn agency(&self) -> AgencyId {
        self.agency
    }

    pub fn unit(&self) -> UnitId {
        self.unit
    }

    /// The name of the agency's log.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The root that was pinned; the set may have gone on to others.
    pub fn root(&self) -> &PublicKey {
        &self.root
    }

    /// What receipts and documents are proved with.
    pub fn keyset(&self) -> &Keyset {
        &self.keyset
    }

    /// The agency's keys with those that came beside receipts: a dock's may be newer than the phone's last word with the agency. They prove
    /// themselves from the pinned root. A set that does not go on from the one that is held adds nothing.
    pub fn keyset_with(&self, beside: Option<&[u8]>) -> Result<Keyset, TrustFault> {
        match beside.filter(|theirs| theirs.starts_with(self.keyset_text.as_bytes())) {
            Some(theirs) => Ok(Keyset::read(theirs, &self.root)?),
            None => Ok(self.keyset.clone()),
        }
    }

    /// All lines of the key set, as they go into a bundle.
    pub fn keyset_text(&self) -> &str {
        &self.keyset_text
    }

    pub fn keyset_lines(&self) -> u64 {
        self.keyset_text.bytes().filter(|byte| *byte == b'\n').count() as u64
    }

    /// The certificate's signed line without LF, as `opened` carries it.
    pub fn certificate_line(&self) -> &str {
        &self.certificate_line
    }

    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The newest head, as `opened` carries it for an anchor.
    pub fn head_note(&self) -> &str {
        &self.head_note
    }

    pub fn head(&self) -> &Head {
        &self.head
    }

    /// This trust with what a session brought: lines behind those that are held, a newer certificate, a newer head.
    ///
    /// The whole set is proved again from the pinned root, so that any number of rotations may have been missed. A dock's head is proved and not
    /// kept: it is of another log, by the dock's own clock, and no record may be anchored by it.
    pub fn walk(
        &self,
        more_keyset: &str,
        certificate: Option<&str>,
        head: &str,
        own: Enrolling<'_>,
    ) -> Result<Trust, TrustFault> {
        let is_docks = Head::parse(head).is_ok_and(|head| is_dock_of(&self.origin, &head.origin));
        let kept_head = if is_docks { &self.head_note } else { head };
        let walked = Trust::prove(
            Claimed {
                url: self.url.clone(),
                agency: self.agency,
                unit: self.unit,
                origin: self.origin.clone(),
                root: self.root.clone(),
                keyset: format!("{}{more_keyset}", self.keyset_text),
                certificate: certificate.unwrap_or(&self.certificate_line).to_owned(),
                head: kept_head.to_owned(),
            },
            own,
        )?;
        walked.must_follow(self)?;
        if is_docks {
            walked.docks_head(head)?;
        }
        Ok(walked)
    }

    /// Proves a head of the agency's or of one of its docks, which is never older than what the agency said last.
    pub fn proved(&self, head: &str) -> Result<Head, TrustFault> {
        if head == self.head_note { Ok(self.head.clone()) } else { self.docks_head(head) }
    }

    fn docks_head(&self, note: &str) -> Result<Head, TrustFault> {
        let origin = Head::parse(note)?.origin;
        if !is_dock_of(&self.origin, &origin) {
            return Err(TrustFault::OtherLog { expected: self.origin.to_string(), found: origin.to_string() });
        }
        let head = proved_head(note, &origin, &self.keyset)?;
        if head.time_us < self.head.time_us {
            return Err(TrustFault::HeadWentBack {
                seen_us: self.head.time_us,
                seen_size: self.head.size,
                found_us: head.time_us,
                found_size: head.size,
            });
        }
        Ok(head)
    }

    /// Holds `self` against what was known of the same agency before: nothing may have been taken back.
    pub fn must_follow(&self, before: &Trust) -> Result<(), TrustFault> {
        if self.agency != before.agency {
            return Err(TrustFault::OtherAgency { expected: before.agency, found: self.agency });
        }
        if self.origin != before.origin {
            return Err(TrustFault::OtherLog { expected: before.origin.to_string(), found: self.origin.to_string() });
        }
        if !self.keyset_text.starts_with(&before.keyset_text) {
            return Err(TrustFault::KeysetShrank { held: before.keyset_lines() });
        }
        if self.certificate.number < before.certificate.number {
            return Err(TrustFault::OtherCertificate {
                part: "number at least",
                expected: before.certificate.number.to_string(),
                found: self.certificate.number.to_string(),
            });
        }
        let (seen, found) = (&before.head, &self.head);
        if found.size < seen.size || found.time_us < seen.time_us {
            return Err(TrustFault::HeadWentBack {
                seen_us: seen.time_us,
                seen_size: seen.size,
                found_us: found.time_us,
                found_size: found.size,
            });
        }
        if found.size == seen.size && found.root != seen.root {
            return Err(TrustFault::LogForked { size: found.size });
        }
        Ok(())
    }
}

/// `AGENCY/dock-N` (`quanji-agency dock init`).
fn is_dock_of(agency: &Origin, origin: &Origin) -> bool {
    let rest = origin.as_str().strip_prefix(agency.as_str()).and_then(|rest| rest.strip_prefix("/dock-"));
    rest.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn proved_head(note: &str, origin: &Origin, keyset: &Keyset) -> Result<Head, TrustFault> {
    let head = Head::parse(note)?;
    if head.origin != *origin {
        return Err(TrustFault::OtherLog { expected: origin.to_string(), found: head.origin.to_string() });
    }
    if !keyset.in_force(Role::Head, head.time_us).any(|key| head.is_signed_by(key)) {
        return Err(TrustFault::HeadNotSigned);
    }
    Ok(head)
}
