//! Receipts as the agency gives them, made once the journal's lines are signed.

use quanji_evidence::line::Tag;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::keys;
use crate::record::{DAY, HOUR, SECOND, T0_US};
use crate::signed::{Bend, Line};

/// 2026-11-17T00:00:00+08:00: two working days after Thursday, 12 November 2026.
pub(crate) const DEADLINE_US: u64 = T0_US - 10 * HOUR + 5 * DAY;

/// A receipt to come. Instants are given, the head and the media are read from the journal.
pub(crate) struct Receipt {
    pub(crate) number: u64,
    pub(crate) signers: Vec<&'static str>,
    /// The line it covers; the last one when `None`.
    pub(crate) head_seq: Option<u64>,
    pub(crate) stored_us: u64,
    pub(crate) issued_us: u64,
    pub(crate) trigger: &'static str,
    pub(crate) not_before_us: u64,
    pub(crate) not_after_us: u64,
    pub(crate) calendars: Vec<&'static str>,
    pub(crate) deadline_us: u64,
    pub(crate) is_provisional: bool,
    pub(crate) on_time: &'static str,
    /// A change of what it says, before it is signed.
    pub(crate) edit: Option<Bend<Value>>,
}

impl Receipt {
    /// Stored an hour later, in time.
    pub(crate) fn ordinary() -> Receipt {
        Receipt {
            number: 1,
            signers: vec!["role receipt"],
            head_seq: None,
            stored_us: T0_US + HOUR,
            issued_us: T0_US + HOUR + 60 * SECOND,
            trigger: "completed",
            not_before_us: T0_US + 5 * SECOND,
            not_after_us: T0_US + HOUR,
            calendars: vec!["cn-2026"],
            deadline_us: DEADLINE_US,
            is_provisional: false,
            on_time: "yes",
            edit: None,
        }
    }

    /// The line, over this journal.
    pub(crate) fn bytes(&self, record: &str, journal: &[Vec<u8>]) -> Vec<u8> {
        let last = journal.len() as u64 - 1;
        let seq = self.head_seq.unwrap_or(last).min(last);
        let (mut count, mut size_bytes, mut digest) = (0, 0, Sha256::new());
        for line in &journal[..=seq as usize] {
            let json = line.splitn(2, |byte| *byte == b' ').nth(1).unwrap_or_default();
            let Ok(value) = serde_json::from_slice::<Value>(json) else { continue };
            if value["kind"] == "segment" {
                count += 1;
                size_bytes += value["body"]["size_bytes"].as_u64().unwrap_or_default();
                digest.update(value["body"]["digest"]["sha256"].as_str().unwrap_or_default());
                digest.update("\n");
            }
        }
        let mut value = json!({
            "edition": 1, "number": self.number, "agency": keys::id("agency"), "record": record,
            "head": { "seq": seq, "digest": keys::digest(&journal[seq as usize]) },
            "media": { "count": count, "size_bytes": size_bytes, "digest": { "sha256": keys::hex(&digest.finalize()) } },
            "kind": "system", "stored_us": self.stored_us, "issued_us": self.issued_us,
            "trigger": { "kind": self.trigger, "not_before_us": self.not_before_us, "not_after_us": self.not_after_us },
            "calendars": self.calendars, "deadline_us": self.deadline_us, "provisional": self.is_provisional,
            "on_time": self.on_time, "log": { "origin": "agency.example/quanji", "index": self.number },
        });
        if let Some(edit) = &self.edit {
            edit(&mut value);
        }
        Line::new(Tag::Receipt, value, &self.signers).bytes()
    }
}
