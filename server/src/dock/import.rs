//! The server takes over what a dock holds: lines, files and receipts, each with the instant of the hand-over.

use futures_util::StreamExt;
use quanji_evidence::Findings;
use quanji_evidence::body::FileDigest;
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::keyset::{Role, Standing};
use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine, Tag};
use quanji_evidence::receipt::Receipt;
use serde::Deserialize;
use sqlx::Row;

use super::file::Coming;
use super::{DockFault, file};
use crate::app::App;
use crate::db::to_db;
use crate::hooks;
use crate::ingest::{self, Arrival, Instant};
use crate::receipts::{HeldRecord, all_files};
use crate::storage::{OriginalId, StorageFault};

/// What was taken over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    pub records: u64,
    pub files: u64,
    pub receipts: u64,
    /// Receipts of the dock whose number the server had given already, or from a clock that was ahead; they stay at the dock.
    pub receipts_left: u64,
}

/// Takes over everything in `dock`. Doing it again changes nothing.
pub async fn import(app: &App, dock: &App) -> Result<Imported, DockFault> {
    let (ours, theirs) = (app.agency().id, dock.agency().id);
    if ours != theirs {
        let (ours, theirs) = (ours.to_string(), theirs.to_string());
        return Err(DockFault::OtherAgency { found: "the dock", ours, theirs });
    }
    let rows = sqlx::query("SELECT record_id FROM record WHERE agency_id = $1 ORDER BY opened_us, record_id")
        .bind(theirs.to_string())
        .fetch_all(dock.db().pool())
        .await?;
    let mut imported = Imported::default();
    for row in rows {
        let record: String = row.try_get("record_id")?;
        if let Some(held) = HeldRecord::load(dock.db(), &dock.agency(), &record).await? {
            take_over(app, dock, &held, &mut imported).await?;
        }
    }
    Ok(imported)
}

async fn take_over(app: &App, dock: &App, held: &HeldRecord, imported: &mut Imported) -> Result<(), DockFault> {
    let refused = |refused| DockFault::refused(held.id, refused);
    let lines: Vec<&[u8]> = held.journal.split_inclusive(|byte| *byte == b'\n').collect();
    let mut from = 0;
    while from < lines.len() {
        // One call for lines that came together; `opened` by itself, so that receipts stand before anything is complete.
        let received_us = held.received_us.get(from).copied().unwrap_or(0);
        let together = held.received_us[from..].iter().take_while(|us| **us == received_us).count().max(1);
        let count = if from == 0 { 1 } else { together.min(lines.len() - from) };
        let arrival = handed_over(app, held, received_us);
        ingest::keep_lines(app, arrival, held.id, from as u64, &lines[from..from + count].concat())
            .await
            .map_err(refused)?;
        if from == 0 {
            receipts(app, held, imported).await?;
        }
        from += count;
    }
    if !held.private.is_empty() {
        let received_us = held.received_us.last().copied().unwrap_or(0);
        let arrival = handed_over(app, held, received_us);
        ingest::keep_private(app, arrival, held.id, &held.private).await.map_err(refused)?;
    }
    let journal = Journal::read(&held.journal, Drafts::Accepted, "journal", &mut Findings::default());
    for claimed in all_files(&journal) {
        imported.files += u64::from(original(app, dock, held, &claimed).await?);
    }
    imported.records += 1;
    let mut tx = app.db().begin().await?;
    hooks::look_again(&mut tx, &app.agency(), &held.id.to_string(), app.now_us()).await?;
    tx.commit().await?;
    Ok(())
}

/// The dock's instant, unless it is still to come: its clock was ahead, and what is here now was handed over before now.
fn handed_over(app: &App, held: &HeldRecord, received_us: u64) -> Arrival {
    Arrival { device: held.device, instant: Instant::HandedOver { received_us: received_us.min(app.now_us()) } }
}

/// The dock's receipts, kept as they are: numbers go on after them.
async fn receipts(app: &App, held: &HeldRecord, imported: &mut Imported) -> Result<(), DockFault> {
    let agency = app.agency();
    let record = held.id.to_string();
    let mut tx = app.db().begin().await?;
    for bytes in &held.receipt_lines {
        let receipt = proved(app, held.id, bytes)?;
        // Ours would be older than the one before them.
        if receipt.issued_us > app.now_us() {
            imported.receipts_left += 1;
            continue;
        }
        let made = sqlx::query(
            "INSERT INTO receipt (agency_id, record_id, number, line, head_seq, stored_us, issued_us)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (agency_id, record_id, number) DO NOTHING",
        )
        .bind(agency.id.to_string())
        .bind(&record)
        .bind(to_db(receipt.number))
        .bind(bytes)
        .bind(to_db(receipt.head.seq))
        .bind(to_db(receipt.stored_us))
        .bind(to_db(receipt.issued_us))
        .execute(&mut *tx)
        .await?;
        if made.rows_affected() > 0 {
            imported.receipts += 1;
        } else {
            let row = sqlx::query("SELECT line FROM receipt WHERE agency_id = $1 AND record_id = $2 AND number = $3")
                .bind(agency.id.to_string())
                .bind(&record)
                .bind(to_db(receipt.number))
                .fetch_one(&mut *tx)
                .await?;
            imported.receipts_left += u64::from(row.try_get::<Vec<u8>, _>("line")? != *bytes);
        }
    }
    sqlx::query(
        "UPDATE record SET receipts = (SELECT COUNT(*) FROM receipt WHERE receipt.agency_id = $1 AND receipt.record_id = $2)
         WHERE agency_id = $1 AND record_id = $2",
    )
    .bind(agency.id.to_string())
    .bind(&record)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// A receipt of this record that a receipt key of the agency signed.
fn proved(app: &App, record: RecordId, bytes: &[u8]) -> Result<Receipt, DockFault> {
    let amiss = |expected: &str, found: String| DockFault::Refused {
        record,
        code: quanji_wire::Code::LineInvalid,
        expected: expected.to_owned(),
        found,
    };
    let line = SignedLine::parse(bytes, LINE_LIMIT_BYTES).map_err(|fault| amiss("a receipt", fault.to_string()))?;
    let receipt = Receipt::deserialize(&line.value).map_err(|_| amiss("a receipt", "another form".to_owned()))?;
    if receipt.record != record {
        return Err(amiss("a receipt of this record", receipt.record.to_string()));
    }
    match app.agency().keyset.signed(&line, Tag::Receipt, Role::Receipt, receipt.issued_us) {
        Standing::Signed => Ok(receipt),
        _ => Err(amiss("signed by a receipt key of the agency", "not so signed".to_owned())),
    }
}

/// One file with its instant; whether it was there to be taken over.
async fn original(app: &App, dock: &App, held: &HeldRecord, claimed: &FileDigest) -> Result<bool, DockFault> {
    let Some(stored_us) = file::stored_us(dock, held.device, &claimed.digest).await? else { return Ok(false) };
    let id = OriginalId::new(dock.agency().id, held.device, &claimed.digest);
    let mut chunks = match dock.originals().read(&id, None).await {
        Err(StorageFault::Missing) => return Ok(false),
        chunks => chunks?,
    };
    let mut coming = Coming::begin(app, held.device, claimed)?;
    while let Some(chunk) = chunks.next().await {
        coming.write(&chunk?).map_err(StorageFault::from)?;
    }
    let place = format!("original {}", claimed.digest.hex());
    coming.keep(&place, Some(stored_us.min(app.now_us()))).await?;
    Ok(true)
}
