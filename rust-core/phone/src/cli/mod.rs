//! The commands. `args` says what may be asked; one file does each; `page` and `words` write for a person, Chinese first.

mod add;
mod args;
mod bar;
mod deadline;
mod end;
mod enrol;
mod export;
mod governed;
mod live;
mod opening;
mod page;
mod queue;
mod receipts;
mod record;
mod status;
mod upload;
mod words;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;
use quanji_evidence::id::RecordId;
use serde_json::json;

use crate::fault::Fault;
use args::{Args, Command};

/// Done as asked.
const DONE: u8 = 0;
/// Not done, or not all of it.
const NOT_DONE: u8 = 1;
/// Asked for something that cannot be.
const MISUSE: u8 = 2;

/// Runs the command line of this process.
pub fn run() -> ExitCode {
    let args = Args::parse();
    let is_json = match &args.command {
        Command::Record(asked) => asked.place.json,
        Command::Status(asked) => asked.place.json,
        Command::End(asked) => asked.place.json,
        Command::Add(asked) => asked.place.json,
        Command::Export(asked) => asked.place.json,
        Command::Deadline(asked) => asked.json,
        Command::Enrol(asked) => asked.place.json,
        Command::Upload(asked) => asked.place.json || asked.trace,
        Command::Queue(asked) => asked.place.json,
        Command::Receipts(asked) => asked.place.json,
    };
    let outcome = match args.command {
        Command::Record(asked) => record::run(&asked),
        Command::Status(asked) => status::run(&asked),
        Command::End(asked) => end::run(&asked),
        Command::Add(asked) => add::run(&asked),
        Command::Export(asked) => export::run(&asked),
        Command::Deadline(asked) => deadline::run(&asked),
        Command::Enrol(asked) => enrol::run(&asked),
        Command::Upload(asked) => upload::run(&asked),
        Command::Queue(asked) => queue::run(&asked),
        Command::Receipts(asked) => receipts::run(&asked),
    };
    ExitCode::from(outcome.unwrap_or_else(|fault| refuse(&fault, is_json)))
}

fn refuse(fault: &Fault, is_json: bool) -> u8 {
    // A closed output leaves the exit code to speak.
    if is_json {
        let _ = writeln!(io::stdout(), "{}", json!({ "error": { "code": fault.code(), "reason": fault.to_string() } }));
    } else {
        let _ = writeln!(io::stderr(), "quanji-phone: {fault} ({})", fault.code());
    }
    if fault.is_misuse() { MISUSE } else { NOT_DONE }
}

/// Prints the answer: a page for a person, or one JSON object.
fn print(is_json: bool, value: &serde_json::Value, page: impl FnOnce() -> String) -> u8 {
    let text = if is_json { format!("{value}\n") } else { page() };
    if io::stdout().write_all(text.as_bytes()).is_ok() { DONE } else { NOT_DONE }
}

/// What requests run on.
fn runtime() -> Result<tokio::runtime::Runtime, Fault> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(Fault::Runtime)
}

fn record_id(text: &str) -> Result<RecordId, Fault> {
    RecordId::parse(text).ok_or(Fault::RecordId)
}
