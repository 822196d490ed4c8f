//! Entries as the rules see them.

use quanji_rules::{Act, Clock as RuleClock, Event, Instant};
use serde::Deserialize;
use serde_json::json;

use crate::body::Body;
use crate::entry::{Clock, Entry};

/// What the rules read of an entry; `None` for one they have no act for.
pub fn event_of(entry: &Entry) -> Option<Event> {
    event(entry.seq, &entry.clock, &entry.body)
}

/// What the rules read of something about to be written.
pub fn event(seq: u64, clock: &Clock, body: &Body) -> Option<Event> {
    Some(Event { seq, clock: rule_clock(clock)?, act: act_of(body)? })
}

/// What the rules read of a body.
pub fn act_of(body: &Body) -> Option<Act> {
    match body {
        // Most lines of a journal are fragments: no detour for them.
        Body::Fragment(fragment) => Some(Act::Fragment { mono_us: i64::try_from(fragment.mono_us).ok()? }),
        Body::Recovered(fragment) => Some(Act::Recovered { mono_us: i64::try_from(fragment.mono_us).ok()? }),
        // The rules read the same names from the same schema, so the written form is the shortest way.
        _ => Act::deserialize(json!({ "kind": body.kind().name(), "body": body })).ok(),
    }
}

fn rule_clock(clock: &Clock) -> Option<RuleClock> {
    Some(RuleClock {
        wall: Instant::from_us(i64::try_from(clock.wall_us).ok()?),
        mono_us: i64::try_from(clock.mono_us).ok()?,
        boot: u128::from_be_bytes(*clock.boot.as_bytes()),
    })
}
