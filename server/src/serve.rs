//! The agency as it is served: the interface and the pages, with what guards them, until it is told to stop.
//!
//! A connection is driven by `connection` over its `patient_stream`; `standing` is what it is at, by which idle ones are found and closed.
//! A request passes, from outside in: `witness` (each request leaves one line in the log and is counted), panics become `internal`, `guard` (headers,
//! rates, bodies, time), then the routes.

mod connection;
mod files;
mod guard;
mod patient_stream;
mod rates;
mod standing;
mod watched_body;
mod witness;

use std::io::{self, ErrorKind::*};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use quanji_wire::Code;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::refusal::Refused;
use crate::{api, console};
pub use files::raise_file_limit;
use guard::Guard;
pub use rates::Rate;
use standing::Open;

/// The bounds of requests (`proto/api/v1/API.md`, Limits); those of files are [`crate::storage::UploadLimits`].
#[derive(Debug, Clone)]
pub struct Limits {
    pub header_bytes: usize,
    pub json_bytes: usize,
    pub lines_bytes: usize,
    /// Of an address, without a session.
    pub of_an_address: Rate,
    /// Of a device, with a session.
    pub of_a_device: Rate,
    /// A body that brings less than `slow_bytes` in this time is ended, and so is an answer of which less is taken.
    pub slow_window: Duration,
    pub slow_bytes: usize,
    /// Open connections; beyond, the one that has been idle longest makes room for a new one.
    pub connections: usize,
    /// So long a request's head may take, and a new connection to begin one.
    pub head: Duration,
    /// So long a connection stays after an answer without another request.
    pub idle: Duration,
    /// After the word to stop, what runs may take so long; the rest is cut, and safe to repeat.
    pub stop_within: Duration,
    /// So long a request may take; receipts wait for 30 s of it. Files are bounded by `slow_window` alone.
    pub whole: Duration,
}

/// After a failed accept.
const ACCEPT_AGAIN: Duration = Duration::from_millis(200);

impl Default for Limits {
    fn default() -> Self {
        Limits {
            header_bytes: 16 << 10,
            json_bytes: 64 << 10,
            lines_bytes: quanji_wire::LINES_BODY_LIMIT_BYTES,
            of_an_address: Rate { a_second: 10, burst: 50 },
            of_a_device: Rate { a_second: 200, burst: 1_000 },
            slow_window: Duration::from_secs(10),
            slow_bytes: 1 << 10,
            connections: 4_096,
            head: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            stop_within: Duration::from_secs(20),
            whole: Duration::from_secs(60),
        }
    }
}

/// Everything that answers on the agency's address, with the documented limits.
pub fn router(app: App) -> Router {
    guarded(api::routes().merge(console::routes()), app, Limits::default())
}

/// Any routes behind the guards.
pub fn guarded(routes: Router<App>, app: App, limits: Limits) -> Router {
    let guard = Arc::new(Guard::new(app.clone(), limits));
    routes
        .fallback(async || Refused::new(Code::NotFound))
        .method_not_allowed_fallback(async || Refused::new(Code::MethodNotAllowed))
        .layer(from_fn_with_state(guard, guard::pass))
        .layer(CatchPanicLayer::custom(|_| Refused::new(Code::Internal).into_response()))
        .layer(axum::middleware::from_fn(witness::pass))
        .with_state(app)
}

/// Serves until `stop` resolves; then takes no more, closes what is idle at once and finishes what runs, within [`Limits::stop_within`].
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let (limits, open) = (Arc::new(limits), Arc::new(Open::default()));
    let (told, stopping) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    'serving: loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            () = &mut stop => break,
        };
        let Some((tcp, address)) = arrived(accepted, &open).await else { continue };
        let mut is_room_made = false;
        while connections.len() >= limits.connections {
            is_room_made = is_room_made || open.make_room();
            tokio::select! {
                Some(_) = connections.join_next() => {}
                () = open.one_became_idle(), if !is_room_made => {}
                () = &mut stop => break 'serving,
            }
        }
        let (standing, entered) = open.enter();
        let (router, limits, stopping) = (router.clone(), Arc::clone(&limits), stopping.clone());
        connections.spawn(async move {
            connection::drive(tcp, address, router, standing, limits, stopping).await;
            drop(entered);
        });
        metrics::gauge!("connections_open").set(connections.len() as f64);
    }
    drop(listener);
    // Whoever has ended hears it no more.
    let _ = told.send(true);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if timeout(limits.stop_within, all_ended).await.is_err() {
        tracing::warn!(cut = connections.len(), "stopped before all was answered");
        connections.shutdown().await;
    }
}

/// What came of accepting; `None`: nobody is there, or there was no room for a further file.
async fn arrived(accepted: io::Result<(TcpStream, SocketAddr)>, open: &Open) -> Option<(TcpStream, SocketAddr)> {
    match accepted {
        Ok((tcp, address)) => {
            // Answers are small and waited for; where it cannot be set they are only slower.
            let _ = tcp.set_nodelay(true);
            Some((tcp, address))
        }
        Err(fault) if matches!(fault.kind(), ConnectionAborted | ConnectionReset | ConnectionRefused) => None,
        Err(fault) => {
            tracing::error!(kind = %fault.kind(), "no connection could be taken");
            // Mostly no file is left, and whoever is idle holds one.
            open.make_room();
            tokio::time::sleep(ACCEPT_AGAIN).await;
            None
        }
    }
}
