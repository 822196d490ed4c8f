//! What the stories stand on: the real programs, started and ended.
#![allow(clippy::unwrap_used, clippy::panic, unreachable_pub, reason = "a test")]

pub mod agency;
pub mod phone;
pub mod programs;

pub use agency::Agency;
pub use phone::Phone;
pub use programs::{json_of, programs, run};
