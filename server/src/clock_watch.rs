//! The agency's own clock, looked at now and then: set back by more than a second, it is listed (`clock_set_back`) until it caught up.

use crate::app::App;
use crate::db::DbFault;
use crate::states::{self, State};

/// What the machine's clock may stand behind: rounding and small corrections.
pub const BEHIND_LIMIT_US: u64 = 1_000_000;

/// By how much the clock is behind, when it is more than [`BEHIND_LIMIT_US`]; lists or heals the state.
pub async fn look(app: &App) -> Result<Option<u64>, DbFault> {
    let behind_us = app.clock().behind_us();
    metrics::gauge!("clock_behind_seconds").set(behind_us as f64 / 1e6);
    let agency = app.agency().id.to_string();
    let mut tx = app.db().begin().await?;
    if behind_us <= BEHIND_LIMIT_US {
        states::heal(&mut tx, &agency, "clock_set_back", &agency, "clock").await?;
        tx.commit().await?;
        return Ok(None);
    }
    let latest_us = app.clock().latest_us();
    let (expected, found) = (format!("{latest_us} or later"), format!("{}", latest_us - behind_us));
    let state = State {
        code: "clock_set_back",
        subject: &agency,
        place: "clock",
        record: None,
        device: None,
        expected: &expected,
        found: &found,
    };
    states::list(&mut tx, &agency, &state, app.now_us()).await?;
    tx.commit().await?;
    Ok(Some(behind_us))
}
