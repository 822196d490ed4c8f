//! Work that nobody waits for in a request: receipts, and what must be looked at now and then. Jobs stand in the database and are claimed
//! there, so several instances share them, and what a killed one had claimed is free again when its claim runs out.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::Row;
use thiserror::Error;

use crate::agency::Agency;
use crate::app::App;
use crate::db::{DbFault, from_db, to_db};
use crate::ingest;
use crate::receipts::{self, Looked, ReceiptFault};

/// How long a claim holds unless it is renewed.
const CLAIM_US: u64 = 20_000_000;
const RENEW_EVERY: Duration = Duration::from_secs(5);
/// How often an idle server looks for work.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// After a failure: 1 s, doubled each time, at most this.
const BACK_OFF_LIMIT_US: u64 = 300_000_000;
/// What is looked at again and again, and how often.
const PERIODIC: [(&str, u64); 2] = [("unannounced_media", 3_600_000_000), ("expired_sessions", 600_000_000)];

/// Why a job was not done; it is done later.
#[derive(Debug, Error)]
pub enum JobFault {
    #[error(transparent)]
    Db(#[from] DbFault),
    #[error(transparent)]
    Receipt(#[from] ReceiptFault),
    #[error("refused: {0}")]
    Refused(quanji_wire::Code),
    #[error("the claim ran out, and another instance took the job over")]
    TakenOver,
    #[error("a job of a kind that this program does not know")]
    UnknownKind,
}

impl From<sqlx::Error> for JobFault {
    fn from(fault: sqlx::Error) -> JobFault {
        DbFault::from(fault).into()
    }
}

impl From<crate::refusal::Refused> for JobFault {
    fn from(refused: crate::refusal::Refused) -> JobFault {
        JobFault::Refused(refused.code())
    }
}

/// A job that is ours until its claim runs out. A claim is known by the instant until which it was last held: another instance that took
/// the job over wrote another.
#[derive(Debug)]
struct Claimed {
    kind: String,
    subject: String,
    due_us: u64,
    attempts: u64,
    until_us: AtomicU64,
}

/// Whether the claim is still ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    Ours,
    Lost,
}

/// Does jobs for as long as the future is polled. Ending it in the middle of a job leaves the job to whoever comes next.
pub async fn run(app: App) {
    loop {
        let idle = match plan(&app).await {
            Ok(()) => run_due(&app).await.map(|done| done == 0),
            Err(fault) => Err(fault),
        };
        match idle {
            Ok(false) => {}
            Ok(true) => tokio::time::sleep(LOOK_EVERY).await,
            Err(fault) => {
                tracing::warn!(%fault, "jobs");
                tokio::time::sleep(RENEW_EVERY).await;
            }
        }
    }
}

/// Does every job that is due now; how many were done or put off.
pub async fn run_due(app: &App) -> Result<usize, JobFault> {
    let mut done = 0;
    while let Some(job) = claim(app).await? {
        let outcome = tokio::select! {
            outcome = perform(app, &job) => outcome,
            fault = renew(app, &job) => Err(fault),
        };
        match outcome {
            // It is another's now: nothing of the row is ours to change.
            Err(JobFault::TakenOver) => tracing::warn!(kind = %job.kind, "a job was taken over"),
            Ok(next_us) => finish(app, &job, next_us).await?,
            Err(fault) => {
                tracing::warn!(kind = %job.kind, attempts = job.attempts, %fault, "job failed");
                put_off(app, &job).await?;
            }
        }
        done += 1;
    }
    Ok(done)
}

/// Enters the periodic jobs where they are not there yet.
pub async fn plan(app: &App) -> Result<(), JobFault> {
    let agency = app.agency();
    for (kind, _) in PERIODIC {
        sqlx::query(
            "INSERT INTO job (agency_id, kind, subject, due_us, claimed_until_us, attempts) VALUES ($1, $2, '', $3, 0, 0)
             ON CONFLICT (agency_id, kind, subject) DO NOTHING",
        )
        .bind(agency.id.to_string())
        .bind(kind)
        .bind(to_db(app.now_us()))
        .execute(app.db().pool())
        .await?;
    }
    Ok(())
}

/// The job that has waited longest, claimed. Of two who want it, one finds it claimed and looks on.
async fn claim(app: &App) -> Result<Option<Claimed>, JobFault> {
    let agency = app.agency();
    loop {
        let now_us = to_db(app.now_us());
        let waiting = sqlx::query(
            "SELECT kind, subject FROM job WHERE agency_id = $1 AND due_us <= $2 AND claimed_until_us <= $2
             ORDER BY due_us, kind, subject LIMIT 1",
        )
        .bind(agency.id.to_string())
        .bind(now_us)
        .fetch_optional(app.db().pool())
        .await?;
        let Some(waiting) = waiting else { return Ok(None) };
        let (kind, subject): (String, String) = (waiting.try_get("kind")?, waiting.try_get("subject")?);
        let until_us = app.now_us().saturating_add(CLAIM_US);
        let claimed = sqlx::query(
            "UPDATE job SET claimed_until_us = $4, attempts = attempts + 1
             WHERE agency_id = $1 AND kind = $2 AND subject = $3 AND due_us <= $5 AND claimed_until_us <= $5
             RETURNING due_us, attempts",
        )
        .bind(agency.id.to_string())
        .bind(&kind)
        .bind(&subject)
        .bind(to_db(until_us))
        .bind(now_us)
        .fetch_optional(app.db().pool())
        .await?;
        if let Some(row) = claimed {
            let due_us = from_db(row.try_get("due_us")?);
            let (attempts, until_us) = (from_db(row.try_get("attempts")?), AtomicU64::new(until_us));
            return Ok(Some(Claimed { kind, subject, due_us, attempts, until_us }));
        }
    }
}

/// Keeps the claim while the work goes on; ends only by a failure.
async fn renew(app: &App, job: &Claimed) -> JobFault {
    loop {
        tokio::time::sleep(RENEW_EVERY).await;
        let until_us = app.now_us().saturating_add(CLAIM_US);
        match hold_until(app, job, until_us).await {
            Ok(Claim::Ours) => {}
            Ok(Claim::Lost) => return JobFault::TakenOver,
            Err(fault) => return fault,
        }
    }
}

/// Moves the claim's end, if the claim is still ours.
async fn hold_until(app: &App, job: &Claimed, until_us: u64) -> Result<Claim, JobFault> {
    let held = sqlx::query(
        "UPDATE job SET claimed_until_us = $5 WHERE agency_id = $1 AND kind = $2 AND subject = $3 AND claimed_until_us = $4",
    )
    .bind(app.agency().id.to_string())
    .bind(&job.kind)
    .bind(&job.subject)
    .bind(to_db(job.until_us.load(Ordering::SeqCst)))
    .bind(to_db(until_us))
    .execute(app.db().pool())
    .await?;
    if held.rows_affected() == 0 {
        return Ok(Claim::Lost);
    }
    job.until_us.store(until_us, Ordering::SeqCst);
    Ok(Claim::Ours)
}

/// Does it; when it is to be done next, for one that is periodic.
async fn perform(app: &App, job: &Claimed) -> Result<Option<u64>, JobFault> {
    match job.kind.as_str() {
        "receipt" => {
            // Changed while it was read: what changed it has entered the job anew, or this finds it at once.
            while receipts::look_at(app, &job.subject).await? == Looked::Changed {}
            return Ok(None);
        }
        // Entered by an older version: each instance lets go of what it staged itself.
        "expired_uploads" => return Ok(None),
        "unannounced_media" => {
            ingest::list_unannounced(app).await?;
        }
        "expired_sessions" => forget_expired(app, &app.agency()).await?,
        _ => return Err(JobFault::UnknownKind),
    }
    let every_us = PERIODIC.iter().find(|(kind, _)| *kind == job.kind).map_or(BACK_OFF_LIMIT_US, |(_, every)| *every);
    Ok(Some(app.now_us().saturating_add(every_us)))
}

/// Challenges and sessions that ran out.
async fn forget_expired(app: &App, agency: &Agency) -> Result<(), JobFault> {
    for statement in [
        "DELETE FROM challenge WHERE agency_id = $1 AND expires_us <= $2",
        "DELETE FROM session WHERE agency_id = $1 AND expires_us <= $2",
    ] {
        sqlx::query(statement).bind(agency.id.to_string()).bind(to_db(app.now_us())).execute(app.db().pool()).await?;
    }
    Ok(())
}

/// Done, unless it was entered again meanwhile: then it is only let go.
async fn finish(app: &App, job: &Claimed, next_us: Option<u64>) -> Result<(), JobFault> {
    match next_us {
        Some(next_us) => postpone(app, job, next_us, 0).await?,
        None => {
            sqlx::query(
                "DELETE FROM job WHERE agency_id = $1 AND kind = $2 AND subject = $3 AND due_us = $4 AND claimed_until_us = $5",
            )
            .bind(app.agency().id.to_string())
            .bind(&job.kind)
            .bind(&job.subject)
            .bind(to_db(job.due_us))
            .bind(to_db(job.until_us.load(Ordering::SeqCst)))
            .execute(app.db().pool())
            .await?;
        }
    }
    hold_until(app, job, 0).await.map(drop)
}

/// After a failure: what goes on failing is tried more and more slowly.
async fn put_off(app: &App, job: &Claimed) -> Result<(), JobFault> {
    let wait_us = (1_000_000_u64 << job.attempts.min(20)).min(BACK_OFF_LIMIT_US);
    postpone(app, job, app.now_us().saturating_add(wait_us), job.attempts).await?;
    hold_until(app, job, 0).await.map(drop)
}

async fn postpone(app: &App, job: &Claimed, due_us: u64, attempts: u64) -> Result<(), JobFault> {
    sqlx::query(
        "UPDATE job SET due_us = $5, attempts = $6
         WHERE agency_id = $1 AND kind = $2 AND subject = $3 AND due_us = $4 AND claimed_until_us = $7",
    )
    .bind(app.agency().id.to_string())
    .bind(&job.kind)
    .bind(&job.subject)
    .bind(to_db(job.due_us))
    .bind(to_db(due_us))
    .bind(to_db(attempts))
    .bind(to_db(job.until_us.load(Ordering::SeqCst)))
    .execute(app.db().pool())
    .await?;
    Ok(())
}
