//! What a press means: keys that can be found without looking, and one flat machine that no wet glass and no pocket can stop.

/// Where a press comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    VolumeUp,
    VolumeDown,
    /// The headset's one button.
    Headset,
    /// A Bluetooth shutter.
    Shutter,
}

impl Key {
    pub const ALL: &'static [Key] = &[Key::VolumeUp, Key::VolumeDown, Key::Headset, Key::Shutter];
}

/// What reaches the machine. Times are µs since boot and come beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Input {
    Down(Key),
    Up(Key),
    /// One of the five large actions of the notification.
    Action(Wish),
    /// A finger is held on the lock of the screen, or let go.
    HoldDown,
    HoldUp,
    /// A finger is held on the stop button, or let go.
    StopDown,
    StopUp,
    /// The recording stands, or is over for another reason.
    Started,
    Over,
    Tick,
}

/// The five.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wish {
    Start,
    Mark,
    Photo,
    /// "Already spoken": the opening, or a reason, was said.
    Spoken,
    Stop,
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    Start,
    Mark {
        at_us: u64,
    },
    Photo {
        at_us: u64,
    },
    Spoken {
        at_us: u64,
    },
    Unlocked,
    Locked,
    /// The stop was asked for: the camera runs on, and it can be taken back.
    StopBegins {
        at_us: u64,
    },
    StopTakenBack,
    /// The ten seconds are over: the record ends at the instant of the press.
    End {
        at_us: u64,
    },
}

/// A press this long is long.
pub const LONG_US: u64 = 800_000;
/// Unlocking and stopping are held.
pub const HOLD_US: u64 = 2_000_000;
/// A stop can be taken back for so long.
pub const TAKE_BACK_US: u64 = 10_000_000;
/// An unlocked screen that nobody touches is locked again.
pub const LOCK_AGAIN_US: u64 = 15_000_000;

/// Where the machine stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    Idle,
    /// Asked for, and not yet standing.
    Starting,
    /// Records, with the screen locked.
    Locked,
    /// A finger is on the lock since then.
    Unlocking {
        since_us: u64,
    },
    /// Records, and the screen takes touches since then.
    Unlocked {
        since_us: u64,
    },
    /// A finger is on the stop button since then.
    HoldingStop {
        since_us: u64,
    },
    /// Stopped at that instant, and still to be taken back.
    Stopping {
        at_us: u64,
    },
}

/// Keys and locks of one phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    pub state: State,
    /// The key that is down, since when, and whether its long press was already answered.
    down: Option<(Key, u64, Answered)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answered {
    Yes,
    No,
}

/// What the state machine is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    Wish(Wish),
    HoldDown,
    HoldUp,
    StopDown,
    StopUp,
    Started,
    Over,
    Tick,
}

impl Keys {
    pub fn new() -> Keys {
        Keys { state: State::Idle, down: None }
    }

    /// Takes an input; what follows, in order.
    pub fn input(&mut self, now_us: u64, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        // A hold and a long press are over when their time is, not when the finger lifts: the vibration tells the officer to let go.
        effects.extend(self.ask(now_us, Ask::Tick));
        if let Some((key, since_us, Answered::No)) = self.down
            && now_us.saturating_sub(since_us) >= LONG_US
        {
            self.down = Some((key, since_us, Answered::Yes));
            let wish = self.long_press(key);
            effects.extend(wish.and_then(|wish| self.ask(since_us, Ask::Wish(wish))));
        }
        effects.extend(match input {
            // The keyboard repeats a key that is down.
            Input::Down(key) if self.down.is_some_and(|(other, ..)| other == key) => None,
            Input::Down(key) => {
                self.down = Some((key, now_us, Answered::No));
                None
            }
            Input::Up(key) => match self.down.take() {
                Some((other, since_us, Answered::No)) if other == key => {
                    self.short_press(key).and_then(|wish| self.ask(since_us, Ask::Wish(wish)))
                }
                _ => None,
            },
            Input::Action(wish) => self.ask(now_us, Ask::Wish(wish)),
            Input::HoldDown => self.ask(now_us, Ask::HoldDown),
            Input::HoldUp => self.ask(now_us, Ask::HoldUp),
            Input::StopDown => self.ask(now_us, Ask::StopDown),
            Input::StopUp => self.ask(now_us, Ask::StopUp),
            Input::Started => self.ask(now_us, Ask::Started),
            Input::Over => self.ask(now_us, Ask::Over),
            Input::Tick => None,
        });
        effects
    }

    /// Volume keys short are the phone's own: only their long press is ours. A headset and a shutter have one button.
    fn short_press(&self, key: Key) -> Option<Wish> {
        match (key, self.state) {
            (Key::VolumeUp | Key::VolumeDown, _) => None,
            (Key::Headset | Key::Shutter, State::Idle) => None,
            (Key::Headset, _) => Some(Wish::Spoken),
            (Key::Shutter, _) => Some(Wish::Photo),
        }
    }

    fn long_press(&self, key: Key) -> Option<Wish> {
        match (key, self.state) {
            (_, State::Idle) => Some(Wish::Start),
            (Key::VolumeDown, State::Starting) => None,
            // The same press that stopped takes it back.
            (Key::VolumeDown, State::Stopping { .. }) => Some(Wish::Start),
            (Key::VolumeDown, _) => Some(Wish::Stop),
            (Key::VolumeUp, _) => Some(Wish::Mark),
            (Key::Headset, _) => Some(Wish::Mark),
            (Key::Shutter, _) => Some(Wish::Mark),
        }
    }

    fn ask(&mut self, now_us: u64, ask: Ask) -> Option<Effect> {
        let (state, effect) = next(self.state, now_us, ask);
        self.state = state;
        effect
    }
}

impl Default for Keys {
    fn default() -> Self {
        Keys::new()
    }
}

/// State × what is asked. Marks, photos and words are taken in every state in which a record stands or is about to.
#[rustfmt::skip]
fn next(state: State, now_us: u64, ask: Ask) -> (State, Option<Effect>) {
    use State::{HoldingStop, Idle, Locked, Starting, Stopping, Unlocked, Unlocking};
    let passed = |since_us: u64, patience_us| now_us.saturating_sub(since_us) >= patience_us;
    let at_us = now_us;
    match (state, ask) {
        (Idle, Ask::Wish(Wish::Start)) => (Starting, Some(Effect::Start)),
        (Idle | Starting, Ask::Started) => (Locked, Some(Effect::Locked)),
        (_, Ask::Over) => (Idle, None),

        (Stopping { .. }, Ask::Wish(Wish::Start)) => (Locked, Some(Effect::StopTakenBack)),
        (Stopping { at_us }, Ask::Tick) if passed(at_us, TAKE_BACK_US) => (Idle, Some(Effect::End { at_us })),

        (Starting | Locked | Unlocking { .. } | Unlocked { .. } | HoldingStop { .. } | Stopping { .. }, Ask::Wish(Wish::Mark)) => (state, Some(Effect::Mark { at_us })),
        (Starting | Locked | Unlocking { .. } | Unlocked { .. } | HoldingStop { .. } | Stopping { .. }, Ask::Wish(Wish::Photo)) => (state, Some(Effect::Photo { at_us })),
        (Starting | Locked | Unlocking { .. } | Unlocked { .. } | HoldingStop { .. } | Stopping { .. }, Ask::Wish(Wish::Spoken)) => (state, Some(Effect::Spoken { at_us })),
        (Locked | Unlocking { .. } | Unlocked { .. } | HoldingStop { .. }, Ask::Wish(Wish::Stop)) => (Stopping { at_us }, Some(Effect::StopBegins { at_us })),

        (Locked, Ask::HoldDown) => (Unlocking { since_us: now_us }, None),
        (Unlocking { since_us }, Ask::Tick) if passed(since_us, HOLD_US) => (Unlocked { since_us: now_us }, Some(Effect::Unlocked)),
        (Unlocking { .. }, Ask::HoldUp) => (Locked, None),
        (Unlocked { since_us }, Ask::Tick) if passed(since_us, LOCK_AGAIN_US) => (Locked, Some(Effect::Locked)),
        (Unlocked { .. }, Ask::StopDown) => (HoldingStop { since_us: now_us }, None),
        (HoldingStop { since_us }, Ask::Tick) if passed(since_us, HOLD_US) => {
            (Stopping { at_us: since_us.saturating_add(HOLD_US) }, Some(Effect::StopBegins { at_us: since_us.saturating_add(HOLD_US) }))
        }
        (HoldingStop { .. }, Ask::StopUp) => (Unlocked { since_us: now_us }, None),
        (Unlocked { .. }, Ask::HoldDown | Ask::HoldUp) => (Unlocked { since_us: now_us }, None),

        // Touches on a locked screen, a second start, a tick before its time: nothing.
        _ => (state, None),
    }
}
