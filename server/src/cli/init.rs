//! `init`: an agency begins. Root and role keys, the key set, units, the first administrator.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use quanji_evidence::id::{AgencyId, UnitId};
use quanji_evidence::keyset::{KeysetStatement, Role, RoleKey};
use quanji_evidence::receipt::ReceiptKind;
use quanji_evidence::text::Origin;
use quanji_evidence::{PublicKey, Signer, base64url, hex};

use crate::agency::{AgencyFault, write_new_seed};
use crate::app::digest_of_token;
use crate::clock::Clock;
use crate::db::{Db, DbFault, to_db};
use crate::keyset_lines;

/// How long a new key of each role may sign, in years. What it signed in that time holds for good.
pub const ROLE_YEARS: &[(Role, u64)] = &[(Role::Receipt, 3), (Role::Head, 3), (Role::Device, 3), (Role::Document, 3)];
/// A year, in µs.
pub const YEAR_US: u64 = 365 * 24 * 3_600 * 1_000_000;

/// What an agency begins with.
#[derive(Debug, Clone)]
pub struct Founding {
    pub name: String,
    /// Names the agency's log (`example.gov.cn/quanji`).
    pub origin: Origin,
    /// Whether this node is the information system or a designated storage device (第十七条).
    pub storage_kind: ReceiptKind,
    /// Names of its units, at least one.
    pub units: Vec<String>,
}

/// The agency as it was made. The token is shown once: only its digest is kept.
#[derive(Debug, Clone)]
pub struct Initialised {
    pub agency_id: AgencyId,
    pub root: PublicKey,
    pub admin_token: String,
    /// In the order of their names in [`Founding`].
    pub units: Vec<UnitId>,
}

/// Where the root's private key is put. The server never reads this folder: carry it away, and bring it back to rotate or revoke.
pub fn root_folder(data: &Path) -> PathBuf {
    data.join("root")
}

/// The role keys' folder, with `agency.pub`.
pub fn keys_folder(data: &Path) -> PathBuf {
    data.join("keys")
}

/// The database inside `data`, when no other is named.
pub fn own_database(data: &Path) -> String {
    format!("sqlite:{}?mode=rwc", data.join("agency.sqlite").display())
}

/// The word for the database and the command line.
pub const fn storage_word(kind: ReceiptKind) -> &'static str {
    match kind {
        ReceiptKind::System => "system",
        ReceiptKind::DesignatedStorage => "designated_storage",
    }
}

/// Makes the agency in `data` and its database. Refuses where there is one; what fails half-way leaves no agency behind.
pub async fn init(
    data: &Path,
    database: Option<&str>,
    founding: &Founding,
    clock: &dyn Clock,
) -> Result<Initialised, AgencyFault> {
    let keys = keys_folder(data);
    if keys.join("agency.pub").exists() {
        return Err(AgencyFault::KeysThere { found: "agency.pub" });
    }
    DirBuilder::new().recursive(true).mode(0o700).create(data)?;
    let db = Db::open(database.unwrap_or(&own_database(data))).await?;
    let now_us = clock.wall_us();
    let agency_id = AgencyId::from_bytes(random()?);
    let id = agency_id.to_string();

    let mut tx = db.begin().await?;
    let there = sqlx::query("SELECT agency_id FROM agency").fetch_optional(&mut *tx).await.map_err(DbFault::from)?;
    if there.is_some() {
        return Err(AgencyFault::AlreadyInitialised);
    }
    sqlx::query(
        "INSERT INTO agency (agency_id, name, origin, storage_kind, clock_us, created_us) VALUES ($1, $2, $3, $4, $5, $5)",
    )
    .bind(&id)
    .bind(&founding.name)
    .bind(founding.origin.as_str())
    .bind(storage_word(founding.storage_kind))
    .bind(to_db(now_us))
    .execute(&mut *tx)
    .await
    .map_err(DbFault::from)?;

    let root = write_new_seed(&root_folder(data), "root")?;
    keyset_lines::append(&mut tx, &id, &KeysetStatement::Root(root.public().clone()), &[&root], now_us).await?;
    for (role, _) in ROLE_YEARS {
        let key = new_role_key(&keys, *role, now_us)?;
        keyset_lines::append(&mut tx, &id, &KeysetStatement::Key(key), &[&root], now_us).await?;
    }
    let mut units = Vec::new();
    for name in &founding.units {
        let unit = UnitId::from_bytes(random()?);
        sqlx::query("INSERT INTO unit (agency_id, unit_id, name) VALUES ($1, $2, $3)")
            .bind(&id)
            .bind(unit.to_string())
            .bind(name)
            .execute(&mut *tx)
            .await
            .map_err(DbFault::from)?;
        units.push(unit);
    }
    let admin_token = base64url::encode(&random::<32>()?);
    sqlx::query(
        "INSERT INTO administrator (agency_id, administrator_id, token_sha256, created_us) VALUES ($1, $2, $3, $4)",
    )
    .bind(&id)
    .bind(hex::encode(&random::<16>()?))
    .bind(digest_of_token(&admin_token))
    .bind(to_db(now_us))
    .execute(&mut *tx)
    .await
    .map_err(DbFault::from)?;
    // Before the commit: an agency without its public key could not be loaded, a public key without an agency says so.
    write_public(&keys, root.public())?;
    tx.commit().await.map_err(DbFault::from)?;
    Ok(Initialised { agency_id, root: root.public().clone(), admin_token, units })
}

/// A new key of `role`, its private half in `keys`, valid from `now_us` for the role's years.
pub fn new_role_key(keys: &Path, role: Role, now_us: u64) -> Result<RoleKey, AgencyFault> {
    let years = ROLE_YEARS.iter().find(|(of, _)| *of == role).map_or(1, |(_, years)| *years);
    let signer = write_new_seed(keys, role_word(role))?;
    let valid_until_us = now_us + years * YEAR_US;
    Ok(RoleKey { role, key: signer.public().clone(), valid_from_us: now_us, valid_until_us })
}

/// The role's word in the key set, on the command line and in file names.
pub const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Receipt => "receipt",
        Role::Head => "head",
        Role::Device => "device",
        Role::Document => "document",
    }
}

/// Puts `agency.pub` in its place at once and for good.
pub(crate) fn write_public(keys: &Path, root: &PublicKey) -> Result<(), io::Error> {
    let unfinished = keys.join("agency.pub.new");
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o644).open(&unfinished)?;
    file.write_all(root.to_file().as_bytes())?;
    file.sync_all()?;
    fs::rename(&unfinished, keys.join("agency.pub"))?;
    fs::File::open(keys)?.sync_all()
}

#[expect(clippy::disallowed_methods, reason = "ids and the first token are drawn here, once in an agency's life")]
fn random<const N: usize>() -> Result<[u8; N], AgencyFault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(io::Error::other)?;
    Ok(bytes)
}
