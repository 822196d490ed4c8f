//! The peers as they are installed by `scripts/setup --for bench`, each in a folder and on a port of its own.

mod nginx;
mod versitygw;

pub use nginx::Nginx;
pub use versitygw::Versitygw;

use std::net::{TcpListener, TcpStream};
use std::path::Path;

/// A port that nobody has just now.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Waits until something answers there.
#[expect(clippy::panic, reason = "a bench without its peer measures nothing")]
fn until_open(address: &str) {
    for _ in 0..500 {
        if TcpStream::connect(address).is_ok() {
            return;
        }
        std::thread::park_timeout(std::time::Duration::from_millis(20));
    }
    panic!("nothing answers on {address}");
}

/// Everything of the file system below `folder` is on the disk.
fn sync(folder: &Path) {
    rustix::fs::syncfs(std::fs::File::open(folder).unwrap()).unwrap();
}
