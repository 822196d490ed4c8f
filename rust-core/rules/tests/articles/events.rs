//! What happened at the scene, as a table writes it: `word：part / part`, each word a term of the rules' own vocabulary.
//!
//! `照常开始`, `照常开始，尚未说明` and `照常结束` stand for what is usual. One second passes from line to line; `[2026-11-12 10:00]` before a word sets the clock (China Standard Time). A part that is left out is the usual one:
//! begun by the button, picture and sound, spoken and heard, confirmed then, ended by the officer.

use quanji_rules::*;

/// What a record begins and ends with when nothing is out of the ordinary.
const USUAL: [(&str, &[&str]); 3] = [
    (
        "照常开始",
        &[
            "建立记录",
            "录制前检查",
            "地点",
            "执法人员",
            "事由和对象",
            "连续段开始",
            "语音说明：六项 / 告知正在进行音像记录",
        ],
    ),
    ("照常开始，尚未说明", &["建立记录", "录制前检查", "地点", "执法人员", "事由和对象", "连续段开始"]),
    ("照常结束", &["结束", "封存"]),
];

/// 2026-11-12, a Thursday, 10:00 in China.
const BEGIN: &str = "2026-11-12 10:00:00";
const SECOND_US: i64 = 1_000_000;

/// The word of a vocabulary that has this Chinese term.
macro_rules! word {
    ($Words:ty, $text:expr) => {{
        let text: &str = $text;
        <$Words>::ALL.iter().copied().find(|word| word.zh() == text)
    }};
}
pub(crate) use word;

pub(crate) fn instant(text: &str) -> Result<Instant, String> {
    let seconds = if text.len() == "2026-11-12 10:00".len() { ":00" } else { "" };
    let written = format!("{}{seconds}+08:00", text.replacen(' ', "T", 1));
    Instant::parse(&written).map_err(|fault| format!("`{text}` is no instant: {fault}"))
}

/// The events in order, numbered from 0.
pub(crate) fn story(lines: &[String]) -> Result<Vec<Event>, String> {
    let begin = instant(BEGIN)?;
    let mut reader = Reader { at: begin.plus_us(-SECOND_US), begin, takes: 0, broken: None };
    let lines = lines.iter().flat_map(|line| in_full(line));
    (0..).zip(lines).map(|(seq, line)| reader.event(seq, &line)).collect()
}

/// A usual beginning or end, line by line; the clock that stands before it is that of its first line.
fn in_full(line: &str) -> Vec<String> {
    let at = line.find(']').map_or(0, |end| end + 1);
    let (clock, said) = line.split_at(at);
    let usual = USUAL.iter().find(|(name, _)| *name == said.trim());
    let Some((_, all)) = usual else { return vec![line.to_owned()] };
    let mut lines: Vec<String> = all.iter().map(|one| (*one).to_owned()).collect();
    lines[0].insert_str(0, clock);
    lines
}

struct Reader {
    at: Instant,
    begin: Instant,
    takes: u32,
    /// The `seq` of the last interruption: what is resumed, and of which the reason is given.
    broken: Option<u64>,
}

impl Reader {
    fn event(&mut self, seq: u64, line: &str) -> Result<Event, String> {
        self.at = self.at.plus_us(SECOND_US);
        let mut said = line.trim();
        if let Some((at, rest)) = said.strip_prefix('[').and_then(|said| said.split_once(']')) {
            (self.at, said) = (instant(at)?, rest.trim());
        }
        let (name, parts) = said.split_once('：').unwrap_or((said, ""));
        let kind = word!(ActKind, name).ok_or_else(|| format!("`{name}` in `{line}` is no event"))?;
        let mut parts: Vec<&str> = parts.split(" / ").map(str::trim).filter(|part| !part.is_empty()).collect();
        let act =
            self.act(kind, seq, &mut parts).ok_or_else(|| format!("`{line}` lacks a part, or an earlier event"))?;
        if let Some(part) = parts.first() {
            return Err(format!("`{part}` is no part of `{line}`"));
        }
        let mono_us = self.mono_us();
        Ok(Event { seq, clock: Clock { wall: self.at, mono_us, boot: 1 }, act })
    }

    fn mono_us(&self) -> i64 {
        self.at.us() - self.begin.us()
    }

    /// `None`: a part without which the event says nothing is missing. What is no part of it stays in `parts`.
    fn act(&mut self, kind: ActKind, seq: u64, parts: &mut Vec<&str>) -> Option<Act> {
        let mono_us = self.mono_us();
        Some(match kind {
            ActKind::Opened => Act::Opened { started: taken(parts, |p| word!(Started, p)).unwrap_or(Started::Button) },
            ActKind::Preflight => {
                Act::Preflight { notes: all(parts, |p| word!(PreflightNote, p)).into_iter().collect() }
            }
            ActKind::Place => Act::Place {},
            ActKind::Officers => Act::Officers {},
            ActKind::Subject => Act::Subject { party: taken(parts, |p| word!(Party, p)).unwrap_or(Party::Named) },
            ActKind::Activity => Act::Activity { change: taken(parts, |p| word!(ActivityChange, p))? },
            ActKind::Take => {
                self.takes += 1;
                let tracks = all(parts, |p| word!(Track, p));
                let has = |track| tracks.is_empty() || tracks.contains(&track);
                let (video, audio) = (has(Track::Video), has(Track::Audio));
                Act::Take { take: self.takes, cause: Cause::Start, mono_us, video, audio }
            }
            ActKind::Fragment => Act::Fragment { mono_us },
            ActKind::Recovered => Act::Recovered { mono_us },
            ActKind::Segment => Act::Segment {},
            ActKind::OpeningPassage => {
                let six = taken(parts, |p| (p == "六项").then_some(()));
                let elements = all(parts, |p| word!(OpeningElement, p)).into_iter();
                let of_six = OpeningElement::ALL.iter().copied().take(6).filter(|_| six.is_some());
                Act::OpeningPassage {
                    elements: elements.chain(of_six).collect(),
                    speech: taken(parts, |p| word!(Speech, p)).unwrap_or(Speech::Detected),
                    confirmed: taken(parts, |p| word!(Confirmed, p)).unwrap_or(Confirmed::Now),
                    how: taken(parts, |p| word!(Means, p)).unwrap_or(Means::Spoken),
                }
            }
            ActKind::OpeningExcused => Act::OpeningExcused { reason: taken(parts, |p| word!(Excuse, p))? },
            ActKind::InterruptionReason => Act::InterruptionReason {
                interruption: self.broken?,
                how: taken(parts, |p| word!(ReasonMeans, p)).unwrap_or(ReasonMeans::Spoken),
                speech: Speech::Detected,
            },
            ActKind::Notice => Act::Notice { notice: taken(parts, |p| word!(NoticeKind, p))?, how: Means::Spoken },
            ActKind::Companion => Act::Companion {},
            ActKind::Stage => Act::Stage { stage: taken(parts, |p| word!(Stage, p))? },
            ActKind::Checklist => {
                let item = taken(parts, |p| word!(KeyContent, p))?;
                Act::Checklist { item, state: taken(parts, |p| word!(ChecklistState, p))? }
            }
            ActKind::Mark => Act::Mark {},
            ActKind::FilmingNotice => Act::FilmingNotice { state: taken(parts, |p| word!(FilmingStep, p))? },
            ActKind::ConfidentialSpan => Act::ConfidentialSpan { secrecy: taken(parts, |p| word!(Secrecy, p))? },
            ActKind::Photo => Act::Photo {},
            ActKind::Document => Act::Document {},
            ActKind::Service => {
                let method = taken(parts, |p| word!(ServiceMethod, p))?;
                Act::Service { method, step: taken(parts, |p| word!(ServiceStep, p))? }
            }
            ActKind::Obstruction => Act::Obstruction { obstruction: taken(parts, |p| word!(Obstruction, p))? },
            ActKind::Interrupted => {
                self.broken = Some(seq);
                Act::Interrupted { cause: taken(parts, |p| word!(Cause, p))?, at: self.at }
            }
            ActKind::Resumed => Act::Resumed { interruption: self.broken?, gap_us: taken(parts, microseconds)? },
            ActKind::TrackLost => {
                let track = taken(parts, |p| word!(Track, p))?;
                Act::TrackLost { track, cause: taken(parts, |p| word!(Cause, p))? }
            }
            ActKind::TrackBack => Act::TrackBack { track: taken(parts, |p| word!(Track, p))? },
            ActKind::ClockSet => Act::ClockSet {},
            ActKind::CaptureClock => Act::CaptureClock {},
            ActKind::Ended => {
                Act::Ended { how: taken(parts, |p| word!(EndedHow, p)).unwrap_or(EndedHow::Officer), at: self.at }
            }
            ActKind::Sealed => Act::Sealed {},
            ActKind::AwayDeclared => Act::AwayDeclared { ground: taken(parts, |p| word!(AwayGround, p))? },
            ActKind::Returned => Act::Returned { at: self.at },
            ActKind::WrittenStatement => {
                let is_of_break = taken(parts, |p| (p == "就该次中止").then_some(())).is_some();
                Act::WrittenStatement { interruption: if is_of_break { Some(self.broken?) } else { None } }
            }
            ActKind::Correction => Act::Correction { of: 0 },
            ActKind::DeclaredMistake => Act::DeclaredMistake {},
            ActKind::Vouched => Act::Vouched {},
        })
    }
}

/// `20 秒`, `3000001 微秒`.
fn microseconds(part: &str) -> Option<u64> {
    let (count, unit) = part.split_once(' ')?;
    let count: u64 = count.parse().ok()?;
    match unit {
        "秒" => Some(count * 1_000_000),
        "微秒" => Some(count),
        _ => None,
    }
}

/// Takes the first part that is one.
fn taken<T>(parts: &mut Vec<&str>, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    let (place, found) = parts.iter().enumerate().find_map(|(place, part)| Some((place, read(part)?)))?;
    parts.remove(place);
    Some(found)
}

/// Takes every part that is one.
fn all<T>(parts: &mut Vec<&str>, read: impl Fn(&str) -> Option<T>) -> Vec<T> {
    let found = parts.iter().filter_map(|part| read(part)).collect();
    parts.retain(|part| read(part).is_none());
    found
}
