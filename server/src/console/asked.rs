//! What somebody entered to have a deadline counted, and what is wrong with it in words.

use quanji_rules::{
    AwayGround, Calendar, Countdown, Instant, InstantFault, MatterId, StatutoryClock, Trigger, TriggerKind,
    countdown_of,
};
use serde::Deserialize;

/// By which word the form names what a term is counted from. A return needs its ground, which the form asks for beside.
pub(super) const KINDS: [(&str, TriggerKind); 4] = [
    ("completed", TriggerKind::EndOfRecording),
    ("cut_for_good", TriggerKind::LastDurableFragment),
    ("captured", TriggerKind::Capture),
    ("returned", TriggerKind::ReturnToUnit { ground: AwayGround::Elsewhere }),
];

/// The fields as they came: a field that nobody filled is empty.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// Empty: 第十七条; else a statutory clock by its word.
    pub(super) of: String,
    pub(super) at: String,
    pub(super) until: String,
    pub(super) kind: String,
    pub(super) ground: String,
    pub(super) returned: String,
    /// The matter's code, for which a special rule may prevail.
    pub(super) matter: String,
}

/// What became of the fields.
#[derive(Debug)]
pub(super) enum Entered {
    Nothing,
    Amiss(Vec<Amiss>),
    Whole(Question),
}

/// A question that can be answered.
#[derive(Debug, Clone)]
pub(super) enum Question {
    Storage(Storage),
    Clock { clock: StatutoryClock, at: Instant },
}

/// When must it be stored (第十七条)?
#[derive(Debug, Clone)]
pub(super) struct Storage {
    trigger: Trigger,
    matter: Option<MatterId>,
    /// With the return, where it is known.
    away: Option<(AwayGround, Option<Instant>)>,
}

/// Which field an instant stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    At,
    Until,
    Returned,
}

/// What is wrong with what was entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amiss {
    Empty,
    Instant {
        field: Field,
        fault: InstantFault,
    },
    UnknownDeadline,
    UnknownKind,
    UnknownGround,
    EndsBeforeItBegins,
    /// A return without what it was a return from.
    ReturnWithoutGround,
    /// `at` is the return already.
    ReturnedTwice,
}

impl Asked {
    pub(super) fn read(&self) -> Entered {
        if [&self.of, &self.at, &self.until, &self.kind, &self.ground, &self.returned]
            .iter()
            .all(|text| text.is_empty())
        {
            return Entered::Nothing;
        }
        let mut amiss = Vec::new();
        let mut read = |field, text: &str| -> Option<Instant> {
            if text.trim().is_empty() {
                return None;
            }
            china_instant(text).map_err(|fault| amiss.push(Amiss::Instant { field, fault })).ok()
        };
        let at = read(Field::At, &self.at);
        let until = read(Field::Until, &self.until);
        let returned = read(Field::Returned, &self.returned);
        if self.at.trim().is_empty() {
            amiss.push(Amiss::Empty);
        }
        let clock = StatutoryClock::parse(&self.of);
        if clock.is_none() && !self.of.is_empty() {
            amiss.push(Amiss::UnknownDeadline);
        }
        if let (Some(clock), Some(at)) = (clock, at) {
            // The other fields are for storing only.
            return Entered::Whole(Question::Clock { clock, at });
        }
        let ground = AwayGround::parse(&self.ground);
        if ground.is_none() && !self.ground.is_empty() {
            amiss.push(Amiss::UnknownGround);
        }
        // Nobody who leaves it out means anything but the ordinary one.
        let named = if self.kind.is_empty() { KINDS[0].0 } else { self.kind.as_str() };
        let kind = KINDS.iter().find(|(name, _)| *name == named).map(|(_, kind)| *kind);
        let is_return = matches!(kind, Some(TriggerKind::ReturnToUnit { .. }));
        if kind.is_none() {
            amiss.push(Amiss::UnknownKind);
        }
        if self.ground.is_empty() && (is_return || !self.returned.trim().is_empty()) {
            amiss.push(Amiss::ReturnWithoutGround);
        }
        if is_return && !self.returned.trim().is_empty() {
            amiss.push(Amiss::ReturnedTwice);
        }
        let trigger = match (kind, at) {
            (Some(kind), Some(at)) => {
                let kind = match (kind, ground) {
                    (TriggerKind::ReturnToUnit { .. }, Some(ground)) => TriggerKind::ReturnToUnit { ground },
                    (kind, _) => kind,
                };
                Trigger::between(kind, at, until.unwrap_or(at)).map_err(|_| amiss.push(Amiss::EndsBeforeItBegins)).ok()
            }
            _ => None,
        };
        match trigger.filter(|_| amiss.is_empty()) {
            Some(trigger) => {
                let matter = (!self.matter.trim().is_empty()).then(|| MatterId(self.matter.trim().to_owned()));
                let away = ground.filter(|_| !is_return).map(|ground| (ground, returned));
                Entered::Whole(Question::Storage(Storage { trigger, matter, away }))
            }
            None => Entered::Amiss(amiss),
        }
    }
}

impl Storage {
    pub(super) fn countdown(&self, calendar: &Calendar) -> Countdown {
        countdown_of(self.matter.as_ref(), self.trigger, self.away, calendar)
    }
}

/// An instant as a form or a link says it; what names no zone is China's.
pub(super) fn china_instant(text: &str) -> Result<Instant, InstantFault> {
    let text = text.trim().replacen(' ', "T", 1);
    let time = text.get(10..).unwrap_or_default();
    let has_zone = time.contains(['Z', 'z', '+', '-']);
    let has_seconds = time.matches(':').count() > 1;
    match (has_zone, has_seconds) {
        (true, _) => Instant::parse(&text),
        (false, true) => Instant::parse(&format!("{text}+08:00")),
        (false, false) => Instant::parse(&format!("{text}:00+08:00")),
    }
}

impl Field {
    fn said(self) -> (&'static str, &'static str) {
        match self {
            Field::At => ("起算时间", "from"),
            Field::Until => ("最迟时间", "at the latest"),
            Field::Returned => ("返回时间", "returned"),
        }
    }
}

impl Amiss {
    pub(super) fn said(self) -> (String, String) {
        let say = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
        match self {
            Amiss::Empty => say("请填写从何时起。", "Say from when."),
            Amiss::Instant { field, fault } => {
                let ((zh, en), what) = (field.said(), instant_zh(fault));
                (format!("{zh}有误：{what}"), format!("{en}: {fault}"))
            }
            Amiss::UnknownDeadline => {
                say("没有这样的期限，请从列表中选择。", "There is no such deadline; pick one of the list.")
            }
            Amiss::UnknownKind => {
                say("起算于何事不明，请从列表中选择。", "What it is counted from is unknown; pick one of the list.")
            }
            Amiss::UnknownGround => {
                say("没有这样的情形：第十七条只有四种。", "There is no such ground; Article 17 has four.")
            }
            Amiss::EndsBeforeItBegins => say("最迟时间早于起算时间。", "The latest instant is before the first."),
            Amiss::ReturnWithoutGround => say(
                "填了返回单位而没有选不能及时移交的情形。",
                "A return is entered, but not why hand-over was impossible.",
            ),
            Amiss::ReturnedTwice => say(
                "起算时间已是返回时间，不必再填返回单位的时间。",
                "The first instant is the return already; leave the other one empty.",
            ),
        }
    }
}

fn instant_zh(fault: InstantFault) -> String {
    match fault {
        InstantFault::Shape { .. } => "应写作 2026-11-12T10:00 或 2026-11-12T10:00:00".to_owned(),
        InstantFault::Date(_) => "没有这一天".to_owned(),
        InstantFault::NoSuchTime { hour, minute } => format!("没有 {hour:02}:{minute:02} 这个时刻"),
        InstantFault::NoSuchSecond { second } => format!("没有第 {second} 秒"),
        InstantFault::LeapSecond => "不能写闰秒，请写 59 秒或下一分钟".to_owned(),
        InstantFault::TooFine { .. } => "最多精确到微秒（六位小数）".to_owned(),
        InstantFault::NoSuchOffset { .. } => "没有这个时区".to_owned(),
        InstantFault::YearOutOfRange { year } => format!("{year} 年不在可计算的范围内"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(at: &str, change: impl FnOnce(&mut Asked)) -> Entered {
        let mut asked = Asked { at: at.to_owned(), ..Asked::default() };
        change(&mut asked);
        asked.read()
    }

    fn amiss(entered: Entered) -> Vec<Amiss> {
        match entered {
            Entered::Amiss(amiss) => amiss,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_hour_without_a_zone_is_chinas_and_one_with_a_zone_is_taken_at_its_word() {
        for text in ["2026-09-30T17:20", "2026-09-30 17:20:00", "2026-09-30T09:20:00Z", " 2026-09-30T10:20:00+01:00 "] {
            let at = china_instant(text).unwrap();
            assert_eq!(at.to_china_rfc3339(), "2026-09-30T17:20:00+08:00", "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_for_each_field_in_both_languages() {
        let wrong = asked("2026-02-30T10:00", |asked| {
            asked.until = "tomorrow".to_owned();
            asked.ground = "holiday".to_owned();
            asked.kind = "x".to_owned();
        });
        let wrong = amiss(wrong);
        assert_eq!(wrong.len(), 4, "{wrong:?}");
        for one in wrong {
            let (zh, en) = one.said();
            assert!(!zh.is_empty() && en.is_ascii(), "{zh} {en}");
        }
        assert_eq!(amiss(asked("", |asked| asked.kind = "completed".to_owned())), [Amiss::Empty]);
        assert_eq!(amiss(asked("2026-01-05T10:00", |asked| asked.of = "x".to_owned())), [Amiss::UnknownDeadline]);
    }

    #[test]
    fn a_return_needs_its_ground_and_is_not_said_twice() {
        let returned = |kind: &str, ground: &str, returned: &str| {
            asked("2026-01-05T10:00", |asked| {
                (asked.kind, asked.ground, asked.returned) = (kind.to_owned(), ground.to_owned(), returned.to_owned());
            })
        };
        assert_eq!(amiss(returned("completed", "", "2026-01-09T10:00")), [Amiss::ReturnWithoutGround]);
        assert_eq!(amiss(returned("returned", "", "")), [Amiss::ReturnWithoutGround]);
        assert_eq!(amiss(returned("returned", "remote", "2026-01-09T10:00")), [Amiss::ReturnedTwice]);
        assert!(matches!(
            returned("completed", "remote", "2026-01-09T10:00"),
            Entered::Whole(Question::Storage(Storage { away: Some((AwayGround::Remote, Some(_))), .. }))
        ));
    }

    #[test]
    fn an_interval_that_ends_before_it_begins_is_refused() {
        let entered = asked("2026-01-05T10:00", |asked| asked.until = "2026-01-05T09:59".to_owned());
        assert_eq!(amiss(entered), [Amiss::EndsBeforeItBegins]);
    }
}
