//! A fresh agency for each test, over SQLite and over PostgreSQL, served on loopback by the real router.
//!
//! `over_both! { async fn a_sentence(stage: Stage) { … } }` makes the tests `a_sentence::sqlite` and `a_sentence::postgres`.

#![allow(
    dead_code,
    unused_imports,
    unused_macros,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test takes what it needs"
)]

pub mod bundle;
pub mod clock;
pub mod database;
pub mod device;
pub mod film;
pub mod openssl;
pub mod record;
pub mod sending;
pub mod stage;

pub use clock::SimClock;
pub use database::Database;
pub use device::Device;
pub use record::{Record, RecordDraft};
pub use stage::Stage;

/// 2026-11-12T10:00:00+08:00, a Thursday.
pub const T0_US: u64 = 1_794_448_800_000_000;
pub const SECOND_US: u64 = 1_000_000;
pub const DAY_US: u64 = 24 * 3_600 * SECOND_US;

/// One body, two tests by name: over SQLite and over PostgreSQL.
macro_rules! over_both {
    ($($(#[$meta:meta])* async fn $name:ident($stage:ident: Stage) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "a body may need nothing")]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                body(crate::support::Stage::begin(crate::support::Database::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if crate::support::database::is_postgres_left_out() { return }
                body(crate::support::Stage::begin(crate::support::Database::Postgres).await).await;
            }

            #[allow(unused_mut, unused_variables, reason = "a body takes the stage as it likes")]
            async fn body(mut $stage: crate::support::Stage) $body
        }
    )*};
}
pub(crate) use over_both;
