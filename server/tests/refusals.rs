//! Every refusal that the published OpenAPI names, asked for over HTTP: its status, its code, both sides where there are two; and none that
//! it does not name.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod support;
mod tus;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use quanji_agency::app::App;
use quanji_agency::cli::revoke::{Revokee, revoke};
use quanji_agency::enrolment::code::make_code;
use quanji_agency::serve::{self, Limits, Rate};
use quanji_agency::storage::{OriginalId, UploadLimits};
use quanji_agency::{api, console};
use quanji_evidence::Ed25519Signer;
use quanji_evidence::Signer;
use quanji_evidence::id::DeviceId;
use quanji_evidence::line::{self, LINE_LIMIT_BYTES, Tag};
use quanji_upload::code::Invitation;
use quanji_upload::enrol;
use quanji_wire::{Code, Refusal};
use reqwest::Method;
use serde_json::{Value, json};
use support::device::{bytes_of, id_of};
use support::record::inspection;
use support::sending::line_after;
use support::{DAY_US, Device, Record, Stage, over_both};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tus::{base64, hex_of};

const OPENAPI: &str = include_str!("../../proto/api/v1/openapi.json");
const LINES: &str = "/v1/records/{record}/lines";
const PRIVATE: &str = "/v1/records/{record}/private";
const RECORD: &str = "/v1/records/{record}";
const RECEIPTS: &str = "/v1/records/{record}/receipts";
const HEADS: &str = "/v1/heads";
const FILES: &str = "/v1/files";
const FILE: &str = "/v1/files/{digest}";
const CALENDAR: &str = "/v1/calendars/{digest}";
const STATES: &str = "/v1/admin/states";
const ENROLMENTS: &str = "/v1/enrolments";
const CHALLENGES: &str = "/v1/challenges";
const SESSIONS: &str = "/v1/sessions";
const OFFSET_TYPE: (&str, &str) = ("content-type", "application/offset+octet-stream");
const TUS: (&str, &str) = ("tus-resumable", "1.0.0");

/// Those that no request brings about.
const NOT_BY_A_REQUEST: [(&str, &str); 2] = [
    // A mistake of ours: planted in `a_panic_answers_internal_and_the_next_request_is_served`.
    ("", "internal"),
    // Sixteen times overtaken by another request for the same record.
    (LINES, "busy"),
];

type Refusals = BTreeSet<(String, String, String)>;

/// Method, path and code of everything that is published.
fn published() -> Refusals {
    let document: Value = serde_json::from_str(OPENAPI).unwrap();
    let mut all = Refusals::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            for answer in operation["responses"].as_object().unwrap().values() {
                let says = answer["description"].as_str().unwrap();
                for code in says.split(", ").filter(|says| Code::ALL.iter().any(|code| code.word() == *says)) {
                    all.insert((method.to_uppercase(), path.clone(), code.to_owned()));
                }
            }
        }
    }
    assert!(all.len() > 150, "{}", all.len());
    all
}

/// What a refusal says besides its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sides {
    None,
    Both,
    /// And where.
    At(u64),
}

/// What came, of what can come.
struct Met {
    published: Refusals,
    seen: Refusals,
}

impl Met {
    fn note(&mut self, method: &str, path: &str, status: u16, body: &[u8], (code, sides): (Code, Sides)) {
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
struct Asking<'a> {
    stage: &'a Stage,
    address: SocketAddr,
    device: &'a Device,
    record: &'a Record,
}

impl Asking<'_> {
    fn filled(&self, path: &str) -> String {
        let digest = hex_of(b"a file that nobody has");
        path.replace("{record}", &self.record.id).replace("{digest}", &digest)
    }

    fn token(&self, path: &str) -> Option<&str> {
        match path {
            STATES | "/metrics" => Some(&self.stage.made.admin_token),
            ENROLMENTS | CHALLENGES | SESSIONS => None,
            _ => Some(&self.device.token),
        }
    }

    /// A request that would be taken, were nothing amiss.
    fn headers(&self, method: &str, path: &str) -> Vec<(&'static str, String)> {
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

    fn body(&self, path: &str) -> Vec<u8> {
        match path {
            ENROLMENTS => serde_json::to_vec(&json!({"code_id": "AAAAAA", "request": "x", "mac": "x"})).unwrap(),
            CHALLENGES => serde_json::to_vec(&json!({"device": self.device.id})).unwrap(),
            SESSIONS => session_line(self.stage, self.device.id, "x", &self.device.key, |_| {}),
            LINES => self.record.lines[0].clone(),
            HEADS => self.record.lines[1].clone(),
            PRIVATE => self.record.private[0].clone(),
            FILE | FILES => b"a file that nobody has".to_vec(),
            _ => Vec::new(),
        }
    }

    /// As [`Asking::headers`] and [`Asking::body`] have it, with another token, further headers.
    async fn ask(
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
    async fn say(&self, met: &mut Met, method: &str, path: &str, said: Said<'_>, refused: (Code, Sides)) {
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
    async fn by_hand(&self, method: &str, path: &str, framing: &str, pieces: &[Vec<u8>]) -> (TcpStream, Vec<u8>) {
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

    async fn hand(
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
struct Said<'a> {
    at: Option<&'a str>,
    token: Option<&'a str>,
    headers: &'a [(&'a str, &'a str)],
    body: &'a [u8],
}

fn session_line(
    stage: &Stage,
    device: DeviceId,
    challenge: &str,
    key: &dyn Signer,
    change: impl FnOnce(&mut Value),
) -> Vec<u8> {
    let mut value = json!({
        "edition": 1, "agency": stage.app.agency().id, "device": device, "challenge": challenge, "keyset_lines": 0,
        "certificate": 1,
    });
    change(&mut value);
    line::write(Tag::Session, value.to_string().as_bytes(), &[key], LINE_LIMIT_BYTES).unwrap()
}

async fn served(app: App, limits: Limits) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = serve::guarded(api::routes().merge(console::routes()), app, limits.clone());
    tokio::spawn(serve::serve(listener, router, limits, std::future::pending()));
    address
}

fn often() -> Rate {
    Rate { a_second: 100_000, burst: 100_000 }
}

const WITHOUT_TOKEN: [&str; 4] = [ENROLMENTS, CHALLENGES, SESSIONS, FILES];

/// What may be amiss with any request: headers, rates, tokens, bodies.
async fn of_every_request(asking: &Asking<'_>, met: &mut Met) {
    let stage = asking.stage;
    let revoked = Device::enrolled(stage, "a revoked phone").await;
    let from_us = stage.app.now_us();
    revoke(stage.data(), stage.app.db(), &Revokee::Device(revoked.id.to_string()), from_us, &*stage.clock)
        .await
        .unwrap();
    let strict = Limits {
        of_an_address: Rate { a_second: 1, burst: 0 },
        of_a_device: Rate { a_second: 1, burst: 0 },
        ..Limits::default()
    };
    let strict = Asking { address: served(stage.app.clone(), strict).await, ..*asking };
    let operations: BTreeSet<(String, String)> =
        met.published.iter().map(|(method, path, _)| (method.clone(), path.clone())).collect();
    let much = "m".repeat(17 << 10);
    for (method, path) in &operations {
        let token = asking.token(path);
        asking.ask(met, method, path, token, &[("x-much", &much)], (Code::RequestMalformed, Sides::Both)).await;
        strict.ask(met, method, path, token, &[], (Code::TooManyRequests, Sides::None)).await;
        if WITHOUT_TOKEN.contains(&path.as_str()) && (path != FILES || method == "OPTIONS") {
            continue;
        }
        asking.ask(met, method, path, None, &[], (Code::TokenMissing, Sides::None)).await;
        asking.ask(met, method, path, Some("nobody's"), &[], (Code::TokenInvalid, Sides::None)).await;
        if matches!(path.as_str(), STATES | "/metrics") {
            // A device is no administrator, nor the other way round.
            asking.ask(met, method, path, Some(&asking.device.token), &[], (Code::TokenInvalid, Sides::None)).await;
        } else {
            asking.ask(met, method, path, Some(&stage.made.admin_token), &[], (Code::TokenInvalid, Sides::None)).await;
            asking.ask(met, method, path, Some(&revoked.token), &[], (Code::DeviceRevoked, Sides::Both)).await;
        }
    }
    let limit = |path: &str| if matches!(path, LINES | HEADS | PRIVATE) { 4 << 20 } else { 64 << 10 };
    let chunked = "Transfer-Encoding: chunked";
    for path in [ENROLMENTS, CHALLENGES, SESSIONS, LINES, HEADS, PRIVATE] {
        let announced = format!("Content-Length: {}", limit(path) + 1);
        asking.hand(met, "POST", path, &announced, &[], (Code::BodyTooLarge, Sides::Both)).await;
        let piece = format!("10000\r\n{}\r\n", " ".repeat(64 << 10)).into_bytes();
        let pieces = vec![piece; limit(path) / (64 << 10) + 1];
        asking.hand(met, "POST", path, chunked, &pieces, (Code::BodyTooLarge, Sides::Both)).await;
        let torn = [b"not a number\r\n".to_vec()];
        asking.hand(met, "POST", path, chunked, &torn, (Code::BodyMalformed, Sides::Both)).await;
    }
}

async fn of_enrolments(asking: &Asking<'_>, met: &mut Met) {
    let stage = asking.stage;
    let (own, agency) = (asking.device, stage.app.agency());
    let code = async |seed: u8| {
        let made = make_code(stage.app.db(), &agency, stage.unit(), &stage.url, stage.app.now_us(), &[seed; 19])
            .await
            .unwrap();
        Invitation::scanned(&made.uri).unwrap()
    };
    let ask = |invitation: &Invitation, device: DeviceId, key: &Ed25519Signer, nonce: u8| {
        let asked = enrol::ask(invitation.clone(), device, key, &[nonce; 16], "quanji-tests/0.1", None).unwrap();
        serde_json::to_value(asked.body()).unwrap()
    };
    let body = |value: &Value| serde_json::to_vec(value).unwrap();
    let key = Ed25519Signer::from_seed(&bytes_of("key of a new phone"));
    let new = DeviceId::parse(&id_of("a new phone")).unwrap();
    let invitation = code(1).await;
    let right = ask(&invitation, new, &key, 1);

    let say = async |met: &mut Met, body: &[u8], refused| {
        asking.say(met, "POST", ENROLMENTS, Said { body, ..Said::default() }, refused).await
    };
    say(met, b"{}", (Code::RequestMalformed, Sides::Both)).await;
    let mut unknown = right.clone();
    unknown["code_id"] = json!("ZZZZZZ");
    say(met, &body(&unknown), (Code::CodeUnknown, Sides::None)).await;
    let mut wrong = right.clone();
    wrong["mac"] = json!("AAAA");
    say(met, &body(&wrong), (Code::MacInvalid, Sides::None)).await;
    // Signed by another key than the one it names, under a MAC that holds.
    let other = Ed25519Signer::from_seed(&bytes_of("a stranger's key"));
    let said = right["request"].as_str().unwrap().split_once(' ').unwrap().1.to_owned();
    let line = line::write(Tag::Enrol, said.as_bytes(), &[&other], LINE_LIMIT_BYTES).unwrap();
    let line = String::from_utf8(line).unwrap().trim_end().to_owned();
    let forged = json!({"code_id": right["code_id"], "request": line, "mac": mac(1, &line)});
    say(met, &body(&forged), (Code::SignatureInvalid, Sides::Both)).await;
    say(met, &body(&ask(&invitation, own.id, &key, 1)), (Code::DeviceKnown, Sides::Both)).await;
    let answer =
        stage.client.post(format!("http://{}{ENROLMENTS}", asking.address)).body(body(&right)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    say(met, &body(&ask(&invitation, new, &key, 2)), (Code::CodeUsed, Sides::None)).await;
    let spent = ask(&code(2).await, new, &key, 1);
    let mut wrong = spent.clone();
    wrong["mac"] = json!("AAAA");
    for _ in 0..5 {
        say(met, &body(&wrong), (Code::MacInvalid, Sides::None)).await;
    }
    say(met, &body(&spent), (Code::CodeSpent, Sides::None)).await;
    let again = ask(&code(3).await, new, &key, 1);
    revoke(stage.data(), stage.app.db(), &Revokee::Device(new.to_string()), stage.app.now_us(), &*stage.clock)
        .await
        .unwrap();
    say(met, &body(&again), (Code::DeviceRevoked, Sides::Both)).await;
    let late = ask(&code(4).await, new, &key, 1);
    stage.clock.advance(DAY_US + 1_000_000);
    say(met, &body(&late), (Code::CodeExpired, Sides::Both)).await;
}

/// The MAC that whoever knows the code of 15 times `seed` makes.
fn mac(seed: u8, request: &str) -> String {
    use hkdf::Hkdf;
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let mut key = [0; 32];
    Hkdf::<sha2::Sha256>::new(None, &[seed; 15]).expand(b"quanji/1 enrol", &mut key).unwrap();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
    mac.update(b"quanji/1 enrol-request\n");
    mac.update(request.as_bytes());
    quanji_evidence::base64url::encode(&mac.finalize().into_bytes())
}

async fn of_sessions(asking: &Asking<'_>, met: &mut Met) {
    let (stage, device) = (asking.stage, asking.device);
    let device_id = device.id;
    asking
        .say(
            met,
            "POST",
            CHALLENGES,
            Said { body: br#"{"device":"x"}"#, ..Said::default() },
            (Code::RequestMalformed, Sides::Both),
        )
        .await;
    let challenge = async |device: DeviceId| -> String {
        let body = serde_json::to_vec(&json!({"device": device})).unwrap();
        let answer =
            stage.client.post(format!("http://{}{CHALLENGES}", asking.address)).body(body).send().await.unwrap();
        answer.json::<Value>().await.unwrap()["challenge"].as_str().unwrap().to_owned()
    };
    let say = async |met: &mut Met, body: &[u8], refused| {
        asking.say(met, "POST", SESSIONS, Said { body, ..Said::default() }, refused).await
    };
    say(met, b"nothing signed", (Code::RequestMalformed, Sides::Both)).await;
    let fresh = challenge(device_id).await;
    let line =
        session_line(stage, device_id, &fresh, &device.key, |value| value["agency"] = json!(id_of("another agency")));
    say(met, &line, (Code::AgencyMismatch, Sides::Both)).await;
    let line = session_line(stage, device_id, "never given", &device.key, |_| {});
    say(met, &line, (Code::ChallengeInvalid, Sides::None)).await;
    let stranger = DeviceId::parse(&id_of("a stranger")).unwrap();
    let line = session_line(stage, stranger, &challenge(stranger).await, &device.key, |_| {});
    say(met, &line, (Code::DeviceUnknown, Sides::None)).await;
    let other = Ed25519Signer::from_seed(&bytes_of("a stranger's key"));
    let line = session_line(stage, device_id, &challenge(device_id).await, &other, |_| {});
    say(met, &line, (Code::SignatureInvalid, Sides::Both)).await;
    let line = session_line(stage, device_id, &challenge(device_id).await, &device.key, |value| {
        value["keyset_lines"] = json!(999)
    });
    say(met, &line, (Code::KeysetAhead, Sides::Both)).await;
    let revoked = DeviceId::parse(&id_of("a revoked phone")).unwrap();
    let key = Ed25519Signer::from_seed(&bytes_of("key of a revoked phone"));
    let line = session_line(stage, revoked, &challenge(revoked).await, &key, |_| {});
    say(met, &line, (Code::DeviceRevoked, Sides::Both)).await;
}

async fn of_records(asking: &Asking<'_>, met: &mut Met) {
    let (stage, device, record) = (asking.stage, asking.device, asking.record);
    let thief = Device::enrolled(stage, "another phone").await;
    let other = inspection(stage, device, "another inspection").await;
    let foreign = inspection(stage, &thief, "a foreign inspection").await;
    let at = |record: &Record, rest: &str| format!("/v1/records/{}{rest}", record.id);
    let lines = async |met: &mut Met, at: &str, body: &[u8], refused| {
        asking.say(met, "POST", LINES, Said { at: Some(at), body, ..Said::default() }, refused).await;
    };
    for bad in [
        "/v1/records/x/lines?from=0",
        "/v1/records/%FF/lines?from=0",
        &at(record, "/lines"),
        &at(record, "/lines?from=-1"),
        &at(record, "/lines?from=x"),
        &at(record, "/lines?from=99999999999999999999"),
    ] {
        lines(met, bad, &record.lines[0], (Code::RequestMalformed, Sides::Both)).await;
    }
    let from_0 = at(record, "/lines?from=0");
    lines(met, &from_0, b"\xff\n", (Code::BodyMalformed, Sides::Both)).await;
    lines(met, &at(record, "/lines?from=3"), &record.lines[3], (Code::LinesGap, Sides::At(0))).await;
    lines(met, &from_0, &other.lines[0], (Code::RecordMismatch, Sides::At(0))).await;
    lines(met, &at(&foreign, "/lines?from=0"), &foreign.lines[0], (Code::DeviceMismatch, Sides::At(0))).await;
    lines(met, &from_0, b"no line\n", (Code::LineInvalid, Sides::At(0))).await;
    for (path, bad) in [(RECORD, ""), (PRIVATE, "/private"), (RECEIPTS, "/receipts")] {
        let method = if path == PRIVATE { "POST" } else { "GET" };
        let body = if path == PRIVATE { &record.private[0][..] } else { b"" };
        for id in ["x", "%FF", &"0".repeat(31), &"A".repeat(32)] {
            let bad = format!("/v1/records/{id}{bad}");
            asking
                .say(
                    met,
                    method,
                    path,
                    Said { at: Some(&bad), body, ..Said::default() },
                    (Code::RequestMalformed, Sides::Both),
                )
                .await;
        }
        asking.say(met, method, path, Said { body, ..Said::default() }, (Code::RecordUnknown, Sides::None)).await;
    }
    stage.send_journal(device, record).await;
    // Of another's record nobody learns anything.
    for (method, path, body) in [
        ("POST", LINES, &record.lines[1]),
        ("POST", PRIVATE, &record.private[0]),
        ("GET", RECORD, &Vec::new()),
        ("GET", RECEIPTS, &Vec::new()),
    ] {
        let at = if path == LINES { Some(from_0.as_str()) } else { None };
        asking
            .say(
                met,
                method,
                path,
                Said { at, token: Some(&thief.token), body, ..Said::default() },
                (Code::RecordUnknown, Sides::None),
            )
            .await;
    }
    let mark = json!({"mark": "m", "at_mono_us": 1});
    let key = support::sending::record_key("an inspection");
    let second = line_after(&record.lines[..5], "mark", mark, &[&key]);
    lines(met, &at(record, "/lines?from=5"), &second, (Code::LineConflict, Sides::At(5))).await;

    for bad in ["?from=x", "?wait_s=-1", "?wait_s=31", "?from=1&wait_s=99999999999999999999"] {
        asking
            .say(
                met,
                "GET",
                RECEIPTS,
                Said { at: Some(&at(record, &format!("/receipts{bad}"))), ..Said::default() },
                (Code::RequestMalformed, Sides::Both),
            )
            .await;
    }
    let private = async |met: &mut Met, body: &[u8], refused| {
        asking.say(met, "POST", PRIVATE, Said { body, ..Said::default() }, refused).await
    };
    let changed = String::from_utf8(record.private[0].clone()).unwrap().replace("某街道", "别街道").into_bytes();
    private(met, b"{}\n", (Code::BodyMalformed, Sides::At(0))).await;
    private(met, &changed, (Code::PrivateMismatch, Sides::Both)).await;
    stage.send_lines(device, &other, 0, &other.lines[0]).await.unwrap();
    stage.send_private(device, &other, &other.private[0]).await.unwrap();
    let conflicting = Said { at: Some(&at(&other, "/private")), body: &changed, ..Said::default() };
    asking.say(met, "POST", PRIVATE, conflicting, (Code::PrivateConflict, Sides::Both)).await;

    let heads = async |met: &mut Met, body: &[u8], refused| {
        asking.say(met, "POST", HEADS, Said { body, ..Said::default() }, refused).await
    };
    heads(met, b"no LF", (Code::BodyMalformed, Sides::Both)).await;
    heads(met, b"{}\n", (Code::LineInvalid, Sides::At(0))).await;
    heads(met, &record.lines[3].repeat(65), (Code::BodyTooLarge, Sides::Both)).await;
    let answer = stage
        .client
        .post(format!("http://{}{HEADS}", asking.address))
        .bearer_auth(&device.token)
        .body(foreign.lines[2].clone());
    let answer = answer.send().await.unwrap();
    met.note(
        "POST",
        HEADS,
        answer.status().as_u16(),
        &answer.bytes().await.unwrap(),
        (Code::RecordUnknown, Sides::None),
    );

    for bad in ["x", "%FF", &"0".repeat(64)] {
        let at = format!("/v1/calendars/{bad}");
        asking
            .say(met, "GET", CALENDAR, Said { at: Some(&at), ..Said::default() }, (Code::CalendarUnknown, Sides::None))
            .await;
    }
    for bad in ["?record=x", "?what=x"] {
        asking
            .say(
                met,
                "GET",
                STATES,
                Said { at: Some(&format!("{STATES}{bad}")), ..Said::default() },
                (Code::RequestMalformed, Sides::Both),
            )
            .await;
    }
}

async fn of_files(asking: &Asking<'_>, met: &mut Met, app: &App) {
    let (stage, device) = (asking.stage, asking.device);
    let content = b"a file that nobody has".to_vec();
    let digest = format!("digest {}", base64(hex_of(&content).as_bytes()));
    let (length, digest) = (("upload-length", "22"), ("upload-metadata", digest.as_str()));
    let id = OriginalId { agency: app.agency().id, device: device.id, sha256: tus::sha256_of(&content) };
    let post = async |met: &mut Met, headers: &[(&str, &str)], body: &[u8], refused| {
        asking.say(met, "POST", FILES, Said { headers, body, ..Said::default() }, refused).await;
    };
    post(met, &[length, digest], b"", (Code::TusVersion, Sides::Both)).await;
    post(met, &[TUS, digest], b"", (Code::LengthMissing, Sides::None)).await;
    post(met, &[TUS, ("upload-length", "-1"), digest], b"", (Code::RequestMalformed, Sides::Both)).await;
    post(met, &[TUS, length], b"", (Code::DigestMissing, Sides::Both)).await;
    post(met, &[TUS, ("upload-length", "3221225472"), digest], b"", (Code::FileTooLarge, Sides::Both)).await;
    for wrong in [None, Some("application/json")] {
        let mut headers = vec![TUS, length, digest];
        headers.extend(wrong.map(|wrong| ("content-type", wrong)));
        post(met, &headers, &content, (Code::MediaType, Sides::Both)).await;
    }
    post(met, &[TUS, length, digest, OFFSET_TYPE], &[b'x'; 23], (Code::BodyTooLong, Sides::Both)).await;
    post(met, &[TUS, length, digest, OFFSET_TYPE], &[b'x'; 22], (Code::DigestMismatch, Sides::Both)).await;
    let sums = [("upload-checksum", "md5 AAAA"), ("upload-checksum", "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=")];
    post(met, &[TUS, length, digest, OFFSET_TYPE, sums[0]], &content, (Code::ChecksumUnsupported, Sides::Both)).await;
    post(met, &[TUS, length, digest, OFFSET_TYPE, sums[1]], &content, (Code::ChecksumMismatch, Sides::Both)).await;
    asking
        .hand(
            met,
            "POST",
            FILES,
            "Transfer-Encoding: chunked",
            &[b"not a number\r\n".to_vec()],
            (Code::BodyMalformed, Sides::None),
        )
        .await;

    let path = app.uploads().staging().path(&id);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink("/dev/full", &path).unwrap();
    post(met, &[TUS, length, digest, OFFSET_TYPE], &content, (Code::StorageFull, Sides::None)).await;

    let from = ("upload-offset", "0");
    let patch = async |met: &mut Met, headers: &[(&str, &str)], body: &[u8], refused| {
        asking.say(met, "PATCH", FILE, Said { headers, body, ..Said::default() }, refused).await;
    };
    let all = [TUS, from, OFFSET_TYPE];
    patch(met, &all, &content, (Code::UploadUnknown, Sides::None)).await;
    for bad in ["/v1/files/x", "/v1/files/%FF"] {
        asking
            .say(
                met,
                "PATCH",
                FILE,
                Said { at: Some(bad), headers: &all, body: &content, ..Said::default() },
                (Code::UploadUnknown, Sides::None),
            )
            .await;
        asking
            .say(
                met,
                "HEAD",
                FILE,
                Said { at: Some(bad), headers: &[TUS], ..Said::default() },
                (Code::UploadUnknown, Sides::None),
            )
            .await;
    }
    asking.say(met, "HEAD", FILE, Said::default(), (Code::TusVersion, Sides::None)).await;
    let begun = stage
        .client
        .post(format!("http://{}{FILES}", asking.address))
        .bearer_auth(&device.token)
        .header(TUS.0, TUS.1)
        .header(length.0, length.1)
        .header(digest.0, digest.1)
        .send()
        .await
        .unwrap();
    assert_eq!(begun.status(), 201);
    post(met, &[TUS, ("upload-length", "21"), digest], b"", (Code::LengthMismatch, Sides::Both)).await;
    patch(met, &[from, OFFSET_TYPE], &content, (Code::TusVersion, Sides::Both)).await;
    patch(met, &[TUS, from], &content, (Code::MediaType, Sides::Both)).await;
    for bad in ["x", "-1"] {
        patch(met, &[TUS, ("upload-offset", bad), OFFSET_TYPE], &content, (Code::RequestMalformed, Sides::Both)).await;
    }
    patch(met, &[TUS, OFFSET_TYPE], &content, (Code::RequestMalformed, Sides::Both)).await;
    patch(met, &[TUS, ("upload-offset", "4"), OFFSET_TYPE], &content[4..], (Code::OffsetMismatch, Sides::At(0))).await;
    patch(met, &[TUS, from, OFFSET_TYPE, sums[0]], &content, (Code::ChecksumUnsupported, Sides::Both)).await;
    patch(met, &[TUS, from, OFFSET_TYPE, sums[1]], &content, (Code::ChecksumMismatch, Sides::Both)).await;
    patch(met, &all, &[b'x'; 23], (Code::BodyTooLong, Sides::Both)).await;
    patch(met, &all, &[b'x'; 22], (Code::DigestMismatch, Sides::Both)).await;
    asking
        .hand(
            met,
            "PATCH",
            FILE,
            "Transfer-Encoding: chunked",
            &[b"not a number\r\n".to_vec()],
            (Code::BodyMalformed, Sides::None),
        )
        .await;
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let _ = std::fs::rename(&path, path.with_extension("put aside"));
    std::os::unix::fs::symlink("/dev/full", &path).unwrap();
    patch(met, &all, &content, (Code::StorageFull, Sides::None)).await;

    std::fs::rename(&path, path.with_extension("full")).unwrap();

    // One that goes on holds the file and the only turn.
    let begun = stage
        .client
        .post(format!("http://{}{FILES}", asking.address))
        .bearer_auth(&device.token)
        .header(TUS.0, TUS.1)
        .header(length.0, length.1)
        .header(digest.0, digest.1)
        .send()
        .await
        .unwrap();
    assert_eq!(begun.status(), 201);
    let mut head = format!(
        "PATCH {} HTTP/1.1\r\nHost: agency\r\nAuthorization: Bearer {}\r\nContent-Length: 22\r\n",
        asking.filled(FILE),
        device.token
    );
    for (name, value) in all {
        head += &format!("{name}: {value}\r\n");
    }
    let mut writing = TcpStream::connect(asking.address).await.unwrap();
    writing.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    writing.write_all(&content[..10]).await.unwrap();
    for _ in 0..6_000 {
        if app.uploads().staging().offset(&id).unwrap() > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(app.uploads().staging().offset(&id).unwrap() > 0, "its bytes never came");
    post(met, &[TUS, length, digest, OFFSET_TYPE], &content, (Code::UploadBusy, Sides::None)).await;
    patch(met, &all, &content, (Code::UploadBusy, Sides::None)).await;
    asking.say(met, "HEAD", FILE, Said { headers: &[TUS], ..Said::default() }, (Code::UploadBusy, Sides::None)).await;
    let other = b"another file".to_vec();
    let digest_of_other = format!("digest {}", base64(hex_of(&other).as_bytes()));
    let of_other = [TUS, ("upload-length", "12"), ("upload-metadata", &digest_of_other), OFFSET_TYPE];
    post(met, &of_other, &other, (Code::Busy, Sides::None)).await;
    let begun = stage.client.post(format!("http://{}{FILES}", asking.address)).bearer_auth(&device.token);
    let begun = of_other[..3].iter().fold(begun, |request, (name, value)| request.header(*name, *value));
    assert_eq!(begun.send().await.unwrap().status(), 201);
    let at_other = format!("/v1/files/{}", hex_of(&other));
    let of_other = Said { at: Some(&at_other), headers: &all, body: &other, ..Said::default() };
    asking.say(met, "PATCH", FILE, of_other, (Code::Busy, Sides::None)).await;
    drop(writing);

    stage.clock.advance(7 * DAY_US + 1_000_000);
    for (method, body) in [("PATCH", &other[..]), ("HEAD", b"")] {
        let said = Said { at: Some(&at_other), headers: &all, body, ..Said::default() };
        asking.say(met, method, FILE, said, (Code::UploadExpired, Sides::None)).await;
    }
}

/// Bodies of which one byte comes and no more.
async fn of_slow_bodies(asking: &Asking<'_>, met: &mut Met, app: &App) {
    let slow = (Code::BodyTooSlow, Sides::None);
    let one = [b"a".to_vec()];
    for path in [ENROLMENTS, CHALLENGES, SESSIONS, LINES, HEADS, PRIVATE, FILES] {
        asking.hand(met, "POST", path, "Content-Length: 22", &one, slow).await;
    }
    // That byte was kept; here the file begins again.
    let sha256 = tus::sha256_of(b"a file that nobody has");
    let path = app.uploads().staging().path(&OriginalId { agency: app.agency().id, device: asking.device.id, sha256 });
    std::fs::rename(&path, path.with_extension("slow")).unwrap();
    asking.hand(met, "PATCH", FILE, "Content-Length: 22", &one, slow).await;
}

/// With a database that does not answer.
async fn of_no_database(asking: &Asking<'_>, met: &mut Met) {
    let operations: BTreeSet<(String, String)> =
        met.published.iter().map(|(method, path, _)| (method.clone(), path.clone())).collect();
    // Its session is known from before.
    let answer = asking
        .stage
        .client
        .get(format!("http://{}{}", asking.address, asking.filled(RECORD)))
        .bearer_auth(&asking.device.token);
    assert_eq!(answer.send().await.unwrap().status(), 200);
    asking.stage.app.db().pool().close().await;
    for (method, path) in &operations {
        // What asks nobody is refused only where a token must be looked up.
        let token = if method == "OPTIONS" { Some("nobody's") } else { asking.token(path) };
        asking.ask(met, method, path, token, &[], (Code::Unavailable, Sides::None)).await;
    }
}

async fn beside(stage: &Stage, limits: UploadLimits) -> App {
    let (clock, originals) = (Arc::clone(&stage.clock) as _, Arc::clone(stage.app.originals()));
    App::open_over(stage.data(), stage.database_url.as_deref(), clock, originals, limits).await.unwrap()
}

over_both! {
    async fn every_refusal_that_is_published_is_met_and_no_other(stage: Stage) {
        let device = Device::enrolled(&stage, "a phone").await;
        let record = inspection(&stage, &device, "an inspection").await;
        let mut met = Met { published: published(), seen: Refusals::new() };
        let limits = Limits { of_an_address: often(), of_a_device: often(), ..Limits::default() };
        let address = served(stage.app.clone(), limits.clone()).await;
        let asking = Asking { stage: &stage, address, device: &device, record: &record };
        of_every_request(&asking, &mut met).await;
        of_records(&asking, &mut met).await;
        of_sessions(&asking, &mut met).await;
        of_enrolments(&asking, &mut met).await;

        let short = Duration::from_millis(100);
        let few = beside(&stage, UploadLimits { at_once: 1, wait: short, busy_wait: short, ..UploadLimits::default() }).await;
        of_files(&Asking { address: served(few.clone(), limits.clone()).await, ..asking }, &mut met, &few).await;
        let slow = beside(&stage, UploadLimits { slow_window: short, ..UploadLimits::default() }).await;
        let address = served(slow.clone(), Limits { slow_window: short, ..limits }).await;
        of_slow_bodies(&Asking { address, ..asking }, &mut met, &slow).await;
        of_no_database(&asking, &mut met).await;

        let is_by_request = |(_, path, code): &&(String, String, String)| {
            !NOT_BY_A_REQUEST.iter().any(|(of, not)| (of.is_empty() || of == path) && not == code)
        };
        let missed: Vec<_> = met.published.difference(&met.seen).filter(is_by_request).collect();
        assert!(missed.is_empty(), "published, and met by no request: {missed:#?}");
    }

    async fn a_method_that_a_path_does_not_have_and_a_path_that_is_not_are_named_so(stage: Stage) {
        for path in published().into_iter().map(|(_, path, _)| path).collect::<BTreeSet<_>>() {
            let url = stage.at(&path.replace("{record}", &"0".repeat(32)).replace("{digest}", &"0".repeat(64)));
            for (method, url, code) in [("DELETE", url.clone(), Code::MethodNotAllowed), ("GET", format!("{url}/x/y/z"), Code::NotFound)] {
                let answer = stage.client.request(Method::from_bytes(method.as_bytes()).unwrap(), &url).send().await.unwrap();
                assert_eq!(answer.status().as_u16(), code.status(), "{method} {url}");
                assert_eq!(answer.json::<Refusal>().await.unwrap().code, code, "{method} {url}");
            }
        }
    }
}
