//! `/v1/files`: media, photos and documents by tus 1.0 (creation, creation-with-upload, checksum, expiration).

use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{options, post};
use quanji_evidence::id::DeviceId;
use quanji_wire::{self as wire, Code};

use crate::app::{App, DeviceSession};
use crate::refusal::{Answer, Refused};
use crate::storage::{self, OriginalId, Progress, Sent};

mod headers;

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const VERSION: HeaderName = HeaderName::from_static("tus-version");
const EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const ALGORITHMS: HeaderName = HeaderName::from_static("tus-checksum-algorithm");
const OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const LENGTH: HeaderName = HeaderName::from_static("upload-length");
const EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

pub fn routes() -> Router<App> {
    Router::new()
        .route(wire::FILES, post(create).options(offer))
        .route(&format!("{}/{{digest}}", wire::FILES), options(offer).head(progress).patch(append).post(overridden))
        .layer(map_response(spoken))
}

/// Every answer says the version, and a refused version which one is spoken.
async fn spoken(mut response: Response) -> Response {
    let is_of_other_version = response.status().as_u16() == Code::TusVersion.status();
    let headers = response.headers_mut();
    headers.insert(RESUMABLE, HeaderValue::from_static(wire::TUS_VERSION));
    if is_of_other_version {
        headers.insert(VERSION, HeaderValue::from_static(wire::TUS_VERSION));
    }
    response
}

/// What this server can do; asked without a token.
async fn offer(State(app): State<App>) -> impl IntoResponse {
    let limit = HeaderValue::from(app.uploads().limits().file_bytes);
    let headers = [
        (VERSION, HeaderValue::from_static(wire::TUS_VERSION)),
        (EXTENSION, HeaderValue::from_static(wire::TUS_EXTENSIONS)),
        (MAX_SIZE, limit),
        (ALGORITHMS, HeaderValue::from_static(wire::TUS_CHECKSUMS)),
    ];
    (StatusCode::NO_CONTENT, headers)
}

async fn create(State(app): State<App>, session: DeviceSession, request: Request) -> Answer<Response> {
    let headers = request.headers();
    headers::version(headers)?;
    let length = headers::length(headers)?;
    let digest = headers::digest(headers)?;
    let id = id(&app, session.device, &digest)?;
    let sent = sent(request)?;
    let progress = storage::create(&app, id, length, sent).await?;
    let mut response = (StatusCode::CREATED, facts(&progress)).into_response();
    let location =
        HeaderValue::try_from(format!("{}/{digest}", wire::FILES)).map_err(|_| Refused::new(Code::Internal))?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

async fn progress(
    State(app): State<App>,
    session: DeviceSession,
    digest: DigestPath,
    headers: HeaderMap,
) -> Answer<Response> {
    headers::version(&headers)?;
    let progress = storage::progress(&app, id(&app, session.device, &digest_of(digest)?)?).await?;
    let mut response = (StatusCode::OK, facts(&progress)).into_response();
    response.headers_mut().insert(LENGTH, HeaderValue::from(progress.length));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

async fn append(
    State(app): State<App>,
    session: DeviceSession,
    digest: DigestPath,
    request: Request,
) -> Answer<Response> {
    let headers = request.headers();
    headers::version(headers)?;
    headers::media_type(headers)?;
    let offset = headers::offset(headers)?;
    let progress =
        storage::append(&app, id(&app, session.device, &digest_of(digest)?)?, offset, sent(request)?).await?;
    Ok((StatusCode::NO_CONTENT, facts(&progress)).into_response())
}

/// tus lets a client that cannot send PATCH or HEAD say so in a header.
async fn overridden(app: State<App>, session: DeviceSession, path: DigestPath, request: Request) -> Answer<Response> {
    match request.headers().get("x-http-method-override").map(HeaderValue::as_bytes) {
        Some(b"PATCH") => append(app, session, path, request).await,
        Some(b"HEAD") => progress(app, session, path, request.headers().clone()).await,
        _ => Err(Refused::new(Code::MethodNotAllowed)),
    }
}

type DigestPath = Result<Path<String>, PathRejection>;

/// What the path names; bytes that are no text name nothing.
fn digest_of(path: DigestPath) -> Answer<String> {
    path.map(|Path(digest)| digest).map_err(|_| Refused::new(Code::UploadUnknown))
}

/// The file that this device means by this digest; what is not a digest is unknown.
fn id(app: &App, device: DeviceId, digest: &str) -> Answer<OriginalId> {
    let sha256 = quanji_evidence::hex::decode_array(digest).ok_or_else(|| Refused::new(Code::UploadUnknown))?;
    Ok(OriginalId { agency: app.agency().id, device, sha256 })
}

fn sent(request: Request) -> Answer<Sent> {
    let headers = request.headers();
    let announced = headers::body_length(headers)?;
    if announced != Some(0) {
        headers::media_type(headers)?;
    }
    let checksum = headers::checksum(headers)?;
    Ok(Sent { announced, checksum, body: request.into_body() })
}

fn facts(progress: &Progress) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(OFFSET, HeaderValue::from(progress.offset));
    if let Some(expires_us) = progress.expires_us {
        let at = UNIX_EPOCH + Duration::from_micros(expires_us);
        headers.extend(HeaderValue::try_from(httpdate::fmt_http_date(at)).ok().map(|at| (EXPIRES, at)));
    }
    headers
}
