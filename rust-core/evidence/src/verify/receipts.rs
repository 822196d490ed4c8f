//! Receipts against the journal, the keys and the calendar (FORMAT.md, section 8).

use quanji_rules::{Calendar, Instant, SpecialRules, Trigger, TriggerKind, storage_deadline};

use super::place_of;
use crate::body::{Body, from_checked};
use crate::finding::{Code, Findings};
use crate::id::RecordId;
use crate::journal::Journal;
use crate::keyset::{Keyset, Role, Standing};
use crate::line::{LINE_LIMIT_BYTES, SignedLine, Tag};
use crate::receipt::{Receipt, ReceiptMedia, ReceiptOnTime};
use crate::schema;

/// Reads the receipts of a record; those that are valid come back in order.
pub(super) fn check(
    id: RecordId,
    bytes: &[u8],
    journal: &Journal,
    keyset: &Keyset,
    not_before_us: Option<u64>,
    calendar: &Calendar,
    findings: &mut Findings,
) -> Vec<Receipt> {
    let mut valid: Vec<Receipt> = Vec::new();
    for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let place = place_of(id, &format!("receipts:{number}"));
        let (line, receipt) = match parse(line, id) {
            Ok(parsed) => parsed,
            Err(reason) => {
                findings.add(Code::ReceiptMalformed, place, "a receipt of this record", reason);
                break;
            }
        };
        match keyset.signed(&line, Tag::Receipt, Role::Receipt, receipt.issued_us) {
            Standing::Signed => {}
            Standing::UnknownSuite => {
                findings.add(Code::SuiteUnsupported, place, "ed25519 or p256", "a key of the agency of another suite");
                continue;
            }
            Standing::NotSigned => {
                let expected = "signed by a receipt key of the agency in force when issued";
                findings.add(Code::ReceiptInvalid, place, expected, "not so signed");
                continue;
            }
        }
        let follows = check_times(&receipt, valid.last(), not_before_us, &place, findings);
        let covers = check_cover(&receipt, journal, &place, findings);
        check_deadline(&receipt, calendar, &place, findings);
        if follows && covers {
            valid.push(receipt);
        }
    }
    let sealed = journal.entries.iter().find(|entry| matches!(entry.body, Body::Sealed(_))).map(|entry| entry.seq);
    if !valid.iter().any(|receipt| sealed.is_some_and(|sealed| receipt.head.seq >= sealed)) {
        findings.add(Code::ReceiptMissing, place_of(id, "receipts"), "a receipt that covers sealed", "none");
    }
    valid
}

fn parse(bytes: &[u8], id: RecordId) -> Result<(SignedLine<'_>, Receipt), String> {
    if bytes.last() != Some(&b'\n') {
        return Err("no LF at the end".to_owned());
    }
    let line = SignedLine::parse(bytes, LINE_LIMIT_BYTES).map_err(|fault| fault.to_string())?;
    schema::check("receipt", &line.value).map_err(|mismatch| mismatch.to_string())?;
    let receipt: Receipt = from_checked(&line.value).map_err(|mismatch| mismatch.to_string())?;
    if receipt.record != id {
        return Err(format!("a receipt of record {}", receipt.record));
    }
    if receipt.trigger.not_before_us > receipt.trigger.not_after_us {
        return Err("a trigger that ends before it begins".to_owned());
    }
    Ok((line, receipt))
}

fn check_times(
    receipt: &Receipt,
    before: Option<&Receipt>,
    not_before_us: Option<u64>,
    place: &str,
    findings: &mut Findings,
) -> bool {
    let goes_on = before.is_none_or(|before| {
        receipt.number > before.number && receipt.issued_us >= before.issued_us && receipt.stored_us >= before.stored_us
    });
    let is_after_anchor = not_before_us.is_none_or(|anchor| receipt.stored_us >= anchor);
    let holds = goes_on && is_after_anchor && receipt.stored_us <= receipt.issued_us;
    if !holds {
        let expected = format!(
            "after {:?}, stored before issued, not before {not_before_us:?}",
            before.map(|before| before.number)
        );
        let found = format!("number {}, stored {}, issued {}", receipt.number, receipt.stored_us, receipt.issued_us);
        findings.add(Code::ReceiptTimeOrder, place, expected, found);
    }
    holds
}

fn check_cover(receipt: &Receipt, journal: &Journal, place: &str, findings: &mut Findings) -> bool {
    let head = &receipt.head;
    let Some(line) = journal.entries.iter().find(|entry| entry.seq == head.seq) else {
        if journal.is_read_in_full() {
            findings.add(Code::ReceiptHeadMismatch, place, format!("a line {}", head.seq), "no such line");
            return false;
        }
        return true;
    };
    if !line.digest.matches(&head.digest) {
        findings.add(Code::ReceiptHeadMismatch, place, &line.digest, &head.digest);
        return false;
    }
    let segments =
        journal.entries.iter().take_while(|entry| entry.seq <= head.seq).filter_map(|entry| match &entry.body {
            Body::Segment(segment) => Some((segment.size_bytes, &segment.digest)),
            _ => None,
        });
    let expected = ReceiptMedia::of(segments);
    let media = &receipt.media;
    let agrees = media.count == expected.count
        && media.size_bytes == expected.size_bytes
        && media.digest.matches(&expected.digest);
    if !agrees {
        findings.add(Code::ReceiptMediaMismatch, place, format!("{expected:?}"), format!("{media:?}"));
    }
    agrees
}

fn check_deadline(receipt: &Receipt, calendar: &Calendar, place: &str, findings: &mut Findings) {
    if receipt.on_time == ReceiptOnTime::No {
        findings.add(Code::StoredLate, place, format!("stored before {}", receipt.deadline_us), receipt.stored_us);
    }
    if receipt.provisional {
        if receipt.on_time == ReceiptOnTime::No {
            findings.add(Code::ReceiptOnTimeWrong, place, "never no while provisional", "no");
        }
        return;
    }
    // What a special rule says stands in the agency's document, not in the calendar (办法 第二条第二款).
    if receipt.calendars.iter().any(|name| SpecialRules::are_named(name.as_str())) {
        return;
    }
    let (Some(first), Some(second)) =
        (deadline_us(receipt.trigger.not_before_us, calendar), deadline_us(receipt.trigger.not_after_us, calendar))
    else {
        return;
    };
    if receipt.deadline_us != first {
        findings.add(Code::ReceiptDeadlineWrong, place, first, receipt.deadline_us);
    }
    let expected = if receipt.stored_us < first {
        ReceiptOnTime::Yes
    } else if receipt.stored_us < second {
        ReceiptOnTime::Undetermined
    } else {
        ReceiptOnTime::No
    };
    if receipt.on_time != expected {
        findings.add(Code::ReceiptOnTimeWrong, place, expected.name(), receipt.on_time.name());
    }
}

/// The deadline of one instant; `None` when a day in the walk is not settled or the instant is beyond the calendar.
fn deadline_us(trigger_us: u64, calendar: &Calendar) -> Option<u64> {
    let instant = Instant::from_us(i64::try_from(trigger_us).ok()?);
    let deadline = storage_deadline(Trigger::at(TriggerKind::EndOfRecording, instant), calendar);
    if deadline.is_provisional() { None } else { u64::try_from(deadline.exclusive().us()).ok() }
}
