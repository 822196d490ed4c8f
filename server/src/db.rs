//! The database: SQLite beside the files, or PostgreSQL; one set of queries for both (`$1`, `ON CONFLICT`, `RETURNING`, integers, text, bytes).

use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyPool, Transaction};
use thiserror::Error;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// The database failed; nothing of a transaction was kept.
#[derive(Debug, Error)]
pub enum DbFault {
    #[error("the database's address is not sqlite: or postgres:")]
    Address,
    #[error("the database did not answer")]
    Query(#[from] sqlx::Error),
    #[error("the database could not be brought to this program's schema")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// An open database.
#[derive(Debug, Clone)]
pub struct Db {
    pool: AnyPool,
    dialect: Dialect,
}

impl Db {
    /// Opens `sqlite:PATH` or `postgres://…` and brings it to this program's schema.
    pub async fn open(url: &str) -> Result<Db, DbFault> {
        sqlx::any::install_default_drivers();
        let dialect = match url.split(':').next() {
            Some("sqlite") => Dialect::Sqlite,
            Some("postgres" | "postgresql") => Dialect::Postgres,
            _ => return Err(DbFault::Address),
        };
        let options: AnyConnectOptions = url.parse()?;
        // One writer at a time is SQLite's nature; readers need a few connections beside it.
        let pool = AnyPoolOptions::new()
            .max_connections(if dialect == Dialect::Sqlite { 8 } else { 16 })
            .acquire_timeout(Duration::from_secs(10))
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if dialect == Dialect::Sqlite {
                        // FULL: what a receipt stands on survives a power cut.
                        for pragma in
                            ["PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA busy_timeout=10000"]
                        {
                            sqlx::query(pragma).execute(&mut *connection).await?;
                        }
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await?;
        match dialect {
            Dialect::Sqlite => sqlx::migrate!("migrations/sqlite").run(&pool).await?,
            Dialect::Postgres => sqlx::migrate!("migrations/postgres").run(&pool).await?,
        }
        Ok(Db { pool, dialect })
    }

    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// For reading.
    pub fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// A transaction that will write: taken at once, so that two of them wait for each other instead of failing in the middle.
    pub async fn begin(&self) -> Result<Transaction<'static, Any>, DbFault> {
        Ok(match self.dialect {
            Dialect::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await?,
            Dialect::Postgres => self.pool.begin().await?,
        })
    }
}

/// An instant or a count as the database holds it.
pub fn to_db(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Back again; the database holds no negative ones.
pub fn from_db(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
