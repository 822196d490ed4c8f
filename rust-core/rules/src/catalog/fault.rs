//! What is amiss with a catalog: where, and in words that an administrator understands, Chinese and English.

use thiserror::Error;

use super::{Column, MATTERS_LIMIT};
use crate::matter::MandatoryMatter;
use crate::special_rule::{Rank, SpecialRuleFault};

/// Something amiss, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogFault {
    pub place: Place,
    pub what: Amiss,
}

/// Where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Of the catalog as a whole.
    Whole,
    /// The matter's place in the list, from 0.
    Matter { index: usize, column: Column },
}

/// What is amiss.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Amiss {
    #[error("a catalog of form {found}; this program reads form 1")]
    Edition { found: u64 },
    #[error("no title, or nobody who issues it")]
    NoTitleOrIssuer,
    #[error("no matter")]
    NoMatters,
    #[error("{found} matters; at most {MATTERS_LIMIT}")]
    TooManyMatters { found: usize },
    /// 第十条.
    #[error("no matter of Article 10, item {}: {}", matter.item(), matter.name())]
    Dropped { matter: MandatoryMatter },
    #[error("less than Article 10 demands of {}: it must be recorded, in sound and picture", matter.name())]
    Weakened { matter: MandatoryMatter },
    #[error("the rule in place of {} does not prevail: {fault}", matter.name())]
    RuleDoesNotPrevail { matter: MandatoryMatter, fault: Box<SpecialRuleFault> },
    #[error("{found:?} stands already in row {} of the list", first + 1)]
    Repeated { found: String, first: usize },
    #[error("empty")]
    Empty,
    #[error("{found} characters; at most {limit}")]
    TooLong { found: usize, limit: usize },
    #[error("a character that cannot be seen")]
    ControlCharacter,
    #[error("{found:?} is no number from 1 on")]
    NotANumber { found: String },
    #[error("a code is 1–64 of a-z 0-9 . _ / -, the first a letter or digit")]
    NotACode,
    #[error("{found:?} is none of {expected}")]
    UnknownWord { found: String, expected: String },
    #[error("two officers by which article? Write 两人（《…法》第…条）")]
    NoArticle,
    #[error("one officer or two")]
    NotOneOrTwo,
    #[error("永久, N年 (1–200) or 与案卷一致")]
    YearsOutOfRange,
    /// 第二十五条.
    #[error("{found} months, and the agency's policy keeps this category at least {floor}")]
    KeptTooShort { found: u32, floor: u16 },
    #[error("{found:?} is no article of 第十条 (items 1–6) or 第十一条 (items 1–5)")]
    UnknownArticle { found: String },
}

impl Amiss {
    /// The same in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Amiss::Edition { found } => format!("目录格式第 {found} 版，本程序只认第 1 版"),
            Amiss::NoTitleOrIssuer => "缺少目录名称或者颁发单位".to_owned(),
            Amiss::NoMatters => "目录中没有事项".to_owned(),
            Amiss::TooManyMatters { found } => format!("事项 {found} 项，最多 {MATTERS_LIMIT} 项"),
            Amiss::Dropped { matter } => format!(
                "缺少应当音像记录的事项：{}（第十条第{}项）；如有，请在“记录要求”或“备注”中写明该条项",
                matter.zh(),
                ["零", "一", "二", "三", "四", "五", "六"][usize::from(matter.item()).min(6)]
            ),
            Amiss::Weakened { matter } => {
                format!("低于第十条的要求：{}应当录音录像，目录不得降低", matter.zh())
            }
            Amiss::RuleDoesNotPrevail { matter, fault } => {
                format!("替代“{}”的规定不能适用：{}", matter.zh(), rule_zh(fault))
            }
            Amiss::Repeated { found, first } => format!("“{found}”与第 {} 项重复", first + 1),
            Amiss::Empty => "未填写".to_owned(),
            Amiss::TooLong { found, limit } => format!("{found} 个字，最多 {limit} 个字"),
            Amiss::ControlCharacter => "含有不可见的字符".to_owned(),
            Amiss::NotANumber { found } => format!("“{found}”不是从 1 起的整数"),
            Amiss::NotACode => "编码应为 1–64 个小写字母、数字或 . _ / -，以字母或数字开头".to_owned(),
            Amiss::UnknownWord { found, expected } => format!("“{found}”不是下列之一：{expected}"),
            Amiss::NoArticle => {
                "两人执法应写明依据，例如：两人（《中华人民共和国行政处罚法》第四十二条第一款）".to_owned()
            }
            Amiss::NotOneOrTwo => "应为一人或者两人".to_owned(),
            Amiss::YearsOutOfRange => "应为：永久、N年（1–200）或者与案卷一致".to_owned(),
            Amiss::KeptTooShort { found, floor } => {
                format!("为 {found} 个月，低于本单位规定的 {floor} 个月")
            }
            Amiss::UnknownArticle { found } => {
                format!("“{found}”不是第十条第（一）至（六）项或者第十一条第（一）至（五）项")
            }
        }
    }
}

fn rule_zh(fault: &SpecialRuleFault) -> String {
    match fault {
        SpecialRuleFault::BelowRank { found, .. } => {
            let found = if *found == Rank::NormativeDocument { "规范性文件" } else { "该文件" };
            format!("{found}的效力低于规章")
        }
        SpecialRuleFault::EndsBeforeItBegins { from, to } => format!("施行日期 {from} 晚于失效日期 {to}"),
        SpecialRuleFault::NotInForce { on, .. } => format!("在 {on} 不具有效力"),
        SpecialRuleFault::MatterNotNamed { .. } | SpecialRuleFault::NoMatter => "该规定没有列明这一事项".to_owned(),
        SpecialRuleFault::Missing(_) => "缺少名称、条款、录入人或者批准人".to_owned(),
        SpecialRuleFault::TermOutOfRange { .. } => "存储期限的天数不合理".to_owned(),
        SpecialRuleFault::ApprovedByItsAuthor => "录入人与批准人是同一人".to_owned(),
        SpecialRuleFault::TwoPrevail { first, second, .. } => format!("{first} 与 {second} 相互抵触"),
    }
}
