//! What the agency has issued and this phone holds: read from the vault, each document proved by the key set whenever it is read.

use std::sync::{Arc, Mutex, PoisonError};

use quanji_evidence::Digest;
use quanji_evidence::body::CatalogEdition;
use quanji_evidence::document::Document;
use quanji_evidence::keyset::Keyset;
use quanji_evidence::text::Code;
use quanji_rules::catalog::{Catalog, CatalogDraft, CatalogMatter};
use quanji_rules::{Calendar, Date, Instant, Notice, SPECIAL_RULES, SpecialRules, SpecialRulesDraft};
use quanji_store::{FileKind, Identity, RecordId, Vault};

const CALENDAR: &str = "calendar";
const CATALOG: &str = "catalog";
/// A notice moves deadlines so many days around its year: no term of two working days reaches further.
const AROUND_DAYS: i64 = 40;
const DAY_US: i64 = 86_400_000_000;

/// What is in force on this phone.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The notices of this program, and those that the agency issued over them, with its newest special rules.
    pub calendar: Arc<Calendar>,
    /// The newest catalog; `None`: the agency issued none.
    pub catalog: Option<Arc<IssuedCatalog>>,
    /// Of every document held that proves itself.
    held: Vec<Held>,
}

/// What is in force now, as all who record and reckon share it.
#[derive(Debug)]
pub(crate) struct Newest(Mutex<Arc<InForce>>);

impl Newest {
    pub(crate) fn of(in_force: InForce) -> Arc<Newest> {
        Arc::new(Newest(Mutex::new(Arc::new(in_force))))
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
    pub edition: CatalogEdition,
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
        InForce { calendar: Arc::new(Calendar::published()), catalog: None, held: Vec::new() }
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
        let mut calendar = Calendar::published();
        for document in documents.iter().filter(|document| document.header().kind.as_str() == CALENDAR) {
            let _ = calendar.import_bytes(document.body());
        }
        if let Some(rules) = documents.iter().rev().find_map(special_rules) {
            calendar = calendar.with_special_rules(rules);
        }
        let catalog = documents.iter().rev().find_map(IssuedCatalog::of).map(Arc::new);
        let held = documents.iter().map(Held::of).collect();
        InForce { calendar: Arc::new(calendar), catalog, held }
    }

    /// The catalog's matters and those of the regulation behind them.
    pub fn matters(&self) -> Vec<CatalogMatter> {
        self.catalog
            .as_ref()
            .map_or_else(|| Catalog::built_in().with_built_in(), |issued| issued.catalog.with_built_in())
    }

    /// The edition under which this matter is chosen now; `None` where the catalog does not name it.
    pub fn edition_of(&self, matter: &str) -> Option<CatalogEdition> {
        let issued = self.catalog.as_ref()?;
        issued.catalog.matter(matter).map(|_| issued.edition.clone())
    }

    /// Every document held that proves itself, by kind and number.
    pub fn held(&self) -> &[Held] {
        &self.held
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
        match document.header().kind.as_str() {
            CALENDAR => Calendar::clone(&self.calendar).import_bytes(document.body()).is_ok(),
            CATALOG => IssuedCatalog::of(document).is_some(),
            SPECIAL_RULES => special_rules(document).is_some(),
            _ => true,
        }
    }

    /// The notices and special rules in force by name, as the index remembers them.
    pub(crate) fn notices(&self) -> String {
        notices(&self.calendar)
    }
}

impl IssuedCatalog {
    fn of(document: &Document) -> Option<IssuedCatalog> {
        let header = document.header();
        if header.kind.as_str() != CATALOG {
            return None;
        }
        let draft: CatalogDraft = serde_json::from_slice(document.body()).ok()?;
        let id = Code::parse(&format!("{CATALOG}/{}", header.number)).ok()?;
        let edition = CatalogEdition { id, digest: document.digest() };
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

/// What a document of special rules (特别规定) says; `None` for another kind, or where it makes no sense.
fn special_rules(document: &Document) -> Option<SpecialRules> {
    let header = document.header();
    if header.kind.as_str() != SPECIAL_RULES {
        return None;
    }
    let draft: SpecialRulesDraft = serde_json::from_slice(document.body()).ok()?;
    SpecialRules::checked(header.number, draft.rules).ok().filter(|_| draft.edition == 1)
}

pub(crate) fn notices(calendar: &Calendar) -> String {
    let notices = calendar.notices().map(Notice::id).fold(String::new(), |names, name| format!("{names}{name}\n"));
    match calendar.special_rules() {
        rules if rules.iter().next().is_none() => notices,
        rules => format!("{notices}{}\n", rules.name()),
    }
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
        assert!((day("2026-11-01")..day("2026-12-01")).contains(from));
        assert!((day("2028-02-01")..day("2028-02-29")).contains(to));
        assert_eq!(spans_between(&after, &before), spans);
    }

    #[test]
    fn special_rules_may_touch_every_deadline() {
        let before = notices(&Calendar::published());
        let after = format!("{before}special_rules/1\n");
        assert_eq!(spans_between(&before, &after), [(0, i64::MAX)]);
        assert_eq!(spans_between(&after, &after), []);
    }
}
