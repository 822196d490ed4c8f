//! The device's ledger across the records of one bundle (FORMAT.md, section 4, *Ledger*).

use super::place_of;
use super::record::RecordExamination;
use crate::body::Opened;
use crate::digest::Digest;
use crate::finding::{Code, Findings};
use crate::id::RecordId;

pub(super) fn check(records: &[RecordExamination], findings: &mut Findings) {
    let opened: Vec<(RecordId, &Opened, &Digest)> = records
        .iter()
        .filter_map(|record| {
            let journal = record.journal.as_ref()?;
            Some((record.id, journal.opened()?, &journal.entries.first()?.digest))
        })
        .collect();
    for (id, one, _) in &opened {
        if one.ledger.number == 1 && !one.ledger.prev.matches(&Digest::ZERO) {
            let place = place_of(*id, "journal:0");
            findings.add(Code::LedgerBroken, place, "prev zero in number 1", &one.ledger.prev);
        }
    }
    for (place, (id, one, digest)) in opened.iter().enumerate() {
        for (other_id, other, other_digest) in &opened[place + 1..] {
            if one.device_key != other.device_key || one.ledger.epoch != other.ledger.epoch {
                continue;
            }
            if one.ledger.number == other.ledger.number {
                let here = place_of(*other_id, "journal:0");
                findings.add(
                    Code::ForkedDevice,
                    here,
                    "a number of its own",
                    format!("{}, as {id}", other.ledger.number),
                );
            } else if one.ledger.number + 1 == other.ledger.number {
                check_link(*other_id, other, digest, findings);
            } else if other.ledger.number + 1 == one.ledger.number {
                check_link(*id, one, other_digest, findings);
            }
        }
    }
}

fn check_link(id: RecordId, later: &Opened, earlier: &Digest, findings: &mut Findings) {
    if !later.ledger.prev.matches(earlier) {
        findings.add(Code::LedgerBroken, place_of(id, "journal:0"), earlier, &later.ledger.prev);
    }
}
