//! The agency's policy (第二十五条), held against its floors, and the editions by which records are held.

use quanji_rules::agency_policy::{AgencyPolicy, Policies, PolicyDraft, PolicyFault};

use crate::agency::Agency;
use crate::db::Db;
use crate::documents::{Kind, Stands};
use crate::drafts::{self, Draft, Edition, EditionFault};

/// Why no policy was issued, or one cannot be read.
pub type PoliciesFault = EditionFault<PolicyFault>;

impl Draft for PolicyDraft {
    type Fault = PolicyFault;
    const KIND: Kind = Kind::Policy;
    const STANDS: Stands = Stands::InsteadOfNewest;
    const FORM: &'static str = "proto/policy/v1";

    fn is_for(&self, agency: &str) -> bool {
        self.issuer == agency
    }

    fn issuer(&self) -> &str {
        &self.issuer
    }

    fn held_against(&self, before: &[Edition<PolicyDraft>]) -> Result<(), Vec<PolicyFault>> {
        AgencyPolicy::checked(self, entered(before).newest()).map(|_| ())
    }
}

/// Every edition, oldest first.
pub async fn policies(db: &Db, agency: &Agency) -> Result<Policies, PoliciesFault> {
    Ok(entered(&drafts::editions(db, agency).await?))
}

fn entered(editions: &[Edition<PolicyDraft>]) -> Policies {
    let mut policies = Policies::default();
    for edition in editions {
        policies.enter(edition.number, edition.issued, &edition.draft);
    }
    policies
}
