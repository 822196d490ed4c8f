//! nginx with WebDAV PUT: it checks nothing, and is near what the disk can do.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use quanji_evidence::hex;
use tempfile::TempDir;

use super::{free_port, sync, until_open};
use crate::Load;
use crate::common::Line;

pub struct Nginx {
    process: Child,
    folder: TempDir,
    address: String,
}

impl Nginx {
    pub fn start() -> Nginx {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("127.0.0.1:{}", free_port());
        let at = folder.path().display();
        for name in ["files", "incoming"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        // nginx started by root would hand its workers to another user, who may not write here.
        let id = Command::new("id").arg("-u").output().unwrap();
        let user = if id.stdout == b"0\n" { "user root;" } else { "" };
        let settings = format!(
            "{user} daemon off; worker_processes 1; pid {at}/pid; error_log {at}/error.log;
             events {{}}
             http {{
               access_log off; client_max_body_size 0; client_body_temp_path {at}/incoming; client_body_buffer_size 1m;
               server {{ listen {address}; root {at}/files; location / {{ dav_methods PUT; }} }}
             }}"
        );
        let file = folder.path().join("nginx.conf");
        std::fs::write(&file, settings).unwrap();
        let process = Command::new(program())
            .args(["-e", "stderr", "-c"])
            .arg(&file)
            .arg("-p")
            .arg(folder.path())
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx starts; scripts/setup --for bench installs it");
        until_open(&address);
        Nginx { process, folder, address }
    }

    /// Puts all of them, syncing after each or once at the end.
    pub fn put_all(&self, loads: &[Load], is_each_synced: bool) {
        let mut line = Line::open(&self.address);
        for load in loads {
            let head = format!(
                "PUT /{} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n",
                hex::encode(&load.sha256),
                self.address,
                load.size_bytes()
            );
            assert_eq!(line.send(&head, load.body()), 201);
            if is_each_synced {
                sync(self.folder.path());
            }
        }
        sync(self.folder.path());
    }
}

/// Debian keeps it where an ordinary user's PATH does not look.
fn program() -> &'static str {
    if Path::new("/usr/sbin/nginx").exists() { "/usr/sbin/nginx" } else { "nginx" }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its worker is a child of its own: it is asked to stop, not killed.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}
