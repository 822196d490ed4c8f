//! A journal from outside.
//!
//! The first byte chooses: 0 takes the rest as the file itself; otherwise each line of the rest is `kind SP body`, and is put into an entry,
//! chained and signed here, so that the input reaches what lies behind the signatures.

#![no_main]

use libfuzzer_sys::fuzz_target;
use quanji_evidence::{Drafts, Findings, Journal};
use quanji_fuzz::signed_journal;

fuzz_target!(|bytes: &[u8]| {
    let Some((&mode, rest)) = bytes.split_first() else { return };
    let signed;
    let journal = if mode == 0 {
        rest
    } else {
        signed = signed_journal(rest);
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
