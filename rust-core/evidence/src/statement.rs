//! What a record's lines say that its written statement (书面情况说明) repeats: read by the phone and by the agency alike.

use quanji_rules::{Act, BreakFacts, Cause, PreflightNote, StatementFacts};

use crate::body::{Body, Private};
use crate::event::event_of;
use crate::journal::Journal;
use crate::private::{PrivateValues, value_of};

/// About one interruption, by the seq of its `interrupted`; `None`: about the record as a whole, with every interruption that was not stopped
/// by hand. `name_of` gives a matter's name for its code.
pub fn statement_facts(
    journal: &Journal,
    values: &PrivateValues,
    interruption: Option<u64>,
    name_of: &dyn Fn(&str) -> Option<String>,
) -> StatementFacts {
    let mut facts = StatementFacts::default();
    let held = |named: &Private| value_of(values, named).map(str::to_owned);
    let mut breaks: Vec<(u64, BreakFacts)> = Vec::new();
    for entry in &journal.entries {
        let Some(event) = event_of(entry) else { continue };
        facts.opened.get_or_insert(event.clock.wall);
        match event.act {
            Act::Take { .. } => facts.has_take = true,
            Act::Preflight { notes } => facts.notes = notes.iter().collect(),
            Act::Interrupted { cause, at, .. } => {
                let warned = match &entry.body {
                    Body::Interrupted(body) => body.warned.iter().flatten().filter_map(note).collect(),
                    _ => Vec::new(),
                };
                breaks.push((event.seq, BreakFacts { at, cause, gap_us: None, warned, said: None }));
            }
            Act::Resumed { interruption, gap_us } => {
                with(&mut breaks, interruption, |one| one.gap_us = Some(gap_us));
            }
            _ => {}
        }
        match &entry.body {
            Body::Place(place) => facts.place = held(&place.place),
            Body::Subject(subject) => {
                if let Some(code) = &subject.matter {
                    facts.matter = Some(name_of(code.as_str()).unwrap_or_else(|| code.to_string()));
                }
            }
            Body::InterruptionReason(reason) => {
                // One vocabulary in two crates: the rules' names are the journal's.
                let name = serde_json::to_value(reason.cause).ok();
                let cause = name.as_ref().and_then(|name| Cause::parse(name.as_str()?));
                let word = reason.word.as_ref().and_then(held);
                if let Some(cause) = cause {
                    with(&mut breaks, reason.interruption, |one| one.said = Some((cause, word)));
                }
            }
            _ => {}
        }
    }
    let is_meant = |(seq, one): &(u64, BreakFacts)| match interruption {
        Some(meant) => *seq == meant,
        None => one.cause != Cause::Officer,
    };
    facts.breaks = breaks.into_iter().filter(is_meant).map(|(_, one)| one).collect();
    facts
}

fn note(code: &crate::text::Code) -> Option<PreflightNote> {
    PreflightNote::parse(code.as_str())
}

fn with(breaks: &mut [(u64, BreakFacts)], seq: u64, change: impl FnOnce(&mut BreakFacts)) {
    if let Some((_, one)) = breaks.iter_mut().find(|(of, _)| *of == seq) {
        change(one);
    }
}
