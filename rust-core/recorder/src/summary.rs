//! What a record is, told from its journal: for lists, countdowns and the index.

use quanji_evidence::Findings;
use quanji_evidence::body::Body;
use quanji_evidence::event::event_of;
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_rules::agency_policy::{OwnDays, first_text};
use quanji_rules::{
    Calendar, Completeness, Completion, Countdown, Instant, MatterId, Owed, Phase, Record, StatementDue, Walk,
    completion,
};

use crate::in_force::InForce;

/// A record at a glance. No name, number or place stands in it.
#[derive(Debug, Clone)]
pub struct Summary {
    pub record: RecordId,
    pub phase: Phase,
    pub opened_us: u64,
    /// Lines of the journal that prove themselves.
    pub lines: u64,
    /// Whether all of the journal does.
    pub is_whole: bool,
    pub media_bytes: u64,
    pub takes: u64,
    pub owed: Vec<Owed>,
    /// Until when a written statement that is owed is due, by the agency's own rule.
    statement_due: StatementDue,
    /// The agency's own days beside the law's.
    own_days: OwnDays,
    /// When the first of its texts was complete.
    text: Option<Instant>,
    pub completeness: Completeness,
    pub completion: Completion,
    /// As it was named last.
    pub matter: Option<MatterId>,
}

impl Summary {
    /// Reads a journal's plain lines, by what is in force; `None` when not even its first line proves itself.
    pub fn of(record: RecordId, lines: &[u8], in_force: &InForce) -> Option<Summary> {
        let journal = Journal::read(lines, Drafts::Accepted, "journal", &mut Findings::default());
        let first = journal.entries.first()?;
        let policy = in_force.policy_of_record(first.clock.wall_us);
        let mut rules = Record::new(policy);
        let mut counts =
            quanji_evidence::body::Sealed { takes: 0, segments: 0, fragments: 0, media_bytes: 0, files: 0 };
        let events: Vec<_> = journal.entries.iter().filter_map(event_of).collect();
        for event in &events {
            // What the rules refuse was written by another program; the rest still counts.
            let _ = rules.apply(event);
        }
        journal.entries.iter().for_each(|entry| counts.add(&entry.body));
        Some(Summary {
            record,
            phase: rules.phase(),
            opened_us: first.clock.wall_us,
            lines: journal.entries.len() as u64,
            is_whole: journal.is_read_in_full(),
            media_bytes: counts.media_bytes,
            takes: counts.takes,
            owed: rules.owed(),
            statement_due: policy.statement_due,
            own_days: in_force.own_days_of_record(first.clock.wall_us),
            text: first_text(&events),
            completeness: rules.completeness(),
            completion: completion(&events),
            matter: journal.entries.iter().rev().find_map(|entry| match &entry.body {
                Body::Subject(subject) => subject.matter.as_ref().map(|code| MatterId(code.as_str().to_owned())),
                _ => None,
            }),
        })
    }

    /// The first instant at which a written statement that is owed is late, by the agency's own rule; `None` where none is owed, or the term
    /// has not begun.
    pub fn statement_due(&self, calendar: &Calendar) -> Option<Instant> {
        let owes = self.owed.iter().any(|owed| matches!(owed, Owed::WrittenStatement { .. }));
        match self.countdown(calendar) {
            Some(Countdown::Running { deadline }) if owes => Some(self.statement_due.exclusive(&deadline)),
            _ => None,
        }
    }

    /// The agency's own day for storing it, beside the deadline; `None` where it set none, or the term has not begun.
    pub fn own_storage(&self, calendar: &Calendar) -> Option<Walk> {
        match self.countdown(calendar) {
            Some(Countdown::Running { deadline }) => self.own_days.storage(&deadline, calendar),
            _ => None,
        }
    }

    /// The agency's own day for filing the first of its texts; `None` where it set none, or the record holds no text.
    pub fn own_filing(&self, calendar: &Calendar) -> Option<Walk> {
        self.own_days.filing(self.text?, calendar)
    }

    /// The countdown of 第十七条; `None` while the recording has not ended.
    pub fn countdown(&self, calendar: &Calendar) -> Option<Countdown> {
        self.completion.countdown(self.matter.as_ref(), calendar)
    }
}
