//! `policy` and `phrases`, each `issue FILE` and `show`: what the agency sets and what officers say, as JSON.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use thiserror::Error;

use crate::app::App;
use crate::documents::Number;
use crate::drafts::{self, Draft, EditionFault, FILE_LIMIT_BYTES};

#[derive(Debug, Args)]
pub struct DraftArgs {
    #[command(subcommand)]
    pub command: DraftCommand,
}

#[derive(Debug, Subcommand)]
pub enum DraftCommand {
    /// Checks a file and issues it as the next edition. Prints every fault.
    Issue {
        /// JSON of the form in proto/policy/v1 or proto/phrases/v1
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
pub enum DraftCommandFault<F: std::fmt::Debug + std::fmt::Display> {
    #[error("the file could not be read")]
    File(#[from] io::Error),
    #[error("尚未颁发{zh} nothing of that kind was issued")]
    Nothing { zh: &'static str },
    #[error("it could not be written: {said}")]
    Written { said: String },
    #[error(transparent)]
    Edition(#[from] EditionFault<F>),
}

/// Issues or shows, and says what it did.
pub async fn draft<D: Draft>(
    app: &App,
    args: &DraftArgs,
    out: &mut dyn Write,
) -> Result<(), DraftCommandFault<D::Fault>> {
    match &args.command {
        DraftCommand::Issue { file, edition } => {
            let found = std::fs::metadata(file)?.len();
            if found > FILE_LIMIT_BYTES {
                return Err(EditionFault::TooLarge { found }.into());
            }
            let number = edition.map_or(Number::Next, Number::Given);
            match drafts::issue::<D>(app, &std::fs::read(file)?, number).await? {
                Some((number, sha256)) => writeln!(out, "edition\t{number}\ndocument\t{sha256}")?,
                None => writeln!(out, "unchanged\tthe newest edition says the same")?,
            }
        }
        DraftCommand::Show { edition } => {
            let shown = drafts::edition::<D>(app.db(), &app.agency(), *edition).await?;
            let shown = shown.ok_or(DraftCommandFault::Nothing { zh: D::KIND.zh() })?;
            let json = serde_json::to_string_pretty(&shown.draft);
            writeln!(out, "{}", json.map_err(|fault| DraftCommandFault::Written { said: fault.to_string() })?)?;
        }
    }
    Ok(())
}
