//! Whether further signatures over lines hold (FORMAT.md, section 4, *Vouching*).

use crate::body::{Body, Vouched};
use crate::finding::{Code, Findings};
use crate::journal::Journal;
use crate::key::Signature;
use crate::vouching;

pub(super) fn check(journal: &Journal, place: &str, findings: &mut Findings) {
    for entry in &journal.entries {
        if let Body::Vouched(vouched) = &entry.body {
            check_one(journal, entry.seq, vouched, &format!("{place}:{}", entry.seq), findings);
        }
    }
}

fn check_one(journal: &Journal, own_seq: u64, vouched: &Vouched, place: &str, findings: &mut Findings) {
    let Vouched { seq, over, key, signature } = vouched;
    // Entries are taken from the first without a gap, so every earlier line is among them.
    let earlier = journal.entries.iter().find(|entry| entry.seq == *seq && *seq < own_seq);
    let (Some(line), Some(opened)) = (earlier, journal.opened()) else {
        findings.add(Code::VouchedLineMismatch, place, format!("a line before {own_seq}"), format!("line {seq}"));
        return;
    };
    if !over.matches(&line.digest) {
        let expected = format!("line {seq}, {}", line.digest);
        findings.add(Code::VouchedLineMismatch, place, expected, over);
        return;
    }
    if key.suite().is_none() {
        findings.add(Code::SuiteUnsupported, place, "ed25519 or p256", key.suite_name());
        return;
    }
    let expected = || format!("a signature over line {seq} by key {}, {}, that holds", key.id(), key.suite_name());
    match Signature::parse(signature.as_str()) {
        None => findings.add(Code::VouchedSignatureInvalid, place, expected(), "no signature by its form"),
        Some(signature) if !vouching::holds(opened.record, *seq, &line.digest, key, &signature) => {
            let found = format!("one by key {}, {}, that does not", signature.key, signature.suite);
            findings.add(Code::VouchedSignatureInvalid, place, expected(), found);
        }
        Some(_) => {}
    }
}
