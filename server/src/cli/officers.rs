//! `officers import FILE.csv`: the list of who holds an enforcement certificate (执法证), in place of the one before.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use thiserror::Error;

use crate::app::App;
use crate::officers::{self, FILE_LIMIT_BYTES, OfficersFault};

#[derive(Debug, Args)]
pub struct OfficersArgs {
    #[command(subcommand)]
    pub command: OfficersCommand,
}

#[derive(Debug, Subcommand)]
pub enum OfficersCommand {
    /// Reads a table with the columns 姓名, 执法证号, 单位, 有效期起, 有效期止 (.csv, UTF-8 or GB18030). Prints every fault by row, and no name.
    Import { file: PathBuf },
}

#[derive(Debug, Error)]
pub enum OfficersCommandFault {
    #[error("the file could not be read")]
    File(#[from] io::Error),
    #[error(transparent)]
    Officers(#[from] OfficersFault),
}

/// Imports and says how many there are.
pub async fn officers(app: &App, args: &OfficersArgs, out: &mut dyn Write) -> Result<(), OfficersCommandFault> {
    let OfficersCommand::Import { file } = &args.command;
    let found = std::fs::metadata(file)?.len();
    if found > FILE_LIMIT_BYTES {
        return Err(OfficersFault::TooLarge { found }.into());
    }
    let count = officers::import(app, &std::fs::read(file)?).await?;
    writeln!(out, "officers\t{count}")?;
    Ok(())
}
