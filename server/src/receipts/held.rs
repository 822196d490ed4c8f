//! All that the agency holds of one record, as the bytes that were signed.

use quanji_evidence::certificate::Certificate;
use quanji_evidence::id::{DeviceId, RecordId};
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::keyset::Keyset;
use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine};
use quanji_evidence::receipt::Receipt;
use quanji_evidence::verify::{Held, RecordExamination, Terms, examine_record};
use quanji_evidence::{Findings, PublicKey};
use quanji_rules::Calendar;
use serde::Deserialize;
use sqlx::Row;

use crate::agency::Agency;
use crate::db::{Db, DbFault, from_db, to_db};

/// A record's bytes and its row.
#[derive(Debug, Clone)]
pub struct HeldRecord {
    pub id: RecordId,
    pub device: DeviceId,
    /// Lines held, from 0.
    pub next_seq: u64,
    pub sealed_seq: Option<u64>,
    pub files_missing: u64,
    pub private_missing: u64,
    /// Receipts made or taken over.
    pub receipts: u64,
    pub deadline_us: u64,
    pub provisional: bool,
    pub journal: Vec<u8>,
    /// When each line was received, by seq.
    pub received_us: Vec<u64>,
    pub private: Vec<u8>,
    pub receipt_lines: Vec<Vec<u8>>,
}

impl HeldRecord {
    /// Reads it; `None` when the agency holds no such record.
    pub async fn load(db: &Db, agency: &Agency, record: &str) -> Result<Option<HeldRecord>, DbFault> {
        let agency_id = agency.id.to_string();
        let row = sqlx::query(
            "SELECT device_id, next_seq, sealed_seq, files_missing, private_missing, receipts, deadline_us, provisional
             FROM record WHERE agency_id = $1 AND record_id = $2",
        )
        .bind(&agency_id)
        .bind(record)
        .fetch_optional(db.pool())
        .await?;
        let (Some(row), Some(id)) = (row, RecordId::parse(record)) else { return Ok(None) };
        let number = |name: &str| row.try_get::<i64, _>(name).map(from_db);
        let device: String = row.try_get("device_id")?;
        let device = DeviceId::parse(&device).ok_or_else(|| sqlx::Error::Decode("a device's id".into()))?;
        let (next_seq, receipts) = (number("next_seq")?, number("receipts")?);
        let sealed_seq = row.try_get::<Option<i64>, _>("sealed_seq")?.map(from_db);

        let lines = sqlx::query(
            "SELECT line, received_us FROM line WHERE agency_id = $1 AND record_id = $2 AND seq < $3 ORDER BY seq",
        )
        .bind(&agency_id)
        .bind(record)
        .bind(to_db(next_seq))
        .fetch_all(db.pool())
        .await?;
        let (mut journal, mut received_us) = (Vec::new(), Vec::with_capacity(lines.len()));
        for line in lines {
            journal.extend(line.try_get::<Vec<u8>, _>("line")?);
            received_us.push(from_db(line.try_get("received_us")?));
        }
        let values = sqlx::query("SELECT line FROM private_value WHERE agency_id = $1 AND record_id = $2 ORDER BY ref")
            .bind(&agency_id)
            .bind(record)
            .fetch_all(db.pool())
            .await?;
        let mut private = Vec::new();
        for value in values {
            private.extend(value.try_get::<Vec<u8>, _>("line")?);
        }
        let receipt_lines =
            sqlx::query("SELECT line FROM receipt WHERE agency_id = $1 AND record_id = $2 ORDER BY number")
                .bind(&agency_id)
                .bind(record)
                .fetch_all(db.pool())
                .await?;
        let receipt_lines =
            receipt_lines.iter().map(|row| row.try_get::<Vec<u8>, _>("line")).collect::<Result<_, _>>()?;
        Ok(Some(HeldRecord {
            id,
            device,
            next_seq,
            sealed_seq,
            files_missing: number("files_missing")?,
            private_missing: number("private_missing")?,
            receipts,
            deadline_us: number("deadline_us")?,
            provisional: number("provisional")? != 0,
            journal,
            received_us,
            private,
            receipt_lines,
        }))
    }

    /// Proves all of it by itself: what a stranger's verifier would find.
    pub fn examine(
        &self,
        keyset: &Keyset,
        root: &PublicKey,
        calendar: &Calendar,
        findings: &mut Findings,
    ) -> RecordExamination {
        let receipts = self.receipt_lines.concat();
        let held = Held { journal: &self.journal, private: &self.private, receipts: &receipts };
        let terms = Terms { agency_key: Some(root), drafts: Drafts::Accepted, calendar };
        examine_record(self.id, held, Some(keyset), terms, findings)
    }

    /// The receipts, taken apart; they are the agency's own and were proved when made or taken over.
    pub fn receipts(&self) -> impl DoubleEndedIterator<Item = Receipt> {
        self.receipt_lines.iter().filter_map(|line| {
            let line = SignedLine::parse(line, LINE_LIMIT_BYTES).ok()?;
            Receipt::deserialize(line.value).ok()
        })
    }
}

/// Before this instant of the agency's time a record cannot have begun: its anchor or, without one, its certificate.
pub fn not_before_us(journal: &Journal, anchor_us: Option<u64>, keyset: &Keyset) -> Option<u64> {
    let opened = journal.opened()?;
    let text = opened.certificate.as_ref();
    let certificate = text.and_then(|text| Certificate::read(text, keyset, opened).ok());
    anchor_us.max(certificate.map(|certificate| certificate.issued_us))
}
