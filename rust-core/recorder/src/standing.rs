//! What stands in a record for whoever goes on with it: who holds the phone, which spans are open, and the checklist.
//!
//! Lines are read, not proved: of an hour's record nine lines in ten are passed over unread.

use quanji_evidence::body::{Cause, ChecklistState, ConfidentialSpan, KeyContent};
use quanji_evidence::id::RecordId;
use quanji_evidence::text::Officer;
use serde::Deserialize;
use serde::de::IntoDeserializer;

use crate::fault::RecorderFault;
use crate::recorder::Recorder;
use crate::rows::{Line, is_of_kind, read};

/// What stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The officer whom the record names as the one who records (`recorded_by`).
    pub holder: Option<Officer>,
    /// Spans of the last boot that were begun and not closed.
    pub open_spans: Vec<ConfidentialSpan>,
    /// Why recording broke off last, as measured.
    pub broke_by: Option<Cause>,
    /// All of 第十二条, in its order.
    pub checklist: Vec<(KeyContent, ChecklistState)>,
}

impl Standing {
    /// Of these lines.
    pub fn of(lines: &[u8]) -> Standing {
        let (mut holder, mut broke_by, mut has_take, mut boot) = (None, None, false, None);
        let (mut spans, mut marked) = (Vec::new(), Vec::new());
        for line in lines.split(|byte| *byte == b'\n') {
            if !KINDS.iter().any(|kind| is_of_kind(line, kind)) {
                continue;
            }
            let Some(Line { kind, clock, body, .. }) = read(line) else { continue };
            // What was begun in another boot ended with it: its instants are of a clock that is gone.
            if boot.replace(clock.boot).is_some_and(|before| before != clock.boot) {
                spans.clear();
            }
            match kind.as_str() {
                "officers" => holder = body["recorded_by"].as_str().and_then(|text| Officer::parse(text).ok()),
                "take" => has_take = true,
                "interrupted" => broke_by = item(&body["cause"]),
                "checklist" => marked.extend(item(&body["item"]).zip(item(&body["state"]))),
                _ => {
                    let Ok(span) = ConfidentialSpan::deserialize(body) else { continue };
                    let is_of = |open: &ConfidentialSpan| {
                        (open.secrecy, open.from_mono_us) == (span.secrecy, span.from_mono_us)
                    };
                    spans.retain(|open| !is_of(open));
                    if span.to_mono_us.is_none() && span.boot.is_none() {
                        spans.push(span);
                    }
                }
            }
        }
        Standing { holder, open_spans: spans, broke_by, checklist: checklist(marked, has_take) }
    }
}

/// What is read; an interruption and a take show that another boot began.
const KINDS: [&str; 5] = ["officers", "take", "checklist", "confidential_span", "interrupted"];

fn checklist(
    marked: Vec<(quanji_rules::KeyContent, quanji_rules::ChecklistState)>,
    has_take: bool,
) -> Vec<(KeyContent, ChecklistState)> {
    // One vocabulary in two crates: the rules' names are the journal's.
    let same = |(item, state): (quanji_rules::KeyContent, quanji_rules::ChecklistState)| {
        word(item.name()).zip(word(state.name()))
    };
    quanji_rules::checklist(marked, has_take).into_iter().filter_map(same).collect()
}

fn item<'de, T: Deserialize<'de>>(value: &serde_json::Value) -> Option<T> {
    word(value.as_str()?)
}

fn word<'de, T: Deserialize<'de>>(name: &str) -> Option<T> {
    let name: serde::de::value::StringDeserializer<serde::de::value::Error> = name.to_owned().into_deserializer();
    T::deserialize(name).ok()
}

impl Recorder {
    /// What stands in a record.
    pub fn standing(&self, record: RecordId) -> Result<Standing, RecorderFault> {
        Ok(Standing::of(&self.lines(record)?))
    }
}
