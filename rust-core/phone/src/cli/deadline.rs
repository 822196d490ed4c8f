//! `quanji-phone deadline`: the countdown of a record, or of an instant.

use std::path::Path;

use quanji_rules::{
    Calendar, Countdown, Deadline, Instant, Trigger, TriggerKind, countdown_away, explain_countdown, storage_deadline,
};
use serde_json::{Value, json};

use super::args::DeadlineArgs;
use super::{print, record_id};
use crate::clock::Pace;
use crate::fault::Fault;
use crate::home::Home;

/// A calendar of every day for a thousand years is smaller.
const CALENDAR_LIMIT_BYTES: u64 = 16 << 20;

pub(super) fn run(asked: &DeadlineArgs) -> Result<u8, Fault> {
    let (instant, countdown) = match &asked.vault {
        Some(root) => of_record(root, asked)?,
        None => of_instant(asked, &calendar(&Calendar::published(), &asked.calendar)?)?,
    };
    Ok(print(asked.json, &to_json(instant, &countdown), || explain_countdown(&countdown)))
}

fn of_record(root: &Path, asked: &DeadlineArgs) -> Result<(Instant, Countdown), Fault> {
    let record = record_id(&asked.of)?;
    let opened = Home::at(root).open_existing(Pace::Real)?;
    let calendar = calendar(&opened.recorder.calendar(), &asked.calendar)?;
    let summaries = opened.recorder.summaries();
    let summary = summaries.into_iter().flatten().find(|summary| summary.record == record);
    let summary = summary.ok_or(Fault::NoSuchRecord(record))?;
    let trigger = summary.completion.ordinary.ok_or(Fault::NotEnded)?;
    let countdown = summary.countdown(&calendar).ok_or(Fault::NotEnded)?;
    let instant = match &countdown {
        Countdown::Running { deadline } => deadline.trigger.not_before(),
        Countdown::WaitingForReturn { .. } => trigger.not_before(),
    };
    Ok((instant, countdown))
}

fn of_instant(asked: &DeadlineArgs, calendar: &Calendar) -> Result<(Instant, Countdown), Fault> {
    let instant = Instant::parse(&asked.of)?;
    let returned_at = asked.returned_at.as_deref().map(Instant::parse).transpose()?;
    let trigger = Trigger::at(TriggerKind::EndOfRecording, instant);
    let countdown = match asked.ground {
        None => Countdown::Running { deadline: storage_deadline(trigger, calendar) },
        Some(ground) => countdown_away(trigger, ground, returned_at, calendar),
    };
    Ok((instant, countdown))
}

/// The notices that are known, and those of the files.
pub(super) fn calendar(known: &Calendar, files: &[std::path::PathBuf]) -> Result<Calendar, Fault> {
    let mut calendar = known.clone();
    for path in files {
        let found = std::fs::metadata(path).map_err(Fault::In)?.len();
        if found > CALENDAR_LIMIT_BYTES {
            return Err(Fault::In(std::io::ErrorKind::FileTooLarge.into()));
        }
        calendar.import_bytes(&std::fs::read(path).map_err(Fault::In)?)?;
    }
    Ok(calendar)
}

/// The same members as `quanji-verify deadline --json`.
pub(super) fn to_json(instant: Instant, countdown: &Countdown) -> Value {
    match countdown {
        Countdown::Running { deadline } => running(instant, deadline),
        Countdown::WaitingForReturn { ground: _, ordinary } => json!({
            "instant": instant.to_china_rfc3339(),
            "deadline_exclusive": null,
            "provisional": false,
            "earliest_last_day": null,
            "state": "waiting_for_return",
            "ordinary": running(instant, ordinary),
        }),
    }
}

fn running(instant: Instant, deadline: &Deadline) -> Value {
    json!({
        "instant": instant.to_china_rfc3339(),
        "deadline_exclusive": deadline.exclusive().to_china_rfc3339(),
        "provisional": deadline.is_provisional(),
        "earliest_last_day": deadline.earliest.earliest_last_day.map(|day| day.to_string()),
        "state": "running",
    })
}
