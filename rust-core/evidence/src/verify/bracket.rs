//! The time a record is proved to lie in, and whether its device was certified then (FORMAT.md, section 3).

use serde::Serialize;

use crate::body::Opened;
use crate::certificate::{Certificate, CertificateFault};
use crate::finding::{Code, Findings};
use crate::head::Head;
use crate::keyset::{Keyset, Role};

/// Not before the agency's head in `opened`, not after the first valid receipt. The phone's own clock proves neither.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Bracket {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_before_us: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_after_us: Option<u64>,
}

/// The time of the head that the record carries.
pub(super) fn read_anchor(opened: &Opened, keyset: &Keyset, place: &str, findings: &mut Findings) -> Option<u64> {
    let anchor = opened.anchor.as_ref()?;
    let head = match Head::parse(&anchor.head) {
        Ok(head) => head,
        Err(fault) => {
            findings.add(Code::AnchorInvalid, place, "a signed head", fault);
            return None;
        }
    };
    if keyset.in_force(Role::Head, head.time_us).any(|key| head.is_signed_by(key)) {
        Some(head.time_us)
    } else {
        findings.add(
            Code::AnchorInvalid,
            place,
            "signed by a head key of the agency in force at its time",
            "not so signed",
        );
        None
    }
}

/// Proves the certificate; `Some` when it is the agency's for this device.
pub(super) fn read_certificate(
    opened: &Opened,
    keyset: &Keyset,
    place: &str,
    findings: &mut Findings,
) -> Option<Certificate> {
    let Some(text) = &opened.certificate else {
        findings.add(Code::CertificateMissing, place, "a device certificate", "none");
        return None;
    };
    match Certificate::read(text, keyset, opened) {
        Ok(certificate) => return Some(certificate),
        Err(fault @ CertificateFault::UnknownSuite) => {
            findings.add(Code::SuiteUnsupported, place, "ed25519 or p256", fault);
        }
        Err(fault) => findings.add(Code::CertificateInvalid, place, "a device certificate of the agency", fault),
    }
    None
}

/// Whether the certificate was in force in the bracket; `false` when it surely was not.
pub(super) fn check_validity(
    certificate: &Certificate,
    keyset: &Keyset,
    bracket: Bracket,
    place: &str,
    findings: &mut Findings,
) -> bool {
    let Certificate { valid_from_us: from, valid_until_us: until, .. } = certificate;
    let window = format!("in [{from}, {until})");
    let Bracket { not_before_us: lower, not_after_us: upper } = bracket;
    let shown = |bound: Option<u64>| bound.map_or_else(|| "not known".to_owned(), |us| us.to_string());
    let found = format!("from {} to {}", shown(lower), shown(upper));
    let mut may_count = true;
    if upper.is_some_and(|upper| upper < *from) || lower.is_some_and(|lower| lower >= *until) {
        findings.add(Code::CertificateOutsideValidity, place, window, &found);
        may_count = false;
    } else if let (Some(lower), Some(upper)) = (lower, upper)
        && !(*from <= lower && upper < *until)
    {
        findings.add(Code::CertificateValidityUnproved, place, window, &found);
    }
    if let Some(revoked) = keyset.revoked_from(certificate.key.id()) {
        let expected = format!("before {revoked}, when it was revoked");
        if lower.is_some_and(|lower| lower >= revoked) {
            findings.add(Code::CertificateRevoked, place, expected, &found);
            may_count = false;
        } else if upper.is_none_or(|upper| upper >= revoked) {
            findings.add(Code::CertificateValidityUnproved, place, expected, &found);
        }
    }
    may_count
}
