//! Findings: what a verifier says about a bundle, and the verdict that follows.
//!
//! `findings.json` gives every code its class, effect and sentences; this file only names the codes, and a test holds the two together.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// The vocabulary's text, as published.
pub const TEXT: &str = include_str!("../../../proto/evidence/v1/findings.json");

macro_rules! codes {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// What was found. Codes are never reused or renamed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $($variant),*
        }

        impl Code {
            /// Every code of this edition.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The code as it is written.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Code::$variant => $name),*
                }
            }
        }
    };
}

codes! {
    ManifestMissing = "manifest_missing",
    ManifestMalformed = "manifest_malformed",
    ManifestSignatureInvalid = "manifest_signature_invalid",
    ManifestSignerUnknown = "manifest_signer_unknown",
    MemberMissing = "member_missing",
    MemberMismatch = "member_mismatch",
    MemberUncovered = "member_uncovered",
    Withheld = "withheld",
    WithheldWithoutApproval = "withheld_without_approval",
    WithheldPresent = "withheld_present",
    AgencyKeyAbsent = "agency_key_absent",
    KeysetMissing = "keyset_missing",
    KeysetInvalid = "keyset_invalid",
    KeysetForeign = "keyset_foreign",
    CertificateMissing = "certificate_missing",
    CertificateInvalid = "certificate_invalid",
    CertificateOutsideValidity = "certificate_outside_validity",
    CertificateRevoked = "certificate_revoked",
    CertificateValidityUnproved = "certificate_validity_unproved",
    JournalMissing = "journal_missing",
    LineMalformed = "line_malformed",
    LineTorn = "line_torn",
    ChainBroken = "chain_broken",
    SignatureInvalid = "signature_invalid",
    SignerUnexpected = "signer_unexpected",
    SuiteUnsupported = "suite_unsupported",
    KindUnsupported = "kind_unsupported",
    FormatUnsupported = "format_unsupported",
    DraftRefused = "draft_refused",
    BodyMalformed = "body_malformed",
    EntryMisplaced = "entry_misplaced",
    RecordMismatch = "record_mismatch",
    NotSealed = "not_sealed",
    SealMismatch = "seal_mismatch",
    ForkedDevice = "forked_device",
    LedgerBroken = "ledger_broken",
    VouchedLineMismatch = "vouched_line_mismatch",
    VouchedSignatureInvalid = "vouched_signature_invalid",
    VouchedKeyUnnamed = "vouched_key_unnamed",
    PrivateMalformed = "private_malformed",
    PrivateMissing = "private_missing",
    PrivateMismatch = "private_mismatch",
    PrivateUnreferenced = "private_unreferenced",
    MediaMissing = "media_missing",
    MediaDigestMismatch = "media_digest_mismatch",
    MediaMalformed = "media_malformed",
    MediaFactsMismatch = "media_facts_mismatch",
    DecodeDiscontinuous = "decode_discontinuous",
    SegmentMismatch = "segment_mismatch",
    SegmentUnclosed = "segment_unclosed",
    Gap = "gap",
    Stalled = "stalled",
    AvOffset = "av_offset",
    MediaClockDrift = "media_clock_drift",
    RecoveredMedia = "recovered_media",
    RecoveredTooMuch = "recovered_too_much",
    AnchorMissing = "anchor_missing",
    AnchorInvalid = "anchor_invalid",
    ClockBackwards = "clock_backwards",
    ClockJump = "clock_jump",
    ClockWasSet = "clock_was_set",
    ClockOutsideBracket = "clock_outside_bracket",
    ReceiptMissing = "receipt_missing",
    ReceiptMalformed = "receipt_malformed",
    ReceiptInvalid = "receipt_invalid",
    ReceiptHeadMismatch = "receipt_head_mismatch",
    ReceiptMediaMismatch = "receipt_media_mismatch",
    ReceiptTimeOrder = "receipt_time_order",
    ReceiptDeadlineWrong = "receipt_deadline_wrong",
    ReceiptOnTimeWrong = "receipt_on_time_wrong",
    StoredLate = "stored_late",
    OpeningOwed = "opening_owed",
    InterruptionReasonOwed = "interruption_reason_owed",
    WrittenStatementOwed = "written_statement_owed",
    FilmingNoticeOwed = "filming_notice_owed",
    DescriptionOwed = "description_owed",
    PreflightMissing = "preflight_missing",
}

/// What a code is about. *Regulation* never decides a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Integrity,
    Continuity,
    Time,
    Regulation,
}

/// What a code does to the verdict, from none to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    None,
    Withheld,
    Unanchored,
    Incomplete,
    Unsupported,
    Broken,
}

/// What the findings together say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Valid,
    ValidWithheld,
    ValidUnanchored,
    Incomplete,
    Unsupported,
    Broken,
}

/// A code's row of `findings.json`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meaning {
    pub code: String,
    pub class: Class,
    pub effect: Effect,
    pub zh: String,
    pub en: String,
}

static MEANINGS: LazyLock<HashMap<String, Meaning>> = LazyLock::new(|| {
    let rows: Vec<Meaning> = serde_json::from_str(TEXT).expect("findings.json is built in, and a test reads it");
    rows.into_iter().map(|row| (row.code.clone(), row)).collect()
});

impl Code {
    /// Class, effect and sentences.
    pub fn meaning(self) -> &'static Meaning {
        MEANINGS.get(self.name()).expect("a test finds every code in findings.json")
    }
}

/// One thing found, where, and both sides of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub code: Code,
    /// Member and, in a journal, line number: `records/…/journal:12`.
    pub place: String,
    pub expected: String,
    pub found: String,
}

impl Serialize for Finding {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written<'a> {
            code: &'a str,
            class: Class,
            effect: Effect,
            place: &'a str,
            expected: &'a str,
            found: &'a str,
            zh: &'a str,
            en: &'a str,
        }
        let meaning = self.code.meaning();
        let (class, effect) = (meaning.class, meaning.effect);
        let (zh, en) = (meaning.zh.as_str(), meaning.en.as_str());
        let (place, expected, found) = (self.place.as_str(), self.expected.as_str(), self.found.as_str());
        Written { code: self.code.name(), class, effect, place, expected, found, zh, en }.serialize(serializer)
    }
}

/// All findings of one verification, in the order they were made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Adds one.
    pub fn add(&mut self, code: Code, place: impl Into<String>, expected: impl ToString, found: impl ToString) {
        self.0.push(Finding { code, place: place.into(), expected: expected.to_string(), found: found.to_string() });
    }

    /// Adds those made elsewhere, after these.
    pub fn append(&mut self, mut others: Findings) {
        self.0.append(&mut others.0);
    }

    /// All, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.0.iter()
    }

    /// Whether `code` is among them.
    pub fn has(&self, code: Code) -> bool {
        self.0.iter().any(|finding| finding.code == code)
    }

    /// The set of codes, sorted by name: what two verifiers must agree on.
    pub fn codes(&self) -> BTreeSet<&'static str> {
        self.0.iter().map(|finding| finding.code.name()).collect()
    }

    /// The worst effect decides.
    pub fn verdict(&self) -> Verdict {
        match self.0.iter().map(|finding| finding.code.meaning().effect).max().unwrap_or(Effect::None) {
            Effect::None => Verdict::Valid,
            Effect::Withheld => Verdict::ValidWithheld,
            Effect::Unanchored => Verdict::ValidUnanchored,
            Effect::Incomplete => Verdict::Incomplete,
            Effect::Unsupported => Verdict::Unsupported,
            Effect::Broken => Verdict::Broken,
        }
    }
}

impl Verdict {
    /// The verdict as it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Valid => "valid",
            Verdict::ValidWithheld => "valid_withheld",
            Verdict::ValidUnanchored => "valid_unanchored",
            Verdict::Incomplete => "incomplete",
            Verdict::Unsupported => "unsupported",
            Verdict::Broken => "broken",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_and_every_row_know_each_other() {
        let rows: Vec<Meaning> = serde_json::from_str(TEXT).unwrap();
        let named: BTreeSet<_> = rows.iter().map(|row| row.code.as_str()).collect();
        assert_eq!(named.len(), rows.len(), "a code stands twice");
        assert_eq!(named, Code::ALL.iter().map(|code| code.name()).collect());
        assert!(rows.iter().all(|row| !row.zh.is_empty() && !row.en.is_empty()));
    }

    #[test]
    fn what_an_officer_owes_never_decides_whether_evidence_is_intact() {
        for code in Code::ALL {
            let meaning = code.meaning();
            assert!(meaning.class != Class::Regulation || meaning.effect == Effect::None, "{}", meaning.code);
        }
    }
}
