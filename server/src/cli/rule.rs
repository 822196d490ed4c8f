//! `rule issue FILE.json`, `rule list`: special rules that set another storage term for named matters (第二条第二款).

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use quanji_rules::StorageTerm;
use thiserror::Error;

use crate::app::App;
use crate::special_rules::{self, FILE_LIMIT_BYTES, SpecialRulesIssueFault};

#[derive(Debug, Args)]
pub struct RuleArgs {
    #[command(subcommand)]
    pub command: RuleCommand,
}

#[derive(Debug, Subcommand)]
pub enum RuleCommand {
    /// Checks the rules of a file (proto/special-rules/v1/FORMAT.md) and issues them in place of those before
    Issue { file: PathBuf },
    /// The rules as they were issued last
    List,
}

#[derive(Debug, Error)]
pub enum RuleCommandFault {
    #[error("the file could not be read")]
    File(#[from] io::Error),
    #[error(transparent)]
    Rules(#[from] SpecialRulesIssueFault),
}

/// Issues or lists, and says what it did.
pub async fn rule(app: &App, args: &RuleArgs, out: &mut dyn Write) -> Result<(), RuleCommandFault> {
    match &args.command {
        RuleCommand::Issue { file } => {
            let found = std::fs::metadata(file)?.len();
            if found > FILE_LIMIT_BYTES {
                return Err(SpecialRulesIssueFault::TooLarge { found }.into());
            }
            let issued = special_rules::issue(app, &std::fs::read(file)?).await?;
            writeln!(out, "rules\t{}", issued.rules)?;
            match issued.document {
                Some((number, sha256)) => writeln!(out, "edition\t{number}\ndocument\t{sha256}")?,
                None => writeln!(out, "unchanged\tthe newest edition says the same")?,
            }
        }
        RuleCommand::List => {
            let Some((number, draft)) = special_rules::newest(app.db(), &app.agency()).await? else {
                writeln!(out, "rules\t0")?;
                return Ok(());
            };
            writeln!(out, "edition\t{number}")?;
            for rule in &draft.rules {
                let matters = rule.matters.iter().map(|matter| matter.0.as_str()).collect::<Vec<_>>().join(",");
                let term = match rule.storage_term {
                    StorageTerm::WorkingDays(days) => format!("{days} working days"),
                    StorageTerm::CalendarDays(days) => format!("{days} days"),
                };
                let to = rule.in_force_to.map_or_else(|| "-".to_owned(), |last| last.to_string());
                let (title, article, from) = (&rule.title, &rule.article, rule.in_force_from);
                writeln!(out, "《{title}》{article}\t{}\t{from}\t{to}\t{term}\t{matters}", rule.rank.zh())?;
            }
        }
    }
    Ok(())
}
