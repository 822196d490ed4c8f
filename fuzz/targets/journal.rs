//! A journal from outside.
//!
//! The first byte chooses: 0 takes the rest as the file itself; otherwise each line of the rest is `kind SP body`, and is put into an entry,
//! chained and signed here, so that the input reaches what lies behind the signatures.

#![no_main]

use libfuzzer_sys::fuzz_target;
use quanji_evidence::line::{self, Tag};
use quanji_evidence::{Digest, Drafts, Ed25519Signer, Findings, Journal, Signer};

fuzz_target!(|bytes: &[u8]| {
    let Some((&mode, rest)) = bytes.split_first() else { return };
    let signed;
    let journal = if mode == 0 {
        rest
    } else {
        signed = sign(rest);
        &signed
    };
    let mut findings = Findings::default();
    let read = Journal::read(journal, Drafts::Accepted, "journal", &mut findings);
    let lines = journal.split_inclusive(|byte| *byte == b'\n').count();
    assert!(read.entries.len() <= lines, "more entries than lines");
    if read.is_read_in_full() {
        assert_eq!(read.entries.len(), lines, "a line of a journal read in full is missing");
    }
    for finding in findings.iter() {
        assert!(!finding.place.is_empty(), "a finding names its place: {finding:?}");
    }
    std::hint::black_box((findings.verdict(), read));

    let mut refused = Findings::default();
    Journal::read(journal, Drafts::Refused, "journal", &mut refused);
});

/// Wraps, chains and signs each line with the two keys whose public parts the seeds name (`make-seeds`).
fn sign(texts: &[u8]) -> Vec<u8> {
    let (device, record) = (Ed25519Signer::from_seed(&[1; 32]), Ed25519Signer::from_seed(&[2; 32]));
    let mut journal = Vec::new();
    let mut prev = Digest::ZERO;
    let mut is_sealed = false;
    for (seq, text) in texts.split(|byte| *byte == b'\n').enumerate() {
        let space = text.iter().position(|byte| *byte == b' ').unwrap_or(text.len());
        let (kind, body) = text.split_at(space);
        let prev_json = serde_json::to_string(&prev).expect("a digest is JSON");
        let mut json = format!("{{\"seq\":{seq},\"prev\":{prev_json},\"kind\":\"").into_bytes();
        json.extend_from_slice(kind);
        let clock = format!(
            "\",\"edition\":1,\"clock\":{{\"wall_us\":{},\"mono_us\":{},\"boot\":\"{}\"}},\"body\":",
            1_790_000_000_000_000 + seq * 500_000,
            5_000_000 + seq * 500_000,
            "0".repeat(32)
        );
        json.extend_from_slice(clock.as_bytes());
        json.extend_from_slice(body.get(1..).unwrap_or_default());
        json.push(b'}');
        let signers: &[&dyn Signer] = match seq {
            0 => &[&device, &record],
            _ if is_sealed => &[&device],
            _ => &[&record],
        };
        is_sealed |= kind == b"sealed";
        let Ok(line) = line::write(Tag::Line, &json, signers, 1 << 16) else { break };
        prev = Digest::of(&line);
        journal.extend_from_slice(&line);
    }
    journal
}
