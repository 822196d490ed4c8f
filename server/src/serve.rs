//! The agency as it is served: the interface and the pages, with what guards them, until it is told to stop.
//!
//! From outside in: `witness` (each request leaves one line in the log and is counted), panics become `internal`, `guard` (headers,
//! rates, bodies, time), then the routes.

mod guard;
mod rates;
mod watched_body;
mod witness;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use quanji_wire::Code;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;

use crate::app::App;
use crate::refusal::Refused;
use crate::{api, console};
use guard::Guard;
pub use rates::Rate;

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
    /// A body that brings less than `slow_bytes` in this time is ended.
    pub slow_window: Duration,
    pub slow_bytes: usize,
    /// So long a request may take; receipts wait for 30 s of it. Files are bounded by `slow_window` alone.
    pub whole: Duration,
}

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
            whole: Duration::from_secs(60),
        }
    }
}

/// After the word to stop, what runs may take so long; the rest is cut, and safe to repeat.
pub const STOP_WITHIN: Duration = Duration::from_secs(20);

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

/// Serves until `stop` resolves; then takes no more and finishes what runs, within [`STOP_WITHIN`].
pub async fn serve(
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let (told, hears) = tokio::sync::oneshot::channel();
    let stop = async move {
        stop.await;
        // Nobody listens any more only when serving has ended by itself.
        let _ = told.send(());
    };
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(stop).into_future();
    let overdue = async {
        let _ = hears.await;
        tokio::time::sleep(STOP_WITHIN).await;
    };
    tokio::select! {
        ended = serving => ended,
        () = overdue => Ok(()),
    }
}
