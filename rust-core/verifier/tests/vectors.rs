//! The vectors under `proto/vectors/v1`: adding a case is adding a folder.
#![allow(clippy::unwrap_used, reason = "a test")]

mod common;

use std::collections::BTreeSet;

use common::{Vector, vectors};
use quanji_evidence::Code;
use quanji_evidence::finding::Verdict;
use serde_json::json;

#[test]
fn every_vector_gets_the_verdict_and_the_codes_written_beside_it() {
    let mut differences = Vec::new();
    for vector in vectors() {
        let found = vector.judge();
        if found != vector.expected {
            differences.push(format!("{}\n    expected {}\n    found    {found}", vector.place(), vector.expected));
        }
    }
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn there_are_vectors_enough_of_both_kinds() {
    let (valid, invalid): (Vec<Vector>, Vec<Vector>) = vectors().into_iter().partition(|vector| vector.is_valid);
    assert!(valid.len() >= 15, "{} valid", valid.len());
    assert!(invalid.len() >= 60, "{} invalid", invalid.len());
}

#[test]
fn every_code_that_a_verifier_may_say_is_said_of_some_vector() {
    let mut said = BTreeSet::new();
    for vector in vectors() {
        let codes = vector.expected["codes"].as_array().into_iter().flatten();
        said.extend(codes.chain(vector.expected.get("unreadable")).filter_map(|code| code.as_str().map(str::to_owned)));
    }
    let known = Code::ALL.iter().map(|code| code.name()).chain(["container", "member_name", "limit", "agency_key"]);
    let unsaid: Vec<&str> = known.filter(|code| !said.contains(*code)).collect();
    assert!(unsaid.is_empty(), "no vector for {unsaid:?}");
}

#[test]
fn every_verdict_is_some_vectors() {
    let all: BTreeSet<String> =
        vectors().iter().filter_map(|vector| vector.expected["verdict"].as_str().map(str::to_owned)).collect();
    let known = [
        Verdict::Valid,
        Verdict::ValidWithheld,
        Verdict::ValidUnanchored,
        Verdict::Incomplete,
        Verdict::Unsupported,
        Verdict::Broken,
    ];
    assert_eq!(all, known.iter().map(|verdict| verdict.name().to_owned()).collect());
}

#[test]
fn an_honest_bundle_is_never_called_broken_or_incomplete() {
    for vector in vectors().into_iter().filter(|vector| vector.is_valid) {
        let verdict = vector.expected["verdict"].as_str().unwrap_or_default();
        assert!(verdict.starts_with("valid"), "{}: {verdict}", vector.place());
    }
}

#[test]
fn a_report_does_not_depend_on_how_many_threads_made_it() {
    for vector in vectors().into_iter().filter(|vector| vector.expected.get("verdict").is_some()) {
        let one = vector.report(1);
        for threads in [2, 5] {
            assert_eq!(one, vector.report(threads), "{}", vector.place());
        }
    }
}

#[test]
fn what_is_wrong_is_said_in_one_sentence_beside_it_and_small() {
    for vector in vectors() {
        let about = std::fs::read_to_string(vector.folder.join("about.txt")).unwrap_or_default();
        assert!(
            about.trim_end().ends_with(['.', ')', '.']) && about.lines().count() == 1,
            "{}: {about}",
            vector.place()
        );
        let size = vector.bundle().len();
        assert!(size < 32 << 10, "{}: {size} bytes", vector.place());
        assert!(vector.expected.get("codes").is_none_or(|codes| codes != &json!(null)), "{}", vector.place());
    }
}
