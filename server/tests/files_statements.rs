//! Database work for one file is the same, however large the file is and however many are there.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;
mod tus;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::StatusCode;
use support::{Database, Device, Stage};
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tus::{Tus, bytes};

/// Counts what the database driver says it ran.
#[derive(Debug, Clone, Default)]
struct Statements(Arc<AtomicU64>);

impl<S: tracing::Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut settings = OfAConnection(false);
        event.record(&mut settings);
        if event.metadata().target() == "sqlx::query" && !settings.0 {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Whether a statement only sets up a connection, of which the pool opens one now and then.
struct OfAConnection(bool);

impl Visit for OfAConnection {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0 |= field.name() == "summary" && value.starts_with("PRAGMA");
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl Statements {
    fn take(&self) -> u64 {
        self.0.swap(0, Ordering::SeqCst)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_costs_the_same_statements_whatever_its_size_and_however_many_there_are() {
    let statements = Statements::default();
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(statements.clone())).unwrap();
    let stage = Stage::begin(Database::Sqlite).await;
    let device = Device::enrolled(&stage, "a").await;
    let tus = Tus::new(&stage, &device);
    assert!(statements.take() > 0, "the driver's statements are seen");
    // The first request of all may cost one more: a connection is opened for it.
    let warm = bytes(99, 10);
    assert_eq!(tus.create_with(&warm, &warm).await.status(), StatusCode::CREATED);
    statements.take();

    let mut costs = Vec::new();
    for (seed, size) in [(1, 1_000), (2, 4 << 20)].into_iter().chain((3..60).map(|seed| (seed, 2_000))) {
        let content = bytes(seed, size);
        assert_eq!(tus.create_with(&content, &content).await.status(), StatusCode::CREATED);
        costs.push(statements.take());
    }
    assert!(costs.iter().all(|cost| cost == &costs[0]), "{costs:?}");
    // Session, lookup, and one transaction: begin, original, what ingest asks and writes, the upload's end, commit.
    assert!(costs[0] <= 12, "{} statements for one file", costs[0]);

    let (begun, content) = (statements.take(), bytes(99, 100_000));
    assert_eq!(begun, 0);
    assert_eq!(tus.create(&content, content.len()).await.status(), StatusCode::CREATED);
    statements.take();
    let mut pieces = Vec::new();
    for offset in (0..90_000).step_by(10_000) {
        let sent = tus.patch(&content, offset, &content[offset..offset + 10_000], &[]).await;
        assert_eq!(sent.status(), StatusCode::NO_CONTENT);
        pieces.push(statements.take());
    }
    assert!(pieces.iter().all(|cost| *cost == 2), "session and lookup, nothing else: {pieces:?}");
}
