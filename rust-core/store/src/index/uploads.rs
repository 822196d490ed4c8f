//! The queue to the agency: one row for each thing that is to reach it, and how far it has come.
//!
//! Rows are made from the vault ([`Wanted`]) and can be made again; what they remember besides (attempts, reasons, a yes to a size)
//! is a convenience. Choosing the next row visits the same number of rows however many wait: what must not go now is in no index that
//! the choice looks at.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Index, IndexError, from_sql, to_sql};
use crate::identity::RecordId;
use crate::index::RecordRow;

/// What kind of thing a row sends. Within one class of the order, a record's things go in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum UploadKind {
    /// Line 0 alone: the agency shall know of every record before it gets any of them whole.
    Opened = 1,
    Lines = 2,
    Private = 3,
    /// A photo or document; its number is its place among the record's.
    File = 4,
    Init = 5,
    Segment = 6,
    /// Not sent: fetched.
    Receipt = 7,
}

impl UploadKind {
    pub const ALL: [UploadKind; 7] =
        [Self::Opened, Self::Lines, Self::Private, Self::File, Self::Init, Self::Segment, Self::Receipt];

    /// Opened lines of all records, then lines, photos, media, receipts.
    fn class(self) -> u8 {
        match self {
            Self::Opened => 1,
            Self::Lines | Self::Private => 2,
            Self::File => 3,
            Self::Init | Self::Segment => 4,
            Self::Receipt => 5,
        }
    }

    /// Whether more bytes may come while the row stands.
    fn grows(self) -> bool {
        matches!(self, Self::Lines | Self::Private | Self::Receipt)
    }
}

/// Whether a row may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UploadState {
    Ready,
    /// After `next_attempt_us`.
    Later,
    /// When a person has done something.
    Held,
    Done,
}

impl UploadState {
    fn word(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Later => "later",
            Self::Held => "held",
            Self::Done => "done",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Ready, Self::Later, Self::Held, Self::Done].into_iter().find(|state| state.word() == word)
    }
}

/// Who pays for the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fare {
    /// Nobody: everything may go.
    Free,
    /// The officer: only what may go paid.
    Paid,
}

/// Among which rows the next is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Among {
    All,
    /// While a record runs: a receipt is kept and its space freed by the one writer, and that is at the scene.
    AllButReceipts,
}

/// A thing that is to reach the agency, as the vault tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub kind: UploadKind,
    pub take: u32,
    pub number: u32,
    /// `None` where bytes are still added.
    pub digest: Option<[u8; 32]>,
    pub size_bytes: u64,
    /// Without being asked.
    pub may_go_paid: bool,
    /// Known from the vault alone, as by a purge on a receipt.
    pub is_done: bool,
}

/// A row of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    pub record: RecordId,
    pub kind: UploadKind,
    pub take: u32,
    pub number: u32,
    pub digest: Option<[u8; 32]>,
    pub size_bytes: u64,
    /// What the agency is known to hold of it.
    pub stored_bytes: u64,
    pub may_go_paid: bool,
    pub deadline_us: Option<i64>,
    pub state: UploadState,
    /// In a row without success.
    pub attempts: u32,
    pub next_attempt_us: i64,
    /// The uploader's code for why it waits.
    pub reason: Option<String>,
}

/// What became of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// The agency holds so much of it; it goes on at once.
    Further {
        stored_bytes: u64,
    },
    /// The agency holds all of it as it was when it was chosen.
    Done {
        size_bytes: u64,
    },
    Later {
        at_us: i64,
        reason: String,
    },
    Held {
        reason: String,
    },
}

/// What keeps all rows waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadHold {
    pub reason: String,
    pub attempts: u32,
    pub next_attempt_us: i64,
}

/// What the agency does not have yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadsOwed {
    /// What is sent, and how many bytes of it are not there.
    pub things: u64,
    pub bytes: u64,
    /// What is fetched.
    pub receipts: u64,
}

const NO_DEADLINE: i64 = i64::MAX;
pub(super) const COLUMNS: &str = "record_id, kind, take, number, digest, size_bytes, stored_bytes, may_go_paid, due_us, state, attempts, \
                       next_attempt_us, reason";
pub(super) const ORDER: &str = "class, due_us, record_id, kind, take, number";

impl Index {
    /// Wakes the rows whose time has come. An instant further ahead than any wait is was written by a clock that was set back since.
    pub fn wake_uploads(&mut self, now_us: i64, longest_us: u64) -> Result<(), IndexError> {
        for (condition, limit_us) in [("<=", now_us), (">", now_us.saturating_add_unsigned(longest_us))] {
            let sql =
                format!("UPDATE upload SET state = 'ready' WHERE state = 'later' AND next_attempt_us {condition} ?1");
            self.db.prepare_cached(&sql)?.execute([limit_us])?;
        }
        Ok(())
    }

    /// The next row to go: opened lines first, then by class and deadline.
    pub fn next_upload(&mut self, fare: Fare, among: Among) -> Result<Option<UploadRow>, IndexError> {
        let mut statement = self.db.prepare_cached(&next_sql(fare, among))?;
        statement.query_row([], |row| Ok(read(row))).optional()?.transpose()
    }

    /// Enters what became of an attempt at `row`, which may have grown meanwhile.
    pub fn settle_upload(&mut self, row: &UploadRow, settled: &Settled) -> Result<(), IndexError> {
        let transaction = self.db.transaction()?;
        let UploadRow { record, kind, take, number, .. } = row;
        let at = |sql: &str| {
            format!("UPDATE upload SET {sql} WHERE record_id = ?1 AND kind = ?2 AND take = ?3 AND number = ?4")
        };
        let record = record.0.as_slice();
        match settled {
            Settled::Further { stored_bytes } => {
                let sql = at("stored_bytes = min(?5, size_bytes), state = 'ready', attempts = 0, reason = NULL");
                transaction.prepare_cached(&sql)?.execute(params![
                    record,
                    *kind as u8,
                    take,
                    number,
                    to_sql(*stored_bytes)
                ])?;
            }
            Settled::Done { size_bytes } => {
                let sql = at("stored_bytes = min(?5, size_bytes), attempts = 0, reason = NULL,
                     state = CASE WHEN size_bytes <= ?5 THEN 'done' ELSE 'ready' END");
                transaction.prepare_cached(&sql)?.execute(params![
                    record,
                    *kind as u8,
                    take,
                    number,
                    to_sql(*size_bytes)
                ])?;
                if *kind == UploadKind::Opened {
                    // The lines begin with it: it does not go twice.
                    transaction
                        .prepare_cached(
                            "UPDATE upload SET stored_bytes = max(stored_bytes, min(?2, size_bytes)),
                                 state = CASE WHEN state = 'ready' AND size_bytes <= ?2 THEN 'done' ELSE state END
                             WHERE record_id = ?1 AND kind = 2",
                        )?
                        .execute(params![record, to_sql(*size_bytes)])?;
                }
                if *kind == UploadKind::Segment {
                    transaction
                        .prepare_cached(
                            "UPDATE segment SET state = 'stored'
                             WHERE record_id = ?1 AND take = ?2 AND number = ?3 AND state = 'waiting'",
                        )?
                        .execute(params![record, take, number])?;
                }
            }
            Settled::Later { at_us, reason } => {
                let sql = at("state = 'later', attempts = attempts + 1, next_attempt_us = ?5, reason = ?6");
                transaction.prepare_cached(&sql)?.execute(params![record, *kind as u8, take, number, at_us, reason])?;
            }
            Settled::Held { reason } => {
                let sql = at("state = 'held', attempts = attempts + 1, reason = ?5");
                transaction.prepare_cached(&sql)?.execute(params![record, *kind as u8, take, number, reason])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Nothing of this record goes any more, in whatever way its rows come to be; `reason` is the uploader's word for why.
    pub fn bar(&mut self, record: RecordId, reason: &str) -> Result<(), IndexError> {
        bar(&self.db, record, reason)
    }

    /// Whether nothing of this record goes any more.
    pub fn is_barred(&self, record: RecordId) -> Result<bool, IndexError> {
        let sql = "SELECT 1 FROM barred WHERE record_id = ?1";
        Ok(self.db.prepare_cached(sql)?.exists([record.0.as_slice()])?)
    }

    /// Tries again what waits for a person or for its time: somebody asks for it now.
    pub fn release_uploads(&mut self) -> Result<(), IndexError> {
        self.db.execute("UPDATE upload SET state = 'ready' WHERE state = 'held'", [])?;
        self.db.execute("UPDATE upload SET state = 'ready' WHERE state = 'later'", [])?;
        self.db.execute("DELETE FROM upload_hold", [])?;
        Ok(())
    }

    /// A yes to `limit_bytes` over a network that is paid for: lets the next rows go that together are no larger, and film of a running
    /// record that is still to come within what is left, until this index is closed. How much of it waits already. Takes the place of
    /// what was left of an earlier yes.
    pub fn consent_to_paid(&mut self, limit_bytes: u64) -> Result<u64, IndexError> {
        let transaction = self.db.transaction()?;
        let mut agreed = 0;
        {
            let sql =
                format!("SELECT {COLUMNS} FROM upload WHERE state <> 'done' AND may_go_paid = 0 ORDER BY {ORDER}");
            let mut statement = transaction.prepare(&sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let row = read(row)?;
                let owed = row.size_bytes - row.stored_bytes;
                if agreed + owed > limit_bytes {
                    break;
                }
                agreed += owed;
                transaction
                    .prepare_cached(
                        "UPDATE upload SET may_go_paid = 1 WHERE record_id = ?1 AND kind = ?2 AND take = ?3 AND number = ?4",
                    )?
                    .execute(params![row.record.0.as_slice(), row.kind as u8, row.take, row.number])?;
            }
        }
        transaction.commit()?;
        self.agreed_left_bytes = limit_bytes - agreed;
        Ok(agreed)
    }

    /// When the next row that waits for its time may go.
    pub fn next_upload_wake_us(&self) -> Result<Option<i64>, IndexError> {
        let sql = "SELECT next_attempt_us FROM upload WHERE state = 'later' ORDER BY next_attempt_us LIMIT 1";
        Ok(self.db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?)
    }

    /// From when some row may be tried over a network of that fare, `i64::MIN` for now. `None` where none may, whatever the time.
    pub fn upload_due_us(&mut self, fare: Fare) -> Result<Option<i64>, IndexError> {
        if self.next_upload(fare, Among::AllButReceipts)?.is_some() {
            return Ok(Some(i64::MIN));
        }
        // No receipt comes of a record whose film is not there: a phone that asked for it over a SIM would wake for days for nothing.
        let and_possible = match fare {
            Fare::Free => "",
            Fare::Paid => {
                " AND may_go_paid = 1 AND NOT (kind = 7 AND EXISTS (SELECT 1 FROM upload AS film
                      WHERE film.record_id = upload.record_id AND film.state <> 'done' AND film.may_go_paid = 0))"
            }
        };
        let sql = format!(
            "SELECT min(CASE state WHEN 'ready' THEN ?1 ELSE next_attempt_us END) FROM upload
             WHERE state IN ('ready', 'later'){and_possible}"
        );
        Ok(self.db.prepare_cached(&sql)?.query_row([i64::MIN], |row| row.get(0))?)
    }

    /// Rows that the agency does not have yet, in the order in which they would go; at most `limit`.
    pub fn uploads_waiting(&self, limit: u32) -> Result<Vec<UploadRow>, IndexError> {
        let sql = format!("SELECT {COLUMNS} FROM upload WHERE state <> 'done' ORDER BY {ORDER} LIMIT ?1");
        self.uploads(&sql, params![limit])
    }

    /// What the agency does not have yet, summed by the database: however much waits, no list of it is made.
    pub fn uploads_owed(&self) -> Result<UploadsOwed, IndexError> {
        let bad = || IndexError::BadRow { table: "upload" };
        let sql = "SELECT count(*) FILTER (WHERE kind < 7), count(*) FILTER (WHERE kind = 7),
                       coalesce(sum(size_bytes - stored_bytes) FILTER (WHERE kind < 7), 0)
                   FROM upload WHERE state <> 'done'";
        let mut statement = self.db.prepare_cached(sql)?;
        let (things, receipts, bytes): (i64, i64, i64) =
            statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(UploadsOwed {
            things: from_sql(things).ok_or_else(bad)?,
            receipts: from_sql(receipts).ok_or_else(bad)?,
            bytes: from_sql(bytes).ok_or_else(bad)?,
        })
    }

    /// All rows of a record, those that are done too.
    pub fn uploads_of(&self, record: RecordId) -> Result<Vec<UploadRow>, IndexError> {
        let sql = format!("SELECT {COLUMNS} FROM upload WHERE record_id = ?1 ORDER BY kind, take, number");
        self.uploads(&sql, params![record.0.as_slice()])
    }

    fn uploads(&self, sql: &str, params: impl rusqlite::Params) -> Result<Vec<UploadRow>, IndexError> {
        let mut statement = self.db.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(read(row)?);
        }
        Ok(all)
    }

    /// What keeps everything waiting, if anything does.
    pub fn upload_hold(&self) -> Result<Option<UploadHold>, IndexError> {
        let sql = "SELECT reason, attempts, next_attempt_us FROM upload_hold";
        let read =
            |row: &Row<'_>| Ok(UploadHold { reason: row.get(0)?, attempts: row.get(1)?, next_attempt_us: row.get(2)? });
        Ok(self.db.prepare_cached(sql)?.query_row([], read).optional()?)
    }

    pub fn set_upload_hold(&mut self, hold: Option<&UploadHold>) -> Result<(), IndexError> {
        let Some(UploadHold { reason, attempts, next_attempt_us }) = hold else {
            self.db.execute("DELETE FROM upload_hold", [])?;
            return Ok(());
        };
        self.db.execute(
            "INSERT INTO upload_hold (only, reason, attempts, next_attempt_us) VALUES (1, ?1, ?2, ?3)
             ON CONFLICT (only) DO UPDATE SET reason = ?1, attempts = ?2, next_attempt_us = ?3",
            params![reason, attempts, next_attempt_us],
        )?;
        Ok(())
    }
}

pub(super) fn bar(db: &Connection, record: RecordId, reason: &str) -> Result<(), IndexError> {
    let sql = "INSERT INTO barred (record_id, reason) VALUES (?1, ?2) ON CONFLICT (record_id) DO NOTHING";
    db.prepare_cached(sql)?.execute(params![record.0.as_slice(), reason])?;
    Ok(())
}

fn next_sql(fare: Fare, among: Among) -> String {
    let (index, and_paid) = match fare {
        Fare::Free => ("upload_next", ""),
        Fare::Paid => ("upload_next_paid", " AND may_go_paid = 1"),
    };
    let and_sent = match among {
        Among::All => String::new(),
        Among::AllButReceipts => format!(" AND class < {}", UploadKind::Receipt.class()),
    };
    format!(
        "SELECT {COLUMNS} FROM upload INDEXED BY {index} WHERE state = 'ready'{and_paid}{and_sent} ORDER BY {ORDER} LIMIT 1"
    )
}

/// Brings a record's rows to what is wanted now: what has grown goes again, what is known stays as far as it came.
pub(super) fn merge(db: &Connection, record: &RecordRow, wanted: &[Wanted]) -> Result<(), IndexError> {
    let id = record.record.0;
    let due_us = record.deadline_us.unwrap_or(NO_DEADLINE);
    let known: Vec<(u8, u32, u32)> = db
        .prepare_cached("SELECT kind, take, number FROM upload WHERE record_id = ?1")?
        .query_map([id.as_slice()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    let mut gone: std::collections::BTreeSet<_> = known.into_iter().collect();
    for wanted in wanted {
        gone.remove(&(wanted.kind as u8, wanted.take, wanted.number));
        put(db, record.record, due_us, wanted, Growth::GoesAtOnce)?;
    }
    for (kind, take, number) in gone {
        db.prepare_cached("DELETE FROM upload WHERE record_id = ?1 AND kind = ?2 AND take = ?3 AND number = ?4")?
            .execute(params![id.as_slice(), kind, take, number])?;
    }
    db.prepare_cached(
        "UPDATE segment SET state = 'stored' WHERE record_id = ?1 AND state = 'waiting' AND EXISTS (
             SELECT 1 FROM upload WHERE upload.record_id = segment.record_id AND upload.kind = 6
                 AND upload.take = segment.take AND upload.number = segment.number AND upload.state = 'done')",
    )?
    .execute([id.as_slice()])?;
    Ok(())
}

/// What growth does to a row that waits for its time or for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Growth {
    /// Something new was said: it is tried now.
    GoesAtOnce,
    /// The camera runs and everything grows all the time: what waits goes on waiting, or no phone would ever hold back.
    WaitsOn,
}

/// Enters a thing that is wanted; one that is known and has not changed keeps how far it has come.
fn put(db: &Connection, record: RecordId, due_us: i64, wanted: &Wanted, growth: Growth) -> Result<(), IndexError> {
    let Wanted { kind, take, number, digest, size_bytes, may_go_paid, is_done } = wanted;
    let size = to_sql(*size_bytes);
    let (state, stored) = if *is_done { ("done", size) } else { ("ready", 0) };
    let sql = put_sql(*kind, growth);
    db.prepare_cached(&sql)?.execute(params![
        record.0.as_slice(),
        *kind as u8,
        take,
        number,
        kind.class(),
        digest.as_ref().map(|digest| digest.as_slice()),
        size,
        stored,
        may_go_paid,
        due_us,
        state,
    ])?;
    Ok(())
}

fn put_sql(kind: UploadKind, growth: Growth) -> String {
    // A row that grew goes again at once; another digest under one number was never sent.
    let again = if kind.grows() { "upload.size_bytes <> ?7" } else { "upload.digest IS NOT ?6" };
    let kept = if kind.grows() { "min(upload.stored_bytes, ?7)" } else { "0" };
    let anew = match growth {
        Growth::GoesAtOnce => again.to_owned(),
        Growth::WaitsOn => format!("{again} AND state NOT IN ('later', 'held')"),
    };
    format!(
        "INSERT INTO upload (record_id, kind, take, number, class, digest, size_bytes, stored_bytes, may_go_paid, due_us, state,
             attempts, next_attempt_us, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, 0, NULL)
         ON CONFLICT (record_id, kind, take, number) DO UPDATE SET
             digest = ?6, size_bytes = ?7, due_us = ?10, may_go_paid = max(may_go_paid, ?9),
             stored_bytes = CASE WHEN ?11 = 'done' THEN ?7 WHEN {again} THEN {kept} ELSE stored_bytes END,
             state = CASE WHEN ?11 = 'done' THEN 'done' WHEN {anew} THEN 'ready' ELSE state END,
             attempts = CASE WHEN ?11 = 'done' OR {anew} THEN 0 ELSE attempts END,
             reason = CASE WHEN ?11 = 'done' OR {anew} THEN NULL ELSE reason END"
    )
}

/// Enters what became durable of a running record, beside what is known of it. Film that is new takes from what was agreed to over a
/// paid network; what is left of that is returned.
pub(super) fn add(
    db: &Connection,
    record: &RecordRow,
    wanted: &[Wanted],
    mut agreed_left_bytes: u64,
) -> Result<u64, IndexError> {
    let due_us = record.deadline_us.unwrap_or(NO_DEADLINE);
    for wanted in wanted {
        let mut wanted = wanted.clone();
        if !wanted.may_go_paid && wanted.size_bytes <= agreed_left_bytes && !is_known(db, record.record, &wanted)? {
            agreed_left_bytes -= wanted.size_bytes;
            wanted.may_go_paid = true;
        }
        put(db, record.record, due_us, &wanted, Growth::WaitsOn)?;
    }
    Ok(agreed_left_bytes)
}

fn is_known(db: &Connection, record: RecordId, wanted: &Wanted) -> Result<bool, IndexError> {
    let sql = "SELECT 1 FROM upload WHERE record_id = ?1 AND kind = ?2 AND take = ?3 AND number = ?4";
    let at = params![record.0.as_slice(), wanted.kind as u8, wanted.take, wanted.number];
    Ok(db.prepare_cached(sql)?.exists(at)?)
}

pub(super) fn read(row: &Row<'_>) -> Result<UploadRow, IndexError> {
    let bad = || IndexError::BadRow { table: "upload" };
    let (kind, state): (u8, String) = (row.get("kind")?, row.get("state")?);
    let due_us: i64 = row.get("due_us")?;
    Ok(UploadRow {
        record: RecordId(row.get("record_id")?),
        kind: UploadKind::ALL.into_iter().find(|known| *known as u8 == kind).ok_or_else(bad)?,
        take: row.get("take")?,
        number: row.get("number")?,
        digest: row.get("digest")?,
        size_bytes: from_sql(row.get("size_bytes")?).ok_or_else(bad)?,
        stored_bytes: from_sql(row.get("stored_bytes")?).ok_or_else(bad)?,
        may_go_paid: row.get("may_go_paid")?,
        deadline_us: (due_us != NO_DEADLINE).then_some(due_us),
        state: UploadState::from_word(&state).ok_or_else(bad)?,
        attempts: row.get("attempts")?,
        next_attempt_us: row.get("next_attempt_us")?,
        reason: row.get("reason")?,
    })
}

#[cfg(test)]
#[path = "uploads_tests.rs"]
mod tests;
