//! What is read aloud, in words: the teleprompter shows exactly this, and speech is measured against it.

use std::sync::Arc;

use quanji_rules::{Instant, Known, KnownOfficer, KnownParty, NoticeKind, Phrases, Stage};

use crate::deed::NamedOfficer;
use crate::phone_core::Core;
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

/// A companion line, as it is said.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CompanionPhrase {
    pub line: CompanionLine,
    pub text: String,
}

#[uniffi::export]
impl Core {
    /// The opening statement, element by element, in the words that are in force; all lines together are the whole.
    pub fn opening_lines(&self, known: KnownScene, language: Language) -> Vec<OpeningLine> {
        opening_lines(&self.recorder.in_force().phrases, &known, language)
    }

    /// Why recording broke off, to be said on resuming.
    pub fn reason_phrase(&self, cause: Cause, language: Language) -> String {
        self.recorder.in_force().phrases.reason(self::cause(cause), language)
    }

    /// What whoever films is told (第十六条).
    pub fn filming_phrase(&self, language: Language) -> String {
        self.recorder.in_force().phrases.filming_points(language)
    }

    /// What those present are told besides the opening.
    pub fn notice_phrases(&self, language: Language) -> Vec<NoticePhrase> {
        let phrases = Arc::clone(&self.recorder.in_force().phrases);
        [(NoticeOf::Latecomers, NoticeKind::Latecomers), (NoticeOf::Secrets, NoticeKind::Secrets)]
            .map(|(notice, kind)| NoticePhrase { notice, text: phrases.notice(kind, language) })
            .to_vec()
    }

    /// What is said beside the opening.
    pub fn companion_phrases(&self, language: Language) -> Vec<CompanionPhrase> {
        let phrases = Arc::clone(&self.recorder.in_force().phrases);
        let phrase = |line: &CompanionLine| CompanionPhrase { line: *line, text: phrases.companion(*line, language) };
        CompanionLine::ALL.iter().map(phrase).collect()
    }
}

/// The code of a companion line in a record.
#[uniffi::export]
pub fn companion_code(line: CompanionLine) -> String {
    line.name().to_owned()
}

/// The companion line of a code; null for one that this program does not know.
#[uniffi::export]
pub fn companion_line(code: String) -> Option<CompanionLine> {
    CompanionLine::parse(&code)
}

fn opening_lines(phrases: &Phrases, known: &KnownScene, language: Language) -> Vec<OpeningLine> {
    let KnownScene { at_us, place, officers, matter, party, party_name, stages } = known;
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
    phrases.opening(&known, language).into_iter().map(line).collect()
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
