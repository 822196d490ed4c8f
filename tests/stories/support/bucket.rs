//! Instances of one agency over one PostgreSQL and one S3 bucket, each with a store of its own choosing before it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use quanji_testkit::{BucketKind, ObjectStore};
use tempfile::TempDir;

use super::agency::{code_in, serve};
use super::programs::{json_of, programs, run};

pub const BUCKET: &str = "originals";
pub const ADDRESS: &str = "s3://originals/agency";

/// A store, a database, and an agency founded over them; nothing serves yet.
#[derive(Debug)]
pub struct Ground {
    pub store: ObjectStore,
    pub database: String,
    unit: String,
    folder: TempDir,
    /// Its standard input: when this process ends, so does the cluster.
    cluster: Child,
}

impl Ground {
    pub fn begin() -> Ground {
        // Extended attributes are needed, which not every memory file system takes.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let store = ObjectStore::start(&folder.path().join("store")).unwrap();
        store.make_bucket(BUCKET, BucketKind::Locking).unwrap();
        let (cluster, database) = postgres();
        let mut init = Command::new(&programs().agency);
        init.args([
            "init",
            "--name",
            "某区市场监督管理局",
            "--origin",
            "example.gov.cn/quanji",
            "--unit",
            "一中队",
            "--json",
        ]);
        init.args(["--database", &database, "--data"]).arg(folder.path().join("first"));
        let told = json_of(&run(&mut init, 0));
        let unit = told["units"][0]["unit"].as_str().unwrap().to_owned();
        Ground { store, database, unit, folder, cluster }
    }

    pub fn data(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A command on an instance's data, with the store at `endpoint`.
    pub fn command(&self, name: &str, command: &str, args: &[&str]) -> Command {
        let mut run = Command::new(&programs().agency);
        run.arg(command).args(["--database", &self.database, "--data"]).arg(self.data(name)).args(args);
        run.envs(ObjectStore::variables(&self.store.url()));
        run
    }

    pub fn code(&self, url: &str) -> String {
        code_in(&run(&mut self.command("first", "enrol", &["--unit", &self.unit, "--url", url]), 0))
    }

    pub fn fsck(&self, code: i32) -> String {
        text(&run(&mut self.command("first", "fsck", &[]), code))
    }

    /// Starts an instance that reaches the store through `endpoint`. Its folder has the agency's keys and nothing else of another's.
    pub fn serve(&self, name: &str, endpoint: &str) -> Instance {
        let data = self.data(name);
        if !data.exists() {
            let (from, to) = (self.data("first").join("keys"), data.join("keys"));
            std::fs::create_dir_all(&to).unwrap();
            for key in std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
                std::fs::copy(key.path(), to.join(key.file_name())).unwrap();
            }
        }
        let script =
            r#"program=$1; shift; exec "$program" "$@" --database "$DATABASE" --bucket "$BUCKET" --retain-days 400"#;
        let mut shell = Command::new("sh");
        shell.args(["-c", script, "sh"]).arg(&programs().agency);
        shell.env("DATABASE", &self.database).env("BUCKET", ADDRESS).envs(ObjectStore::variables(endpoint));
        let (child, address) = serve(&mut shell, &data, "127.0.0.1:0");
        Instance { address, child }
    }

    /// One number out of the database, by PostgreSQL's own client.
    pub fn count(&self, query: &str) -> u64 {
        let said = run(Command::new("psql").args(["-XAtc", query, &self.database]), 0);
        text(&said).trim().parse().unwrap()
    }

    /// Exports the record and judges it as anyone would who has the agency's public key.
    pub fn is_valid_for_anyone(&self, record: &str) {
        let bundle = self.data(record).with_extension("zip");
        run(self.command("first", "export", &["--record", record, "--out"]).arg(&bundle), 0);
        let mut verify = Command::new(&programs().verify);
        verify.args(["bundle", "--json", "--agency-key"]).arg(self.data("first").join("keys/agency.pub")).arg(&bundle);
        let report = json_of(&run(&mut verify, 0));
        assert_eq!(report["verdict"], "valid", "{report}");
    }

    /// The newest version of each original, as the store's own file.
    pub fn stored(&self) -> Vec<PathBuf> {
        fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap()) {
                if entry.path().is_dir() { walk(&entry.path(), found) } else { found.push(entry.path()) }
            }
        }
        let mut found = Vec::new();
        walk(&self.store.files_of(BUCKET).join("agency"), &mut found);
        found.sort();
        found
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        drop(self.cluster.stdin.take());
        let _ = self.cluster.wait();
    }
}

fn text(said: &Output) -> String {
    String::from_utf8_lossy(&said.stdout).into_owned()
}

fn postgres() -> (Child, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/lib/postgres.sh");
    let folder = tempfile::Builder::new().prefix("quanji-stories-").tempdir().unwrap().keep();
    let mut cluster =
        Command::new(script).arg("hold").arg(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut url = String::new();
    BufReader::new(cluster.stdout.take().unwrap()).read_line(&mut url).unwrap();
    assert!(url.starts_with("postgres://"), "PostgreSQL could not be started: scripts/setup --for test installs it");
    (cluster, url.trim().to_owned())
}

/// A server process. Ended with this value.
#[derive(Debug)]
pub struct Instance {
    pub address: SocketAddr,
    child: Child,
}

impl Instance {
    /// kill -9.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The most memory that it ever had.
    pub fn peak_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // It may have been ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
