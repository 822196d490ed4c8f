//! One watch: patience before it speaks, patience before it takes it back.

/// How long something must be so, µs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    pub to_raise_us: u64,
    pub to_clear_us: u64,
}

/// Where a watch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Well,
    /// Amiss since then, and not yet said.
    Doubtful {
        since_us: u64,
    },
    /// Said; amiss since then.
    Raised {
        since_us: u64,
    },
    /// Said, and well again since then.
    Recovering {
        since_us: u64,
        well_us: u64,
    },
}

/// What a watch sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    Well,
    Amiss,
    /// Nothing new: only time passes.
    Nothing,
}

/// What is to be said. The instant is the one at which it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Raised { since_us: u64 },
    Cleared { since_us: u64 },
}

/// A watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alarm {
    pub state: State,
    patience: Patience,
}

impl Alarm {
    pub const fn new(patience: Patience) -> Alarm {
        Alarm { state: State::Well, patience }
    }

    /// Whether it was said and not taken back.
    pub fn is_raised(&self) -> bool {
        matches!(self.state, State::Raised { .. } | State::Recovering { .. })
    }

    /// One sample, or time that passed. A clock that goes back counts as standing still.
    pub fn see(&mut self, now_us: u64, seen: Seen) -> Option<Change> {
        let (state, change) = self.next(now_us, seen);
        self.state = state;
        change
    }

    fn next(&self, now_us: u64, seen: Seen) -> (State, Option<Change>) {
        let Patience { to_raise_us, to_clear_us } = self.patience;
        let has_waited = |since_us: u64, patience_us| now_us.saturating_sub(since_us) >= patience_us;
        match (self.state, seen) {
            (State::Well, Seen::Amiss) if to_raise_us == 0 => {
                (State::Raised { since_us: now_us }, Some(Change::Raised { since_us: now_us }))
            }
            (State::Well, Seen::Amiss) => (State::Doubtful { since_us: now_us }, None),
            (State::Well, Seen::Well | Seen::Nothing) => (State::Well, None),

            (State::Doubtful { .. }, Seen::Well) => (State::Well, None),
            (State::Doubtful { since_us }, Seen::Amiss | Seen::Nothing) if has_waited(since_us, to_raise_us) => {
                (State::Raised { since_us }, Some(Change::Raised { since_us }))
            }
            (State::Doubtful { since_us }, Seen::Amiss | Seen::Nothing) => (State::Doubtful { since_us }, None),

            (State::Raised { .. }, Seen::Well) if to_clear_us == 0 => {
                (State::Well, Some(Change::Cleared { since_us: now_us }))
            }
            (State::Raised { since_us }, Seen::Well) => (State::Recovering { since_us, well_us: now_us }, None),
            (State::Raised { since_us }, Seen::Amiss | Seen::Nothing) => (State::Raised { since_us }, None),

            (State::Recovering { since_us, .. }, Seen::Amiss) => (State::Raised { since_us }, None),
            (State::Recovering { well_us, .. }, Seen::Well | Seen::Nothing) if has_waited(well_us, to_clear_us) => {
                (State::Well, Some(Change::Cleared { since_us: well_us }))
            }
            (State::Recovering { since_us, well_us }, Seen::Well | Seen::Nothing) => {
                (State::Recovering { since_us, well_us }, None)
            }
        }
    }
}
