//! One step of a record: state + event → state + effects.

use serde::{Serialize, Serializer};

use super::act::{Act, Event};
use super::claims::Exception;
use super::elements::OpeningElements;
use super::owed::{Debts, Owed};
use super::phase::{Phase, Refusal, Written, next_phase};
use super::policy::Policy;
use super::service::{ServiceSteps, Serving};
use super::vocabulary::{Cause, Confirmed, Excuse, FilmingStep, Flag, Obstruction, Secrecy, Speech, Track};
use crate::law::Article;
use crate::preflight::{PreflightNote, PreflightNotes, had_warned};

/// What the recorder does next because of an event: prompts, offers and switches, never an obstacle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case", tag = "effect")]
pub enum Effect {
    /// The opening statement is due, and these elements are missing (第十四条).
    PromptOpening { missing: OpeningElements },
    /// 先处置后说明: the opening stays in sight and is prompted again later.
    RemindOfOpening,
    /// A passage was said and waits for its one key or tap.
    AskConfirmation,
    /// The officer confirmed, but no speech of that length was measured: both are shown.
    ShowSpeechDoubt,
    /// The reason for the break is asked for before anything else (第十五条).
    AskReason { interruption: u64 },
    /// Stopped by hand: asked about once, owed by nobody.
    AskWhyStopped { interruption: u64 },
    /// A note of the check before recording: at once, and again beside the interruption that it foresaw.
    ShowWarning { note: PreflightNote },
    /// One track is gone while the other runs.
    AlertTrackLost { track: Track },
    /// The last track is gone: the recorder writes `interrupted`.
    WriteInterrupted,
    /// The recording cannot go on: a written statement is due (第十五条).
    PromptWrittenStatement,
    /// The four points of 第十六条 are shown or spoken.
    PromptFilmingNotice,
    /// A second phrase asks not to film what is secret or private.
    OfferSecrecyPhrase,
    /// State secrets do not belong on this phone: upload and alerts stop.
    StopUploadAndAlerts,
    /// A minor is present: the record is restricted and exports are masked.
    RestrictForMinor,
    /// Violence or threat: the bundle for the police is offered (第二十三条).
    OfferPoliceBundle,
    /// The term of 第十七条 begins.
    StartCountdown,
    /// The term waits for the return to the unit.
    AwaitReturn,
    /// The term runs from the return.
    CountFromReturn,
    /// 误录: only a named reviewer sees it; nothing expires by this alone.
    RestrictToReviewer,
}

impl Effect {
    /// The article it serves.
    pub fn article(self) -> Article {
        match self {
            Self::ShowWarning { .. } => Article::Art13,
            Self::PromptOpening { .. } | Self::RemindOfOpening | Self::AskConfirmation | Self::ShowSpeechDoubt => {
                Article::Art14
            }
            Self::AskReason { .. }
            | Self::AskWhyStopped { .. }
            | Self::AlertTrackLost { .. }
            | Self::WriteInterrupted
            | Self::PromptWrittenStatement => Article::Art15,
            Self::PromptFilmingNotice | Self::OfferSecrecyPhrase => Article::Art16,
            Self::StartCountdown | Self::AwaitReturn | Self::CountFromReturn => Article::Art17,
            Self::StopUploadAndAlerts | Self::RestrictForMinor => Article::Art18,
            Self::RestrictToReviewer => Article::Art20,
            Self::OfferPoliceBundle => Article::Art23,
        }
    }
}

/// The flags of one entry, in a journal an array of their names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(u8);

impl Flags {
    pub fn contains(self, flag: Flag) -> bool {
        self.0 & (1 << flag as u8) != 0
    }

    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.iter().copied().filter(move |f| self.contains(*f))
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Flag> for Flags {
    fn from_iter<T: IntoIterator<Item = Flag>>(flags: T) -> Self {
        Self(flags.into_iter().fold(0, |set, flag| set | 1 << flag as u8))
    }
}

impl Serialize for Flags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// What became of an event that was not refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub written: Written,
    /// What was owed when it was made; empty for what is not done at the scene.
    pub flags: Flags,
    pub effects: Vec<Effect>,
}

/// A record so far. Begin with [`Record::new`] and apply its entries in order; the same entries give the same record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub(super) phase: Phase,
    pub(super) debts: Debts,
    pub(super) exceptions: Vec<Exception>,
    pub(super) serving: Serving,
    is_opening_postponed: bool,
    warned: PreflightNotes,
    /// What of video and audio the last take has, as far as it is not lost.
    running: [bool; 2],
}

impl Record {
    pub fn new(policy: Policy) -> Self {
        Self {
            phase: Phase::Idle,
            debts: Debts::new(policy),
            exceptions: Vec::new(),
            serving: Serving::default(),
            is_opening_postponed: false,
            warned: PreflightNotes::default(),
            running: [false; 2],
        }
    }

    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// What the officer owes now, in the order of the articles.
    pub fn owed(&self) -> Vec<Owed> {
        self.debts.list()
    }

    /// Whether the opening was put off by 先处置后说明 and is still to come.
    pub fn is_opening_postponed(&self) -> bool {
        self.is_opening_postponed && self.debts.lacks_opening()
    }

    /// What each method of serving has and lacks.
    pub fn serving(&self) -> &Serving {
        &self.serving
    }

    /// The flags that something made at the scene carries at this moment.
    pub fn flags(&self) -> Flags {
        let holds = |flag: &Flag| match flag {
            Flag::BeforeOpening => self.debts.lacks_opening(),
            Flag::BeforeResumeReason => self.debts.reasons_owed().next().is_some(),
            Flag::NotRecording => self.phase != Phase::Recording,
            Flag::AfterEnd => matches!(self.phase, Phase::Ended | Phase::Sealed),
            Flag::LookingBack => self.phase == Phase::Sealed,
        };
        Flag::ALL.iter().copied().filter(holds).collect()
    }

    /// Applies one event. When it is refused, nothing has changed.
    pub fn apply(&mut self, event: &Event) -> Result<Outcome, Refusal> {
        let kind = event.act.kind();
        let next = next_phase(self.phase, kind)?;
        let flags = if kind.is_at_the_scene() { self.flags() } else { Flags::default() };
        // What goes to another record, or nowhere, is no part of this one.
        let is_ours = matches!(next.written, Written::Here | Written::AfterOpening);
        if is_ours {
            self.debts.note(event);
            self.note_tracks(&event.act);
            self.note_exceptions(event);
            if let Act::Service { method, step } = event.act {
                self.serving.note(method, step);
            }
            match event.act {
                Act::Preflight { notes } => self.warned = notes,
                Act::OpeningExcused { reason: Excuse::ActFirst } => self.is_opening_postponed = true,
                _ => {}
            }
        }
        self.phase = next.phase;
        let effects = if is_ours { self.effects_of(event) } else { Vec::new() };
        Ok(Outcome { written: next.written, flags, effects })
    }

    fn effects_of(&self, event: &Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event.act {
            Act::Preflight { notes } => effects.extend(notes.iter().map(|note| Effect::ShowWarning { note })),
            Act::Take { .. } if self.debts.lacks_opening() => effects.push(if self.is_opening_postponed {
                Effect::RemindOfOpening
            } else {
                Effect::PromptOpening { missing: self.debts.said.missing() }
            }),
            Act::OpeningPassage { confirmed: Confirmed::No, .. } => effects.push(Effect::AskConfirmation),
            Act::OpeningPassage { speech: Speech::Short | Speech::NotDetected, .. } => {
                effects.push(Effect::ShowSpeechDoubt);
            }
            Act::OpeningExcused { reason: Excuse::ActFirst } if self.debts.lacks_opening() => {
                effects.push(Effect::RemindOfOpening);
            }
            Act::Resumed { interruption, .. } if self.debts.reasons_owed().any(|i| i.seq == interruption) => {
                effects.push(Effect::AskReason { interruption });
            }
            Act::Interrupted { cause, .. } => {
                effects.extend(had_warned(self.warned, cause).map(|note| Effect::ShowWarning { note }));
                if cause == Cause::Officer {
                    effects.push(Effect::AskWhyStopped { interruption: event.seq });
                }
            }
            Act::TrackLost { track, .. } => {
                effects.push(Effect::AlertTrackLost { track });
                if self.phase == Phase::Recording && self.running == [false; 2] {
                    effects.push(Effect::WriteInterrupted);
                }
            }
            Act::FilmingNotice { state: FilmingStep::SomeoneFilms } => {
                effects.extend([Effect::PromptFilmingNotice, Effect::OfferSecrecyPhrase]);
            }
            Act::ConfidentialSpan { secrecy: Secrecy::StateSecret } => effects.push(Effect::StopUploadAndAlerts),
            Act::ConfidentialSpan { secrecy: Secrecy::Minor } => effects.push(Effect::RestrictForMinor),
            Act::Obstruction { obstruction: Obstruction::Violence | Obstruction::Threat } => {
                effects.push(Effect::OfferPoliceBundle);
            }
            Act::Ended { .. } => {
                effects.push(Effect::StartCountdown);
                if self.owed().iter().any(|o| matches!(o, Owed::WrittenStatement { .. })) {
                    effects.push(Effect::PromptWrittenStatement);
                }
            }
            Act::AwayDeclared { .. } => effects.push(Effect::AwaitReturn),
            Act::Returned { .. } => effects.push(Effect::CountFromReturn),
            Act::DeclaredMistake {} => effects.push(Effect::RestrictToReviewer),
            _ => {}
        }
        effects
    }

    fn note_tracks(&mut self, act: &Act) {
        match act {
            Act::Take { video, audio, .. } => self.running = [*video, *audio],
            Act::TrackLost { track, .. } => self.running[*track as usize] = false,
            Act::TrackBack { track } => self.running[*track as usize] = true,
            _ => {}
        }
    }

    fn note_exceptions(&mut self, event: &Event) {
        let exception = match event.act {
            Act::Interrupted { cause: Cause::Officer, .. } => Exception::StoppedByOfficer { interruption: event.seq },
            Act::Interrupted { .. } => Exception::Interrupted { interruption: event.seq },
            Act::TrackLost { track, .. } => Exception::TrackLost { track },
            Act::OpeningPassage { speech: Speech::Short | Speech::NotDetected, confirmed, .. }
                if confirmed != Confirmed::No =>
            {
                Exception::OpeningSpeechInDoubt
            }
            Act::OpeningExcused { reason: Excuse::Explained } => Exception::OpeningExplained,
            Act::FilmingNotice { state: FilmingStep::Explained } => Exception::FilmingNoticeExplained,
            Act::WrittenStatement { .. } => Exception::ExplainedInWriting,
            Act::DeclaredMistake {} => Exception::DeclaredMistake,
            _ => return,
        };
        if !self.exceptions.contains(&exception) {
            self.exceptions.push(exception);
        }
    }

    /// The steps of one method of serving.
    pub fn service_steps(&self, method: super::vocabulary::ServiceMethod) -> ServiceSteps {
        self.serving.steps(method)
    }
}
