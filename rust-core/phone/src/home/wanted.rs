//! `DIR/keys/wanted`: a recording that begins while another program of this phone has the vault asks for it here. One vault has one
//! process; nothing at the scene is refused because an upload runs, so the upload gives way. A phone with one process needs none of this.

use std::fs::OpenOptions;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

const NAME: &str = "wanted";
/// How often an upload looks whether it is to give way.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(200);
/// A wish older than this is of a program that died.
const WISH_LASTS: Duration = Duration::from_secs(30);

/// A recording that waits for the vault. The wish ends with this value.
#[derive(Debug)]
pub(super) struct Wish(PathBuf);

impl Wish {
    pub(super) fn make(keys: &Path) -> io::Result<Wish> {
        let path = keys.join(NAME);
        OpenOptions::new().create(true).truncate(true).write(true).open(&path)?;
        Ok(Wish(path))
    }
}

impl Drop for Wish {
    #[expect(clippy::disallowed_methods, reason = "an empty file that says a wish; it is no original")]
    fn drop(&mut self) {
        // One that stays is too old half a minute later.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Whether a recording waits for the vault.
#[expect(clippy::disallowed_methods, reason = "how old a file is, is measured by the clock that dated it")]
pub(crate) fn is_wanted(keys: &Path) -> bool {
    let made = std::fs::metadata(keys.join(NAME)).and_then(|about| about.modified());
    made.is_ok_and(|made| SystemTime::now().duration_since(made).is_ok_and(|age| age < WISH_LASTS))
}
