//! The phone's side of a session: a signed request for a short token, and the agency walked to where it is now. Nothing here sends.

use std::fmt;

use quanji_evidence::id::DeviceId;
use quanji_evidence::line::{self, LINE_LIMIT_BYTES, Tag, WriteFault};
use quanji_evidence::{Digest, Signer, entry};
use quanji_wire::{Challenge, Session, SessionRequest};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::trust::{Enrolling, Trust, TrustFault};

/// Why there is no session.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SessionFault {
    #[error(transparent)]
    Write(#[from] WriteFault),
    #[error("the request is not JSON")]
    Json,
    #[error("the answer is not the agency's")]
    Trust(#[from] TrustFault),
    #[error("the head is of {head_us}, the answer of {time_us}")]
    Time { head_us: u64, time_us: u64 },
    #[error("a token that ends at {expires_us}, after an hour from {time_us} or before it")]
    Expiry { time_us: u64, expires_us: u64 },
    #[error("a token that is not 32 bytes in base64url")]
    Token,
    #[error("{found} is not the name of a document")]
    Document { found: String },
}

/// A bearer token; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// For the `Authorization` header.
    pub fn header(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("Bearer {}", self.0.as_str()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token")
    }
}

/// An open session and what came with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    pub token: Token,
    /// How long from the answer the token is good, in µs. The agency's clock is not the phone's, so no instant.
    pub lives_us: u64,
    /// The agency as it is now; to be kept in place of what was held.
    pub trust: Trust,
    /// Ties the phone's monotonic clock to the agency's log; lines carry it as `clock.sync` until the phone restarts.
    pub sync: entry::Sync,
    /// Names of the documents in force, of each kind the newest last.
    pub documents: Vec<Digest>,
}

/// The line for `POST /v1/sessions`: this device, this challenge, and how much of the agency it knows.
pub fn ask(
    trust: &Trust,
    device: DeviceId,
    challenge: &Challenge,
    signer: &dyn Signer,
) -> Result<Vec<u8>, SessionFault> {
    let said = SessionRequest {
        edition: 1,
        agency: trust.agency().to_string(),
        device: device.to_string(),
        challenge: challenge.challenge.clone(),
        keyset_lines: trust.keyset_lines(),
        certificate: trust.certificate().number,
    };
    let json = serde_json::to_vec(&said).map_err(|_| SessionFault::Json)?;
    Ok(line::write(Tag::Session, &json, &[signer], LINE_LIMIT_BYTES)?)
}

/// Believes the answer, or nothing of it. `sent_mono_us` and `came_mono_us` are the monotonic clock around the one exchange.
pub fn accept(
    trust: &Trust,
    own: Enrolling<'_>,
    reply: &Session,
    sent_mono_us: u64,
    came_mono_us: u64,
) -> Result<OpenSession, SessionFault> {
    let Session { token, expires_us, time_us, head, keyset, certificate, documents } = reply;
    let trust = trust.walk(keyset, certificate.as_deref(), head, own)?;
    let head_us = trust.proved(head)?.time_us;
    if head_us != *time_us {
        return Err(SessionFault::Time { head_us, time_us: *time_us });
    }
    const HOUR_US: u64 = 3_600_000_000;
    let lives_us = expires_us.checked_sub(*time_us).filter(|lives_us| (1..=HOUR_US).contains(lives_us));
    let lives_us = lives_us.ok_or(SessionFault::Expiry { time_us: *time_us, expires_us: *expires_us })?;
    if quanji_evidence::base64url::decode_array::<32>(token).is_none() {
        return Err(SessionFault::Token);
    }
    let digest = |hex: &String| {
        let bytes = quanji_evidence::hex::decode_array(hex);
        bytes.map(Digest::from_sha256).ok_or_else(|| SessionFault::Document { found: hex.chars().take(64).collect() })
    };
    let documents = documents.iter().map(digest).collect::<Result<_, _>>()?;
    let sync = entry::Sync {
        head: Digest::of(head.as_bytes()),
        mono_us: came_mono_us,
        rtt_us: came_mono_us.saturating_sub(sent_mono_us),
    };
    Ok(OpenSession { token: Token(Zeroizing::new(token.clone())), lives_us, trust, sync, documents })
}
