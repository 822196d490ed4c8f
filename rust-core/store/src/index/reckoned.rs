//! By which notices deadlines were counted, and which of them other notices may move.

use rusqlite::{OptionalExtension, params};

use super::{Index, IndexError, RecordRow, read_record};

impl Index {
    /// As [`Index::set_reckoned_by`] was told; `None` where it never was.
    pub fn reckoned_by(&self) -> Result<Option<String>, IndexError> {
        let mut statement = self.db.prepare_cached("SELECT notices FROM reckoned")?;
        Ok(statement.query_row([], |row| row.get(0)).optional()?)
    }

    /// Remembers by which notices the deadlines in the rows are counted now.
    pub fn set_reckoned_by(&mut self, notices: &str) -> Result<(), IndexError> {
        self.db
            .prepare_cached(
                "INSERT INTO reckoned (one, notices) VALUES (1, ?1) ON CONFLICT (one) DO UPDATE SET notices = ?1",
            )?
            .execute([notices])?;
        Ok(())
    }

    /// Records with a deadline in this span, the law's or the agency's own for their texts; both ends included.
    pub fn due_within(&self, from_us: i64, to_us: i64) -> Result<Vec<RecordRow>, IndexError> {
        let mut statement = self.db.prepare_cached(
            "SELECT * FROM record WHERE deadline_us BETWEEN ?1 AND ?2 OR own_filing_us BETWEEN ?1 AND ?2 ORDER BY deadline_us, record_id",
        )?;
        let mut rows = statement.query(params![from_us, to_us])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(read_record(row)?);
        }
        Ok(all)
    }
}
