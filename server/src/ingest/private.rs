//! Private values: beside the journal, bound to it by the salted digests that its entries carry.

use std::collections::BTreeMap;

use quanji_evidence::id::RecordId;
use quanji_evidence::private;
use quanji_wire::{Code, Kept};
use sqlx::{Any, Row, Transaction};

use super::body::lines_of;
use super::held::{Held, lock_device};
use super::{Arrival, settle};
use crate::agency::Agency;
use crate::app::App;
use crate::db::{DbFault, from_db, to_db};
use crate::refusal::{Answer, Refused};

/// A value as it came: never printed, never logged.
struct Value<'a> {
    reference: String,
    sha256: String,
    line: &'a [u8],
}

/// `POST /v1/records/{record}/private`: all of them, or none.
pub async fn keep(app: &App, arrival: Arrival, record: RecordId, body: &[u8]) -> Answer<Kept> {
    let values = read(&lines_of(body)?)?;
    if Held::find(app, &arrival, record).await?.is_none() {
        return Err(Refused::new(Code::RecordUnknown));
    }
    let (agency, record_id) = (app.agency(), record.to_string());
    let mut tx = app.db().begin().await?;
    lock_device(&mut tx, &agency, &arrival.device.to_string()).await?;
    let received_us = arrival.received_us(app);
    let named = named(&mut tx, &agency, &record_id).await?;
    let mut held = held(&mut tx, &agency, &record_id).await?;
    for value in &values {
        let claims = named.get(&value.reference);
        if let Some(claims) = claims
            && !claims.contains(&value.sha256)
        {
            return Err(Refused::mismatch(Code::PrivateMismatch, claims.join(" or "), &value.sha256));
        }
        match held.get(&value.reference) {
            Some(sha256) if *sha256 == value.sha256 => continue,
            // A value that came before its entry and that the entry then did not name makes room for the one it names.
            Some(sha256) if claims.is_none_or(|claims| claims.contains(sha256)) => {
                return Err(Refused::mismatch(Code::PrivateConflict, sha256, &value.sha256));
            }
            _ => {}
        }
        insert(&mut tx, &agency, &record_id, value, received_us).await?;
        held.insert(value.reference.clone(), value.sha256.clone());
    }
    count_missing(&mut tx, &agency, &record_id).await?;
    settle(&mut tx, &agency, &record_id, received_us).await?;
    tx.commit().await?;
    Ok(Kept { kept: held.len() as u64 })
}

fn read<'a>(lines: &[&'a [u8]]) -> Answer<Vec<Value<'a>>> {
    let mut values = Vec::with_capacity(lines.len());
    for (place, line) in lines.iter().enumerate() {
        let (read, fault) = private::read(line);
        if let Some(fault) = fault {
            let refused = Refused::mismatch(Code::BodyMalformed, "a private value", fault.reason);
            return Err(refused.at(place as u64));
        }
        let read = read.into_iter().map(|(reference, value)| Value {
            reference: reference.as_str().to_owned(),
            sha256: value.digest().hex(),
            line,
        });
        values.extend(read);
    }
    Ok(values)
}

async fn named(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    record_id: &str,
) -> Result<BTreeMap<String, Vec<String>>, DbFault> {
    let rows = sqlx::query(
        "SELECT ref, sha256 FROM private_named WHERE agency_id = $1 AND record_id = $2 ORDER BY ref, sha256",
    )
    .bind(agency.id.to_string())
    .bind(record_id)
    .fetch_all(&mut **tx)
    .await?;
    let mut named: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows {
        named.entry(row.try_get("ref")?).or_default().push(row.try_get("sha256")?);
    }
    Ok(named)
}

async fn held(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    record_id: &str,
) -> Result<BTreeMap<String, String>, DbFault> {
    let rows = sqlx::query("SELECT ref, sha256 FROM private_value WHERE agency_id = $1 AND record_id = $2")
        .bind(agency.id.to_string())
        .bind(record_id)
        .fetch_all(&mut **tx)
        .await?;
    let held = rows.iter().map(|row| Ok((row.try_get("ref")?, row.try_get("sha256")?)));
    Ok(held.collect::<Result<_, sqlx::Error>>()?)
}

async fn insert(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    record_id: &str,
    value: &Value<'_>,
    received_us: u64,
) -> Result<(), DbFault> {
    sqlx::query(
        "INSERT INTO private_value (agency_id, record_id, ref, sha256, line, received_us) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (agency_id, record_id, ref) DO UPDATE SET sha256 = $4, line = $5, received_us = $6",
    )
    .bind(agency.id.to_string())
    .bind(record_id)
    .bind(&value.reference)
    .bind(&value.sha256)
    .bind(value.line.to_vec())
    .bind(to_db(received_us))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Counts the named refs whose value, with the digest named, is not held.
pub(super) async fn count_missing(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    record_id: &str,
) -> Result<(), DbFault> {
    let row = sqlx::query(
        "SELECT COUNT(DISTINCT named.ref) AS missing FROM private_named AS named
         WHERE named.agency_id = $1 AND named.record_id = $2
             AND NOT EXISTS (SELECT 1 FROM private_value AS held WHERE held.agency_id = $1 AND held.record_id = $2
                 AND held.ref = named.ref AND held.sha256 = named.sha256)",
    )
    .bind(agency.id.to_string())
    .bind(record_id)
    .fetch_one(&mut **tx)
    .await?;
    let missing = from_db(row.try_get("missing")?);
    sqlx::query("UPDATE record SET private_missing = $3 WHERE agency_id = $1 AND record_id = $2")
        .bind(agency.id.to_string())
        .bind(record_id)
        .bind(to_db(missing))
        .execute(&mut **tx)
        .await?;
    Ok(())
}
