//! The camera's stamps on the clock that counts sleep.
//!
//! A picture is where its stamp says, moved as a whole: between two pictures stands exactly what the camera measured. Which clock the stamps are
//! of is not believed but seen: a picture is never older than it is late, and never of the future.

use super::base::{ClockBase, Slept};
use super::floor::Floor;

/// An encoder under ordinary load hands a picture over within this.
const USUALLY_LATE_US: i64 = 400_000;
/// … and under any load that is not a stall within this.
const AT_MOST_LATE_US: i64 = 2_000_000;
/// A stamp this far in the future shows that its clock was set. Above what reading two clocks one after the other costs.
const FUTURE_US: i64 = 50_000;
/// A clock that was set and is now one of the two known ones hands pictures over as late as before, give or take this.
const AS_LATE_US: i64 = 60_000;
/// Encoders reorder pictures by a few frames; a stamp further back than this shows that its clock was set.
const BACK_US: i64 = 500_000;
/// No encoder of a phone holds more pictures back than this; as many below the newest one after another show a clock set back a little.
const REORDERED: u32 = 4;
/// Over which the least delay is looked for.
const FLOOR_US: i64 = 30_000_000;

/// Where the instants of the pictures come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PictureSource {
    /// Stamps of the clock that counts sleep, as they are.
    Elapsed,
    /// Stamps of the clock without sleep, and how long the phone had slept.
    Monotonic,
    /// Neither fitted: the first picture was taken when it arrived, less what pictures take to arrive where that is known.
    Arrival,
}

/// Where a picture was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// µs since boot, sleep included.
    pub at_us: i64,
    /// The stamps' clock was set: from here on it is another one.
    pub is_anew: bool,
}

#[derive(Debug, Clone, Copy)]
struct Anchor {
    source: PictureSource,
    offset_us: i64,
    /// The least delay when it was laid.
    floor_us: Option<i64>,
}

/// The clock of one camera's stamps.
#[derive(Debug, Clone)]
pub struct PictureClock {
    declared: ClockBase,
    slept: Slept,
    anchor: Option<Anchor>,
    newest_stamp_us: i64,
    below_newest: u32,
    delay: Floor,
}

impl PictureClock {
    pub fn new(declared: ClockBase, slept: Slept) -> PictureClock {
        let delay = Floor::over(FLOOR_US);
        PictureClock { declared, slept, anchor: None, newest_stamp_us: i64::MIN, below_newest: 0, delay }
    }

    /// Places a picture that arrived from the encoder at `arrived_us`.
    pub fn place(&mut self, stamp_us: i64, arrived_us: i64) -> Placed {
        let is_anew = self.anchor.is_some_and(|anchor| self.was_set(anchor, stamp_us, arrived_us));
        if is_anew || self.anchor.is_none() {
            self.lay(stamp_us, arrived_us);
        }
        let offset_us = self.anchor.map_or(0, |anchor| anchor.offset_us);
        self.below_newest = if stamp_us < self.newest_stamp_us { self.below_newest + 1 } else { 0 };
        self.newest_stamp_us = self.newest_stamp_us.max(stamp_us);
        let at_us = stamp_us.saturating_add(offset_us);
        self.delay.add(arrived_us, arrived_us.saturating_sub(at_us));
        if let Some(anchor) = &mut self.anchor {
            // Known once a few seconds of pictures have come; until then the first one's delay stands for it.
            anchor.floor_us = anchor.floor_us.or(self.delay.least());
        }
        Placed { at_us, is_anew }
    }

    fn was_set(&self, anchor: Anchor, stamp_us: i64, arrived_us: i64) -> bool {
        let at_us = stamp_us.saturating_add(anchor.offset_us);
        // Placed by its own arrival, the first picture may have been much later than those that follow.
        let ahead_us = if anchor.source == PictureSource::Arrival { USUALLY_LATE_US } else { FUTURE_US };
        let is_of_the_future = at_us > arrived_us.saturating_add(ahead_us);
        let is_far_back = stamp_us < self.newest_stamp_us.saturating_sub(BACK_US);
        let is_back_for_long = stamp_us < self.newest_stamp_us && self.below_newest >= REORDERED;
        is_of_the_future || is_far_back || is_back_for_long
    }

    fn lay(&mut self, stamp_us: i64, arrived_us: i64) {
        let usual_delay_us = self.anchor.and(self.delay.least());
        let late =
            |base: ClockBase| base.to_elapsed(stamp_us, self.slept).map(|at_us| arrived_us.saturating_sub(at_us));
        let fits = |base: ClockBase, most_us: i64| {
            let (least_us, most_us) = match usual_delay_us {
                Some(usual_us) => (usual_us - AS_LATE_US, usual_us + AS_LATE_US),
                None => (-FUTURE_US, most_us),
            };
            late(base).is_some_and(|late| (least_us..=most_us).contains(&late))
        };
        let other = [ClockBase::Elapsed, ClockBase::Monotonic]
            .into_iter()
            .filter(|base| fits(*base, AT_MOST_LATE_US))
            .min_by_key(|base| late(*base).map(|late| late.max(0)));
        let base = if fits(self.declared, USUALLY_LATE_US) { Some(self.declared) } else { other };
        let (source, at_us) = match base.and_then(|base| Some((base, base.to_elapsed(stamp_us, self.slept)?))) {
            Some((ClockBase::Monotonic, at_us)) => (PictureSource::Monotonic, at_us),
            Some((_, at_us)) => (PictureSource::Elapsed, at_us),
            None => (PictureSource::Arrival, arrived_us.saturating_sub(usual_delay_us.unwrap_or(0))),
        };
        self.delay.clear();
        self.anchor = Some(Anchor { source, offset_us: at_us.saturating_sub(stamp_us), floor_us: None });
        (self.newest_stamp_us, self.below_newest) = (i64::MIN, 0);
    }

    /// `None` before the first picture.
    pub fn source(&self) -> Option<PictureSource> {
        self.anchor.map(|anchor| anchor.source)
    }

    /// By how much pictures are placed later than they were taken, as far as that can be told: a clock of its own drifts, and the least
    /// delay of its pictures shrinks or grows with it.
    pub fn late_us(&self) -> i64 {
        match self.anchor {
            Some(Anchor { source: PictureSource::Arrival, floor_us: Some(then), .. }) => {
                then.saturating_sub(self.delay.least().unwrap_or(then))
            }
            _ => 0,
        }
    }
}
