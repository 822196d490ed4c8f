//! The regulation as pure functions: no clock, disk, network, async or cryptography.
mod calendar;
mod date;
mod deadline;
mod instant;
mod law;
mod special_rule;
mod trigger;
mod walk;

pub use calendar::{
    Basis, Calendar, CalendarFault, DayGround, DayKind, DayStatus, Import, Notice, NoticeDay, NoticeId, Replaced,
    StatutoryDays,
};
pub use date::{Date, DateFault, Weekday};
pub use deadline::{
    Countdown, Deadline, ORDINARY_TERM, OnTime, Reckoning, countdown_away, earliest_of, storage_deadline,
    storage_deadline_under,
};
pub use instant::{Instant, InstantFault};
pub use law::{Article, RuleText};
pub use special_rule::{
    MatterId, MissingPart, PersonNumber, Rank, SpecialRule, SpecialRuleDraft, SpecialRuleFault, StorageTerm,
};
pub use trigger::{AwayGround, Trigger, TriggerFault, TriggerKind};
pub use walk::{Walk, WalkedDay};
