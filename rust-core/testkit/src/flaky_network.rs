//! A network that drops, cuts, delays, repeats and reorders, by a seed: a TCP proxy on loopback in front of a real server.
//!
//! Fates are drawn in the order in which connections come, so one seed gives one sequence of fates. It reads no HTTP: a *cut* ends both
//! ways after so many bytes, and a *repeat* sends all that a connection had sent once more, on a connection of its own.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::dice::Dice;

/// What may happen to a connection, each `n` times in a hundred; the first that falls is it. All zero: nothing happens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    /// Closed at once.
    pub drop_percent: u64,
    /// Ended after at most `cut_within_bytes` of what the client sends.
    pub cut_percent: u64,
    pub cut_within_bytes: u64,
    /// The server's answer is ended within its first bytes, so that the client does not learn what was done.
    pub mute_percent: u64,
    /// Nothing passes for so long at first.
    pub delay_percent: u64,
    pub delay: Duration,
    /// What was sent is sent once more after the connection's end.
    pub repeat_percent: u64,
    /// Waits until the next connection came (or a second passed): the two change places.
    pub reorder_percent: u64,
}

/// How many connections met what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub connections: u64,
    pub dropped: u64,
    pub cut: u64,
    pub muted: u64,
    pub delayed: u64,
    pub repeated: u64,
    pub reordered: u64,
}

/// Bytes that passed, each way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Passed {
    pub sent_bytes: u64,
    pub answered_bytes: u64,
}

/// The proxy; it ends with this value.
#[derive(Debug)]
pub struct FlakyNetwork {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    upstream: SocketAddr,
    state: Mutex<State>,
    /// A connection came, or the end.
    came: Condvar,
    sent_bytes: AtomicU64,
    answered_bytes: AtomicU64,
}

#[derive(Debug)]
struct State {
    faults: Faults,
    dice: Dice,
    tally: Tally,
    is_offline: bool,
    is_over: bool,
    /// Both ends of what is open, to be ended when the network goes away.
    open: Vec<TcpStream>,
}

#[derive(Debug, Clone, Copy)]
enum Fate {
    Drop,
    Cut { after: u64 },
    Mute { after: u64 },
    Delay(Duration),
    Repeat,
    Reorder { came: u64 },
    Pass,
}

/// Bytes of a connection that are kept to be repeated; one that sends more is not repeated.
const REPEAT_LIMIT_BYTES: usize = 4 << 20;
const REORDER_PATIENCE: Duration = Duration::from_secs(1);
const IDLE_LIMIT: Duration = Duration::from_secs(60);

impl FlakyNetwork {
    /// Listens on loopback in front of `upstream`.
    pub fn before(upstream: SocketAddr, faults: Faults, seed: u64) -> io::Result<FlakyNetwork> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let state = State {
            faults,
            dice: Dice::new(seed),
            tally: Tally::default(),
            is_offline: false,
            is_over: false,
            open: Vec::new(),
        };
        let shared = Arc::new(Shared {
            upstream,
            state: Mutex::new(state),
            came: Condvar::new(),
            sent_bytes: AtomicU64::new(0),
            answered_bytes: AtomicU64::new(0),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming() {
                if accepting.lock().is_over {
                    return;
                }
                let Ok(client) = client else { continue };
                let fate = accepting.draw();
                let connection = Arc::clone(&accepting);
                // A connection that fails is what this is for.
                thread::spawn(move || drop(connection.serve(client, fate)));
            }
        });
        Ok(FlakyNetwork { address, shared })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on, for connections to come.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.lock().faults = faults;
    }

    /// Ends everything that is open and refuses what comes, until it is called with `false`.
    pub fn set_offline(&self, is_offline: bool) {
        let mut state = self.shared.lock();
        state.is_offline = is_offline;
        if is_offline {
            state.end_all();
        }
    }

    pub fn tally(&self) -> Tally {
        self.shared.lock().tally
    }

    /// All bytes so far, HTTP's own with them.
    pub fn passed(&self) -> Passed {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Passed { sent_bytes: read(&self.shared.sent_bytes), answered_bytes: read(&self.shared.answered_bytes) }
    }
}

impl Drop for FlakyNetwork {
    fn drop(&mut self) {
        {
            let mut state = self.shared.lock();
            state.is_over = true;
            state.end_all();
        }
        self.shared.came.notify_all();
        // Wakes the listener, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

impl State {
    fn end_all(&mut self) {
        for stream in self.open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw(&self) -> Fate {
        let mut guard = self.lock();
        let state = &mut *guard;
        state.tally.connections += 1;
        let fate =
            if state.is_offline { Fate::Drop } else { fate(&state.faults, &mut state.dice, state.tally.connections) };
        let tally = &mut state.tally;
        match fate {
            Fate::Drop => tally.dropped += 1,
            Fate::Cut { .. } => tally.cut += 1,
            Fate::Mute { .. } => tally.muted += 1,
            Fate::Delay(_) => tally.delayed += 1,
            Fate::Repeat => tally.repeated += 1,
            Fate::Reorder { .. } => tally.reordered += 1,
            Fate::Pass => {}
        }
        self.came.notify_all();
        fate
    }

    fn serve(self: &Arc<Self>, client: TcpStream, fate: Fate) -> io::Result<()> {
        match fate {
            Fate::Drop => return client.shutdown(Shutdown::Both),
            Fate::Delay(delay) => self.wait(delay, |_| false),
            Fate::Reorder { came } => self.wait(REORDER_PATIENCE, |tally| tally.connections > came),
            Fate::Cut { .. } | Fate::Mute { .. } | Fate::Repeat | Fate::Pass => {}
        }
        let server = TcpStream::connect(self.upstream)?;
        for stream in [&client, &server] {
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(IDLE_LIMIT))?;
        }
        {
            let mut state = self.lock();
            if state.is_over || state.is_offline {
                return client.shutdown(Shutdown::Both);
            }
            state.open.extend([client.try_clone()?, server.try_clone()?]);
        }
        let (up, down) = match fate {
            Fate::Cut { after } => (Some(after), None),
            Fate::Mute { after } => (None, Some(after)),
            _ => (None, None),
        };
        let answers = {
            let (from, to) = (server.try_clone()?, client.try_clone()?);
            let shared = Arc::clone(self);
            thread::spawn(move || drop(pump(from, to, down, &shared.answered_bytes, &mut None)))
        };
        let mut kept = matches!(fate, Fate::Repeat).then(Vec::new);
        let sent = pump(client, server, up, &self.sent_bytes, &mut kept);
        let _ = answers.join();
        if let (Ok(()), Some(bytes)) = (&sent, kept) {
            self.repeat(&bytes)?;
        }
        sent
    }

    /// Sends it once more, and hears the answers to their end.
    fn repeat(&self, bytes: &[u8]) -> io::Result<()> {
        let mut again = TcpStream::connect(self.upstream)?;
        again.set_read_timeout(Some(IDLE_LIMIT))?;
        again.write_all(bytes)?;
        again.shutdown(Shutdown::Write)?;
        io::copy(&mut again, &mut io::sink()).map(drop)
    }

    /// Until `is_enough`, the end, or so long.
    fn wait(&self, patience: Duration, is_enough: impl Fn(&Tally) -> bool) {
        let waits = |state: &mut State| !state.is_over && !is_enough(&state.tally);
        drop(self.came.wait_timeout_while(self.lock(), patience, waits));
    }
}

fn fate(faults: &Faults, dice: &mut Dice, came: u64) -> Fate {
    if dice.percent(faults.drop_percent) {
        Fate::Drop
    } else if dice.percent(faults.cut_percent) {
        Fate::Cut { after: dice.below(faults.cut_within_bytes) }
    } else if dice.percent(faults.mute_percent) {
        Fate::Mute { after: dice.below(64) }
    } else if dice.percent(faults.delay_percent) {
        Fate::Delay(faults.delay)
    } else if dice.percent(faults.repeat_percent) {
        Fate::Repeat
    } else if dice.percent(faults.reorder_percent) {
        Fate::Reorder { came }
    } else {
        Fate::Pass
    }
}

/// Passes bytes on until the end, or `limit` of them; then both ways are ended. What passed is kept in `kept` while it is not too much.
fn pump(
    mut from: TcpStream,
    mut to: TcpStream,
    limit: Option<u64>,
    count: &AtomicU64,
    kept: &mut Option<Vec<u8>>,
) -> io::Result<()> {
    let mut left = limit.unwrap_or(u64::MAX);
    let mut buffer = [0; 16 << 10];
    let ended = loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => break Ok(()),
            Ok(read) => read,
            Err(fault) => break Err(fault),
        };
        let passed = &buffer[..read.min(usize::try_from(left).unwrap_or(usize::MAX))];
        left -= passed.len() as u64;
        count.fetch_add(passed.len() as u64, Ordering::Relaxed);
        if let Some(bytes) = kept {
            bytes.extend_from_slice(passed);
        }
        if kept.as_ref().is_some_and(|bytes| bytes.len() > REPEAT_LIMIT_BYTES) {
            *kept = None;
        }
        if let Err(fault) = to.write_all(passed) {
            break Err(fault);
        }
        if left == 0 {
            let _ = from.shutdown(Shutdown::Both);
            let _ = to.shutdown(Shutdown::Both);
            return Ok(());
        }
    };
    // The other way may still have something to say.
    let _ = to.shutdown(Shutdown::Write);
    if ended.is_err() {
        let _ = from.shutdown(Shutdown::Both);
    }
    ended
}
