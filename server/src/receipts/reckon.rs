//! From a record's entries to what its receipt says of time: trigger as an interval, deadline, calendars, in time or not
//! (FORMAT.md, sections 8 and 10; 办法 第十七条).
//!
//! The phone's clock makes a claim, the agency brackets it: the recording did not end before the agency's head in `opened` (plus what ran
//! on the monotonic clock since), nor after its line was received. A claim within [`TRUST_US`] of the bracket is brought inside; one further
//! away shows that the clock was wrong, and then only the bracket is known. A clock that was set meanwhile gives each of its readings.

use quanji_evidence::body::Body;
use quanji_evidence::entry::{Clock, Entry};
use quanji_evidence::event::event_of;
use quanji_evidence::journal::Journal;
use quanji_evidence::receipt::{ReceiptOnTime, ReceiptTrigger, ReceiptTriggerKind};
use quanji_evidence::text::Code;
use quanji_rules::{
    Calendar, Countdown, Date, Deadline, Instant, MatterId, OnTime, Trigger, TriggerKind, completion, countdown_of,
    storage_deadline_of,
};

/// How far a clock may stand from what is proved and still be taken at its word: the jump that the format tolerates unsaid.
const TRUST_US: u64 = 2_000_000;
/// A receipt names at most so many notices.
const CALENDARS_LIMIT: usize = 64;

/// What the agency knows of the time of a record's lines.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// When each line was received, by seq.
    pub received_us: &'a [u64],
    /// Before this the record cannot have begun: the agency's head in `opened`, or its certificate, was signed then.
    pub not_before_us: Option<u64>,
}

/// What a receipt would say, but for when the record was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reckoned {
    pub trigger: ReceiptTrigger,
    pub calendars: Vec<Code>,
    /// Exclusive.
    pub deadline_us: u64,
    /// A notice still to come may change it, or an away ground is declared and no return entered.
    pub provisional: bool,
    countdown: Countdown,
}

/// Reckons; `None` while the recording has not ended.
pub fn reckon(journal: &Journal, known: Known<'_>, calendar: &Calendar) -> Option<Reckoned> {
    let events: Vec<_> = journal.entries.iter().filter_map(event_of).collect();
    let completion = completion(&events);
    let claimed = completion.ordinary?;
    let made = completing(journal, claimed.kind())?;
    let (not_before, not_after) = bracketed(journal, known, made, (us(claimed.not_before()), us(claimed.not_after())));
    let ordinary = between(claimed.kind(), not_before, not_after);
    let matter = matter_of(journal);
    let away = completion.away.map(|ground| (ground, completion.returned_at));
    let countdown = countdown_of(matter.as_ref(), ordinary, away, calendar);
    // The return, too, is a claim that its line brackets.
    let countdown = match (countdown, completion.returned_at, returning(journal)) {
        (Countdown::Running { deadline }, Some(at), Some(line))
            if matches!(deadline.trigger.kind(), TriggerKind::ReturnToUnit { .. }) =>
        {
            let (not_before, not_after) = bracketed(journal, known, line, (us(at), us(at)));
            let trigger = between(deadline.trigger.kind(), not_before, not_after);
            Countdown::Running { deadline: storage_deadline_of(matter.as_ref(), trigger, calendar) }
        }
        (countdown, _, _) => countdown,
    };
    let (deadline, is_waiting) = deadline_of(&countdown);
    let trigger = ReceiptTrigger {
        kind: kind_of(deadline.trigger.kind()),
        not_before_us: us(deadline.trigger.not_before()),
        not_after_us: us(deadline.trigger.not_after()),
    };
    Some(Reckoned {
        trigger,
        calendars: calendars_of(deadline, calendar),
        deadline_us: us(deadline.exclusive()),
        provisional: deadline.is_provisional() || is_waiting,
        countdown,
    })
}

/// What a receipt names as that by which it was counted: the edition of special rules where one prevails, and the notices.
pub(crate) fn calendars_of(deadline: &Deadline, calendar: &Calendar) -> Vec<Code> {
    let rules = deadline.special_rule.as_ref().map(|_| calendar.special_rules().name());
    let notices = deadline.notices().into_iter().map(|notice| notice.as_str().to_owned());
    rules.into_iter().chain(notices).filter_map(|name| Code::parse(&name).ok()).take(CALENDARS_LIMIT).collect()
}

/// The matter that the record names last, by its code.
pub(crate) fn matter_of(journal: &Journal) -> Option<MatterId> {
    journal.entries.iter().rev().find_map(|entry| match &entry.body {
        Body::Subject(subject) => subject.matter.as_ref().map(|code| MatterId(code.as_str().to_owned())),
        _ => None,
    })
}

/// As the database keeps them.
pub(crate) fn calendars_in_db(calendars: &[Code]) -> String {
    calendars.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// The deadline that counts, and whether a return is waited for: then it is the ordinary one.
fn deadline_of(countdown: &Countdown) -> (&Deadline, bool) {
    match countdown {
        Countdown::Running { deadline } => (deadline, false),
        Countdown::WaitingForReturn { ordinary, .. } => (ordinary, true),
    }
}

impl Reckoned {
    /// Whether what was stored at `stored_us` is in time. While a return is waited for nobody is late, and who keeps the ordinary term is
    /// in time whatever comes.
    pub fn on_time(&self, stored_us: u64) -> ReceiptOnTime {
        let (deadline, is_waiting) = deadline_of(&self.countdown);
        match deadline.on_time(instant(stored_us)) {
            OnTime::Yes => ReceiptOnTime::Yes,
            OnTime::No if is_waiting => ReceiptOnTime::Undetermined,
            OnTime::No => ReceiptOnTime::No,
            OnTime::Undetermined => ReceiptOnTime::Undetermined,
        }
    }

    /// Whether a receipt for `stored_us` calls its deadline provisional: who kept the ordinary term before a return has a settled answer.
    pub fn says_provisional(&self, stored_us: u64) -> bool {
        let (deadline, is_waiting) = deadline_of(&self.countdown);
        deadline.is_provisional() || (is_waiting && self.on_time(stored_us) != ReceiptOnTime::Yes)
    }

    /// The days from which the term runs at the earliest and at the latest, and whether a return is waited for: nothing else of a record
    /// moves its deadline when a notice appears, but for a special rule.
    pub(crate) fn term(&self) -> (Date, Date, bool) {
        let (deadline, is_waiting) = deadline_of(&self.countdown);
        (deadline.trigger.not_before().china_date(), deadline.trigger.not_after().china_date(), is_waiting)
    }

    /// Whether a special rule set the term.
    pub(crate) fn is_by_rule(&self) -> bool {
        deadline_of(&self.countdown).0.special_rule.is_some()
    }

    /// How it was counted, from the bracketed trigger on: for people.
    pub fn countdown(&self) -> &Countdown {
        &self.countdown
    }
}

/// The entry that says when the recording was complete.
fn completing(journal: &Journal, kind: TriggerKind) -> Option<&Entry> {
    let is_it = |entry: &&Entry| match kind {
        TriggerKind::Capture => matches!(entry.body, Body::Photo(_)),
        _ => matches!(entry.body, Body::Ended(_)),
    };
    journal.entries.iter().find(is_it)
}

/// The last return entered.
fn returning(journal: &Journal) -> Option<&Entry> {
    journal.entries.iter().rev().find(|entry| matches!(entry.body, Body::Returned(_)))
}

/// The interval in which a claimed instant lies, as far as it is proved.
fn bracketed(journal: &Journal, known: Known<'_>, line: &Entry, claimed: (u64, u64)) -> (u64, u64) {
    let first = not_before(journal, known, &line.clock);
    let last = usize::try_from(line.seq).ok().and_then(|seq| known.received_us.get(seq)).copied().unwrap_or(u64::MAX);
    let last = last.max(first);
    let (from, to) = all_readings(journal, line.seq, claimed);
    if from <= last.saturating_add(TRUST_US) && to.saturating_add(TRUST_US) >= first {
        (from.clamp(first, last), to.clamp(first, last))
    } else {
        (first, last)
    }
}

/// The earliest instant that is proved for a line: what `opened` carries is older, and the phone ran on since.
fn not_before(journal: &Journal, known: Known<'_>, clock: &Clock) -> u64 {
    let (Some(first), Some(opened_us)) = (journal.entries.first(), known.not_before_us) else { return 0 };
    let ran_us = if first.clock.boot == clock.boot { clock.mono_us.saturating_sub(first.clock.mono_us) } else { 0 };
    opened_us.saturating_add(ran_us)
}

/// The claim by the clock as it last stood, and as it would be by each clock before it was set.
fn all_readings(journal: &Journal, seq: u64, (from, to): (u64, u64)) -> (u64, u64) {
    let (mut least, mut most, mut shift) = (0, 0, 0_i128);
    for entry in journal.entries.iter().rev().filter(|entry| entry.seq <= seq) {
        if let Body::ClockSet(set) = &entry.body {
            shift += i128::from(set.wall_before_us) - i128::from(set.wall_after_us);
            (least, most) = (shift.min(least), shift.max(most));
        }
    }
    let moved = |us: u64, by: i128| u64::try_from((i128::from(us) + by).max(0)).unwrap_or(u64::MAX);
    (moved(from, least), moved(to, most))
}

fn between(kind: TriggerKind, not_before_us: u64, not_after_us: u64) -> Trigger {
    let (from, to) = (instant(not_before_us), instant(not_after_us));
    Trigger::between(kind, from, to.max(from)).expect("the later of the two is not before the first")
}

fn kind_of(kind: TriggerKind) -> ReceiptTriggerKind {
    match kind {
        TriggerKind::EndOfRecording => ReceiptTriggerKind::Completed,
        TriggerKind::LastDurableFragment => ReceiptTriggerKind::CutForGood,
        TriggerKind::Capture => ReceiptTriggerKind::Captured,
        TriggerKind::ReturnToUnit { .. } => ReceiptTriggerKind::Returned,
    }
}

fn us(instant: Instant) -> u64 {
    u64::try_from(instant.us()).unwrap_or(0)
}

/// Integers of the format lie below 2^53.
fn instant(us: u64) -> Instant {
    Instant::from_us(i64::try_from(us.min((1 << 53) - 1)).expect("below 2^53"))
}
