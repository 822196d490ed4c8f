//! What is still to be told about a group that was lost, and the interval of the open take that it cost.

use quanji_evidence::body::{Cause, Lost, Track};
use quanji_evidence::entry::Actor;
use quanji_media::TakeFormat;

use crate::deed::Deed;
use crate::frame_buffer::Unit;

/// A group was lost, and the record cannot go on yet.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) cause: Cause,
    /// What was said in lost groups and must be said again.
    pub(crate) unsaid: Vec<(Option<Actor>, Deed)>,
    pub(crate) lost: Vec<Lost>,
    pub(crate) is_told: bool,
    pub(crate) next_check_us: u64,
}

impl Trouble {
    /// Whether everything about the lost group was told; media may still have to wait for room.
    pub(crate) fn is_settled(&self) -> bool {
        self.is_told && self.unsaid.is_empty()
    }

    /// A unit that comes while nothing can be kept.
    pub(crate) fn lose(&mut self, unit: &Unit, format: Option<&(TakeFormat, i64)>) {
        let Some((track, at)) = place_of(unit, format.filter(|_| !self.is_told)) else { return };
        match self.lost.iter_mut().find(|lost| lost.track == track) {
            Some(lost) => lost.to_mono_us = lost.to_mono_us.max(at),
            None => self.lost.push(Lost { track, from_mono_us: at, to_mono_us: at, units: None }),
        }
    }
}

/// Track and instant of a unit on the monotonic clock.
pub(crate) fn place_of(unit: &Unit, format: Option<&(TakeFormat, i64)>) -> Option<(Track, u64)> {
    let (format, base) = format?;
    let kind = unit.as_access_unit().payload.track();
    let at_us = base.saturating_add(format.timescale(kind)?.us(unit.decode));
    Some((crate::media_writer::track_of(kind), u64::try_from(at_us).unwrap_or(0)))
}

/// From the first to the last unit of the open take, per track, monotonic clock.
#[derive(Debug, Default)]
pub(crate) struct TakeSpan(Vec<(Track, u64, u64)>);

impl TakeSpan {
    pub(crate) fn note(&mut self, track: Track, at_mono_us: u64) {
        match self.0.iter_mut().find(|(other, ..)| *other == track) {
            Some((_, _, last)) => *last = at_mono_us,
            None => self.0.push((track, at_mono_us, at_mono_us)),
        }
    }

    /// What came and was not acknowledged.
    pub(crate) fn since(&self, acknowledged: &[(Track, u64)]) -> Vec<Lost> {
        let lost = |(track, first, last): &(Track, u64, u64)| {
            let end = acknowledged.iter().find(|(other, _)| other == track).map_or(0, |(_, end)| *end);
            let from_mono_us = end.max(*first);
            (*last >= from_mono_us).then_some(Lost { track: *track, from_mono_us, to_mono_us: *last, units: None })
        };
        self.0.iter().filter_map(lost).collect()
    }
}
