//! What lets the targets get behind signatures: input becomes signed lines here, with keys whose public parts the seeds name.

use quanji_evidence::line::{self, Tag};
use quanji_evidence::{Digest, Ed25519Signer, Signer};

/// The device key of the seeds (`make-seeds`).
pub fn device() -> Ed25519Signer {
    Ed25519Signer::from_seed(&[1; 32])
}

/// Their record key.
pub fn record() -> Ed25519Signer {
    Ed25519Signer::from_seed(&[2; 32])
}

/// Wraps, chains and signs each line with the two keys whose public parts the seeds name (`make-seeds`).
pub fn signed_journal(texts: &[u8]) -> Vec<u8> {
    let (device, record) = (device(), record());
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
