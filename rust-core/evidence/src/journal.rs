//! Reads a journal line by line, proving each before the next (FORMAT.md, section 4).

use std::sync::Arc;

use crate::body::{self, Body, KIND_EDITION, Kind, Opened};
use crate::digest::Digest;
use crate::entry::{Entry, Envelope};
use crate::finding::{Code, Findings};
use crate::journal_writer::JOURNAL_LIMIT_BYTES;
use crate::key::{KeyId, PublicKey, Suite, Verifier};
use crate::line::{LINE_LIMIT_BYTES, SignedLine, Tag};
use crate::order::Order;
use crate::schema;

/// The format this program writes and reads.
pub const FORMAT: &str = "quanji/1-draft.1";

/// Whether records of a draft edition count. A release build of a verifier refuses them: a draft's bytes are not promised to anyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drafts {
    Accepted,
    Refused,
}

/// A journal as far as it proves itself.
#[derive(Debug)]
pub struct Journal {
    /// The entries taken: whole from the first, in order.
    pub entries: Vec<Entry>,
    /// The order they left the journal in.
    pub order: Order,
    extent: Extent,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Full,
    /// An entry of an unknown kind: what follows is checked but not taken.
    Unsupported,
    EndedEarly,
}

impl Journal {
    /// Reads `bytes`; what is amiss goes to `findings` with places under `member`.
    pub fn read(bytes: &[u8], drafts: Drafts, member: &str, findings: &mut Findings) -> Journal {
        let mut reader = JournalReader::new(drafts);
        if bytes.is_empty() || bytes.len() as u64 > JOURNAL_LIMIT_BYTES {
            findings.add(Code::LineMalformed, member, format!("1 to {JOURNAL_LIMIT_BYTES} bytes"), bytes.len());
            return reader.finish_early();
        }
        for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
            let place = format!("{member}:{number}");
            if line.last() != Some(&b'\n') {
                findings.add(Code::LineTorn, place, "a line ended by LF", format!("{} bytes without LF", line.len()));
                return reader.finish_early();
            }
            if reader.read_line(line, &place, findings) == Reading::Ended {
                return reader.finish_early();
            }
        }
        reader.finish()
    }

    /// Whether nothing ended the reading and everything was understood, so that absence means absence.
    pub fn is_read_in_full(&self) -> bool {
        self.extent == Extent::Full
    }

    /// The body of line 0.
    pub fn opened(&self) -> Option<&Opened> {
        match &self.entries.first()?.body {
            Body::Opened(opened) => Some(opened),
            _ => None,
        }
    }
}

/// Whether a reader goes on after a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    GoesOn,
    /// This line and what follows prove nothing.
    Ended,
}

/// Reads one journal, a line at a time.
///
/// A clone goes its own way from here; with its entries taken out it is small, so that a line can be tried on one.
#[derive(Debug, Clone)]
pub struct JournalReader {
    drafts: Drafts,
    entries: Vec<Entry>,
    order: Order,
    next_seq: u64,
    prev: Digest,
    keys: Option<Arc<RecordKeys>>,
    is_past_sealed: bool,
    is_unsupported: bool,
}

/// The two keys of a record.
#[derive(Debug)]
struct RecordKeys {
    device: RequiredKey,
    record: RequiredKey,
}

/// A key that must sign, prepared once.
#[derive(Debug)]
struct RequiredKey {
    id: KeyId,
    suite: Option<Suite>,
    spelled_well: bool,
    verifier: Option<Verifier>,
}

impl RequiredKey {
    fn of(key: &PublicKey) -> RequiredKey {
        RequiredKey { id: key.id(), suite: key.suite(), spelled_well: key.is_spelled_well(), verifier: key.verifier() }
    }
}

impl JournalReader {
    /// A reader at the first line.
    pub fn new(drafts: Drafts) -> JournalReader {
        JournalReader {
            drafts,
            entries: Vec::new(),
            order: Order::default(),
            next_seq: 0,
            prev: Digest::ZERO,
            keys: None,
            is_past_sealed: false,
            is_unsupported: false,
        }
    }

    /// The number of the line to come.
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// Digest of the last line that was proved, zero without one.
    pub fn head(&self) -> &Digest {
        &self.prev
    }

    /// Takes the entries read so far out of the reader: who reads a growing journal need not hold all of it.
    pub fn take_entries(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.entries)
    }

    /// Ends the reading after the last line.
    pub fn finish(self) -> Journal {
        let extent = if self.is_unsupported { Extent::Unsupported } else { Extent::Full };
        Journal { entries: self.entries, order: self.order, extent }
    }

    fn finish_early(self) -> Journal {
        Journal { entries: self.entries, order: self.order, extent: Extent::EndedEarly }
    }

    /// Reads one line, ended by LF.
    pub fn read_line(&mut self, line: &[u8], place: &str, findings: &mut Findings) -> Reading {
        match self.prove_line(line, place, findings) {
            Ok(()) => Reading::GoesOn,
            Err((code, expected, found)) => {
                findings.add(code, place, expected, found);
                Reading::Ended
            }
        }
    }

    fn prove_line(&mut self, bytes: &[u8], place: &str, findings: &mut Findings) -> Result<(), (Code, String, String)> {
        let amiss = |code, expected: &str, found: String| Err((code, expected.to_owned(), found));
        let line = SignedLine::parse(bytes, LINE_LIMIT_BYTES)
            .map_err(|fault| (Code::LineMalformed, "a signed line".to_owned(), fault.to_string()))?;
        let malformed = |mismatch: schema::SchemaMismatch| (Code::LineMalformed, mismatch.wanted, mismatch.path);
        schema::check("entry", &line.value).map_err(malformed)?;
        let envelope: Envelope = body::from_checked(&line.value).map_err(malformed)?;

        if envelope.seq != self.next_seq {
            return amiss(Code::ChainBroken, &format!("seq {}", self.next_seq), format!("seq {}", envelope.seq));
        }
        if !envelope.prev.matches(&self.prev) {
            return amiss(Code::ChainBroken, &format!("prev {}", self.prev), format!("prev {}", envelope.prev));
        }

        let is_first = envelope.seq == 0;
        if is_first != (envelope.kind == Kind::Opened.name()) {
            return amiss(Code::EntryMisplaced, "opened in line 0, and there only", envelope.kind);
        }
        if is_first {
            self.keys = Some(Arc::new(self.read_opening_keys(&envelope)?));
        }

        self.check_signatures(&line, place, findings)?;

        let kind = Kind::named(&envelope.kind).filter(|_| envelope.edition == KIND_EDITION);
        if envelope.kind == Kind::Sealed.name() {
            self.is_past_sealed = true;
        }
        let body = match kind {
            None => {
                let found = format!("{} edition {}", envelope.kind, envelope.edition);
                findings.add(Code::KindUnsupported, place, format!("a kind of {FORMAT}"), found);
                self.is_unsupported = true;
                None
            }
            Some(kind) => {
                let parsed = Body::parse(kind, &envelope.body);
                Some(parsed.map_err(|mismatch| (Code::BodyMalformed, mismatch.wanted, mismatch.path))?)
            }
        };
        if let Some(body) = body.filter(|_| !self.is_unsupported) {
            if !is_first {
                let admitted = self.order.admit(&body);
                admitted.map_err(|misplaced| (Code::EntryMisplaced, misplaced.expected, misplaced.found))?;
            }
            let Envelope { seq, prev: _, kind: _, edition: _, clock, actor, flags, body: _ } = envelope;
            self.entries.push(Entry { seq, digest: line.digest.clone(), clock, actor, flags, body });
        }
        self.next_seq += 1;
        self.prev = line.digest;
        Ok(())
    }

    fn read_opening_keys(&self, envelope: &Envelope) -> Result<RecordKeys, (Code, String, String)> {
        if envelope.edition != KIND_EDITION {
            let found = format!("opened edition {}", envelope.edition);
            return Err((Code::KindUnsupported, format!("opened edition {KIND_EDITION}"), found));
        }
        let body = Body::parse(Kind::Opened, &envelope.body)
            .map_err(|mismatch| (Code::BodyMalformed, mismatch.wanted, mismatch.path))?;
        let Body::Opened(opened) = body else {
            return Err((Code::EntryMisplaced, "opened".to_owned(), envelope.kind.clone()));
        };
        let format = opened.format.as_str();
        if self.drafts == Drafts::Refused && is_draft(format) {
            return Err((Code::DraftRefused, "a closed edition".to_owned(), format.to_owned()));
        }
        if format != FORMAT {
            return Err((Code::FormatUnsupported, FORMAT.to_owned(), format.to_owned()));
        }
        Ok(RecordKeys { device: RequiredKey::of(&opened.device_key), record: RequiredKey::of(&opened.record_key) })
    }

    fn check_signatures(
        &self,
        line: &SignedLine<'_>,
        place: &str,
        findings: &mut Findings,
    ) -> Result<(), (Code, String, String)> {
        let Some(keys) = &self.keys else {
            return Err((Code::EntryMisplaced, "opened first".to_owned(), "no keys".to_owned()));
        };
        let required: Vec<&RequiredKey> = match (self.next_seq, self.is_past_sealed) {
            (0, _) => vec![&keys.device, &keys.record],
            (_, false) => vec![&keys.record],
            (_, true) => vec![&keys.device],
        };
        for signature in line.signatures.iter().filter(|signature| Suite::named(&signature.suite).is_none()) {
            findings.add(Code::SuiteUnsupported, place, "ed25519 or p256", &signature.suite);
        }
        for key in required.iter().filter(|key| key.suite.is_none()) {
            findings.add(Code::SuiteUnsupported, place, "ed25519 or p256", format!("the suite of key {}", key.id));
        }
        let required: Vec<&RequiredKey> = required.into_iter().filter(|key| key.suite.is_some()).collect();
        if let Some(key) = required.iter().find(|key| !key.spelled_well) {
            return Err((Code::SignatureInvalid, "a public key".to_owned(), format!("key {} is none", key.id)));
        }
        let known: Vec<_> =
            line.signatures.iter().filter(|signature| Suite::named(&signature.suite).is_some()).collect();
        if let Some(stranger) = known.iter().find(|signature| required.iter().all(|key| key.id != signature.key)) {
            let expected = required.iter().map(|key| key.id.to_string()).collect::<Vec<_>>().join(",");
            return Err((
                Code::SignerUnexpected,
                format!("signed by {expected}"),
                format!("signed by {}", stranger.key),
            ));
        }
        if let Some(absent) = required.iter().find(|key| known.iter().all(|signature| signature.key != key.id)) {
            return Err((Code::SignerUnexpected, format!("signed by {}", absent.id), "no signature of it".to_owned()));
        }
        for signature in known {
            let key = required.iter().find(|key| key.id == signature.key);
            let holds = key.is_some_and(|key| {
                key.suite == Suite::named(&signature.suite)
                    && key.verifier.as_ref().is_some_and(|verifier| line.holds_for(signature, verifier, Tag::Line))
            });
            if !holds {
                let expected = format!("a signature of {} that holds", signature.key);
                return Err((Code::SignatureInvalid, expected, "one that does not".to_owned()));
            }
        }
        Ok(())
    }
}

/// `quanji/1-draft.N`, N decimal without leading zeros.
fn is_draft(format: &str) -> bool {
    format.strip_prefix("quanji/1-draft.").is_some_and(|number| {
        !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && (number == "0" || !number.starts_with('0'))
    })
}
