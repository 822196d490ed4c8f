//! What is kept of a record whenever it is looked at, so that lists and new notices need not read its lines.

use quanji_evidence::body::Body;
use quanji_evidence::journal::Journal;
use sqlx::{Any, Transaction};

use super::held::HeldRecord;
use super::reckon::{Reckoned, calendars_in_db};
use crate::agency::Agency;
use crate::app::App;
use crate::db::DbFault;

/// The activity that the record's lines name last.
pub(super) async fn keep_activity(
    app: &App,
    agency: &Agency,
    held: &HeldRecord,
    journal: &Journal,
) -> Result<(), DbFault> {
    let named = journal.entries.iter().rev().find_map(|entry| match &entry.body {
        Body::Activity(activity) => Some(activity.activity),
        _ => None,
    });
    let Some(activity) = named else { return Ok(()) };
    sqlx::query(
        "INSERT INTO record_activity (agency_id, record_id, activity_id) VALUES ($1, $2, $3)
         ON CONFLICT (agency_id, record_id) DO UPDATE SET activity_id = excluded.activity_id",
    )
    .bind(agency.id.to_string())
    .bind(held.id.to_string())
    .bind(activity.to_string())
    .execute(app.db().pool())
    .await?;
    Ok(())
}

/// From which days the term runs, and by which notices it was counted.
pub(super) async fn keep_term(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    held: &HeldRecord,
    reckoned: &Reckoned,
) -> Result<(), DbFault> {
    let (from, to, is_waiting) = reckoned.term();
    sqlx::query(
        "INSERT INTO running_term (agency_id, record_id, from_day, to_day, is_waiting, is_by_rule, calendars)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (agency_id, record_id) DO UPDATE SET from_day = excluded.from_day, to_day = excluded.to_day,
             is_waiting = excluded.is_waiting, is_by_rule = excluded.is_by_rule, calendars = excluded.calendars",
    )
    .bind(agency.id.to_string())
    .bind(held.id.to_string())
    .bind(i64::from(from.days_since_epoch()))
    .bind(i64::from(to.days_since_epoch()))
    .bind(i64::from(is_waiting))
    .bind(i64::from(reckoned.is_by_rule()))
    .bind(calendars_in_db(&reckoned.calendars))
    .execute(&mut **tx)
    .await?;
    Ok(())
}
