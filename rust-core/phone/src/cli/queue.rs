//! `quanji-phone queue`: what waits for the agency, why, what frees it, and when it is tried next.

use quanji_recorder::Recorder;
use quanji_store::{Index, IndexError, UploadKind, UploadRow, UploadState, UploadsOwed};
use quanji_upload::{FreedBy, Holder, Network, Waits, waits};
use serde_json::{Value, json};

use super::args::QueueArgs;
use super::page::Page;
use super::print;
use super::words::{instant, size};
use crate::clock::Pace;
use crate::fault::Fault;
use crate::home::{self, Home};

/// Rows that a page shows, and those of `--json`: a list of months of backlog helps nobody. The sums count all.
const SHOWN: usize = 40;
const LISTED: u32 = 1_000;

/// What waits, as it is told.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) owed: UploadsOwed,
    /// The first in the order in which they would go.
    rows: Vec<UploadRow>,
    hold: Option<Hold>,
    network: Network,
}

/// What keeps everything waiting.
#[derive(Debug, Clone, Copy)]
struct Hold {
    why: Waits,
    next_us: Option<i64>,
}

pub(super) fn run(asked: &QueueArgs) -> Result<u8, Fault> {
    let home = Home::at(&asked.place.vault);
    let opened = home.open_existing(Pace::Real)?;
    let is_enrolled = home::read_trust(&home.keys(), &opened.device)?.is_some();
    let mut waiting = Waiting::read(&*opened.recorder, asked.network.to_policy())?;
    if !is_enrolled {
        waiting.hold = Some(Hold { why: Waits::NotEnrolled, next_us: None });
    }
    let hold = waiting.hold.map(|hold| hold.why.word());
    let value = json!({ "hold": hold, "owed": waiting.owed_json(), "waiting": waiting.rows_json() });
    Ok(print(asked.place.json, &value, || {
        let mut page = Page::new();
        waiting.write(&mut page);
        page.into_text()
    }))
}

impl Waiting {
    pub(super) fn read(holder: &dyn Holder, network: Network) -> Result<Waiting, Fault> {
        let (owed, rows, hold) = with_index(holder, |index| {
            Ok((index.uploads_owed()?, index.uploads_waiting(LISTED)?, index.upload_hold()?))
        })?;
        let hold = hold.map(|hold| {
            let why = Waits::parse(&hold.reason).unwrap_or(Waits::ProgramsDiffer);
            let is_by_itself = why.freed_by() == FreedBy::Time;
            Hold { why, next_us: is_by_itself.then_some(hold.next_attempt_us) }
        });
        Ok(Waiting { owed, rows, hold, network })
    }

    fn why(&self, row: &UploadRow) -> Waits {
        waits(row.state, row.may_go_paid, row.reason.as_deref(), self.network)
    }

    /// When a row is tried next by itself; `None` where that is at once, or where a person or another network frees it.
    fn next_us(&self, row: &UploadRow) -> Option<i64> {
        let is_by_itself = row.state == UploadState::Later && self.why(row).freed_by() == FreedBy::Time;
        is_by_itself.then_some(row.next_attempt_us)
    }

    pub(super) fn owed_json(&self) -> Value {
        let UploadsOwed { things, bytes, receipts } = self.owed;
        json!({ "things": things, "bytes": bytes, "receipts": receipts })
    }

    pub(super) fn rows_json(&self) -> Vec<Value> {
        let row = |row: &UploadRow| {
            let why = self.why(row);
            let ((zh, en), (remedy_zh, remedy_en)) = (why.said(), why.remedy());
            json!({
                "record": quanji_evidence::id::RecordId::from_bytes(row.record.0),
                "kind": kind(row.kind).1,
                "size_bytes": row.size_bytes,
                "stored_bytes": row.stored_bytes,
                "deadline_us": row.deadline_us,
                "attempts": row.attempts,
                "next_attempt_us": self.next_us(row),
                "why": why.word(),
                "zh": zh,
                "en": en,
                "remedy_zh": remedy_zh,
                "remedy_en": remedy_en,
            })
        };
        self.rows.iter().map(row).collect()
    }

    pub(super) fn write(&self, page: &mut Page) {
        if let Some(Hold { why, next_us }) = self.hold {
            say(page, "全部等待", "all wait", why);
            next_attempt(page, next_us);
        }
        let UploadsOwed { things, bytes, receipts } = self.owed;
        if things + receipts == 0 {
            page.row("等待", "waiting", "没有 nothing");
            return;
        }
        page.row("待传", "to be sent", &format!("{things} 项 items，还剩 {} left", size(bytes)));
        page.row("待回执", "receipts", &receipts.to_string());
        for row in self.rows.iter().take(SHOWN) {
            let (zh, en) = kind(row.kind);
            let record = quanji_evidence::id::RecordId::from_bytes(row.record.0);
            page.title(&format!("{record}  {zh} {en}"));
            if row.kind != UploadKind::Receipt {
                let percent = (row.stored_bytes * 100).checked_div(row.size_bytes).unwrap_or(0);
                let left = row.size_bytes.saturating_sub(row.stored_bytes);
                page.row("进度", "progress", &format!("{percent}%，还剩 {} left", size(left)));
            }
            say(page, "原因", "why", self.why(row));
            next_attempt(page, self.next_us(row));
        }
        let shown = self.rows.len().min(SHOWN) as u64;
        if things + receipts > shown {
            page.row("另有", "besides", &format!("{} 项 items", things + receipts - shown));
        }
    }
}

fn next_attempt(page: &mut Page, next_us: Option<i64>) {
    if let Some(us) = next_us.and_then(|us| u64::try_from(us).ok()) {
        page.row("下次尝试", "tried next", &instant(us));
    }
}

/// What is sent, in both languages.
pub(super) fn kind(kind: UploadKind) -> (&'static str, &'static str) {
    match kind {
        UploadKind::Opened => ("首行", "opened"),
        UploadKind::Lines => ("日志", "lines"),
        UploadKind::Private => ("不公开内容", "private"),
        UploadKind::File => ("照片或文书", "file"),
        UploadKind::Init => ("影像头", "init"),
        UploadKind::Segment => ("影像", "segment"),
        UploadKind::Receipt => ("回执", "receipt"),
    }
}

/// Why, and what frees it: Chinese first, each on lines of its own that fit a terminal of 80 columns.
fn say(page: &mut Page, zh: &str, en: &str, waits: Waits) {
    let ((why_zh, why_en), (remedy_zh, remedy_en)) = (waits.said(), waits.remedy());
    page.row(zh, en, why_zh);
    page.row("", "", why_en);
    page.row("办法", "remedy", remedy_zh);
    page.row("", "", remedy_en);
}

/// A yes to so many MB over a network that is paid for, as far as the agency lets one go. How many bytes of it wait already.
pub(super) fn consent(recorder: &Recorder, mb: u64) -> Result<u64, Fault> {
    let agreed = recorder.consent_to_paid(mb.saturating_mul(1_000_000)).ok_or(quanji_upload::HolderFault::NoIndex)?;
    Ok(agreed.map_err(quanji_upload::HolderFault::from)?)
}

/// Lends the index to `act`.
pub(super) fn with_index<T>(
    holder: &dyn Holder,
    act: impl FnOnce(&mut Index) -> Result<T, IndexError>,
) -> Result<T, Fault> {
    let (mut act, mut made) = (Some(act), None);
    holder.with_index(&mut |index| {
        if let Some(act) = act.take() {
            made = Some(act(index));
        }
    })?;
    let made = made.ok_or(quanji_upload::HolderFault::NoIndex)?;
    Ok(made.map_err(quanji_upload::HolderFault::from)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::page::columns;

    fn row(state: UploadState, reason: Option<&str>) -> UploadRow {
        UploadRow {
            record: quanji_store::RecordId([7; 16]),
            kind: UploadKind::Segment,
            take: 1,
            number: 0,
            digest: Some([0; 32]),
            size_bytes: 6 << 20,
            stored_bytes: 2 << 20,
            may_go_paid: false,
            deadline_us: None,
            state,
            attempts: 3,
            next_attempt_us: 1_795_395_600_000_000,
            reason: reason.map(str::to_owned),
        }
    }

    fn page(rows: Vec<UploadRow>, hold: Option<Hold>, network: Network) -> String {
        let owed = UploadsOwed { things: rows.len() as u64, bytes: 4 << 20, receipts: 0 };
        let mut page = Page::new();
        Waiting { owed, rows, hold, network }.write(&mut page);
        page.into_text()
    }

    #[test]
    fn every_reason_says_in_both_languages_why_and_what_frees_it_within_80_columns() {
        for why in Waits::ALL.iter().copied() {
            let state = match why.freed_by() {
                FreedBy::Person => UploadState::Held,
                _ => UploadState::Later,
            };
            let text = match why {
                Waits::Queued => page(vec![row(UploadState::Ready, None)], None, Network::Free),
                Waits::NoNetwork => page(vec![row(state, Some(why.word()))], None, Network::None),
                Waits::NeedsFreeNetwork => page(vec![row(state, Some(why.word()))], None, Network::Paid),
                _ => page(vec![row(state, Some(why.word()))], None, Network::Free),
            };
            let ((zh, en), (remedy_zh, remedy_en)) = (why.said(), why.remedy());
            for words in [zh, en, remedy_zh, remedy_en] {
                assert!(text.contains(words), "{why:?}: {words} in {text}");
            }
            for line in text.lines() {
                assert!(columns(line) <= 80, "{} columns: {line}", columns(line));
            }
            // Never that it is there: that is for a receipt to say.
            assert!(!text.contains("已上传") && !text.contains("uploaded"), "{text}");
            println!("{why:?}\n{text}");
        }
    }

    #[test]
    fn what_waits_for_its_time_says_when_and_what_waits_for_a_person_does_not() {
        let later = page(vec![row(UploadState::Later, Some("agency_busy"))], None, Network::Free);
        assert!(later.contains("2026-11-23 09:00:00 +08:00") && later.contains("33%") && later.contains("4.0 MiB"));
        let held = page(vec![row(UploadState::Held, Some("file_damaged"))], None, Network::Free);
        assert!(!held.contains("tried next"), "{held}");
        let film = page(vec![row(UploadState::Later, Some("agency_busy"))], None, Network::Paid);
        assert!(!film.contains("tried next"), "another network frees it, not time: {film}");
        let hold = Hold { why: Waits::AgencyUnreachable, next_us: Some(1_795_395_600_000_000) };
        let all = page(vec![row(UploadState::Ready, None)], Some(hold), Network::Free);
        assert!(all.contains("全部等待") && all.contains("2026-11-23 09:00:00 +08:00"), "{all}");
    }
}
