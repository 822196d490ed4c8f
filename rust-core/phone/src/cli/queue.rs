//! `quanji-phone queue`: what waits for the agency, why, and what frees it.

use quanji_store::{Index, IndexError, UploadKind, UploadRow};
use quanji_upload::{Holder, Network, Waits, waits};
use serde_json::{Value, json};

use super::args::QueueArgs;
use super::page::Page;
use super::print;
use super::words::size;
use crate::clock::Pace;
use crate::fault::Fault;
use crate::home::{self, Home};

/// Rows that a page shows; `--json` has all.
const SHOWN: usize = 40;

pub(super) fn run(asked: &QueueArgs) -> Result<u8, Fault> {
    let home = Home::at(&asked.place.vault);
    let opened = home.open_existing(Pace::Real)?;
    let is_enrolled = home::read_trust(&home.keys(), &opened.device)?.is_some();
    let (waiting, hold) =
        with_index(&*opened.recorder, |index| Ok((index.uploads_waiting(u32::MAX)?, index.upload_hold()?)))?;
    let hold = hold.map(|hold| Waits::parse(&hold.reason).unwrap_or(Waits::ProgramsDiffer));
    let hold = if is_enrolled { hold } else { Some(Waits::NotEnrolled) };
    let network = asked.network.to_policy();
    let value = json!({ "hold": hold.map(Waits::word), "waiting": to_json(&waiting, network) });
    Ok(print(asked.place.json, &value, || {
        let mut page = Page::new();
        write(&mut page, &waiting, network, hold);
        page.into_text()
    }))
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

fn why(row: &UploadRow, network: Network) -> Waits {
    waits(row.state, row.may_go_paid, row.reason.as_deref(), network)
}

pub(super) fn to_json(waiting: &[UploadRow], network: Network) -> Vec<Value> {
    let row = |row: &UploadRow| {
        let why = why(row, network);
        let ((zh, en), (remedy_zh, remedy_en)) = (why.said(), why.remedy());
        json!({
            "record": quanji_evidence::id::RecordId::from_bytes(row.record.0),
            "kind": kind(row.kind).1,
            "size_bytes": row.size_bytes,
            "stored_bytes": row.stored_bytes,
            "deadline_us": row.deadline_us,
            "attempts": row.attempts,
            "why": why.word(),
            "zh": zh,
            "en": en,
            "remedy_zh": remedy_zh,
            "remedy_en": remedy_en,
        })
    };
    waiting.iter().map(row).collect()
}

pub(super) fn write(page: &mut Page, waiting: &[UploadRow], network: Network, hold: Option<Waits>) {
    if let Some(hold) = hold {
        say(page, "全部等待", "all wait", hold);
    }
    if waiting.is_empty() {
        page.row("等待", "waiting", "没有 nothing");
        return;
    }
    let owed: u64 = waiting.iter().map(|row| row.size_bytes.saturating_sub(row.stored_bytes)).sum();
    page.row("等待", "waiting", &format!("{} 项 items，{}", waiting.len(), size(owed)));
    for row in waiting.iter().take(SHOWN) {
        let (zh, en) = kind(row.kind);
        let record = quanji_evidence::id::RecordId::from_bytes(row.record.0);
        page.title(&format!("{record}  {zh} {en}  {}", size(row.size_bytes)));
        say(page, "原因", "why", why(row, network));
    }
    if waiting.len() > SHOWN {
        page.row("另有", "besides", &format!("{} 项 items", waiting.len() - SHOWN));
    }
}

fn say(page: &mut Page, zh: &str, en: &str, waits: Waits) {
    let ((why_zh, why_en), (remedy_zh, remedy_en)) = (waits.said(), waits.remedy());
    page.row(zh, en, &format!("{why_zh}；{remedy_zh}"));
    page.row("", "", &format!("{why_en}; {remedy_en} ({})", waits.word()));
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
