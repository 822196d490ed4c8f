//! The index: a SQLite database of ids, digests, states and times, without a name of a person or place in it.
//!
//! It is a memory, not a record: everything in it can be made again from the vault, and no acknowledgement waits for it. It
//! spares the reading of every file at each opening, and answers lists and queues. In order: `rows`, `migrate`, `open`, and
//! the queries here.

mod error;
mod files;
mod lists;
mod migrate;
mod open;
mod reckoned;
mod rows;
mod uploads;

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};

pub use error::IndexError;
pub use lists::{ActivityTerm, ListedRecord, Tally};
pub use migrate::SCHEMA_VERSION;
pub use open::IndexState;
pub use rows::{Beside, RecordRow, RecordState, SegmentRow, SegmentState, Term};
pub use uploads::{Among, Fare, Settled, UploadHold, UploadKind, UploadRow, UploadState, UploadsOwed, Wanted};

use crate::identity::RecordId;
use crate::recovery::{Known, KnownFile};

/// An open index. One thread at a time.
#[derive(Debug)]
pub struct Index {
    db: Connection,
    /// What it remembered when it was opened, read once.
    known_at_open: Known,
    /// What is left of a yes to a size over a network that is paid for: for film that is still to come. Not kept: it is asked again.
    agreed_left_bytes: u64,
}

/// All that the index holds about one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordEntry {
    pub record: RecordRow,
    pub segments: Vec<SegmentRow>,
    /// What is to reach the agency; rows that are known keep how far they have come.
    pub uploads: Vec<Wanted>,
    /// Why nothing of it goes, in the uploader's word; once it is so, it stays so.
    pub barred: Option<&'static str>,
    pub files: Vec<KnownFile>,
}

const ADD_SEGMENT: &str = "INSERT INTO segment (record_id, take, number, digest, size_bytes, state, deadline_us)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (record_id, take, number) DO UPDATE SET digest = ?4, size_bytes = ?5, state = ?6
        WHERE segment.state = 'recording'";
const SEGMENT_COLUMNS: &str = "record_id, take, number, digest, size_bytes, state, deadline_us";

impl Index {
    /// Opens or makes the index in `folder`; a damaged one is moved aside, kept and reported.
    pub fn open(folder: &Path) -> Result<(Index, IndexState), IndexError> {
        open::open(folder)
    }

    /// Replaces everything about these records, all or nothing.
    pub fn put(&mut self, entries: impl IntoIterator<Item = RecordEntry>) -> Result<(), IndexError> {
        let transaction = self.db.transaction()?;
        for RecordEntry { record, segments, uploads, barred, files } in entries {
            put_record(&transaction, &record)?;
            if let Some(reason) = barred {
                uploads::bar(&transaction, record.record, reason)?;
            }
            transaction
                .prepare_cached("DELETE FROM segment WHERE record_id = ?1")?
                .execute([record.record.0.as_slice()])?;
            segments.iter().try_for_each(|segment| put_segment(&transaction, segment))?;
            uploads::merge(&transaction, &record, &uploads)?;
            files::replace(&transaction, record.record, &files)?;
        }
        Ok(transaction.commit()?)
    }

    /// Enters what became durable of a running record since it was told last: so many statements as there are things in it, however
    /// long the record is. `begun` is the record's row where there is none yet; one that is there is left as it is.
    pub fn add(&mut self, begun: &RecordRow, segments: &[SegmentRow], uploads: &[Wanted]) -> Result<(), IndexError> {
        let known = self.record(begun.record)?;
        let transaction = self.db.transaction()?;
        if known.is_none() {
            put_record(&transaction, begun)?;
        }
        segments.iter().try_for_each(|segment| add_segment(&transaction, segment))?;
        let record = known.as_ref().unwrap_or(begun);
        let left_bytes = uploads::add(&transaction, record, uploads, self.agreed_left_bytes)?;
        transaction.commit()?;
        self.agreed_left_bytes = left_bytes;
        Ok(())
    }

    /// Replaces what is known of the files of one record, or of the device.
    pub fn put_files(&mut self, record: RecordId, files: &[KnownFile]) -> Result<(), IndexError> {
        let transaction = self.db.transaction()?;
        files::replace(&transaction, record, files)?;
        Ok(transaction.commit()?)
    }

    pub fn put_record(&mut self, row: &RecordRow) -> Result<(), IndexError> {
        put_record(&self.db, row)
    }

    pub fn put_segment(&mut self, row: &SegmentRow) -> Result<(), IndexError> {
        put_segment(&self.db, row)
    }

    /// What the vault needs to pass over files that have not changed, as it was when the index was opened.
    pub fn take_known(&mut self) -> Known {
        std::mem::take(&mut self.known_at_open)
    }

    pub fn record(&self, record: RecordId) -> Result<Option<RecordRow>, IndexError> {
        let mut statement = self.db.prepare_cached("SELECT * FROM record WHERE record_id = ?1")?;
        statement.query_row([record.0.as_slice()], |row| Ok(read_record(row))).optional()?.transpose()
    }

    /// All records, those with the earliest deadline first, those without one last.
    pub fn records(&self) -> Result<Vec<RecordRow>, IndexError> {
        let mut statement =
            self.db.prepare_cached("SELECT * FROM record ORDER BY deadline_us IS NULL, deadline_us, record_id")?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(read_record(row)?);
        }
        Ok(all)
    }

    pub fn segments_of(&self, record: RecordId) -> Result<Vec<SegmentRow>, IndexError> {
        let sql = format!("SELECT {SEGMENT_COLUMNS} FROM segment WHERE record_id = ?1 ORDER BY take, number");
        self.segments(&sql, params![record.0.as_slice()])
    }

    /// Segments in that state, those with the earliest deadline first, at most `limit`.
    pub fn segments_in(&self, state: SegmentState, limit: u32) -> Result<Vec<SegmentRow>, IndexError> {
        let sql = format!(
            "SELECT {SEGMENT_COLUMNS} FROM segment WHERE state = ?1
             ORDER BY deadline_us IS NULL, deadline_us, record_id, take, number LIMIT ?2"
        );
        self.segments(&sql, params![state.word(), limit])
    }

    fn segments(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<SegmentRow>, IndexError> {
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(read_segment(row)?);
        }
        Ok(all)
    }
}

fn put_record(db: &Connection, row: &RecordRow) -> Result<(), IndexError> {
    let RecordRow { record, state, opened_at_us, ended_at_us, owed_count, deadline_us, term, beside, activity } = row;
    let Beside { special_rule, own_storage_us, own_filing_us } = beside;
    db.prepare_cached(
        "INSERT INTO record (record_id, state, opened_at_us, ended_at_us, owed_count, deadline_us, term, special_rule,
             own_storage_us, own_filing_us, activity)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (record_id) DO UPDATE SET state = ?2, opened_at_us = ?3, ended_at_us = ?4, owed_count = ?5,
             deadline_us = ?6, term = ?7, special_rule = ?8, own_storage_us = ?9, own_filing_us = ?10, activity = ?11",
    )?
    .execute(params![
        record.0.as_slice(),
        state.word(),
        opened_at_us,
        ended_at_us,
        owed_count,
        deadline_us,
        term.word(),
        special_rule,
        own_storage_us,
        own_filing_us,
        activity.as_ref().map(<[u8; 16]>::as_slice),
    ])?;
    Ok(())
}

/// A segment that is known as closed stays where it has come.
fn add_segment(db: &Connection, row: &SegmentRow) -> Result<(), IndexError> {
    let SegmentRow { record, take, number, digest, size_bytes, state, deadline_us } = row;
    let size = to_sql(*size_bytes);
    db.prepare_cached(ADD_SEGMENT)?.execute(params![
        record.0.as_slice(),
        take,
        number,
        digest,
        size,
        state.word(),
        deadline_us
    ])?;
    Ok(())
}

fn put_segment(db: &Connection, row: &SegmentRow) -> Result<(), IndexError> {
    let SegmentRow { record, take, number, digest, size_bytes, state, deadline_us } = row;
    db.prepare_cached(
        "INSERT INTO segment (record_id, take, number, digest, size_bytes, state, deadline_us)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (record_id, take, number) DO UPDATE SET digest = ?4, size_bytes = ?5, state = ?6, deadline_us = ?7",
    )?
    .execute(params![record.0.as_slice(), take, number, digest, to_sql(*size_bytes), state.word(), deadline_us])?;
    Ok(())
}

fn read_record(row: &Row<'_>) -> Result<RecordRow, IndexError> {
    let bad = || IndexError::BadRow { table: "record" };
    let (state, term): (String, String) = (row.get("state")?, row.get("term")?);
    Ok(RecordRow {
        record: RecordId(row.get("record_id")?),
        state: RecordState::from_word(&state).ok_or_else(bad)?,
        opened_at_us: row.get("opened_at_us")?,
        ended_at_us: row.get("ended_at_us")?,
        owed_count: row.get("owed_count")?,
        deadline_us: row.get("deadline_us")?,
        term: Term::from_word(&term).ok_or_else(bad)?,
        beside: Beside {
            special_rule: row.get("special_rule")?,
            own_storage_us: row.get("own_storage_us")?,
            own_filing_us: row.get("own_filing_us")?,
        },
        activity: row.get("activity")?,
    })
}

fn read_segment(row: &Row<'_>) -> Result<SegmentRow, IndexError> {
    let bad = || IndexError::BadRow { table: "segment" };
    let state: String = row.get("state")?;
    Ok(SegmentRow {
        record: RecordId(row.get("record_id")?),
        take: row.get("take")?,
        number: row.get("number")?,
        digest: row.get("digest")?,
        size_bytes: from_sql(row.get("size_bytes")?).ok_or_else(bad)?,
        state: SegmentState::from_word(&state).ok_or_else(bad)?,
        deadline_us: row.get("deadline_us")?,
    })
}

/// SQLite's integers are signed; no length here reaches 8 EiB.
fn to_sql(length: u64) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

fn from_sql(length: i64) -> Option<u64> {
    u64::try_from(length).ok()
}
