//! The editions of a policy, and which of them a record is held to.

use super::{AgencyPolicy, OwnDays, PolicyDraft, PolicyFault};
use crate::instant::Instant;
use crate::record::Policy;

/// One edition as it is obeyed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyEdition {
    pub number: u64,
    pub issued: Instant,
    pub title: String,
    pub issuer: String,
    pub is_sample: bool,
    pub policy: AgencyPolicy,
    /// What is not obeyed, and why.
    pub faults: Vec<PolicyFault>,
}

/// Every edition that is known, oldest first; without one, what holds until an agency sets something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policies {
    ordinary: AgencyPolicy,
    editions: Vec<PolicyEdition>,
}

impl Policies {
    /// Takes the next edition: numbers ascend.
    pub fn enter(&mut self, number: u64, issued: Instant, draft: &PolicyDraft) {
        let (policy, faults) = AgencyPolicy::obeyed(draft, self.newest());
        let PolicyDraft { title, issuer, is_sample, .. } = draft;
        let (title, issuer) = (title.clone(), issuer.clone());
        self.editions.push(PolicyEdition { number, issued, title, issuer, is_sample: *is_sample, policy, faults });
    }

    /// What holds for whatever begins now.
    pub fn newest(&self) -> &AgencyPolicy {
        self.editions.last().map_or(&self.ordinary, |edition| &edition.policy)
    }

    /// `None`: the agency set nothing.
    pub fn newest_edition(&self) -> Option<&PolicyEdition> {
        self.editions.last()
    }

    pub fn editions(&self) -> &[PolicyEdition] {
        &self.editions
    }

    /// What a record is held to: the edition that was issued when it was opened, by the record's own clock, so that phone and agency reckon
    /// alike. What is issued later makes nobody owe more.
    pub fn of_record(&self, opened: Instant) -> Policy {
        self.when_opened(opened).record
    }

    /// The agency's own days beside the law's, of the same edition.
    pub fn own_days_of_record(&self, opened: Instant) -> OwnDays {
        self.when_opened(opened).own_days
    }

    /// That edition; `None`: none had been issued then.
    pub fn edition_of_record(&self, opened: Instant) -> Option<&PolicyEdition> {
        self.editions.iter().rev().find(|edition| edition.issued <= opened)
    }

    fn when_opened(&self, opened: Instant) -> &AgencyPolicy {
        self.edition_of_record(opened).map_or(&self.ordinary, |edition| &edition.policy)
    }
}
