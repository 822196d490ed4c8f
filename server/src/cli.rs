//! The commands of `quanji-agency`: each file is one, with a function that a test calls as the command does.

pub mod calendar;
pub mod catalog;
pub mod dock;
pub mod drafts;
pub mod enrol;
pub mod export;
pub mod fsck;
pub mod init;
pub mod officers;
pub mod revoke;
pub mod rotate;
pub mod rule;
pub mod serve;
