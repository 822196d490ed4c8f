//! Connections that do nothing, too many of them, and the word to stop, over real sockets.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;
mod tus;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use futures_util::stream;
use quanji_agency::app::App;
use quanji_agency::serve::{self, Limits, Rate, raise_file_limit};
use quanji_agency::storage::OriginalId;
use support::{Database, Device, Stage};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

const SHORT: Duration = Duration::from_millis(200);
/// What must not pass in these tests.
const NEVER: Duration = Duration::from_secs(3_600);
const ASK: &[u8] = b"GET /x HTTP/1.1\r\nHost: agency\r\n\r\n";
const HERE: &str = "HTTP/1.1 200";

fn patient() -> Limits {
    let of_an_address = Rate { a_second: 1_000, burst: 1_000 };
    Limits { head: NEVER, idle: NEVER, slow_window: NEVER, stop_within: NEVER, of_an_address, ..Limits::default() }
}

struct Served {
    address: SocketAddr,
    stop: Arc<Notify>,
    serving: JoinHandle<()>,
}

async fn served(stage: &Stage, routes: Router<App>, limits: Limits) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = Arc::new(Notify::new());
    let heard = Arc::clone(&stop);
    let router = serve::guarded(routes, stage.app.clone(), limits.clone());
    let serving = tokio::spawn(async move { serve::serve(listener, router, limits, heard.notified()).await });
    Served { address, stop, serving }
}

fn here() -> Router<App> {
    Router::new().route("/x", get(async || "here"))
}

async fn stage() -> Stage {
    Stage::begin(Database::Sqlite).await
}

/// Fails instead of hanging.
async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(60), future).await.unwrap_or_else(|_| panic!("{what}: never"))
}

/// The other side ends it, whichever way.
async fn ended(stream: &mut TcpStream) {
    let mut rest = Vec::new();
    let _ = soon("the connection ends", stream.read_to_end(&mut rest)).await;
}

async fn said(stream: &mut TcpStream) -> String {
    let mut bytes = [0; 4_096];
    let read = soon("an answer", stream.read(&mut bytes)).await.unwrap();
    String::from_utf8_lossy(&bytes[..read]).into_owned()
}

async fn asks(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(ASK).await.unwrap();
    stream
}

#[tokio::test]
async fn a_connection_on_which_nothing_comes_is_ended() {
    let stage = stage().await;
    let served = served(&stage, here(), Limits { head: SHORT, ..patient() }).await;
    ended(&mut TcpStream::connect(served.address).await.unwrap()).await;
}

/// Byte after byte, and never the last one; counted from the first of them.
async fn trickles(stream: &mut TcpStream) {
    for turn in 0..6_000 {
        let byte = ASK[..ASK.len() - 2].get(turn).copied().unwrap_or(b'a');
        if stream.write_all(&[byte]).await.is_err() {
            return;
        }
        let mut one = [0];
        if let Ok(read) = timeout(Duration::from_millis(10), stream.read(&mut one)).await {
            assert!(!matches!(read, Ok(1)), "half a head is no request");
            return;
        }
    }
    panic!("it was listened to for ever");
}

#[tokio::test]
async fn a_head_that_trickles_is_ended_on_a_new_connection_and_after_an_answer() {
    let stage = stage().await;
    let served = served(&stage, here(), Limits { head: SHORT, ..patient() }).await;
    trickles(&mut TcpStream::connect(served.address).await.unwrap()).await;
    let mut stream = asks(served.address).await;
    assert!(said(&mut stream).await.starts_with(HERE));
    trickles(&mut stream).await;
}

#[tokio::test]
async fn a_head_that_never_ends_is_not_read_on() {
    let stage = stage().await;
    let served = served(&stage, here(), patient()).await;
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    let _ = stream.write_all(&ASK[..ASK.len() - 2]).await;
    for _ in 0..300 {
        if stream.write_all(format!("x-more: {}\r\n", "m".repeat(1_000)).as_bytes()).await.is_err() {
            break;
        }
    }
    ended(&mut stream).await;
}

#[tokio::test]
async fn a_connection_idle_after_its_answer_is_ended_and_one_that_asks_again_is_not() {
    let stage = stage().await;
    let quick = served(&stage, here(), Limits { idle: SHORT, ..patient() }).await;
    let mut stream = asks(quick.address).await;
    assert!(said(&mut stream).await.starts_with(HERE));
    ended(&mut stream).await;

    // What bounds a new connection does not bound one between two requests.
    let slow = served(&stage, here(), Limits { head: SHORT, ..patient() }).await;
    let mut stream = asks(slow.address).await;
    assert!(said(&mut stream).await.starts_with(HERE));
    ended(&mut TcpStream::connect(slow.address).await.unwrap()).await;
    stream.write_all(ASK).await.unwrap();
    assert!(said(&mut stream).await.starts_with(HERE));
}

/// 64 MiB, and word when nobody sends it any more.
fn much(dropped: oneshot::Sender<()>) -> Router<App> {
    struct Told(Option<oneshot::Sender<()>>);
    impl Drop for Told {
        fn drop(&mut self) {
            let _ = self.0.take().map(|told| told.send(()));
        }
    }
    let told = Arc::new(Mutex::new(Some(Told(Some(dropped)))));
    let answer = async move || {
        let told = told.lock().unwrap().take();
        let chunks = stream::unfold((0, told), async |(sent, told)| {
            (sent < 1_024).then(|| (Ok::<_, axum::Error>(Bytes::from(vec![7; 64 << 10])), (sent + 1, told)))
        });
        Body::from_stream(chunks)
    };
    Router::new().route("/x", get(answer))
}

#[tokio::test]
async fn an_answer_that_is_not_taken_is_ended_and_one_that_is_taken_slowly_is_not() {
    let stage = stage().await;
    let (dropped, given_up) = oneshot::channel();
    let stubborn = served(&stage, much(dropped), Limits { slow_window: SHORT, ..patient() }).await;
    let stream = asks(stubborn.address).await;
    soon("the answer is given up", given_up).await.unwrap();
    drop(stream);

    let (dropped, _given_up) = oneshot::channel();
    // A window that a stalled machine does not miss, and less than the whole takes.
    let slow = served(&stage, much(dropped), Limits { slow_window: Duration::from_secs(1), ..patient() }).await;
    let mut stream = asks(slow.address).await;
    let (mut taken, mut bytes) = (0, vec![0; 256 << 10]);
    while taken < 64 << 20 {
        let read = soon("more of the answer", stream.read(&mut bytes)).await.unwrap();
        assert!(read > 0, "ended after {taken}");
        taken += read;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_silent_connections_take_no_phones_place() {
    let stage = stage().await;
    raise_file_limit(&mut Limits::default());
    let served = served(&stage, here(), Limits { connections: 100, ..patient() }).await;
    let mut silent = Vec::new();
    // One that goes on asking on its own connection, and one that makes a new one each time.
    let mut staying = asks(served.address).await;
    assert!(said(&mut staying).await.starts_with(HERE));
    for number in 0..1_000 {
        let mut stream = TcpStream::connect(served.address).await.unwrap();
        if number % 2 == 0 {
            let _ = stream.write_all(b"GET /x HTT").await;
        }
        silent.push(stream);
        if number % 40 == 0 {
            assert!(said(&mut asks(served.address).await).await.starts_with(HERE), "after {number}");
            staying.write_all(ASK).await.unwrap();
            assert!(said(&mut staying).await.starts_with(HERE), "after {number}");
        }
    }
    // A last one is in: whoever had to leave for it has left.
    assert!(said(&mut asks(served.address).await).await.starts_with(HERE));
    let mut still_open = 0;
    for stream in &mut silent {
        let mut one = [0];
        still_open += usize::from(timeout(Duration::from_millis(1), stream.read(&mut one)).await.is_err());
    }
    assert!(still_open <= 100, "{still_open}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_being_answered_never_makes_room_and_the_next_one_waits() {
    let stage = stage().await;
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (heard, waits) = (Arc::clone(&begun), Arc::clone(&go_on));
    let held = async move || {
        heard.notify_one();
        waits.notified().await;
        "held"
    };
    let routes = here().route("/held", get(held));
    let served = served(&stage, routes, Limits { connections: 1, ..patient() }).await;
    let mut first = TcpStream::connect(served.address).await.unwrap();
    first.write_all(b"GET /held HTTP/1.1\r\nHost: agency\r\n\r\n").await.unwrap();
    soon("the first is being answered", begun.notified()).await;
    let mut second = asks(served.address).await;
    let mut one = [0];
    assert!(timeout(SHORT, second.read(&mut one)).await.is_err(), "there is no place yet");
    go_on.notify_one();
    assert!(said(&mut first).await.ends_with("held"));
    assert!(said(&mut second).await.starts_with(HERE));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_end_after_the_word_to_stop_is_cut() {
    let stage = stage().await;
    let begun = Arc::new(Notify::new());
    let heard = Arc::clone(&begun);
    let never = async move || {
        heard.notify_one();
        std::future::pending::<()>().await;
    };
    let routes = Router::new().route("/x", get(never));
    let served = served(&stage, routes, Limits { stop_within: SHORT, ..patient() }).await;
    let mut stream = asks(served.address).await;
    soon("it is being answered", begun.notified()).await;
    served.stop.notify_one();
    soon("serving ends", served.serving).await.unwrap();
    ended(&mut stream).await;
    assert!(TcpStream::connect(served.address).await.is_err());
}

/// The real program, killed when the test is over.
struct Program(Child);

impl Program {
    fn serves(stage: &Stage) -> (Program, SocketAddr) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_quanji-agency"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(stage.data());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        (Program(child), line.split(' ').next().unwrap().parse().unwrap())
    }

    /// Whether it ended well.
    async fn ended(mut self) -> bool {
        tokio::task::spawn_blocking(move || self.0.wait().unwrap().success()).await.unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_in_mid_upload_closes_what_is_idle_and_lets_the_upload_end() {
    let stage = stage().await;
    let device = Device::enrolled(&stage, "a phone").await;
    let (program, address) = Program::serves(&stage);
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: agency\r\n\r\n").await.unwrap();
    assert!(said(&mut idle).await.starts_with(HERE));
    let mut silent = TcpStream::connect(address).await.unwrap();

    let content = tus::bytes(1, 3 << 20);
    let digest = tus::hex_of(&content);
    let head = format!(
        "POST /v1/files HTTP/1.1\r\nHost: agency\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\n\
         Upload-Length: {}\r\nUpload-Metadata: digest {}\r\nContent-Type: application/offset+octet-stream\r\n\
         Content-Length: {}\r\n\r\n",
        device.token,
        content.len(),
        tus::base64(digest.as_bytes()),
        content.len()
    );
    let mut upload = TcpStream::connect(address).await.unwrap();
    upload.write_all(head.as_bytes()).await.unwrap();
    let (half, rest) = content.split_at(content.len() / 2);
    upload.write_all(half).await.unwrap();
    // It is being written, so it is being answered.
    let id = OriginalId { agency: stage.app.agency().id, device: device.id, sha256: tus::sha256_of(&content) };
    let staging = stage.app.uploads().staging();
    soon("some of it is staged", async {
        while staging.offset(&id).unwrap_or(0) == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;

    assert!(Command::new("kill").args(["-TERM", &program.0.id().to_string()]).status().unwrap().success());
    ended(&mut idle).await;
    ended(&mut silent).await;
    assert!(TcpStream::connect(address).await.is_err(), "nobody new is taken");
    upload.write_all(rest).await.unwrap();
    let answer = said(&mut upload).await;
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert!(answer.contains(&format!("upload-offset: {}", content.len())), "{answer}");
    ended(&mut upload).await;
    assert!(soon("it stops by itself", program.ended()).await);
    assert_eq!(stage.count("SELECT COUNT(*) FROM original").await, 1);
}
