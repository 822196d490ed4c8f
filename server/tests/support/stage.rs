//! An agency on a loopback port with a clock that the test sets.

use std::path::Path;
use std::sync::{Arc, Once};

use quanji_agency::app::App;
use quanji_agency::cli::init::{Founding, Initialised, init};
use quanji_agency::serve::{self, Limits};
use quanji_evidence::id::UnitId;
use quanji_evidence::receipt::ReceiptKind;
use quanji_evidence::text::Origin;
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::database::{self, Database};
use super::{SimClock, T0_US};

/// A fresh agency with one unit, served.
#[derive(Debug)]
pub struct Stage {
    pub app: App,
    pub clock: Arc<SimClock>,
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub url: String,
    pub made: Initialised,
    pub client: reqwest::Client,
    pub database: Database,
    pub database_url: Option<String>,
    data: TempDir,
    serving: JoinHandle<()>,
}

impl Stage {
    /// At [`T0_US`], with nothing in it.
    pub async fn begin(database: Database) -> Stage {
        Stage::over(database, database::fresh(database).await).await
    }

    /// In this database.
    pub async fn over(database: Database, database_url: Option<String>) -> Stage {
        let data = tempfile::tempdir().expect("a temp folder");
        let clock = Arc::new(SimClock::at(T0_US));
        let made = init(data.path(), database_url.as_deref(), &founding(), &*clock).await.expect("an agency begins");
        let (app, url, serving) = open(data.path(), database_url.as_deref(), &clock).await;
        Stage { app, clock, url, made, client: client(), database, database_url, data, serving }
    }

    pub fn data(&self) -> &Path {
        self.data.path()
    }

    pub fn unit(&self) -> UnitId {
        self.made.units[0]
    }

    /// `path` begins with a slash.
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Everything in memory is gone, as after a kill; database and files stay. The port is another.
    pub async fn restart(&mut self) {
        self.serving.abort();
        let (app, url, serving) = open(self.data.path(), self.database_url.as_deref(), &self.clock).await;
        (self.app, self.url, self.serving) = (app, url, serving);
    }

    /// One number out of the database.
    pub async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(self.app.db().pool()).await.expect("a query of the test")
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// What a test's agency begins with.
pub fn founding() -> Founding {
    Founding {
        name: "某市市场监督管理局".to_owned(),
        origin: Origin::parse("agency.example/quanji").expect("an origin"),
        storage_kind: ReceiptKind::System,
        units: vec!["第一执法队".to_owned()],
    }
}

/// A client without pools, so that what one test breaks is not handed to the next request.
pub fn client() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().expect("a client")
}

async fn open(data: &Path, database_url: Option<&str>, clock: &Arc<SimClock>) -> (App, String, JoinHandle<()>) {
    let app = App::open(data, database_url, Arc::clone(clock) as _).await.expect("the agency opens");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a loopback port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let router = serve::router(app.clone());
    let serving = tokio::spawn(serve::serve(listener, router, Limits::default(), std::future::pending()));
    (app, url, serving)
}
