//! `quanji-phone end`: a record that was cut off is ended and sealed.

use quanji_evidence::body::EndedHow;

use super::args::{EndArgs, How};
use super::page::Page;
use super::{opening, print, record_id, status};
use crate::clock::Pace;
use crate::fault::Fault;
use crate::home::{Home, Opened};
use crate::timeline::device_unlock;
use serde_json::json;

pub(super) fn run(asked: &EndArgs) -> Result<u8, Fault> {
    let record = record_id(&asked.record)?;
    let actor = asked.actor.as_deref().map(device_unlock).transpose()?;
    let how = match asked.how {
        How::Officer => EndedHow::Officer,
        How::CutForGood => EndedHow::CutForGood,
        How::HandedOver => EndedHow::HandedOver,
    };
    let opened = Home::at(&asked.place.vault).open_existing(Pace::Real)?;
    opened.recorder.end_later(record, actor, how)?;
    show(&opened, record, asked.place.json)
}

/// Where the record stands now.
pub(super) fn show(opened: &Opened, record: quanji_evidence::id::RecordId, is_json: bool) -> Result<u8, Fault> {
    let calendar = opened.recorder.calendar();
    let summary = opened.recorder.summaries().into_iter().flatten().find(|summary| summary.record == record);
    let summary = summary.ok_or(Fault::NoSuchRecord(record))?;
    let value = json!({
        "record": status::to_json(&summary, &calendar, opened),
        "opening": opening::to_json(&opened.opening),
    });
    Ok(print(is_json, &value, || {
        let mut page = Page::new();
        opening::write(&mut page, &opened.opening);
        status::write(&mut page, &summary, &calendar, opened);
        page.into_text()
    }))
}
