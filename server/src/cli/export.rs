//! `export --record ID… --out F.zip`: a bundle that the agency signs.

use std::path::PathBuf;

use clap::Args;
use quanji_evidence::id::RecordId;
use quanji_evidence::manifest::Purpose;

use crate::app::App;
use crate::export::{self, ExportFault};

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// A record's id; may be given several times.
    #[arg(long, required = true, value_parser = record)]
    pub record: Vec<RecordId>,
    /// The bundle; must not be there yet.
    #[arg(long)]
    pub out: PathBuf,
    /// What it is for: backup, court, party, statutory_power, publication (第十八条).
    #[arg(long, default_value = "backup", value_parser = purpose)]
    pub purpose: Purpose,
}

/// Writes the bundle.
pub async fn export(app: &App, args: &ExportArgs) -> Result<(), ExportFault> {
    export::export(app, &args.record, args.purpose, &args.out).await
}

fn record(text: &str) -> Result<RecordId, &'static str> {
    RecordId::parse(text).ok_or("a record's id is 32 lower-case hex digits")
}

fn purpose(text: &str) -> Result<Purpose, &'static str> {
    serde_json::from_value(serde_json::Value::from(text))
        .map_err(|_| "one of backup, court, party, statutory_power, publication")
}
