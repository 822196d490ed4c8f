//! What the officer, or the phone itself, adds to a record: with plain words, which become private values on the way.

use quanji_evidence::Digest;
use quanji_evidence::body::{Body, Cause, Excuse, Filming, Party, PlaceHow, ReasonHow, ServiceMethod, Speech};
use quanji_evidence::text::Code;

use crate::preflight::PhoneCheck;

/// One addition. `Said` covers every kind that holds neither a person's words nor a file.
#[derive(Clone, PartialEq, Eq)]
pub enum Deed {
    /// An entry that needs nothing from the vault.
    Said(Body),
    /// The check before recording (第十三条), judged by the agency's thresholds.
    Preflight(PhoneCheck),
    Place {
        place: String,
        how: PlaceHow,
    },
    /// 1–64 officers; `recorded_by` counts from 0.
    Officers {
        officers: Vec<NamedOfficer>,
        recorded_by: usize,
    },
    Subject {
        party: Party,
        name: Option<String>,
        matter: Option<Code>,
        case: Option<String>,
    },
    OpeningExcused {
        reason: Excuse,
        word: Option<String>,
    },
    InterruptionReason {
        interruption: u64,
        cause: Cause,
        how: ReasonHow,
        measured: Measured,
        word: Option<String>,
    },
    FilmingNotice {
        state: Filming,
        word: Option<String>,
    },
    Photo {
        image: Vec<u8>,
        width: Option<u16>,
        height: Option<u16>,
    },
    Document {
        file: Vec<u8>,
        document: Code,
        title: Option<String>,
    },
    Service {
        method: ServiceMethod,
        step: Code,
        file: Option<Vec<u8>>,
    },
    WrittenStatement {
        statement: String,
        interruption: Option<u64>,
        /// The agency's draft that its author had before them, by the digest of its header line.
        draft: Option<Digest>,
    },
    Correction {
        of: u64,
        text: String,
    },
    DeclaredMistake {
        reason: String,
    },
}

/// An officer by name and certificate number (执法证号).
#[derive(Clone, PartialEq, Eq)]
pub struct NamedOfficer {
    pub name: String,
    pub certificate: String,
}

/// What the speech meter measured over a passage; absent instants where nothing was spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    pub speech: Speech,
    pub from_mono_us: Option<u64>,
    pub to_mono_us: Option<u64>,
    pub voiced_us: Option<u64>,
}

impl std::fmt::Debug for Deed {
    /// Never the words: this may end in a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = match self {
            Deed::Said(body) => body.kind().name(),
            Deed::Preflight(_) => "preflight",
            Deed::Place { .. } => "place",
            Deed::Officers { .. } => "officers",
            Deed::Subject { .. } => "subject",
            Deed::OpeningExcused { .. } => "opening_excused",
            Deed::InterruptionReason { .. } => "interruption_reason",
            Deed::FilmingNotice { .. } => "filming_notice",
            Deed::Photo { .. } => "photo",
            Deed::Document { .. } => "document",
            Deed::Service { .. } => "service",
            Deed::WrittenStatement { .. } => "written_statement",
            Deed::Correction { .. } => "correction",
            Deed::DeclaredMistake { .. } => "declared_mistake",
        };
        formatter.debug_tuple("Deed").field(&name).finish()
    }
}

impl std::fmt::Debug for NamedOfficer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("NamedOfficer")
    }
}

impl<B: Into<Body>> From<B> for Deed {
    fn from(body: B) -> Deed {
        Deed::Said(body.into())
    }
}
