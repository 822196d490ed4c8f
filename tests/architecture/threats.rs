//! The page on threats speaks of findings that exist, and of every class that decides a verdict.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)).unwrap()
}

/// The words in back ticks that look like codes: lower case with an underscore.
fn codes(page: &str) -> BTreeSet<String> {
    let quoted = page.split('`').skip(1).step_by(2);
    let is_code = |word: &&str| word.contains('_') && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    quoted.filter(is_code).map(str::to_owned).collect()
}

/// What stands in back ticks on the page and is no finding: verdicts, and names of a lock.
const OTHER_WORDS: [&str; 4] = ["valid_unanchored", "valid_withheld", "verify_strict", "device_unlock"];

#[test]
fn the_threats_page_names_only_findings_that_exist() {
    let findings = text("proto/evidence/v1/findings.json");
    let named = codes(&text("docs/THREATS.md"));
    assert!(named.len() > 20, "the page names {} findings", named.len());
    let unknown: Vec<_> = named
        .iter()
        .filter(|code| !OTHER_WORDS.contains(&code.as_str()))
        .filter(|code| !findings.contains(&format!("\"code\": \"{code}\"")))
        .collect();
    assert!(unknown.is_empty(), "not in findings.json: {unknown:?}");
}

#[test]
fn every_class_of_finding_is_spoken_of() {
    let findings = text("proto/evidence/v1/findings.json");
    let page = text("docs/THREATS.md");
    let classes: BTreeSet<&str> =
        findings.split("\"class\": \"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(classes.contains("integrity"));
    for class in classes {
        assert!(page.contains(&format!("*{class}*")) || page.contains(&format!("*{}*", capital(class))), "{class}");
    }
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}
