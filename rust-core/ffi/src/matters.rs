//! The matters that an officer chooses from: those of the agency's catalog, and those of the regulation behind them.

use quanji_rules::catalog::{
    CatalogMatter, Category as InnerCategory, Credential as InnerCredential, Means as InnerMeans,
    Retention as InnerRetention,
};
use quanji_rules::{RecordingDuty, Stage};

use crate::phone_core::Core;
use crate::words::StageOf;

/// The catalog in force on this phone.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Matters {
    /// Which edition of the agency's; null: it issued none, and what follows is the regulation's own.
    pub edition: Option<u64>,
    pub title: String,
    pub issuer: String,
    /// `YYYY-MM-DD`.
    pub in_force_from: String,
    /// 示例，未颁发: to be said wherever the catalog is shown.
    pub is_sample: bool,
    pub matters: Vec<Matter>,
}

/// One matter.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Matter {
    /// As `Deed.Subject` takes it.
    pub code: String,
    pub number: u32,
    pub name: String,
    pub sector: String,
    pub category: Category,
    pub stages: Vec<StageOf>,
    pub place: String,
    /// Empty where text suffices.
    pub method: Vec<Means>,
    pub duty: Duty,
    /// 1 or 2.
    pub officers_at_least: u8,
    pub officers_article: Option<String>,
    pub starts: String,
    pub content: String,
    pub ends: String,
    pub retention: Retention,
    pub phrases: Vec<String>,
    pub companion_lines: Vec<String>,
    pub documents: Vec<String>,
    pub credentials: Vec<Credential>,
    pub remarks: String,
    /// Named by the agency's catalog; otherwise by the regulation alone.
    pub is_of_agency: bool,
}

/// 执法类别
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Category {
    Licensing,
    Penalty,
    Coercion,
    Inspection,
    Levy,
    Other,
}

/// 记录方式
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Means {
    Photo,
    Audio,
    Video,
    WholeProcess,
}

/// 检查凭证
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Credential {
    Notice,
    ApprovalNumber,
    InspectionCode,
}

/// 存储期限
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Retention {
    Permanent,
    Years { years: u16 },
    AsCaseFile,
}

/// Whether it must be recorded, and by what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Duty {
    /// 第十条第（item）项
    ByLaw {
        item: u8,
    },
    ByCatalog,
    /// 第十一条第（item）项
    Recommended {
        item: u8,
    },
    TextSuffices,
}

#[uniffi::export]
impl Core {
    /// The matters to choose from. Asks nobody.
    pub fn matters(&self) -> Matters {
        let in_force = self.recorder.in_force();
        let issued = in_force.catalog.as_deref();
        let built_in = quanji_rules::catalog::Catalog::built_in();
        let written = issued.map_or(&built_in, |issued| &issued.catalog).as_written();
        Matters {
            edition: issued.map(|issued| issued.number),
            title: written.title.clone(),
            issuer: written.issuer.clone(),
            in_force_from: written.in_force_from.to_string(),
            is_sample: written.is_sample,
            matters: in_force
                .matters()
                .into_iter()
                .map(|matter| {
                    let is_of_agency = issued.is_some_and(|issued| issued.catalog.matter(&matter.code.0).is_some());
                    Matter::of(matter, is_of_agency)
                })
                .collect(),
        }
    }
}

impl Matter {
    fn of(matter: CatalogMatter, is_of_agency: bool) -> Matter {
        let CatalogMatter { number, code, sector, category, name, stages, place, method, requirement, .. } = matter;
        let CatalogMatter { officers, starts, content, ends, retention, phrases, .. } = matter;
        let CatalogMatter { companion_lines, documents, credentials, remarks, .. } = matter;
        Matter {
            code: code.0,
            number,
            name,
            sector,
            category: match category {
                InnerCategory::Licensing => Category::Licensing,
                InnerCategory::Penalty => Category::Penalty,
                InnerCategory::Coercion => Category::Coercion,
                InnerCategory::Inspection => Category::Inspection,
                InnerCategory::Levy => Category::Levy,
                InnerCategory::Other => Category::Other,
            },
            stages: stages.into_iter().map(stage).collect(),
            place,
            method: method.into_iter().map(means).collect(),
            duty: duty(requirement),
            officers_at_least: officers.at_least,
            officers_article: officers.article,
            starts,
            content,
            ends,
            retention: match retention {
                InnerRetention::Permanent => Retention::Permanent,
                InnerRetention::Years(years) => Retention::Years { years },
                InnerRetention::AsCaseFile => Retention::AsCaseFile,
            },
            phrases,
            companion_lines,
            documents,
            credentials: credentials.into_iter().map(credential).collect(),
            remarks,
            is_of_agency,
        }
    }
}

fn stage(stage: Stage) -> StageOf {
    match stage {
        Stage::Initiation => StageOf::Initiation,
        Stage::Investigation => StageOf::Investigation,
        Stage::Decision => StageOf::Decision,
        Stage::ServiceEnforcement => StageOf::ServiceEnforcement,
        Stage::Filing => StageOf::Filing,
    }
}

fn means(means: InnerMeans) -> Means {
    match means {
        InnerMeans::Photo => Means::Photo,
        InnerMeans::Audio => Means::Audio,
        InnerMeans::Video => Means::Video,
        InnerMeans::WholeProcess => Means::WholeProcess,
    }
}

fn credential(credential: InnerCredential) -> Credential {
    match credential {
        InnerCredential::Notice => Credential::Notice,
        InnerCredential::ApprovalNumber => Credential::ApprovalNumber,
        InnerCredential::InspectionCode => Credential::InspectionCode,
    }
}

fn duty(duty: RecordingDuty) -> Duty {
    match duty {
        RecordingDuty::Mandatory(matter) => Duty::ByLaw { item: matter.item() },
        RecordingDuty::MandatoryByCatalog => Duty::ByCatalog,
        RecordingDuty::Recommended(matter) => Duty::Recommended { item: matter.item() },
        RecordingDuty::TextSuffices => Duty::TextSuffices,
    }
}
