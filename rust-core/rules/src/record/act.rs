//! What a record consists of: acts, one for each kind of journal entry, reduced to what the rules read of it.
//!
//! [`Act`] deserialises from an entry's `{"kind": …, "body": …}`: the names are those of `proto/evidence/v1/entries.schema.json`,
//! and members of a body that no rule reads are passed over (the evidence crate has checked them strictly before).

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};

use super::elements::OpeningElements;
use super::vocabulary::{
    ActivityChange, Cause, Confirmed, EndedHow, Excuse, FilmingStep, Means, NoticeKind, Obstruction, Party,
    ReasonMeans, Secrecy, ServiceMethod, ServiceStep, Speech, Started, Track,
};
use crate::instant::Instant;
use crate::matter::{ChecklistState, KeyContent, Stage};
use crate::preflight::PreflightNotes;
use crate::trigger::AwayGround;
use crate::words::words;

/// One entry of a record, as the rules see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The entry's number in its journal, from 0; later entries name an `interrupted` by it.
    pub seq: u64,
    pub clock: Clock,
    pub act: Act,
}

/// Two clocks, because neither is trusted alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    #[serde(rename = "wall_us")]
    pub wall: Instant,
    /// Since boot, sleep included.
    pub mono_us: i64,
    /// Equal exactly for one boot of one device.
    #[serde(with = "boot_hex")]
    pub boot: u128,
}

impl Clock {
    /// The wall clock's reading when this boot's monotonic clock said `mono_us`, the wall clock not having been set between.
    pub fn wall_at(&self, mono_us: i64) -> Instant {
        self.wall.plus_us(mono_us.saturating_sub(self.mono_us))
    }
}

/// What an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "body", rename_all = "snake_case")]
pub enum Act {
    Opened {
        started: Started,
    },
    Preflight {
        notes: PreflightNotes,
    },
    Place {},
    Officers {},
    Subject {
        party: Party,
    },
    Activity {
        change: ActivityChange,
    },
    /// One uninterrupted run of the encoders begins (连续段).
    Take {
        take: u32,
        cause: Cause,
        /// The monotonic clock at its first frame.
        mono_us: i64,
        #[serde(default, deserialize_with = "is_there")]
        video: bool,
        #[serde(default, deserialize_with = "is_there")]
        audio: bool,
    },
    Fragment {
        /// The monotonic clock at its end.
        mono_us: i64,
    },
    Recovered {
        /// The monotonic clock at its end, in the boot that made it.
        mono_us: i64,
    },
    Segment {},
    OpeningPassage {
        elements: OpeningElements,
        speech: Speech,
        confirmed: Confirmed,
        how: Means,
    },
    OpeningExcused {
        reason: Excuse,
    },
    InterruptionReason {
        /// The `seq` of the `interrupted` it speaks of.
        interruption: u64,
        how: ReasonMeans,
        speech: Speech,
    },
    Notice {
        notice: NoticeKind,
        how: Means,
    },
    Companion {},
    Stage {
        stage: Stage,
    },
    Checklist {
        item: KeyContent,
        state: ChecklistState,
    },
    Mark {},
    FilmingNotice {
        state: FilmingStep,
    },
    ConfidentialSpan {
        secrecy: Secrecy,
    },
    Photo {},
    Document {},
    Service {
        method: ServiceMethod,
        #[serde(deserialize_with = "known_step")]
        step: ServiceStep,
    },
    Obstruction {
        obstruction: Obstruction,
    },
    Interrupted {
        cause: Cause,
        #[serde(rename = "at_us")]
        at: Instant,
    },
    Resumed {
        /// The `seq` of the `interrupted` it ends.
        interruption: u64,
        gap_us: u64,
    },
    TrackLost {
        track: Track,
        cause: Cause,
    },
    TrackBack {
        track: Track,
    },
    ClockSet {},
    CaptureClock {},
    Ended {
        how: EndedHow,
        #[serde(rename = "at_us")]
        at: Instant,
    },
    Sealed {},
    AwayDeclared {
        ground: AwayGround,
    },
    Returned {
        #[serde(rename = "at_us")]
        at: Instant,
    },
    WrittenStatement {
        /// The `seq` of the `interrupted` it explains; absent when it explains the record as a whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        interruption: Option<u64>,
    },
    Correction {
        /// The `seq` of the entry it corrects.
        of: u64,
    },
    DeclaredMistake {},
    Vouched {},
}

words! {
    /// The kinds of entry, in the order in which a record usually meets them.
    pub enum ActKind {
        Opened = "opened", "建立记录";
        Preflight = "preflight", "录制前检查";
        Place = "place", "地点";
        Officers = "officers", "执法人员";
        Subject = "subject", "事由和对象";
        Activity = "activity", "执法活动";
        Take = "take", "连续段开始";
        Fragment = "fragment", "片段已落盘";
        Recovered = "recovered", "恢复的片段";
        Segment = "segment", "分段已封口";
        OpeningPassage = "opening_passage", "语音说明";
        OpeningExcused = "opening_excused", "说明延后或不适用";
        InterruptionReason = "interruption_reason", "中止原因说明";
        Notice = "notice", "告知";
        Companion = "companion", "同行用语";
        Stage = "stage", "执法环节";
        Checklist = "checklist", "重点内容";
        Mark = "mark", "标记";
        FilmingNotice = "filming_notice", "他人拍摄告知";
        ConfidentialSpan = "confidential_span", "涉密或隐私标记";
        Photo = "photo", "照片";
        Document = "document", "文书";
        Service = "service", "送达步骤";
        Obstruction = "obstruction", "阻挠";
        Interrupted = "interrupted", "中止";
        Resumed = "resumed", "恢复";
        TrackLost = "track_lost", "一轨中断";
        TrackBack = "track_back", "一轨恢复";
        ClockSet = "clock_set", "时钟被调整";
        CaptureClock = "capture_clock", "音画时钟核对";
        Ended = "ended", "结束";
        Sealed = "sealed", "封存";
        AwayDeclared = "away_declared", "确实不能及时移交";
        Returned = "returned", "返回单位";
        WrittenStatement = "written_statement", "书面情况说明";
        Correction = "correction", "更正";
        DeclaredMistake = "declared_mistake", "声明误录";
        Vouched = "vouched", "补充签名";
    }
}

impl Act {
    pub fn kind(&self) -> ActKind {
        match self {
            Self::Opened { .. } => ActKind::Opened,
            Self::Preflight { .. } => ActKind::Preflight,
            Self::Place {} => ActKind::Place,
            Self::Officers {} => ActKind::Officers,
            Self::Subject { .. } => ActKind::Subject,
            Self::Activity { .. } => ActKind::Activity,
            Self::Take { .. } => ActKind::Take,
            Self::Fragment { .. } => ActKind::Fragment,
            Self::Recovered { .. } => ActKind::Recovered,
            Self::Segment {} => ActKind::Segment,
            Self::OpeningPassage { .. } => ActKind::OpeningPassage,
            Self::OpeningExcused { .. } => ActKind::OpeningExcused,
            Self::InterruptionReason { .. } => ActKind::InterruptionReason,
            Self::Notice { .. } => ActKind::Notice,
            Self::Companion {} => ActKind::Companion,
            Self::Stage { .. } => ActKind::Stage,
            Self::Checklist { .. } => ActKind::Checklist,
            Self::Mark {} => ActKind::Mark,
            Self::FilmingNotice { .. } => ActKind::FilmingNotice,
            Self::ConfidentialSpan { .. } => ActKind::ConfidentialSpan,
            Self::Photo {} => ActKind::Photo,
            Self::Document {} => ActKind::Document,
            Self::Service { .. } => ActKind::Service,
            Self::Obstruction { .. } => ActKind::Obstruction,
            Self::Interrupted { .. } => ActKind::Interrupted,
            Self::Resumed { .. } => ActKind::Resumed,
            Self::TrackLost { .. } => ActKind::TrackLost,
            Self::TrackBack { .. } => ActKind::TrackBack,
            Self::ClockSet {} => ActKind::ClockSet,
            Self::CaptureClock {} => ActKind::CaptureClock,
            Self::Ended { .. } => ActKind::Ended,
            Self::Sealed {} => ActKind::Sealed,
            Self::AwayDeclared { .. } => ActKind::AwayDeclared,
            Self::Returned { .. } => ActKind::Returned,
            Self::WrittenStatement { .. } => ActKind::WrittenStatement,
            Self::Correction { .. } => ActKind::Correction,
            Self::DeclaredMistake {} => ActKind::DeclaredMistake,
            Self::Vouched {} => ActKind::Vouched,
        }
    }
}

impl ActKind {
    /// What people do at the scene. None of it is ever refused, and each carries the flags of what was owed when it was made.
    pub fn is_at_the_scene(self) -> bool {
        use ActKind::*;
        matches!(
            self,
            Notice
                | Companion
                | Stage
                | Checklist
                | Mark
                | FilmingNotice
                | ConfidentialSpan
                | Photo
                | Document
                | Service
                | Obstruction
                | OpeningPassage
                | InterruptionReason
                | Ended
        )
    }
}

/// A member that is there counts, whatever it holds; `false` is what this crate itself writes for one that is not.
fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Presence {
        Said(bool),
        Described(IgnoredAny),
    }
    Presence::deserialize(deserializer).map(|p| !matches!(p, Presence::Said(false)))
}

fn known_step<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ServiceStep, D::Error> {
    let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
    Ok(ServiceStep::parse(&name).unwrap_or(ServiceStep::Other))
}

mod boot_hex {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(boot: &u128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{boot:032x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        u128::from_str_radix(&text, 16).map_err(serde::de::Error::custom)
    }
}
