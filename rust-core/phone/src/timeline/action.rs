//! The vocabulary of a timeline: what an officer, or the phone, does at a scene.

use std::path::PathBuf;

use quanji_evidence::body::{
    ActivityChange, AwayGround, Cause, ChecklistState, Confirmed, Delivering, EndedHow, Filming, KeyContent, Location,
    NoticeOf, ObstructionKind, OpeningElement, Party, PlaceHow, Secrecy, ServiceMethod, StageOf, Temperature, Told,
};
use quanji_evidence::id::{ActivityId, RecordId};
use quanji_evidence::text::Code;
use serde::Deserialize;

/// One thing done. Names are the journal's own (`proto/evidence/v1/entries.schema.json`) wherever it has one.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Action {
    /// What the phone measures of itself; what is not given was not measured.
    Preflight {
        battery_percent: Option<u8>,
        charging: Option<bool>,
        /// Measured on the vault's disk when absent.
        free_bytes: Option<u64>,
        camera: Option<Delivering>,
        microphone: Option<Delivering>,
        clock_offset_us: Option<i64>,
        location: Option<Location>,
        temperature: Option<Temperature>,
        battery_saver: Option<bool>,
    },
    Place {
        place: String,
        #[serde(default = "typed")]
        how: PlaceHow,
    },
    /// All officers of the timeline.
    Officers {
        recorded_by: String,
    },
    Subject {
        party: Party,
        name: Option<String>,
        matter: Option<Code>,
        case: Option<String>,
    },
    /// Place, officers and subject in one press: what was not known at an emergency start.
    Describe {
        place: String,
        recorded_by: String,
        party: Party,
        name: Option<String>,
        matter: Option<Code>,
        case: Option<String>,
    },
    Activity {
        change: ActivityChange,
        /// Drawn when it begins here.
        activity: Option<ActivityId>,
        other: Option<RecordId>,
        /// Digest of the other's first line, as `status --json` shows it.
        opened: Option<String>,
    },
    /// A passage of the opening statement, spoken from `s` to `to`.
    Opening {
        to: f64,
        elements: Vec<OpeningElement>,
        /// What is to be read aloud: tells how long it should take.
        text: Option<String>,
        #[serde(default = "now")]
        confirmed: Confirmed,
        #[serde(default = "spoken")]
        how: Told,
    },
    ActFirst {},
    OpeningCovered {},
    OpeningExplained {
        word: String,
    },
    /// Why recording was interrupted: spoken from `s` to `to`, or a preset.
    Reason {
        to: Option<f64>,
        cause: Cause,
        text: Option<String>,
        word: Option<String>,
        /// Which interruption, from 1; the last when absent.
        of: Option<usize>,
    },
    Notice {
        notice: NoticeOf,
        #[serde(default = "spoken")]
        how: Told,
    },
    Companion {
        line: Code,
        #[serde(default = "spoken")]
        how: Told,
    },
    Stage {
        stage: StageOf,
    },
    Checklist {
        item: KeyContent,
        state: ChecklistState,
    },
    Mark {
        mark: Code,
    },
    Photo {
        file: PathBuf,
        width: Option<u16>,
        height: Option<u16>,
    },
    Document {
        file: PathBuf,
        document: Code,
        title: Option<String>,
    },
    Service {
        method: ServiceMethod,
        step: Code,
        file: Option<PathBuf>,
    },
    Filming {
        state: Filming,
        word: Option<String>,
    },
    Confidential {
        secrecy: Secrecy,
        /// Where it began; `s` when absent.
        from: Option<f64>,
        to: Option<f64>,
    },
    Obstruction {
        kind: ObstructionKind,
    },
    /// Recording breaks off: nothing of the clip is recorded until `resume`.
    Interrupt {
        cause: Cause,
    },
    Resume {},
    WrittenStatement {
        statement: String,
        /// Which interruption it explains, from 1; the record as a whole when absent.
        of: Option<usize>,
    },
    Away {
        ground: AwayGround,
    },
    Returned {
        /// RFC 3339; the clock's now when absent.
        at: Option<String>,
    },
    Correction {
        /// Seq of the line.
        of: u64,
        text: String,
    },
    Mistake {
        reason: String,
    },
    End {
        #[serde(default = "officer")]
        how: EndedHow,
    },
    /// Another clip is filmed from here on: another codec, size or rotation in flight.
    Input {
        file: PathBuf,
        pcm: Option<PathBuf>,
    },
    /// Somebody sets the wall clock so many seconds ahead, or back (simulated).
    ClockSet {
        ahead: f64,
    },
    /// So many more bytes fit on the vault's disk (simulated); all that the disk has when absent.
    Room {
        bytes: Option<u64>,
    },
    /// The process is killed, as by `kill -9`.
    Kill {},
    /// The process stops writing and ends, leaving the record as it is.
    Leave {},
}

fn typed() -> PlaceHow {
    PlaceHow::Typed
}

fn now() -> Confirmed {
    Confirmed::Now
}

fn spoken() -> Told {
    Told::Spoken
}

fn officer() -> EndedHow {
    EndedHow::Officer
}

impl Action {
    /// The action's word in a timeline.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Action::Preflight { .. } => "preflight",
            Action::Place { .. } => "place",
            Action::Officers { .. } => "officers",
            Action::Subject { .. } => "subject",
            Action::Describe { .. } => "describe",
            Action::Activity { .. } => "activity",
            Action::Opening { .. } => "opening",
            Action::ActFirst {} => "act_first",
            Action::OpeningCovered {} => "opening_covered",
            Action::OpeningExplained { .. } => "opening_explained",
            Action::Reason { .. } => "reason",
            Action::Notice { .. } => "notice",
            Action::Companion { .. } => "companion",
            Action::Stage { .. } => "stage",
            Action::Checklist { .. } => "checklist",
            Action::Mark { .. } => "mark",
            Action::Photo { .. } => "photo",
            Action::Document { .. } => "document",
            Action::Service { .. } => "service",
            Action::Filming { .. } => "filming",
            Action::Confidential { .. } => "confidential",
            Action::Obstruction { .. } => "obstruction",
            Action::Interrupt { .. } => "interrupt",
            Action::Resume {} => "resume",
            Action::WrittenStatement { .. } => "written_statement",
            Action::Away { .. } => "away",
            Action::Returned { .. } => "returned",
            Action::Correction { .. } => "correction",
            Action::Mistake { .. } => "mistake",
            Action::End { .. } => "end",
            Action::Input { .. } => "input",
            Action::ClockSet { .. } => "clock_set",
            Action::Room { .. } => "room",
            Action::Kill {} => "kill",
            Action::Leave {} => "leave",
        }
    }

    /// Where a passage ends, s.
    pub(crate) fn to(&self) -> Option<f64> {
        match self {
            Action::Opening { to, .. } => Some(*to),
            Action::Reason { to, .. } => *to,
            _ => None,
        }
    }

    /// The officer it names besides its actor.
    pub(crate) fn names_officer(&self) -> Option<&str> {
        match self {
            Action::Officers { recorded_by } | Action::Describe { recorded_by, .. } => Some(recorded_by),
            _ => None,
        }
    }
}

impl std::fmt::Debug for Action {
    /// Never the words: this may end in a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}
