//! A draft of a written statement (情况说明草稿), as the agency offers it to one phone: the body of a signed document
//! (`proto/statement-draft/v1/FORMAT.md`). The agency's signature says who drafted it; a statement it becomes only by its author's own.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Longest text, in bytes of UTF-8: what a record can hold of one person's words.
pub const STATEMENT_LIMIT_BYTES: usize = 4_096;

/// One edition of a draft. Of those with one `draft`, the one in the document with the highest number holds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatementDraft {
    /// Of this form: 1.
    pub edition: u64,
    /// Which draft, through all its editions: 32 lower-case hex digits.
    pub draft: String,
    /// To which device it is offered.
    pub device: String,
    /// The record that it is about; absent: nothing was recorded, and it stands alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// Seq of the `interrupted` that it explains; absent: the record as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interruption: Option<u64>,
    pub says: DraftSays,
}

/// What an edition says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftSays {
    /// To be read, changed and signed.
    Offered { text: String },
    /// The agency took it back.
    Withdrawn,
}

/// Why a draft is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DraftFault {
    #[error("第 {found} 版格式，应为 1 of form {found}, expected 1")]
    Edition { found: u64 },
    #[error("{field} 不是 32 位十六进制数字 {field} is not 32 lower-case hex digits")]
    Id { field: &'static str },
    #[error("针对某次中止的说明须指明记录 it names an interruption and no record")]
    InterruptionWithoutRecord,
    #[error("没有内容 the text is empty")]
    Empty,
    #[error(
        "{found} 字节，至多 {STATEMENT_LIMIT_BYTES}（约 1300 字） the text has {found} bytes, at most {STATEMENT_LIMIT_BYTES}"
    )]
    TooLong { found: usize },
    #[error("含有控制字符 the text has a control character")]
    ControlCharacter,
}

impl StatementDraft {
    pub fn check(&self) -> Result<(), DraftFault> {
        let StatementDraft { edition, draft, device, record, interruption, says } = self;
        if *edition != 1 {
            return Err(DraftFault::Edition { found: *edition });
        }
        for (field, id) in [("draft", Some(draft)), ("device", Some(device)), ("record", record.as_ref())] {
            if id.is_some_and(|id| !is_id(id)) {
                return Err(DraftFault::Id { field });
            }
        }
        if interruption.is_some() && record.is_none() {
            return Err(DraftFault::InterruptionWithoutRecord);
        }
        match says {
            DraftSays::Offered { text } => check_statement(text),
            DraftSays::Withdrawn => Ok(()),
        }
    }
}

/// Whether a text can be a statement.
pub fn check_statement(text: &str) -> Result<(), DraftFault> {
    if text.trim().is_empty() {
        return Err(DraftFault::Empty);
    }
    if text.len() > STATEMENT_LIMIT_BYTES {
        return Err(DraftFault::TooLong { found: text.len() });
    }
    if text.chars().any(|char| char.is_control() && char != '\n') {
        return Err(DraftFault::ControlCharacter);
    }
    Ok(())
}

fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl std::fmt::Debug for StatementDraft {
    /// Never the words: this may end in a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("StatementDraft").field("draft", &self.draft).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for DraftSays {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            DraftSays::Offered { .. } => "Offered",
            DraftSays::Withdrawn => "Withdrawn",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(text: &str) -> StatementDraft {
        let id = |digit: &str| digit.repeat(32);
        StatementDraft {
            edition: 1,
            draft: id("a"),
            device: id("b"),
            record: Some(id("c")),
            interruption: Some(7),
            says: DraftSays::Offered { text: text.to_owned() },
        }
    }

    #[test]
    fn a_draft_is_read_as_it_was_written_and_each_fault_is_told() {
        let draft = offered("设备没电。\n此后未恢复录制。");
        let json = serde_json::to_string(&draft).expect("it is written");
        assert_eq!(serde_json::from_str::<StatementDraft>(&json).expect("it is read"), draft);
        assert_eq!(draft.check(), Ok(()));
        let withdrawn = StatementDraft { says: DraftSays::Withdrawn, ..draft.clone() };
        assert!(serde_json::to_string(&withdrawn).expect("it is written").ends_with(r#""says":"withdrawn"}"#));
        assert_eq!(offered(" \n").check(), Err(DraftFault::Empty));
        assert_eq!(offered(&"字".repeat(1_366)).check(), Err(DraftFault::TooLong { found: 4_098 }));
        assert_eq!(offered("a\u{7}").check(), Err(DraftFault::ControlCharacter));
        assert_eq!(
            StatementDraft { record: None, ..draft.clone() }.check(),
            Err(DraftFault::InterruptionWithoutRecord)
        );
        assert_eq!(
            StatementDraft { device: "B".repeat(32), ..draft.clone() }.check(),
            Err(DraftFault::Id { field: "device" })
        );
        assert_eq!(StatementDraft { edition: 2, ..draft }.check(), Err(DraftFault::Edition { found: 2 }));
    }

    #[test]
    fn no_log_holds_a_drafts_words() {
        assert!(!format!("{:?}", offered("张三")).contains("张三"));
        assert!(!format!("{:?}", offered("张三").says).contains("张三"));
    }
}
