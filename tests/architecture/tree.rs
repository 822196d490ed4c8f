//! The checkout as the arrow test sees it: manifests and sources as text, so that a violation can be planted in memory.

use std::fs;
use std::path::{Path, PathBuf};

#[derive(Clone, Debug)]
pub(crate) struct Tree {
    /// The root's Cargo.toml.
    pub(crate) workspace: String,
    pub(crate) crates: Vec<CrateText>,
}

#[derive(Clone, Debug)]
pub(crate) struct CrateText {
    pub(crate) manifest: String,
    /// Path below `src/` (or `build.rs`), and text.
    pub(crate) sources: Vec<(String, String)>,
}

impl Tree {
    /// Reads every member of the workspace.
    pub(crate) fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let workspace = text(&root.join("Cargo.toml"));
        let table: toml::Table = workspace.parse().expect("the root manifest is TOML");
        let members = table["workspace"]["members"].as_array().expect("a workspace lists its members");
        let mut crates = Vec::new();
        for member in members.iter().filter_map(|member| member.as_str()) {
            for folder in folders(&root, member) {
                crates.push(CrateText { manifest: text(&folder.join("Cargo.toml")), sources: sources(&folder) });
            }
        }
        Self { workspace, crates }
    }

    /// The crate whose manifest names it so.
    pub(crate) fn crate_mut(&mut self, name: &str) -> &mut CrateText {
        let line = format!("name = \"{name}\"");
        self.crates.iter_mut().find(|c| c.manifest.contains(&line)).expect("the crate is a member")
    }
}

/// `folder/*` or a folder.
fn folders(root: &Path, member: &str) -> Vec<PathBuf> {
    let Some(parent) = member.strip_suffix("/*") else { return vec![root.join(member)] };
    let mut found: Vec<PathBuf> =
        entries(&root.join(parent)).into_iter().filter(|p| p.join("Cargo.toml").exists()).collect();
    found.sort();
    found
}

fn sources(folder: &Path) -> Vec<(String, String)> {
    let src = folder.join("src");
    let mut found = Vec::new();
    let mut waiting = if src.exists() { vec![src.clone()] } else { vec![] };
    while let Some(next) = waiting.pop() {
        for path in entries(&next) {
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name = path.strip_prefix(&src).expect("found below src").display().to_string();
                found.push((name, text(&path)));
            }
        }
    }
    if folder.join("build.rs").exists() {
        found.push(("build.rs".to_owned(), text(&folder.join("build.rs"))));
    }
    found.sort();
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .expect("a folder of the checkout")
        .map(|e| e.expect("an entry of the checkout").path())
        .collect()
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
