//! What the regulation itself says of matters: the six of 第十条 and the five kinds of 第十一条, as a catalog. The wording of what is recorded
//! is our own.

use super::{CatalogDraft, CatalogMatter, Category, Means, Officers, Retention};
use crate::date::Date;
use crate::matter::{MandatoryMatter, RecommendedMatter, RecordingDuty, Stage};
use crate::special_rule::MatterId;

pub(super) fn draft() -> CatalogDraft {
    let mandatory =
        MandatoryMatter::ALL.iter().map(|matter| (matter.name(), matter.zh(), RecordingDuty::Mandatory(*matter)));
    let recommended =
        RecommendedMatter::ALL.iter().map(|matter| (matter.name(), matter.zh(), RecordingDuty::Recommended(*matter)));
    let matters = mandatory.chain(recommended).zip(1..);
    CatalogDraft {
        edition: 1,
        title: "办法规定的音像记录事项".to_owned(),
        issuer: "山西省行政执法全过程记录办法".to_owned(),
        in_force_from: Date::from_ymd(2018, 1, 1).expect("a day"),
        is_sample: false,
        matters: matters.map(|((name, zh, duty), number)| matter(number, name, zh, duty)).collect(),
        replaced: Vec::new(),
    }
}

fn matter(number: u32, code: &str, name: &str, requirement: RecordingDuty) -> CatalogMatter {
    let is_mandatory = matches!(requirement, RecordingDuty::Mandatory(_));
    let category = if is_mandatory { Category::Coercion } else { Category::Other };
    let is_service = requirement == RecordingDuty::Recommended(RecommendedMatter::ServiceLeftOrAnnounced);
    let stage = match requirement {
        RecordingDuty::Mandatory(_) => Stage::ServiceEnforcement,
        _ if is_service => Stage::ServiceEnforcement,
        _ => Stage::Investigation,
    };
    CatalogMatter {
        number,
        code: MatterId(code.to_owned()),
        sector: "通用".to_owned(),
        category,
        name: name.to_owned(),
        stages: vec![stage],
        place: String::new(),
        method: if is_mandatory { vec![Means::WholeProcess] } else { vec![Means::Audio, Means::Video] },
        requirement,
        officers: Officers { at_least: 1, article: None },
        starts: "执法人员到达现场".to_owned(),
        content: "时间、地点、人员、事由、过程和结果".to_owned(),
        ends: "执法人员离开现场".to_owned(),
        retention: Retention::AsCaseFile,
        phrases: Vec::new(),
        companion_lines: Vec::new(),
        documents: Vec::new(),
        credentials: Vec::new(),
        remarks: String::new(),
    }
}
