//! The command line: `bundle` judges a bundle, `deadline` reckons the two working days of 第十七条.
//!
//! `args` says what may be asked, `bundle` and `deadline` do it; `human` writes for a person, Chinese first.

mod args;
mod bar;
mod bundle;
mod deadline;
mod human;
mod instants;
mod paint;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

/// `valid` or `valid_withheld`.
const HOLDS: u8 = 0;
/// Any other verdict.
const DOES_NOT_HOLD: u8 = 1;
/// Unreadable, or asked for something that cannot be done.
const NO_ANSWER: u8 = 2;

pub(crate) fn run() -> ExitCode {
    let code = match Args::parse().command {
        Command::Bundle(asked) => bundle::run(&asked),
        Command::Deadline(asked) => deadline::run(&asked),
    };
    ExitCode::from(code)
}
