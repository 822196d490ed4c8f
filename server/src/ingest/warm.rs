//! How far the records at hand were proved, so that a line costs one proof and not the whole journal's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use quanji_evidence::id::RecordId;
use quanji_rules::agency_policy::Policies;
use sqlx::Row;

use super::proof::Proved;
use crate::app::App;
use crate::db::to_db;
use crate::refusal::{Answer, Refused};

/// Records kept warm: those of a few hundred phones at once, at some hundred bytes each.
const WARM_LIMIT: usize = 4_096;
/// Lines read from the database at once when a record is proved again.
const PAGE: u64 = 512;

/// Where the journals at hand stand. What is here was committed.
#[derive(Debug, Default)]
pub struct WarmReaders(Mutex<Shelf>);

#[derive(Debug, Default)]
struct Shelf {
    proved: HashMap<RecordId, (Proved, u64)>,
    uses: u64,
}

impl WarmReaders {
    fn get(&self, record: RecordId, next_seq: u64) -> Option<Proved> {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.uses += 1;
        let now = shelf.uses;
        let (proved, used) = shelf.proved.get_mut(&record)?;
        *used = now;
        (proved.next_seq() == next_seq).then(|| proved.clone())
    }

    /// Empties the shelf, as a restart does.
    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).proved.clear();
    }

    /// After the commit.
    pub(super) fn put(&self, record: RecordId, proved: Proved) {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.uses += 1;
        let now = shelf.uses;
        if shelf.proved.len() >= WARM_LIMIT && !shelf.proved.contains_key(&record) {
            let oldest = shelf.proved.iter().min_by_key(|(_, (_, used))| *used).map(|(record, _)| *record);
            oldest.and_then(|oldest| shelf.proved.remove(&oldest));
        }
        shelf.proved.insert(record, (proved, now));
    }
}

/// The record as proved up to `next_seq`: from the shelf, or by proving again what the database holds.
pub(super) async fn proved_to(app: &App, record: RecordId, next_seq: u64) -> Answer<Proved> {
    if next_seq == 0 {
        return Ok(Proved::nothing(policies(app).await));
    }
    if let Some(proved) = app.warm_readers().get(record, next_seq) {
        return Ok(proved);
    }
    let mut proved = Proved::nothing(policies(app).await);
    while proved.next_seq() < next_seq {
        let from = proved.next_seq();
        let rows = sqlx::query(
            "SELECT line FROM line WHERE agency_id = $1 AND record_id = $2 AND seq >= $3 AND seq < $4 ORDER BY seq",
        )
        .bind(app.agency().id.to_string())
        .bind(record.to_string())
        .bind(to_db(from))
        .bind(to_db(next_seq.min(from + PAGE)))
        .fetch_all(app.db().pool())
        .await?;
        let lines = rows.iter().map(|row| row.try_get("line")).collect::<Result<Vec<Vec<u8>>, _>>()?;
        let (further, _, refused) = super::lines::prove_apart(proved, lines).await?;
        proved = further;
        if refused.is_some() || proved.next_seq() == from {
            // What was proved before it was kept no longer proves itself: the database was changed behind our back.
            tracing::error!(record = %record, seq = proved.next_seq(), "a held line does not prove itself");
            return Err(Refused::new(quanji_wire::Code::Internal));
        }
    }
    Ok(proved)
}

/// By which records are held. One that cannot be read holds nobody, and keeps no line out.
async fn policies(app: &App) -> Arc<Policies> {
    let policies = crate::policies::policies(app.db(), &app.agency()).await;
    Arc::new(policies.unwrap_or_else(|fault| {
        tracing::error!(%fault, "policies");
        Policies::default()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shelf_is_bounded_and_the_one_used_longest_ago_goes() {
        let shelf = WarmReaders::default();
        let id = |n: u32| {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&n.to_be_bytes());
            RecordId::from_bytes(bytes)
        };
        for n in 0..WARM_LIMIT as u32 {
            shelf.put(id(n), Proved::nothing(Arc::default()));
        }
        assert!(shelf.get(id(0), 0).is_some());
        shelf.put(id(u32::MAX), Proved::nothing(Arc::default()));
        assert!(shelf.get(id(0), 0).is_some());
        assert!(shelf.get(id(1), 0).is_none());
        assert_eq!(shelf.0.lock().unwrap().proved.len(), WARM_LIMIT);
    }
}
