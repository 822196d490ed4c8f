//! What the agency has issued and this phone goes by: for the page about the app.

use quanji_capture::quality::Step;
use quanji_recorder::{Held, InForce};
use quanji_rules::agency_policy::{PictureSize, QualityRules};
use quanji_rules::{Language, SPECIAL_RULES};

use crate::phone_core::Core;

/// What is in force on this phone.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Issued {
    /// By kind and number.
    pub documents: Vec<IssuedDocument>,
    /// What is read aloud is this program's own wording: a sample that nobody issued.
    pub are_phrases_shipped: bool,
    /// What of the agency's policy is below its floor and not obeyed: each with field, value and floor, in the language asked for.
    pub not_obeyed: Vec<String>,
}

/// A document in force.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct IssuedDocument {
    pub kind: IssuedKind,
    /// 版次
    pub number: u64,
    /// Who answers for the content, by name.
    pub issuer: String,
    /// µs since 1970.
    pub issued_us: i64,
    /// 示例，未颁发: to be said beside it.
    pub is_sample: bool,
}

/// What kind of document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum IssuedKind {
    Calendar,
    Catalog,
    Policy,
    Phrases,
    SpecialRules,
}

#[uniffi::export]
impl Core {
    /// What is in force on this phone. Asks nobody.
    pub fn issued(&self, language: Language) -> Issued {
        let in_force = self.recorder.in_force();
        let policy = in_force.policies.newest_edition();
        let faults = policy.map(|edition| edition.faults.as_slice()).unwrap_or_default();
        Issued {
            documents: in_force.held().iter().filter_map(|held| shown(&in_force, held)).collect(),
            are_phrases_shipped: in_force.phrases.source().is_none(),
            not_obeyed: faults.iter().map(|fault| fault.said(language)).collect(),
        }
    }
}

/// What the agency decides of quality, in place of the officer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct AgencyQuality {
    /// Null: the officer chooses.
    pub best: Option<Step>,
    /// Whether there is a size at which phones that can code in HEVC; null: the officer chooses.
    pub hevc: Option<bool>,
}

#[uniffi::export]
impl Core {
    /// What the agency decides of quality: the choice is then not the officer's.
    pub fn agency_quality(&self) -> AgencyQuality {
        let in_force = self.recorder.in_force();
        let QualityRules { best, hevc_at, .. } = &in_force.policy().quality;
        let step = |size| match size {
            PictureSize::Hd => Step::Hd,
            PictureSize::FullHd => Step::FullHd,
        };
        AgencyQuality { best: best.map(step), hevc: hevc_at.as_ref().map(|sizes| !sizes.is_empty()) }
    }
}

/// `None` for one that another took the place of, or that this program does not read.
fn shown(in_force: &InForce, held: &Held) -> Option<IssuedDocument> {
    let (kind, issuer, is_sample) = match held.kind.as_str() {
        "calendar" => (IssuedKind::Calendar, held.issuer.clone(), false),
        "catalog" => {
            let issued = in_force.catalog.as_ref().filter(|issued| issued.number == held.number)?;
            let written = issued.catalog.as_written();
            (IssuedKind::Catalog, written.issuer.clone(), written.is_sample)
        }
        "policy" => {
            let edition = in_force.policies.newest_edition().filter(|edition| edition.number == held.number)?;
            (IssuedKind::Policy, edition.issuer.clone(), edition.is_sample)
        }
        "phrases" => {
            let both = in_force.phrases.source().into_iter().chain(in_force.phrases.filled());
            let source = both.into_iter().find(|source| source.number == held.number)?;
            (IssuedKind::Phrases, source.issuer.clone(), source.is_sample)
        }
        SPECIAL_RULES => {
            if in_force.calendar.special_rules().edition() != held.number {
                return None;
            }
            (IssuedKind::SpecialRules, held.issuer.clone(), false)
        }
        _ => return None,
    };
    let issued_us = i64::try_from(held.issued_us).unwrap_or(i64::MAX);
    Some(IssuedDocument { kind, number: held.number, issuer, issued_us, is_sample })
}
