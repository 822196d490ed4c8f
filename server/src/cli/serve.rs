//! `serve`: answers on an address until SIGTERM or SIGINT.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use thiserror::Error;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::agency::AgencyFault;
use crate::app::App;
use crate::clock::SystemClock;
use crate::serve::{self, Limits};
use crate::storage::Wanted;
use crate::{api, console};

/// Why serving did not begin, or broke off.
#[derive(Debug, Error)]
pub enum ServeFault {
    #[error(transparent)]
    Agency(#[from] AgencyFault),
    #[error("the address {address} cannot be listened on")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("serving broke off")]
    Io(#[from] io::Error),
}

/// Serves `data`. Once it accepts, one line on standard output: the address, and the page's URL.
pub async fn serve(
    data: &Path,
    address: SocketAddr,
    database: Option<&str>,
    wanted: &Wanted,
    mut limits: Limits,
) -> Result<(), ServeFault> {
    let app = App::open_at(data, database, wanted, Arc::new(SystemClock)).await?;
    let listener = TcpListener::bind(address).await.map_err(|source| ServeFault::Listen { address, source })?;
    let address = listener.local_addr()?;
    // Before the line: whoever reads it may stop us at once.
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
    };
    serve::raise_file_limit(&mut limits);
    let router = serve::guarded(api::routes().merge(console::routes()), app.clone(), limits.clone());
    let jobs = app.spawn_jobs();
    {
        let mut out = io::stdout().lock();
        writeln!(out, "{address} http://{address}/")?;
        out.flush()?;
    }
    tracing::info!(%address, "serving");
    serve::serve(listener, router, limits, stop).await;
    jobs.iter().for_each(tokio::task::JoinHandle::abort);
    app.db().pool().close().await;
    Ok(())
}
