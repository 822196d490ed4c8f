//! Running records by handle: a slot with a generation, never a pointer, so that a handle that outlived its record means nothing.

use std::sync::{Arc, PoisonError, RwLock};

use quanji_recorder::Capture;

/// One record runs at a time in a phone; more are for practice beside it, and for tests that run side by side.
const SLOTS: usize = 16;

static TABLE: Table<Capture> = Table::new();

/// Gives a capture a handle; `None` when every slot is taken.
pub(crate) fn enter(capture: &Arc<Capture>) -> Option<i64> {
    TABLE.enter(capture)
}

/// The capture of a handle; `None` when it was given back, or never given.
pub(crate) fn find(handle: i64) -> Option<Arc<Capture>> {
    TABLE.find(handle)
}

/// Takes a handle back; whoever still holds it is answered that it is closed.
pub(crate) fn leave(handle: i64) {
    TABLE.leave(handle);
}

#[derive(Debug)]
struct Slot<T> {
    /// Of the handle that opens this slot; goes on by one at each use. 0 was never given.
    generation: u32,
    held: Option<Arc<T>>,
}

#[derive(Debug)]
struct Table<T>([RwLock<Slot<T>>; SLOTS]);

impl<T> Table<T> {
    const fn new() -> Table<T> {
        Table([const { RwLock::new(Slot { generation: 0, held: None }) }; SLOTS])
    }

    fn enter(&self, held: &Arc<T>) -> Option<i64> {
        for (number, slot) in (0i64..).zip(&self.0) {
            let mut slot = slot.write().unwrap_or_else(PoisonError::into_inner);
            if slot.held.is_none() {
                slot.generation = slot.generation.wrapping_add(1).max(1);
                slot.held = Some(Arc::clone(held));
                return Some(i64::from(slot.generation) << 32 | number);
            }
        }
        None
    }

    fn find(&self, handle: i64) -> Option<Arc<T>> {
        let (generation, number) = split(handle)?;
        let slot = self.0.get(number)?.read().unwrap_or_else(PoisonError::into_inner);
        slot.held.clone().filter(|_| slot.generation == generation)
    }

    fn leave(&self, handle: i64) {
        let Some((generation, number)) = split(handle) else { return };
        let Some(slot) = self.0.get(number) else { return };
        let mut slot = slot.write().unwrap_or_else(PoisonError::into_inner);
        if slot.generation == generation {
            slot.held = None;
        }
    }
}

fn split(handle: i64) -> Option<(u32, usize)> {
    Some((u32::try_from(handle >> 32).ok()?, usize::try_from(handle & 0xFFFF_FFFF).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_handle_opens_nothing_and_closes_nothing_of_whoever_has_its_slot_now() {
        let table = Table::new();
        let first = table.enter(&Arc::new("first")).expect("a slot");
        table.leave(first);
        let second = table.enter(&Arc::new("second")).expect("the same slot");
        assert_eq!(first & 0xFFFF_FFFF, second & 0xFFFF_FFFF);
        assert_eq!(table.find(first), None);
        table.leave(first);
        assert_eq!(table.find(second).as_deref(), Some(&"second"));
        for nobodys in [0, -1, i64::MAX, i64::MIN, second + 1, second | 0xFFFF_FFFF] {
            assert_eq!(table.find(nobodys), None, "{nobodys}");
            table.leave(nobodys);
        }
        assert_eq!(table.find(second).as_deref(), Some(&"second"));
    }

    #[test]
    fn a_full_table_says_so() {
        let table = Table::new();
        let handles: Vec<i64> = (0..SLOTS).map(|_| table.enter(&Arc::new(0)).expect("a slot")).collect();
        assert_eq!(table.enter(&Arc::new(0)), None);
        table.leave(handles[3]);
        assert!(table.enter(&Arc::new(0)).is_some());
    }
}
