//! Receipts (回执): what the agency holds, since when, and whether in time (FORMAT.md, section 8).
//!
//! Read in this order: `held` (a record's bytes), `reckon` (trigger, deadline, in time or not), `read_back` (every file from final storage,
//! proved against its line), `issue` (number, log entry and receipt in one transaction), `shown` (what lists need
//! of a record without reading its lines), `scene` (who was at one, over the records of an activity). `jobs` calls [`look_at`].

mod fault;
mod held;
mod issue;
mod read_back;
mod reckon;
mod scene;
mod shown;

pub use fault::ReceiptFault;
pub use held::{HeldRecord, not_before_us};
pub use issue::{Looked, all_files, look_at};
pub use read_back::{Amiss, closed_segments, files_named, prove_files};
pub use reckon::{Known, Reckoned, reckon};
pub(crate) use reckon::{calendars_in_db, calendars_of, matter_of};
pub(crate) use scene::at_scene;

use quanji_evidence::id::{DeviceId, RecordId};
use quanji_wire::Code;
use sqlx::Row;

use crate::app::App;
use crate::db::to_db;
use crate::refusal::{Answer, Refused};

/// A record's receipts from number `from` on, as they were signed; refused when the record is not the device's.
pub async fn lines_from(app: &App, device: DeviceId, record: RecordId, from: u64) -> Answer<Vec<u8>> {
    let agency_id = app.agency().id.to_string();
    let owner = sqlx::query("SELECT device_id FROM record WHERE agency_id = $1 AND record_id = $2")
        .bind(&agency_id)
        .bind(record.to_string())
        .fetch_optional(app.db().pool())
        .await?;
    let owner: Option<String> = owner.map(|row| row.try_get("device_id")).transpose()?;
    if owner != Some(device.to_string()) {
        return Err(Refused::new(Code::RecordUnknown));
    }
    let rows = sqlx::query(
        "SELECT line FROM receipt WHERE agency_id = $1 AND record_id = $2 AND number >= $3 ORDER BY number",
    )
    .bind(&agency_id)
    .bind(record.to_string())
    .bind(to_db(from))
    .fetch_all(app.db().pool())
    .await?;
    let mut lines = Vec::new();
    for row in rows {
        lines.extend(row.try_get::<Vec<u8>, _>("line")?);
    }
    Ok(lines)
}
