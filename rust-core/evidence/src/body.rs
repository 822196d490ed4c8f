//! What an entry says, by kind. `entries.schema.json` defines each; these types are its Rust reading.

mod addenda;
mod beginning;
mod breaks;
mod description;
mod media;
mod scene;

use serde::Serialize;
use serde_json::Value;

pub use addenda::*;
pub use beginning::*;
pub use breaks::*;
pub use description::*;
pub use media::*;
pub use scene::*;

use crate::schema::{self, SchemaMismatch};

/// The edition of every kind in this edition of the format.
pub const KIND_EDITION: u64 = 1;

macro_rules! bodies {
    ($($variant:ident($type:ty) = $kind:literal),* $(,)?) => {
        /// The kind of an entry.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind {
            $($variant),*
        }

        impl Kind {
            /// Every kind of this edition.
            pub const ALL: &'static [Kind] = &[$(Kind::$variant),*];

            /// The kind's name in an entry.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Kind::$variant => $kind),*
                }
            }

            /// The kind of that name; `None` for one of a later edition.
            pub fn named(name: &str) -> Option<Kind> {
                match name {
                    $($kind => Some(Kind::$variant),)*
                    _ => None,
                }
            }
        }

        /// What an entry says.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        pub enum Body {
            $($variant(Box<$type>)),*
        }

        impl Body {
            /// The kind this body belongs to.
            pub const fn kind(&self) -> Kind {
                match self {
                    $(Body::$variant(_) => Kind::$variant),*
                }
            }

            /// Reads the body of an entry of this kind, checked against the schema first.
            pub fn parse(kind: Kind, value: &Value) -> Result<Body, SchemaMismatch> {
                schema::check(kind.name(), value)?;
                match kind {
                    $(Kind::$variant => from_checked::<$type>(value).map(|body| Body::$variant(Box::new(body)))),*
                }
            }
        }

        $(body_from!($variant, $type, $kind);)*
    };
}

macro_rules! body_from {
    // `recovered` shares its type with `fragment`, so it has no conversion of its own.
    (Recovered, $type:ty, $kind:literal) => {};
    ($variant:ident, $type:ty, $kind:literal) => {
        impl From<$type> for Body {
            fn from(body: $type) -> Body {
                Body::$variant(Box::new(body))
            }
        }
    };
}

bodies! {
    Opened(Opened) = "opened",
    Preflight(Preflight) = "preflight",
    Place(Place) = "place",
    Officers(Officers) = "officers",
    Subject(Subject) = "subject",
    Activity(Activity) = "activity",
    Take(Take) = "take",
    Fragment(Fragment) = "fragment",
    Recovered(Fragment) = "recovered",
    Segment(Segment) = "segment",
    OpeningPassage(OpeningPassage) = "opening_passage",
    OpeningExcused(OpeningExcused) = "opening_excused",
    InterruptionReason(InterruptionReason) = "interruption_reason",
    Notice(Notice) = "notice",
    Companion(Companion) = "companion",
    Stage(Stage) = "stage",
    Checklist(Checklist) = "checklist",
    Mark(Mark) = "mark",
    FilmingNotice(FilmingNotice) = "filming_notice",
    ConfidentialSpan(ConfidentialSpan) = "confidential_span",
    Photo(Photo) = "photo",
    Document(Document) = "document",
    Service(Service) = "service",
    Obstruction(Obstruction) = "obstruction",
    Interrupted(Interrupted) = "interrupted",
    Resumed(Resumed) = "resumed",
    TrackLost(TrackLost) = "track_lost",
    TrackBack(TrackBack) = "track_back",
    ClockSet(ClockSet) = "clock_set",
    CaptureClock(CaptureClock) = "capture_clock",
    Ended(Ended) = "ended",
    Sealed(Sealed) = "sealed",
    AwayDeclared(AwayDeclared) = "away_declared",
    Returned(Returned) = "returned",
    WrittenStatement(WrittenStatement) = "written_statement",
    Correction(Correction) = "correction",
    DeclaredMistake(DeclaredMistake) = "declared_mistake",
    Vouched(Vouched) = "vouched",
}

impl Body {
    /// The private values this body names.
    pub fn privates(&self) -> Vec<&Private> {
        match self {
            Body::Place(body) => vec![&body.place],
            Body::Officers(body) => {
                body.officers.iter().flat_map(|officer| [&officer.name, &officer.certificate]).collect()
            }
            Body::Subject(body) => body.name.iter().chain(&body.case).collect(),
            Body::OpeningExcused(body) => body.word.iter().collect(),
            Body::InterruptionReason(body) => body.word.iter().collect(),
            Body::FilmingNotice(body) => body.word.iter().collect(),
            Body::Document(body) => body.title.iter().collect(),
            Body::WrittenStatement(body) => vec![&body.statement],
            Body::Correction(body) => vec![&body.text],
            Body::DeclaredMistake(body) => vec![&body.reason],
            _ => Vec::new(),
        }
    }

    /// The file that this body names beside the journal.
    pub fn file(&self) -> Option<&FileDigest> {
        match self {
            Body::Photo(body) => Some(&body.file),
            Body::Document(body) => Some(&body.file),
            Body::Service(body) => body.file.as_ref(),
            _ => None,
        }
    }
}

/// Reads a value that fits the schema; the types ask for nothing more, which a test holds.
pub(crate) fn from_checked<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, SchemaMismatch> {
    T::deserialize(value).map_err(|fault| SchemaMismatch { path: String::new(), wanted: fault.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `privates` names its kinds; the schema is the authority on which they are.
    #[test]
    fn no_kind_hides_a_private_value() {
        let schema: Value = serde_json::from_str(schema::TEXT).unwrap();
        let holds =
            |kind: &Kind, what: &str| schema["$defs"][kind.name()].to_string().contains(&format!("#/$defs/{what}\""));
        let named =
            |what: &str| Kind::ALL.iter().filter(|kind| holds(kind, what)).map(|kind| kind.name()).collect::<Vec<_>>();
        assert_eq!(
            named("private"),
            [
                "place",
                "officers",
                "subject",
                "opening_excused",
                "interruption_reason",
                "filming_notice",
                "document",
                "written_statement",
                "correction",
                "declared_mistake"
            ]
        );
        assert_eq!(named("file"), ["take", "photo", "document", "service"]);
    }

    #[test]
    fn every_kind_stands_in_the_schema_under_its_name() {
        for kind in Kind::ALL {
            assert!(schema::defines(kind.name()), "{}", kind.name());
            assert_eq!(Kind::named(kind.name()), Some(*kind));
        }
    }
}
