//! What is read aloud, in words: the teleprompter shows exactly this, and speech is measured against it.

use quanji_rules::{Instant, Known, KnownOfficer, KnownParty, NoticeKind, Stage};

use crate::deed::NamedOfficer;
use crate::words::{Cause, CompanionLine, Language, NoticeOf, OpeningElement, Party, StageOf, cause, opening_element};

/// What is known of the activity. Null and empty are not known, and nothing is invented for them.
#[derive(Clone, uniffi::Record)]
pub struct KnownScene {
    /// µs since 1970.
    pub at_us: Option<i64>,
    pub place: Option<String>,
    pub officers: Vec<NamedOfficer>,
    pub matter: Option<String>,
    pub party: Option<Party>,
    /// Of a named party.
    pub party_name: Option<String>,
    pub stages: Vec<StageOf>,
}

/// One element of the opening.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct OpeningLine {
    pub element: OpeningElement,
    pub text: String,
}

/// A notice, as it is said.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct NoticePhrase {
    pub notice: NoticeOf,
    pub text: String,
}

/// A companion line, as it is said; `line` is its code in a record.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CompanionPhrase {
    pub line: CompanionLine,
    pub code: String,
    pub text: String,
}

/// The opening statement, element by element; all lines together are the whole.
#[uniffi::export]
pub fn opening_lines(known: KnownScene, language: Language) -> Vec<OpeningLine> {
    let KnownScene { at_us, place, officers, matter, party, party_name, stages } = &known;
    let officers: Vec<KnownOfficer<'_>> =
        officers.iter().map(|one| KnownOfficer { name: &one.name, certificate: &one.certificate }).collect();
    let stages: Vec<Stage> = stages.iter().map(|of| stage(*of)).collect();
    let known = Known {
        at: at_us.map(Instant::from_us),
        place: place.as_deref(),
        officers: &officers,
        matter: matter.as_deref(),
        party: party.map(|of| KnownParty { party: self::party(of), name: party_name.as_deref() }),
        stages: &stages,
    };
    let line = |line: quanji_rules::OpeningLine| {
        let quanji_rules::OpeningLine { element, text, is_whole: _ } = line;
        OpeningLine { element: opening_element(element), text }
    };
    quanji_rules::opening(&known, language).into_iter().map(line).collect()
}

/// Why recording broke off, to be said on resuming.
#[uniffi::export]
pub fn reason_phrase(cause: Cause, language: Language) -> String {
    quanji_rules::reason_phrase(self::cause(cause), language)
}

/// What those present are told besides the opening.
#[uniffi::export]
pub fn notice_phrases(language: Language) -> Vec<NoticePhrase> {
    [(NoticeOf::Latecomers, NoticeKind::Latecomers), (NoticeOf::Secrets, NoticeKind::Secrets)]
        .map(|(notice, kind)| NoticePhrase { notice, text: quanji_rules::notice_phrase(kind, language).to_owned() })
        .to_vec()
}

/// What is said beside the opening.
#[uniffi::export]
pub fn companion_phrases(language: Language) -> Vec<CompanionPhrase> {
    let phrase = |line: &CompanionLine| CompanionPhrase {
        line: *line,
        code: line.name().to_owned(),
        text: quanji_rules::companion_phrase(*line, language).to_owned(),
    };
    CompanionLine::ALL.iter().map(phrase).collect()
}

fn party(party: Party) -> quanji_rules::Party {
    match party {
        Party::Named => quanji_rules::Party::Named,
        Party::ToBeEstablished => quanji_rules::Party::ToBeEstablished,
        Party::NobodyPresent => quanji_rules::Party::NobodyPresent,
    }
}

fn stage(stage: StageOf) -> Stage {
    match stage {
        StageOf::Initiation => Stage::Initiation,
        StageOf::Investigation => Stage::Investigation,
        StageOf::Decision => Stage::Decision,
        StageOf::ServiceEnforcement => Stage::ServiceEnforcement,
        StageOf::Filing => Stage::Filing,
    }
}

impl std::fmt::Debug for KnownScene {
    /// Never the words: this may end in a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("KnownScene")
    }
}

impl std::fmt::Debug for OpeningLine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("OpeningLine").field("element", &self.element).finish_non_exhaustive()
    }
}
