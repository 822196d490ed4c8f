//! Whether further signatures over lines hold (FORMAT.md, section 4, *Vouching*).

use crate::body::{Body, Vouched};
use crate::finding::{Code, Findings};
use crate::journal::Journal;
use crate::key::{PublicKey, Signature};
use crate::vouching;

/// A line that a further key vouches for, and the signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VouchedLine {
    pub seq: u64,
    /// The `vouched` that says so.
    pub said_in: u64,
    pub key: PublicKey,
    /// Whether the agency's certificate names this key as one of the device's hardware.
    pub is_named: bool,
}

/// Compares the keys that vouch with the one that the certificate names.
pub(super) fn check_named(lines: &mut [VouchedLine], named: Option<&PublicKey>, place: &str, findings: &mut Findings) {
    for line in lines {
        line.is_named = named == Some(&line.key);
        if !line.is_named {
            let expected =
                named.map_or_else(|| "none in the certificate".to_owned(), |key| format!("key {}", key.id()));
            let found = format!("key {}", line.key.id());
            findings.add(Code::VouchedKeyUnnamed, format!("{place}:{}", line.said_in), expected, found);
        }
    }
}

/// Those that hold come back, in the order of their `vouched`.
pub(super) fn check(journal: &Journal, place: &str, findings: &mut Findings) -> Vec<VouchedLine> {
    let mut held = Vec::new();
    for entry in &journal.entries {
        if let Body::Vouched(vouched) = &entry.body
            && check_one(journal, entry.seq, vouched, &format!("{place}:{}", entry.seq), findings)
        {
            held.push(VouchedLine { seq: vouched.seq, said_in: entry.seq, key: vouched.key.clone(), is_named: false });
        }
    }
    held
}

fn check_one(journal: &Journal, own_seq: u64, vouched: &Vouched, place: &str, findings: &mut Findings) -> bool {
    let Vouched { seq, over, key, signature } = vouched;
    // Entries are taken from the first without a gap, so every earlier line is among them.
    let earlier = journal.entries.iter().find(|entry| entry.seq == *seq && *seq < own_seq);
    let (Some(line), Some(opened)) = (earlier, journal.opened()) else {
        findings.add(Code::VouchedLineMismatch, place, format!("a line before {own_seq}"), format!("line {seq}"));
        return false;
    };
    if !over.matches(&line.digest) {
        let expected = format!("line {seq}, {}", line.digest);
        findings.add(Code::VouchedLineMismatch, place, expected, over);
        return false;
    }
    if key.suite().is_none() {
        findings.add(Code::SuiteUnsupported, place, "ed25519 or p256", key.suite_name());
        return false;
    }
    let found = match Signature::parse(signature.as_str()) {
        None => "no signature by its form".to_owned(),
        Some(signature) if vouching::holds(opened.record, *seq, &line.digest, key, &signature) => return true,
        Some(signature) => format!("one by key {}, {}, that does not", signature.key, signature.suite),
    };
    let expected = format!("a signature over line {seq} by key {}, {}, that holds", key.id(), key.suite_name());
    findings.add(Code::VouchedSignatureInvalid, place, expected, found);
    false
}
