//! Opening the index, whatever state its file is in.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use super::migrate::{SCHEMA_VERSION, migrate, new_schema_text, schema_text};
use super::{Index, IndexError, files};
use crate::recovery::Known;

const NAME: &str = "index.db";
/// SQLite's companions of a database file.
const COMPANIONS: [&str; 3] = ["", "-wal", "-shm"];

/// How the index was found. Anything but `Opened` means that it holds nothing yet and has to be rebuilt.
#[derive(Debug)]
pub enum IndexState {
    /// As it was, or after migrations from an older schema.
    Opened { migrated_from: Option<u32> },
    /// There was none.
    Created,
    /// It was damaged or of a later version: moved aside, kept, and a new one begun.
    SetAside { kept_as: PathBuf, why: IndexError },
    /// No file can be had, as on a full disk: kept in memory until the program ends.
    InMemory { why: IndexError },
}

/// Opens or makes the index in `folder`. Only a failing SQLite library itself is an error.
pub(crate) fn open(folder: &Path) -> Result<(Index, IndexState), IndexError> {
    let path = folder.join(NAME);
    let is_there = path.exists();
    let why = match open_file(&path) {
        Ok((index, _)) if !is_there => return Ok((index, IndexState::Created)),
        Ok((index, found)) => {
            let migrated_from = (found < SCHEMA_VERSION).then_some(found);
            return Ok((index, IndexState::Opened { migrated_from }));
        }
        Err(why) => why,
    };
    if why.is_damage() {
        match set_aside(folder).map_err(IndexError::from).and_then(|kept_as| Ok((kept_as, open_file(&path)?.0))) {
            Ok((kept_as, index)) => return Ok((index, IndexState::SetAside { kept_as, why })),
            Err(why) => return in_memory(why),
        }
    }
    in_memory(why)
}

fn in_memory(why: IndexError) -> Result<(Index, IndexState), IndexError> {
    let mut db = Connection::open_in_memory()?;
    migrate(&mut db)?;
    Ok((Index { db, known_at_open: Known::default(), agreed_left_bytes: 0 }, IndexState::InMemory { why }))
}

/// The index and the schema it had before.
fn open_file(path: &Path) -> Result<(Index, u32), IndexError> {
    let mut db = Connection::open(path)?;
    // The vault's lock keeps other processes out; a second connection of this one may be reading.
    db.busy_timeout(Duration::from_secs(2))?;
    // A torn write of the index costs a rebuild, not evidence, so no commit waits for the disk.
    db.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "trusted_schema", false)?;
    let verdict: String = db.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    if verdict != "ok" {
        return Err(IndexError::CheckFailed);
    }
    let found = migrate(&mut db)?;
    if schema_text(&db)? != new_schema_text()? {
        return Err(IndexError::OtherSchema { version: SCHEMA_VERSION });
    }
    let known_at_open = files::known(&db)?;
    Ok((Index { db, known_at_open, agreed_left_bytes: 0 }, found))
}

/// Gives the files the first free name `index.damaged-N`.
fn set_aside(folder: &Path) -> io::Result<PathBuf> {
    let free = (1..u32::MAX)
        .map(|n| format!("index.damaged-{n}"))
        .find(|name| COMPANIONS.iter().all(|end| !folder.join(format!("{name}{end}")).exists()))
        .ok_or(io::ErrorKind::AlreadyExists)?;
    for end in COMPANIONS {
        let from = folder.join(format!("{NAME}{end}"));
        match fs::rename(&from, folder.join(format!("{free}{end}"))) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            renamed => renamed?,
        }
    }
    Ok(folder.join(free))
}
