//! Several devices at one scene (执法活动): what is owed once for all, and what one device's gap owes when another ran.

use serde::Serialize;

use super::act::{Act, Event};
use super::owed::{Owed, owed_under};
use super::policy::Policy;
use super::vocabulary::{Confirmed, Excuse, OpeningElement};
use super::{elements::OpeningElements, vocabulary::EndedHow};
use crate::instant::Instant;

/// One record of the activity. Clocks of different devices are compared by wall clock, as the records claim it.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    pub events: &'a [Event],
    /// What this record is held to: each by the edition that stood when it was opened.
    pub policy: Policy,
}

/// Something the activity owes, and the record that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ActivityOwed {
    /// Index into the members given.
    pub member: usize,
    #[serde(flatten)]
    pub owed: Owed,
}

/// What the activity owes: the opening once, whichever devices and officers said its parts; no reason for a gap that other
/// devices cover; everything else record by record, by the policy that each is held to.
pub fn activity_owed(members: &[Member<'_>]) -> Vec<ActivityOwed> {
    let opening = opening_of(members);
    let spans: Vec<Vec<Span>> = members.iter().map(|m| recorded_spans(m.events)).collect();
    let mut list = Vec::new();
    let mut is_opening_listed = false;
    for (member, record) in members.iter().enumerate() {
        for owed in owed_under(record.events, record.policy) {
            let stands = match owed {
                // Taken from the whole below: a record may claim to be covered when nobody said it.
                Owed::Opening { .. } => false,
                Owed::InterruptionReason { interruption }
                | Owed::WrittenStatement { interruption: Some(interruption) } => {
                    let others = || (0..members.len()).filter(|other| *other != member);
                    let scene_over = others().filter_map(|other| ended_by_hand(members[other].events)).max();
                    let running = others().flat_map(|other| spans[other].iter().copied());
                    let gap = gap_of(record.events, interruption, scene_over);
                    !gap.is_some_and(|gap| is_covered(gap, running, record.policy))
                }
                _ => true,
            };
            if stands {
                list.push(ActivityOwed { member, owed });
            }
        }
        let has_take = record.events.iter().any(|e| matches!(e.act, Act::Take { .. }));
        if let Some(missing) = opening.filter(|_| has_take && !is_opening_listed) {
            is_opening_listed = true;
            list.push(ActivityOwed { member, owed: Owed::Opening { missing } });
        }
    }
    list
}

/// What is missing of the activity's opening; `None` when nothing is, or the officer explained why.
fn opening_of(members: &[Member<'_>]) -> Option<OpeningElements> {
    let events = || members.iter().flat_map(|m| m.events);
    if events().any(|e| matches!(e.act, Act::OpeningExcused { reason: Excuse::Explained })) {
        return None;
    }
    let said = events().fold(OpeningElements::NONE, |said, e| match e.act {
        Act::OpeningPassage { elements, confirmed: Confirmed::Now | Confirmed::LookingBack, .. } => said.and(elements),
        _ => said,
    });
    let missing: Vec<OpeningElement> = said.missing().iter().collect();
    (!missing.is_empty()).then(|| missing.into_iter().collect())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    from: Instant,
    to: Instant,
}

/// From each take's first frame to the end of its last durable fragment.
fn recorded_spans(events: &[Event]) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for event in events {
        match event.act {
            Act::Take { mono_us, .. } => {
                let at = event.clock.wall_at(mono_us);
                spans.push(Span { from: at, to: at });
            }
            Act::Fragment { mono_us } => {
                if let Some(span) = spans.last_mut() {
                    span.to = span.to.max(event.clock.wall_at(mono_us));
                }
            }
            _ => {}
        }
    }
    spans
}

/// When an officer ended it, or handed it over: the scene was over for this device.
fn ended_by_hand(events: &[Event]) -> Option<Instant> {
    events.iter().find_map(|event| match event.act {
        Act::Ended { how: EndedHow::Officer | EndedHow::HandedOver, at } => Some(at),
        _ => None,
    })
}

/// The gap that an interruption left: until it was resumed, or until the end. Of a device that never came back the end that a recovery wrote
/// says nothing of when the scene was over; the others' last end does.
fn gap_of(events: &[Event], interruption: u64, scene_over: Option<Instant>) -> Option<Span> {
    let from = events.iter().find_map(|e| match e.act {
        Act::Interrupted { at, .. } if e.seq == interruption => Some(at),
        _ => None,
    })?;
    let resumed = events.iter().find_map(|e| match e.act {
        Act::Resumed { interruption: named, gap_us } if named == interruption => {
            Some(from.plus_us(i64::try_from(gap_us).unwrap_or(i64::MAX)))
        }
        _ => None,
    });
    let to = resumed.or_else(|| ended_by_hand(events)).or(scene_over)?;
    Some(Span { from, to: to.max(from) })
}

/// Whether `others` run through the whole gap, but for pauses short enough to heal.
fn is_covered(gap: Span, others: impl Iterator<Item = Span>, policy: Policy) -> bool {
    let slack = i64::try_from(policy.heals_within_us).unwrap_or(i64::MAX);
    let mut spans: Vec<Span> = others.collect();
    spans.sort_unstable();
    let mut reached = gap.from;
    for span in spans {
        if span.from <= reached.plus_us(slack) && span.to > reached {
            reached = span.to;
        }
    }
    reached.plus_us(slack) >= gap.to
}
