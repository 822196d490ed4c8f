//! The router as it is served: the interface and the pages, with what guards them.

use axum::Router;

use crate::api;
use crate::app::App;
use crate::console;
use crate::refusal::Refused;
use quanji_wire::Code;

/// Everything that answers on the agency's address.
pub fn router(app: App) -> Router {
    api::routes()
        .merge(console::routes())
        .fallback(async || Refused::new(Code::NotFound))
        .method_not_allowed_fallback(async || Refused::new(Code::MethodNotAllowed))
        .with_state(app)
}
