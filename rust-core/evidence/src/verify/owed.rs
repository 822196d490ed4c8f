//! What the officer still owes, as findings of class regulation (FORMAT.md, section 9).

use quanji_rules::{Owed, owed};

use crate::event::event_of;
use crate::finding::{Code, Findings};
use crate::journal::Journal;

pub(super) fn check(journal: &Journal, place: &str, findings: &mut Findings) -> Vec<Owed> {
    let events: Vec<_> = journal.entries.iter().filter_map(event_of).collect();
    let debts = owed(&events);
    for debt in &debts {
        let (code, place) = match debt {
            Owed::Preflight => (Code::PreflightMissing, place.to_owned()),
            Owed::PlaceDescription | Owed::OfficersDescription | Owed::SubjectDescription => {
                (Code::DescriptionOwed, place.to_owned())
            }
            Owed::Opening { .. } => (Code::OpeningOwed, place.to_owned()),
            Owed::InterruptionReason { interruption } => {
                (Code::InterruptionReasonOwed, format!("{place}:{interruption}"))
            }
            Owed::WrittenStatement { .. } => (Code::WrittenStatementOwed, place.to_owned()),
            Owed::FilmingNotice => (Code::FilmingNoticeOwed, place.to_owned()),
        };
        findings.add(code, place, "done, or a reason recorded", lacking(debt));
    }
    debts
}

/// What is not there yet, in the words of the format.
fn lacking(debt: &Owed) -> String {
    match debt {
        Owed::Preflight => "no preflight".to_owned(),
        Owed::PlaceDescription => "no place".to_owned(),
        Owed::OfficersDescription => "no officers".to_owned(),
        Owed::SubjectDescription => "no subject".to_owned(),
        Owed::Opening { missing } => {
            let names: Vec<&str> = missing.iter().map(|element| element.name()).collect();
            format!("not said: {}", names.join(", "))
        }
        Owed::InterruptionReason { interruption } => format!("no reason for the interruption in line {interruption}"),
        Owed::WrittenStatement { interruption: Some(interruption) } => {
            format!("no statement on the record or the interruption in line {interruption}")
        }
        Owed::WrittenStatement { interruption: None } => "no statement on the record".to_owned(),
        Owed::FilmingNotice => "someone films, and was not told".to_owned(),
    }
}
