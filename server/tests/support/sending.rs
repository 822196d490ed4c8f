//! What a phone sends of a record, by the functions that the interface calls, and what the rows are afterwards.

use quanji_agency::hooks;
use quanji_agency::ingest::{self, Arrival};
use quanji_agency::refusal::Answer;
use quanji_agency::storage::OriginalId;
use quanji_evidence::id::RecordId;
use quanji_evidence::line::{self, LINE_LIMIT_BYTES, Tag};
use quanji_evidence::{Digest, Ed25519Signer, Signer};
use quanji_wire::{Code, Kept, LinesKept, RecordStanding};
use serde_json::{Value, json};
use sqlx::{Column, Row};

use super::device::bytes_of;
use super::{Device, Record, Stage};

/// What ingest writes.
const TABLES: [&str; 10] = [
    "device_check",
    "record",
    "line",
    "seen_line",
    "private_value",
    "private_named",
    "announced",
    "original",
    "state",
    "job",
];
/// The agency's own instants, which go on.
const INSTANTS: [&str; 7] =
    ["received_us", "seen_us", "stored_us", "read_back_us", "first_seen_us", "sealed_received_us", "due_us"];

impl Record {
    pub fn record_id(&self) -> RecordId {
        RecordId::parse(&self.id).unwrap()
    }
}

impl Stage {
    pub async fn send_lines(&self, device: &Device, record: &Record, from: usize, body: &[u8]) -> Answer<LinesKept> {
        ingest::keep_lines(&self.app, Arrival::now(device.id), record.record_id(), from as u64, body).await
    }

    pub async fn send_journal(&self, device: &Device, record: &Record) -> LinesKept {
        self.send_lines(device, record, 0, &record.journal()).await.unwrap()
    }

    pub async fn send_heads(&self, device: &Device, body: &[u8]) -> Answer<Kept> {
        ingest::keep_heads(&self.app, Arrival::now(device.id), body).await
    }

    pub async fn send_private(&self, device: &Device, record: &Record, body: &[u8]) -> Answer<Kept> {
        ingest::keep_private(&self.app, Arrival::now(device.id), record.record_id(), body).await
    }

    pub async fn standing(&self, device: &Device, record: &Record) -> RecordStanding {
        ingest::standing(&self.app, device.id, record.record_id()).await.unwrap()
    }

    /// A file becomes an original, and its bytes stand in final storage.
    pub async fn keep(&self, device: &Device, file: &[u8]) {
        // Final storage may take the file itself.
        let staged = self.data().join(format!("staged by the test: {}", Record::digest_of(file)));
        std::fs::write(&staged, file).unwrap();
        let id = OriginalId::new(self.app.agency().id, device.id, &Digest::of(file));
        self.app.originals().put(&id, &staged, file.len() as u64).await.unwrap();
        self.store(device, file).await;
    }

    /// A file becomes an original, as storage makes it one; its bytes are nowhere.
    pub async fn store(&self, device: &Device, file: &[u8]) {
        let (agency, now_us) = (self.app.agency(), self.app.now_us());
        let (device_id, sha256) = (device.id.to_string(), Record::digest_of(file));
        let mut tx = self.app.db().begin().await.unwrap();
        sqlx::query(
            "INSERT INTO original (agency_id, device_id, sha256, size_bytes, stored_us, read_back_us)
             VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (agency_id, device_id, sha256) DO NOTHING",
        )
        .bind(agency.id.to_string())
        .bind(&device_id)
        .bind(&sha256)
        .bind(file.len() as i64)
        .bind(now_us as i64)
        .execute(&mut *tx)
        .await
        .unwrap();
        hooks::original_stored(&mut tx, &agency, &device_id, &sha256, now_us).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Every listed state as `code place expected → found`, in order.
    pub async fn states(&self) -> Vec<String> {
        let query = sqlx::query("SELECT code, place, expected, found FROM state ORDER BY code, subject, place");
        let rows = query.fetch_all(self.app.db().pool()).await.unwrap();
        let text = |row: &sqlx::any::AnyRow, column: &str| row.get::<String, _>(column);
        let state = |row| {
            let (code, place) = (text(row, "code"), text(row, "place"));
            format!("{code} {place} {} → {}", text(row, "expected"), text(row, "found"))
        };
        rows.iter().map(state).collect()
    }

    /// The codes of every listed state, in order.
    pub async fn codes(&self) -> Vec<String> {
        sqlx::query_scalar("SELECT code FROM state ORDER BY code").fetch_all(self.app.db().pool()).await.unwrap()
    }

    /// Every row that ingest writes, with every column but the agency's own instants.
    pub async fn rows(&self) -> Vec<String> {
        let mut all = Vec::new();
        for table in TABLES {
            let query = sqlx::AssertSqlSafe(format!("SELECT * FROM {table}"));
            for row in sqlx::query(query).fetch_all(self.app.db().pool()).await.unwrap() {
                let mut text = table.to_owned();
                for (place, column) in row.columns().iter().enumerate() {
                    if INSTANTS.contains(&column.name()) {
                        continue;
                    }
                    let value = row
                        .try_get::<Option<String>, _>(place)
                        .map(|value| format!("{value:?}"))
                        .or_else(|_| row.try_get::<Option<i64>, _>(place).map(|value| format!("{value:?}")))
                        .or_else(|_| row.try_get::<Option<Vec<u8>>, _>(place).map(digest_of_bytes));
                    text = format!("{text} {}={}", column.name(), value.unwrap());
                }
                all.push(text);
            }
        }
        all.sort();
        all
    }

    /// As before the first record.
    pub async fn forget_records(&self) {
        let mut tx = self.app.db().begin().await.unwrap();
        for table in TABLES.into_iter().chain(["receipt", "reckoning"]) {
            let query = sqlx::AssertSqlSafe(format!("DELETE FROM {table}"));
            sqlx::query(query).execute(&mut *tx).await.unwrap();
        }
        tx.commit().await.unwrap();
        self.app.warm_readers().forget();
    }
}

fn digest_of_bytes(bytes: Option<Vec<u8>>) -> String {
    format!("{:?}", bytes.map(|bytes| Digest::of(&bytes)))
}

/// The record key of `RecordDraft::open(_, _, name, …)`: whoever stole the phone while it recorded holds it.
pub fn record_key(name: &str) -> Ed25519Signer {
    Ed25519Signer::from_seed(&bytes_of(&format!("record key of {name}")))
}

fn value_of(line: &[u8]) -> Value {
    let text = std::str::from_utf8(line).unwrap().trim_end().split_once(' ').unwrap().1;
    serde_json::from_str(text).unwrap()
}

/// A line that says `kind` after `before`, signed by these keys.
pub fn line_after(before: &[Vec<u8>], kind: &str, body: Value, signers: &[&dyn Signer]) -> Vec<u8> {
    let last = before.last().unwrap();
    let value = json!({
        "seq": before.len(), "prev": Digest::of(last), "kind": kind, "edition": 1, "clock": value_of(last)["clock"],
        "body": body,
    });
    line::write(Tag::Line, value.to_string().as_bytes(), signers, LINE_LIMIT_BYTES).unwrap()
}

/// The kind of a line.
pub fn kind_of(line: &[u8]) -> String {
    value_of(line)["kind"].as_str().unwrap().to_owned()
}

/// With which code it was refused, and its `next`.
pub fn refusal<T: std::fmt::Debug>(answer: Answer<T>) -> (Code, Option<u64>) {
    let refused = answer.unwrap_err();
    (refused.code(), refused.0.next)
}
