//! Where an open connection stands: what its own bytes say of it, and who must go first when there are too many.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::Limits;

/// What a connection is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Opened, and nothing came yet.
    Opened { since: Instant },
    /// A request's head began to come.
    Head { since: Instant, bytes: usize },
    /// A request is being answered, until the last byte of its answer was made.
    Answering,
    /// An answer was given, and nothing came since.
    Between { since: Instant },
}

/// Shared by a connection's stream, its answers and whoever drives it.
#[derive(Debug)]
pub(super) struct Standing {
    at: Mutex<At>,
    /// Bytes of an answer that the other side does not take.
    is_stalled: Mutex<bool>,
    /// It is to make room for another one.
    leave: Notify,
    open: Arc<Open>,
}

impl Standing {
    fn at(&self) -> MutexGuard<'_, At> {
        self.at.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes came. False: they are a head that never ends.
    pub(super) fn heard(&self, bytes: usize, limit: usize) -> bool {
        let mut at = self.at();
        let (since, before) = match *at {
            At::Answering => return true,
            At::Head { since, bytes } => (since, bytes),
            At::Opened { .. } | At::Between { .. } => (Instant::now(), 0),
        };
        *at = At::Head { since, bytes: before + bytes };
        before < limit
    }

    /// A whole head came; the request is being answered until what this returns is dropped.
    pub(super) fn answering(self: &Arc<Self>) -> Answering {
        *self.at() = At::Answering;
        Answering(Arc::clone(self))
    }

    pub(super) fn set_stalled(&self, is_stalled: bool) {
        *self.is_stalled.lock().unwrap_or_else(PoisonError::into_inner) = is_stalled;
    }

    /// Since when nobody waits for anything of ours: it can be dropped without loss. `None` while a request is answered.
    fn idle_since(&self) -> Option<Instant> {
        if *self.is_stalled.lock().unwrap_or_else(PoisonError::into_inner) {
            return None;
        }
        match *self.at() {
            At::Answering => None,
            At::Opened { since } | At::Head { since, .. } | At::Between { since } => Some(since),
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.idle_since().is_some()
    }

    /// Until when it may wait for the other side as it is; `None`: bodies have bounds of their own.
    pub(super) fn waits_until(&self, limits: &Limits) -> Option<Instant> {
        match *self.at() {
            At::Answering => None,
            At::Opened { since } | At::Head { since, .. } => Some(since + limits.head),
            At::Between { since } => Some(since + limits.idle),
        }
    }

    /// Resolves when it must make room.
    pub(super) async fn must_leave(&self) {
        self.leave.notified().await;
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct Answering(Arc<Standing>);

impl Drop for Answering {
    fn drop(&mut self) {
        *self.0.at() = At::Between { since: Instant::now() };
        self.0.open.became_idle.notify_one();
    }
}

/// Every open connection.
#[derive(Debug, Default)]
pub(super) struct Open {
    all: Mutex<(u64, BTreeMap<u64, Arc<Standing>>)>,
    became_idle: Notify,
}

impl Open {
    fn all(&self) -> MutexGuard<'_, (u64, BTreeMap<u64, Arc<Standing>>)> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that was just accepted; it counts until the second value is dropped.
    pub(super) fn enter(self: &Arc<Self>) -> (Arc<Standing>, Entered) {
        let standing = Arc::new(Standing {
            at: Mutex::new(At::Opened { since: Instant::now() }),
            is_stalled: Mutex::new(false),
            leave: Notify::new(),
            open: Arc::clone(self),
        });
        let mut all = self.all();
        all.0 += 1;
        let number = all.0;
        all.1.insert(number, Arc::clone(&standing));
        (standing, Entered { number, open: Arc::clone(self) })
    }

    /// Tells the one that has been idle longest to leave; false when all are at work.
    pub(super) fn make_room(&self) -> bool {
        let mut all = self.all();
        let idle = all.1.iter().filter_map(|(number, standing)| Some((standing.idle_since()?, *number)));
        // Taken out, so that the next one who needs room finds another.
        let Some(standing) = idle.min().and_then(|(_, number)| all.1.remove(&number)) else { return false };
        standing.leave.notify_one();
        true
    }

    /// Resolves when one may have become idle.
    pub(super) async fn one_became_idle(&self) {
        self.became_idle.notified().await;
    }
}

/// A connection's entry among the open ones.
#[derive(Debug)]
pub(super) struct Entered {
    number: u64,
    open: Arc<Open>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.open.all().1.remove(&self.number);
        // One that left is as good as one that is idle.
        self.open.became_idle.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_that_is_idle_longest_makes_room_and_one_that_is_answered_never_does() {
        let open = Arc::new(Open::default());
        let (first, _one) = open.enter();
        let (second, _two) = open.enter();
        let (third, _three) = open.enter();
        let answer = first.answering();
        third.set_stalled(true);
        assert!(open.make_room());
        assert!(!open.all().1.values().any(|standing| Arc::ptr_eq(standing, &second)));
        assert!(!open.make_room());
        drop(answer);
        assert!(first.is_idle() && open.make_room());
        assert!(!third.is_idle() && !open.make_room());
    }

    #[test]
    fn a_head_counts_from_its_first_byte_and_has_an_end() {
        let open = Arc::new(Open::default());
        let (standing, _entered) = open.enter();
        assert!(standing.heard(60, 100));
        let ends = standing.waits_until(&Limits::default());
        assert!(standing.heard(60, 100));
        assert_eq!(standing.waits_until(&Limits::default()), ends);
        assert!(!standing.heard(1, 100));
    }
}
