//! A second line at one seq: when its keys signed it, both are kept, and the agency lists a fork.

use std::sync::Arc;

use quanji_evidence::id::RecordId;
use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine, Tag};
use quanji_evidence::{Digest, schema};
use quanji_wire::Code;

use super::held::{Held, lock_device};
use super::opening::Registered;
use super::proof::Proved;
use super::{Arrival, opening};
use crate::app::App;
use crate::db::to_db;
use crate::refusal::{Answer, Refused};
use crate::states::{self, State};

/// What is answered to `line` at `seq`, where a line of digest `expected` is held.
pub(super) async fn judge(
    app: &App,
    arrival: &Arrival,
    record: RecordId,
    held: &Held,
    seq: u64,
    line: &[u8],
    expected: &str,
) -> Answer<Refused> {
    let registered = Registered::read(app, arrival).await?;
    if seq == 0 {
        let line = Proved::nothing(Arc::default()).prove(line)?;
        opening::check(arrival, &registered, record, &line)?;
    } else {
        prove_alone(held, &registered, seq, line)?;
    }
    let (agency, found) = (app.agency(), Digest::of(line).hex());
    let (record_id, device_id) = (record.to_string(), arrival.device.to_string());
    let mut tx = app.db().begin().await?;
    lock_device(&mut tx, &agency, &device_id).await?;
    let now_us = arrival.received_us(app);
    sqlx::query(
        "INSERT INTO seen_line (agency_id, record_id, seq, sha256, kind, line, seen_us) VALUES ($1, $2, $3, $4, 'fork', $5, $6)
         ON CONFLICT (agency_id, record_id, seq, sha256) DO NOTHING",
    )
    .bind(agency.id.to_string())
    .bind(&record_id)
    .bind(to_db(seq))
    .bind(&found)
    .bind(line.to_vec())
    .bind(to_db(now_us))
    .execute(&mut *tx)
    .await?;
    let place = format!("journal:{seq}");
    let state = State {
        code: "fork",
        subject: &record_id,
        place: &place,
        record: Some(&record_id),
        device: Some(&device_id),
        expected,
        found: &found,
    };
    states::list(&mut tx, &agency.id.to_string(), &state, now_us).await?;
    tx.commit().await?;
    Ok(Refused::mismatch(Code::LineConflict, expected, found).at(seq))
}

/// Whether one of the record's two keys signed this line for this seq. Which of them would depend on the branch it belongs to.
fn prove_alone(held: &Held, registered: &Registered, seq: u64, line: &[u8]) -> Answer<()> {
    let amiss = |expected: &str, found: String| Err(Refused::mismatch(Code::LineInvalid, expected, found).at(seq));
    let line = match SignedLine::parse(line, LINE_LIMIT_BYTES) {
        Ok(line) => line,
        Err(fault) => return amiss("a signed line", format!("line_malformed: {fault}")),
    };
    if let Err(mismatch) = schema::check("entry", &line.value) {
        return amiss(&mismatch.wanted, format!("line_malformed: {}", mismatch.path));
    }
    if line.value["seq"].as_u64() != Some(seq) {
        return amiss(&format!("seq {seq}"), format!("chain_broken: seq {}", line.value["seq"]));
    }
    let keys = [&held.record_key, registered.key()];
    if !keys.iter().any(|key| line.is_signed_by(Tag::Line, key)) {
        let expected = format!("signed by {} or {}", keys[0].id(), keys[1].id());
        return amiss(&expected, "signature_invalid: no signature of them that holds".to_owned());
    }
    Ok(())
}
