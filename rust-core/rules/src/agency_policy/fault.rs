//! What is amiss with a policy: which field, what was found and what the floor is, in Chinese and English.

use thiserror::Error;

use crate::catalog::Category;
use crate::matter::MandatoryMatter;
use crate::opening::Language;
use crate::words::words;

words! {
    /// A field of the document, by its place in the JSON.
    pub enum PolicyField {
        Edition = "edition", "格式版次";
        Title = "title", "名称";
        Issuer = "issuer", "颁发单位";
        BatteryPercent = "preflight.battery_percent", "录制前检查：电量（%）";
        SecondsLeft = "preflight.seconds_left", "录制前检查：可录时长（秒）";
        ClockOffset = "preflight.clock_offset_us", "录制前检查：时钟偏差（微秒）";
        HealsWithin = "record.heals_within_us", "不需说明的间隔（微秒）";
        StatementDue = "record.statement_due", "书面情况说明的期限（存储期限后的天数）";
        KbitHd = "quality.kbit_720p", "720p 码率（kbit/s）";
        KbitFullHd = "quality.kbit_1080p", "1080p 码率（kbit/s）";
        PaidLimit = "network.paid_limit_mb", "收费网络一次同意的上限（MB）";
        Retention = "retention", "保管期限（月）";
        StorageWorkingDays = "storage_working_days", "存储期限（工作日）";
        FilingWorkingDays = "filing_working_days", "文字记录归档期限（工作日）";
        NotRecorded = "not_recorded", "不记录的事项";
    }
}

/// A field, and what is amiss with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyFault {
    pub field: PolicyField,
    pub what: PolicyAmiss,
}

/// What is amiss.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PolicyAmiss {
    #[error("a policy of form {found}; this program reads form 1")]
    Form { found: u64 },
    #[error("empty")]
    Empty,
    #[error("a character that cannot be seen")]
    ControlCharacter,
    #[error("{found}, and it may not be below {floor}")]
    Below { found: u64, floor: u64 },
    #[error("{found}, and it may not be above {limit}")]
    Above { found: u64, limit: u64 },
    /// 第十七条.
    #[error("{found} working days; Article 17 sets two, an agency may set one for itself, and none sets more")]
    BeyondTwoWorkingDays { found: u64 },
    /// 第十条.
    #[error("{}: Article 10, item {}, must be recorded, and no agency drops it", matter.name(), matter.item())]
    Dropped { matter: MandatoryMatter },
    /// 第二十条.
    #[error("{found} months for {}; the edition before kept it {before}, and retention only lengthens", category.name())]
    Shortened { category: Category, found: u16, before: u16 },
    #[error("{} stands twice", category.name())]
    Repeated { category: Category },
}

impl PolicyAmiss {
    /// The same in Chinese.
    pub fn zh(&self) -> String {
        match self {
            PolicyAmiss::Form { found } => format!("规定格式第 {found} 版，本程序只认第 1 版"),
            PolicyAmiss::Empty => "未填写".to_owned(),
            PolicyAmiss::ControlCharacter => "含有不可见的字符".to_owned(),
            PolicyAmiss::Below { found, floor } => format!("为 {found}，不得低于 {floor}"),
            PolicyAmiss::Above { found, limit } => format!("为 {found}，不得高于 {limit}"),
            PolicyAmiss::BeyondTwoWorkingDays { found } => {
                format!("为 {found} 个工作日；第十七条规定为两个工作日，机关可以自定为一个，不得延长")
            }
            PolicyAmiss::Dropped { matter } => {
                format!("{}属于第十条第{}项应当音像记录的事项，机关不得减少", matter.zh(), item_zh(*matter))
            }
            PolicyAmiss::Shortened { category, found, before } => {
                format!("{}为 {found} 个月，此前为 {before} 个月；保管期限只能延长", category.zh())
            }
            PolicyAmiss::Repeated { category } => format!("{}重复", category.zh()),
        }
    }
}

fn item_zh(matter: MandatoryMatter) -> &'static str {
    ["零", "一", "二", "三", "四", "五", "六"][usize::from(matter.item()).min(6)]
}

impl PolicyFault {
    pub fn said(&self, language: Language) -> String {
        let PolicyFault { field, what } = self;
        match language {
            Language::Chinese => format!("{}：{}", field.zh(), what.zh()),
            Language::English => format!("{}: {what}", field.name()),
        }
    }
}

impl std::fmt::Display for PolicyFault {
    /// For whoever mends it: both languages.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} {}", self.said(Language::Chinese), self.said(Language::English))
    }
}

impl PolicyField {
    pub(super) fn amiss(self, what: PolicyAmiss) -> PolicyFault {
        PolicyFault { field: self, what }
    }

    pub(super) fn above(self, found: u64, limit: u64) -> PolicyFault {
        self.amiss(PolicyAmiss::Above { found, limit })
    }

    /// Whether a value lies within its floors, both included; told where it does not.
    pub(super) fn within(self, found: u64, floor: u64, limit: u64, faults: &mut Vec<PolicyFault>) -> bool {
        let amiss = if found < floor {
            PolicyAmiss::Below { found, floor }
        } else if found > limit {
            PolicyAmiss::Above { found, limit }
        } else {
            return true;
        };
        faults.push(self.amiss(amiss));
        false
    }
}
