//! After the end: what was recorded, what is owed, by when it must be stored, and what may be said of it.

use quanji_rules::{
    Completeness, Countdown as InnerCountdown, DayGround, Deadline as InnerDeadline, Exception as InnerException,
};

use crate::CoreError;
use crate::deed::{Done, ProvenOfficer};
use crate::listed::Beside;
use crate::phone_core::{Core, record_id};
use crate::status::Owed;
use crate::words::{AwayGround, EndedHow, Phase, Track, track};

/// A record once its camera has stopped.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LastPage {
    pub record: String,
    pub is_practice: bool,
    pub phase: Phase,
    pub opened_us: u64,
    /// Of the film, breaks not counted.
    pub filmed_us: u64,
    pub media_bytes: u64,
    pub takes: u64,
    pub owed: Vec<Owed>,
    /// When a written statement that is owed is late, by the agency's own rule; null where none is owed, or the term has not begun.
    pub statement_due_us: Option<i64>,
    pub claim: Claim,
    /// Null while the recording has not ended.
    pub countdown: Option<Countdown>,
    pub beside: Beside,
}

/// What may be said of the whole record.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Claim {
    /// 完整
    Complete,
    /// Nothing is owed; what was out of the ordinary is named with the claim.
    CompleteWithExceptions { exceptions: Vec<Exception> },
    /// Something is owed, or the recording has not ended: the claim is not made.
    Withheld { is_ended: bool },
}

/// What was out of the ordinary, and is owed by nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Exception {
    Interrupted { interruption: u64 },
    StoppedByOfficer { interruption: u64 },
    TrackLost { track: Track },
    OpeningSpeechInDoubt,
    OpeningExplained,
    FilmingNoticeExplained,
    ExplainedInWriting,
    DeclaredMistake,
}

/// The term of 第十七条, as it was counted.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum Countdown {
    Running {
        deadline: Deadline,
    },
    /// The term has not begun. `ordinary` is what would hold without the ground.
    WaitingForReturn {
        ground: AwayGround,
        ordinary: Deadline,
    },
}

/// A deadline with the days that lead to it.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Deadline {
    /// Itself already late.
    pub ends_us: i64,
    /// `YYYY-MM-DD`.
    pub last_day: String,
    /// A day in the count has no published notice yet: nobody is late by it.
    pub is_provisional: bool,
    /// How long the term is, and which days count in it.
    pub term: StorageTerm,
    pub counted_from_us: i64,
    /// Day 0, which is not counted.
    pub day0: String,
    pub days: Vec<Day>,
}

/// How long a storage term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum StorageTerm {
    /// 工作日
    WorkingDays { days: u16 },
    /// 日: each counts, holidays too. Only a special rule (特别规定) sets such a term.
    CalendarDays { days: u16 },
}

/// One day of the count.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Day {
    /// `YYYY-MM-DD`.
    pub date: String,
    /// 1 for the first counted day; null for a day that is not counted.
    pub counted_as: Option<u16>,
    pub ground: Ground,
    /// The notice that decides the day is published.
    pub is_settled: bool,
}

/// Why a day is worked or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum Ground {
    Weekday,
    Weekend,
    /// 放假
    Off,
    /// 调休上班
    MakeUp,
    PresumedWeekday,
    PresumedWeekend,
    /// Off by statute, which no notice can change.
    Statutory,
}

#[uniffi::export]
impl Core {
    /// What the last page shows of a record. Reads and proves its journal.
    pub fn last_page(&self, record: String) -> Result<LastPage, CoreError> {
        let id = record_id(&record)?;
        let lines = self.recorder.lines(id)?;
        let summary = quanji_recorder::Summary::of(id, &lines, &self.recorder.in_force())
            .ok_or(CoreError::JournalDamaged { record: record.clone(), line: 0 })?;
        let calendar = self.recorder.calendar();
        let countdown = summary.countdown(&calendar);
        let exclusive_us = |walk: quanji_rules::Walk| walk.deadline_exclusive.us();
        let beside = Beside {
            special_rule: countdown.as_ref().and_then(InnerCountdown::special_rule).map(str::to_owned),
            own_storage_us: summary.own_storage(&calendar).map(exclusive_us),
            own_filing_us: summary.own_filing(&calendar).map(exclusive_us),
        };
        Ok(LastPage {
            record,
            is_practice: self.is_practice(),
            phase: summary.phase,
            opened_us: summary.opened_us,
            filmed_us: crate::record_page::filmed_us(&lines),
            media_bytes: summary.media_bytes,
            takes: summary.takes,
            statement_due_us: summary.statement_due(&calendar).map(quanji_rules::Instant::us),
            owed: summary.owed.into_iter().map(Owed::from).collect(),
            claim: summary.completeness.into(),
            countdown: countdown.map(Countdown::from),
            beside,
        })
    }

    /// Ends and seals a record that was cut off and is not taken up again.
    pub fn end_later(&self, record: String, actor: Option<ProvenOfficer>, how: EndedHow) -> Result<Done, CoreError> {
        let actor = actor.map(ProvenOfficer::into_inner).transpose()?;
        Ok(self.recorder.end_later(record_id(&record)?, actor, how)?.into())
    }
}

impl From<Completeness> for Claim {
    fn from(completeness: Completeness) -> Self {
        match completeness {
            Completeness::Complete => Claim::Complete,
            Completeness::CompleteWithExceptions { exceptions } => {
                Claim::CompleteWithExceptions { exceptions: exceptions.into_iter().map(Exception::from).collect() }
            }
            Completeness::Withheld { is_ended, owed: _ } => Claim::Withheld { is_ended },
        }
    }
}

impl From<InnerException> for Exception {
    fn from(exception: InnerException) -> Self {
        match exception {
            InnerException::Interrupted { interruption } => Exception::Interrupted { interruption },
            InnerException::StoppedByOfficer { interruption } => Exception::StoppedByOfficer { interruption },
            InnerException::TrackLost { track: lost } => Exception::TrackLost { track: track(lost) },
            InnerException::OpeningSpeechInDoubt => Exception::OpeningSpeechInDoubt,
            InnerException::OpeningExplained => Exception::OpeningExplained,
            InnerException::FilmingNoticeExplained => Exception::FilmingNoticeExplained,
            InnerException::ExplainedInWriting => Exception::ExplainedInWriting,
            InnerException::DeclaredMistake => Exception::DeclaredMistake,
        }
    }
}

impl From<InnerCountdown> for Countdown {
    fn from(countdown: InnerCountdown) -> Self {
        match countdown {
            InnerCountdown::Running { deadline } => Countdown::Running { deadline: deadline.into() },
            InnerCountdown::WaitingForReturn { ground, ordinary } => {
                Countdown::WaitingForReturn { ground: away(ground), ordinary: ordinary.into() }
            }
        }
    }
}

fn away(ground: quanji_rules::AwayGround) -> AwayGround {
    use quanji_rules::AwayGround as R;
    match ground {
        R::Continuous => AwayGround::Continuous,
        R::Elsewhere => AwayGround::Elsewhere,
        R::Remote => AwayGround::Remote,
        R::PoorTransport => AwayGround::PoorTransport,
    }
}

impl From<InnerDeadline> for Deadline {
    fn from(deadline: InnerDeadline) -> Self {
        let day = |day: &quanji_rules::WalkedDay| Day {
            date: day.status.date.to_string(),
            counted_as: day.counted_as,
            ground: Ground::from(&day.status.ground),
            is_settled: day.status.notice.is_some(),
        };
        Deadline {
            ends_us: deadline.exclusive().us(),
            last_day: deadline.earliest.last_day.to_string(),
            is_provisional: deadline.is_provisional(),
            term: deadline.term.into(),
            counted_from_us: deadline.trigger.not_before().us(),
            day0: deadline.earliest.day0.to_string(),
            days: deadline.earliest.days.iter().map(day).collect(),
        }
    }
}

impl From<quanji_rules::StorageTerm> for StorageTerm {
    fn from(term: quanji_rules::StorageTerm) -> Self {
        match term {
            quanji_rules::StorageTerm::WorkingDays(days) => StorageTerm::WorkingDays { days },
            quanji_rules::StorageTerm::CalendarDays(days) => StorageTerm::CalendarDays { days },
        }
    }
}

impl From<&DayGround> for Ground {
    fn from(ground: &DayGround) -> Self {
        match ground {
            DayGround::Weekday => Ground::Weekday,
            DayGround::Weekend => Ground::Weekend,
            DayGround::Off { .. } => Ground::Off,
            DayGround::MakeUp { .. } => Ground::MakeUp,
            DayGround::PresumedWeekday => Ground::PresumedWeekday,
            DayGround::PresumedWeekend => Ground::PresumedWeekend,
            DayGround::Statutory { .. } => Ground::Statutory,
        }
    }
}
