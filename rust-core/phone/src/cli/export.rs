//! `quanji-phone export`.

use std::fs::{self, File};
use std::io::BufWriter;

use quanji_evidence::id::RecordId;
use quanji_evidence::manifest::Purpose;
use serde_json::json;

use super::args::{ExportArgs, For};
use super::page::Page;
use super::words::size;
use super::{bar, opening, print, record_id};
use crate::clock::Pace;
use crate::fault::Fault;
use crate::home::Home;

pub(super) fn run(asked: &ExportArgs) -> Result<u8, Fault> {
    let mut records = asked.records.iter().map(|record| record_id(record)).collect::<Result<Vec<RecordId>, _>>()?;
    let opened = Home::at(&asked.place.vault).open_existing(Pace::Real)?;
    let all: Vec<RecordId> = opened
        .recorder
        .summaries()
        .into_iter()
        .map(|summary| summary.map_or_else(|record| record, |s| s.record))
        .collect();
    if let Some(stranger) = records.iter().find(|record| !all.contains(record)) {
        return Err(Fault::NoSuchRecord(*stranger));
    }
    if records.is_empty() {
        records = all;
    }
    if records.is_empty() {
        return Err(Fault::NothingToExport);
    }
    let purpose = match asked.purpose {
        For::Backup => Purpose::Backup,
        For::Court => Purpose::Court,
        For::Party => Purpose::Party,
        For::StatutoryPower => Purpose::StatutoryPower,
        For::Publication => Purpose::Publication,
    };
    // Under another name until it is whole: half a bundle looks like a bundle.
    let mut draft = asked.out.clone().into_os_string();
    draft.push(".part");
    let out = BufWriter::with_capacity(1 << 20, File::create(&draft).map_err(Fault::Out)?);
    let mut bar = None;
    let out = opened.recorder.export(&records, purpose, out, &mut |exported| {
        let bar = bar.get_or_insert_with(|| bar::over_bytes(exported.total_bytes));
        bar.set_position(exported.done_bytes);
    })?;
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    let file = out.into_inner().map_err(|fault| Fault::Out(fault.into_error()))?;
    file.sync_all().map_err(Fault::Out)?;
    let bytes = file.metadata().map_err(Fault::Out)?.len();
    fs::rename(&draft, &asked.out).map_err(Fault::Out)?;
    let value = json!({ "records": records, "bytes": bytes, "opening": opening::to_json(&opened.opening) });
    Ok(print(asked.place.json, &value, || {
        let mut page = Page::new();
        opening::write(&mut page, &opened.opening);
        page.row("导出", "exported", &format!("{} 份记录 records, {}", records.len(), size(bytes)));
        page.into_text()
    }))
}
