//! The activity (执法活动): begun by one phone, joined by a second from a code that it scans.

use quanji_recorder::{ActivityCard, begin_activity, join_activity};

use crate::CoreError;
use crate::deed::{Done, ProvenOfficer};
use crate::phone_core::{Core, record_id};

#[uniffi::export]
impl Core {
    /// The running record begins an activity.
    pub fn begin_activity(&self, actor: Option<ProvenOfficer>) -> Result<Done, CoreError> {
        let actor = actor.map(ProvenOfficer::into_inner).transpose()?;
        let body = begin_activity()?;
        Ok(self.running()?.capture.recording().add(actor, body)?.into())
    }

    /// The running record joins the activity of the card that was scanned from another phone, and owes no opening of its own.
    pub fn join_activity(&self, actor: Option<ProvenOfficer>, card: String) -> Result<Done, CoreError> {
        let actor = actor.map(ProvenOfficer::into_inner).transpose()?;
        let running = self.running()?;
        let card = ActivityCard::parse(&card).ok_or_else(|| CoreError::shape("card", "quanji:join?v=1&…"))?;
        Ok(join_activity(running.capture.recording(), actor, card)?.into())
    }

    /// The text of the code by which a second phone joins; null where the record has no activity. No secret, and no name.
    pub fn activity_card(&self, record: String) -> Result<Option<String>, CoreError> {
        Ok(self.recorder.activity_card(record_id(&record)?)?.map(|card| card.to_string()))
    }
}

/// Whether a text that was scanned is the card of another phone's activity. Asks no core: nothing need run yet.
#[uniffi::export]
pub fn is_activity_card(text: String) -> bool {
    ActivityCard::parse(&text).is_some()
}
