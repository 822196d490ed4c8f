//! Both folders of migrations make the same tables.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::path::Path;

/// Table or index → what it says, in words that both databases share.
fn statements(folder: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut found = BTreeMap::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let text: Vec<&str> = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
        for statement in text.join(" ").split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
            let words = statement.split_whitespace().map(|word| {
                let (bare, tail) = word.strip_suffix(',').map_or((word, ""), |bare| (bare, ","));
                let same = match bare {
                    "INTEGER" | "BIGINT" => "NUMBER",
                    "BLOB" | "BYTEA" => "BYTES",
                    other => other,
                };
                format!("{same}{tail}")
            });
            let statement =
                words.collect::<Vec<_>>().join(" ").replace(") STRICT", ")").replace("( ", "(").replace(" )", ")");
            let name = statement.split('(').next().unwrap_or_default().trim().to_owned();
            assert!(found.insert(name, statement).is_none(), "said twice");
        }
    }
    found
}

#[test]
fn both_databases_get_the_same_tables_columns_and_keys() {
    let (sqlite, postgres) = (statements("sqlite"), statements("postgres"));
    assert!(sqlite.len() > 20, "{}", sqlite.len());
    assert_eq!(sqlite, postgres);
}

#[test]
fn the_key_of_every_table_begins_with_the_agency() {
    for (name, statement) in statements("sqlite").iter().filter(|(name, _)| name.starts_with("CREATE TABLE")) {
        let is_ours =
            statement.contains("PRIMARY KEY (agency_id") || statement.contains("agency_id TEXT NOT NULL PRIMARY KEY");
        assert!(is_ours, "{name}");
    }
}
