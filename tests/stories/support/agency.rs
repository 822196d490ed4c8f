//! `quanji-agency` as a process on loopback.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use super::programs::{programs, run};
use super::shifted_clock::ShiftedClock;

/// An agency with its data in a folder, running or not. Ended with this value.
#[derive(Debug)]
pub struct Agency {
    pub data: PathBuf,
    pub admin_token: String,
    /// Its first unit.
    pub unit: String,
    address: SocketAddr,
    child: Option<Child>,
    /// The clock by which it lives, where it is not the machine's.
    clock: Option<ShiftedClock>,
}

impl Agency {
    /// Founds one in `data` and starts it.
    pub fn begin(data: &Path) -> Agency {
        Agency::begin_with(data, None)
    }

    /// One whose clock can be set.
    pub fn begin_by(data: &Path, clock: ShiftedClock) -> Agency {
        Agency::begin_with(data, Some(clock))
    }

    fn begin_with(data: &Path, clock: Option<ShiftedClock>) -> Agency {
        let (admin_token, unit) = found(data);
        let mut program = Command::new(&programs().agency);
        if let Some(clock) = &clock {
            clock.over(&mut program);
        }
        let (child, address) = serve(&mut program, data, "127.0.0.1:0");
        Agency { data: data.to_owned(), admin_token, unit, address, child: Some(child), clock }
    }

    /// Sets its clock so many seconds ahead of the machine's, or behind it.
    pub fn set_clock(&self, ahead_s: i64) {
        self.clock.as_ref().expect("a clock of its own").set(ahead_s);
    }

    fn program(&self) -> Command {
        let mut program = Command::new(&programs().agency);
        if let Some(clock) = &self.clock {
            clock.over(&mut program);
        }
        program
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `quanji-agency COMMAND --data … ARGS`.
    pub fn command(&self, command: &str, args: &[&str]) -> Command {
        let mut run = self.program();
        run.arg(command).arg("--data").arg(&self.data).args(args);
        run
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A code as it stands on paper, for the first unit.
    pub fn code(&self) -> String {
        code_in(&self.enrol())
    }

    /// The text of a code to scan.
    pub fn code_to_scan(&self) -> String {
        let said = self.enrol();
        let text = String::from_utf8_lossy(&said.stdout);
        let code = text.split_whitespace().find(|word| word.starts_with("quanji:enrol?"));
        code.unwrap_or_else(|| panic!("no code to scan: {text}")).to_owned()
    }

    fn enrol(&self) -> Output {
        run(&mut self.command("enrol", &["--unit", &self.unit, "--url", &self.url()]), 0)
    }

    /// kill -9, as a power cut of the process.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// SIGTERM; it ends by itself with 0.
    pub fn stop(&mut self) {
        let mut child = self.child.take().expect("it runs");
        run(Command::new("kill").args(["-TERM", &child.id().to_string()]), 0);
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }

    /// Starts again on the same data and the same port.
    pub fn start(&mut self) {
        // While it was down, a connection of another program may have been given its port: that gives it back.
        let is_free = (0..300).any(|_| {
            TcpListener::bind(self.address).is_ok() || {
                super::wait_a_moment();
                false
            }
        });
        assert!(is_free, "{} stays taken", self.address);
        let (child, address) = serve(&mut self.program(), &self.data, &self.address.to_string());
        assert_eq!(address, self.address);
        self.child = Some(child);
    }

    /// Exit 0: everything that is stored proves itself.
    pub fn fsck(&self) {
        run(&mut self.command("fsck", &[]), 0);
    }

    /// A page or an answer, asked for with the administrator's token.
    pub fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: agency\r\nAuthorization: Bearer {0}\r\nCookie: quanji_admin={0}\r\nConnection: close\r\n\r\n",
            self.admin_token
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or_else(|| panic!("{answer}"));
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
        (status, body)
    }

    /// Codes of what is listed.
    pub fn states(&self) -> Vec<String> {
        let (status, body) = self.get("/v1/admin/states");
        assert_eq!(status, 200, "{body}");
        let listed: Value = serde_json::from_str(&body).unwrap();
        listed["states"].as_array().unwrap().iter().map(|state| state["code"].as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Agency {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The code in what `enrol` printed.
pub fn code_in(said: &Output) -> String {
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let is_code =
        |word: &&str| word.len() == 35 && word.split('-').count() == 6 && word.split('-').all(|part| part.len() == 5);
    text.split_whitespace().find(is_code).unwrap_or_else(|| panic!("no code: {text}")).to_owned()
}

/// `init`; the administrator's token, which is printed once, and the unit's id.
pub fn found(data: &Path) -> (String, String) {
    let mut program = Command::new(&programs().agency);
    program.args(["init", "--name", "某区消防救援大队", "--origin", "example.gov.cn/quanji"]);
    let said = run(program.args(["--unit", "一中队", "--json", "--data"]).arg(data), 0);
    let told: Value = super::json_of(&said);
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{told}")).to_owned();
    (text(&told["admin_token"]), text(&told["units"][0]["unit"]))
}

/// `serve`; comes back once it accepts.
pub fn serve(program: &mut Command, data: &Path, listen: &str) -> (Child, SocketAddr) {
    let mut child = program
        .args(["serve", "--listen", listen, "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    // Its pipe is drained, so that it never waits for a reader.
    std::thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
    let address = line.split(|c: char| c.is_whitespace() || c == '/' || c == '"').find_map(|word| word.parse().ok());
    (child, address.unwrap_or_else(|| panic!("no address: {line}")))
}
