//! State × event: the table of what may happen to a record when. Checked in as `tests/state_table.txt`.

use serde::Serialize;
use thiserror::Error;

use super::act::ActKind;
use crate::words::words;

words! {
    /// Where a record stands.
    pub enum Phase {
        /// No record yet.
        Idle = "idle", "未开";
        /// The record stands, and nothing is being recorded.
        Open = "open", "已开";
        Recording = "recording", "录制中";
        /// Broken off, by a fault or by hand, and not yet taken up again.
        Interrupted = "interrupted", "中止";
        /// The capture is over (制作完成); the term of 第十七条 runs.
        Ended = "ended", "已结束";
        /// The record key is destroyed: only addenda follow.
        Sealed = "sealed", "已封存";
    }
}

words! {
    /// Where an act is written. Nothing at the scene is lost because a record is not there to hold it.
    pub enum Written {
        Here = "here", "记入本记录";
        /// A record is opened for it first (紧急开始).
        AfterOpening = "after_opening", "先开记录再记入";
        /// This one is sealed: a new record is opened for it.
        InANewRecord = "in_a_new_record", "记入新记录";
        /// There is nothing left to do: the end of what has ended.
        Nowhere = "nowhere", "无需再记";
    }
}

/// An event that means nothing in this state. Never something done at the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, Serialize)]
#[error("{} means nothing while the record is {}", event.name(), phase.name())]
pub struct Refusal {
    pub phase: Phase,
    pub event: ActKind,
}

/// The state after an event, and where the event is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Next {
    pub phase: Phase,
    pub written: Written,
}

/// The state after `event` in `phase`. The only wildcard refuses.
#[rustfmt::skip]
pub fn next_phase(phase: Phase, event: ActKind) -> Result<Next, Refusal> {
    use ActKind as E;
    use Phase::{Ended, Idle, Interrupted, Open, Recording, Sealed};
    use Written::{AfterOpening, Here, InANewRecord, Nowhere};
    let (phase, written) = match (phase, event) {
        (Idle, E::Opened) => (Open, Here),
        (Idle, E::OpeningPassage | E::InterruptionReason | E::Notice | E::Companion | E::Stage | E::Checklist | E::Mark
            | E::FilmingNotice | E::ConfidentialSpan | E::Photo | E::Document | E::Service | E::Obstruction
            | E::WrittenStatement) => (Open, AfterOpening),
        (Idle, E::Ended) => (Idle, Nowhere),

        (Open, E::Preflight | E::Place | E::Officers | E::Subject | E::Activity) => (Open, Here),
        (Open, E::OpeningPassage | E::OpeningExcused | E::InterruptionReason | E::Notice | E::Companion | E::Stage | E::Checklist
            | E::Mark | E::FilmingNotice | E::ConfidentialSpan | E::Photo | E::Document | E::Service | E::Obstruction)
            => (Open, Here),
        (Open, E::Take) => (Recording, Here),
        (Open, E::Interrupted) => (Interrupted, Here),
        (Open, E::ClockSet | E::CaptureClock | E::AwayDeclared | E::Returned | E::WrittenStatement | E::Correction | E::Vouched) => (Open, Here),
        (Open, E::Ended) => (Ended, Here),

        (Recording, E::Preflight | E::Place | E::Officers | E::Subject | E::Activity) => (Recording, Here),
        (Recording, E::OpeningPassage | E::OpeningExcused | E::InterruptionReason | E::Notice | E::Companion | E::Stage
            | E::Checklist | E::Mark | E::FilmingNotice | E::ConfidentialSpan | E::Photo | E::Document | E::Service
            | E::Obstruction) => (Recording, Here),
        (Recording, E::Take | E::Fragment | E::Recovered | E::Segment | E::Resumed | E::TrackLost | E::TrackBack)
            => (Recording, Here),
        (Recording, E::Interrupted) => (Interrupted, Here),
        (Recording, E::ClockSet | E::CaptureClock | E::AwayDeclared | E::Returned | E::WrittenStatement | E::Correction | E::Vouched)
            => (Recording, Here),
        (Recording, E::Ended) => (Ended, Here),

        (Interrupted, E::Preflight | E::Place | E::Officers | E::Subject | E::Activity) => (Interrupted, Here),
        (Interrupted, E::OpeningPassage | E::OpeningExcused | E::InterruptionReason | E::Notice | E::Companion | E::Stage
            | E::Checklist | E::Mark | E::FilmingNotice | E::ConfidentialSpan | E::Photo | E::Document | E::Service
            | E::Obstruction) => (Interrupted, Here),
        // What the encoders still held when the recording broke off is written after the break.
        (Interrupted, E::Fragment | E::Recovered | E::Segment | E::Interrupted | E::Resumed | E::TrackLost | E::TrackBack)
            => (Interrupted, Here),
        (Interrupted, E::Take) => (Recording, Here),
        (Interrupted, E::ClockSet | E::CaptureClock | E::AwayDeclared | E::Returned | E::WrittenStatement | E::Correction | E::Vouched)
            => (Interrupted, Here),
        (Interrupted, E::Ended) => (Ended, Here),

        (Ended, E::Preflight | E::Place | E::Officers | E::Subject | E::Activity) => (Ended, Here),
        (Ended, E::OpeningPassage | E::OpeningExcused | E::InterruptionReason | E::Notice | E::Companion | E::Stage | E::Checklist
            | E::Mark | E::FilmingNotice | E::ConfidentialSpan | E::Photo | E::Document | E::Service | E::Obstruction)
            => (Ended, Here),
        (Ended, E::Recovered | E::Segment) => (Ended, Here),
        (Ended, E::ClockSet | E::CaptureClock | E::AwayDeclared | E::Returned | E::WrittenStatement | E::Correction | E::Vouched)
            => (Ended, Here),
        (Ended, E::Ended) => (Ended, Nowhere),
        (Ended, E::Sealed) => (Sealed, Here),

        (Sealed, E::Place | E::Officers | E::Subject | E::OpeningPassage | E::OpeningExcused | E::InterruptionReason
            | E::Checklist | E::Mark | E::FilmingNotice | E::ConfidentialSpan) => (Sealed, Here),
        (Sealed, E::ClockSet | E::AwayDeclared | E::Returned | E::WrittenStatement | E::Correction | E::DeclaredMistake | E::Vouched)
            => (Sealed, Here),
        (Sealed, E::Notice | E::Companion | E::Stage | E::Photo | E::Document | E::Service | E::Obstruction)
            => (Sealed, InANewRecord),
        (Sealed, E::Ended) => (Sealed, Nowhere),

        _ => return Err(Refusal { phase, event }),
    };
    Ok(Next { phase, written })
}
