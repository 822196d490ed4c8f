//! Lines of one record: compared where they are held, proved where they are new, and kept in one transaction.

use quanji_evidence::Digest;
use quanji_evidence::body::Body;
use quanji_evidence::id::RecordId;
use quanji_wire::{Code, LinesKept};
use sqlx::Row;

use super::body::lines_of;
use super::held::{Held, lock_device};
use super::opening::Registered;
use super::proof::{Proved, ProvedLine, prove_all};
use super::{Arrival, checks, fork, heads, ledger, opening, rows, settle, warm};
use crate::app::App;
use crate::db::{from_db, to_db};
use crate::doubt;
use crate::hooks;
use crate::refusal::{Answer, Refused};

/// How often a request begins again because another one for the record was faster.
const ATTEMPTS: u32 = 16;

enum Attempt {
    Answered(LinesKept),
    /// Another request moved the record on while this one was proving.
    Overtaken,
}

/// `POST /v1/records/{record}/lines?from=SEQ`. Lines before the first that is amiss are kept, the others are not.
pub async fn keep(app: &App, arrival: Arrival, record: RecordId, from: u64, body: &[u8]) -> Answer<LinesKept> {
    let lines = lines_of(body)?;
    for _ in 0..ATTEMPTS {
        if let Attempt::Answered(kept) = attempt(app, &arrival, record, from, &lines).await? {
            return Ok(kept);
        }
    }
    Err(Refused::new(Code::Busy))
}

async fn attempt(app: &App, arrival: &Arrival, record: RecordId, from: u64, lines: &[&[u8]]) -> Answer<Attempt> {
    let held = Held::find(app, arrival, record).await?;
    let next_seq = held.as_ref().map_or(0, |held| held.next_seq);
    if from > next_seq {
        return Err(Refused::mismatch(Code::LinesGap, next_seq, from).at(next_seq));
    }
    let known = usize::try_from(next_seq - from).unwrap_or(usize::MAX).min(lines.len());
    let (again, new) = lines.split_at(known);
    if let Some(held) = &held
        && let Some((seq, line, expected)) = first_difference(app, record, from, again).await?
    {
        return Err(fork::judge(app, arrival, record, held, seq, line, &expected).await?);
    }
    if new.is_empty() {
        let head = held.map_or_else(|| Digest::ZERO.hex(), |held| held.head_sha256);
        return Ok(Attempt::Answered(LinesKept { next: next_seq, head }));
    }

    let proved = warm::proved_to(app, record, next_seq).await?;
    let new = new.iter().map(|line| line.to_vec()).collect();
    let (proved, kept, refused) = prove_apart(proved, new).await?;
    if kept.is_empty() {
        return Err(refused.unwrap_or_else(|| Refused::new(Code::Internal)));
    }
    if !keep_proved(app, arrival, record, next_seq, &proved, &kept).await? {
        return Ok(Attempt::Overtaken);
    }
    let answer = LinesKept { next: proved.next_seq(), head: proved.head().hex() };
    app.warm_readers().put(record, proved);
    refused.map_or(Ok(Attempt::Answered(answer)), Err)
}

/// One transaction: all of it, or nothing. False when the record is no longer where the proof began.
async fn keep_proved(
    app: &App,
    arrival: &Arrival,
    record: RecordId,
    next_seq: u64,
    proved: &Proved,
    kept: &[ProvedLine],
) -> Answer<bool> {
    let (agency, device_id, record_id) = (app.agency(), arrival.device.to_string(), record.to_string());
    let opened = match (next_seq, kept.first()) {
        (0, Some(first)) => {
            let registered = Registered::read(app, arrival).await?;
            let opened = opening::check(arrival, &registered, record, first)?;
            Some((opened, opening::doubts(app, &registered, opened, first)))
        }
        _ => None,
    };
    let mut tx = app.db().begin().await?;
    lock_device(&mut tx, &agency, &device_id).await?;
    let row = sqlx::query("SELECT next_seq FROM record WHERE agency_id = $1 AND record_id = $2")
        .bind(agency.id.to_string())
        .bind(&record_id)
        .fetch_optional(&mut *tx)
        .await?;
    let stands = row.map(|row| row.try_get("next_seq").map(from_db)).transpose()?;
    if stands.unwrap_or(0) != next_seq || stands.is_some() == opened.is_some() {
        return Ok(false);
    }
    // Read under the lock, so that lines of one device are received in the order in which they are kept.
    let received_us = arrival.received_us(app);
    if let Some(((opened, doubts), first)) = opened.zip(kept.first()) {
        if !rows::insert_record(&mut tx, &agency, opened, first, received_us).await? {
            return Ok(false);
        }
        ledger::place(&mut tx, &agency, opened, received_us).await?;
        doubt::list(&mut tx, &agency.id.to_string(), &record_id, &device_id, &doubts, received_us).await?;
    }
    rows::insert_lines(&mut tx, &agency, &record_id, kept, received_us).await?;
    let files_missing = rows::announce(&mut tx, &agency, &record_id, &device_id, kept).await?;
    checks::keep_preflights(&mut tx, &agency, &record_id, &device_id, kept, received_us).await?;
    rows::name_private_values(&mut tx, &agency, &record_id, kept).await?;
    rows::advance(&mut tx, &agency, &record_id, proved, kept, files_missing, received_us).await?;
    heads::confront(&mut tx, &agency, &record_id, &device_id, received_us).await?;
    settle(&mut tx, &agency, &record_id, received_us).await?;
    if kept.iter().any(|line| may_move_the_deadline(&line.entry.body)) {
        hooks::look_again(&mut tx, &agency, &record_id, received_us).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Whether the term may run from this line on, also in a record that is never sealed.
fn may_move_the_deadline(body: &Body) -> bool {
    matches!(body, Body::Ended(_) | Body::Photo(_) | Body::AwayDeclared(_) | Body::Returned(_))
}

/// The first line that is held with other bytes: its seq, the new bytes, the held one's digest.
async fn first_difference<'a>(
    app: &App,
    record: RecordId,
    from: u64,
    again: &[&'a [u8]],
) -> Answer<Option<(u64, &'a [u8], String)>> {
    if again.is_empty() {
        return Ok(None);
    }
    let held = sqlx::query(
        "SELECT seq, sha256 FROM line WHERE agency_id = $1 AND record_id = $2 AND seq >= $3 AND seq < $4 ORDER BY seq",
    )
    .bind(app.agency().id.to_string())
    .bind(record.to_string())
    .bind(to_db(from))
    .bind(to_db(from.saturating_add(again.len() as u64)))
    .fetch_all(app.db().pool())
    .await?;
    for (row, line) in held.iter().zip(again) {
        let expected: String = row.try_get("sha256")?;
        if Digest::of(line).hex() != expected {
            return Ok(Some((from_db(row.try_get("seq")?), line, expected)));
        }
    }
    Ok(None)
}

/// Proves on a thread that may take its time: a full body is half a second of signatures.
pub(super) async fn prove_apart(
    from: Proved,
    lines: Vec<Vec<u8>>,
) -> Answer<(Proved, Vec<ProvedLine>, Option<Refused>)> {
    let proving = tokio::task::spawn_blocking(move || prove_all(from, &lines));
    proving.await.map_err(|_| Refused::new(Code::Internal))
}
