//! Who a record says was at the scene, for counting over all records of an activity. No name is read.

use quanji_rules::{OfficerAtScene, certificate_as_compared};

use crate::body::{Body, NamedOfficer};
use crate::journal::Journal;
use crate::private::{PrivateValues, value_of};

/// The line of a journal that names officers last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficersLine {
    pub seq: u64,
    /// In the line's order.
    pub officers: Vec<OfficerAtScene>,
}

impl OfficersLine {
    /// `None` where no line names any. A certificate whose value is not at hand, or not the one that the line names, is none.
    pub fn last_of(journal: &Journal, values: &PrivateValues) -> Option<OfficersLine> {
        let at_scene = |officer: &NamedOfficer| OfficerAtScene {
            number: officer.officer.to_string(),
            certificate: value_of(values, &officer.certificate).map(certificate_as_compared),
        };
        journal.entries.iter().rev().find_map(|entry| match &entry.body {
            Body::Officers(named) => {
                Some(OfficersLine { seq: entry.seq, officers: named.officers.iter().map(at_scene).collect() })
            }
            _ => None,
        })
    }
}
