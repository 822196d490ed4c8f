//! What devices measured of themselves, kept by device as it arrives: a record's `preflight` lines, and signed checks before duty (班前检查).

use quanji_evidence::body::{Body, Preflight};
use quanji_evidence::device_check::{DeviceCheck, DeviceCheckFault};
use quanji_wire::{CHECKS_LIMIT, Code, Kept};
use sqlx::{Any, Transaction};

use super::Arrival;
use super::body::lines_of;
use super::held::lock_device;
use super::opening::Registered;
use super::proof::ProvedLine;
use crate::agency::Agency;
use crate::app::App;
use crate::db::{DbFault, to_db};
use crate::refusal::{Answer, Refused};

/// One check as its row says it.
struct Row<'a> {
    sha256: String,
    record_id: &'a str,
    checked_us: u64,
    check: &'a Preflight,
    line: Vec<u8>,
}

/// `POST /v1/checks`: all of them, or none; a refusal names the line by its place in the body, from 0.
pub async fn keep(app: &App, arrival: Arrival, body: &[u8]) -> Answer<Kept> {
    let lines = lines_of(body)?;
    if lines.len() > CHECKS_LIMIT {
        let expected = format!("at most {CHECKS_LIMIT} lines");
        return Err(Refused::mismatch(Code::BodyTooLarge, expected, format!("{} lines", lines.len())));
    }
    let registered = Registered::read(app, &arrival).await?;
    let mut checks = Vec::with_capacity(lines.len());
    for (place, line) in lines.iter().enumerate() {
        let proved = DeviceCheck::read(line, &arrival.device, registered.key());
        checks.push(proved.map_err(|fault| refused(&fault).at(place as u64))?);
    }
    let (agency, device_id) = (app.agency(), arrival.device.to_string());
    let mut tx = app.db().begin().await?;
    lock_device(&mut tx, &agency, &device_id).await?;
    let received_us = arrival.received_us(app);
    for ((check, digest), line) in checks.iter().zip(&lines) {
        let row = Row {
            sha256: digest.hex(),
            record_id: "",
            checked_us: check.clock.wall_us,
            check: &check.check,
            line: line.to_vec(),
        };
        insert(&mut tx, &agency, &device_id, received_us, row).await?;
    }
    tx.commit().await?;
    Ok(Kept { kept: checks.len() as u64 })
}

fn refused(fault: &DeviceCheckFault) -> Refused {
    match fault {
        DeviceCheckFault::Form => {
            Refused::mismatch(Code::RequestMalformed, "signed checks of a device", "another form")
        }
        DeviceCheckFault::OtherDevice { expected, found } => Refused::mismatch(Code::DeviceMismatch, expected, found),
        DeviceCheckFault::NotSigned => {
            Refused::mismatch(Code::SignatureInvalid, "a signature of the device's key", "none that holds")
        }
    }
}

/// Of lines that were proved: what each `preflight` among them says.
pub(super) async fn keep_preflights(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    record_id: &str,
    device_id: &str,
    lines: &[ProvedLine],
    received_us: u64,
) -> Result<(), DbFault> {
    for line in lines {
        let Body::Preflight(check) = &line.entry.body else { continue };
        let row = Row {
            sha256: line.entry.digest.hex(),
            record_id,
            checked_us: line.entry.clock.wall_us,
            check,
            line: Vec::new(),
        };
        insert(tx, agency, device_id, received_us, row).await?;
    }
    Ok(())
}

async fn insert(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    device_id: &str,
    received_us: u64,
    row: Row<'_>,
) -> Result<(), DbFault> {
    let Row { sha256, record_id, checked_us, check, line } = row;
    sqlx::query(
        "INSERT INTO device_check (agency_id, device_id, sha256, record_id, checked_us, received_us, body, line)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (agency_id, device_id, sha256) DO NOTHING",
    )
    .bind(agency.id.to_string())
    .bind(device_id)
    .bind(sha256)
    .bind(record_id)
    .bind(to_db(checked_us))
    .bind(to_db(received_us))
    .bind(serde_json::to_string(check).expect("codes and numbers only"))
    .bind(line)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
