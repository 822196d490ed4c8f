//! One record of one device: what may happen to it, what it owes, and what may be claimed of it.
//!
//! Read in this order: `act` (the entries as the rules see them), `phase` (state × event, the flat table), `owed` (the debts,
//! a fold of its own that a stranger can rewrite; `history` looks at it after every entry), `step` (both together, with prompts and flags), `claims`,
//! `completion` (when the storage term begins), `activity` (several devices at one scene), `officers` (how many were there), `service`.
//!
//! Nothing at the scene is refused here in any state: prompts, flags and withheld claims are all that the rules do.

mod act;
mod activity;
mod claims;
mod completion;
mod elements;
mod history;
mod officers;
mod owed;
mod phase;
mod policy;
mod service;
mod step;
mod vocabulary;

pub use act::{Act, ActKind, Clock, Event};
pub use activity::{ActivityOwed, Member, activity_owed};
pub use claims::{Completeness, Exception, ServiceClaim};
pub use completion::{Completion, completion};
pub use elements::OpeningElements;
pub use history::{Debt, debts};
pub use officers::{OfficerAtScene, OfficersCount, certificate_as_compared};
pub use owed::{Debts, Owed, OwedKind, owed, owed_under};
pub use phase::{Next, Phase, Refusal, Written, next_phase};
pub use policy::{Policy, StatementDue};
pub use service::{ServiceSteps, Serving};
pub use step::{Effect, Flags, Outcome, Record};
pub use vocabulary::*;
