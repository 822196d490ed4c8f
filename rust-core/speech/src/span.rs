//! From voiced frames to voiced spans: a cough is no sentence, and the breath between two words is part of it.

/// A span shorter than this is not speech: 6 frames of 16 ms, shorter than any spoken syllable.
const SHORTEST_SAMPLES: u64 = 6 * 256;
/// A pause up to this belongs to the span around it: the stop consonants and the breaths of someone reading.
const BRIDGED_SAMPLES: u64 = 10 * 256;

/// Where a span of speech began or ended, in samples since the meter's start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edge {
    Began { at: u64 },
    Ended { at: u64 },
}

/// Joins voiced frames to spans and counts their samples.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    state: State,
    /// Samples in spans so far: only grows.
    voiced_samples: u64,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Quiet,
    /// Voiced from `from` to `to`, not yet long enough to count.
    Maybe { from: u64, to: u64 },
    /// Voiced up to `to`, counted up to there.
    Speaking { to: u64 },
}

impl Spans {
    pub(crate) fn voiced_samples(&self) -> u64 {
        self.voiced_samples
    }

    /// The next frame, from sample `from` to sample `to`.
    pub(crate) fn push(&mut self, from: u64, to: u64, is_voiced: bool) -> Option<Edge> {
        match (self.state, is_voiced) {
            (State::Quiet, false) => None,
            (State::Quiet, true) => self.grow(from, to),
            (State::Maybe { from, .. }, true) => self.grow(from, to),
            (State::Speaking { to: before }, true) => {
                self.voiced_samples += to - before;
                self.state = State::Speaking { to };
                None
            }
            (State::Maybe { to: last, .. } | State::Speaking { to: last }, false) if to - last <= BRIDGED_SAMPLES => {
                None
            }
            (State::Maybe { .. } | State::Speaking { .. }, false) => self.cut(),
        }
    }

    fn grow(&mut self, from: u64, to: u64) -> Option<Edge> {
        if to - from < SHORTEST_SAMPLES {
            self.state = State::Maybe { from, to };
            return None;
        }
        self.voiced_samples += to - from;
        self.state = State::Speaking { to };
        Some(Edge::Began { at: from })
    }

    /// Ends what is going on, at the last voiced sample.
    pub(crate) fn cut(&mut self) -> Option<Edge> {
        match std::mem::take(&mut self.state) {
            State::Speaking { to } => Some(Edge::Ended { at: to }),
            State::Quiet | State::Maybe { .. } => None,
        }
    }
}
