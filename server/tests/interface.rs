//! The published interface: its OpenAPI is what the program makes, and every code has its sentences.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::collections::BTreeMap;

use quanji_wire::Code;
use serde_json::Value;

const OPENAPI: &str = include_str!("../../proto/api/v1/openapi.json");
const ERRORS: &str = include_str!("../../proto/api/v1/errors.json");

#[test]
fn the_published_openapi_is_what_the_server_makes() {
    let made = quanji_agency::api::openapi::text().unwrap();
    assert!(made == OPENAPI, "it drifted: cargo run -p quanji-agency --example openapi -- proto/api/v1");
}

#[test]
fn every_reference_in_the_openapi_leads_somewhere() {
    let document: Value = serde_json::from_str(OPENAPI).unwrap();
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 20, "{}", references.len());
    for reference in references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            references.extend(members.get("$ref").and_then(Value::as_str));
            members.values().for_each(|member| collect(member, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, references)),
        _ => {}
    }
}

#[test]
fn every_code_has_its_status_and_a_sentence_in_both_languages() {
    let listed: Vec<Value> = serde_json::from_str(ERRORS).unwrap();
    let by_code: BTreeMap<&str, &Value> = listed.iter().map(|error| (error["code"].as_str().unwrap(), error)).collect();
    assert_eq!(by_code.len(), listed.len(), "a code twice");
    for code in Code::ALL {
        let error = by_code.get(code.word()).unwrap_or_else(|| panic!("{code} has no sentence"));
        assert_eq!(error["status"], code.status(), "{code}");
        assert!(error["zh"].as_str().unwrap().ends_with('。'), "{code}");
        assert!(error["en"].as_str().unwrap().ends_with('.'), "{code}");
    }
    assert_eq!(listed.len(), Code::ALL.len(), "a sentence for a code that is not");
}

#[test]
fn every_code_can_be_met_somewhere_in_the_openapi() {
    for code in Code::ALL.iter().filter(|code| !matches!(code, Code::NotFound | Code::MethodNotAllowed)) {
        assert!(OPENAPI.contains(code.word()), "{code}");
    }
}
