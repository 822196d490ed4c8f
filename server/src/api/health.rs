//! `GET /healthz`: the process answers. `GET /readyz`: what it stands on is usable, or which is not.

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use tokio::time::timeout;

use crate::app::App;
use crate::clock_watch;

/// What takes longer is not usable.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);

/// What `readyz` says of each thing: `ok`, or what is amiss.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Readiness {
    pub database: String,
    pub storage: String,
    pub clock: String,
}

pub fn routes() -> Router<App> {
    Router::new().route("/healthz", get(async || "ok")).route("/readyz", get(ready))
}

async fn ready(State(app): State<App>) -> (StatusCode, Json<Readiness>) {
    let ok = || "ok".to_owned();
    // Apart: a look that waits for a locked database is let go on, and nobody waits for it here.
    let looked = tokio::spawn({
        let app = app.clone();
        async move { clock_watch::look(&app).await.is_ok() }
    });
    let is_answered = matches!(timeout(ANSWERS_WITHIN, looked).await, Ok(Ok(true)));
    let behind_us = Some(app.clock().behind_us()).filter(|behind_us| *behind_us > clock_watch::BEHIND_LIMIT_US);
    let data = app.data().to_owned();
    let wrote = timeout(ANSWERS_WITHIN, tokio::task::spawn_blocking(move || try_to_write(&data))).await;
    let originals = timeout(ANSWERS_WITHIN, app.originals().ready()).await;
    let readiness = Readiness {
        database: if is_answered { ok() } else { "does not answer".to_owned() },
        storage: match (wrote, originals) {
            (Ok(Ok(Ok(()))), Ok(Ok(()))) => ok(),
            (Ok(Ok(Ok(()))), _) => "final storage does not answer".to_owned(),
            _ => "the data folder cannot be written".to_owned(),
        },
        clock: behind_us.map_or_else(ok, |behind_us| format!("set back by {behind_us} µs")),
    };
    let is_ready = [&readiness.database, &readiness.storage, &readiness.clock].into_iter().all(|said| said == "ok");
    (if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, Json(readiness))
}

/// A few bytes to the disk that takes the uploads.
fn try_to_write(data: &Path) -> io::Result<()> {
    let mut file = std::fs::File::create(data.join("readiness"))?;
    file.write_all(b"ready\n")?;
    file.sync_data()
}
