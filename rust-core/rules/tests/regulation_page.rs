//! `docs/REGULATION.md` is held to the tree: every article, every file and every test it names.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rows(page: &str) -> impl Iterator<Item = Vec<&str>> {
    page.lines()
        .filter(|l| l.starts_with("| ") && l.matches('|').count() == 5)
        .map(|l| l.split('|').map(str::trim).collect())
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Every Rust source of the workspace, joined.
fn sources(folder: &Path, joined: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, joined);
        } else if path.extension().is_some_and(|e| e == "rs") {
            joined.push_str(&std::fs::read_to_string(&path).expect("UTF-8"));
        }
    }
}

fn broken_references(page: &str, code: &str) -> Vec<String> {
    let mut broken = Vec::new();
    for row in rows(page) {
        let (module, test) = (row[3], row[4]);
        broken.extend(quoted(module).filter(|path| !root().join(path).exists()).map(str::to_owned));
        broken.extend(quoted(test).filter(|name| !code.contains(&format!("fn {name}("))).map(str::to_owned));
    }
    broken
}

#[test]
fn every_file_and_test_that_the_page_names_exists() {
    let page = std::fs::read_to_string(root().join("docs/REGULATION.md")).expect("the page is there");
    let mut code = String::new();
    sources(&root().join("rust-core"), &mut code);
    sources(&root().join("server"), &mut code);
    assert_eq!(broken_references(&page, &code), Vec::<String>::new());
    assert_eq!(
        broken_references("| 1 | x | `no/such.rs` | `no_such_test` |", &code),
        ["no/such.rs".to_owned(), "no_such_test".to_owned()],
        "the check itself finds what is missing"
    );
}

#[test]
fn the_page_speaks_of_all_26_articles() {
    let page = std::fs::read_to_string(root().join("docs/REGULATION.md")).expect("the page is there");
    let articles: BTreeSet<u32> =
        rows(&page).filter_map(|row| row[1].split_whitespace().next()?.parse().ok()).collect();
    assert_eq!(articles, (1..=26).collect());
}

#[test]
fn what_is_neither_built_nor_left_for_later_is_not_passed_over() {
    let page = std::fs::read_to_string(root().join("docs/REGULATION.md")).expect("the page is there");
    for row in rows(&page).filter(|row| row[1].starts_with(|c: char| c.is_ascii_digit())) {
        let is_tested = row[4] != "–";
        let is_for_later = row[2].contains("later issue") || row[2].contains("nothing to do");
        assert!(is_tested || is_for_later, "Art. {}", row[1]);
    }
}
