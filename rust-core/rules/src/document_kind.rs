//! Kinds of documents that an agency issues: the one place of the names by which headers, indexes, phones and pages call them.

use crate::words::words;

words! {
    /// What a signed document of the agency says (`proto/api/v1/API.md`, Documents).
    pub enum DocumentKind {
        /// 放假通知: all of them are in force together.
        Calendar = "calendar", "工作日历";
        /// The newest is in force, the others are kept for the records made under them.
        Catalog = "catalog", "音像记录事项目录";
        /// What the agency sets by its own measures (第二十五条): the newest is in force, the others hold the records opened under them.
        Policy = "policy", "全过程记录工作规定";
        /// A province's and the agency's lie over each other, so all are in force together.
        Phrases = "phrases", "执法用语";
        /// 第二条第二款: the newest says all that are or were in force.
        SpecialRules = "special_rules", "特别规定";
        /// 第十五条: for one phone, to be signed there by its author; in no list of what the agency issued.
        StatementDraft = "statement_draft", "情况说明草稿";
        /// By whom a statement was countersigned; for no phone.
        Countersignature = "countersignature", "会签";
    }
}

impl DocumentKind {
    /// Whether every phone of the agency is given it. Of what this program does not know, nobody can say so.
    pub const fn is_for_everybody(self) -> bool {
        match self {
            DocumentKind::Calendar
            | DocumentKind::Catalog
            | DocumentKind::Policy
            | DocumentKind::Phrases
            | DocumentKind::SpecialRules => true,
            DocumentKind::StatementDraft | DocumentKind::Countersignature => false,
        }
    }

    /// Whether every edition counts, and not the newest alone.
    pub const fn is_in_force_in_every_edition(self) -> bool {
        matches!(self, DocumentKind::Calendar | DocumentKind::Phrases)
    }

    /// An edition by its name, as records, receipts and indexes have it: `special_rules/3`.
    pub fn edition(self, number: u64) -> String {
        format!("{}/{number}", self.name())
    }

    /// What stands behind `special_rules/` in the name of an edition; `None` for one of another kind.
    pub fn behind(self, edition: &str) -> Option<&str> {
        edition.strip_prefix(self.name())?.strip_prefix('/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_is_of_the_kind_that_its_name_begins_with_and_of_no_other() {
        for kind in DocumentKind::ALL {
            let edition = kind.edition(3);
            assert_eq!(DocumentKind::parse(kind.name()), Some(*kind));
            let behind = DocumentKind::ALL.iter().filter_map(|other| other.behind(&edition)).collect::<Vec<_>>();
            assert_eq!(behind, ["3"], "{edition}");
        }
        assert_eq!(DocumentKind::Policy.behind("policy"), None);
    }
}
