//! Running records by handle: a slot with a generation, never a pointer, so that a handle that outlived its record means nothing.

use std::sync::{Arc, PoisonError, RwLock};

use quanji_recorder::Capture;

/// One record runs at a time in a phone; a few slots let an old one's last frames meet their typed answer.
const SLOTS: usize = 4;

#[derive(Debug)]
struct Slot {
    /// Of the handle that opens this slot; goes on by one at each use. 0 was never given.
    generation: u32,
    capture: Option<Arc<Capture>>,
}

static TABLE: [RwLock<Slot>; SLOTS] = [const { RwLock::new(Slot { generation: 0, capture: None }) }; SLOTS];

/// Gives a capture a handle; `None` when every slot is taken.
pub(crate) fn enter(capture: &Arc<Capture>) -> Option<i64> {
    for (number, slot) in (0i64..).zip(&TABLE) {
        let mut slot = slot.write().unwrap_or_else(PoisonError::into_inner);
        if slot.capture.is_none() {
            slot.generation = slot.generation.wrapping_add(1).max(1);
            slot.capture = Some(Arc::clone(capture));
            return Some(i64::from(slot.generation) << 32 | number);
        }
    }
    None
}

/// The capture of a handle; `None` when it was given back, or never given.
pub(crate) fn find(handle: i64) -> Option<Arc<Capture>> {
    let (generation, number) = split(handle)?;
    let slot = TABLE.get(number)?.read().unwrap_or_else(PoisonError::into_inner);
    slot.capture.clone().filter(|_| slot.generation == generation)
}

/// Takes a handle back; whoever still holds it is answered that it is closed.
pub(crate) fn leave(handle: i64) {
    let Some((generation, number)) = split(handle) else { return };
    let Some(slot) = TABLE.get(number) else { return };
    let mut slot = slot.write().unwrap_or_else(PoisonError::into_inner);
    if slot.generation == generation {
        slot.capture = None;
    }
}

fn split(handle: i64) -> Option<(u32, usize)> {
    Some((u32::try_from(handle >> 32).ok()?, usize::try_from(handle & 0xFFFF_FFFF).ok()?))
}
