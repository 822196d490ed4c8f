//! The agency's interface as calls: one function a request of `proto/api/v1/API.md`, its refusals typed.

use std::time::Duration;

use bytes::Bytes;
use quanji_evidence::Digest;
use quanji_evidence::id::RecordId;
use quanji_wire as wire;
use quanji_wire::{Code, Kept, LinesKept, RecordStanding, Refusal};
use reqwest::{Method, RequestBuilder, Response, header};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The agency at its address.
#[derive(Debug, Clone)]
pub struct Agency {
    http: reqwest::Client,
    origin: String,
}

/// Why a request brought no answer that counts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AgencyFault {
    #[error("refused: {}", refusal.code)]
    Refused { refusal: Refusal, retry_after_us: u64 },
    /// No answer, or one that broke off.
    #[error("no answer")]
    Unreachable,
    #[error("an answer outside the contract, status {status}")]
    OutsideContract { status: u16 },
}

/// An address that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// `http` is for this machine itself.
    #[error("expected https://HOST, found another kind of address")]
    NotHttps,
    #[error("no client could be made")]
    NoClient,
}

/// An address that an officer scanned or typed, as [`Agency::at`] takes it; the scheme may be left out. `None` for what is no address.
pub fn address_of(said: &str) -> Option<String> {
    let said = said.trim();
    let address = if said.contains("://") { said.to_owned() } else { format!("https://{said}") };
    let url = reqwest::Url::parse(&address).ok()?;
    let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let host = url.host_str().filter(|_| is_bare && !said.is_empty())?;
    is_believed(&url).then(|| match url.port() {
        Some(port) => format!("{}://{host}:{port}", url.scheme()),
        None => format!("{}://{host}", url.scheme()),
    })
}

/// `http` is for this machine itself.
fn is_believed(url: &reqwest::Url) -> bool {
    let is_loopback = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    url.scheme() == "https" || url.scheme() == "http" && is_loopback
}

/// Answers are small; receipts of a record at most this.
const ANSWER_LIMIT_BYTES: usize = 8 << 20;
const CONNECT: Duration = Duration::from_secs(10);
/// Without a byte for so long, the other side is gone; a receipt is waited for 30 s at most.
const SILENCE: Duration = Duration::from_secs(60);
const OFFSET_TYPE: &str = "application/offset+octet-stream";

impl Agency {
    /// `origin` is `https://HOST[:PORT]`, or `http` to an address of this machine, which believes the certificates that it always does.
    pub fn at(origin: &str) -> Result<Agency, AddressFault> {
        Agency::believing(origin, None)
    }

    /// As [`Agency::at`]; with `roots` (DER) only what they certify is believed. A phone's own list is known to its system alone.
    pub fn believing(origin: &str, roots: Option<&[Vec<u8>]>) -> Result<Agency, AddressFault> {
        let url = reqwest::Url::parse(origin).map_err(|_| AddressFault::NotHttps)?;
        if !is_believed(&url) {
            return Err(AddressFault::NotHttps);
        }
        // One provider for the whole process; a second call finds the first's.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // No redirect and no proxy of the environment: a token goes where it was meant to go.
        let mut http = reqwest::Client::builder();
        if let Some(roots) = roots {
            // One that cannot be read certifies nothing; the others still do.
            http = http.tls_certs_only(roots.iter().filter_map(|root| reqwest::Certificate::from_der(root).ok()));
        }
        let http = http
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|_| AddressFault::NoClient)?;
        Ok(Agency { http, origin: origin.trim_end_matches('/').to_owned() })
    }

    /// Asks to be enrolled. A reply may be lost; the same bytes again bring the same answer.
    pub async fn enrol(&self, asked: &wire::EnrolmentRequest) -> Result<wire::EnrolmentReply, AgencyFault> {
        match self.post_json(wire::ENROLMENTS, asked).await {
            Err(AgencyFault::Unreachable) => self.post_json(wire::ENROLMENTS, asked).await,
            answer => answer,
        }
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The client under it, for requests before there is a session.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    fn ask(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.origin)).bearer_auth(token)
    }

    /// A JSON request without a session.
    pub async fn post_json<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, AgencyFault> {
        json(send(self.http.post(format!("{}{path}", self.origin)).json(body)).await?).await
    }

    /// A signed line as a body, without a session.
    pub async fn post_line<T: DeserializeOwned>(&self, path: &str, line: Vec<u8>) -> Result<T, AgencyFault> {
        json(send(self.http.post(format!("{}{path}", self.origin)).body(line)).await?).await
    }

    /// Whole journal lines from `from` on.
    pub async fn lines(
        &self,
        token: &str,
        record: RecordId,
        from: u64,
        lines: Bytes,
    ) -> Result<LinesKept, AgencyFault> {
        let path = format!("{}/{record}/lines?from={from}", wire::RECORDS);
        json(send(self.ask(Method::POST, &path, token).body(lines)).await?).await
    }

    /// Live heads.
    pub async fn heads(&self, token: &str, lines: Bytes) -> Result<Kept, AgencyFault> {
        json(send(self.ask(Method::POST, wire::HEADS, token).body(lines)).await?).await
    }

    /// Checks before duty.
    pub async fn checks(&self, token: &str, lines: Bytes) -> Result<Kept, AgencyFault> {
        json(send(self.ask(Method::POST, wire::CHECKS, token).body(lines)).await?).await
    }

    pub async fn private(&self, token: &str, record: RecordId, lines: Bytes) -> Result<Kept, AgencyFault> {
        let path = format!("{}/{record}/private", wire::RECORDS);
        json(send(self.ask(Method::POST, &path, token).body(lines)).await?).await
    }

    pub async fn standing(&self, token: &str, record: RecordId) -> Result<RecordStanding, AgencyFault> {
        json(send(self.ask(Method::GET, &format!("{}/{record}", wire::RECORDS), token)).await?).await
    }

    /// The receipts' lines from number `from` on; waits up to `wait_s` for the first.
    pub async fn receipts(
        &self,
        token: &str,
        record: RecordId,
        from: u64,
        wait_s: u32,
    ) -> Result<Vec<u8>, AgencyFault> {
        let path = format!("{}/{record}/receipts?from={from}&wait_s={wait_s}", wire::RECORDS);
        let answer = send(self.ask(Method::GET, &path, token)).await?;
        let status = answer.status().as_u16();
        if status != 200 {
            return Err(AgencyFault::OutsideContract { status });
        }
        whole(answer).await
    }

    /// A document: its header line and its body, as they came.
    pub async fn document(&self, token: &str, name: &Digest) -> Result<Vec<u8>, AgencyFault> {
        let answer = send(self.ask(Method::GET, &format!("{}/{}", wire::DOCUMENTS, name.hex()), token)).await?;
        let status = answer.status().as_u16();
        if status != 200 {
            return Err(AgencyFault::OutsideContract { status });
        }
        whole(answer).await
    }

    /// Announces a file. How much of it the agency holds.
    pub async fn announce(&self, token: &str, digest: &str, size_bytes: u64) -> Result<u64, AgencyFault> {
        use base64ct::{Base64, Encoding};
        let metadata = format!("digest {}", Base64::encode_string(digest.as_bytes()));
        let ask = self
            .ask(Method::POST, wire::FILES, token)
            .header("Tus-Resumable", wire::TUS_VERSION)
            .header("Upload-Length", size_bytes)
            .header("Upload-Metadata", metadata);
        let answer = send(ask).await?;
        match offset(&answer) {
            Some(offset) => Ok(offset),
            // Plain tus says no offset to a creation.
            None if answer.status().as_u16() == 201 => self.offset(token, digest).await,
            None => Err(AgencyFault::OutsideContract { status: answer.status().as_u16() }),
        }
    }

    /// How much of a file the agency holds.
    pub async fn offset(&self, token: &str, digest: &str) -> Result<u64, AgencyFault> {
        let ask = self
            .ask(Method::HEAD, &format!("{}/{digest}", wire::FILES), token)
            .header("Tus-Resumable", wire::TUS_VERSION);
        let answer = ask.send().await.map_err(|_| AgencyFault::Unreachable)?;
        let status = answer.status().as_u16();
        // An answer to HEAD has no body to say a code in.
        let code = match status {
            200 | 204 => return offset(&answer).ok_or(AgencyFault::OutsideContract { status }),
            401 => Code::TokenInvalid,
            404 => Code::UploadUnknown,
            410 => Code::UploadExpired,
            423 => Code::UploadBusy,
            429 => Code::TooManyRequests,
            503 => Code::Busy,
            500..=599 => Code::Internal,
            _ => return Err(AgencyFault::OutsideContract { status }),
        };
        let refusal = Refusal { code, expected: None, found: None, next: None };
        Err(AgencyFault::Refused { refusal, retry_after_us: retry_after_us(&answer) })
    }

    /// Appends to a file. How much of it the agency holds then.
    pub async fn append(
        &self,
        token: &str,
        digest: &str,
        from: u64,
        size_bytes: u64,
        body: reqwest::Body,
    ) -> Result<u64, AgencyFault> {
        let ask = self
            .ask(Method::PATCH, &format!("{}/{digest}", wire::FILES), token)
            .header("Tus-Resumable", wire::TUS_VERSION)
            .header("Upload-Offset", from)
            .header(header::CONTENT_TYPE, OFFSET_TYPE)
            .header(header::CONTENT_LENGTH, size_bytes - from)
            .body(body);
        let answer = send(ask).await?;
        let status = answer.status().as_u16();
        offset(&answer).filter(|_| status == 204).ok_or(AgencyFault::OutsideContract { status })
    }
}

/// Sends, and makes a typed fault of everything but a success.
async fn send(ask: RequestBuilder) -> Result<Response, AgencyFault> {
    let answer = ask.send().await.map_err(|_| AgencyFault::Unreachable)?;
    if answer.status().is_success() {
        return Ok(answer);
    }
    let (status, retry_after_us) = (answer.status().as_u16(), retry_after_us(&answer));
    let bytes = whole(answer).await?;
    match serde_json::from_slice::<Refusal>(&bytes) {
        Ok(refusal) if refusal.code.status() == status => Err(AgencyFault::Refused { refusal, retry_after_us }),
        // A proxy or a gateway speaks: it is not the agency that refuses.
        _ if matches!(status, 502..=504) => Err(AgencyFault::Unreachable),
        _ => Err(AgencyFault::OutsideContract { status }),
    }
}

async fn whole(mut answer: Response) -> Result<Vec<u8>, AgencyFault> {
    let status = answer.status().as_u16();
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|_| AgencyFault::Unreachable)? {
        if bytes.len() + piece.len() > ANSWER_LIMIT_BYTES {
            return Err(AgencyFault::OutsideContract { status });
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

async fn json<T: DeserializeOwned>(answer: Response) -> Result<T, AgencyFault> {
    let status = answer.status().as_u16();
    serde_json::from_slice(&whole(answer).await?).map_err(|_| AgencyFault::OutsideContract { status })
}

fn offset(answer: &Response) -> Option<u64> {
    answer.headers().get("Upload-Offset")?.to_str().ok()?.parse().ok()
}

fn retry_after_us(answer: &Response) -> u64 {
    let seconds = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    seconds.unwrap_or(0).saturating_mul(1_000_000)
}

#[cfg(test)]
mod tests {
    use super::address_of;

    #[test]
    fn an_address_that_a_person_wrote_is_taken_as_it_is_meant_and_no_other_text_is_one() {
        for (said, meant) in [
            (" https://dock.example/ ", Some("https://dock.example")),
            ("dock.example:8601", Some("https://dock.example:8601")),
            ("192.168.1.5", Some("https://192.168.1.5")),
            ("[fe80::1]:8601", Some("https://[fe80::1]:8601")),
            ("http://127.0.0.1:8601", Some("http://127.0.0.1:8601")),
            ("http://dock.example", None),
            ("ftp://dock.example", None),
            ("https://dock.example/records?x=1", None),
            ("https://someone@dock.example", None),
            ("quanji:enrol?v=1", None),
            ("一号 储存器", None),
            ("https://", None),
            ("", None),
        ] {
            assert_eq!(address_of(said).as_deref(), meant, "{said}");
        }
    }
}
