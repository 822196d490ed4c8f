//! The interface: one endpoint, one file. Each reads its request, calls one thing, and answers.

use axum::Router;

use crate::app::App;

pub mod admin_states;
pub mod openapi;

/// Every route of the interface. Each file gives its own.
pub fn routes() -> Router<App> {
    Router::new().merge(admin_states::routes())
}
