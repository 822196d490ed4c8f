//! Special rules of laws, regulations and 规章, which prevail over the 办法 for named matters (第二条第二款).

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::date::Date;

/// The rank of a legal text, highest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// 法律
    Law,
    /// 行政法规
    AdministrativeRegulation,
    /// 地方性法规
    LocalRegulation,
    /// 规章, of a ministry or of a government with that power: the lowest rank that prevails.
    Rule,
    /// 规范性文件 and everything else: an agency's own measures (第二十五条) may only add.
    NormativeDocument,
}

/// The matter a special rule names, by its id in the agency's catalog.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MatterId(pub String);

/// Who entered or approved a rule: a number in the agency's register, never a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonNumber(pub String);

/// The storage term that a special rule sets in place of the two working days of 第十七条.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StorageTerm {
    /// 工作日; the trigger's day is not counted.
    WorkingDays(u16),
    /// 日 (natural days); the trigger's day is not counted.
    CalendarDays(u16),
}

/// What a person enters; it becomes a rule by [`SpecialRule::checked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialRuleDraft {
    pub title: String,
    /// The article within it: `第二十三条`.
    pub article: String,
    pub rank: Rank,
    pub in_force_from: Date,
    /// Last day in force; absent while no end is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_force_to: Option<Date>,
    pub matters: Vec<MatterId>,
    pub storage_term: StorageTerm,
    pub entered_by: PersonNumber,
    pub approved_by: PersonNumber,
}

/// A special rule whose rank, dates and approval have been checked. It replaces the ordinary term for its matters only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct SpecialRule {
    draft: SpecialRuleDraft,
}

/// Why a text does not prevail.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SpecialRuleFault {
    #[error("a {found:?} does not prevail over the 办法: {lowest:?} is the lowest rank that does")]
    BelowRank { found: Rank, lowest: Rank },
    #[error("in force from {from} to {to}: it ends before it begins")]
    EndsBeforeItBegins { from: Date, to: Date },
    #[error("in force from {from} to {}, not on {on}", to.map_or("now".to_owned(), |t| t.to_string()))]
    NotInForce { from: Date, to: Option<Date>, on: Date },
    #[error("the rule names {named} matters, and this one is not among them")]
    MatterNotNamed { named: usize },
    #[error("the rule names no matter")]
    NoMatter,
    #[error("the rule has no {0}")]
    Missing(MissingPart),
    #[error("a term of {found} days is not in 1..={limit}")]
    TermOutOfRange { found: u16, limit: u16 },
    #[error("entered and approved by the same person")]
    ApprovedByItsAuthor,
    #[error("{first} and {second} both prevail for this matter on {on}")]
    TwoPrevail { first: String, second: String, on: Date },
}

/// A part without which nobody can look the rule up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MissingPart {
    #[error("title")]
    Title,
    #[error("article")]
    Article,
    #[error("person who entered it")]
    EnteredBy,
    #[error("person who approved it")]
    ApprovedBy,
}

/// Longer than any term found in a 规章; a larger number is a typo.
const MAX_TERM_DAYS: u16 = 365;

impl SpecialRule {
    /// Takes a rule of sufficient rank, entered by one person and approved by another.
    pub fn checked(draft: SpecialRuleDraft) -> Result<Self, SpecialRuleFault> {
        if draft.rank > Rank::Rule {
            return Err(SpecialRuleFault::BelowRank { found: draft.rank, lowest: Rank::Rule });
        }
        for (text, part) in [
            (&draft.title, MissingPart::Title),
            (&draft.article, MissingPart::Article),
            (&draft.entered_by.0, MissingPart::EnteredBy),
            (&draft.approved_by.0, MissingPart::ApprovedBy),
        ] {
            if text.trim().is_empty() {
                return Err(SpecialRuleFault::Missing(part));
            }
        }
        if draft.matters.is_empty() {
            return Err(SpecialRuleFault::NoMatter);
        }
        if draft.entered_by == draft.approved_by {
            return Err(SpecialRuleFault::ApprovedByItsAuthor);
        }
        if let Some(to) = draft.in_force_to.filter(|to| *to < draft.in_force_from) {
            return Err(SpecialRuleFault::EndsBeforeItBegins { from: draft.in_force_from, to });
        }
        let (StorageTerm::WorkingDays(days) | StorageTerm::CalendarDays(days)) = draft.storage_term;
        if days == 0 || days > MAX_TERM_DAYS {
            return Err(SpecialRuleFault::TermOutOfRange { found: days, limit: MAX_TERM_DAYS });
        }
        Ok(Self { draft })
    }

    /// Whether the rule governs `matter` on `day`; both must hold.
    pub fn check_governs(&self, matter: &MatterId, day: Date) -> Result<(), SpecialRuleFault> {
        if !self.draft.matters.contains(matter) {
            return Err(SpecialRuleFault::MatterNotNamed { named: self.draft.matters.len() });
        }
        let (from, to) = (self.draft.in_force_from, self.draft.in_force_to);
        if day < from || to.is_some_and(|to| to < day) {
            return Err(SpecialRuleFault::NotInForce { from, to, on: day });
        }
        Ok(())
    }

    /// The one rule that governs `matter` on `day`. Two at once are for a person to resolve, not for us.
    pub fn prevailing<'a>(
        rules: &'a [Self],
        matter: &MatterId,
        day: Date,
    ) -> Result<Option<&'a Self>, SpecialRuleFault> {
        let mut governing = rules.iter().filter(|r| r.check_governs(matter, day).is_ok());
        match (governing.next(), governing.next()) {
            (Some(first), Some(second)) => {
                Err(SpecialRuleFault::TwoPrevail { first: first.citation(), second: second.citation(), on: day })
            }
            (only, _) => Ok(only),
        }
    }

    pub fn storage_term(&self) -> StorageTerm {
        self.draft.storage_term
    }

    pub fn as_entered(&self) -> &SpecialRuleDraft {
        &self.draft
    }

    /// `《某规定》第二十三条`
    pub fn citation(&self) -> String {
        format!("《{}》{}", self.draft.title, self.draft.article)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).expect("a date")
    }

    fn draft() -> SpecialRuleDraft {
        SpecialRuleDraft {
            title: "某部门规章".into(),
            article: "第九条".into(),
            rank: Rank::Rule,
            in_force_from: day("2025-01-01"),
            in_force_to: Some(day("2026-12-31")),
            matters: vec![MatterId("m1".into())],
            storage_term: StorageTerm::WorkingDays(1),
            entered_by: PersonNumber("101".into()),
            approved_by: PersonNumber("102".into()),
        }
    }

    fn fault(change: impl FnOnce(&mut SpecialRuleDraft)) -> SpecialRuleFault {
        let mut draft = draft();
        change(&mut draft);
        SpecialRule::checked(draft).expect_err("refused")
    }

    #[test]
    fn nothing_below_a_rule_prevails() {
        assert_eq!(
            fault(|d| d.rank = Rank::NormativeDocument),
            SpecialRuleFault::BelowRank { found: Rank::NormativeDocument, lowest: Rank::Rule }
        );
        for rank in [Rank::Law, Rank::AdministrativeRegulation, Rank::LocalRegulation, Rank::Rule] {
            assert!(SpecialRule::checked(SpecialRuleDraft { rank, ..draft() }).is_ok());
        }
    }

    #[test]
    fn a_rule_nobody_can_look_up_or_nobody_else_approved_is_refused() {
        assert_eq!(fault(|d| d.title = " ".into()), SpecialRuleFault::Missing(MissingPart::Title));
        assert_eq!(fault(|d| d.article.clear()), SpecialRuleFault::Missing(MissingPart::Article));
        assert_eq!(fault(|d| d.matters.clear()), SpecialRuleFault::NoMatter);
        assert_eq!(fault(|d| d.approved_by = d.entered_by.clone()), SpecialRuleFault::ApprovedByItsAuthor);
        assert_eq!(
            fault(|d| d.storage_term = StorageTerm::CalendarDays(0)),
            SpecialRuleFault::TermOutOfRange { found: 0, limit: 365 }
        );
        assert_eq!(
            fault(|d| d.in_force_to = Some(day("2024-12-31"))),
            SpecialRuleFault::EndsBeforeItBegins { from: day("2025-01-01"), to: day("2024-12-31") }
        );
    }

    #[test]
    fn an_expired_rule_governs_nothing_and_says_its_dates() {
        let rule = SpecialRule::checked(draft()).expect("valid");
        let matter = MatterId("m1".into());
        assert_eq!(rule.check_governs(&matter, day("2026-12-31")), Ok(()));
        assert_eq!(
            rule.check_governs(&matter, day("2027-01-01")),
            Err(SpecialRuleFault::NotInForce {
                from: day("2025-01-01"),
                to: Some(day("2026-12-31")),
                on: day("2027-01-01")
            })
        );
        assert_eq!(
            rule.check_governs(&MatterId("m2".into()), day("2026-01-01")),
            Err(SpecialRuleFault::MatterNotNamed { named: 1 })
        );
    }

    #[test]
    fn two_rules_for_one_matter_are_for_a_person_to_resolve() {
        let rule = SpecialRule::checked(draft()).expect("valid");
        let matter = MatterId("m1".into());
        let both = [rule.clone(), rule.clone()];
        assert!(matches!(
            SpecialRule::prevailing(&both, &matter, day("2026-01-01")),
            Err(SpecialRuleFault::TwoPrevail { .. })
        ));
        assert_eq!(SpecialRule::prevailing(&both[..1], &matter, day("2026-01-01")), Ok(Some(&rule)));
        assert_eq!(SpecialRule::prevailing(&both, &matter, day("2027-01-01")), Ok(None));
    }
}
