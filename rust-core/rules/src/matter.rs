//! Which matters must or should be recorded (第十条、第十一条), what is to be recorded of them (第十二条), and the stages of a case.
//!
//! Here stands only what no catalog can weaken; `catalog` is what an agency makes of it.

use crate::words::words;

words! {
    /// The six kinds of matter that must be recorded in sound and picture (第十条).
    pub enum MandatoryMatter {
        SealingPremises = "sealing", "查封场所、设施或者财物";
        Seizure = "seizure", "扣押财物";
        ForcedDemolition = "forced_demolition", "强制拆除";
        PerformanceByOthers = "performance_by_others", "代履行";
        RestrictingLiberty = "restricting_liberty", "限制公民人身自由";
        /// Others directly touching liberty, life, health or major property on the scene, and case-handling premises.
        LifeLibertyProperty = "life_liberty_property", "其他直接涉及人身自由、生命健康、重大财产权益的现场执法活动和执法办案场所";
    }
}

words! {
    /// The kinds of matter recorded as circumstances require (第十一条).
    pub enum RecommendedMatter {
        ProneToDispute = "prone_to_dispute", "现场执法容易引发争议";
        GatheringEvidence = "gathering_evidence", "检查、调查、询问、先行登记保存等调查取证";
        Hearing = "hearing", "举行听证";
        ServiceLeftOrAnnounced = "service_left_or_announced", "留置送达和公告送达执法文书";
        OtherProneToDispute = "other_prone_to_dispute", "其他容易引发争议的行政执法过程";
    }
}

impl MandatoryMatter {
    /// Its item of 第十条, from 1.
    pub fn item(self) -> u8 {
        (1..).zip(Self::ALL).find(|(_, other)| **other == self).map_or(0, |(item, _)| item)
    }
}

impl RecommendedMatter {
    /// Its item of 第十一条, from 1.
    pub fn item(self) -> u8 {
        (1..).zip(Self::ALL).find(|(_, other)| **other == self).map_or(0, |(item, _)| item)
    }
}

words! {
    /// Why a recommended recording was not made: one press, no finding (第十一条 根据实际情况).
    pub enum NotRecorded {
        TextSuffices = "text_suffices", "文字记录能够全面有效记录";
        NoDisputeExpected = "no_dispute_expected", "不易引发争议";
        NotFeasible = "not_feasible", "现场条件不具备";
    }
}

words! {
    /// The seven kinds of content to be recorded with emphasis (第十二条).
    pub enum KeyContent {
        /// They fill themselves from `take` and `ended`.
        Times = "times", "执法活动开始和结束的时间";
        Surroundings = "surroundings", "执法现场环境";
        Persons = "persons", "行政相对人、证人、第三人等现场有关人员";
        Objects = "objects", "涉案场所、设施、设备和财物等";
        Measures = "measures", "对有关人员、财物采取措施的情况";
        Documents = "documents", "现场制作、送达相关文书的情况";
        Other = "other", "其他应当记录的重要内容";
    }
}

words! {
    /// What is known of one item of the checklist. Open items are a note until the case is filed, never a debt.
    pub enum ChecklistState {
        Recorded = "recorded", "已记录";
        NotApplicable = "not_applicable", "不适用";
        Open = "open", "待确认";
    }
}

/// The checklist of 第十二条 from what was marked, in order: of each item the last word counts. The times fill themselves with the first take.
pub fn checklist(
    marked: impl IntoIterator<Item = (KeyContent, ChecklistState)>,
    has_take: bool,
) -> Vec<(KeyContent, ChecklistState)> {
    let begun = |item| {
        let fills_itself = item == KeyContent::Times && has_take;
        if fills_itself { ChecklistState::Recorded } else { ChecklistState::Open }
    };
    let mut items: Vec<_> = KeyContent::ALL.iter().map(|item| (*item, begun(*item))).collect();
    for (item, state) in marked {
        items.iter_mut().filter(|(of, _)| *of == item).for_each(|one| one.1 = state);
    }
    items
}

words! {
    /// The stages of the whole process (第三条).
    pub enum Stage {
        Initiation = "initiation", "启动";
        Investigation = "investigation", "调查取证";
        Decision = "decision", "审核决定";
        ServiceEnforcement = "service_enforcement", "送达执行";
        Filing = "filing", "归档保存管理";
    }
}

/// Whether a matter's recording rests on law alone or on an agency's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "duty", content = "matter")]
pub enum RecordingDuty {
    /// 第十条: no catalog weakens it.
    Mandatory(MandatoryMatter),
    /// The agency's catalog made it mandatory; then the catalog is named, not 第十一条.
    MandatoryByCatalog,
    /// 第十一条.
    Recommended(RecommendedMatter),
    /// 第七条: text suffices.
    TextSuffices,
}

impl RecordingDuty {
    /// Whether one press of a preset is enough when nothing was recorded.
    pub fn may_be_declined(self) -> bool {
        matches!(self, Self::Recommended(_) | Self::TextSuffices)
    }

    /// What holds when the catalog says `catalog` of a matter of kind `by_law`: a catalog may add, never weaken.
    pub fn under_catalog(by_law: Option<MandatoryMatter>, catalog: Self) -> Self {
        by_law.map_or(catalog, Self::Mandatory)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_catalog_makes_a_seizure_optional() {
        let duty = RecordingDuty::under_catalog(Some(MandatoryMatter::Seizure), RecordingDuty::TextSuffices);
        assert_eq!(duty, RecordingDuty::Mandatory(MandatoryMatter::Seizure));
        assert!(!duty.may_be_declined());
        assert!(!RecordingDuty::under_catalog(None, RecordingDuty::MandatoryByCatalog).may_be_declined());
        assert!(RecordingDuty::under_catalog(None, RecordingDuty::TextSuffices).may_be_declined());
    }

    #[test]
    fn of_the_checklist_the_last_word_counts_and_the_times_fill_themselves() {
        use ChecklistState::{NotApplicable, Open, Recorded};
        let states =
            |items: Vec<(KeyContent, ChecklistState)>| items.into_iter().map(|(_, state)| state).collect::<Vec<_>>();
        assert_eq!(states(checklist([], false)), [Open; 7]);
        let marks = [
            (KeyContent::Persons, Recorded),
            (KeyContent::Objects, Recorded),
            (KeyContent::Objects, NotApplicable),
            (KeyContent::Persons, Open),
        ];
        assert_eq!(states(checklist(marks, true)), [Recorded, Open, Open, NotApplicable, Open, Open, Open]);
    }

    #[test]
    fn the_law_names_six_mandatory_five_recommended_and_seven_contents() {
        assert_eq!((MandatoryMatter::ALL.len(), RecommendedMatter::ALL.len(), KeyContent::ALL.len()), (6, 5, 7));
        assert_eq!(Stage::ALL.len(), 5);
    }
}
