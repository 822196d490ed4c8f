//! What the index remembers of the vault's files.

use rusqlite::{Connection, params};
use sha2::{Digest, Sha256};

use super::{IndexError, from_sql, to_sql};
use crate::identity::{FileKind, Identity, RecordId};
use crate::recovery::{Known, KnownFile, KnownState};

const PRESENT: &str = "present";
const PURGED: &str = "purged";

pub(super) fn replace(db: &Connection, record: RecordId, files: &[KnownFile]) -> Result<(), IndexError> {
    db.prepare_cached("DELETE FROM file WHERE record_id = ?1")?.execute([record.0.as_slice()])?;
    let mut insert = db.prepare_cached(
        "INSERT OR REPLACE INTO file (name, record_id, kind, take, number, part, from_bytes, synced_bytes, sealed_bytes,
             plain_bytes, state, row_check) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    for file in files {
        let KnownFile { name, identity, part, from, synced_len, sealed_len, plain_len, state } = file;
        let state = word(*state);
        insert.execute(params![
            name.as_slice(),
            identity.record.0.as_slice(),
            identity.kind as u8,
            identity.take,
            identity.number,
            part,
            to_sql(*from),
            to_sql(*synced_len),
            to_sql(*sealed_len),
            to_sql(*plain_len),
            state,
            row_check(file).as_slice()
        ])?;
    }
    Ok(())
}

pub(super) fn known(db: &Connection) -> Result<Known, IndexError> {
    let bad = || IndexError::BadRow { table: "file" };
    let mut statement = db.prepare_cached(
        "SELECT name, record_id, kind, take, number, part, from_bytes, synced_bytes, sealed_bytes, plain_bytes, state,
             row_check FROM file",
    )?;
    let mut rows = statement.query([])?;
    let mut files = Vec::new();
    while let Some(row) = rows.next()? {
        let kind: u8 = row.get(2)?;
        let length = |column: usize| -> Result<u64, IndexError> { from_sql(row.get(column)?).ok_or_else(bad) };
        let file = KnownFile {
            name: row.get(0)?,
            identity: Identity {
                record: RecordId(row.get(1)?),
                kind: FileKind::ALL.into_iter().find(|known| *known as u8 == kind).ok_or_else(bad)?,
                take: row.get(3)?,
                number: row.get(4)?,
            },
            part: row.get(5)?,
            from: length(6)?,
            synced_len: length(7)?,
            sealed_len: length(8)?,
            plain_len: length(9)?,
            state: match row.get_ref(10)?.as_str().map_err(|_| bad())? {
                PRESENT => KnownState::Present,
                PURGED => KnownState::Purged,
                _ => return Err(bad()),
            },
        };
        let found: [u8; 8] = row.get(11)?;
        if found != row_check(&file) {
            return Err(bad());
        }
        files.push(file);
    }
    Ok(Known { files })
}

fn word(state: KnownState) -> &'static str {
    match state {
        KnownState::Present => PRESENT,
        KnownState::Purged => PURGED,
    }
}

/// Of every field in the order of the columns, integers as 8 bytes.
fn row_check(file: &KnownFile) -> [u8; 8] {
    let KnownFile { name, identity: Identity { record, kind, take, number }, .. } = file;
    let KnownFile { part, from, synced_len, sealed_len, plain_len, state, .. } = file;
    let mut hash = Sha256::new();
    hash.update(name);
    hash.update(record.0);
    let numbers = [*kind as u64, u64::from(*take), u64::from(*number), u64::from(*part)];
    for number in numbers.into_iter().chain([*from, *synced_len, *sealed_len, *plain_len]) {
        hash.update(number.to_le_bytes());
    }
    hash.update(word(*state));
    let mut check = [0; 8];
    check.copy_from_slice(&hash.finalize()[..8]);
    check
}
