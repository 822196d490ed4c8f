//! The course of a record (执法经过) in words: every act, break and addition in the order in which it was written. Nothing of it is judged.

use maud::{Markup, html};
use quanji_evidence::body::Body;
use quanji_evidence::entry::{Entry, Flag};
use quanji_evidence::event::event_of;
use quanji_evidence::journal::Journal;
use quanji_rules::{Act, ActKind, Cause};

use super::words::{both, instant, spaced};

/// One line of the course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    seq: u64,
    /// The device's clock.
    at_us: u64,
    zh: String,
    en: String,
    /// What was owed when it was done, in both languages.
    flags: Vec<(&'static str, &'static str)>,
    /// Breaks and what is special stand out.
    is_break: bool,
}

/// What a person reads of the journal; lines of the film and of clocks are left out.
pub(super) fn course(journal: &Journal) -> Vec<Step> {
    journal.entries.iter().filter_map(step).collect()
}

fn step(entry: &Entry) -> Option<Step> {
    let act = event_of(entry)?.act;
    let (zh, en) = said(&act, &entry.body)?;
    let at_us = match &entry.body {
        Body::Interrupted(body) => body.at_us,
        Body::Ended(body) => body.at_us,
        _ => entry.clock.wall_us,
    };
    let kind = act.kind();
    let (kind_zh, kind_en) = (kind.zh(), spaced(kind.name()));
    let is_break = matches!(
        kind,
        ActKind::Interrupted
            | ActKind::TrackLost
            | ActKind::ClockSet
            | ActKind::Obstruction
            | ActKind::ConfidentialSpan
            | ActKind::DeclaredMistake
    );
    Some(Step {
        seq: entry.seq,
        at_us,
        zh: if zh.is_empty() { kind_zh.to_owned() } else { format!("{kind_zh}：{zh}") },
        en: if en.is_empty() { kind_en } else { format!("{kind_en}: {en}") },
        flags: entry.flags.iter().map(|flag| flag_words(*flag)).collect(),
        is_break,
    })
}

/// What is to be said of an act beside its kind; `None` for what only machines read.
fn said(act: &Act, body: &Body) -> Option<(String, String)> {
    let word = |zh: &str, name: &str| (zh.to_owned(), spaced(name));
    let two = |one: (&str, &str), other: (&str, &str)| {
        (format!("{}，{}", one.0, other.0), format!("{}, {}", spaced(one.1), spaced(other.1)))
    };
    let coded = |code: &str| (code.to_owned(), code.to_owned());
    let none = || (String::new(), String::new());
    Some(match *act {
        Act::Opened { started } => word(started.zh(), started.name()),
        Act::Preflight { notes } if notes.is_empty() => ("未发现问题".to_owned(), "nothing to note".to_owned()),
        Act::Preflight { notes } => (
            notes.iter().map(|note| note.zh()).collect::<Vec<_>>().join("、"),
            notes.iter().map(|note| spaced(note.name())).collect::<Vec<_>>().join(", "),
        ),
        Act::Subject { party } => match body {
            Body::Subject(subject) => match &subject.matter {
                Some(matter) => two((matter.as_str(), matter.as_str()), (party.zh(), party.name())),
                None => word(party.zh(), party.name()),
            },
            _ => word(party.zh(), party.name()),
        },
        // How many, and not who.
        Act::Officers {} => match body {
            Body::Officers(named) => {
                let officers = named.officers.len();
                (format!("{officers} 名"), officers.to_string())
            }
            _ => none(),
        },
        Act::Activity { change } => word(change.zh(), change.name()),
        Act::OpeningPassage { elements, speech, confirmed, how } => {
            let named = elements.iter().map(|element| element.zh()).collect::<Vec<_>>().join("、");
            let names = elements.iter().map(|element| spaced(element.name())).collect::<Vec<_>>().join(", ");
            (
                format!("{named}（{}，{}，{}）", how.zh(), speech.zh(), confirmed.zh()),
                format!(
                    "{names} ({}, {}, confirmed {})",
                    spaced(how.name()),
                    spaced(speech.name()),
                    spaced(confirmed.name())
                ),
            )
        }
        Act::OpeningExcused { reason } => word(reason.zh(), reason.name()),
        Act::InterruptionReason { interruption, how, speech } => {
            let cause = match body {
                Body::InterruptionReason(reason) => cause_word(reason.cause),
                _ => ("", ""),
            };
            (
                format!("{}（{}，{}；第 {interruption} 行的中止）", cause.0, how.zh(), speech.zh()),
                format!(
                    "{} ({}, {}; of line {interruption})",
                    spaced(cause.1),
                    spaced(how.name()),
                    spaced(speech.name())
                ),
            )
        }
        Act::Notice { notice, how } => two((notice.zh(), notice.name()), (how.zh(), how.name())),
        Act::Companion {} => match body {
            Body::Companion(line) => coded(line.line.as_str()),
            _ => none(),
        },
        Act::Stage { stage } => word(stage.zh(), stage.name()),
        Act::Checklist { item, state } => two((item.zh(), item.name()), (state.zh(), state.name())),
        Act::Mark {} => match body {
            Body::Mark(mark) => coded(mark.mark.as_str()),
            _ => none(),
        },
        Act::FilmingNotice { state } => word(state.zh(), state.name()),
        Act::ConfidentialSpan { secrecy } => {
            let (zh, en) = word(secrecy.zh(), secrecy.name());
            match body {
                Body::ConfidentialSpan(span) if span.to_mono_us.is_some() => {
                    (format!("{zh}，已结束"), format!("{en}, closed"))
                }
                _ => (zh, en),
            }
        }
        Act::Document {} => match body {
            Body::Document(document) => coded(document.document.as_str()),
            _ => none(),
        },
        Act::Service { method, step } => two((method.zh(), method.name()), (step.zh(), step.name())),
        Act::Obstruction { obstruction } => word(obstruction.zh(), obstruction.name()),
        Act::Interrupted { cause, .. } => word(cause.zh(), cause.name()),
        Act::Resumed { interruption, gap_us } => {
            let seconds = gap_us.div_ceil(1_000_000);
            (
                format!("间隔 {seconds} 秒（第 {interruption} 行的中止）"),
                format!("after {seconds} s (of line {interruption})"),
            )
        }
        Act::TrackLost { track, cause } => two((track.zh(), track.name()), (cause.zh(), cause.name())),
        Act::TrackBack { track } => word(track.zh(), track.name()),
        Act::ClockSet {} => match body {
            Body::ClockSet(set) => {
                let seconds = (i128::from(set.wall_after_us) - i128::from(set.wall_before_us)) / 1_000_000;
                (format!("{seconds:+} 秒"), format!("by {seconds:+} s"))
            }
            _ => none(),
        },
        Act::Ended { how, .. } => word(how.zh(), how.name()),
        Act::AwayDeclared { ground } => word(ground.zh(), ground.name()),
        Act::Returned { at } => {
            let at = instant(u64::try_from(at.us()).unwrap_or(0));
            (at.clone(), at)
        }
        Act::WrittenStatement { interruption } => {
            let (zh, en) = match interruption {
                Some(seq) => (format!("说明第 {seq} 行的中止"), format!("of line {seq}")),
                None => ("说明整个记录".to_owned(), "of the whole record".to_owned()),
            };
            match body {
                Body::WrittenStatement(said) if said.draft.is_some() => {
                    (format!("{zh}（按机关草稿）"), format!("{en} (from the agency's draft)"))
                }
                _ => (zh, en),
            }
        }
        Act::Correction { of } => (format!("第 {of} 行"), format!("of line {of}")),
        Act::Place {}
        | Act::Photo {}
        | Act::Recovered { .. }
        | Act::Sealed {}
        | Act::DeclaredMistake {}
        | Act::Vouched {} => none(),
        Act::Take { .. } | Act::Fragment { .. } | Act::Segment {} | Act::CaptureClock {} => return None,
    })
}

/// The rules and the format have the same names.
fn cause_word(cause: quanji_evidence::body::Cause) -> (&'static str, &'static str) {
    let name = serde_json::to_value(cause).ok();
    let cause = name.as_ref().and_then(|name| Cause::parse(name.as_str()?)).unwrap_or(Cause::Unknown);
    (cause.zh(), cause.name())
}

/// A code as an English reader takes it.
fn flag_words(flag: Flag) -> (&'static str, &'static str) {
    match flag {
        Flag::BeforeOpening => ("说明之前", "before the opening"),
        Flag::BeforeResumeReason => ("说明中止原因之前", "before the reason of a break"),
        Flag::NotRecording => ("未在录制", "not recording"),
        Flag::AfterEnd => ("结束之后", "after the end"),
        Flag::LookingBack => ("回看补记", "looking back"),
    }
}

/// As a table; folded when it is long.
pub(super) fn shown(course: &[Step]) -> Markup {
    /// What fits on a screen.
    const OPEN_UP_TO: usize = 40;
    html! {
        h2 { (both("执法经过", "What happened")) }
        @if course.len() > OPEN_UP_TO {
            details { summary { (both(&format!("{} 条", course.len()), "lines")) } (table(course)) }
        } @else { (table(course)) }
    }
}

fn table(course: &[Step]) -> Markup {
    html! {
        table.course {
            thead { tr {
                th.number { (both("行", "Line")) }
                th { (both("设备时钟（北京时间）", "Device's clock (+08:00)")) }
                th { (both("经过", "What")) }
            } }
            tbody {
                @for step in course {
                    tr {
                        td.number { (step.seq) }
                        td.time { (instant(step.at_us)) }
                        td {
                            @if step.is_break { span.state.owed { (both(&step.zh, &step.en)) } } @else { (both(&step.zh, &step.en)) }
                            @for (zh, en) in &step.flags { " " span.note { "［" (both(zh, en)) "］" } }
                        }
                    }
                }
            }
        }
    }
}
