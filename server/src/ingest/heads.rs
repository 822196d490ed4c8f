//! Live heads: lines ahead of their turn. Signed and chained, so what they say cannot be taken back.

use std::collections::BTreeSet;

use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine, Tag};
use quanji_evidence::{PublicKey, schema};
use quanji_wire::{Code, HEADS_LIMIT, Kept};
use sqlx::{Any, Row, Transaction};

use super::Arrival;
use super::body::lines_of;
use super::held::lock_device;
use crate::agency::Agency;
use crate::app::App;
use crate::db::{DbFault, from_db, to_db};
use crate::refusal::{Answer, Refused};
use crate::states::{self, State};

struct Head {
    record_id: String,
    seq: u64,
    sha256: String,
    line: Vec<u8>,
}

/// `POST /v1/heads`: all of them, or none; a refusal names the line by its place in the body, from 0.
pub async fn keep(app: &App, arrival: Arrival, body: &[u8]) -> Answer<Kept> {
    let lines = lines_of(body)?;
    if lines.len() > HEADS_LIMIT {
        let expected = format!("at most {HEADS_LIMIT} lines");
        return Err(Refused::mismatch(Code::BodyTooLarge, expected, format!("{} lines", lines.len())));
    }
    let mut heads = Vec::with_capacity(lines.len());
    for (place, line) in lines.iter().enumerate() {
        heads.push(prove(app, &arrival, line).await.map_err(|refused| refused.at(place as u64))?);
    }
    let (agency, device_id) = (app.agency(), arrival.device.to_string());
    let mut tx = app.db().begin().await?;
    lock_device(&mut tx, &agency, &device_id).await?;
    let now_us = arrival.received_us(app);
    for head in &heads {
        sqlx::query(
            "INSERT INTO seen_line (agency_id, record_id, seq, sha256, kind, line, seen_us)
             VALUES ($1, $2, $3, $4, 'head', $5, $6) ON CONFLICT (agency_id, record_id, seq, sha256) DO NOTHING",
        )
        .bind(agency.id.to_string())
        .bind(&head.record_id)
        .bind(to_db(head.seq))
        .bind(&head.sha256)
        .bind(head.line.clone())
        .bind(to_db(now_us))
        .execute(&mut *tx)
        .await?;
    }
    for record_id in heads.iter().map(|head| &head.record_id).collect::<BTreeSet<_>>() {
        confront(&mut tx, &agency, record_id, &device_id, now_us).await?;
    }
    tx.commit().await?;
    Ok(Kept { kept: heads.len() as u64 })
}

/// A head belongs to the record of this device whose record key signed it: until `sealed`, that key signs every line.
async fn prove(app: &App, arrival: &Arrival, line: &[u8]) -> Answer<Head> {
    let amiss = |expected: &str, found: String| {
        Refused::mismatch(Code::LineInvalid, expected, format!("line_malformed: {found}"))
    };
    let signed =
        SignedLine::parse(line, LINE_LIMIT_BYTES).map_err(|fault| amiss("a signed line", fault.to_string()))?;
    schema::check("entry", &signed.value).map_err(|mismatch| amiss(&mismatch.wanted, mismatch.path))?;
    let seq = signed.value["seq"].as_u64().ok_or_else(|| amiss("a seq", "none".to_owned()))?;
    let mut is_known = false;
    for signature in &signed.signatures {
        let rows = sqlx::query(
            "SELECT record_id, record_key FROM record WHERE agency_id = $1 AND device_id = $2 AND record_key_id = $3",
        )
        .bind(app.agency().id.to_string())
        .bind(arrival.device.to_string())
        .bind(signature.key.to_string())
        .fetch_all(app.db().pool())
        .await?;
        for row in rows {
            is_known = true;
            let key: String = row.try_get("record_key")?;
            let key = PublicKey::from_file(&key).ok_or_else(|| Refused::new(Code::Internal))?;
            if signed.is_signed_by(Tag::Line, &key) {
                let record_id = row.try_get("record_id")?;
                return Ok(Head { record_id, seq, sha256: signed.digest.hex(), line: line.to_vec() });
            }
        }
    }
    if is_known {
        let found = "signature_invalid: one that does not";
        return Err(Refused::mismatch(Code::LineInvalid, "a signature of the record's key that holds", found));
    }
    Err(Refused::new(Code::RecordUnknown))
}

/// Compares the heads of a record with its journal: those it reached with the same bytes have done their work; one that it reached with
/// other bytes, or that lies behind the seal (which the record key signs last), contradicts it for ever.
pub(super) async fn confront(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    record_id: &str,
    device_id: &str,
    now_us: u64,
) -> Result<(), DbFault> {
    sqlx::query(
        "DELETE FROM seen_line WHERE agency_id = $1 AND record_id = $2 AND kind = 'head'
         AND EXISTS (SELECT 1 FROM line WHERE line.agency_id = seen_line.agency_id AND line.record_id = seen_line.record_id
             AND line.seq = seen_line.seq AND line.sha256 = seen_line.sha256)",
    )
    .bind(agency.id.to_string())
    .bind(record_id)
    .execute(&mut **tx)
    .await?;
    let rows = sqlx::query(
        "SELECT seen_line.seq, seen_line.sha256, record.sealed_seq, line.sha256 AS held FROM seen_line
         JOIN record ON record.agency_id = seen_line.agency_id AND record.record_id = seen_line.record_id
         LEFT JOIN line ON line.agency_id = seen_line.agency_id AND line.record_id = seen_line.record_id
             AND line.seq = seen_line.seq
         WHERE seen_line.agency_id = $1 AND seen_line.record_id = $2 AND seen_line.kind = 'head'
             AND (seen_line.seq < record.next_seq OR seen_line.seq > record.sealed_seq)
         ORDER BY seen_line.seq",
    )
    .bind(agency.id.to_string())
    .bind(record_id)
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        let seq = from_db(row.try_get("seq")?);
        let seen: String = row.try_get("sha256")?;
        let sealed_seq = row.try_get::<Option<i64>, _>("sealed_seq")?.map(from_db);
        let held: Option<String> = row.try_get("held")?;
        let found = match (sealed_seq, held) {
            (Some(sealed_seq), _) if sealed_seq < seq => format!("sealed at {sealed_seq}"),
            (_, held) => held.unwrap_or_default(),
        };
        let place = format!("journal:{seq}");
        let state = State {
            code: "head_contradicted",
            subject: record_id,
            place: &place,
            record: Some(record_id),
            device: Some(device_id),
            expected: &seen,
            found: &found,
        };
        states::list(tx, &agency.id.to_string(), &state, now_us).await?;
    }
    Ok(())
}
