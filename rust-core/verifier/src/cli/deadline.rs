//! `quanji-verify deadline`.

use std::io::{self, BufRead, Read, Write};
use std::path::Path;

use quanji_rules::{
    Calendar, CalendarFault, Countdown, Deadline, Instant, InstantFault, Trigger, TriggerKind, countdown_away,
    explain_countdown, storage_deadline,
};
use serde::Serialize;
use serde_json::json;
use thiserror::Error;

use super::args::DeadlineArgs;
use super::{HOLDS, NO_ANSWER};

/// A calendar of every day for a thousand years is smaller.
const CALENDAR_LIMIT_BYTES: u64 = 16 << 20;
/// An instant has some 35 characters; a line without an end must not fill the memory.
const LINE_LIMIT_BYTES: usize = 4096;

/// Why nothing was reckoned.
#[derive(Debug, Error)]
enum NoDeadline {
    #[error("时间写法有误 · not an instant: {0}")]
    Instant(#[from] InstantFault),
    #[error("返回时间写法有误 · --returned-at is not an instant: {0}")]
    ReturnedAt(#[source] InstantFault),
    #[error("节假日安排文件打不开 · the calendar file cannot be read: {0}")]
    CalendarFile(#[source] io::Error),
    #[error("节假日安排文件有误 · the calendar file: {0}")]
    Calendar(#[from] CalendarFault),
    #[error("不是文本 · a line that is not text, or longer than {LINE_LIMIT_BYTES} bytes")]
    NotText,
    #[error("标准输入读不下去 · standard input cannot be read")]
    Input(#[source] io::Error),
}

impl NoDeadline {
    fn code(&self) -> &'static str {
        match self {
            NoDeadline::Instant(_) => "instant",
            NoDeadline::ReturnedAt(_) => "returned_at",
            NoDeadline::CalendarFile(_) => "calendar_file",
            NoDeadline::Calendar(_) => "calendar",
            NoDeadline::NotText => "not_text",
            NoDeadline::Input(_) => "input",
        }
    }
}

/// What is printed of one instant.
#[derive(Debug, Serialize)]
struct Answer {
    /// The instant asked about, in China Standard Time.
    instant: String,
    /// The first instant that is late; `null` while the return is waited for.
    deadline_exclusive: Option<String>,
    provisional: bool,
    /// The first day that may turn out to be the last, when provisional.
    earliest_last_day: Option<String>,
    /// `running` or `waiting_for_return`.
    state: &'static str,
    /// What would hold without the away ground, while the return is waited for.
    #[serde(skip_serializing_if = "Option::is_none")]
    ordinary: Option<Box<Answer>>,
}

impl Answer {
    fn running(instant: Instant, deadline: &Deadline) -> Answer {
        Answer {
            instant: instant.to_china_rfc3339(),
            deadline_exclusive: Some(deadline.exclusive().to_china_rfc3339()),
            provisional: deadline.is_provisional(),
            earliest_last_day: deadline.earliest.earliest_last_day.map(|day| day.to_string()),
            state: "running",
            ordinary: None,
        }
    }

    fn of(instant: Instant, countdown: &Countdown) -> Answer {
        match countdown {
            Countdown::Running { deadline } => Answer::running(instant, deadline),
            Countdown::WaitingForReturn { ground: _, ordinary } => Answer {
                instant: instant.to_china_rfc3339(),
                deadline_exclusive: None,
                provisional: false,
                earliest_last_day: None,
                state: "waiting_for_return",
                ordinary: Some(Box::new(Answer::running(instant, ordinary))),
            },
        }
    }
}

pub(crate) fn run(asked: &DeadlineArgs) -> u8 {
    let prepared = match Reckoner::prepare(asked) {
        Ok(prepared) => prepared,
        Err(fault) => return refuse(asked, &fault),
    };
    let outcome = if asked.instant == "-" {
        answer_lines(&prepared, io::stdin().lock(), &mut io::stdout().lock())
    } else {
        answer_one(asked, &prepared)
    };
    match outcome {
        Ok(code) => code,
        Err(fault) => refuse(asked, &fault),
    }
}

fn refuse(asked: &DeadlineArgs, fault: &NoDeadline) -> u8 {
    // A closed output leaves the exit code to speak.
    if asked.json {
        let _ = writeln!(io::stdout(), "{}", fault_json(fault));
    } else {
        let _ = writeln!(io::stderr(), "quanji-verify: {fault} ({})", fault.code());
    }
    NO_ANSWER
}

fn fault_json(fault: &NoDeadline) -> serde_json::Value {
    json!({ "error": { "code": fault.code(), "reason": fault.to_string() } })
}

/// Everything but the instants.
struct Reckoner<'a> {
    asked: &'a DeadlineArgs,
    returned_at: Option<Instant>,
    calendar: Calendar,
}

impl<'a> Reckoner<'a> {
    fn prepare(asked: &'a DeadlineArgs) -> Result<Reckoner<'a>, NoDeadline> {
        let returned_at =
            asked.returned_at.as_deref().map(Instant::parse).transpose().map_err(NoDeadline::ReturnedAt)?;
        let mut calendar = Calendar::published();
        for path in &asked.calendar {
            calendar.import_bytes(&read_calendar(path)?)?;
        }
        Ok(Reckoner { asked, returned_at, calendar })
    }

    fn reckon(&self, instant: Instant) -> Countdown {
        let trigger = Trigger::at(TriggerKind::EndOfRecording, instant);
        match self.asked.ground {
            None => Countdown::Running { deadline: storage_deadline(trigger, &self.calendar) },
            Some(ground) => countdown_away(trigger, ground, self.returned_at, &self.calendar),
        }
    }
}

fn read_calendar(path: &Path) -> Result<Vec<u8>, NoDeadline> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(NoDeadline::CalendarFile)?;
    file.take(CALENDAR_LIMIT_BYTES).read_to_end(&mut bytes).map_err(NoDeadline::CalendarFile)?;
    Ok(bytes)
}

fn answer_one(asked: &DeadlineArgs, reckoner: &Reckoner<'_>) -> Result<u8, NoDeadline> {
    let instant = Instant::parse(&asked.instant)?;
    let countdown = reckoner.reckon(instant);
    let text = if asked.json {
        json!(Answer::of(instant, &countdown)).to_string() + "\n"
    } else {
        explain_countdown(&countdown)
    };
    Ok(if io::stdout().write_all(text.as_bytes()).is_ok() { HOLDS } else { NO_ANSWER })
}

/// One JSON object a line; a bad line is named by its number, and the rest goes on.
fn answer_lines(reckoner: &Reckoner<'_>, mut input: impl BufRead, output: &mut impl Write) -> Result<u8, NoDeadline> {
    let (mut code, mut number, mut line) = (HOLDS, 0_u64, Vec::new());
    loop {
        line.clear();
        let count =
            (&mut input).take(LINE_LIMIT_BYTES as u64).read_until(b'\n', &mut line).map_err(NoDeadline::Input)?;
        if count == 0 {
            return Ok(code);
        }
        number += 1;
        let is_too_long = line.last() != Some(&b'\n') && count == LINE_LIMIT_BYTES;
        if is_too_long {
            skip_line(&mut input).map_err(NoDeadline::Input)?;
        }
        let text =
            std::str::from_utf8(&line).ok().filter(|_| !is_too_long).map(|text| text.trim_end_matches(['\r', '\n']));
        let parsed = text.ok_or(NoDeadline::NotText).and_then(|text| Ok(Instant::parse(text)?));
        let answer = match parsed {
            Ok(instant) => json!(Answer::of(instant, &reckoner.reckon(instant))),
            Err(fault) => {
                code = NO_ANSWER;
                json!({ "line": number, "error": { "code": fault.code(), "reason": fault.to_string() } })
            }
        };
        if writeln!(output, "{answer}").is_err() {
            return Ok(NO_ANSWER);
        }
    }
}

/// Passes over what is left of a line without keeping it.
fn skip_line(input: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let (count, is_over) = (end.map_or(buffer.len(), |end| end + 1), end.is_some() || buffer.is_empty());
        input.consume(count);
        if is_over {
            return Ok(());
        }
    }
}
