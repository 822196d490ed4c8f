//! Whether the record is sealed, and what the seal counts (FORMAT.md, section 4, *Seal*).

use crate::body::{Body, Sealed};
use crate::entry::Entry;
use crate::finding::{Code, Findings};
use crate::journal::Journal;

pub(super) fn check(journal: &Journal, place: &str, findings: &mut Findings) {
    let sealed = journal.entries.iter().find_map(|entry| match &entry.body {
        Body::Sealed(sealed) => Some((entry.seq, sealed)),
        _ => None,
    });
    let Some((seq, sealed)) = sealed else {
        findings.add(Code::NotSealed, place, "sealed", "not sealed");
        return;
    };
    let counted = count(journal.entries.iter().take_while(|entry| entry.seq < seq));
    if **sealed != counted {
        findings.add(Code::SealMismatch, format!("{place}:{seq}"), format!("{counted:?}"), format!("{sealed:?}"));
    }
}

/// Counts what a seal counts.
pub(super) fn count<'a>(entries: impl Iterator<Item = &'a Entry>) -> Sealed {
    let mut counted = Sealed { takes: 0, segments: 0, fragments: 0, media_bytes: 0, files: 0 };
    entries.for_each(|entry| counted.add(&entry.body));
    counted
}

impl Sealed {
    /// Counts one more entry; the writer of a record and its verifier count alike.
    pub fn add(&mut self, body: &Body) {
        match body {
            Body::Take(_) => self.takes += 1,
            Body::Fragment(_) | Body::Recovered(_) => self.fragments += 1,
            Body::Segment(segment) => {
                self.segments += 1;
                self.media_bytes = self.media_bytes.saturating_add(segment.size_bytes);
            }
            _ if body.file().is_some() => self.files += 1,
            _ => {}
        }
    }
}
