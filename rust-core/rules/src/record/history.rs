//! When each thing was owed, and when it was done: the same fold as in `owed`, looked at after every entry.

use super::act::{Act, Event};
use super::owed::{Debts, Owed};
use super::policy::Policy;

/// Something that was owed for a while, or still is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Debt {
    /// As it was owed last; of an opening, what was still missing then.
    pub owed: Owed,
    /// The `seq` of the entry since which it was owed.
    pub since: u64,
    /// The `seq` of the entry with which it was done; `None` while it is owed.
    pub paid: Option<u64>,
}

/// Every debt of a record in the order in which it arose, by the policy that the record is held to. One that arose again stands again; the reason for
/// a break that turns out, on resuming, to have healed within the threshold was never owed.
pub fn debts(events: &[Event], policy: Policy) -> Vec<Debt> {
    let mut fold = Debts::new(policy);
    let mut history: Vec<Debt> = Vec::new();
    for event in events {
        fold.note(event);
        let now = fold.list();
        if matches!(event.act, Act::Resumed { .. }) {
            let is_gone = |debt: &Debt| debt.paid.is_none() && !now.iter().any(|owed| is_same(*owed, debt.owed));
            history.retain(|debt| !(matches!(debt.owed, Owed::InterruptionReason { .. }) && is_gone(debt)));
        }
        for debt in history.iter_mut().filter(|debt| debt.paid.is_none()) {
            match now.iter().find(|owed| is_same(**owed, debt.owed)) {
                Some(owed) => debt.owed = *owed,
                None => debt.paid = Some(event.seq),
            }
        }
        for owed in now {
            let is_known = history.iter().any(|debt| debt.paid.is_none() && is_same(debt.owed, owed));
            if !is_known {
                history.push(Debt { owed, since: event.seq, paid: None });
            }
        }
    }
    history
}

/// An opening of which less is missing is still that opening.
fn is_same(one: Owed, other: Owed) -> bool {
    match (one, other) {
        (Owed::Opening { .. }, Owed::Opening { .. }) => true,
        (one, other) => one == other,
    }
}
