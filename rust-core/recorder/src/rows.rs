//! A record's rows for the store's index, from its journal alone.
//!
//! Lines are read, not proved: the vault has authenticated them, the index decides nothing, and ten thousand records are to be indexed
//! anew in seconds. What is proved is proved when a record is taken up or exported.

use std::collections::BTreeMap;
use std::sync::Arc;

use quanji_evidence::id::ActivityId;
use quanji_rules::agency_policy::{OwnDays, first_text};
use quanji_rules::{
    Act, Clock, Completion, Countdown, Deadline, Event, Instant, MatterId, Phase, Record, Secrecy, Walk, completion,
};
use quanji_store::{
    Beside, ContentLength, FileKind, RecordId, RecordRow, RecordState, SegmentRow, SegmentState, Summarise, Summary,
    Term, UploadKind,
};
use quanji_upload::Waits;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::desk::take_in_journal;
use crate::in_force::InForce;
use crate::wanted::{NamedFile, NamedFiles, wanted};

/// Makes rows, by what is in force.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) in_force: Arc<InForce>,
}

/// What is read of a line.
#[derive(Debug, Deserialize)]
pub(crate) struct Line {
    pub(crate) seq: u64,
    pub(crate) kind: String,
    pub(crate) clock: Clock,
    pub(crate) body: Value,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Sha256 {
    sha256: String,
}

impl Sha256 {
    pub(crate) fn bytes(&self) -> Option<[u8; 32]> {
        quanji_evidence::hex::decode_array(&self.sha256)
    }
}

impl Summarise for Rows {
    fn summarise(&self, record: RecordId, lines: &[u8], contents: &[ContentLength]) -> Option<Summary> {
        let (mut events, mut named, mut files) = (Vec::new(), Vec::new(), NamedFiles::default());
        let (mut matter, mut activity) = (None, None);
        for line in without_passed_fragments(lines) {
            let Line { seq, kind, clock, body } = read(line)?;
            named.extend(files.read(&kind, &body).ok()?);
            if let ("subject", Some(code)) = (kind.as_str(), body["matter"].as_str()) {
                matter = Some(MatterId(code.to_owned()));
            }
            if let ("activity", Some(id)) = (kind.as_str(), body["activity"].as_str()) {
                activity = ActivityId::parse(id).map(|id| *id.as_bytes());
            }
            // Kinds of a later program move nothing here.
            let act = Act::deserialize(json!({ "kind": kind, "body": body }));
            events.extend(act.ok().map(|act| Event { seq, clock, act }));
        }
        let opened_at = events.first()?.clock.wall;
        let opened_at_us = opened_at.us();
        let mut rules = Record::new(self.in_force.policies.of_record(opened_at));
        for event in &events {
            // What the rules refuse was written by another program; the rest still counts.
            let _ = rules.apply(event);
        }
        let completion = completion(&events);
        let own_days = self.in_force.policies.own_days_of_record(opened_at);
        let (deadline_us, term, beside) = self.term(&completion, matter.as_ref(), (own_days, first_text(&events)));
        let ended_at_us = completion.ordinary.map(|trigger| trigger.not_before().us());
        let row = RecordRow {
            record,
            state: state(rules.phase(), contents),
            opened_at_us,
            ended_at_us,
            owed_count: u32::try_from(rules.owed().len()).unwrap_or(u32::MAX),
            deadline_us,
            term,
            beside,
            activity,
        };
        let segments = segments(record, &named, contents, deadline_us);
        let uploads = wanted(lines, &named, contents, rules.phase());
        let is_secret = |event: &Event| matches!(event.act, Act::ConfidentialSpan { secrecy: Secrecy::StateSecret });
        let barred = events.iter().any(is_secret).then(|| Waits::StateSecret.word());
        Some(Summary { record: row, segments, uploads, barred })
    }
}

impl Rows {
    fn term(
        &self,
        completion: &Completion,
        matter: Option<&MatterId>,
        (own_days, text): (OwnDays, Option<Instant>),
    ) -> (Option<i64>, Term, Beside) {
        let calendar = &self.in_force.calendar;
        let exclusive_us = |walk: Walk| walk.deadline_exclusive.us();
        let own_filing_us = text.and_then(|made| own_days.filing(made, calendar)).map(exclusive_us);
        let filing_alone = Beside { own_filing_us, ..Beside::default() };
        match completion.countdown(matter, calendar) {
            None => (None, Term::None, filing_alone),
            Some(Countdown::Running { deadline }) => {
                let term = if deadline.is_provisional() { Term::Provisional } else { Term::Running };
                let own_storage_us = own_days.storage(&deadline, calendar).map(exclusive_us);
                let beside = Beside { special_rule: self.rule_of(&deadline), own_storage_us, own_filing_us };
                (Some(deadline.exclusive().us()), term, beside)
            }
            Some(Countdown::WaitingForReturn { .. }) => (None, Term::WaitingForReturn, filing_alone),
        }
    }

    /// Which special rule set it, by its place.
    fn rule_of(&self, deadline: &Deadline) -> Option<u32> {
        let place = self.in_force.calendar.special_rules().place_of(deadline.special_rule.as_ref()?)?;
        u32::try_from(place).ok()
    }
}

/// Whether nothing of the record goes any more once this stands in it: a state secret does not belong on this phone, nor in a network.
pub(crate) fn is_barring(line: &Line) -> bool {
    line.kind == "confidential_span" && line.body["secrecy"] == Secrecy::StateSecret.name()
}

fn state(phase: Phase, contents: &[ContentLength]) -> RecordState {
    // Only receipts that were verified and cover the seal are kept.
    let is_stored = contents.iter().any(|content| content.identity.kind == FileKind::Receipt && content.len > 0);
    match phase {
        Phase::Sealed if is_stored => RecordState::Stored,
        Phase::Idle | Phase::Open | Phase::Recording => RecordState::Recording,
        Phase::Interrupted => RecordState::Interrupted,
        Phase::Ended => RecordState::Ended,
        Phase::Sealed => RecordState::Sealed,
    }
}

/// The JSON of a line stands behind its signatures and a space.
pub(crate) fn read(line: &[u8]) -> Option<Line> {
    let space = line.iter().position(|byte| *byte == b' ')?;
    serde_json::from_slice(&line[space + 1..]).ok()
}

/// Of a run of fragments only the last one says where the media ends: nine lines in ten need not be parsed.
fn without_passed_fragments(lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut all = lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).peekable();
    std::iter::from_fn(move || {
        loop {
            let line = all.next()?;
            if !(is_fragment(line) && all.peek().is_some_and(|next| is_fragment(next))) {
                return Some(line);
            }
        }
    })
}

pub(crate) fn is_fragment(line: &[u8]) -> bool {
    is_of_kind(line, "fragment")
}

/// The kind stands before everything that could hold the same bytes.
pub(crate) fn is_of_kind(line: &[u8], kind: &str) -> bool {
    const KIND: &[u8] = br#","kind":""#;
    let Some(at) = line.windows(KIND.len()).position(|window| window == KIND) else { return false };
    line[at + KIND.len()..].strip_prefix(kind.as_bytes()).is_some_and(|rest| rest.starts_with(b"\""))
}

/// Segments with what became of them, under the vault's numbers; those that no line closes are still recording. Files of an attempt at a
/// take that a crash cut off are no segments of the record.
fn segments(
    record: RecordId,
    named: &[NamedFile],
    contents: &[ContentLength],
    deadline_us: Option<i64>,
) -> Vec<SegmentRow> {
    let files = || contents.iter().filter(|content| content.identity.kind == FileKind::Segment);
    let closed: BTreeMap<_, _> = named
        .iter()
        .filter(|file| file.kind == UploadKind::Segment)
        .map(|file| ((file.take, file.number), file))
        .collect();
    let mut last_attempts = BTreeMap::new();
    for take in files().map(|content| content.identity.take) {
        let last = last_attempts.entry(take_in_journal(take)).or_insert(take);
        *last = take.max(*last);
    }
    let row = |content: &ContentLength| {
        let (take, number) = (content.identity.take, content.identity.number);
        let line = closed.get(&(take_in_journal(take), number));
        let digest = line.and_then(|line| line.digest);
        let state = match (&digest, content.is_purged) {
            (None, _) => SegmentState::Recording,
            (Some(_), true) => SegmentState::Purged,
            (Some(_), false) => SegmentState::Waiting,
        };
        let size_bytes = line.map_or(content.len, |line| line.size_bytes);
        SegmentRow { record, take, number, digest: digest.map(Vec::from), size_bytes, state, deadline_us }
    };
    files()
        .filter(|content| last_attempts.get(&take_in_journal(content.identity.take)) == Some(&content.identity.take))
        .map(row)
        .collect()
}
