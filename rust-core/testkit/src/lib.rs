//! A simulated clock, a disk that tears, a network that fails, seeded chance, keys for tests. A dev-dependency only.
//!
//! Start with `torn_disk` (what a crash may leave behind), then `omit_sync` (how a test is itself tried);
//! `flaky_network` stands before a real server on loopback, by chance; `faulty_server` fails as it is told; `object_store` is a real S3 store.

mod dice;
mod faulty_server;
mod fixed_keys;
mod flaky_network;
mod object_store;
mod omit_sync;
mod sim_clock;
mod survive;
mod torn_disk;
mod torn_file;
mod torn_state;

pub use dice::{Dice, SeededChance};
pub use faulty_server::{Failure, FaultyServer, Planned};
pub use fixed_keys::FixedKeys;
pub use flaky_network::{Faults, FlakyNetwork, Passed, Tally};
pub use object_store::{ACCESS_KEY, BucketKind, ObjectStore, REGION, SECRET_KEY, StoreAnswer};
pub use omit_sync::OmitSync;
pub use sim_clock::{BootId, SimClock};
pub use torn_disk::TornDisk;
