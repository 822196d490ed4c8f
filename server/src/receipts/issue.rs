//! A receipt, when there is reason for one: the record is sealed, everything it names was read back, and what the last receipt says of head
//! or deadline holds no more.
//!
//! Order: bytes are read and proved first, outside of any transaction; then number, log entry and receipt come into being in one. Were the
//! record another by then, nothing is written and it is looked at again.

use quanji_evidence::body::{Body, FileDigest};
use quanji_evidence::journal::Journal;
use quanji_evidence::keyset::Role;
use quanji_evidence::receipt::{LogPlace, Receipt, ReceiptHead, ReceiptMedia};
use quanji_evidence::{Digest, Findings};
use sqlx::{Any, Row, Transaction};

use super::fault::ReceiptFault;
use super::held::{HeldRecord, not_before_us};
use super::read_back::{Amiss, closed_segments, files_named, prove_files};
use super::reckon::{Known, Reckoned, calendars_in_db, reckon};
use super::shown::{keep_activity, keep_term, list_disagreements};
use crate::agency::Agency;
use crate::app::App;
use crate::calendars;
use crate::db::{DbFault, from_db, to_db};
use crate::doubt::{self, Doubt};
use crate::log::{self, Logged};
use crate::statements;
use crate::states::{self, State};

/// What looking at a record came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// A receipt of this number was made.
    Issued {
        number: u64,
    },
    /// The receipts there are say all that is to be said.
    NothingNew,
    /// Not sealed, or something announced is not held yet.
    NotComplete,
    /// What is held is not what was announced; it is listed, and there is no receipt.
    Amiss,
    /// It changed meanwhile, and is to be looked at again.
    Changed,
    Unknown,
}

/// States that a good read-back heals.
const HEALED: [&str; 4] = ["stored_bytes_changed", "media_facts_mismatch", "media_malformed", "media_missing"];

/// Looks at a record; makes the receipt that is due, if one is.
pub async fn look_at(app: &App, record: &str) -> Result<Looked, ReceiptFault> {
    // A command beside the server may have rotated or revoked.
    app.reload_if_rotated().await?;
    let agency = app.agency();
    let Some(held) = HeldRecord::load(app.db(), &agency, record).await? else { return Ok(Looked::Unknown) };
    let calendar = calendars::current(app.db(), &agency).await?;
    let mut findings = Findings::default();
    let examination = held.examine(&agency.keyset, &agency.root, &calendar, &mut findings);
    // A revocation may be younger than the record.
    note_doubts(app, &agency, &held, &Doubt::among(&findings)).await?;
    let Some(journal) = examination.journal.as_ref().filter(|journal| journal.entries.len() as u64 == held.next_seq)
    else {
        // Every line was proved when it came.
        let first = findings.iter().next();
        let found = first.map_or_else(
            || "fewer lines".to_owned(),
            |finding| format!("{} at {}", finding.code.name(), finding.place),
        );
        let expected = format!("{} lines that prove themselves", held.next_seq);
        let amiss = Amiss { code: "stored_bytes_changed", place: "journal".to_owned(), expected, found };
        list(app, &agency, &held, &[amiss]).await?;
        return Ok(Looked::Amiss);
    };
    keep_activity(app, &agency, &held, journal).await?;
    statements::note_signed(app, &agency, &held, journal).await?;
    let before_us = not_before_us(journal, examination.bracket.not_before_us, &agency.keyset);
    list_disagreements(app, &agency, &held, journal, before_us).await?;
    let known = Known { received_us: &held.received_us, not_before_us: before_us };
    let reckoned = reckon(journal, known, &calendar);
    let (Some(reckoned), Some(sealed_seq), 0, 0) =
        (&reckoned, held.sealed_seq, held.files_missing, held.private_missing)
    else {
        note_reckoning(app, &agency, &held, reckoned.as_ref()).await?;
        return Ok(Looked::NotComplete);
    };
    let stored_us = stored_us(app, &agency, &held, journal, sealed_seq).await?.max(before_us.unwrap_or(0));
    let head = journal.entries.last().map(|entry| (entry.seq, entry.digest.clone()));
    let Some((head_seq, head_digest)) = head else { return Ok(Looked::Unknown) };

    let last = held.receipts().next_back();
    if let Some(last) = &last
        && says_the_same(last, &agency, head_seq, reckoned, stored_us)
    {
        note_reckoning(app, &agency, &held, Some(reckoned)).await?;
        return Ok(Looked::NothingNew);
    }
    // Media cannot change after `sealed`: what this node read back once, it need not for an addendum.
    let is_read_back = held.receipts().any(|receipt| receipt.log.origin == agency.origin);
    if !is_read_back {
        let amiss = prove_files(app.originals(), &agency, &held, journal).await?;
        if !amiss.is_empty() {
            heal_others(app, &agency, &held, &amiss).await?;
            list(app, &agency, &held, &amiss).await?;
            note_reckoning(app, &agency, &held, Some(reckoned)).await?;
            return Ok(Looked::Amiss);
        }
    }
    let segments = journal.entries.iter().filter_map(|entry| match &entry.body {
        Body::Segment(segment) => Some((segment.size_bytes, &segment.digest)),
        _ => None,
    });
    let stored_us = last.as_ref().map_or(stored_us, |last| stored_us.max(last.stored_us));
    let draft = Draft {
        head: ReceiptHead { seq: head_seq, digest: head_digest },
        media: ReceiptMedia::of(segments),
        reckoned,
        stored_us,
        not_before_us: last.map_or(stored_us, |last| last.issued_us.max(stored_us)),
        read_back: if is_read_back { Vec::new() } else { all_files(journal) },
    };
    sign(app, &agency, &held, &draft).await
}

/// What stands fast of a receipt before it has number, instant and place in the log.
struct Draft<'a> {
    head: ReceiptHead,
    media: ReceiptMedia,
    reckoned: &'a Reckoned,
    stored_us: u64,
    not_before_us: u64,
    read_back: Vec<FileDigest>,
}

async fn sign(app: &App, agency: &Agency, held: &HeldRecord, draft: &Draft<'_>) -> Result<Looked, ReceiptFault> {
    let (agency_id, record_id) = (agency.id.to_string(), held.id.to_string());
    let number = held.receipts + 1;
    let mut tx = app.db().begin().await?;
    let issued_us = log::speak(&mut tx, agency, app.now_us().max(draft.not_before_us)).await?;
    let taken = sqlx::query(
        "UPDATE record SET receipts = $3, deadline_us = $4, provisional = $5
         WHERE agency_id = $1 AND record_id = $2 AND receipts = $6 AND next_seq = $7",
    )
    .bind(&agency_id)
    .bind(&record_id)
    .bind(to_db(number))
    .bind(to_db(draft.reckoned.deadline_us))
    .bind(i64::from(draft.reckoned.provisional))
    .bind(to_db(held.receipts))
    .bind(to_db(held.next_seq))
    .execute(&mut *tx)
    .await?;
    if taken.rows_affected() != 1 {
        tx.rollback().await?;
        return Ok(Looked::Changed);
    }
    let (index, _) = log::tip(&mut tx, agency).await?;
    let receipt = Receipt {
        edition: 1,
        number,
        agency: agency.id,
        record: held.id,
        head: draft.head.clone(),
        media: draft.media.clone(),
        kind: agency.storage_kind,
        stored_us: draft.stored_us,
        issued_us,
        trigger: draft.reckoned.trigger.clone(),
        calendars: draft.reckoned.calendars.clone(),
        deadline_us: draft.reckoned.deadline_us,
        provisional: draft.reckoned.says_provisional(draft.stored_us),
        on_time: draft.reckoned.on_time(draft.stored_us),
        log: LogPlace { origin: agency.origin.clone(), index },
    };
    let line = receipt.write(&*agency.signer(Role::Receipt, issued_us)?)?;
    log::append(&mut tx, agency, Logged::Receipt, &Digest::of(&line), issued_us).await?;
    sqlx::query(
        "INSERT INTO receipt (agency_id, record_id, number, line, head_seq, stored_us, issued_us) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&agency_id)
    .bind(&record_id)
    .bind(to_db(number))
    .bind(&line)
    .bind(to_db(draft.head.seq))
    .bind(to_db(draft.stored_us))
    .bind(to_db(issued_us))
    .execute(&mut *tx)
    .await?;
    for file in &draft.read_back {
        sqlx::query("UPDATE original SET read_back_us = $4 WHERE agency_id = $1 AND device_id = $2 AND sha256 = $3")
            .bind(&agency_id)
            .bind(held.device.to_string())
            .bind(file.digest.hex())
            .bind(to_db(issued_us))
            .execute(&mut *tx)
            .await?;
    }
    keep_reckoning(&mut tx, agency, held, draft.reckoned, issued_us).await?;
    for code in HEALED {
        sqlx::query("DELETE FROM state WHERE agency_id = $1 AND code = $2 AND subject = $3")
            .bind(&agency_id)
            .bind(code)
            .bind(&record_id)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(Looked::Issued { number })
}

/// Whether the last receipt holds: same head, same deadline, same answer, made by this node or by one whose word this node repeats.
fn says_the_same(last: &Receipt, agency: &Agency, head_seq: u64, reckoned: &Reckoned, stored_us: u64) -> bool {
    let stored_us = stored_us.max(last.stored_us);
    let is_own = last.log.origin == agency.origin && last.kind == agency.storage_kind;
    is_own
        && last.head.seq == head_seq
        && last.trigger == reckoned.trigger
        && last.deadline_us == reckoned.deadline_us
        && last.provisional == reckoned.says_provisional(stored_us)
        && last.on_time == reckoned.on_time(stored_us)
}

/// The latest instant at which a covered line or file was durable.
async fn stored_us(
    app: &App,
    agency: &Agency,
    held: &HeldRecord,
    journal: &Journal,
    sealed_seq: u64,
) -> Result<u64, ReceiptFault> {
    let lines = held.received_us.iter().take(usize::try_from(sealed_seq).unwrap_or(usize::MAX).saturating_add(1));
    let mut stored_us = lines.max().copied().unwrap_or(0);
    for file in all_files(journal) {
        let row = sqlx::query("SELECT stored_us FROM original WHERE agency_id = $1 AND device_id = $2 AND sha256 = $3")
            .bind(agency.id.to_string())
            .bind(held.device.to_string())
            .bind(file.digest.hex())
            .fetch_optional(app.db().pool())
            .await?;
        // One without a row is missed by the read-back too.
        if let Some(row) = row {
            stored_us = stored_us.max(from_db(row.try_get("stored_us")?));
        }
    }
    Ok(stored_us)
}

/// Every file a receipt covers.
pub fn all_files(journal: &Journal) -> Vec<FileDigest> {
    let segments = closed_segments(journal).into_values().map(|(size_bytes, digest)| FileDigest { size_bytes, digest });
    files_named(journal).into_iter().cloned().chain(segments).collect()
}

/// Keeps the deadline as it is counted now, for lists; nothing is signed.
async fn note_reckoning(
    app: &App,
    agency: &Agency,
    held: &HeldRecord,
    reckoned: Option<&Reckoned>,
) -> Result<(), DbFault> {
    let mut tx = app.db().begin().await?;
    let (deadline_us, provisional) =
        reckoned.map_or((held.deadline_us, held.provisional), |new| (new.deadline_us, new.provisional));
    sqlx::query(
        "UPDATE record SET deadline_us = $3, provisional = $4 WHERE agency_id = $1 AND record_id = $2 AND next_seq = $5",
    )
    .bind(agency.id.to_string())
    .bind(held.id.to_string())
    .bind(to_db(deadline_us))
    .bind(i64::from(provisional))
    .bind(to_db(held.next_seq))
    .execute(&mut *tx)
    .await?;
    if let Some(reckoned) = reckoned {
        keep_reckoning(&mut tx, agency, held, reckoned, app.now_us()).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Old and new reckonings are both kept; what the newest one stands on, too.
async fn keep_reckoning(
    tx: &mut Transaction<'static, Any>,
    agency: &Agency,
    held: &HeldRecord,
    new: &Reckoned,
    now_us: u64,
) -> Result<(), DbFault> {
    keep_term(tx, agency, held, new).await?;
    let calendars = calendars_in_db(&new.calendars);
    let last = sqlx::query(
        "SELECT deadline_us, provisional, calendars FROM reckoning WHERE agency_id = $1 AND record_id = $2
         ORDER BY reckoned_us DESC LIMIT 1",
    )
    .bind(agency.id.to_string())
    .bind(held.id.to_string())
    .fetch_optional(&mut **tx)
    .await?;
    if let Some(last) = last {
        let is_same = from_db(last.try_get("deadline_us")?) == new.deadline_us
            && (last.try_get::<i64, _>("provisional")? != 0) == new.provisional
            && last.try_get::<String, _>("calendars")? == calendars;
        if is_same {
            return Ok(());
        }
    }
    sqlx::query(
        "INSERT INTO reckoning (agency_id, record_id, reckoned_us, deadline_us, provisional, calendars)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (agency_id, record_id, reckoned_us) DO NOTHING",
    )
    .bind(agency.id.to_string())
    .bind(held.id.to_string())
    .bind(to_db(now_us))
    .bind(to_db(new.deadline_us))
    .bind(i64::from(new.provisional))
    .bind(calendars)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What was amiss with other files and is no more, is listed no more.
async fn heal_others(app: &App, agency: &Agency, held: &HeldRecord, amiss: &[Amiss]) -> Result<(), DbFault> {
    let (agency_id, record) = (agency.id.to_string(), held.id.to_string());
    let mut tx = app.db().begin().await?;
    let listed = sqlx::query("SELECT code, place FROM state WHERE agency_id = $1 AND record_id = $2")
        .bind(&agency_id)
        .bind(&record)
        .fetch_all(&mut *tx)
        .await?;
    for row in listed {
        let (code, place): (String, String) = (row.try_get("code")?, row.try_get("place")?);
        let is_still = amiss.iter().any(|amiss| amiss.code == code && amiss.place == place);
        if HEALED.contains(&code.as_str()) && !is_still {
            states::heal(&mut tx, &agency_id, &code, &record, &place).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn note_doubts(app: &App, agency: &Agency, held: &HeldRecord, doubts: &[Doubt]) -> Result<(), DbFault> {
    if doubts.is_empty() {
        return Ok(());
    }
    let (agency_id, record, device) = (agency.id.to_string(), held.id.to_string(), held.device.to_string());
    let mut tx = app.db().begin().await?;
    doubt::list(&mut tx, &agency_id, &record, &device, doubts, app.now_us()).await?;
    tx.commit().await?;
    Ok(())
}

async fn list(app: &App, agency: &Agency, held: &HeldRecord, amiss: &[Amiss]) -> Result<(), DbFault> {
    let (record, device) = (held.id.to_string(), held.device.to_string());
    let now_us = app.now_us();
    let mut tx = app.db().begin().await?;
    for amiss in amiss {
        let state = State {
            code: amiss.code,
            subject: &record,
            place: &amiss.place,
            record: Some(&record),
            device: Some(&device),
            expected: &amiss.expected,
            found: &amiss.found,
        };
        states::list(&mut tx, &agency.id.to_string(), &state, now_us).await?;
    }
    tx.commit().await?;
    Ok(())
}
