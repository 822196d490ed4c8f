//! What is amiss with phrases: which one, in Chinese and English.

use thiserror::Error;

use super::Blank;

/// Something amiss, and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhraseFault {
    pub place: PhrasePlace,
    pub what: PhraseAmiss,
}

/// Where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhrasePlace {
    Whole,
    Title,
    Issuer,
    /// By its name, which may be none that is known.
    Phrase(String),
    Blank(String),
}

/// What is amiss.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PhraseAmiss {
    #[error("phrases of form {found}; this program reads form 1")]
    Form { found: u64 },
    #[error("neither a phrase nor a blank")]
    NothingSaid,
    #[error("{found} is another issuer than {stands}, whose phrases stand")]
    IssuedByAnother { found: String, stands: String },
    #[error("issued by {stands}; an agency fills blanks only")]
    OfTheProvince { stands: String },
    #[error("no phrase of that name")]
    UnknownPhrase,
    #[error("no blank {{{found}}} is known here")]
    UnknownBlank { found: String },
    #[error("{{{}}} must stand in it once, and does {found} times", blank.name())]
    NotOnce { blank: Blank, found: usize },
    #[error("a brace that belongs to no blank")]
    Brace,
    #[error("empty")]
    Empty,
    #[error("{found} characters; at most {limit}")]
    TooLong { found: usize, limit: usize },
    #[error("a character that cannot be seen")]
    ControlCharacter,
}

impl PhraseAmiss {
    /// The same in Chinese.
    pub fn zh(&self) -> String {
        match self {
            PhraseAmiss::Form { found } => format!("用语格式第 {found} 版，本程序只认第 1 版"),
            PhraseAmiss::NothingSaid => "既无用语，也无填空".to_owned(),
            PhraseAmiss::IssuedByAnother { found, stands } => {
                format!("颁发单位为“{found}”；现行用语由“{stands}”颁发，不能由其他单位替换")
            }
            PhraseAmiss::OfTheProvince { stands } => format!("由“{stands}”颁发，本单位只能填空，不能改动"),
            PhraseAmiss::UnknownPhrase => "没有这个名称的用语".to_owned(),
            PhraseAmiss::UnknownBlank { found } => format!("这里没有“{{{found}}}”这个空"),
            PhraseAmiss::NotOnce { blank, found } => {
                format!("“{{{}}}”（{}）应出现一次，实际 {found} 次", blank.name(), blank.zh())
            }
            PhraseAmiss::Brace => "花括号不成对".to_owned(),
            PhraseAmiss::Empty => "未填写".to_owned(),
            PhraseAmiss::TooLong { found, limit } => format!("{found} 个字，最多 {limit} 个字"),
            PhraseAmiss::ControlCharacter => "含有不可见的字符".to_owned(),
        }
    }
}

impl PhrasePlace {
    pub(super) fn amiss(self, what: PhraseAmiss) -> PhraseFault {
        PhraseFault { place: self, what }
    }

    fn said(&self) -> (&'static str, &'static str, &str) {
        match self {
            PhrasePlace::Whole => ("用语", "phrases", ""),
            PhrasePlace::Title => ("名称", "title", ""),
            PhrasePlace::Issuer => ("颁发单位", "issuer", ""),
            PhrasePlace::Phrase(name) => ("用语", "phrase", name),
            PhrasePlace::Blank(name) => ("填空", "blank", name),
        }
    }
}

impl std::fmt::Display for PhraseFault {
    /// For whoever mends it: both languages.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let PhraseFault { place, what } = self;
        let (zh, en, name) = place.said();
        if name.is_empty() {
            write!(formatter, "{zh}：{} {en}: {what}", what.zh())
        } else {
            write!(formatter, "{zh}“{name}”：{} {en} {name}: {what}", what.zh())
        }
    }
}
