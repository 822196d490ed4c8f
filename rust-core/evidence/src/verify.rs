//! Everything a bundle proves without unpacking its media (FORMAT.md): manifest, keys, journals, private values, receipts, ledger.
//!
//! What the media's own bytes must be comes back as [`MediaClaims`]; the verifier compares them, because it may take its time
//! and both cores, and because this crate opens no files.

mod bracket;
mod clock;
mod ledger;
mod media_claim;
mod owed;
mod private_values;
mod receipts;
mod record;
mod seal;
mod vouching;

use std::collections::BTreeSet;

use quanji_rules::Calendar;

pub use bracket::Bracket;
pub use media_claim::{Claimed, FileClaim, MediaClaims, SegmentClaim, TakeClaim};
pub use record::RecordExamination;
pub use vouching::VouchedLine;

use crate::bundle::{BundleFault, KEYSET, MANIFEST};
use crate::finding::{Code, Findings};
use crate::id::RecordId;
use crate::journal::{Drafts, Journal};
use crate::key::PublicKey;
use crate::keyset::{Keyset, KeysetFault, Role};
use crate::manifest::{Manifest, ManifestFault};
use crate::receipt::Receipt;

/// What a verifier brings with it: it trusts nothing else.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The agency's root key, from `agency.pub`; without it time and device stay unanchored.
    pub agency_key: Option<&'a PublicKey>,
    pub drafts: Drafts,
    /// The calendar that deadlines of receipts are compared with.
    pub calendar: &'a Calendar,
}

/// Where members come from.
pub trait Members {
    /// Whether the bundle holds a member.
    fn has(&self, name: &str) -> bool;
    /// A member's bytes; `None` when there is none of this name.
    fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, BundleFault>;
}

/// What was found, and what is left to compare.
#[derive(Debug)]
pub struct Examination {
    pub findings: Findings,
    /// `None` when the manifest cannot be used: then nothing else was looked at.
    pub manifest: Option<Manifest>,
    pub records: Vec<RecordExamination>,
}

/// Examines a bundle, all but the bytes of its media.
pub fn examine(members: &mut dyn Members, terms: Terms<'_>) -> Result<Examination, BundleFault> {
    let mut findings = Findings::default();
    let Some(manifest) = read_manifest(members, &mut findings)? else {
        return Ok(Examination { findings, manifest: None, records: Vec::new() });
    };
    let keyset = read_keyset(members, terms, &mut findings)?;
    note_withheld(members, &manifest, &mut findings);

    let mut records: Vec<RecordExamination> = Vec::new();
    let mut seen = BTreeSet::new();
    for id in manifest.records.iter().filter(|id| seen.insert(**id)) {
        records.push(RecordExamination::make(*id, members, &manifest, keyset.as_ref(), terms, &mut findings)?);
    }
    ledger::check(&records, &mut findings);
    if let Some(keyset) = &keyset {
        check_signer(&manifest, keyset, &records, &mut findings);
    }
    Ok(Examination { findings, manifest: Some(manifest), records })
}

/// What an agency holds of one record, as bytes.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    pub journal: &'a [u8],
    pub private: &'a [u8],
    pub receipts: &'a [u8],
}

/// Examines one record outside of a bundle, under a key set that was proved, or none: nothing is withheld, and no manifest signs for it.
pub fn examine_record(
    id: RecordId,
    held: Held<'_>,
    keyset: Option<&Keyset>,
    terms: Terms<'_>,
    findings: &mut Findings,
) -> RecordExamination {
    RecordExamination::of(id, held, &[], keyset, terms, findings)
}

/// Reads the receipts of one record as a verifier would (FORMAT.md, section 8), for whoever acts on them: the phone that may purge.
///
/// Those that are valid come back, in order. `journal` was read from the record's own lines.
pub fn valid_receipts(
    id: RecordId,
    receipts: &[u8],
    journal: &Journal,
    keyset: &Keyset,
    calendar: &Calendar,
    findings: &mut Findings,
) -> Vec<Receipt> {
    let place = place_of(id, "journal:0");
    let not_before_us = journal.opened().and_then(|opened| bracket::read_anchor(opened, keyset, &place, findings));
    receipts::check(id, receipts, journal, keyset, not_before_us, calendar, findings)
}

fn read_manifest(members: &mut dyn Members, findings: &mut Findings) -> Result<Option<Manifest>, BundleFault> {
    let Some(bytes) = members.read(MANIFEST)? else {
        findings.add(Code::ManifestMissing, MANIFEST, "a member manifest", "none");
        return Ok(None);
    };
    match Manifest::read(&bytes) {
        Ok(manifest) => return Ok(Some(manifest)),
        Err(fault @ ManifestFault::Malformed(_)) => {
            findings.add(Code::ManifestMalformed, MANIFEST, "a signed manifest of edition 1", fault);
        }
        Err(fault @ ManifestFault::NotSigned { .. }) => {
            findings.add(Code::ManifestSignatureInvalid, MANIFEST, "a signature of its signer that holds", fault);
        }
        Err(fault @ ManifestFault::UnknownSuite { .. }) => {
            findings.add(Code::SuiteUnsupported, MANIFEST, "ed25519 or p256", fault);
        }
    }
    Ok(None)
}

fn read_keyset(
    members: &mut dyn Members,
    terms: Terms<'_>,
    findings: &mut Findings,
) -> Result<Option<Keyset>, BundleFault> {
    let Some(pinned) = terms.agency_key else {
        findings.add(Code::AgencyKeyAbsent, KEYSET, "the agency's public key", "none given");
        return Ok(None);
    };
    let Some(bytes) = members.read(KEYSET)? else {
        findings.add(Code::KeysetMissing, KEYSET, "a member keyset", "none");
        return Ok(None);
    };
    match Keyset::read(&bytes, pinned) {
        Ok(keyset) => return Ok(Some(keyset)),
        Err(fault @ KeysetFault::Invalid { .. }) => findings.add(Code::KeysetInvalid, KEYSET, "a whole key set", fault),
        Err(fault @ KeysetFault::UnknownSuite { .. }) => {
            findings.add(Code::SuiteUnsupported, KEYSET, "ed25519 or p256", fault);
        }
        Err(KeysetFault::Foreign { expected, found }) => findings.add(Code::KeysetForeign, KEYSET, expected, found),
    }
    Ok(None)
}

fn note_withheld(members: &mut dyn Members, manifest: &Manifest, findings: &mut Findings) {
    for item in &manifest.withheld_members {
        let place = item.name.as_str();
        findings.add(Code::Withheld, place, "the member", "withheld");
        if item.approval.is_none() {
            findings.add(Code::WithheldWithoutApproval, place, "an approval", "none");
        }
        if members.has(place) {
            findings.add(Code::WithheldPresent, place, "not in the bundle", "in the bundle");
        }
    }
    for item in &manifest.withheld_private {
        let place = format!("records/{}/private:{}", item.record, item.reference);
        findings.add(Code::Withheld, &place, "the value", "withheld");
        if item.approval.is_none() {
            findings.add(Code::WithheldWithoutApproval, &place, "an approval", "none");
        }
    }
}

fn check_signer(manifest: &Manifest, keyset: &Keyset, records: &[RecordExamination], findings: &mut Findings) {
    let is_agency = keyset.in_force(Role::Document, manifest.created_us).any(|key| *key == manifest.signer);
    let is_device = records.iter().any(|record| record.certified_key() == Some(&manifest.signer));
    if !is_agency && !is_device {
        let expected = "a document key of the agency or a certified device of a record";
        findings.add(Code::ManifestSignerUnknown, MANIFEST, expected, manifest.signer.id());
    }
}

/// The member's place in a finding.
fn place_of(record: RecordId, member: &str) -> String {
    format!("records/{record}/{member}")
}
