//! The interface: one endpoint, one file. Each reads its request, calls one thing, and answers.

use axum::Router;

use crate::app::App;

pub mod admin_states;
pub mod calendars;
pub mod openapi;
pub mod receipts;

/// Every route of the interface. Each file gives its own.
pub fn routes() -> Router<App> {
    Router::new()
        // One line a file, so that two may be added at once.
        .merge(admin_states::routes())
        .merge(receipts::routes())
        .merge(calendars::routes())
}
