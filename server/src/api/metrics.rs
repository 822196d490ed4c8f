//! `GET /metrics` (administrator): numbers for Prometheus, none of them about a person or a record.

use std::sync::OnceLock;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::app::{Administrator, App};

/// Bounds of the durations' histogram, in seconds.
const SECONDS: &[f64] = &[0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

pub fn routes() -> Router<App> {
    collect();
    Router::new().route("/metrics", get(show))
}

async fn show(_: Administrator) -> impl IntoResponse {
    let handle = collect();
    handle.run_upkeep();
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], handle.render())
}

/// One collector for the process, from the first router on.
fn collect() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let recorder = builder.set_buckets(SECONDS).expect("the bounds are not empty").build_recorder();
        let handle = recorder.handle();
        // Another one can only be there when a program around us collects itself.
        let _ = metrics::set_global_recorder(recorder);
        handle
    })
}
