//! A request's body, whole, with a documented refusal when it is too large or ends early.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use quanji_wire::Code;

use crate::app::App;
use crate::refusal::Refused;

/// Largest body that is JSON or one signed line.
pub(super) const JSON_LIMIT_BYTES: usize = 64 << 10;

/// The bytes of a body; the route's `DefaultBodyLimit` says how many at most.
#[derive(Debug)]
pub(super) struct WholeBody(pub(super) Bytes);

impl WholeBody {
    /// The body as JSON of the wire.
    pub(super) fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, Refused> {
        serde_json::from_slice(&self.0).map_err(|_| {
            Refused::mismatch(Code::RequestMalformed, "the members of this request as JSON", "another body")
        })
    }
}

impl FromRequest<App> for WholeBody {
    type Rejection = Refused;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refused> {
        match Bytes::from_request(request, app).await {
            Ok(bytes) => Ok(WholeBody(bytes)),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(Refused::new(Code::BodyTooLarge))
            }
            Err(_) => Err(Refused::mismatch(Code::BodyMalformed, "a whole body", "one that ended early")),
        }
    }
}
