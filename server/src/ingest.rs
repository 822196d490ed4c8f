//! Lines, live heads and private values become rows, each proved before it is kept (`proto/api/v1/API.md`, Records).
//!
//! Read in this order: `arrival` (from whom and when), `body` (bytes into lines), `proof` (pure: lines after what is held), `warm` (how far
//! a record was proved), `opening` (line 0 belongs to this device), `lines` (the transaction), `rows` (what it writes), `held` (a device's
//! row as the lock under which files and lines meet); then `fork`, `heads`, `ledger`, `private` and `settle` (what is listed and what
//! heals), `standing` (what a phone is told), `checks` (what devices measured of themselves), `unannounced` (files that nobody named).

mod arrival;
mod body;
mod checks;
mod fork;
mod heads;
mod held;
mod ledger;
mod lines;
mod opening;
mod private;
mod proof;
mod rows;
mod settle;
mod standing;
mod unannounced;
mod warm;

pub use arrival::{Arrival, Instant};
pub use checks::keep as keep_checks;
pub use heads::keep as keep_heads;
pub use held::original_stored;
pub use lines::keep as keep_lines;
pub use private::keep as keep_private;
pub use settle::settle;
pub use standing::standing;
pub use unannounced::list_unannounced;
pub use warm::WarmReaders;
