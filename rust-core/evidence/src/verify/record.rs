//! One record of a bundle, examined.

use quanji_rules::Owed;

use super::bracket::{self, Bracket};
use super::media_claim::MediaClaims;
use super::vouching::VouchedLine;
use super::{Held, Members, Terms, clock, owed, place_of, private_values, receipts, seal, vouching};
use crate::bundle::BundleFault;
use crate::certificate::Certificate;
use crate::finding::{Code, Findings};
use crate::id::RecordId;
use crate::journal::Journal;
use crate::key::PublicKey;
use crate::keyset::Keyset;
use crate::manifest::{Manifest, WithheldPrivate};
use crate::member_name::RecordMembers;
use crate::receipt::Receipt;
use crate::{OfficersLine, private};

/// What a record's journal and papers prove.
#[derive(Debug)]
pub struct RecordExamination {
    pub id: RecordId,
    /// `None` when the journal is not in the bundle.
    pub journal: Option<Journal>,
    pub bracket: Bracket,
    pub media: MediaClaims,
    /// What the officer still owes; `None` when the journal was not read in full.
    pub owed: Option<Vec<Owed>>,
    pub receipts: Vec<Receipt>,
    /// Lines that further keys vouch for.
    pub vouched: Vec<VouchedLine>,
    /// Whom it names as having been there.
    pub officers: Option<OfficersLine>,
    certificate: Option<Certificate>,
}

impl RecordExamination {
    /// The device key, when the agency certified it for the record's time as far as that is known.
    pub fn certified_key(&self) -> Option<&PublicKey> {
        self.certificate.as_ref().map(|certificate| &certificate.key)
    }

    pub(super) fn make(
        id: RecordId,
        members: &mut dyn Members,
        manifest: &Manifest,
        keyset: Option<&Keyset>,
        terms: Terms<'_>,
        findings: &mut Findings,
    ) -> Result<RecordExamination, BundleFault> {
        let names = RecordMembers(id);
        let Some(journal) = members.read(names.journal().as_str())? else {
            findings.add(Code::JournalMissing, place_of(id, "journal"), "the record's journal", "none");
            return Ok(RecordExamination::empty(id));
        };
        let private = members.read(names.private().as_str())?.unwrap_or_default();
        let receipts = match keyset {
            Some(_) => members.read(names.receipts().as_str())?.unwrap_or_default(),
            None => Vec::new(),
        };
        let held = Held { journal: &journal, private: &private, receipts: &receipts };
        Ok(RecordExamination::of(id, held, &manifest.withheld_private, keyset, terms, findings))
    }

    fn empty(id: RecordId) -> RecordExamination {
        RecordExamination {
            id,
            journal: None,
            bracket: Bracket::default(),
            media: MediaClaims::default(),
            owed: None,
            receipts: Vec::new(),
            vouched: Vec::new(),
            officers: None,
            certificate: None,
        }
    }

    pub(super) fn of(
        id: RecordId,
        held: Held<'_>,
        withheld: &[WithheldPrivate],
        keyset: Option<&Keyset>,
        terms: Terms<'_>,
        findings: &mut Findings,
    ) -> RecordExamination {
        let place = place_of(id, "journal");
        let mut examination = RecordExamination::empty(id);
        let journal = Journal::read(held.journal, terms.drafts, &place, findings);

        if let Some(opened) = journal.opened()
            && opened.record != id
        {
            findings.add(Code::RecordMismatch, format!("{place}:0"), id, opened.record);
        }
        clock::check(&journal, &place, findings);
        examination.media = MediaClaims::gather(&journal, &place, findings);
        if journal.is_read_in_full() {
            seal::check(&journal, &place, findings);
            examination.owed = Some(owed::check(&journal, &place, findings));
        }
        examination.vouched = vouching::check(&journal, &place, findings);
        private_values::check(id, held.private, &journal, withheld, findings);
        examination.officers = OfficersLine::last_of(&journal, &private::read(held.private).0);
        if let Some(keyset) = keyset {
            examination.anchor(&journal, keyset, held.receipts, terms, findings);
        }
        clock::check_bracket(&journal, examination.bracket, &place, findings);
        examination.journal = Some(journal);
        examination
    }

    /// Ties the record to the agency's time and keys.
    fn anchor(
        &mut self,
        journal: &Journal,
        keyset: &Keyset,
        receipts: &[u8],
        terms: Terms<'_>,
        findings: &mut Findings,
    ) {
        let place = place_of(self.id, "journal:0");
        if let Some(opened) = journal.opened() {
            if opened.anchor.is_none() {
                findings.add(Code::AnchorMissing, &place, "a signed head of the agency", "none");
            }
            self.bracket.not_before_us = bracket::read_anchor(opened, keyset, &place, findings);
        }
        let not_before_us = self.bracket.not_before_us;
        self.receipts = receipts::check(self.id, receipts, journal, keyset, not_before_us, terms.calendar, findings);
        self.bracket.not_after_us = self.receipts.first().map(|receipt| receipt.stored_us);
        if let Some(opened) = journal.opened() {
            let certificate = bracket::read_certificate(opened, keyset, &place, findings);
            if let Some(certificate) = &certificate {
                let journal = place_of(self.id, "journal");
                vouching::check_named(&mut self.vouched, certificate.hardware.as_ref(), &journal, findings);
            }
            self.certificate = certificate
                .filter(|certificate| bracket::check_validity(certificate, keyset, self.bracket, &place, findings));
        }
    }
}
