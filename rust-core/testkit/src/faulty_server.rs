//! An HTTP server that fails in one named way at the requests that are told: a proxy on loopback before a real one.
//!
//! Each request has a connection of its own (`Connection: close` is put into it), so that a fault meets the request it is meant for.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::dice::Dice;

/// How a request fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Answered so, and never passed on.
    Answered { status: u16, code: &'static str },
    /// Ended after so many bytes of what the client sends.
    RequestCut { after_bytes: u64 },
    /// Done by the server, and its answer never passed on.
    AnswerLost,
    /// The answer is ended after so many bytes.
    AnswerCut { after_bytes: u64 },
    /// The answer comes in pieces of 16 KiB with so long between them.
    AnswerSlow { pause: Duration },
    /// Nothing happens until [`FaultyServer::release`].
    Held,
}

/// A failure for the next requests that match.
#[derive(Debug, Clone)]
pub struct Planned {
    pub method: &'static str,
    /// What the request's target must hold.
    pub holds: &'static str,
    pub failure: Failure,
    /// So many requests meet it.
    pub times: u32,
}

/// The proxy; it ends with this value.
#[derive(Debug)]
pub struct FaultyServer {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    upstreams: Vec<SocketAddr>,
    dice: Mutex<Dice>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    planned: VecDeque<Planned>,
    /// `METHOD target`, in the order in which they came.
    seen: Vec<String>,
    met: u32,
    waiting: u32,
    is_released: bool,
    is_over: bool,
}

const HEAD_LIMIT_BYTES: usize = 64 << 10;
const IDLE_LIMIT: Duration = Duration::from_secs(120);

impl FaultyServer {
    pub fn before(upstream: SocketAddr) -> io::Result<FaultyServer> {
        FaultyServer::before_all(vec![upstream], 0)
    }

    /// Before several: each request goes to one of them, drawn by `seed`; one that is down is passed over.
    pub fn before_all(upstreams: Vec<SocketAddr>, seed: u64) -> io::Result<FaultyServer> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let dice = Mutex::new(Dice::new(seed));
        let shared = Arc::new(Shared { upstreams, dice, state: Mutex::default(), changed: Condvar::new() });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming() {
                if accepting.lock().is_over {
                    return;
                }
                let Ok(client) = client else { continue };
                let connection = Arc::clone(&accepting);
                // A connection that fails is what this is for.
                thread::spawn(move || drop(connection.serve(client)));
            }
        });
        Ok(FaultyServer { address, shared })
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Failures are met in the order in which they were planned.
    pub fn plan(&self, planned: Planned) {
        let mut state = self.shared.lock();
        state.is_released = false;
        state.planned.push_back(planned);
    }

    /// Nothing fails any more, and what is held goes on.
    pub fn release(&self) {
        let mut state = self.shared.lock();
        state.planned.clear();
        state.is_released = true;
        self.shared.changed.notify_all();
    }

    /// Waits until a request is held; `false` when none came within so long.
    pub fn wait_for_held(&self, patience: Duration) -> bool {
        let waits = |state: &mut State| state.waiting == 0;
        let waited = self.shared.changed.wait_timeout_while(self.shared.lock(), patience, waits);
        waited.unwrap_or_else(PoisonError::into_inner).0.waiting > 0
    }

    /// How many requests failed as planned.
    pub fn met(&self) -> u32 {
        self.shared.lock().met
    }

    /// `METHOD target` of each request that came.
    pub fn seen(&self) -> Vec<String> {
        self.shared.lock().seen.clone()
    }
}

impl Drop for FaultyServer {
    fn drop(&mut self) {
        self.release();
        self.shared.lock().is_over = true;
        // Wakes the listener, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw(&self, request: &str) -> Option<Failure> {
        let mut state = self.lock();
        state.seen.push(request.to_owned());
        let (method, target) = request.split_once(' ').unwrap_or_default();
        let place = state.planned.iter().position(|plan| plan.method == method && target.contains(plan.holds))?;
        let plan = &mut state.planned[place];
        let failure = plan.failure.clone();
        plan.times = plan.times.saturating_sub(1);
        if plan.times == 0 {
            state.planned.remove(place);
        }
        state.met += 1;
        self.changed.notify_all();
        Some(failure)
    }

    fn connect(&self) -> io::Result<TcpStream> {
        let count = self.upstreams.len();
        let drawn = self.dice.lock().unwrap_or_else(PoisonError::into_inner).below(count as u64);
        let in_turn = (0..count).map(|step| self.upstreams[(usize::try_from(drawn).unwrap_or(0) + step) % count]);
        in_turn
            .map(TcpStream::connect)
            .reduce(|first, next| first.or(next))
            .unwrap_or(Err(io::ErrorKind::NotConnected.into()))
    }

    fn serve(&self, mut client: TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        client.set_read_timeout(Some(IDLE_LIMIT))?;
        let (head, begun) = read_head(&mut client)?;
        let request = head.split(" HTTP/").next().unwrap_or_default().to_owned();
        let failure = self.draw(&request);
        match &failure {
            Some(Failure::Answered { status, code }) => {
                drain(&mut client, content_length(&head).saturating_sub(begun.len() as u64))?;
                return answer(&mut client, *status, code);
            }
            Some(Failure::Held) => {
                let mut state = self.lock();
                state.waiting += 1;
                self.changed.notify_all();
                let mut state =
                    self.changed.wait_while(state, |state| !state.is_released).unwrap_or_else(PoisonError::into_inner);
                state.waiting -= 1;
            }
            _ => {}
        }
        let mut server = self.connect()?;
        server.set_nodelay(true)?;
        server.set_read_timeout(Some(IDLE_LIMIT))?;
        let line_end = head.find("\r\n").unwrap_or(0) + 2;
        let (line, headers) = head.split_at(line_end);
        server.write_all(format!("{line}Connection: close\r\n{headers}").as_bytes())?;
        let sent = {
            let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
            let limit = match failure {
                Some(Failure::RequestCut { after_bytes }) => after_bytes,
                _ => u64::MAX,
            };
            let length = content_length(&head);
            let left = length.saturating_sub(begun.len() as u64);
            thread::spawn(move || -> io::Result<()> {
                to.write_all(&begun[..begun.len().min(usize::try_from(limit).unwrap_or(usize::MAX))])?;
                let rest = limit.saturating_sub(begun.len() as u64);
                io::copy(&mut (&mut from).take(left.min(rest)), &mut to)?;
                if limit < length {
                    from.shutdown(Shutdown::Both)?;
                    to.shutdown(Shutdown::Both)?;
                }
                Ok(())
            })
        };
        match failure {
            Some(Failure::AnswerLost) => io::copy(&mut server, &mut io::sink()).map(drop)?,
            Some(Failure::AnswerCut { after_bytes }) => {
                io::copy(&mut (&mut server).take(after_bytes), &mut client).map(drop)?
            }
            Some(Failure::AnswerSlow { pause }) => self.pass_slowly(&mut server, &mut client, pause)?,
            _ => io::copy(&mut server, &mut client).map(drop)?,
        }
        let _ = client.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
        sent.join().unwrap_or(Ok(()))
    }

    fn pass_slowly(&self, server: &mut TcpStream, client: &mut TcpStream, pause: Duration) -> io::Result<()> {
        let mut piece = [0; 16 << 10];
        loop {
            let read = server.read(&mut piece)?;
            if read == 0 {
                return Ok(());
            }
            client.write_all(&piece[..read])?;
            drop(self.changed.wait_timeout_while(self.lock(), pause, |state| !state.is_released));
        }
    }
}

/// The request's head with its empty line, and what came of its body already.
fn read_head(client: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            let head = String::from_utf8(bytes).map_err(io::Error::other)?;
            return Ok((head, rest));
        }
        let read = client.read(&mut piece)?;
        if read == 0 || bytes.len() > HEAD_LIMIT_BYTES {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&piece[..read]);
    }
}

fn content_length(head: &str) -> u64 {
    let lines = head.lines().filter_map(|line| line.split_once(':'));
    let mut lengths = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    lengths.next().and_then(|(_, value)| value.trim().parse().ok()).unwrap_or(0)
}

fn drain(client: &mut TcpStream, left: u64) -> io::Result<()> {
    io::copy(&mut client.take(left), &mut io::sink()).map(drop)
}

fn answer(client: &mut TcpStream, status: u16, code: &str) -> io::Result<()> {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>planned</Message></Error>");
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} Planned\r\nContent-Type: application/xml\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    client.write_all(format!("{head}{body}").as_bytes())
}
