//! Whether fragments make one uninterrupted timeline: pure functions over what fragments state.

use std::collections::BinaryHeap;

use std::cmp::Reverse;

use crate::limits::{CLOCK_TOLERANCE_PPM, CLOCK_TOLERANCE_US, FRAGMENT_MAX_US, STALLED_OVER_US};
use crate::{FragmentFacts, TakeFormat, Timescale, TrackFacts, TrackKind};

/// How a run of samples joins the one before it on the same track. Ticks of the take's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joint {
    /// The first run of the track in the take.
    Begins { at: u64 },
    /// Begins exactly where the one before ended.
    Meets,
    /// Ticks without a sample: in order only where the track was lost and came back.
    Gap { expected: u64, found: u64 },
    /// Ticks claimed twice.
    Overlap { expected: u64, found: u64 },
}

/// How the next run joins the end of the one before.
pub fn joint(previous_end: Option<u64>, next_first: u64) -> Joint {
    match previous_end {
        None => Joint::Begins { at: next_first },
        Some(expected) => match next_first.cmp(&expected) {
            std::cmp::Ordering::Equal => Joint::Meets,
            std::cmp::Ordering::Greater => Joint::Gap { expected, found: next_first },
            std::cmp::Ordering::Less => Joint::Overlap { expected, found: next_first },
        },
    }
}

/// What one fragment adds to a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joined {
    /// Set when `mfhd` does not count on: expected and found.
    pub sequence_fault: Option<(u32, u32)>,
    pub video: Option<Joint>,
    pub sound: Option<Joint>,
}

impl Joined {
    pub fn track(&self, track: TrackKind) -> Option<Joint> {
        match track {
            TrackKind::Video => self.video,
            TrackKind::Sound => self.sound,
        }
    }
}

/// The timeline of one take, grown fragment by fragment.
#[derive(Debug, Clone)]
pub struct TakeTimeline {
    next_sequence: u32,
    video: Option<TrackTimeline>,
    sound: Option<TrackTimeline>,
}

/// What is known of one track.
#[derive(Debug, Clone, Copy)]
pub struct TrackTimeline {
    pub scale: Timescale,
    /// Where it began and where it ends so far; `None` before its first sample.
    pub reach: Option<(u64, u64)>,
    pub samples: u64,
    pub key_frames: u64,
    pub bytes: u64,
    /// The largest distance from one decode time to the next, gaps included.
    pub longest_step: u64,
    pub gaps: u32,
    pub missing: u64,
}

impl TrackTimeline {
    fn new(scale: Timescale) -> Self {
        Self { scale, reach: None, samples: 0, key_frames: 0, bytes: 0, longest_step: 0, gaps: 0, missing: 0 }
    }

    fn join(&mut self, facts: &TrackFacts) -> Joint {
        let joint = joint(self.reach.map(|(_, end)| end), facts.first_decode);
        if let Joint::Gap { expected, found } = joint {
            self.gaps += 1;
            self.missing += found - expected;
            // The sample before a gap lasts a guessed time; the distance to the next is at least the gap.
            self.longest_step = self.longest_step.max(found - expected);
        }
        let (from, end) = self.reach.unwrap_or((facts.first_decode, facts.first_decode));
        self.reach = Some((from, end.max(facts.end())));
        self.samples += u64::from(facts.samples);
        self.key_frames += u64::from(facts.key_frames);
        self.bytes += facts.bytes;
        self.longest_step = self.longest_step.max(u64::from(facts.longest_step));
        joint
    }

    /// The largest distance between frames, microseconds rounded down.
    pub fn longest_step_us(&self) -> i64 {
        self.scale.us(i64::try_from(self.longest_step).unwrap_or(i64::MAX))
    }

    /// Whether the track stood still somewhere for more than 200 ms (design, Media).
    pub fn is_stalled(&self) -> bool {
        self.longest_step_us() > STALLED_OVER_US
    }
}

impl TakeTimeline {
    pub fn new(format: &TakeFormat) -> Self {
        let track = |kind| format.timescale(kind).map(TrackTimeline::new);
        Self { next_sequence: 1, video: track(TrackKind::Video), sound: track(TrackKind::Sound) }
    }

    /// Adds the next fragment and says how it joins. A track that the take does not have is passed over: the reader refuses it.
    pub fn join(&mut self, facts: &FragmentFacts) -> Joined {
        let sequence_fault = (facts.sequence != self.next_sequence).then_some((self.next_sequence, facts.sequence));
        self.next_sequence = facts.sequence.wrapping_add(1);
        let join = |line: &mut Option<TrackTimeline>, facts: &Option<TrackFacts>| match (line, facts) {
            (Some(line), Some(facts)) => Some(line.join(facts)),
            _ => None,
        };
        Joined {
            sequence_fault,
            video: join(&mut self.video, &facts.video),
            sound: join(&mut self.sound, &facts.sound),
        }
    }

    pub fn track(&self, track: TrackKind) -> Option<&TrackTimeline> {
        match track {
            TrackKind::Video => self.video.as_ref(),
            TrackKind::Sound => self.sound.as_ref(),
        }
    }

    /// Where the earliest track begins on the take's clock, microseconds of media time rounded down: 0 in the first
    /// take of a record, where the record stood in a later one. `None` before the first fragment.
    pub fn begins_us(&self) -> Option<i64> {
        let begins = |line: &TrackTimeline| {
            let (from, _) = line.reach?;
            Some(line.scale.us(i64::try_from(from).unwrap_or(i64::MAX)))
        };
        self.video.iter().chain(&self.sound).filter_map(begins).min()
    }
}

/// Whether a run is longer than half a second although it has more than one sample.
pub fn is_longer_than_a_fragment(scale: Timescale, facts: &TrackFacts) -> bool {
    facts.samples > 1 && scale.us(i64::try_from(facts.duration).unwrap_or(i64::MAX)) > FRAGMENT_MAX_US
}

/// Media time against monotonic time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockAgreement {
    /// Within tolerance at every pair; the largest difference in microseconds.
    Agrees { largest_us: i64 },
    /// The first pair outside: media passed `media_us` while the clock passed `mono_us`.
    Differs { pair: usize, media_us: i64, mono_us: i64, allowed_us: i64 },
}

/// Compares pairs of (media time, monotonic time), microseconds, each against the first: at most 100 ms plus 200 parts
/// per million of the monotonic time passed.
pub fn clock_agreement(pairs: impl IntoIterator<Item = (i64, i64)>) -> ClockAgreement {
    let mut pairs = pairs.into_iter().enumerate();
    let Some((_, (first_media, first_mono))) = pairs.next() else {
        return ClockAgreement::Agrees { largest_us: 0 };
    };
    let mut largest_us = 0;
    for (pair, (media, mono)) in pairs {
        let media_us = media.saturating_sub(first_media);
        let mono_us = mono.saturating_sub(first_mono);
        let passed = i128::from(mono_us.unsigned_abs());
        let drift = i64::try_from(passed * i128::from(CLOCK_TOLERANCE_PPM) / 1_000_000).unwrap_or(i64::MAX);
        let allowed_us = CLOCK_TOLERANCE_US.saturating_add(drift);
        let difference = media_us.saturating_sub(mono_us).saturating_abs();
        if difference > allowed_us {
            return ClockAgreement::Differs { pair, media_us, mono_us, allowed_us };
        }
        largest_us = largest_us.max(difference);
    }
    ClockAgreement::Agrees { largest_us }
}

/// The largest distance between pictures as they are *shown* (最大记录间隔), samples fed in decode order.
///
/// Decode times alone could hide a hole in presentation times; here they are put in order through a window as deep as
/// any decoder may reorder, so memory does not grow with the take.
#[derive(Debug, Clone, Default)]
pub struct ShownIntervals {
    window: BinaryHeap<Reverse<i64>>,
    last: Option<i64>,
    largest: i64,
    /// Pictures shown before one that had already left the window: stamps no decoder could follow.
    out_of_order: u64,
}

impl ShownIntervals {
    /// H.264 lets a decoder keep 16 pictures back; twice that.
    const WINDOW: usize = 32;

    pub fn add(&mut self, present: i64) {
        self.window.push(Reverse(present));
        if self.window.len() > Self::WINDOW {
            self.leave();
        }
    }

    fn leave(&mut self) {
        let Some(Reverse(present)) = self.window.pop() else { return };
        match self.last {
            Some(last) if present < last => self.out_of_order += 1,
            Some(last) => {
                self.largest = self.largest.max(present.saturating_sub(last));
                self.last = Some(present);
            }
            None => self.last = Some(present),
        }
    }

    /// Largest interval in ticks, and how many stamps no order could place.
    pub fn finish(mut self) -> (i64, u64) {
        while !self.window.is_empty() {
            self.leave();
        }
        (self.largest, self.out_of_order)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_meet_only_in_the_exact_tick() {
        assert_eq!(joint(None, 7), Joint::Begins { at: 7 });
        assert_eq!(joint(Some(3600), 3600), Joint::Meets);
        assert_eq!(joint(Some(3600), 3601), Joint::Gap { expected: 3600, found: 3601 });
        assert_eq!(joint(Some(3600), 3599), Joint::Overlap { expected: 3600, found: 3599 });
    }

    #[test]
    fn a_gap_is_the_largest_distance_and_is_counted() {
        let run = |first_decode| TrackFacts {
            first_decode,
            duration: 7200,
            samples: 2,
            key_frames: 1,
            starts_with_key: true,
            bytes: 9,
            longest_step: 3600,
        };
        let mut line = TrackTimeline::new(Timescale::MPEG);
        assert_eq!(line.join(&run(0)), Joint::Begins { at: 0 });
        assert_eq!(line.join(&run(7200)), Joint::Meets);
        assert!(!line.is_stalled());
        assert_eq!(line.join(&run(14_400 + 90_000)), Joint::Gap { expected: 14_400, found: 104_400 });
        assert_eq!((line.gaps, line.missing, line.longest_step_us()), (1, 90_000, 1_000_000));
        assert!(line.is_stalled());
    }

    #[test]
    fn clocks_may_drift_by_200_parts_per_million_and_a_tenth_of_a_second() {
        let hour = 3_600_000_000i64;
        let edge = 100_000 + hour / 5_000;
        assert_eq!(
            clock_agreement([(5, 1_000), (5 + hour + edge, 1_000 + hour)]),
            ClockAgreement::Agrees { largest_us: edge }
        );
        assert_eq!(
            clock_agreement([(0, 0), (0, 0), (hour - edge - 1, hour)]),
            ClockAgreement::Differs { pair: 2, media_us: hour - edge - 1, mono_us: hour, allowed_us: edge }
        );
        assert_eq!(clock_agreement([]), ClockAgreement::Agrees { largest_us: 0 });
        assert!(matches!(
            clock_agreement([(i64::MIN, i64::MAX), (i64::MAX, i64::MIN)]),
            ClockAgreement::Differs { .. }
        ));
    }

    #[test]
    fn a_hole_in_presentation_is_seen_through_reordering() {
        let mut shown = ShownIntervals::default();
        // I B B P in decode order, a hole of 9 after 30.
        for present in [0, 30, 10, 20, 60, 40, 50] {
            shown.add(present);
        }
        assert_eq!(shown.finish(), (10, 0));
        let mut shown = ShownIntervals::default();
        for present in [0, 30, 10, 20, 99, 80, 90] {
            shown.add(present);
        }
        assert_eq!(shown.finish(), (50, 0));
    }

    #[test]
    fn stamps_beyond_any_reordering_are_counted() {
        let mut shown = ShownIntervals::default();
        for present in (100..200).chain([5]) {
            shown.add(present);
        }
        assert_eq!(shown.finish(), (1, 1));
    }
}
