//! Articles as data: which text a rule comes from, and since when that text is in force.

use serde::{Deserialize, Serialize};

use crate::date::Date;

/// An article of 山西省行政执法全过程记录办法 that software can act upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Article {
    Art2,
    Art10,
    Art11,
    Art12,
    Art13,
    Art14,
    Art15,
    Art16,
    Art17,
    Art18,
    Art20,
    Art23,
}

impl Article {
    pub const ALL: [Self; 12] = [
        Self::Art2,
        Self::Art10,
        Self::Art11,
        Self::Art12,
        Self::Art13,
        Self::Art14,
        Self::Art15,
        Self::Art16,
        Self::Art17,
        Self::Art18,
        Self::Art20,
        Self::Art23,
    ];

    pub fn number(self) -> u8 {
        match self {
            Self::Art2 => 2,
            Self::Art10 => 10,
            Self::Art11 => 11,
            Self::Art12 => 12,
            Self::Art13 => 13,
            Self::Art14 => 14,
            Self::Art15 => 15,
            Self::Art16 => 16,
            Self::Art17 => 17,
            Self::Art18 => 18,
            Self::Art20 => 20,
            Self::Art23 => 23,
        }
    }

    /// As a Chinese lawyer writes it: `第十七条`.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Art2 => "第二条",
            Self::Art10 => "第十条",
            Self::Art11 => "第十一条",
            Self::Art12 => "第十二条",
            Self::Art13 => "第十三条",
            Self::Art14 => "第十四条",
            Self::Art15 => "第十五条",
            Self::Art16 => "第十六条",
            Self::Art17 => "第十七条",
            Self::Art18 => "第十八条",
            Self::Art20 => "第二十条",
            Self::Art23 => "第二十三条",
        }
    }
}

/// One version of a regulation's text. Rules are reckoned under the version in force on the day concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleText {
    pub title: String,
    /// The document's number (发文字号); `None` until the agency fills it in, because our copy of the text does not have it.
    pub document_number: Option<String>,
    /// First day in force; `None` until the agency fills it in (第二十六条 says only 自印发之日起).
    pub in_force_from: Option<Date>,
    /// Last day in force; `None` while no end is known.
    pub in_force_to: Option<Date>,
    /// Which wording the rules here were written from, so that another wording is another version.
    pub text_version: String,
}

impl RuleText {
    /// The text these rules were written from.
    pub fn shanxi() -> Self {
        Self {
            title: "山西省行政执法全过程记录办法".to_owned(),
            document_number: None,
            in_force_from: None,
            in_force_to: None,
            text_version: "26 articles, as read in 2026".to_owned(),
        }
    }

    /// Whether this text governs `day`; a side that nobody has filled in yet excludes nothing.
    pub fn is_in_force(&self, day: Date) -> bool {
        self.in_force_from.is_none_or(|from| from <= day) && self.in_force_to.is_none_or(|to| day <= to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_our_copy_of_the_regulation_does_not_say_is_left_to_the_agency() {
        let text = RuleText::shanxi();
        assert_eq!((text.document_number, text.in_force_from, text.in_force_to), (None, None, None));
    }

    #[test]
    fn a_repealed_text_governs_no_later_day() {
        let day = |text| Date::parse(text).expect("a date");
        let text = RuleText { in_force_to: Some(day("2027-06-30")), ..RuleText::shanxi() };
        assert!(text.is_in_force(day("2027-06-30")) && !text.is_in_force(day("2027-07-01")));
    }
}
