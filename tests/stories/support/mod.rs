//! What the stories stand on: the real programs, started and ended.
#![allow(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    reason = "each test takes what it needs"
)]

pub mod agency;
pub mod bucket;
pub mod phone;
pub mod programs;

pub use agency::Agency;
pub use phone::Phone;
pub use programs::{json_of, programs, run};
