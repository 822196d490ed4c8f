//! An agency that follows the interface's page over real loopback HTTP, in memory, and answers amiss when it is told to.
#![allow(dead_code, unreachable_pub, missing_debug_implementations, clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::body::{Body as HttpBody, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use futures_util::StreamExt;
use quanji_evidence::body::Body;
use quanji_evidence::id::{AgencyId, RecordId};
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::keyset::{Keyset, KeysetStatement, KeysetWriter, Role, RoleKey};
use quanji_evidence::line::{SignedLine, Tag};
use quanji_evidence::receipt::{
    LogPlace, Receipt, ReceiptHead, ReceiptKind, ReceiptMedia, ReceiptOnTime, ReceiptTrigger, ReceiptTriggerKind,
};
use quanji_evidence::text::Origin;
use quanji_evidence::{Digest, Ed25519Signer, Findings, Signer};
use quanji_wire::{Announced, AnnouncedKind, CHECKS_LIMIT, Code, Kept, LinesKept, RecordStanding, Refusal};
use serde::Deserialize;

/// Which requests a script speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    Lines,
    Private,
    Standing,
    Receipts,
    Announce,
    Offset,
    Append,
    Heads,
    Checks,
}

#[derive(Debug, Clone, Copy)]
pub enum Amiss {
    Refuse(Code),
    /// Takes so many bytes of the body, then the connection is gone.
    CutAfter(usize),
    /// Does what was asked, and the answer is lost.
    AnswerLost,
}

/// What is wrong with the receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgery {
    None,
    NotInForce,
    OtherKey,
    OtherRecord,
    OtherHead,
    OtherMedia,
    BeforeSeal,
    OneByte,
}

#[derive(Default)]
pub struct Held {
    pub lines: BTreeMap<String, Vec<u8>>,
    pub private: BTreeMap<String, Vec<u8>>,
    pub files: BTreeMap<String, (u64, Vec<u8>)>,
    pub heads: Vec<Vec<u8>>,
    pub checks: Vec<Vec<u8>>,
    /// A check that is refused whenever it comes.
    pub never_taken: Option<Vec<u8>>,
    pub asked: Vec<Ask>,
    pub body_bytes: u64,
    pub amiss: VecDeque<(Ask, Amiss)>,
    pub issued: BTreeMap<String, Vec<u8>>,
    /// What sessions name as in force, and what is given for it.
    pub in_force: Vec<(Digest, Vec<u8>)>,
    pub pulls: u32,
}

#[derive(Clone)]
pub struct Scripted {
    pub held: Arc<Mutex<Held>>,
    pub forgery: Forgery,
    pub origin: String,
    pub keyset: Keyset,
}

fn receipt_key() -> Ed25519Signer {
    Ed25519Signer::from_seed(&[71; 32])
}

fn old_key() -> Ed25519Signer {
    Ed25519Signer::from_seed(&[72; 32])
}

pub fn document_key() -> Ed25519Signer {
    Ed25519Signer::from_seed(&[73; 32])
}

/// A key set with a receipt key, one whose time is over, and a key for documents.
fn keyset() -> Keyset {
    let root = Ed25519Signer::from_seed(&[70; 32]);
    let mut writer = KeysetWriter::default();
    let mut bytes = writer.write(&KeysetStatement::Root(root.public().clone()), &[&root]).unwrap();
    for (signer, valid_until_us) in [(receipt_key(), 1 << 52), (old_key(), 1_000)] {
        let key = RoleKey { role: Role::Receipt, key: signer.public().clone(), valid_from_us: 0, valid_until_us };
        bytes.extend(writer.write(&KeysetStatement::Key(key), &[&root]).unwrap());
    }
    let key = document_key().public().clone();
    let key = RoleKey { role: Role::Document, key, valid_from_us: 0, valid_until_us: 1 << 52 };
    bytes.extend(writer.write(&KeysetStatement::Key(key), &[&root]).unwrap());
    Keyset::read(&bytes, root.public()).unwrap()
}

impl std::fmt::Debug for Scripted {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Scripted")
    }
}

impl Scripted {
    pub async fn serve(forgery: Forgery) -> Scripted {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let scripted = Scripted { held: Arc::default(), forgery, origin, keyset: keyset() };
        let routes = Router::new()
            .route("/v1/records/{record}/lines", post(lines))
            .route("/v1/records/{record}/private", post(private))
            .route("/v1/records/{record}/receipts", get(receipts))
            .route("/v1/records/{record}", get(standing))
            .route("/v1/heads", post(heads))
            .route("/v1/checks", post(checks))
            .route("/v1/documents/{digest}", get(document))
            .route("/v1/files", post(announce))
            .route("/v1/files/{digest}", patch(append).head(offset))
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(scripted.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        scripted
    }

    pub fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap()
    }

    /// Notes the request; what the script says about it, if anything.
    fn asked(&self, ask: Ask) -> Option<Amiss> {
        let mut held = self.held();
        held.asked.push(ask);
        let at = held.amiss.iter().position(|(of, _)| *of == ask)?;
        held.amiss.remove(at).map(|(_, amiss)| amiss)
    }
}

fn refuse(code: Code, next: Option<u64>) -> Response {
    let refusal = Refusal { code, expected: None, found: None, next };
    (StatusCode::from_u16(code.status()).unwrap(), Json(refusal)).into_response()
}

/// What a client sees when the way breaks: no answer of the agency.
fn lost() -> Response {
    StatusCode::GATEWAY_TIMEOUT.into_response()
}

fn amiss(amiss: Amiss) -> Response {
    match amiss {
        Amiss::Refuse(code) => refuse(code, None),
        _ => lost(),
    }
}

#[derive(Deserialize)]
struct From {
    from: u64,
}

fn count(lines: &[u8]) -> u64 {
    lines.iter().filter(|byte| **byte == b'\n').count() as u64
}

async fn lines(
    State(agency): State<Scripted>,
    Path(record): Path<String>,
    Query(From { from }): Query<From>,
    body: Bytes,
) -> Response {
    let script = agency.asked(Ask::Lines);
    if let Some(script @ Amiss::Refuse(_)) = script {
        return amiss(script);
    }
    let mut held = agency.held();
    held.body_bytes += body.len() as u64;
    let have = held.lines.entry(record).or_default();
    let next = count(have);
    if from > next {
        return refuse(Code::LinesGap, Some(next));
    }
    for (place, line) in body.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let seq = from + place as u64;
        match have.split_inclusive(|byte| *byte == b'\n').nth(seq as usize) {
            Some(known) if known != line => return refuse(Code::LineConflict, Some(seq)),
            Some(_) => {}
            None => have.extend_from_slice(line),
        }
    }
    if script.is_some() {
        return lost();
    }
    let last = have.split_inclusive(|byte| *byte == b'\n').next_back().unwrap();
    Json(LinesKept { next: count(have), head: Digest::of(last).hex() }).into_response()
}

async fn private(State(agency): State<Scripted>, Path(record): Path<String>, body: Bytes) -> Response {
    let script = agency.asked(Ask::Private);
    if let Some(script @ Amiss::Refuse(_)) = script {
        return amiss(script);
    }
    let mut held = agency.held();
    if !held.lines.contains_key(&record) {
        return refuse(Code::RecordUnknown, None);
    }
    held.body_bytes += body.len() as u64;
    let values = held.private.entry(record).or_default();
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        if !values.split_inclusive(|byte| *byte == b'\n').any(|known| known == line) {
            values.extend_from_slice(line);
        }
    }
    let kept = count(values);
    if script.is_some() { lost() } else { Json(Kept { kept }).into_response() }
}

async fn heads(State(agency): State<Scripted>, body: Bytes) -> Response {
    if let Some(script) = agency.asked(Ask::Heads) {
        return amiss(script);
    }
    let mut held = agency.held();
    let is_held = |record: &Vec<u8>| {
        let journal = read(record);
        // The record key of the opened line, as the real one asks.
        let opened = journal.opened().map(|opened| opened.record_key.clone());
        opened.is_some_and(|key| {
            SignedLine::parse(&body, body.len()).is_ok_and(|line| line.is_signed_by(Tag::Line, &key))
        })
    };
    if !held.lines.values().any(is_held) {
        return refuse(Code::RecordUnknown, Some(0));
    }
    held.heads.push(body.to_vec());
    Json(Kept { kept: count(&body) }).into_response()
}

async fn checks(State(agency): State<Scripted>, body: Bytes) -> Response {
    if let Some(script) = agency.asked(Ask::Checks) {
        return amiss(script);
    }
    let lines: Vec<Vec<u8>> = body.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let never = agency.held().never_taken.clone();
    if let Some(place) = lines.iter().position(|line| Some(line) == never.as_ref()) {
        return refuse(Code::SignatureInvalid, Some(place as u64));
    }
    if lines.len() > CHECKS_LIMIT {
        return refuse(Code::BodyTooLarge, None);
    }
    agency.held().checks.extend(lines);
    Json(Kept { kept: count(&body) }).into_response()
}

/// Files that the held lines announce.
fn announced(journal: &Journal) -> Vec<Announced> {
    let file = |kind, digest: &Digest, size_bytes| Announced {
        kind,
        take: None,
        number: None,
        digest: digest.hex(),
        size_bytes,
    };
    journal
        .entries
        .iter()
        .filter_map(|entry| match &entry.body {
            Body::Take(take) => Some(file(AnnouncedKind::Init, &take.init.digest, take.init.size_bytes)),
            Body::Segment(segment) => Some(file(AnnouncedKind::Segment, &segment.digest, segment.size_bytes)),
            body => body.file().map(|named| file(AnnouncedKind::Photo, &named.digest, named.size_bytes)),
        })
        .collect()
}

fn read(lines: &[u8]) -> Journal {
    Journal::read(lines, Drafts::Accepted, "journal", &mut Findings::default())
}

async fn standing(State(agency): State<Scripted>, Path(record): Path<String>) -> Response {
    if let Some(script) = agency.asked(Ask::Standing) {
        return amiss(script);
    }
    let held = agency.held();
    let Some(lines) = held.lines.get(&record) else { return refuse(Code::RecordUnknown, None) };
    let journal = read(lines);
    let is_whole =
        |file: &Announced| held.files.get(&file.digest).is_some_and(|(size, bytes)| *size == bytes.len() as u64);
    let missing = announced(&journal).into_iter().filter(|file| !is_whole(file)).collect();
    let sealed = journal.entries.iter().any(|entry| matches!(entry.body, Body::Sealed(_)));
    let privates = journal.entries.iter().flat_map(|entry| entry.body.privates()).count() as u64;
    let private_missing = privates.saturating_sub(held.private.get(&record).map_or(0, |lines| count(lines)));
    let head = String::new();
    let next = count(lines);
    Json(RecordStanding { next, head, sealed, missing, private_missing, receipts: 0, states: Vec::new() })
        .into_response()
}

async fn receipts(
    State(agency): State<Scripted>,
    Path(record): Path<String>,
    Query(From { from }): Query<From>,
) -> Response {
    if let Some(script) = agency.asked(Ask::Receipts) {
        return amiss(script);
    }
    let mut held = agency.held();
    let Some(lines) = held.lines.get(&record) else { return refuse(Code::RecordUnknown, None) };
    let journal = read(lines);
    let files = announced(&journal);
    let is_whole =
        |file: &Announced| held.files.get(&file.digest).is_some_and(|(size, bytes)| *size == bytes.len() as u64);
    let is_sealed = journal.entries.iter().any(|entry| matches!(entry.body, Body::Sealed(_)));
    if from > 1 || !is_sealed || !files.iter().all(is_whole) {
        return Vec::new().into_response();
    }
    let line = issue(&journal, &record, agency.forgery);
    held.issued.insert(record, line.clone());
    line.into_response()
}

fn issue(journal: &Journal, record: &str, forgery: Forgery) -> Vec<u8> {
    let entry = if forgery == Forgery::BeforeSeal { &journal.entries[1] } else { journal.entries.last().unwrap() };
    // A receipt over the beginning alone says what is there of the beginning: it holds, and frees nothing.
    let covered = journal.entries.iter().take_while(|covered| covered.seq <= entry.seq);
    let segments = covered.filter_map(|entry| match &entry.body {
        Body::Segment(segment) => Some((segment.size_bytes, &segment.digest)),
        _ => None,
    });
    let mut media = ReceiptMedia::of(segments);
    if forgery == Forgery::OtherMedia {
        media.count += 1;
    }
    let wall_us = entry.clock.wall_us;
    let receipt = Receipt {
        edition: 1,
        number: 1,
        agency: AgencyId::from_bytes([5; 16]),
        record: if forgery == Forgery::OtherRecord {
            RecordId::from_bytes([6; 16])
        } else {
            RecordId::parse(record).unwrap()
        },
        head: ReceiptHead {
            seq: entry.seq,
            digest: if forgery == Forgery::OtherHead { Digest::of(b"other") } else { entry.digest.clone() },
        },
        media,
        kind: ReceiptKind::System,
        stored_us: wall_us,
        issued_us: wall_us + 1,
        trigger: ReceiptTrigger { kind: ReceiptTriggerKind::Completed, not_before_us: wall_us, not_after_us: wall_us },
        calendars: Vec::new(),
        deadline_us: wall_us + 200_000_000_000,
        provisional: true,
        on_time: ReceiptOnTime::Yes,
        log: LogPlace { origin: Origin::parse("agency.example/log").unwrap(), index: 0 },
    };
    let mut line = match forgery {
        Forgery::NotInForce => receipt.write(&old_key()),
        Forgery::OtherKey => receipt.write(&Ed25519Signer::from_seed(&[99; 32])),
        _ => receipt.write(&receipt_key()),
    }
    .unwrap();
    if forgery == Forgery::OneByte {
        let at = line.windows(10).position(|window| window == b"\"on_time\":").unwrap() - 2;
        line[at] ^= 1;
    }
    line
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

async fn document(State(agency): State<Scripted>, Path(digest): Path<String>) -> Response {
    let mut held = agency.held();
    held.pulls += 1;
    match held.in_force.iter().find(|(name, _)| name.hex() == digest) {
        Some((_, bytes)) if bytes.is_empty() => lost(),
        Some((_, bytes)) => bytes.clone().into_response(),
        None => refuse(Code::DocumentUnknown, None),
    }
}

async fn announce(State(agency): State<Scripted>, headers: HeaderMap) -> Response {
    let script = agency.asked(Ask::Announce);
    if let Some(script @ Amiss::Refuse(_)) = script {
        return amiss(script);
    }
    use base64ct::{Base64, Encoding};
    let metadata =
        headers.get("upload-metadata").unwrap().to_str().unwrap().strip_prefix("digest ").unwrap().to_owned();
    let digest = String::from_utf8(Base64::decode_vec(&metadata).unwrap()).unwrap();
    let size = number(&headers, "upload-length").unwrap();
    let mut held = agency.held();
    let (_, bytes) = held.files.entry(digest.clone()).or_insert_with(|| (size, Vec::new()));
    let offset = bytes.len();
    if script.is_some() {
        return lost();
    }
    let location = format!("/v1/files/{digest}");
    (StatusCode::CREATED, [("location", location), ("upload-offset", offset.to_string())]).into_response()
}

async fn offset(State(agency): State<Scripted>, Path(digest): Path<String>) -> Response {
    if let Some(script) = agency.asked(Ask::Offset) {
        return amiss(script);
    }
    match agency.held().files.get(&digest) {
        Some((size, bytes)) => {
            [("upload-offset", bytes.len().to_string()), ("upload-length", size.to_string())].into_response()
        }
        None => refuse(Code::UploadUnknown, None),
    }
}

async fn append(
    State(agency): State<Scripted>,
    Path(digest): Path<String>,
    headers: HeaderMap,
    body: HttpBody,
) -> Response {
    let script = agency.asked(Ask::Append);
    if let Some(script @ Amiss::Refuse(_)) = script {
        return amiss(script);
    }
    let limit = if let Some(Amiss::CutAfter(limit)) = script { limit } else { usize::MAX };
    let from = number(&headers, "upload-offset").unwrap();
    {
        let held = agency.held();
        let Some((_, bytes)) = held.files.get(&digest) else { return refuse(Code::UploadUnknown, None) };
        if bytes.len() as u64 != from {
            return refuse(Code::OffsetMismatch, None);
        }
    }
    let mut stream = body.into_data_stream();
    let mut taken = 0;
    while let Some(Ok(piece)) = stream.next().await {
        let piece = &piece[..piece.len().min(limit - taken)];
        taken += piece.len();
        let mut held = agency.held();
        held.body_bytes += piece.len() as u64;
        held.files.get_mut(&digest).unwrap().1.extend_from_slice(piece);
        if taken == limit {
            return lost();
        }
    }
    let mut held = agency.held();
    let (size, bytes) = held.files.get_mut(&digest).unwrap();
    if bytes.len() as u64 == *size && Digest::of(bytes).hex() != digest {
        bytes.clear();
        return refuse(Code::DigestMismatch, None);
    }
    let offset = bytes.len();
    if script.is_some() {
        return lost();
    }
    (StatusCode::NO_CONTENT, [("upload-offset", offset.to_string())]).into_response()
}
