//! The regulation (山西省行政执法全过程记录办法) as pure functions: no clock, disk, network, async or cryptography.
//!
//! Read in this order: `law` (articles and text versions as data); `record` (what may happen to a record, what the officer owes,
//! what may be claimed); `deadline` with `trigger`, `walk`, `calendar` and `special_rule` (the two working days of 第十七条);
//! `clocks` (the other statutory terms that hang on a scene); `preflight` (第十三条); `opening` (what is read aloud, 第十四条) and `phrases` (in whose words, 第八条);
//! `matter` (第十条 to 第十二条) and `catalog` (what an agency makes of them); `agency_policy` (what it sets besides, 第二十五条); `statement` and `statement_draft` (the
//! template of 第十五条, and what an agency offers to be signed); `document_kind` (what it issues). `date` and `instant` are the small
//! arithmetic beneath, RFC 3339 included.
//!
//! What no software can decide is not here: whether a cause was objective, text would have sufficed, hand-over was impossible.
//! `docs/REGULATION.md` lists it, and which test holds which article.

pub mod agency_policy;
mod calendar;
pub mod catalog;
mod clocks;
mod date;
mod deadline;
mod document_kind;
mod explanation;
mod instant;
mod law;
mod matter;
mod opening;
mod phrases;
mod preflight;
mod record;
mod special_rule;
mod statement;
mod statement_draft;
mod trigger;
mod walk;
mod words;

pub use calendar::{
    Basis, Calendar, CalendarFault, DayGround, DayKind, DayStatus, Import, Notice, NoticeDay, NoticeId, Replaced,
    StatutoryDays,
};
pub use clocks::{
    ClockLaw, ClockReading, ClockSuspension, ClockTerm, NotSuspended, StatutoryClock, Suspension, SuspensionFault,
    Whose,
};
pub use date::{Date, DateFault, Weekday};
pub use deadline::{
    Countdown, Deadline, ORDINARY_TERM, OnTime, Reckoning, countdown_away, countdown_of, earliest_of, storage_deadline,
    storage_deadline_of, storage_deadline_under,
};
pub use document_kind::DocumentKind;
pub use explanation::{explain_clock, explain_countdown};
pub use instant::{Instant, InstantFault};
pub use law::{Article, RuleText};
pub use matter::{
    ChecklistState, KeyContent, MandatoryMatter, NotRecorded, RecommendedMatter, RecordingDuty, Stage, checklist,
};
pub use opening::{CompanionLine, Known, KnownOfficer, KnownParty, Language, OpeningLine};
pub use phrases::{
    Blank, PHRASE_LIMIT_CHARS, PhraseAmiss, PhraseFault, PhraseOf, PhrasePlace, Phrases, PhrasesDraft, PhrasesLevel,
    PhrasesSource, Wording,
};
pub use preflight::{
    Delivery, LocationState, Measured, Permissions, PreflightNote, PreflightNotes, Temperature, Thresholds, Tried,
    TriedSound, had_warned, preflight_notes,
};
pub use record::*;
pub use special_rule::{
    MatterId, MissingPart, PersonNumber, Rank, SpecialRule, SpecialRuleDraft, SpecialRuleFault, SpecialRules,
    SpecialRulesDraft, SpecialRulesFault, StorageTerm,
};
pub use statement::{BLANK, BreakFacts, StatementFacts, statement_template};
pub use statement_draft::{DraftFault, DraftSays, STATEMENT_LIMIT_BYTES, StatementDraft, check_statement};
pub use trigger::{AwayGround, Trigger, TriggerFault, TriggerKind};
pub use walk::{Walk, WalkedDay};
