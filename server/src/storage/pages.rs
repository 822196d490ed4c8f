//! What memory holds of a file: pushed out to the disk, and forgotten, so that a later read is of the disk.

use std::fs::File;
use std::num::NonZeroU64;

use rustix::fs::{Advice, fadvise};

/// Starts write-back of a range and forgets what of it is clean already. A hint: a file system that refuses it loses nothing but speed.
pub(super) fn push_out(file: &File, from: u64, len: u64) {
    let _ = fadvise(file, from, NonZeroU64::new(len), Advice::DontNeed);
}

/// Forgets the whole file; what was synced is then read from the disk.
pub(super) fn forget(file: &File) {
    push_out(file, 0, 0);
}
