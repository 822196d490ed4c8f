//! What the officer does or says, as the shell tells it, and what the core answers.

use quanji_capture::quality::Thermal;
use quanji_evidence::body::{
    AwayDeclared, Body, Checklist, Companion, ConfidentialSpan, Mark, Notice, Obstruction, Returned, Stage,
};
use quanji_evidence::entry::Actor;
use quanji_evidence::text::{Code, Officer};
use quanji_recorder::{Capture, Deed as Inner, Recorder};
use quanji_rules::Effect;

use crate::CoreError;
use crate::statement::draft_named;
use crate::words::{
    ActorProof, AwayGround, Cause, ChecklistState, Confirmed, Delivering, Excuse, Filming, Flag, KeyContent, Location,
    NoticeOf, ObstructionKind, OpeningElement, Party, PlaceHow, PreflightNote, ReasonHow, Secrecy, ServiceMethod,
    Speech, StageOf, Temperature, Told, Track, opening_element, track,
};

/// One addition to a record. Instants are of the press, µs since boot.
#[derive(Clone, uniffi::Enum)]
pub enum Deed {
    /// What the phone measured of itself before recording; null is not measured.
    Preflight {
        check: PhoneCheck,
    },
    Place {
        place: String,
        how: PlaceHow,
    },
    /// 1–64 officers; `recorded_by` counts from 0.
    Officers {
        officers: Vec<NamedOfficer>,
        recorded_by: u32,
    },
    Subject {
        party: Party,
        name: Option<String>,
        matter: Option<String>,
        case_number: Option<String>,
    },
    /// A passage of the opening statement; `text` is what was to be read aloud.
    Opening {
        passage: u64,
        to_mono_us: u64,
        elements: Vec<OpeningElement>,
        text: Option<String>,
        confirmed: Confirmed,
        how: Told,
    },
    OpeningExcused {
        reason: Excuse,
        word: Option<String>,
    },
    /// Why recording was interrupted: spoken in a passage, or one of the presets. `text` is what was to be read aloud.
    Reason {
        interruption: u64,
        cause: Cause,
        passage: u64,
        to_mono_us: u64,
        text: Option<String>,
        how: ReasonHow,
        word: Option<String>,
    },
    Notice {
        notice: NoticeOf,
        how: Told,
    },
    /// Kotlin keeps the plain word for itself.
    CompanionLine {
        line: String,
        how: Told,
    },
    Stage {
        stage: StageOf,
    },
    /// Null looking back, when the camera has stopped.
    Checklist {
        item: KeyContent,
        state: ChecklistState,
        at_mono_us: Option<u64>,
    },
    Mark {
        mark: String,
        at_mono_us: u64,
    },
    FilmingNotice {
        state: Filming,
        word: Option<String>,
    },
    ConfidentialSpan {
        secrecy: Secrecy,
        from_mono_us: u64,
        to_mono_us: Option<u64>,
    },
    Obstruction {
        kind: ObstructionKind,
    },
    Photo {
        image: Vec<u8>,
        width: Option<u16>,
        height: Option<u16>,
    },
    Document {
        file: Vec<u8>,
        document: String,
        title: Option<String>,
    },
    Service {
        method: ServiceMethod,
        step: String,
        file: Option<Vec<u8>>,
    },
    WrittenStatement {
        statement: String,
        interruption: Option<u64>,
        /// The agency's draft that the officer had on the screen, as `Core.statement_drafts` names it.
        draft: Option<String>,
    },
    Away {
        ground: AwayGround,
    },
    Returned {
        at_us: u64,
    },
    Correction {
        of: u64,
        text: String,
    },
    Mistake {
        reason: String,
    },
}

/// What the phone measured of itself (第十三条). Whether camera and microphone really deliver, and how far the clock is off, the core knows itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct PhoneCheck {
    pub battery_percent: Option<u8>,
    pub charging: Option<bool>,
    pub free_bytes: Option<u64>,
    /// Of the step that recording begins at.
    pub bytes_a_second: u64,
    pub has_camera: bool,
    /// Pictures are recorded: not where sound alone was asked for.
    pub asks_picture: bool,
    pub location: Option<Location>,
    /// `None` where the phone does not say.
    pub thermal: Option<Thermal>,
    pub battery_saver: Option<bool>,
    pub permissions: Permissions,
}

/// What the phone's owner lets the app do; null was not asked. The place's stands in `location`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, uniffi::Record)]
pub struct Permissions {
    pub camera: Option<bool>,
    pub microphone: Option<bool>,
    pub notifications: Option<bool>,
    /// That the system does not put the app to sleep.
    pub background: Option<bool>,
}

impl PhoneCheck {
    pub(crate) fn into_inner(self, recorder: &Recorder, capture: Option<&Capture>) -> quanji_recorder::PhoneCheck {
        let PhoneCheck {
            battery_percent,
            charging,
            free_bytes,
            bytes_a_second,
            has_camera,
            asks_picture,
            location,
            thermal,
            battery_saver,
            permissions: Permissions { camera, microphone: hears, notifications, background },
        } = self;
        let [picture, microphone] = capture.map_or([None; 2], |capture| capture.delivering().map(Some));
        quanji_recorder::PhoneCheck {
            battery_percent,
            charging,
            free_bytes,
            bytes_a_second,
            camera: if has_camera { picture.filter(|_| asks_picture) } else { Some(Delivering::Absent) },
            microphone,
            clock_offset_us: recorder.clock_offset_us(),
            location,
            temperature: thermal.map(temperature),
            battery_saver,
            permissions: quanji_rules::Permissions { camera, microphone: hears, notifications, background },
        }
    }
}

/// From the step at which quality steps down on, the phone is hot.
fn temperature(thermal: Thermal) -> Temperature {
    match thermal {
        Thermal::None | Thermal::Light => Temperature::Normal,
        Thermal::Moderate => Temperature::Warm,
        Thermal::Severe | Thermal::Critical | Thermal::Emergency | Thermal::Shutdown => Temperature::Hot,
    }
}

/// An officer by name and certificate number (执法证号).
#[derive(Clone, uniffi::Record)]
pub struct NamedOfficer {
    pub name: String,
    pub certificate: String,
}

/// Who did it, by the officer's number in the record (`o1`), and what showed that it was that person.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ProvenOfficer {
    pub officer: String,
    pub by: ActorProof,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Done {
    /// The line's number in the journal.
    pub seq: u64,
    /// What was owed when it was made.
    pub flags: Vec<Flag>,
    /// What to prompt, offer or show next.
    pub prompts: Vec<Prompt>,
    /// Of a passage: what was measured of it. To be told beside the officer's word, and never in its place.
    pub speech: Option<Speech>,
}

/// What the rules want shown or asked now. Everything can be put aside with one press.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Prompt {
    Opening { missing: Vec<OpeningElement> },
    OpeningLater,
    Confirmation,
    SpeechDoubt,
    Reason { interruption: u64 },
    WhyStopped { interruption: u64 },
    Warning { note: PreflightNote },
    TrackLost { track: Track },
    WrittenStatement,
    FilmingNotice,
    SecrecyPhrase,
    UploadStopped,
    RestrictedForMinor,
    PoliceBundle,
    Countdown,
    WaitingForReturn,
    CountdownFromReturn,
    RestrictedToReviewer,
}

impl Deed {
    /// `capture` is where passages were measured; without one they were not.
    pub(crate) fn into_inner(self, recorder: &Recorder, capture: Option<&Capture>) -> Result<Inner, CoreError> {
        Ok(match self {
            Deed::Preflight { check } => Inner::Preflight(check.into_inner(recorder, capture)),
            Deed::Opening { passage, to_mono_us, elements, text, confirmed, how } => {
                let capture = capture.ok_or(CoreError::NotRecording)?;
                // What is read from the screen is not to be heard.
                let text = text.filter(|_| how != Told::Shown);
                capture.opening(passage, to_mono_us, elements, text.as_deref(), confirmed, how)
            }
            Deed::Reason { interruption, cause, passage, to_mono_us, text, how, word } => {
                let capture = capture.ok_or(CoreError::NotRecording)?;
                let measured = capture.measure(passage, text.as_deref(), to_mono_us);
                Inner::InterruptionReason { interruption, cause, how, measured, word }
            }
            Deed::Place { place, how } => Inner::Place { place, how },
            Deed::Officers { officers, recorded_by } => Inner::Officers {
                officers: officers.into_iter().map(NamedOfficer::into_inner).collect(),
                recorded_by: recorded_by as usize,
            },
            Deed::Subject { party, name, matter, case_number } => Inner::Subject {
                party,
                name,
                matter: matter.map(|matter| code("matter", &matter)).transpose()?,
                case: case_number,
            },
            Deed::OpeningExcused { reason, word } => Inner::OpeningExcused { reason, word },
            Deed::Notice { notice, how } => Notice { notice, how }.into(),
            Deed::CompanionLine { line, how } => Companion { line: code("line", &line)?, how }.into(),
            Deed::Stage { stage } => Stage { stage }.into(),
            Deed::Checklist { item, state, at_mono_us } => Checklist { item, state, at_mono_us, boot: None }.into(),
            Deed::Mark { mark, at_mono_us } => Mark { mark: code("mark", &mark)?, at_mono_us, boot: None }.into(),
            Deed::FilmingNotice { state, word } => Inner::FilmingNotice { state, word },
            Deed::ConfidentialSpan { secrecy, from_mono_us, to_mono_us } => {
                ConfidentialSpan { secrecy, from_mono_us, to_mono_us, boot: None }.into()
            }
            Deed::Obstruction { kind } => Obstruction { obstruction: kind }.into(),
            Deed::Photo { image, width, height } => Inner::Photo { image, width, height },
            Deed::Document { file, document, title } => {
                Inner::Document { file, document: code("document", &document)?, title }
            }
            Deed::Service { method, step, file } => Inner::Service { method, step: code("step", &step)?, file },
            Deed::WrittenStatement { statement, interruption, draft } => {
                let draft = draft.as_deref().map(draft_named).transpose()?;
                Inner::WrittenStatement { statement, interruption, draft }
            }
            Deed::Away { ground } => AwayDeclared { ground }.into(),
            Deed::Returned { at_us } => Returned { at_us }.into(),
            Deed::Correction { of, text } => Inner::Correction { of, text },
            Deed::Mistake { reason } => Inner::DeclaredMistake { reason },
        })
    }
}

impl std::fmt::Debug for Deed {
    /// Never the words: this may end in a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Deed")
    }
}

impl std::fmt::Debug for NamedOfficer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("NamedOfficer")
    }
}

impl NamedOfficer {
    fn into_inner(self) -> quanji_recorder::NamedOfficer {
        let NamedOfficer { name, certificate } = self;
        quanji_recorder::NamedOfficer { name, certificate }
    }
}

impl ProvenOfficer {
    pub(crate) fn into_inner(self) -> Result<Actor, CoreError> {
        let officer = Officer::parse(&self.officer).map_err(|mismatch| CoreError::shape("officer", mismatch.wanted))?;
        Ok(Actor { officer, by: self.by })
    }
}

pub(crate) fn code(what: &str, text: &str) -> Result<Code, CoreError> {
    Code::parse(text).map_err(|mismatch| CoreError::shape(what, mismatch.wanted))
}

impl From<quanji_recorder::Done> for Done {
    fn from(done: quanji_recorder::Done) -> Self {
        let quanji_recorder::Done { seq, flags, effects } = done;
        Done { seq, flags, prompts: effects.into_iter().filter_map(prompt).collect(), speech: None }
    }
}

/// What was measured of a passage that is spoken; `None` for every other deed, for what is shown, and for a preset that is pressed.
pub(crate) fn speech_of(deed: &Inner) -> Option<Speech> {
    match deed {
        Inner::Said(Body::OpeningPassage(passage)) if passage.how != Told::Shown => Some(passage.speech),
        Inner::InterruptionReason { how: ReasonHow::Spoken, measured, .. } => Some(measured.speech),
        _ => None,
    }
}

/// `None` for what the recorder does itself.
fn prompt(effect: Effect) -> Option<Prompt> {
    Some(match effect {
        Effect::PromptOpening { missing } => Prompt::Opening { missing: missing.iter().map(opening_element).collect() },
        Effect::RemindOfOpening => Prompt::OpeningLater,
        Effect::AskConfirmation => Prompt::Confirmation,
        Effect::ShowSpeechDoubt => Prompt::SpeechDoubt,
        Effect::AskReason { interruption } => Prompt::Reason { interruption },
        Effect::AskWhyStopped { interruption } => Prompt::WhyStopped { interruption },
        Effect::ShowWarning { note } => Prompt::Warning { note },
        Effect::AlertTrackLost { track: lost } => Prompt::TrackLost { track: track(lost) },
        Effect::WriteInterrupted => return None,
        Effect::PromptWrittenStatement => Prompt::WrittenStatement,
        Effect::PromptFilmingNotice => Prompt::FilmingNotice,
        Effect::OfferSecrecyPhrase => Prompt::SecrecyPhrase,
        Effect::StopUploadAndAlerts => Prompt::UploadStopped,
        Effect::RestrictForMinor => Prompt::RestrictedForMinor,
        Effect::OfferPoliceBundle => Prompt::PoliceBundle,
        Effect::StartCountdown => Prompt::Countdown,
        Effect::AwaitReturn => Prompt::WaitingForReturn,
        Effect::CountFromReturn => Prompt::CountdownFromReturn,
        Effect::RestrictToReviewer => Prompt::RestrictedToReviewer,
    })
}
