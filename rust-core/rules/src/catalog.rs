//! The catalog of matters to be recorded in sound and picture (音像记录事项目录, 第七条、第八条、第十条、第十一条、第二十五条), as an agency
//! makes it: read, checked, and laid over what the regulation itself says.
//!
//! A catalog adds and makes precise. The six matters of 第十条 can be neither left out nor weakened; only a special rule of sufficient rank
//! takes the place of one (第二条第二款).

mod built_in;
mod column;
mod fault;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use column::Column;
pub use fault::{Amiss, CatalogFault, Place};
pub use text::{
    FoundIn, read_duty, read_method, read_officers, read_retention, write_duty, write_method, write_officers,
    write_retention,
};

use crate::agency_policy::AgencyPolicy;
use crate::date::Date;
use crate::matter::{MandatoryMatter, RecommendedMatter, RecordingDuty, Stage};
use crate::special_rule::{MatterId, SpecialRule, SpecialRuleDraft};
use crate::words::words;

/// More matters than any agency's list has.
pub const MATTERS_LIMIT: usize = 8_000;
/// Longest cell, in characters.
const CELL_LIMIT_CHARS: usize = 1_000;

words! {
    /// What kind of enforcement (执法类别).
    pub enum Category {
        Licensing = "licensing", "行政许可";
        Penalty = "penalty", "行政处罚";
        Coercion = "coercion", "行政强制";
        Inspection = "inspection", "行政检查";
        Levy = "levy", "行政征收";
        Other = "other", "其他";
    }
}

words! {
    /// How it is recorded (记录方式).
    pub enum Means {
        Photo = "photo", "拍照";
        Audio = "audio", "录音";
        Video = "video", "录像";
        /// From beginning to end, in sound and picture.
        WholeProcess = "whole_process", "全程音像记录";
    }
}

words! {
    /// What officers who inspect a company must show (行政检查).
    pub enum Credential {
        Notice = "inspection_notice", "行政检查通知书";
        ApprovalNumber = "approval_number", "检查批准文号";
        InspectionCode = "inspection_code", "检查码";
    }
}

/// How many officers there must be, and by which article.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Officers {
    /// 1 or 2.
    pub at_least: u8,
    /// `《中华人民共和国行政处罚法》第四十二条第一款`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
}

/// How long the record is kept (存储期限).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retention {
    Permanent,
    Years(u16),
    /// As long as the case file (案卷) that it belongs to.
    AsCaseFile,
}

/// One matter of a catalog: a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogMatter {
    /// 序号
    pub number: u32,
    /// As records name it.
    pub code: MatterId,
    /// The field of enforcement (执法领域): 市场监管, 生态环境 …
    pub sector: String,
    pub category: Category,
    /// 执法事项
    pub name: String,
    /// 记录环节
    pub stages: Vec<Stage>,
    /// 记录地点
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// 记录方式; empty where text suffices.
    pub method: Vec<Means>,
    /// 记录要求
    pub requirement: RecordingDuty,
    pub officers: Officers,
    /// 记录开始时间
    pub starts: String,
    /// 记录内容
    pub content: String,
    /// 记录结束时间
    pub ends: String,
    pub retention: Retention,
    /// Names of phrases (执法用语) in the agency's phrase document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phrases: Vec<String>,
    /// What is said beside the six elements (同行用语).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub companion_lines: Vec<String>,
    /// Kinds of document (文书) that belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credentials: Vec<Credential>,
    /// 备注
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remarks: String,
}

/// A matter of 第十条 for which another text prevails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replaced {
    pub matter: MandatoryMatter,
    /// It names the matter by its word: `seizure`.
    pub rule: SpecialRuleDraft,
}

/// What an agency writes; it becomes a catalog by [`Catalog::checked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CatalogDraft {
    /// Of this form: 1.
    pub edition: u64,
    pub title: String,
    /// The agency whose catalog it is (第八条), by name.
    pub issuer: String,
    pub in_force_from: Date,
    /// 示例，未颁发: shown wherever the catalog is.
    pub is_sample: bool,
    pub matters: Vec<CatalogMatter>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<Replaced>,
}

/// A catalog in which nothing that the regulation demands is missing or weakened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    draft: CatalogDraft,
    by_code: BTreeMap<MatterId, usize>,
}

impl Catalog {
    /// Checks a draft; everything that is amiss, in the order of the rows.
    pub fn checked(draft: CatalogDraft) -> Result<Catalog, Vec<CatalogFault>> {
        let mut faults = Vec::new();
        let whole = |what| CatalogFault { place: Place::Whole, what };
        if draft.edition != 1 {
            faults.push(whole(Amiss::Edition { found: draft.edition }));
        }
        if draft.title.trim().is_empty() || draft.issuer.trim().is_empty() {
            faults.push(whole(Amiss::NoTitleOrIssuer));
        }
        if draft.matters.is_empty() {
            faults.push(whole(Amiss::NoMatters));
        }
        if draft.matters.len() > MATTERS_LIMIT {
            faults.push(whole(Amiss::TooManyMatters { found: draft.matters.len() }));
        }
        let replaced = check_replaced(&draft, &mut faults);
        let (mut numbers, mut by_code) = (BTreeMap::new(), BTreeMap::new());
        for (index, matter) in draft.matters.iter().enumerate() {
            let mut add = |column, what| faults.push(CatalogFault { place: Place::Matter { index, column }, what });
            check_matter(matter, &replaced, &mut add);
            if let Some(first) = numbers.insert(matter.number, index) {
                add(Column::Number, Amiss::Repeated { found: matter.number.to_string(), first });
            }
            if let Some(first) = by_code.insert(matter.code.clone(), index) {
                add(Column::Code, Amiss::Repeated { found: matter.code.0.clone(), first });
            }
        }
        let is_there = |kind: &MandatoryMatter| {
            replaced.contains(kind)
                || draft.matters.iter().any(|matter| matter.requirement == RecordingDuty::Mandatory(*kind))
        };
        let dropped = MandatoryMatter::ALL.iter().filter(|kind| !draft.matters.is_empty() && !is_there(kind));
        faults.extend(dropped.map(|kind| whole(Amiss::Dropped { matter: *kind })));
        if faults.is_empty() { Ok(Catalog { draft, by_code }) } else { Err(faults) }
    }

    /// What the regulation itself says, for an agency that has issued nothing: six matters and five kinds.
    pub fn built_in() -> Catalog {
        Catalog::checked(built_in::draft()).expect("a test checks it")
    }

    pub fn as_written(&self) -> &CatalogDraft {
        &self.draft
    }

    pub fn matter(&self, code: &str) -> Option<&CatalogMatter> {
        self.by_code.get(&MatterId(code.to_owned())).map(|index| &self.draft.matters[*index])
    }

    /// The catalog's matters, and behind them those of the regulation that it does not name by code and nothing replaces: an officer finds
    /// the words of 第十条 whatever the agency wrote.
    pub fn with_built_in(&self) -> Vec<CatalogMatter> {
        let is_replaced = |matter: &CatalogMatter| {
            self.draft.replaced.iter().any(|replaced| matter.requirement == RecordingDuty::Mandatory(replaced.matter))
        };
        let more = built_in::draft().matters.into_iter();
        let more = more.filter(|matter| !self.by_code.contains_key(&matter.code) && !is_replaced(matter));
        self.draft.matters.iter().cloned().chain(more).collect()
    }

    /// Matters that the catalog keeps for a shorter time than the agency's policy does (第二十五条).
    pub fn kept_too_short(&self, policy: &AgencyPolicy) -> Vec<CatalogFault> {
        let fault = |(index, matter): (usize, &CatalogMatter)| {
            let Retention::Years(years) = matter.retention else { return None };
            let (found, floor) = (u32::from(years) * 12, policy.retention_months(matter.category)?);
            let place = Place::Matter { index, column: Column::Retention };
            (found < u32::from(floor)).then_some(CatalogFault { place, what: Amiss::KeptTooShort { found, floor } })
        };
        self.draft.matters.iter().enumerate().filter_map(fault).collect()
    }

    /// Whether a matter must be recorded: what the catalog says, and never less than 第十条. `None` for a code that neither knows.
    pub fn duty(&self, code: &str) -> Option<RecordingDuty> {
        let is_replaced = |kind| self.draft.replaced.iter().any(|replaced| replaced.matter == kind);
        let by_law = MandatoryMatter::parse(code).filter(|kind| !is_replaced(*kind));
        let said = self.matter(code).map(|matter| matter.requirement);
        let said = said.or_else(|| RecommendedMatter::parse(code).map(RecordingDuty::Recommended));
        match (by_law, said) {
            (None, said) => said,
            (by_law, said) => Some(RecordingDuty::under_catalog(by_law, said.unwrap_or(RecordingDuty::TextSuffices))),
        }
    }
}

fn check_replaced(draft: &CatalogDraft, faults: &mut Vec<CatalogFault>) -> BTreeSet<MandatoryMatter> {
    let mut replaced = BTreeSet::new();
    for Replaced { matter, rule } in &draft.replaced {
        let named = MatterId(matter.name().to_owned());
        let outcome = SpecialRule::checked(rule.clone())
            .and_then(|rule| rule.check_governs(&named, draft.in_force_from).map(|()| rule));
        match outcome {
            Ok(_) => _ = replaced.insert(*matter),
            Err(fault) => {
                let what = Amiss::RuleDoesNotPrevail { matter: *matter, fault: Box::new(fault) };
                faults.push(CatalogFault { place: Place::Whole, what });
            }
        }
    }
    replaced
}

fn check_matter(matter: &CatalogMatter, replaced: &BTreeSet<MandatoryMatter>, add: &mut dyn FnMut(Column, Amiss)) {
    let CatalogMatter { number, code, sector, category, name, stages, place, method, requirement, officers, .. } =
        matter;
    let CatalogMatter { starts, content, ends, retention, phrases, companion_lines, documents, remarks, .. } = matter;
    if *number == 0 {
        add(Column::Number, Amiss::NotANumber { found: "0".to_owned() });
    }
    if !is_code(&code.0) {
        add(Column::Code, Amiss::NotACode);
    }
    let is_recorded = *requirement != RecordingDuty::TextSuffices;
    for (column, text, must) in [
        (Column::Sector, sector, false),
        (Column::Name, name, true),
        (Column::Place, place, false),
        (Column::Starts, starts, is_recorded),
        (Column::Content, content, is_recorded),
        (Column::Ends, ends, is_recorded),
        (Column::Remarks, remarks, false),
    ] {
        check_text(text, must, &mut |what| add(column, what));
    }
    for (column, list) in
        [(Column::Phrases, phrases), (Column::CompanionLines, companion_lines), (Column::Documents, documents)]
    {
        list.iter().for_each(|text| check_text(text, true, &mut |what| add(column, what)));
    }
    if stages.is_empty() {
        add(Column::Stages, Amiss::Empty);
    }
    if is_recorded && method.is_empty() {
        add(Column::Method, Amiss::Empty);
    }
    match (officers.at_least, &officers.article) {
        (1, _) => {}
        (2, Some(article)) => check_text(article, true, &mut |what| add(Column::Officers, what)),
        (2, None) => add(Column::Officers, Amiss::NoArticle),
        _ => add(Column::Officers, Amiss::NotOneOrTwo),
    }
    if matches!(retention, Retention::Years(0 | 201..)) {
        add(Column::Retention, Amiss::YearsOutOfRange);
    }
    // Whoever lifts a seizure does not seize.
    let is_lifted = ["解除", "退还", "返还"].iter().any(|word| name.contains(word));
    let by_name = (*category == Category::Coercion && !is_lifted).then(|| text::mandatory_in(name)).flatten();
    let by_law = MandatoryMatter::parse(&code.0).or(by_name).filter(|kind| !replaced.contains(kind));
    match (requirement, by_law) {
        (RecordingDuty::Mandatory(kind), _) if !is_in_sound_and_picture(method) && !replaced.contains(kind) => {
            add(Column::Method, Amiss::Weakened { matter: *kind });
        }
        (RecordingDuty::Mandatory(_), _) => {}
        (_, Some(kind)) => add(Column::Requirement, Amiss::Weakened { matter: kind }),
        _ => {}
    }
}

fn is_in_sound_and_picture(method: &[Means]) -> bool {
    method.contains(&Means::WholeProcess) || (method.contains(&Means::Audio) && method.contains(&Means::Video))
}

fn check_text(text: &str, must: bool, add: &mut dyn FnMut(Amiss)) {
    let chars = text.chars().count();
    if must && text.trim().is_empty() {
        add(Amiss::Empty);
    }
    if chars > CELL_LIMIT_CHARS {
        add(Amiss::TooLong { found: chars, limit: CELL_LIMIT_CHARS });
    }
    // A line break within a cell is how people write lists.
    if text.chars().any(|char| char.is_control() && char != '\n') {
        add(Amiss::ControlCharacter);
    }
}

/// As codes in records: 1–64 of `a-z 0-9 . _ / -`, the first a letter or digit.
fn is_code(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'/' | b'-'))
        && text.starts_with(|first: char| first.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests;
