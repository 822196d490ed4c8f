//! Where the recorder stands, in one value: a screen draws it and decides nothing.

use quanji_recorder::View;

use crate::words::{OpeningElement, Phase, opening_element};

/// Where the recorder stands.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Status {
    Idle,
    Running {
        running: Running,
    },
    /// It stopped by itself: to be shown and said aloud at once. The record stands as it is, and the next start takes it up.
    Broken {
        record: String,
        why: crate::CoreError,
    },
}

/// What a running record shows.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Running {
    pub record: String,
    pub phase: Phase,
    pub owed: Vec<Owed>,
    pub lines: u64,
    pub media_bytes: u64,
    pub takes: u64,
    /// End of the durable media, µs since boot; null before there is any.
    pub acknowledged_mono_us: Option<u64>,
    pub is_disk_full: bool,
    /// Time to end this record and join the next to its activity.
    pub is_journal_nearly_full: bool,
}

/// One thing that is still owed. It accuses nobody.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Owed {
    Preflight,
    PlaceDescription,
    OfficersDescription,
    SubjectDescription,
    Opening { missing: Vec<OpeningElement> },
    InterruptionReason { interruption: u64 },
    WrittenStatement { interruption: Option<u64> },
    FilmingNotice,
}

impl From<quanji_rules::Owed> for Owed {
    fn from(owed: quanji_rules::Owed) -> Self {
        use quanji_rules::Owed as R;
        match owed {
            R::Preflight => Owed::Preflight,
            R::PlaceDescription => Owed::PlaceDescription,
            R::OfficersDescription => Owed::OfficersDescription,
            R::SubjectDescription => Owed::SubjectDescription,
            R::Opening { missing } => Owed::Opening { missing: missing.iter().map(opening_element).collect() },
            R::InterruptionReason { interruption } => Owed::InterruptionReason { interruption },
            R::WrittenStatement { interruption } => Owed::WrittenStatement { interruption },
            R::FilmingNotice => Owed::FilmingNotice,
        }
    }
}

impl From<View> for Running {
    fn from(view: View) -> Self {
        let View {
            record,
            phase,
            owed,
            lines,
            media_bytes,
            takes,
            acknowledged_mono_us,
            is_disk_full,
            is_journal_nearly_full,
        } = view;
        Running {
            record: record.to_string(),
            phase,
            owed: owed.into_iter().map(Owed::from).collect(),
            lines,
            media_bytes,
            takes,
            acknowledged_mono_us,
            is_disk_full,
            is_journal_nearly_full,
        }
    }
}
