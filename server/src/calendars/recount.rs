//! Deadlines counted again when a notice appears, for all records of one day at once: of a record nothing but the days from which its term
//! runs decides. Old and new are both kept; the receipts that follow are jobs, for the records that were moved and no others.

use quanji_rules::{Calendar, Date, Instant, Trigger, TriggerKind, storage_deadline};
use sqlx::{Any, Row, Transaction};

use super::{AROUND_DAYS, CalendarsFault, DAY_US};
use crate::agency::Agency;
use crate::db::{DbFault, from_db, to_db};
use crate::receipts::{calendars_in_db, calendars_of};

/// Records whose terms run from the same days, and how many.
#[derive(Debug)]
struct Group {
    from_day: i64,
    to_day: i64,
    is_waiting: i64,
    records: u64,
}

/// What they come to now.
#[derive(Debug)]
struct Counted {
    deadline_us: i64,
    provisional: i64,
    calendars: String,
}

/// Counts again what a notice of `year` can move; how many records that were.
pub(super) async fn recount_year(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    calendar: &Calendar,
    year: i32,
    now_us: u64,
) -> Result<u64, CalendarsFault> {
    let around = |month, day, by: i64| {
        let midnight = Date::from_ymd(year, month, day).map(Instant::china_midnight);
        midnight.map(|instant| instant.us().saturating_add(by * DAY_US))
    };
    let (Ok(from_us), Ok(to_us)) = (around(1, 1, -AROUND_DAYS), around(12, 31, AROUND_DAYS)) else { return Ok(0) };
    let mut records = look_at_unread(tx, agency, (from_us, to_us), now_us).await?;
    for group in groups(tx, agency, (from_us, to_us)).await? {
        records += group.records;
        if let Some(counted) = count(&group, calendar) {
            write(tx, agency, &group, &counted, now_us).await?;
        }
    }
    Ok(records)
}

/// Records of before terms were kept are looked at one by one; and those under a special rule, whose term may be a year long.
async fn look_at_unread(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    (from_us, to_us): (i64, i64),
    now_us: u64,
) -> Result<u64, DbFault> {
    let entered = sqlx::query(
        "INSERT INTO job (agency_id, kind, subject, due_us, claimed_until_us, attempts)
         SELECT agency_id, 'receipt', record_id, $2, 0, 0 FROM record
         WHERE agency_id = $1 AND (
             (deadline_us >= $3 AND deadline_us <= $4 AND NOT EXISTS (SELECT 1 FROM running_term
                 WHERE running_term.agency_id = record.agency_id AND running_term.record_id = record.record_id))
             OR EXISTS (SELECT 1 FROM running_term WHERE running_term.agency_id = record.agency_id
                 AND running_term.record_id = record.record_id AND running_term.is_by_rule = 1))
         ON CONFLICT (agency_id, kind, subject) DO UPDATE SET due_us = excluded.due_us, attempts = 0",
    )
    .bind(agency.id.to_string())
    .bind(to_db(now_us))
    .bind(from_us)
    .bind(to_us)
    .execute(&mut **tx)
    .await?;
    Ok(entered.rows_affected())
}

async fn groups(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    (from_us, to_us): (i64, i64),
) -> Result<Vec<Group>, DbFault> {
    let rows = sqlx::query(
        "SELECT running_term.from_day, running_term.to_day, running_term.is_waiting, COUNT(*) AS records
         FROM record JOIN running_term ON running_term.agency_id = record.agency_id AND running_term.record_id = record.record_id
         WHERE record.agency_id = $1 AND record.deadline_us >= $2 AND record.deadline_us <= $3 AND running_term.is_by_rule = 0
         GROUP BY running_term.from_day, running_term.to_day, running_term.is_waiting
         ORDER BY running_term.from_day, running_term.to_day, running_term.is_waiting",
    )
    .bind(agency.id.to_string())
    .bind(from_us)
    .bind(to_us)
    .fetch_all(&mut **tx)
    .await?;
    let group = |row: &sqlx::any::AnyRow| -> Result<Group, sqlx::Error> {
        Ok(Group {
            from_day: row.try_get("from_day")?,
            to_day: row.try_get("to_day")?,
            is_waiting: row.try_get("is_waiting")?,
            records: from_db(row.try_get("records")?),
        })
    };
    Ok(rows.iter().map(group).collect::<Result<_, _>>()?)
}

/// `None` for days that no calendar has.
fn count(group: &Group, calendar: &Calendar) -> Option<Counted> {
    let midnight = |day: i64| Some(Instant::china_midnight(Date::from_days_since_epoch(i32::try_from(day).ok()?)));
    // What it was that completed the recording moves no day.
    let kind = TriggerKind::EndOfRecording;
    let trigger = Trigger::between(kind, midnight(group.from_day)?, midnight(group.to_day)?).ok()?;
    let deadline = storage_deadline(trigger, calendar);
    Some(Counted {
        deadline_us: deadline.exclusive().us(),
        provisional: i64::from(deadline.is_provisional() || group.is_waiting != 0),
        calendars: calendars_in_db(&calendars_of(&deadline, calendar)),
    })
}

/// Keeps what is new of it: a further reckoning, the record's deadline, a look at its receipt; in this order, for each asks what stood before.
async fn write(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    group: &Group,
    counted: &Counted,
    now_us: u64,
) -> Result<(), DbFault> {
    let moved = |text: &'static str| {
        sqlx::query::<Any>(text)
            .bind(agency.id.to_string())
            .bind(group.from_day)
            .bind(group.to_day)
            .bind(group.is_waiting)
            .bind(counted.deadline_us)
            .bind(counted.provisional)
    };
    moved(
        "INSERT INTO reckoning (agency_id, record_id, deadline_us, provisional, calendars, reckoned_us)
         SELECT record.agency_id, record.record_id, $5, $6, $7, $8
         FROM record JOIN running_term ON running_term.agency_id = record.agency_id AND running_term.record_id = record.record_id
         WHERE running_term.agency_id = $1 AND from_day = $2 AND to_day = $3 AND is_waiting = $4 AND is_by_rule = 0
         AND (deadline_us <> $5 OR provisional <> $6)
         ON CONFLICT (agency_id, record_id, reckoned_us) DO NOTHING",
    )
    .bind(counted.calendars.clone())
    .bind(to_db(now_us))
    .execute(&mut **tx)
    .await?;
    // Where there is neither a receipt nor a look on its way, the next look will count by the new notice anyway.
    moved(
        "INSERT INTO job (agency_id, kind, subject, due_us, claimed_until_us, attempts)
         SELECT record.agency_id, 'receipt', record.record_id, $7, 0, 0
         FROM record JOIN running_term ON running_term.agency_id = record.agency_id AND running_term.record_id = record.record_id
         WHERE running_term.agency_id = $1 AND from_day = $2 AND to_day = $3 AND is_waiting = $4 AND is_by_rule = 0
         AND (deadline_us <> $5 OR provisional <> $6)
         AND (receipts > 0 OR EXISTS (SELECT 1 FROM job WHERE job.agency_id = record.agency_id AND job.kind = 'receipt'
             AND job.subject = record.record_id))
         ON CONFLICT (agency_id, kind, subject) DO UPDATE SET due_us = excluded.due_us, attempts = 0",
    )
    .bind(to_db(now_us))
    .execute(&mut **tx)
    .await?;
    moved(
        "UPDATE record SET deadline_us = $5, provisional = $6
         WHERE agency_id = $1 AND (deadline_us <> $5 OR provisional <> $6)
         AND record_id IN (SELECT running_term.record_id FROM running_term
             WHERE running_term.agency_id = $1 AND from_day = $2 AND to_day = $3 AND is_waiting = $4 AND is_by_rule = 0)",
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
