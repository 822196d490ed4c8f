//! A device's ledger across its records: numbers that are missing, given twice, or chained to another record than the one before.

use quanji_evidence::Digest;
use quanji_evidence::body::Opened;
use sqlx::{Any, Row, Transaction};

use super::settle::list_as_it_is;
use crate::agency::Agency;
use crate::db::{DbFault, from_db, to_db};
use crate::states::{self, State};

/// Gaps named in one state; more are counted by the next that closes.
const GAPS_NAMED: i64 = 16;

/// A new record takes its place: what that breaks is listed, what it heals is not.
pub(super) async fn place(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    opened: &Opened,
    now_us: u64,
) -> Result<(), DbFault> {
    let ledger = Ledger {
        agency_id: agency.id.to_string(),
        device_id: opened.device.to_string(),
        epoch: opened.ledger.epoch.to_string(),
    };
    let number = opened.ledger.number;
    ledger.list_gap(tx, now_us).await?;
    ledger.list_forked(tx, number, now_us).await?;
    ledger.list_broken(tx, number, now_us).await?;
    ledger.list_broken(tx, number.saturating_add(1), now_us).await
}

struct Ledger {
    agency_id: String,
    device_id: String,
    epoch: String,
}

impl Ledger {
    /// One state for an epoch: the numbers missing below the greatest that was seen.
    async fn list_gap(&self, tx: &mut Transaction<'static, Any>, now_us: u64) -> Result<(), DbFault> {
        let rows = sqlx::query(
            "SELECT later.number AS number, (SELECT MAX(earlier.number) FROM record AS earlier
                 WHERE earlier.agency_id = $1 AND earlier.device_id = $2 AND earlier.epoch = $3
                     AND earlier.number < later.number) AS before
             FROM record AS later
             WHERE later.agency_id = $1 AND later.device_id = $2 AND later.epoch = $3 AND later.number > 1
                 AND NOT EXISTS (SELECT 1 FROM record AS earlier WHERE earlier.agency_id = $1 AND earlier.device_id = $2
                     AND earlier.epoch = $3 AND earlier.number = later.number - 1)
             GROUP BY later.number ORDER BY later.number LIMIT $4",
        )
        .bind(&self.agency_id)
        .bind(&self.device_id)
        .bind(&self.epoch)
        .bind(GAPS_NAMED)
        .fetch_all(&mut **tx)
        .await?;
        let mut gaps = Vec::with_capacity(rows.len());
        for row in rows {
            let from = row.try_get::<Option<i64>, _>("before")?.map_or(0, from_db) + 1;
            let to = from_db(row.try_get("number")?) - 1;
            gaps.push(if from == to { from.to_string() } else { format!("{from}-{to}") });
        }
        let place = format!("ledger:{}", self.epoch);
        if gaps.is_empty() {
            return states::heal(tx, &self.agency_id, "ledger_gap", &self.device_id, &place).await;
        }
        let state = State {
            code: "ledger_gap",
            subject: &self.device_id,
            place: &place,
            record: None,
            device: Some(&self.device_id),
            expected: "a record of every number",
            found: &format!("none of {}", gaps.join(", ")),
        };
        list_as_it_is(tx, &self.agency_id, &state, now_us).await
    }

    /// Every record of a number that is given twice.
    async fn list_forked(&self, tx: &mut Transaction<'static, Any>, number: u64, now_us: u64) -> Result<(), DbFault> {
        let rows = sqlx::query(
            "SELECT record_id FROM record WHERE agency_id = $1 AND device_id = $2 AND epoch = $3 AND number = $4",
        )
        .bind(&self.agency_id)
        .bind(&self.device_id)
        .bind(&self.epoch)
        .bind(to_db(number))
        .fetch_all(&mut **tx)
        .await?;
        if rows.len() < 2 {
            return Ok(());
        }
        let found = format!("{} records of number {number}", rows.len());
        for row in rows {
            let record_id: String = row.try_get("record_id")?;
            self.list_of_record(tx, "forked_device", &record_id, "a number of its own", &found, now_us).await?;
        }
        Ok(())
    }

    /// Records of `number` whose `prev` is not the line 0 of a record of the number before.
    async fn list_broken(&self, tx: &mut Transaction<'static, Any>, number: u64, now_us: u64) -> Result<(), DbFault> {
        let rows = sqlx::query(
            "SELECT later.record_id AS record_id, later.prev_opened_sha256 AS found, MIN(earlier.opened_sha256) AS expected
             FROM record AS later JOIN record AS earlier ON earlier.agency_id = later.agency_id
                 AND earlier.device_id = later.device_id AND earlier.epoch = later.epoch
                 AND earlier.number = later.number - 1 AND earlier.opened_sha256 <> later.prev_opened_sha256
             WHERE later.agency_id = $1 AND later.device_id = $2 AND later.epoch = $3 AND later.number = $4
             GROUP BY later.record_id, later.prev_opened_sha256
             UNION ALL
             SELECT record_id, prev_opened_sha256 AS found, $5 AS expected FROM record
             WHERE agency_id = $1 AND device_id = $2 AND epoch = $3 AND number = $4 AND number = 1 AND prev_opened_sha256 <> $5",
        )
        .bind(&self.agency_id)
        .bind(&self.device_id)
        .bind(&self.epoch)
        .bind(to_db(number))
        .bind(Digest::ZERO.hex())
        .fetch_all(&mut **tx)
        .await?;
        for row in rows {
            let (record_id, expected, found): (String, String, String) =
                (row.try_get("record_id")?, row.try_get("expected")?, row.try_get("found")?);
            self.list_of_record(tx, "ledger_broken", &record_id, &expected, &found, now_us).await?;
        }
        Ok(())
    }

    async fn list_of_record(
        &self,
        tx: &mut Transaction<'static, Any>,
        code: &str,
        record_id: &str,
        expected: &str,
        found: &str,
        now_us: u64,
    ) -> Result<(), DbFault> {
        let state = State {
            code,
            subject: record_id,
            place: "journal:0",
            record: Some(record_id),
            device: Some(&self.device_id),
            expected,
            found,
        };
        list_as_it_is(tx, &self.agency_id, &state, now_us).await
    }
}
