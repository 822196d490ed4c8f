//! `quanji-phone`: the same recorder as on Android, fed from media files: for the demo, tests and benches.
//!
//! Read in this order: `home` (what stands on the disk: vault and keys, and nothing else), `clock` (real, or simulated and never ahead of
//! the media), `clip` (what is filmed), `timeline` (what the officer does, and when), `act` (an action becomes an entry), `feed` (clip,
//! timeline and clock together), `cli` (the commands). Nothing about the law or the format is decided here.

mod act;
mod agency;
mod clip;
mod clock;
mod fault;
mod feed;
mod home;
mod timeline;

mod cli;

pub use cli::run;
