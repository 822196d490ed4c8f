//! `catalog import FILE`, `catalog export FILE`: the catalog of matters as CSV or XLSX.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use quanji_rules::Date;
use quanji_rules::catalog::Replaced;
use thiserror::Error;

use crate::app::App;
use crate::catalog::{self, About, CatalogsFault, Encoding, FILE_LIMIT_BYTES, Form};
use crate::documents::Number;

#[derive(Debug, Args)]
pub struct CatalogArgs {
    #[command(subcommand)]
    pub command: CatalogCommand,
}

#[derive(Debug, Subcommand)]
pub enum CatalogCommand {
    /// Reads a table, checks it, and issues it as the next edition. Prints every fault by row and column.
    Import(ImportArgs),
    /// Writes an edition as a table; the regulation's own matters where none was issued.
    Export(ExportArgs),
}

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// .csv (UTF-8 or GB18030) or .xlsx, with the columns 序号, 执法类别, 执法事项, 记录环节, 记录方式, 记录开始时间, 记录内容, 记录结束时间, 存储期限, 备注
    pub file: PathBuf,
    #[arg(long, default_value = "音像记录事项目录")]
    pub title: String,
    /// YYYY-MM-DD; today where it is not said
    #[arg(long)]
    pub in_force_from: Option<String>,
    /// Marks it everywhere: 示例，未颁发 sample, not issued
    #[arg(long)]
    pub sample: bool,
    /// Which edition it is; the next one where it is not said
    #[arg(long)]
    pub edition: Option<u64>,
    /// Special rules that take the place of matters of 第十条 (proto/catalog/v1/FORMAT.md), as JSON
    #[arg(long)]
    pub replaced: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// .csv or .xlsx; there must be no such file
    pub file: PathBuf,
    #[arg(long)]
    pub edition: Option<u64>,
    /// CSV for programs that know no UTF-8
    #[arg(long)]
    pub gb18030: bool,
}

/// Why a catalog was not imported or exported.
#[derive(Debug, Error)]
pub enum CatalogCommandFault {
    #[error("the file could not be read or written")]
    File(#[from] io::Error),
    #[error("文件名应以 .csv 或 .xlsx 结尾 a file is .csv or .xlsx")]
    Form,
    #[error("{found} is no day YYYY-MM-DD")]
    Date { found: String },
    #[error("the special rules are not of their form: {said}")]
    Replaced { said: String },
    #[error(transparent)]
    Catalogs(#[from] CatalogsFault),
}

/// Imports or exports, and says what it did.
pub async fn catalog(app: &App, args: &CatalogArgs, out: &mut dyn Write) -> Result<(), CatalogCommandFault> {
    match &args.command {
        CatalogCommand::Import(args) => import(app, args, out).await,
        CatalogCommand::Export(args) => export(app, args, out).await,
    }
}

async fn import(app: &App, args: &ImportArgs, out: &mut dyn Write) -> Result<(), CatalogCommandFault> {
    let form = Form::of(&args.file).ok_or(CatalogCommandFault::Form)?;
    let date = |text: &String| Date::parse(text).map_err(|_| CatalogCommandFault::Date { found: text.clone() });
    let about = About {
        title: args.title.clone(),
        in_force_from: args.in_force_from.as_ref().map(date).transpose()?,
        is_sample: args.sample,
        replaced: args.replaced.as_deref().map(replaced).transpose()?.unwrap_or_default(),
        number: args.edition.map_or(Number::Next, Number::Given),
    };
    let imported = catalog::import(app, &read(&args.file)?, form, &about).await?;
    writeln!(out, "matters\t{}", imported.matters)?;
    match imported.issued {
        Some((number, sha256)) => writeln!(out, "edition\t{number}\ndocument\t{sha256}")?,
        None => writeln!(out, "unchanged\tthe newest edition says the same")?,
    }
    Ok(())
}

async fn export(app: &App, args: &ExportArgs, out: &mut dyn Write) -> Result<(), CatalogCommandFault> {
    let form = Form::of(&args.file).ok_or(CatalogCommandFault::Form)?;
    let catalog = catalog::catalog(app.db(), &app.agency(), args.edition).await?;
    let encoding = if args.gb18030 { Encoding::Gb18030 } else { Encoding::Utf8 };
    let bytes = catalog::write(&catalog, form, encoding)?;
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(&args.file)?;
    file.write_all(&bytes)?;
    writeln!(out, "matters\t{}", catalog.as_written().matters.len())?;
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, CatalogCommandFault> {
    let found = std::fs::metadata(path)?.len();
    if found > FILE_LIMIT_BYTES {
        return Err(CatalogsFault::TooLarge { found }.into());
    }
    Ok(std::fs::read(path)?)
}

fn replaced(path: &Path) -> Result<Vec<Replaced>, CatalogCommandFault> {
    serde_json::from_slice(&read(path)?).map_err(|fault| CatalogCommandFault::Replaced { said: fault.to_string() })
}
