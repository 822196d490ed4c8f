//! The last instant at which a record may still be stored (办法 第十七条): two working days, or what a special rule says.

use serde::Serialize;

use crate::calendar::{Calendar, NoticeId};
use crate::instant::Instant;
use crate::law::Article;
use crate::special_rule::{MatterId, SpecialRule, SpecialRuleFault, StorageTerm};
use crate::trigger::{AwayGround, Trigger, TriggerKind};
use crate::walk::{Walk, walk};

/// 2个工作日 (第十七条第二款).
pub const ORDINARY_TERM: StorageTerm = StorageTerm::WorkingDays(2);

/// When a record must be stored, how that was counted, and by which texts and notices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deadline {
    pub trigger: Trigger,
    pub article: Article,
    pub term: StorageTerm,
    /// The special rule that replaced the ordinary term, as `《…》第…条`; named wherever the deadline is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub special_rule: Option<String>,
    /// Counted from the earliest instant the trigger may have been: who is in time by this is in time.
    pub earliest: Walk,
    /// Counted from the latest instant the trigger may have been: who is late by this is late.
    pub latest: Walk,
}

/// Whether a record was stored in time. There is no fourth answer, and none is given early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnTime {
    Yes,
    No,
    /// The trigger's interval or a notice still to come decides.
    Undetermined,
}

/// What the countdown shows while nothing is stored yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Countdown {
    Running {
        deadline: Deadline,
    },
    /// An away ground is declared and no return entered (等待返回): the term has not begun. `ordinary` is what would hold without.
    WaitingForReturn {
        ground: AwayGround,
        ordinary: Deadline,
    },
}

/// The last instant at which this record may still be stored (办法 第十七条第二款).
///
/// Counts two working days from the day after `trigger`, in China Standard Time; days worked in lieu count. The instant
/// itself is already late. Provisional when a day in the walk has no published notice yet.
pub fn storage_deadline(trigger: Trigger, calendar: &Calendar) -> Deadline {
    deadline(trigger, ORDINARY_TERM, None, calendar)
}

/// As [`storage_deadline`], under a special rule that must name `matter` and be in force on both ends of the trigger.
pub fn storage_deadline_under(
    rule: &SpecialRule,
    matter: &MatterId,
    trigger: Trigger,
    calendar: &Calendar,
) -> Result<Deadline, SpecialRuleFault> {
    rule.check_governs(matter, trigger.not_before().china_date())?;
    rule.check_governs(matter, trigger.not_after().china_date())?;
    Ok(deadline(trigger, rule.storage_term(), Some(rule.citation()), calendar))
}

/// The deadline of a record of this matter: by the special rule that prevails for it, else the two working days.
pub fn storage_deadline_of(matter: Option<&MatterId>, trigger: Trigger, calendar: &Calendar) -> Deadline {
    match calendar.special_rules().prevailing(matter, trigger) {
        Some(rule) => deadline(trigger, rule.storage_term(), Some(rule.citation()), calendar),
        None => storage_deadline(trigger, calendar),
    }
}

/// The countdown of a record with an away ground: it runs from the return, or waits for it.
///
/// `ordinary` is the trigger without the ground. A return before the recording was complete starts the ordinary term:
/// whoever is back in the unit can hand over there.
pub fn countdown_away(
    ordinary: Trigger,
    ground: AwayGround,
    returned_at: Option<Instant>,
    calendar: &Calendar,
) -> Countdown {
    countdown_of(None, ordinary, Some((ground, returned_at)), calendar)
}

/// The countdown of a record of this matter, with the away ground and the return where there are any. A special rule changes how long the term
/// is, not from when it runs.
pub fn countdown_of(
    matter: Option<&MatterId>,
    ordinary: Trigger,
    away: Option<(AwayGround, Option<Instant>)>,
    calendar: &Calendar,
) -> Countdown {
    let running = |trigger| Countdown::Running { deadline: storage_deadline_of(matter, trigger, calendar) };
    match away {
        None => running(ordinary),
        Some((ground, None)) => {
            Countdown::WaitingForReturn { ground, ordinary: storage_deadline_of(matter, ordinary, calendar) }
        }
        Some((_, Some(at))) if at <= ordinary.not_before() => running(ordinary),
        Some((ground, Some(at))) => running(Trigger::at(TriggerKind::ReturnToUnit { ground }, at)),
    }
}

fn deadline(trigger: Trigger, term: StorageTerm, special_rule: Option<String>, calendar: &Calendar) -> Deadline {
    Deadline {
        trigger,
        article: if special_rule.is_some() { Article::Art2 } else { Article::Art17 },
        term,
        special_rule,
        earliest: walk(trigger.not_before(), term, calendar),
        latest: walk(trigger.not_after(), term, calendar),
    }
}

impl Countdown {
    /// The special rule that sets the term, cited; `None` where 第十七条 does.
    pub fn special_rule(&self) -> Option<&str> {
        let (Countdown::Running { deadline: of } | Countdown::WaitingForReturn { ordinary: of, .. }) = self;
        of.special_rule.as_deref()
    }
}

impl Deadline {
    /// The deadline to show and to work by: the earlier end, the safe one. The instant itself is late.
    pub fn exclusive(&self) -> Instant {
        self.earliest.deadline_exclusive
    }

    /// Whether a notice still to come may change it (暂定).
    pub fn is_provisional(&self) -> bool {
        self.earliest.is_provisional() || self.latest.is_provisional()
    }

    /// `stored_at` is when the last byte was durable in the system or on designated storage, not when the receipt was issued.
    ///
    /// Yes only when no notice to come and no instant of the trigger's interval could make it late; no only when every
    /// day is settled and every instant of the interval makes it late. Never no while provisional.
    pub fn on_time(&self, stored_at: Instant) -> OnTime {
        if stored_at < self.earliest.surely_in_time_before() {
            OnTime::Yes
        } else if !self.is_provisional() && stored_at >= self.latest.deadline_exclusive {
            OnTime::No
        } else {
            OnTime::Undetermined
        }
    }

    /// Whether the term has passed without storage at `now`; never while provisional.
    pub fn is_overdue(&self, now: Instant) -> bool {
        self.on_time(now) == OnTime::No
    }

    /// The notices that decided the days, in order, each once.
    pub fn notices(&self) -> Vec<NoticeId> {
        let mut ids: Vec<NoticeId> = Vec::new();
        for id in self.earliest.days.iter().chain(&self.latest.days).filter_map(|d| d.status.notice.as_ref()) {
            if !ids.contains(id) {
                ids.push(id.clone());
            }
        }
        ids
    }

    /// The same deadline counted by another calendar; both are kept when the days differ.
    pub fn reckoned_again(&self, calendar: &Calendar) -> Reckoning {
        let new = Self {
            earliest: walk(self.trigger.not_before(), self.term, calendar),
            latest: walk(self.trigger.not_after(), self.term, calendar),
            ..self.clone()
        };
        if new == *self { Reckoning::Same } else { Reckoning::Changed { old: self.clone(), new } }
    }
}

/// An open deadline after a notice was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "result")]
#[expect(clippy::large_enum_variant, reason = "made once an import, never stored in bulk")]
pub enum Reckoning {
    Same,
    /// The instant, the notices, or whether it is provisional changed.
    Changed {
        old: Deadline,
        new: Deadline,
    },
}

/// Of several recordings of one activity each has its own deadline; the earliest is shown.
pub fn earliest_of<'a>(deadlines: impl IntoIterator<Item = &'a Deadline>) -> Option<&'a Deadline> {
    deadlines.into_iter().min_by_key(|d| d.exclusive())
}
