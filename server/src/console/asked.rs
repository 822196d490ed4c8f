//! What somebody entered to have a deadline counted, and what is wrong with it in words.

use quanji_rules::{
    AwayGround, Calendar, ClockReading, Countdown, Date, Instant, InstantFault, MatterId, StatutoryClock, Suspension,
    SuspensionFault, Trigger, TriggerKind, countdown_of,
};
use serde::Deserialize;

/// By which word the form names what a term is counted from. A return needs its ground, which the form asks for beside.
pub(super) const KINDS: [(&str, TriggerKind); 4] = [
    ("completed", TriggerKind::EndOfRecording),
    ("cut_for_good", TriggerKind::LastDurableFragment),
    ("captured", TriggerKind::Capture),
    ("returned", TriggerKind::ReturnToUnit { ground: AwayGround::Elsewhere }),
];

/// By which word the form asks when a text is filed (第十七条第一款), beside the words of the statutory clocks.
pub(super) const FILING: &str = "filing";

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
    /// Days that are left out of the term, the first and the last of each span among them.
    pub(super) out1_from: String,
    pub(super) out1_to: String,
    pub(super) out2_from: String,
    pub(super) out2_to: String,
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
    /// When is a text that was complete then to be filed, by the agency's own rule?
    Filing {
        at: Instant,
    },
    Clock(Clock),
}

/// When is another statutory term over?
#[derive(Debug, Clone)]
pub(super) struct Clock {
    clock: StatutoryClock,
    at: Instant,
    /// None for a term in which the law leaves no day out.
    suspended: Vec<Suspension>,
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
    /// A day that is none, or a span with one end.
    SuspendedDay,
    Suspended(SuspensionFault),
    /// Days are left out of no such term.
    NotSuspended,
}

impl Asked {
    pub(super) fn read(&self) -> Entered {
        let left_out = self.left_out();
        let said = [&self.of, &self.at, &self.until, &self.kind, &self.ground, &self.returned];
        if said.iter().all(|text| text.is_empty()) && left_out == [("", ""); 2] {
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
        if clock.is_none() && !self.of.is_empty() && self.of != FILING {
            amiss.push(Amiss::UnknownDeadline);
        }
        let suspended: Vec<Suspension> =
            left_out.iter().filter_map(|span| suspension(*span).map_err(|fault| amiss.push(fault)).ok()?).collect();
        if !suspended.is_empty() && clock.is_none_or(|clock| clock.law().suspended_by.is_none()) {
            amiss.push(Amiss::NotSuspended);
        }
        // The fields that follow are for storing only.
        match (clock, at) {
            (Some(clock), Some(at)) if amiss.is_empty() => {
                return Entered::Whole(Question::Clock(Clock { clock, at, suspended }));
            }
            (None, Some(at)) if self.of == FILING && amiss.is_empty() => {
                return Entered::Whole(Question::Filing { at });
            }
            (Some(_), _) => return Entered::Amiss(amiss),
            (None, _) if self.of == FILING => return Entered::Amiss(amiss),
            (None, _) => {}
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

impl Asked {
    /// The two spans as they came.
    pub(super) fn left_out(&self) -> [(&str, &str); 2] {
        [(&self.out1_from, &self.out1_to), (&self.out2_from, &self.out2_to)].map(|(from, to)| (from.trim(), to.trim()))
    }
}

/// `None`: nothing was entered.
fn suspension((from, to): (&str, &str)) -> Result<Option<Suspension>, Amiss> {
    if from.is_empty() && to.is_empty() {
        return Ok(None);
    }
    let (Ok(from), Ok(to)) = (Date::parse(from), Date::parse(to)) else { return Err(Amiss::SuspendedDay) };
    Suspension::between(from, to).map(Some).map_err(Amiss::Suspended)
}

impl Clock {
    pub(super) fn reading(&self, calendar: &Calendar) -> ClockReading {
        let Clock { clock, at, suspended } = self;
        // Spans were entered only where the law leaves days out.
        clock.read_suspended(*at, suspended, calendar).unwrap_or_else(|_| clock.read(*at, calendar))
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
            Amiss::SuspendedDay => say(
                "不计入的期间要填首日和末日，写作 2026-03-05。",
                "Days left out need a first and a last day, as 2026-03-05.",
            ),
            Amiss::Suspended(fault) => (suspension_zh(fault), format!("days left out: {fault}")),
            Amiss::NotSuspended => {
                say("法律没有规定这一期限有不计入的期间。", "No text that is known here leaves days out of this term.")
            }
            Amiss::ReturnedTwice => say(
                "起算时间已是返回时间，不必再填返回单位的时间。",
                "The first instant is the return already; leave the other one empty.",
            ),
        }
    }
}

fn suspension_zh(fault: SuspensionFault) -> String {
    match fault {
        SuspensionFault::EndsBeforeItBegins { from, to } => format!("不计入的期间止于 {to}，早于起日 {from}。"),
        SuspensionFault::TooLong { found } => format!("不计入的期间长达 {found} 日，请核对。"),
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
    fn days_are_left_out_only_of_a_term_of_which_the_law_says_so() {
        let spans = |of: &str, from: &str, to: &str| {
            asked("2026-03-02T10:00", |asked| {
                (asked.of, asked.out2_from, asked.out2_to) = (of.to_owned(), from.to_owned(), to.to_owned());
            })
        };
        let Entered::Whole(Question::Clock(clock)) = spans("seizure", "2026-03-05", "2026-03-14") else {
            panic!("a question")
        };
        let reading = clock.reading(&Calendar::published());
        assert_eq!((reading.suspended.len(), reading.last_day.to_string().as_str()), (1, "2026-04-13"));
        for of in ["", "filing", "hearing_notice"] {
            assert_eq!(amiss(spans(of, "2026-03-05", "2026-03-14")), [Amiss::NotSuspended], "{of}");
        }
        assert_eq!(amiss(spans("seizure", "2026-03-05", "")), [Amiss::SuspendedDay]);
        assert_eq!(amiss(spans("seizure", "2026-02-30", "2026-03-14")), [Amiss::SuspendedDay]);
        let backward = amiss(spans("seizure", "2026-03-14", "2026-03-05"));
        assert!(matches!(backward[..], [Amiss::Suspended(SuspensionFault::EndsBeforeItBegins { .. })]));
        assert!(matches!(spans("filing", "", ""), Entered::Whole(Question::Filing { .. })));
    }

    #[test]
    fn an_interval_that_ends_before_it_begins_is_refused() {
        let entered = asked("2026-01-05T10:00", |asked| asked.until = "2026-01-05T09:59".to_owned());
        assert_eq!(amiss(entered), [Amiss::EndsBeforeItBegins]);
    }
}
