//! `enrol`: a code for one device of a unit, as text and as a picture to scan.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Args;
use qrcode::QrCode;
use qrcode::render::{svg, unicode};
use quanji_evidence::id::UnitId;
use thiserror::Error;

use super::init::{keys_folder, own_database};
use crate::agency::{Agency, AgencyFault};
use crate::chance;
use crate::clock::{AgencyClock, Clock};
use crate::db::{Db, DbFault};
use crate::enrolment::code::{CodeFault, Invitation, make_code};

/// What `quanji-agency enrol` takes.
#[derive(Debug, Clone, Args)]
pub struct EnrolArgs {
    /// The agency's folder.
    #[arg(long)]
    pub data: PathBuf,
    /// Another database than the one in the folder.
    #[arg(long)]
    pub database: Option<String>,
    /// The unit (执法单位) that the device will belong to: its id of 32 hex digits.
    #[arg(long)]
    pub unit: String,
    /// Where phones find this agency: https://…
    #[arg(long)]
    pub url: String,
    /// Also write the picture here as SVG, readable by its owner only. There must be no such file.
    #[arg(long)]
    pub svg: Option<PathBuf>,
}

/// Why no code was given.
#[derive(Debug, Error)]
pub enum EnrolFault {
    #[error(transparent)]
    Agency(#[from] AgencyFault),
    #[error(transparent)]
    Db(#[from] DbFault),
    #[error(transparent)]
    Code(#[from] CodeFault),
    #[error("a unit is named by its id of 32 lower-case hex digits")]
    UnitForm,
    #[error("this machine gives no randomness")]
    Chance,
    #[error("the code does not fit a picture")]
    Picture,
    #[error("the picture or the text could not be written")]
    Write(#[from] io::Error),
}

/// Makes a code and shows it on `out`. The server need not run, nor be stopped.
pub async fn enrol(
    args: &EnrolArgs,
    clock: std::sync::Arc<dyn Clock>,
    out: &mut impl Write,
) -> Result<Invitation, EnrolFault> {
    let unit = UnitId::parse(&args.unit).ok_or(EnrolFault::UnitForm)?;
    let db = Db::open(args.database.as_deref().unwrap_or(&own_database(&args.data))).await?;
    let (agency, floor_us) = Agency::load(&db, &keys_folder(&args.data)).await?;
    let now_us = AgencyClock::new(clock, floor_us).now_us();
    let chance = chance::draw().map_err(|_| EnrolFault::Chance)?;
    let invitation = make_code(&db, &agency, unit, &args.url, now_us, &chance).await?;
    let picture = QrCode::new(invitation.uri.as_bytes()).map_err(|_| EnrolFault::Picture)?;
    if let Some(path) = &args.svg {
        write_picture(path, &picture.render::<svg::Color<'_>>().min_dimensions(320, 320).build())?;
    }
    // Terminals are dark: what is light in the picture is what they draw.
    let drawn = picture
        .render::<unicode::Dense1x2>()
        .dark_color(unicode::Dense1x2::Light)
        .light_color(unicode::Dense1x2::Dark)
        .build();
    writeln!(
        out,
        "{drawn}\n{}\n{}\n注册码：一台设备，一次，24 小时内有效。 One device, once, within 24 h.",
        invitation.text, invitation.uri
    )?;
    Ok(invitation)
}

fn write_picture(path: &Path, svg: &str) -> io::Result<()> {
    // The picture is as secret as the code.
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
    file.write_all(svg.as_bytes())?;
    file.sync_all()
}
