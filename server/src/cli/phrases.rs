//! `phrases issue FILE`, `phrases show`: what officers say, as JSON.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use thiserror::Error;

use crate::app::App;
use crate::documents::Number;
use crate::phrases::{self, FILE_LIMIT_BYTES, PhrasesFault};

#[derive(Debug, Args)]
pub struct PhrasesArgs {
    #[command(subcommand)]
    pub command: PhrasesCommand,
}

#[derive(Debug, Subcommand)]
pub enum PhrasesCommand {
    /// Checks a file and issues it as the next edition. Prints every fault.
    Issue {
        /// JSON of the form in proto/phrases/v1
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
pub enum PhrasesCommandFault {
    #[error("the file could not be read")]
    File(#[from] io::Error),
    #[error("尚未颁发执法用语 nothing of that kind was issued")]
    Nothing,
    #[error("it could not be written: {said}")]
    Written { said: String },
    #[error(transparent)]
    Phrases(#[from] PhrasesFault),
}

/// Issues or shows, and says what it did.
pub async fn phrases(app: &App, args: &PhrasesArgs, out: &mut dyn Write) -> Result<(), PhrasesCommandFault> {
    match &args.command {
        PhrasesCommand::Issue { file, edition } => {
            let found = std::fs::metadata(file)?.len();
            if found > FILE_LIMIT_BYTES {
                return Err(PhrasesFault::TooLarge { found }.into());
            }
            let number = edition.map_or(Number::Next, Number::Given);
            match phrases::issue(app, &std::fs::read(file)?, number).await? {
                Some((number, sha256)) => writeln!(out, "edition\t{number}\ndocument\t{sha256}")?,
                None => writeln!(out, "unchanged\tthe newest edition says the same")?,
            }
        }
        PhrasesCommand::Show { edition } => {
            let (_, draft) =
                phrases::written(app.db(), &app.agency(), *edition).await?.ok_or(PhrasesCommandFault::Nothing)?;
            let json = serde_json::to_string_pretty(&draft);
            writeln!(out, "{}", json.map_err(|fault| PhrasesCommandFault::Written { said: fault.to_string() })?)?;
        }
    }
    Ok(())
}
