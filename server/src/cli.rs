//! The commands of `quanji-agency`: each file is one, with a function that a test calls as the command does.

pub mod init;
