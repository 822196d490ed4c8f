//! Vectors as files, judged by the library.
#![allow(dead_code, clippy::unwrap_used, reason = "a test; each uses a part of this")]

use std::fs;
use std::io::Cursor;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use quanji_evidence::verify::Terms;
use quanji_evidence::{Drafts, PublicKey};
use quanji_rules::Calendar;
use quanji_verifier::{NoProgress, verify};
use serde_json::{Value, json};

/// One folder under `valid/` or `invalid/`.
pub(crate) struct Vector {
    pub(crate) folder: PathBuf,
    pub(crate) is_valid: bool,
    /// `{"verdict", "codes"}` or `{"unreadable"}`.
    pub(crate) expected: Value,
    is_release: bool,
}

/// Where the repository begins.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// All vectors, by name.
pub(crate) fn vectors() -> Vec<Vector> {
    let mut all = Vec::new();
    for (kind, is_valid) in [("valid", true), ("invalid", false)] {
        let home = root().join("proto/vectors/v1").join(kind);
        let mut folders: Vec<PathBuf> =
            fs::read_dir(home).expect("the vectors are in the repository").map(|entry| entry.unwrap().path()).collect();
        folders.sort();
        all.extend(folders.into_iter().map(|folder| Vector::read(folder, is_valid)));
    }
    all
}

impl Vector {
    fn read(folder: PathBuf, is_valid: bool) -> Vector {
        let text = fs::read_to_string(folder.join("expected.json")).expect("a vector has expected.json");
        let mut expected: Value = serde_json::from_str(&text).expect("JSON");
        let release = expected.as_object_mut().and_then(|object| object.shift_remove("release"));
        Vector { folder, is_valid, expected, is_release: release == Some(json!(true)) }
    }

    pub(crate) fn place(&self) -> String {
        let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        format!("{}/{}", name(self.folder.parent().unwrap_or(Path::new(""))), name(&self.folder))
    }

    pub(crate) fn bundle(&self) -> Vec<u8> {
        fs::read(self.folder.join("bundle.zip")).expect("a vector has bundle.zip")
    }

    /// `None` when no key is given; `Some(None)` when it is none.
    pub(crate) fn agency_key(&self) -> Option<Option<PublicKey>> {
        let text = fs::read_to_string(self.folder.join("agency.pub")).ok()?;
        Some(PublicKey::from_file(&text))
    }

    /// What a verifier says of the bundle as it stands.
    pub(crate) fn judge(&self) -> Value {
        self.judge_bytes(self.bundle())
    }

    /// What a verifier says of other bytes under the same terms.
    pub(crate) fn judge_bytes(&self, bytes: Vec<u8>) -> Value {
        if self.agency_key() == Some(None) {
            return json!({ "unreadable": "agency_key" });
        }
        match self.report_of(bytes, 2) {
            Ok(report) => json!({ "verdict": report["verdict"], "codes": report["codes"] }),
            Err(code) => json!({ "unreadable": code }),
        }
    }

    pub(crate) fn report(&self, threads: usize) -> Result<Value, &'static str> {
        self.report_of(self.bundle(), threads)
    }

    fn report_of(&self, bytes: Vec<u8>, threads: usize) -> Result<Value, &'static str> {
        let key = self.agency_key().flatten();
        let calendar = Calendar::published();
        let drafts = if self.is_release { Drafts::Refused } else { Drafts::Accepted };
        let terms = Terms { agency_key: key.as_ref(), drafts, calendar: &calendar };
        let reader = Cursor::new(Arc::<[u8]>::from(bytes));
        let threads = NonZeroUsize::new(threads).expect("a thread at least");
        let report = verify(reader, terms, threads, &NoProgress).map_err(|fault| fault.code())?;
        Ok(serde_json::to_value(report).expect("a report is JSON"))
    }
}
