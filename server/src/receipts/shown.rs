//! What is kept of a record whenever it is looked at, so that lists and new notices need not read its lines.

use quanji_evidence::body::Body;
use quanji_evidence::journal::Journal;
use sqlx::{Any, Row, Transaction};

use super::fault::ReceiptFault;
use super::held::HeldRecord;
use super::reckon::Reckoned;
use super::scene::scene_of;
use crate::agency::Agency;
use crate::app::App;
use crate::db::{DbFault, to_db};
use crate::officers;
use crate::states::{self, State};

/// The activity that the record's lines name last. The others of a scene are looked at again when one comes to it.
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
    let Some(activity) = named.map(|activity| activity.to_string()) else { return Ok(()) };
    let (agency_id, record) = (agency.id.to_string(), held.id.to_string());
    let kept: Option<String> =
        sqlx::query_scalar("SELECT activity_id FROM record_activity WHERE agency_id = $1 AND record_id = $2")
            .bind(&agency_id)
            .bind(&record)
            .fetch_optional(app.db().pool())
            .await?;
    if kept.as_deref() == Some(activity.as_str()) {
        return Ok(());
    }
    let mut tx = app.db().begin().await?;
    sqlx::query(
        "INSERT INTO record_activity (agency_id, record_id, activity_id) VALUES ($1, $2, $3)
         ON CONFLICT (agency_id, record_id) DO UPDATE SET activity_id = excluded.activity_id",
    )
    .bind(&agency_id)
    .bind(&record)
    .bind(&activity)
    .execute(&mut *tx)
    .await?;
    // What the others lack may stand in this one.
    sqlx::query(
        "INSERT INTO job (agency_id, kind, subject, due_us, claimed_until_us, attempts)
         SELECT agency_id, 'receipt', record_id, $4, 0, 0 FROM record_activity
         WHERE agency_id = $1 AND activity_id = $3 AND record_id <> $2
         ON CONFLICT (agency_id, kind, subject) DO UPDATE SET due_us = excluded.due_us, attempts = 0",
    )
    .bind(&agency_id)
    .bind(&record)
    .bind(&activity)
    .bind(to_db(app.now_us()))
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Lists what does not agree with the list of officers, the catalog or the agency's time; what was mended is listed no more.
pub(super) async fn list_disagreements(
    app: &App,
    agency: &Agency,
    held: &HeldRecord,
    journal: &Journal,
    not_before_us: Option<u64>,
) -> Result<(), ReceiptFault> {
    let (agency_id, record, device) = (agency.id.to_string(), held.id.to_string(), held.device.to_string());
    let register = officers::register(app.db(), agency, &officers::certificates(journal, &held.private)).await?;
    let scene = scene_of(app, agency, held, journal).await?;
    let found = officers::look(officers::Asked {
        journal,
        private: &held.private,
        register: register.as_ref(),
        not_before_us,
        received_us: held.received_us.first().copied().unwrap_or(u64::MAX),
    });
    let listed = sqlx::query("SELECT code, place FROM state WHERE agency_id = $1 AND record_id = $2")
        .bind(&agency_id)
        .bind(&record)
        .fetch_all(app.db().pool())
        .await?;
    let mut mended = Vec::new();
    for row in &listed {
        let (code, place): (String, String) = (row.try_get("code")?, row.try_get("place")?);
        let is_still = found.iter().any(|one| one.code == code && one.place == place);
        if officers::LISTED.contains(&code.as_str()) && code != officers::TOO_FEW && !is_still {
            mended.push((code, place));
        }
    }
    let together = changed_over_scene(app, &agency_id, &scene).await?;
    if found.is_empty() && mended.is_empty() && together.is_empty() {
        return Ok(());
    }
    let now_us = app.now_us();
    let mut tx = app.db().begin().await?;
    for (code, place) in mended {
        states::heal(&mut tx, &agency_id, &code, &record, &place).await?;
    }
    for officers::Found { code, place, expected, found } in &found {
        let (subject, record, device) = (&*record, Some(&*record), Some(&*device));
        let state = State { code, subject, place, record, device, expected, found };
        states::list(&mut tx, &agency_id, &state, now_us).await?;
    }
    for (one, listed, found) in together {
        for place in listed {
            states::heal(&mut tx, &agency_id, officers::TOO_FEW, &one.record, &place).await?;
        }
        if let Some(officers::Found { code, place, expected, found }) = &found {
            let (subject, record, device) = (&*one.record, Some(&*one.record), Some(&*one.device));
            let state = State { code, subject, place, record, device, expected, found };
            states::list(&mut tx, &agency_id, &state, now_us).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// What one record names counts for every other of its activity: of which of them something else is to be listed now than is, whichever was
/// looked at.
async fn changed_over_scene<'a>(
    app: &App,
    agency_id: &str,
    scene: &'a [officers::AtScene],
) -> Result<Vec<(&'a officers::AtScene, Vec<String>, Option<officers::Found>)>, DbFault> {
    let mut changed = Vec::new();
    for one in scene {
        let found = officers::too_few(one, scene);
        let rows = sqlx::query("SELECT place, found FROM state WHERE agency_id = $1 AND code = $2 AND subject = $3")
            .bind(agency_id)
            .bind(officers::TOO_FEW)
            .bind(&one.record)
            .fetch_all(app.db().pool())
            .await?;
        let mut listed = Vec::new();
        for row in &rows {
            listed.push((row.try_get::<String, _>("place")?, row.try_get::<String, _>("found")?));
        }
        let wanted: Vec<_> = found.iter().map(|found| (found.place.clone(), found.found.clone())).collect();
        if listed != wanted {
            changed.push((one, listed.into_iter().map(|(place, _)| place).collect(), found));
        }
    }
    Ok(changed)
}

/// From which days the term runs.
pub(super) async fn keep_term(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    held: &HeldRecord,
    reckoned: &Reckoned,
) -> Result<(), DbFault> {
    let (from, to, is_waiting) = reckoned.term();
    sqlx::query(
        "INSERT INTO running_term (agency_id, record_id, from_day, to_day, is_waiting, is_by_rule)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (agency_id, record_id) DO UPDATE SET from_day = excluded.from_day, to_day = excluded.to_day,
             is_waiting = excluded.is_waiting, is_by_rule = excluded.is_by_rule",
    )
    .bind(agency.id.to_string())
    .bind(held.id.to_string())
    .bind(i64::from(from.days_since_epoch()))
    .bind(i64::from(to.days_since_epoch()))
    .bind(i64::from(is_waiting))
    .bind(i64::from(reckoned.is_by_rule()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}
