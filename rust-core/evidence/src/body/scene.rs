//! What is said and done at the scene; none of it is ever refused.

use serde::{Deserialize, Serialize};

use super::{Cause, DocumentEdition, FileDigest, Private};
use crate::id::BootId;
use crate::text::Code;

/// What the opening statement must hold (办法 第十四条), and that nobody is there to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpeningElement {
    /// 时间.
    Time,
    /// 地点.
    Place,
    /// 执法人员.
    Officers,
    /// 执法事由.
    Matter,
    /// 执法对象.
    Party,
    /// 需要记录的执法环节.
    Stages,
    /// 告知正在进行音像记录.
    Notice,
    /// 现场无人.
    NobodyPresent,
}

/// What the speech meter measured over a passage. Nothing is claimed that was not measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speech {
    Detected,
    Short,
    NotDetected,
    /// The meter had no sound to measure.
    NotMeasured,
}

/// Whether the officer confirmed having spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmed {
    Now,
    LookingBack,
    No,
}

/// How words reached those present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    Spoken,
    Interpreted,
    /// On the screen, full size.
    Shown,
}

/// A passage of the opening statement (语音说明), with what was measured over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningPassage {
    /// Monotonic clock.
    pub from_mono_us: u64,
    pub to_mono_us: u64,
    /// 1–8.
    pub elements: Vec<OpeningElement>,
    pub speech: Speech,
    pub confirmed: Confirmed,
    pub how: Told,
    /// Voiced time measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voiced_us: Option<u64>,
    /// Reading time expected of the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected_us: Option<u64>,
    /// The boot the instants belong to, when it is not the entry's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot: Option<BootId>,
    /// In whose wording it was said; absent: in that of the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phrases: Option<DocumentEdition>,
}

/// Why the opening statement is not made now, or not by this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpeningExcused {
    pub reason: Excuse,
    /// The reason in the officer's words, for `explained`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<Private>,
}

/// Grounds of `opening_excused`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Excuse {
    /// 先处置后说明: postponed, still owed.
    ActFirst,
    /// Another device of the activity recorded it.
    CoveredByActivity,
    /// It was not made, and the officer says why; it stays an exception in the record.
    Explained,
}

/// The reason for an interruption is given on resuming (办法 第十五条).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterruptionReason {
    /// Seq of the `interrupted`.
    pub interruption: u64,
    /// The officer's own choice; what was measured stands in `interrupted`.
    pub cause: Cause,
    pub how: ReasonHow,
    pub speech: Speech,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_mono_us: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_mono_us: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voiced_us: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<Private>,
}

/// How a reason was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonHow {
    Spoken,
    Preset,
}

/// A notice to those present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    pub notice: NoticeOf,
    pub how: Told,
}

/// What those present were told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeOf {
    Recording,
    /// Repeated for people who came later.
    Latecomers,
    /// Asked not to film what is secret or private.
    Secrets,
}

/// A companion line of the matter: certificates shown, recusal, statement and defence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Companion {
    pub line: Code,
    pub how: Told,
}

/// The enforcement stage changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    pub stage: StageOf,
}

/// Five stages of enforcement (办法 第三条).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageOf {
    /// 启动.
    Initiation,
    /// 调查取证.
    Investigation,
    /// 审核决定.
    Decision,
    /// 送达执行.
    ServiceEnforcement,
    /// 归档.
    Filing,
}

/// One of the seven kinds of key content (办法 第十二条).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    pub item: KeyContent,
    pub state: ChecklistState,
    /// Monotonic clock of the moment meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_mono_us: Option<u64>,
    /// The boot the instants belong to, when it is not the entry's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot: Option<BootId>,
}

/// Seven kinds of key content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyContent {
    Times,
    Surroundings,
    Persons,
    Objects,
    Measures,
    Documents,
    Other,
}

/// Where a checklist item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChecklistState {
    Recorded,
    NotApplicable,
    Open,
}

/// A mark on the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    pub mark: Code,
    /// Monotonic clock of the moment meant.
    pub at_mono_us: u64,
    /// The boot the instants belong to, when it is not the entry's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot: Option<BootId>,
}

/// Somebody films the enforcement, or was told the rules (办法 第十六条).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilmingNotice {
    pub state: Filming,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<Private>,
}

/// Steps of the notice to those who film.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Filming {
    SomeoneFilms,
    Told,
    ToldSecrets,
    /// It was not said, and the officer says why.
    Explained,
}

/// A passage that only some may see (办法 第十八条第二款).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfidentialSpan {
    pub secrecy: Secrecy,
    pub from_mono_us: u64,
    /// Open when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_mono_us: Option<u64>,
    /// The boot the instants belong to, when it is not the entry's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot: Option<BootId>,
}

/// Why a passage is confidential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secrecy {
    StateSecret,
    BusinessSecret,
    Privacy,
    /// 未成年人在场.
    Minor,
}

/// A photo, by digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Photo {
    pub file: FileDigest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u16>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u16>,
}

/// A document made or served at the scene, by digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub file: FileDigest,
    /// Kind of document.
    pub document: Code,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Private>,
}

/// A step of serving a document (送达).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    pub method: ServiceMethod,
    pub step: Code,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<FileDigest>,
}

/// Methods of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceMethod {
    /// 直接送达.
    Direct,
    /// 留置送达.
    Left,
    /// 委托送达.
    Entrusted,
    /// 邮寄送达.
    Posted,
    /// 公告送达.
    Announced,
    /// 电子送达.
    Electronic,
    /// 转交送达.
    Transferred,
}

/// Obstruction of the recording (办法 第二十三条).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obstruction {
    pub obstruction: ObstructionKind,
}

/// How recording is obstructed. Filming or arguing is not obstruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObstructionKind {
    Violence,
    Threat,
    Other,
}
