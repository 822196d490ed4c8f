//! `quanji-phone status`: records, what is owed, and by when they must be stored.

use quanji_recorder::Summary;
use quanji_rules::{Calendar, Countdown};
use quanji_store::FileKind;
use quanji_upload::Holder;
use serde_json::{Value, json};

use super::args::StatusArgs;
use super::governed::Governed;
use super::page::Page;
use super::words::{completeness, instant, owed, phase, size};
use super::{deadline, opening, print};
use crate::clock::Pace;
use crate::fault::Fault;
use crate::home::{Home, Opened};

pub(super) fn run(asked: &StatusArgs) -> Result<u8, Fault> {
    let opened = Home::at(&asked.place.vault).open_existing(Pace::Real)?;
    let calendar = deadline::calendar(&opened.recorder.calendar(), &asked.calendar)?;
    let summaries = opened.recorder.summaries();
    let records: Vec<Value> = summaries
        .iter()
        .map(|summary| match summary {
            Ok(summary) => to_json(summary, &calendar, &opened),
            Err(record) => json!({ "record": record, "phase": "unreadable" }),
        })
        .collect();
    let value = json!({ "records": records, "opening": opening::to_json(&opened.opening) });
    Ok(print(asked.place.json, &value, || {
        let mut page = Page::new();
        opening::write(&mut page, &opened.opening);
        if summaries.is_empty() {
            page.title("没有记录 no records");
        }
        for summary in &summaries {
            match summary {
                Ok(summary) => {
                    write(&mut page, summary, &calendar, &opened);
                    if let (receipts @ 1.., purged) = stored(summary, &opened) {
                        page.row(
                            "已存储",
                            "stored",
                            &format!("{receipts} 份回执 receipts，{purged} 个文件已释放 files freed"),
                        );
                    }
                }
                Err(record) => page.title(&format!("{record}  读不出 unreadable")),
            }
        }
        page.into_text()
    }))
}

/// One record for `--json`.
pub(super) fn to_json(summary: &Summary, calendar: &Calendar, opened: &Opened) -> Value {
    let owed: Vec<Value> = summary
        .owed
        .iter()
        .map(|owed| json!({ "code": owed.kind().name(), "article": owed.article().number(), "zh": self::owed(owed), "owed": owed }))
        .collect();
    let reference = opened.recorder.reference(summary.record).ok();
    let deadline = summary.countdown(calendar).and_then(|countdown| {
        let trigger = summary.completion.ordinary?;
        Some(deadline::to_json(trigger.not_before(), &countdown))
    });
    let (receipts, purged_files) = stored(summary, opened);
    json!({
        "receipts": receipts,
        "purged_files": purged_files,
        "record": summary.record,
        "phase": phase(summary.phase).1,
        "opened_us": summary.opened_us,
        "opened": reference.map(|reference| reference.opened.hex()),
        "lines": summary.lines,
        "is_whole": summary.is_whole,
        "takes": summary.takes,
        "media_bytes": summary.media_bytes,
        "completeness": summary.completeness,
        "owed": owed,
        "deadline": deadline,
        "governed": Governed::of(&opened.recorder, summary, calendar).to_json(),
    })
}

/// How many receipts are kept, and how many files were freed on them.
fn stored(summary: &Summary, opened: &Opened) -> (usize, usize) {
    let record = quanji_store::RecordId(*summary.record.as_bytes());
    let contents = Holder::vault(&*opened.recorder).contents_of(record);
    let receipts = contents.iter().filter(|content| content.identity.kind == FileKind::Receipt).count();
    (receipts, contents.iter().filter(|content| content.is_purged).count())
}

/// One record for a person.
pub(super) fn write(page: &mut Page, summary: &Summary, calendar: &Calendar, opened: &Opened) {
    let (zh, en) = phase(summary.phase);
    page.title(&format!("{}  {zh} {en}", summary.record));
    page.row("开始", "opened", &instant(summary.opened_us));
    let whole = if summary.is_whole { "" } else { "  日志有损 damaged" };
    let value =
        format!("{}，{} 连续段 takes，{} 行 lines{whole}", size(summary.media_bytes), summary.takes, summary.lines);
    page.row("内容", "content", &value);
    page.row("完整性", "completeness", &completeness(summary));
    for debt in &summary.owed {
        page.row("还差", "owed", &owed(debt));
    }
    match summary.countdown(calendar) {
        None => page.row("存储期限", "deadline", "尚未起算（录制未结束） no term runs before the end"),
        Some(Countdown::Running { deadline }) => {
            let provisional = if deadline.is_provisional() { "（暂定 provisional）" } else { "" };
            let until = u64::try_from(deadline.exclusive().us()).map_or_else(|_| String::new(), instant);
            let by = deadline.special_rule.as_deref().unwrap_or("第十七条");
            let value = format!("{} 24:00 之前{provisional} before {until}（{by}）", deadline.earliest.last_day);
            page.row("存储期限", "deadline", &value);
        }
        Some(Countdown::WaitingForReturn { ground, .. }) => {
            page.row("存储期限", "deadline", &format!("等待返回单位（{}） waiting for return", ground.zh()));
        }
    }
    let editions = Governed::of(&opened.recorder, summary, calendar).editions().join("，");
    if !editions.is_empty() {
        page.row("依据", "governed by", &editions);
    }
    page.blank();
}
