//! `GET /v1/documents/{HEX}`: a document of the agency, its signed header line and the body behind it.

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use quanji_evidence::hex;
use quanji_wire::Code;

use crate::app::{App, DeviceSession};
use crate::documents::{self, DocumentsFault};
use crate::refusal::{Answer, Refused};

pub fn routes() -> Router<App> {
    Router::new().route("/v1/documents/{digest}", get(document))
}

async fn document(
    State(app): State<App>,
    session: DeviceSession,
    digest: Result<Path<String>, PathRejection>,
) -> Answer<Response> {
    let unknown = || Refused::new(Code::DocumentUnknown);
    let Path(digest) = digest.map_err(|_| unknown())?;
    hex::decode_array::<32>(&digest).ok_or_else(unknown)?;
    let agency = app.agency();
    let document = documents::one(app.db(), &agency, &digest).await?.ok_or_else(unknown)?;
    // Nobody learns of another's draft.
    if !documents::is_for(app.db(), &agency, &document, session.device).await? {
        return Err(unknown());
    }
    Ok(([(CONTENT_TYPE, "application/octet-stream")], document.to_bytes()).into_response())
}

impl From<DocumentsFault> for Refused {
    fn from(fault: DocumentsFault) -> Refused {
        tracing::error!(%fault, "documents");
        Refused::new(Code::Internal)
    }
}
