//! The records of a bundle that name one activity (执法活动), taken together: who was there, and what is owed of the whole.

use std::collections::BTreeMap;

use quanji_evidence::body::Body;
use quanji_evidence::event::event_of;
use quanji_evidence::id::{ActivityId, RecordId};
use quanji_evidence::verify::RecordExamination;
use quanji_rules::{Event, Member, OfficersCount, Policy, activity_owed};
use serde::Serialize;

use crate::report::OwedReport;

/// An activity of which the bundle holds more than one record.
#[derive(Debug, Serialize)]
pub struct ActivityReport {
    pub activity: ActivityId,
    pub records: Vec<RecordId>,
    /// Different officers over these records, told apart by certificate: the same officer on two phones is one. How many a matter asks for is
    /// the agency's catalog's, which no bundle holds.
    pub officers: OfficersCount,
    /// Absent when a journal was not read in full: then nobody knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owed: Option<Vec<OwedTogether>>,
}

/// What the activity owes, and the record that shows it.
#[derive(Debug, Serialize)]
pub struct OwedTogether {
    pub record: RecordId,
    #[serde(flatten)]
    pub owed: OwedReport,
}

impl ActivityReport {
    /// Of every activity that more than one of these records names last.
    pub(crate) fn among(records: &[RecordExamination]) -> Vec<ActivityReport> {
        let mut activities: BTreeMap<[u8; 16], (ActivityId, Vec<&RecordExamination>)> = BTreeMap::new();
        for record in records {
            if let Some(activity) = named_last(record) {
                activities.entry(*activity.as_bytes()).or_insert_with(|| (activity, Vec::new())).1.push(record);
            }
        }
        let several = activities.into_values().filter(|(_, records)| records.len() > 1);
        several.map(|(activity, records)| ActivityReport::of(activity, &records)).collect()
    }

    fn of(activity: ActivityId, records: &[&RecordExamination]) -> ActivityReport {
        let officers = records.iter().filter_map(|record| record.officers.as_ref());
        ActivityReport {
            activity,
            records: records.iter().map(|record| record.id).collect(),
            officers: OfficersCount::over(officers.map(|line| line.officers.as_slice())),
            owed: owed(records),
        }
    }
}

fn named_last(record: &RecordExamination) -> Option<ActivityId> {
    record.journal.as_ref()?.entries.iter().rev().find_map(|entry| match &entry.body {
        Body::Activity(activity) => Some(activity.activity),
        _ => None,
    })
}

fn owed(records: &[&RecordExamination]) -> Option<Vec<OwedTogether>> {
    let mut read: Vec<Vec<Event>> = Vec::with_capacity(records.len());
    for record in records {
        let journal = record.journal.as_ref().filter(|journal| journal.is_read_in_full())?;
        read.push(journal.entries.iter().filter_map(event_of).collect());
    }
    // A verifier knows no agency's setting.
    let members: Vec<_> = read.iter().map(|events| Member { events, policy: Policy::default() }).collect();
    let owed = activity_owed(&members).into_iter();
    Some(owed.map(|one| OwedTogether { record: records[one.member].id, owed: OwedReport::new(one.owed) }).collect())
}
