//! The agency's pages: small, plain, made on the server, readable without a script.
//!
//! Read `visitor` (who may look), `board` (all records), `record_page` (one record, its `course`, by what it is `governed`, and how its deadline was counted), `devices`, `device_page` (one
//! device's checks, `trend` what becomes of it), `catalog`, `documents`, `deadline_page` (any deadline; `clock_reading` the other statutory clocks, `own_days`
//! the agency's own days, `asked` what was entered), `statements` (drafts of written statements); `sheet` is the frame, `paging` a long list's pages, `words` what
//! is said. No name, number or place is shown: of private values the pages read none, but for the text
//! of a draft; and who countersigned is shown, who entered it for that.

mod asked;
mod board;
mod catalog;
mod clock_reading;
mod countdown;
mod course;
mod deadline_page;
mod device_page;
mod devices;
mod documents;
mod entrance;
mod facts;
mod fault;
mod governed;
mod own_days;
mod paging;
mod record_page;
mod sheet;
mod statements;
mod trend;
mod visitor;
mod words;

use axum::Router;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware;
use axum::response::Response;

use crate::app::App;

/// Everything of the page's own: no script at all, forms only to ourselves, in nobody's frame.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Every page.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(entrance::routes())
        .merge(board::routes())
        .merge(record_page::routes())
        .merge(devices::routes())
        .merge(device_page::routes())
        .merge(catalog::routes())
        .merge(documents::routes())
        .merge(deadline_page::routes())
        .merge(statements::routes())
        .merge(sheet::routes())
        .layer(middleware::map_response(guard_headers))
}

async fn guard_headers(mut response: Response) -> Response {
    const HEADERS: [(HeaderName, &str); 5] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
