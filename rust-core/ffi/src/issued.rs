//! What the agency has issued and this phone goes by: for the page about the app.

use quanji_capture::quality::Step;
use quanji_recorder::{Held, InForce};
use quanji_rules::agency_policy::{PictureSize, QualityRules};
use quanji_rules::{DocumentKind, Instant, Language, SpecialRule};

use crate::last_page::StorageTerm;
use crate::phone_core::Core;

/// What is in force on this phone.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Issued {
    /// By kind and number.
    pub documents: Vec<IssuedDocument>,
    /// The special rules (特别规定) in force today, as they stand in their document.
    pub special_rules: Vec<IssuedRule>,
    /// What is read aloud is this program's own wording: a sample that nobody issued.
    pub are_phrases_shipped: bool,
    /// What of the agency's policy is below its floor and not obeyed: each with field, value and floor, in the language asked for.
    pub not_obeyed: Vec<String>,
}

/// What a document in force says. Drafts of statements are shown where they are signed, and countersignatures go to no phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum IssuedKind {
    Calendar,
    Catalog,
    Policy,
    Phrases,
    SpecialRules,
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

/// A special rule (特别规定): it sets another storage term for its matters (第二条第二款).
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct IssuedRule {
    /// `《某规定》第九条`
    pub citation: String,
    pub term: StorageTerm,
    /// `YYYY-MM-DD`.
    pub in_force_from: String,
    /// The last day; null while no end is known.
    pub in_force_to: Option<String>,
    /// Their names in the catalog in force, and the code of one that it does not name.
    pub matters: Vec<String>,
}

#[uniffi::export]
impl Core {
    /// What is in force on this phone. Asks nobody.
    pub fn issued(&self, language: Language) -> Issued {
        let in_force = self.recorder.in_force();
        let policy = in_force.policies.newest_edition();
        let faults = policy.map(|edition| edition.faults.as_slice()).unwrap_or_default();
        let now_us = self.link.time.now().wall_us;
        let today = Instant::from_us(i64::try_from(now_us).unwrap_or(i64::MAX)).china_date();
        let rules = in_force.calendar.special_rules().in_force_on(today);
        Issued {
            documents: in_force.held().iter().filter_map(|held| shown(&in_force, held)).collect(),
            special_rules: rules.map(|rule| IssuedRule::of(rule, &in_force)).collect(),
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
    let (kind, issuer, is_sample) = match DocumentKind::parse(&held.kind)? {
        DocumentKind::Calendar => (IssuedKind::Calendar, held.issuer.clone(), false),
        DocumentKind::Catalog => {
            let issued = in_force.catalog.as_ref().filter(|issued| issued.number == held.number)?;
            let written = issued.catalog.as_written();
            (IssuedKind::Catalog, written.issuer.clone(), written.is_sample)
        }
        DocumentKind::Policy => {
            let edition = in_force.policies.newest_edition().filter(|edition| edition.number == held.number)?;
            (IssuedKind::Policy, edition.issuer.clone(), edition.is_sample)
        }
        DocumentKind::Phrases => {
            let both = in_force.phrases.source().into_iter().chain(in_force.phrases.filled());
            let source = both.into_iter().find(|source| source.number == held.number)?;
            (IssuedKind::Phrases, source.issuer.clone(), source.is_sample)
        }
        DocumentKind::SpecialRules => {
            if in_force.calendar.special_rules().edition() != held.number {
                return None;
            }
            (IssuedKind::SpecialRules, held.issuer.clone(), false)
        }
        DocumentKind::StatementDraft | DocumentKind::Countersignature => return None,
    };
    let issued_us = i64::try_from(held.issued_us).unwrap_or(i64::MAX);
    Some(IssuedDocument { kind, number: held.number, issuer, issued_us, is_sample })
}

impl IssuedRule {
    fn of(rule: &SpecialRule, in_force: &InForce) -> IssuedRule {
        let (said, matters) = (rule.as_entered(), in_force.matters());
        let name = |code: &quanji_rules::MatterId| {
            let known = matters.iter().find(|matter| matter.code == *code);
            known.map_or_else(|| code.0.clone(), |matter| matter.name.clone())
        };
        IssuedRule {
            citation: rule.citation(),
            term: said.storage_term.into(),
            in_force_from: said.in_force_from.to_string(),
            in_force_to: said.in_force_to.map(|last| last.to_string()),
            matters: said.matters.iter().map(name).collect(),
        }
    }
}
