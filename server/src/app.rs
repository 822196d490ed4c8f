//! What every request stands on, and who is asking.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use quanji_evidence::hex;
use quanji_evidence::id::DeviceId;
use quanji_wire::Code;
use sha2::{Digest as _, Sha256};
use sqlx::Row;
use tokio::task::JoinHandle;

use crate::agency::{Agency, AgencyFault};
use crate::cli::init::own_database;
use crate::clock::{AgencyClock, Clock};
use crate::clock_watch;
use crate::db::{Db, DbFault, from_db, to_db};
use crate::ingest::WarmReaders;
use crate::refusal::Refused;
use crate::storage::{self, Originals, UploadLimits, Uploads, Wanted};

/// The server's state; clones are the same one.
#[derive(Debug, Clone)]
pub struct App(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    db: Db,
    data: PathBuf,
    agency: RwLock<Arc<Agency>>,
    clock: AgencyClock,
    warm_readers: WarmReaders,
    originals: Arc<dyn Originals>,
    uploads: Uploads,
}

impl App {
    /// Opens `data` (keys, originals, staging) with its database, `sqlite:` inside `data` unless another is named.
    pub async fn open(data: &Path, database: Option<&str>, clock: Arc<dyn Clock>) -> Result<App, AgencyFault> {
        App::open_at(data, database, &Wanted::default(), clock).await
    }

    /// The same, with originals where `wanted` says; where it says nothing, where they were put before.
    pub async fn open_at(
        data: &Path,
        database: Option<&str>,
        wanted: &Wanted,
        clock: Arc<dyn Clock>,
    ) -> Result<App, AgencyFault> {
        let db = open_database(data, database).await?;
        let (agency, floor_us) = Agency::load(&db, &data.join("keys")).await?;
        let originals = storage::open(&db, &agency.id.to_string(), data, wanted, Arc::clone(&clock)).await?;
        App::of(data, db, (agency, floor_us), clock, originals, UploadLimits::default())
    }

    /// The same over this final storage, with these bounds.
    pub async fn open_over(
        data: &Path,
        database: Option<&str>,
        clock: Arc<dyn Clock>,
        originals: Arc<dyn Originals>,
        limits: UploadLimits,
    ) -> Result<App, AgencyFault> {
        let db = open_database(data, database).await?;
        let agency = Agency::load(&db, &data.join("keys")).await?;
        App::of(data, db, agency, clock, originals, limits)
    }

    fn of(
        data: &Path,
        db: Db,
        (agency, floor_us): (Agency, u64),
        clock: Arc<dyn Clock>,
        originals: Arc<dyn Originals>,
        limits: UploadLimits,
    ) -> Result<App, AgencyFault> {
        Ok(App(Arc::new(Shared {
            db,
            data: data.to_owned(),
            agency: RwLock::new(Arc::new(agency)),
            clock: AgencyClock::new(clock, floor_us),
            warm_readers: WarmReaders::default(),
            originals,
            uploads: Uploads::open(data, limits)?,
        })))
    }

    pub fn db(&self) -> &Db {
        &self.0.db
    }

    /// The folder with keys, originals and staging.
    pub fn data(&self) -> &Path {
        &self.0.data
    }

    /// Final storage.
    pub fn originals(&self) -> &Arc<dyn Originals> {
        &self.0.originals
    }

    /// Files that are still coming.
    pub fn uploads(&self) -> &Uploads {
        &self.0.uploads
    }

    /// Who we are, as last loaded.
    pub fn agency(&self) -> Arc<Agency> {
        Arc::clone(&self.0.agency.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads agency and keys again, after a rotation.
    pub async fn reload(&self) -> Result<(), AgencyFault> {
        let (agency, _) = Agency::load(self.db(), &self.data().join("keys")).await?;
        *self.0.agency.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(agency);
        Ok(())
    }

    /// Reads agency and keys again when another process added to the key set; whether it had to.
    pub async fn reload_if_rotated(&self) -> Result<bool, AgencyFault> {
        let held = self.agency().keyset_bytes.split_inclusive(|byte| *byte == b'\n').count();
        let lines: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM keyset_line WHERE agency_id = $1")
            .bind(self.agency().id.to_string())
            .fetch_one(self.db().pool())
            .await
            .map_err(DbFault::from)?;
        let is_rotated = from_db(lines) != held as u64;
        if is_rotated {
            self.reload().await?;
        }
        Ok(is_rotated)
    }

    /// What goes on beside the requests, until the handles are aborted: jobs, the look at key set and clock, and at what stays staged.
    pub fn spawn_jobs(&self) -> Vec<JoinHandle<()>> {
        let app = || self.clone();
        vec![tokio::spawn(keep_house(app())), tokio::spawn(crate::jobs::run(app())), tokio::spawn(expire_staged(app()))]
    }

    /// The agency's time; never twice the same, never back.
    pub fn now_us(&self) -> u64 {
        self.0.clock.now_us()
    }

    /// How far the records at hand were proved.
    pub fn warm_readers(&self) -> &WarmReaders {
        &self.0.warm_readers
    }

    pub fn clock(&self) -> &AgencyClock {
        &self.0.clock
    }
}

async fn open_database(data: &Path, database: Option<&str>) -> Result<Db, DbFault> {
    Db::open(database.unwrap_or(&own_database(data))).await
}

/// So often the key set and the clock are looked at: a rotation by another process is in force here after it.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// So often unfinished uploads are let go. Not a job: staged files are each instance's own.
const EXPIRE_EVERY: Duration = Duration::from_secs(600);

async fn expire_staged(app: App) {
    loop {
        if let Err(fault) = storage::expire_uploads(&app).await {
            tracing::warn!(code = %fault.code(), "expired uploads");
        }
        tokio::time::sleep(EXPIRE_EVERY).await;
    }
}

async fn keep_house(app: App) {
    loop {
        match app.reload_if_rotated().await {
            Ok(true) => tracing::info!("the key set was read again"),
            Ok(false) => {}
            Err(fault) => tracing::error!(%fault, "key set"),
        }
        match clock_watch::look(&app).await {
            Ok(Some(behind_us)) => tracing::warn!(behind_us, "the clock was set back"),
            Ok(None) => {}
            Err(fault) => tracing::error!(%fault, "clock"),
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The device whose session's token came with the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeviceSession {
    pub device: DeviceId,
}

impl FromRequestParts<App> for DeviceSession {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        let token = bearer(parts)?;
        let now_us = to_db(app.now_us());
        let row = sqlx::query(
            "SELECT session.device_id, device.revoked_from_us FROM session
             JOIN device ON device.agency_id = session.agency_id AND device.device_id = session.device_id
             WHERE session.agency_id = $1 AND session.token_sha256 = $2 AND session.expires_us > $3",
        )
        .bind(app.agency().id.to_string())
        .bind(digest_of_token(&token))
        .bind(now_us)
        .fetch_optional(app.db().pool())
        .await?
        .ok_or_else(|| Refused::new(Code::TokenInvalid))?;
        if let Some(from_us) = row.try_get::<Option<i64>, _>("revoked_from_us")?
            && from_us <= now_us
        {
            return Err(Refused::mismatch(
                Code::DeviceRevoked,
                "a device in service",
                format!("revoked from {from_us}"),
            ));
        }
        let device: String = row.try_get("device_id")?;
        let device = DeviceId::parse(&device).ok_or_else(|| Refused::new(Code::Internal))?;
        Ok(DeviceSession { device })
    }
}

/// An administrator's token came with the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator {
    pub id: String,
}

impl FromRequestParts<App> for Administrator {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refused> {
        administrator(app, &bearer(parts)?).await
    }
}

/// Who holds this administrator's token.
pub async fn administrator(app: &App, token: &str) -> Result<Administrator, Refused> {
    let row = sqlx::query("SELECT administrator_id FROM administrator WHERE agency_id = $1 AND token_sha256 = $2")
        .bind(app.agency().id.to_string())
        .bind(digest_of_token(token))
        .fetch_optional(app.db().pool())
        .await?
        .ok_or_else(|| Refused::new(Code::TokenInvalid))?;
    Ok(Administrator { id: row.try_get("administrator_id")? })
}

fn bearer(parts: &Parts) -> Result<String, Refused> {
    let header = parts.headers.get(AUTHORIZATION).ok_or_else(|| Refused::new(Code::TokenMissing))?;
    let token = header.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
    token.map(str::to_owned).ok_or_else(|| Refused::new(Code::TokenInvalid))
}

/// Only this of a token is ever kept.
pub fn digest_of_token(token: &str) -> String {
    hex::encode(&Sha256::digest(token.as_bytes()))
}
