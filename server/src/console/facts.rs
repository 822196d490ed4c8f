//! What the pages show of a record, read from the database; lines are read again, nothing is decided here.

use quanji_evidence::Findings;
use quanji_evidence::event::event_of;
use quanji_evidence::id::RecordId;
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::receipt::Receipt;
use quanji_rules::{Countdown, Deadline, Debts, Instant, Owed, Phase, Record, completion, storage_deadline};
use sqlx::Row;
use sqlx::any::AnyRow;

use super::course::{Step, course};
use super::fault::PageFault;
use super::paging::Page;
use crate::app::App;
use crate::calendars;
use crate::db::{DbFault, from_db};
use crate::policies;
use crate::receipts::{self, HeldRecord, Known};

/// As SQL: a listed state that is amiss, apart from what is only still to come.
macro_rules! amiss {
    () => {
        "code NOT IN ('media_missing', 'private_missing')"
    };
}
pub(super) use amiss;

/// A record in one line of the board.
#[derive(Debug)]
pub(super) struct Glance {
    pub(super) record: String,
    pub(super) device: String,
    pub(super) opened_us: u64,
    pub(super) lines: u64,
    pub(super) is_sealed: bool,
    pub(super) files_missing: u64,
    pub(super) private_missing: u64,
    pub(super) receipts: u64,
    /// 0 while there is none.
    pub(super) deadline_us: u64,
    pub(super) is_provisional: bool,
    pub(super) owed: u64,
    /// Listed about it, apart from what is only still to come.
    pub(super) states: u64,
}

macro_rules! select_glance {
    ($rest:literal) => {
        concat!(
            "SELECT record_id, device_id, opened_us, next_seq, sealed_seq, files_missing, private_missing, receipts, deadline_us, ",
            "provisional, owed_count, (SELECT COUNT(*) FROM state WHERE state.agency_id = record.agency_id ",
            "AND state.record_id = record.record_id AND ",
            amiss!(),
            ") AS states FROM record ",
            $rest
        )
    };
}

fn glance(row: &AnyRow) -> Result<Glance, sqlx::Error> {
    let number = |name: &str| row.try_get(name).map(from_db);
    Ok(Glance {
        record: row.try_get("record_id")?,
        device: row.try_get("device_id")?,
        opened_us: number("opened_us")?,
        lines: number("next_seq")?,
        is_sealed: row.try_get::<Option<i64>, _>("sealed_seq")?.is_some(),
        files_missing: number("files_missing")?,
        private_missing: number("private_missing")?,
        receipts: number("receipts")?,
        deadline_us: number("deadline_us")?,
        is_provisional: number("provisional")? != 0,
        owed: number("owed_count")?,
        states: number("states")?,
    })
}

/// One page of the board: without a receipt first, then by deadline; and whether there is another page.
pub(super) async fn board(app: &App, page: Page) -> Result<(Vec<Glance>, bool), DbFault> {
    let rows = sqlx::query(select_glance!(
        "WHERE agency_id = $1
         ORDER BY CASE WHEN receipts = 0 THEN 0 ELSE 1 END, CASE WHEN deadline_us = 0 THEN 1 ELSE 0 END, deadline_us, record_id
         LIMIT $2 OFFSET $3"
    ))
    .bind(app.agency().id.to_string())
    .bind(page.limit())
    .bind(page.offset())
    .fetch_all(app.db().pool())
    .await?;
    Ok(page.cut(rows.iter().map(glance).collect::<Result<Vec<_>, _>>()?))
}

/// How many records there are, and how many of them are without a receipt, are listed for something, owe something.
#[derive(Debug)]
pub(super) struct Sums {
    pub(super) records: u64,
    pub(super) without_receipt: u64,
    pub(super) listed: u64,
    pub(super) owing: u64,
}

pub(super) async fn sums(app: &App) -> Result<Sums, DbFault> {
    let row = sqlx::query(concat!(
        "SELECT COUNT(*) AS records,
                CAST(COALESCE(SUM(CASE WHEN receipts = 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS without_receipt,
                CAST(COALESCE(SUM(CASE WHEN owed_count > 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS owing,
                (SELECT COUNT(*) FROM state WHERE agency_id = $1 AND ",
        amiss!(),
        ") AS listed
         FROM record WHERE agency_id = $1",
    ))
    .bind(app.agency().id.to_string())
    .fetch_one(app.db().pool())
    .await?;
    let number = |name: &str| row.try_get(name).map(from_db);
    Ok(Sums {
        records: number("records")?,
        without_receipt: number("without_receipt")?,
        listed: number("listed")?,
        owing: number("owing")?,
    })
}

/// One record with what its lines say.
#[derive(Debug)]
pub(super) struct Whole {
    pub(super) glance: Glance,
    pub(super) phase: Phase,
    pub(super) owed: Vec<Owed>,
    /// When a written statement that is owed is late, by the agency's own rule.
    pub(super) statement_due: Option<Instant>,
    /// `None` while the recording has not ended.
    pub(super) countdown: Option<Countdown>,
    /// What it would be, were the recording never taken up again.
    pub(super) if_cut_off_here: Option<Deadline>,
    /// As the device said when it enrolled; empty: it enrolled before this was kept.
    pub(super) software: String,
    pub(super) model: Option<String>,
    pub(super) media_bytes: u64,
    pub(super) takes: u64,
    pub(super) receipts: Vec<Receipt>,
    pub(super) course: Vec<Step>,
}

/// `None` when the agency holds no line of it.
pub(super) async fn whole(app: &App, record: RecordId) -> Result<Option<Whole>, PageFault> {
    let agency = app.agency().id.to_string();
    let row = sqlx::query(select_glance!("WHERE agency_id = $1 AND record_id = $2"))
        .bind(&agency)
        .bind(record.to_string())
        .fetch_optional(app.db().pool())
        .await?;
    let Some(row) = row else { return Ok(None) };
    let shared = app.agency();
    let Some(held) = HeldRecord::load(app.db(), &shared, &record.to_string()).await? else { return Ok(None) };
    let calendar = calendars::current(app.db(), &shared).await?;
    let examination = held.examine(&shared.keyset, &shared.root, &calendar, &mut Findings::default());
    let not_before_us = examination.bracket.not_before_us;
    let journal = examination
        .journal
        .unwrap_or_else(|| Journal::read(&held.journal, Drafts::Accepted, "journal", &mut Findings::default()));
    let not_before_us = receipts::not_before_us(&journal, not_before_us, &shared.keyset);
    let known = Known { received_us: &held.received_us, not_before_us };
    let reckoned = receipts::reckon(&journal, known, &calendar);
    let events: Vec<_> = journal.entries.iter().filter_map(event_of).collect();
    let policies = policies::policies(app.db(), &shared).await?;
    let opened = events.first().map_or_else(|| Instant::from_us(i64::MIN), |event| event.clock.wall);
    let policy = policies.of_record(opened);
    let (mut rules, mut debts) = (Record::new(policy), Debts::new(policy));
    for event in &events {
        // What the rules refuse was written by another program; the rest still counts.
        let _ = rules.apply(event);
        debts.note(event);
    }
    let countdown = reckoned.map(|reckoned| reckoned.countdown().clone());
    let owes_statement = debts.list().iter().any(|owed| matches!(owed, Owed::WrittenStatement { .. }));
    let statement_due = match &countdown {
        Some(Countdown::Running { deadline }) if owes_statement => Some(policy.statement_due.exclusive(deadline)),
        _ => None,
    };
    let if_cut_off_here = completion(&events).if_cut_off_here.map(|trigger| storage_deadline(trigger, &calendar));
    let said = sqlx::query("SELECT software, model FROM device WHERE agency_id = $1 AND device_id = $2")
        .bind(&agency)
        .bind(held.device.to_string())
        .fetch_optional(app.db().pool())
        .await?;
    let (software, model) = match said {
        Some(row) => (row.try_get("software")?, row.try_get("model")?),
        None => (String::new(), None),
    };
    let mut counts = quanji_evidence::body::Sealed { takes: 0, segments: 0, fragments: 0, media_bytes: 0, files: 0 };
    journal.entries.iter().for_each(|entry| counts.add(&entry.body));
    Ok(Some(Whole {
        glance: glance(&row)?,
        phase: rules.phase(),
        owed: debts.list(),
        statement_due,
        countdown,
        if_cut_off_here,
        software,
        model,
        media_bytes: counts.media_bytes,
        takes: counts.takes,
        receipts: held.receipts().collect(),
        course: course(&journal),
    }))
}
