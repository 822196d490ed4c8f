//! What proved lines write: themselves, the files and private values they name, and how far the record is.

use quanji_evidence::Digest;
use quanji_evidence::body::{Body, Opened};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::private::count_missing;
use super::proof::{Proved, ProvedLine};
use crate::agency::Agency;
use crate::db::{DbFault, from_db, to_db};

/// Rows in one statement: few texts, so that each stays prepared.
const BATCHES: [usize; 3] = [64, 8, 1];

/// `($1, $2, $3, $4), ($1, $2, $5, $6)`: columns all rows share, then each row's own.
fn values(rows: usize, shared: usize, own: usize) -> String {
    let row = |row: usize| {
        let columns = (1..=shared).chain((1..=own).map(|column| shared + row * own + column));
        format!("({})", columns.map(|column| format!("${column}")).collect::<Vec<_>>().join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

fn batches<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let size = BATCHES.into_iter().find(|size| *size <= rows.len())?;
        let (batch, rest) = rows.split_at(size);
        rows = rest;
        Some(batch)
    })
}

/// False when there is such a record already.
pub(super) async fn insert_record(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    opened: &Opened,
    line: &ProvedLine,
    now_us: u64,
) -> Result<bool, DbFault> {
    let inserted = sqlx::query(
        "INSERT INTO record (agency_id, record_id, device_id, epoch, number, opened_sha256, prev_opened_sha256, record_key,
             record_key_id, opened_us, first_seen_us, next_seq, head_sha256, journal_bytes, files_missing, private_missing,
             receipts, deadline_us, provisional, owed_count)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, 0, 0, 0, 0, 0, 0, 0)
         ON CONFLICT (agency_id, record_id) DO NOTHING",
    )
    .bind(agency.id.to_string())
    .bind(opened.record.to_string())
    .bind(opened.device.to_string())
    .bind(opened.ledger.epoch.to_string())
    .bind(to_db(opened.ledger.number))
    .bind(line.entry.digest.hex())
    .bind(opened.ledger.prev.hex())
    .bind(opened.record_key.to_file().trim_end().to_owned())
    .bind(opened.record_key.id().to_string())
    .bind(to_db(line.entry.clock.wall_us))
    .bind(to_db(now_us))
    .bind(Digest::ZERO.hex())
    .execute(&mut **tx)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

pub(super) async fn insert_lines(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    record_id: &str,
    lines: &[ProvedLine],
    received_us: u64,
) -> Result<(), DbFault> {
    for batch in batches(lines) {
        let text = format!(
            "INSERT INTO line (agency_id, record_id, received_us, seq, sha256, line) VALUES {}",
            values(batch.len(), 3, 3)
        );
        let mut query = sqlx::query(AssertSqlSafe(text))
            .bind(agency.id.to_string())
            .bind(record_id.to_owned())
            .bind(to_db(received_us));
        for line in batch {
            query = query.bind(to_db(line.entry.seq)).bind(line.entry.digest.hex()).bind(line.bytes.clone());
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

/// A file that an entry announces.
struct Announcement<'a> {
    seq: u64,
    kind: &'static str,
    take: u64,
    number: u64,
    size_bytes: u64,
    digest: &'a Digest,
}

impl Announcement<'_> {
    fn of(line: &ProvedLine) -> Option<Announcement<'_>> {
        let (kind, take, number, size_bytes, digest) = match &line.entry.body {
            Body::Take(take) => ("init", take.take, 0, take.init.size_bytes, &take.init.digest),
            Body::Segment(segment) => ("segment", segment.take, segment.segment, segment.size_bytes, &segment.digest),
            Body::Photo(photo) => ("photo", 0, 0, photo.file.size_bytes, &photo.file.digest),
            Body::Document(document) => ("document", 0, 0, document.file.size_bytes, &document.file.digest),
            Body::Service(service) => {
                let file = service.file.as_ref()?;
                ("service", 0, 0, file.size_bytes, &file.digest)
            }
            _ => return None,
        };
        Some(Announcement { seq: line.entry.seq, kind, take, number, size_bytes, digest })
    }
}

/// Writes what the lines announce; how many of it are not held.
pub(super) async fn announce(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    record_id: &str,
    device_id: &str,
    lines: &[ProvedLine],
) -> Result<u64, DbFault> {
    let announced: Vec<Announcement<'_>> = lines.iter().filter_map(Announcement::of).collect();
    let Some(first) = announced.first() else { return Ok(0) };
    for batch in batches(&announced) {
        let text = format!(
            "INSERT INTO announced (agency_id, record_id, device_id, held, seq, kind, take, number, sha256, size_bytes) VALUES {}",
            values(batch.len(), 4, 6)
        );
        let mut query = sqlx::query(AssertSqlSafe(text))
            .bind(agency.id.to_string())
            .bind(record_id.to_owned())
            .bind(device_id.to_owned())
            .bind(0_i64);
        for file in batch {
            let (take, number) = (to_db(file.take), to_db(file.number));
            query = query.bind(to_db(file.seq)).bind(file.kind).bind(take).bind(number).bind(file.digest.hex());
            query = query.bind(to_db(file.size_bytes));
        }
        query.execute(&mut **tx).await?;
    }
    sqlx::query(
        "UPDATE announced SET held = 1 WHERE agency_id = $1 AND record_id = $2 AND held = 0 AND seq >= $3
         AND EXISTS (SELECT 1 FROM original WHERE original.agency_id = announced.agency_id
             AND original.device_id = announced.device_id AND original.sha256 = announced.sha256)",
    )
    .bind(agency.id.to_string())
    .bind(record_id)
    .bind(to_db(first.seq))
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "DELETE FROM state WHERE agency_id = $1 AND code = 'media_unannounced' AND device_id = $4 AND subject IN (
             SELECT sha256 FROM announced WHERE agency_id = $1 AND record_id = $2 AND held = 1 AND seq >= $3)",
    )
    .bind(agency.id.to_string())
    .bind(record_id)
    .bind(to_db(first.seq))
    .bind(device_id)
    .execute(&mut **tx)
    .await?;
    let row = sqlx::query(
        "SELECT COUNT(*) AS missing FROM announced WHERE agency_id = $1 AND record_id = $2 AND held = 0 AND seq >= $3",
    )
    .bind(agency.id.to_string())
    .bind(record_id)
    .bind(to_db(first.seq))
    .fetch_one(&mut **tx)
    .await?;
    Ok(from_db(row.try_get("missing")?))
}

/// Writes which private values the lines name, and counts anew which of them are not held.
pub(super) async fn name_private_values(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    record_id: &str,
    lines: &[ProvedLine],
) -> Result<(), DbFault> {
    let named: Vec<_> = lines.iter().flat_map(|line| line.entry.body.privates()).collect();
    if named.is_empty() {
        return Ok(());
    }
    for private in named {
        sqlx::query(
            "INSERT INTO private_named (agency_id, record_id, ref, sha256) VALUES ($1, $2, $3, $4)
             ON CONFLICT (agency_id, record_id, ref, sha256) DO NOTHING",
        )
        .bind(agency.id.to_string())
        .bind(record_id)
        .bind(private.reference.as_str())
        .bind(private.digest.hex())
        .execute(&mut **tx)
        .await?;
    }
    count_missing(tx, agency, record_id).await
}

/// The record stands behind the last of these lines.
pub(super) async fn advance(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    record_id: &str,
    proved: &Proved,
    lines: &[ProvedLine],
    files_missing: u64,
    received_us: u64,
) -> Result<(), DbFault> {
    let sealed_seq = lines.iter().find(|line| matches!(line.entry.body, Body::Sealed(_))).map(|line| line.entry.seq);
    sqlx::query(
        "UPDATE record SET next_seq = $3, head_sha256 = $4, journal_bytes = $5, files_missing = files_missing + $6,
             owed_count = $7 WHERE agency_id = $1 AND record_id = $2",
    )
    .bind(agency.id.to_string())
    .bind(record_id)
    .bind(to_db(proved.next_seq()))
    .bind(proved.head().hex())
    .bind(to_db(proved.journal_bytes))
    .bind(to_db(files_missing))
    .bind(to_db(proved.owed_count()))
    .execute(&mut **tx)
    .await?;
    if let Some(sealed_seq) = sealed_seq {
        sqlx::query(
            "UPDATE record SET sealed_seq = $3, sealed_received_us = $4 WHERE agency_id = $1 AND record_id = $2",
        )
        .bind(agency.id.to_string())
        .bind(record_id)
        .bind(to_db(sealed_seq))
        .bind(to_db(received_us))
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}
