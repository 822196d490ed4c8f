//! From which instant the storage term of 第十七条 runs.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::instant::Instant;

/// Why hand-over in time was really impossible (第十七条第二款). The officer declares it; software judges nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AwayGround {
    /// 连续工作
    Continuous,
    /// 异地工作
    Elsewhere,
    /// 边远地区
    Remote,
    /// 交通不便地区
    PoorTransport,
}

impl AwayGround {
    pub const ALL: [Self; 4] = [Self::Continuous, Self::Elsewhere, Self::Remote, Self::PoorTransport];

    /// The same word as in JSON and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Continuous => "continuous",
            Self::Elsewhere => "elsewhere",
            Self::Remote => "remote",
            Self::PoorTransport => "poor_transport",
        }
    }

    pub fn zh(self) -> &'static str {
        match self {
            Self::Continuous => "连续工作",
            Self::Elsewhere => "异地工作",
            Self::Remote => "边远地区",
            Self::PoorTransport => "交通不便地区",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|g| g.name() == name)
    }
}

/// What completed the recording (制作完成), or what the term waits for instead. In JSON by the words of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum TriggerKind {
    /// The end of the recording; resumed after breaks, its last end.
    #[serde(rename = "completed")]
    EndOfRecording,
    /// Cut off for good: the end of its last durable fragment, not the recovery.
    #[serde(rename = "cut_for_good")]
    LastDurableFragment,
    /// A photo or sound alone: its capture.
    #[serde(rename = "captured")]
    Capture,
    /// The return to the unit, with an away ground declared and the return entered by the officer.
    #[serde(rename = "returned")]
    ReturnToUnit { ground: AwayGround },
}

/// An instant from which the term runs, known only to lie within an interval: no clock is trusted alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Trigger {
    #[serde(flatten)]
    kind: TriggerKind,
    #[serde(rename = "not_before_us")]
    not_before: Instant,
    #[serde(rename = "not_after_us")]
    not_after: Instant,
}

/// An interval that ends before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the trigger is not before {} µs and not after {} µs: it ends before it begins", not_before.us(), not_after.us())]
pub struct TriggerFault {
    pub not_before: Instant,
    pub not_after: Instant,
}

impl Trigger {
    /// An instant taken as known exactly.
    pub fn at(kind: TriggerKind, instant: Instant) -> Self {
        Self { kind, not_before: instant, not_after: instant }
    }

    /// An instant that lies between `not_before` and `not_after`, both included.
    pub fn between(kind: TriggerKind, not_before: Instant, not_after: Instant) -> Result<Self, TriggerFault> {
        if not_before > not_after {
            return Err(TriggerFault { not_before, not_after });
        }
        Ok(Self { kind, not_before, not_after })
    }

    pub fn kind(self) -> TriggerKind {
        self.kind
    }

    pub fn not_before(self) -> Instant {
        self.not_before
    }

    pub fn not_after(self) -> Instant {
        self.not_after
    }
}
