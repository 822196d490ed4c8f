//! The officer's other statutory clocks (法定期限), as data: which law and article, from which act, how long, counted how.
//!
//! Only terms that hang on something done at a scene. Each names the article that says how it is counted; where no law says it, the ordinary
//! rule is taken and said so (`docs/adr/0042-other-clocks-are-data.md`). In order: the words here, `laws` (the table), `reading` (one way of
//! counting for all of them), `backward` (terms that run back from a day) and `suspension` (days that do not count in a term).

mod backward;
mod laws;
mod reading;
mod suspension;

use serde::Serialize;

use crate::catalog::{CatalogMatter, Category};
use crate::matter::{MandatoryMatter, RecommendedMatter, RecordingDuty};
use crate::words::words;

pub use reading::ClockReading;
pub use suspension::{ClockSuspension, NotSuspended, Suspension, SuspensionFault};

words! {
    /// A term that a law sets, by what it is for.
    pub enum StatutoryClock {
        PriorRegistration = "prior_registration", "先行登记保存后作出处理决定";
        UrgentMeasure = "urgent_measure", "当场实施行政强制措施后报告并补办批准手续";
        Seizure = "seizure", "查封、扣押的期限";
        SeizureExtended = "seizure_extended", "查封、扣押的期限（经批准延长三十日）";
        PenaltyDecision = "penalty_decision", "作出行政处罚决定";
        PenaltyService = "penalty_service", "送达行政处罚决定书";
        HearingRequest = "hearing_request", "当事人要求听证";
        HearingNotice = "hearing_notice", "举行听证七日前通知听证的时间、地点";
        FinePayment = "fine_payment", "当事人缴纳罚款";
        FineHandedIn = "fine_handed_in", "当场收缴的罚款交至行政机关";
    }
}

/// How long, and counted how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockTerm {
    /// 小时: from the act itself, through nights and holidays.
    Hours(u16),
    /// 工作日: the day of the act is not counted.
    WorkingDays(u16),
    /// 日 (natural days): the day of the act is not counted; a last day that is off gives way to the next working day.
    NaturalDays(u16),
    /// 工作日, back from the day of the act, which is not counted: so many before it, at the latest.
    WorkingDaysBefore(u16),
}

/// Whose time it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    Agency,
    Party,
    Officer,
}

/// What stands in the law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ClockLaw {
    /// `《中华人民共和国行政处罚法》第五十六条`
    pub article: &'static str,
    pub article_en: &'static str,
    /// The words of the article that set the term.
    pub wording: &'static str,
    /// From which act it runs, or to which: see [`ClockTerm`].
    pub from: &'static str,
    pub from_en: &'static str,
    /// What is to be done in it.
    pub name_en: &'static str,
    pub whose: Whose,
    pub term: ClockTerm,
    /// By which text it is counted so.
    pub counting: &'static str,
    pub counting_en: &'static str,
    /// Whether another reading is held by some, in which the day of the act counts and no holiday lengthens the term, or in which whole days lie
    /// between the notice and the act: then both are told, because whoever keeps the shorter one is safe.
    pub is_read_shorter: bool,
    /// By which text days are left out of the term, where one says so.
    pub suspended_by: Option<ClockSuspension>,
}

impl StatutoryClock {
    /// The clocks that a matter of this kind may set running. Which of them does, only people know.
    pub fn of_matter(matter: &CatalogMatter) -> Vec<Self> {
        let named = |words: &[&str]| words.iter().any(|word| matter.name.contains(word));
        let duty = matter.requirement;
        let is_lifted = named(&["解除", "退还", "返还"]);
        let seizes =
            matches!(duty, RecordingDuty::Mandatory(MandatoryMatter::SealingPremises | MandatoryMatter::Seizure))
                || (!is_lifted && named(&["查封", "扣押"]));
        let recommended = |kind| duty == RecordingDuty::Recommended(kind);
        let is_penalty = matter.category == Category::Penalty;
        let asked = |clock: &&Self| match **clock {
            Self::PriorRegistration => named(&["先行登记"]) || recommended(RecommendedMatter::GatheringEvidence),
            Self::Seizure | Self::SeizureExtended => seizes,
            Self::UrgentMeasure => seizes || (matter.category == Category::Coercion && named(&["强制措施"])),
            Self::PenaltyService => {
                recommended(RecommendedMatter::ServiceLeftOrAnnounced) || (is_penalty && named(&["送达"]))
            }
            Self::HearingRequest | Self::HearingNotice => recommended(RecommendedMatter::Hearing) || named(&["听证"]),
            Self::FineHandedIn => is_penalty && named(&["当场收缴"]),
            // They run from acts at the desk or with the party.
            Self::PenaltyDecision | Self::FinePayment => false,
        };
        Self::ALL.iter().filter(asked).copied().collect()
    }
}

#[cfg(test)]
mod tests;
