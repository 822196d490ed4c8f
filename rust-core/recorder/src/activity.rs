//! The activity that groups the records of all devices at one scene: begun here, or joined from another phone's card, without a network.

use std::fmt;

use quanji_evidence::Digest;
use quanji_evidence::body::{Activity, ActivityChange, Body, Excuse, OtherRecord};
use quanji_evidence::entry::Actor;
use quanji_evidence::id::{ActivityId, RecordId};
use quanji_evidence::journal::{Drafts, Journal};
use quanji_evidence::{Findings, hex};
use quanji_store::{Chance as _, OsChance};

use crate::deed::Deed;
use crate::fault::RecorderFault;
use crate::record_writer::Done;
use crate::recorder::Recorder;
use crate::recording::Recording;

const SCHEME: &str = "quanji:join?v=1&";

/// What one phone shows and another scans: `quanji:join?v=1&a=ACTIVITY&r=RECORD&o=OPENED`. It holds no secret and no name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityCard {
    pub activity: ActivityId,
    /// The record that is joined.
    pub other: OtherRecord,
}

impl fmt::Display for ActivityCard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let OtherRecord { record, opened } = &self.other;
        write!(formatter, "{SCHEME}a={}&r={record}&o={}", self.activity, opened.hex())
    }
}

impl ActivityCard {
    /// `None` for any other text.
    pub fn parse(text: &str) -> Option<ActivityCard> {
        let rest = text.trim().strip_prefix(SCHEME)?.strip_prefix("a=")?;
        let (activity, rest) = rest.split_once("&r=")?;
        let (record, opened) = rest.split_once("&o=")?;
        let opened = Digest::from_sha256(hex::decode_array(opened)?);
        let other = OtherRecord { record: RecordId::parse(record)?, opened };
        Some(ActivityCard { activity: ActivityId::parse(activity)?, other })
    }

    /// The entry by which a record joins.
    pub fn join(self) -> Body {
        Activity { activity: self.activity, change: ActivityChange::Joined, other: Some(self.other) }.into()
    }
}

/// The entry by which a record begins an activity of its own.
pub fn begin_activity() -> Result<Body, RecorderFault> {
    let mut id = [0; 16];
    OsChance.fill(&mut id)?;
    Ok(Activity { activity: ActivityId::from_bytes(id), change: ActivityChange::Began, other: None }.into())
}

/// The running record joins the activity of that card. The opening is owed once per activity (第十四条), and the record says that another
/// one holds it: whether that is so, is seen from all records of the activity and never from this one alone.
pub fn join_activity(recording: &Recording, actor: Option<Actor>, card: ActivityCard) -> Result<Done, RecorderFault> {
    let done = recording.add(actor.clone(), card.join())?;
    recording.add(actor, Deed::OpeningExcused { reason: Excuse::CoveredByActivity, word: None })?;
    Ok(done)
}

impl Recorder {
    /// The card by which another phone joins the activity of `record`; `None` where it has begun or joined none.
    pub fn activity_card(&self, record: RecordId) -> Result<Option<ActivityCard>, RecorderFault> {
        let lines = self.lines(record)?;
        let journal = Journal::read(&lines, Drafts::Accepted, "journal", &mut Findings::default());
        let last = journal.entries.iter().rev().find_map(|entry| match &entry.body {
            Body::Activity(activity) => Some(activity.activity),
            _ => None,
        });
        let Some(activity) = last else { return Ok(None) };
        Ok(Some(ActivityCard { activity, other: self.reference(record)? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_read_as_it_was_shown_and_nothing_else_is() {
        let other = OtherRecord { record: RecordId::from_bytes([7; 16]), opened: Digest::from_sha256([9; 32]) };
        let card = ActivityCard { activity: ActivityId::from_bytes([3; 16]), other };
        let text = card.to_string();
        assert_eq!(ActivityCard::parse(&text), Some(card));
        for wrong in
            ["", "quanji:join?v=1&", &text[..text.len() - 1], &text.replace("v=1", "v=2"), &text.replace("&r=", "&x=")]
        {
            assert_eq!(ActivityCard::parse(wrong), None, "{wrong}");
        }
    }
}
