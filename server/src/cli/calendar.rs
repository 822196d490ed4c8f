//! `calendar import FILE.csv`: a year's notice, signed and logged; what it moves is reckoned again.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use thiserror::Error;

use crate::app::App;
use crate::calendars::{self, CalendarsFault};

#[derive(Debug, Args)]
pub struct CalendarArgs {
    #[command(subcommand)]
    pub command: CalendarCommand,
}

#[derive(Debug, Subcommand)]
pub enum CalendarCommand {
    /// Imports notices (`date,kind,name_zh,basis`, as proto/calendar/cn_holidays.csv).
    Import { file: PathBuf },
}

#[derive(Debug, Error)]
pub enum CalendarCommandFault {
    #[error("the file could not be read: {0}")]
    File(#[from] io::Error),
    #[error(transparent)]
    Calendars(#[from] CalendarsFault),
}

/// Imports and says what changed.
pub async fn calendar(app: &App, args: &CalendarArgs, out: &mut dyn Write) -> Result<(), CalendarCommandFault> {
    let CalendarCommand::Import { file } = &args.command;
    let imported = calendars::import(app, &std::fs::read(file)?).await?;
    for notice in &imported.import.added {
        writeln!(out, "added\t{notice}")?;
    }
    for replaced in &imported.import.replaced {
        writeln!(out, "replaced\t{} by {}", replaced.old, replaced.new)?;
    }
    for notice in &imported.import.unchanged {
        writeln!(out, "unchanged\t{notice}")?;
    }
    writeln!(out, "records looked at again\t{}", imported.looked_at)?;
    Ok(())
}
