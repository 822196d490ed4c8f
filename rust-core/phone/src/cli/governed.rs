//! By what a record is judged: the editions that govern it, what sets its term, and when each thing was owed and done.

use quanji_evidence::Findings;
use quanji_evidence::body::{Body, DocumentEdition};
use quanji_evidence::event::event_of;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_recorder::{Recorder, Summary};
use quanji_rules::{Calendar, Countdown, Deadline, Debt, Event, Instant, debts};
use serde_json::{Value, json};

/// As documents are named: `policy/1`.
#[derive(Debug, Default)]
pub(super) struct Governed {
    /// Issued when the record was opened; thresholds and gaps are its.
    policy: Option<String>,
    /// In whose edition the opening was shown, by the record's own word.
    phrases: Option<String>,
    /// Under whose edition the matter was chosen, by the record's own word.
    catalog: Option<String>,
    special_rules: Option<String>,
    /// `《…》第九条`, or the article of the regulation; `None` while no term runs.
    term: Option<String>,
    notices: Vec<String>,
    debts: Vec<(Debt, u64, Option<u64>)>,
}

impl Governed {
    /// What the record's lines name, and what of this phone's documents holds for it. Nothing where the journal cannot be read.
    pub(super) fn of(recorder: &Recorder, summary: &Summary, calendar: &Calendar) -> Governed {
        let Ok(lines) = recorder.lines(summary.record) else { return Governed::default() };
        let journal = Journal::read(&lines, Drafts::Accepted, "journal", &mut Findings::default());
        let opened = Instant::from_us(i64::try_from(summary.opened_us).unwrap_or(i64::MAX));
        let in_force = recorder.in_force();
        let policy = in_force.policies.edition_of_record(opened).map(|edition| format!("policy/{}", edition.number));
        let named = |of: fn(&Body) -> Option<&DocumentEdition>| {
            let edition = journal.entries.iter().rev().find_map(|entry| of(&entry.body));
            edition.map(|edition| edition.id.to_string())
        };
        let countdown = summary.countdown(calendar);
        let deadline = countdown.as_ref().map(|countdown| match countdown {
            Countdown::Running { deadline } | Countdown::WaitingForReturn { ordinary: deadline, .. } => deadline,
        });
        let by_rule = deadline.filter(|deadline| deadline.special_rule.is_some());
        let events: Vec<Event> = journal.entries.iter().filter_map(event_of).collect();
        let debts = debts(&events, in_force.policies.of_record(opened));
        let wall_us = |seq: u64| journal.entries.iter().find(|entry| entry.seq == seq).map(|entry| entry.clock.wall_us);
        Governed {
            policy,
            phrases: named(|body| match body {
                Body::OpeningPassage(passage) => passage.phrases.as_ref(),
                _ => None,
            }),
            catalog: named(|body| match body {
                Body::Subject(subject) => subject.catalog.as_ref(),
                _ => None,
            }),
            special_rules: by_rule.map(|_| calendar.special_rules().name()),
            term: deadline.map(term),
            notices: deadline.map_or_else(Vec::new, |deadline| {
                deadline.notices().into_iter().map(|notice| notice.as_str().to_owned()).collect()
            }),
            debts: debts
                .into_iter()
                .map(|debt| (debt, wall_us(debt.since).unwrap_or(0), debt.paid.and_then(wall_us)))
                .collect(),
        }
    }

    /// The editions by name.
    pub(super) fn editions(&self) -> Vec<&str> {
        let Governed { policy, phrases, catalog, special_rules, .. } = self;
        [policy, phrases, catalog, special_rules].into_iter().flatten().map(String::as_str).collect()
    }

    pub(super) fn to_json(&self) -> Value {
        let debt = |(debt, since_us, paid_us): &(Debt, u64, Option<u64>)| {
            json!({
                "code": debt.owed.kind().name(),
                "zh": debt.owed.kind().zh(),
                "article": debt.owed.article().number(),
                "since_seq": debt.since,
                "since_us": since_us,
                "paid_seq": debt.paid,
                "paid_us": paid_us,
            })
        };
        json!({
            "policy": self.policy,
            "phrases": self.phrases,
            "catalog": self.catalog,
            "special_rules": self.special_rules,
            "notices": self.notices,
            "term": self.term,
            "debts": self.debts.iter().map(debt).collect::<Vec<_>>(),
        })
    }
}

fn term(deadline: &Deadline) -> String {
    deadline.special_rule.clone().unwrap_or_else(|| deadline.article.zh().to_owned())
}
