//! The dependencies point one way, and each crate keeps away from what it forbids itself.
//!
//! `law.rs` is the table, `tree.rs` and `manifest.rs` read the checkout, `paths.rs` finds what a source names.
//! Each guard is tried here by planting what it guards against.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test")]

mod law;
mod manifest;
mod paths;
mod tree;

use law::{Externals, LAWS, Law};
use manifest::{Manifest, Use};
use tree::Tree;

/// Everything in `tree` that the table does not allow, as sentences.
fn violations(tree: &Tree) -> Vec<String> {
    let workspace: toml::Table = tree.workspace.parse().expect("the root manifest is TOML");
    let mut found = Vec::new();
    for text in &tree.crates {
        let manifest = Manifest::parse(&text.manifest, &workspace);
        let Some(law) = LAWS.iter().find(|law| law.name == manifest.name) else {
            found.push(format!("{} is not in the table of law.rs", manifest.name));
            continue;
        };
        for (dependency, used) in &manifest.dependencies {
            found.extend(arrow_fault(law, dependency, *used));
        }
        for (file, source) in &text.sources {
            found.extend(path_faults(law, file, source));
        }
    }
    found
}

fn arrow_fault(law: &Law, dependency: &str, used: Use) -> Option<String> {
    let from = law.name;
    if !dependency.starts_with("quanji-") {
        return if used == Use::InCode { external_fault(law, dependency) } else { None };
    }
    let target = LAWS.iter().find(|law| law.name == dependency);
    let allowed = match used {
        Use::InCode => law.may_use.contains(&dependency) && target.is_some_and(|t| !t.only_in_tests),
        Use::InTests => {
            law.may_use.contains(&dependency)
                || law.tests_may_use.contains(&dependency)
                || dependency == "quanji-testkit"
                || dependency == from
        }
    };
    let place = if used == Use::InCode { "its code" } else { "its tests" };
    (!allowed).then(|| format!("{from} must not use {dependency} in {place}"))
}

fn external_fault(law: &Law, dependency: &str) -> Option<String> {
    match law.externals {
        Externals::Only(list) => {
            (!list.contains(&dependency)).then(|| format!("{} may only use {list:?}, not {dependency}", law.name))
        }
        Externals::Without(groups) => groups
            .iter()
            .find(|group| group.crates().contains(&dependency))
            .map(|group| format!("{} must not use {dependency}: {group:?}", law.name)),
    }
}

fn path_faults(law: &Law, file: &str, source: &str) -> Vec<String> {
    let is_adapter = law.disk_adapters.is_empty() || law.disk_adapters.contains(&file);
    let mut forbidden = law.forbidden_paths.to_vec();
    if !is_adapter {
        forbidden.push("std::fs");
    }
    paths::named_paths(source)
        .into_iter()
        .filter(|path| {
            // `use std::*`, `use std::time` and an alias of `std` would let a forbidden name in by the back door.
            let hides = matches!(path.as_str(), "std" | "core" | "alloc");
            let named = forbidden.iter().any(|f| path == f || path.starts_with(&format!("{f}::")));
            !forbidden.is_empty() && (hides || named)
        })
        .map(|path| format!("{}: {file} names {path}", law.name))
        .collect()
}

#[test]
fn dependencies_point_one_way_and_every_crate_keeps_to_what_it_forbids_itself() {
    let found = violations(&Tree::read());
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn every_crate_of_the_table_exists_so_that_no_line_of_it_guards_nothing() {
    let mut tree = Tree::read();
    for law in LAWS {
        tree.crate_mut(law.name);
    }
}

#[test]
fn the_table_itself_has_no_circle() {
    // Repeatedly take away whoever depends on nobody left; a circle remains.
    let mut left: Vec<&Law> = LAWS.iter().collect();
    while !left.is_empty() {
        let names: Vec<&str> = left.iter().map(|law| law.name).collect();
        let before = left.len();
        left.retain(|law| law.may_use.iter().any(|used| names.contains(used)));
        assert!(left.len() < before, "a circle among {names:?}");
    }
}

/// Plants `dependency` in a crate's table `section` and returns what is then found.
fn plant_dependency(name: &str, section: &str, dependency: &str) -> Vec<String> {
    let mut tree = Tree::read();
    let manifest = &mut tree.crate_mut(name).manifest;
    // Its own target, because the plain sections are there already.
    manifest.push_str(&format!("\n[target.'cfg(planted)'.{section}]\n{dependency}\n"));
    violations(&tree)
}

fn plant_source(name: &str, source: &str) -> Vec<String> {
    let mut tree = Tree::read();
    tree.crate_mut(name).sources.push(("planted.rs".to_owned(), source.to_owned()));
    violations(&tree)
}

#[test]
fn an_arrow_that_points_back_is_found() {
    for (name, dependency) in [
        ("quanji-rules", "quanji-evidence"),
        ("quanji-evidence", "quanji-store"),
        ("quanji-evidence", "quanji-media"),
        ("quanji-media", "quanji-evidence"),
        ("quanji-speech", "quanji-rules"),
        ("quanji-store", "quanji-recorder"),
        ("quanji-store", "quanji-media"),
        ("quanji-recorder", "quanji-phone"),
        ("quanji-verifier", "quanji-store"),
        ("quanji-verifier", "quanji-recorder"),
        ("quanji-phone", "quanji-verifier"),
        ("quanji-phone", "quanji-agency"),
        ("quanji-wire", "quanji-evidence"),
        ("quanji-upload", "quanji-media"),
        ("quanji-upload", "quanji-recorder"),
        ("quanji-agency", "quanji-store"),
        ("quanji-agency", "quanji-upload"),
        ("quanji-verifier", "quanji-wire"),
        ("quanji-stories", "quanji-agency"),
    ] {
        let found = plant_dependency(name, "dependencies", &format!("{dependency} = \"1\""));
        assert_eq!(found, [format!("{name} must not use {dependency} in its code")]);
    }
}

#[test]
fn the_testkit_in_a_crates_code_is_found_and_in_its_tests_is_not() {
    let found = plant_dependency("quanji-recorder", "dependencies", "quanji-testkit = \"1\"");
    assert_eq!(found, ["quanji-recorder must not use quanji-testkit in its code"]);
    assert_eq!(plant_dependency("quanji-recorder", "dev-dependencies", "quanji-testkit = \"1\""), [""; 0]);
}

#[test]
fn a_dependency_under_another_name_is_found() {
    let found =
        plant_dependency("quanji-media", "dependencies", "harmless = { package = \"quanji-store\", version = \"1\" }");
    assert_eq!(found, ["quanji-media must not use quanji-store in its code"]);
}

#[test]
fn a_clock_a_disk_a_network_or_a_cipher_among_a_pure_crates_dependencies_is_found() {
    for dependency in ["chrono", "tempfile", "reqwest", "tokio", "sha2", "rusqlite", "anything-else"] {
        assert_eq!(plant_dependency("quanji-rules", "dependencies", &format!("{dependency} = \"1\"")).len(), 1);
    }
    for (name, dependency) in [
        ("quanji-media", "sha2"),
        ("quanji-evidence", "rusqlite"),
        ("quanji-store", "tokio"),
        ("quanji-recorder", "rusqlite"),
        ("quanji-verifier", "reqwest"),
    ] {
        assert_eq!(plant_dependency(name, "build-dependencies", &format!("{dependency} = \"1\"")).len(), 1);
    }
}

#[test]
fn a_crate_nobody_thought_about_is_found() {
    let mut tree = Tree::read();
    let manifest = "[package]\nname = \"quanji-utils\"\n".to_owned();
    tree.crates.push(tree::CrateText { manifest, sources: vec![] });
    assert_eq!(violations(&tree), ["quanji-utils is not in the table of law.rs"]);
}

#[test]
fn a_file_a_socket_or_a_clock_in_the_source_of_a_pure_crate_is_found_however_it_is_spelled() {
    for source in [
        "fn f() { std::fs::read(\"x\"); }",
        "use std::fs;",
        "use ::std::fs::File;",
        "use std::{collections::BTreeMap, fs};",
        "use std::{\n    collections::{BTreeMap, BTreeSet},\n    fs::{self, File},\n};",
        "use std::time::{Duration, SystemTime};",
        "fn f() { let x = std :: time :: SystemTime::now(); }",
        "use std::net::TcpStream as Harmless;",
        "use std as harmless;",
        "use std::{self as harmless};",
        "use std::*;",
        "/* \" */ use std::fs; /* \" */",
        "const A: char = '\"'; use std::fs; const B: char = '\"';",
        "const A: &str = r#\"\"\"#; use std::fs;",
        "#[cfg(test)] mod tests { fn f() {} } use std::fs;",
        "#[cfg(test)] mod tests; use std::fs;",
    ] {
        let found = plant_source("quanji-rules", source);
        assert!(
            !found.is_empty() && found.iter().all(|f| f.starts_with("quanji-rules: planted.rs names std")),
            "{source}"
        );
    }
}

#[test]
fn the_disk_outside_the_stores_adapter_is_found() {
    assert_eq!(plant_source("quanji-store", "use std::fs;"), ["quanji-store: planted.rs names std::fs"]);
    for name in ["quanji-evidence", "quanji-media", "quanji-speech", "quanji-recorder"] {
        assert_eq!(plant_source(name, "use std::fs::File;"), [format!("{name}: planted.rs names std::fs::File")]);
    }
}

#[test]
fn words_about_files_and_what_only_tests_do_are_no_violation() {
    for source in [
        "// use std::fs;",
        "/// Unlike [`std::fs`]\n/* std::fs /* std::fs */ std::fs */",
        "const A: &str = \"std::fs\"; const B: &str = r#\"use std::fs; \" \"#;",
        "#[cfg(test)] mod tests { use std::fs; fn f() { if true { std::fs::read(\"x\"); } } }",
        "use std::collections::BTreeMap; use std::time::Duration; fn f<'a>(x: &'a str) -> &'a str { x }",
    ] {
        assert_eq!(plant_source("quanji-rules", source), [""; 0], "{source}");
    }
}
