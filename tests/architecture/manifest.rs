//! A crate's Cargo.toml, as far as arrows go: whom it depends on, in its code and in its tests.

use toml::{Table, Value};

/// Where a dependency is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// `dependencies` and `build-dependencies`, of any target.
    InCode,
    /// `dev-dependencies`, of any target.
    InTests,
}

#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) name: String,
    /// Real package names: a renamed dependency counts under what it is.
    pub(crate) dependencies: Vec<(String, Use)>,
}

impl Manifest {
    /// Reads a manifest; `workspace` is the root's, where `x.workspace = true` is looked up.
    ///
    /// Panics on a manifest that cargo itself would refuse: this is a test.
    pub(crate) fn parse(text: &str, workspace: &Table) -> Self {
        let table: Table = text.parse().expect("a manifest cargo accepts is TOML");
        let name = table["package"]["name"].as_str().expect("a package has a name").to_owned();
        let mut dependencies = Vec::new();
        let targets = table.get("target").and_then(Value::as_table).into_iter().flat_map(|t| t.values());
        for place in std::iter::once(&table).chain(targets.filter_map(Value::as_table)) {
            for (key, used) in
                [("dependencies", Use::InCode), ("build-dependencies", Use::InCode), ("dev-dependencies", Use::InTests)]
            {
                let entries = place.get(key).and_then(Value::as_table).into_iter().flatten();
                dependencies.extend(entries.map(|(key, value)| (package_name(key, value, workspace), used)));
            }
        }
        Self { name, dependencies }
    }
}

fn package_name(key: &str, value: &Value, workspace: &Table) -> String {
    let shared = value.get("workspace").and_then(Value::as_bool) == Some(true);
    let entry = if shared { &workspace["workspace"]["dependencies"][key] } else { value };
    entry.get("package").and_then(Value::as_str).unwrap_or(key).to_owned()
}
