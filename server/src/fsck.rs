//! `fsck`: everything the agency holds is proved again from the stored bytes alone: log and heads, documents, every record's lines, private
//! values and receipts, every original. (The key set proves itself whenever it is loaded.)

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use quanji_evidence::document::{Document, DocumentFault};
use quanji_evidence::finding::Effect;
use quanji_evidence::head::Head;
use quanji_evidence::keyset::{Role, Standing};
use quanji_evidence::line::{LINE_LIMIT_BYTES, SignedLine, Tag};
use quanji_evidence::receipt::Receipt;
use quanji_evidence::{Digest, Findings, hex};
use quanji_rules::Calendar;
use sqlx::Row;
use thiserror::Error;

use crate::agency::{Agency, AgencyFault};
use crate::app::App;
use crate::calendars::{self, CalendarsFault};
use crate::clock::written;
use crate::db::{DbFault, from_db};
use crate::log::{Logged, root_after};
use crate::receipts::HeldRecord;
use crate::states::{self, State};
use crate::storage::{Lock, OriginalId, StorageFault, read_back};

/// Something that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amiss {
    pub code: String,
    /// The record it concerns; none for the log and for files that no record names.
    pub record: Option<String>,
    pub place: String,
    pub expected: String,
    pub found: String,
}

impl fmt::Display for Amiss {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = self.record.as_deref().unwrap_or("-");
        write!(formatter, "{}\t{record}\t{}\texpected {}\tfound {}", self.code, self.place, self.expected, self.found)
    }
}

/// What was proved, and what could not be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    pub records: u64,
    pub lines: u64,
    pub receipts: u64,
    pub originals: u64,
    pub original_bytes: u64,
    pub log_entries: u64,
    pub heads: u64,
    pub amiss: Vec<Amiss>,
}

/// Why not everything could be read; nothing is said then.
#[derive(Debug, Error)]
pub enum FsckFault {
    #[error(transparent)]
    Agency(#[from] AgencyFault),
    #[error(transparent)]
    Db(#[from] DbFault),
    #[error(transparent)]
    Calendars(#[from] CalendarsFault),
    #[error("the storage could not be read")]
    Storage(#[from] StorageFault),
}

impl From<sqlx::Error> for FsckFault {
    fn from(fault: sqlx::Error) -> FsckFault {
        DbFault::from(fault).into()
    }
}

/// Proves everything; what is amiss with an original is listed as a state, too.
pub async fn fsck(app: &App) -> Result<Checked, FsckFault> {
    fsck_and(app, Locks::Named).await
}

/// What is done about a lock that is missing or ends too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locks {
    Named,
    /// Set to where it must be, so that there is nothing to name.
    Lengthened,
}

/// The same, with locks set where that is asked.
pub async fn fsck_and(app: &App, locks: Locks) -> Result<Checked, FsckFault> {
    let agency = app.agency();
    let mut check = Check { app, agency: &agency, locks, checked: Checked::default(), logged: Vec::new() };
    check.log().await?;
    check.logged_papers().await?;
    check.heads().await?;
    let calendar = calendars::current(app.db(), &agency).await?;
    check.records(&calendar).await?;
    check.originals().await?;
    Ok(check.checked)
}

struct Check<'a> {
    app: &'a App,
    agency: &'a Agency,
    locks: Locks,
    checked: Checked,
    /// Kind and digest by position, with the root after it.
    logged: Vec<(String, String, [u8; 32])>,
}

impl Check<'_> {
    fn add(&mut self, code: &str, record: Option<&str>, place: &str, expected: impl ToString, found: impl ToString) {
        self.checked.amiss.push(Amiss {
            code: code.to_owned(),
            record: record.map(str::to_owned),
            place: place.to_owned(),
            expected: expected.to_string(),
            found: found.to_string(),
        });
    }

    /// The chain of the log.
    async fn log(&mut self) -> Result<(), FsckFault> {
        let rows = sqlx::query(
            "SELECT position, kind, sha256, root_sha256 FROM log_entry WHERE agency_id = $1 ORDER BY position",
        )
        .bind(self.agency.id.to_string())
        .fetch_all(self.app.db().pool())
        .await?;
        let mut root = [0; 32];
        for (expected, row) in rows.iter().enumerate() {
            let position = from_db(row.try_get("position")?);
            let (digest, stated): (String, String) = (row.try_get("sha256")?, row.try_get("root_sha256")?);
            let place = format!("log:{expected}");
            if position != expected as u64 {
                self.add("log_broken", None, &place, format!("position {expected}"), format!("position {position}"));
                break;
            }
            root = root_after(&root, &hex::decode_array(&digest).unwrap_or_default());
            if hex::encode(&root) != stated {
                self.add("log_broken", None, &place, hex::encode(&root), stated);
            }
            self.logged.push((row.try_get("kind")?, digest, root));
        }
        self.checked.log_entries = self.logged.len() as u64;
        Ok(())
    }

    /// Key set lines, documents, and calendars of before documents: each is logged, and what is not of the key set is signed.
    async fn logged_papers(&mut self) -> Result<(), FsckFault> {
        let logged: BTreeSet<(String, String)> =
            self.logged.iter().map(|(kind, digest, _)| (kind.clone(), digest.clone())).collect();
        let mut unlogged = Vec::new();
        for (seq, line) in self.agency.keyset_bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            unlogged.push(("keyset", format!("keyset:{seq}"), Digest::of(line).hex()));
        }
        let rows =
            sqlx::query("SELECT sha256, document, imported_us FROM calendar WHERE agency_id = $1 ORDER BY sha256")
                .bind(self.agency.id.to_string())
                .fetch_all(self.app.db().pool())
                .await?;
        for row in rows {
            let (sha256, document): (String, Vec<u8>) = (row.try_get("sha256")?, row.try_get("document")?);
            let (place, digest) = (format!("calendar:{sha256}"), Digest::of(&document).hex());
            if digest != sha256 {
                self.add("stored_bytes_changed", None, &place, &sha256, &digest);
            }
            let at_us = from_db(row.try_get("imported_us")?);
            let standing = SignedLine::parse(&document, LINE_LIMIT_BYTES)
                .map(|line| self.agency.keyset.signed(&line, Tag::Document, Role::Document, at_us));
            if standing != Ok(Standing::Signed) {
                self.add("calendar_invalid", None, &place, "signed by a document key in force", "not so signed");
            }
            unlogged.push(("calendar", place, digest));
        }
        let rows = sqlx::query("SELECT sha256, header, body FROM document WHERE agency_id = $1 ORDER BY sha256")
            .bind(self.agency.id.to_string())
            .fetch_all(self.app.db().pool())
            .await?;
        let mut kept = BTreeSet::new();
        for row in rows {
            let (sha256, header): (String, Vec<u8>) = (row.try_get("sha256")?, row.try_get("header")?);
            kept.insert(sha256.clone());
            let (place, digest) = (format!("document:{sha256}"), Digest::of(&header).hex());
            let proved =
                Document::join(header, row.try_get("body")?).and_then(|document| document.prove(&self.agency.keyset));
            if digest != sha256 || matches!(proved, Err(DocumentFault::Size { .. } | DocumentFault::Body { .. })) {
                self.add("stored_bytes_changed", None, &place, &sha256, &digest);
            }
            if let Err(fault) = proved {
                self.add("document_invalid", None, &place, "issued by a document key in force", fault);
            }
            unlogged.push(("document", place, digest));
        }
        for (_, digest) in logged.iter().filter(|(kind, _)| kind == Logged::Document.word()) {
            if !kept.contains(digest) {
                self.add(
                    "document_missing",
                    None,
                    &format!("document:{digest}"),
                    "the document that the log names",
                    "none",
                );
            }
        }
        unlogged.retain(|(kind, _, digest)| !logged.contains(&((*kind).to_owned(), digest.clone())));
        for (_, place, digest) in unlogged {
            self.add("log_broken", None, &place, "an entry of the log", format!("none of {digest}"));
        }
        Ok(())
    }

    /// Every signed head says what the log held, in order.
    async fn heads(&mut self) -> Result<(), FsckFault> {
        let rows = sqlx::query("SELECT time_us, note FROM log_head WHERE agency_id = $1 ORDER BY time_us")
            .bind(self.agency.id.to_string())
            .fetch_all(self.app.db().pool())
            .await?;
        let mut last_size = 0;
        for row in rows {
            let (time_us, note): (u64, String) = (from_db(row.try_get("time_us")?), row.try_get("note")?);
            let place = format!("head:{time_us}");
            self.checked.heads += 1;
            let head = match Head::parse(&note) {
                Ok(head) => head,
                Err(fault) => {
                    self.add("head_invalid", None, &place, "a signed head", fault);
                    continue;
                }
            };
            if !self.agency.keyset.in_force(Role::Head, head.time_us).any(|key| head.is_signed_by(key)) {
                self.add("head_invalid", None, &place, "signed by a head key in force", "not so signed");
            }
            let place_in_log = usize::try_from(head.size).ok().and_then(|size| size.checked_sub(1));
            let root = match place_in_log {
                None => Some([0; 32]),
                Some(place) => self.logged.get(place).map(|(_, _, root)| *root),
            };
            if root != Some(head.root) || head.time_us != time_us || head.size < last_size {
                let expected = root.map_or_else(|| "a log of that size".to_owned(), |root| hex::encode(&root));
                self.add(
                    "head_invalid",
                    None,
                    &place,
                    expected,
                    format!("size {}, {}", head.size, hex::encode(&head.root)),
                );
            }
            last_size = head.size;
        }
        Ok(())
    }

    async fn records(&mut self, calendar: &Calendar) -> Result<(), FsckFault> {
        let rows = sqlx::query("SELECT record_id, head_sha256 FROM record WHERE agency_id = $1 ORDER BY record_id")
            .bind(self.agency.id.to_string())
            .fetch_all(self.app.db().pool())
            .await?;
        for row in rows {
            let (record, head): (String, String) = (row.try_get("record_id")?, row.try_get("head_sha256")?);
            let Some(held) = HeldRecord::load(self.app.db(), self.agency, &record).await? else { continue };
            self.record(&record, &head, &held, calendar);
        }
        Ok(())
    }

    fn record(&mut self, record: &str, head: &str, held: &HeldRecord, calendar: &Calendar) {
        let mut findings = Findings::default();
        let examination = held.examine(&self.agency.keyset, &self.agency.root, calendar, &mut findings);
        let entries = examination.journal.as_ref().map_or(&[][..], |journal| &journal.entries);
        if entries.len() as u64 != held.next_seq {
            let found = format!("{} that prove themselves", entries.len());
            self.add("stored_bytes_changed", Some(record), "journal", format!("{} lines", held.next_seq), found);
        }
        let last = entries.last().map(|entry| entry.digest.hex()).unwrap_or_default();
        if last != head {
            self.add("stored_bytes_changed", Some(record), "journal", format!("head {head}"), format!("head {last}"));
        }
        // What is merely incomplete, or was so when the phone sent it, is not a matter of the store.
        for finding in findings.iter().filter(|finding| finding.code.meaning().effect == Effect::Broken) {
            self.add(finding.code.name(), Some(record), &finding.place, &finding.expected, &finding.found);
        }
        self.checked.records += 1;
        self.checked.lines += entries.len() as u64;
        self.receipts(record, held);
    }

    /// Each receipt of this node stands where it says in the log.
    fn receipts(&mut self, record: &str, held: &HeldRecord) {
        let own: Vec<(Receipt, String)> =
            held.receipts().zip(held.receipt_lines.iter().map(|line| Digest::of(line).hex())).collect();
        if own.len() as u64 != held.receipts || held.receipt_lines.len() != own.len() {
            self.add("receipt_missing", Some(record), "receipts", held.receipts, own.len());
        }
        for (receipt, digest) in own.iter().filter(|(receipt, _)| receipt.log.origin == self.agency.origin) {
            let logged = usize::try_from(receipt.log.index).ok().and_then(|index| self.logged.get(index));
            if logged.is_none_or(|(_, logged, _)| logged != digest) {
                let found = logged.map_or_else(|| "none".to_owned(), |(_, logged, _)| logged.clone());
                let place = format!("log:{} (receipt {})", receipt.log.index, receipt.number);
                self.add("log_broken", Some(record), &place, digest, found);
            }
        }
        self.checked.receipts += own.len() as u64;
    }

    async fn originals(&mut self) -> Result<(), FsckFault> {
        let agency_id = self.agency.id.to_string();
        let rows = sqlx::query(
            "SELECT device_id, sha256, size_bytes, stored_us FROM original WHERE agency_id = $1 ORDER BY device_id, sha256",
        )
        .bind(&agency_id)
        .fetch_all(self.app.db().pool())
        .await?;
        let mut changed: BTreeMap<(String, String), (&str, String, String)> = BTreeMap::new();
        let mut unlocked: BTreeMap<(String, String), (&str, String, String)> = BTreeMap::new();
        for row in rows {
            let (device, sha256): (String, String) = (row.try_get("device_id")?, row.try_get("sha256")?);
            let size_bytes = from_db(row.try_get("size_bytes")?);
            let expected = format!("{size_bytes} bytes, sha256:{sha256}");
            let found = match OriginalId::of_row(&agency_id, &device, &sha256) {
                None => Err("a name that is none".to_owned()),
                Some(id) => match read_back(&**self.app.originals(), &id).await {
                    Ok(read) => {
                        if let Some(amiss) = self.lock_amiss(&id, from_db(row.try_get("stored_us")?)).await? {
                            unlocked.insert((device.clone(), sha256.clone()), amiss);
                        }
                        Ok(format!("{} bytes, {}", read.size_bytes, read.digest))
                    }
                    Err(StorageFault::Missing) => Err("not there".to_owned()),
                    Err(fault) => return Err(fault.into()),
                },
            };
            self.checked.originals += 1;
            self.checked.original_bytes += size_bytes;
            match found {
                Ok(found) if found == expected => {}
                Ok(found) => drop(changed.insert((device, sha256), ("stored_bytes_changed", expected, found))),
                Err(found) => drop(changed.insert((device, sha256), ("media_missing", expected, found))),
            }
        }
        for ((device, sha256), (code, expected, found)) in changed.into_iter().chain(unlocked) {
            self.name_records(&device, &sha256, code, &expected, &found).await?;
        }
        self.heal_locks().await
    }

    /// A lock that was listed and is as it must be now is listed no more.
    async fn heal_locks(&self) -> Result<(), FsckFault> {
        if self.app.originals().retain_us().is_none() {
            return Ok(());
        }
        let agency_id = self.agency.id.to_string();
        let mut tx = self.app.db().begin().await?;
        let listed = sqlx::query(
            "SELECT code, subject, place FROM state WHERE agency_id = $1 AND code IN ('lock_missing', 'lock_short')",
        )
        .bind(&agency_id)
        .fetch_all(&mut *tx)
        .await?;
        let amiss: BTreeSet<(&str, Option<&str>, &str)> =
            self.checked.amiss.iter().map(|found| (&*found.code, found.record.as_deref(), &*found.place)).collect();
        for row in listed {
            let (code, record, place): (String, String, String) =
                (row.try_get("code")?, row.try_get("subject")?, row.try_get("place")?);
            if !amiss.contains(&(&*code, Some(&*record), &*place)) {
                states::heal(&mut tx, &agency_id, &code, &record, &place).await?;
            }
        }
        Ok(tx.commit().await?)
    }

    /// What is wrong with the lock of an original, where its place has locks: none, one that somebody may lift, or one that ends too early.
    async fn lock_amiss(
        &self,
        id: &OriginalId,
        stored_us: u64,
    ) -> Result<Option<(&'static str, String, String)>, StorageFault> {
        let originals = self.app.originals();
        let Some(retain_us) = originals.retain_us() else { return Ok(None) };
        let needed_us = stored_us.saturating_add(retain_us);
        let (code, found) = match originals.lock(id).await? {
            Lock::NotKept | Lock::Absent => ("lock_missing", "no lock".to_owned()),
            Lock::Weaker { mode } => ("lock_missing", format!("a lock of mode {mode}, which may be lifted")),
            Lock::Until { until_us } if until_us < needed_us => ("lock_short", format!("until {}", written(until_us))),
            Lock::Until { .. } => return Ok(None),
        };
        if self.locks == Locks::Lengthened {
            originals.lengthen(id, needed_us).await?;
            return Ok(None);
        }
        Ok(Some((code, format!("locked until {}", written(needed_us)), found)))
    }

    /// Says which records a changed file belongs to, and lists it.
    async fn name_records(
        &mut self,
        device: &str,
        sha256: &str,
        code: &str,
        expected: &str,
        found: &str,
    ) -> Result<(), FsckFault> {
        let agency_id = self.agency.id.to_string();
        let rows = sqlx::query(
            "SELECT record_id, kind, take, number FROM announced WHERE agency_id = $1 AND device_id = $2 AND sha256 = $3
             ORDER BY record_id, seq",
        )
        .bind(&agency_id)
        .bind(device)
        .bind(sha256)
        .fetch_all(self.app.db().pool())
        .await?;
        if rows.is_empty() {
            self.add(code, None, &format!("device {device}, {sha256}"), expected, found);
        }
        let now_us = self.app.now_us();
        for row in rows {
            let (record, kind): (String, String) = (row.try_get("record_id")?, row.try_get("kind")?);
            let (take, number): (i64, i64) = (row.try_get("take")?, row.try_get("number")?);
            let place = match kind.as_str() {
                "init" => format!("records/{record}/takes/{take}/init.mp4"),
                "segment" => format!("records/{record}/takes/{take}/{number}.m4s"),
                _ => format!("records/{record}/files/{sha256}"),
            };
            self.add(code, Some(&record), &place, expected, found);
            let state = State {
                code,
                subject: &record,
                place: &place,
                record: Some(&record),
                device: Some(device),
                expected,
                found,
            };
            let mut tx = self.app.db().begin().await?;
            states::list(&mut tx, &agency_id, &state, now_us).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
