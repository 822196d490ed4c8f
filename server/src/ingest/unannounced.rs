//! Files that are held and that no line names: they came from a phone whose journal never did.

use sqlx::Row;

use crate::app::App;
use crate::db::to_db;
use crate::refusal::Answer;
use crate::states::{self, State};

/// How long a file may wait for its line.
const PATIENCE_US: u64 = 24 * 3_600 * 1_000_000;
/// Files listed in one turn; the next turn finds the others.
const LISTED_A_TURN: i64 = 1_000;

/// Lists `media_unannounced`; it heals in the transaction that announces the file. How many were listed. Called by the jobs.
pub async fn list_unannounced(app: &App) -> Answer<u64> {
    let (agency, now_us) = (app.agency(), app.now_us());
    let agency_id = agency.id.to_string();
    let mut tx = app.db().begin().await?;
    let rows = sqlx::query(
        "SELECT original.device_id, original.sha256 FROM original
         WHERE original.agency_id = $1 AND original.stored_us <= $2
             AND NOT EXISTS (SELECT 1 FROM announced WHERE announced.agency_id = original.agency_id
                 AND announced.device_id = original.device_id AND announced.sha256 = original.sha256)
             AND NOT EXISTS (SELECT 1 FROM state WHERE state.agency_id = original.agency_id AND state.code = 'media_unannounced'
                 AND state.subject = original.sha256 AND state.device_id = original.device_id)
         ORDER BY original.device_id, original.sha256 LIMIT $3",
    )
    .bind(&agency_id)
    .bind(to_db(now_us.saturating_sub(PATIENCE_US)))
    .bind(LISTED_A_TURN)
    .fetch_all(&mut *tx)
    .await?;
    for row in &rows {
        let (device_id, sha256): (String, String) = (row.try_get("device_id")?, row.try_get("sha256")?);
        super::held::lock_device(&mut tx, &agency, &device_id).await?;
        let place = format!("device:{device_id}");
        let state = State {
            code: "media_unannounced",
            subject: &sha256,
            place: &place,
            record: None,
            device: Some(&device_id),
            expected: "a line that names it within 24 h",
            found: "none",
        };
        states::list(&mut tx, &agency_id, &state, now_us).await?;
        // A line may have named it between the reading and the lock.
        sqlx::query(
            "DELETE FROM state WHERE agency_id = $1 AND code = 'media_unannounced' AND subject = $2 AND place = $4
             AND EXISTS (SELECT 1 FROM announced WHERE agency_id = $1 AND device_id = $3 AND sha256 = $2)",
        )
        .bind(&agency_id)
        .bind(&sha256)
        .bind(&device_id)
        .bind(&place)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(rows.len() as u64)
}
