//! `policy issue FILE`, `policy show`: what the agency sets by its own measures, as JSON.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use thiserror::Error;

use crate::app::App;
use crate::documents::Number;
use crate::policies::{self, FILE_LIMIT_BYTES, PoliciesFault};

#[derive(Debug, Args)]
pub struct PolicyArgs {
    #[command(subcommand)]
    pub command: PolicyCommand,
}

#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Checks a file and issues it as the next edition. Prints every fault.
    Issue {
        /// JSON of the form in proto/policy/v1
        file: PathBuf,
        /// Which edition it is; the next one where it is not said
        #[arg(long)]
        edition: Option<u64>,
    },
    /// Writes an edition as JSON, the newest where none is named.
    Show {
        #[arg(long)]
        edition: Option<u64>,
    },
}

#[derive(Debug, Error)]
pub enum PolicyCommandFault {
    #[error("the file could not be read")]
    File(#[from] io::Error),
    #[error("尚未颁发全过程记录工作规定 nothing of that kind was issued")]
    Nothing,
    #[error("it could not be written: {said}")]
    Written { said: String },
    #[error(transparent)]
    Policy(#[from] PoliciesFault),
}

/// Issues or shows, and says what it did.
pub async fn policy(app: &App, args: &PolicyArgs, out: &mut dyn Write) -> Result<(), PolicyCommandFault> {
    match &args.command {
        PolicyCommand::Issue { file, edition } => {
            let found = std::fs::metadata(file)?.len();
            if found > FILE_LIMIT_BYTES {
                return Err(PoliciesFault::TooLarge { found }.into());
            }
            let number = edition.map_or(Number::Next, Number::Given);
            match policies::issue(app, &std::fs::read(file)?, number).await? {
                Some((number, sha256)) => writeln!(out, "edition\t{number}\ndocument\t{sha256}")?,
                None => writeln!(out, "unchanged\tthe newest edition says the same")?,
            }
        }
        PolicyCommand::Show { edition } => {
            let (_, draft) =
                policies::written(app.db(), &app.agency(), *edition).await?.ok_or(PolicyCommandFault::Nothing)?;
            let json = serde_json::to_string_pretty(&draft);
            writeln!(out, "{}", json.map_err(|fault| PolicyCommandFault::Written { said: fault.to_string() })?)?;
        }
    }
    Ok(())
}
