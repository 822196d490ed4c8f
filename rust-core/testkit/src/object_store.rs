//! A real S3 store with Object Lock on loopback (versitygw), and a hand at it that signs requests by itself.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Whom the store knows.
pub const ACCESS_KEY: &str = "quanji";
pub const SECRET_KEY: &str = "quanji-secret";
/// Buckets are asked to be in it.
pub const REGION: &str = "us-east-1";

/// The store; it ends with this value. Its bytes lie below a folder that the test can look into.
#[derive(Debug)]
pub struct ObjectStore {
    process: Child,
    address: SocketAddr,
    folder: PathBuf,
}

/// Whether a bucket is made with what it takes to lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BucketKind {
    Locking,
    Plain,
}

/// What a signed request was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreAnswer {
    pub status: u16,
    pub body: String,
}

impl ObjectStore {
    /// Starts one over `folder`, whose file system must take extended attributes (tmpfs of older kernels does not).
    pub fn start(folder: &Path) -> io::Result<ObjectStore> {
        for name in ["data", "versions"] {
            std::fs::create_dir_all(folder.join(name))?;
        }
        // A free port may be gone by the time it is used.
        for _ in 0..5 {
            let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
            let mut process = Command::new(root().join(".tools/bin/versitygw"))
                .env("ROOT_ACCESS_KEY", ACCESS_KEY)
                .env("ROOT_SECRET_KEY", SECRET_KEY)
                .args(["--port", &address.to_string(), "--quiet", "posix", "--versioning-dir"])
                .args([folder.join("versions"), folder.join("data")])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .map_err(|fault| io::Error::new(fault.kind(), "versitygw: scripts/setup --for test installs it"))?;
            while process.try_wait()?.is_none() {
                if TcpStream::connect(address).is_ok() {
                    return Ok(ObjectStore { process, address, folder: folder.to_owned() });
                }
                std::thread::yield_now();
            }
        }
        Err(io::Error::other("versitygw ends at once"))
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where the store keeps a bucket's newest versions, as files of their names.
    pub fn files_of(&self, bucket: &str) -> PathBuf {
        self.folder.join("data").join(bucket)
    }

    /// What a program needs in its environment to reach the store through `endpoint`.
    pub fn variables(endpoint: &str) -> [(&'static str, String); 4] {
        [
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET_KEY.to_owned()),
            ("AWS_REGION", REGION.to_owned()),
            ("AWS_ENDPOINT_URL", endpoint.to_owned()),
        ]
    }

    pub fn make_bucket(&self, name: &str, kind: BucketKind) -> io::Result<()> {
        let lock = ["-H", "x-amz-bucket-object-lock-enabled:true"];
        let args: &[&str] = if kind == BucketKind::Locking { &lock } else { &[] };
        let made = self.request("PUT", &format!("/{name}"), args)?;
        if made.status == 200 { Ok(()) } else { Err(io::Error::other(made.body)) }
    }

    /// A request signed by the store's own administrator; `more` as `scripts/lib/s3_request.py` takes it.
    pub fn request(&self, method: &str, target: &str, more: &[&str]) -> io::Result<StoreAnswer> {
        let output = Command::new("python3")
            .arg(root().join("scripts/lib/s3_request.py"))
            .args([method, &format!("{}{target}", self.url())])
            .args(more)
            .envs(ObjectStore::variables(&self.url()))
            .stdin(Stdio::null())
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (status, body) = text.split_once('\n').unwrap_or_default();
        let status =
            status.parse().map_err(|_| io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()))?;
        Ok(StoreAnswer { status, body: body.to_owned() })
    }
}

impl Drop for ObjectStore {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The repository, where `scripts/setup` puts tools.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
