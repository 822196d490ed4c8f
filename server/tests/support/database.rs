//! The two databases: a file of its own, or a database of its own in one PostgreSQL that lives as long as the test binary.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::Connection;

/// Which database an agency of a test stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    Sqlite,
    Postgres,
}

/// Only by name: a machine without PostgreSQL fails these tests unless it says so.
pub fn is_postgres_left_out() -> bool {
    std::env::var("QUANJI_NO_POSTGRES").is_ok_and(|value| value == "1")
}

/// A PostgreSQL that ends with this process.
#[derive(Debug)]
pub struct Cluster {
    /// Its standard input: when this process ends, so does the cluster.
    _holder: Child,
    folder: PathBuf,
    url: String,
}

static CLUSTER: OnceLock<Cluster> = OnceLock::new();
static DATABASES: AtomicU64 = AtomicU64::new(0);

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/lib/postgres.sh")
}

impl Cluster {
    pub fn begin() -> Cluster {
        // The cluster removes it when it stops.
        let folder = tempfile::Builder::new().prefix("quanji-postgres-").tempdir().expect("a temp folder").keep();
        let mut holder = Command::new(script())
            .arg("hold")
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("scripts/lib/postgres.sh runs");
        let mut url = String::new();
        BufReader::new(holder.stdout.take().expect("it is piped")).read_line(&mut url).expect("it prints an address");
        assert!(
            url.starts_with("postgres://"),
            "PostgreSQL could not be started, and these tests run over both databases: install it, or set QUANJI_NO_POSTGRES=1 \
             to leave its half out"
        );
        Cluster { _holder: holder, folder, url: url.trim().to_owned() }
    }

    /// As a crash would.
    pub fn halt(&self) {
        assert!(Command::new(script()).arg("halt").arg(&self.folder).status().expect("the script runs").success());
    }

    /// At the same address.
    pub fn again(&self) {
        assert!(Command::new(script()).arg("again").arg(&self.folder).status().expect("the script runs").success());
    }

    /// The address of a new, empty database in it.
    pub async fn fresh(&self) -> String {
        let name = format!("agency_{}", DATABASES.fetch_add(1, Ordering::SeqCst));
        let mut connection = sqlx::PgConnection::connect(&self.url).await.expect("the cluster answers");
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::query(create).execute(&mut connection).await.expect("a database is made");
        connection.close().await.expect("the connection closes");
        format!("{}{name}", self.url.strip_suffix("postgres").expect("the cluster's first database"))
    }
}

/// The address of a new, empty database; `None`: SQLite inside the agency's own folder.
pub async fn fresh(database: Database) -> Option<String> {
    if database == Database::Sqlite {
        return None;
    }
    let cluster =
        tokio::task::spawn_blocking(|| CLUSTER.get_or_init(Cluster::begin)).await.expect("the cluster starts");
    Some(cluster.fresh().await)
}
