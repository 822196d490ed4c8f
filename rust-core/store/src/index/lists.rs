//! Records as a screen lists them: so many rows as it shows, however many records there are.

use rusqlite::{OptionalExtension, params};

use super::uploads::{COLUMNS, ORDER, UploadRow, read};
use super::{Index, IndexError, RecordRow, RecordState, from_sql, read_record};
use crate::identity::RecordId;

/// A record with how far it has come to the agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRecord {
    pub row: RecordRow,
    /// Of lines, private values, photos and media.
    pub size_bytes: u64,
    pub stored_bytes: u64,
    /// What of it needs somebody, or else goes next; `None` when all of it is there.
    pub next: Option<UploadRow>,
    /// Of its activity, where it names one.
    pub activity: Option<ActivityTerm>,
}

/// The records of one activity on this phone that no receipt covers yet. What other phones hold of it, only the agency knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ActivityTerm {
    pub records: u64,
    /// The earliest of their deadlines, exclusive; `None` where no term runs.
    pub earliest_us: Option<i64>,
}

/// Records of one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub state: RecordState,
    pub records: u64,
    /// Those of them that owe something.
    pub owing: u64,
}

fn listed_sql(index: &str, rest: &str) -> String {
    format!(
        "SELECT record.*, coalesce(progress.size_bytes, 0) AS all_bytes, coalesce(progress.stored_bytes, 0) AS there_bytes
         FROM record {index} LEFT JOIN progress ON progress.record_id = record.record_id {rest}"
    )
}

fn urgent_sql() -> String {
    let rest = "WHERE state <> 'stored' ORDER BY coalesce(deadline_us, 9223372036854775807), record.record_id LIMIT ?1";
    listed_sql("INDEXED BY record_by_urgency", rest)
}

fn unended_sql() -> String {
    let rest =
        "WHERE state IN ('recording', 'interrupted', 'unreadable') ORDER BY opened_at_us, record.record_id LIMIT ?1";
    listed_sql("INDEXED BY record_unended", rest)
}

fn stored_sql() -> String {
    let rest = "WHERE state = 'stored' AND (opened_at_us, record.record_id) < (?1, ?2)
                ORDER BY opened_at_us DESC, record.record_id DESC LIMIT ?3";
    listed_sql("INDEXED BY record_stored", rest)
}

/// As many steps as the activity has records on this phone.
const ACTIVITY_SQL: &str = "SELECT count(*) AS records, min(deadline_us) AS earliest_us
    FROM record INDEXED BY record_of_activity WHERE activity = ?1 AND state <> 'stored'";

fn first_sql(and: &str) -> String {
    format!("SELECT {COLUMNS} FROM upload WHERE record_id = ?1 AND {and} ORDER BY {ORDER} LIMIT 1")
}

impl Index {
    /// Records that no receipt covers yet, those with the earliest deadline first; at most `limit`.
    pub fn urgent(&self, limit: u32) -> Result<Vec<ListedRecord>, IndexError> {
        self.listed(&urgent_sql(), params![limit])
    }

    /// Records whose recording has not ended, oldest first; at most `limit`.
    pub fn unended(&self, limit: u32) -> Result<Vec<ListedRecord>, IndexError> {
        self.listed(&unended_sql(), params![limit])
    }

    /// Records that the agency holds, newest first, those before `before` (`opened_at_us` and id of the last one shown); at most `limit`.
    pub fn stored(&self, before: Option<(i64, RecordId)>, limit: u32) -> Result<Vec<ListedRecord>, IndexError> {
        let (opened_at_us, record) = before.unwrap_or((i64::MAX, RecordId([u8::MAX; 16])));
        self.listed(&stored_sql(), params![opened_at_us, record.0.as_slice(), limit])
    }

    /// One record as the lists show it.
    pub fn listed_one(&self, record: RecordId) -> Result<Option<ListedRecord>, IndexError> {
        let sql = listed_sql("", "WHERE record.record_id = ?1");
        Ok(self.listed(&sql, params![record.0.as_slice()])?.pop())
    }

    /// How many records there are in each state.
    pub fn tallies(&self) -> Result<Vec<Tally>, IndexError> {
        let bad = || IndexError::BadRow { table: "tally" };
        let mut statement = self.db.prepare_cached("SELECT state, records, owing FROM tally WHERE records > 0")?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let state: String = row.get("state")?;
            all.push(Tally {
                state: RecordState::from_word(&state).ok_or_else(bad)?,
                records: from_sql(row.get("records")?).ok_or_else(bad)?,
                owing: from_sql(row.get("owing")?).ok_or_else(bad)?,
            });
        }
        Ok(all)
    }

    fn listed(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<ListedRecord>, IndexError> {
        let bad = || IndexError::BadRow { table: "progress" };
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let (size_bytes, stored_bytes) = (row.get("all_bytes")?, row.get("there_bytes")?);
            let row = read_record(row)?;
            all.push(ListedRecord {
                next: self.next_of(row.record)?,
                activity: row.activity.map(|activity| self.activity_term(activity)).transpose()?,
                row,
                size_bytes: from_sql(size_bytes).ok_or_else(bad)?,
                stored_bytes: from_sql(stored_bytes).ok_or_else(bad)?,
            });
        }
        Ok(all)
    }

    fn activity_term(&self, activity: [u8; 16]) -> Result<ActivityTerm, IndexError> {
        let bad = || IndexError::BadRow { table: "record" };
        let mut statement = self.db.prepare_cached(ACTIVITY_SQL)?;
        let (records, earliest_us): (i64, Option<i64>) =
            statement.query_row([activity.as_slice()], |row| Ok((row.get("records")?, row.get("earliest_us")?)))?;
        Ok(ActivityTerm { records: from_sql(records).ok_or_else(bad)?, earliest_us })
    }

    /// What waits for a person is named before what goes by itself.
    fn next_of(&self, record: RecordId) -> Result<Option<UploadRow>, IndexError> {
        match self.first_of(record, "state = 'held'")? {
            None => self.first_of(record, "state <> 'done'"),
            held => Ok(held),
        }
    }

    fn first_of(&self, record: RecordId, and: &str) -> Result<Option<UploadRow>, IndexError> {
        let mut statement = self.db.prepare_cached(&first_sql(and))?;
        statement.query_row([record.0.as_slice()], |row| Ok(read(row))).optional()?.transpose()
    }
}

#[cfg(test)]
#[path = "lists_tests.rs"]
mod tests;
