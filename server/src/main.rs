//! `quanji-agency`: the commands' arguments, and what they print. What they do is in `cli`.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand, ValueEnum};
use quanji_agency::agency::AgencyFault;
use quanji_agency::app::App;
use quanji_agency::cli::calendar::{CalendarArgs, calendar};
use quanji_agency::cli::catalog::{CatalogArgs, catalog};
use quanji_agency::cli::dock::{DockArgs, ImportArgs, dock, import};
use quanji_agency::cli::drafts::{DraftArgs, draft};
use quanji_agency::cli::enrol::{EnrolArgs, enrol};
use quanji_agency::cli::export::{ExportArgs, export};
use quanji_agency::cli::fsck::{FsckArgs, fsck};
use quanji_agency::cli::init::{self, Founding};
use quanji_agency::cli::officers::{OfficersArgs, officers};
use quanji_agency::cli::revoke::{Revokee, revoke};
use quanji_agency::cli::rotate::{rotate, rotate_root};
use quanji_agency::cli::rule::{RuleArgs, rule};
use quanji_agency::cli::serve::serve;
use quanji_agency::clock::{Clock, SystemClock};
use quanji_agency::db::Db;
use quanji_agency::serve::{Limits, Rate};
use quanji_agency::storage::Wanted;
use quanji_evidence::KeyId;
use quanji_evidence::id::DeviceId;
use quanji_evidence::keyset::Role;
use quanji_evidence::receipt::ReceiptKind;
use quanji_evidence::text::Origin;
use quanji_rules::Instant;
use quanji_rules::PhrasesDraft;
use quanji_rules::agency_policy::PolicyDraft;
use serde_json::json;
use tracing_subscriber::EnvFilter;

#[derive(Debug, Parser)]
#[command(
    name = "quanji-agency",
    version,
    about = "The agency's server: keeps records, proves them, answers with receipts"
)]
struct Command {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Makes an agency: keys, units, the first administrator.
    Init(InitArgs),
    /// Answers on an address until SIGTERM or SIGINT.
    Serve(ServeArgs),
    /// A code for one device of a unit, as text and as a picture to scan.
    Enrol(EnrolArgs),
    /// A new key takes over; running servers read it within seconds.
    Rotate(RotateArgs),
    /// From an instant on, a device or a key counts for nothing.
    Revoke(RevokeArgs),
    /// A year's notice of days off: signed, logged, and what it moves is reckoned again.
    Calendar(OnPlace<CalendarArgs>),
    /// The catalog of matters (音像记录事项目录): reads a table and issues it, or writes one.
    Catalog(OnPlace<CatalogArgs>),
    /// The agency's own measures (第二十五条): checks a file against the floors and issues it, or shows one.
    Policy(OnPlace<DraftArgs>),
    /// What officers say (执法用语, 第八条): a province's wording, the agency's blanks.
    Phrases(OnPlace<DraftArgs>),
    /// Special rules that set another storage term for named matters (第二条第二款).
    Rule(OnPlace<RuleArgs>),
    /// The list of who holds an enforcement certificate (执法证); what does not agree with it is listed.
    Officers(OnPlace<OfficersArgs>),
    /// Proves everything again from the stored bytes; exits with 1 when something is amiss.
    Fsck(OnPlace<FsckArgs>),
    /// A bundle of whole records that the agency signs.
    Export(OnPlace<ExportArgs>),
    /// Designated storage: makes a dock, takes a phone's bundle (第十七条).
    Dock(DockArgs),
    /// Takes over what a dock holds.
    Import(ImportArgs),
}

/// A command on an agency's data.
#[derive(Debug, Args)]
struct OnPlace<A: Args> {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    args: A,
}

/// Where an agency's data are.
#[derive(Debug, Args)]
struct Place {
    /// The folder with keys, originals and, unless another is named, the database
    #[arg(long)]
    data: PathBuf,
    /// postgres://… or sqlite:PATH
    #[arg(long)]
    database: Option<String>,
}

impl Place {
    async fn app(&self) -> Result<App, AgencyFault> {
        App::open(&self.data, self.database.as_deref(), Arc::new(SystemClock)).await
    }

    async fn open(&self) -> Result<Db, AgencyFault> {
        let own = init::own_database(&self.data);
        Ok(Db::open(self.database.as_deref().unwrap_or(&own)).await?)
    }
}

#[derive(Debug, Args)]
struct InitArgs {
    #[command(flatten)]
    place: Place,
    /// The agency's name, for people
    #[arg(long)]
    name: String,
    /// Names the agency's log, as example.gov.cn/quanji
    #[arg(long, value_parser = |text: &str| Origin::parse(text))]
    origin: Origin,
    /// A unit's name; may be given several times
    #[arg(long = "unit", required = true)]
    units: Vec<String>,
    /// What receipts say of this place
    #[arg(long, value_enum, default_value_t = Storage::System)]
    storage: Storage,
    /// One JSON object instead of lines
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Storage {
    System,
    #[value(name = "designated_storage")]
    DesignatedStorage,
}

#[derive(Debug, Args)]
struct ServeArgs {
    #[command(flatten)]
    place: Place,
    /// Where originals are kept, if not below --data: s3://NAME/PREFIX, or file:///FOLDER; said once, it holds for every command
    #[arg(long)]
    bucket: Option<String>,
    /// Days that each original is locked in an s3:// bucket; can only be raised
    #[arg(long)]
    retain_days: Option<u64>,
    /// ADDRESS:PORT; port 0 takes a free one
    #[arg(long)]
    listen: SocketAddr,
    /// Requests a second that one address may make without a session; more where many phones share one
    #[arg(long, default_value_t = 10)]
    address_rate: u32,
    /// And how many at once
    #[arg(long, default_value_t = 50)]
    address_burst: u32,
}

#[derive(Debug, Args)]
struct RotateArgs {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_enum, required_unless_present = "root")]
    role: Option<RoleName>,
    /// The root itself
    #[arg(long, conflicts_with = "role")]
    root: bool,
    /// So many hours the keys before it stay valid
    #[arg(long, default_value_t = 24)]
    overlap_hours: u64,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleName {
    Receipt,
    Head,
    Device,
    Document,
}

#[derive(Debug, Args)]
struct RevokeArgs {
    #[command(flatten)]
    place: Place,
    #[arg(long, value_parser = parse_device, required_unless_present = "key")]
    device: Option<DeviceId>,
    /// A role key's id, 16 hex digits
    #[arg(long, value_parser = parse_key, conflicts_with = "device")]
    key: Option<KeyId>,
    /// 2026-11-12T10:00:00+08:00, or now
    #[arg(long, value_parser = parse_instant)]
    from: u64,
}

fn parse_device(text: &str) -> Result<DeviceId, &'static str> {
    DeviceId::parse(text).ok_or("not 32 lower-case hex digits")
}

fn parse_key(text: &str) -> Result<KeyId, &'static str> {
    KeyId::parse(text).ok_or("not 16 lower-case hex digits")
}

fn parse_instant(text: &str) -> Result<u64, String> {
    if text == "now" {
        return Ok(SystemClock.wall_us());
    }
    let instant = Instant::parse(text).map_err(|fault| fault.to_string())?;
    u64::try_from(instant.us()).map_err(|_| "before 1970".to_owned())
}

fn main() -> ExitCode {
    let command = Command::parse();
    let filter = EnvFilter::try_from_env("QUANJI_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
    // A panic's message may hold what the request held: only its place is told.
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a mistake of the program");
    }));
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(fault) => return failed(&fault),
    };
    let outcome = runtime.block_on(run(command.action));
    // Blocking work that nobody waits for any more must not keep the process.
    runtime.shutdown_background();
    outcome.map_or_else(|fault| failed(&*fault), |()| ExitCode::SUCCESS)
}

fn failed(fault: &dyn Error) -> ExitCode {
    eprint!("quanji-agency: {fault}");
    let mut source = fault.source();
    while let Some(fault) = source {
        eprint!(": {fault}");
        source = fault.source();
    }
    eprintln!();
    ExitCode::FAILURE
}

async fn run(action: Action) -> Result<(), Box<dyn Error>> {
    match action {
        Action::Init(args) => make(args).await?,
        Action::Serve(args) => {
            let of_an_address = Rate { a_second: args.address_rate, burst: args.address_burst };
            let limits = Limits { of_an_address, ..Limits::default() };
            let wanted = Wanted { bucket: args.bucket, retain_days: args.retain_days };
            serve(&args.place.data, args.listen, args.place.database.as_deref(), &wanted, limits).await?;
        }
        Action::Enrol(args) => drop(enrol(&args, Arc::new(SystemClock), &mut std::io::stdout()).await?),
        Action::Rotate(args) => {
            let (data, db) = (&args.place.data, args.place.open().await?);
            let id = match args.role {
                None => rotate_root(data, &db, &SystemClock).await?,
                Some(role) => rotate(data, &db, role.role(), args.overlap_hours * 3_600_000_000, &SystemClock).await?,
            };
            println!("new key {id}");
        }
        Action::Revoke(args) => {
            let db = args.place.open().await?;
            let revokee = match (args.device, args.key) {
                (Some(device), _) => Revokee::Device(device.to_string()),
                (None, Some(key)) => Revokee::Key(key),
                (None, None) => unreachable!("clap asks for one of them"),
            };
            let id = revoke(&args.place.data, &db, &revokee, args.from, &SystemClock).await?;
            println!("revoked {id}");
        }
        Action::Calendar(on) => calendar(&on.place.app().await?, &on.args, &mut std::io::stdout()).await?,
        Action::Catalog(on) => catalog(&on.place.app().await?, &on.args, &mut std::io::stdout()).await?,
        Action::Policy(on) => draft::<PolicyDraft>(&on.place.app().await?, &on.args, &mut std::io::stdout()).await?,
        Action::Phrases(on) => draft::<PhrasesDraft>(&on.place.app().await?, &on.args, &mut std::io::stdout()).await?,
        Action::Rule(on) => rule(&on.place.app().await?, &on.args, &mut std::io::stdout()).await?,
        Action::Officers(on) => officers(&on.place.app().await?, &on.args, &mut std::io::stdout()).await?,
        Action::Fsck(on) => {
            if !fsck(&on.place.app().await?, &on.args, &mut std::io::stdout()).await? {
                return Err("something in the store is not as it was".into());
            }
        }
        Action::Export(on) => export(&on.place.app().await?, &on.args).await?,
        Action::Dock(args) => dock(&args, Arc::new(SystemClock), &mut std::io::stdout()).await?,
        Action::Import(args) => import(&args, Arc::new(SystemClock), &mut std::io::stdout()).await?,
    }
    Ok(())
}

async fn make(args: InitArgs) -> Result<(), AgencyFault> {
    let storage_kind = match args.storage {
        Storage::System => ReceiptKind::System,
        Storage::DesignatedStorage => ReceiptKind::DesignatedStorage,
    };
    let founding = Founding { name: args.name, origin: args.origin, storage_kind, units: args.units };
    let (data, database) = (&args.place.data, args.place.database.as_deref());
    let made = init::init(data, database, &founding, &SystemClock).await?;
    let units: Vec<_> = founding.units.iter().zip(&made.units).collect();
    if args.json {
        let units: Vec<_> = units.iter().map(|(name, id)| json!({ "name": name, "unit": id })).collect();
        let (agency, root) = (made.agency_id, made.root.id().to_string());
        println!("{}", json!({ "agency": agency, "root": root, "admin_token": made.admin_token, "units": units }));
        return Ok(());
    }
    println!("agency       {}", made.agency_id);
    println!("public key   {}", init::keys_folder(data).join("agency.pub").display());
    println!("root         {} in {}: carry it away", made.root.id(), init::root_folder(data).display());
    for (name, id) in units {
        println!("unit         {id} {name}");
    }
    println!("admin token  {} (shown once)", made.admin_token);
    Ok(())
}

impl RoleName {
    fn role(self) -> Role {
        match self {
            RoleName::Receipt => Role::Receipt,
            RoleName::Head => Role::Head,
            RoleName::Device => Role::Device,
            RoleName::Document => Role::Document,
        }
    }
}
