//! Who this agency is: its id and origin, its keys in files that only their owner may read, its key set in the database.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;

use quanji_evidence::id::AgencyId;
use quanji_evidence::keyset::{Keyset, KeysetFault, Role};
use quanji_evidence::line::WriteFault;
use quanji_evidence::receipt::ReceiptKind;
use quanji_evidence::text::Origin;
use quanji_evidence::{Ed25519Signer, KeyId, PublicKey, Signer};
use sqlx::Row;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::db::{Db, DbFault, from_db};

/// Why the agency's own data cannot be used.
#[derive(Debug, Error)]
pub enum AgencyFault {
    #[error(transparent)]
    Db(#[from] DbFault),
    #[error("the storage cannot be used")]
    Storage(#[from] crate::storage::StorageFault),
    #[error("the keys could not be read or written")]
    Keys(#[from] io::Error),
    #[error("key file {name}: {found} bytes instead of {expected}")]
    KeyFile { name: String, expected: usize, found: usize },
    #[error("there is no agency in this database; `quanji-agency init` makes one")]
    NotInitialised,
    #[error("{name} in the database is not of its form")]
    Row { name: &'static str },
    #[error("the key set does not prove itself")]
    Keyset(#[from] KeysetFault),
    #[error("no key of role {role:?} with a file is in force")]
    NoKey { role: Role },
    #[error("a line could not be signed")]
    Sign(#[from] WriteFault),
    #[error("this database holds an agency already")]
    AlreadyInitialised,
    #[error("{found} is there already: these keys belong to an agency")]
    KeysThere { found: &'static str },
    #[error("the root's private key {expected} is not in {place}; bring it from where it is kept offline")]
    RootAbsent { expected: KeyId, place: String },
    #[error("the root's key file holds {found}, not {expected}")]
    RootOther { expected: KeyId, found: KeyId },
    #[error("the system gave no randomness")]
    Chance,
    #[error("no key {found} was ever given")]
    KeyUnknown { found: String },
    #[error("no device {found} is enrolled")]
    DeviceUnknown { found: String },
}

/// The agency that this server serves.
#[derive(Debug, Clone)]
pub struct Agency {
    pub id: AgencyId,
    pub origin: Origin,
    /// Whether this node is the information system or a storage device that the unit designated (第十七条).
    pub storage_kind: ReceiptKind,
    /// The root that signs what comes next in the key set.
    pub root: PublicKey,
    /// The key set's lines, joined.
    pub keyset_bytes: Vec<u8>,
    pub keyset: Keyset,
    /// Private halves that are on this machine, by key id.
    signers: BTreeMap<String, Arc<Ed25519Signer>>,
}

impl Agency {
    /// Reads the one agency of this database and its keys in `keys`. The clock's floor comes with it.
    pub async fn load(db: &Db, keys: &Path) -> Result<(Agency, u64), AgencyFault> {
        let row = sqlx::query("SELECT agency_id, origin, storage_kind, clock_us FROM agency")
            .fetch_optional(db.pool())
            .await
            .map_err(DbFault::from)?
            .ok_or(AgencyFault::NotInitialised)?;
        let text = |name: &'static str| row.try_get::<String, _>(name).map_err(|_| AgencyFault::Row { name });
        let id = AgencyId::parse(&text("agency_id")?).ok_or(AgencyFault::Row { name: "agency_id" })?;
        let origin = Origin::parse(&text("origin")?).map_err(|_| AgencyFault::Row { name: "origin" })?;
        let storage_kind = match text("storage_kind")?.as_str() {
            "system" => ReceiptKind::System,
            "designated_storage" => ReceiptKind::DesignatedStorage,
            _ => return Err(AgencyFault::Row { name: "storage_kind" }),
        };
        let floor_us = from_db(row.try_get("clock_us").map_err(DbFault::from)?);
        let lines = sqlx::query("SELECT line FROM keyset_line WHERE agency_id = $1 ORDER BY seq")
            .bind(id.to_string())
            .fetch_all(db.pool())
            .await
            .map_err(DbFault::from)?;
        let mut keyset_bytes = Vec::new();
        for line in lines {
            keyset_bytes.extend(line.try_get::<Vec<u8>, _>("line").map_err(DbFault::from)?);
        }
        let root_text = fs::read_to_string(keys.join("agency.pub"))?;
        let pinned = PublicKey::from_file(&root_text).ok_or(AgencyFault::Row { name: "agency.pub" })?;
        let keyset = Keyset::read(&keyset_bytes, &pinned)?;
        // A rotation that was cut short leaves the older root in the file: any of the set's roots proves it.
        let root = keyset.root().clone();
        let signers = read_signers(keys)?;
        Ok((Agency { id, origin, storage_kind, root, keyset_bytes, keyset, signers }, floor_us))
    }

    /// The signer of `role` in force at `at_us` whose private half is here; the one that holds longest.
    pub fn signer(&self, role: Role, at_us: u64) -> Result<Arc<Ed25519Signer>, AgencyFault> {
        let found = self.keyset.in_force(role, at_us).filter_map(|key| self.signers.get(&key.id().to_string())).last();
        found.cloned().ok_or(AgencyFault::NoKey { role })
    }
}

/// Every `*.key` of the folder by its key id.
fn read_signers(keys: &Path) -> Result<BTreeMap<String, Arc<Ed25519Signer>>, AgencyFault> {
    let mut signers = BTreeMap::new();
    for entry in fs::read_dir(keys)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "key") {
            continue;
        }
        let signer = read_seed(&path)?;
        signers.insert(signer.public().id().to_string(), Arc::new(signer));
    }
    Ok(signers)
}

/// The signer of a 32-byte seed file.
pub fn read_seed(path: &Path) -> Result<Ed25519Signer, AgencyFault> {
    let bytes = Zeroizing::new(fs::read(path)?);
    let seed: Zeroizing<[u8; 32]> = Zeroizing::new(bytes.as_slice().try_into().map_err(|_| AgencyFault::KeyFile {
        name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        expected: 32,
        found: bytes.len(),
    })?);
    Ok(Ed25519Signer::from_seed(&seed))
}

/// Writes a new seed as `NAME-KEYID.key`, readable by its owner only, synced with its folder.
#[expect(clippy::disallowed_methods, reason = "the agency's own keys are drawn here")]
pub fn write_new_seed(keys: &Path, name: &str) -> Result<Ed25519Signer, AgencyFault> {
    DirBuilder::new().recursive(true).mode(0o700).create(keys)?;
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *seed).map_err(io::Error::other)?;
    let signer = Ed25519Signer::from_seed(&seed);
    let path = keys.join(format!("{name}-{}.key", signer.public().id()));
    let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
    file.write_all(&*seed)?;
    file.sync_all()?;
    fs::File::open(keys)?.sync_all()?;
    Ok(signer)
}
