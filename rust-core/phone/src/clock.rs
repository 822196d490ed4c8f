//! The test machine's clock: real, or simulated and moved on by the media that is fed.
//!
//! What was simulated stays true: the file remembers how far the clock has been, so that the next program starts where this one
//! stopped and no clock of one boot ever goes back, a kill included.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use quanji_evidence::entry::Clock;
use quanji_evidence::id::BootId;
use quanji_recorder::TimeSource;
use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// How the clock goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// By itself.
    Real,
    /// Only as media is fed.
    Fed,
}

/// The file is written ahead by this much, so that it need not be written at every look.
const WRITTEN_AHEAD_US: u64 = 250_000;
const LINE_BYTES: usize = 256;

/// A clock whose readings never go back within a boot.
#[derive(Debug)]
pub(crate) struct TestClock {
    file: File,
    boot: BootId,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    pace: Pace,
    /// µs by which both clocks are ahead of the machine's; of a fed clock, at its last move.
    ahead_us: u64,
    /// µs by which the wall clock was set, besides.
    set_us: i64,
    /// The reading of a fed clock.
    fed: (u64, u64),
    written_until_us: u64,
}

/// What the file holds: one line of TOML for each.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reached {
    boot: BootId,
    mono_us: u64,
    /// Without what the wall clock was set by.
    wall_us: u64,
    set_us: i64,
}

impl TestClock {
    pub(crate) fn open(path: &Path, pace: Pace) -> Result<TestClock, Fault> {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(path)
            .map_err(Fault::Keys)?;
        let mut text = String::new();
        (&mut file).take(LINE_BYTES as u64).read_to_string(&mut text).map_err(Fault::Keys)?;
        let reached: Option<Reached> = match text.trim_end_matches(['\0', ' ', '\n']) {
            "" => None,
            text => {
                Some(toml::from_str(text).map_err(|fault| Fault::ClockFile { wanted: fault.message().to_owned() })?)
            }
        };
        let boot = boot_id()?;
        let (wall_us, mono_us) = machine();
        let (ahead_us, set_us) = match reached {
            Some(reached) if reached.boot == boot => (reached.mono_us.saturating_sub(mono_us), reached.set_us),
            Some(reached) => (reached.wall_us.saturating_sub(wall_us), reached.set_us),
            None => (0, 0),
        };
        let fed = (wall_us + ahead_us, mono_us + ahead_us);
        let state = Mutex::new(State { pace, ahead_us, set_us, fed, written_until_us: 0 });
        Ok(TestClock { file, boot, state })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Moves a fed clock on to `mono_us`; it never goes back. A real clock goes by itself.
    pub(crate) fn fed_to(&self, mono_us: u64) {
        let mut state = self.lock();
        let (wall, mono) = state.fed;
        if state.pace == Pace::Fed && mono_us > mono {
            let wall_us = wall + (mono_us - mono);
            state.fed = (wall_us, mono_us);
            // Before media of this instant is given to anyone.
            self.remember(&mut state, wall_us, mono_us);
        }
    }

    /// Time passes in which nothing happens.
    pub(crate) fn pass(&self, us: u64) {
        let mut state = self.lock();
        state.ahead_us += us;
        let (wall, mono) = state.fed;
        state.fed = (wall + us, mono + us);
    }

    /// Somebody sets the wall clock.
    pub(crate) fn set_wall(&self, by_us: i64) {
        self.lock().set_us += by_us;
    }

    /// Monotonic clock now, µs.
    pub(crate) fn mono_us(&self) -> u64 {
        self.now().mono_us
    }

    /// Writes down how far the clock has come, a little ahead. The machine's own clock needs no memory.
    fn remember(&self, state: &mut State, wall_us: u64, mono_us: u64) {
        if mono_us < state.written_until_us || (state.pace == Pace::Real && state.ahead_us == 0 && state.set_us == 0) {
            return;
        }
        state.written_until_us = mono_us + WRITTEN_AHEAD_US;
        let Reached { boot, mono_us, wall_us, set_us } = Reached {
            boot: self.boot,
            mono_us: mono_us + WRITTEN_AHEAD_US,
            wall_us: wall_us + WRITTEN_AHEAD_US,
            set_us: state.set_us,
        };
        let mut line = format!("boot = \"{boot}\"\nmono_us = {mono_us}\nwall_us = {wall_us}\nset_us = {set_us}\n");
        line.extend(std::iter::repeat_n(' ', LINE_BYTES.saturating_sub(line.len())));
        // A clock whose memory fails still tells the time; the next program's lines will then show a clock that was set.
        let _ = self.file.write_all_at(line.as_bytes(), 0);
    }
}

impl TimeSource for TestClock {
    fn now(&self) -> Clock {
        let mut state = self.lock();
        let (wall, mono) = match state.pace {
            Pace::Fed => state.fed,
            Pace::Real => {
                let (wall, mono) = machine();
                (wall + state.ahead_us, mono + state.ahead_us)
            }
        };
        self.remember(&mut state, wall, mono);
        Clock { wall_us: wall.saturating_add_signed(state.set_us), mono_us: mono, boot: self.boot, sync: None }
    }
}

/// Wall clock and the clock since boot with sleep, µs.
#[expect(clippy::disallowed_methods, reason = "the adapter behind the port")]
fn machine() -> (u64, u64) {
    let wall = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let boot = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let us = |seconds: i64, nanos: i64| u64::try_from(seconds * 1_000_000 + nanos / 1_000).unwrap_or(0);
    (u64::try_from(wall.as_micros()).unwrap_or(0), us(boot.tv_sec, boot.tv_nsec))
}

fn boot_id() -> Result<BootId, Fault> {
    let text = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").map_err(Fault::BootId)?;
    let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
    BootId::parse(&digits).ok_or_else(|| Fault::BootId(io::ErrorKind::InvalidData.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simulated_clock_goes_on_in_the_next_program_and_never_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("clock");
        let first = TestClock::open(&path, Pace::Fed).expect("a clock");
        let began = first.now();
        assert_eq!(first.now(), began, "a fed clock stands still by itself");
        first.fed_to(began.mono_us + 30_000_000);
        first.fed_to(began.mono_us);
        // Nobody looked at the clock since it was moved.
        let reached = TestClock::open(&path, Pace::Fed).expect("a clock").now();
        assert!(reached.mono_us - began.mono_us >= 30_000_000, "what was fed is remembered without a look");
        let reached = first.now();
        assert_eq!(reached.mono_us - began.mono_us, 30_000_000);
        assert_eq!(reached.wall_us - began.wall_us, 30_000_000);
        drop(first);
        for pace in [Pace::Real, Pace::Fed] {
            let next = TestClock::open(&path, pace).expect("a clock").now();
            assert!(next.mono_us >= reached.mono_us && next.wall_us >= reached.wall_us, "{pace:?}");
            assert_eq!(next.boot, reached.boot);
        }
    }

    #[test]
    fn a_wall_clock_that_was_set_stays_set_and_moves_no_other_clock() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("clock");
        let clock = TestClock::open(&path, Pace::Fed).expect("a clock");
        let before = clock.now();
        clock.set_wall(3_600_000_000);
        clock.fed_to(before.mono_us + 1_000_000);
        let after = clock.now();
        assert_eq!(after.wall_us - before.wall_us, 3_601_000_000);
        assert_eq!(after.mono_us - before.mono_us, 1_000_000);
        let next = TestClock::open(&path, Pace::Fed).expect("a clock").now();
        assert!(next.wall_us - after.wall_us < 60_000_000);
    }

    #[test]
    fn a_damaged_clock_file_is_told_and_not_guessed_at() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("clock");
        std::fs::write(&path, "boot = \"x\"\n").expect("room");
        assert!(matches!(TestClock::open(&path, Pace::Real), Err(Fault::ClockFile { .. })));
    }
}
