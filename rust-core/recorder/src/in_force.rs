//! What the agency has issued and this phone holds: read from the vault, each document proved by the key set whenever it is read.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use quanji_evidence::Digest;
use quanji_evidence::body::DocumentEdition;
use quanji_evidence::document::Document;
use quanji_evidence::keyset::Keyset;
use quanji_evidence::text::Code;
use quanji_rules::agency_policy::{AgencyPolicy, OwnDays, Policies, PolicyDraft};
use quanji_rules::catalog::{Catalog, CatalogDraft, CatalogMatter};
use quanji_rules::{
    Calendar, Date, DocumentKind, Instant, Notice, Phrases, PhrasesDraft, Policy, SpecialRule, SpecialRules,
    SpecialRulesDraft,
};
use quanji_store::{FileKind, Identity, RecordId, Vault};

use crate::drafts::{self, OfferedDraft};

/// A notice moves deadlines so many days around its year: neither two working days nor the thirty that an agency may set for its texts reach further.
const AROUND_DAYS: i64 = 90;
const DAY_US: i64 = 86_400_000_000;

/// What is in force on this phone.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The notices of this program, and those that the agency issued over them, with its newest special rules.
    pub calendar: Arc<Calendar>,
    /// The newest catalog; `None`: the agency issued none.
    pub catalog: Option<Arc<IssuedCatalog>>,
    /// What the agency sets, in every edition that is held; a value below its floor is not obeyed.
    pub policies: Arc<Policies>,
    /// In whose words it is said.
    pub phrases: Arc<Phrases>,
    /// The newest document that made the phrases what they are; `None`: they are this program's.
    phrases_edition: Option<DocumentEdition>,
    /// Statements that the agency drafted and has not withdrawn.
    drafts: Vec<OfferedDraft>,
    /// Of every document held that proves itself.
    held: Vec<Held>,
}

/// What is in force now, as all who record and reckon share it.
#[derive(Debug)]
pub(crate) struct Newest(Mutex<Arc<InForce>>);

impl Newest {
    pub(crate) fn of(in_force: Arc<InForce>) -> Arc<Newest> {
        Arc::new(Newest(Mutex::new(in_force)))
    }

    pub(crate) fn get(&self) -> Arc<InForce> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn set(&self, in_force: Arc<InForce>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = in_force;
    }
}

/// An edition of the catalog of matters (音像记录事项目录), as records name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCatalog {
    pub number: u64,
    pub edition: DocumentEdition,
    pub catalog: Catalog,
}

/// A document that the phone holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub kind: String,
    pub number: u64,
    pub issuer: String,
    pub issued_us: u64,
    pub digest: Digest,
}

impl Default for InForce {
    /// Of a phone that has heard of no agency.
    fn default() -> InForce {
        InForce {
            calendar: Arc::new(Calendar::published()),
            catalog: None,
            policies: Arc::default(),
            phrases: Arc::default(),
            phrases_edition: None,
            drafts: Vec::new(),
            held: Vec::new(),
        }
    }
}

impl InForce {
    /// Reads what the vault holds. Without a key set nothing can be proved, and only this program's notices count; what does not prove itself,
    /// or makes no sense, counts for nothing and stays where it is.
    pub(crate) fn read(vault: &Vault, keyset: Option<&Keyset>) -> InForce {
        let Some(keyset) = keyset else { return InForce::default() };
        let mut documents: Vec<Document> = stored(vault)
            .into_iter()
            .filter_map(|identity| read_whole(vault, identity))
            .filter_map(|bytes| Document::read(&bytes).ok())
            .filter(|document| document.prove(keyset).is_ok())
            .collect();
        documents.sort_by_key(|document| (document.header().kind.as_str().to_owned(), document.header().number));
        let of = |kind| documents.iter().filter(move |document| kind_of(document) == Some(kind));
        let mut calendar = Calendar::published();
        for document in of(DocumentKind::Calendar) {
            let _ = calendar.import_bytes(document.body());
        }
        if let Some(rules) = documents.iter().rev().find_map(special_rules) {
            calendar = calendar.with_special_rules(rules);
        }
        let catalog = documents.iter().rev().find_map(IssuedCatalog::of).map(Arc::new);
        let mut policies = Policies::default();
        for document in of(DocumentKind::Policy) {
            if let Some(draft) = policy_draft(document) {
                policies.enter(document.header().number, issued(document), &draft);
            }
        }
        let (mut phrases, mut phrases_edition) = (Phrases::shipped(), None);
        for document in of(DocumentKind::Phrases) {
            if enter_phrases(&mut phrases, document) {
                phrases_edition = edition(document);
            }
        }
        let held = documents.iter().map(Held::of).collect();
        InForce {
            calendar: Arc::new(calendar),
            catalog,
            policies: Arc::new(policies),
            phrases: Arc::new(phrases),
            phrases_edition,
            drafts: drafts::offered(documents.iter()),
            held,
        }
    }

    /// What the agency sets for whatever begins now.
    pub fn policy(&self) -> &AgencyPolicy {
        self.policies.newest()
    }

    /// What a record that was opened then is held to.
    pub(crate) fn policy_of_record(&self, opened_us: u64) -> Policy {
        self.policies.of_record(Instant::from_us(i64::try_from(opened_us).unwrap_or(i64::MAX)))
    }

    /// The agency's own days for a record that was opened then.
    pub(crate) fn own_days_of_record(&self, opened_us: u64) -> OwnDays {
        self.policies.own_days_of_record(Instant::from_us(i64::try_from(opened_us).unwrap_or(i64::MAX)))
    }

    /// In whose wording something is said now; `None`: in that of this program.
    pub fn phrases_edition(&self) -> Option<&DocumentEdition> {
        self.phrases_edition.as_ref()
    }

    /// The catalog's matters and those of the regulation behind them.
    pub fn matters(&self) -> Vec<CatalogMatter> {
        self.catalog
            .as_ref()
            .map_or_else(|| Catalog::built_in().with_built_in(), |issued| issued.catalog.with_built_in())
    }

    /// The edition under which this matter is chosen now; `None` where the catalog does not name it.
    pub fn edition_of(&self, matter: &str) -> Option<DocumentEdition> {
        let issued = self.catalog.as_ref()?;
        issued.catalog.matter(matter).map(|_| issued.edition.clone())
    }

    pub(crate) fn drafts(&self) -> &[OfferedDraft] {
        &self.drafts
    }

    /// Every document held that proves itself, by kind and number.
    pub fn held(&self) -> &[Held] {
        &self.held
    }

    /// The special rule that set a deadline, cited (`《某规定》第九条`), by its place as rows have it.
    pub fn rule_cited(&self, place: u32) -> Option<String> {
        self.calendar.special_rules().iter().nth(place as usize).map(SpecialRule::citation)
    }

    pub(crate) fn holds(&self, document: &Digest) -> bool {
        self.held.iter().any(|held| held.digest.matches(document))
    }

    /// Whether another document has this one's number.
    pub(crate) fn has_number_of(&self, document: &Document) -> bool {
        let new = Held::of(document);
        self.held.iter().any(|held| (&held.kind, held.number) == (&new.kind, new.number) && held.digest != new.digest)
    }

    /// Whether a document of a known kind can be read; one of a later program's kind is not ours to judge.
    pub(crate) fn makes_sense(&self, document: &Document) -> bool {
        match kind_of(document) {
            Some(DocumentKind::Calendar) => Calendar::clone(&self.calendar).import_bytes(document.body()).is_ok(),
            Some(DocumentKind::Catalog) => IssuedCatalog::of(document).is_some(),
            // One that goes below a floor is kept: what of it does not is obeyed, and the rest is said.
            Some(DocumentKind::Policy) => policy_draft(document).is_some(),
            Some(DocumentKind::Phrases) => enter_phrases(&mut Phrases::clone(&self.phrases), document),
            Some(DocumentKind::SpecialRules) => special_rules(document).is_some(),
            Some(DocumentKind::StatementDraft) => drafts::draft_of(document).is_some(),
            // Nothing that a phone goes by.
            Some(DocumentKind::Countersignature) | None => true,
        }
    }

    /// The notices, special rules and policies in force by name, as the index remembers them.
    pub(crate) fn reckoned_by(&self) -> String {
        let mut names = notices(&self.calendar);
        for edition in self.policies.editions() {
            names.push_str(&format!("{}/{}\n", DocumentKind::Policy.edition(edition.number), edition.issued.us()));
        }
        names
    }
}

impl IssuedCatalog {
    fn of(document: &Document) -> Option<IssuedCatalog> {
        let header = document.header();
        if kind_of(document) != Some(DocumentKind::Catalog) {
            return None;
        }
        let draft: CatalogDraft = serde_json::from_slice(document.body()).ok()?;
        let edition = edition(document)?;
        Some(IssuedCatalog { number: header.number, edition, catalog: Catalog::checked(draft).ok()? })
    }
}

impl Held {
    fn of(document: &Document) -> Held {
        let header = document.header();
        Held {
            kind: header.kind.as_str().to_owned(),
            number: header.number,
            issuer: header.issuer.clone(),
            issued_us: header.issued_us,
            digest: document.digest(),
        }
    }
}

/// `None`: a later program's.
fn kind_of(document: &Document) -> Option<DocumentKind> {
    DocumentKind::parse(document.header().kind.as_str())
}

/// As records name it: `catalog/3`.
fn edition(document: &Document) -> Option<DocumentEdition> {
    let header = document.header();
    let id = Code::parse(&format!("{}/{}", header.kind.as_str(), header.number)).ok()?;
    Some(DocumentEdition { id, digest: document.digest() })
}

fn issued(document: &Document) -> Instant {
    Instant::from_us(i64::try_from(document.header().issued_us).unwrap_or(i64::MAX))
}

fn policy_draft(document: &Document) -> Option<PolicyDraft> {
    serde_json::from_slice(document.body()).ok()
}

/// Whether it says something that may be said.
fn enter_phrases(phrases: &mut Phrases, document: &Document) -> bool {
    let draft = serde_json::from_slice::<PhrasesDraft>(document.body()).ok();
    draft.is_some_and(|draft| phrases.enter(document.header().number, &draft).is_ok())
}

/// What a document of special rules (特别规定) says; `None` for another kind, or where it makes no sense.
fn special_rules(document: &Document) -> Option<SpecialRules> {
    if kind_of(document) != Some(DocumentKind::SpecialRules) {
        return None;
    }
    let draft: SpecialRulesDraft = serde_json::from_slice(document.body()).ok()?;
    SpecialRules::checked(document.header().number, draft.rules).ok().filter(|_| draft.edition == 1)
}

pub(crate) fn notices(calendar: &Calendar) -> String {
    let notices = calendar.notices().map(Notice::id).fold(String::new(), |names, name| format!("{names}{name}\n"));
    match calendar.special_rules() {
        rules if rules.iter().next().is_none() => notices,
        rules => format!("{notices}{}\n", rules.name()),
    }
}

/// From when on records may be held to another policy than before, in µs; `None`: none is.
pub(crate) fn held_otherwise_since(before: &str, after: &str) -> Option<i64> {
    let policies = |names: &str| -> BTreeSet<(u64, i64)> {
        let policies = names.lines().filter_map(|name| DocumentKind::Policy.behind(name)?.split_once('/'));
        policies.filter_map(|(number, issued)| Some((number.parse().ok()?, issued.parse().ok()?))).collect()
    };
    policies(before).symmetric_difference(&policies(after)).map(|(_, issued_us)| *issued_us).min()
}

/// Spans of deadlines that may differ between two sets of notices, in µs.
pub(crate) fn spans_between(before: &str, after: &str) -> Vec<(i64, i64)> {
    let only_in = |one: &str, other: &str| -> Vec<String> {
        one.lines().filter(|name| !other.lines().any(|known| known == *name)).map(str::to_owned).collect()
    };
    let changed: Vec<String> = only_in(before, after).into_iter().chain(only_in(after, before)).collect();
    let names_rules = |names: &str| names.lines().any(SpecialRules::are_named);
    // A special rule may set a term of a year, and begin or end any day.
    if !changed.is_empty() && (names_rules(before) || names_rules(after)) {
        return vec![(0, i64::MAX)];
    }
    let mut years: Vec<i32> = changed
        .iter()
        // `cn-2027-…`
        .filter_map(|name| name.split('-').nth(1)?.parse().ok())
        .collect();
    years.sort_unstable();
    years.dedup();
    let midnight =
        |year, month, day| Date::from_ymd(year, month, day).ok().map(|date| Instant::china_midnight(date).us());
    let span = |year: &i32| {
        let around_us = AROUND_DAYS * DAY_US;
        Some((midnight(*year, 1, 1)?.saturating_sub(around_us), midnight(*year, 12, 31)?.saturating_add(around_us)))
    };
    years.iter().filter_map(span).collect()
}

fn stored(vault: &Vault) -> Vec<Identity> {
    let issued = vault.contents_of(RecordId::DEVICE).into_iter();
    issued.filter(|content| content.identity.kind == FileKind::Issued).map(|content| content.identity).collect()
}

fn read_whole(vault: &Vault, identity: Identity) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut content = vault.content(identity).ok()?;
    content
        .visit(0, |piece| {
            bytes.extend_from_slice(piece);
            true
        })
        .ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_notice_for_a_year_touches_the_deadlines_around_that_year_only() {
        let of = |text: &str| notices(&Calendar::parse(text).expect("a calendar"));
        let before = of("date,kind,name_zh,basis\n2026-01-01,off,元旦,statutory\n");
        let after = of("date,kind,name_zh,basis\n2026-01-01,off,元旦,statutory\n2027-01-01,off,元旦,statutory\n");
        assert_eq!(spans_between(&before, &before), []);
        let spans = spans_between(&before, &after);
        let [(from, to)] = spans.as_slice() else { panic!("{spans:?}") };
        let day = |text: &str| Instant::china_midnight(Date::parse(text).expect("a date")).us();
        assert!((day("2026-10-01")..day("2026-11-01")).contains(from));
        assert!((day("2028-03-15")..day("2028-04-15")).contains(to));
        assert_eq!(spans_between(&after, &before), spans);
    }

    #[test]
    fn a_policy_moves_no_deadline_and_what_records_owe_only_since_it_was_issued() {
        let notices = notices(&Calendar::published());
        let with = |policies: &str| format!("{notices}{policies}");
        let (none, one, two) = (with(""), with("policy/1/500\n"), with("policy/1/500\npolicy/2/900\n"));
        assert_eq!(spans_between(&none, &two), []);
        assert_eq!(
            [(&none, &none), (&none, &two), (&one, &two), (&two, &none)].map(|(a, b)| held_otherwise_since(a, b)),
            [None, Some(500), Some(900), Some(500)]
        );
    }

    #[test]
    fn special_rules_may_touch_every_deadline() {
        let before = notices(&Calendar::published());
        let after = format!("{before}special_rules/1\n");
        assert_eq!(spans_between(&before, &after), [(0, i64::MAX)]);
        assert_eq!(spans_between(&after, &after), []);
    }
}
