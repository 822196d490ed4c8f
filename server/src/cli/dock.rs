//! `dock init`, `dock take` and `import`: hand-over at designated storage (第十七条), and what becomes of it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use quanji_evidence::{Ed25519Signer, Signer};

use crate::agency::{AgencyFault, read_seed};
use crate::app::App;
use crate::cli::init::root_folder;
use crate::clock::Clock;
use crate::dock::{self, DockFault, Learned, REGISTER_LIMIT_BYTES, RegisterFault};
use crate::receipts::Looked;
use crate::unfinished::Unfinished;

#[derive(Debug, Args)]
pub struct DockArgs {
    #[command(subcommand)]
    pub command: DockCommand,
}

#[derive(Debug, Subcommand)]
pub enum DockCommand {
    /// Makes a dock of the agency in FROM, whose root key must be there.
    Init {
        #[arg(long)]
        data: PathBuf,
        #[arg(long)]
        from: PathBuf,
    },
    /// Writes what a dock may take along: keys, devices, documents, signed. On the agency's machine
    List {
        #[arg(long)]
        data: PathBuf,
        /// The agency's database, when it is not the one inside `data`
        #[arg(long)]
        database: Option<String>,
        /// The list; must not be there yet
        #[arg(long)]
        out: PathBuf,
    },
    /// Takes in such a list: devices enrolled or revoked since. On the dock
    Learn {
        #[arg(long)]
        data: PathBuf,
        list: PathBuf,
    },
    /// Takes a phone's bundle from a mounted disk and signs the hand-over.
    Take {
        #[arg(long)]
        data: PathBuf,
        bundle: PathBuf,
    },
}

/// `import --data DATA --from DOCK`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    #[arg(long)]
    pub data: PathBuf,
    #[arg(long)]
    pub from: PathBuf,
    /// The server's database, when it is not the one inside `data`.
    #[arg(long)]
    pub database: Option<String>,
}

/// Runs a command of the dock. Receipts of `take` are put beside the bundle, as BUNDLE.receipts, for `quanji-phone receipts`.
pub async fn dock(args: &DockArgs, clock: Arc<dyn Clock>, out: &mut dyn Write) -> Result<(), DockFault> {
    match &args.command {
        DockCommand::Init { data, from } => {
            let app = App::open(from, None, clock).await?;
            let root = root_signer(from, &app)?;
            let docked = dock::begin(&app, &root, data).await?;
            writeln!(out, "{}", docked.origin)?;
        }
        DockCommand::List { data, database, out: place } => {
            let app = App::open(data, database.as_deref(), clock).await?;
            let list = dock::write_register(&app).await?;
            write_whole(place, &list)?;
        }
        DockCommand::Learn { data, list } => {
            let app = App::open(data, None, clock).await?;
            let found = fs::metadata(list)?.len();
            if found > REGISTER_LIMIT_BYTES {
                return Err(RegisterFault::TooLarge { found }.into());
            }
            let Learned { keyset_lines, devices, revoked, documents } = dock::learn(&app, &fs::read(list)?).await?;
            writeln!(
                out,
                "{devices} devices, {revoked} revocations, {keyset_lines} key set lines, {documents} documents"
            )?;
        }
        DockCommand::Take { data, bundle } => {
            let app = App::open(data, None, clock).await?;
            let mut receipts = Vec::new();
            for taken in dock::take(&app, bundle).await? {
                let word = match taken.looked {
                    Looked::Issued { number } => format!("receipt {number}"),
                    Looked::NothingNew => "has its receipt".to_owned(),
                    Looked::NotComplete => "incomplete: no receipt".to_owned(),
                    Looked::Amiss | Looked::Changed | Looked::Unknown => "amiss: no receipt".to_owned(),
                };
                writeln!(out, "{}\t{word}", taken.record)?;
                receipts.extend(taken.receipts);
            }
            // The key set goes along: the phone may not have heard of the dock's keys.
            for (extension, bytes) in [(".receipts", &receipts), (".keyset", &app.agency().keyset_bytes)] {
                let mut beside = bundle.clone().into_os_string();
                beside.push(extension);
                fs::write(beside, bytes)?;
            }
        }
    }
    Ok(())
}

fn write_whole(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let (unfinished, mut file) = Unfinished::begin(place)?;
    match file.write_all(bytes) {
        Ok(()) => unfinished.finish(&file),
        Err(fault) => {
            unfinished.abandon();
            Err(fault)
        }
    }
}

/// Takes over what a dock holds.
pub async fn import(args: &ImportArgs, clock: Arc<dyn Clock>, out: &mut dyn Write) -> Result<(), DockFault> {
    let app = App::open(&args.data, args.database.as_deref(), Arc::clone(&clock)).await?;
    let from = App::open(&args.from, None, clock).await?;
    let imported = dock::import(&app, &from).await?;
    let dock::Imported { records, files, receipts, receipts_left } = imported;
    writeln!(out, "{records} records, {files} files, {receipts} receipts taken over, {receipts_left} receipts left")?;
    Ok(())
}

/// The present root's private key, which an administrator brings back for this.
fn root_signer(data: &Path, app: &App) -> Result<Ed25519Signer, DockFault> {
    let agency = app.agency();
    for entry in fs::read_dir(root_folder(data))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "key") {
            let signer = read_seed(&path)?;
            if *signer.public() == agency.root {
                return Ok(signer);
            }
        }
    }
    let missing = io::Error::new(io::ErrorKind::NotFound, "the root's private key");
    Err(AgencyFault::Keys(missing).into())
}
