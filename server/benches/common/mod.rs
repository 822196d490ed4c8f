//! What the server's benches share: an agency in a process of its own, a plain client on one connection, medians.
//! The server is this same program, started again with `QUANJI_BENCH_DEVICES` set; it ends when its standard input does.

pub mod figures;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::support::{Database, Device, Stage, device::id_of};

/// An agency's process.
pub struct Agency {
    process: Child,
    pub address: String,
    /// Its folder.
    pub data: PathBuf,
}

impl Agency {
    /// With `devices` enrolled phones, `phone 0` and so on.
    pub fn start(devices: usize) -> Agency {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .env("QUANJI_BENCH_DEVICES", devices.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let (address, data) = said.trim().split_once(' ').expect("the agency says where it listens and keeps");
        Agency { process, address: address.trim_start_matches("http://").to_owned(), data: data.into() }
    }

    /// The most memory it ever held, MiB.
    pub fn memory_mib(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1024.0
    }
}

impl Drop for Agency {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Serves instead, when this is the process that was started to.
pub fn serve_if_asked() -> bool {
    let Ok(devices) = std::env::var("QUANJI_BENCH_DEVICES") else { return false };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let stage = runtime.block_on(async {
        let stage = Stage::begin(Database::Sqlite).await;
        for number in 0..devices.parse().unwrap() {
            Device::enrolled(&stage, &format!("phone {number}")).await;
        }
        stage
    });
    println!("{} {}", stage.url, stage.data().display());
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    drop(stage);
    true
}

pub fn token(number: usize) -> String {
    id_of(&format!("token of phone {number}"))
}

/// One connection.
pub struct Line {
    reader: BufReader<TcpStream>,
}

impl Line {
    pub fn open(address: &str) -> Line {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Line { reader: BufReader::new(stream) }
    }

    /// Sends a request whose head ends before the empty line, and the body's pieces; the answer's status.
    pub fn send<'a>(&mut self, head: &str, body: impl Iterator<Item = &'a [u8]>) -> u16 {
        let stream = self.reader.get_mut();
        stream.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        for piece in body {
            stream.write_all(piece).unwrap();
        }
        let mut line = String::new();
        self.reader.read_line(&mut line).unwrap();
        let status = line.split_whitespace().nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
        let mut length = 0;
        loop {
            line.clear();
            self.reader.read_line(&mut line).unwrap();
            let header = line.trim().to_ascii_lowercase();
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if header.is_empty() {
                break;
            }
        }
        let mut rest = vec![0; length];
        self.reader.read_exact(&mut rest).unwrap();
        if !(200..300).contains(&status) {
            eprintln!("{status}: {}", String::from_utf8_lossy(&rest));
        }
        status
    }
}

/// The head of a creation with all its bytes.
pub fn creation(address: &str, token: &str, sha256: &str, length: usize) -> String {
    use base64ct::{Base64, Encoding};
    format!(
        "POST /v1/files HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nTus-Resumable: 1.0.0\r\n\
         Upload-Length: {length}\r\nUpload-Metadata: digest {}\r\nContent-Type: application/offset+octet-stream\r\n\
         Content-Length: {length}\r\n",
        Base64::encode_string(sha256.as_bytes())
    )
}
