//! The schema, step by step. A shipped step is never edited: phones have run it.

use rusqlite::Connection;

use super::IndexError;

/// Step `n` brings schema `n` − 1 to `n`.
const STEPS: [&str; 7] = [
    include_str!("../../migrations/001_create_records_and_segments.sql"),
    include_str!("../../migrations/002_create_files.sql"),
    include_str!("../../migrations/003_create_uploads.sql"),
    include_str!("../../migrations/004_create_sums.sql"),
    include_str!("../../migrations/005_know_issued_documents.sql"),
    include_str!("../../migrations/006_create_barred.sql"),
    include_str!("../../migrations/007_know_activities.sql"),
];

/// The schema of this program.
pub const SCHEMA_VERSION: u32 = STEPS.len() as u32;

/// Brings a database up to [`SCHEMA_VERSION`], each step with its number in one transaction. The schema it had before.
pub(crate) fn migrate(db: &mut Connection) -> Result<u32, IndexError> {
    let found = schema_version(db)?;
    if found > SCHEMA_VERSION {
        return Err(IndexError::Newer { found, known: SCHEMA_VERSION });
    }
    for (to, step) in (1..).zip(STEPS).filter(|(to, _)| *to > found) {
        run_step(db, to, step).map_err(|source| IndexError::Migration { to, source })?;
    }
    Ok(found)
}

fn run_step(db: &mut Connection, to: u32, step: &str) -> rusqlite::Result<()> {
    let transaction = db.transaction()?;
    transaction.execute_batch(step)?;
    transaction.pragma_update(None, "user_version", to)?;
    transaction.commit()
}

pub(crate) fn schema_version(db: &Connection) -> rusqlite::Result<u32> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Every table and index as it was declared, without what SQLite adds itself.
pub(crate) fn schema_text(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = db.prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name")?;
    let texts = statement.query_map([], |row| row.get(0))?;
    texts.collect()
}

/// What [`schema_text`] is for a database that is made now.
pub(crate) fn new_schema_text() -> Result<Vec<String>, IndexError> {
    let mut db = Connection::open_in_memory()?;
    migrate(&mut db)?;
    Ok(schema_text(&db)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_fails_leaves_the_schema_of_before() {
        let mut db = Connection::open_in_memory().unwrap();
        run_step(&mut db, 1, STEPS[0]).unwrap();
        let before = schema_text(&db).unwrap();
        let bad = "CREATE TABLE half (a INTEGER NOT NULL) STRICT; CREATE TABLE record (b INTEGER) STRICT;";
        assert!(run_step(&mut db, 2, bad).is_err());
        assert_eq!(schema_text(&db).unwrap(), before);
        assert_eq!(schema_version(&db).unwrap(), 1);
    }
}
