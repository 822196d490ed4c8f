//! By which notices deadlines were counted, and which of them other notices may move.

use rusqlite::{OptionalExtension, params};

use super::{Index, IndexError, RecordRow, read_record};

/// What step 7 enters among the notices: rows are as a schema before it made them, without what is made from journals since.
const BEFORE_7: &str = "special_rules/0\n";

impl Index {
    /// Whether rows are still as a schema before the seventh made them. It stays so over any number of starts, until they are made anew.
    pub(crate) fn has_rows_of_before_7(&self) -> Result<bool, IndexError> {
        let mut statement = self.db.prepare_cached("SELECT 1 FROM reckoned WHERE instr(notices, ?1) > 0")?;
        Ok(statement.exists([BEFORE_7])?)
    }

    /// All rows were made anew.
    pub(crate) fn set_rows_made_anew(&mut self) -> Result<(), IndexError> {
        let transaction = self.db.transaction()?;
        transaction.execute("UPDATE reckoned SET notices = replace(notices, ?1, '')", [BEFORE_7])?;
        // Of an index that never remembered by which notices it counted.
        transaction.execute("DELETE FROM reckoned WHERE notices = ''", [])?;
        Ok(transaction.commit()?)
    }

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
