//! Special rules of laws, regulations and 规章, which prevail over the 办法 for named matters (第二条第二款).

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::date::Date;
use crate::document_kind::DocumentKind;
use crate::trigger::Trigger;

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

impl SpecialRuleFault {
    /// As an administrator reads it.
    pub fn zh(&self) -> String {
        match self {
            Self::BelowRank { found, lowest } => {
                format!("{}不能优先于《办法》：至少应为{}（第二条第二款）", found.zh(), lowest.zh())
            }
            Self::EndsBeforeItBegins { from, to } => format!("施行期间 {from} 至 {to} 有误：止于起之前"),
            Self::NotInForce { from, to: Some(to), on } => format!("{on} 不在施行期间 {from} 至 {to} 之内"),
            Self::NotInForce { from, to: None, on } => format!("{on} 尚未施行：自 {from} 起施行"),
            Self::MatterNotNamed { named } => format!("所列 {named} 个事项中没有这一事项"),
            Self::NoMatter => "没有写明适用的事项".to_owned(),
            Self::Missing(part) => format!("没有写明{}", part.zh()),
            Self::TermOutOfRange { found, limit } => format!("期限 {found} 日不在 1 至 {limit} 之间"),
            Self::ApprovedByItsAuthor => "录入人和批准人不能是同一人".to_owned(),
            Self::TwoPrevail { first, second, on } => {
                format!("{on} 起对同一事项有两个规定：{first} 和 {second}，请先确定从何规定")
            }
        }
    }
}

impl Rank {
    pub fn zh(self) -> &'static str {
        match self {
            Self::Law => "法律",
            Self::AdministrativeRegulation => "行政法规",
            Self::LocalRegulation => "地方性法规",
            Self::Rule => "规章",
            Self::NormativeDocument => "规范性文件",
        }
    }
}

impl MissingPart {
    fn zh(self) -> &'static str {
        match self {
            Self::Title => "名称",
            Self::Article => "条文",
            Self::EnteredBy => "录入人",
            Self::ApprovedBy => "批准人",
        }
    }
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
        if !self.is_in_force_on(day) {
            return Err(SpecialRuleFault::NotInForce { from, to, on: day });
        }
        Ok(())
    }

    fn is_in_force_on(&self, day: Date) -> bool {
        self.draft.in_force_from <= day && self.draft.in_force_to.is_none_or(|last| day <= last)
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

/// The body of the document in which an agency issues them: all that are or were in force. One that ended stays in it, for records made under it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecialRulesDraft {
    /// Of this form: 1.
    pub edition: u64,
    pub rules: Vec<SpecialRuleDraft>,
}

/// The special rules that an agency has issued together: for one matter at most one prevails on any day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SpecialRules {
    edition: u64,
    rules: Vec<SpecialRule>,
}

/// What is wrong with one of several rules, by its place from 0.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("rule {}: {fault}", index + 1)]
pub struct SpecialRulesFault {
    pub index: usize,
    pub fault: SpecialRuleFault,
}

impl SpecialRules {
    /// Checks each, and that no two prevail for one matter on one day. `edition` is the number of the document in which they stand.
    pub fn checked(edition: u64, drafts: Vec<SpecialRuleDraft>) -> Result<Self, Vec<SpecialRulesFault>> {
        let (mut rules, mut faults): (Vec<SpecialRule>, Vec<SpecialRulesFault>) = (Vec::new(), Vec::new());
        for (index, draft) in drafts.into_iter().enumerate() {
            match SpecialRule::checked(draft) {
                Ok(rule) => {
                    if let Some(fault) = rules.iter().find_map(|earlier| earlier.contradicts(&rule)) {
                        faults.push(SpecialRulesFault { index, fault });
                    }
                    rules.push(rule);
                }
                Err(fault) => faults.push(SpecialRulesFault { index, fault }),
            }
        }
        if faults.is_empty() { Ok(Self { edition, rules }) } else { Err(faults) }
    }

    pub fn edition(&self) -> u64 {
        self.edition
    }

    /// As a receipt names them: `special_rules/3`.
    pub fn name(&self) -> String {
        DocumentKind::SpecialRules.edition(self.edition)
    }

    /// Whether a receipt's list of what it was counted by names special rules.
    pub fn are_named(counted_by: &str) -> bool {
        DocumentKind::SpecialRules.behind(counted_by).is_some()
    }

    pub fn iter(&self) -> impl Iterator<Item = &SpecialRule> {
        self.rules.iter()
    }

    /// Those in force on `day`.
    pub fn in_force_on(&self, day: Date) -> impl Iterator<Item = &SpecialRule> {
        self.rules.iter().filter(move |rule| rule.is_in_force_on(day))
    }

    /// The rule of that citation, by its place from 0; `None`: none is cited so.
    pub fn place_of(&self, citation: &str) -> Option<usize> {
        self.rules.iter().position(|rule| rule.citation() == citation)
    }

    /// The rule that governs `matter` wherever within its interval the trigger was. One that began or ended in between governs nothing for sure:
    /// then the ordinary term stands.
    pub fn prevailing(&self, matter: Option<&MatterId>, trigger: Trigger) -> Option<&SpecialRule> {
        let matter = matter?;
        let governs = |rule: &&SpecialRule| {
            [trigger.not_before(), trigger.not_after()]
                .iter()
                .all(|at| rule.check_governs(matter, at.china_date()).is_ok())
        };
        self.rules.iter().find(governs)
    }
}

impl SpecialRule {
    /// Both would prevail for a matter from some day on.
    fn contradicts(&self, other: &Self) -> Option<SpecialRuleFault> {
        let (this, that) = (&self.draft, &other.draft);
        let has_ended = |one: &SpecialRuleDraft, before: &SpecialRuleDraft| {
            before.in_force_to.is_some_and(|last| last < one.in_force_from)
        };
        let is_shared = this.matters.iter().any(|matter| that.matters.contains(matter));
        if !is_shared || has_ended(this, that) || has_ended(that, this) {
            return None;
        }
        let on = this.in_force_from.max(that.in_force_from);
        Some(SpecialRuleFault::TwoPrevail { first: self.citation(), second: other.citation(), on })
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

    #[test]
    fn of_rules_issued_together_no_two_prevail_for_one_matter_on_one_day() {
        let later = SpecialRuleDraft { in_force_from: day("2027-01-01"), in_force_to: None, ..draft() };
        let both = SpecialRules::checked(3, vec![draft(), later.clone()]).expect("one follows the other");
        assert_eq!((both.edition(), both.iter().count()), (3, 2));
        let overlapping = SpecialRuleDraft { in_force_from: day("2026-12-31"), ..later };
        let faults = SpecialRules::checked(3, vec![draft(), overlapping]).expect_err("both on the last day of 2026");
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].index, 1);
        assert!(matches!(&faults[0].fault, SpecialRuleFault::TwoPrevail { on, .. } if *on == day("2026-12-31")));
        let other = SpecialRuleDraft { matters: vec![MatterId("m2".into())], ..draft() };
        assert!(SpecialRules::checked(1, vec![draft(), other]).is_ok());
    }

    #[test]
    fn every_fault_is_said_in_chinese_and_english() {
        for fault in [
            fault(|d| d.rank = Rank::NormativeDocument),
            fault(|d| d.title.clear()),
            fault(|d| d.matters.clear()),
            fault(|d| d.approved_by = d.entered_by.clone()),
            fault(|d| d.storage_term = StorageTerm::WorkingDays(366)),
            fault(|d| d.in_force_to = Some(day("2024-12-31"))),
        ] {
            assert!(!fault.zh().is_ascii() && !fault.to_string().is_empty(), "{fault:?}");
        }
    }
}
