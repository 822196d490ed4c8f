//! Proves lines that come after what is held. Pure, and apart from the transaction: signatures take time, and nobody waits for them.

use std::sync::Arc;

use quanji_evidence::entry::Entry;
use quanji_evidence::event::event_of;
use quanji_evidence::journal::Reading;
use quanji_evidence::{Digest, Drafts, Findings, JOURNAL_LIMIT_BYTES, JournalReader};
use quanji_rules::agency_policy::Policies;
use quanji_rules::{Debts, Policy};
use quanji_wire::Code;

use crate::refusal::Refused;

/// How far a record's journal was proved: enough to prove the next line, without the lines before it.
#[derive(Debug, Clone)]
pub(super) struct Proved {
    reader: JournalReader,
    /// By which the record is held, as soon as its first line says when it was opened.
    policies: Arc<Policies>,
    /// What the officer owes so far.
    debts: Debts,
    pub(super) journal_bytes: u64,
}

/// A line that proved itself, with what it says.
#[derive(Debug)]
pub(super) struct ProvedLine {
    pub(super) entry: Entry,
    pub(super) bytes: Vec<u8>,
}

impl Proved {
    /// Before the first line.
    pub(super) fn nothing(policies: Arc<Policies>) -> Proved {
        // A draft's records are for trying the whole; a release of the *verifier* refuses them.
        let reader = JournalReader::new(Drafts::Accepted);
        Proved { reader, policies, debts: Debts::new(Policy::default()), journal_bytes: 0 }
    }

    /// The number of the next line.
    pub(super) fn next_seq(&self) -> u64 {
        self.reader.next_seq()
    }

    /// Digest of the last line.
    pub(super) fn head(&self) -> &Digest {
        self.reader.head()
    }

    /// How many things the officer owes.
    pub(super) fn owed_count(&self) -> u64 {
        self.debts.list().len() as u64
    }

    /// Proves one more line. What this program does not know (a kind, a suite) proves nothing here: the phone keeps it until the agency does.
    pub(super) fn prove(&mut self, bytes: &[u8]) -> Result<ProvedLine, Refused> {
        let seq = self.next_seq();
        let journal_bytes = self.journal_bytes.saturating_add(bytes.len() as u64);
        if journal_bytes > JOURNAL_LIMIT_BYTES {
            let expected = format!("a journal of at most {JOURNAL_LIMIT_BYTES} bytes");
            return Err(Refused::mismatch(Code::LineInvalid, expected, format!("{journal_bytes} bytes")).at(seq));
        }
        let mut reader = self.reader.clone();
        let mut findings = Findings::default();
        let reading = reader.read_line(bytes, &format!("journal:{seq}"), &mut findings);
        if let Some(finding) = findings.iter().last() {
            let (expected, found) = (&finding.expected, format!("{}: {}", finding.code.name(), finding.found));
            return Err(Refused::mismatch(Code::LineInvalid, expected, found).at(seq));
        }
        let entry = reader.take_entries().pop().filter(|_| reading == Reading::GoesOn);
        let Some(entry) = entry else {
            return Err(Refused::mismatch(Code::LineInvalid, "an entry", "none").at(seq));
        };
        if let Some(event) = event_of(&entry) {
            if seq == 0 {
                self.debts = Debts::new(self.policies.of_record(event.clock.wall));
            }
            self.debts.note(&event);
        }
        self.reader = reader;
        self.journal_bytes = journal_bytes;
        Ok(ProvedLine { entry, bytes: bytes.to_vec() })
    }
}

/// Proves lines as far as they prove themselves; the refusal is of the first that did not.
pub(super) fn prove_all(mut from: Proved, lines: &[Vec<u8>]) -> (Proved, Vec<ProvedLine>, Option<Refused>) {
    let mut proved = Vec::with_capacity(lines.len());
    for line in lines {
        match from.prove(line) {
            Ok(line) => proved.push(line),
            Err(refused) => return (from, proved, Some(refused)),
        }
    }
    (from, proved, None)
}
