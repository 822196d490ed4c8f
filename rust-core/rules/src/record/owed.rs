//! What the officer owes: a fold over a record's entries, simple enough to be written again from this page.
//!
//! Keep, while reading the entries in order: whether there was a `take`, a `preflight`, a `place`, an `officers`, a `subject`, a
//! `photo` or `document`; the set of opening elements; whether the opening is covered by the activity or explained; whether
//! someone films; the list of interruptions; how it `ended`, if it did; whether there was a `written_statement` without `interruption`.
//!
//! - `opening_passage` whose `confirmed` is not `no`: add its `elements` to the set. What `speech` was measured changes nothing here:
//!   the officer's confirmation counts, and the measurement is shown beside it.
//! - `opening_excused`: `covered_by_activity` → covered; `explained` → explained; `act_first` → nothing: it is only postponed.
//! - `filming_notice`: `someone_films` → someone films; `told` or `explained` → nobody films any more (until the next `someone_films`).
//! - `interrupted`: append {seq, cause, gap: none, taken up again: no, reason said: no, explained: no} to the list.
//! - `take`: the last of the list, if any, is taken up again.
//! - `resumed`: the one whose seq it names gets its `gap_us`. A seq that is not in the list is passed over, here and below.
//! - `interruption_reason`: the reason of the one whose seq it names is said. `written_statement` with an `interruption`: that one is
//!   explained.
//!
//! In the end these are owed, in this order, each interruption in the order of the list:
//!
//! 1. `preflight_missing` (第十三条): a take, and no preflight.
//! 2. `description_owed` (第十四条): one each for place, officers, subject that there is none of.
//! 3. `opening_owed` (第十四条): a take; not covered, not explained; and the set lacks one of `time place officers matter
//!    party stages`, or has neither `notice` nor `nobody_present`.
//! 4. `interruption_reason_owed` (第十五条), for each interruption whose reason is not said and that is not explained, whose cause is
//!    not `officer`, and that has a gap over 3,000,000 µs (the agency may set another threshold), or has no gap but was taken up again.
//! 5. `written_statement_owed` (第十五条): there is an `ended`, and one of: its `how` is `cut_for_good`; the last interruption has no gap, was
//!    not taken up again, and its cause is not `officer`; there is neither take nor photo nor document. It is paid by a
//!    `written_statement` without `interruption`, or one that explains the last interruption.
//! 6. `filming_notice_owed` (第十六条): someone films.
//!
//! A stop by hand (`officer`) is asked about once and owes nothing; nor does the loss of one track. A `declared_mistake` changes
//! nothing: what was not done was not done, and a reviewer sees both.

use serde::Serialize;

use super::act::{Act, Event};
use super::elements::OpeningElements;
use super::policy::Policy;
use super::vocabulary::{Cause, Confirmed, EndedHow, Excuse, FilmingStep};
use crate::law::Article;
use crate::words::words;

/// One thing the officer still owes. It stays in sight until it is done or a reason is recorded; it never accuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case", tag = "owed")]
pub enum Owed {
    Preflight,
    PlaceDescription,
    OfficersDescription,
    SubjectDescription,
    Opening {
        missing: OpeningElements,
    },
    InterruptionReason {
        /// The `seq` of the `interrupted`.
        interruption: u64,
    },
    WrittenStatement {
        /// The `seq` of the last `interrupted`, when there was one.
        #[serde(skip_serializing_if = "Option::is_none")]
        interruption: Option<u64>,
    },
    FilmingNotice,
}

words! {
    /// The codes by which findings name what is owed (`proto/evidence/v1/findings.json`).
    pub enum OwedKind {
        Preflight = "preflight_missing", "录制前检查";
        Description = "description_owed", "地点、执法人员、事由和对象";
        Opening = "opening_owed", "语音说明";
        InterruptionReason = "interruption_reason_owed", "中止原因的语音说明";
        WrittenStatement = "written_statement_owed", "书面情况说明";
        FilmingNotice = "filming_notice_owed", "对拍摄者的告知";
    }
}

impl Owed {
    pub fn kind(self) -> OwedKind {
        match self {
            Self::Preflight => OwedKind::Preflight,
            Self::PlaceDescription | Self::OfficersDescription | Self::SubjectDescription => OwedKind::Description,
            Self::Opening { .. } => OwedKind::Opening,
            Self::InterruptionReason { .. } => OwedKind::InterruptionReason,
            Self::WrittenStatement { .. } => OwedKind::WrittenStatement,
            Self::FilmingNotice => OwedKind::FilmingNotice,
        }
    }

    pub fn article(self) -> Article {
        match self.kind() {
            OwedKind::Preflight => Article::Art13,
            OwedKind::Description | OwedKind::Opening => Article::Art14,
            OwedKind::InterruptionReason | OwedKind::WrittenStatement => Article::Art15,
            OwedKind::FilmingNotice => Article::Art16,
        }
    }
}

/// What a record owes after `events`, reckoned with the ordinary policy.
pub fn owed(events: &[Event]) -> Vec<Owed> {
    owed_under(events, Policy::default())
}

/// What a record owes after `events`, by the policy that it is held to.
pub fn owed_under(events: &[Event], policy: Policy) -> Vec<Owed> {
    let mut debts = Debts::new(policy);
    for event in events {
        debts.note(event);
    }
    debts.list()
}

/// The fold's memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debts {
    policy: Policy,
    pub(super) has_take: bool,
    has_preflight: bool,
    has_place: bool,
    has_officers: bool,
    has_subject: bool,
    has_file: bool,
    pub(super) said: OpeningElements,
    pub(super) is_covered_by_activity: bool,
    pub(super) is_opening_explained: bool,
    is_someone_filming: bool,
    pub(super) interruptions: Vec<Interruption>,
    pub(super) ended: Option<EndedHow>,
    has_statement_on_the_whole: bool,
}

/// One `interrupted` and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interruption {
    pub(super) seq: u64,
    pub(super) cause: Cause,
    pub(super) gap_us: Option<u64>,
    pub(super) is_taken_up_again: bool,
    pub(super) is_reason_said: bool,
    pub(super) is_explained: bool,
}

impl Debts {
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            has_take: false,
            has_preflight: false,
            has_place: false,
            has_officers: false,
            has_subject: false,
            has_file: false,
            said: OpeningElements::NONE,
            is_covered_by_activity: false,
            is_opening_explained: false,
            is_someone_filming: false,
            interruptions: Vec::new(),
            ended: None,
            has_statement_on_the_whole: false,
        }
    }

    /// Reads one more entry. Total: no entry is wrong here.
    pub fn note(&mut self, event: &Event) {
        match event.act {
            Act::Preflight { .. } => self.has_preflight = true,
            Act::Place {} => self.has_place = true,
            Act::Officers {} => self.has_officers = true,
            Act::Subject { .. } => self.has_subject = true,
            Act::Photo {} | Act::Document {} => self.has_file = true,
            Act::Take { .. } => {
                self.has_take = true;
                if let Some(last) = self.interruptions.last_mut() {
                    last.is_taken_up_again = true;
                }
            }
            Act::OpeningPassage { elements, confirmed: Confirmed::Now | Confirmed::LookingBack, .. } => {
                self.said = self.said.and(elements);
            }
            Act::OpeningExcused { reason: Excuse::CoveredByActivity } => self.is_covered_by_activity = true,
            Act::OpeningExcused { reason: Excuse::Explained } => self.is_opening_explained = true,
            Act::FilmingNotice { state: FilmingStep::SomeoneFilms } => self.is_someone_filming = true,
            Act::FilmingNotice { state: FilmingStep::Told | FilmingStep::Explained } => self.is_someone_filming = false,
            Act::Interrupted { cause, .. } => self.interruptions.push(Interruption {
                seq: event.seq,
                cause,
                gap_us: None,
                is_taken_up_again: false,
                is_reason_said: false,
                is_explained: false,
            }),
            Act::Resumed { interruption, gap_us } => {
                self.with_interruption(interruption, |i| i.gap_us = Some(gap_us));
            }
            Act::InterruptionReason { interruption, .. } => {
                self.with_interruption(interruption, |i| i.is_reason_said = true);
            }
            Act::WrittenStatement { interruption: Some(interruption) } => {
                self.with_interruption(interruption, |i| i.is_explained = true);
            }
            Act::WrittenStatement { interruption: None } => self.has_statement_on_the_whole = true,
            Act::Ended { how, .. } => self.ended = Some(how),
            _ => {}
        }
    }

    fn with_interruption(&mut self, seq: u64, change: impl FnOnce(&mut Interruption)) {
        if let Some(found) = self.interruptions.iter_mut().find(|i| i.seq == seq) {
            change(found);
        }
    }

    /// What is owed now, in the order of the articles.
    pub fn list(&self) -> Vec<Owed> {
        let mut owed = Vec::new();
        if self.has_take && !self.has_preflight {
            owed.push(Owed::Preflight);
        }
        for (is_there, debt) in [
            (self.has_place, Owed::PlaceDescription),
            (self.has_officers, Owed::OfficersDescription),
            (self.has_subject, Owed::SubjectDescription),
        ] {
            if !is_there {
                owed.push(debt);
            }
        }
        if self.has_take && self.lacks_opening() {
            owed.push(Owed::Opening { missing: self.said.missing() });
        }
        owed.extend(self.reasons_owed().map(|i| Owed::InterruptionReason { interruption: i.seq }));
        if self.owes_written_statement() {
            owed.push(Owed::WrittenStatement { interruption: self.interruptions.last().map(|i| i.seq) });
        }
        if self.is_someone_filming {
            owed.push(Owed::FilmingNotice);
        }
        owed
    }

    /// Whether something is still to be said at the opening, a take or not.
    pub(super) fn lacks_opening(&self) -> bool {
        !self.is_covered_by_activity && !self.is_opening_explained && !self.said.missing().is_empty()
    }

    pub(super) fn reasons_owed(&self) -> impl Iterator<Item = &Interruption> {
        self.interruptions.iter().filter(|i| {
            let is_long = i.gap_us.map_or(i.is_taken_up_again, |gap| gap > self.policy.heals_within_us);
            is_long && !i.is_reason_said && !i.is_explained && i.cause != Cause::Officer
        })
    }

    fn owes_written_statement(&self) -> bool {
        let Some(how) = self.ended else { return false };
        let last = self.interruptions.last();
        let is_left_open =
            last.is_some_and(|i| i.gap_us.is_none() && !i.is_taken_up_again && i.cause != Cause::Officer);
        let is_empty = !self.has_take && !self.has_file;
        let is_paid = self.has_statement_on_the_whole || last.is_some_and(|i| i.is_explained);
        (how == EndedHow::CutForGood || is_left_open || is_empty) && !is_paid
    }
}
