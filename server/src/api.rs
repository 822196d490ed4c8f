//! The interface: one endpoint, one file. Each reads its request, calls one thing, and answers.

use axum::Router;

use crate::app::App;

pub mod admin_states;
mod body;
pub mod challenges;
pub mod checks;
pub mod documents;
pub mod enrolments;
pub mod files;
pub mod heads;
pub mod health;
pub mod lines;
pub mod metrics;
pub mod openapi;
pub mod private;
pub mod receipts;
pub mod record;
pub mod sessions;

/// Every route of the interface. Each file gives its own.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(admin_states::routes())
        .merge(challenges::routes())
        .merge(checks::routes())
        .merge(documents::routes())
        .merge(enrolments::routes())
        .merge(heads::routes())
        .merge(health::routes())
        .merge(lines::routes())
        .merge(metrics::routes())
        .merge(private::routes())
        .merge(receipts::routes())
        .merge(record::routes())
        .merge(files::routes())
        .merge(sessions::routes())
}
