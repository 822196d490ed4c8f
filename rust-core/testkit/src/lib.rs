//! A simulated clock, a disk that tears, a network that fails, seeded chance, keys for tests. A dev-dependency only.
//!
//! Start with `torn_disk` (what a crash may leave behind), then `omit_sync` (how a test is itself tried);
//! `flaky_network` stands before a real server on loopback.

mod dice;
mod fixed_keys;
mod flaky_network;
mod omit_sync;
mod sim_clock;
mod survive;
mod torn_disk;
mod torn_file;
mod torn_state;

pub use dice::{Dice, SeededChance};
pub use fixed_keys::FixedKeys;
pub use flaky_network::{Faults, FlakyNetwork, Passed, Tally};
pub use omit_sync::OmitSync;
pub use sim_clock::{BootId, SimClock};
pub use torn_disk::TornDisk;
