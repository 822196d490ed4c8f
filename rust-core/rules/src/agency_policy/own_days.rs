//! Days that an agency sets for itself (本机关规定): shorter than the law's, or where the law has no number. Beside the law's, never in its place.

use crate::calendar::Calendar;
use crate::deadline::{Deadline, ORDINARY_TERM};
use crate::instant::Instant;
use crate::record::{Act, Event};
use crate::special_rule::StorageTerm;
use crate::walk::{Walk, walk};

/// Working days of 第十七条第二款: an agency sets so many or fewer, never more.
pub const STORAGE_DAYS_LIMIT: u64 = 2;
/// Working days in which a text may be filed by an agency's rule: a longer one is 及时 in no sense.
pub const FILING_DAYS_LIMIT: u64 = 30;

/// What an agency sets of days. Always shown as "agency rule"; whether a record is late (逾期) is never told by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OwnDays {
    /// Working days to store a recording in, where they are fewer than the two of 第十七条第二款.
    pub storage: Option<u16>,
    /// Working days to file a text in (第十七条第一款: 及时, and no number).
    pub filing: Option<u16>,
}

impl OwnDays {
    /// The agency's own day for storing, counted from the first instant of the trigger; `None` where it set none, or where a special rule sets
    /// the term: what an agency shortens are the two working days of 第十七条.
    pub fn storage(self, deadline: &Deadline, calendar: &Calendar) -> Option<Walk> {
        let days = self.storage.filter(|_| deadline.term == ORDINARY_TERM && deadline.special_rule.is_none())?;
        Some(walk(deadline.trigger.not_before(), StorageTerm::WorkingDays(days), calendar))
    }

    /// The agency's own day for filing a text that was complete at `made`; `None` where it set none.
    pub fn filing(self, made: Instant, calendar: &Calendar) -> Option<Walk> {
        Some(walk(made, StorageTerm::WorkingDays(self.filing?), calendar))
    }
}

/// When the first text of a record was complete, by the record's own clock: a document (文书) or a written statement that was entered. Of several
/// each has its own day, and the earliest is shown. `None` where the record holds no text; what stays on paper is known to no program.
pub fn first_text(events: &[Event]) -> Option<Instant> {
    let is_text = |event: &&Event| matches!(event.act, Act::Document {} | Act::WrittenStatement { .. });
    events.iter().find(is_text).map(|event| event.clock.wall)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deadline::storage_deadline;
    use crate::record::Clock;
    use crate::special_rule::{MatterId, SpecialRules, SpecialRulesDraft};
    use crate::trigger::{Trigger, TriggerKind};
    use crate::{OnTime, storage_deadline_of};

    fn at(text: &str) -> Instant {
        Instant::parse(text).expect("RFC 3339")
    }

    fn end(text: &str) -> Trigger {
        Trigger::at(TriggerKind::EndOfRecording, at(text))
    }

    const OWN: OwnDays = OwnDays { storage: Some(1), filing: Some(3) };

    #[test]
    fn an_agencys_own_day_stands_beside_the_laws_and_makes_nobody_late() {
        let calendar = Calendar::published();
        // The eve of the National Day holiday: the 8th is the agency's day, the 9th the law's.
        let deadline = storage_deadline(end("2026-09-30T17:20:00+08:00"), &calendar);
        let own = OWN.storage(&deadline, &calendar).expect("the agency set one");
        assert_eq!(own.deadline_exclusive, at("2026-10-09T00:00:00+08:00"));
        assert!(own.deadline_exclusive < deadline.exclusive());
        assert_eq!(deadline.on_time(own.deadline_exclusive), OnTime::Yes, "the law's day decides");
        assert_eq!(OwnDays::default().storage(&deadline, &calendar), None);
    }

    #[test]
    fn under_a_special_rule_the_days_of_article_17_are_not_the_agencys_to_shorten() {
        let rules: SpecialRulesDraft =
            serde_json::from_str(include_str!("../../../../proto/special-rules/v1/sample.json")).expect("a draft");
        let rules = SpecialRules::checked(1, rules.rules).expect("the sample");
        let calendar = Calendar::published().with_special_rules(rules);
        let matter = MatterId("seizure".to_owned());
        let deadline = storage_deadline_of(Some(&matter), end("2026-09-30T17:20:00+08:00"), &calendar);
        assert!(deadline.special_rule.is_some());
        assert_eq!(OWN.storage(&deadline, &calendar), None);
    }

    #[test]
    fn a_text_is_filed_by_the_agencys_day_counted_from_when_the_first_of_them_was_made() {
        let calendar = Calendar::published();
        let event = |seq, act, text| Event { seq, clock: Clock { wall: at(text), mono_us: 0, boot: 1 }, act };
        let mut events = vec![event(1, Act::Photo {}, "2026-11-12T09:00:00+08:00")];
        assert_eq!(first_text(&events), None);
        events.push(event(2, Act::Document {}, "2026-11-12T10:00:00+08:00"));
        events.push(event(3, Act::Document {}, "2026-11-13T10:00:00+08:00"));
        let made = first_text(&events).expect("a text");
        let own = OWN.filing(made, &calendar).expect("the agency set one");
        assert_eq!(own.deadline_exclusive, at("2026-11-18T00:00:00+08:00"), "Friday, Monday, Tuesday");
        assert_eq!(OwnDays::default().filing(made, &calendar), None);
    }
}
