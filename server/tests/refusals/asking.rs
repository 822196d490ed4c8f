//! What a request needs, and what of the published refusals was met.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use quanji_evidence::body::Preflight;
use quanji_wire::{Code, Refusal};
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::sessions::session_line;
use crate::support::device::check_of;
use crate::support::{Device, Record, Stage, T0_US};
use crate::tus::{base64, hex_of};

pub(crate) const LINES: &str = "/v1/records/{record}/lines";
pub(crate) const PRIVATE: &str = "/v1/records/{record}/private";
pub(crate) const RECORD: &str = "/v1/records/{record}";
pub(crate) const RECEIPTS: &str = "/v1/records/{record}/receipts";
pub(crate) const HEADS: &str = "/v1/heads";
pub(crate) const CHECKS: &str = "/v1/checks";
pub(crate) const FILES: &str = "/v1/files";
pub(crate) const FILE: &str = "/v1/files/{digest}";
pub(crate) const DOCUMENT: &str = "/v1/documents/{digest}";
pub(crate) const STATES: &str = "/v1/admin/states";
pub(crate) const ENROLMENTS: &str = "/v1/enrolments";
pub(crate) const CHALLENGES: &str = "/v1/challenges";
pub(crate) const SESSIONS: &str = "/v1/sessions";
pub(crate) const OFFSET_TYPE: (&str, &str) = ("content-type", "application/offset+octet-stream");
pub(crate) const TUS: (&str, &str) = ("tus-resumable", "1.0.0");

pub(crate) type Refusals = BTreeSet<(String, String, String)>;

/// What a refusal says besides its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sides {
    None,
    Both,
    /// And where.
    At(u64),
}

/// What came, of what can come.
pub(crate) struct Met {
    pub(crate) published: Refusals,
    pub(crate) seen: Refusals,
}

impl Met {
    pub(crate) fn note(&mut self, method: &str, path: &str, status: u16, body: &[u8], (code, sides): (Code, Sides)) {
        let who = format!("{method} {path}");
        assert_eq!(status, code.status(), "{who}: {code}, {}", String::from_utf8_lossy(body));
        let key = (method.to_owned(), path.to_owned(), code.word().to_owned());
        assert!(self.published.contains(&key), "{who}: {code} is not published");
        // A refused HEAD has a status and no body.
        if method != "HEAD" {
            let said: Refusal = serde_json::from_slice(body).unwrap_or_else(|_| panic!("{who}: {body:?}"));
            assert_eq!(said.code, code, "{who}: {said:?}");
            let are_both = said.expected.as_deref().is_some_and(|side| !side.is_empty())
                && said.found.as_deref().is_some_and(|side| !side.is_empty());
            match sides {
                Sides::None => assert!(said.expected.is_none() && said.found.is_none(), "{who}: {said:?}"),
                Sides::Both => assert!(are_both, "{who}: {said:?}"),
                Sides::At(next) => assert!(are_both && said.next == Some(next), "{who}: {said:?}"),
            }
        }
        self.seen.insert(key);
    }
}

/// The agency on one address, and everything a request needs.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) address: SocketAddr,
    pub(crate) device: &'a Device,
    pub(crate) record: &'a Record,
}

impl Asking<'_> {
    pub(crate) fn filled(&self, path: &str) -> String {
        let digest = hex_of(b"a file that nobody has");
        path.replace("{record}", &self.record.id).replace("{digest}", &digest)
    }

    pub(crate) fn token(&self, path: &str) -> Option<&str> {
        match path {
            STATES | "/metrics" => Some(&self.stage.made.admin_token),
            ENROLMENTS | CHALLENGES | SESSIONS => None,
            _ => Some(&self.device.token),
        }
    }

    /// A request that would be taken, were nothing amiss.
    pub(crate) fn headers(&self, method: &str, path: &str) -> Vec<(&'static str, String)> {
        let content = hex_of(b"a file that nobody has");
        let pairs: &[(&'static str, String)] = match (method, path) {
            ("POST", FILES) => &[
                (TUS.0, TUS.1.to_owned()),
                ("upload-length", "22".to_owned()),
                ("upload-metadata", format!("digest {}", base64(content.as_bytes()))),
                (OFFSET_TYPE.0, OFFSET_TYPE.1.to_owned()),
            ],
            ("HEAD", FILE) => &[(TUS.0, TUS.1.to_owned())],
            ("PATCH", FILE) => &[
                (TUS.0, TUS.1.to_owned()),
                ("upload-offset", "0".to_owned()),
                (OFFSET_TYPE.0, OFFSET_TYPE.1.to_owned()),
            ],
            _ => &[],
        };
        pairs.to_vec()
    }

    pub(crate) fn body(&self, path: &str) -> Vec<u8> {
        match path {
            ENROLMENTS => serde_json::to_vec(&json!({"code_id": "AAAAAA", "request": "x", "mac": "x"})).unwrap(),
            CHALLENGES => serde_json::to_vec(&json!({"device": self.device.id})).unwrap(),
            SESSIONS => session_line(self.stage, self.device.id, "x", &self.device.key, |_| {}),
            LINES => self.record.lines[0].clone(),
            HEADS => self.record.lines[1].clone(),
            CHECKS => check_of(self.device, T0_US, Preflight::default()),
            PRIVATE => self.record.private[0].clone(),
            FILE | FILES => b"a file that nobody has".to_vec(),
            _ => Vec::new(),
        }
    }

    /// As [`Asking::headers`] and [`Asking::body`] have it, with another token, further headers.
    pub(crate) async fn ask(
        &self,
        met: &mut Met,
        method: &str,
        path: &str,
        token: Option<&str>,
        more: &[(&str, &str)],
        refused: (Code, Sides),
    ) {
        let query = if path == LINES { "?from=0" } else { "" };
        let url = format!("http://{}{}{query}", self.address, self.filled(path));
        let mut request = self.stage.client.request(Method::from_bytes(method.as_bytes()).unwrap(), url);
        for (name, value) in self.headers(method, path) {
            request = request.header(name, value);
        }
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if matches!(method, "POST" | "PATCH") {
            request = request.body(self.body(path));
        }
        let answer = request.send().await.unwrap();
        let (status, body) = (answer.status().as_u16(), answer.bytes().await.unwrap());
        met.note(method, path, status, &body, refused);
    }

    /// Exactly this, and only this.
    pub(crate) async fn say(&self, met: &mut Met, method: &str, path: &str, said: Said<'_>, refused: (Code, Sides)) {
        let filled = said.at.map_or_else(|| self.filled(path), str::to_owned);
        let mut request = self
            .stage
            .client
            .request(Method::from_bytes(method.as_bytes()).unwrap(), format!("http://{}{filled}", self.address));
        if let Some(token) = said.token.or(self.token(path)) {
            request = request.bearer_auth(token);
        }
        for (name, value) in said.headers {
            request = request.header(*name, *value);
        }
        if !said.body.is_empty() {
            request = request.body(said.body.to_vec());
        }
        let answer = request.send().await.unwrap();
        let (status, body) = (answer.status().as_u16(), answer.bytes().await.unwrap());
        met.note(method, path, status, &body, refused);
    }

    /// By hand: `framing` says how the body comes, `pieces` is what comes of it.
    pub(crate) async fn by_hand(
        &self,
        method: &str,
        path: &str,
        framing: &str,
        pieces: &[Vec<u8>],
    ) -> (TcpStream, Vec<u8>) {
        let query = if path == LINES { "?from=0" } else { "" };
        let mut head = format!(
            "{method} {}{query} HTTP/1.1\r\nHost: agency\r\nConnection: close\r\n{framing}\r\n",
            self.filled(path)
        );
        if let Some(token) = self.token(path) {
            head += &format!("Authorization: Bearer {token}\r\n");
        }
        for (name, value) in self.headers(method, path) {
            head += &format!("{name}: {value}\r\n");
        }
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
        for piece in pieces {
            // It may have answered, and stopped listening, before all of it came.
            if stream.write_all(piece).await.is_err() {
                break;
            }
        }
        let mut answer = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut answer)).await.unwrap();
        (stream, answer)
    }

    pub(crate) async fn hand(
        &self,
        met: &mut Met,
        method: &str,
        path: &str,
        framing: &str,
        pieces: &[Vec<u8>],
        refused: (Code, Sides),
    ) {
        let (_, answer) = self.by_hand(method, path, framing, pieces).await;
        let text = String::from_utf8_lossy(&answer);
        let status =
            text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_else(|| panic!("{path}: {text:?}"));
        let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        met.note(method, path, status, body.as_bytes(), refused);
    }
}

#[derive(Default)]
pub(crate) struct Said<'a> {
    pub(crate) at: Option<&'a str>,
    pub(crate) token: Option<&'a str>,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
}
