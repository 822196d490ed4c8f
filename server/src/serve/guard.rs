//! What every request passes: the size of its headers, how often who asks, the size and pace of its body, and an end to waiting.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use quanji_wire::{CHECKS, Code, FILES, HEADS, RECORDS};
use sqlx::Row;
use tokio::time::timeout;

use super::Limits;
use super::rates::Buckets;
use super::watched_body::{Ended, watch};
use crate::app::{App, digest_of_token};
use crate::db::{from_db, to_db};
use crate::refusal::Refused;

/// So many sessions are remembered with their device.
const SESSIONS: usize = 20_000;

#[derive(Debug)]
pub(super) struct Guard {
    app: App,
    limits: Limits,
    addresses: Buckets<IpAddr>,
    devices: Buckets<String>,
    /// By the token's digest: device, and until when.
    sessions: Mutex<HashMap<String, (String, u64)>>,
}

impl Guard {
    pub(super) fn new(app: App, limits: Limits) -> Guard {
        let addresses = Buckets::new(limits.of_an_address);
        let devices = Buckets::new(limits.of_a_device);
        Guard { app, limits, addresses, devices, sessions: Mutex::default() }
    }

    /// Whether who asks may. A token that is none costs its address one: a squad behind one address costs it nothing.
    async fn admit(&self, address: IpAddr, token_digest: Option<String>) -> Result<(), Response> {
        let Some(digest) = token_digest else {
            return self.addresses.take(address).map_err(too_many);
        };
        if let Some(device) = self.remembered(&digest) {
            return self.devices.take(device).map_err(too_many);
        }
        self.addresses.look(address).map_err(too_many)?;
        let Some((device, expires_us)) = self.look_up(&digest).await.map_err(IntoResponse::into_response)? else {
            return self.addresses.take(address).map_err(too_many);
        };
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= SESSIONS {
            sessions.clear();
        }
        sessions.insert(digest, (device.clone(), expires_us));
        drop(sessions);
        self.devices.take(device).map_err(too_many)
    }

    fn remembered(&self, digest: &str) -> Option<String> {
        let now_us = self.app.clock().latest_us();
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.get(digest).filter(|(_, expires_us)| *expires_us > now_us).map(|(device, _)| device.clone())
    }

    async fn look_up(&self, digest: &str) -> Result<Option<(String, u64)>, Refused> {
        let row = sqlx::query(
            "SELECT device_id, expires_us FROM session WHERE agency_id = $1 AND token_sha256 = $2 AND expires_us > $3",
        )
        .bind(self.app.agency().id.to_string())
        .bind(digest)
        .bind(to_db(self.app.clock().latest_us()))
        .fetch_optional(self.app.db().pool())
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((row.try_get("device_id")?, from_db(row.try_get("expires_us")?))))
    }

    /// How large a body of this path may be; `None`: files, which storage bounds itself.
    fn body_limit(&self, path: &str) -> Option<usize> {
        if path.starts_with(FILES) {
            return None;
        }
        let is_lines = [RECORDS, HEADS, CHECKS].iter().any(|lines| path.starts_with(lines));
        Some(if is_lines { self.limits.lines_bytes } else { self.limits.json_bytes })
    }
}

/// The middleware.
pub(super) async fn pass(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    let limits = &guard.limits;
    let headers = header_bytes(&request);
    if headers > limits.header_bytes {
        let expected = format!("headers of at most {} bytes", limits.header_bytes);
        return Refused::mismatch(Code::RequestMalformed, expected, format!("{headers} bytes")).into_response();
    }
    let token_digest = token_of(request.headers()).map(digest_of_token);
    if let Err(refused) = guard.admit(address_of(&request), token_digest).await {
        return refused;
    }
    let Some(limit) = guard.body_limit(request.uri().path()) else { return next.run(request).await };
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if let Some(announced) = announced.filter(|announced| *announced > limit as u64) {
        return too_large(limit, announced);
    }
    let ended = Arc::new(Ended::default());
    let watched = Arc::clone(&ended);
    let request = request.map(|body| watch(body, limit, limits.slow_window, limits.slow_bytes, watched));
    let Ok(response) = timeout(limits.whole, next.run(request)).await else {
        return Refused::new(Code::Unavailable).into_response();
    };
    match ended.why() {
        None => response,
        Some(Code::BodyTooLarge) => too_large(limit, "more"),
        Some(code) => Refused::new(code).into_response(),
    }
}

fn too_large(limit: usize, found: impl ToString) -> Response {
    Refused::mismatch(Code::BodyTooLarge, format!("at most {limit} bytes"), found).into_response()
}

fn too_many(wait: Duration) -> Response {
    let mut response = Refused::new(Code::TooManyRequests).into_response();
    let seconds = HeaderValue::from(wait.as_secs().saturating_add(1));
    response.headers_mut().insert(RETRY_AFTER, seconds);
    response
}

fn header_bytes(request: &Request) -> usize {
    let line = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    line + request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum::<usize>()
}

fn token_of(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// A whole /64 counts as one: that is what one subscriber has.
fn address_of(request: &Request) -> IpAddr {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    match address {
        Some(IpAddr::V6(address)) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
        Some(address) => address,
        None => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
    }
}
